"""Which number matters: a tornado of outcomes, and Morris's mean and spread of effects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.plots import scales
from engine.plots.frame import Key, keys, label_room, listed, value_axis
from engine.plots.measure import clean, width
from engine.plots.picture import Picture, picture
from engine.plots.scales import Scale
from engine.plots.sheet import BODY, MARGIN, SMALL, Sheet

_ROW = 22.0
_MOST = 40


@dataclass(frozen=True)
class Swing:
    """The outcome with one number at the ends of its range."""

    name: str
    at_low: float  # the outcome with the number at its lowest
    at_high: float
    low: str = ""  # the lowest as it is written, e.g. `-20`
    high: str = ""


@dataclass(frozen=True)
class Screened:
    """Morris: the mean of absolute effects of one number, and the spread of its effects."""

    name: str
    mu_star: float
    sigma: float
    confidence: float = 0.0  # half the interval of mu_star


def tornado(title: str, outcome: str, base: float, swings: Sequence[Swing],
            subtitle: str = "") -> Picture:  # fmt: skip
    """One bar a number, the widest at the top, around the outcome as it is."""
    sheet = Sheet(title, subtitle)
    if not swings:
        sheet.nothing("no number to vary")
        return picture(sheet, f"{title}: no number to vary.")
    rows = sorted(swings, key=lambda s: (-abs(s.at_high - s.at_low), s.name))[:_MOST]
    left = MARGIN + label_room([row.name for row in rows], BODY, 190)
    ends = [value for row in rows for value in (row.at_low, row.at_high)]
    room = max(width(clean(_end(v, s)), SMALL) for row in rows
               for v, s in ((row.at_low, row.low), (row.at_high, row.high)))  # fmt: skip
    room = min(room, 120)
    low, high = min(*ends, base), max(*ends, base)
    across = Scale(low, high if high > low else low + 1, left + room + 12,
                   sheet.wide - MARGIN - room - 8)  # fmt: skip
    middle = across(base)
    sheet.words(middle, sheet.y + 4, f"{clean(outcome)} as it is: {scales.figure(base)}",
                size=SMALL, role="muted",
                align="center" if abs(middle - sheet.wide / 2) < 200 else
                "left" if middle < sheet.wide / 2 else "right")  # fmt: skip
    sheet.y += 16
    top = sheet.y
    for row in rows:
        y = sheet.y + _ROW / 2
        sheet.words(left - 8, y, row.name, align="right", room=left - MARGIN - 8)
        _swing(sheet, row, across, middle, y, room)
        sheet.y += _ROW
    sheet.line([(middle, top - 4), (middle, sheet.y)], "ink", 0.9)
    keys(sheet, [Key("the number at its lowest", "series-2", hatch="////"),
                 Key("at its highest", "series-1", hatch="")])  # fmt: skip
    if len(swings) > len(rows):
        sheet.note(f"and {len(swings) - len(rows)} numbers that move it less")
    told = [f"{row.name}: {scales.figure(row.at_low)} at {row.low or 'its lowest'},"
            f" {scales.figure(row.at_high)} at {row.high or 'its highest'}"
            for row in rows]  # fmt: skip
    return picture(sheet, f"{title}. {outcome} is {scales.figure(base)}. {listed(told, 20)}.")


def _end(value: float, setting: str) -> str:
    setting = f"−{setting[1:]}" if setting.startswith("-") else setting
    return f"{scales.short(value)} at {setting}" if setting else scales.short(value)


def _swing(sheet: Sheet, row: Swing, across: Scale, middle: float, y: float, room: float) -> None:
    """Both bars of a number; where both ends lie on one side, one above the other."""
    same = (row.at_low - across.low) and (across(row.at_low) - middle) * (
        across(row.at_high) - middle
    ) > 0
    sides: dict[bool, list[float]] = {}
    for place, (value, setting) in enumerate(((row.at_low, row.low), (row.at_high, row.high))):
        role, hatch = (("series-2", "////"), ("series-1", ""))[place]
        x = across(value)
        top, high = (y - 6 + 6 * place, 6.0) if same else (y - 6, 12.0)
        sheet.box(min(x, middle), top, max(abs(x - middle), 0.6), high, role, hatch=hatch)
        right = x > middle or (x == middle and place == 1)
        sides.setdefault(right, []).append(x)
        shift = 0.0
        if same:
            shift = -4.5 if place == 0 else 4.5
        sheet.words(x + 4 if right else x - 4, y + shift, _end(value, setting), size=SMALL,
                    align="left" if right else "right", room=room + 2)  # fmt: skip


def morris(title: str, rows: Sequence[Screened], subtitle: str = "") -> Picture:
    """Each number by how much it matters (right) and how unevenly (up).

    The numbers that matter most are named; the line marks a spread as great as the mean:
    above it, a number's effect depends on the others.
    """
    sheet = Sheet(title, subtitle)
    if not rows:
        sheet.nothing("no number to vary")
        return picture(sheet, f"{title}: no number to vary.")
    reach = max(e for r in rows for e in (r.mu_star + r.confidence, r.sigma)) * 1.08 or 1.0
    marks = [scales.figure(v) for v in scales.round_values(0, reach, 8)]
    left = MARGIN + label_room(marks, SMALL, 90)
    right, top, bottom = sheet.wide - MARGIN - 130, sheet.y + 12, sheet.y + 272
    across, up = Scale(0, reach, left, right), Scale(0, reach, bottom, top)
    sheet.words(left, sheet.y, "σ, spread of its effects", size=SMALL, role="muted")
    value_axis(sheet, up, left, right, 8)
    for value in scales.round_values(0, reach, 8):
        sheet.line([(across(value), top), (across(value), bottom)], "faint", 0.7)
        sheet.words(across(value), bottom + 9, scales.figure(value), size=SMALL, role="muted",
                    align="center")  # fmt: skip
    sheet.words(right, bottom + 22, "μ*, mean size of its effects", size=SMALL, role="muted",
                align="right")  # fmt: skip
    sheet.line([(left, bottom), (right, top)], "muted", 0.8, (4, 3))
    sheet.words(right + 5, top, "σ = μ*", size=SMALL, role="muted")
    _dots(sheet, sorted(rows, key=lambda r: (-r.mu_star, r.name)), across, up)
    sheet.y = bottom + 30
    told = [f"{r.name} μ* {scales.short(r.mu_star)}, σ {scales.short(r.sigma)}"
            for r in sorted(rows, key=lambda r: -r.mu_star)]  # fmt: skip
    return picture(sheet, f"{title}. Effects by Morris's method, the greatest first:"
                          f" {listed(told, 24)}.")  # fmt: skip


def _dots(sheet: Sheet, rows: Sequence[Screened], across: Scale, up: Scale) -> None:
    taken: list[tuple[float, float, float]] = []  # left, right, y of labels
    for place, row in enumerate(rows):
        x, y = across(row.mu_star), up(row.sigma)
        if row.confidence > 0:
            ends = (across(row.mu_star - row.confidence), across(row.mu_star + row.confidence))
            sheet.line([(ends[0], y), (ends[1], y)], "muted", 0.8)
        sheet.mark(x, y, "o", "series-1", 7)
        if place >= 12:
            continue
        name = clean(row.name)
        wide = min(width(name, SMALL), 150)
        for dy in (0, -10, 10, -20, 20, -30, 30):
            at = x + 8 if dy else max(x, across(row.mu_star + row.confidence)) + 8
            box = (at, at + wide, y + dy)
            if up.end - 6 < box[2] < up.start - 3 and not any(
                box[0] < b and a < box[1] and abs(box[2] - c) < 9.5 for a, b, c in taken
            ):
                taken.append(box)
                if dy:
                    sheet.line([(x + 3, y), (x + 8, y + dy)], "muted", 0.5)
                sheet.words(at, y + dy, name, size=SMALL, room=150)
                break
