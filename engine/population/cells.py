"""Columns of Arrow cells as int64: numbers in millionths, texts by number, MISSING for nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.language.model import FieldType
from engine.language.rows import Refused, typed_value
from engine.population import words as w
from engine.population.columns import value_word
from engine.population.lower_base import Texts
from engine.values import MILLION

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Words = npt.NDArray[np.int64]


class Wrong(Exception):
    """Something is wrong with the rows; they must be read one by one to say what."""


def whole(column: Any) -> Any:
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

    column = whole(column)
    if not pa.types.is_dictionary(column.type):
        column = column.cast(pa.string()).dictionary_encode()
    numbers = [value_word(text, texts) for text in column.dictionary.to_pylist()]
    known = np.array([*numbers, w.MISSING], dtype=np.int64)
    return known[np.asarray(column.indices.fill_null(-1), dtype=np.int64)]


def number_words(column: Any, declared: FieldType) -> Words:
    """The millionths of every cell; nothing is MISSING. Raises :class:`Refused`."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    column, kinds = whole(column), pa.types
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
        return _one_by_one(column, declared)
    if column.null_count:
        made[np.asarray(pc.is_null(column))] = w.MISSING
    return made


def boolean_words(column: Any, declared: FieldType) -> Words:
    """1 or 0 for every cell; nothing is MISSING. Raises :class:`Refused`."""
    import numpy as np
    import pyarrow as pa

    column = whole(column)
    if pa.types.is_boolean(column.type):
        return np.array(column.cast(pa.int64()).fill_null(w.MISSING), dtype=np.int64)
    return _one_by_one(column, declared)


def _one_by_one(column: Any, declared: FieldType) -> Words:
    """Cells of a column that holds other things too, as texts."""
    import numpy as np

    values = [
        w.MISSING if cell is None else int(typed_value(declared, cell, "parquet"))
        for cell in column.to_pylist()
    ]
    return np.array(values, dtype=np.int64)


def typed_words(column: Any, declared: FieldType, texts: Texts) -> Words:
    """A column as its declared type says."""
    if declared.kind == "number":
        return number_words(column, declared)
    if declared.kind == "boolean":
        return boolean_words(column, declared)
    return text_words(column, texts)


def instants(column: Any) -> tuple[Words, Any]:
    """Seconds, and which cells there are; raises :class:`Wrong` for other than times."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    column = whole(column)
    if not pa.types.is_timestamp(column.type):
        raise Wrong
    unit = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}[column.type.unit]
    there = ~np.asarray(pc.is_null(column), dtype=bool)
    ticks = np.asarray(column.cast(pa.int64()).fill_null(0), dtype=np.int64)
    if (ticks % unit).any():
        raise Wrong
    return ticks // unit, there
