"""Two rules at a time: one that does no more than another, one that another always sets
aside, and two that pull in opposite directions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations, permutations
from typing import Any, NamedTuple

from engine.audit.static.analysis import Analysis
from engine.audit.static.playing import Stage
from engine.audit.static.quoting import rule_at, rules_said
from engine.audit.static.results import Result
from engine.audit.static.rules import fires
from engine.audit.static.situation import Moment
from engine.evaluation.records import Step
from engine.language.model import Action, Policy, Rule
from engine.text import quoted


def overriders(policy: Policy) -> Mapping[str, frozenset[str]]:
    """Rule → all that set it aside where they match, through chains too."""
    direct = {str(rule.id): {str(o) for o in rule.overrides} for rule in policy.rules}
    found: dict[str, set[str]] = {name: set() for name in direct}
    for name, mine in direct.items():
        open_, seen = list(mine), set()
        while open_:
            one = open_.pop()
            if one not in seen:
                seen.add(one)
                open_ += direct[one]
        for one in seen:
            found[one].add(name)
    return {name: frozenset(by) for name, by in found.items()}


def _always_there(rule: Rule, other: Rule) -> bool:
    """Whether a rule is in force and not silenced whenever the other is in force."""
    if rule.limit is not None:
        return False
    mine, theirs = rule.in_force, other.in_force
    if mine is None:
        return True
    starts, stops = (theirs.from_, theirs.until) if theirs else (None, None)
    return (mine.from_ is None or (starts is not None and mine.from_ <= starts)) and (
        mine.until is None or (stops is not None and stops <= mine.until)
    )


def _ever_together(a: Rule, b: Rule) -> bool:
    """Whether both are in force at some instant."""
    starts = [r.in_force.from_ for r in (a, b) if r.in_force and r.in_force.from_ is not None]
    stops = [r.in_force.until for r in (a, b) if r.in_force and r.in_force.until is not None]
    return not starts or not stops or max(starts) < min(stops)


def set_aside(analysis: Analysis, _: Stage) -> Iterator[Result]:
    """Rules that match, but never without one that overrides them."""
    over = overriders(analysis.policy)
    for rule in analysis.alive():
        others = [r for r in analysis.policy.rules
                  if str(r.id) in over[str(rule.id)] and _always_there(r, rule)]  # fmt: skip
        moments = analysis.live_moments(rule)
        if not others or not all(_covered(analysis, rule, others, m) for m in moments):
            continue
        needed = _needed(analysis, rule, others, moments)
        yield Result("D933", f"the rule {quoted(rule.id)} never fires: whenever it matches,"
                     f" {rules_said(needed)} set{'s' * (len(needed) == 1)} it aside", "proved",
                     (rule_at(rule), *(rule_at(r) for r in needed)),
                     "take it out, or narrow what overrides it")  # fmt: skip


def _needed(
    analysis: Analysis, rule: Rule, others: list[Rule], moments: tuple[Moment, ...]
) -> list[Rule]:
    """As few of the overriding rules as are enough."""
    for other in list(others):
        fewer = [r for r in others if r is not other]
        if fewer and all(_covered(analysis, rule, fewer, m) for m in moments):
            others = fewer
    return others


def _covered(analysis: Analysis, rule: Rule, others: list[Rule], moment: Moment) -> bool:
    ask = analysis.reader(moment).situation.asking
    here = [r for r in others if moment in analysis.moments(r)]
    return bool(here) and analysis.implied(
        moment, analysis.condition(rule, moment),
        ask.either(analysis.condition(r, moment) for r in here), f"rules.{rule.id}",
    )  # fmt: skip


def subsumed(analysis: Analysis, stage: Stage) -> Iterator[Result]:
    """Rules that only ever do what another rule does at the same time."""
    over = overriders(analysis.policy)
    told: set[frozenset[str]] = set()
    for rule, other in permutations(analysis.alive(), 2):
        names = frozenset((str(rule.id), str(other.id)))
        if names in told or _related(over, rule, other) or not _always_there(other, rule):
            continue
        moments = analysis.live_moments(rule)
        if not rule.then or not set(moments) <= set(analysis.moments(other)):
            continue
        if all(_within(analysis, rule, other, m) for m in moments) and not any(
            _spoiled(analysis, over, rule, other, m) for m in moments
        ):
            told.add(names)
            shows = fires(str(rule.id), str(other.id))
            condition = analysis.condition(rule, moments[0])
            witness = stage.find(moments[0], shows, condition, history=False)
            yield Result("D934", f"whenever the rule {quoted(rule.id)} fires, the rule"
                         f" {quoted(other.id)} fires too and does the same", "proved",
                         (rule_at(rule), rule_at(other)),
                         "take one out, or let one override the other", witness)  # fmt: skip


def _spoiled(
    analysis: Analysis, over: Mapping[str, frozenset[str]], rule: Rule, other: Rule, moment: Moment
) -> bool:
    """Whether a third rule may set only the other one aside."""
    spoilers = over[str(other.id)] - over[str(rule.id)]
    return any(
        str(third.id) in spoilers and moment in analysis.moments(third)
        and analysis.possible(moment, analysis.condition(rule, moment),
                              analysis.condition(third, moment)) != "no"
        for third in analysis.policy.rules
    )  # fmt: skip


def _related(over: Mapping[str, frozenset[str]], a: Rule, b: Rule) -> bool:
    return str(a.id) in over[str(b.id)] or str(b.id) in over[str(a.id)]


def _within(analysis: Analysis, rule: Rule, other: Rule, moment: Moment) -> bool:
    """Whether a rule's condition brings the other's, and its effects are among the other's."""
    condition = analysis.condition(rule, moment)
    mine, theirs = list(_effects(analysis, rule, moment)), list(_effects(analysis, other, moment))
    if not {one[:4] for one in mine} <= {two[:4] for two in theirs}:
        return False
    if not analysis.brings(rule, other, moment):
        return False
    return all(any(_same(analysis, moment, condition, one, two) for two in theirs) for one in mine)


