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

from engine.findings import DemeritError, Finding
from engine.language.model import FieldType, Policy
from engine.language.rows import Cast, Event, Person, Refused, typed_value
from engine.population import words as w
from engine.population.columns import Columns, relation_words, value_word
from engine.population.lower import Lowered
from engine.population.lower_base import Texts
from engine.population.shape import Shape, Versions
from engine.text import quoted
from engine.values import MILLION

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Words = npt.NDArray[np.int64]

_OWN = ("id", "kind", "group", "component", "relations", "stranger")


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


def bad_part(shown: str, why: str) -> DemeritError:
    """A part that cannot be judged (D802); others can."""
    hint = "make the part anew; the others stand"
    return DemeritError(Finding("D802", f"the part {quoted(shown)} cannot be read: {why}", hint=hint))


# --- columns of cells -----------------------------------------------------------------------


def _whole(column: Any) -> Any:
    """A column in one piece, its dictionaries made one."""
    import pyarrow as pa

    if isinstance(column, pa.ChunkedArray):
        column = column.unify_dictionaries().combine_chunks()
        if isinstance(column, pa.ChunkedArray):  # of older versions, for no or several pieces
            column = column.chunk(0) if column.num_chunks else pa.array([], column.type)
    return column


def text_words(column: Any, texts: Texts) -> Words:
    """The number of every cell's text; nothing is MISSING."""
    import numpy as np
    import pyarrow as pa

    column = _whole(column)
    if not pa.types.is_dictionary(column.type):
        column = column.cast(pa.string()).dictionary_encode()
    numbers = [value_word(text, texts) for text in column.dictionary.to_pylist()]
    known = np.array([*numbers, w.MISSING], dtype=np.int64)
    return known[np.asarray(column.indices.fill_null(-1), dtype=np.int64)]  # type: ignore[no-any-return]


def number_words(column: Any, declared: FieldType) -> Words:
    """The millionths of every cell; nothing is MISSING. Raises :class:`Refused`."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    column, kinds = _whole(column), pa.types
    if kinds.is_dictionary(column.type):
        column = column.dictionary_decode()
    if kinds.is_decimal(column.type):
        wide = column.cast(pa.decimal128(38, 6))
        raw = np.frombuffer(wide.buffers()[1], dtype=np.int64)[2 * wide.offset :]
        made = raw[: 2 * len(wide) : 2].copy()
        if not np.array_equal(made >> 63, raw[1 : 2 * len(wide) : 2]) and not wide.null_count:
            raise Refused("D511", "must be a number below 1000000000", "use a larger unit")
    elif kinds.is_integer(column.type):
        made = np.asarray(column.cast(pa.int64()).fill_null(0)) * MILLION
    else:
        cells = column.to_pylist()
        values = [None if cell is None else typed_value(declared, cell, "parquet") for cell in cells]
        return np.array([w.MISSING if v is None else int(v) for v in values], dtype=np.int64)
    if column.null_count:
        made[np.asarray(pc.is_null(column))] = w.MISSING
    return made  # type: ignore[no-any-return]


def boolean_words(column: Any) -> Words:
    """1 or 0 for every cell; nothing is MISSING."""
    import numpy as np
    import pyarrow as pa

    column = _whole(column)
    if not pa.types.is_boolean(column.type):
        raise Refused("D511", "must be true or false")
    made = column.cast(pa.int64()).fill_null(w.MISSING)
    return np.array(made, dtype=np.int64)  # to be written in; type: ignore[no-any-return]


def typed_words(column: Any, declared: FieldType, texts: Texts) -> Words:
    """A column as its declared type says."""
    if declared.kind == "number":
        return number_words(column, declared)
    return boolean_words(column) if declared.kind == "boolean" else text_words(column, texts)


# --- events -----------------------------------------------------------------------------------


class _Wrong(Exception):
    """Something is wrong with the rows; they must be read one by one to say what."""


def _instants(column: Any) -> tuple[Words, Any]:
    """Seconds, and which cells there are; raises :class:`_Wrong` for other than times."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    column = _whole(column)
    if not pa.types.is_timestamp(column.type):
        raise _Wrong
    unit = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}[column.type.unit]
    there = ~np.asarray(pc.is_null(column), dtype=bool)
    ticks = np.asarray(column.cast(pa.int64()).fill_null(0), dtype=np.int64)
    if (ticks % unit).any():
        raise _Wrong
    return ticks // unit, there


