"""One rule at a time: those that can never match, that always do, and idle comparisons."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.audit.static.analysis import Analysis
from engine.audit.static.playing import Stage
from engine.audit.static.quoting import condition_at, rule_at
from engine.audit.static.results import Result, number
from engine.audit.static.situation import Moment
from engine.evaluation.records import Step
from engine.language import expressions as ex
from engine.language.model import AllOf, AnyOf, Rule
from engine.language.triggers import parse_triggers
from engine.text import quoted

#: The comparisons that have a threshold.
_ORDERS = ("<", "<=", ">", ">=")


def fires(*rules: str, key: str = "", fired_only: bool = True) -> Any:
    """Whether all these rules fired in one part of a step, or were judged to match there."""
    verdicts = ("fired",) if fired_only else ("fired", "overridden", "limited")

    def shows(step: Step) -> bool:
        return any(
            {v.rule for v in part.verdicts if v.verdict in verdicts} >= set(rules)
            and (not key or part.trigger == key)
            for part in step.parts
        )

    return shows


def never(analysis: Analysis, _: Stage) -> Iterator[Result]:
    """Rules that no history can set off."""
    for rule in analysis.policy.rules:
        if analysis.live_moments(rule):
            continue
        clause = rule_at(rule)._replace(where=condition_at(rule))
        yield Result("D931", f"the rule {quoted(rule.id)} can never match: {_why(analysis, rule)}",
                     "proved", (clause,), "mend its condition, or take it out")  # fmt: skip


def _why(analysis: Analysis, rule: Rule) -> str:
    """What stands against it."""
    moments = analysis.moments(rule)
    if not moments:
        return _no_trigger(analysis, rule)
    for text, tree in conjuncts(rule):
        if all(analysis.possible(m, _read(analysis, m, tree)) == "no" for m in moments):
            return f"{quoted(text)} never holds{_range(analysis, moments[0], tree[0])}"
    if rule.unless is not None and all(
        analysis.implied(m, analysis.reader(m).written(rule.when, True),
                         analysis.reader(m).written(rule.unless, False)) for m in moments
    ):  # fmt: skip
        return "its exception holds whenever its condition does"
    return "its conditions cannot hold together"


def _no_trigger(analysis: Analysis, rule: Rule) -> str:
    trigger = parse_triggers(rule, analysis.policy)[0]
    match trigger.kind:
        case "refused":
            return f"no penalty that can be held blocks {quoted(trigger.types[0])}"
        case "entered" | "left":
            if trigger.grade in analysis.reach.grades(analysis.policy, trigger.score):
                return f"no grade but {quoted(trigger.grade)} can be reached"
            return f"the grade {quoted(trigger.grade)} cannot be reached"
        case "began":
            return f"nobody can come to hold {quoted(trigger.measure)}"
        case "ended":
            return f"{quoted(trigger.measure)} cannot end"
        case _:
            return "the policy has no subjects"


def conjuncts(rule: Rule) -> list[tuple[str, tuple[ex.Expr, bool]]]:
    """The parts of a rule's condition that all have to hold: text, (tree, whether it must)."""
    found = []
    for written, wanted in ((rule.when, True), (rule.unless, False)):
        if written is None:
            continue
        if isinstance(written, AnyOf):
            texts = [str(t) for t in written.any]
            spans = (0, 0)
            tree: ex.Expr = ex.Or(tuple(ex.parse(t) for t in texts), spans)
            found.append((" or ".join(texts), (tree, wanted)))
            continue
        for text in written.all if isinstance(written, AllOf) else (written,):
            plain = str.__str__(text)
            tree = ex.parse(text)
            split = wanted and isinstance(tree, ex.And)
            for part in tree.operands if split and isinstance(tree, ex.And) else (tree,):
                found.append((plain[part.span[0] : part.span[1]], (part, wanted)))
    return found


def _read(analysis: Analysis, moment: Moment, part: tuple[ex.Expr, bool]) -> Any:
    reader = analysis.reader(moment)
    test = reader.test(part[0])
    return test if part[1] else reader.situation.asking.no(test)


