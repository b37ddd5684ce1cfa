"""The step engine on one component: the twin of the kernel, and what carries what it cannot."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import NamedTuple

from engine.evaluation.lowering import Plans
from engine.evaluation.matchers.plain import PlainMatcher
from engine.evaluation.primitives import rank_of
from engine.evaluation.records import Standing, Step
from engine.evaluation.state import Subject
from engine.evaluation.step import Player
from engine.findings import DemeritError, Finding
from engine.language.rows import Cast, Event
from engine.population.path import SEED, Line, Path
from engine.population.shape import DIGEST, ENGINE, FIXED, JOINED, MISSING, NOTIFIED, REFUSED, Shape

_TOLD = 1_000  # events between two times that somebody is told how far it is

#: Who wants to know how many more events the step engine has behind it, in this thread.
listening: ContextVar[Callable[[int], None] | None] = ContextVar("listening", default=None)


class Carried(NamedTuple):
    """What one component came to under the step engine."""

    rows: Mapping[str, list[int]]  # subject → its row of the table of subjects
    sums: Mapping[int, int]  # place → count
    lines: Sequence[Line]
    error: Finding | None  # why it stopped before its end


@dataclass
class _Play:
    """One component while the step engine plays it."""

    shape: Shape
    plans: Plans
    groups: Mapping[str, int]
    path: Path
    player: Player
    sums: dict[int, int] = field(default_factory=dict)
    ranks: dict[str, list[int]] = field(default_factory=dict)  # as last counted
    tick: int = 0

    def count(self, at: int, who: str) -> None:
        place = at * len(self.shape.groups) + self.groups.get(who, 0)
        self.sums[place] = self.sums.get(place, 0) + 1

    def to(self, until: int) -> None:
        """Let the clock come to an instant, counting grades where periods end before it."""
        ticks = self.shape.ticks
        while self.tick < len(ticks) and ticks[self.tick] < until:
            self.player.advance(ticks[self.tick])
            self.count_grades()
        self.player.advance(until)

    def count_grades(self) -> None:
        """Count everybody's grades at a period's end, and the flows since the last."""
        shape, now, many = self.shape, self.player.now or 0, len(self.shape.groups)
        first = shape.counts_at // many + self.tick * shape.rungs
        moved = shape.flows_at // many + self.tick * shape.moves
        plan = self.plans.at(now)
        for who, subject in self.player.world.subjects.items():
            rung = move = 0
            before = self.ranks.setdefault(who, self._joining_ranks(subject))
            for i, (score, grades) in enumerate(shape.ladders):
                value = subject.scores[score]
                if value is not None:
                    rank = rank_of(value, plan.scores[score].floors)
                    self.count(first + rung + rank, who)
                    self.count(moved + move + before[i] * len(grades) + rank, who)
                    before[i] = rank
                rung += len(grades)
                move += len(grades) ** 2
        self.tick += 1

    def _joining_ranks(self, subject: Subject) -> list[int]:
        plan = self.plans.at(subject.joined)
        return [
            rank_of(plan.scores[score].start, plan.scores[score].floors)
            for score, _ in self.shape.ladders
        ]


def carry(
    plans: Plans, shape: Shape, cast: Cast | None, strangers: Sequence[str],
    events: Iterable[Event], end: int | None, groups: Mapping[str, int], keep: bool = False,
    on_step: Callable[[Step], None] | None = None,
) -> Carried:  # fmt: skip
    """Play one component step by step; ``keep`` its lines too.

    ``strangers`` join with their first event. An error stops the component, and only it.
    """
    path = Path(shape, keep)

    def take(step: Step) -> None:
        path.take(step)
        _count_step(play, step)
        if on_step is not None:
            on_step(step)

    player = Player(plans, cast, PlainMatcher(), take)
    play = _Play(shape, plans, groups, path, player)
    error: Finding | None = None
    try:
        player.begin()
        for event in _told(events):
            if player.now is None or event.known >= player.now:
                play.to(event.known) if player.now is not None else None
            player.feed(event)
        if end is not None and player.now is not None and end >= player.now:
            play.to(end)
            if play.tick < len(shape.ticks):
                play.count_grades()
    except DemeritError as stop:
        error = stop.findings[0]
    standings = player.standings()
    rows = {who: _row(shape, path, who, standing) for who, standing in standings.items()}
    for who in strangers:
        if who not in rows:
            rows[who] = _nobody(shape)
    return Carried(rows, play.sums, path.lines, error)


def _told(events: Iterable[Event]) -> Iterable[Event]:
    """The same events; whoever listens is told how many have gone by."""
    heard, many = listening.get(), 0
    for event in events:
        yield event
        many += 1
        if heard is not None and many == _TOLD:
            heard(many)
            many = 0
    if heard is not None:
        heard(many)


def _count_step(play: _Play, step: Step) -> None:
    shape = play.shape
    begun = shape.begun_at // len(shape.groups)
    for part in step.parts:
        for verdict in part.verdicts:
            if verdict.verdict == "fired":
                play.count(shape.rules.index(verdict.rule), part.who)
        for effect in part.effects:
            if effect.kind == "began":
                play.count(begun + shape.measures.index(effect.name), effect.target)


def _row(shape: Shape, path: Path, who: str, standing: Standing) -> list[int]:
    row = [0] * FIXED
    row[DIGEST], row[JOINED] = path.digests.get(who, SEED), 1
    row[REFUSED], row[NOTIFIED], row[ENGINE] = standing.refused, standing.notified, 1
    row += [standing.scores.get(name, MISSING) for name in shape.scores]
    row += [int(name in standing.active) for name in shape.measures]
    row += [int(name in standing.listed) for name in shape.registries]
    return row


def _nobody(shape: Shape) -> list[int]:
    """Somebody who never came."""
    row = [0] * shape.width
    row[DIGEST], row[ENGINE] = SEED, 1
    row[FIXED : FIXED + len(shape.scores)] = [MISSING] * len(shape.scores)
    return row
