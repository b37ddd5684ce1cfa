"""Rules as a whole: their ids, what sets them off, which sets which aside, and when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.findings import Finding
from engine.language.checks.common import found, unknown
from engine.language.model import Policy
from engine.language.triggers import BadTrigger, parse_trigger, parse_triggers
from engine.text import quoted
from engine.values import show_instant


def unique_ids(policy: Policy) -> Iterator[Finding]:
    """No two rules share an id."""
    seen: set[str] = set()
    for rule in policy.rules:
        if rule.id in seen:
            yield found("D310", rule.id, f"there are two rules {quoted(rule.id)}",
                        "rename one of them")  # fmt: skip
        seen.add(rule.id)


def triggers(policy: Policy) -> Iterator[Finding]:
    """Every ``on`` can be resolved, and says nothing twice."""
    for rule in policy.rules:
        if not rule.on:
            yield found("D302", rule.id, f"nothing sets {quoted(rule.id)} off",
                        "write an event type, e.g. `on: fee.late`")  # fmt: skip
            continue
        bad = False
        seen: set[str] = set()
        for text in rule.on:
            try:
                trigger = parse_trigger(text, policy)
            except BadTrigger as refused:
                bad = True
                yield refused.finding
                continue
            if twice := [key for key in trigger.keys if key in seen]:
                yield found("D323", text, f"{quoted(twice[0])} sets this rule off already",
                            "leave it out", "warning")  # fmt: skip
            seen.update(trigger.keys)
        if not bad:
            try:
                parse_triggers(rule, policy)
            except BadTrigger as refused:
                yield refused.finding


def overrides(policy: Policy) -> Iterator[Finding]:
    """Overridden rules exist, and no chain of overrides comes back to where it began."""
    known = [str(rule.id) for rule in policy.rules]
    for rule in policy.rules:
        for name in rule.overrides:
            if name == rule.id:
                yield found("D316", name, f"{quoted(name)} overrides itself", "leave it out")
            elif name not in known:
                yield unknown(name, "rule", known, "rules")
    edges = override_edges(policy)
    reported: set[frozenset[str]] = set()
    for rule in policy.rules:
        for name in rule.overrides:
            back = _path(edges, name, rule.id) if name != rule.id else None
            if back is None or frozenset(back) in reported:
                continue
            reported.add(frozenset(back))
            circle = " → ".join(quoted(step) for step in (rule.id, *back))
            yield found("D316", name, f"these rules override each other: {circle}",
                        "leave one of these overrides out")  # fmt: skip


def override_edges(policy: Policy) -> Mapping[str, tuple[str, ...]]:
    """Rule id → the ids that it overrides."""
    return {str(rule.id): tuple(str(name) for name in rule.overrides) for rule in policy.rules}


def _path(edges: Mapping[str, tuple[str, ...]], start: str, goal: str) -> tuple[str, ...] | None:
    """A shortest way along overrides, both ends included."""
    ways: list[tuple[str, ...]] = [(str(start),)]
    seen = {str(start)}
    for way in ways:
        if way[-1] == goal:
            return way
        for following in edges.get(way[-1], ()):
            if following not in seen:
                seen.add(following)
                ways.append((*way, following))
    return None


def reaches(edges: Mapping[str, tuple[str, ...]], start: str, goal: str) -> bool:
    """Whether one rule sets the other aside, perhaps through others."""
    return start != goal and _path(edges, start, goal) is not None


def spans_of_force(policy: Policy) -> Iterator[Finding]:
    """``in_force`` begins before it ends."""
    for rule in policy.rules:
        force = rule.in_force
        if force is None:
            continue
        spot: object = force if force.where else rule.id
        if force.from_ is None and force.until is None:
            yield found("D311", spot, "this `in_force` bounds nothing",
                        "write `from` or `until`, or leave it out", "warning")  # fmt: skip
        elif force.from_ is not None and force.until is not None and force.from_ >= force.until:
            yield found("D311", spot,
                        f"{quoted(rule.id)} is never in force: it begins on"
                        f" {show_instant(force.from_)} and ends before"
                        f" {show_instant(force.until)}",
                        "`from` is the first instant, `until` the one behind the last")  # fmt: skip
