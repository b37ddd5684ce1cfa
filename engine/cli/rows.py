"""A table that is printed row by row, however many there are.

The table of ``output`` looks at every cell before it prints the first one, which takes
minutes for a long run. Here the widths come from a sample, and the rows follow in chunks. It
looks the same: framed on a terminal, plain columns in a pipe.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from engine.cli import output

if TYPE_CHECKING:
    from rich.text import Text

_SAMPLE = 200  # rows at either end that say how wide the columns are
_SHORT = 30  # characters of a cell that shares its line, where rows are stacked
_CHUNK = 100  # rows that are printed at once

Row = TypeVar("Row")
Cells = Sequence["str | Text"]


class Column(NamedTuple):
    """A column of a table."""

    title: str
    right: bool = False  # aligned to the right
    least: int | None = 8  # characters to which it may be wrapped; None: never
    hang: int = 0  # by which the rest of a wrapped line is indented


class _Frame(NamedTuple):
    """What stands between and around the cells of a line."""

    left: str
    between: str
    right: str
    indent: str = ""

    @property
    def room(self) -> tuple[int, int]:
        """Columns around a line, and between two cells."""
        return len(self.indent) + len(self.left) + len(self.right), len(self.between)


_FRAMED = _Frame("│ ", " │ ", " │")
_PLAIN = _Frame("", "  ", "")


def show_rows(
    columns: Sequence[Column], rows: Sequence[Row], cells: Callable[[Row], Cells],
    *, strict: bool = False, indent: int = 0,
) -> bool:  # fmt: skip
    """Print a table; ``cells`` makes the cells of a row.

    ``strict``: if a column would become narrower than it may be, print nothing and say no.
    """
    frame = (_FRAMED if output.out().is_terminal else _PLAIN)._replace(indent=" " * indent)
    sample = [*rows[:_SAMPLE], *(rows[-_SAMPLE:] if len(rows) > _SAMPLE else ())]
    widths, fits = _widths(columns, [cells(row) for row in sample], frame)
    if strict and not fits:
        return False
    layout = _Layout(columns, widths, frame)
    head = [output.text((column.title, "bold")) for column in columns]
    _put(layout.rule("╭┬╮"), layout.row(head, bottom=True), layout.rule("├┼┤"))
    waiting = iter(rows)
    while chunk := list(islice(waiting, _CHUNK)):
        _put(_joined(layout.row(cells(row)) for row in chunk))
    _put(layout.rule("╰┴╯"))
    return True


class Table:
    """Rows that are shown together: as a table, or one below the other where that is narrow."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self.columns = columns
        self.rows: list[Cells] = []

    def show(self, indent: int = 0) -> None:
        """Print it."""
        if not show_rows(self.columns, self.rows, lambda row: row, strict=True, indent=indent):
            for row in self.rows:
                self._stacked(row, indent)

    def _stacked(self, row: Cells, indent: int) -> None:
        """A row as a paragraph under its first cell; what is empty is left out."""
        head, *rest = (output.text(c) if isinstance(c, str) else c for c in row)
        if head.plain:
            head.stylize("bold")
            output.show(head, indent)
        short, long = output.text(), []
        for column, cell in zip(self.columns[1:], rest, strict=True):
            if cell.plain in ("", "–"):
                continue
            told = output.text((f"{column.title} ", "dim"))
            told.append_text(output.text(", ").join(cell.split("\n")))
            if cell.cell_len > _SHORT:
                long.append(told)
            else:
                short.append("   " if short.plain else "").append_text(told)
        for line in (short, *long):
            if line.plain:
                output.show(line, indent + 2, 2)


def _put(*pieces: Text | None) -> None:
    """Print lines that are laid out already; in a pipe without spaces at their ends."""
    made = _joined(piece for piece in pieces if piece is not None)
    if output.out().is_terminal:
        if made.plain:
            output.out().print(made, soft_wrap=True)
    elif made.plain:
        output.write("".join(f"{line.rstrip()}\n" for line in made.plain.split("\n")))


def _joined(lines: Iterable[Text]) -> Text:
    return output.text("\n").join(lines)


def _widths(
    columns: Sequence[Column], sample: Sequence[Cells], frame: _Frame
) -> tuple[list[int], bool]:
    """The columns' widths: what they need, less where the line would be too long.

    And whether that is short enough.
    """
    needed = [
        max(_width(text) for text in (*column.title.split(), *(cells[at] for cells in sample)))
        for at, column in enumerate(columns)
    ]
    around, between = frame.room
    over = sum(needed) + around + between * (len(columns) - 1) - output.out().width
    for at, column in enumerate(columns):  # a title may be wrapped, but need not
        more = min(max(0, _width(column.title) - needed[at]), max(0, -over))
        needed[at] += more
        over += more
    while over > 0:
        spare = [at for at, column in enumerate(columns) if needed[at] > (column.least or 10**6)]
        if not spare:
            break
        needed[max(spare, key=needed.__getitem__)] -= 1
        over -= 1
    return needed, over <= 0


def _width(cell: str | Text) -> int:
    from rich.cells import cell_len

    plain = cell if isinstance(cell, str) else cell.plain
    return max(map(cell_len, plain.split("\n")))


class _Layout:
    """How the lines of one table are put together."""

    def __init__(self, columns: Sequence[Column], widths: Sequence[int], frame: _Frame) -> None:
        self._columns = columns
        self._widths = widths
        self._frame = frame

    def rule(self, corners: str) -> Text | None:
        """A horizontal line, e.g. with the corners ``╭┬╮``; none without a frame."""
        if not self._frame.left:
            return None
        line = corners[1].join("─" * (width + 2) for width in self._widths)
        return output.text((f"{self._frame.indent}{corners[0]}{line}{corners[2]}", "dim"))

    def row(self, cells: Cells, *, bottom: bool = False) -> Text:
        """The lines of a row, joined by line feeds; ``bottom``: short cells stand low."""
        wrapped = [self._lines(cell, at) for at, cell in enumerate(cells)]
        height = max(map(len, wrapped))
        if bottom:
            wrapped = [[output.text()] * (height - len(lines)) + lines for lines in wrapped]
        return _joined(self._line(wrapped, number) for number in range(height))

    def _lines(self, cell: str | Text, at: int) -> list[Text]:
        text = output.text(cell) if isinstance(cell, str) else cell
        made: list[Text] = []
        for line in text.split("\n", allow_blank=True):
            made.extend(output.wrapped(line, self._widths[at], self._columns[at].hang, least=1))
        return made

    def _line(self, wrapped: Sequence[list[Text]], number: int) -> Text:
        made = output.text((self._frame.indent + self._frame.left, "dim"))
        for at, lines in enumerate(wrapped):
            if at:
                made.append(self._frame.between, "dim")
            piece = lines[number] if number < len(lines) else output.text()
            gap = " " * (self._widths[at] - _width(piece))
            if self._columns[at].right:
                made.append(gap)
            made.append_text(piece)
            if not self._columns[at].right:
                made.append(gap)
        made.append(self._frame.right, "dim")
        return made
