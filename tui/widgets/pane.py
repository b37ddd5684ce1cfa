"""A pane of flat text that scrolls by itself: no layout is done when its text changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tui.widgets.lines import BLANK, CLASSES, Line, Painter, plain

_WHEEL = 3  # lines


class Pane(Widget, can_focus=True, inherit_bindings=False):
    """Shows lines. Subclasses make them from what they are fed, for a width."""

    COMPONENT_CLASSES: ClassVar[set[str]] = set(CLASSES)
    #: Whether one line is chosen, and moves with the keys.
    has_cursor: ClassVar[bool] = False

    class Chosen(Message):
        """A line was clicked, or chosen with enter."""

        def __init__(self, pane: Pane, index: int) -> None:
            super().__init__()
            self.pane = pane
            self.index = index

        @property
        def control(self) -> Pane:
            return self.pane

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id, classes=classes)
        self.painter = Painter(self)
        self.lines: list[Line] = []
        self.top = 0
        self.cursor = 0
        self._data: Any = None
        self._built: tuple[int, int] = (0, 0)
        self._strips: dict[int, Strip] = {}

    # --- what it shows ----------------------------------------------------------------

    def feed(self, data: Any) -> None:
        """Show something else, unless it is the same."""
        if data is self._data or data == self._data:
            return
        before, self._data = self._data, data
        if self.size.width:
            self._build()
            self.fed(before, data)
            self._settle()
            self.refresh()

    def build(self, width: int, height: int) -> list[Line]:
        """The lines for a width. Never called without data or room."""
        raise NotImplementedError

    def fed(self, before: Any, data: Any) -> None:
        """After other data: where to look now. By default at the top."""
        self.top = self.cursor = 0

    def rebuild(self) -> None:
        """Make the lines again from the same data."""
        if self.size.width:
            self._build()
            self._settle()
            self.refresh()

    @property
    def data(self) -> Any:
        """What is shown."""
        return self._data

    @property
    def count(self) -> int:
        """How many lines there are."""
        return len(self.lines)

    def line_at(self, index: int) -> Line:
        """A line by its index."""
        return self.lines[index] if index < len(self.lines) else BLANK

    @property
    def room(self) -> int:
        """Columns for text: all but the scroll bar's, with a gap before it."""
        return max(self.size.width - 2, 1)

    def _build(self) -> None:
        self._strips.clear()
        self._built = self.size.width, self.size.height
        self.lines = [] if self._data is None else self.build(self.room, self.size.height)

    def _settle(self) -> None:
        last = max(self.count - self.size.height, 0)
        self.top = min(max(self.top, 0), last)
        self.cursor = min(max(self.cursor, 0), max(self.count - 1, 0))

    def on_resize(self) -> None:
        if self._built != (self.size.width, self.size.height):
            fresh = self._built == (0, 0)
            self._build()
            if fresh and self._data is not None:
                self.fed(None, self._data)
            self._settle()
            self.refresh()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self.painter.forget()
        self._strips.clear()

    # --- moving -----------------------------------------------------------------------

    def step(self, by: int) -> None:
        """Move the chosen line, or scroll where there is none."""
        if not self.has_cursor:
            self.scroll_lines(by)
            return
        goal = self.next_stop(self.cursor, by)
        if goal != self.cursor:
            self.cursor = goal
            self.follow()
            self.refresh()

    def next_stop(self, start: int, by: int) -> int:
        """Where the cursor comes to; subclasses leap over what cannot be chosen."""
        return min(max(start + by, 0), max(self.count - 1, 0))

    def scroll_lines(self, by: int) -> None:
        """Scroll without moving anything else."""
        before = self.top
        self.top += by
        self._settle()
        if self.top != before:
            self.refresh()

    def follow(self, margin: int = 1) -> None:
        """Scroll so far that the cursor can be seen."""
        height = self.size.height
        margin = min(margin, max((height - 1) // 2, 0))
        if self.cursor < self.top + margin:
            self.top = self.cursor - margin
        elif self.cursor > self.top + height - 1 - margin:
            self.top = self.cursor - height + 1 + margin
        self._settle()

    # --- painting ---------------------------------------------------------------------

    def under(self, index: int) -> str:
        """The role of a whole row."""
        if self.has_cursor and index == self.cursor and self.count:
            return "cursor" if self.has_focus else "cursor-dim"
        return ""

    def render_line(self, y: int) -> Strip:
        index = self.top + y
        line = self.line_at(index)
        under = self.under(index)
        width = self.size.width
        if under:
            body = self.painter.strip(line, width - 1, under)
        else:
            found = self._strips.get(index)
            if found is None:
                found = self.painter.strip(line, width - 1)
                if len(self._strips) < 4096:
                    self._strips[index] = found
            body = found
        return Strip.join([body, self._rail(y)])

    def _rail(self, y: int) -> Strip:
        """One cell of the scroll bar; blank where everything is seen."""
        height, count = self.size.height, self.count
        if count <= height:
            return self.painter.strip(((" ", ""),), 1)
        size = max(height * height // count, 1)
        start = round(self.top * (height - size) / max(count - height, 1))
        inside = start <= y < start + size
        return self.painter.strip((("┃" if inside else "│", "band" if inside else "bar"),), 1)

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    # --- the mouse ----------------------------------------------------------------------

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.scroll_lines(_WHEEL)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.scroll_lines(-_WHEEL)

    def on_click(self, event: events.Click) -> None:
        index = self.top + event.y
        if index < self.count:
            self.clicked(index, event.x)

    def clicked(self, index: int, x: int) -> None:
        """A line was clicked."""
        if self.has_cursor:
            self.cursor = index
            self.refresh()
        self.post_message(self.Chosen(self, index))

    # --- copying ------------------------------------------------------------------------

    def text(self) -> str:
        """Everything that it shows, as bare text."""
        return plain(self.lines)

    def chosen_text(self) -> str:
        """What a copy takes: the chosen line, else everything."""
        if self.has_cursor and self.cursor < self.count:
            return plain([self.line_at(self.cursor)]).strip()
        return self.text()


class Pick(Pane):
    """A list: one entry a line, headings between them; one entry is chosen."""

    has_cursor = True

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id, classes=classes)
        self.stops: list[int] = []  # lines that can be chosen, rising
        self._wanted = 0  # the entry to choose when the lines are there

    def fed(self, before: Any, data: Any) -> None:
        """After other data: the entry that was wanted, else the nearest to the last one."""
        if before is None:
            self.top = 0
            self.choose(self._wanted)
        elif self.stops and self.cursor not in self.stops:
            self.cursor = min(self.stops, key=lambda stop: abs(stop - self.cursor))
            self.follow()

    def next_stop(self, start: int, by: int) -> int:
        """The entry so many entries on."""
        if not self.stops:
            return start
        place = min(range(len(self.stops)), key=lambda i: abs(self.stops[i] - start))
        return self.stops[min(max(place + by, 0), len(self.stops) - 1)]

    def choose(self, entry: int) -> None:
        """Choose an entry by its number among those that can be chosen."""
        self._wanted = entry
        if self.stops:
            self.cursor = self.stops[min(max(entry, 0), len(self.stops) - 1)]
            self.follow()
            self.refresh()

    def follow(self, margin: int = 1) -> None:
        """See the cursor; with the first entry also what stands above it."""
        super().follow(margin)
        if self.stops and self.cursor == self.stops[0] and self.cursor < self.size.height:
            self.top = 0

    @property
    def entry(self) -> int:
        """Which entry is chosen; -1 if none."""
        return self.stops.index(self.cursor) if self.cursor in self.stops else -1

    def under(self, index: int) -> str:
        return super().under(index) if index in self.stops else ""

    def clicked(self, index: int, x: int) -> None:
        if index in self.stops:
            super().clicked(index, x)


def blank_or(lines: Sequence[Line], empty: str) -> list[Line]:
    """The lines, or a sentence that says that there is nothing and what to do about it."""
    return list(lines) or [BLANK, ((f"  {empty}", "dim"),)]
