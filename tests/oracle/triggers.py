"""The written forms of ``on`` (3.3), and whether a part of a step fits one."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from engine.values import Duration, parse_duration

KINDS = ("refused", "entered", "left", "began", "ended", "every")


class Trigger(NamedTuple):
    """One form: its kind, and the rest of the words."""

    kind: str  # "event" or one of KINDS
    name: str  # event type or pattern, grade, measure, or the period as written
    period: Duration | None = None  # for `every`


class Occasion(NamedTuple):
    """What a part of a step is about, as rules see it."""

    kind: str  # "event", one of KINDS, or "nothing"
    name: str = ""  # event type, grade or measure
    score: str = ""  # entered and left: the score of the grade
    period: Duration | None = None  # every


@cache
def read_trigger(text: str) -> Trigger:
    words = str.__str__(text).split()
    if len(words) == 1:
        return Trigger("event", words[0])
    assert words[0] in KINDS
    if words[0] == "every":
        return Trigger("every", "", parse_duration(" ".join(words[1:])))
    assert len(words) == 2
    return Trigger(words[0], words[1])


def fits_pattern(pattern: str, event_type: str) -> bool:
    """An event type itself, or ``prefix.*``."""
    if pattern.endswith(".*"):
        return event_type.startswith(pattern[: -len("*")])
    return event_type == pattern


def fits(trigger: Trigger, occasion: Occasion) -> bool:
    if trigger.kind != occasion.kind:
        return False
    if trigger.kind in ("event", "refused"):
        return fits_pattern(trigger.name, occasion.name)
    if trigger.kind in ("entered", "left"):
        return trigger.name in (occasion.name, f"{occasion.score}.{occasion.name}")
    if trigger.kind == "every":
        return trigger.period == occasion.period
    return trigger.name == occasion.name
