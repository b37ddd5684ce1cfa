"""Histories played from the start, for what is told and compared in full."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from engine.audit.keys import durations
from engine.audit.life import Life, Versions, plans_of
from engine.audit.verdicts import Told
from engine.evaluation.records import SCORE_EFFECTS, Step
from engine.evaluation.run import in_play_order
from engine.language.model import Policy
from engine.language.rows import Cast, Event
from engine.values import DAY

LONGEST = 10 * 366 * DAY  # seconds that somebody waits to see what remains


def replay(
    versions: Versions,
    cast: Cast,
    events: Iterable[Event],
    until: int | None = None,
    name: str = "",
) -> Told:
    """Play a history from the start, and on to an instant if one is given.

    Raises :class:`DemeritError` where the policy has no answer.
    """
    made = in_play_order(events)
    life = Life(plans_of(versions), cast)
    for event in made:
        life.feed(event)
    if until is not None:
        life.advance(max(until, life.now))
    return Told(versions, cast, tuple(made), tuple(life.steps), life.standings(), life.now, name)


def horizon(versions: Versions) -> int:
    """Seconds after which whatever a policy has set going by the clock has come."""
    lengths = [d.longest for _, policy in versions for d in durations(policy)]
    return min(max(lengths, default=DAY) + DAY, LONGEST)


class Point(NamedTuple):
    """A score from an instant on."""

    at: int
    value: int


def path(steps: Sequence[Step], who: str, score: str, start: int, begin: int) -> list[Point]:
    """How a score went, as steps: the value from each instant on."""
    made = [Point(begin, start)]
    for step in steps:
        for part in step.parts:
            for effect in part.effects:
                if effect.target == who and effect.name == score and effect.kind in SCORE_EFFECTS:
                    made.append(Point(step.at, effect.after or 0))
    return made


def settled(points: Sequence[Point]) -> list[Point]:
    """The value at the end of each instant."""
    last: dict[int, int] = {point.at: point.value for point in points}
    return [Point(at, value) for at, value in sorted(last.items())]


def starts(policy: Policy, cast: Cast, who: str) -> Mapping[str, int]:
    """The scores that a subject joins with."""
    kind = next(member.kind for member in cast.members if member.id == who)
    return {str(name): s.start for name, s in policy.scores.items() if kind in s.of}


class Gap(NamedTuple):
    """How two paths of one score differ."""

    worst: int  # by how much the first was below the second at the worst moment, from 0
    worst_at: int
    first: int | None  # the instants of the first and the last difference
    last: int | None  # None: it never ends
    residue: int  # the second less the first at the end


def gap(first: Sequence[Point], second: Sequence[Point], since: int, until: int) -> Gap:
    """Compare two paths over the instants from ``since`` to ``until``."""
    a, b = settled(first), settled(second)
    instants = sorted({p.at for p in (*a, *b) if since <= p.at <= until} | {since, until})
    worst, worst_at, began, ended, open_ = 0, since, None, None, False
    difference = 0
    for at in instants:
        difference = _value(b, at) - _value(a, at)
        if difference > worst:
            worst, worst_at = difference, at
        if difference and began is None:
            began = at
        if difference:
            open_ = True
        elif open_:
            ended, open_ = at, False
    return Gap(worst, worst_at, began, None if open_ else ended, difference)


def _value(points: Sequence[Point], at: int) -> int:
    value = points[0].value
    for point in points:
        if point.at > at:
            break
        value = point.value
    return value
