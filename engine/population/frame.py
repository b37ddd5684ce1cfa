"""Batches of events become the rows of a part, and rows become Parquet.

Rows are grouped by component and stand in playing order inside one; where two become known
at one instant, the earlier round, the earlier entry of the file and the earlier subject come
first. So the order inside a component does not depend on how the population is parted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.files import whole_file
from engine.language.model import Policy
from engine.language.rows import COLUMNS
from engine.population.distributions import Codes, Column, Lexicon, Numbers, Texts
from engine.population.folder import START, UNTIL
from engine.population.happenings import UNTRUE, Batch, Entry
from engine.population.lots import Whole
from engine.values import format_number, iso_instant

ROWS = 1 << 18  # of a row group
_SMALL = 4096  # texts of a dictionary that is not worth shortening


@dataclass(frozen=True)
class Shape:
    """The columns that every part of a population has."""

    types: tuple[str, ...]  # event types that can come
    fields: Mapping[str, str]  # field → number, boolean or text
    ids: bool
    known: bool
    texts: tuple[str, ...]  # of source, reporter and says those that are there


def shape_of(entries: Sequence[Entry], policy: Policy) -> Shape:
    """What columns the events of a file need."""
    every = list(_all(entries))
    kinds: dict[str, set[str]] = {}
    for entry in every:
        declared = policy.events[str(entry.spec.event)].fields
        for name in entry.spec.fields:
            kind = declared[name].kind
            kinds.setdefault(str(name), set()).add("text" if kind == "one_of" else kind)
    order = [str(f) for event in policy.events.values() for f in event.fields if f in kinds]
    fields = {
        name: next(iter(kinds[name])) if len(kinds[name]) == 1 else "text"
        for name in dict.fromkeys(order) if name not in COLUMNS
    }  # fmt: skip
    texts = [name for name in ("source", "reporter")
             if any(getattr(entry.spec, name) is not None for entry in every)]  # fmt: skip
    if any(entry.untrue for entry in every):
        texts.append("says")
    types = dict.fromkeys(str(entry.spec.event) for entry in every)
    return Shape(
        tuple(types), fields, any(entry.ids for entry in every),
        any(entry.spec.known is not None for entry in every), tuple(texts),
    )  # fmt: skip


def _all(entries: Iterable[Entry]) -> Iterable[Entry]:
    for entry in entries:
        yield entry
        yield from _all(entry.follow)
        if entry.false is not None:
            yield from _all((entry.false,))


@dataclass
class Rows:
    """The events of one part, in order."""

    subjects: Whole  # places in the part
    types: Codes  # into the shape's types
    at: Whole
    known: Whole
    told: NDArray[np.bool_] | None  # where `known` is written
    ids: tuple[Codes, Any] | None  # codes into Arrow texts; −1: none
    texts: dict[str, tuple[Codes, Any]]
    fields: dict[str, Numbers | tuple[Codes, Any]]

    def __len__(self) -> int:
        return len(self.at)


def assembled(
    batches: Sequence[Batch], shape: Shape, lexicons: Mapping[str, Lexicon], components: Whole
) -> Rows:
    """All batches as rows in order; ``components`` says of each place its rank."""
    lengths = [len(batch.at) for batch in batches]

    def whole(of: Iterable[Any], kind: Any) -> NDArray[Any]:
        parts = list(of)
        return np.concatenate(parts).astype(kind, copy=False) if parts else np.zeros(0, kind)

    subjects = whole((b.subjects for b in batches), np.int64)
    known = whole((b.known for b in batches), np.int64)
    order = _order(components[subjects], known)
    code = {name: number for number, name in enumerate(shape.types)}

    def repeated(of: Iterable[Any], kind: Any) -> NDArray[Any]:
        return np.repeat(np.array(list(of), kind), lengths)[order]

    return Rows(
        subjects[order],
        repeated((code[str(b.entry.spec.event)] for b in batches), np.int32),
        whole((b.at for b in batches), np.int64)[order],
        known[order],
        repeated((b.told for b in batches), np.bool_) if shape.known else None,
        _ids(batches, order) if shape.ids else None,
        {name: _text(name, batches, lexicons, order) for name in shape.texts},
        {
            name: _number(name, batches, order)
            if kind != "text" else _mixed(name, batches, lexicons, order)
            for name, kind in shape.fields.items()
        },
    )  # fmt: skip


def _order(ranks: Whole, known: Whole) -> Whole:
    if not len(known):
        return np.zeros(0, np.int64)
    first = int(known.min())
    width = int(known.max()) - first + 1
    if (int(ranks.max()) + 1) * width < 1 << 62:
        return np.argsort(ranks * width + (known - first), kind="stable")
    return np.lexsort((known, ranks))


def _ids(batches: Sequence[Batch], order: Whole) -> tuple[Codes, Any]:
    import pyarrow as pa

    codes, blocks, first = [], [], 0
    for batch in batches:
        if batch.ids is None:
            codes.append(np.full(len(batch.at), -1, np.int32))
            continue
        codes.append(first + np.arange(len(batch.at), dtype=np.int32))
        blocks.append(batch.ids)
        first += len(batch.at)
    texts = pa.concat_arrays(blocks) if blocks else pa.array([], pa.string())
    return np.concatenate(codes)[order] if codes else np.zeros(0, np.int32), texts


def _text(
    name: str, batches: Sequence[Batch], lexicons: Mapping[str, Lexicon], order: Whole
) -> tuple[Codes, Any]:
    import pyarrow as pa

    parts = []
    if name == "says":
        parts = [np.full(len(b.at), 0 if b.entry.untrue else -1, np.int32) for b in batches]
        texts = pa.array([UNTRUE])
    else:
        for batch in batches:
            column = batch.texts.get(name)
            parts.append(np.full(len(batch.at), -1, np.int32) if column is None else column.codes)
        texts = lexicons[name].texts() if name in lexicons else pa.array([], pa.string())
    return np.concatenate(parts)[order] if parts else np.zeros(0, np.int32), texts


def _number(name: str, batches: Sequence[Batch], order: Whole) -> Numbers:
    values, there = [np.zeros(0, np.int64)], [np.zeros(0, np.bool_)]
    for batch in batches:
        column = batch.fields.get(name)
        if isinstance(column, Numbers):
            values.append(column.values)
            here = column.there
            there.append(np.ones(len(batch.at), np.bool_) if here is None else here)
        else:
            values.append(np.zeros(len(batch.at), np.int64))
            there.append(np.zeros(len(batch.at), np.bool_))
    return Numbers(np.concatenate(values)[order], np.concatenate(there)[order])


def _mixed(
    name: str, batches: Sequence[Batch], lexicons: Mapping[str, Lexicon], order: Whole
) -> tuple[Codes, Any]:
    """A column of texts; numbers and booleans of other types are written as such."""
    import pyarrow as pa

    lexicon = lexicons.get(name, Lexicon())
    parts = [np.zeros(0, np.int32)]
    for batch in batches:
        column = batch.fields.get(name)
        if column is None:
            parts.append(np.full(len(batch.at), -1, np.int32))
        elif isinstance(column, Texts):
            parts.append(column.codes)
        else:
            kind = "boolean" if set(np.unique(column.values)) <= {0, 1} else "number"
            known, back = np.unique(column.values, return_inverse=True)
            codes = lexicon.codes([_shown(int(value), kind) for value in known])[back.reshape(-1)]
            parts.append(codes if column.there is None else np.where(column.there, codes, -1))
    texts = lexicon.texts() if name in lexicons or len(parts) > 1 else pa.array([], pa.string())
    return np.concatenate(parts)[order].astype(np.int32), texts


def _shown(value: int, kind: str) -> str:
    return ("false", "true")[value] if kind == "boolean" else format_number(value)


# --- Parquet ------------------------------------------------------------------


def schema_of(shape: Shape) -> Any:
    """The Arrow schema of the events."""
    import pyarrow as pa

    text, time = pa.dictionary(pa.int32(), pa.string()), pa.timestamp("ms", tz="UTC")
    kinds = {"number": pa.decimal128(15, 6), "boolean": pa.bool_(), "text": text}
    columns = [("id", pa.string())] if shape.ids else []
    columns += [("at", time), ("who", text), ("event", text)]
    columns += [(name, kinds[kind]) for name, kind in shape.fields.items()]
    columns += [("known", time)] if shape.known else []
    columns += [(name, text) for name in shape.texts]
    return pa.schema(columns)


def write_events(path: Path, rows: Rows, shape: Shape, ids: Any) -> None:
    """Write the rows; the file appears when it is whole. ``ids`` are the subjects' by place."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = schema_of(shape)
    plain = [field.name for field in schema if not pa.types.is_dictionary(field.type)]
    packed = [name for name in schema.names if name not in plain]
    with (
        whole_file(path) as file,
        pq.ParquetWriter(file, schema, compression="zstd", use_dictionary=packed) as writer,
    ):
        for first in range(0, len(rows), ROWS):
            here = slice(first, first + ROWS)
            columns = _columns(rows, shape, ids, here)
            writer.write_table(pa.Table.from_arrays(columns, schema=schema))


