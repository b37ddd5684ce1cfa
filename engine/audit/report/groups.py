"""The same behaviour of people who differ in one attribute: rates by group, with intervals.

Histories are drawn by lot from an audit's alphabet; each is played once for every value of the
attribute. So groups differ in nothing but that, and the interval says how far the drawing of
other histories might have moved a rate. It says nothing of how people behave.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.audit.bearing import attributes_read, shown, values_of
from engine.audit.bearing_rates import wilson
from engine.audit.coverage import befell
from engine.audit.life import Life
from engine.audit.pairs import with_attribute
from engine.audit.questions import Inquiry
from engine.audit.report.charts import Chart
from engine.audit.search import Node
from engine.audit.spaces import Watched
from engine.findings import DemeritError
from engine.language.model import Policy
from engine.language.rows import Cast, Event, Person, Value
from engine.plots import decimal
from engine.plots.intervals import Rate, group_intervals
from engine.values import MILLION, half_even

DRAWN = 100  # histories; each is played for every value
LEAST = 30  # so many make a group
_VALUES = 5  # of one attribute
_CHARTS = 3  # of one policy
_NAMES = frozenset({"name"})  # what is never a reason


@dataclass(frozen=True)
class Grouped:
    """What became of groups that behave alike, under one policy."""

    policy: str
    said: tuple[str, ...]
    charts: tuple[Chart, ...]


def grouped(asked: Inquiry, drawn: int = DRAWN) -> Grouped:
    """Rates of every penalty, listing and grade by each attribute that is read."""
    policy = asked.policy
    name = str(policy.policy)
    declared = dict.fromkeys(str(a) for kind in policy.subjects.values() for a in kind.attributes)
    told = [a for a in declared if a not in _NAMES]
    reads = frozenset().union(*(attributes_read(p) for _, p in asked.audit.policy.versions))
    read = [a for a in told if a in reads]
    said: list[str] = []
    if not told:
        said.append("Nobody has an attribute but a name.")
    elif len(read) < len(told):
        words = ", ".join(a for a in told if a not in reads)
        said.append(f"{words}: no condition and no amount reads it, so it cannot matter. This is"
                    " proved by reading.")  # fmt: skip
    if len(policy.subjects) > 1 and ("kind" in reads or _apart(policy)):
        read.insert(0, "kind")
    charts: list[Chart] = []
    for attribute in read:
        if asked.budget.over:
            said.append(f"{attribute}: not looked at, because {asked.budget.why}.")
            continue
        _one(asked, attribute, drawn, said, charts)
    return Grouped(name, tuple(said), tuple(charts[:_CHARTS]))


def _one(
    asked: Inquiry, attribute: str, drawn: int, said: list[str], charts: list[Chart]
) -> None:  # fmt: skip
    """One attribute: its sentence, and a picture where it makes a difference."""
    cast = asked.asked().setting().field.cast
    person = next((m for m in cast.members if _could(asked.policy, m, attribute)), None)
    if person is None:
        said.append(f"{attribute}: nobody in the audit's cast could have it.")
        return
    values = _values(asked.policy, person, attribute)
    if len(values) < 2:
        said.append(f"{attribute}: there is only one value to try.")
        return
    met = _met(asked, cast, person.id, attribute, values, drawn)
    outcomes = dict.fromkeys(o for rows in met.values() for row in rows for o in row)
    differs = {o: _spread(met, o) for o in sorted(outcomes)}
    worst = max(differs, key=lambda o: differs[o], default="")
    count = min((len(rows) for rows in met.values()), default=0)
    if not worst or not differs[worst]:
        alike = "no rate of any penalty, listing, worst grade or loss differs"
        tried = f"{count} histories played with each of {len(values)} values"
        said.append(f"{attribute}: {alike} over {tried}.")
        return
    rates = [_rate(f"{attribute} {shown(value)}", rows, worst) for value, rows in met.items()]
    told = "; ".join(f"{r.group} {_percent(r.rate)} ({_percent(r.low)} to {_percent(r.high)},"
                     f" n = {r.number})" for r in rates)  # fmt: skip
    said.append(f"{attribute} matters most for {worst}: {told}.")
    title = f"{worst}, by {attribute}, the same behaviour"
    charts.append(Chart(
        group_intervals(title, rates, LEAST),
        f"{asked.policy.policy}: {count} histories of {person.id} drawn by lot"
        f" (seed {asked.bounds.seed}), each played with every value; 95 % intervals",
    ))  # fmt: skip


def _apart(policy: Policy) -> bool:
    """Whether some score is not for every kind of subject."""
    return any(len(score.of) < len(policy.subjects) for score in policy.scores.values())


def _could(policy: Policy, person: Person, attribute: str) -> bool:
    return attribute == "kind" or attribute in policy.subjects[person.kind].attributes


def _values(policy: Policy, person: Person, attribute: str) -> list[Value]:
    """The values that are tried, somebody's own first."""
    if attribute == "kind":
        made: list[Value] = [person.kind, *map(str, policy.subjects)]
    else:
        declared = policy.subjects[person.kind].attributes[attribute]
        own = person.attributes.get(attribute)
        made = [*([] if own is None else [own]), *values_of(policy, attribute, declared)]
    return list(dict.fromkeys(made))[:_VALUES]


