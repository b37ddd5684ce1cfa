"""When things happen: rates over months of different weight, times of day, delays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from engine.language.model.population import MONTHS
from engine.population import lots
from engine.population.lots import Bits, Whole
from engine.population.tables import NANO
from engine.values import DAY, MILLION, Duration, iso_instant

_MONTH = 2_629_746  # seconds, on average over 400 years
_ONE_MONTH = Duration(0, 1)


@dataclass(frozen=True)
class Span:
    """A stretch of time in pieces, each with a weight (millionths)."""

    starts: Whole
    weights: Whole
    mass: Whole  # of weighted seconds before each piece, and of all at last
    shift: int = 0  # bits by which the weights were made coarser

    @property
    def total(self) -> int:
        """Weighted seconds, in millionths."""
        return int(self.mass[-1]) << self.shift

    def placed(self, bits: Bits) -> Whole:
        """An instant for each draw, as likely as the weights say."""
        where = lots.below(bits, int(self.mass[-1]))
        piece = np.searchsorted(self.mass[1:], where, side="right")
        made: Whole = self.starts[piece] + (where - self.mass[piece]) // self.weights[piece]
        return made


def span(start: int, end: int, season: Mapping[str, int]) -> Span:
    """The months between two instants."""
    starts, lengths, parts = [], [], []
    at = start
    while at < end:
        after = min(next_month(at), end) if season else end
        weight = season.get(month_of(at), MILLION)
        if weight:
            starts.append(at)
            lengths.append(after - at)
            parts.append(weight)
        at = after
    weights = np.array(parts, np.int64)
    # In millionths of a second while that stays far below 2**62, else coarser.
    shift = 0
    while weights.size and int(weights.max()) * (end - start) >> shift > 1 << 52:
        shift += 1
    weights = np.maximum(weights >> shift, 1) if shift else weights
    mass = np.concatenate([np.zeros(1, np.int64), np.cumsum(weights * np.array(lengths, np.int64))])
    return Span(np.array(starts, np.int64), weights, mass, shift)


def month_of(at: int) -> str:
    return MONTHS[int(iso_instant(at)[5:7]) - 1]


def next_month(at: int) -> int:
    """The first instant of the month after the one of an instant."""
    day = int(iso_instant(at)[8:10])
    return _ONE_MONTH.after(at // DAY * DAY - (day - 1) * DAY)


def rate(times: int, per: Duration, seconds: int, factor: int) -> int:
    """How often on average (billionths): ``times`` in ``per``, over weighted seconds.

    ``times`` and ``factor`` are in millionths, ``seconds`` in millionths of seconds.
    """
    length = per.seconds + per.months * _MONTH
    return times * factor * seconds * NANO // (length * MILLION**3)


def at_hours(at: Whole, bits: Bits, hours: tuple[int, int], start: int, end: int) -> Whole:
    """The same days, between two hours (millionths), inside of start and end."""
    first, last = (hour // MILLION * 3600 for hour in hours)
    moved = at // DAY * DAY + first + lots.below(bits, last - first)
    made: Whole = np.clip(moved, start, end - 1)
    return made


def occasions(start: int, every: Duration, first: int, end: int) -> list[tuple[int, int]]:
    """Number and instant of each k × ``every`` behind a start that lies in a round."""
    made = []
    k = max(1, (first - start) // every.longest)
    while (at := every.after(start, k)) < end:
        if at >= first:
            made.append((k, at))
        k += 1
    return made


def later(at: Whole, wait: Duration) -> Whole:
    """Each instant plus a duration."""
    if wait.exact:
        return at + wait.seconds
    days, back = np.unique(at // DAY, return_inverse=True)
    moved = np.array([_day_after(int(day), wait) for day in days], np.int64)
    made: Whole = moved[back.reshape(-1)] * DAY + at % DAY
    return made


@lru_cache(maxsize=65_536)
def _day_after(day: int, wait: Duration) -> int:
    return wait.after(day * DAY) // DAY
