"""Every step of a life, one a line; only the lines that are seen are ever made."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.session.viewmodel import GLYPHS, Mark, Row
from tui.widgets.lines import BLANK, CLASSES, Line, Painter, Piece, cut, fit, plain, width_of

#: The role of what happened; the glyph and the word say it too.
TONES = {
    "error": "bad", "refused": "bad", "grade": "mark", "began": "warn", "ended": "info",
    "listed": "warn", "unlisted": "info", "fired": "good", "message": "strong", "moved": "",
    "duplicate": "dim", "nothing": "dim",
}  # fmt: skip
MARKS: dict[Mark, tuple[str, str]] = {
    "edited": ("≈", "warn"), "breakpoint": ("●", "bad"), "bookmark": ("★", "mark"),
    "note": ("✎", "info"), "beat": ("✱", "strong"), "marked": ("┃", "mark"),
}  # fmt: skip
_SAID, _WHO, _EVENT = 26, 9, 16  # cells that a narrow screen tries to keep
_REST = 22  # cells of marks, gaps and of what happened
_SAMPLE = 200  # rows that the widths of columns are taken from
_KEPT = 2000  # painted rows
_MARGIN = 2  # rows that stay in sight before and behind the current one


@dataclass(frozen=True, slots=True)
class Columns:
    """Cells of each column; 0 leaves one out."""

    number: int
    at: int
    who: int
    event: int


@dataclass(frozen=True)
class Steps:
    """What the timeline shows. Equal keys mean equal rows."""

    key: tuple[object, ...]
    numbers: Sequence[int]  # steps that are shown, rising
    row: Callable[[int], Row]
    current: int  # step number
    people: int = 2  # with one person nobody needs to be told whose a step is
    found: str = ""  # the text that is searched for

    def place(self, number: int) -> int:
        """The line of a step, or of the one that stands where it would."""
        return min(bisect_left(self.numbers, number), max(len(self.numbers) - 1, 0))


def columns_of(steps: Steps) -> Columns:
    """Widths that hold for the whole life, from a sample of it, so that nothing jumps."""
    count = len(steps.numbers)
    if not count:
        return Columns(1, 10, 0, 8)
    stride = max(count // _SAMPLE, 1)
    rows = [steps.row(steps.numbers[i]) for i in range(0, count, stride)][: _SAMPLE + 1]
    at = max(10, *(len(row.at) for row in rows))
    who = min(max(width_of(row.who) for row in rows), 15) if steps.people > 1 else 0
    event = min(max(width_of(row.event) + 2 * row.clock for row in rows), 20)
    return Columns(len(str(steps.numbers[-1])), at, who, event)


def fitted(columns: Columns, width: int) -> Columns:
    """The columns for a width: who and event give way to what came of it."""
    lack = _SAID - (width - columns.number - columns.at - columns.who - columns.event - _REST)
    if lack <= 0:
        return columns
    who = max(columns.who - lack, min(columns.who, _WHO))
    lack = max(lack - (columns.who - who), 0)
    event = max(columns.event - lack, min(columns.event, _EVENT))
    return replace(columns, who=who, event=event)


def row_line(row: Row, columns: Columns, width: int, found: str = "") -> Line:
    """One step as a line of pieces."""
    glyph, word = GLYPHS[row.happening]
    tone = TONES[row.happening]
    pieces: list[Piece] = [*marks_of(row.marks), (f"{row.number:>{columns.number}} ", "dim"),
                           (fit(row.at, columns.at) + "  ", "")]  # fmt: skip
    if columns.who:
        pieces.append((fit(row.who, columns.who) + "  ", ""))
    event = f"◷ {row.event}" if row.clock else row.event
    pieces += [(fit(event, columns.event) + "  ", "dim" if row.clock else "strong"),
               (f"{glyph} {word:<9} ", tone)]  # fmt: skip
    used = sum(width_of(text) for text, _ in pieces)
    room = width - used
    if row.change:
        pieces.append(("▲ ", "good") if row.change > 0 else ("▼ ", "bad"))
        room -= 2
    pieces += marked(cut(row.said, max(room, 0)), found, "dim" if tone == "dim" else "")
    return tuple(pieces)


def marks_of(marks: Sequence[Mark]) -> list[Piece]:
    """Two cells of marks: the strongest first."""
    first = [MARKS["marked"]] if "marked" in marks else []  # it is a bar down the margin
    rest = [MARKS[mark] for mark in MARKS if mark in marks and mark != "marked"]
    shown = [*first, *rest][:2]
    return [*shown, (" " * (3 - len(shown)), "")]


def marked(text: str, found: str, role: str) -> list[Piece]:
    """A text with what was searched for set off."""
    if not found:
        return [(text, role)]
    low, want = text.lower(), found.lower()
    pieces: list[Piece] = []
    start = 0
    while (place := low.find(want, start)) >= 0 and len(low) == len(text):
        pieces += [(text[start:place], role), (text[place : place + len(want)], "found")]
        start = place + len(want)
    return [*pieces, (text[start:], role)]


class Timeline(ScrollView, can_focus=True, inherit_bindings=False):
    """The steps; the current one stays in sight."""

    COMPONENT_CLASSES: ClassVar[set[str]] = set(CLASSES)

    class Chosen(Message):
        """A step was clicked."""

        def __init__(self, timeline: Timeline, number: int) -> None:
            super().__init__()
            self.timeline = timeline
            self.number = number

        @property
        def control(self) -> Timeline:
            return self.timeline

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self.painter = Painter(self)
        self.steps = Steps((), (), _nothing, 0)
        self.columns = Columns(1, 10, 0, 8)
        self.empty = "no steps"
        self._strips: dict[int, Strip] = {}
        self._width = 0

    def feed(self, steps: Steps) -> None:
        """Show other steps, or another current one."""
        before = self.steps
        self.steps = steps
        if steps.key != before.key or steps.found != before.found:
            self._strips.clear()
            if steps.key[:2] != before.key[:2] or len(steps.numbers) != len(before.numbers):
                self.columns = columns_of(steps)
                self.virtual_size = Size(self.size.width, len(steps.numbers))
            self.refresh()
        elif steps.current != before.current:
            self.refresh_lines(before.place(before.current))
            self.refresh_lines(steps.place(steps.current))
        self._follow()

    def _follow(self) -> None:
        height = self.size.height
        if not height:
            return
        place, top = self.steps.place(self.steps.current), round(self.scroll_y)
        margin = min(_MARGIN, (height - 1) // 2)
        goal = top
        if place < top + margin:
            goal = place - margin
        elif place > top + height - 1 - margin:
            goal = place - height + 1 + margin
        if abs(goal - top) > height:
            goal = place - height // 2
        if goal != top:
            self.scroll_to(y=max(goal, 0), animate=False, force=True)

    def on_resize(self) -> None:
        if self._width != self.room:
            self._width = self.room
            self._strips.clear()
            self.virtual_size = Size(self.size.width, len(self.steps.numbers))
        self.call_after_refresh(self._follow)

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self.painter.forget()
        self._strips.clear()

    @property
    def room(self) -> int:
        """Columns beside the scroll bar."""
        return self.scrollable_content_region.width

    def line(self, place: int) -> Line:
        """The pieces of a line."""
        steps = self.steps
        width = max(self.room - 1, 10)
        columns = fitted(self.columns, width)
        return row_line(steps.row(steps.numbers[place]), columns, width, steps.found)

    def render_line(self, y: int) -> Strip:
        place = y + round(self.scroll_y)
        steps, width = self.steps, self.room
        if place >= len(steps.numbers):
            words: Line = ((f"  {self.empty}", "dim"),) if not steps.numbers and y == 1 else BLANK
            return self.painter.strip(words, width)
        if steps.numbers[place] == steps.current:
            under = "cursor" if self.has_focus else "cursor-dim"
            return self.painter.strip((("▌", "title"), *self.line(place)), width, under)
        found = self._strips.get(place)
        if found is None:
            if len(self._strips) > _KEPT:
                self._strips.clear()
            found = self.painter.strip(((" ", ""), *self.line(place)), width)
            self._strips[place] = found
        return found

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        place = event.y + round(self.scroll_y)
        if place < len(self.steps.numbers):
            self.post_message(self.Chosen(self, self.steps.numbers[place]))

    def chosen_text(self) -> str:
        """The current step's line, as bare text."""
        steps = self.steps
        if not steps.numbers:
            return ""
        row = steps.row(steps.current)
        return plain([row_line(row, self.columns, 400)]).strip()


def _nothing(number: int) -> Row:
    raise IndexError(number)
