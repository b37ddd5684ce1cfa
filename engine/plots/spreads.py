"""How a score is spread over each group: bars by grade, and below them the middle half."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.plots import scales, theme
from engine.plots.frame import Key, keys, listed
from engine.plots.lives import Band
from engine.plots.measure import clean, width
from engine.plots.picture import Picture, picture
from engine.plots.scales import Scale
from engine.plots.sheet import BODY, MARGIN, SMALL, Sheet, spread

_LEFT, _RIGHT = 30.0, 150.0  # room for shares, and for words
_LONE, _HIGH = 190.0, 74.0
_ABOVE, _BELOW = 21.0, 32.0
_MOST = 40  # groups; more are not drawn


@dataclass(frozen=True)
class Spread:
    """A group: how many are in each bin, and its five numbers."""

    name: str
    number: int
    bins: tuple[int, ...]
    least: float
    quarter: float
    middle: float
    three_quarters: float
    most: float


def score_spread(
    title: str, edges: Sequence[float], groups: Sequence[Spread], bands: Sequence[Band] = (),
    subtitle: str = "",
) -> Picture:  # fmt: skip
    """One row of bars a group, all to one scale. ``edges`` are one more than the bins;
    ``bands`` are the grades, the highest first."""
    sheet = Sheet(title, subtitle)
    shown = [group for group in groups if group.number][:_MOST]
    if not shown or len(edges) < 2:
        sheet.nothing("nobody to show")
        return picture(sheet, f"{title}: nobody to show.")
    chart = _Chart(sheet, edges, shown, bands)
    chart.borders()
    for group in shown:
        chart.row(group)
    chart.axis()
    if bands:
        keys(sheet, [Key(band.name, theme.grade(rank, len(bands)), hatch=theme.hatch(rank))
                     for rank, band in enumerate(bands)])  # fmt: skip
    sheet.note("Bars: the share of the group from one edge to the next, the same height for the"
               " same share in every row. Below them: the least and the most, the middle half,"
               " and the middle one.")  # fmt: skip
    left_out = len(groups) - len(shown)
    if left_out:
        sheet.note(f"{left_out} more groups are not drawn.")
    return picture(sheet, _description(title, shown, edges, bands))


class _Chart:
    def __init__(
        self, sheet: Sheet, edges: Sequence[float], groups: Sequence[Spread], bands: Sequence[Band]
    ) -> None:
        self.sheet, self.edges, self.bands = sheet, edges, bands
        self.across = Scale(edges[0], edges[-1], MARGIN + _LEFT, sheet.wide - MARGIN - _RIGHT)
        self.most = max(max(group.bins) / group.number for group in groups)
        self.high = _LONE if len(groups) == 1 else _HIGH
        self.top = sheet.y

    def inside(self) -> list[tuple[int, Band]]:
        """The borders that can be seen: grades that begin within the scale."""
        return [(rank, band) for rank, band in enumerate(self.bands[:-1])
                if self.across.low < band.low < self.across.high]  # fmt: skip

    def borders(self) -> None:
        """Where each grade begins, written above all rows."""
        seen = self.inside()
        if not seen:
            return
        texts = [f"{clean(band.name)} from {scales.figure(band.low)}" for _, band in seen]
        half = max(width(text, SMALL) for text in texts) / 2
        places = [self.across(band.low) for _, band in seen]
        gap = 2 * half + 8
        if gap * len(seen) > self.sheet.wide - 2 * MARGIN:  # no room side by side: on steps
            for step, (text, x) in enumerate(zip(texts, places, strict=True)):
                self.sheet.words(x, self.sheet.y + 5 + 10 * step, text, size=SMALL, role="muted",
                                 align="center")  # fmt: skip
            self.sheet.y += 10 * len(seen)
        else:
            middles = spread(places, gap, MARGIN + half, self.sheet.wide - MARGIN - half)
            for text, x in zip(texts, middles, strict=True):
                self.sheet.words(x, self.sheet.y + 5, text, size=SMALL, role="muted",
                                 align="center")  # fmt: skip
            self.sheet.y += 12
        self.top = self.sheet.y

    def row(self, group: Spread) -> None:
        """One group."""
        sheet, bottom = self.sheet, self.sheet.y + _ABOVE + self.high
        name = f"{clean(group.name)}, {scales.figure(group.number)}"
        sheet.words(MARGIN, sheet.y + 6, name, bold=True, room=sheet.wide - 2 * MARGIN)
        up = Scale(0, self.most, bottom, sheet.y + _ABOVE)
        for _, band in self.inside():
            x = self.across(band.low)
            sheet.line([(x, sheet.y + _ABOVE - 4), (x, bottom + 16)], "muted", 0.7, (3, 2))
        self._bars(group, up)
        sheet.line([(self.across.start, bottom), (self.across.end, bottom)], "muted", 0.8)
        sheet.words(self.across.start - 5, up(self.most), scales.percent(self.most), size=SMALL,
                    role="muted", align="right")  # fmt: skip
        self._box(group, bottom + 9)
        self._words(group, sheet.y + _ABOVE + 4)
        sheet.y = bottom + _BELOW

    def _bars(self, group: Spread, up: Scale) -> None:
        for place, count in enumerate(group.bins):
            if not count:
                continue
            a, b = self.across(self.edges[place]), self.across(self.edges[place + 1])
            high = max(up.start - up(count / group.number), 0.8)
            rank = self._rank((self.edges[place] + self.edges[place + 1]) / 2)
            role = theme.grade(rank, len(self.bands)) if self.bands else "series-1"
            self.sheet.box(a, up.start - high, b - a, high, role,
                           hatch=theme.hatch(rank) if self.bands and high > 3 else "",
                           outline="paper" if b - a > 4 and high > 3 else "")  # fmt: skip

    def _rank(self, value: float) -> int:
        found = [rank for rank, band in enumerate(self.bands) if value >= band.low]
        return found[0] if found else max(len(self.bands) - 1, 0)

    def _box(self, group: Spread, y: float) -> None:
        """The five numbers as a line, a box and a mark."""
        sheet, across = self.sheet, self.across
        sheet.line([(across(group.least), y), (across(group.most), y)], "ink", 1.0)
        for end in (group.least, group.most):
            sheet.line([(across(end), y - 3), (across(end), y + 3)], "ink", 1.0)
        a, b = across(group.quarter), across(group.three_quarters)
        sheet.box(a, y - 4, max(b - a, 1.0), 8, "band", outline="ink")
        sheet.mark(across(group.middle), y, "D", "ink", 6)

    def _words(self, group: Spread, y: float) -> None:
        """The middle, and the share of each grade, at the right."""
        x = self.across.end + 12
        room = self.sheet.wide - MARGIN - x
        self.sheet.words(x, y, f"middle {scales.figure(group.middle)}", size=BODY, room=room)
        shares = self._shares(group)
        most = int((self.high - 8) // 11)
        for line, (name, share) in enumerate(shares[:most]):
            self.sheet.words(x, y + 13 + 11 * line, f"{scales.percent(share)} {name}",
                             size=SMALL, role="muted", room=room)  # fmt: skip

    def _shares(self, group: Spread) -> list[tuple[str, float]]:
        counted = [0] * len(self.bands)
        for place, count in enumerate(group.bins):
            if self.bands:
                counted[self._rank((self.edges[place] + self.edges[place + 1]) / 2)] += count
        return [(band.name, count / group.number)
                for band, count in zip(self.bands, counted, strict=True) if count]  # fmt: skip

    def axis(self) -> None:
        """Round values below the last row."""
        sheet, edge = self.sheet, -1e9
        sheet.y -= 10
        for value in scales.round_values(self.across.low, self.across.high, 8):
            x, words = self.across(value), scales.figure(value)
            half = width(words, SMALL) / 2
            if x - half > edge:
                sheet.line([(x, sheet.y - 2), (x, sheet.y + 2)], "muted", 0.8)
                sheet.words(x, sheet.y + 9, words, size=SMALL, role="muted", align="center")
                edge = x + half + 8
        sheet.y += 18


def _description(
    title: str, groups: Sequence[Spread], edges: Sequence[float], bands: Sequence[Band]
) -> str:
    told = [
        f"{group.name} ({scales.figure(group.number)}) from {scales.figure(group.least)} to"
        f" {scales.figure(group.most)}, half of them between {scales.figure(group.quarter)} and"
        f" {scales.figure(group.three_quarters)}, the middle one {scales.figure(group.middle)}"
        for group in groups
    ]
    borders = [f"{band.name} from {scales.figure(band.low)}" for band in bands[:-1]]
    begin = f" Grades: {listed(borders)}, {bands[-1].name} below." if bands else ""
    return f"{title}.{begin} {'; '.join(told[:20])}."
