"""Models and their complaints: values come out typed, complaints come out as findings."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.language.model import Policy, Scenario
from engine.language.nodes import Scalar, where_of
from engine.language.source import parse_text
from engine.language.validate import check_kind, validate

SAMPLES = Path(__file__).parent.parent / "samples"
HEAD = "policy: p\nformat: 1\n"


def findings(text: str) -> list[tuple[str, str, str | None]]:
    return [
        (f"{f.where.line}:{f.where.column}" if f.where else "-", f.message, f.hint)
        for f in validate(parse_text(HEAD + text, "f.yaml"), Policy)[1]
    ]


def test_the_example_of_the_language() -> None:
    text = (SAMPLES / "harbour/policy.yaml").read_text("utf-8")
    policy, wrong = validate(parse_text(text, "policy.yaml"), Policy)
    assert wrong == ()
    assert policy is not None
    late = policy.weights["late"]
    assert (late.value, late.range) == (-5_000_000, (-20_000_000, 0))
    assert str(late.where) == "policy.yaml:16:9"
    rule = policy.rules[0]
    assert str(rule.where) == "policy.yaml:31:5"
    assert isinstance(rule.when, Scalar)
    assert str(where_of(rule.when)) == "policy.yaml:33:11"
    assert rule.then[0].verb == "score"
    assert policy.rules[1].on == ("fee.late",)
    assert policy.penalties["no-ferry"].again == "extend"


def test_a_list_may_be_one_item_where_that_is_allowed() -> None:
    text = HEAD + "scores: {s: {of: a, start: 0}, t: {of: [a, b], start: 0}}\n"
    policy, _ = validate(parse_text(text, "f.yaml"), Policy)
    assert policy is not None
    assert policy.scores["s"].of == ("a",)
    assert policy.scores["t"].of == ("a", "b")


def test_no_library_wording_leaks() -> None:
    text = """\
title: []
standing: {}
weights: {a: {}, b: [], c: {value: [], range: {}, unit: {}}}
scores: {s: 3, t: {of: {}, start: {}, drift: 3}}
grades: {g: 3, h: [3, {name: [], from: x}]}
events: {e: {fields: 3}, f: {fields: {a: []}, by: 3}}
rewards: {r: {quota: [], while: [], again: []}}
rules: [3, [], {id: [], on: {}, then: 3, limit: 3, in_force: [], when: {all: {}}}]
extends: {a: b}
"""
    said = findings(text)
    assert len(said) >= 28
    leaks = re.compile(
        r"input|should|valid|instance|dict|tuple|str\b|type=|pydantic|model|field", re.IGNORECASE
    )
    assert [message for _, message, _ in said if leaks.search(message)] == []
    assert all(message[0] in "`abcdefghijklmnopqrstuvwxyz" for _, message, _ in said)


def test_a_missing_key_that_is_only_misspelt_is_said_once() -> None:
    assert findings("scores: {s: {off: a, start: 0}}") == [
        ("3:14", "`off` is not a key that is known here", "did you mean `of`?")
    ]


def test_complaints_come_in_the_order_of_the_file() -> None:
    said = findings("rules:\n  - {id: A}\ntitle: []\nweights: {x: y}\n")
    places = [tuple(map(int, place.split(":"))) for place, _, _ in said]
    assert places == sorted(places)


@pytest.mark.parametrize("name", ["from_", "while_", "where_in", "for_"])
def test_names_of_the_code_are_no_keys(name: str) -> None:
    said = findings(f"rewards: {{r: {{{name}: x}}}}")
    assert [message for _, message, _ in said] == [f"`{name}` is not a key that is known here"]


def test_scores_and_grades_of_an_expectation_may_stand_alone() -> None:
    text = "scenario: s\npolicy: p.yaml\nstart: 2031-01-01\nexpect: {mei: {score: 980, grade: B}}\n"
    scenario, wrong = validate(parse_text(text, "f.yaml"), Scenario)
    assert wrong == ()
    assert scenario is not None
    assert scenario.expect["mei"].score == {"": 980_000_000}
    assert scenario.expect["mei"].grade == {"": "B"}


@pytest.mark.parametrize(
    ("text", "kind", "message"),
    [
        ("policy: p", "policy", None),
        ("cast: {}", "subjects", None),
        ("until: 2031-01-01", "subjects", None),
        ("scenario: s\npolicy: p", "scenario", None),
        (
            "policy: p\nscenario: s",
            "scenario",
            "expected `scenario` as the first key, found `policy`",
        ),
        (
            "start: 1\nscenario: s",
            "scenario",
            "expected `scenario` as the first key, found `start`",
        ),
        ("scenario: s\npolicy: p", "policy", "expected a policy file, found a scenario file"),
        ("policy: p", "scenario", "expected a scenario file, found a policy file"),
        ("polic: p", "policy", "the first key says what a file is; `polic` says nothing"),
    ],
)
def test_kinds(text: str, kind: str, message: str | None) -> None:
    wrong = check_kind(parse_text(text, "f.yaml"), kind)
    assert (wrong and wrong.message) == message