def _columns(rows: Rows, shape: Shape, ids: Any, here: slice) -> list[Any]:
    import pyarrow as pa

    columns = []
    if rows.ids is not None:
        codes, texts = rows.ids
        columns.append(texts.take(_nullable(codes[here])))
    columns.append(_instants(rows.at[here], None))
    columns.append(_who(rows.subjects[here], ids))
    columns.append(_packed(rows.types[here], pa.array(shape.types)))
    for name, kind in shape.fields.items():
        column = rows.fields[name]
        if isinstance(column, Numbers):
            columns.append(_numbers(column.picked(here), kind))
        else:
            columns.append(_packed(column[0][here], column[1]))
    if rows.told is not None:
        columns.append(_instants(rows.known[here], rows.told[here]))
    columns += [_packed(codes[here], texts) for codes, texts in rows.texts.values()]
    return columns


def _nullable(codes: Codes) -> Any:
    import pyarrow as pa

    return pa.array(codes, mask=codes < 0)


def _instants(at: Whole, there: NDArray[np.bool_] | None) -> Any:
    import pyarrow as pa

    mask = None if there is None else ~there
    return pa.array(at * 1000, pa.timestamp("ms", tz="UTC"), mask=mask)


def _who(places: Whole, ids: Any) -> Any:
    """The subjects' ids; rows lie by subject, so few stand between the first and the last."""
    import pyarrow as pa

    first, last = int(places.min()), int(places.max())
    codes = pa.array((places - first).astype(np.int32))
    return pa.DictionaryArray.from_arrays(codes, ids.slice(first, last - first + 1))