def _known(tables: Tables, policy: Policy, types: Words, names: Sequence[str]) -> Words:
    """When each event becomes known: as written, or by the delay of who reports it."""
    import numpy as np

    at, there = _instants(tables.events["at"])
    if not there.all():
        raise _Wrong
    known = at.copy()
    texts = Texts()
    columns = tables.events.column_names
    sources = np.full(len(at), w.MISSING, dtype=np.int64)
    if "source" in columns:
        sources = text_words(tables.events["source"], texts)
    by_number = list(texts.numbers)
    pairs = np.unique(np.stack([types, sources]), axis=1).T if len(at) else []
    for type_, source in pairs:
        declared = policy.events[names[type_]]
        name = by_number[source] if source >= 0 else None
        if name is not None and (
            name not in policy.institutions or (declared.by and name not in declared.by)
        ):
            raise _Wrong
        who = name or (str(declared.by[0]) if len(declared.by) == 1 else None)
        delay = policy.institutions[who].delay if who in policy.institutions else None
        if delay is None:
            continue
        here = (types == type_) & (sources == source)
        if delay.months:
            known[here] = [delay.after(int(instant)) for instant in at[here]]
        else:
            known[here] += delay.seconds
    if "known" in columns:
        told, there = _instants(tables.events["known"])
        if (told[there] < at[there]).any():
            raise _Wrong
        known[there] = told[there]
    return known


def _checked(
    made: Words, name: str, policy: Policy, types: Words, names: Sequence[str], texts: Texts
) -> None:
    """Fill in defaults; raises :class:`_Wrong` for a cell that its row's type does not allow."""
    import numpy as np

    missing = made == w.MISSING
    for number, kind in enumerate(names):
        here = types == number
        declared = policy.events[kind].fields.get(name)
        if declared is None:
            if (here & ~missing).any():
                raise _Wrong
            continue
        if declared.default is not None:
            made[here & missing] = value_word(declared.default, texts)
        elif not declared.optional and (here & missing).any():
            raise _Wrong
        values = made[here & ~missing]
        low, high = declared.min, declared.max
        if declared.kind == "number" and len(values):
            if (low is not None and values.min() < low) or (high is not None and values.max() > high):
                raise _Wrong
            if np.abs(values).max() >= w.LIMIT:
                raise _Wrong
        if declared.kind == "one_of":
            allowed = {texts.numbers.get(choice) for choice in declared.choices}
            if any(int(value) not in allowed for value in np.unique(values)):
                raise _Wrong


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
    column = _whole(tables.events["id"])
    if column.null_count == len(column):
        return None
    if not lowered.undoes:
        coded = column.dictionary_encode()
        if len(coded.dictionary) == len(column) - column.null_count:
            return None  # no id comes twice
    found = text_words(column, texts)
    return np.where(found == w.MISSING, -1, found)


# --- subjects -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class People:
    """The subjects of a part."""

    ids: list[str]
    kinds: list[str]
    components: Words  # ascending numbers, one a subject
    strangers: Words  # 1: joins with its first event
    groups: list[str]
    pairs: Mapping[str, list[tuple[str, str]]]  # relation → (a, b): a is NAME of b
    table: Any


def read_people(tables: Tables, policy: Policy) -> People:
    """Who is in a part; without a subjects file everybody joins with the first event."""
    import numpy as np

    if tables.subjects is None:
        column = _whole(tables.events["who"])
        ids = [] if not len(column) else list(dict.fromkeys(column.unique().to_pylist()))
        many = len(ids)
        kind = str(next(iter(policy.subjects)))
        return People(ids, [kind] * many, np.arange(many), np.ones(many, dtype=np.int64),
                      [""] * many, {}, None)  # fmt: skip
    table = tables.subjects
    names, many = table.column_names, table.num_rows
    ids, kinds = table["id"].to_pylist(), table["kind"].to_pylist()
    components = np.arange(many)
    if "component" in names and many:
        given = np.asarray(_whole(table["component"]), dtype=np.int64)
        components = np.cumsum(np.diff(given, prepend=given[0] - 1) != 0) - 1
    strangers = np.zeros(many, dtype=np.int64)
    if "stranger" in names:
        strangers = np.asarray(_whole(table["stranger"])).astype(np.int64)
    groups = table["group"].to_pylist() if "group" in names else [""] * many
    pairs: dict[str, list[tuple[str, str]]] = {}
    if "relations" in names:
        for who, links in zip(ids, table["relations"].to_pylist(), strict=True):
            for link in links or ():
                pairs.setdefault(link["name"], []).append((who, link["of"]))
    return People(ids, kinds, components, strangers, [g or "" for g in groups], pairs, table)


