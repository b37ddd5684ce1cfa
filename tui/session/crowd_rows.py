"""A survey on its way from one process to another: as JSON, and back."""

from __future__ import annotations

from typing import Any

from engine.population.survey import Found, Roll, Spread, Survey


def survey_json(made: Survey) -> dict[str, Any]:
    """A survey as JSON takes it."""
    return {
        "score": made.score,
        "start": made.start,
        "ladder": [list(grade) for grade in made.ladder],
        "first": made.first,
        "width": made.width,
        "spreads": {
            name: [s.number, s.least, s.quarter, s.middle, s.three_quarters, s.most, list(s.bins)]
            for name, s in made.spreads.items()
        },
        "rolls": {
            name: [[roll.kind, roll.grade, [list(p) for p in roll.people]] for roll in rolls]
            for name, rolls in made.rolls.items()
        },
    }


def survey_of(data: dict[str, Any]) -> Survey:
    """A survey that :func:`survey_json` wrote."""
    return Survey(
        data["score"], data["start"], tuple((name, floor) for name, floor in data["ladder"]),
        data["first"], data["width"],
        {name: _spread_of(told) for name, told in data["spreads"].items()},
        {
            name: tuple(Roll(kind, grade, tuple(Found(*person) for person in people))
                        for kind, grade, people in rolls)
            for name, rolls in data["rolls"].items()
        },
    )  # fmt: skip


def _spread_of(told: list[Any]) -> Spread:
    number, least, quarter, middle, three_quarters, most, bins = told
    return Spread(number, least, quarter, middle, three_quarters, most, tuple(bins))
