"""The workload of the engine's benchmarks: fifty rules, a seeded stream of events."""

from __future__ import annotations

import random
from typing import Any

from engine.language.model import Policy
from engine.language.rows import Event
from engine.values import MILLION, parse_instant

TYPES = 10
PEOPLE = 200


def policy(rules: int = 50, *, rare: bool = True) -> Policy:
    """Rules spread over ten event types; ``rare``: about one judgement in a hundred holds."""
    return Policy.model_validate(
        {
            "policy": "benchmark",
            "format": "1",
            "subjects": {"citizen": {"attributes": {"aided": {"boolean": False}}}},
            "weights": {"late": "-2"},
            "scores": {"trust": {"of": "citizen", "start": "1000", "min": "0", "max": "2000"}},
            "grades": {"trust": [{"name": "A", "from": "900"}, {"name": "B", "from": "400"},
                                 {"name": "C", "from": "0"}]},
            "events": {f"act-{n}": {"fields": {"days": "number"}} for n in range(TYPES)},
            "penalties": {"ban": {"blocks": ["act-9"], "while": "score < 100"}},
            "rules": [_rule(n, rare) for n in range(rules)],
        }
    )  # fmt: skip


def _rule(number: int, rare: bool) -> dict[str, Any]:
    event = f"act-{number % TYPES}"
    if rare:
        when = f"event.days > 98 and count({event}, {10 + number} days) >= {1 + number % 4}"
    else:
        when = f"event.days >= 0 and count({event}, {10 + number} days) >= 1"
    return {
        "id": f"rule-{number}",
        "on": event,
        "when": f"{when} and not subject.aided",
        "then": [{"score": "weights.late"}],
    }


def events(count: int, seed: int = 1) -> list[Event]:
    """A stream in playing order, a few minutes between events."""
    chance = random.Random(seed)
    now = parse_instant("2030-01-01")
    made = []
    for row in range(1, count + 1):
        now += chance.randrange(2000)
        made.append(
            Event(
                f"p{chance.randrange(PEOPLE)}", f"act-{chance.randrange(TYPES)}", now, now,
                {"days": chance.randrange(100) * MILLION}, id=f"e{row}", row=row,
            )
        )  # fmt: skip
    return made
