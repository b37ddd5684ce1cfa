"""What is asked of every step again and again, in columns: cheap to seek, filter and draw.

A step is added once, in order. ``postings`` says for a term in which steps it occurs:
``who:mei`` (touched), ``event:fee.late``, ``rule:late-fee`` (fired), ``measure:no-ferry``
(began, ended, changed), ``list:defaulters``, ``grade`` and ``grade:trust.A`` (entered),
``message``. ``moves`` holds each score of each person at each change.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from engine.evaluation.records import SCORE_EFFECTS, Step
from tui.session.happening import change_of, code_of

Numbers = Sequence[int]
_TURNS = frozenset({"began", "ended", "extended", "restarted"})
_LISTS = frozenset({"listed", "unlisted"})
_TEXTS = frozenset({"message", "notice"})


class Moves:
    """One score of one person: its value before the first change, then after each."""

    __slots__ = ("start", "steps", "values")

    def __init__(self, start: int, steps: Numbers, values: Numbers) -> None:
        self.start = start  # millionths
        self.steps = steps  # numbers of the steps that changed it, rising
        self.values = values  # after each of them, millionths

    def at(self, number: int) -> int:
        """The score after a step."""
        found = bisect_right(self.steps, number)
        return self.values[found - 1] if found else self.start


@dataclass
class News:
    """How long everything was when somebody last looked."""

    steps: int = 0
    people: int = 0
    events: int = 0
    terms: dict[str, int] = field(default_factory=dict)  # only those that grew since
    moves: dict[tuple[str, str], int] = field(default_factory=dict)


class Columns:
    """The columns of a life; lists grow, views of an index file do not."""

    FIELDS = (("at", "q"), ("who", "I"), ("event", "I"), ("code", "B"), ("clock", "B"),
              ("change", "q"), ("row", "I"))  # fmt: skip

    def __init__(self) -> None:
        self.at: Numbers = array("q")  # the step's instant
        self.who: Numbers = array("I")  # into `people`
        self.event: Numbers = array("I")  # into `events`
        self.code: Numbers = array("B")  # what happened, see `happening.ORDER`
        self.clock: Numbers = array("B")  # 1 if the clock caused it
        self.change: Numbers = array("q")  # of its person's scores, millionths
        self.row: Numbers = array("I")  # the event's row in the timeline, 0 if unknown
        self.people: list[str] = []  # in order of first appearance
        self.events: list[str] = []
        self.postings: MutableMapping[str, Numbers] = {}
        self.moves: MutableMapping[tuple[str, str], Moves] = {}
        self.news: News | None = None  # what was added since the last look, if anybody asks
        self._people: dict[str, int] = {}
        self._events: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self.at)

    # --- adding ---------------------------------------------------------------------

    def add(self, step: Step) -> None:
        """Take in the next step."""
        number = len(self.at) + 1
        _add(self.at, step.at)
        _add(self.who, self._number(step.who, self.people, self._people))
        _add(self.event, self._number(step.event, self.events, self._events))
        _add(self.code, code_of(step))
        _add(self.clock, 0 if step.input is not None else 1)
        _add(self.change, change_of(step))
        _add(self.row, step.input.row if step.input is not None else 0)
        for term in terms_of(step):
            found = self.postings.get(term)
            if found is None:
                found = self.postings[term] = array("I")
            if self.news is not None:
                self.news.terms.setdefault(term, len(found))
            _add(found, number)
            if term.startswith("who:"):
                self._number(term[4:], self.people, self._people)
        self._moves(number, step)

    @staticmethod
    def _number(word: str, words: list[str], known: dict[str, int]) -> int:
        found = known.get(word)
        if found is None:
            found = known[word] = len(words)
            words.append(word)
        return found

    def _moves(self, number: int, step: Step) -> None:
        for part in step.parts:
            for effect in part.effects:
                if effect.kind not in SCORE_EFFECTS or effect.after is None:
                    continue
                key = effect.target, effect.name
                moves = self.moves.get(key)
                if moves is None:
                    moves = self.moves[key] = Moves(effect.before or 0, array("I"), array("q"))
                if moves.steps and moves.steps[-1] == number:
                    _put_last(moves.values, effect.after)
                else:
                    if self.news is not None:
                        self.news.moves.setdefault(key, len(moves.steps))
                    _add(moves.steps, number)
                    _add(moves.values, effect.after)

    # --- asking ---------------------------------------------------------------------

    def steps_of(self, term: str) -> Numbers:
        """Numbers of the steps in which a term occurs, rising."""
        return self.postings.get(term, ())

    def first_at(self, instant: int) -> int:
        """The number of the first step at or after an instant; one beyond the last if none."""
        return bisect_left(self.at, instant) + 1

    def same_time(self, number: int) -> range:
        """Numbers of the steps at the instant of a step."""
        at = self.at[number - 1]
        return range(bisect_left(self.at, at) + 1, bisect_right(self.at, at) + 1)

    def person(self, number: int) -> str:
        return self.people[self.who[number - 1]]

    def kind(self, number: int) -> str:
        """The event type of a step."""
        return self.events[self.event[number - 1]]


def terms_of(step: Step) -> dict[str, None]:
    """Every term that occurs in a step, once."""
    found: dict[str, None] = {f"event:{step.event}": None, f"who:{step.who}": None}
    for part in step.parts:
        found[f"who:{part.who}"] = None
        word, _, rest = part.trigger.partition(" ")
        if word == "entered":
            found["grade"] = found[f"grade:{rest}"] = None
        for verdict in part.verdicts:
            if verdict.verdict == "fired":
                found[f"rule:{verdict.rule}"] = None
        for effect in part.effects:
            found[f"who:{effect.target}"] = None
            if effect.kind in _TURNS:
                found["measure"] = found[f"measure:{effect.name}"] = None
            elif effect.kind in _LISTS:
                found["list"] = found[f"list:{effect.name}"] = None
            elif effect.kind in _TEXTS:
                found["message"] = None
    return found


def _add(numbers: Numbers, value: int) -> None:
    cast("array[int]", numbers).append(value)  # while a life grows, its columns are arrays


def _put_last(numbers: Numbers, value: int) -> None:
    cast("array[int]", numbers)[-1] = value
