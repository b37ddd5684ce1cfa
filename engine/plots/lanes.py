"""A cast's swim lanes: who held what when, in which grade, and what happened to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.plots import scales, theme
from engine.plots.frame import Key, keys, label_room, listed, time_axis
from engine.plots.lives import Span
from engine.plots.measure import clean, width
from engine.plots.picture import Picture, picture
from engine.plots.scales import Scale
from engine.plots.sheet import BODY, LEAST, MARGIN, SMALL, Sheet

#: What may happen in a lane → its mark, its role, whether it is hollow, and its words.
SIGNS: Mapping[str, tuple[str, str, bool, str]] = {
    "event": ("o", "ink", False, "an event"),
    "refused": ("x", "bad", False, "refused"),
    "message": ("s", "series-6", True, "a message"),
    "listed": ("D", "bad", True, "put on a list"),
    "unlisted": ("D", "good", True, "taken off a list"),
}
#: Which marks are drawn over which, where they fall together: the last on top.
_COVER = ("message", "event", "unlisted", "listed", "refused")


@dataclass(frozen=True)
class Stretch:
    """A grade that was held, until the next one or the end."""

    grade: str
    rank: int  # 0 is the best
    start: int


@dataclass(frozen=True)
class Happening:
    """Something at an instant; ``kind`` is one of :data:`SIGNS`."""

    at: int
    kind: str


@dataclass(frozen=True)
class Lane:
    """One person."""

    name: str
    grades: tuple[Stretch, ...] = ()  # by time
    spans: tuple[Span, ...] = ()
    happenings: tuple[Happening, ...] = ()


def swim_lanes(
    title: str, lanes: Sequence[Lane], start: int, end: int, ladder: Sequence[str] = (),
    subtitle: str = "",
) -> Picture:  # fmt: skip
    """One lane a person: the grade as a named strip, measures as bars, events as marks.

    ``ladder`` names all grades, best first.
    """
    sheet = Sheet(title, subtitle)
    if not lanes:
        sheet.nothing("nobody to show")
        return picture(sheet, f"{title}: nobody to show.")
    size = BODY if len(lanes) <= 40 else LEAST + 0.5
    full = len(lanes) <= 40
    left = MARGIN + label_room([lane.name for lane in lanes], size, 170)
    across = Scale(start, max(end, start + 1), left, sheet.wide - MARGIN - 10)
    top = sheet.y
    heights = [_height(lane, full) for lane in lanes]
    time_axis(sheet, across, top, top + sum(heights))
    y = top
    for place, (lane, high) in enumerate(zip(lanes, heights, strict=True)):
        if place:
            sheet.line([(MARGIN, y), (across.end, y)], "faint", 0.7)
        sheet.words(left - 8, y + min(high / 2, 13), lane.name, size=size, align="right",
                    room=left - MARGIN - 6)  # fmt: skip
        _lane(sheet, lane, across, y, full, max(len(ladder), _ranks(lanes)))
        y += high
    sheet.y = y + 18
    _legend(sheet, lanes, ladder)
    return picture(sheet, _description(title, lanes, start, end))


def _ranks(lanes: Sequence[Lane]) -> int:
    return max((s.rank + 1 for lane in lanes for s in lane.grades), default=1)


def _names(lane: Lane) -> list[str]:
    return list(dict.fromkeys(span.name for span in lane.spans))


def _height(lane: Lane, full: bool) -> float:
    if not full:
        return 12.0
    return 24.0 + (13 if lane.happenings else 0) + 12 * len(_names(lane))


def _lane(sheet: Sheet, lane: Lane, across: Scale, y: float, full: bool, ranks: int) -> None:
    strip = 10.0 if full else 6.0
    _grades(sheet, lane, across, y + 8 if full else y + 3, strip, ranks, full)
    middle = y + 26 if full else y + 6
    below = y + (39 if lane.happenings else 26)
    if full and lane.happenings:
        sheet.line([(across.start, middle), (across.end, middle)], "faint", 0.7)
    for row, name in enumerate(_names(lane)):
        at = below + 12 * row if full else middle
        for span in lane.spans:
            if span.name == name:
                _bar(sheet, span, across, at, full)
    order = list(_COVER)
    for happening in sorted(lane.happenings[:5000], key=lambda h: order.index(h.kind)):
        kind, role, hollow, _ = SIGNS[happening.kind]
        sheet.mark(across(happening.at), middle, kind, role, 6 if full else 4, hollow)


def _grades(
    sheet: Sheet, lane: Lane, across: Scale, y: float, high: float, ranks: int, full: bool
) -> None:
    ends = [*(stretch.start for stretch in lane.grades), int(across.high)][1:]
    for stretch, end in zip(lane.grades, ends, strict=True):
        x, stop = across(stretch.start), across(end)
        sheet.box(x, y, max(stop - x, 0.8), high, theme.grade(stretch.rank, ranks),
                  hatch=theme.hatch(stretch.rank) if full else "", alpha=0.85)  # fmt: skip
        words = clean(stretch.grade)
        if full and width(words, SMALL, bold=True) + 8 < stop - x:
            wide = width(words, SMALL, bold=True) + 5
            sheet.box(x + 1.5, y + 0.8, wide, high - 1.6, "paper", alpha=0.92)
            sheet.words(x + 4, y + high / 2, words, size=SMALL, bold=True)


def _bar(sheet: Sheet, span: Span, across: Scale, y: float, full: bool) -> None:
    beyond = span.end is None or span.end > across.high
    x = across(span.start)
    stop = across(across.high if span.end is None else span.end)
    role, hatch = ("good", "") if span.good else ("bad", "////")
    high = 6.0 if full else 2.0
    below = 0.0 if full else 4.0
    sheet.box(x, y - high / 2 + below, max(stop - x, 2.0), high, role, hatch=hatch if full else "")
    if beyond and full:
        sheet.area([(stop, y - 4.5), (stop + 6, y), (stop, y + 4.5)], role)
    if not full:
        return
    words, room = clean(span.name), across.end - stop - 12
    wide = width(words, LEAST)
    if stop - x > wide + 8:
        sheet.box(x + 3, y - 3.6, wide + 5, 7.2, "paper", alpha=0.92)
        sheet.words(x + 5.5, y, words, size=LEAST)
    elif wide <= room:
        sheet.words(stop + 8, y, words, size=LEAST, role="muted")
    else:
        sheet.words(x - 4, y, words, size=LEAST, role="muted", align="right",
                    room=x - across.start - 4)  # fmt: skip


def _legend(sheet: Sheet, lanes: Sequence[Lane], ladder: Sequence[str]) -> None:
    seen = {h.kind for lane in lanes for h in lane.happenings}
    entries = [
        Key(words, role, mark=kind, hollow=hollow)
        for name, (kind, role, hollow, words) in SIGNS.items() if name in seen
    ]  # fmt: skip
    spans = [span for lane in lanes for span in lane.spans]
    if any(span.good for span in spans):
        entries.append(Key("a reward held", "good", hatch=""))
    if any(not span.good for span in spans):
        entries.append(Key("a penalty held", "bad", hatch="////" if len(lanes) <= 40 else ""))
    keys(sheet, entries)
    hatched = len(lanes) <= 40
    keys(sheet, [
        Key(f"grade {name}", theme.grade(rank, len(ladder)),
            hatch=theme.hatch(rank) if hatched else "")
        for rank, name in enumerate(ladder)
    ])  # fmt: skip


def _description(title: str, lanes: Sequence[Lane], start: int, end: int) -> str:
    told = []
    for lane in lanes:
        grades = " then ".join(stretch.grade for stretch in lane.grades[:8])
        parts = [f"grade {grades}"] if grades else []
        parts += [f"{len(lane.happenings)} events"] if lane.happenings else []
        parts += [f"held {listed(_names(lane), 6)}"] if lane.spans else []
        told.append(f"{lane.name}: {', '.join(parts) or 'nothing'}")
    return f"{title}, {scales.day(start)} to {scales.day(end)}. {listed(told, 30)}."
