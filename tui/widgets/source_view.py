"""The policy's text, long lines wrapped, with what became of each clause in this step."""

from __future__ import annotations

import re
from typing import NamedTuple

from tui.session.viewmodel import Line as SourceLine
from tui.session.viewmodel import Source
from tui.widgets.lines import BLANK, Line, Piece, clean, width_of, wrapped
from tui.widgets.pane import Pane

#: Mark → glyph, word, role of the row.
SIGNS: dict[str, tuple[str, str, str]] = {
    "fired": ("●", "fired", "fired"),
    "effect": ("→", "acted", "acted"),
    "missed": ("○", "just missed", "missed"),
    "excepted": ("⊖", "excepted", "missed"),
    "overridden": ("⊘", "set aside", "missed"),
    "limited": ("◌", "silenced", "missed"),
}
_KEY = re.compile(r"(\s*(?:- )?)([\w.*-]+|\"[^\"]*\")(:)(?=\s|$)")
_COMMENT = re.compile(r"(?:^|\s)#.*$")


class _Spot(NamedTuple):
    """Where a painted line comes from."""

    number: int  # of the source line, 1-based
    first: bool  # whether it is its beginning


class SourceView(Pane):
    """A file with line numbers; follows the step."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self.spots: list[_Spot] = []
        self.starts: list[int] = []  # painted line of each source line
        self._roles: list[str] = []
        self._texts: tuple[object, int, list[list[Line]]] = (None, 0, [])
        self.pointed = 0  # a line that was asked for; 0: none

    def build(self, width: int, height: int) -> list[Line]:
        source: Source = self.data
        digits = len(str(len(source.lines)))
        room = max(width - digits - 4, 8)
        bodies = self._bodies(source, room)
        lines: list[Line] = []
        self.spots, self.starts, self._roles = [], [], []
        before = ""
        for line, body in zip(source.lines, bodies, strict=True):
            self.starts.append(len(lines))
            glyph, word, role = SIGNS.get(line.mark, (" ", "", ""))
            opens = line.mark and line.mark != before
            before = line.mark
            for number, pieces in enumerate(body):
                lead = f"{line.number:>{digits}}" if number == 0 else " " * digits
                tail = _tail(pieces, word, room) if opens and number == 0 else ()
                lines.append(((f"{glyph} ", _tone(line.mark)), (f"{lead} ", "dim"), *pieces, *tail))
                self.spots.append(_Spot(line.number, number == 0))
                self._roles.append(role)
        if not lines:
            return [BLANK, (("  there is no policy text for this life", "dim"),)]
        return lines

    def _bodies(self, source: Source, room: int) -> list[list[Line]]:
        """Every line wrapped and coloured; the same file is not worked on again."""
        texts = [line.text for line in source.lines]
        if self._texts[0] != texts or self._texts[1] != room:
            self._texts = texts, room, [_coloured(line, room) for line in source.lines]
        return self._texts[2]

    def fed(self, before: Source | None, data: Source) -> None:
        """Show the focus a third from the top; stay if it is well in sight already."""
        if before is not None:
            self.pointed = 0
        same = before is not None and before.file == data.file
        self.look_at(self.pointed or data.focus, steady=same)

    def look_at(self, number: int, *, steady: bool = False) -> None:
        """Scroll to a source line."""
        if not self.starts:
            self.top = 0
            return
        line = self.starts[min(max(number, 1), len(self.starts)) - 1]
        height = self.size.height
        if not (steady and self.top <= line <= self.top + height * 2 // 3):
            self.top = line - height // 4
        self._settle()
        self.refresh()

    def point(self, number: int) -> None:
        """Scroll to a line and set it off."""
        self.pointed = number
        self.look_at(number)

    def under(self, index: int) -> str:
        if index >= len(self._roles):
            return ""
        if self.pointed and self.spots[index].number == self.pointed:
            return "cursor"
        return self._roles[index]

    def place_at(self, index: int) -> int:
        """The source line of a painted line."""
        return self.spots[index].number if index < len(self.spots) else 1


def _tone(mark: str) -> str:
    return {"fired": "good", "effect": "info"}.get(mark, "warn" if mark else "")


def _tail(pieces: Line, word: str, room: int) -> Line:
    """The word of a mark at the right end, if there is room for it."""
    used = sum(width_of(text) for text, _ in pieces)
    air = room - used - len(word)
    return ((" " * air, ""), (word, "dim")) if air >= 2 else ()


def _coloured(line: SourceLine, room: int) -> list[Line]:
    """A line as one or more lines of pieces; what is wrapped is indented a little more."""
    text = clean(line.text)
    if width_of(text) <= room:
        return [tuple(_pieces(text))]
    indent = len(text) - len(text.lstrip(" -"))
    deep = min(indent + 2, room // 2)
    first, *rest = wrapped(text.lstrip(" "), room - deep, first=0)
    lead = " " * (len(text) - len(text.lstrip(" ")))
    made = [tuple(_pieces(lead + first))]
    comment = text.lstrip().startswith("#")
    made += [((" " * deep, ""), (part, "dim" if comment else "string")) for part in rest]
    return made


def _pieces(text: str) -> list[Piece]:
    """Keys, strings and comments of a line of YAML, told apart."""
    comment = _COMMENT.search(text) if "#" in text and '"' not in text else None
    tail: list[Piece] = []
    if comment:
        text, tail = text[: comment.start()], [(text[comment.start() :], "dim")]
    key = _KEY.match(text)
    if key is None:
        return [(text, ""), *tail]
    value = text[key.end() :]
    return [
        (key[1], ""),
        (key[2], "key"),
        (key[3], "dim"),
        (value, "string" if value else ""),
        *tail,
    ]
