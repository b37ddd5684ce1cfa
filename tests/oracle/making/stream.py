"""A random cast and a random stream of events: few instants, so that they collide."""

from __future__ import annotations

from engine.language.model import FieldType, Policy
from engine.language.rows import Cast, Event, Person, Value, known_at
from engine.values import parse_duration, parse_number

from .words import CHOICES, NUMBERS, Words

NAMES = ("a", "b", "c", "d")


def cast(words: Words, policy: Policy, last: int) -> Cast | None:
    if len(words.kinds) == 1 and words.chance(0.15):
        return None
    members = []
    for name in NAMES[: words.one((1, 2, 3, 3, 4))]:
        kind = words.one(words.kinds)
        members.append(Person(name, kind, _attributes(words, policy, kind)))
    if words.chance(0.2):
        members.reverse()
    ids = [member.id for member in members]
    relations = {}
    for relation in words.relations:
        pairs = [(words.one(ids), words.one(ids)) for _ in range(words.random.randint(1, 5))]
        relations[relation] = tuple(dict.fromkeys(p for p in pairs if p[0] != p[1]))
    later = parse_duration(words.one(words.exact)).after(last)
    until = words.one((last, later)) if words.chance(0.75) else None
    return Cast(tuple(members), relations, words.start, until)


def _attributes(words: Words, policy: Policy, kind: str) -> dict[str, Value]:
    given: dict[str, Value] = {}
    for name, sort in policy.subjects[kind].attributes.items():
        if words.chance(0.6):
            given[name] = _value(words, name, sort)
        elif sort.default is not None:
            given[name] = sort.default
    return given


def _value(words: Words, name: str, sort: FieldType) -> Value:
    if sort.kind == "number":
        return parse_number("18" if name == "age" else words.one(NUMBERS))
    if sort.kind == "boolean":
        return words.chance(0.5)
    if sort.kind == "one_of":
        return words.one(CHOICES)
    return words.one(("Bo", "x", "b"))


def events(words: Words, policy: Policy, instants: list[int]) -> list[Event]:
    """In the order of the input, which is not always the order in time."""
    count = words.random.randint(4, 18)
    times = [words.one(instants) for _ in range(count)]
    if not words.chance(0.15):
        times.sort()
    made: list[Event] = []
    for number, at in enumerate(times, 1):
        if words.chance(0.1):
            at += 1
        made.append(_event(words, policy, at, number, [e.id for e in made if e.id]))
    return made


def _event(words: Words, policy: Policy, at: int, number: int, earlier: list[str]) -> Event:
    event_type = "claim" if words.chance(0.25 if words.undoing else 0.1) else words.event_type()
    declared = policy.events[event_type]
    fields: dict[str, Value] = {}
    own = f"e{number}"
    for name, sort in declared.fields.items():
        if name in ("ref", "to"):
            if words.chance(0.85):
                fields[name] = _pointer(words, name, earlier, own)
        elif sort.default is not None and words.chance(0.5):
            fields[name] = sort.default
        elif not sort.optional or words.chance(0.7):
            fields[name] = _value(words, name, sort)
    event_id = own if words.chance(0.7) else None
    if earlier and words.chance(0.06):
        event_id = words.one(earlier)
    sources = declared.by or ("court", "ferry")
    source = words.one(sources) if words.chance(0.25) else None
    later = at + words.one((0, 86_400, 43_200)) if words.chance(0.08) else None
    return Event(
        words.one(NAMES[:3]),
        event_type,
        at,
        known_at(policy, event_type, source, at, later),
        fields,
        event_id,
        source,
        words.one(("mei", "a")) if words.chance(0.15) else None,
        None,
        number,
    )


def _pointer(words: Words, name: str, earlier: list[str], own: str) -> str:
    """A `ref` names an earlier event, a `to` a subject; some name nothing."""
    if name == "to":
        return words.one((*NAMES, "nobody"))
    if words.chance(0.04):
        return own
    return words.one(earlier[-6:]) if earlier and words.chance(0.9) else "e99"
