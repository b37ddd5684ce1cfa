"""The one pass: rows enter in order, stories begin, go on, end, or are lost.

A step of a story is the first happening behind the step before it that fits; only one that the
next step must come from is tried with each that fits. So a row costs what waits for it, however
long the ledger is. When a person's story
is found, what else of it had begun is let go: matches of one person do not overlap.
"""

from __future__ import annotations

import heapq
from collections.abc import Hashable, Iterable, Mapping, Sequence

from engine.stories.sifting.facts import NOBODY, Look, fact_of
from engine.stories.sifting.failing import failed
from engine.stories.sifting.found import Found, Match, ranked
from engine.stories.sifting.happenings import (
    Happening,
    Row,
    caused,
    happenings,
    instant,
    refers,
    slim,
)
from engine.stories.sifting.marks import marks_of
from engine.stories.sifting.nearly import Nearly, when
from engine.stories.sifting.plan import BY_EVENT, Listening, Needs, Plan, needs_of
from engine.stories.sifting.standing import Standings
from engine.stories.sifting.waiting import (
    ALL,
    NAMED,
    OWN,
    PEOPLE,
    PERSON,
    Desk,
    Ear,
    Moment,
    Partial,
    Waiting,
)
from engine.values import show_instant, show_seconds

_NOTHING: Mapping[str, Happening | None] = {}


