"""What the rules that fired do: first everything is read, then everything is done.

:func:`read` evaluates every expression of every action against the state as it was
when the part began. :func:`apply` then moves scores (all at once), and does the
rest in policy order. Returned are the subjects that were touched.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from engine.evaluation import measures, scoring
from engine.evaluation.measures import Stage
from engine.evaluation.plan import ActionPlan, MeasurePlan, Plan, RulePlan
from engine.evaluation.primitives import EvaluationError
from engine.evaluation.records import Effect
from engine.evaluation.scoring import Change, Changes
from engine.evaluation.state import DELAYED, Active, Context, Contribution, Listed, Subject, Trace
from engine.language.rows import Value


class Undone(NamedTuple):
    """What one ``undo`` takes back besides scores."""

    began: tuple[tuple[Subject, int, Active], ...]
    listed: tuple[tuple[Subject, str, Listed], ...]


class Intent(NamedTuple):
    """One action of a rule that fired, with everything read."""

    action: ActionPlan
    clause: str
    targets: tuple[Subject, ...]
    text: str = ""
    fields: Mapping[str, Value] = {}
    undone: Undone | None = None
    idle: str = ""  # why it is without effect


class Reading(NamedTuple):
    """All that one part is about to do."""

    changes: Changes
    intents: list[Intent]
    idle: list[Effect]  # score lines without effect


def read(
    stage: Stage, plan: Plan, rules: Sequence[RulePlan], context: Context,
    traces: Mapping[str, Trace],
) -> Reading:  # fmt: skip
    """Evaluate the actions of the rules, in policy order."""
    reading = Reading({}, [], [])
    taken_back: set[str] = set()
    for rule in rules:
        try:
            for action in rule.actions:
                _read_action(stage, plan, rule, action, context, traces, taken_back, reading)
        except EvaluationError as error:
            error.clause = error.clause or rule.clause
            raise
    return reading


def _read_action(
    stage: Stage, plan: Plan, rule: RulePlan, action: ActionPlan, context: Context,
    traces: Mapping[str, Trace], taken_back: set[str], reading: Reading,
) -> None:  # fmt: skip
    targets, idle = _targets(stage, action, context)
    if action.verb == "score":
        _read_score(plan, rule, action, context, targets, idle, reading)
        return
    intent = Intent(action, rule.clause, targets, idle=idle)
    if action.verb == "notify" and action.text is not None:
        intent = intent._replace(text=action.text(context) or "")
    elif action.verb == "emit":
        read_fields = ((name, value(context)) for name, value in action.fields)
        intent = intent._replace(fields={n: v for n, v in read_fields if v is not None})
    elif action.verb == "undo":
        intent = _read_undo(stage, rule, action, context, traces, taken_back, reading)
    reading.intents.append(intent)


def _targets(stage: Stage, action: ActionPlan, context: Context) -> tuple[tuple[Subject, ...], str]:
    """Whom an action is for, and why it is for nobody."""
    target = action.target
    if target.relation is not None:
        found = tuple(stage.world.related(target.relation, context.subject.id))
        return found, "" if found else f"nobody is `{target.relation}` of {context.subject.id}"
    if target.field is not None:
        ident = context.event.get(target.field)
        named = stage.world.subjects.get(str(ident)) if ident is not None else None
        if named is None:
            return (), f"`event.{target.field}` names nobody"
        return (named,), ""
    return (context.subject,), ""


def _read_score(
    plan: Plan, rule: RulePlan, action: ActionPlan, context: Context,
    targets: tuple[Subject, ...], idle: str, reading: Reading,
) -> None:  # fmt: skip
    amounts = []
    for change in action.changes:
        amount = change.value(context)
        name = plan.scores[change.score].id
        if amount is None:
            raise EvaluationError(
                "D602", f"what `{name}` should change by is missing",
                "guard the rule with a condition such as `not (… is missing)`", name,
            )  # fmt: skip
        amounts.append((change, amount, name))
        if idle:
            who = context.subject.id
            reading.idle.append(Effect("idle", who, name, rule.clause, detail=idle))
    for subject in targets:
        for change, amount, name in amounts:
            if subject.scores[change.score] is None:
                why = f"a {subject.kind} has no such score"
                reading.idle.append(Effect("idle", subject.id, name, rule.clause, detail=why))
                continue
            reading.changes.setdefault((subject, change.score), []).append(
                Change("set" if change.is_set else "add", amount, rule.clause, action.duration)
            )


def _read_undo(
    stage: Stage, rule: RulePlan, action: ActionPlan, context: Context,
    traces: Mapping[str, Trace], taken_back: set[str], reading: Reading,
) -> Intent:  # fmt: skip
    ident = context.event.get(action.name)
    trace = traces.get(str(ident)) if ident is not None else None
    if trace is None or ident in taken_back:
        why = "taken back already" if ident in taken_back else "no earlier event has this id"
        return Intent(action, rule.clause, (), str(ident or ""), idle=why)
    taken_back.add(str(ident))
    subjects = stage.world.subjects
    standing: dict[tuple[Subject, int], list[Contribution]] = {}
    for one in trace.contributions:
        if one.stands:
            standing.setdefault((subjects[one.subject], one.score), []).append(one)
    for key in sorted(standing, key=lambda each: (each[0].order, each[1])):
        gone = tuple(standing[key])
        amount = -sum(one.amount for one in gone)
        reading.changes.setdefault(key, []).append(
            Change("undo", amount, rule.clause, takes_back=gone)
        )
    began = [(subjects[who], m, active) for who, m, active in trace.began]
    listed = [(subjects[who], registry, entry) for who, registry, entry in trace.listed]
    holds = any(s.active.get(m) is active for s, m, active in began)
    if not (standing or holds or any(s.listed.get(r) is entry for s, r, entry in listed)):
        return Intent(action, rule.clause, (), str(ident), idle="nothing of it stands any more")
    undone = Undone(
        tuple(sorted(began, key=lambda each: each[0].order)),
        tuple(sorted(listed, key=lambda each: each[0].order)),
    )
    return Intent(action, rule.clause, (), str(ident), undone=undone)


def apply(stage: Stage, plan: Plan, reading: Reading, touched: dict[Subject, None]) -> None:
    """Do all that was read, and add whom it touched in order of first mention."""
    stage.draft.effects.extend(reading.idle)
    scoring.apply_changes(stage, plan.scores, reading.changes)
    for subject, _ in reading.changes:
        touched[subject] = None
    for intent in reading.intents:
        _do(stage, plan, intent, touched)


def _do(stage: Stage, plan: Plan, intent: Intent, touched: dict[Subject, None]) -> None:
    action, clause = intent.action, intent.clause
    if intent.undone is not None:
        _undo(stage, plan.measures, intent, intent.undone, touched)
    elif intent.idle:
        named = intent.text or action.name
        if action.measure >= 0:
            named = plan.measures[action.measure].id
        stage.draft.effects.append(
            Effect("idle", stage.draft.subject.id, named, clause, detail=intent.idle)
        )
    for subject in intent.targets:
        if action.verb == "notify":
            _notify(stage, subject, intent)
        elif action.verb == "emit":
            _emit(stage, subject, intent)
        else:
            touched[subject] = None
            _change(stage, plan.measures, subject, intent)


def _change(stage: Stage, plans: tuple[MeasurePlan, ...], subject: Subject, intent: Intent) -> None:
    action, clause = intent.action, intent.clause
    if action.verb == "list":
        measures.put_on_list(stage, subject, action.name, clause)
    elif action.verb == "unlist":
        measures.take_off_list(stage, subject, action.name, clause)
    elif action.verb == "lift":
        measure = plans[action.measure]
        if action.measure in subject.active:
            measures.end(stage, subject, measure, clause)
        else:
            stage.draft.effects.append(
                Effect("idle", subject.id, measure.id, clause, detail="it does not hold")
            )
    else:
        measure = plans[action.measure]
        measures.impose(stage, subject, measure, action.duration or measure.lasts, clause)


def _notify(stage: Stage, subject: Subject, intent: Intent) -> None:
    stage.draft.save(subject)
    subject.notified += 1
    stage.draft.effects.append(
        Effect("message", subject.id, intent.action.name, intent.clause, detail=intent.text)
    )


def _emit(stage: Stage, subject: Subject, intent: Intent) -> None:
    draft, action = stage.draft, intent.action
    if action.duration is None:
        draft.effects.append(Effect("emitted", subject.id, action.name, intent.clause))
        draft.raise_event(subject, action.name, intent.fields, intent.clause)
        return
    due = action.duration.after(draft.now)
    stage.clock.schedule(
        due, DELAYED, (subject, action.name, intent.fields), intent.clause, draft.number
    )
    draft.effects.append(Effect("scheduled", subject.id, action.name, intent.clause, after=due))


def _undo(
    stage: Stage, plans: tuple[MeasurePlan, ...], intent: Intent, undone: Undone,
    touched: dict[Subject, None],
) -> None:  # fmt: skip
    """End what the undone step began and still holds, and take off its lists."""
    for subject, index, active in undone.began:
        measure = plans[index]
        if measure.test is None and subject.active.get(index) is active:
            touched[subject] = None
            measures.end(stage, subject, measure, intent.clause)
    for subject, registry, entry in undone.listed:
        if subject.listed.get(registry) is entry:
            touched[subject] = None
            measures.take_off_list(stage, subject, registry, intent.clause)
