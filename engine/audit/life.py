"""A life that can be forked: a player of the step engine, and what it has been through.

A search extends thousands of histories by one event each. :meth:`Life.fork` copies the
running state (scores, measures, histories, the clock) and shares what never changes, so that
nothing is replayed.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol, cast

from engine.evaluation.clock import Clock
from engine.evaluation.lowering import Plans
from engine.evaluation.matchers.plain import PlainMatcher
from engine.evaluation.plan import Plan
from engine.evaluation.primitives import rank_of
from engine.evaluation.records import Standing, Step
from engine.evaluation.state import (
    END,
    LAPSE,
    Active,
    Context,
    Contribution,
    Due,
    History,
    Listed,
    Subject,
    Trace,
    World,
)
from engine.evaluation.step import Player
from engine.language import expressions as ex
from engine.language.model import Policy
from engine.language.rows import Cast, Event

Versions = Sequence[tuple[int | None, Policy]]


class Root(NamedTuple):
    """The input event that a step goes back to; ``event`` is None for the clock alone."""

    step: int  # number of its own step
    event: Event | None
    who: str


class Breach(NamedTuple):
    """What breaks a claim, and where."""

    who: str  # "" if it is nobody's in particular
    said: str  # one sentence, lower case
    at: int  # its instant
    waited: bool = False  # nothing happened but time
    clause: str = ""  # what is to blame, e.g. `rules.late-fee`


class Watch(Protocol):
    """Looks at every step of a life, and remembers what it must in something immutable."""

    def start(self, life: Life) -> tuple[Any, Breach | None]:
        """What it remembers when everybody has joined."""
        ...

    def see(self, life: Life, step: Step, memory: Any) -> tuple[Any, Breach | None]:
        """What it remembers after a step, and whether that step breaks the claim."""
        ...


class Life:
    """A player, the steps since the last fork, and the root of every step so far."""

    __slots__ = ("breach", "memory", "player", "roots", "steps", "watch")

    def __init__(self, plans: Plans, cast_: Cast, watch: Watch | None = None) -> None:
        self.steps: list[Step] = []
        self.roots: list[Root] = []
        self.watch: Watch | None = None
        self.memory: Any = None
        self.breach: Breach | None = None
        self.player = Player(plans, cast_, PlainMatcher(), self._take)
        self.player.begin()
        self.watched_by(watch)

    def watched_by(self, watch: Watch | None) -> None:
        """From now on, ``watch`` looks at every step, beginning with those at hand."""
        self.watch = watch
        self.memory, self.breach = watch.start(self) if watch is not None else (None, None)

    def _take(self, step: Step) -> None:
        self.steps.append(step)
        cause = step.cause.step if step.cause is not None else None
        if step.input is None and cause is not None:
            self.roots.append(self.roots[cause - 1])
        else:
            self.roots.append(Root(step.number, step.input, step.who))
        if self.watch is not None and self.breach is None:
            self.memory, self.breach = self.watch.see(self, step, self.memory)

    @property
    def now(self) -> int:
        """Where its clock stands, in seconds since 1970 UTC."""
        return cast(int, self.player.now)

    @property
    def plan(self) -> Plan:
        """The version of the policy that is in force."""
        return self.player.plans.at(self.now)

    def subject(self, who: str) -> Subject:
        """The running state of a subject."""
        return self.player.world.subjects[who]

    def standings(self) -> Mapping[str, Standing]:
        """How everybody stands now."""
        return self.player.standings()

    def root_of(self, step: int | None) -> Root | None:
        """What a step goes back to, by its number."""
        return self.roots[step - 1] if step is not None else None

    def feed(self, event: Event) -> None:
        """Play an event; raises :class:`DemeritError` where the policy has no answer."""
        self.player.feed(event)

    def advance(self, until: int) -> None:
        """Let everything happen that is due by then."""
        self.player.advance(until)

    def context(self, who: str) -> Context:
        """What a condition about a subject reads now, as a ``while`` would."""
        context = Context(self.player.world)
        context.now, context.subject = self.now, self.subject(who)
        return context

    def fork(self) -> Life:
        """The same life, free to go on differently. Its list of steps begins anew."""
        twin = Life.__new__(Life)
        twin.steps = []
        twin.roots = self.roots[:]
        twin.watch, twin.memory, twin.breach = self.watch, self.memory, self.breach
        twin.player = _fork(self.player, twin)
        return twin


def _fork(player: Player, life: Life) -> Player:
    twin = copy.copy(player)
    copies = _Copies()
    twin.on_step = life._take
    twin.world = World(player.world.relations, 0)
    twin.world.holders = player.world.holders[:]
    twin.world.subjects = {ident: copies.subject(s) for ident, s in player.world.subjects.items()}
    copies.subjects = twin.world.subjects
    twin.clock = Clock()
    twin.clock.restore(
        [(at, kind, n, copies.due(kind, due)) for at, kind, n, due in player.clock.entries()],
        player.clock.sequence,
    )
    twin.seen = set(player.seen)
    twin.traces = {ident: copies.trace(trace) for ident, trace in player.traces.items()}
    twin._context = Context(twin.world)
    twin._reading = Context(twin.world)
    twin._context.now = twin._reading.now = player.now or 0
    return twin


class _Copies:
    """Copies of what several places share: one for each thing."""

    def __init__(self) -> None:
        self.subjects: Mapping[str, Subject] = {}
        self._made: dict[int, object] = {}

    def subject(self, old: Subject) -> Subject:
        new = Subject(old.id, old.kind, old.attributes, old.order, old.joined)
        new.scores, new.grades = old.scores[:], old.grades[:]
        new.history = {kind: _history(h) for kind, h in old.history.items()}
        new.refusals = {kind: _history(h) for kind, h in old.refusals.items()}
        new.active = {m: self.active(a) for m, a in old.active.items()}
        new.listed = {r: self.listed(e) for r, e in old.listed.items()}
        new.firings = {rule: _history(h) for rule, h in old.firings.items()}
        new.notified, new.refused = old.notified, old.refused
        return new

    def active(self, old: Active) -> Active:
        found = self._made.get(id(old))
        if found is None:
            found = self._made[id(old)] = Active(old.since, old.end, old.step, old.clause)
        return cast(Active, found)

    def listed(self, old: Listed) -> Listed:
        found = self._made.get(id(old))
        if found is None:
            found = self._made[id(old)] = Listed(old.since, old.step)
        return cast(Listed, found)

    def contribution(self, old: Contribution) -> Contribution:
        found = self._made.get(id(old))
        if found is None:
            new = Contribution(old.subject, old.score, old.amount, old.clause, old.step)
            new.stands = old.stands
            found = self._made[id(old)] = new
        return cast(Contribution, found)

    def due(self, kind: int, old: Due) -> Due:
        new = Due(old.at, kind, self._what(kind, old), old.clause, old.step)
        if kind == END:
            new.what[2].due = new
        return new

    def _what(self, kind: int, old: Due) -> tuple[object, ...]:
        if kind == LAPSE:
            return (self.contribution(old.what[0]),)
        subject, *rest = old.what
        if kind == END:
            rest = [rest[0], self.active(rest[1])]
        return (self.subjects[subject.id], *rest)

    def trace(self, old: Trace) -> Trace:
        new = Trace()
        new.contributions = [self.contribution(one) for one in old.contributions]
        new.began = [(who, m, self.active(a)) for who, m, a in old.began]
        new.listed = [(who, r, self.listed(e)) for who, r, e in old.listed]
        return new


def _history(old: History) -> History:
    new = History()
    new.instants = old.instants[:]
    new.sums = {name: sums[:] for name, sums in old.sums.items()}
    new.last = dict(old.last)
    return new


def plans_of(versions: Versions, conditions: Iterable[str] = ()) -> Plans:
    """The plans of a policy that also keep what some conditions read."""
    return Plans(versions, [ex.parse(text) for text in conditions])


class Outcome(NamedTuple):
    """What one subject has come to, in the terms that claims compare."""

    scores: tuple[int | None, ...]  # millionths
    ranks: tuple[int | None, ...]  # of grades, 0 the best
    measures: frozenset[int]
    lists: frozenset[str]


def outcome(life: Life, who: str) -> Outcome:
    """What a subject has come to by now."""
    subject = life.subject(who)
    ranks = tuple(
        rank_of(value, score.floors) if score.floors and value is not None else None
        for score, value in zip(life.plan.scores, subject.scores, strict=True)
    )
    return Outcome(
        tuple(subject.scores), ranks, frozenset(subject.active), frozenset(subject.listed)
    )
