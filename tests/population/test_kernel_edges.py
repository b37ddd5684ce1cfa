"""The kernel at the edges: bounds of numbers and times, many rules, nothing at all."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from engine.language.model import Policy
from engine.language.rows import Cast, Event, Person
from engine.values import LIMIT, MILLION, parse_instant
from tests.population.comparing import compare

pytestmark = pytest.mark.usefixtures("kernel")
EDGES = (0, 1, -1, 2, 3, 7, 2 * MILLION, 499_999, 500_000, 500_001, MILLION, -MILLION, 3 * MILLION,
         3_000_000_001, 9_223_372_037_001, LIMIT // 3, LIMIT - 1, 1 - LIMIT)  # fmt: skip
DAY = 86_400
START = parse_instant("2031-01-01")


def policy(rules: list[dict[str, Any]], **more: Any) -> Policy:
    """A policy of one kind of subject, one score and an event with two numbers."""
    number = {"number": {}}
    data: dict[str, Any] = {
        "policy": "edges", "format": "1", "subjects": {"person": {}},
        "scores": {"points": {"of": ["person"], "start": "0"}},
        "events": {"thing": {"fields": {"a": number, "b": number}}},
        "rules": rules,
    }  # fmt: skip
    return Policy.model_validate({**data, **more})


def thing(at: int, a: int = 0, b: int = 0, row: int = 1, who: str = "mei") -> Event:
    return Event(who, "thing", at, at, {"a": a, "b": b}, row=row)


@pytest.mark.parametrize(
    "expression",
    ["event.a * event.b", "event.a / event.b", "event.a + event.b", "event.a - event.b",
     "round(event.a / 3)", "floor(event.a) - event.b / 7", "-event.a * 0.000001",
     "max(event.a, event.b) / 3 + abs(min(event.a, event.b))"],
)  # fmt: skip
def test_arithmetic_is_exact_at_the_edges(expression: str) -> None:
    made = policy([{"id": "calc", "on": "thing", "then": [{"score": {"set": expression}}]}])
    stopped = 0
    for a, b in product(EDGES, EDGES):
        found = compare(((None, made),), None, [thing(START, a, b)])
        assert found.difference is None, f"{expression} of {a} and {b}: {found.difference}"
        stopped += found.stopped
    assert stopped < len(EDGES) ** 2  # some have a value


def test_a_score_without_walls_overflows_as_in_the_step_engine() -> None:
    made = policy([{"id": "up", "on": "thing", "then": [{"score": "event.a"}]}])
    events = [thing(START + i, LIMIT - 1, row=i) for i in range(3)]
    found = compare(((None, made),), None, events)
    assert found.difference is None
    assert found.stopped


@pytest.mark.parametrize("lapses", [(), (0,), (1, 3), (0, 1, 2, 3)])
def test_rules_that_only_add_move_a_score_once_and_it_is_clamped_once(
    lapses: tuple[int, ...],
) -> None:
    rules: list[dict[str, Any]] = [
        {"id": "a", "on": "thing", "then": [{"score": "event.a"}]},
        {"id": "b", "on": "thing", "then": [{"score": "event.b"}]},
        {"id": "c", "on": "thing", "when": "event.a > 3", "then": [{"score": {"other": "1"}}]},
        {"id": "d", "on": "thing", "then": [{"score": "-1"}]},
    ]  # fmt: skip
    scores = {
        "points": {"of": ["person"], "start": "0", "min": "-3", "max": "5"},
        "other": {"of": ["person", "thing-like"], "start": "0"},
    }
    for rule in (rules[0], rules[1], rules[3]):
        rule["then"] = [{"score": {"points": rule["then"][0]["score"]}}]
    for number in lapses:  # what a wall swallowed of one is not paid back by its lapse
        rules[number]["then"][0]["lapses"] = f"{5 + number} seconds"
    made = policy(rules, scores=scores, subjects={"person": {}, "thing-like": {}})
    people = (Person("mei", "person", {}), Person("it", "thing-like", {}))
    cast = Cast(people, {}, START, START + DAY)
    amounts = ((4, 4), (9, -9), (-9, 9), (2, -2), (-7, 1), (5, 0), (0, -8))
    for who in ("mei", "it"):  # it has no points, and only the other score is moved
        events = [thing(START + i, a * MILLION, b * MILLION, i, who)
                  for i, (a, b) in enumerate(amounts)]  # fmt: skip
        found = compare(((None, made),), cast, events)
        assert found.difference is None
        assert found.lines > 20


def test_a_derived_event_has_its_defaults() -> None:
    rules = [
        {"id": "more", "on": "thing", "then": [{"emit": {"event": "echo", "loud": "event.a"}}]},
        {"id": "soft", "on": "echo", "when": "event.far == 7", "then": [{"score": "event.far"}]},
        {"id": "kind", "on": "echo", "when": "event.how == 'low'", "then": [{"score": "2"}]},
    ]  # fmt: skip
    number = {"number": {}}
    events = {
        "thing": {"fields": {"a": number, "b": number}},
        "echo": {"fields": {"loud": number, "far": {"number": {"default": "7"}},
                            "how": {"text": {"default": "low"}}}},
    }  # fmt: skip
    found = compare(((None, policy(rules, events=events)),), None, [thing(START, MILLION)])
    assert found == (None, False, 5)


def test_running_sums_that_leave_the_machine_are_left_to_the_step_engine() -> None:
    rules = [{"id": "all", "on": "thing", "when": "total(thing.a, ever) > 0",
              "then": [{"score": "1"}]}]  # fmt: skip
    up = [thing(START + i, LIMIT - 1, row=i) for i in range(1)]
    assert compare(((None, policy(rules)),), None, up).difference is None
    more = [thing(START + i, LIMIT - 1, row=i) for i in range(5_000)]
    found = compare(((None, policy(rules)),), None, more)
    assert found.difference is None
    assert found.stopped


@pytest.mark.parametrize("first", ["0001-01-01", "1969-12-31 23:59:59", "9990-12-31"])
@pytest.mark.parametrize("window", ["1 month", "12 years", "1 second", "10000 years", "3000 years"])
def test_windows_and_terms_hold_at_extreme_dates(first: str, window: str) -> None:
    rules = [
        {"id": "often", "on": "thing", "when": f"count(thing, {window}) >= 2",
         "then": [{"impose": "ban"}, {"score": "1", "lapses": window}]},
        {"id": "over", "on": "ended ban", "then": [{"score": "-3"}]},
        {"id": "yearly", "on": f"every {window}", "limit": {"times": "2", "per": window},
         "then": [{"score": "5"}]},
    ]  # fmt: skip
    if window == "1 second":
        rules.pop()  # once a second for years is too much
    made = policy(rules, penalties={"ban": {"lasts": window, "again": "extend"}})
    start = parse_instant(first)
    days = (0, 0, 27, 28, 31, 59, 365, 366, 3000)
    events = [thing(start + d * DAY - (d > 0), row=i) for i, d in enumerate(days)]
    cast = Cast((Person("mei", "person", {}),), {}, start, start + 3200 * DAY)
    assert compare(((None, made),), cast, events).difference is None


def test_nothing_and_a_single_event() -> None:
    made = policy([{"id": "one", "on": "thing", "then": [{"score": "1"}]}])
    cast = Cast((Person("mei", "person", {}), Person("bo", "person", {})), {}, START, START + DAY)
    assert compare(((None, made),), cast, []).lines == 0
    assert compare(((None, made),), None, []).difference is None
    assert compare(((None, made),), None, [thing(START)]) == (None, False, 2)


def test_ten_thousand_rules() -> None:
    rules: list[dict[str, Any]] = [
        {"id": f"r{i}", "on": "thing", "when": f"event.a > {i % 100}",
         "then": [{"score": str(i % 7 - 3)}]}
        for i in range(10_000)
    ]  # fmt: skip
    rules[7]["overrides"] = ["r8", "r9999"]
    rules[20]["limit"] = {"times": "1", "per": "1 day"}
    events = [thing(START + i, 50 * i * MILLION, row=i) for i in range(4)]
    found = compare(((None, policy(rules)),), None, events)
    assert found.difference is None
    assert found.lines > 20_000


def test_an_id_that_comes_twice_changes_nothing() -> None:
    made = policy([{"id": "one", "on": "thing", "then": [{"score": "1"}]}])
    events = [thing(START + i, row=i)._replace(id=f"e{i % 2}") for i in range(5)]
    assert compare(((None, made),), None, events) == (None, False, 4)


def test_a_step_without_end_is_left_to_the_step_engine() -> None:
    rules = [{"id": "again", "on": "thing",
              "then": [{"emit": {"event": "thing", "a": "1", "b": "1"}}]}]  # fmt: skip
    found = compare(((None, policy(rules)),), None, [thing(START)])
    assert found.difference is None
    assert found.stopped


@pytest.mark.long
def test_a_subject_with_a_million_events() -> None:
    rules = [{"id": "often", "on": "thing", "when": "count(thing, 30 days) >= 2",
              "then": [{"score": "1"}]}]  # fmt: skip
    scores = {"points": {"of": ["person"], "start": "0", "max": "500"}}
    events = [thing(START + 60 * i, row=i) for i in range(1_000_000)]
    assert compare(((None, policy(rules, scores=scores)),), None, events).difference is None
