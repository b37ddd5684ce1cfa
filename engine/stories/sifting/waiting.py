"""Stories that have begun and wait for their next step, found by what they wait for."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from engine.stories.sifting.facts import Look, reader_of
from engine.stories.sifting.found import Beat
from engine.stories.sifting.happenings import Happening
from engine.stories.sifting.plan import Listening, Plan, Stage
from engine.values import DAY, Duration

MOST = 16  # that wait for one step under one key and differ; the newest stay

Signature = Hashable
Reader = Callable[[Happening, Look], Any]

#: What a stage's stories are found by: their person; their person and a value; a value that
#: somebody else's happening shares; the id of an event that is named; certain people; or nothing.
PERSON, OWN, SHARED, NAMED, PEOPLE, ALL = "person", "own", "shared", "named", "people", "all"
_MOST_KEYS = 20_000  # values, or ids of events, under which stories of one step wait


@lru_cache(maxsize=65_536)
def _days_later(length: Duration, days: int) -> int:
    return length.after(days * DAY)


def later(length: Duration, at: int) -> int:
    """The instant so long after another; a calendar period is looked up by the day."""
    if length.months:
        days, rest = divmod(at, DAY)
        return _days_later(length, days) + rest
    return at + length.seconds


class Moment(Happening):
    """An instant at which nothing happened, to count from."""

    __slots__ = ()

    def __init__(self, last: Happening, at: int) -> None:
        super().__init__(last.kind, last.who, last.row, at)


class Partial:
    """A story of one person that has begun."""

    __slots__ = ("bound", "closest", "dead", "deadline", "keys", "last", "place", "plan", "seen",
                 "signature", "start", "who", "why")  # fmt: skip

    def __init__(self, plan: Plan, h: Happening, bound: dict[str, Happening | None]) -> None:
        self.plan = plan
        self.who = h.who
        self.place = 1  # of the stage that it waits for
        self.bound = bound
        self.start = h.at
        self.last = h  # the latest happening that is bound
        self.seen = h  # the latest that was taken, by this or by a copy of it
        self.deadline: int | None = None  # of a stage that must not happen
        self.dead = False
        #: The last candidate, and what it lacked; ``None``: what its condition asks.
        self.closest: tuple[Happening, str | None] | None = None
        self.why = ""
        self.keys: tuple[Hashable, ...] = ()  # under which it waits
        self.signature: Signature = None  # what else a later step can tell it by

    def copy(self) -> Partial:
        """The same story, to go on another way; it waits for nothing yet, but knows where."""
        made = Partial(self.plan, self.last, dict(self.bound))
        made.who, made.place, made.start = self.who, self.place, self.start
        made.keys, made.signature = self.keys, self.signature
        return made

    def anew(self, h: Happening, bound: dict[str, Happening | None]) -> None:
        """Begin again with a newer happening; it waits where it has waited."""
        self.bound = bound
        self.start = h.at
        self.last = self.seen = h
        self.closest = None

    @property
    def stage(self) -> Stage:
        """What it waits for."""
        return self.plan.stages[self.place]

    def reach(self) -> int | None:
        """The last instant at which the next step may come."""
        whole, within = self.plan.within, self.plan.stages[self.place].within
        end = None if whole is None else later(whole, self.start)
        if within is None:
            return end
        own = later(within, self.last.at)
        return own if end is None else min(own, end)

    def beats(self) -> tuple[Beat, ...]:
        """All that is bound, in order."""
        made, at = [], self.start
        for stage in self.plan.stages[: self.place]:
            h = self.bound.get(stage.id)
            at = h.at if h is not None else at
            until = None
            if h is None and stage.within is not None:
                until = at = stage.within.after(at)
            made.append(Beat(stage.id, h, until))
        return tuple(made)

    def late(self, at: int) -> int:
        """By how many seconds an instant lies behind the last one that may be; else 0.

        Most are so near that no calendar has to be asked.
        """
        own, whole = self.plan.nearest[self.place]
        if at - self.last.at <= own and at - self.start <= whole:
            return 0
        reach = self.reach()
        return 0 if reach is None else max(at - reach, 0)


class Waiting:
    """The stories of one pattern that wait, by stage and key.

    Of two that no later step can tell apart, the newer stays: whatever it still can become, the
    older could at most become as well.
    """

    def __init__(self, plan: Plan, *, tell: bool) -> None:
        """With ``tell`` each story can say what the nearest happening lacked.

        To that end a person's stories are found by the person alone.
        """
        self.plan = plan
        self.modes = [_mode(stage, tell=tell) for stage in plan.stages]
        self._reads = [
            [(step, reader_of(fact)) for step, fact in stage.reads] for stage in plan.stages
        ]
        self._values = [_earlier(stage, mode) for stage, mode in
                        zip(plan.stages, self.modes, strict=True)]  # fmt: skip
        #: Whether a story is found, and told apart, at a stage as at the one before it.
        self.same_keys = [self._as_before(place) for place in range(len(plan.stages))]
        self.same_signature = [
            place > 1 and stage.reads == plan.stages[place - 1].reads
            and not plan.stages[place - 1].never
            for place, stage in enumerate(plan.stages)
        ]  # fmt: skip
        #: What a story that begins is found by, where that is one key.
        self.first_key: Reader | None = None
        if len(plan.stages) > 1 and not plan.stages[1].never:
            self.first_key = _first_key(self.modes[1], self._values[1][1])
        self.tables: list[dict[Hashable, dict[Signature, Partial]]] = [{} for _ in plan.stages]
        self.people: dict[str, dict[Partial, None]] = {}
        self.last = len(plan.stages)
        #: Whether something that must not happen is looked for in anybody's life.
        self.heeds_all = any(
            absent.who != "same" for stage in plan.stages
            for absent in (*stage.unless, *((stage.wait,) if stage.never else ()))
        )  # fmt: skip
        self.let_go = 0

    def _as_before(self, place: int) -> bool:
        if place < 2 or self.modes[place] != self.modes[place - 1]:
            return False
        stage, before = self.plan.stages[place], self.plan.stages[place - 1]
        match self.modes[place]:
            case "person" | "all":
                return True
            case "people":
                return stage.wait.who == before.wait.who
            case "named":
                return stage.refers == before.refers
        assert stage.share is not None
        assert before.share is not None
        return stage.share[1:] == before.share[1:]

    def signature(
        self, place: int, who: str, bound: Mapping[str, Happening | None], look: Look
    ) -> Signature:
        """All that a step and those behind it can tell a story by."""
        reads = self._reads[place]
        if not reads:
            return who
        found: list[Hashable] = [who]
        for step, read in reads:
            h = bound.get(step)
            found.append(None if h is None else read(h, look))
        return tuple(found)

    def keys(
        self, place: int, who: str, bound: Mapping[str, Happening | None], look: Look
    ) -> tuple[Hashable, ...]:
        """What a story is found by at a step that waits for no certain people.

        Where it waits for a value, shared or an event's id, and has none, it cannot be found.
        """
        mode = self.modes[place]
        if mode in (PERSON, ALL):
            return (who if mode == PERSON else ALL,)
        step, read = self._values[place]
        h = bound.get(step)
        value = None if h is None else read(h, look)
        if value is None:
            return ()
        return ((who, value),) if mode == OWN else (value,)

    def begin(self, h: Happening, key: Hashable, look: Look) -> None:
        """Let a story that a happening begins wait under a key for the second step.

        If one waits there already and cannot be told from it, that one begins anew.
        """
        plan, reads = self.plan, self._reads[1]
        who = h.who
        if not reads:
            signature: Signature = who
        elif len(reads) == 1:
            signature = (who, reads[0][1](h, look))
        else:
            signature = (who, *[read(h, look) for _, read in reads])
        table = self.tables[1]
        there = table.get(key)
        if there is None:
            there = table[key] = {}
            if len(table) > _MOST_KEYS and self.modes[1] in (SHARED, NAMED):
                self._crowded(table)
        else:
            same = there.get(signature)
            if same is not None:
                same.anew(h, {plan.stages[0].id: h})
                return
            if len(there) >= MOST:
                self.drop(next(iter(there.values())))
                self.let_go += 1
        partial = there[signature] = Partial(plan, h, {plan.stages[0].id: h})
        partial.keys, partial.signature = (key,), signature
        own = self.people.get(who)
        if own is None:
            self.people[who] = {partial: None}
        else:
            own[partial] = None

    def clear(self) -> None:
        """Forget everything that waits."""
        for table in self.tables:
            table.clear()
        self.people.clear()

    def enter(self, partial: Partial) -> None:
        """A story has begun, or goes on a second way."""
        own = self.people.get(partial.who)
        if own is None:
            self.people[partial.who] = {partial: None}
        else:
            own[partial] = None

    def add(self, partial: Partial, keys: tuple[Hashable, ...], signature: Signature) -> None:
        """Let a story that was entered wait under some keys."""
        partial.keys, partial.signature = keys, signature
        table = self.tables[partial.place]
        for key in keys:
            there = table.get(key)
            if there is None:
                table[key] = {signature: partial}
                if len(table) > _MOST_KEYS and self.modes[partial.place] in (SHARED, NAMED):
                    self._crowded(table)
                continue
            same = there.pop(signature, None)
            if same is not None:
                self._replaced(same, key)
            elif len(there) >= MOST:
                self.drop(next(iter(there.values())))
                self.let_go += 1
                there = table.setdefault(key, {})
            there[signature] = partial

    def _replaced(self, partial: Partial, key: Hashable) -> None:
        """A newer story has taken a story's place under a key."""
        partial.dead = True
        own = self.people.get(partial.who)
        if own is not None:
            own.pop(partial, None)
        if len(partial.keys) > 1:
            partial.keys = tuple(one for one in partial.keys if one != key)
            self.move(partial)
        partial.keys = ()

    def _crowded(self, table: dict[Hashable, dict[Signature, Partial]]) -> None:
        """Let go of what has waited longest."""
        oldest = next(iter(table.values()))
        for partial in list(oldest.values()):
            self.drop(partial)
            self.let_go += 1

    def move(self, partial: Partial) -> None:
        """Take a story from where it waits; it stays its person's."""
        if not partial.keys:
            return
        table, signature = self.tables[partial.place], partial.signature
        for key in partial.keys:
            there = table.get(key)
            if there is not None and there.get(signature) is partial:
                if len(there) == 1:
                    del table[key]
                else:
                    del there[signature]
        partial.keys = ()

    def drop(self, partial: Partial) -> None:
        """Forget a story."""
        self.move(partial)
        partial.dead = True
        own = self.people.get(partial.who)
        if own is not None:
            own.pop(partial, None)
            if not own:
                del self.people[partial.who]

    def of(self, who: str) -> list[Partial]:
        """All of a person's stories that wait."""
        own = self.people.get(who)
        return list(own) if own else []

    def all(self) -> Iterator[Partial]:
        """Everybody's."""
        for own in list(self.people.values()):
            yield from list(own)


