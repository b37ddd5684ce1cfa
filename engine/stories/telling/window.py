"""What of a source is told: all of it, or one story that was found in it."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.evaluation.records import Step
from engine.stories.histories import touched
from engine.stories.source import Source

if TYPE_CHECKING:
    from engine.stories.sifting.found import Match

MOST = 2000  # moments that a page tells, unless it is asked for more


@dataclass(frozen=True)
class Window:
    """Which steps are told, about whom, and how many moments at most."""

    people: frozenset[str] | None = None  # None: everybody
    first: int = 0  # numbers of steps
    last: int | None = None
    most: int = MOST

    def about(self, who: str) -> bool:
        """Whether something that happens to somebody is told."""
        return self.people is None or who in self.people

    def over(self, step: Step) -> bool:
        """Whether a step lies behind all that is told."""
        return self.last is not None and step.number > self.last


def around(source: Source, match: Match, most: int = MOST, moments: int = 1) -> Window:
    """The window of a story: its people, from its first step to its last.

    So many moments of theirs before and after are told too.
    """
    steps = [beat.happening.step for beat in match.beats if beat.happening is not None]
    people = frozenset((match.who, *(b.happening.who for b in match.beats if b.happening)))
    first, last = min(steps), max(steps)
    before: deque[int] = deque(maxlen=moments)
    after: list[int] = []
    for step in source.steps():
        if first <= step.number <= last or not _concerns(step, people):
            continue
        if step.number < first:
            before.append(step.number)
        elif len(after) < moments:
            after.append(step.number)
        else:
            break
    return Window(people, min((first, *before)), max((last, *after)), most)


def _concerns(step: Step, people: frozenset[str]) -> bool:
    """Whether something happens to one of some people, and not the clock alone."""
    return any(
        who in people and (step.input is not None or effects) for who, effects, _ in touched(step)
    )
