"""Every number that a policy states, with the clause that states it and how far to believe it.

Enters: a checked policy. Leaves: one :class:`Stated` a number, in policy order. A number inside
a condition or an action has no standing of its own: it has that of its rule.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from engine.findings import Where
from engine.language.expressions import parse
from engine.language.model import Action, Clause, Measure, Policy, Rule, Score, ScoreSet, Weight
from engine.language.model.policy import AllOf, AnyOf
from engine.language.translations import in_language
from engine.language.trees import Expr, Length, Negative, Number, children
from engine.values import Duration, format_number


class Stated(NamedTuple):
    """One number as a policy states it."""

    clause: str  # path of the clause, e.g. `weights.late`
    title: str  # the clause's own title, "" if it has none
    what: str  # which of its numbers, e.g. `value`, `min`, `when`
    number: str  # as it is read: `-5 points`, `90 days`
    standing: str  # documented | reported | adapted | invented
    cite: str | None  # the id of its source
    source: str  # the source on one line, "" without one
    url: str
    where: Where | None

    @property
    def unproved(self) -> bool:
        """Whether it claims a document and names none."""
        return self.standing == "documented" and not self.source


def figures(policy: Policy, lang: str | None = None) -> Iterator[Stated]:
    """Every number of a policy, titles and sources in a language."""
    for section, name, clause in _clauses(policy):
        for what, number in _numbers(clause):
            yield _stated(policy, f"{section}.{name}", clause, (what, number), lang)


def _clauses(policy: Policy) -> Iterator[tuple[str, str, Clause]]:
    for section in ("institutions", "weights", "scores"):
        for name, clause in getattr(policy, section).items():
            yield section, str(name), clause
    for score, ladder in policy.grades.items():
        for grade in ladder:
            yield "grades", f"{score}.{grade.name}", grade
    for section in ("rewards", "penalties"):
        for name, clause in getattr(policy, section).items():
            yield section, str(name), clause
    for rule in policy.rules:
        yield "rules", str(rule.id), rule


def _stated(
    policy: Policy, path: str, clause: Clause, said: tuple[str, str], lang: str | None
) -> Stated:
    source = policy.sources.get(clause.cite) if clause.cite is not None else None
    shown = url = ""
    if source is not None:
        year = f" ({source.year})" if source.year else ""
        place = f", {source.where_in}" if source.where_in else ""
        shown = f"{in_language(source.title, lang)}{year}{place}"
        url = str(source.url or "")
    title = in_language(clause.title or "", lang)
    standing = clause.standing or policy.standing
    cite = None if clause.cite is None else str(clause.cite)
    return Stated(path, str(title), *said, standing, cite, shown, url, clause.where)


# --- the numbers of one clause ----------------------------------------------------


def _numbers(clause: Clause) -> Iterator[tuple[str, str]]:
    """(which, the number) of one clause, in the order of its keys."""
    if isinstance(clause, Weight):
        yield "value", _with_unit(clause.value, clause)
    elif isinstance(clause, Score):
        yield from _of_score(clause)
    elif isinstance(clause, Measure):
        yield from _of_measure(clause)
    elif isinstance(clause, Rule):
        yield from dict.fromkeys(_of_rule(clause))
    else:
        start, delay = getattr(clause, "from_", None), getattr(clause, "delay", None)
        if start is not None:
            yield "from", format_number(start)
        if delay is not None:
            yield "delay", str(delay)


def _with_unit(value: int, weight: Weight) -> str:
    return f"{format_number(value)} {weight.unit}" if weight.unit else format_number(value)


def _of_score(score: Score) -> Iterator[tuple[str, str]]:
    for what, value in (("start", score.start), ("min", score.min), ("max", score.max)):
        if value is not None:
            yield what, format_number(value)
    if score.drift is not None:
        drift = score.drift
        yield "drift", f"{format_number(drift.by)} every {drift.every}"


def _of_measure(measure: Measure) -> Iterator[tuple[str, str]]:
    if measure.while_ is not None:
        yield from _in_text("while", measure.while_)
    if measure.lasts is not None:
        yield "lasts", str(measure.lasts)
    if measure.quota is not None:
        yield "quota", str(measure.quota)


def _of_rule(rule: Rule) -> Iterator[tuple[str, str]]:
    for text in rule.on:
        word, _, period = text.partition(" ")
        if word == "every":
            yield "on", f"every {period.strip()}"
    for what, condition in (("when", rule.when), ("unless", rule.unless)):
        for text in _texts(condition):
            yield from _in_text(what, text)
    for action in rule.then:
        yield from _of_action(action)
    if rule.limit is not None:
        yield "limit", f"{rule.limit.times} per {rule.limit.per or 'ever'}"


def _texts(condition: AllOf | AnyOf | str | None) -> tuple[str, ...]:
    if isinstance(condition, AllOf):
        return condition.all
    if isinstance(condition, AnyOf):
        return condition.any
    return () if condition is None else (condition,)


def _of_action(action: Action) -> Iterator[tuple[str, str]]:
    for change in (action.score or {}).values():
        text = change.set if isinstance(change, ScoreSet) else change
        yield from _in_text("score", text)
    for what, length in (("lapses", action.lapses), ("for", action.for_), ("after", action.after)):
        if isinstance(length, Duration):
            yield what, str(length)


def _in_text(what: str, text: str) -> Iterator[tuple[str, str]]:
    for number in _literals(parse(text)):
        yield what, number


def _literals(tree: Expr) -> Iterator[str]:
    """The numbers and lengths that stand in an expression; 0 states nothing."""
    if isinstance(tree, Negative) and isinstance(tree.operand, Number):
        yield format_number(-tree.operand.value)
    elif isinstance(tree, Number):
        if tree.value:
            yield format_number(tree.value)
    elif isinstance(tree, Length):
        if tree.value is not None:
            yield str(tree.value)
    else:
        for child in children(tree):
            yield from _literals(child)
