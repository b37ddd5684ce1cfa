"""How often each rule fired, and for whom: its share of all, and how often for each of a group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.plots import scales, theme
from engine.plots.frame import Key, keys, label_room, listed
from engine.plots.measure import width
from engine.plots.picture import Picture, picture
from engine.plots.scales import Scale
from engine.plots.sheet import BODY, MARGIN, SMALL, Sheet

_ROW = 24.0
_MOST = 40  # rules; the rest are named below
_MARKED = 8  # groups; there are no more marks


@dataclass(frozen=True)
class Firing:
    """A rule: how often it fired, and for each of the groups."""

    rule: str
    number: int
    by_group: tuple[int, ...] = ()


def rule_firings(
    title: str, rules: Sequence[Firing], groups: Sequence[tuple[str, int]], subjects: int,
    subtitle: str = "",
) -> Picture:  # fmt: skip
    """A bar a rule: how often it fired for each subject, with a mark for each group.

    ``groups`` are names and sizes; ``subjects`` is how many there are in all.
    """
    sheet = Sheet(title, subtitle)
    total = sum(rule.number for rule in rules)
    if not total or not subjects:
        sheet.nothing("no rule fired")
        return picture(sheet, f"{title}: no rule fired.")
    fired = sorted((rule for rule in rules if rule.number), key=lambda r: (-r.number, r.rule))
    shown, marked = fired[:_MOST], list(groups[:_MARKED])
    rates = [[_rate(rule, g, size) for g, (_, size) in enumerate(marked)] for rule in shown]
    left = MARGIN + label_room([rule.rule for rule in shown], BODY, 190)
    counts = [scales.figure(rule.number) for rule in shown]
    words = max(width(count, SMALL) for count in counts)
    right = sheet.wide - MARGIN - 46 - words - 14
    most = max([rule.number / subjects for rule in shown] + [rate for row in rates for rate in row])
    across = Scale(0, most * 1.04, left, right)
    _head(sheet, across, len(shown))
    for rule, row, count in zip(shown, rates, counts, strict=True):
        _row(sheet, rule, row, across, rule.number / subjects)
        y = sheet.y + _ROW / 2
        sheet.words(sheet.wide - MARGIN - 46, y, count, size=SMALL, role="muted", align="right")
        sheet.words(sheet.wide - MARGIN, y, scales.percent(rule.number / total), size=SMALL,
                    bold=True, align="right")  # fmt: skip
        sheet.y += _ROW
    sheet.y += 4
    entries = [Key("all together", "series-8", hatch="", alpha=0.45)]
    entries += [Key(f"{name}, {scales.figure(size)}", theme.series(g), mark=theme.MARKS[g])
                for g, (name, size) in enumerate(marked)]  # fmt: skip
    keys(sheet, entries)
    never = [rule.rule for rule in rules if not rule.number]
    if never:
        sheet.note(f"Never fired: {listed(never, 24)}.")
    if len(fired) > len(shown) or len(groups) > len(marked):
        sheet.note(f"{len(fired) - len(shown)} rules and {len(groups) - len(marked)} groups more"
                   " are not drawn.")  # fmt: skip
    return picture(sheet, _description(title, shown, rates, marked, total, never))


def _rate(rule: Firing, group: int, size: int) -> float:
    return rule.by_group[group] / size if size else 0.0


def _head(sheet: Sheet, across: Scale, rows: int) -> None:
    """Round rates with faint lines, and what the columns at the right are."""
    bottom = sheet.y + 26 + _ROW * rows
    sheet.words(across.start, sheet.y + 4, "times for each of them", size=SMALL, role="muted")
    sheet.words(sheet.wide - MARGIN - 46, sheet.y + 4, "in all", size=SMALL, role="muted",
                align="right")  # fmt: skip
    sheet.words(sheet.wide - MARGIN, sheet.y + 4, "share", size=SMALL, role="muted", align="right")
    for value in scales.round_values(0, across.high, 6):
        x = across(value)
        sheet.line([(x, sheet.y + 22), (x, bottom)], "faint", 0.7)
        sheet.words(x, sheet.y + 16, scales.figure(value), size=SMALL, role="muted",
                    align="center")  # fmt: skip
    sheet.y += 26


def _row(sheet: Sheet, rule: Firing, rates: Sequence[float], across: Scale, rate: float) -> None:
    y = sheet.y + _ROW / 2
    sheet.words(across.start - 8, y, rule.rule, align="right", room=across.start - MARGIN - 8)
    sheet.box(across.start, y - 5, max(across(rate) - across.start, 0.8), 10, "series-8",
              alpha=0.45)  # fmt: skip
    if rates:
        ends = sorted(across(one) for one in rates)
        sheet.line([(ends[0], y), (ends[-1], y)], "muted", 0.8)
    for group, one in enumerate(rates):
        sheet.mark(across(one), y, theme.MARKS[group], theme.series(group), 8)


def _description(
    title: str, rules: Sequence[Firing], rates: Sequence[Sequence[float]],
    groups: Sequence[tuple[str, int]], total: int, never: Sequence[str],
) -> str:  # fmt: skip
    told = []
    for rule, row in zip(rules, rates, strict=True):
        each = [f"{name} {scales.short(rate)}" for (name, _), rate in zip(groups, row, strict=True)]
        for_each = f" (for each of {', '.join(each)})" if each else ""
        told.append(f"{rule.rule} {scales.percent(rule.number / total)}{for_each}")
    said = f" Never fired: {listed(never, 24)}." if never else ""
    return f"{title}. Shares of {scales.figure(total)} firings: {listed(told, 20)}.{said}"
