"""The two workloads, and what everybody has to compute of them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from engine.values import MILLION

POLICIES = Path(__file__).parent / "policies"
FIELDS = ("days", "amount", "level")


@dataclass(frozen=True)
class Workload:
    """One policy; ``kinds`` are its event types by the generator's numbers."""

    name: str
    title: str
    kinds: tuple[str, ...]
    rules: tuple[str, ...]
    points: tuple[float, ...]  # what each rule adds; `late` of the tolls adds days × points

    @property
    def policy(self) -> Path:
        """Its file."""
        return POLICIES / f"{self.name}.yaml"

    @property
    def millionths(self) -> tuple[int, ...]:
        """What each rule adds, in millionths."""
        return tuple(round(points * MILLION) for points in self.points)


TOLLS = Workload(
    "tolls", "stateless rules",
    ("toll.paid", "toll.late", "noise.heard", "goods.declared", "goods.hidden", "help.given"),
    ("early", "large", "slow", "late", "very-late", "late-small", "noise", "noise-long",
     "noise-faint", "declared", "declared-much", "declared-odd", "hidden", "hidden-again",
     "helped", "helped-long"),
    (2, 3, -1, -0.5, -12, 1, -4, -3, 0.25, 1, 6, -2, -9, -15, 2.5, 7),
)  # fmt: skip
FERRY = Workload(
    "ferry", "windows, grades, terms, gates",
    ("fee.late", "blood.given", "ferry.booked", "quarrel.heard", "help.given", "walk.taken"),
    ("late", "very-late", "third", "gift", "gift-in-need", "trip", "refused", "quarrel", "help",
     "streak", "way-up"),
    (-8, -20, -40, 10, 25, 2, -3, -12, 4, 6, 15),
)  # fmt: skip
BOTH = (TOLLS, FERRY)
START = 1000 * MILLION
LATE = TOLLS.rules.index("late")  # the one rule that multiplies

# The ferry's constants, as the policy has them.
TOP = 1100 * MILLION
A, B, C = 1000 * MILLION, 850 * MILLION, 600 * MILLION


@dataclass(frozen=True)
class Result:
    """What a contender came to."""

    scores: Any  # int64, one a subject, in millionths
    firings: Any  # int64, one a rule

    @property
    def checksum(self) -> str:
        """A short name of all numbers."""
        parts = (np.ascontiguousarray(a, np.int64).tobytes() for a in (self.scores, self.firings))
        return hashlib.sha256(b"".join(parts)).hexdigest()[:12]

    def same(self, other: Result) -> bool:
        """Whether every score and every count is equal."""
        return bool(
            np.array_equal(self.scores, other.scores)
            and np.array_equal(self.firings, other.firings)
        )
