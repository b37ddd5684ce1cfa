"""The way to the terminal: safe texts, tables, glyphs, JSON.

On a terminal there are colours and frames; in a pipe plain text of a stable width. A
colour never says anything alone: a glyph and a word stand beside it.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import IO, TYPE_CHECKING, Any, NoReturn

from engine.cli.exits import PIPE_CLOSED
from engine.text import safe

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from engine.cli.rows import Table

PIPE_WIDTH = 100  # columns where there is no terminal
_LEAST = 16  # to which a column of a table may be wrapped

#: What happened → (glyph, word, style). Every glyph has the width of one column.
SIGNS: Mapping[str, tuple[str, str, str]] = {
    "error": ("✗", "error", "bold red"),
    "warning": ("!", "warning", "yellow"),
    "good": ("✓", "good", "green"),
    "passed": ("✓", "passed", "green"),
    "failed": ("✗", "failed", "bold red"),
    "fired": ("●", "fired", "green"),
    "missed": ("○", "missed", "dim"),
    "excepted": ("◇", "excepted", "yellow"),
    "overridden": ("◌", "set aside", "yellow"),
    "limited": ("◍", "silenced", "yellow"),
    "refused": ("⊘", "refused", "bold red"),
    "duplicate": ("=", "duplicate", "yellow"),
    "gain": ("▲", "up", "green"),
    "loss": ("▼", "down", "red"),
    "began": ("■", "began", "magenta"),
    "ended": ("□", "ended", "cyan"),
    "message": ("✉", "message", "blue"),
    "listed": ("▤", "listed", "magenta"),
    "grade": ("◆", "grade", "bold"),
    "raised": ("↳", "raised", "cyan"),
    "same": ("·", "nothing", "dim"),
}


def _closed() -> NoReturn:
    """Whoever read us has gone: be silent and stop."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    raise SystemExit(PIPE_CLOSED)


@lru_cache(maxsize=4)
def _console(file: IO[str], stderr: bool) -> Console:
    from rich.console import Console

    class Ours(Console):
        def on_broken_pipe(self) -> None:
            _closed()

    terminal = file.isatty()
    return Ours(
        file=file, stderr=stderr, markup=False, highlight=False, emoji=False,
        width=None if terminal else PIPE_WIDTH, force_terminal=terminal,
        no_color=True if not terminal else None, legacy_windows=False, soft_wrap=False,
    )  # fmt: skip


def out() -> Console:
    """Standard output."""
    return _console(sys.stdout, False)


def err() -> Console:
    """Standard error."""
    return _console(sys.stderr, True)


def text(*pieces: str | tuple[str, str]) -> Text:
    """A text of pieces, each plain or with a style; foreign text is made safe."""
    from rich.text import Text

    made = Text()
    for piece in pieces:
        shown, style = (piece, "") if isinstance(piece, str) else piece
        made.append(safe(shown, lines=True), style)
    return made


def sign(name: str, word: str | None = None) -> Text:
    """The glyph and the word for what happened; another word may be given."""
    glyph, usual, style = SIGNS[name]
    return text((f"{glyph} {usual if word is None else word}".rstrip(), style))


def say(*pieces: str | tuple[str, str], indent: int = 0, hang: int = 0) -> None:
    """A paragraph on standard output; long ones wrap, with their indent kept.

    Lines behind the first are indented by ``hang`` more.
    """
    show(text(*pieces), indent, hang)


def show(renderable: Text | Table, indent: int = 0, hang: int = 0) -> None:
    """A text or a table on standard output; without spaces at line ends in a pipe."""
    from rich.text import Text

    if isinstance(renderable, Text):
        _paragraph(out(), renderable, indent, hang)
    else:
        renderable.show(indent)


def _paragraph(console: Console, paragraph: Text, indent: int, hang: int) -> None:
    """A text, wrapped by us so that every line keeps its indent."""
    for written in paragraph.split("\n", allow_blank=True):
        for line in wrapped(written, console.width - indent, hang):
            line.rstrip()
            line.pad_left(indent if line.plain else 0)
            console.print(line, soft_wrap=True)


def wrapped(line: Text, room: int, hang: int = 0, *, least: int = 20) -> list[Text]:
    """A line in pieces of at most ``room`` columns, those behind the first indented.

    No piece is made narrower than ``least``.
    """
    console, room = out(), max(least, room)
    if line.cell_len <= room:
        return [line]
    first = line.wrap(console, room)[0]
    rest = line[len(first.plain) :]
    rest = rest[len(rest.plain) - len(rest.plain.lstrip(" ")) :]
    more = list(rest.wrap(console, max(least, room - hang))) if rest.plain else []
    for piece in more:
        piece.pad_left(hang)
    for piece in (first, *more):
        piece.rstrip()
    return [first, *more]


def table(*columns: str) -> Table:
    """An empty table: framed on a terminal, plain columns in a pipe.

    A column whose name starts with ``>`` is aligned to the right; one that starts with
    ``=`` is never wrapped.
    """
    from engine.cli.rows import Column, Table

    return Table([
        Column(name.lstrip(">="), name.startswith(">"), None if name[0] in ">=" else _LEAST)
        for name in columns
    ])  # fmt: skip


def add_row(made: Table, cells: Sequence[str | Text]) -> None:
    """One row; plain cells are made safe."""
    made.rows.append(cells)


def heading(words: str) -> None:
    """A title line."""
    out().print(text((words, "bold")))


def print_json(value: Mapping[str, Any]) -> None:
    """One JSON object on standard output, with stable line breaks."""
    write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def write(data: str) -> None:
    """Bare text on standard output."""
    try:
        sys.stdout.write(data)
        sys.stdout.flush()
    except BrokenPipeError:
        _closed()