def _attributes(people: People, lowered: Lowered, shape: Shape, policy: Policy, texts: Texts) -> Words:
    import numpy as np

    many = len(people.ids)
    about = np.full((many, 3 + len(lowered.attributes)), w.MISSING, dtype=np.int64)
    several = len(shape.kinds) > 1
    number = {kind: i for i, kind in enumerate(shape.kinds)}
    kinds = np.array([number.get(kind, -1) for kind in people.kinds], dtype=np.int64)
    about[:, 0] = np.where((people.strangers == 1) & several, -1, kinds)
    index = {group: i for i, group in enumerate(shape.groups)}
    about[:, 1] = [index.get(group, 0) for group in people.groups]
    about[:, 2] = 1 - people.strangers
    for at, path in enumerate(lowered.attributes):
        if path == "kind":
            about[:, 3 + at] = [texts.number(kind) for kind in people.kinds]
            continue
        name = path.removeprefix("subject.")
        for kind, declared in policy.subjects.items():
            one = declared.attributes.get(name)
            here = kinds == number[str(kind)]
            if one is None or not here.any():
                continue
            found = np.full(many, w.MISSING, dtype=np.int64)
            if people.table is not None and name in people.table.column_names:
                found = typed_words(people.table[name], one, texts)
            if one.default is not None:
                found[found == w.MISSING] = value_word(one.default, texts)
            about[here, 3 + at] = found[here]
    return about


def read_columns(tables: Tables, lowered: Lowered, shape: Shape, versions: Versions) -> Columns:
    """One part as the kernel reads it; raises :class:`DemeritError` for what it cannot be."""
    try:
        return _columns(tables, lowered, shape, versions[0][1])
    except (_Wrong, Refused, KeyError) as bad:
        list(typed_events(tables, tables.events, versions, None))  # says what is wrong, and where
        raise bad_part(tables.shown, f"its columns do not fit ({bad})") from None


def _columns(tables: Tables, lowered: Lowered, shape: Shape, policy: Policy) -> Columns:
    import numpy as np

    texts = Texts(lowered.texts)
    people = read_people(tables, policy)
    rows = {who: i for i, who in enumerate(people.ids)}
    events = tables.events
    kinds = Texts(shape.types)
    types = text_words(events["event"], kinds)
    if len(kinds.numbers) > len(shape.types) or (types < 0).any():
        raise _Wrong
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
    about = _attributes(people, lowered, shape, policy, texts)
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

    column = _whole(column)
    coded = column if hasattr(column, "dictionary") else column.dictionary_encode()
    places = [rows.get(who, -1) for who in coded.dictionary.to_pylist()]
    found = np.array([*places, -1], dtype=np.int64)[
        np.asarray(coded.indices.fill_null(-1), dtype=np.int64)
    ]
    if (found < 0).any():
        raise _Wrong
    return found  # type: ignore[no-any-return]


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
    raws = parquet_rows(buffer, lambda names, line: check_columns(versions, names, line, tables.shown),
                        tables.shown)  # fmt: skip
    return list(typed_rows(raws, versions, "parquet", tables.shown, None, cast))


def cast_of(
    people: People, first: int, last: int, policy: Policy, start: int | None, until: int | None
) -> tuple[Cast | None, list[str]]:
    """The cast of some rows of the subjects, and who of them joins later."""
    from engine.evaluation.lowering import defaults

    strangers = [people.ids[i] for i in range(first, last) if people.strangers[i]]
    members = []
    for i in range(first, last):
        if people.strangers[i] or start is None:
            continue
        declared = policy.subjects[people.kinds[i]].attributes
        given = {}
        for name, one in declared.items():
            if people.table is not None and name in people.table.column_names:
                cell = people.table[name][i].as_py()
                if cell is not None:
                    given[str(name)] = typed_value(one, cell, "parquet")
        members.append(Person(people.ids[i], people.kinds[i], defaults(declared, given)))
    if start is None or not members:
        return None, strangers
    inside = {member.id for member in members}
    pairs = {
        name: tuple((a, b) for a, b in many if a in inside and b in inside)
        for name, many in people.pairs.items()
    }
    return Cast(tuple(members), pairs, start, until), strangers
