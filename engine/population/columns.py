"""Events and subjects of one part as arrays of int64, as the kernel reads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from engine.language.rows import Cast, Event, Value
from engine.population import words as w
from engine.population.lower import Lowered
from engine.population.lower_base import Texts

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Words = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Columns:
    """One part, ready for the kernel."""

    events: Words  # (columns, rows), see the E_ places of words.py
    components: Words  # (components, 4): events from, to, subjects from, to
    ids: Sequence[str]  # of the subjects, by row
    attributes: Words  # (subjects, 3 + attributes read): kind, group, of the cast, attributes
    related: Words  # relations as a table and lists; see :func:`relation_words`
    readers: Words
    named: Words  # text number → row of the subject whose id it is, or -1
    has_ids: bool  # whether any event has an id that must be remembered

    @cached_property
    def by_row(self) -> Words:
        """The events one after the other, all words of one together, as the kernel reads them."""
        import numpy as np

        return np.ascontiguousarray(self.events.T)


def value_word(value: Value | None, texts: Texts) -> int:
    """A value as one number: millionths, 0 or 1, the number of a text, MISSING."""
    if value is None:
        return w.MISSING
    return texts.number(value) if isinstance(value, str) else int(value)


def columns_of(
    lowered: Lowered, types: Sequence[str], kinds: Sequence[str], cast: Cast | None,
    components: Sequence[tuple[Sequence[str], Sequence[Event]]],
    groups: Mapping[str, int] | None = None,
) -> Columns:  # fmt: skip
    """Columns of events that are there as objects; each component's in playing order.

    A component is (its subjects, in cast order, then strangers; its events).
    """
    import numpy as np

    texts = Texts(lowered.texts)
    type_numbers = {name: i for i, name in enumerate(types)}
    members = {person.id: person for person in cast.members} if cast else {}
    ids = [who for subjects, _ in components for who in subjects]
    rows = {who: i for i, who in enumerate(ids)}
    events = [event for _, many in components for event in many]
    has_ids = any(event.id is not None for event in events)
    made = np.full((max(1, lowered.columns), len(events)), w.MISSING, dtype=np.int64)
    for at, event in enumerate(events):
        made[w.E_KNOWN, at] = event.known
        made[w.E_TYPE, at] = type_numbers[event.type]
        made[w.E_SUBJECT, at] = rows[event.who]
        if lowered.source >= 0:
            made[lowered.source, at] = value_word(event.source, texts)
        if lowered.reporter >= 0:
            made[lowered.reporter, at] = value_word(event.reporter, texts)
        made[lowered.id, at] = -1 if event.id is None else texts.number(event.id)
        for name, column in lowered.fields.items():
            made[column, at] = value_word(event.fields.get(name), texts)
    about = np.full((len(ids), 3 + len(lowered.attributes)), w.MISSING, dtype=np.int64)
    for row, who in enumerate(ids):
        person = members.get(who)
        kind = person.kind if person else kinds[0]
        about[row, 0] = kinds.index(kind) if person or len(kinds) == 1 else -1
        about[row, 1] = (groups or {}).get(who, 0)
        about[row, 2] = int(person is not None)
        given = person.attributes if person else default_attributes(lowered, kind)
        for i, name in enumerate(lowered.attributes):
            value = kind if name == "kind" else given.get(name.removeprefix("subject."))
            about[row, 3 + i] = value_word(value, texts)
    pairs = {name: cast.relations.get(name, ()) for name in lowered.relations} if cast else {}
    named = np.full(len(texts.numbers), -1, dtype=np.int64)
    for text, number in texts.numbers.items():
        named[number] = rows.get(text, -1)
    related, readers = relation_words(lowered, pairs, rows, len(ids))
    return Columns(made, component_words(components), ids, about, related, readers, named, has_ids)


def default_attributes(lowered: Lowered, kind: str) -> Mapping[str, Value]:
    """What is known of a subject that no file names."""
    declared = lowered.plans.first.policy.subjects[kind].attributes
    return {str(n): t.default for n, t in declared.items() if t.default is not None}


def component_words(components: Sequence[tuple[Sequence[str], Sequence[Event]]]) -> Words:
    """Where each component's events and subjects begin and end."""
    import numpy as np

    made = np.zeros((len(components), 4), dtype=np.int64)
    event = subject = 0
    for i, (subjects, events) in enumerate(components):
        made[i] = event, event + len(events), subject, subject + len(subjects)
        event += len(events)
        subject += len(subjects)
    return made


def relation_words(
    lowered: Lowered, pairs: Mapping[str, Sequence[tuple[str, str]]], rows: Mapping[str, int],
    subjects: int,
) -> tuple[Words, Words]:  # fmt: skip
    """Relations as words, with places that count from their own beginning.

    *related*: for each subject and relation (first, how many) of its relatives' rows.
    *readers*: for each subject (first, how many) of (reader's row, mask of relations).
    """
    import numpy as np

    if not lowered.relations:
        nothing = np.zeros(0, dtype=np.int64)
        return nothing, nothing
    of: dict[tuple[int, int], set[int]] = {}
    read_by: dict[int, dict[int, int]] = {}
    for number, name in enumerate(lowered.relations):
        for a, b in pairs.get(name, ()):
            if a not in rows or b not in rows:
                continue
            of.setdefault((rows[b], number), set()).add(rows[a])
            masks = read_by.setdefault(rows[a], {})
            masks[rows[b]] = masks.get(rows[b], 0) | 1 << number
    many = len(lowered.relations)
    table = [0] * (2 * subjects * many)
    lists: list[int] = []
    for (row, number), others in of.items():
        at = 2 * (row * many + number)
        table[at], table[at + 1] = len(table) + len(lists), len(others)
        lists += sorted(others)
    readers = [0] * (2 * subjects)
    pairs_of: list[int] = []
    for row, found in read_by.items():
        readers[2 * row], readers[2 * row + 1] = len(readers) + len(pairs_of), len(found)
        pairs_of += [word for pair in sorted(found.items()) for word in pair]
    return (
        np.array(table + lists, dtype=np.int64),
        np.array(readers + pairs_of, dtype=np.int64),
    )