def _as(policy: Policy, cast: Cast, who: str, attribute: str, value: Value) -> Cast:
    """The cast with somebody of another attribute, or of another kind."""
    if attribute != "kind":
        return with_attribute(cast, who, attribute, value)
    declared = policy.subjects[str(value)].attributes
    kept = {str(n): t.default for n, t in declared.items() if t.default is not None}

    def changed(one: Person) -> Person:
        own = {n: v for n, v in one.attributes.items() if n in declared}
        return one._replace(kind=str(value), attributes={**kept, **own})

    members = tuple(changed(m) if m.id == who else m for m in cast.members)
    return cast._replace(members=members)


def _met(
    asked: Inquiry, cast: Cast, who: str, attribute: str, values: Sequence[Value], drawn: int
) -> dict[Value, list[frozenset[str]]]:
    """Value → for each history, what befell somebody with it."""
    made: dict[Value, list[frozenset[str]]] = {value: [] for value in values}
    for events in _drawn(asked, drawn):
        rows = []
        try:
            for value in values:
                other = _as(asked.policy, cast, who, attribute, value)
                rows.append(_befell(asked, other, who, events))
        except DemeritError:
            continue  # a history that one of them cannot have is none of the others' either
        for value, row in zip(values, rows, strict=True):
            made[value].append(row)
        if asked.budget.over:
            break
    return made


def _drawn(asked: Inquiry, most: int) -> Iterator[tuple[Event, ...]]:
    """Histories of full length, drawn by lot."""
    space = Watched(asked.asked().setting(), lambda life: None)
    chance = random.Random(asked.bounds.seed)  # noqa: S311  # repeatable, not secret
    roots = list(space.roots())
    for _ in range(most):
        node = chance.choice(roots)
        while node.size < asked.bounds.events:
            child = space.any_child(node, chance)
            if not isinstance(child, Node):
                break
            node = child
        yield node.events(0)


def _befell(asked: Inquiry, cast: Cast, who: str, events: Sequence[Event]) -> frozenset[str]:
    from engine.audit.life import plans_of

    life = Life(plans_of(asked.audit.policy.versions), cast)
    for event in events:
        life.feed(event)
    standing = life.standings()[who]
    grades = {f"grade {g} of {s}" for s, g in standing.grades.items()}
    low = {f"{name} below its start" for name, value in standing.scores.items()
           if value < asked.policy.scores[name].start}  # fmt: skip
    return befell(life.steps, who) | _harmful(asked.policy, grades) | low


def _harmful(policy: Policy, grades: set[str]) -> frozenset[str]:
    """The worst grade of each score, of those that were reached."""
    worst = {f"grade {ladder[-1].name} of {score}" for score, ladder in policy.grades.items()}
    return frozenset(grades & worst)


def _spread(met: dict[Value, list[frozenset[str]]], outcome: str) -> int:
    """How far the rates of an outcome lie apart, in millionths of one."""
    shares = [
        half_even(sum(outcome in row for row in rows) * MILLION, len(rows))
        for rows in met.values() if rows
    ]  # fmt: skip
    return max(shares, default=0) - min(shares, default=0)


def _rate(group: str, rows: Sequence[frozenset[str]], outcome: str) -> Rate:
    some, many = sum(outcome in row for row in rows), len(rows)
    low, high = wilson(some, many)
    share = half_even(some * MILLION, many) if many else 0
    return Rate(group, many, decimal(share), decimal(low), decimal(high))


def _percent(share: float) -> str:
    return f"{share * 100:.1f} %"