class _Effect(NamedTuple):
    """What one action does, so that two can be compared."""

    verb: str
    target: str
    name: str
    rest: str  # what else must be alike: durations, texts
    amount: Any = None  # of a score


def _effects(analysis: Analysis, rule: Rule, moment: Moment) -> Iterator[_Effect]:
    for shift in analysis.shifts(rule, moment):
        verb = "set" if shift.is_set else "add"
        yield _Effect(verb, _target(shift.action), shift.score, str(shift.action.lapses),
                      shift.amount)  # fmt: skip
    for action in rule.then:
        if action.verb != "score":
            held = getattr(action, action.verb)
            name = str(held.event) if action.emit is not None else str(held)
            fields = sorted(action.emit.fields.items()) if action.emit is not None else ""
            rest = f"{action.for_} {action.via} {action.after} {fields}"
            yield _Effect(action.verb, _target(action), name, rest)


def _target(action: Action) -> str:
    written = "subject" if action.to is None else str(action.to)
    return "".join(written.split())


def _same(analysis: Analysis, moment: Moment, given: Any, one: _Effect, two: _Effect) -> bool:
    if one[:4] != two[:4]:
        return False
    if one.amount is None:
        return True
    return analysis.implied(moment, given, one.amount.value == two.amount.value)


def opposed(analysis: Analysis, stage: Stage) -> Iterator[Result]:
    """Rules that can fire together and pull in opposite directions."""
    over = overriders(analysis.policy)
    for rule, other in combinations(analysis.alive(), 2):
        if _related(over, rule, other) or not _ever_together(rule, other):
            continue
        candidates = list(_oppositions(analysis, rule, other))
        if not candidates:
            continue
        best: Result | None = None
        for moment, part, said, shows in candidates[:6]:
            both = (analysis.condition(rule, moment), analysis.condition(other, moment), part)
            witness = stage.find(moment, shows, *both)
            best = Result("D935", f"{rules_said([rule, other])} can fire together, and {said}",
                          "played" if witness else "possible", (rule_at(rule), rule_at(other)),
                          "let one override the other, or part their conditions", witness,
                          analysis.reader(moment).situation.loose)  # fmt: skip
            if witness:
                break
        if best is not None:
            yield best


def _oppositions(
    analysis: Analysis, rule: Rule, other: Rule
) -> Iterator[tuple[Moment, Any, str, Any]]:
    """(moment, condition of the effects, words, how a step shows it)."""
    shared = [m for m in analysis.live_moments(rule) if m in analysis.live_moments(other)]
    for moment in shared:
        ask = analysis.reader(moment).situation.asking
        for one in _effects(analysis, rule, moment):
            for two in _effects(analysis, other, moment):
                found = _against(ask, one, two)
                if found is None:
                    continue
                part, said, shows = found
                conditions = (analysis.condition(rule, moment), analysis.condition(other, moment))
                if analysis.possible(moment, *conditions, part) != "no":
                    both = _both(fires(str(rule.id), str(other.id), key=moment.key), shows)
                    yield moment, part, said, both


def _both(one: Any, two: Any) -> Any:
    return lambda step: one(step) and two(step)


#: Verbs that undo each other.
_OPPOSITE = {("grant", "lift"), ("impose", "lift"), ("list", "unlist")}


def _against(ask: Any, one: _Effect, two: _Effect) -> tuple[Any, str, Any] | None:
    if one.target != two.target or one.name != two.name:
        return None
    if (one.verb, two.verb) in _OPPOSITE or (two.verb, one.verb) in _OPPOSITE:
        return (ask.truth(True), f"one has {quoted(one.name)} begin where the other ends it"
                if "lift" in (one.verb, two.verb) else
                f"one lists on {quoted(one.name)} where the other unlists", _any_step)  # fmt: skip
    if one.verb != "add" or two.verb != "add":
        return None
    part = ask.either((
        ask.both((one.amount.there, two.amount.there,
                  one.amount.value > 0, two.amount.value < 0)),
        ask.both((one.amount.there, two.amount.there,
                  one.amount.value < 0, two.amount.value > 0)),
    ))  # fmt: skip
    return (part, f"one adds to the score {quoted(one.name)} what the other takes",
            _moved_both_ways(one.name))  # fmt: skip


def _any_step(_: Step) -> bool:
    return True


def _moved_both_ways(score: str) -> Any:
    """Whether one part moved a score up and down."""

    def shows(step: Step) -> bool:
        for part in step.parts:
            moves = [e.change for e in part.effects if e.kind == "add" and e.name == score]
            if any(m > 0 for m in moves) and any(m < 0 for m in moves):
                return True
        return False

    return shows
