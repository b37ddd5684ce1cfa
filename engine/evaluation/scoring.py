"""How scores move: sets, then the sum of all additions, then once the clamp.

What enters is every change that one part makes; what leaves are the new scores,
their lines in the ledger, what each addition really moved, and the lapses that
take it back (section 3.4 and 3.6.6 of the language).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from engine.evaluation.measures import Stage
from engine.evaluation.plan import ScorePlan
from engine.evaluation.primitives import EvaluationError
from engine.evaluation.records import Effect
from engine.evaluation.state import LAPSE, Contribution, Subject
from engine.values import LIMIT, Duration, format_number


@dataclass(slots=True)
class Change:
    """One addition to a score, or one setting of it."""

    kind: str  # add | set | undo
    amount: int  # what is added, or what it is set to
    clause: str
    lapses: Duration | None = None
    takes_back: tuple[Contribution, ...] = ()
    applied: int = field(default=0)  # what it really moved


#: The changes of one part, by subject and score, in order of first mention.
Changes = dict[tuple[Subject, int], list[Change]]


def apply_changes(stage: Stage, scores: tuple[ScorePlan, ...], changes: Changes) -> None:
    """Move every score that one part changes."""
    for (subject, index), many in changes.items():
        _apply(stage, subject, scores[index], many)
    for (subject, index), many in changes.items():
        for change in many:
            _remember(stage, subject, index, change)


def _apply(stage: Stage, subject: Subject, score: ScorePlan, changes: list[Change]) -> None:
    draft, old = stage.draft, subject.scores[score.index]
    assert old is not None
    draft.save(subject)
    sets = [change for change in changes if change.kind == "set"]
    running = old
    for late in sets[:-1]:
        draft.effects.append(
            Effect("idle", subject.id, score.id, late.clause, detail="a later rule sets it too")
        )
    for change in sets[-1:]:
        change.applied = change.amount - old
        running = _line(stage, subject, score, change, old, change.amount)
    for change in changes:
        if change.kind != "set":
            change.applied = change.amount
            running = _line(stage, subject, score, change, running, running + change.amount)
    clamped = clamp(score, running)
    if clamped != running:
        draft.effects.append(Effect("clamp", subject.id, score.id, score.clause, running, clamped))
        live = [change for change in changes if change.kind != "set" or change is sets[-1]]
        swallow(running - clamped, live, draft.now)
    subject.scores[score.index] = clamped


def _line(
    stage: Stage, subject: Subject, score: ScorePlan, change: Change, before: int, after: int
) -> int:
    stage.draft.effects.append(
        Effect(change.kind, subject.id, score.id, change.clause, before, after)
    )
    return after


def clamp(score: ScorePlan, value: int) -> int:
    """The value, kept between the score's min and max.

    Raises :class:`EvaluationError` (D603) if what is left is no number of the language.
    """
    if score.min is not None and value < score.min:
        return score.min
    if score.max is not None and value > score.max:
        return score.max
    if not -LIMIT < value < LIMIT:
        error = EvaluationError(
            "D603", f"`{score.id}` comes to {format_number(value)}, outside the numbers of the"
            " language", "give the score a `min` and a `max`", score.id,
        )  # fmt: skip
        error.clause = score.clause
        raise error
    return value


def swallow(swallowed: int, changes: Iterable[Change], now: int) -> None:
    """Take what the clamp swallowed from the changes of the same sign.

    First from those that do not lapse, then from those that lapse last; among equals
    from the larger, then from the later.
    """
    sign = 1 if swallowed > 0 else -1
    rest = abs(swallowed)
    same = [(i, change) for i, change in enumerate(changes) if change.applied * sign > 0]
    same.sort(
        key=lambda each: (
            each[1].lapses is not None,
            -each[1].lapses.after(now) if each[1].lapses else 0,
            -abs(each[1].applied),
            -each[0],
        )
    )
    for _, change in same:
        taken = min(rest, abs(change.applied))
        change.applied -= sign * taken
        rest -= taken


def _remember(stage: Stage, subject: Subject, index: int, change: Change) -> None:
    """Keep what must lapse or may be taken back."""
    draft = stage.draft
    for gone in change.takes_back:
        gone.stands = False
    if not change.applied or (change.lapses is None and draft.trace is None):
        return
    kept = Contribution(subject.id, index, change.applied, change.clause, draft.number)
    if draft.trace is not None:
        draft.trace.contributions.append(kept)
    if change.lapses is not None:
        stage.clock.schedule(
            change.lapses.after(draft.now), LAPSE, (kept,), change.clause, draft.number
        )
