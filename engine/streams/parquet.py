"""Parquet: columns of typed cells, read a batch at a time.

pyarrow is an extra and is imported only here, when a Parquet file is met.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import IO, Any

from engine.extras import require
from engine.findings import DemeritError, Finding, Where
from engine.streams.raw import FRESH, RawRow, Seen
from engine.text import quoted
from engine.values import iso_instant

BATCH = 4096  # rows decoded at once
_PER_SECOND = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}


def pyarrow() -> Any:
    """The pyarrow package with its Parquet module, or how to get it (D527)."""
    message = "Parquet needs a package that is not installed"
    return require("D527", message, "parquet", "pyarrow", "pyarrow.parquet")


def parquet_rows(
    source: IO[bytes],
    check_columns: Callable[[list[str], int], None],
    shown: str,
    seen: Seen = FRESH,
) -> Iterator[RawRow]:
    """Each row of the file; cells that are null are left out.

    Raises :class:`DemeritError` for what is no Parquet file (D528), for columns
    whose cells are no values of the language (D528), and for names (D505).
    """
    pa = pyarrow()
    row = 0
    try:
        with pa.parquet.ParquetFile(source) as file:
            names = list(file.schema_arrow.names)
            check_columns(names, 1)
            readers = _readers(pa, file.schema_arrow, shown)
            for batch in file.iter_batches(batch_size=BATCH):
                columns = [
                    read(column) for read, column in zip(readers, batch.columns, strict=True)
                ]
                for cells in zip(*columns, strict=True):
                    row += 1
                    if not seen.has(row):
                        values = {n: c for n, c in zip(names, cells, strict=True) if c is not None}
                        yield RawRow(row, row, values, values)
    except (pa.ArrowException, OSError, UnicodeDecodeError) as bad:
        raise _unreadable(shown, str(bad)) from None


def _unreadable(shown: str, why: str) -> DemeritError:
    first = (why.splitlines() or [""])[0]
    return DemeritError(
        Finding(
            "D528",
            f"cannot read the Parquet file: {quoted(first, 120)}",
            Where(shown, 1, 1),
            "write it anew with the columns id, at, who, event and the events' fields",
        )
    )


Reader = Callable[[Any], list[Any]]


def _readers(pa: Any, schema: Any, shown: str) -> list[Reader]:
    """For each column, what makes a list of raw values of it."""
    readers, problems = [], []
    for field in schema:
        reader = _reader(pa.types, field)
        if reader is None:
            problems.append(
                Finding(
                    "D528",
                    f"the column {quoted(field.name)} holds {quoted(str(field.type))},"
                    " which is no value of the language",
                    Where(shown, 1, 1),
                    "write it as text, boolean, integer or decimal"
                    " (`at` and `known` as text or timestamp)",
                )
            )
        else:
            readers.append(reader)
    if problems:
        raise DemeritError(problems)
    return readers


def _reader(types: Any, field: Any) -> Reader | None:
    kind = field.type
    if types.is_dictionary(kind):
        kind = kind.value_type
    if field.name in ("at", "known"):
        if types.is_timestamp(kind):
            return lambda column: _instants(column, _PER_SECOND[kind.unit])
        if types.is_date32(kind):
            return lambda column: [day and day.isoformat() for day in column.to_pylist()]
    plain = (
        types.is_string(kind)
        or types.is_large_string(kind)
        or types.is_boolean(kind)
        or types.is_integer(kind)
        or types.is_floating(kind)
        or types.is_decimal(kind)
        or types.is_null(kind)
    )
    return _plain if plain else None


def _plain(column: Any) -> list[Any]:
    made: list[Any] = column.to_pylist()
    return made


def _instants(column: Any, unit: int) -> list[str | None]:
    """Times as texts: a fraction of a second stays visible, so that it is refused."""
    made: list[str | None] = []
    for ticks in column.cast("int64").to_pylist():
        if ticks is None:
            made.append(None)
            continue
        seconds, rest = divmod(ticks, unit)
        text = iso_instant(seconds)
        made.append(f"{text[:-1]}.{rest * 10**9 // unit:09d}Z" if rest else text)
    return made
