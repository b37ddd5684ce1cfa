"""The dossier: the file that the institution keeps on somebody. It keeps no writer's notes."""

from __future__ import annotations

from collections.abc import Iterator

from engine.language.rows import Person
from engine.stories.histories import grade_of
from engine.stories.telling.dates import date_text
from engine.stories.telling.gathering import Teller, measure_title, score_title, title_of, words_of
from engine.stories.telling.records import Entry, Item, Section
from engine.values import format_number

_NOT_KEPT = frozenset({"says", "nothing"})  # what no institution writes down


def sections(teller: Teller, who: str) -> tuple[Section, ...]:
    """Who it is about, every entry, and how they stand at the end."""
    entries = []
    for entry in teller.entries(who):
        kept = tuple(item for item in entry.items if item.kind not in _NOT_KEPT)
        if kept:
            entries.append(entry._replace(items=kept))
    about = _unnamed(tuple(_person(teller, who)))
    stands = _unnamed(tuple(_standing(teller, who)))
    made = [Section("The person", about), Section("Entries", tuple(entries)),
            Section("At the end of the file", stands)]  # fmt: skip
    return tuple(section for section in made if section.entries)


def _unnamed(items: tuple[Item, ...]) -> tuple[Entry, ...]:
    return (Entry(0, "", "", "", items),) if items else ()


def _person(teller: Teller, who: str) -> Iterator[Item]:
    cast = teller.source.cast
    members: dict[str, Person] = {m.id: m for m in cast.members} if cast else {}
    member = members.get(who)
    if member is None or cast is None:
        yield teller.item("person", {"name": teller.source.name(who), "kind": "", "known": []})
        return
    known = [
        {"name": name.replace("_", " "), "value": teller.value_text(value)}
        for name, value in member.attributes.items() if name != "name"
    ]  # fmt: skip
    facts = {"name": teller.source.name(who), "kind": member.kind, "known": known}
    yield teller.item("person", facts, teller.book.row(member.where, None))
    for relation, pairs in cast.relations.items():
        for other, one in pairs:
            if one == who:
                facts = {"name": teller.source.name(other), "relation": relation}
                yield teller.item("related", facts)


def _standing(teller: Teller, who: str) -> Iterator[Item]:
    policy = teller.source.versions[-1][1] if teller.source.versions else None
    standing = teller.source.standings.get(who)
    scores = dict(standing.scores) if standing else teller.scores.get(who, {})
    for name, value in scores.items():
        grade = grade_of(policy, name, value) if policy else None
        facts = {"score": score_title(policy, name), "after": format_number(value),
                 "grade": words_of(grade[1]) if grade else ""}  # fmt: skip
        notes = [teller.book.clause(policy, f"scores.{name}")]
        if grade:
            notes.append(teller.book.clause(policy, f"grades.{name}"))
        yield teller.item("stands", facts, *notes)
    for name, until in teller.held.get(who, {}).items():
        facts = {"measure": measure_title(policy, name),
                 "until": date_text(until) if until is not None else ""}  # fmt: skip
        section = "rewards" if policy and name in policy.rewards else "penalties"
        yield teller.item("holds", facts, teller.book.clause(policy, f"{section}.{name}"))
    for name in teller.listed.get(who, {}):
        found = policy.registries.get(name) if policy else None
        yield teller.item("on_list", {"registry": title_of(found, name)})
