"""How many stand in which grade as time goes by: one small chart a group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.plots import scales, theme
from engine.plots.frame import Key, keys, listed
from engine.plots.measure import clean
from engine.plots.picture import Picture, picture
from engine.plots.scales import Scale
from engine.plots.sheet import LEAST, MARGIN, SMALL, Sheet, spread

_HIGH = 132.0


@dataclass(frozen=True)
class Counted:
    """A group: how many stood in each grade, best first, at each instant."""

    name: str
    counts: tuple[tuple[int, ...], ...]  # one row an instant


def grades_over_time(
    title: str, grades: Sequence[str], instants: Sequence[int], groups: Sequence[Counted],
    subtitle: str = "",
) -> Picture:  # fmt: skip
    """Stacked shares of each grade from an instant to the next, the best at the top.

    Labels of grades stand at the right of each chart, with their last share.
    """
    sheet = Sheet(title, subtitle)
    shown = [group for group in groups if any(sum(row) for row in group.counts)]
    if not shown or not instants:
        sheet.nothing("nobody to show")
        return picture(sheet, f"{title}: nobody to show.")
    columns = min(len(shown), 1 if len(shown) == 1 else 2 if len(shown) <= 4 else 3)
    wide = (sheet.wide - 2 * MARGIN) / columns
    top = sheet.y
    for place, group in enumerate(shown):
        x = MARGIN + wide * (place % columns)
        y = top + (_HIGH + 52) * (place // columns)
        _small(sheet, group, grades, instants, (x, y, wide - 14))
    sheet.y = top + (_HIGH + 52) * -(-len(shown) // columns)
    keys(sheet, [Key(name, theme.grade(rank, len(grades)), hatch=theme.hatch(rank))
                 for rank, name in enumerate(grades)])  # fmt: skip
    empty = [group.name for group in groups if group not in shown]
    if empty:
        sheet.note(f"nobody in {listed(empty)}")
    return picture(sheet, _description(title, grades, instants, shown))


def _small(
    sheet: Sheet, group: Counted, grades: Sequence[str], instants: Sequence[int],
    place: tuple[float, float, float],
) -> None:  # fmt: skip
    x, y, wide = place
    number = max(sum(row) for row in group.counts)
    shown = f"{clean(group.name)}, {scales.figure(number)}"
    sheet.words(x + 30, y + 6, shown, bold=True, room=wide - 30)
    left, right = x + 30, x + wide - 62
    top, bottom = y + 18, y + 18 + _HIGH
    start, end = instants[0], max(instants[-1], instants[0] + 1)
    across, up = Scale(start, end, left, right), Scale(0, 1, bottom, top)
    for share in (0, 0.5, 1):
        sheet.words(left - 4, up(share), scales.percent(share), size=LEAST, role="muted",
                    align="right")  # fmt: skip
    _stack(sheet, group, instants, across, up, len(grades))
    _time(sheet, across, bottom)
    _last(sheet, group.counts[-1], grades, up, right)


def _stack(
    sheet: Sheet, group: Counted, instants: Sequence[int], across: Scale, up: Scale, count: int
) -> None:
    """Areas of steps: what stood at an instant stands until the next."""
    ends = [*instants[1:], int(across.high)]
    sums = [max(sum(row), 1) for row in group.counts]
    for rank in range(count):
        over, under = [], []
        for row, total, start, end in zip(group.counts, sums, instants, ends, strict=True):
            high = 1 - sum(row[:rank]) / total
            low = high - row[rank] / total
            over += [(across(start), up(high)), (across(end), up(high))]
            under += [(across(start), up(low)), (across(end), up(low))]
        if any(row[rank] for row in group.counts):
            sheet.area([*over, *reversed(under)], theme.grade(rank, count),
                       hatch=theme.hatch(rank), outline="paper")  # fmt: skip


def _time(sheet: Sheet, across: Scale, bottom: float) -> None:
    for at, align in ((across.low, "left"), (across.high, "right")):
        words = scales.day(int(at))[:10]
        sheet.words(across(at), bottom + 9, words, size=SMALL, role="muted",
                    align="left" if align == "left" else "right")  # fmt: skip


def _last(sheet: Sheet, row: Sequence[int], grades: Sequence[str], up: Scale, right: float) -> None:
    total = max(sum(row), 1)
    middles, names, before = [], [], 0
    for rank, (name, number) in enumerate(zip(grades, row, strict=True)):
        if number:
            middles.append(up(1 - (before + number / 2) / total))
            names.append((name, number / total, rank))
        before += number
    for (name, share, _), wanted, y in zip(
        names, middles, spread(middles, 10, up.end + 3, up.start - 3), strict=True
    ):
        sheet.line([(right, wanted), (right + 6, y)], "muted", 0.6)
        sheet.words(right + 8, y, f"{scales.percent(share)} {name}", size=SMALL, room=60)


def _description(
    title: str, grades: Sequence[str], instants: Sequence[int], groups: Sequence[Counted]
) -> str:
    told = []
    for group in groups:
        last = group.counts[-1]
        total = max(sum(last), 1)
        shares = ", ".join(f"{scales.percent(number / total)} {name}"
                           for name, number in zip(grades, last, strict=True))  # fmt: skip
        told.append(f"{group.name} at the end: {shares}")
    start, end = scales.day(instants[0]), scales.day(instants[-1])
    return f"{title}. Shares of each grade from {start} to {end}. {listed(told, 20)}."
