"""Every expression and message of a policy, read in its scope."""

from __future__ import annotations

from collections.abc import Iterator

from engine.findings import Finding
from engine.language.checks.common import conditions, found
from engine.language.model import Action, AllOf, AnyOf, Policy, Rule, ScoreSet
from engine.language.scope import NOTHING, Facts, Scope
from engine.language.triggers import BadTrigger, event_types, parse_triggers
from engine.language.typing import assured, check_expression, check_template
from engine.text import quoted

Condition = AllOf | AnyOf | str | None


def of_measures(policy: Policy) -> Iterator[Finding]:
    """``while`` and ``notice``: neither has an event."""
    while_scope = Scope(policy, reader="in a `while` condition")
    notice_scope = Scope(policy, until=True, reader="in a notice")
    for measure in (*policy.rewards.values(), *policy.penalties.values()):
        facts = NOTHING
        if measure.while_ is not None:
            yield from check_expression(measure.while_, while_scope, "condition")
            facts = assured(measure.while_, while_scope, True)
        if measure.notice is not None:
            yield from check_template(measure.notice, notice_scope.knowing(facts))


def rule_scope(rule: Rule, policy: Policy) -> Scope | None:
    """What the conditions of a rule may read; ``None`` if its ``on`` cannot be resolved."""
    try:
        triggers = parse_triggers(rule, policy)
    except BadTrigger:
        return None
    reader = f"in a rule on {quoted(rule.on[0])}" if rule.on else "here"
    return Scope(policy, types=event_types(triggers), reader=reader)


def of_rules(policy: Policy) -> Iterator[Finding]:
    """Conditions, then actions, which may rely on what the conditions made sure of."""
    for rule in policy.rules:
        scope = rule_scope(rule, policy)
        if scope is None:
            continue
        yield from _condition(rule.when, scope)
        scope = scope.knowing(_facts(rule.when, scope, True))
        yield from _condition(rule.unless, scope)
        scope = scope.knowing(_facts(rule.unless, scope, False))
        for action in rule.then:
            yield from _action(action, scope)


def _condition(condition: Condition, scope: Scope) -> Iterator[Finding]:
    if isinstance(condition, AllOf | AnyOf) and not conditions(condition):
        yield found("D206", condition, "expected a condition, found an empty list",
                    "write a condition, or leave the list out")  # fmt: skip
    for text in conditions(condition):
        yield from check_expression(text, scope, "condition")
        scope = scope.knowing(assured(text, scope, not isinstance(condition, AnyOf)))


def _facts(condition: Condition, scope: Scope, holds: bool) -> Facts:
    """What is known where a whole ``when`` holds or a whole ``unless`` does not."""
    texts = conditions(condition)
    if not texts:
        return NOTHING
    facts = [assured(text, scope, holds) for text in texts]
    result = facts[0]
    together = isinstance(condition, AnyOf) is not holds
    for more in facts[1:]:
        result = result & more if together else result | more
    return result


def _action(action: Action, scope: Scope) -> Iterator[Finding]:
    for change in (action.score or {}).values():
        text = change.set if isinstance(change, ScoreSet) else change
        yield from check_expression(text, scope, "number")
    if action.notify is not None:
        yield from check_template(action.notify, scope)
    if action.undo is not None:
        yield from check_expression(action.undo, scope, "event-id")
    if action.to is not None:
        yield from check_expression(action.to, scope, "subject-id")
    if action.emit is not None:
        yield from _emit(action, scope)


def _emit(action: Action, scope: Scope) -> Iterator[Finding]:
    assert action.emit is not None
    event = scope.policy.events.get(action.emit.event)
    if event is None:
        return
    for name, value in action.emit.fields.items():
        kind = event.fields.get(name)
        if kind is None or not isinstance(value, str):
            continue
        needed = str(name) if kind.required else ""
        if kind.kind in ("text", "one_of"):
            yield from check_template(value, scope, needed=needed)
        elif kind.kind == "number":
            yield from check_expression(value, scope, "number", may_miss=not needed)
        else:
            yield from check_expression(value, scope, "boolean", needed=needed)
