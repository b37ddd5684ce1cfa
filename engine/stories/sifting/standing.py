"""How people stand, as far as a condition asks: kept up row by row."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from engine.stories.sifting.facts import Person
from engine.stories.sifting.happenings import Happening
from engine.stories.sifting.plan import Needs


class Standings:
    """Everybody who is asked for, as they stood before the row that is looked at."""

    def __init__(self, needs: Needs, penalties: frozenset[str]) -> None:
        self.of: dict[str, Person] = {}
        self._needs = needs
        self._penalties = penalties

    def take(self, made: Iterable[Happening]) -> None:
        """What a row did, once it has been looked at."""
        for h in made:
            person = self.of.get(h.who)
            if person is None:
                person = self.of[h.who] = Person()
            self._take(person, h)
            if h.kind in self._needs.windows:
                self._past(person, h.kind, h.at)

    def _take(self, person: Person, h: Happening) -> None:
        match h.kind:
            case "began" if h.what not in person.measures:
                person.measures.add(h.what)
                person.penalties += h.what in self._penalties
            case "ended" if h.what in person.measures:
                person.measures.discard(h.what)
                person.penalties -= h.what in self._penalties
            case "listed":
                person.lists.add(h.what)
            case "unlisted":
                person.lists.discard(h.what)
            case "rose" | "fell":
                person.scores[h.score] = h.after or 0
            case "promoted" | "demoted":
                person.grades[h.score] = h.what

    def _past(self, person: Person, kind: str, at: int) -> None:
        """Instants of a kind, no further back than the longest window asks."""
        person.totals[kind] = person.totals.get(kind, 0) + 1
        past = person.past.setdefault(kind, deque())
        reach = self._needs.windows[kind]
        if reach is None:
            past.clear()
        else:
            while past and past[0] + reach < at:
                past.popleft()
        past.append(at)
