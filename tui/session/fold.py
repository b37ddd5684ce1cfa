"""How a person stands after a step, folded from the effects of the steps before it.

A fold takes only the steps that touched the person, and starts at a keyframe, so that
going back costs what going forward costs.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from engine.evaluation.records import Effect, Step
from tui.session.columns import Columns

EVERY = 32  # touching steps between two keyframes
LETTERS = 20  # of the newest that are remembered


class Held(NamedTuple):
    """A reward or penalty that holds."""

    name: str
    since: int
    end: int | None  # None: endless, or as long as its condition holds
    clause: str  # what began it


class LetterSpot(NamedTuple):
    """Where a message stands: step number, part and effect, from 0."""

    step: int
    part: int
    effect: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How somebody stands, but for scores: those are in the columns."""

    held: tuple[Held, ...] = ()  # in order of beginning
    listed: tuple[str, ...] = ()  # in order of listing
    letters: tuple[LetterSpot, ...] = ()  # the newest last
    refused: int = 0
    notified: int = 0


NOBODY = Standing()


def folded(before: Standing, step: Step, who: str) -> Standing:
    """How somebody stands after one more step."""
    now = before
    for place, part in enumerate(step.parts):
        if part.refused and part.who == who:
            now = replace(now, refused=now.refused + 1)
        for order, effect in enumerate(part.effects):
            if effect.target == who:
                now = _after(now, effect, step, place, order)
    return now


def _after(now: Standing, effect: Effect, step: Step, part: int, order: int) -> Standing:
    match effect.kind:
        case "began":
            held = Held(effect.name, step.at, effect.after, effect.clause)
            return replace(now, held=(*_without(now, effect.name), held))
        case "extended" | "restarted":
            changed = (h._replace(end=effect.after) if h.name == effect.name else h
                       for h in now.held)  # fmt: skip
            return replace(now, held=tuple(changed))
        case "ended":
            return replace(now, held=_without(now, effect.name))
        case "listed":
            return replace(now, listed=(*(n for n in now.listed if n != effect.name), effect.name))
        case "unlisted":
            return replace(now, listed=tuple(n for n in now.listed if n != effect.name))
        case "message" | "notice":
            letters = (*now.letters, LetterSpot(step.number, part, order))
            return replace(now, letters=letters[-LETTERS:], notified=now.notified + 1)
    return now


def _without(now: Standing, name: str) -> tuple[Held, ...]:
    return tuple(h for h in now.held if h.name != name)


class Folds:
    """The standings of everybody at every step."""

    def __init__(
        self, columns: Columns, step: Callable[[int], Step],
        keyframes: Mapping[str, Any] | None = None,
    ) -> None:  # fmt: skip
        """``keyframes`` are those of an index: person → data of each, see :func:`plain`."""
        self._columns = columns
        self._step = step
        self.saved = {} if keyframes is None else keyframes
        self._frames: dict[str, list[Standing]] = {}  # after k × EVERY touching steps
        self._last: tuple[str, int, Standing] = ("", 0, NOBODY)  # person, steps, standing

    def at(self, who: str, number: int) -> Standing:
        """How somebody stands after a step."""
        touching = self._columns.steps_of(f"who:{who}")
        return self._after(who, bisect_right(touching, number))

    def _after(self, who: str, count: int) -> Standing:
        """The standing after the first ``count`` steps that touch somebody."""
        frames = self._frames_of(who)
        nearest = min(count // EVERY, len(frames) - 1)
        done, standing = nearest * EVERY, frames[nearest]
        if self._last[0] == who and done < self._last[1] <= count:
            _, done, standing = self._last
        touching = self._columns.steps_of(f"who:{who}")
        while done < count:
            standing = folded(standing, self._step(touching[done]), who)
            done += 1
            if done % EVERY == 0 and done // EVERY == len(frames):
                frames.append(standing)
        self._last = who, count, standing
        return standing

    def _frames_of(self, who: str) -> list[Standing]:
        frames = self._frames.get(who)
        if frames is None:
            saved = [of_plain(row) for row in self.saved.get(who, ())]
            frames = self._frames[who] = [NOBODY, *saved]
        return frames


def plain(standing: Standing) -> list[Any]:
    """A standing as data for an index."""
    return [standing.held, standing.listed, standing.letters, standing.refused, standing.notified]


def of_plain(row: list[Any]) -> Standing:
    """The standing that :func:`plain` wrote."""
    held, listed, letters, refused, notified = row
    return Standing(tuple(Held(*one) for one in held), tuple(listed),
                    tuple(LetterSpot(*one) for one in letters), refused, notified)  # fmt: skip


def straight(steps: list[Step], who: str, number: int) -> Standing:
    """The simple twin: folds every step from the first."""
    standing = NOBODY
    for step in steps[:number]:
        standing = folded(standing, step, who)
    return standing
