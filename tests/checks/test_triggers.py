"""What `on` resolves to."""

from __future__ import annotations

import pytest

from engine.language.model import Policy
from engine.language.triggers import (
    BadTrigger,
    event_types,
    matching_types,
    parse_trigger,
    parse_triggers,
)
from engine.values import Duration

POLICY = Policy.model_validate(
    {
        "policy": "p",
        "format": "1",
        "subjects": {"citizen": {}},
        "scores": {
            "trust": {"of": "citizen", "start": 0, "min": 0},
            "civic": {"of": "citizen", "start": 0, "min": 0},
        },
        "grades": {
            "trust": [{"name": "A", "from": 9}, {"name": "B", "from": 0}],
            "civic": [{"name": "A", "from": 5}, {"name": "low", "from": 0}],
        },
        "events": {"fee.late": {}, "ride": {}, "fee.paid.early": {}, "feed": {}},
        "rewards": {"pass": {}},
        "penalties": {"no-ferry": {}},
        "rules": [
            {"id": "mixed", "on": ["ride", "refused fee.*"]},
            {"id": "changes", "on": ["entered B", "began pass"]},
        ],
    }
)


def test_an_event_type_and_a_prefix() -> None:
    assert parse_trigger("ride", POLICY).types == ("ride",)
    prefix = parse_trigger("fee.*", POLICY)
    assert (prefix.kind, prefix.types) == ("event", ("fee.late", "fee.paid.early"))
    assert prefix.keys == ("fee.late", "fee.paid.early")
    assert prefix.has_event


def test_a_prefix_is_whole_words() -> None:
    assert matching_types("fee.*", POLICY) == ("fee.late", "fee.paid.early")
    assert matching_types("fee.paid.*", POLICY) == ("fee.paid.early",)
    assert matching_types("feed.*", POLICY) == ()


def test_refusals_grades_measures_and_periods() -> None:
    refused = parse_trigger("refused fee.*", POLICY)
    assert (refused.kind, refused.keys) == (
        "refused", ("refused fee.late", "refused fee.paid.early"),
    )  # fmt: skip
    left = parse_trigger("left low", POLICY)
    assert (left.kind, left.score, left.grade) == ("left", "civic", "low")
    entered = parse_trigger("entered trust.A", POLICY)
    assert (entered.score, entered.grade, entered.keys) == ("trust", "A", ("entered trust.A",))
    assert parse_trigger("began no-ferry", POLICY).measure == "no-ferry"
    assert parse_trigger("ended pass", POLICY).keys == ("ended pass",)
    every = parse_trigger("every 3 months", POLICY)
    assert (every.period, every.keys) == (Duration(0, 3), ("every 3 months",))
    assert not every.has_event


def test_lists_of_events_or_of_changes() -> None:
    mixed, changes = POLICY.rules
    assert [t.kind for t in parse_triggers(mixed, POLICY)] == ["event", "refused"]
    assert event_types(parse_triggers(mixed, POLICY)) == ("ride", "fee.late", "fee.paid.early")
    assert [t.kind for t in parse_triggers(changes, POLICY)] == ["entered", "began"]
    assert event_types(parse_triggers(changes, POLICY)) == ()


@pytest.mark.parametrize(
    ("text", "code", "hint"),
    [
        ("fee.lat", "D301", "did you mean `fee.late`?"),
        ("fees.*", "D304", "did you mean `fee.*`?"),
        ("entered A", "D303", "write `entered trust.A` or `entered civic.A`"),
        ("entered civic.B", "D301", "known grades: `A`, `low`"),
        ("began no-fery", "D301", "did you mean `no-ferry`?"),
        ("refuse ride", "D302", "did you mean `refused …`?"),
        ("every 0 days", "D302", "write e.g. `1 day`"),
        ("refused", "D302", "write e.g. `refused ferry.booked`"),
        ("", "D302", "write an event type, e.g. `on: fee.late`"),
    ],
)
def test_bad_triggers_say_how_to_mend_them(text: str, code: str, hint: str) -> None:
    with pytest.raises(BadTrigger) as caught:
        parse_trigger(text, POLICY)
    assert caught.value.finding.code == code
    assert caught.value.finding.hint == hint
