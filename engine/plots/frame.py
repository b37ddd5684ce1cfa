"""What charts share: an area with a scale of values, a scale of time, and keys below."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from engine.plots import scales
from engine.plots.measure import clean, width
from engine.plots.scales import Scale
from engine.plots.sheet import MARGIN, SMALL, Sheet

_GAP = 16.0  # between two entries of a key


class Key(NamedTuple):
    """One entry of a key: a filled box (``hatch``), a mark or a line."""

    words: str
    role: str
    hatch: str | None = None
    mark: str | None = None
    dash: tuple[float, ...] | None = None
    hollow: bool = False
    alpha: float = 1.0


def keys(sheet: Sheet, entries: Sequence[Key]) -> None:
    """Says below what there is so far what signs mean."""
    x, right = MARGIN, sheet.wide - MARGIN
    sheet.y += 6
    for entry in entries:
        room = right - MARGIN - 22
        wide = min(width(clean(entry.words), SMALL), room) + 20
        if x > MARGIN and x + wide > right:
            x = MARGIN
            sheet.y += 15
        _sign(sheet, entry, x, sheet.y + 6)
        sheet.words(x + 18, sheet.y + 6, entry.words, size=SMALL, role="muted", room=room)
        x += wide + _GAP
    if entries:
        sheet.y += 16


def _sign(sheet: Sheet, entry: Key, x: float, y: float) -> None:
    if entry.hatch is not None:
        sheet.box(x, y - 4.5, 13, 9, entry.role, hatch=entry.hatch, alpha=entry.alpha)
    if entry.dash is not None:
        sheet.line([(x, y), (x + 14, y)], entry.role, 1.6, entry.dash)
    if entry.mark is not None:
        sheet.mark(x + 6.5, y, entry.mark, entry.role, 6, entry.hollow)


def time_axis(sheet: Sheet, scale: Scale, top: float, bottom: float) -> None:
    """Marks round instants with faint lines, and writes them below."""
    edge = -1e9
    for at, words in scales.instants(int(scale.low), int(scale.high), most=7):
        x = scale(at)
        sheet.line([(x, top), (x, bottom)], "faint", 0.7)
        half = width(words, SMALL) / 2
        if x - half > edge and x + half < sheet.wide - 2:
            sheet.words(x, bottom + 9, words, size=SMALL, role="muted", align="center")
            edge = x + half + 8


def value_axis(sheet: Sheet, scale: Scale, left: float, right: float, about: int = 5) -> None:
    """Marks round values with faint lines, and writes them at the left."""
    for value in scales.round_values(scale.low, scale.high, about):
        y = scale(value)
        sheet.line([(left, y), (right, y)], "faint", 0.7)
        sheet.words(left - 6, y, scales.figure(value), size=SMALL, role="muted", align="right",
                    room=left - 10)  # fmt: skip


def label_room(names: Sequence[str], size: float, most: float, least: float = 40.0) -> float:
    """How much room labels of a column need, between two bounds."""
    return max(
        least, min(most, max((width(clean(n), size, bold=True) for n in names), default=0.0) + 10)
    )


def listed(names: Sequence[str], most: int = 12) -> str:
    """Names for a description, the first few of many."""
    shown = ", ".join(names[:most])
    return f"{shown}, and {len(names) - most} more" if len(names) > most else shown
