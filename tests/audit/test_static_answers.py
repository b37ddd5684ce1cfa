"""How results are told: bounds, limits of the solver, sameness, and what a witness is."""

from __future__ import annotations

import json

import pytest

from engine.audit.static import analyses_of, examine, solving
from engine.audit.static.reach import everything
from engine.audit.static.situation import Moment, Situation
from engine.audit.static.translate import Translator
from engine.language import expressions as ex
from engine.language.load import load_policy
from engine.values import MILLION, divide, half_even, multiply
from tests.audit.static_pairs import LATE, PENALTY, rule, text


def load(tmp_path, rules=LATE, more="", top="1100"):
    path = tmp_path / "policy.yaml"
    path.write_text(text(rules, more, top), "utf-8")
    return load_policy(path)


def test_the_same_policy_has_the_same_answer(tmp_path):
    rules = LATE + rule("on: fee.late, when: event.paid, then: [{score: 3}]", "paid")
    answers = [json.dumps([r.plain() for r in examine(load(tmp_path, rules))]) for _ in range(2)]
    assert answers[0] == answers[1]
    assert '"standing": "played"' in answers[0]


def test_what_the_solver_does_not_decide_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(solving.Asking.__init__, "__defaults__", (1,))
    rules = rule("on: fee.late, when: 'total(fee.late.days, 30 days) > count(fee.late, ever) * 9"
                 " and event.days * 7 / 3 > 11', then: [{score: -1}]")  # fmt: skip
    results = examine(load(tmp_path, rules))
    assert "D941" in {r.code for r in results}
    assert all(r.standing == "unknown" for r in results if r.code == "D941")
    assert not {"D931", "D932"} & {r.code for r in results}


def test_a_limited_rule_bounds_a_score(tmp_path):
    rules = rule("on: fee.late, limit: {times: 3, per: ever}, then: [{score: -5}]")
    frame = text(rules).replace("- {id: down,", "- {id: down, limit: {times: 1, per: ever},")
    path = tmp_path / "policy.yaml"
    path.write_text(frame, "utf-8")
    low, _ = analyses_of(load_policy(path))[0].reach.scores["trust"]
    assert low == (1000 - 15 - 50) * MILLION


def test_taking_back_may_overshoot(tmp_path):
    """A loss that lapses after a gain has hit the wall: the sum is not what is given back."""
    rules = rule("on: fee.late, limit: {times: 3, per: ever}, then: [{score: -5, lapses: 9 days}]")
    path = tmp_path / "policy.yaml"
    path.write_text(text(rules), "utf-8")
    assert analyses_of(load_policy(path))[0].reach.scores["trust"] == (0, 1300 * MILLION)


def test_a_history_is_found_for_what_needs_one(tmp_path):
    rules = (
        rule("on: fee.late, when: has(no-ferry), then: [{score: -5}]")
        + rule("on: fee.late, when: 'count(fee.late, 90 days) >= 4', then: [{score: 3}]", "many")
        + rule("on: deed.done, then: [{impose: no-ferry}]", "ban")
    )
    result = next(r for r in examine(load(tmp_path, rules, PENALTY)) if r.code == "D935")
    assert result.standing == "played"
    types = [event.type for event in result.witness.events]
    assert sorted(types) == ["deed.done", *["fee.late"] * 4]
    assert types[-1] == "fee.late"


@pytest.mark.parametrize("value", [-1_500_001, -7, 0, 1, 2_499_999, 2_500_000, 3_500_000])
def test_arithmetic_is_that_of_the_language(tmp_path, value):
    loaded = load(tmp_path)
    cases = {
        "event.days * 0.333333": multiply(value, 333_333),
        "event.days * -2.5": multiply(value, -2_500_000),
        "event.days / 7": divide(value, 7 * MILLION),
        "event.days / -0.3": divide(value, -300_000),
        "round(event.days)": half_even(value, MILLION) * MILLION,
        "floor(event.days)": value // MILLION * MILLION,
        "abs(event.days) - 1": abs(value) - MILLION,
        "max(event.days, 1) + min(event.days, 2)": max(value, MILLION) + min(value, 2 * MILLION),
    }
    for expression, expected in cases.items():
        reach = everything(loaded.policy)
        situation = Situation(loaded.policy, reach, Moment("fee.late", "citizen"))
        situation.variable("event.days", "number", low=value, high=value)
        found = Translator(situation).value(ex.parse(expression))
        asked = situation.asking
        assert asked.possible([*situation.sides(), found.value != expected]) == "no", expression
        assert asked.possible([*situation.sides(), found.value == expected]) == "yes", expression
        assert found.low == expected == found.high or found.fixed is None


def test_a_result_says_where_and_how(tmp_path):
    result = next(r for r in examine(load(tmp_path, top="1301")) if r.code == "D937")
    assert result.how == "proved for every history"
    finding = result.finding()
    assert (finding.where.file, finding.severity) == ("policy.yaml", "warning")
    assert [clause.clause for clause in result.clauses] == ["grades.trust.A", "scores.trust"]
