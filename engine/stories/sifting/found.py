"""What a sift leaves: matches, and near misses with what was missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import log2

from engine.stories.sifting.happenings import Happening


@dataclass(frozen=True)
class Beat:
    """One step of a story that was found; ``happening`` is missing where nothing happened."""

    step: str  # the pattern's step
    happening: Happening | None
    until: int | None = None  # of a step that never happened: until when it did not


@dataclass(frozen=True)
class Match:
    """A story that was found."""

    pattern: str
    who: str
    beats: tuple[Beat, ...]
    bits: float = 0.0  # how rare its happenings are, taken together
    lives: int = 0  # how many people have a story of this pattern

    @property
    def id(self) -> str:
        """What it is called by: its pattern, its person, and its first step of the ledger."""
        first = next(beat.happening.step for beat in self.beats if beat.happening)
        return f"{self.pattern}:{self.who}:{first}"

    @property
    def start(self) -> int:
        return next(beat.happening.at for beat in self.beats if beat.happening)

    @property
    def end(self) -> int:
        last = self.beats[-1]
        return last.happening.at if last.happening else last.until or self.start


@dataclass(frozen=True)
class NearMiss:
    """A story that began and lacks something."""

    pattern: str
    who: str
    beats: tuple[Beat, ...]
    missing: str  # the step that did not come
    steps_left: int  # how many steps are missing, 1 or more
    why: str
    at: int | None = None  # when it was lost


@dataclass
class Found:
    """What one pass came to."""

    matches: list[Match] = field(default_factory=list)
    near: list[NearMiss] = field(default_factory=list)
    people: int = 0
    rows: int = 0
    let_go: int = 0  # beginnings that were dropped, as too many waited at once
    stories: int | None = None  # how many there are; None: all are in ``matches``
    by_pattern: dict[str, int] | None = None  # the same, by pattern
    unplayed: int = 0  # people in whose lives a ledger shows that no story can be
    stopped: int = 0  # components that an error stopped before their end
    never_began: dict[str, str] = field(default_factory=dict)  # of one person: pattern → why


def ranked(
    found: Found, counts: Mapping[tuple[str, str], int],
    nearest: Mapping[tuple[str, str], NearMiss], many: Mapping[str, int] | None = None,
) -> None:  # fmt: skip
    """Put everything in order, the rarest first.

    A pattern that few lives have comes before one that many have; of one pattern, the story of
    the rarer happenings. ``counts`` says how often each kind and name happened at all,
    ``many`` how many lives have each pattern, where not all matches are there.
    """
    lives: dict[str, set[str]] = {}
    for match in found.matches:
        lives.setdefault(match.pattern, set()).add(match.who)
    having = {pattern: len(who) for pattern, who in lives.items()} if many is None else many
    total = max(sum(counts.values()), 1)
    rare = {key: log2(total / count) for key, count in counts.items()}
    made = []
    for match in found.matches:
        bits = sum(
            rare[beat.happening.kind, beat.happening.what]
            for beat in match.beats if beat.happening is not None
        )  # fmt: skip
        made.append(Match(match.pattern, match.who, match.beats, round(bits, 3),
                          having[match.pattern]))  # fmt: skip
    found.matches = sorted(made, key=lambda m: (m.lives, -m.bits, m.start, m.pattern, m.who))
    whole = {(match.pattern, match.who) for match in made}
    misses = [miss for key, miss in nearest.items() if key not in whole]
    found.near = sorted(misses, key=lambda n: (n.steps_left, -len(n.beats), n.pattern, n.who))
