"""Parquet parts become columns for the kernel: every distinct text is looked at once.

What a row may hold is checked by columns. Where anything is wrong the rows are read one by
one, as ``demerit run`` reads them, so that the finding is the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.language.model import Policy
from engine.language.rows import Cast, Event, Refused
from engine.population import words as w
from engine.population.cells import Wrong, instants, text_words, typed_words, whole
from engine.population.columns import Columns, relation_words, value_word
from engine.population.lower import Lowered
from engine.population.lower_base import Texts
from engine.population.reading_people import People, attribute_words, bad_part, read_people
from engine.population.shape import Shape, Versions
from engine.text import quoted

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Words = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Tables:
    """One part as it lies on the disk."""

    events: Any  # a pyarrow table
    subjects: Any  # the same, or None
    shown: str  # how the part is called in findings
    path: Path


def read_tables(events: Path, subjects: Path | None) -> Tables:
    """Read one part; raises :class:`DemeritError` (D802) naming it if that fails."""
    from engine.streams.parquet import pyarrow

    pa = pyarrow()
    try:
        with pa.parquet.ParquetFile(events) as file:
            table = file.read()
        people = None
        if subjects is not None:
            with pa.parquet.ParquetFile(subjects) as file:
                people = file.read()
    except (pa.ArrowException, OSError, UnicodeDecodeError) as bad:
        why = (str(bad).splitlines() or [""])[0]
        raise bad_part(events.name, quoted(why, 120)) from None
    return Tables(table, people, events.name, events)


# --- events -------------------------------------------------------------------------


def _known(tables: Tables, policy: Policy, types: Words, names: Sequence[str]) -> Words:
    """When each event becomes known: as written, or by the delay of who reports it."""
    import numpy as np

    at, there = instants(tables.events["at"])
    if not there.all():
        raise Wrong
    known = at.copy()
    texts = Texts()
    columns = tables.events.column_names
    sources = np.full(len(at), w.MISSING, dtype=np.int64)
    if "source" in columns:
        sources = text_words(tables.events["source"], texts)
    by_number = list(texts.numbers)
    width = len(by_number) + 1  # a pair of type and source as one number; the first: no source
    pairs = types * width + np.where(sources < 0, 0, sources + 1)
    for pair in np.flatnonzero(np.bincount(pairs)).tolist():
        type_, source = divmod(pair, width)
        declared = policy.events[names[type_]]
        name = by_number[source - 1] if source else None
        if name is not None and (
            name not in policy.institutions or (declared.by and name not in declared.by)
        ):
            raise Wrong
        who = name or (str(declared.by[0]) if len(declared.by) == 1 else None)
        delay = policy.institutions[who].delay if who in policy.institutions else None
        if delay is None:
            continue
        here = pairs == pair
        if delay.months:
            known[here] = [delay.after(int(instant)) for instant in at[here]]
        else:
            known[here] += delay.seconds
    if "known" in columns:
        told, there = instants(tables.events["known"])
        if (told[there] < at[there]).any():
            raise Wrong
        known[there] = told[there]
    return known


def _checked(
    made: Words, name: str, policy: Policy, types: Words, names: Sequence[str], texts: Texts
) -> None:
    """Fill in defaults; raises :class:`Wrong` for a cell that its row's type does not allow."""
    import numpy as np

    missing = made == w.MISSING
    for number, kind in enumerate(names):
        here = types == number
        declared = policy.events[kind].fields.get(name)
        if declared is None:
            if (here & ~missing).any():
                raise Wrong
            continue
        if declared.default is not None:
            made[here & missing] = value_word(declared.default, texts)
        elif not declared.optional and (here & missing).any():
            raise Wrong
        values = made[here & ~missing]
        low, high = declared.min, declared.max
        if declared.kind == "number" and len(values):
            low = 1 - w.LIMIT if low is None else low
            high = w.LIMIT - 1 if high is None else high
            if values.min() < low or values.max() > high:
                raise Wrong
        if declared.kind == "one_of":
            allowed = {texts.numbers.get(choice) for choice in declared.choices}
            if any(int(value) not in allowed for value in np.unique(values)):
                raise Wrong


def _field(
    tables: Tables, name: str, policy: Policy, types: Words, names: Sequence[str], texts: Texts
) -> Words:
    """A field of all rows; where types declare it differently, each by its own type."""
    import numpy as np
    import pyarrow as pa

    rows = len(types)
    declared = {kind: e.fields[name] for kind, e in policy.events.items() if name in e.fields}
    made = np.full(rows, w.MISSING, dtype=np.int64)
    if name in tables.events.column_names:
        column = tables.events[name]
        groups: dict[str, list[int]] = {}
        for kind, one in declared.items():
            form = "text" if one.kind == "one_of" else one.kind
            groups.setdefault(form, []).append(names.index(str(kind)))
        if len(groups) == 1:
            made = typed_words(column, next(iter(declared.values())), texts)
        else:
            for kinds in groups.values():
                here = np.isin(types, kinds)
                one = declared[names[kinds[0]]]
                made[here] = typed_words(column.filter(pa.array(here)), one, texts)
    _checked(made, name, policy, types, names, texts)
    return made


