"""Types, scope, and what conditions make sure of."""

from __future__ import annotations

import pytest

from engine.findings import Where
from engine.language.expressions import parse
from engine.language.model import Policy
from engine.language.nodes import Scalar
from engine.language.typing import (
    Scope,
    assured,
    check_expression,
    check_template,
    constant,
    names_in,
)

POLICY = Policy.model_validate({
    "policy": "p",
    "format": "1",
    "subjects": {
        "citizen": {"attributes": {"age": "number", "aided": {"boolean": "false"}}},
        "firm": {"attributes": {"age": "text"}},
    },
    "weights": {"late": -5},
    "scores": {"trust": {"of": "citizen", "start": 0, "min": 0}},
    "grades": {"trust": [{"name": "A", "from": 9}, {"name": "B", "from": 0}]},
    "events": {
        "fee": {"fields": {"days": "number", "amount": {"number": {"optional": "true"}},
                           "how": {"one_of": ["cash", "card"]}, "who-paid": "text"}},
        "tip": {"fields": {"days": "number", "how": {"one_of": ["card", "coin"]}}},
    },
    "penalties": {"ban": {}},
})  # fmt: skip
FEE = Scope(POLICY, types=("fee",))
BOTH = Scope(POLICY, types=("fee", "tip"))
NONE = Scope(POLICY, reader="in a `while` condition")


def codes(text: str, scope: Scope = FEE, wanted: str = "condition") -> list[str]:
    return [finding.code for finding in check_expression(text, scope, wanted)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "event.days > 30 and subject.kind in ['citizen', 'firm']",
        "subject.aided",
        "not has(ban) or grade <= 'B'",
        "grade == grade.trust",
        "source == reporter or reporter is missing",
        "since(fee) > 2 weeks and age_of_record() < since(tip)",
        "latest(fee.how) == 'cash'",
        "latest(fee.amount) is missing",
        "count(fee, ever) + total(fee.amount, 3 months) > round(2.5)",
        "related_max('child', score) > related_count('child') / 2",
        "(event.days > 3) == subject.aided",
        "event.who-paid != 'x'",
        "true",
    ],
)
def test_sound_conditions(text: str) -> None:
    assert check_expression(text, FEE, "condition") == ()


@pytest.mark.parametrize(
    "text",
    [
        "not (event.amount is missing) and event.amount + 1 > 2",
        "event.amount > 0 and event.amount * 2 > 2",
        "event.amount in [1, 2] and event.amount - 1 > 0",
        "event.amount is missing or event.amount + 1 > 2",
        "not (event.amount is missing or event.days > 3) and event.amount + 1 > 2",
        "(event.amount > 1 or event.amount < 0) and event.amount + 1 > 2",
        "latest(fee.days) > 1 and latest(fee.days) + 1 > 2",
        "subject.kind == 'citizen' and score - 1 > 2",
        "subject.kind == 'firm' or score - 1 > 2",
        "subject.kind in ['citizen'] and score.trust > 1 and score - 1 > 2",
    ],
)
def test_guarded_arithmetic_is_not_accused(text: str) -> None:
    assert codes(text) == []


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("event.amount + 1 > 2", "event.amount"),
        ("event.amount + 1 > 2 and not (event.amount is missing)", "event.amount"),
        ("(event.amount > 1 or event.days > 0) and event.amount + 1 > 2", "event.amount"),
        ("not (event.amount > 1) and event.amount + 1 > 2", "event.amount"),
        ("event.amount is missing and event.amount + 1 > 2", "event.amount"),
        ("latest(fee.days) > 1 and latest(tip.days) + 1 > 2", "latest(tip.days)"),
        ("abs(event.amount) > 2", "event.amount"),
        ("-event.amount > 2", "event.amount"),
        ("subject.kind != 'firm' or score - 1 > 2", "score"),
    ],
)
def test_unguarded_arithmetic_is_warned_of_once(text: str, named: str) -> None:
    (finding,) = check_expression(text, FEE, "condition")
    assert (finding.code, finding.severity) == ("D213", "warning")
    assert finding.message.startswith(f"`{named}` may be missing")


def test_a_field_that_only_some_types_have_may_be_missing() -> None:
    assert codes("event.amount + event.days > 1", BOTH) == ["D213"]
    assert codes("event.days + 1 > 1", BOTH) == []
    assert codes("event.who-paid is missing", BOTH) == []
    assert codes("event.who-paid is missing", FEE) == ["D216"]


