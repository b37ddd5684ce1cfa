"""The words of one generated policy: few, and close together, so that they meet often."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, NamedTuple, TypeVar

from engine.values import parse_duration, parse_instant

T = TypeVar("T")

#: Days from which calendar periods are clamped, and a plain one.
STARTS = (
    "2031-01-29",
    "2031-01-30",
    "2031-01-31",
    "2032-01-31",
    "2031-02-27 08:10",
    "2031-03-31",
    "2031-01-01",
)
EXACT = ("12 hours", "1 day", "24 hours", "2 days", "3 days", "1 week", "30 days")
CALENDAR = ("1 month", "2 months", "1 year", "12 months")
PERIODS = ("3 days", "1 week", "10 days", "1 month", "1 month", "2 weeks", "2 months")
AMOUNTS = ("1", "-1", "2", "-3", "4", "-6", "7", "0.5", "-8", "12", "-15", "0")
NUMBERS = ("0", "1", "2", "3", "-1", "0.5", "-2.5", "5")


class FieldSort(NamedTuple):
    kind: str  # number, boolean, text, one_of
    optional: bool
    written: Any


NUMBER = FieldSort("number", False, "number")
MAYBE_NUMBER = FieldSort("number", True, {"number": {"optional": "true"}})
FLAG = FieldSort("boolean", False, {"boolean": "false"})
MAYBE_FLAG = FieldSort("boolean", True, {"boolean": {"optional": "true"}})
MAYBE_TEXT = FieldSort("text", True, {"text": {"optional": "true"}})
CHOICE = FieldSort("one_of", True, {"one_of": ["x", "y", "z"], "optional": "true"})
CHOICES = ("x", "y", "z")

#: Later types may be emitted by rules on earlier ones without a loop.
TYPES: dict[str, dict[str, FieldSort]] = {
    "claim": {"ref": MAYBE_TEXT, "to": MAYBE_TEXT, "n": MAYBE_NUMBER},
    "fee.late": {"n": NUMBER, "m": MAYBE_NUMBER, "to": MAYBE_TEXT},
    "fee.paid": {"n": MAYBE_NUMBER, "ref": MAYBE_TEXT, "f": FLAG},
    "ride": {},
    "echo": {"n": MAYBE_NUMBER, "t": MAYBE_TEXT, "f": MAYBE_FLAG, "o": CHOICE, "ref": MAYBE_TEXT},
}


@dataclass
class Words:
    """What the clauses of one policy may name. Filled in as the policy is made."""

    random: Random
    start: int
    kinds: tuple[str, ...] = ("person",)
    weights: tuple[str, ...] = ()
    scores: dict[str, tuple[str, ...]] = field(default_factory=dict)  # → kinds that have it
    grades: dict[str, tuple[str, ...]] = field(default_factory=dict)  # highest first
    rewards: tuple[str, ...] = ()
    penalties: tuple[str, ...] = ()
    imposed: tuple[str, ...] = ()  # measures without `while`
    registries: tuple[str, ...] = ("wall",)
    relations: tuple[str, ...] = ("parent", "peer")
    exact: tuple[str, ...] = EXACT
    calendar: tuple[str, ...] = CALENDAR
    constant: bool = True  # the policy divides by constants only
    hot: tuple[str, ...] = ()  # event types that nearly everything is about
    undoing: bool = False  # a claim takes back what it refers to
    amounts: tuple[str, ...] = ("1",)  # few, so that equal ones meet

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def one(self, choices: Sequence[T]) -> T:
        return choices[self.random.randrange(len(choices))]

    def some(self, choices: Sequence[T], least: int, most: int) -> list[T]:
        """So many different ones, in their order."""
        wanted = min(len(choices), self.random.randint(least, most))
        places = sorted(self.random.sample(range(len(choices)), wanted))
        return [choices[place] for place in places]

    def event_type(self) -> str:
        return self.one(self.hot) if self.chance(0.7) else self.one(tuple(TYPES))

    def window(self) -> str:
        if self.chance(0.15):
            return "ever"
        return self.term()

    def term(self) -> str:
        return self.one(self.calendar) if self.chance(0.3) else self.one(self.exact)

    def number(self) -> str:
        return self.one(NUMBERS)

    def shared_scores(self) -> list[str]:
        """Those that every subject has, so that reading one is never missing."""
        return [s for s, kinds in self.scores.items() if set(kinds) == set(self.kinds)]

    def score(self, name: str) -> str:
        short = len(self.scores) == 1 and self.chance(0.5)
        return "score" if short else f"score.{name}"

    def grade(self, name: str) -> str:
        short = len(self.scores) == 1 and self.chance(0.5)
        return "grade" if short else f"grade.{name}"

    def instants(self) -> list[int]:
        """A few instants at which everything happens: the edges of the windows."""
        lengths = [parse_duration(text) for text in (*self.exact, *self.calendar)]
        near = [d for d in lengths if d.after(self.start) - self.start < 40 * 86_400]
        found = {self.start}
        for _ in range(self.random.randint(2, 7)):
            base = self.one(sorted(found))
            at = self.one(near).after(base) if near else base + 86_400
            if at - self.start < 65 * 86_400:
                found.add(at)
        return sorted(found)


def first_words(random: Random) -> Words:
    words = Words(random, 0)
    words.start = parse_instant(words.one(STARTS))
    words.exact = tuple(words.some(EXACT, 2, 3))
    words.calendar = tuple(words.some(CALENDAR, 1, 2))
    words.constant = not words.chance(0.3)
    words.hot = tuple(words.some(tuple(TYPES), 1, 2))
    words.undoing = words.chance(0.6)
    words.amounts = tuple(words.some(AMOUNTS, 3, 4))
    if words.chance(0.35):
        words.kinds = ("person", "firm")
    words.weights = tuple(f"w{n}" for n in range(random.randint(1, 3)))
    for name in ("trust", "rating", "zeal")[: random.choice((1, 1, 2, 2, 3))]:
        some = words.chance(0.25)
        words.scores[name] = tuple(words.some(words.kinds, 1, 1)) if some else words.kinds
    words.rewards = tuple(f"r{n}" for n in range(random.randint(0, 2)))
    words.penalties = tuple(f"p{n}" for n in range(random.randint(1, 3)))
    words.registries = ("wall", "board")[: random.randint(1, 2)]
    return words
