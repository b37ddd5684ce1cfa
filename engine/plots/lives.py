"""One life as a line through grade bands, and several lives beside each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from engine.plots import scales, theme
from engine.plots.frame import Key, keys, label_room, listed, time_axis, value_axis
from engine.plots.measure import clean, fitted, width
from engine.plots.picture import Picture, picture
from engine.plots.scales import Scale
from engine.plots.sheet import BODY, MARGIN, SMALL, Point, Sheet, spread

_TOLD = 10  # moves that a life line numbers and tells
_PATHS = 8  # lives that are told apart
_SPANS = 14  # measures below a life line


@dataclass(frozen=True)
class Band:
    """A grade of the score: from ``low`` upward, to where the next better one begins."""

    name: str
    low: float


@dataclass(frozen=True)
class Move:
    """The score after an instant, and what moved it."""

    at: int
    score: float
    why: str = ""  # e.g. the rule


@dataclass(frozen=True)
class Span:
    """Something that held for a while; ``end`` is missing for what still holds."""

    name: str
    start: int
    end: int | None
    good: bool = False  # a reward, not a penalty


@dataclass(frozen=True)
class Life:
    """One person's score from an instant to another. ``moves`` go by time."""

    who: str
    score: str  # its name
    start: int
    end: int
    first: float  # the score at the start
    moves: tuple[Move, ...] = ()
    bands: tuple[Band, ...] = ()  # best first
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True)
class Path:
    """One person's score in a picture of several."""

    name: str
    points: tuple[tuple[int, float], ...]  # instant, score from then on; by time


# --- one life ----------------------------------------------------------------------------


def life_line(life: Life) -> Picture:
    """The score of one person over time: grade bands behind it, its greatest moves told.

    Measures that held stand as bars below.
    """
    sheet = Sheet(f"{life.who}: {life.score}", _life_words(life))
    end = max(life.end, life.start + 1)
    low, high = _seen(life)
    rows = _rows(life.spans)
    names = [scales.figure(v) for v in scales.round_values(low, high)]
    left = MARGIN + max(label_room(names, SMALL, 90), label_room([n for n, _ in rows], SMALL, 150))
    right = sheet.wide - MARGIN - label_room([b.name for b in life.bands], BODY, 110, 16)
    top, bottom = sheet.y, sheet.y + 210
    across, up = Scale(life.start, end, left, right), Scale(low, high, bottom, top)
    _bands(sheet, life.bands, up, (left, right), (top, bottom))
    value_axis(sheet, up, left, right)
    time_axis(sheet, across, top, bottom)
    line = _line(sheet, life, across, up)
    told = _greatest(life)
    _numbers(sheet, told, across, up, line)
    sheet.y = bottom + 20
    _spans(sheet, rows, across, end)
    _legend(sheet, life)
    _telling(sheet, told)
    return picture(sheet, _life_description(life))


def _before(life: Life) -> list[tuple[Move, float]]:
    """Each move with the score before it."""
    scores = [life.first, *(move.score for move in life.moves)]
    return list(zip(life.moves, scores, strict=False))


def _seen(life: Life) -> tuple[float, float]:
    """The scores that the picture shows: those lived through, and the next band's edge."""
    lived = [life.first, *(move.score for move in life.moves)]
    low, high = scales.span_of(lived, 0.12)
    room = (high - low) * 0.6
    edges = [b.low for b in life.bands[:-1] if low - room < b.low < high + room]
    return scales.span_of([*lived, *edges], 0.08)


def _bands(
    sheet: Sheet, bands: Sequence[Band], up: Scale, across: tuple[float, float],
    within: tuple[float, float],
) -> None:  # fmt: skip
    left, right = across
    top, labels = within[0], []
    for place, band in enumerate(bands):
        if up.high <= band.low:
            continue
        bottom = up(band.low) if place < len(bands) - 1 else within[1]
        if top >= bottom:
            break
        if place % 2:
            sheet.box(left, top, right - left, bottom - top, "band")
        sheet.line([(left, bottom), (right, bottom)], "muted", 0.6, (2, 2))
        labels.append((band.name, (top + bottom) / 2))
        top = bottom
    places = spread([y for _, y in labels], 11, within[0] + 5, within[1] - 5)
    for (name, _), y in zip(labels, places, strict=True):
        sheet.words(right + 7, y, name, bold=True, room=sheet.wide - right - 8)