def test_choices_of_several_types_add_up() -> None:
    assert codes("event.how == 'coin' or event.how == 'cash'", BOTH) == []
    assert codes("event.how == 'coin'", FEE) == ["D210"]


def test_an_attribute_with_two_types_needs_the_kind() -> None:
    assert codes("subject.age > 18") == ["D214"]
    assert codes("subject.kind == 'citizen' and subject.age > 18") == []
    assert codes("subject.kind == 'firm' and subject.age > 18") == ["D204"]


def test_scope_without_an_event() -> None:
    (finding,) = check_expression("event.days > 3", NONE, "condition")
    assert finding.message == "`event` cannot be read in a `while` condition"
    assert codes("source is missing or reporter is missing", NONE) == ["D209", "D209"]


def test_until_is_only_printed_and_only_in_notices() -> None:
    notice = Scope(POLICY, until=True)
    assert check_template("wait until {until}", notice) == ()
    assert [f.code for f in check_template("wait until {until}", FEE)] == ["D209"]
    assert [f.code for f in check_template("{until > 3}", notice)] == ["D204"]


def test_targets_and_event_ids() -> None:
    for good in ("subject", "related('parent')", "event.who-paid"):
        assert codes(good, FEE, "subject-id") == []
    for bad in ("reporter", "event.days", "score", "related_count('parent')"):
        assert codes(bad, FEE, "subject-id") == ["D217"]
    assert codes("related(parent)", FEE, "subject-id") == ["D208"]
    assert codes("event.who-paid", FEE, "event-id") == []
    assert codes("subject", FEE, "event-id") == ["D217"]
    assert codes("event.whopaid", FEE, "event-id") == ["D201"]


def test_several_faults_of_one_expression_are_all_found() -> None:
    text = "event.dayz > 3 and counts(fee, ever) > 2 and event.days / 0 > 1 and weights.lat > 0"
    assert codes(text) == ["D201", "D207", "D211", "D201"]


def test_a_fault_is_marked_where_it_is() -> None:
    text = Scalar("event.days > 3 and event.dayz", Where("policy.yaml", 7, 11))
    (finding,) = check_expression(text, FEE, "condition")
    assert (finding.where, finding.width) == (Where("policy.yaml", 7, 30), 10)
    template = Scalar("You owe {event.dayz}.", Where("policy.yaml", 8, 5))
    (finding,) = check_template(template, FEE)
    assert (finding.where, finding.width) == (Where("policy.yaml", 8, 14), 10)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("event.days-1 > 3",
         "a hyphen belongs to the name; write `event.days - 1` to subtract"),
        ("score-1 > 3", "a hyphen belongs to the name; write `score - 1` to subtract"),
        ("weights.late-weights.late > 3",
         "a hyphen belongs to the name; write `weights.late - weights.late` to subtract"),
        ("days > 3", "did you mean `event.days`?"),
        ("late > 3", "did you mean `weights.late`?"),
        ("ban", "did you mean `has(ban)`?"),
        ("grade < B", "did you mean `'B'`?"),
        ("count > 3", "write `count(TYPE, WINDOW)`"),
        ("event.source == 'x'", "write `source`, without `event.`"),
    ],
)  # fmt: skip
def test_hints_guess_what_was_meant(text: str, hint: str) -> None:
    (finding,) = check_expression(text, FEE, "condition")
    assert finding.hint == hint


def test_a_missing_value_may_fill_an_optional_field() -> None:
    assert [f.code for f in check_expression("event.amount", FEE, "number")] == ["D213"]
    assert check_expression("event.amount", FEE, "number", may_miss=True) == ()


def test_assured_facts() -> None:
    facts = assured("event.amount > 1 and subject.kind == 'firm'", FEE, True)
    assert "event.amount" in facts.present
    assert facts.kinds == {"firm"}
    assert assured("event.amount is missing", FEE, False).present == {"event.amount"}
    assert assured("event.amount >", FEE, True).present == frozenset()


def test_names_in_reads_values_only() -> None:
    tree = parse("count(fee, ever) > weights.late and max(event.days, score) > 1 and has(ban)")
    assert list(names_in(tree)) == ["weights.late", "event.days", "score"]


def test_constant() -> None:
    assert constant("-5") is not None
    assert constant("5 + 1") is None
    assert constant("5 +") is None
