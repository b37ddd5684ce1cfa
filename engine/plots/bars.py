"""Bars: which rule moved how much of a score, and what became of each rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.plots import scales
from engine.plots.frame import Key, keys, label_room, listed
from engine.plots.measure import width
from engine.plots.picture import Picture, picture
from engine.plots.scales import Scale
from engine.plots.sheet import BODY, MARGIN, SMALL, Sheet

_MOST = 60  # rows; more are summed up
_ROW = 18.0


@dataclass(frozen=True)
class Share:
    """How much one rule gave and took, both as amounts that are not negative."""

    name: str
    gave: float
    took: float


@dataclass(frozen=True)
class Judged:
    """How often a rule was judged, and what became of it."""

    rule: str
    fired: int = 0
    missed: int = 0
    excepted: int = 0
    overridden: int = 0
    limited: int = 0

    @property
    def total(self) -> int:
        return self.fired + self.missed + self.excepted + self.overridden + self.limited


# --- shares ---------------------------------------------------------------------------------


def rule_shares(title: str, shares: Sequence[Share], subtitle: str = "") -> Picture:
    """What each rule took, to the left, and gave, to the right; with its share of it all."""
    sheet = Sheet(title, subtitle)
    total = sum(share.gave + share.took for share in shares)
    if total <= 0:
        sheet.nothing("no rule moved a score")
        return picture(sheet, f"{title}: no rule moved a score.")
    rows = _summed(sorted(shares, key=lambda s: (-(s.gave + s.took), s.name)))
    most = max(max(share.gave, share.took) for share in rows)
    left = MARGIN + label_room([row.name for row in rows], BODY, 190)
    numbers = [scales.short(share.took) for share in rows if share.took]
    given = [scales.short(share.gave) for share in rows if share.gave]
    low = left + max((width(n, SMALL) for n in numbers), default=0) + 10
    high = sheet.wide - MARGIN - 46 - max((width(n, SMALL) for n in given), default=0) - 10
    took, gave = max(s.took for s in rows), max(s.gave for s in rows)
    zero = low + (high - low) * took / (took + gave)
    across = Scale(0, most, 0, (high - low) * most / (took + gave))
    sheet.words(sheet.wide - MARGIN, sheet.y + 4, "share", size=SMALL, role="muted", align="right")
    sheet.y += 14
    top = sheet.y
    for row in rows:
        y = sheet.y + _ROW / 2
        sheet.words(left - 8, y, row.name, align="right", room=left - MARGIN - 8)
        if row.took:
            wide = max(across(row.took), 0.8)
            sheet.box(zero - wide, y - 5.5, wide, 11, "bad", hatch="////")
            sheet.words(zero - wide - 4, y, f"−{scales.short(row.took)}", size=SMALL,
                        align="right")  # fmt: skip
        if row.gave:
            wide = max(across(row.gave), 0.8)
            sheet.box(zero, y - 5.5, wide, 11, "good")
            sheet.words(zero + wide + 4, y, f"+{scales.short(row.gave)}", size=SMALL)
        part = scales.percent((row.gave + row.took) / total)
        sheet.words(sheet.wide - MARGIN, y, part, size=SMALL, bold=True, align="right")
        sheet.y += _ROW
    sheet.line([(zero, top), (zero, sheet.y)], "ink", 0.9)
    keys(sheet, [Key("points taken", "bad", hatch="////"), Key("points given", "good", hatch="")])
    told = [f"{row.name} {scales.percent((row.gave + row.took) / total)}"
            f" (gave {scales.figure(row.gave)}, took {scales.figure(row.took)})"
            for row in rows]  # fmt: skip
    return picture(sheet, f"{title}. Shares of all movement: {listed(told, 24)}.")


def _summed(rows: list[Share]) -> list[Share]:
    if len(rows) <= _MOST:
        return rows
    rest = rows[_MOST - 1 :]
    last = Share(f"{len(rest)} more rules", sum(r.gave for r in rest), sum(r.took for r in rest))
    return [*rows[: _MOST - 1], last]


# --- coverage -------------------------------------------------------------------------------

_VERDICTS = (
    ("fired", "good", ""), ("missed", "series-8", "----"), ("excepted", "series-4", "xxxx"),
    ("overridden", "series-5", "////"), ("limited", "series-3", "||||"),
)  # fmt: skip


def rule_coverage(title: str, rules: Sequence[Judged], subtitle: str = "") -> Picture:
    """What became of each rule whenever it was judged; rules that never fired say so."""
    sheet = Sheet(title, subtitle)
    if not rules:
        sheet.nothing("there are no rules")
        return picture(sheet, f"{title}: there are no rules.")
    dead = [row.rule for row in rules if not row.fired]
    left = MARGIN + label_room([row.rule for row in rules], BODY, 190)
    right = sheet.wide - MARGIN - 118
    for row in rules:
        _judged(sheet, row, left, right)
    seen = [(name, role, hatch) for name, role, hatch in _VERDICTS
            if any(getattr(row, name) for row in rules)]  # fmt: skip
    keys(sheet, [Key(name, role, hatch=hatch) for name, role, hatch in seen])
    said = f"Never fired: {listed(dead, 40)}." if dead else "Every rule fired."
    told = [f"{row.rule} fired {row.fired} of {row.total} times" for row in rules if row.fired]
    return picture(sheet, f"{title}. {said} {listed(told, 40)}.")


def _judged(sheet: Sheet, row: Judged, left: float, right: float) -> None:
    y = sheet.y + _ROW / 2
    dead = not row.fired
    sheet.words(left - 8, y, row.rule, align="right", bold=dead, room=left - MARGIN - 8)
    x = left
    for name, role, hatch in _VERDICTS:
        number = getattr(row, name)
        if number:
            wide = (right - left) * number / row.total
            sheet.box(x, y - 5.5, wide, 11, role, hatch=hatch, outline="paper")
            x += wide
    if not row.total:
        sheet.line([(left, y), (right, y)], "faint", 1.0, (2, 2))
    words = f"{scales.figure(row.fired)} of {scales.figure(row.total)}"
    if dead:
        words = f"never fired ({scales.figure(row.total)})" if row.total else "never judged"
    sheet.words(right + 8, y, words, size=SMALL, bold=dead, room=sheet.wide - right - 10)
    sheet.y += _ROW