def _line(sheet: Sheet, life: Life, across: Scale, up: Scale) -> list[Point]:
    points: list[Point] = [(across.start, up(life.first))]
    for move in life.moves:
        x = across(move.at)
        points += [(x, points[-1][1]), (x, up(move.score))]
    points.append((across.end, points[-1][1]))
    sheet.line(points, "ink", 1.5)
    for move, before in _before(life)[:2000]:
        rose = move.score > before
        if move.score == before:
            continue
        sheet.mark(across(move.at), up(move.score), "^" if rose else "v",
                   "good" if rose else "bad", 6)  # fmt: skip
    return points


def _greatest(life: Life) -> list[tuple[int, Move, float]]:
    """The greatest moves by time: number from 1, the move, by how much."""
    changed = [(move, move.score - was) for move, was in _before(life) if move.score != was]
    largest = sorted(range(len(changed)), key=lambda i: (-abs(changed[i][1]), i))[:_TOLD]
    return [(n, *changed[i]) for n, i in enumerate(sorted(largest), 1)]


def _numbers(
    sheet: Sheet, told: Sequence[tuple[int, Move, float]], across: Scale, up: Scale,
    line: Sequence[Point],
) -> None:  # fmt: skip
    """The numbers of moves, each near its mark and clear of the line and of the others."""
    taken: list[Point] = []
    for number, move, change in told:
        x, y = across(move.at), up(move.score)
        sign = -1 if change >= 0 else 1
        wide = width(str(number), SMALL, bold=True)
        near = [(dx, side * dy) for side in (sign, -sign) for dy in (12, 4, 22, 32)
                for dx in (0, 10, -10, 18, -18, 28, -28)]  # fmt: skip
        spots = [(x + dx, y + dy) for dx, dy in near]
        inside = [(a, b) for a, b in spots if across.start + 4 < a < across.end
                  and up.end + 4 < b < up.start - 4]  # fmt: skip
        free = [p for p in inside
                if all(abs(p[0] - a) > 11 or abs(p[1] - b) > 10 for a, b in taken)]  # fmt: skip
        clear = (p for p in free if not _crossed([line], (p[0] - wide / 2, p[1]), wide, 1.0))
        spot = next(clear, (free or inside or spots)[0])
        taken.append(spot)
        sheet.words(*spot, str(number), size=SMALL, bold=True, align="center")


