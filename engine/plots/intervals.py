"""Rates by group, each with its interval; a group too small to judge says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.plots import scales
from engine.plots.frame import Key, keys, label_room
from engine.plots.measure import width
from engine.plots.picture import Picture, picture
from engine.plots.scales import Scale
from engine.plots.sheet import BODY, MARGIN, SMALL, Sheet

_ROW = 21.0


@dataclass(frozen=True)
class Rate:
    """A group's rate of an outcome, as shares of one, and its interval."""

    group: str
    number: int  # how many are in it
    rate: float
    low: float
    high: float


def group_intervals(
    title: str, rates: Sequence[Rate], least: int = 30, overall: float | None = None,
    subtitle: str = "",
) -> Picture:  # fmt: skip
    """A dot and its interval for each group; without one for groups of fewer than ``least``."""
    sheet = Sheet(title, subtitle)
    if not rates:
        sheet.nothing("no group to show")
        return picture(sheet, f"{title}: no group to show.")
    judged = [rate for rate in rates if rate.number >= least]
    counts = [f"n = {scales.figure(rate.number)}" for rate in rates]
    left = MARGIN + label_room([rate.group for rate in rates], BODY, 190) \
        + max(width(c, SMALL) for c in counts) + 12  # fmt: skip
    right = sheet.wide - MARGIN - 112
    ends = [rate.high for rate in judged] + ([overall] if overall is not None else [])
    across = Scale(0.0, min(1.0, max(ends, default=1.0) * 1.08) or 1.0, left, right)
    top = sheet.y + (12 if overall is not None else 0)
    bottom = top + _ROW * len(rates)
    for value in scales.round_values(0, across.high, 6):
        sheet.line([(across(value), top), (across(value), bottom)], "faint", 0.7)
        sheet.words(across(value), bottom + 9, scales.percent(value), size=SMALL, role="muted",
                    align="center")  # fmt: skip
    if overall is not None:
        x = across(overall)
        sheet.line([(x, top - 2), (x, bottom)], "muted", 1.0, (4, 3))
        near = x > (left + right) / 2
        sheet.words(x + (4 if near else -4), top - 7, f"all together {scales.percent(overall)}",
                    size=SMALL, role="muted", align="right" if near else "left")  # fmt: skip
    sheet.y = top
    for rate, count in zip(rates, counts, strict=True):
        _row(sheet, rate, count, across, least)
    sheet.y += 18
    entries = [Key("the rate, and its interval", "series-1", mark="o")]
    if len(judged) < len(rates):
        entries.append(Key(f"fewer than {least}: too few to judge", "muted", mark="o", hollow=True))
    keys(sheet, entries)
    return picture(sheet, _description(title, rates, least))


def _row(sheet: Sheet, rate: Rate, count: str, across: Scale, least: int) -> None:
    y = sheet.y + _ROW / 2
    taken = sheet.words(across.start - 10, y, count, size=SMALL, role="muted", align="right")
    sheet.words(across.start - 20 - taken, y, rate.group, align="right",
                room=across.start - 22 - taken - MARGIN)  # fmt: skip
    if rate.number < least:
        sheet.mark(across.start + 8, y, "o", "muted", 7, hollow=True)
        sheet.words(across.start + 17, y, "too few to judge", size=SMALL, role="muted")
    else:
        a, b, x = across(rate.low), across(rate.high), across(rate.rate)
        sheet.line([(a, y), (b, y)], "series-1", 1.8)
        for edge in (a, b):
            sheet.line([(edge, y - 4), (edge, y + 4)], "series-1", 1.2)
        sheet.mark(x, y, "o", "series-1", 8)
        low, high = scales.percent(rate.low), scales.percent(rate.high)
        at = across.end + 10
        at += sheet.words(at, y, scales.percent(rate.rate), size=SMALL, bold=True) + 5
        sheet.words(at, y, f"{low} – {high}", size=SMALL, role="muted")
    sheet.y += _ROW


def _description(title: str, rates: Sequence[Rate], least: int) -> str:
    told = [
        f"{r.group} (n = {scales.figure(r.number)}) {scales.percent(r.rate)},"
        f" interval {scales.percent(r.low)} to {scales.percent(r.high)}"
        if r.number >= least else f"{r.group} (n = {scales.figure(r.number)}) too few to judge"
        for r in rates
    ]  # fmt: skip
    return f"{title}. {'; '.join(told[:40])}."
