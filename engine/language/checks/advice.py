"""Warnings: a policy that can be played, but perhaps not as its writer meant it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from engine.findings import Finding
from engine.language.checks.common import clauses, found, readable
from engine.language.checks.rules import override_edges, reaches
from engine.language.model import Policy, Rule, ScoreSet
from engine.language.triggers import BadTrigger, parse_triggers
from engine.language.typing import names_in
from engine.text import quoted


class _Set(NamedTuple):
    rule: Rule
    keys: frozenset[str]  # what sets the rule off
    score: str
    target: str
    spot: object


def two_sets(policy: Policy) -> Iterator[Finding]:
    """Two sets of one score that can meet: only then does the order of the file matter."""
    edges = override_edges(policy)
    seen: list[_Set] = []
    for new in _sets(policy):
        for old in seen:
            if _meet(old, new) and not (
                reaches(edges, old.rule.id, new.rule.id) or reaches(edges, new.rule.id, old.rule.id)
            ):
                other = "above" if old.rule is new.rule else f"in {quoted(old.rule.id)}"
                yield found("D320", new.spot,
                            f"this and the set {other} may meet: the later one wins",
                            "let one rule override the other, or add instead",
                            "warning")  # fmt: skip
                break
        seen.append(new)


def _sets(policy: Policy) -> Iterator[_Set]:
    for rule in policy.rules:
        try:
            triggers = parse_triggers(rule, policy)
        except BadTrigger:
            continue
        keys = frozenset(key for trigger in triggers for key in trigger.keys)
        for action in rule.then:
            for name, change in (action.score or {}).items():
                if isinstance(change, ScoreSet):
                    score = name or next(iter(policy.scores), "")
                    target = "".join((action.to or "subject").split())
                    spot = change.set if getattr(change.set, "where", None) else rule.id
                    yield _Set(rule, keys, str(score), target, spot)


def _meet(one: _Set, other: _Set) -> bool:
    """Whether both may change one score of one subject in one part of a step."""
    return (
        one.score == other.score
        and one.target == other.target
        and bool(one.keys & other.keys)
        and _in_force_together(one.rule, other.rule)
    )


def _in_force_together(one: Rule, other: Rule) -> bool:
    for a, b in ((one.in_force, other.in_force), (other.in_force, one.in_force)):
        if a and b and a.until is not None and b.from_ is not None and a.until <= b.from_:
            return False
    return True


#: Sections whose clauses are claims; the others only give names to things.
_CLAIMS = ("weights", "scores", "grades", "rewards", "penalties", "rules")


def uncited(policy: Policy) -> Iterator[Finding]:
    """A documented clause says by which document."""
    for section, name, clause in clauses(policy):
        inherited = policy.standing == "documented" and section in _CLAIMS
        standing = clause.standing or ("documented" if inherited else None)
        if standing == "documented" and clause.cite is None:
            yield found("D321", name, f"{quoted(name)} is documented but cites no source",
                        "write `cite:` with an entry of `sources`, or another `standing`",
                        "warning")  # fmt: skip


def unused_weights(policy: Policy) -> Iterator[Finding]:
    """A weight that no expression reads changes nothing."""
    trees = readable(policy)
    if trees is None:
        return
    used = {name for tree in trees for name in names_in(tree)}
    known = {f"weights.{name}" for name in policy.weights}
    if any(name.startswith("weights.") and name not in known for name in used):
        return  # a misspelt weight is an error already, and perhaps the use that is missed here
    for name in policy.weights:
        if f"weights.{name}" not in used:
            yield found("D322", name, f"the weight {quoted(name)} is never used",
                        f"read `weights.{name}` in a rule, or leave it out",
                        "warning")  # fmt: skip
