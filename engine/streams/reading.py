"""A complete input is opened, its format found, and its events given out."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from itertools import chain
from pathlib import Path
from typing import IO, Literal, get_args

from engine.findings import DemeritError, Finding, Where, did_you_mean
from engine.language.rows import AnyPolicy, Cast, Event, Form
from engine.streams.csvfile import csv_rows
from engine.streams.jsonl import json_rows
from engine.streams.parquet import parquet_rows
from engine.streams.raw import (
    BOM,
    CHUNK,
    FRESH,
    SUFFIXES,
    Format,
    RawRow,
    Seen,
    is_blank,
    lines_of,
    unknown_suffix,
    unreadable,
)
from engine.streams.rows import OnBad, check_columns, typed_rows
from engine.text import quoted

Source = Path | Literal["-"]

STDIN = "standard input"
_FORMS: dict[Format, Form] = {"jsonl": "json", "csv": "csv", "parquet": "parquet"}
_MAGIC = b"PAR1"


def shown_name(source: Source) -> str:
    """How findings name a stream."""
    return STDIN if source == "-" else str(source)


def format_of(source: Source, asked: str | None = None) -> Format | None:
    """The format that was asked for, or that the suffix says; None: look into it.

    Raises :class:`DemeritError` (D502) for one that is not known.
    """
    if asked is not None:
        for name in get_args(Format):
            if name == asked:
                return SUFFIXES[f".{asked}"]
        where = Where(shown_name(source), 1, 1)
        hint = did_you_mean(asked, get_args(Format), "formats")
        raise DemeritError(Finding("D502", f"{quoted(asked)} is no format", where, hint))
    if source == "-":
        return None
    known = SUFFIXES.get(source.suffix.lower())
    if known is None and source.suffix and source.is_file():
        raise unknown_suffix(source)
    return known


def open_stream(
    source: Source,
    policy: AnyPolicy,
    format: str | None = None,  # noqa: A002
    on_bad: OnBad | None = None,
    *,
    cast: Cast | None = None,
    seen: Seen = FRESH,
) -> Iterator[Event]:
    """The events of a file, a pipe or standard input (``"-"``), in file order.

    The format goes by the suffix, else by what the first line looks like. A malformed
    row raises :class:`DemeritError`, or goes to ``on_bad``; what is wrong with the
    whole (no such file, no header) always raises. ``seen`` passes over rows that an
    earlier run has read.
    """
    wanted = format_of(source, format)
    shown = shown_name(source)
    with _opened(source) as file:
        start = _start(file, shown) if wanted is None else b""
        if wanted == "parquet" or start.startswith(_MAGIC):
            raws = parquet_rows(_seekable(file, start), _checker(policy, shown), shown, seen)
            yield from typed_rows(raws, policy, "parquet", shown, on_bad, cast)
        else:
            lines = lines_of(chain([start] if start else [], _chunks(file, shown)))
            yield from line_events(lines, policy, wanted, shown, on_bad, cast, seen)


def line_events(
    lines: Iterable[bytes],
    policy: AnyPolicy,
    wanted: Format | None,
    shown: str,
    on_bad: OnBad | None,
    cast: Cast | None,
    seen: Seen,
    whole: Callable[[], bool] = lambda: True,
) -> Iterator[Event]:
    """The events of lines of JSON or CSV; which of them, the first line says if need be.

    ``whole`` says, at the end of the lines, whether no more of them will ever come.
    """
    if wanted is None:
        wanted, lines = sniffed(iter(lines))
    raws: Iterator[RawRow]
    if wanted == "csv":
        raws = csv_rows(lines, _checker(policy, shown), shown, seen, whole)
    else:
        raws = json_rows(lines, seen)
    yield from typed_rows(raws, policy, _FORMS[wanted], shown, on_bad, cast)


def sniffed(lines: Iterator[bytes]) -> tuple[Format, Iterator[bytes]]:
    """The format of lines by the first that is not blank: CSV if it looks like a header."""
    read = []
    for line in lines:
        read.append(line)
        if not is_blank(line.removeprefix(BOM)):
            break
    first = read[-1].removeprefix(BOM).strip() if read else b""
    names = [name.strip(b'" ') for name in first.split(b",")]
    is_header = not first.startswith((b"{", b"[")) and any(n in names for n in (b"who", b"event"))
    return "csv" if is_header else "jsonl", chain(read, lines)


def _checker(policy: AnyPolicy, shown: str) -> Callable[[list[str], int], None]:
    """What a format calls with the names and the line of its header."""
    return lambda names, line: check_columns(policy, names, line, shown)


def _opened(source: Source) -> AbstractContextManager[IO[bytes]]:
    if source == "-":
        return nullcontext(sys.stdin.buffer)
    try:
        return source.open("rb")
    except OSError as bad:
        raise unreadable(shown_name(source), bad) from None


def _read(file: IO[bytes], shown: str) -> bytes:
    """What is there, without waiting for a full chunk; nothing at the end."""
    read: Callable[[int], bytes] = getattr(file, "read1", file.read)
    try:
        return read(CHUNK)
    except OSError as bad:
        raise unreadable(shown, bad) from None


def _chunks(file: IO[bytes], shown: str) -> Iterator[bytes]:
    while chunk := _read(file, shown):
        yield chunk


def _start(file: IO[bytes], shown: str) -> bytes:
    """Enough of an input to see whether it is Parquet."""
    start = b""
    while len(start) < len(_MAGIC) and _MAGIC.startswith(start):
        if not (more := _read(file, shown)):
            break
        start += more
    return start


def _seekable(file: IO[bytes], start: bytes) -> IO[bytes]:
    """Parquet is read from its end; what cannot seek is held in memory."""
    if not start and file.seekable():
        return file
    return io.BytesIO(start + file.read())
