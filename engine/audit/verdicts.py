"""What becomes of a claim: proved, refuted, held so far, or not judged and why.

A verdict always says how it was come by: over which alphabet, how many histories, how long
and how costly the longest of them, with which seed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from engine.audit.life import Breach, Versions
from engine.evaluation.records import Standing, Step
from engine.findings import Finding
from engine.language.load import LoadedPolicy
from engine.language.model import Claim
from engine.language.rows import Cast, Event
from engine.values import format_number

Kind = Literal["proved", "refuted", "held", "open"]


@dataclass(frozen=True)
class Reach:
    """How far somebody looked."""

    histories: int  # that were played
    events: int  # in the longest of them
    cost: int | None  # up to which every history was tried, in millionths; None: not by cost
    seed: int
    exhausted: bool = False  # every state that the alphabet can reach was seen
    complete: bool = False  # every history within the bounds is alike one that was played
    walks: int = 0  # of the histories, those drawn by lot
    cut: str = ""  # why it stopped early; "" if it did not
    of: str = "search"  # search | scenarios | reading
    stopped: Finding | None = None  # the first error of a run that a history met

    @property
    def said(self) -> str:
        """In words."""
        if self.of == "scenarios":
            return f"{_many(self.histories, 'history', 'histories')} of the scenarios"
        if self.of == "population":
            return f"{self.histories:,} invented people (seed {self.seed})"
        if self.of == "reading":
            return "read off the policy"
        if self.complete and self.of == "search" and not self.cut:
            size = _many(self.events, "event", "events")
            return f"every history of up to {size} ({self.histories:,} played, the rest are alike)"
        cost = f", cost up to {format_number(self.cost)}" if self.cost is not None else ""
        walks = f", {self.walks:,} of them drawn by lot (seed {self.seed})" if self.walks else ""
        cut = f"; {self.cut}" if self.cut else ""
        return (
            f"{_many(self.histories, 'history', 'histories')} of up to"
            f" {_many(self.events, 'event', 'events')}{cost}{walks}{cut}"
        )


def _many(count: int, one: str, more: str) -> str:
    return f"{count:,} {one if count == 1 else more}"


@dataclass(frozen=True)
class Told:
    """One played history: the policy and cast it was played with, and what it came to."""

    versions: Versions
    cast: Cast
    events: tuple[Event, ...]
    steps: tuple[Step, ...]
    standings: Mapping[str, Standing]
    end: int  # the instant at which it is looked at
    name: str = ""  # how it differs from the others, e.g. `without the event`


@dataclass(frozen=True)
class Counterexample:
    """A history that breaks a claim; where the claim compares, the others beside it."""

    breach: Breach
    histories: tuple[Told, ...]
    cost: int  # millionths
    least: bool  # nothing cheaper or shorter breaks the claim over this alphabet
    scenario: str = ""  # the scenario that it was taken from, if it was

    @property
    def events(self) -> int:
        """How many events its longest history has."""
        return max(len(told.events) for told in self.histories)


@dataclass(frozen=True)
class Verdict:
    """What became of one claim."""

    claim: Claim
    policy: LoadedPolicy  # under the claim's reforms
    kind: Kind
    said: str  # one sentence
    reach: Reach
    counterexample: Counterexample | None = None

    @property
    def as_expected(self) -> bool:
        """Whether it is what the audit expects; without that, whether it is not refuted."""
        expected = self.claim.expect
        if expected is None:
            return self.kind in ("proved", "held")
        if expected == "held":
            return self.kind in ("proved", "held")
        if expected != self.kind:
            return False
        most, found = self.claim.counterexample, self.counterexample
        return most is None or (found is not None and found.events <= most)
