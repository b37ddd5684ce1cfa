"""3.6.6, apply: scores first, then measures, lists and messages in policy order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from engine.language import expressions as ast
from engine.language.model import Action, Emit, Policy, Rule, ScoreSet
from engine.language.rows import Event, Value

from .expressions import (
    MISSING,
    Scope,
    message,
    number_of,
    value_of,
    within_limits,
)
from .measures import end_measure, impose
from .state import Addition, Begun, Clock, Due
from .undoing import TakeBack, end_what_it_began, standing, take_back

if TYPE_CHECKING:
    from .steps import Part, Step


class Planned(NamedTuple):
    """An action with all that it reads already read."""

    action: Action
    targets: tuple[str, ...]  # in cast order
    amounts: dict[str, tuple[bool, int]]  # score → (whether it sets, amount)
    fields: dict[str, Value]  # emit
    event_id: str  # undo
    backs: tuple[TakeBack, ...]  # undo


@dataclass
class Share:
    """One addition to a score, or the set that wins, seen as the addition value − old."""

    amount: int  # shrinks by what the clamp swallows
    lapses: int | None  # the instant
    back: TakeBack | None = None


def apply(step: Step, part: Part, rules: list[Rule]) -> list[str]:
    """Gives the touched besides the part's subject, in order of first mention."""
    scope = step.scope(part)
    undone: list[str] = []
    plan = [_read(step, scope, action, undone) for rule in rules for action in rule.then]
    touched = _scores(step, plan)
    for planned in plan:
        touched += _other(step, planned, part.depth + 1)
    return touched


# --- reading ------------------------------------------------------------------


def _read(step: Step, scope: Scope, action: Action, undone: list[str]) -> Planned:
    targets = _targets(scope, action.to)
    amounts: dict[str, tuple[bool, int]] = {}
    fields: dict[str, Value] = {}
    event_id = ""
    backs: list[TakeBack] = []
    if action.score is not None:
        for name, change in action.score.items():
            score = name or _only_score(step.policy)
            sets = isinstance(change, ScoreSet)
            text = change.set if isinstance(change, ScoreSet) else change
            amounts[score] = (sets, number_of(scope, text))
    if action.notify is not None:
        message(scope, action.notify)
    if action.emit is not None:
        fields = _emitted(scope, action.emit)
    if action.undo is not None:
        given = value_of(scope, action.undo)
        if isinstance(given, str):
            backs = standing(step, given, undone)
            event_id = "" if given in undone else given
            undone.append(given)
    return Planned(action, targets, amounts, fields, event_id, tuple(backs))


def _only_score(policy: Policy) -> str:
    (only,) = policy.scores
    return str(only)


def _targets(scope: Scope, to: str | None) -> tuple[str, ...]:
    if to is None:
        return (scope.subject,)
    node = ast.parse(to)
    if isinstance(node, ast.Call):
        assert node.function == "related"
        (relation,) = node.arguments
        assert isinstance(relation, ast.String)
        return tuple(scope.state.related(relation.value, scope.subject))
    assert isinstance(node, ast.Name)
    if node.path == "subject":
        return (scope.subject,)
    who = value_of(scope, to)
    return (who,) if isinstance(who, str) and who in scope.state.subjects else ()


def _emitted(scope: Scope, emit: Emit) -> dict[str, Value]:
    fields: dict[str, Value] = {}
    for name, kind in scope.policy.events[emit.event].fields.items():
        if name in emit.fields:
            text = emit.fields[name]
            in_words = kind.kind in ("text", "one_of")
            value = message(scope, text) if in_words else value_of(scope, text)
            if value is not MISSING:
                assert isinstance(value, int | str | bool)
                fields[name] = value
        elif kind.default is not None:
            fields[name] = kind.default
    return fields


# --- scores -------------------------------------------------------------------


