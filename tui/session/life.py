"""A life: what it is made of, and the steps that came of it."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from engine.evaluation import checkpoint
from engine.evaluation.lowering import Plans
from engine.evaluation.matchers.plain import PlainMatcher
from engine.evaluation.records import Step
from engine.evaluation.step import Player
from engine.findings import DemeritError, Finding
from engine.language.rows import Event
from tui.session.beats import Beats
from tui.session.material import Material
from tui.session.spots import Finder
from tui.session.tape import MemoryTape, Tape

_MOST = 24  # keyframes of a life; beyond that every other one is dropped
_CHECKED = 64  # steps between two looks at the time


class TooLong(Exception):
    """A run did not end within its time."""


@dataclass(frozen=True, slots=True)
class Keyframe:
    """The engine's state after a number of events."""

    events: int
    steps: int
    state: str  # JSON of `checkpoint.take`


@dataclass
class Life:
    """A life that was played, as far as it went."""

    material: Material
    tape: Tape
    error: Finding | None = None  # why its run stopped before its end
    events: Sequence[Event] = ()  # in the order in which they were played
    keyframes: tuple[Keyframe, ...] = ()
    finder: Finder = field(init=False)
    beats: Beats = field(init=False)

    def __post_init__(self) -> None:
        self.found_anew()

    def found_anew(self) -> None:
        """Its tape has got other columns."""
        self.finder = Finder(self.tape.columns)
        self.beats = Beats(self.material, self.tape)


class _Keeper:
    """Takes keyframes: few, evenly, however long the run is."""

    def __init__(self, kept: Sequence[Keyframe]) -> None:
        self.kept = list(kept)
        self._every = 4

    def offer(self, player: Player, events: int) -> None:
        if events % self._every:
            return
        self.kept.append(Keyframe(events, player.steps, json.dumps(checkpoint.take(player))))
        if len(self.kept) > _MOST:
            self._every *= 2
            self.kept = [k for k in self.kept if not k.events % self._every]


def played_order(events: Sequence[Event]) -> list[Event]:
    """Events as they are played: by when they become known, then as they stand."""
    return sorted(events, key=lambda event: event.known)


def play(material: Material, like: Life | None = None, within: float | None = None) -> Life:
    """Play a life from its material.

    ``like`` is a life under the same policy and cast: what both share is not played
    again. Raises :class:`TooLong` if it takes more than ``within`` seconds.
    """
    events = played_order(material.events or ())
    keyframe = _shared(events, like)
    steps: list[Step] = []
    if like is not None and keyframe is not None:
        steps = [like.tape.step(number) for number in range(1, keyframe.steps + 1)]
    limit = None if within is None else time.monotonic() + within

    def take(step: Step) -> None:
        steps.append(step)
        if limit is not None and not len(steps) % _CHECKED and time.monotonic() > limit:
            raise TooLong

    before = [k for k in like.keyframes if k.events <= keyframe.events] if like and keyframe else []
    keeper = _Keeper(before)
    error = None
    try:
        player = Player(Plans(material.versions), material.cast, PlainMatcher(), take)
        if keyframe is None:
            player.begin()
        else:
            checkpoint.put_back(player, json.loads(keyframe.state))
        for number in range(keyframe.events if keyframe else 0, len(events)):
            player.feed(events[number])
            keeper.offer(player, number + 1)
        until = material.cast.until if material.cast else None
        if until is not None:
            player.advance(max(until, player.now or until))
    except DemeritError as stop:
        error = stop.findings[0]
    return Life(material, MemoryTape(steps), error, tuple(events), tuple(keeper.kept))


def _shared(events: Sequence[Event], like: Life | None) -> Keyframe | None:
    """The last keyframe of another life before its events differ from these."""
    if like is None:
        return None
    shared = 0
    for mine, theirs in zip(events, like.events, strict=False):
        if mine != theirs:
            break
        shared += 1
    found = [keyframe for keyframe in like.keyframes if keyframe.events <= shared]
    return found[-1] if found else None
