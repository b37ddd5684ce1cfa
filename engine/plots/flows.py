"""How a population moved between grades: from before, at the left, to after, at the right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from engine.plots import scales, theme
from engine.plots.frame import Key, keys, label_room, listed
from engine.plots.picture import Picture, picture
from engine.plots.sheet import MARGIN, SMALL, Sheet, spread

_NODE = 12.0
_PAD = 7.0


@dataclass(frozen=True)
class Moved:
    """A group: ``counts[i][j]`` went from the i-th grade before to the j-th after."""

    name: str
    counts: tuple[tuple[int, ...], ...]


def flow(
    title: str, before: Sequence[str], after: Sequence[str], groups: Sequence[Moved],
    subtitle: str = "",
) -> Picture:  # fmt: skip
    """Bands from each grade before to each grade after, as thick as they are many.

    Falls are hatched; those who stayed are pale. Grades go from the best to the worst.
    """
    sheet = Sheet(title, subtitle)
    shown = [group for group in groups if _total(group)]
    if not shown:
        sheet.nothing("nobody to show")
        return picture(sheet, f"{title}: nobody to show.")
    columns = 1 if len(shown) == 1 else 2 if len(shown) <= 4 else 3
    high = 300.0 if columns == 1 else 220.0
    wide = (sheet.wide - 2 * MARGIN) / columns
    top = sheet.y
    for place, group in enumerate(shown):
        corner = (MARGIN + wide * (place % columns), top + (high + 26) * (place // columns))
        _Chart(sheet, group, before, after, corner, (wide - 16, high)).draw()
    sheet.y = top + (high + 26) * -(-len(shown) // columns) - 8
    keys(sheet, [Key("rose", "good", hatch="", alpha=0.6),
                 Key("stayed", "series-8", hatch="----", alpha=0.45),
                 Key("fell", "bad", hatch="////", alpha=0.75)])  # fmt: skip
    empty = [group.name for group in groups if group not in shown]
    if empty:
        sheet.note(f"nobody in {listed(empty)}")
    return picture(sheet, _description(title, before, after, shown))


def _total(group: Moved) -> int:
    return sum(sum(row) for row in group.counts)


class _Chart:
    """One group's chart."""

    def __init__(
        self, sheet: Sheet, group: Moved, before: Sequence[str], after: Sequence[str],
        corner: tuple[float, float], size: tuple[float, float],
    ) -> None:  # fmt: skip
        self.sheet, self.group, self.before, self.after = sheet, group, before, after
        self.x, self.y = corner
        self.wide, self.high = size
        self.total = _total(group)
        self.out = [sum(row) for row in group.counts]
        self.into = [sum(row[j] for row in group.counts) for j in range(len(after))]
        pads = _PAD * (max(len(before), len(after)) - 1)
        self.unit = max(self.high - 18 - pads, self.high / 3) / self.total

    def draw(self) -> None:
        shown = f"{self.group.name}, {scales.figure(self.total)}"
        self.sheet.words(self.x, self.y + 6, shown, bold=True, room=self.wide)
        room = [label_room(names, SMALL, self.wide * 0.22, 20) + 40
                for names in (self.before, self.after)]  # fmt: skip
        left, right = self.x + room[0], self.x + self.wide - room[1] - _NODE
        starts, ends = self._places(self.out), self._places(self.into)
        self._bands(left + _NODE, right, list(starts), list(ends))
        self._nodes(left, starts, self.out, self.before, at_left=True)
        self._nodes(right, ends, self.into, self.after, at_left=False)

    def _places(self, amounts: Sequence[int]) -> list[float]:
        """Where each node begins, from the top."""
        pad = _PAD if len(amounts) < 12 else 2.0
        heights = [amount * self.unit + (pad if amount else 0) for amount in amounts]
        return [self.y + 18 + before for before in accumulate([0.0, *heights[:-1]])]

    def _bands(self, x0: float, x1: float, starts: list[float], ends: list[float]) -> None:
        middle = (x0 + x1) / 2
        for i, row in enumerate(self.group.counts):
            for j, number in enumerate(row):
                if not number:
                    continue
                high = number * self.unit
                a, b = starts[i], ends[j]
                starts[i], ends[j] = a + high, b + high
                role, hatch, alpha = self._look(i, j)
                points = [(x0, a), (middle, a), (middle, b), (x1, b), (x1, b + high),
                          (middle, b + high), (middle, a + high), (x0, a + high)]  # fmt: skip
                thin = high < 2.5  # too thin to be seen inside an outline of the paper
                self.sheet.area(points, role, hatch="" if thin else hatch,
                                outline=role if thin else "paper", alpha=alpha,
                                codes=(1, 4, 4, 4, 2, 4, 4, 4))  # fmt: skip

    def _look(self, i: int, j: int) -> tuple[str, str, float]:
        if self.before[i] == self.after[j] or (len(self.before) == len(self.after) and i == j):
            return "series-8", "----", 0.45
        rank = self.after.index(self.before[i]) if self.before[i] in self.after else i
        return ("good", "", 0.6) if j < rank else ("bad", "////", 0.75)

    def _nodes(
        self, x: float, places: Sequence[float], amounts: Sequence[int], names: Sequence[str],
        *, at_left: bool,
    ) -> None:  # fmt: skip
        seen = [rank for rank, amount in enumerate(amounts) if amount]
        middles = [places[r] + amounts[r] * self.unit / 2 for r in seen]
        labels = spread(middles, 10, self.y + 20, self.y + self.high + 8)
        for rank, middle, y in zip(seen, middles, labels, strict=True):
            high = max(amounts[rank] * self.unit, 0.8)
            self.sheet.box(x, places[rank], _NODE, high, theme.grade(rank, len(names)),
                           hatch=theme.hatch(rank), outline="ink")  # fmt: skip
            words = f"{names[rank]} {scales.percent(amounts[rank] / self.total)}"
            edge = x - 3 if at_left else x + _NODE + 3
            away = edge - 4 if at_left else edge + 4
            room = edge - self.x if at_left else self.x + self.wide - edge + 10
            if abs(y - middle) > 1:
                self.sheet.line([(edge, middle), (away, y)], "muted", 0.6)
            self.sheet.words(away, y, words, size=SMALL, room=room - 4,
                             align="right" if at_left else "left")  # fmt: skip


def _description(
    title: str, before: Sequence[str], after: Sequence[str], groups: Sequence[Moved]
) -> str:
    told = []
    for group in groups:
        total = _total(group)
        moves = sorted(
            ((number, i, j) for i, row in enumerate(group.counts)
             for j, number in enumerate(row) if number),
            key=lambda move: (-move[0], move[1], move[2]),
        )  # fmt: skip
        parts = [f"{scales.percent(n / total)} from {before[i]} to {after[j]}"
                 for n, i, j in moves]  # fmt: skip
        told.append(f"{group.name} ({scales.figure(total)}): {listed(parts, 8)}")
    return f"{title}. {'; '.join(told[:20])}."
