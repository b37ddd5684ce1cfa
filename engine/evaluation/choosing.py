"""Choosing among the rules that matched (section 3.6.5 of the language)."""

from __future__ import annotations

from collections.abc import Sequence

from engine.evaluation.matchers import Judgement
from engine.evaluation.plan import RulePlan
from engine.evaluation.records import Verdict
from engine.evaluation.state import History, Subject


def choose(
    rules: Sequence[RulePlan], judgements: Sequence[Judgement], subject: Subject, now: int
) -> tuple[tuple[Verdict, ...], list[RulePlan]]:
    """Silence what is beyond its limit, set aside what is overridden; the rest fires."""
    verdicts: list[Verdict] = []
    fired: list[RulePlan] = []
    bounded = False
    for rule, found in zip(rules, judgements, strict=True):
        if found is None:
            fired.append(rule)
            bounded = bounded or rule.times > 0 or bool(rule.overrides)
            verdicts.append(Verdict(rule.id, "fired"))
        elif isinstance(found, str):
            verdicts.append(Verdict(rule.id, found))
        else:
            verdicts.append(Verdict(rule.id, "missed", found))
    if bounded:
        spoken = _bounded(fired, subject, now)
        fired = [rule for rule in fired if spoken[rule.id].verdict == "fired"]
        verdicts = [spoken.get(v.rule, v) for v in verdicts]
    return tuple(verdicts), fired


def _bounded(matched: list[RulePlan], subject: Subject, now: int) -> dict[str, Verdict]:
    """Verdicts of the rules that matched, where limits or overrides are among them."""
    limited = {rule.id for rule in matched if rule.times and _beyond(rule, subject, now)}
    by: dict[int, str] = {}
    for rule in matched:
        if rule.id not in limited:
            for index in rule.overrides:
                by.setdefault(index, rule.id)
    spoken = {}
    for rule in matched:
        if rule.id in limited:
            spoken[rule.id] = Verdict(rule.id, "limited")
        elif rule.index in by:
            spoken[rule.id] = Verdict(rule.id, "overridden", by=by[rule.index])
        else:
            spoken[rule.id] = Verdict(rule.id, "fired")
            if rule.times:
                subject.firings.setdefault(rule.index, History()).instants.append(now)
    return spoken


def _beyond(rule: RulePlan, subject: Subject, now: int) -> bool:
    """Whether a rule has used up its limit for a subject."""
    fired = subject.firings.get(rule.index)
    return fired is not None and fired.within(rule.per, now) >= rule.times
