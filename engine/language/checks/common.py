"""What the passes share: findings at a spot, and ways through a policy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.findings import Finding, Severity, did_you_mean
from engine.language.expressions import BadExpression, Expr, parse, parse_template
from engine.language.model import (
    Action,
    AllOf,
    AnyOf,
    Clause,
    Policy,
    Rule,
    ScoreSet,
)
from engine.language.nodes import where_of
from engine.language.translations import versions
from engine.text import quoted


def found(
    code: str, spot: object, message: str, hint: str | None = None, severity: Severity = "error"
) -> Finding:
    """A finding at a written text (underlined whole) or at any other part of a policy."""
    width = max(1, len(spot)) if isinstance(spot, str) else 1
    return Finding(code, message, where_of(spot), hint, severity, width)


def unknown(spot: str, what: str, known: Sequence[str], plural: str) -> Finding:
    """A reference to something that the policy does not declare."""
    names = [str.__str__(name) for name in known]
    return found("D301", spot, f"there is no {what} {quoted(spot)}",
                 did_you_mean(spot, names, plural))  # fmt: skip


def clauses(policy: Policy) -> Iterator[tuple[str, str, Clause]]:
    """(section, written name, clause) of everything that can be cited, in policy order."""
    sections = ("subjects", "institutions", "weights", "scores", "events", "rewards",
                "penalties", "registries")  # fmt: skip
    for section in sections:
        for key, clause in getattr(policy, section).items():
            yield section, key, clause
    for grades in policy.grades.values():
        for grade in grades:
            yield "grades", grade.name, grade
    for rule in policy.rules:
        yield "rules", rule.id, rule


def actions(policy: Policy) -> Iterator[tuple[Rule, Action]]:
    """Every action with its rule, in policy order."""
    for rule in policy.rules:
        for action in rule.then:
            yield rule, action


def conditions(condition: AllOf | AnyOf | str | None) -> tuple[str, ...]:
    """The written expressions of a ``when`` or ``unless``."""
    if condition is None:
        return ()
    if isinstance(condition, AllOf):
        return condition.all
    if isinstance(condition, AnyOf):
        return condition.any
    return (condition,)


def trees(policy: Policy) -> Iterator[Expr]:
    """Every expression of a policy; raises ``BadExpression`` at one that cannot be read."""
    for measure in (*policy.rewards.values(), *policy.penalties.values()):
        if measure.while_ is not None:
            yield parse(measure.while_)
        if measure.notice is not None:
            yield from _places(measure.notice)
    for rule in policy.rules:
        for text in (*conditions(rule.when), *conditions(rule.unless)):
            yield parse(text)
        for action in rule.then:
            yield from _of_action(action, policy)


def _of_action(action: Action, policy: Policy) -> Iterator[Expr]:
    for change in (action.score or {}).values():
        yield parse(change.set if isinstance(change, ScoreSet) else change)
    if action.notify is not None:
        yield from _places(action.notify)
    if action.emit is not None:
        event = policy.events.get(action.emit.event)
        for name, value in action.emit.fields.items():
            kind = event.fields.get(name) if event else None
            if isinstance(value, str) and kind is not None:
                if kind.kind in ("text", "one_of"):
                    yield from _places(value)
                else:
                    yield parse(value)


def _places(text: str) -> Iterator[Expr]:
    for version in versions(text):
        for piece in parse_template(version).pieces:
            if not isinstance(piece, str):
                yield piece


def readable(policy: Policy) -> tuple[Expr, ...] | None:
    """Every expression of a policy, or ``None`` if one of them cannot be read."""
    try:
        return tuple(trees(policy))
    except BadExpression:
        return None