def _scores(step: Step, plan: list[Planned]) -> list[str]:
    touched: list[str] = []
    sets: dict[tuple[str, str], list[tuple[int, int, int | None]]] = {}
    shares: dict[tuple[str, str], list[tuple[int, Share]]] = {}
    for place, planned in enumerate(plan):
        lapses = planned.action.lapses
        until = lapses.after(step.now) if lapses else None
        for who in planned.targets if planned.amounts else ():
            for score, (is_set, amount) in planned.amounts.items():
                pair = (who, score)
                if score not in step.state.subjects[who].scores:
                    continue  # a line without effect: it does not touch either
                touched.append(who)
                shares.setdefault(pair, [])
                if is_set:
                    sets.setdefault(pair, []).append((place, amount, until))
                else:
                    shares[pair].append((place, Share(amount, until)))
        for back in planned.backs:
            touched.append(back.who)
            share = Share(back.amount, None, back)
            shares.setdefault((back.who, back.score), []).append((place, share))
    for pair, additions in shares.items():
        who, score = pair
        if pair in sets:
            place, value, until = sets[pair][-1]
            old = step.state.subjects[who].scores[score]
            additions.append((place, Share(value - old, until)))
        in_policy_order = sorted(additions, key=lambda placed: placed[0])
        add(step, who, score, [share for _, share in in_policy_order])
    return touched


def add(step: Step, who: str, score: str, shares: list[Share]) -> None:
    """The sum of all, then once the clamp; what was really applied lapses later."""
    subject = step.state.subjects[who]
    old = subject.scores[score]
    wanted = old + sum(share.amount for share in shares)
    new = clamp(step.policy, score, wanted)
    _swallow(shares, wanted - new)
    subject.scores[score] = within_limits(new, f"score {score} of {who}")
    for share in shares:
        if share.back is not None:
            take_back(step, share.back)
        if share.amount == 0:
            continue
        addition = Addition(step.state.number(), who, score, share.amount)
        step.additions.append(addition)
        if share.lapses is not None:
            step.state.schedule(
                Due(share.lapses, Clock.LAPSE, 0, who, name=score, uid=addition.uid,
                    amount=share.amount)
            )  # fmt: skip


def clamp(policy: Policy, score: str, value: int) -> int:
    declared = policy.scores[score]
    if declared.min is not None:
        value = max(declared.min, value)
    if declared.max is not None:
        value = min(declared.max, value)
    return value


def _swallow(shares: list[Share], swallowed: int) -> None:
    """Take it from the additions of the same sign (3.4, `score`)."""
    of_its_sign = [
        (place, share) for place, share in enumerate(shares) if share.amount * swallowed > 0
    ]
    in_turn = sorted(
        of_its_sign,
        key=lambda placed: (
            placed[1].lapses is not None,  # first those without `lapses`
            -(placed[1].lapses or 0),  # then those that lapse last
            -abs(placed[1].amount),  # among equals the larger first
            -placed[0],  # then the later in policy order
        ),
    )
    for _, share in in_turn:
        taken = min(abs(share.amount), abs(swallowed))
        sign = 1 if swallowed > 0 else -1
        share.amount -= sign * taken
        swallowed -= sign * taken
    assert swallowed == 0


# --- measures, lists, messages, derived events --------------------------------


def _other(step: Step, planned: Planned, depth: int) -> list[str]:
    """The effects of one action besides scores; gives the targets that it touches."""
    action = planned.action
    touched: list[str] = []
    if action.undo is not None:
        touched += end_what_it_began(step, planned.event_id, depth)
    for who in planned.targets:
        subject = step.state.subjects[who]
        if action.notify is not None:
            subject.notified += 1
        if action.emit is not None:
            _emit(step, planned, who, depth)
        name = action.grant or action.impose
        if name is not None:
            impose(step, who, name, action.for_, depth)
            touched.append(who)
        if action.lift is not None:
            end_measure(step, who, action.lift, depth)
            touched.append(who)
        if action.list is not None:
            if action.list not in subject.listed:
                uid = step.state.number()
                subject.listed[action.list] = uid
                step.begun.append(Begun(uid, who, "list", action.list))
            touched.append(who)
        if action.unlist is not None:
            subject.listed.pop(action.unlist, None)
            touched.append(who)
    return touched


def _emit(step: Step, planned: Planned, who: str, depth: int) -> None:
    assert planned.action.emit is not None
    after = planned.action.after
    at = after.after(step.now) if after else step.now
    event = Event(who, str(planned.action.emit.event), at, at, planned.fields)
    if after:
        step.state.schedule(Due(at, Clock.DELAYED, 0, who, event=event))
    else:
        step.raise_event(event, depth)
