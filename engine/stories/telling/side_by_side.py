"""Two branches of one story beside each other: as it went, and as it goes with a reform."""

from __future__ import annotations

from collections.abc import Iterator

from engine.evaluation.compare import differences
from engine.evaluation.explain import Story
from engine.stories.source import Source
from engine.stories.telling.chronicle import by_day
from engine.stories.telling.dates import date_text, day_text
from engine.stories.telling.gathering import (
    Teller,
    event_title,
    measure_title,
    score_title,
    title_of,
)
from engine.stories.telling.records import Entry, Item, Section
from engine.values import DAY


def sections(left: Teller, right: Teller, who: str | None) -> tuple[Section, ...]:
    """One section a day; a day that is the same on both sides is told once."""
    days: dict[int, list[tuple[Entry, ...]]] = {}
    for side, teller in enumerate((left, right)):
        for day, entries in by_day(teller.entries(who)):
            days.setdefault(day, [(), ()])[side] = tuple(entries)
    made = []
    for day in sorted(days):
        one, other = days[day]
        if _texts(one) == _texts(other):
            made.append(Section(day_text(day * DAY), one))
        else:
            made.append(Section(day_text(day * DAY), one, other, sided=True))
    return tuple(made)


def _texts(entries: tuple[Entry, ...]) -> list[tuple[str, list[str]]]:
    return [(entry.who, [item.text for item in entry.items]) for entry in entries]


def lead(left: Teller, right: Teller, sides: tuple[str, str], who: str | None) -> Iterator[Item]:
    """What the reform makes of people, in a few sentences; both sides are told already."""
    made = list(_passes(left, right, sides, who))
    named = {item.facts["name"] for item in made}
    differing = differences(_story(left.source), _story(right.source))
    for one in differing:
        if who is None or one.who == who:
            for change in one.changes:
                if change.what == "refused" and left.source.name(one.who) in named:
                    continue  # each of them is told above
                facts = {"name": left.source.name(one.who), "what": _what(left, change.what),
                         "left": change.left, "right": change.right,
                         "without": sides[0], "with_": sides[1]}  # fmt: skip
                made.append(left.item("differs", facts, *_behind(left, change.what)))
    if not made:
        made.append(left.item("same", {"reform": sides[1]}))
    yield from made


def _story(source: Source) -> Story:
    return Story(source.versions, {}, tuple(source.steps()), source.standings, source.names)


def _passes(left: Teller, right: Teller, sides: tuple[str, str], who: str | None) -> Iterator[Item]:
    """What is refused to somebody on one side only."""
    for one, other, names in ((left, right, sides), (right, left, (sides[1], sides[0]))):
        there = set(other.refused)
        for at, person, event in one.refused:
            if (at, person, event) not in there and who in (None, person):
                policy = one.policy(at)
                facts = {"name": one.source.name(person), "title": event_title(policy, event),
                         "date": date_text(at), "without": names[0], "with_": names[1]}  # fmt: skip
                yield one.item("passes", facts)


def _behind(teller: Teller, what: str) -> list[tuple[int, ...]]:
    policy = teller.source.first
    kind, _, name = what.partition(" ")
    section = {"score": "scores", "grade": "grades", "holds": "", "messages": ""}.get(kind, "")
    return [teller.book.clause(policy, f"{section}.{name}")] if section else []


def _what(teller: Teller, what: str) -> str:
    """A thing in which two ends differ, by its title."""
    policy = teller.source.first
    kind, _, name = what.partition(" ")
    if kind == "score":
        return score_title(policy, name)
    if kind == "grade":
        return f"the grade of {score_title(policy, name)}"
    if kind == "holds":
        return measure_title(policy, name)
    if kind == "stands":
        name = name.removeprefix("on ")
        return title_of(policy.registries.get(name) if policy else None, name)
    return {"messages": "messages", "refused": "refusals"}.get(kind, what)