def _mode(stage: Stage, *, tell: bool) -> str:
    """What the stories that wait for a stage are found by."""
    who = stage.wait.who
    if stage.never:
        return PERSON
    if stage.refers is not None and who in ("same", "other", "anyone"):
        return NAMED
    if who == "same":
        return OWN if stage.share is not None and not tell else PERSON
    if who in ("other", "anyone"):
        return SHARED if stage.share is not None else ALL
    return PEOPLE


def _first_key(mode: str, read: Reader) -> Reader | None:
    """What the key of a story is read by when it begins."""
    match mode:
        case "person":
            return lambda h, look: h.who
        case "all":
            return lambda h, look: ALL
        case "people":
            return None
        case "own":
            return lambda h, look: None if (value := read(h, look)) is None else (h.who, value)
    return read


def _earlier(stage: Stage, mode: str) -> tuple[str, Reader]:
    """Which earlier step a stage's key is read of, and what reads it."""
    if mode == NAMED:
        return stage.refers or "", reader_of("id")
    return (stage.share[1], reader_of(stage.share[2])) if stage.share else ("", reader_of(""))


class Desk(NamedTuple):
    """Who listens to a happening of some kind and marks."""

    later: list[Ear]  # of later stages, the last ones first
    first: list[Ear]
    guards: dict[Waiting, dict[int, list[Listening]]]  # what must not happen at which stage


