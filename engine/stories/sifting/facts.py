"""What a condition may read: a happening, its person, and the facts of both."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from engine.stories.sifting.happenings import Happening
from engine.values import MILLION, parse_iso

Value = Any  # millionths, text, boolean, seconds, or None for missing


class Person:
    """How somebody stood before the row that is looked at, as far as somebody asks."""

    __slots__ = ("grades", "lists", "measures", "past", "penalties", "scores", "totals")

    def __init__(self) -> None:
        self.measures: set[str] = set()
        self.penalties = 0
        self.lists: set[str] = set()
        self.scores: dict[str, int] = {}
        self.grades: dict[str, str] = {}
        self.past: dict[str, deque[int]] = {}  # kind → instants, as far back as a window goes
        self.totals: dict[str, int] = {}  # kind → how many ever


NOBODY = Person()


class Look:
    """What a condition may read: a happening, the steps bound before it, the person."""

    __slots__ = ("bound", "happening", "known", "ladders", "penalties", "person")

    def __init__(
        self, known: set[str], penalties: frozenset[str], ladders: Mapping[str, Sequence[str]]
    ) -> None:
        self.happening: Happening = None  # type: ignore[assignment]  # set before any reading
        self.bound: Mapping[str, Happening | None] = {}
        self.person: Person = NOBODY
        self.known = known  # ids of everybody who was seen so far
        self.penalties = penalties  # which measures are penalties
        self.ladders = ladders  # score → its grades, best first; empty without a policy


# --- facts ------------------------------------------------------------------------------------


def fact_of(name: str, h: Happening, look: Look) -> Value:
    """A fact of a happening; missing where it has none."""
    plain = PLAIN.get(name)
    if plain is not None:
        return plain(h)
    return DEEPER[name](h, look)


def reader_of(name: str) -> Callable[[Happening, Look], Value]:
    """What reads a fact of a happening; of "" the happening itself, to tell it from others."""
    if not name:
        return lambda h, look: (h.step, h.kind, h.what)
    if name == "score":
        return lambda h, look: h.score or None
    if name == "type":
        return lambda h, look: h.row["event"]
    plain = PLAIN.get(name)
    return DEEPER[name] if plain is None else lambda h, look: plain(h)


def _clause(h: Happening) -> str | None:
    return h.clause.removeprefix("rules.") or None


def _input(h: Happening, key: str) -> str | None:
    found = h.row.get("input")
    return found.get(key) if found else None


def _delay(h: Happening) -> int | None:
    found = _input(h, "at")
    return None if found is None else h.at - parse_iso(found)


def _own(h: Happening) -> bool:
    return bool(h.who == h.row["who"])


SLOTS = frozenset({"who", "what", "score"})  # facts that a happening holds as they are
PLAIN: Mapping[str, Callable[[Happening], Value]] = {
    "who": lambda h: h.who,
    "by": lambda h: h.row["who"],
    "own": _own,
    "type": lambda h: h.row["event"],
    "clock": lambda h: "input" not in h.row,
    "what": lambda h: h.what or None,
    "clause": _clause,
    "score": lambda h: h.score or None,
    "change": lambda h: h.change,
    "before": lambda h: h.before if h.score else None,
    "after": lambda h: h.after if h.score else None,
    "channel": lambda h: h.what if h.kind == "told" else None,
    "id": lambda h: _input(h, "id"),
    "source": lambda h: _input(h, "source"),
    "reporter": lambda h: _input(h, "reporter"),
    "delay": _delay,
}


MEASURED = frozenset({"began", "extended", "ended", "turned-away"})


def _sort(h: Happening, look: Look) -> str | None:
    if h.kind not in MEASURED:
        return None
    return "penalty" if h.what in look.penalties else "reward"


def _named(h: Happening, look: Look) -> str | None:
    """Somebody else whom the event names: the reporter, or the first field that does."""
    row = h.row
    if "named" not in row:  # it is asked for again and again
        row["named"] = _other_person(row, look.known)
    found: str | None = row["named"]
    return found


def _other_person(row: dict[str, Any], known: set[str]) -> str | None:
    given = row.get("input")
    if not given:
        return None
    subject = row["who"]
    reporter = given.get("reporter")
    if reporter is not None and reporter != subject and reporter in known:
        return str(reporter)
    for value in given["fields"].values() if "fields" in given else ():
        if value in known and value != subject and isinstance(value, str):
            return value
    return None


def _rank(h: Happening, look: Look) -> int | None:
    ladder = look.ladders.get(h.score, ())
    return ladder.index(h.what) * MILLION if h.what in ladder else None


def _bottom(h: Happening, look: Look) -> bool | None:
    ladder = look.ladders.get(h.score, ())
    return h.what == ladder[-1] if h.what in ladder else None


DEEPER: Mapping[str, Callable[[Happening, Look], Value]] = {
    "sort": _sort,
    "named": _named,
    "rank": _rank,
    "bottom": _bottom,
    "penalties": lambda h, look: look.person.penalties * MILLION,
    "rewards": lambda h, look: (len(look.person.measures) - look.person.penalties) * MILLION,
    "lists": lambda h, look: len(look.person.lists) * MILLION,
}