class Sifter:
    """Looks for some patterns in one pass."""

    def __init__(
        self, plans: Sequence[Plan], *, penalties: Iterable[str] = (),
        ladders: Mapping[str, Sequence[str]] | None = None,
        relations: Mapping[str, Sequence[tuple[str, str]]] | None = None,
        people: Iterable[str] = (), whole: bool = False, near: bool = False,
        only: str | None = None,
    ) -> None:  # fmt: skip
        """``near`` gathers near misses, ``only`` looks for the stories of one person.

        ``whole``: ``people`` are all that there are, also those whom only others' steps touch.
        """
        self.waiting = [Waiting(plan, tell=near or only is not None) for plan in plans]
        self.needs: Needs = needs_of(plans)
        self.look = Look(set(people), frozenset(penalties), ladders or {})
        self.found = Found()
        self.near = near or only is not None
        self.only = only
        self._relations = relations or {}
        self._all: dict[str, Desk] = {kind: Desk([], [], {}) for kind in self.needs.kinds}
        self._desks: dict[tuple[str, int], Desk] = {}  # by kind and marks, as they come up
        self._standings = Standings(self.needs, self.look.penalties)
        self._counts: dict[tuple[str, str], int] = {}
        self._whole = whole
        self._kinds = self.needs.kinds
        self._due: list[tuple[int, int, Partial]] = []
        self._nearly = Nearly(self.look, asked=self.near)
        self._unbegun: dict[str, str] = {}
        self._number = 0
        for waiting in self.waiting:
            self._listen(waiting)

    def _listen(self, waiting: Waiting) -> None:
        stages = waiting.plan.stages
        for place in reversed(range(len(stages))):
            stage = stages[place]
            if not stage.never:
                for kind in stage.wait.names:
                    desk = self._all[kind]
                    ears = desk.later if place else desk.first
                    ears.append(Ear(waiting, place, kind, tell=self.near))
            for absent in (*stage.unless, *((stage.wait,) if stage.never else ())):
                for kind in absent.names:
                    places = self._all[kind].guards.setdefault(waiting, {})
                    places.setdefault(place, []).append(absent)

    def _desk(self, kind: str, marks: int) -> Desk:
        """Who listens to happenings of a kind with some marks."""
        every = self._all[kind]
        guards: dict[Waiting, dict[int, list[Listening]]] = {}
        for waiting, places in every.guards.items():
            for place, absents in places.items():
                if fits := [a for a in absents if marks & a.marks[0] == a.marks[1]]:
                    guards.setdefault(waiting, {})[place] = fits
        made = self._desks[kind, marks] = Desk(
            [ear for ear in every.later if marks & ear.marks[0] == ear.marks[1]],
            [ear for ear in every.first if marks & ear.marks[0] == ear.marks[1]], guards,
        )  # fmt: skip
        return made

    # --- rows -----------------------------------------------------------------------------

    def feed(self, row: Row) -> None:
        """Take one row of a ledger, in order."""
        self.found.rows += 1
        at = instant(row["at"])
        known = self.look.known
        if not self._whole:
            known.add(row["who"])
        while self._due and self._due[0][0] < at:
            self._overdue(heapq.heappop(self._due))
        made = happenings(row, at, self._kinds)
        if not self._whole:
            for h in made:
                known.add(h.who)
        look, counts = self.look, self._counts
        standing = self._standings.of if self.needs.standing else None
        for h in made:
            counted = h.kind, h.what
            counts[counted] = counts.get(counted, 0) + 1
            look.happening = h
            if standing is not None:
                look.person = standing.get(h.who, NOBODY)
            self._take(h)
        if standing is not None:
            self._standings.take(made)
        if made and not self.needs.fields:
            slim(made[0].row)  # whom it names is kept with the row

    def begin_life(
        self, people: Iterable[str], relations: Mapping[str, Sequence[tuple[str, str]]]
    ) -> None:
        """Whatever comes now has nothing to do with what was before."""
        self.look.known = set(people)
        self._relations = relations
        self._standings.of.clear()
        for waiting in self.waiting:
            waiting.clear()

    def finish(self, end: int | None = None) -> Found:
        """What it came to; ``end`` is the last instant that was played, if it is known."""
        self.end_life(end)
        self.found.people = len(self.look.known)
        self.rank()
        return self.found

    def end_life(self, end: int | None) -> None:
        """No more rows come of those who were looked at."""
        while self._due:
            due = heapq.heappop(self._due)
            if end is None or due[0] > end:
                self._left_open(due[2])
            else:
                self._overdue(due)
        for waiting in self.waiting:
            if self.near or any(stage.never for stage in waiting.plan.stages):
                for partial in list(waiting.all()):
                    if not partial.dead:
                        self._close(waiting, partial)
            self.found.let_go += waiting.let_go
            waiting.let_go = 0

    def rank(self, lives: Mapping[str, int] | None = None) -> None:
        """Put what was found in order; ``lives``: how many have each pattern, if it is known."""
        ranked(self.found, self._counts, self._nearly.nearest, lives)
        if self.only is not None:
            told = {match.pattern for match in self.found.matches}
            told |= {miss.pattern for miss in self.found.near}
            ids = [waiting.plan.id for waiting in self.waiting]
            self.found.never_began = {i: self._unbegun.get(i, "") for i in ids if i not in told}

    def _close(self, waiting: Waiting, partial: Partial) -> None:
        """At the end: what never happens has not; all else is still missing."""
        while partial.stage.never and partial.reach() is None:
            self._advance(waiting, partial, None, None)
            if partial.dead:
                return
        self._nearly.lose(waiting, partial, self._nearly.not_come(partial), None)

    # --- one happening --------------------------------------------------------------------

    def _take(self, h: Happening) -> None:
        """Carry on what waits for a happening, begin what it begins, lose what it spoils."""
        look, who = self.look, h.who
        key = h.kind, marks_of(h, look)
        desk = self._desks.get(key) or self._desk(*key)
        for ear in desk.later:
            if ear.table:
                mode = ear.mode
                if mode == PERSON:
                    there = ear.table.get(who)
                elif mode == OWN:
                    there = ear.table.get((who, ear.own(h, look)))
                else:
                    self._widely(ear, h)
                    continue
                if there:
                    self._carry_on(ear, there, h)
        look.bound = _NOTHING
        for ear in desk.first:
            if (ear.left is None or ear.left(look)) and (not ear.named or ear.stage.wait.hears(h)):
                self._begin(ear, h)
            elif self.only == who and ear.stage.wait.hears(h):
                why = failed(ear.stage.wait.text or "", look)
                self._unbegun[ear.plan.id] = f"{show_instant(h.at)}, step {h.step}: {why}"
        if desk.guards:
            self._spoil(desk.guards, h)

    def _spoil(self, guards: Mapping[Waiting, dict[int, list[Listening]]], h: Happening) -> None:
        """Lose the stories in which this must not happen now."""
        for waiting, places in guards.items():
            if waiting.heeds_all:
                spoiled = list(waiting.all())
            elif h.who in waiting.people:
                spoiled = waiting.of(h.who)
            else:
                continue
            for partial in spoiled:
                if partial.place in places and partial.seen is not h:
                    for absent in places[partial.place]:
                        self._guard(waiting, partial, absent, h)

    def _widely(self, ear: Ear, h: Happening) -> None:
        """Carry on stories of anybody, found by what they share with a happening."""
        table = ear.table
        if ear.mode != NAMED:
            there = table.get(ALL if ear.mode == ALL else ear.own(h, self.look))
            if there:
                self._carry_on(ear, there, h)
            return
        given = h.row.get("input")
        if given and "fields" in given:
            groups = [table[v] for v in dict.fromkeys(given["fields"].values()) if v in table]
            for there in groups:
                self._carry_on(ear, there, h)

    def _carry_on(self, ear: Ear, there: dict[Hashable, Partial], h: Happening) -> None:
        if ear.named and not ear.stage.wait.hears(h):
            return
        if not (ear.left is None or ear.left(self.look)):
            if self.near:
                for partial in there.values():
                    self._nearly.lacks(partial, h)
            return
        for partial in list(there.values()):
            if not partial.dead and partial.seen is not h:
                self._try(ear, partial, h)

    def _begin(self, ear: Ear, h: Happening) -> None:
        if self.only is not None and h.who != self.only:
            return
        waiting = ear.waiting
        if waiting.first_key is not None:
            key = waiting.first_key(h, self.look)
            if key is not None:
                waiting.begin(h, key, self.look)
                return
        partial = Partial(ear.plan, h, {ear.id: h})
        if waiting.last == 1:
            self._matched(waiting, partial)
            return
        waiting.enter(partial)
        self._wait(waiting, partial)

    def _wait(
        self, waiting: Waiting, partial: Partial, keys: tuple[Hashable, ...] | None = None
    ) -> None:
        """Let a story wait for its next step."""
        place, who, bound = partial.place, partial.who, partial.bound
        if keys is None:
            keys = self._keys(waiting, place, who, bound)
        if partial.stage.never:
            partial.deadline = partial.reach()
            self._number += 1
            waiting.add(partial, keys, self._number)
            if partial.deadline is not None:
                heapq.heappush(self._due, (partial.deadline, self._number, partial))
            return
        signature = partial.signature
        if not waiting.same_signature[place]:
            signature = waiting.signature(place, who, bound, self.look)
        waiting.add(partial, keys, signature)

    def _keys(
        self, waiting: Waiting, place: int, who: str, bound: Mapping[str, Happening | None]
    ) -> tuple[Hashable, ...]:
        """What a story is found by while it waits for a step."""
        if waiting.modes[place] == PEOPLE:
            return tuple(self._people(waiting.plan.stages[place].wait.who, bound))
        return waiting.keys(place, who, bound, self.look)

    def _people(self, who: str, bound: Mapping[str, Happening | None]) -> Iterable[str]:
        """Who is meant by ``reporter of report`` or ``parent of report``."""
        role, _, step = who.partition(" of ")
        h = bound.get(step)
        if h is None:
            return ()
        if role in BY_EVENT:
            value = fact_of(role, h, self.look)
            return (value,) if isinstance(value, str) else ()
        pairs = self._relations.values() if role == "related" else [self._relations.get(role, ())]
        return dict.fromkeys(a for many in pairs for a, b in many if b == h.who)

    def _try(self, ear: Ear, partial: Partial, h: Happening) -> None:
        """Let a happening be a story's next step, if it fits."""
        if (late := partial.late(h.at)) > 0:
            self._nearly.lose(ear.waiting, partial, f"it came {show_seconds(late)} too late", h.at)
            return
        if ear.who and (h.who == partial.who) is (ear.who == "other"):
            return
        bound = partial.bound
        if ear.from_ is not None and not caused(h, bound.get(ear.from_)):
            partial.closest = h, f"not from `{ear.from_}`"
            return
        if ear.refers is not None and not refers(h, bound.get(ear.refers)):
            partial.closest = h, f"it did not name `{ear.refers}`"
            return
        if ear.test is not None:
            self.look.bound = bound
            if not ear.test(self.look):
                if self.near:
                    self._nearly.lacks(partial, h)
                return
        partial.seen = h
        if ear.forks:
            partial = partial.copy()
            ear.waiting.enter(partial)
        self._advance(ear.waiting, partial, h, None)

    def _person_fits(self, who: str, partial: Partial, h: Happening) -> bool:
        if who == "same":
            return h.who == partial.who
        if who == "other":
            return h.who != partial.who
        return who == "anyone" or h.who in self._people(who, partial.bound)

    def _advance(
        self, waiting: Waiting, partial: Partial, h: Happening | None, at: int | None
    ) -> None:
        """Bind the next step: a happening, or that nothing happened."""
        place = partial.place
        partial.bound[waiting.plan.stages[place].id] = h
        partial.closest = None
        keys = partial.keys
        if keys:
            waiting.move(partial)
        if h is not None:
            partial.last = partial.seen = h
        elif at is not None:
            partial.last = Moment(partial.last, at)
        place += 1
        partial.place = place
        if place == waiting.last:
            self._matched(waiting, partial)
        else:
            self._wait(waiting, partial, keys if waiting.same_keys[place] else None)

    def _guard(self, waiting: Waiting, partial: Partial, absent: Listening, h: Happening) -> None:
        """Lose a story if something happened that must not."""
        look = self.look
        if partial.dead or not (absent.left is None or absent.left(look)):
            return
        if not (absent.all_names or absent.hears(h)) or partial.late(h.at) > 0:
            return
        if not self._person_fits(absent.who, partial, h):
            return
        look.bound = partial.bound
        if absent.test is None or absent.test(look):
            words = f"{when(h)} there was `{' or '.join(absent.on)}`" if self.near else ""
            self._nearly.lose(waiting, partial, words, h.at)

    def _overdue(self, due: tuple[int, int, Partial]) -> None:
        """The time of a `never` is over, and it did not happen."""
        at, _, partial = due
        if partial.dead or partial.deadline != at or not partial.stage.never:
            return
        waiting = next(w for w in self.waiting if w.plan is partial.plan)
        self._advance(waiting, partial, None, at)

    def _left_open(self, partial: Partial) -> None:
        if not partial.dead and partial.stage.never:
            partial.why = "the ledger ends before its time is over"

    # --- what was found -------------------------------------------------------------------

    def _matched(self, waiting: Waiting, partial: Partial) -> None:
        beats = partial.beats()
        self.found.matches.append(Match(waiting.plan.id, partial.who, beats))
        self._nearly.nearest.pop((waiting.plan.id, partial.who), None)
        waiting.drop(partial)
        for other in waiting.of(partial.who):
            waiting.drop(other)
