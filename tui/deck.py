"""Where the stepper's panes stand: worked out from the size of the screen alone.

Narrow: the timeline and one pane with tabs. From 100 columns two panes below it, from 140
three, and with room to spare the chart for itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from textual.geometry import Region

PANES: Final = ("source", "person", "why", "chart")
NAMES: Final = {"timeline": "Timeline", "source": "Source", "person": "Person", "why": "Why",
                "chart": "Chart"}  # fmt: skip
TWO, THREE = 100, 140  # columns
_FEW = 4  # rows that the timeline has at least


@dataclass(frozen=True, slots=True)
class Slot:
    """A place on the screen that shows one of some panes."""

    bar: Region  # its tabs
    body: Region
    panes: tuple[str, ...]
    active: str


@dataclass(frozen=True, slots=True)
class Deck:
    """Everything between the title and the status line."""

    timeline: Region  # empty while another pane is zoomed
    scrubber: Region
    slots: tuple[Slot, ...]

    def slot_of(self, pane: str) -> Slot | None:
        """The slot that can show a pane."""
        return next((slot for slot in self.slots if pane in slot.panes), None)


def deal(
    width: int, height: int, recent: Sequence[str], zoomed: str = "", steps: int = 1000
) -> Deck:
    """The deck for a size. ``recent``: panes, the last used first; a timeline of few
    ``steps`` leaves its room to them."""
    nowhere = Region(0, 0, 0, 0)
    if zoomed == "timeline":
        return Deck(Region(0, 0, width, height - 1), Region(0, height - 1, width, 1), ())
    if zoomed:
        return Deck(nowhere, nowhere, (_slot(0, 0, width, height, PANES, (zoomed, *recent)),))
    if width >= THREE and height >= 30:
        return _wide(width, height, recent, steps)
    top = _top(height, steps)
    timeline, scrubber = Region(0, 0, width, top), Region(0, top, width, 1)
    below = top + 1
    rest = height - below
    if width < TWO:
        return Deck(timeline, scrubber, (_slot(0, below, width, rest, PANES, recent),))
    left = width // 2
    return Deck(timeline, scrubber, (
        _slot(0, below, left, rest, ("why", "chart"), recent),
        _slot(left + 1, below, width - left - 1, rest, ("person", "source"), recent),
    ))  # fmt: skip


def _wide(width: int, height: int, recent: Sequence[str], steps: int) -> Deck:
    """Timeline, source and why on the left; the person and the chart on the right."""
    right = max(46, width * 34 // 100)
    left = width - right - 1
    top = _top(height, steps)
    half = left // 2
    below, rest = top + 1, height - top - 1
    chart = max(height * 36 // 100, 11)
    person = height - chart
    return Deck(Region(0, 0, left, top), Region(0, top, left, 1), (
        _slot(0, below, half, rest, ("source",), recent),
        _slot(half + 1, below, left - half - 1, rest, ("why",), recent),
        _slot(left + 1, 0, right, person, ("person",), recent),
        _slot(left + 1, person, right, chart, ("chart",), recent),
    ))  # fmt: skip


def _top(height: int, steps: int) -> int:
    """Rows of the timeline."""
    return max(min(height * 2 // 5, height - 8, max(steps, _FEW)), 3)


def _slot(x: int, y: int, width: int, height: int, panes: Sequence[str],
          recent: Sequence[str]) -> Slot:  # fmt: skip
    active = next((pane for pane in recent if pane in panes), panes[0])
    return Slot(Region(x, y, width, 1), Region(x, y + 1, width, max(height - 1, 1)),
                tuple(panes), active)  # fmt: skip
