"""A wheel: which domain's events moved which domain's sanctions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from engine.plots import scales, theme
from engine.plots.frame import Key, keys
from engine.plots.measure import clean, width
from engine.plots.picture import Picture, picture
from engine.plots.sheet import BODY, MARGIN, SMALL, Point, Sheet, spread

_OUT, _IN = 150.0, 136.0  # of the ring
_BETWEEN = math.radians(3.0)


@dataclass(frozen=True)
class Pull:
    """How often events of one domain set off sanctions of another."""

    source: str
    target: str
    number: int


def wheel(title: str, pulls: Sequence[Pull], subtitle: str = "") -> Picture:
    """A ring of domains, and ribbons from each one whose events moved another's sanctions.

    A ribbon is as wide as it is often; it ends in an arrow where the sanctions are.
    """
    sheet = Sheet(title, subtitle)
    shown = sorted((p for p in pulls if p.number > 0), key=lambda p: (-p.number, p.source))
    if not shown:
        sheet.nothing("no event moved a sanction")
        return picture(sheet, f"{title}: no event moved a sanction.")
    names = list(dict.fromkeys(n for p in pulls if p.number > 0 for n in (p.source, p.target)))
    center = (sheet.wide / 2, sheet.y + _OUT + 16)
    _Wheel(sheet, names, shown, center).draw()
    sheet.y = center[1] + _OUT + 26
    entries = []
    if any(pull.source != pull.target for pull in shown):
        words = "spills over, in the colour and hatch of where it comes from"
        entries.append(Key(words, "series-2", hatch="////", alpha=0.75))
    if any(pull.source == pull.target for pull in shown):
        entries.append(Key("stays in its domain", "series-8", hatch="", alpha=0.4))
    keys(sheet, entries)
    _told(sheet, shown)
    said = [f"events of {p.source} moved sanctions of {p.target} {scales.figure(p.number)} times"
            for p in shown[:30]]  # fmt: skip
    return picture(sheet, f"{title}. {'; '.join(said)}.")


def _told(sheet: Sheet, pulls: Sequence[Pull]) -> None:
    """The same in words, in two columns."""
    rows = pulls[:16]
    half = (len(rows) + 1) // 2
    room = (sheet.wide - 2 * MARGIN) / 2 - 12
    top = sheet.y + 6
    for place, pull in enumerate(rows):
        x, y = MARGIN + (room + 24) * (place // half), top + 13 * (place % half)
        number = scales.figure(pull.number)
        sheet.words(x + 40, y, number, size=SMALL, bold=True, align="right")
        words = f"{pull.source} → {pull.target}"
        if pull.source == pull.target:
            words = f"{pull.source}, within itself"
        sheet.words(x + 48, y, words, size=SMALL, room=room - 48)
    sheet.y = top + 13 * half
    if len(pulls) > len(rows):
        sheet.note(f"and {len(pulls) - len(rows)} smaller ones")


class _Wheel:
    """Angles go clockwise from the top, in radians."""

    def __init__(
        self, sheet: Sheet, names: Sequence[str], pulls: Sequence[Pull], center: Point
    ) -> None:
        self.sheet, self.names, self.pulls, self.center = sheet, names, pulls, center
        weights = [sum(p.number * ((p.source == n) + (p.target == n)) for p in pulls)
                   for n in names]  # fmt: skip
        between = min(_BETWEEN, math.tau / (4 * len(names)))
        room = math.tau - between * len(names)
        # a domain with one event among thousands must still be seen
        least = room * 0.012
        shares = [max(room * w / sum(weights), least) for w in weights]
        shares = [s * room / sum(shares) for s in shares]
        self.weights = dict(zip(names, weights, strict=True))
        self.start: dict[str, float] = {}
        self.share = dict(zip(names, shares, strict=True))
        at = 0.0
        for name in names:
            self.start[name] = at
            at += self.share[name] + between
        self.used = dict(self.start)

    def _on(self, angle: float, radius: float) -> Point:
        x, y = self.center
        return x + radius * math.sin(angle), y - radius * math.cos(angle)

    def _arc(self, a: float, b: float, radius: float) -> list[Point]:
        count = max(2, math.ceil(abs(b - a) / math.radians(3)) + 1)
        return [self._on(a + (b - a) * k / (count - 1), radius) for k in range(count)]

    def draw(self) -> None:
        spans = [(pull, self._take(pull.source, pull), self._take(pull.target, pull))
                 for pull in self.pulls]  # fmt: skip
        for pull, a, b in spans:
            self._ribbon(pull, a, b)
        for place, name in enumerate(self.names):
            begin, end = self.start[name], self.start[name] + self.share[name]
            ring = [*self._arc(begin, end, _OUT), *self._arc(end, begin, _IN)]
            self.sheet.area(ring, theme.series(place), hatch=theme.hatch(place), outline="paper")
        self._labels()

    def _take(self, name: str, pull: Pull) -> tuple[float, float]:
        a = self.used[name]
        b = a + self.share[name] * pull.number / self.weights[name]
        self.used[name] = b
        return a, b

    def _ribbon(self, pull: Pull, a: tuple[float, float], b: tuple[float, float]) -> None:
        place = self.names.index(pull.source)
        own = pull.source == pull.target
        role = "series-8" if own else theme.series(place)
        hatch = "" if own else theme.hatch(place)
        radius, middle = _IN - 3, (b[0] + b[1]) / 2
        half = min((b[1] - b[0]) / 2, 7 / radius)
        tip = [self._on(middle, radius)]
        far = [*self._arc(b[0], middle - half, radius - 9), *tip,
               *self._arc(middle + half, b[1], radius - 9)]  # fmt: skip
        away = self._arc(a[0], a[1], radius)
        turn = self._on((a[1] + b[0]) / 2, radius * 0.55) if own else self.center
        points = [*away, turn, turn, far[0], *far[1:], turn, turn, away[0]]
        codes = [1, *[2] * (len(away) - 1), 4, 4, 4, *[2] * (len(far) - 1), 4, 4, 4]
        self.sheet.area(points, role, hatch=hatch, outline="paper", alpha=0.4 if own else 0.75,
                        codes=codes)  # fmt: skip

    def _half(self, height: float) -> float:
        """Half the width of the ring so far above or below its middle."""
        return math.sqrt(max((_OUT + 3) ** 2 - height**2, 0.0))

    def _labels(self) -> None:
        sides: dict[bool, list[tuple[str, Point]]] = {True: [], False: []}
        for name in self.names:
            angle = self.start[name] + self.share[name] / 2
            sides[math.sin(angle) >= 0].append((name, self._on(angle, _OUT + 3)))
        x, y = self.center
        for right, labels in sides.items():
            wanted = [point[1] for _, point in labels]
            places = spread(wanted, 12, y - _OUT - 10, y + _OUT + 10)
            for (name, point), at in zip(labels, places, strict=True):
                away = max(abs(point[0] - x), self._half(at - y)) + 9
                edge = x + away if right else x - away
                self.sheet.line([point, (edge - 2 if right else edge + 2, at)], "muted", 0.6)
                room = self.sheet.wide - MARGIN - edge if right else edge - MARGIN
                bold = width(clean(name), BODY, bold=True) <= room
                self.sheet.words(edge, at, name, align="left" if right else "right", bold=bold,
                                 room=room)  # fmt: skip
