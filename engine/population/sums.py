"""What a summary must be like to be looked at: a folder may come from anywhere."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, NonNegativeInt, ValidationError

from engine.values import BadValue, parse_iso, parse_number

_MOST = 10_000  # groups, scores, grades, rules or periods; more were never written


class _Part(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True)


class _Grade(_Part):
    name: str
    from_: str

    model_config = ConfigDict(alias_generator=lambda name: name.rstrip("_"))


class _Score(_Part):
    start: str
    grades: list[_Grade]


class _Counted(_Part):
    counts: dict[str, dict[str, NonNegativeInt]]
    moved: dict[str, dict[str, NonNegativeInt]]


class _Period(_Counted):
    at: str
    groups: dict[str, _Counted]


class _Parts(_Part):
    all: NonNegativeInt
    done: NonNegativeInt


class _Sums(_Part):
    policy: str
    hash: str
    subjects: NonNegativeInt
    events: NonNegativeInt
    parts: _Parts
    groups: list[str]
    sizes: dict[str, NonNegativeInt]
    start: str | None
    scores: dict[str, _Score]
    fired: dict[str, dict[str, NonNegativeInt]]
    grades: list[_Period]


def sound(data: dict[str, Any]) -> bool:
    """Whether a summary has all that is looked at, and its parts fit together."""
    try:
        sums = _Sums.model_validate(data)
        for score in sums.scores.values():
            for number in (score.start, *(grade.from_ for grade in score.grades)):
                parse_number(number)
        for instant in (sums.start, *(period.at for period in sums.grades)):
            if instant is not None:
                parse_iso(instant)
    except (ValidationError, BadValue, ValueError):
        return False
    many = (sums.groups, sums.scores, sums.fired, sums.grades)
    several = sums.groups if len(sums.groups) > 1 else []
    return (
        all(len(one) <= _MOST for one in many)
        and sums.parts.all <= 100 * _MOST
        and (sums.start is not None or not sums.grades)
        and all({"all", *several} <= set(fired) for fired in sums.fired.values())
        and all(_fits(period, sums, several) for period in sums.grades)
    )


def _fits(period: _Period, sums: _Sums, groups: list[str]) -> bool:
    """Whether a period tells of every graded score, and of every group."""
    if not set(groups) <= set(period.groups):
        return False
    graded = {name: [g.name for g in score.grades] for name, score in sums.scores.items()}
    return all(
        list(one.counts.get(name, ())) == grades and name in one.moved
        for one in (period, *(period.groups[group] for group in groups))
        for name, grades in graded.items()
        if grades
    )