def _ids(tables: Tables, lowered: Lowered, texts: Texts) -> Words | None:
    """The numbers of the events' ids, or None where none has to be remembered."""
    import numpy as np

    if "id" not in tables.events.column_names:
        return None
    column = whole(tables.events["id"])
    if column.null_count == len(column):
        return None
    if not lowered.undoes:
        coded = column.dictionary_encode()
        if len(coded.dictionary) == len(column) - column.null_count:
            return None  # no id comes twice
    found = text_words(column, texts)
    return np.where(found == w.MISSING, -1, found)


# --- a part as a whole ---------------------------------------------------------------


def read_columns(tables: Tables, lowered: Lowered, shape: Shape, versions: Versions) -> Columns:
    """One part as the kernel reads it; raises :class:`DemeritError` for what it cannot be."""
    try:
        return _columns(tables, lowered, shape, versions[0][1])
    except (Wrong, Refused, KeyError) as bad:
        list(typed_events(tables, tables.events, versions, None))  # says what is wrong, and where
        raise bad_part(tables.shown, f"its columns do not fit ({bad})") from None


def _columns(tables: Tables, lowered: Lowered, shape: Shape, policy: Policy) -> Columns:
    import numpy as np

    texts = Texts(lowered.texts)
    people = read_people(tables.events, tables.subjects, policy)
    rows = {who: i for i, who in enumerate(people.ids)}
    events = tables.events
    kinds = Texts(shape.types)
    types = text_words(events["event"], kinds)
    if len(kinds.numbers) > len(shape.types) or (types < 0).any():
        raise Wrong
    who = _rows_of(events["who"], rows)
    made = np.full((max(3, lowered.columns), len(types)), w.MISSING, dtype=np.int64)
    made[w.E_KNOWN], made[w.E_TYPE] = _known(tables, policy, types, shape.types), types
    made[w.E_SUBJECT] = who
    for column, name in ((lowered.source, "source"), (lowered.reporter, "reporter")):
        if column >= 0 and name in events.column_names:
            made[column] = text_words(events[name], texts)
    for name, column in lowered.fields.items():
        made[column] = _field(tables, name, policy, types, shape.types, texts)
    ids = _ids(tables, lowered, texts)
    made[lowered.id] = -1 if ids is None else ids
    about = attribute_words(people, lowered, shape, policy, texts)
    pairs = {name: people.pairs.get(name, []) for name in lowered.relations}
    related, readers = relation_words(lowered, pairs, rows, len(people.ids))
    named = np.full(len(texts.numbers), -1, dtype=np.int64)
    if lowered.follows:
        for text, number in texts.numbers.items():
            named[number] = rows.get(text, -1)
    return Columns(made, _components(tables, people, who), people.ids, about, related, readers,
                   named, ids is not None)  # fmt: skip


def _rows_of(column: Any, rows: Mapping[str, int]) -> Words:
    """The subject's row of each event."""
    import numpy as np

    column = whole(column)
    coded = column if hasattr(column, "dictionary") else column.dictionary_encode()
    places = [rows.get(who, -1) for who in coded.dictionary.to_pylist()]
    found = np.array([*places, -1], dtype=np.int64)[
        np.asarray(coded.indices.fill_null(-1), dtype=np.int64)
    ]
    if (found < 0).any():
        raise Wrong
    return found


def _components(tables: Tables, people: People, who: Words) -> Words:
    """Where each component's events and subjects begin and end."""
    import numpy as np

    of_events = people.components[who] if len(who) else np.zeros(0, dtype=np.int64)
    if (np.diff(of_events) < 0).any():
        raise bad_part(tables.shown, "its events are not grouped by component")
    many = int(people.components[-1]) + 1 if len(people.components) else 0
    numbers = np.arange(many)
    return np.stack([
        np.searchsorted(of_events, numbers), np.searchsorted(of_events, numbers, side="right"),
        np.searchsorted(people.components, numbers),
        np.searchsorted(people.components, numbers, side="right"),
    ], axis=1).astype(np.int64)  # fmt: skip


# --- for the step engine --------------------------------------------------------------------------


def typed_events(
    tables: Tables, rows: Any, versions: Versions, cast: Cast | None
) -> Sequence[Event]:
    """Rows as the events that ``demerit run`` makes of them; raises what it would raise."""
    from engine.streams.parquet import parquet_rows, pyarrow
    from engine.streams.rows import check_columns, typed_rows

    pa = pyarrow()
    buffer = BytesIO()
    pa.parquet.write_table(rows, buffer)
    buffer.seek(0)

    def check(names: list[str], line: int) -> None:
        check_columns(versions, names, line, tables.shown)

    raws = parquet_rows(buffer, check, tables.shown)
    return list(typed_rows(raws, versions, "parquet", tables.shown, None, cast))
