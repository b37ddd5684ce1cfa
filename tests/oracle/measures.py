"""Rewards and penalties (3.2): beginning, ending, `while`, and when time changes it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from engine.language import expressions as ast
from engine.language.model import Measure, Policy
from engine.values import Duration

from .expressions import Scope, holds, message
from .state import Active, Begun, Clock, Due, State
from .triggers import Occasion

if TYPE_CHECKING:
    from .steps import Step


def measure_of(policy: Policy, name: str) -> Measure:
    return policy.rewards[name] if name in policy.rewards else policy.penalties[name]


def while_measures(policy: Policy) -> list[tuple[str, str]]:
    """(measure, its condition), rewards before penalties, each in policy order."""
    all_of_them = [*policy.rewards.items(), *policy.penalties.items()]
    return [(str(name), m.while_) for name, m in all_of_them if m.while_ is not None]


def impose(step: Step, who: str, name: str, given: Duration | None, depth: int) -> None:
    """`grant` and `impose`: begin the measure, or what `again` says if it is active."""
    subject = step.state.subjects[who]
    measure = measure_of(step.policy, name)
    lasts = given or measure.lasts
    old = subject.active.get(name)
    if old is None:
        begin(step, who, name, lasts.after(step.now) if lasts else None, depth, imposed=True)
        return
    if measure.again == "ignore":
        return
    if measure.again == "restart":
        end = lasts.after(step.now) if lasts else None
    else:
        end = lasts.after(old.end) if lasts and old.end is not None else None
    unschedule_end(step, old.uid)
    subject.active[name] = Active(old.uid, end)
    schedule_end(step, who, name)


def begin(step: Step, who: str, name: str, end: int | None, depth: int, *, imposed: bool) -> None:
    """Become active, unless the quota is full at this moment."""
    measure = measure_of(step.policy, name)
    holders = [s for s in step.state.subjects.values() if name in s.active]
    if measure.quota is not None and len(holders) >= measure.quota:
        return
    subject = step.state.subjects[who]
    subject.active[name] = Active(step.state.number(), end)
    schedule_end(step, who, name)
    if imposed:
        step.begun.append(Begun(subject.active[name].uid, who, "measure", name))
    if measure.notice is not None:
        message(Scope(step.policy, step.state, who, step.now, until=end), measure.notice)
        subject.notified += 1
    step.changed = True
    step.raise_change(who, Occasion("began", name), depth)


def end_measure(step: Step, who: str, name: str, depth: int) -> None:
    """`lift`, `undo`, the end of its term, or the end of its `while`."""
    old = step.state.subjects[who].active.pop(name, None)
    if old is None:
        return
    unschedule_end(step, old.uid)
    step.changed = True
    step.raise_change(who, Occasion("ended", name), depth)


def schedule_end(step: Step, who: str, name: str) -> None:
    active = step.state.subjects[who].active[name]
    if active.end is not None:
        step.state.schedule(Due(active.end, Clock.END, 0, who, name=name, uid=active.uid))


def unschedule_end(step: Step, uid: int) -> None:
    step.state.pending = [
        due for due in step.state.pending if not (due.clock is Clock.END and due.uid == uid)
    ]


def judge_while(step: Step, who: str, name: str, condition: str, depth: int) -> None:
    """Active exactly as long as the condition holds."""
    active = name in step.state.subjects[who].active
    wanted = holds(Scope(step.policy, step.state, who, step.now), condition)
    if wanted and not active:
        begin(step, who, name, None, depth, imposed=False)
    if active and not wanted:
        end_measure(step, who, name, depth)


# --- when time alone changes a condition --------------------------------------

_ONE_SECOND = 1


def schedule_reviews(step: Step, who: str, event_type: str, functions: tuple[str, ...]) -> None:
    """For an event that was just recorded, or (`refusals`) refused; at joining, for ages."""
    for _, condition in while_measures(step.policy):
        for at in _instants(ast.parse(condition), event_type, functions, step.now):
            step.state.schedule(Due(at, Clock.REVIEW, 0, who))


def schedule_dated_reviews(
    state: State, who: str, now: int, versions: Sequence[tuple[int | None, Policy]]
) -> None:
    """A dated weight changes the conditions that read it, by time alone."""
    for (_, before), (since, after) in pairwise(versions):
        if since is None or since <= now:
            continue
        for _, condition in while_measures(after):
            read = [n.path for n in ast.walk(ast.parse(condition)) if isinstance(n, ast.Name)]
            weights = [p.removeprefix("weights.") for p in read if p.startswith("weights.")]
            if any(before.weights[w].value != after.weights[w].value for w in weights):
                state.schedule(Due(since, Clock.REVIEW, 0, who))


def _instants(
    condition: ast.Expr, event_type: str, functions: tuple[str, ...], now: int
) -> Iterator[int]:
    for node in ast.walk(condition):
        match node:
            case ast.Call(function="count" | "refusals", arguments=(ast.Name(path), window)):
                if node.function in functions and path == event_type:
                    yield from _leaving(window, now)
            case ast.Call(function="total", arguments=(ast.Name(path), window)):
                if "total" in functions and path.rpartition(".")[0] == event_type:
                    yield from _leaving(window, now)
            case ast.Compare():
                yield from _reaching(
                    node.operator, node.left, node.right, event_type, functions, now
                )
                mirrored = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
                yield from _reaching(
                    mirrored.get(node.operator, node.operator),
                    node.right, node.left, event_type, functions, now,
                )  # fmt: skip
            case ast.In():
                for choice in node.choices:
                    yield from _reaching("==", node.operand, choice, event_type, functions, now)


def _leaving(window: ast.Expr, now: int) -> Iterator[int]:
    assert isinstance(window, ast.Length)
    if window.value is not None:
        yield window.value.after(now)


def _reaching(
    operator: str,
    length: ast.Expr,
    bound: ast.Expr,
    event_type: str,
    functions: tuple[str, ...],
    now: int,
) -> Iterator[int]:
    """`>= D` changes when D is reached, `> D` a second later, `== D` at both."""
    match length, bound:
        case ast.Call(function="since", arguments=(ast.Name(path),)), ast.Length(value):
            watched = "since" in functions and path == event_type
        case ast.Call(function="age_of_record"), ast.Length(value):
            watched = "age_of_record" in functions
        case _:
            return
    if not watched:
        return
    assert value is not None
    if operator in (">=", "<", "==", "!="):
        yield value.after(now)
    if operator in (">", "<=", "==", "!="):
        yield value.after(now) + _ONE_SECOND
