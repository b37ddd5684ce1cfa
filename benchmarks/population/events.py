"""Events as columns of integers, made by a seeded generator.

Each subject has 60 to 140 events, about two and a half days apart. Every number is a mix
of the seed and of its place, so the first n events are the same however many are made, on
every machine.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.values import parse_instant

Array = Any  # a numpy array

BEGIN = parse_instant("2030-01-01")
DAY = 86_400
UNTIL = BEGIN + 900 * DAY  # to where the clock advances; no life is longer
LONGEST = 140  # events of one subject
KINDS = 6
DAYS, AMOUNT, LEVEL = 31, 1000, 10  # each field is below this

# Sixteenths: how often each kind comes.
_SHARES = np.array([0, 0, 0, 1, 1, 2, 2, 2, 2, 2, 3, 3, 4, 4, 4, 5], np.int8)
_GAP = 5 * DAY  # at most


@dataclass(frozen=True)
class Columns:
    """Events grouped by subject, in time order inside each."""

    starts: Array  # int64, subjects + 1: where each subject's events begin
    at: Array  # int64, seconds UTC
    kind: Array  # int8
    days: Array  # int32, as the other fields: whole numbers
    amount: Array
    level: Array

    @property
    def subjects(self) -> int:
        """How many subjects there are."""
        return len(self.starts) - 1

    @property
    def events(self) -> int:
        """How many events there are."""
        return len(self.at)

    def who(self) -> Array:
        """The subject of each event."""
        return np.repeat(np.arange(self.subjects, dtype=np.int32), np.diff(self.starts))

    def first(self, events: int) -> Columns:
        """The first events; the last subject's life may be cut short."""
        if events >= self.events:
            return self
        subjects = int(np.searchsorted(self.starts, events))
        starts = self.starts[: subjects + 1].copy()
        starts[-1] = events
        return Columns(starts, self.at[:events], self.kind[:events], self.days[:events],
                       self.amount[:events], self.level[:events])  # fmt: skip


def make(events: int, seed: int = 1) -> Columns:
    """The first so many events of a seed."""
    return lives(0, -(-events // 60), seed, events).first(events)


def lives(first: int, end: int, seed: int = 1, most: int | None = None) -> Columns:
    """All events of the subjects from ``first`` to ``end``, or until ``most`` are reached."""
    who = np.arange(first, end, dtype=np.uint64)
    counts = (60 + _mixed(who, seed) % np.uint64(81)).astype(np.int64)
    starts = np.concatenate([[0], np.cumsum(counts)])
    if most is not None:
        kept = int(np.searchsorted(starts, most))
        who, starts, counts = who[:kept], starts[: kept + 1], counts[:kept]
    place = np.arange(starts[-1], dtype=np.uint64) - np.repeat(starts[:-1], counts).astype("u8")
    key = np.repeat(who << np.uint64(8), counts) + place
    chance = _mixed(key, seed + 1)
    gaps = 1 + (chance >> np.uint64(40)).astype(np.int64) % _GAP
    total = np.cumsum(gaps)
    before = np.concatenate([[0], total])[starts[:-1]]
    at = BEGIN + total - np.repeat(before, counts)
    fields = (
        (((chance >> np.uint64(shift)) & np.uint64(4095)) * np.uint64(size) >> np.uint64(12))
        for shift, size in ((4, DAYS), (16, AMOUNT), (28, LEVEL))
    )
    kind = _SHARES[(chance & np.uint64(15)).astype(np.intp)]
    return Columns(starts, at, kind, *(values.astype(np.int32) for values in fields))


def batches(events: int, subjects: int = 20_000, seed: int = 1) -> Iterator[Columns]:
    """At least so many events, some subjects at a time."""
    made = first = 0
    while made < events:
        batch = lives(first, first + subjects, seed)
        made, first = made + batch.events, first + subjects
        yield batch


def _mixed(key: Array, seed: int) -> Array:
    """Splitmix64 of every key."""
    mixed = key + np.uint64(seed * 0xD1B54A32D192ED03 % 2**64) + np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))
