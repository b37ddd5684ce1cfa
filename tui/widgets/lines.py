"""Text in pieces with roles, measured in terminal cells, and painted as strips.

Every foreign text on a screen passes :func:`clean` here, on its way into a segment.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, TypeAlias

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from engine.text import safe

if TYPE_CHECKING:
    from textual.widget import Widget

#: What a piece of text is, which is all that the styles know of it.
ROLES = (
    "dim", "strong", "title", "good", "bad", "warn", "info", "mark", "band", "line", "heading",
    "cursor", "cursor-dim", "chip", "fired", "missed", "acted", "key", "string", "found", "bar",
    "bar-row", "dot", "other", "rule", "dot-stripe", "other-stripe", "rule-stripe", "dot-cursor",
    "other-cursor", "rule-cursor", "said", "tab",
)  # fmt: skip
#: Roles that keep their own ground on any row.
_GROUNDED = frozenset({"chip", "found"})
Piece: TypeAlias = tuple[str, str]  # text, role ("" for plain)
Line: TypeAlias = tuple[Piece, ...]
BLANK: Line = ()


def clean(text: str) -> str:
    """A foreign text as it may be shown on one line."""
    return text if text.isascii() and text.isprintable() else safe(text)


def width_of(text: str) -> int:
    """Terminal cells that a text takes."""
    return len(text) if text.isascii() else cell_len(text)


def cut(text: str, width: int) -> str:
    """The text, shortened with ``…`` if it is wider than so many cells."""
    if width <= 0:
        return ""
    if width_of(text) <= width:
        return text
    if text.isascii():
        return text[: width - 1] + "…"
    return set_cell_size(text, width - 1).rstrip() + "…"


def fit(text: str, width: int, *, right: bool = False) -> str:
    """The text in exactly so many cells."""
    if width <= 0:
        return ""
    shown = cut(text, width)
    air = " " * (width - width_of(shown))
    return air + shown if right else shown + air


def line_width(line: Line) -> int:
    """Cells of a whole line."""
    return sum(width_of(text) for text, _ in line)


def spread(left: Line, right: Line, width: int) -> Line:
    """Two ends of a line with air between; the left one is shortened for the right one."""
    room = width - line_width(right)
    if room < 4:
        return shortened(left, width)
    kept = shortened(left, room - 1)
    return (*kept, (" " * (room - line_width(kept)), ""), *right)


def shortened(line: Line, width: int) -> Line:
    """A line that is at most so wide."""
    if line_width(line) <= width:
        return line
    made: list[Piece] = []
    left = width
    for text, role in line:
        size = width_of(text)
        if size >= left:
            made.append((cut(text + "  ", left), role))
            break
        made.append((text, role))
        left -= size
    return tuple(made)


def wrapped(text: str, width: int, *, first: int = 0) -> list[str]:
    """A text broken at spaces into lines of at most ``width`` cells.

    ``first`` cells of the first line are taken already.
    """
    width = max(width, 4)
    lines: list[str] = []
    current, used = "", first
    for word in text.split(" "):
        size = width_of(word)
        air = 1 if current else 0
        if current and used + air + size > width:
            lines.append(current)
            current, used, air = "", 0, 0
        while size > width - used - air and size > width // 2:
            head = _head(word, width - used - air)
            if not head:
                break
            lines.append(f"{current} {head}" if current else head)
            word = word[len(head) :]
            size, current, used, air = width_of(word), "", 0, 0
        if not word and lines and not current:
            continue
        current = f"{current} {word}" if current else word
        used += air + size
    if current or not lines:
        lines.append(current)
    return lines


def _head(word: str, width: int) -> str:
    """As many characters of a word as fit."""
    used = 0
    for place, char in enumerate(word):
        used += width_of(char)
        if used > width:
            return word[:place]
    return word


def hanging(
    lead: Line, text: str, role: str, width: int, tail: Line = (), indent: int | None = None
) -> list[Line]:
    """A paragraph behind a lead; its other lines stand under its first word.

    ``tail`` goes to the right end of the last line, or on one of its own.
    """
    deep = line_width(lead) if indent is None else indent
    room = max(width - deep, 8)
    body = wrapped(text, room, first=max(line_width(lead) - deep, 0))
    lines: list[Line] = []
    for number, part in enumerate(body):
        start = lead if number == 0 else ((" " * deep, ""),)
        lines.append((*start, (part, role)))
    if tail:
        size = line_width(tail)
        used = line_width(lines[-1])
        if used + 1 + size <= width:
            lines[-1] = (*lines[-1], (" " * (width - used - size), ""), *tail)
        else:
            shown = shortened(tail, room)
            lines.append(((" " * max(width - line_width(shown), deep), ""), *shown))
    return lines


class Painter:
    """Paints lines for a widget, with the styles of its component classes."""

    def __init__(self, widget: Widget) -> None:
        self._widget = widget
        self._styles: dict[str, Style] = {}

    def forget(self) -> None:
        """The styles have changed."""
        self._styles.clear()

    def style(self, role: str) -> Style:
        """The style of a role on this widget."""
        found = self._styles.get(role)
        if found is None:
            widget = self._widget
            found = widget.get_component_rich_style(f"l--{role}") if role else widget.rich_style
            self._styles[role] = found
        return found

    def strip(self, line: Iterable[Piece], width: int, under: str = "") -> Strip:
        """A line as exactly one row of cells; ``under`` is the role of the whole row."""
        ground = self.style(under)
        segments: list[Segment] = []
        used = 0
        for text, role in line:
            if not text:
                continue
            text = clean(text)
            if under and role and role not in _GROUNDED:
                style = self._over(under, role)
            else:
                style = self.style(role or under)
            segments.append(Segment(text, style))
            used += width_of(text)
        if used < width:
            segments.append(Segment(" " * (width - used), ground))
        made = Strip(segments, max(used, width))
        return made.crop(0, width) if used > width else made

    def _over(self, under: str, role: str) -> Style:
        """A role's own colours on the ground of the row."""
        key = f"{under}/{role}"
        found = self._styles.get(key)
        if found is None:
            ground = self.style(under)
            on_ground = Style(bgcolor=ground.bgcolor, reverse=ground.reverse,
                              underline=ground.underline)  # fmt: skip
            found = self._styles[key] = self.style(role) + on_ground
        return found


_BARS = {"dim", "strong", "title", "good", "bad", "warn", "info", "mark", "bar-row", "chip", "tab"}
_DRAWN = {"dot", "other", "rule"} | {
    f"{dot}-{ground}" for dot in ("dot", "other", "rule") for ground in ("stripe", "cursor")
}
#: The component classes of each kind of widget: no more than it paints with, since Textual
#: works them all out whenever a screen comes forward.
BAR_CLASSES = frozenset(f"l--{role}" for role in _BARS)
CHART_CLASSES = frozenset(f"l--{role}" for role in {"dim", "title", "mark", "line"} | _DRAWN)
CLASSES = frozenset(f"l--{role}" for role in ROLES if role not in _DRAWN | {"bar-row", "tab"})


def plain(lines: Sequence[Line]) -> str:
    """Lines as bare text, for copies and exports."""
    return "\n".join("".join(clean(text) for text, _ in line).rstrip() for line in lines)
