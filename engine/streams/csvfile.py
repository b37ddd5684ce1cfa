"""CSV as RFC 4180 says it: a header, commas, double quotes, one event a row.

The parser is our own because it has to say what is wrong with a row, to find the
next row behind it, and to wait for the rest of a file that grows; the standard
library's reader is its twin in the tests. An empty cell is missing.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from engine.findings import DemeritError, Finding, Where
from engine.language.rows import Refused
from engine.streams.raw import BOM, FRESH, LONGEST_LINE, RawRow, Seen, decoded, is_blank

_INSIDE = re.compile(r'[^"]*(?:""[^"]*)*')  # what may stand between two quotes
_QUOTES = "a cell with commas, quotes or line ends stands in double quotes, its own quotes doubled"


class _Record:
    """The cells of one row, line by line."""

    def __init__(self) -> None:
        self.cells: list[str] = []
        self._open: list[str] = []  # what was read of a quoted cell
        self.inside = False  # whether the last line ended in a quoted cell

    def feed(self, line: str) -> None:
        """Read one more line; raises :class:`Refused` (D506) if it is no CSV."""
        end = len(line) - line.endswith("\r")
        at = self._close(line, 0, end) if self.inside else 0
        while not self.inside and at <= end:
            if line.startswith('"', at, end):
                self._open.clear()
                at = self._close(line, at + 1, end)
                continue
            comma = line.find(",", at, end)
            stop = end if comma < 0 else comma
            cell = line[at:stop]
            if '"' in cell:
                raise Refused("D506", "has a quote inside a cell without quotes", _QUOTES)
            self.cells.append(cell)
            at = stop + 1

    def _close(self, line: str, at: int, end: int) -> int:
        """Read a quoted cell on from ``at``; where the next cell begins."""
        found = _INSIDE.match(line, at, end)
        stop = found.end() if found else at
        self._open.append(line[at:stop].replace('""', '"'))
        self.inside = stop == end
        if self.inside:
            self._open += line[end:], "\n"
            return end
        if stop + 1 < end and line[stop + 1] != ",":
            raise Refused("D506", "has text behind a closing quote", _QUOTES)
        self.cells.append("".join(self._open))
        return stop + 2


class _Read(NamedTuple):
    line: int  # where the row begins
    written: bytes
    cells: list[str] | None  # None: blank, or passed over
    bad: Refused | None = None


class _Records:
    """Lines grouped into rows; a quote that nothing closes costs one line, not the rest."""

    def __init__(self, lines: Iterable[bytes], whole: Callable[[], bool]) -> None:
        self._source = enumerate(lines, 1)
        self._again: deque[tuple[int, bytes]] = deque()
        self._whole = whole

    def _pull(self) -> tuple[int, bytes] | None:
        return self._again.popleft() if self._again else next(self._source, None)

    def next(self, *, skip: bool = False) -> _Read | None:
        """The next row, or None at the end. A row to ``skip`` is not looked into."""
        if (got := self._pull()) is None:
            return None
        number, line = got
        line = line.removeprefix(BOM) if number == 1 else line
        if is_blank(line) or (skip and b'"' not in line):
            return _Read(number, line, None)
        record, more = _Record(), list[tuple[int, bytes]]()
        size = len(line)
        try:
            if b'"' not in line:
                return _Read(number, line, decoded(line).removesuffix("\r").split(","))
            record.feed(decoded(line))
            while record.inside:
                got = self._pull() if size <= LONGEST_LINE else None
                if got is None:
                    return self._unclosed(number, line, more, size)
                more.append(got)
                size += len(got[1]) + 1
                record.feed(decoded(got[1]))
        except Refused as bad:
            return _Read(number, _joined(line, more), None, bad)
        return _Read(number, _joined(line, more), record.cells)

    def _unclosed(
        self, number: int, line: bytes, more: list[tuple[int, bytes]], size: int
    ) -> _Read | None:
        if size <= LONGEST_LINE and not self._whole():
            return None  # the rest may still come
        self._again.extendleft(reversed(more))
        bad = Refused("D506", "has a quote that nothing closes", _QUOTES)
        return _Read(number, line, None, bad)


def _joined(line: bytes, more: list[tuple[int, bytes]]) -> bytes:
    return b"\n".join((line, *(text for _, text in more))) if more else line


def csv_rows(
    lines: Iterable[bytes],
    check_columns: Callable[[list[str], int], None],
    shown: str,
    seen: Seen = FRESH,
    whole: Callable[[], bool] = lambda: True,
) -> Iterator[RawRow]:
    """Each row behind the header. The header is checked by ``check_columns(names, line)``.

    Where the lines end but are not the ``whole``, a row whose quote is still open is
    not there yet.
    Raises :class:`DemeritError` for a header that is none.
    """
    records = _Records(lines, whole)
    names = _header(records, shown, check_columns)
    if names is None:
        return
    row = 0
    while True:
        row += 1
        read = records.next(skip=seen.has(row))
        if read is None:
            return
        if seen.has(row) or (read.cells is None and read.bad is None):
            continue
        cells = read.cells or []
        bad = read.bad or _ragged(len(cells), len(names))
        values = {} if bad else {n: cell for n, cell in zip(names, cells, strict=True) if cell}
        yield RawRow(row, read.line, values, read.written, bad)


def _header(
    records: _Records, shown: str, check_columns: Callable[[list[str], int], None]
) -> list[str] | None:
    read = records.next()
    while read is not None and read.cells is None and read.bad is None:
        read = records.next()
    if read is None:
        return None
    if read.bad or read.cells is None:
        message = f"the header {read.bad.message}" if read.bad else "the header is empty"
        hint = read.bad.hint if read.bad else None
        raise DemeritError(Finding("D505", message, Where(shown, read.line, 1), hint))
    check_columns(read.cells, read.line)
    return read.cells


def _ragged(found: int, wanted: int) -> Refused | None:
    if found == wanted:
        return None
    return Refused(
        "D506",
        f"has {found} {'cell' if found == 1 else 'cells'}, the header has {wanted}",
        _QUOTES if found > wanted else "leave a cell empty, but keep its comma",
    )
