"""Clauses as findings name them: path, place, and what is written there."""

from __future__ import annotations

from engine.audit.static.results import ClauseAt
from engine.findings import Where
from engine.language.model import AllOf, AnyOf, Policy, Rule
from engine.language.nodes import where_of
from engine.text import quoted


def condition_text(written: AllOf | AnyOf | str | None) -> str:
    """A condition as one text."""
    if isinstance(written, AllOf):
        return " and ".join(written.all)
    if isinstance(written, AnyOf):
        return " or ".join(written.any)
    return "" if written is None else str.__str__(written)


def rule_at(rule: Rule) -> ClauseAt:
    """A rule, quoted by its condition."""
    parts = [("on", ", ".join(rule.on)), ("when", condition_text(rule.when)),
             ("unless", condition_text(rule.unless))]  # fmt: skip
    text = "; ".join(f"{key}: {said}" for key, said in parts if said)
    return ClauseAt(f"rules.{rule.id}", where_of(rule.id) or rule.where, text)


def condition_at(rule: Rule) -> Where | None:
    """Where a rule's condition begins, or the rule if it has none."""
    for written in (rule.when, rule.unless):
        if isinstance(written, AllOf | AnyOf):
            return written.where or rule.where
        if written is not None:
            return where_of(written) or rule.where
    return rule.where


def named(policy: Policy, clause: str) -> ClauseAt:
    """A clause by its path, e.g. ``events.fee.late`` or ``grades.trust.A``."""
    section, _, name = clause.partition(".")
    if section == "rules":
        return next(rule_at(rule) for rule in policy.rules if rule.id == name)
    if section == "grades":
        score, _, grade = name.partition(".")
        found = next(g for g in policy.grades[score] if g.name == grade)
        return ClauseAt(clause, where_of(found.name) or found.where)
    held = getattr(policy, section)
    key = next(key for key in held if key == name)
    return ClauseAt(clause, where_of(key) or held[key].where)


def rules_said(rules: tuple[Rule, ...] | list[Rule]) -> str:
    """``the rules `a` and `b```."""
    names = [quoted(rule.id) for rule in rules]
    lead = "the rule " if len(names) == 1 else "the rules "
    return lead + (names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}")
