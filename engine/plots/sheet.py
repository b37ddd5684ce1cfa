"""A sheet of shapes: what a chart lays out, in points from the top left, without colours.

Shapes name roles of the theme, never colours, so that one layout serves all themes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from engine.plots.measure import clean, fitted, width, wrapped

Point = tuple[float, float]
Align = Literal["left", "center", "right"]

WIDTH = 720.0  # points
MARGIN = 18.0
TITLE, BODY, SMALL = 13.0, 9.0, 8.0  # sizes of text
LEAST = 6.5


class Words(NamedTuple):
    """One line of text; ``y`` is its middle."""

    x: float
    y: float
    text: str  # already clean
    size: float
    role: str
    align: Align
    bold: bool


class Line(NamedTuple):
    """A line through points."""

    points: tuple[Point, ...]
    role: str
    width: float
    dash: tuple[float, ...]
    alpha: float


class Area(NamedTuple):
    """A closed shape. ``codes`` are those of a path (1 move, 2 line, 4 curve), or empty."""

    points: tuple[Point, ...]
    role: str
    hatch: str
    outline: str  # role; "" for none
    alpha: float
    codes: tuple[int, ...] = ()


class Mark(NamedTuple):
    """A sign at a point."""

    x: float
    y: float
    kind: str  # as matplotlib calls it
    role: str
    size: float
    hollow: bool


Shape = Words | Line | Area | Mark


class Sheet:
    """Takes shapes in the order in which they cover each other."""

    def __init__(self, title: str, subtitle: str = "", wide: float = WIDTH) -> None:
        self.title = clean(title)
        self.wide = wide
        self.shapes: list[Shape] = []
        self.y = MARGIN  # where the next block may begin
        room = wide - 2 * MARGIN
        for line in wrapped(self.title, TITLE, room, 2, bold=True):
            self.words(MARGIN, self.y + 6, line, size=TITLE, bold=True)
            self.y += 18
        for line in wrapped(clean(subtitle), BODY, room, 3):
            self.words(MARGIN, self.y + 5, line, role="muted")
            self.y += 13
        self.y += 8

    def words(
        self, x: float, y: float, text: str, *, size: float = BODY, role: str = "ink",
        align: Align = "left", bold: bool = False, room: float | None = None,
    ) -> float:  # fmt: skip
        """A line of text, cut to ``room`` points if given; its width."""
        shown = clean(text)
        if room is not None:
            shown = fitted(shown, size, room, bold)
        if shown:
            self.shapes.append(Words(x, y, shown, size, role, align, bold))
        return width(shown, size, bold)

    def line(
        self, points: Sequence[Point], role: str = "ink", thick: float = 1.0,
        dash: tuple[float, ...] = (), alpha: float = 1.0,
    ) -> None:  # fmt: skip
        """A line through points; fewer than two draw nothing."""
        if len(points) > 1:
            self.shapes.append(Line(tuple(points), role, thick, dash, alpha))

    def box(
        self, x: float, y: float, wide: float, high: float, role: str, *, hatch: str = "",
        outline: str = "", alpha: float = 1.0,
    ) -> None:  # fmt: skip
        """A rectangle from its top left corner."""
        corners = ((x, y), (x + wide, y), (x + wide, y + high), (x, y + high))
        self.shapes.append(Area(corners, role, hatch, outline, alpha))

    def area(
        self, points: Sequence[Point], role: str, *, hatch: str = "", outline: str = "",
        alpha: float = 1.0, codes: Sequence[int] = (),
    ) -> None:  # fmt: skip
        """A closed shape through points."""
        self.shapes.append(Area(tuple(points), role, hatch, outline, alpha, tuple(codes)))

    def mark(
        self, x: float, y: float, kind: str, role: str = "ink", size: float = 6.0,
        hollow: bool = False,
    ) -> None:  # fmt: skip
        """A sign, ``size`` points wide."""
        self.shapes.append(Mark(x, y, kind, role, size, hollow))

    def note(self, text: str, *, role: str = "muted", most: int = 4) -> None:
        """A paragraph below what there is so far, as wide as the sheet."""
        for line in wrapped(clean(text), SMALL, self.wide - 2 * MARGIN, most):
            self.words(MARGIN, self.y + 5, line, size=SMALL, role=role)
            self.y += 12

    def nothing(self, words: str) -> None:
        """What stands where there is nothing to draw."""
        self.box(MARGIN, self.y, self.wide - 2 * MARGIN, 48, "band")
        self.words(self.wide / 2, self.y + 24, words, role="muted", align="center",
                   room=self.wide - 4 * MARGIN)  # fmt: skip
        self.y += 56

    @property
    def height(self) -> float:
        """How high the sheet is, in points."""
        return self.y + MARGIN


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Places near those wanted, at least ``gap`` apart, between ``low`` and ``high``.

    The order is kept; where there is no room for all, they are spread evenly.
    """
    if not wanted:
        return []
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    if gap * (len(order) - 1) > high - low:
        step = (high - low) / (len(order) - 1)
        made = [low + step * i for i in range(len(order))]
    else:
        made = _apart([min(max(wanted[i], low), high) for i in order], gap, low, high)
    placed = [0.0] * len(wanted)
    for place, index in zip(made, order, strict=True):
        placed[index] = place
    return placed


def _apart(places: list[float], gap: float, low: float, high: float) -> list[float]:
    """Sorted places, pushed apart as little as it takes: groups around their middles."""
    groups: list[tuple[float, int]] = []  # the middle of a group, and how many are in it
    for place in places:
        middle, count = place, 1
        while groups:
            before, many = groups[-1]
            if middle - gap * (count - 1) / 2 - (before + gap * (many - 1) / 2) >= gap:
                break
            groups.pop()
            middle = (before * many + middle * count) / (many + count)
            count += many
            half = gap * (count - 1) / 2
            middle = min(max(middle, low + half), high - half)
        groups.append((middle, count))
    return [middle + gap * (i - (count - 1) / 2) for middle, count in groups for i in range(count)]
