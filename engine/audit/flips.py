"""The least change of a weight that flips somebody's last grade."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from engine.audit.life import Life, Versions, plans_of
from engine.audit.sensitivity import turned_weight
from engine.language.rows import Cast, Event
from engine.values import MILLION

FAR = 10_000 * MILLION  # as far as a weight without a range is changed
_LOOKS = 24  # values between now and the end of the range that are looked at


class Flip(NamedTuple):
    """A weight at which somebody's last grade is another."""

    weight: str
    value: int  # at which it flips, millionths
    change: int  # from the value that it has
    who: str
    score: str
    before: str  # grades
    after: str


def with_weight(versions: Versions, name: str, value: int) -> Versions:
    """The same policy, one of whose weights has another value."""

    turn = turned_weight(name)
    return tuple((start, turn(policy, value)) for start, policy in versions)


Grades = dict[tuple[str, str], str]


def last_grades(
    versions: Versions, cast: Cast, events: Iterable[Event], score: str | None = None
) -> Grades:
    """(subject, score) → the grade at the end of a history."""
    life = Life(plans_of(versions), cast)
    for event in events:
        life.feed(event)
    if cast.until is not None:
        life.advance(max(cast.until, life.now))
    return {
        (who, name): grade
        for who, standing in life.standings().items()
        for name, grade in standing.grades.items()
        if score in (None, name)
    }


def smallest_flip(
    versions: Versions,
    cast: Cast,
    events: tuple[Event, ...],
    weight: str,
    score: str | None = None,
    who: frozenset[str] | None = None,
) -> Flip | None:
    """The flip that is nearest to the value that the weight has, within its range.

    Looked for outwards in doubling and in even steps, then between two of them by halves: a
    grade that flips and flips back between two looks is passed over.
    """
    declared = versions[0][1].weights[weight]
    value, (low, high) = (
        declared.value,
        declared.range or (declared.value - FAR, declared.value + FAR),
    )
    now = last_grades(versions, cast, events, score)

    def other(at: int) -> Grades | None:
        found = last_grades(with_weight(versions, weight, at), cast, events, score)
        changed = {
            key: g
            for key, g in found.items()
            if g != now.get(key) and (who is None or key[0] in who)
        }
        return changed or None

    sides = [_first(value, end, other) for end in (high, low) if end != value]
    found = [side for side in sides if side is not None]
    if not found:
        return None
    at, changed = min(found, key=lambda one: (abs(one[0] - value), one[0]))
    (person, name), after = min(changed.items())
    return Flip(weight, at, at - value, person, name, now[person, name], after)


def _first(
    value: int, end: int, other: Callable[[int], Grades | None]
) -> tuple[int, Grades] | None:
    same = value
    for at in _looks(value, end):
        found = other(at)
        if found is None:
            same = at
            continue
        while abs(at - same) > 1:
            middle = (at + same) // 2
            nearer = other(middle)
            if nearer is None:
                same = middle
            else:
                at, found = middle, nearer
        return at, found
    return None


def _looks(value: int, end: int) -> Iterator[int]:
    """Values on the way to the end of a range, the nearest first."""
    sign, length = (1, end - value) if end > value else (-1, value - end)
    doubled = {1 << n for n in range(60) if 1 << n < length}
    even = {length * n // _LOOKS for n in range(1, _LOOKS)} - {0}
    for step in sorted(doubled | even | {length}):
        yield value + sign * step
