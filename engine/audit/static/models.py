"""From an answer of the solver to a concrete event, with values that a person would choose."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.audit.static.analysis import Analysis
from engine.audit.static.situation import Moment, Situation
from engine.audit.static.solving import Asking
from engine.audit.static.terms import Term
from engine.language import expressions as ex
from engine.language.model import Policy
from engine.language.rows import Value
from engine.values import MILLION

#: How many questions make the values of one event easy to read.
_WISHES = 80


@dataclass(frozen=True)
class Sketch:
    """An event that the solver thinks of, and what must be so before it."""

    moment: Moment
    fields: Mapping[str, Value]
    attributes: Mapping[str, Value]
    source: str | None
    reporter: bool  # whether it needs one who is in the cast
    others: Mapping[str, Mapping[str, Value]]  # of(…) key → attributes of whom it names
    related: Mapping[str, int]  # relation → how many
    counts: Mapping[str, int]  # e.g. `count(fee.late, 90 days)` → how many
    held: tuple[str, ...] = ()  # measures, and registries that the subject is on
    scores: Mapping[str, int] = field(default_factory=dict)


def sketch(analysis: Analysis, moment: Moment, *parts: Any, fresh: bool) -> Sketch | None:
    """An event for which the conditions hold, or ``None``.

    ``fresh``: it is to be the first thing that happens to a subject who has just joined.
    """
    reader = analysis.reader(moment)
    _all_fields(analysis.policy, moment, reader.situation)
    situation = reader.situation
    ask = situation.asking
    given = [*parts, *(_fresh(situation) if fresh else ())]
    with ask.supposing(given, situation.sides()):
        if ask.possible(()) != "yes":
            return None
        asked = 0
        for wishes in _wishes(analysis.policy, situation):
            for wish in wishes:
                asked += 1
                if asked > _WISHES:
                    break
                if ask.possible((wish,)) == "yes":
                    ask.also(wish)
                    break
        if ask.possible(()) != "yes":
            return None
    return _read(situation, moment)


def _all_fields(policy: Policy, moment: Moment, situation: Situation) -> None:
    """Every field of the event is to have a value, also one that no condition reads."""
    if moment.event is not None:
        for name in policy.events[moment.event].fields:
            situation.field(str(name))


def _fresh(situation: Situation) -> list[Any]:
    """That nothing has happened yet."""
    ask, policy = situation.asking, situation.policy
    held = []
    for key, term in situation.terms.items():
        if key.startswith("score."):
            held.append(term.value == policy.scores[key.partition(".")[2]].start)
        elif key.startswith(("count(", "refusals(")):
            function, _, rest = key.partition("(")
            event = rest.partition(",")[0]
            judged = situation.moment.recorded == event if function == "count" else (
                situation.moment.key == f"refused {event}")  # fmt: skip
            held.append(term.value == int(judged))
        elif key.startswith("of(") and ", score." in key:
            start = policy.scores[key.rpartition("score.")[2].rstrip(")")].start
            held.append(term.value == start)
        elif key.startswith(("has(", "listed(")) and not _by_itself(policy, key):
            held.append(ask.no(term.value))
        elif key == "age_of_record()":
            held.append(term.value == 0)
        elif key.startswith("related_any("):
            held.append(ask.no(term.value))
    return held


def _by_itself(policy: Policy, key: str) -> bool:
    """Whether a measure is held by its `while`, so perhaps from the start."""
    name = key.partition("(")[2][:-1]
    declared = policy.rewards.get(name) or policy.penalties.get(name)
    return key.startswith("has(") and declared is not None and declared.while_ is not None


def _wishes(policy: Policy, situation: Situation) -> Iterable[Iterable[Any]]:
    """For each variable the values that are easiest to read, best first."""
    ask = situation.asking
    numbers = sorted(_written(policy))
    for key, term in situation.terms.items():
        if key.startswith(("has(", "listed(")):
            yield [ask.no(term.value)]
        elif key.startswith("of(") and ", score." in key:
            yield [term.value == policy.scores[key.rpartition("score.")[2].rstrip(")")].start]
        elif key.startswith("score."):
            yield [term.value == policy.scores[key.partition(".")[2]].start]
        if not key.startswith(("event.", "subject.", "count(", "refusals(", "related_count(")):
            continue
        if term.kind in ("text", "boolean"):
            continue
        if term.kind == "whole":
            yield (term.value <= most for most in (0, 1, 2, 3, 5, 10, 20))
            continue
        plain = [0, *(n for n in numbers if n >= 0), *(n for n in reversed(numbers) if n < 0)]
        low = [term.low] if term.low is not None and abs(term.low) < 10**12 else []
        wished = [*low, *plain, *(n + MILLION for n in numbers), *(n - MILLION for n in numbers)]
        yield (_is(ask, term, n) for n in dict.fromkeys(wished))


def _written(policy: Policy) -> set[int]:
    """The numbers that the policy's conditions name, in millionths."""
    found = {0, MILLION}
    for rule in policy.rules:
        for condition in (rule.when, rule.unless):
            texts = [condition] if isinstance(condition, str) else [
                *getattr(condition, "all", ()), *getattr(condition, "any", ())]  # fmt: skip
            for text in texts:
                for node in ex.walk(ex.parse(text)):
                    if isinstance(node, ex.Number):
                        found.add(node.value)
                    elif isinstance(node, ex.Name) and node.parts[0] == "weights":
                        found.add(policy.weights[node.path.partition(".")[2]].value)
    return found


def _read(situation: Situation, moment: Moment) -> Sketch:
    """The values of the last answer."""
    fields: dict[str, Value] = {}
    attributes: dict[str, Value] = {}
    counts: dict[str, int] = {}
    related: dict[str, int] = {}
    others: dict[str, dict[str, Value]] = {}
    for key, term in situation.terms.items():
        there = situation.asking.value(term.there)
        if key.startswith("event.") and there:
            fields[key[6:]] = _value(situation, term)
        elif key.startswith("subject.") and there:
            attributes[key[8:]] = _value(situation, term)
        elif term.kind == "whole":
            counts[key] = situation.asking.value(term.value)
        elif key.startswith("related_count("):
            related[key[15:-2]] = situation.asking.value(term.value) // MILLION
        elif key.startswith("of("):
            who, _, read = key[3:-1].partition(", ")
            if not read and situation.asking.value(term.value):
                others.setdefault(who, {})
            elif there and read.startswith("subject."):
                others.setdefault(who, {})[read[8:]] = _value(situation, term)
    source = situation.terms.get("source")
    named = source is not None and situation.asking.value(source.there)
    reporter = situation.terms.get("reporter")
    held = tuple(
        key.partition("(")[2][:-1] for key, term in situation.terms.items()
        if key.startswith(("has(", "listed(")) and situation.asking.value(term.value)
    )  # fmt: skip
    scores = {
        key.partition(".")[2]: situation.asking.value(term.value)
        for key, term in situation.terms.items()
        if key.startswith("score.") and situation.asking.value(term.there)
    }
    return Sketch(
        moment, fields, attributes,
        str(_value(situation, source)) if named and source is not None else None,
        "reporter" in others or bool(reporter and situation.asking.value(reporter.there)),
        others, related, counts, held, scores,
    )  # fmt: skip


def _value(situation: Situation, term: Term) -> Value:
    found = situation.asking.value(term.value)
    if term.kind == "text":
        return situation.spelled(found)
    return bool(found) if term.kind == "boolean" else int(found)


def _is(ask: Asking, term: Term, value: int) -> Any:
    return ask.both((term.there, term.value == value))