def _telling(sheet: Sheet, told: Sequence[tuple[int, Move, float]]) -> None:
    """What the numbers stand for, in two columns."""
    half = (len(told) + 1) // 2
    room = (sheet.wide - 2 * MARGIN) / 2 - 12
    top = sheet.y + 6
    for place, (number, move, change) in enumerate(told):
        x = MARGIN + (room + 24) * (place // half)
        y = top + 13 * (place % half)
        sheet.words(x + 12, y, str(number), size=SMALL, bold=True, align="right")
        what = f"{scales.signed(change)} → {scales.figure(move.score)}"
        date = scales.day(move.at)
        at = x + 18 + sheet.words(x + 18, y, date, size=SMALL, role="muted") + 8
        at += sheet.words(at, y, what, size=SMALL) + 8
        sheet.words(at, y, move.why, size=SMALL, role="muted", room=x + room - at)
    sheet.y = top + 13 * half


def _rows(spans: Sequence[Span]) -> list[tuple[str, list[Span]]]:
    """Spans by name, in order of first beginning."""
    rows: dict[str, list[Span]] = {}
    for span in spans:
        rows.setdefault(span.name, []).append(span)
    return list(rows.items())


def _spans(sheet: Sheet, rows: Sequence[tuple[str, list[Span]]], across: Scale, end: int) -> None:
    for name, spans in rows[:_SPANS]:
        y = sheet.y + 7
        sheet.line([(across.start, y), (across.end, y)], "faint", 0.7)
        sheet.words(across.start - 6, y, name, size=SMALL, align="right",
                    room=across.start - MARGIN - 4)  # fmt: skip
        for span in spans:
            x, stop = across(span.start), across(end if span.end is None else span.end)
            role, hatch = ("good", "") if span.good else ("bad", "////")
            sheet.box(x, y - 4.5, max(stop - x, 2.0), 9, role, hatch=hatch)
            if span.end is None or span.end > end:
                sheet.area([(stop, y - 5.5), (stop + 7, y), (stop, y + 5.5)], role)
        sheet.y += 15
    if len(rows) > _SPANS:
        sheet.note(f"and {len(rows) - _SPANS} more rewards and penalties")


def _legend(sheet: Sheet, life: Life) -> None:
    entries = []
    moved = [move.score > was for move, was in _before(life) if move.score != was]
    if any(moved):
        entries.append(Key("the score rose", "good", mark="^"))
    if not all(moved):
        entries.append(Key("it fell", "bad", mark="v"))
    if any(span.good for span in life.spans):
        entries.append(Key("a reward held", "good", hatch=""))
    if any(not span.good for span in life.spans):
        entries.append(Key("a penalty held", "bad", hatch="////"))
    if any(span.end is None or span.end > life.end for span in life.spans):
        entries.append(Key("… and goes on beyond the end", "muted", mark=">"))
    keys(sheet, entries)


def _life_words(life: Life) -> str:
    last = life.moves[-1].score if life.moves else life.first
    return (
        f"{scales.day(life.start)} to {scales.day(life.end)}, from {scales.figure(life.first)}"
        f" to {scales.figure(last)}"
    )


def _life_description(life: Life) -> str:
    if not life.moves:
        moved = f"It stays at {scales.figure(life.first)}."
    else:
        told = [
            f"{scales.day(move.at)} {scales.signed(change)} to {scales.figure(move.score)}"
            + (f" by {move.why}" if move.why else "")
            for _, move, change in _greatest(life)
        ]
        moved = f"It moves {len(life.moves)} times. The greatest moves: {'; '.join(told)}."
    spans = [
        f"{span.name} from {scales.day(span.start)}"
        + (f" to {scales.day(span.end)}" if span.end is not None else " without an end")
        for span in life.spans
    ]
    held = f" What held: {listed(spans)}." if spans else ""
    grades = f" Grades, best first: {listed([b.name for b in life.bands])}." if life.bands else ""
    return f"The score {life.score} of {life.who}, {_life_words(life)}. {moved}{held}{grades}"


# --- several lives ------------------------------------------------------------------------


def score_paths(
    title: str, paths: Sequence[Path], bands: Sequence[Band] = (), subtitle: str = ""
) -> Picture:
    """The scores of several people over time.

    Up to eight are told apart by colour, dash and mark, each labelled at its end; of more, those
    that moved most, the others as thin lines.
    """
    sheet = Sheet(title, subtitle)
    shown = [path for path in paths if path.points]
    if not shown:
        sheet.nothing("nobody to show")
        return picture(sheet, f"{title}: nobody to show.")
    named = _most_moved(shown)
    low, high = scales.span_of(score for path in shown for _, score in path.points)
    start = min(path.points[0][0] for path in shown)
    end = max(*(path.points[-1][0] for path in shown), start + 1)
    ends = [f"{clean(path.name)} {scales.figure(path.points[-1][1])}" for path in named]
    names = [scales.figure(v) for v in scales.round_values(low, high)]
    left = MARGIN + label_room(names, SMALL, 90)
    right = sheet.wide - MARGIN - label_room(ends, SMALL, 190) - 6
    top, bottom = sheet.y, sheet.y + 260
    across, up = Scale(start, end, left, right), Scale(low, high, bottom, top)
    value_axis(sheet, up, left, right)
    time_axis(sheet, across, top, bottom)
    for path in shown:
        if path not in named:
            sheet.line(_steps(path, across, up), "muted", 0.4, alpha=0.4)
    _named(sheet, named, across, up)
    _faint_bands(sheet, bands, up, [_steps(path, across, up) for path in named])
    _ends(sheet, named, up, right)
    sheet.y = bottom + 20
    if len(shown) > len(named):
        sheet.note(f"{len(named)} who moved most are named; the other"
                   f" {len(shown) - len(named)} are thin lines")  # fmt: skip
    told = [f"{p.name} from {scales.figure(p.points[0][1])} to {scales.figure(p.points[-1][1])}"
            for p in named]  # fmt: skip
    return picture(sheet, f"{title}. Scores of {len(shown)} people from {scales.day(start)} to"
                          f" {scales.day(end)}: {listed(told)}.")  # fmt: skip


def _most_moved(paths: Sequence[Path]) -> list[Path]:
    """Those who are told apart: all if they are few."""
    if len(paths) <= _PATHS:
        return list(paths)

    def moved(place: int) -> float:
        points = paths[place].points
        return sum(abs(b[1] - a[1]) for a, b in pairwise(points))

    chosen = sorted(range(len(paths)), key=lambda i: (-moved(i), i))[:_PATHS]
    return [paths[i] for i in sorted(chosen)]


def _faint_bands(
    sheet: Sheet, bands: Sequence[Band], up: Scale, drawn: Sequence[Sequence[Point]]
) -> None:
    """The edges of grades, each named where no line runs through its name."""
    left = min((line[0][0] for line in drawn), default=MARGIN)
    right = max((line[-1][0] for line in drawn), default=left)
    for band in bands:
        if up.low < band.low < up.high:
            y = up(band.low)
            sheet.line([(left, y), (right, y)], "muted", 0.8, (2, 2))
            words = f"{clean(band.name)} from {scales.figure(band.low)}"
            wide = min(width(words, SMALL), (right - left) / 2)
            places = [left + 5 + 24 * k for k in range(int((right - left - wide) / 24) + 1)]
            spots = [(x, y + dy) for dy in (-6, 7) for x in places]
            x, at = next((s for s in spots if not _crossed(drawn, s, wide)), spots[0])
            sheet.words(x, at, words, size=SMALL, role="muted", room=wide)


def _crossed(drawn: Sequence[Sequence[Point]], spot: Point, wide: float, room: float = 4.0) -> bool:
    """Whether a line of steps runs through a label that begins at a spot."""
    low, high = spot[1] - 6, spot[1] + 6
    return any(
        min(a[0], b[0]) < spot[0] + wide + room and max(a[0], b[0]) > spot[0] - room
        and min(a[1], b[1]) < high and max(a[1], b[1]) > low
        for line in drawn for a, b in pairwise(line)
    )  # fmt: skip


def _steps(path: Path, across: Scale, up: Scale) -> list[Point]:
    points: list[Point] = []
    for at, score in path.points:
        if points:
            points.append((across(at), points[-1][1]))
        points.append((across(at), up(score)))
    points.append((across.end, points[-1][1]))
    return points


def _named(sheet: Sheet, named: Sequence[Path], across: Scale, up: Scale) -> None:
    """First all lines, kept apart where they cross, then all marks."""
    for place, path in enumerate(named):
        points = _steps(path, across, up)
        sheet.line(points, "paper", 3.4)
        sheet.line(points, theme.series(place), 1.7, theme.DASHES[place % len(theme.DASHES)])
    for place, path in enumerate(named):
        for at, score in path.points[:: max(1, len(path.points) // 6)]:
            sheet.mark(across(at), up(score), theme.MARKS[place % len(theme.MARKS)],
                       theme.series(place), 6)  # fmt: skip


def _ends(sheet: Sheet, named: Sequence[Path], up: Scale, right: float) -> None:
    lasts = [up(path.points[-1][1]) for path in named]
    for place, (path, y, at) in enumerate(
        zip(named, lasts, spread(lasts, 12, up.end, up.start), strict=True)
    ):
        role = theme.series(place)
        sheet.line([(right, y), (right + 8, at)], role, 0.7)
        sheet.mark(right + 11, at, theme.MARKS[place % len(theme.MARKS)], role, 6)
        score = scales.figure(path.points[-1][1])
        room = sheet.wide - right - 22 - width(score, SMALL)
        name = fitted(clean(path.name), SMALL, room)
        sheet.words(right + 18, at, f"{name} {score}", size=SMALL)
