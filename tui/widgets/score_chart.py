"""A score over a whole life in braille dots, its grades behind it, the cursor upon it.

The dots are worked out once for a life and a size; a step only moves the cursor.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from textual import events
from textual.strip import Strip
from textual.widget import Widget

from tui.session.viewmodel import Chart
from tui.widgets.lines import CHART_CLASSES, Line, Painter, Piece, cut, fit, width_of
from tui.widgets.scrubber import Scrubber

_BITS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))  # row of dots → left, right
Points = Sequence[tuple[int, float]]


@dataclass(frozen=True)
class Plot:
    """What the chart shows."""

    chart: Chart
    total: int  # steps of the life
    name: str = ""  # of this life, for the legend
    who: str = ""  # the person's name


@dataclass
class Grid:
    """Braille cells of a chart, and what stands beside them."""

    width: int
    height: int
    mine: list[list[int]] = field(default_factory=list)
    theirs: list[list[int]] = field(default_factory=list)
    floors: dict[int, str] = field(default_factory=dict)  # row → grade that begins there
    names: dict[int, str] = field(default_factory=dict)  # row → grade that is named there
    stripes: list[bool] = field(default_factory=list)  # row → whether its band is shaded
    marks: dict[int, str] = field(default_factory=dict)  # row → number on the axis

    def __post_init__(self) -> None:
        self.mine = [[0] * self.width for _ in range(self.height)]
        self.theirs = [[0] * self.width for _ in range(self.height)]
        self.stripes = [False] * self.height


def number_text(value: float) -> str:
    """A number for the axis: short, without noise behind the point."""
    return f"{value:.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.1f}"


def ends_of(chart: Chart) -> tuple[float, ...]:
    """The lowest and the highest value that is drawn."""
    values = [v for points in (chart.points, *(p for _, p in chart.others)) for _, v in points]
    return (min(values), max(values)) if values else ()


def make_grid(plot: Plot, width: int, height: int) -> Grid:
    """All dots of a chart in so many cells."""
    chart, grid = plot.chart, Grid(width, height)
    low, high = chart.low, chart.high
    span = (high - low) or 1.0
    dots_down, last = height * 4 - 1, max(plot.total, 1)

    def down(value: float) -> int:
        return round((high - min(max(value, low), high)) * dots_down / span)

    for end in ends_of(chart):
        grid.marks[down(end) // 4] = number_text(end)
    for _, points in chart.others:
        _draw(grid.theirs, _columns(points, down, width * 2, last), dotted=True)
    _draw(grid.mine, _columns(chart.points, down, width * 2, last))
    for place, (name, floor) in enumerate(chart.bands):
        top = high if place == 0 else chart.bands[place - 1][1]
        upper, lower = down(min(top, high)) // 4, down(floor) // 4
        if place % 2 == 0 and top > low and floor < high:
            for row in range(upper, min(lower, height - 1) + 1):
                grid.stripes[row] = True
        if low <= floor <= high:
            grid.floors.setdefault(lower, name)
        if floor < high and top > low:
            grid.names.setdefault(min(lower, height - 1), name)
    return grid


def _columns(
    points: Points, down: Callable[[float], int], width: int, last: int
) -> list[tuple[int, int] | None]:
    """The highest and the lowest dot of each column of dots."""
    spans: list[tuple[int, int] | None] = [None] * width
    if not points:
        return spans

    def put(x: int, one: int, other: int) -> None:
        low, high = min(one, other), max(one, other)
        old = spans[x]
        spans[x] = (low, high) if old is None else (min(low, old[0]), max(high, old[1]))

    x = y = 0
    for number, (step, value) in enumerate(points):
        new_x = min(max(step, 0), last) * (width - 1) // last
        new_y = down(value)
        if number:
            for between in range(x, new_x + 1):
                put(between, y, y)
            put(new_x, y, new_y)
        x, y = new_x, new_y
    for between in range(x, width):
        put(between, y, y)
    return spans


def _draw(cells: list[list[int]], spans: Sequence[tuple[int, int] | None], *,
          dotted: bool = False) -> None:  # fmt: skip
    for x, span in enumerate(spans):
        if span is None or (dotted and x % 3 == 2):
            continue
        column, bit = x // 2, x % 2
        for y in range(span[0], span[1] + 1):
            cells[y // 4][column] |= _BITS[y % 4][bit]


class ScoreChart(Widget, can_focus=True, inherit_bindings=False):
    """The chart; a click goes to that step."""

    COMPONENT_CLASSES: ClassVar[set[str]] = set(CHART_CLASSES)

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self.painter = Painter(self)
        self.plot: Plot | None = None
        self._grid: tuple[object, Grid] | None = None
        self._axis = 0  # cells on the left
        self._names = 0  # cells on the right

    def feed(self, plot: Plot) -> None:
        """Show another chart, or another place in it."""
        if plot != self.plot:
            self.plot = plot
            self.refresh()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self.painter.forget()

    # --- what it is made of -------------------------------------------------------------

    def grid(self) -> Grid:
        """The cells for this size, worked out when something else than the cursor changed."""
        assert self.plot is not None
        chart = self.plot.chart
        key = (chart.points, chart.others, chart.bands, chart.low, chart.high, self.plot.total,
               self.size)  # fmt: skip
        if self._grid is None or self._grid[0] != key:
            self._axis = max((len(number_text(end)) for end in ends_of(chart)), default=1) + 3
            names = [width_of(name) for name, _ in chart.bands]
            self._names = (
                min(max(names, default=0), max(self.size.width // 4, 3)) + 2 if names else 2
            )
            below = 2 if chart.others else 1
            width = max(self.size.width - self._axis - self._names, 2)
            self._grid = key, make_grid(self.plot, width, max(self.size.height - below, 1))
        return self._grid[1]

    def cursor_cell(self) -> int:
        """The column of the current step."""
        assert self.plot is not None
        width = self.grid().width
        last = max(self.plot.total, 1)
        return min(max(self.plot.chart.cursor, 0), last) * (width * 2 - 1) // last // 2

    # --- painting -----------------------------------------------------------------------

    def render_line(self, y: int) -> Strip:
        plot, width = self.plot, self.size.width
        if plot is None or not plot.chart.points:
            who = plot.who if plot is not None and plot.who else "this person"
            words = f"  {who} has no score under this policy" if y == 1 else ""
            return self.painter.strip(((words, "dim"),), width)
        grid = self.grid()
        if y < grid.height:
            return self._row(grid, y)
        if y == grid.height:
            return self.painter.strip(self._scale(grid), width)
        return self.painter.strip(self._legend(width), width)

    def _row(self, grid: Grid, y: int) -> Strip:
        label = grid.marks.get(y, "")
        pieces: list[Piece] = [
            (f"{label:>{self._axis - 2}} ", "dim"),  # and a cell of air on the left
            ("┤" if label else "│", "line"),
        ]
        here = self.cursor_cell()
        floor = y in grid.floors
        ground = "stripe" if grid.stripes[y] else ""
        pieces += self._cells(grid, y, 0, here, floor, ground)
        pieces += self._cells(grid, y, here, here + 1, floor, "cursor")
        pieces += self._cells(grid, y, here + 1, grid.width, floor, ground)
        pieces.append((" " + fit(grid.names.get(y, ""), self._names - 2), "mark"))
        return self.painter.strip(pieces, self.size.width)

    def _cells(self, grid: Grid, y: int, start: int, end: int, floor: bool,
               ground: str) -> list[Piece]:  # fmt: skip
        pieces: list[Piece] = []
        mine, theirs = grid.mine[y], grid.theirs[y]
        for x in range(start, end):
            if mine[x]:
                both = 0x2800 + (mine[x] | theirs[x])  # a cell has one colour for both lives
                piece = chr(both), f"dot{'-' + ground if ground else ''}"
            elif theirs[x]:
                piece = chr(0x2800 + theirs[x]), f"other{'-' + ground if ground else ''}"
            elif ground == "cursor":
                piece = "┊", "dot-cursor"
            else:
                piece = ("┈" if floor else " "), f"rule{'-' + ground if ground else ''}"
            if pieces and pieces[-1][1] == piece[1]:
                pieces[-1] = pieces[-1][0] + piece[0], piece[1]
            else:
                pieces.append(piece)
        return pieces

    def _scale(self, grid: Grid) -> Line:
        """The steps below the chart: first, current, last."""
        assert self.plot is not None
        here, number = self.cursor_cell(), str(self.plot.chart.cursor)
        last = str(self.plot.total)
        text = [" "] * grid.width
        if grid.width > len(last) + 2:
            text[0] = "1"
            text[-len(last) :] = last
        start = min(max(here - len(number) // 2, 0), max(grid.width - len(number), 0))
        for place in (start - 1, start + len(number)):
            if 0 <= place < grid.width:
                text[place] = " "
        before = "".join(text[:start])
        after = "".join(text[start + len(number) :])
        return ((" " * self._axis, ""), (before, "dim"), (number, "title"), (after, "dim"))

    def _legend(self, width: int) -> Line:
        assert self.plot is not None
        names = ", ".join(name for name, _ in self.plot.chart.others)
        room = width - self._axis - 10
        mine = cut(self.plot.name or "this life", max(room - width_of(names), room // 2))
        return ((" " * self._axis, ""), ("⠒⠒ ", "dot"), (f"{mine}   ", ""), ("⠂⠐ ", "other"),
                (names, "dim"))  # fmt: skip

    # --- the mouse ----------------------------------------------------------------------

    def on_click(self, event: events.Click) -> None:
        if self.plot is None or not self.plot.total or not self.plot.chart.points:
            return
        x = event.x - self._axis
        if 0 <= x < self.grid().width:
            width = max(self.grid().width - 1, 1)
            self.post_message(Scrubber.Moved(max(round(x * self.plot.total / width), 1)))

    def chosen_text(self) -> str:
        """The score and its value at the cursor."""
        if self.plot is None or not self.plot.chart.points:
            return ""
        chart = self.plot.chart
        value = [v for step, v in chart.points if step <= chart.cursor][-1:] or [chart.points[0][1]]
        return f"{chart.score} {number_text(value[0])} at step {chart.cursor} of {self.plot.total}"