def _range(analysis: Analysis, moment: Moment, tree: ex.Expr) -> str:
    """``: `score` is between 0 and 1300``, where that explains a comparison."""
    if not isinstance(tree, ex.Compare):
        return ""
    term = analysis.reader(moment).value(tree.left)
    if term.kind != "number" or term.low is None or term.high is None or term.fixed is not None:
        return ""
    from engine.audit.static.terms import LARGEST

    read = "its left side"
    if isinstance(tree.left, ex.Name):
        read = quoted(tree.left.path)
    if term.low > -LARGEST and term.high < LARGEST:
        return f"; {read} is between {number(term.low)} and {number(term.high)}"
    if term.high < LARGEST:
        return f"; {read} is at most {number(term.high)}"
    return f"; {read} is at least {number(term.low)}" if term.low > -LARGEST else ""


def always(analysis: Analysis, stage: Stage) -> Iterator[Result]:
    """Rules whose condition holds whenever they are judged."""
    for rule in analysis.policy.rules:
        if rule.when is None and rule.unless is None:
            continue
        moments = analysis.moments(rule)
        if not moments or not all(_holds(analysis, rule, moment) for moment in moments):
            continue
        shows = fires(str(rule.id), fired_only=False)
        condition = analysis.condition(rule, moments[0])
        witness = stage.find(moments[0], shows, condition, history=False)
        clause = rule_at(rule)._replace(where=condition_at(rule))
        yield Result("D932", f"the condition of the rule {quoted(rule.id)} always holds when it"
                     " is judged", "proved", (clause,),
                     "leave the condition out, or mend it", witness)  # fmt: skip


def _holds(analysis: Analysis, rule: Rule, moment: Moment) -> bool:
    ask = analysis.reader(moment).situation.asking
    missing = ask.no(analysis.condition(rule, moment))
    return analysis.possible(moment, missing, about=f"rules.{rule.id}") == "no"


def idle(analysis: Analysis, _: Stage) -> Iterator[Result]:
    """Comparisons with a threshold that nothing meets, or that nothing can fail to meet."""
    for rule in analysis.alive():
        moments = analysis.moments(rule)
        for written in (rule.when, rule.unless):
            for text in _texts(written):
                yield from _idle_parts(analysis, rule, moments, text)
    for section in ("rewards", "penalties"):
        for name, measure in getattr(analysis.policy, section).items():
            if measure.while_ is not None and str(name) in analysis.reach.measures:
                moments = tuple(Moment("", str(kind)) for kind in analysis.policy.subjects)
                yield from _idle_parts(analysis, None, moments, measure.while_,
                                       f"{section}.{name}")  # fmt: skip


def _texts(written: AllOf | AnyOf | str | None) -> tuple[str, ...]:
    if isinstance(written, AllOf):
        return tuple(written.all)
    if isinstance(written, AnyOf):
        return tuple(written.any)
    return () if written is None else (written,)


def _idle_parts(
    analysis: Analysis, rule: Rule | None, moments: tuple[Moment, ...], text: str, clause: str = ""
) -> Iterator[Result]:
    """The idle comparisons of one expression; a whole condition is told of elsewhere."""
    tree = ex.parse(text)
    alone = rule is not None and len(conjuncts(rule)) == 1
    for node in ex.walk(tree):
        if not isinstance(node, ex.Compare) or node.operator not in _ORDERS:
            continue
        if alone and node is tree:
            continue
        tests = [(m, analysis.reader(m).test(node)) for m in moments]
        never_holds = all(analysis.possible(m, test) == "no" for m, test in tests)
        fails = [analysis.possible(m, analysis.reader(m).situation.asking.no(test))
                 for m, test in tests]  # fmt: skip
        if not never_holds and any(answer != "no" for answer in fails):
            continue
        said = str.__str__(text)[node.span[0] : node.span[1]]
        where, _ = ex.place(text, node.span)
        at = rule_at(rule) if rule is not None else _measure_at(analysis, clause, text)
        word = "can never hold" if never_holds else "always holds"
        why = _range(analysis, moments[0], node) if never_holds else ""
        yield Result("D939", f"{quoted(said)} in `{at.clause}` {word}{why}", "proved",
                     (at._replace(where=where or at.where),),
                     "move the threshold, or leave the comparison out")  # fmt: skip


def _measure_at(analysis: Analysis, clause: str, text: str) -> Any:
    from engine.audit.static.quoting import named

    return named(analysis.policy, clause)._replace(text=f"while: {text}")
