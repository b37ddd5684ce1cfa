"""Scales: where a value or an instant stands, and which round ones are marked."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from engine.values import DAY, Duration, parse_iso, show_instant


@dataclass(frozen=True)
class Scale:
    """From values ``low`` … ``high`` to points ``start`` … ``end``."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """The place of a value; one beyond an end stands at that end."""
        if self.high <= self.low:
            return (self.start + self.end) / 2
        part = (value - self.low) / (self.high - self.low)
        return self.start + (self.end - self.start) * min(max(part, 0.0), 1.0)


def figure(value: float) -> str:
    """A number for people: at most six places, groups of three, a true minus."""
    shown = f"{abs(value):,.6f}".rstrip("0").rstrip(".")
    return f"−{shown}" if value < 0 and shown != "0" else shown


def short(value: float) -> str:
    """A number in few characters, for measured things: three digits that count."""
    if value == 0 or not math.isfinite(value):
        return "0" if value == 0 else "∞"
    places = max(0, 2 - math.floor(math.log10(abs(value))))
    return figure(round(value, min(places, 6)))


def signed(value: float) -> str:
    """A change, with its sign."""
    return f"+{figure(value)}" if value > 0 else figure(value)


def percent(share: float) -> str:
    """A share of one in per cent, without saying 0 of a little or 100 of not all."""
    points = share * 100
    if 0 < points < 0.1:
        return "<0.1%"
    if 99.9 < points < 100:
        return ">99.9%"
    shown = f"{points:.1f}" if points < 10 else f"{points:.0f}"
    return f"{shown.removesuffix('.0')}%"


def span_of(values: Iterable[float], pad: float = 0.08) -> tuple[float, float]:
    """The least and the greatest value with a little room around them."""
    seen = list(values)
    low, high = (min(seen), max(seen)) if seen else (0.0, 1.0)
    room = (high - low) * pad or max(abs(high) * 0.05, 1.0)
    return low - room, high + room


def round_values(low: float, high: float, about: int = 5) -> list[float]:
    """Round values between two, about so many."""
    if high <= low:
        return [low]
    raw = (high - low) / max(about, 1)
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(m * power for m in (1, 2, 2.5, 5, 10) if m * power >= raw * 0.999)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [round(k * step, 9) + 0.0 for k in range(first, last + 1)]


_STEPS = (
    ("minute", 1), ("minute", 5), ("minute", 15), ("hour", 1), ("hour", 3), ("hour", 6),
    ("day", 1), ("day", 2), ("day", 7), ("month", 1), ("month", 2), ("month", 3), ("month", 6),
    ("year", 1), ("year", 2), ("year", 5), ("year", 10), ("year", 20), ("year", 50), ("year", 100),
    ("year", 200), ("year", 500), ("year", 1000), ("year", 2000),
)  # fmt: skip
_SECONDS = {"minute": 60, "hour": 3600, "day": DAY, "month": 30 * DAY, "year": 365 * DAY}


def instants(start: int, end: int, most: int = 8) -> list[tuple[int, str]]:
    """Round instants between two, at most about so many, and how each is written."""
    length = max(end - start, 1)
    unit, many = next(
        (step for step in _STEPS if length / (_SECONDS[step[0]] * step[1]) <= most), _STEPS[-1]
    )
    if unit in ("month", "year"):
        return _calendar(start, end, many * (12 if unit == "year" else 1), unit)
    step = _SECONDS[unit] * many
    first = -(-start // step) * step
    made = [(at, _written(at, unit)) for at in range(first, end + 1, step)]
    return _with_days(made) if unit in ("minute", "hour") else made


def _written(at: int, unit: str) -> str:
    shown = show_instant(at)
    if unit == "day":
        return shown[:10]
    return shown[11:16] if at % DAY else shown[:10]


def _with_days(made: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """Clock times of which the first says its day."""
    if made and ":" in made[0][1] and "-" not in made[0][1]:
        return [(made[0][0], show_instant(made[0][0])), *made[1:]]
    return made


def _calendar(start: int, end: int, months: int, unit: str) -> list[tuple[int, str]]:
    year, month = (int(part) for part in show_instant(start).split("-")[:2])
    at0 = (year * 12 + month - 1) // months * months
    first = parse_iso(f"{at0 // 12:04d}-{at0 % 12 + 1:02d}-01T00:00:00Z")
    period, made = Duration(0, months), []
    for times in range(64):
        at = period.after(first, times)
        if at > end:
            break
        if at >= start:
            shown = show_instant(at)
            made.append((at, shown.split("-")[0] if unit == "year" else shown.rsplit("-", 1)[0]))
    return made


def day(instant: int) -> str:
    """An instant as a date, or with its clock where that tells."""
    return show_instant(instant)
