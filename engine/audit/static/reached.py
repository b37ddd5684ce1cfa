"""What is declared and cannot come about: unseen events, grades and measures out of reach."""

from __future__ import annotations

from collections.abc import Iterator

from engine.audit.static.analysis import Analysis
from engine.audit.static.playing import Stage
from engine.audit.static.quoting import named
from engine.audit.static.results import Result, number
from engine.audit.static.terms import LARGEST
from engine.evaluation.reads import expressions_of
from engine.language import expressions as ex
from engine.language.model import Policy
from engine.language.triggers import matching_types, parse_triggers
from engine.text import quoted


def gaps(analysis: Analysis, _: Stage) -> Iterator[Result]:
    """Events that no rule waits for, no expression reads and no penalty blocks."""
    policy = analysis.policy
    seen = _seen(policy)
    for event in policy.events:
        if str(event) in seen:
            continue
        raised = [r for r in policy.rules
                  if any(a.emit is not None and a.emit.event == event for a in r.then)]  # fmt: skip
        more = ", though rules raise it" if raised else ""
        clauses = (named(policy, f"events.{event}"), *(named(policy, f"rules.{r.id}")
                                                       for r in raised))  # fmt: skip
        yield Result("D936", f"nothing sees the event {quoted(event)}{more}", "proved", clauses,
                     "write a rule for it, or take it out")  # fmt: skip


def _seen(policy: Policy) -> set[str]:
    """Every event type that something waits for, reads or blocks."""
    found: set[str] = set()
    for rule in policy.rules:
        for trigger in parse_triggers(rule, policy):
            found.update(trigger.types)
    for penalty in policy.penalties.values():
        for pattern in penalty.blocks:
            found.update(matching_types(pattern, policy))
    for tree in expressions_of(policy):
        for node in ex.walk(tree):
            if isinstance(node, ex.Call) and node.arguments:
                first = node.arguments[0]
                if isinstance(first, ex.Name):
                    found.update((first.path, first.path.rpartition(".")[0]))
    return found


def grades(analysis: Analysis, _: Stage) -> Iterator[Result]:
    """Grades that no score can come to."""
    policy = analysis.policy
    for score, ladder in policy.grades.items():
        left = analysis.reach.grades(policy, str(score))
        low, high = analysis.reach.scores[str(score)]
        for grade in ladder:
            if str(grade.name) not in left:
                yield Result(
                    "D937", f"nobody can reach the grade {quoted(grade.name)} of {quoted(score)}:"
                    f" the score {_between(low, high)}", "proved",
                    (named(policy, f"grades.{score}.{grade.name}"),
                     named(policy, f"scores.{score}")),
                    "move its `from`, or give the score what leads there",
                )  # fmt: skip


def _between(low: int, high: int) -> str:
    if low == high:
        return f"is always {number(low)}"
    if low <= -LARGEST:
        return f"is at most {number(high)}"
    if high >= LARGEST:
        return f"is at least {number(low)}"
    return f"is between {number(low)} and {number(high)}"


def measures(analysis: Analysis, _: Stage) -> Iterator[Result]:
    """Measures that nobody can hold, and registries that nobody can be on."""
    policy = analysis.policy
    for section, word in (("rewards", "reward"), ("penalties", "penalty")):
        for name, measure in getattr(policy, section).items():
            if str(name) in analysis.reach.measures:
                continue
            verb = "grants" if word == "reward" else "imposes"
            why = "its `while` can never hold" if measure.while_ is not None else (
                f"no rule that can match {verb} it")  # fmt: skip
            yield Result("D938", f"nobody can hold the {word} {quoted(name)}: {why}", "proved",
                         (named(policy, f"{section}.{name}"),),
                         "write what leads to it, or take it out")  # fmt: skip
    for name in policy.registries:
        if str(name) not in analysis.reach.listed:
            yield Result("D938", f"nobody can be put on the registry {quoted(name)}: no rule that"
                         " can match lists on it", "proved", (named(policy, f"registries.{name}"),),
                         "write a rule that lists on it, or take it out")  # fmt: skip
