"""Stories that have begun and wait for their next step, found by what they wait for."""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from engine.stories.sifting.happenings import Happening
from engine.stories.sifting.plan import Plan, Stage

MOST = 16  # that wait for one step under one key; the newest stay


class Partial:
    """A story of one person that has begun."""

    __slots__ = ("bound", "closest", "dead", "deadline", "keys", "last", "place", "plan", "start",
                 "who", "why")  # fmt: skip

    def __init__(self, plan: Plan, h: Happening) -> None:
        self.plan = plan
        self.who = h.who
        self.place = 1  # of the stage that it waits for
        self.bound: dict[str, Happening | None] = {plan.stages[0].id: h}
        self.start = h.at
        self.last = h  # the latest happening that is bound
        self.deadline: int | None = None
        self.dead = False
        self.closest = ""  # what the best candidate for the next step lacked
        self.why = ""
        self.keys: list[tuple[int, Hashable]] = []

    @property
    def stage(self) -> Stage:
        """What it waits for."""
        return self.plan.stages[self.place]

    def reach(self) -> int | None:
        """The last instant at which the next step may come."""
        ends = []
        if self.stage.within is not None:
            ends.append(self.stage.within.after(self.last.at))
        if self.plan.within is not None:
            ends.append(self.plan.within.after(self.start))
        return min(ends) if ends else None


class Waiting:
    """The stories of one pattern that wait, by stage and key."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.tables: list[dict[Hashable, list[Partial]]] = [{} for _ in plan.stages]
        self.people: dict[str, list[Partial]] = {}
        self.let_go = 0

    def add(self, partial: Partial, keys: list[Hashable]) -> list[Partial]:
        """Let a story wait under some keys; those that had to go for it."""
        gone: list[Partial] = []
        table = self.tables[partial.place]
        most = 1 if self.plan.free and not partial.stage.never else MOST
        for key in keys:
            there = table.setdefault(key, [])
            if len(there) >= most:
                gone.append(there[0])
            there.append(partial)
            partial.keys.append((partial.place, key))
        own = self.people.setdefault(partial.who, [])
        if partial not in own:
            own.append(partial)
        for one in gone:
            self.drop(one)
        if most == MOST:
            self.let_go += len(gone)
        return gone

    def move(self, partial: Partial) -> None:
        """Take a story from where it waits; it stays its person's."""
        for place, key in partial.keys:
            table = self.tables[place]
            there = table.get(key)
            if there is not None:
                if partial in there:
                    there.remove(partial)
                if not there:
                    del table[key]
        partial.keys.clear()

    def drop(self, partial: Partial) -> None:
        """Forget a story."""
        self.move(partial)
        partial.dead = True
        own = self.people.get(partial.who)
        if own is not None and partial in own:
            own.remove(partial)
            if not own:
                del self.people[partial.who]

    def of(self, who: str) -> list[Partial]:
        """All of a person's stories that wait."""
        return list(self.people.get(who, ()))

    def all(self) -> Iterator[Partial]:
        """Everybody's."""
        for own in list(self.people.values()):
            yield from own
