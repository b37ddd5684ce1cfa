"""2. Which one event changed this life? It is played again without each, and ranked."""

from __future__ import annotations

from typing import NamedTuple

from engine.audit.questions.base import Answer, Inquiry, number, signed
from engine.audit.replay import gap, path, starts
from engine.audit.verdicts import Told
from engine.evaluation.records import Standing
from engine.language.rows import Event
from engine.values import show_instant

MOST = 400  # events of one life that are left out in turn


class Without(NamedTuple):
    """What a life comes to without one event."""

    event: Event
    told: Told
    grades: int  # how many scores end in another grade
    points: int  # by how much the scores differ together, millionths
    things: tuple[str, ...]  # measures and lists that differ
    peak: int  # the largest difference of a score at any moment, millionths

    @property
    def weight(self) -> tuple[int, int, int]:
        """By how much the end differs."""
        return self.grades, len(self.things), self.points


def without_each(asked: Inquiry, who: str) -> list[Without]:
    """The life without each of its events, those that change most first."""
    life = asked.life()
    base = asked.told(life)
    made = []
    for at, event in enumerate(life.events[:MOST]):
        rest = (*life.events[:at], *life.events[at + 1 :])
        told = asked.told(life, rest, f"without {event.type} of {show_instant(event.known)}")
        peak = max(
            (_peak(asked, base, told, who, score) for score in base.standings[who].scores),
            default=0,
        )
        made.append(_compared(event, told, base.standings[who], told.standings[who], peak))
        if asked.budget.over:
            break
    return sorted(made, key=lambda one: (one.weight, one.peak, -one.event.row), reverse=True)


def _peak(asked: Inquiry, base: Told, told: Told, who: str, score: str) -> int:
    start = starts(asked.policy, base.cast, who)[score]
    begin = base.cast.start
    one, other = (path(t.steps, who, score, start, begin) for t in (base, told))
    until = max(base.end, told.end)
    return max(gap(one, other, begin, until).worst, gap(other, one, begin, until).worst)


def _compared(event: Event, told: Told, now: Standing, other: Standing, peak: int) -> Without:
    grades = sum(grade != other.grades.get(name) for name, grade in now.grades.items())
    points = sum(abs(v - other.scores.get(name, v)) for name, v in now.scores.items())
    things = (set(now.active) ^ set(other.active)) | (set(now.listed) ^ set(other.listed))
    return Without(event, told, grades, points, tuple(sorted(things)), peak)


def answer(asked: Inquiry) -> Answer:
    """The events of a life by how much its end would differ without them."""
    life = asked.life()
    told = asked.told(life, name=life.name)
    who = asked.person(told)
    now = told.standings[who]
    ranked = without_each(asked, who)
    evidence = []
    for one in ranked[:8]:
        other = one.told.standings[who]
        moved = "; ".join(
            f"{name} {signed(other.scores[name] - value)}"
            + (
                f", {now.grades[name]} → {other.grades[name]}"
                if name in now.grades and now.grades[name] != other.grades[name]
                else ""
            )
            for name, value in now.scores.items()
            if other.scores[name] != value
        )
        what = "; ".join(part for part in (moved, ", ".join(one.things)) if part)
        what = what or "the end is the same"
        day = show_instant(one.event.known)
        evidence.append(
            asked.note(
                f"without {one.event.type} of {one.event.who}, {day}: {what}",
                f"events.{one.event.type}",
                number(one.peak),
            )
        )
    first = ranked[0] if ranked else None
    if first is None or first.weight == (0, 0, 0):
        said = f"No single event changed how {who} ends"
        if first is not None and first.peak:
            said += (
                f"; on the way {first.event.type} of {show_instant(first.event.known)} made"
                f" most of a difference, {number(first.peak)} points"
            )
        said += "."
    else:
        said = (
            f"{first.event.type} of {show_instant(first.event.known)}: no other event changed"
            f" more of how {who} ends."
        )
    figures = [
        ("events left out in turn", str(len(ranked))),
        ("of them change the end", str(sum(one.weight != (0, 0, 0) for one in ranked))),
    ]
    histories = [told] if first is None else [told, first.told]
    return asked.answer(
        2,
        f"{who} in {life.name}",
        said,
        figures=figures,
        evidence=evidence,
        how="the life played again without each of its events; the figure is the"
        " largest difference of a score on the way",
        histories=histories,
    )
