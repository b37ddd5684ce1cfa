"""What conditions become for durable-rules. Nothing here needs durable-rules."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.evaluation.matchers import translate
from engine.evaluation.matchers.translate import Shard, distinct, hash32, shards_of, size_of
from engine.evaluation.plan import RuleGroup
from tests.matchers.conditions import base_group, group_of


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> RuleGroup:
    return base_group(Path(tmp_path_factory.mktemp("policy")))


def shard(base: RuleGroup, when: str | None, unless: str | None = None) -> Shard:
    (only,) = shards_of(group_of(base, [(when, unless)]).rules, base.compiler)
    return only


def condition(found: Shard) -> Any:
    """The condition of its only rule, without the test that every fact passes."""
    parts = found.ruleset[found.names[0]]["all"][0]["m"]
    if parts == {"on": 1}:
        return None
    assert parts["$and"][0] == {"on": 1}
    return parts["$and"][1] if len(parts["$and"]) == 2 else parts["$and"][1:]


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        (None, None),
        ("event.days > 30", {"$gt": {"f0": 30_000_000}}),
        ("30 < event.days", {"$gt": {"f0": 30_000_000}}),
        ("event.days >= -0.5", {"$gte": {"f0": -500_000}}),
        ("event.days != weights.w", {"$neq": {"f0": 3_000_000}}),
        ("event.note == 'it is \u00fc'", {"f0": "it is \u00fc"}),
        ("subject.aided", {"f0": 1}),
        ("subject.aided == true", {"f0": 1}),
        ("has(ban)", {"f0": 1}),
        ("not has(ban)", {"f0": 0}),
        ("not subject.aided", {"$or": [{"$nex": {"f0": 1}}, {"f0": 0}]}),
        ("event.days is missing", {"$nex": {"f0": 1}}),
        ("not (event.days is missing)", {"$ex": {"f0": 1}}),
        ("not (event.days > 5)", {"$or": [{"$nex": {"f0": 1}}, {"$lte": {"f0": 5_000_000}}]}),
        ("not (count(fee.late, ever) > 5)", {"$lte": {"f0": 5_000_000}}),
        ("event.days + 1 > 5", {"$gt": {"f0": 5_000_000}}),
        ("since(fee.late) < 2 days", {"$lt": {"f0": 172_800}}),
        ("grade < 'B'", {"$lt": {"f0": -1}}),
        ("event.days in [1, 2]", {"$or": [{"f0": 1_000_000}, {"f0": 2_000_000}]}),
        (
            "not (event.note in ['a', 'b'])",
            {
                "$or": [
                    {"$nex": {"f0": 1}},
                    {"$and": [{"$neq": {"f0": "a"}}, {"$neq": {"f0": "b"}}]},
                ]
            },
        ),
        ("event.days in [1, event.amount]", {"f0": 1}),
        ("1 == 2", {"f0": 1}),
        ("event.days > event.amount", [{"$ex": {"f1": 1}}, {"$gt": {"f0": {"$m": "f1"}}}]),
        (
            "not (has(ban) and event.note == 'a')",
            {"$or": [{"f0": 0}, {"$nex": {"f1": 1}}, {"$neq": {"f1": "a"}}]},
        ),
        ("has(ban) or listed(wall) or has(ban)", {"$or": [{"f0": 1}, {"f1": 1}, {"f0": 1}]}),
    ],
)  # fmt: skip
def test_a_condition_becomes_tests_of_fields(
    base: RuleGroup, when: str | None, expected: object
) -> None:
    assert condition(shard(base, when)) == expected


def test_an_unless_is_a_not(base: RuleGroup) -> None:
    found = shard(base, "event.days > 30", "has(ban)")
    assert condition(found) == [{"$gt": {"f0": 30_000_000}}, {"f1": 0}]


def test_expressions_that_read_the_same_share_a_field(base: RuleGroup) -> None:
    rules = [("count(fee.late, 90 days) > 1", None), ("7 > count(fee.late,  90 days)", None)]
    (found,) = shards_of(group_of(base, rules).rules, base.compiler)
    assert len(found.fields) == 1


def test_a_number_and_a_text_field_say_what_they_are(base: RuleGroup) -> None:
    found = shard(base, "event.note == 'a' and event.days > 1 and grade == 'A'")
    assert [one.is_text for one in found.fields] == [True, False, False]


def test_rules_are_dealt_to_rulesets_of_fifty_in_order(base: RuleGroup) -> None:
    made = shards_of(group_of(base, [("event.days > 1", None)] * 120).rules, base.compiler)
    assert [len(one.rules) for one in made] == [50, 50, 20]
    assert [rule.index for one in made for rule in one.rules] == list(range(120))
    for one in made:
        assert len(set(one.names)) == len(one.rules)
        assert {len(name) for name in one.names} == {3}


def test_a_ruleset_has_at_most_forty_tests_of_one_field(base: RuleGroup) -> None:
    rules: list[tuple[str | None, str | None]] = [(f"event.days > {n}", None) for n in range(50)]
    made = shards_of(group_of(base, rules).rules, base.compiler)
    assert [len(one.rules) for one in made] == [40, 10]


def test_tests_that_may_wait_at_once_fit_the_stack(base: RuleGroup) -> None:
    # six of each rule's alternatives can hold together
    when = " or ".join(f"event.days > {n}" for n in range(6))
    made = shards_of(group_of(base, [(when, None)] * 30).rules, base.compiler)
    assert [len(one.rules) for one in made] == [9, 9, 9, 3]


@pytest.mark.parametrize(
    "when",
    [
        # 17 and/or nodes
        " and ".join(f"not (event.days > {n})" for n in range(16)),
        # 2 to the 5th ways in which it can hold
        " and ".join(f"(event.days > {n} or event.amount > {n})" for n in range(5)),
        "event.note in [" + ", ".join(f"'{'x' * 80}{n}'" for n in range(20)) + ", 'a\0']",
    ],
)
def test_what_does_not_fit_is_computed_outside(base: RuleGroup, when: str) -> None:
    found = shard(base, when)
    assert size_of(found.ruleset[found.names[0]]["all"][0]["m"]).paths <= translate.MAX_PATHS
    assert any(key[0] in ("rule", "test") for key in _keys(base, when))


def _keys(base: RuleGroup, when: str) -> list[Any]:
    draft = translate._Draft(base.compiler)
    rule = group_of(base, [(when, None)]).rules[0]
    if not draft.take(rule):
        draft.take_outside(rule)
    return list(draft.fields)


def test_a_refused_rule_leaves_no_fields_behind(base: RuleGroup) -> None:
    draft = translate._Draft(base.compiler)
    when = " and ".join(f"(event.days > {n} or event.amount > {n})" for n in range(5))
    taken = set(draft.taken)
    assert not draft.take(group_of(base, [(when, None)]).rules[0])
    assert not draft.fields
    assert draft.taken == taken


def test_names_of_one_hash_are_told_apart() -> None:
    assert hash32("costarring") == hash32("liquid")
    found = list(distinct(iter(["costarring", "liquid", "late"]), {hash32("late")}))
    assert found == ["costarring"]


def test_no_name_is_one_of_the_matchers_own() -> None:
    assert len({hash32(name) for name in translate.RESERVED}) == len(translate.RESERVED)


def test_a_long_text_is_measured_as_it_is_escaped() -> None:
    assert translate.fits("x" * 59_000)
    assert not translate.fits("x" * 60_000)
    assert translate.fits("\u6e21" * 9_000)
    assert not translate.fits("\u6e21" * 11_000)
    assert not translate.fits("a\0b")
