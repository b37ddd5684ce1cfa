"""Rewards, penalties and registries: beginning, ending, holding on.

Each function changes one subject, writes its line into the draft, and queues what
the change raises.
"""

from __future__ import annotations

from typing import NamedTuple

from engine.evaluation.clock import Clock
from engine.evaluation.draft import Draft
from engine.evaluation.plan import MeasurePlan
from engine.evaluation.primitives import EvaluationError
from engine.evaluation.records import Effect
from engine.evaluation.state import END, Active, Context, Listed, Subject, World
from engine.values import Duration


class Stage(NamedTuple):
    """What every change of a subject needs at hand."""

    draft: Draft
    world: World
    clock: Clock
    reading: Context  # a context of its own, for notices and `while` conditions


def begin(
    stage: Stage, subject: Subject, measure: MeasurePlan, lasts: Duration | None, clause: str
) -> None:
    """Make a measure hold, unless its quota is full."""
    draft, holders = stage.draft, stage.world.holders
    if measure.quota is not None and holders[measure.index] >= measure.quota:
        draft.effects.append(
            Effect("turned-away", subject.id, measure.id, clause,
                   detail=f"all {measure.quota} places are taken")
        )  # fmt: skip
        return
    draft.save(subject)
    active = Active(draft.now, None, draft.number, clause)
    subject.active[measure.index] = active
    holders[measure.index] += 1
    if draft.trace is not None:
        draft.trace.began.append((subject.id, measure.index, active))
    _set_end(stage, subject, measure, active, lasts.after(draft.now) if lasts else None)
    draft.effects.append(Effect("began", subject.id, measure.id, clause, after=active.end))
    draft.raise_part(subject, f"began {measure.id}", clause)
    if measure.notice is not None:
        _send_notice(stage, subject, measure, active.end)


def _send_notice(stage: Stage, subject: Subject, measure: MeasurePlan, until: int | None) -> None:
    reading = stage.reading
    reading.subject, reading.until = subject, until
    assert measure.notice is not None
    text = measure.notice(reading) or ""
    subject.notified += 1
    stage.draft.effects.append(
        Effect("notice", subject.id, measure.id, measure.clause, detail=text)
    )


def _set_end(
    stage: Stage, subject: Subject, measure: MeasurePlan, active: Active, end: int | None
) -> None:
    if active.due is not None:
        active.due.dead = True
    active.end = end
    active.due = None
    if end is not None:
        draft = stage.draft
        active.due = stage.clock.schedule(
            end, END, (subject, measure.index, active), active.clause, draft.number
        )


def impose(
    stage: Stage, subject: Subject, measure: MeasurePlan, lasts: Duration | None, clause: str
) -> None:
    """Grant or impose: begin, or do what ``again`` says if it already holds."""
    active = subject.active.get(measure.index)
    if active is None:
        begin(stage, subject, measure, lasts, clause)
        return
    draft = stage.draft
    before = active.end
    if measure.again == "ignore":
        draft.effects.append(Effect("kept", subject.id, measure.id, clause, before, before))
        return
    if measure.again == "extend":
        kind = "extended"
        end = None if before is None or lasts is None else lasts.after(before)
    else:
        kind = "restarted"
        end = None if lasts is None else lasts.after(draft.now)
    draft.save(subject)
    _set_end(stage, subject, measure, active, end)
    draft.effects.append(Effect(kind, subject.id, measure.id, clause, before, end))


def end(stage: Stage, subject: Subject, measure: MeasurePlan, clause: str) -> None:
    """End a measure that holds."""
    stage.draft.save(subject)
    active = subject.active.pop(measure.index)
    stage.world.holders[measure.index] -= 1
    if active.due is not None:
        active.due.dead = True
    stage.draft.effects.append(Effect("ended", subject.id, measure.id, clause, active.end))
    stage.draft.raise_part(subject, f"ended {measure.id}", clause)


def judge_while(stage: Stage, subject: Subject, measure: MeasurePlan) -> None:
    """Begin or end a measure as its ``while`` now says."""
    assert measure.test is not None
    reading = stage.reading
    reading.subject = subject
    try:
        holds = measure.test(reading)
    except EvaluationError as error:
        error.clause = error.clause or measure.clause
        raise
    if holds == (measure.index in subject.active):
        return
    if holds:
        begin(stage, subject, measure, None, measure.clause)
    else:
        end(stage, subject, measure, measure.clause)


def put_on_list(stage: Stage, subject: Subject, registry: str, clause: str) -> None:
    """Put a subject on a registry."""
    draft = stage.draft
    if registry in subject.listed:
        draft.effects.append(Effect("idle", subject.id, registry, clause, detail="already listed"))
        return
    draft.save(subject)
    entry = Listed(draft.now, draft.number)
    subject.listed[registry] = entry
    if draft.trace is not None:
        draft.trace.listed.append((subject.id, registry, entry))
    draft.effects.append(Effect("listed", subject.id, registry, clause))


def take_off_list(stage: Stage, subject: Subject, registry: str, clause: str) -> None:
    """Take a subject off a registry."""
    draft = stage.draft
    if registry not in subject.listed:
        draft.effects.append(Effect("idle", subject.id, registry, clause, detail="not listed"))
        return
    draft.save(subject)
    del subject.listed[registry]
    draft.effects.append(Effect("unlisted", subject.id, registry, clause))
