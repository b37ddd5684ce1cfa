"""Warnings: when they are given, and when not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from engine.language.checks import PASSES, check_policy
from engine.language.model import Policy

BASE: Mapping[str, Any] = {
    "policy": "p",
    "format": "1",
    "subjects": {"citizen": {}},
    "scores": {"trust": {"of": "citizen", "start": 0, "standing": "invented"}},
    "events": {"a": {"fields": {"ref": "text"}}, "b": {"fields": {"ref": "text"}}},
}


def codes(**more: Any) -> list[str]:
    return [f.code for f in check_policy(Policy.model_validate({**BASE, **more}))]


def setter(name: str, on: Any = "a", **more: Any) -> dict[str, Any]:
    to = {"to": more.pop("to")} if "to" in more else {}
    return {"id": name, "on": on, "then": [{"score": {"set": "1"}, **to}], **more}


def test_two_sets_that_meet() -> None:
    assert codes(rules=[setter("x"), setter("y")]) == ["D320"]
    assert codes(rules=[setter("x", ["a", "b"]), setter("y", "b")]) == ["D320"]
    twice = {"id": "x", "on": "a", "then": [{"score": {"set": "1"}}, {"score": {"set": "2"}}]}
    assert codes(rules=[twice]) == ["D320"]


def test_a_set_written_by_its_score_meets_one_that_is_not() -> None:
    named = {"id": "y", "on": "a", "then": [{"score": {"trust": {"set": "1"}}}]}
    assert codes(rules=[setter("x"), named]) == ["D320"]


@pytest.mark.parametrize(
    "rules",
    [
        [setter("x"), setter("y", "b")],
        [setter("x"), setter("y", "refused a")],
        [setter("x"), setter("y", overrides=["x"])],
        [setter("x"), setter("y", to="event.ref")],
        [setter("x", in_force={"until": "2031-01-01"}),
         setter("y", in_force={"from": "2031-01-01"})],
        [setter("x"), {"id": "y", "on": "a", "then": [{"score": "1"}]}],
    ],
)  # fmt: skip
def test_sets_that_do_not_meet(rules: list[dict[str, Any]]) -> None:
    assert codes(rules=rules) == []


def test_a_chain_of_overrides_keeps_sets_apart() -> None:
    middle = {"id": "m", "on": "b", "overrides": ["x"]}
    assert codes(rules=[setter("x"), middle, setter("y", overrides=["m"])]) == []


def test_documented_clauses_cite() -> None:
    sources = {"s": {"title": "S"}}
    bare: dict[str, Any] = {"id": "x", "on": "a"}
    assert codes(sources=sources, rules=[{**bare, "standing": "documented"}]) == ["D321"]
    assert codes(sources=sources, rules=[{**bare, "standing": "documented", "cite": "s"}]) == []
    assert codes(sources=sources, standing="documented", rules=[bare]) == ["D321"]
    inherited = {"trust": {"of": "citizen", "start": 0}}
    assert codes(sources=sources, standing="documented", scores=inherited) == ["D321"]
    assert codes(sources=sources, standing="documented",
                 rules=[{**bare, "standing": "adapted"}]) == []  # fmt: skip


def test_unused_weights() -> None:
    assert codes(weights={"w": 1}) == ["D322"]
    used = {"id": "x", "on": "a"}
    for more in (
        {"when": "count(a, ever) > weights.w"},
        {"when": {"any": ["weights.w > 1"]}},
        {"unless": "weights.w > 1"},
        {"then": [{"score": "weights.w"}]},
        {"then": [{"score": {"trust": {"set": "0 - weights.w"}}}]},
        {"then": [{"notify": "{weights.w}"}]},
        {"then": [{"emit": {"event": "a", "ref": "{weights.w}"}, "after": "1 day"}]},
    ):
        assert codes(weights={"w": 1}, rules=[{**used, **more}]) == []
    assert codes(weights={"w": 1}, rewards={"r": {"while": "score > weights.w"}}) == []
    assert codes(weights={"w": 1}, rewards={"r": {"notice": "{weights.w}"}}) == []


def test_a_misspelt_weight_is_not_also_unused() -> None:
    rules = [{"id": "x", "on": "a", "then": [{"score": "weights.v"}]}]
    assert codes(weights={"w": 1}, rules=rules) == ["D201"]


def test_circles_are_named_once() -> None:
    rules = [{"id": i, "on": "a", "overrides": [o]} for i, o in ("xy", "yz", "zx")]
    findings = check_policy(Policy.model_validate({**BASE, "rules": rules}))
    assert [f.message for f in findings] == [
        "these rules override each other: `x` → `y` → `z` → `x`"
    ]


def test_findings_come_in_the_order_of_the_file() -> None:
    from engine.language.source import parse_text

    text = (
        "policy: p\nformat: 1\nsubjects: {citizen: {}}\n"
        "scores: {trust: {of: citizn, start: 0}}\nevents: {a: {by: [court]}}\n"
        "rules:\n  - {id: x, on: b}\n  - {id: x, on: a, when: event.x > 1}\n"
    )
    findings = check_policy(Policy.model_validate(parse_text(text, "p.yaml")))
    assert [f.where.line if f.where else 0 for f in findings] == [4, 5, 7, 8, 8]
    assert [f.code for f in findings] == ["D301", "D301", "D301", "D310", "D201"]


def test_passes_are_an_immutable_list_of_plain_functions() -> None:
    assert isinstance(PASSES, tuple)
    assert len(set(PASSES)) == len(PASSES)
