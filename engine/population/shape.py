"""What a policy's results are made of: names in order, and where each count is kept.

Every table of a simulation uses these orders: scores, measures (rewards before penalties),
registries, rules and event types as the policy has them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.language.model import Policy

Versions = Sequence[tuple[int | None, Policy]]

#: Columns of the table of subjects, before those of scores, measures and registries.
DIGEST, JOINED, REFUSED, NOTIFIED, ENGINE, FIXED = 0, 1, 2, 3, 4, 5
MISSING = -(2**63)  # a score that a subject's kind has not, a value that is not there


@dataclass(frozen=True)
class Shape:
    """Names of all that is counted."""

    policy: str
    types: tuple[str, ...]
    kinds: tuple[str, ...]
    scores: tuple[str, ...]
    measures: tuple[str, ...]
    registries: tuple[str, ...]
    rules: tuple[str, ...]
    ladders: tuple[tuple[int, tuple[str, ...]], ...]  # score index, its grades, highest first
    groups: tuple[str, ...]
    ticks: tuple[int, ...]  # instants at which grades are counted, ascending

    @property
    def width(self) -> int:
        """Columns of the table of subjects."""
        return FIXED + len(self.scores) + len(self.measures) + len(self.registries)

    @property
    def rungs(self) -> int:
        """Grades of all ladders together."""
        return sum(len(grades) for _, grades in self.ladders)

    @property
    def moves(self) -> int:
        """Pairs of grades, of all ladders together."""
        return sum(len(grades) ** 2 for _, grades in self.ladders)

    # Where the counts begin; each has one place a group, groups innermost.
    @property
    def begun_at(self) -> int:
        return len(self.rules) * len(self.groups)

    @property
    def counts_at(self) -> int:
        return self.begun_at + len(self.measures) * len(self.groups)

    @property
    def flows_at(self) -> int:
        return self.counts_at + len(self.ticks) * self.rungs * len(self.groups)

    @property
    def sums(self) -> int:
        """How many counts there are: firings, begun, grades and flows by tick."""
        return self.flows_at + len(self.ticks) * self.moves * len(self.groups)


def shape_of(policy: Policy, groups: Sequence[str] = ("",), ticks: Sequence[int] = ()) -> Shape:
    """The shape of a policy's results."""
    scores = tuple(str(s) for s in policy.scores)
    return Shape(
        str(policy.policy),
        tuple(str(t) for t in policy.events),
        tuple(str(k) for k in policy.subjects),
        scores,
        tuple(str(m) for m in (*policy.rewards, *policy.penalties)),
        tuple(str(r) for r in policy.registries),
        tuple(str(r.id) for r in policy.rules),
        tuple(
            (index, tuple(str(g.name) for g in policy.grades[name]))
            for index, name in enumerate(scores)
            if policy.grades.get(name)
        ),
        tuple(groups) or ("",),
        tuple(sorted(ticks)),
    )