class Ear:
    """A stage of a pattern that listens to a kind of happening."""

    __slots__ = ("forks", "from_", "id", "left", "marks", "mode", "named", "own", "place", "plan",
                 "refers", "stage", "table", "test", "waiting", "who")  # fmt: skip

    def __init__(self, waiting: Waiting, place: int, kind: str, *, tell: bool) -> None:
        """With ``tell`` it hears of what its marks exclude too, to say what was missing."""
        self.waiting = waiting
        self.place = place
        self.plan = waiting.plan
        stage = self.stage = waiting.plan.stages[place]
        self.id, self.from_, self.refers, self.forks = (
            stage.id, stage.from_, stage.refers, stage.forks)  # fmt: skip
        self.table = waiting.tables[place]
        mode = waiting.modes[place]
        self.mode = PERSON if mode == PEOPLE else mode
        self.own = reader_of(stage.share[0] if stage.share else "")
        # what a story has no say in
        self.marks = (0, 0) if tell else stage.wait.marks
        self.left = stage.wait.alone if tell else stage.wait.left
        # what is found by a value need not be asked for it
        self.test = stage.wait.beyond if mode in (OWN, SHARED) else stage.wait.test
        self.named = "" not in stage.wait.names[kind]
        who = stage.wait.who
        #: whom the table does not tell apart: `same` or `other`, else ""
        self.who = who if who == "other" or (who == "same" and self.mode == NAMED) else ""
