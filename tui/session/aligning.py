"""Two lives locked by event: which step of one is the same step of the other."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import overload

from engine.evaluation.records import Step
from tui.session.columns import Columns
from tui.session.life import Life
from tui.session.viewmodel import Lock

Key = tuple[object, ...]


class Locks(Sequence[Lock]):
    """The locks of two lives, in order of time. Whether the same came of two steps is
    looked at when it is asked for."""

    def __init__(self, left: Life, right: Life) -> None:
        self._left, self._right = left, right
        self.lefts, self.rights = array("I"), array("I")  # 0 where one side has nothing
        for one, other in _aligned(left.tape.columns, right.tape.columns):
            self.lefts.append(one)
            self.rights.append(other)
        self._same: dict[int, bool] = {}

    def __len__(self) -> int:
        return len(self.lefts)

    @overload
    def __getitem__(self, place: int) -> Lock: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Lock]: ...
    def __getitem__(self, place: int | slice) -> Lock | Sequence[Lock]:
        if isinstance(place, slice):
            return [self[i] for i in range(*place.indices(len(self)))]
        return Lock(self.lefts[place], self.rights[place], self.same(range(len(self))[place]))

    def same(self, place: int) -> bool:
        """Whether the same came of the steps of a lock."""
        found = self._same.get(place)
        if found is None:
            one, other = self.lefts[place], self.rights[place]
            found = bool(one and other) and self._alike(one, other)
            self._same[place] = found
        return found

    def _alike(self, one: int, other: int) -> bool:
        mine, theirs = self._left.tape.columns, self._right.tape.columns
        if (mine.code[one - 1], mine.change[one - 1], mine.at[one - 1]) != (
            theirs.code[other - 1], theirs.change[other - 1], theirs.at[other - 1],
        ):  # fmt: skip
            return False
        return content(self._left.tape.step(one)) == content(self._right.tape.step(other))

    def first(self) -> int:
        """The first lock where the lives part; -1 if they are the same."""
        return next((place for place in range(len(self)) if not self.same(place)), -1)

    def of_left(self, number: int) -> int:
        """The lock of a step of the left life; the last one for a step beyond the end."""
        numbers = self.lefts
        place = number - 1
        while place < len(numbers) and numbers[place] != number:
            place += 1
        return min(place, len(numbers) - 1)


def content(step: Step) -> object:
    """What came of a step, without numbers of steps, misses and places."""
    parts = tuple(
        (part.trigger, part.who, part.refused,
         tuple(v.rule for v in part.verdicts if v.verdict == "fired"), part.effects)
        for part in step.parts
    )  # fmt: skip
    said = step.input
    fields = (tuple(sorted(said.fields.items())), said.source, said.reporter) if said else ()
    return step.at, step.refused, step.duplicate, fields, parts, step.scores


# --- aligning -------------------------------------------------------------------------


def _keys(columns: Columns, first: int) -> list[Key]:
    """What each step from ``first`` on is known by, in both lives."""
    keys: list[Key] = []
    counts: dict[Key, int] = {}
    at = None
    for number in range(first, len(columns) + 1):
        row = columns.row[number - 1]
        if row:
            keys.append((row,))
            continue
        if columns.at[number - 1] != at:
            at = columns.at[number - 1]
            counts.clear()
        key: Key = (at, columns.kind(number), columns.person(number))
        counts[key] = counts.get(key, 0) + 1
        keys.append((*key, counts[key]))
    return keys


def _aligned(left: Columns, right: Columns) -> Iterator[tuple[int, int]]:
    """Pairs of step numbers in order of time; what has no partner stands alone."""
    first = _alike_until(left, right)
    for number in range(1, first):
        yield number, number
    mine, theirs = _keys(left, first), _keys(right, first)
    places = {key: number for number, key in enumerate(theirs, start=first)}
    pairs = [(number, places[key]) for number, key in enumerate(mine, first) if key in places]
    one = other = first
    for a, b in [*_rising(pairs), (len(left) + 1, len(right) + 1)]:
        yield from _alone(left, right, range(one, a), range(other, b))
        if a <= len(left):
            yield a, b
        one, other = a + 1, b + 1


def _alike_until(left: Columns, right: Columns) -> int:
    """The first step of the first instant that may not be the same in both."""
    number = 0
    for number in range(1, min(len(left), len(right)) + 1):
        place = number - 1
        if (
            (left.at[place], left.row[place], left.clock[place])
            != (
                right.at[place],
                right.row[place],
                right.clock[place],
            )
            or left.person(number) != right.person(number)
            or left.kind(number) != right.kind(number)
        ):
            break
    if not number:
        return 1
    return min(left.same_time(number).start, right.same_time(number).start)


def _alone(left: Columns, right: Columns, ones: range, others: range) -> Iterator[tuple[int, int]]:
    """Steps without partners, by their instants."""
    rest = list(others)
    for number in ones:
        while rest and right.at[rest[0] - 1] < left.at[number - 1]:
            yield 0, rest.pop(0)
        yield number, 0
    for number in rest:
        yield 0, number


def _rising(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The most pairs whose right sides rise too: an event that moved far is no lock."""
    if all(a[1] < b[1] for a, b in pairwise(pairs)):
        return pairs
    tails: list[int] = []  # right side of the last pair of the best row of each length
    ends: list[int] = []  # its place
    before: list[int] = []
    for place, (_, right) in enumerate(pairs):
        length = bisect_left(tails, right)
        before.append(ends[length - 1] if length else -1)
        if length == len(tails):
            tails.append(right)
            ends.append(place)
        else:
            tails[length], ends[length] = right, place
    found = []
    place = ends[-1] if ends else -1
    while place >= 0:
        found.append(pairs[place])
        place = before[place]
    return found[::-1]


def last_at(columns: Columns, instant: int) -> int:
    """The number of the last step at or before an instant; 0 if there is none."""
    return bisect_right(columns.at, instant)
