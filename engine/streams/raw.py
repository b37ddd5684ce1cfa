"""From bytes to lines, and what every format makes of them: raw rows.

A row's number is its place among the rows of its input, from 1; blank lines count,
a header does not. So a row keeps its number however its input is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple

from engine.findings import DemeritError, Finding, Where
from engine.language.rows import Refused
from engine.text import quoted

LONGEST_LINE = 1 << 20  # bytes, without the line end
CHUNK = 1 << 16  # bytes read at once
BOM = b"\xef\xbb\xbf"

Format = Literal["jsonl", "csv", "parquet"]
SUFFIXES: dict[str, Format] = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".parquet": "parquet",
    ".pq": "parquet",
}


class RawRow(NamedTuple):
    """One row before the policy has looked at it."""

    row: int
    line: int  # where it begins in its file, from 1; for Parquet the row's number
    values: Mapping[str, Any]  # column → raw value; what a row leaves empty may be left out
    written: bytes | Mapping[str, Any]  # what was read, for a report of bad rows
    bad: Refused | None = None  # why it is no row at all


class BadRow(NamedTuple):
    """One row that was set aside."""

    row: int
    reason: str  # code, message and hint
    text: str  # the row as it was read


class Seen(NamedTuple):
    """How far an input was read: what it takes to go on with it later.

    Readers pass over the rows of 1 … ``rows`` that are not ``waiting`` without
    looking into them.
    """

    rows: int = 0
    waiting: frozenset[int] = frozenset()  # rows that were read, but not yet given out
    last: int | None = None  # `known` of the last event given out

    def has(self, row: int) -> bool:
        return row <= self.rows and row not in self.waiting


FRESH = Seen()


class Splitter:
    """Bytes in pieces of any size become lines, however slowly they come.

    A line longer than :data:`LONGEST_LINE` is cut one byte behind it and goes on at
    the next line end, so memory stays bounded and the reader still sees the excess.
    """

    def __init__(self) -> None:
        self._part = bytearray()

    def feed(self, data: bytes) -> list[bytes]:
        """The lines that ``data`` completes, without their ``\\n``."""
        *ends, rest = data.split(b"\n")
        lines = []
        for end in ends:
            self._add(end)
            lines.append(bytes(self._part))
            self._part.clear()
        self._add(rest)
        return lines

    def _add(self, piece: bytes) -> None:
        room = LONGEST_LINE + 1 - len(self._part)
        self._part += piece if len(piece) <= room else piece[:room]

    @property
    def rest(self) -> bytes:
        """The last line, if nothing ended it."""
        return bytes(self._part)


def lines_of(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The lines of a complete input, the last one with or without a line end."""
    splitter = Splitter()
    for chunk in chunks:
        yield from splitter.feed(chunk)
    if splitter.rest:
        yield splitter.rest


def decoded(line: bytes) -> str:
    """The text of a line; raises :class:`Refused` (D504) for what is no text."""
    if len(line) > LONGEST_LINE:
        raise Refused(
            "D504", "is longer than 1 MiB", "a row is one event; move long texts elsewhere"
        )
    if 0 in line:
        raise Refused(
            "D504", "holds a NUL byte", "save the file as UTF-8 text (not UTF-16, nothing binary)"
        )
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError as bad:
        raise Refused(
            "D504",
            f"is not UTF-8: byte {line[bad.start]:#04x} at position {bad.start + 1}",
            "save the file as UTF-8",
        ) from None


def is_blank(line: bytes) -> bool:
    return not line.strip(b" \t\r")


def written_text(written: bytes | Mapping[str, Any]) -> str:
    """A row as it was read, as a text for the report."""
    if isinstance(written, bytes):
        return written[:LONGEST_LINE].decode("utf-8", "backslashreplace").rstrip("\r")
    return ", ".join(f"{name}={value}" for name, value in written.items() if value is not None)


def unknown_suffix(path: Path) -> DemeritError:
    """The finding for a file whose name does not say its format."""
    if path.suffix.lower() in (".yaml", ".yml"):
        hint = "a timeline is part of a scenario and is run as one"
    else:
        hint = "name the format: jsonl (one object a line), csv or parquet"
    message = f"cannot tell the format of the stream by {quoted(path.suffix or path.name)}"
    return DemeritError(Finding("D502", message, Where(str(path), 1, 1), hint))


def unreadable(shown: str, bad: OSError) -> DemeritError:
    """The finding for a file that cannot be opened or read."""
    reason = {
        FileNotFoundError: "there is no such file",
        IsADirectoryError: "it is a folder",
        PermissionError: "it may not be read",
    }.get(type(bad), (bad.strerror or "it cannot be read").lower())
    return DemeritError(
        Finding("D501", f"cannot read the stream: {reason}", Where(shown, 1, 1), "check the path")
    )
