"""A whole life in one row: where one is, what happened where, and what is marked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tui.widgets.lines import BAR_CLASSES, Painter, Piece

#: Glyph and role of what is shown, from the strongest.
SIGNS: dict[str, tuple[str, str]] = {
    "part": ("≠", "warn"), "breakpoint": ("●", "bad"), "note": ("✎", "info"),
    "bookmark": ("★", "mark"), "refused": ("⊘", "bad"), "grade": ("◆", "mark"),
    "beat": ("✱", "strong"),
}  # fmt: skip
_ORDER = tuple(SIGNS)


@dataclass(frozen=True)
class Track:
    """What the scrubber shows."""

    total: int
    current: int  # 1-based
    marks: Mapping[int, str] = field(default_factory=dict)  # step → a key of SIGNS
    label: str = ""  # at the right end


def cell_of(number: int, total: int, width: int) -> int:
    """The cell of a step."""
    if total <= 1 or width <= 1:
        return 0
    return (min(max(number, 1), total) - 1) * (width - 1) // (total - 1)


def step_of(cell: int, total: int, width: int) -> int:
    """The step of a cell; the ends are the first and the last step."""
    if width <= 1 or total <= 1:
        return 1
    cell = min(max(cell, 0), width - 1)
    return 1 + round(cell * (total - 1) / (width - 1))


class Scrubber(Widget, inherit_bindings=False):
    """One row; click or drag to go somewhere."""

    COMPONENT_CLASSES: ClassVar[set[str]] = set(BAR_CLASSES)

    class Moved(Message):
        """Somebody wants to be at a step."""

        def __init__(self, number: int) -> None:
            super().__init__()
            self.number = number

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self.painter = Painter(self)
        self.track = Track(0, 0)
        self._held = False
        self._signs: tuple[object, dict[int, str]] = (None, {})

    def feed(self, track: Track) -> None:
        """Show another place."""
        if track != self.track:
            self.track = track
            self.refresh()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self.painter.forget()

    @property
    def rail(self) -> int:
        """Cells of the rail, without the label."""
        return max(self.size.width - len(self.track.label) - 3, 1)

    def _marks(self, width: int) -> dict[int, str]:
        track = self.track
        key = id(track.marks), track.total, width
        if self._signs[0] != key:
            cells: dict[int, str] = {}
            for number, sign in track.marks.items():
                cell = cell_of(number, track.total, width)
                old = cells.get(cell)
                if old is None or _ORDER.index(sign) < _ORDER.index(old):
                    cells[cell] = sign
            self._signs = key, cells
        return self._signs[1]

    def render_line(self, y: int) -> Strip:
        track, width = self.track, self.rail
        if not track.total:
            return self.painter.strip(((" " * self.size.width, ""),), self.size.width, "bar-row")
        marks = self._marks(width)
        here = cell_of(track.current, track.total, width)
        pieces: list[Piece] = [(" ", "")]
        for cell in range(width):
            if cell == here:
                pieces.append(("█", "title"))
            elif cell in marks:
                pieces.append(SIGNS[marks[cell]])
            else:
                pieces.append(("━" if cell < here else "─", "title" if cell < here else "dim"))
        pieces.append((f" {track.label} ", "dim"))
        return self.painter.strip(pieces, self.size.width, "bar-row")

    def _go(self, x: int) -> None:
        if self.track.total:
            self.post_message(self.Moved(step_of(x - 1, self.track.total, self.rail)))

    def on_mouse_down(self, event: events.MouseDown) -> None:
        if event.x <= self.rail + 1:
            self._held = True
            self.capture_mouse()
            self._go(event.x)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if self._held:
            self._go(event.x)

    def on_mouse_up(self) -> None:
        self._held = False
        self.release_mouse()
