"""Flows between grades, period by period: how many moved from which grade to which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.plots import scales, theme
from engine.plots.frame import Key, keys, listed
from engine.plots.measure import clean, width
from engine.plots.picture import Picture, picture
from engine.plots.scales import Scale
from engine.plots.sheet import MARGIN, SMALL, Sheet, spread

_NODE = 9.0
_PAD = 9.0  # between two grades
_LONE, _HIGH = 230.0, 120.0
_LEFT, _RIGHT = 10.0, 118.0
_THIN = 1.2  # points; a flow is never drawn thinner


@dataclass(frozen=True)
class River:
    """A group. ``counts[t]`` stand in each grade at instant ``t``, best first; of those,
    ``moved[t][i][j]`` went from grade i to grade j between ``t`` and ``t + 1``."""

    name: str
    counts: tuple[tuple[int, ...], ...]
    moved: tuple[tuple[tuple[int, ...], ...], ...]


def grade_river(
    title: str, grades: Sequence[str], instants: Sequence[int], groups: Sequence[River],
    subtitle: str = "",
) -> Picture:  # fmt: skip
    """Columns of grades, one an instant, and between them bands as thick as they are many.

    Those who stayed are pale, falls are hatched. Grades go from the best to the worst.
    """
    sheet = Sheet(title, subtitle)
    shown = [group for group in groups if any(sum(row) for row in group.counts)]
    if not shown or len(instants) < 2:
        sheet.nothing("nobody to show")
        return picture(sheet, f"{title}: nobody to show.")
    high = _LONE if len(shown) == 1 else _HIGH
    for group in shown:
        _Chart(sheet, group, grades, instants, high).draw()
    _dates(sheet, instants)
    keys(sheet, [Key(name, theme.grade(rank, len(grades)), hatch=theme.hatch(rank))
                 for rank, name in enumerate(grades)])  # fmt: skip
    keys(sheet, [Key("rose", "good", hatch="", alpha=0.7),
                 Key("stayed", "series-8", hatch="", alpha=0.25),
                 Key("fell", "bad", hatch="////", alpha=0.85)])  # fmt: skip
    empty = [group.name for group in groups if group not in shown]
    if empty:
        sheet.note(f"nobody in {listed(empty)}")
    return picture(sheet, _description(title, grades, shown))


def _across(sheet: Sheet, instants: Sequence[int]) -> Scale:
    left, right = MARGIN + _LEFT, sheet.wide - MARGIN - _RIGHT
    return Scale(instants[0], max(instants[-1], instants[0] + 1), left, right)


def _dates(sheet: Sheet, instants: Sequence[int]) -> None:
    """The day of each column, as many as there is room for."""
    across, edge = _across(sheet, instants), -1e9
    for at in instants:
        words, x = scales.day(at)[:10], across(at) + _NODE / 2
        half = width(words, SMALL) / 2
        if x - half > max(edge, 2):
            sheet.words(x, sheet.y, words, size=SMALL, role="muted", align="center")
            edge = x + half + 8
    sheet.y += 10


class _Chart:
    """One group's river."""

    def __init__(
        self, sheet: Sheet, group: River, grades: Sequence[str], instants: Sequence[int],
        high: float,
    ) -> None:  # fmt: skip
        self.sheet, self.group, self.grades = sheet, group, grades
        self.xs = [_across(sheet, instants)(at) for at in instants]
        self.top = sheet.y + 16
        self.high = high
        self.total = max(sum(row) for row in group.counts)
        used = sum(any(row[rank] for row in group.counts) for rank in range(len(grades)))
        self.unit = (high - _PAD * max(used - 1, 0)) / self.total

    def draw(self) -> None:
        sheet = self.sheet
        name = f"{clean(self.group.name)}, {scales.figure(self.total)}"
        sheet.words(MARGIN, sheet.y + 6, name, bold=True, room=sheet.wide - 2 * MARGIN)
        columns = [self._column(row) for row in self.group.counts]
        for period, moved in enumerate(self.group.moved):
            self._bands(period, columns, moved)
        for x, places, row in zip(self.xs, columns, self.group.counts, strict=True):
            for rank, count in enumerate(row):
                if count:
                    sheet.box(x, places[rank], _NODE, max(count * self.unit, 0.8),
                              theme.grade(rank, len(self.grades)), hatch=theme.hatch(rank),
                              outline="ink")  # fmt: skip
        self._last(columns[-1])
        sheet.y = self.top + self.high + 16

    def _column(self, row: Sequence[int]) -> list[float]:
        """Where each grade begins; a grade keeps its gap even if nobody is in it now."""
        made, y = [], self.top
        for rank, count in enumerate(row):
            made.append(y)
            used = any(counts[rank] for counts in self.group.counts)
            y += count * self.unit + (_PAD if used else 0)
        return made

    def _bands(
        self, period: int, columns: Sequence[list[float]], moved: Sequence[Sequence[int]]
    ) -> None:
        before, after = self.group.counts[period], self.group.counts[period + 1]
        starts, ends = list(columns[period]), list(columns[period + 1])
        movers: list[tuple[float, float, float, bool]] = []
        for i, a in enumerate(before):
            into = sum(row[i] for k, row in enumerate(moved) if k != i)
            stayed = min(a, after[i] - into)
            for j, count in enumerate(moved[i]):
                number = stayed if i == j else count
                if number <= 0:
                    continue
                high = number * self.unit
                band = (starts[i], ends[j], high, j < i)
                starts[i] += high
                ends[j] += high
                if i == j:
                    self._band(period, band[0], band[1], high, ("series-8", "", 0.25))
                else:
                    movers.append(band)
        for y0, y1, high, rose in movers:  # over those who stayed
            look = ("good", "", 0.7) if rose else ("bad", "////", 0.85)
            self._band(period, y0, y1, high, look)

    def _band(
        self, period: int, y0: float, y1: float, high: float, look: tuple[str, str, float]
    ) -> None:
        role, hatch, alpha = look
        x0, x1 = self.xs[period] + _NODE, self.xs[period + 1]
        middle, high = (x0 + x1) / 2, max(high, _THIN)
        points = [(x0, y0), (middle, y0), (middle, y1), (x1, y1), (x1, y1 + high),
                  (middle, y1 + high), (middle, y0 + high), (x0, y0 + high)]  # fmt: skip
        self.sheet.area(points, role, hatch=hatch if high > 3 else "", alpha=alpha,
                        outline="" if role == "series-8" else role,
                        codes=(1, 4, 4, 4, 2, 4, 4, 4))  # fmt: skip

    def _last(self, places: Sequence[float]) -> None:
        """The grades' names and their last shares, at the right."""
        row = self.group.counts[-1]
        seen = [rank for rank, count in enumerate(row) if count]
        middles = [places[rank] + row[rank] * self.unit / 2 for rank in seen]
        edge = self.xs[-1] + _NODE
        room = self.sheet.wide - MARGIN - edge - 12
        ys = spread(middles, 10, self.top + 3, self.top + self.high)
        for rank, middle, y in zip(seen, middles, ys, strict=True):
            self.sheet.line([(edge + 1, middle), (edge + 8, y)], "muted", 0.6)
            share = scales.percent(row[rank] / max(sum(row), 1))
            self.sheet.words(edge + 11, y, f"{share} {self.grades[rank]}", size=SMALL, room=room)


def _description(title: str, grades: Sequence[str], groups: Sequence[River]) -> str:
    told = []
    for group in groups:
        fell = rose = 0
        for period in group.moved:
            for i, row in enumerate(period):
                fell += sum(row[i + 1 :])
                rose += sum(row[:i])
        last, total = group.counts[-1], max(sum(group.counts[-1]), 1)
        ends = [f"{scales.percent(count / total)} {name}"
                for name, count in zip(grades, last, strict=True)]  # fmt: skip
        told.append(f"{group.name} ({scales.figure(max(map(sum, group.counts)))}): "
                    f"{scales.figure(fell)} falls and {scales.figure(rose)} rises; at the end"
                    f" {listed(ends)}")  # fmt: skip
    return f"{title}. {'. '.join(told[:20])}."