def _packed(codes: Codes, texts: Any) -> Any:
    """A column of texts with a dictionary of those that are in it, each once."""
    import pyarrow as pa

    if len(texts) > _SMALL:
        known, back = np.unique(codes, return_inverse=True)
        absent = int(len(known) > 0 and known[0] < 0)
        texts = texts.take(pa.array(known[absent:]))
        codes = (back.reshape(-1) - absent).astype(np.int32)
    once = texts.dictionary_encode()
    if len(once.dictionary) < len(texts):
        moved = np.asarray(once.indices)
        codes = np.where(codes < 0, np.int32(-1), moved[np.maximum(codes, 0)]).astype(np.int32)
        texts = once.dictionary
    return pa.DictionaryArray.from_arrays(_nullable(codes), texts)


def as_arrow(column: Column, kind: str) -> Any:
    """A column as Arrow holds it."""
    if isinstance(column, Texts):
        return _packed(column.codes, column.lexicon.texts())
    return _numbers(column, kind)


def _numbers(column: Numbers, kind: str) -> Any:
    import pyarrow as pa

    missing = None if column.there is None or column.there.all() else ~column.there
    if kind == "boolean":
        return pa.array(column.values.astype(np.bool_), pa.bool_(), mask=missing)
    wide = np.empty((len(column.values), 2), np.int64)
    wide[:, 0] = column.values
    wide[:, 1] = column.values >> 63
    bits = None
    if missing is not None:
        bits = pa.py_buffer(np.packbits(~missing, bitorder="little").tobytes())
    buffers = [bits, pa.py_buffer(wide.tobytes())]
    return pa.Array.from_buffers(pa.decimal128(15, 6), len(wide), buffers)


def write_subjects(path: Path, columns: Mapping[str, Any], start: int, until: int) -> None:
    """Write the subjects of a part: Arrow columns by name."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.table(dict(columns)).replace_schema_metadata(
        {START: iso_instant(start).encode(), UNTIL: iso_instant(until).encode()}
    )
    with whole_file(path) as file:
        pq.write_table(table, file, compression="zstd", row_group_size=ROWS)
