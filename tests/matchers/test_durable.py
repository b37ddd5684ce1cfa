"""The durable matcher against its plain twin, and what it does when it fails."""

from __future__ import annotations

import os
from pathlib import Path
from random import Random
from typing import Any

import pytest

from engine.evaluation.matchers.plain import PlainMatcher
from engine.evaluation.plan import RuleGroup
from engine.evaluation.primitives import EvaluationError
from engine.evaluation.state import Context
from engine.findings import DemeritError
from engine.values import MILLION
from tests.matchers.conditions import base_group, group_of, random_context, random_rules

pytest.importorskip(
    "durable_rules_engine", reason="durable-rules cannot be imported on this Python"
)
from engine.evaluation.matchers import durable
from engine.evaluation.matchers.both import BothMatcher
from engine.evaluation.matchers.durable import DurableMatcher

POLICIES = 3_000 if os.environ.get("DEMERIT_LONG") else 150


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> RuleGroup:
    return base_group(Path(tmp_path_factory.mktemp("policy")))


def context(**event: Any) -> Context:
    made = random_context(Random(1), hard=0)
    made.event = event
    made.subject.active = {}
    return made


def indices(matcher: DurableMatcher, group: RuleGroup, at: Context) -> list[int]:
    matched = matcher.matched(group, group.rules, at)
    assert matched is not None
    return sorted(matched)


@pytest.mark.parametrize("part", range(5))
def test_the_twins_agree_on_random_conditions(base: RuleGroup, part: int) -> None:
    held = errors = 0
    for seed in range(part, POLICIES, 5):
        random = Random(seed)
        group = group_of(base, random_rules(random, random.choice((1, 3, 10, 60))))
        both = BothMatcher()
        for _ in range(8):
            at = random_context(random, hard=0.05)
            rules = [rule for rule in group.rules if random.random() < 0.9]
            # an error ends the judgement, so those without one are judged once more
            sound = [rule for rule in rules if not _raises(group, rule, at)]
            for asked in (rules, sound):
                try:
                    held += both.judge(group, asked, at).count(None)
                except EvaluationError:
                    errors += 1
        assert not both.notes, seed
        both.close()
    assert held > 100
    assert errors > 10


def _raises(group: RuleGroup, rule: Any, at: Context) -> bool:
    try:
        PlainMatcher().judge(group, [rule], at)
    except EvaluationError:
        return True
    return False


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("y" * 65_536, True),  # its length, in 16 bits, is 0
        ("y" * 65_537, False),
        ("a\0b", True),
        ("\u00fc" * 40_000, True),
        ("5", True),
        ('say "no" \\', True),
    ],
)
def test_texts_that_are_hard_on_it(base: RuleGroup, text: str, same: bool) -> None:
    group = group_of(base, [("event.note == event.other", None), ("event.note == 'y'", None)])
    matcher = DurableMatcher()
    assert indices(matcher, group, context(note=text, other=text if same else "y")) == (
        [0] if same else []
    )
    assert indices(matcher, group, context(note="y", other=text)) == [1]
    matcher.close()


def test_a_number_is_not_the_text_that_reads_the_same(base: RuleGroup) -> None:
    group = group_of(base, [("event.note == '5000000'", None), ("event.note == 'a'", None)])
    matcher = DurableMatcher()
    # no checked event holds a number in a text field; if one did, it must not match
    assert indices(matcher, group, context(note=5 * MILLION)) == []
    assert indices(matcher, group, context(note="5000000")) == [0]
    matcher.close()


def test_a_missing_right_side_never_matches(base: RuleGroup) -> None:
    group = group_of(base, [("event.days > event.amount", None)])
    matcher = DurableMatcher()
    for _ in range(50):
        assert indices(matcher, group, context(days=MILLION)) == []
        assert indices(matcher, group, context(days=MILLION, amount=0)) == [0]
    matcher.close()


def test_nothing_of_an_event_is_left_for_the_next(base: RuleGroup) -> None:
    group = group_of(base, [("event.days > 3", None), ("not (event.days > 3)", None)])
    matcher = DurableMatcher()
    for days in (4, 1, 4, 4, 1, 1, 5):
        found = indices(matcher, group, context(days=days * MILLION))
        assert found == ([0] if days > 3 else [1])
    matcher.close()


def test_a_guarded_division_is_no_error(base: RuleGroup) -> None:
    group = group_of(base, [("event.days != 0 and 10 / event.days > 3", None), (None, None)])
    matcher = DurableMatcher()
    assert indices(matcher, group, context(days=0)) == [1]
    assert indices(matcher, group, context(days=2 * MILLION)) == [0, 1]
    matcher.close()


def test_an_error_is_that_of_the_first_rule_in_order(base: RuleGroup) -> None:
    rules: list[tuple[str | None, str | None]] = [(None, None)] * 70
    rules[60] = ("event.amount / event.days > 1", None)
    rules[10] = ("event.amount * 2 > 1", None)
    group = group_of(base, rules)
    matcher = DurableMatcher()
    with pytest.raises(EvaluationError, match=r"event\.amount.* is missing"):
        matcher.judge(group, group.rules, context(days=0))
    with pytest.raises(EvaluationError, match="divides by zero"):
        matcher.judge(group, group.rules, context(days=0, amount=MILLION))
    matcher.close()


def test_a_rule_that_is_not_in_force_raises_nothing(base: RuleGroup) -> None:
    group = group_of(base, [("1 / event.days > 1", None), (None, None)])
    matcher = DurableMatcher()
    assert matcher.judge(group, group.rules[1:], context(days=0)) == [None]
    matcher.close()


class _Failing:
    """The C module, but for one function."""

    def __init__(self, name: str, answer: Any) -> None:
        self._name, self._answer = name, answer

    def __getattr__(self, name: str) -> Any:
        if name != self._name:
            return getattr(_ENGINE, name)

        def answer(*_: Any) -> Any:
            if isinstance(self._answer, Exception):
                raise self._answer
            return self._answer

        return answer


_ENGINE = durable.engine


@pytest.mark.parametrize(
    ("function", "answer"),
    [
        ("create_ruleset", _ENGINE.error("error code: 113")),
        ("assert_fact", _ENGINE.error("error code: 303")),
        ("assert_fact", MemoryError()),
        ("assert_fact", (2, 1)),
        ("retract_fact", _ENGINE.error("error code: 305")),
        ("retract_fact", (1, 1)),
        ("start_action_for_state", ("", '{"stranger":{}}')),
        ("start_action_for_state", None),
    ],
)
def test_behind_an_error_it_goes_on_as_plain_and_says_so_once(
    base: RuleGroup, function: str, answer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    group = group_of(base, [("event.days > 3", None), ("event.days > 9", None)])
    matcher = DurableMatcher()
    at = context(days=5 * MILLION)
    if function != "create_ruleset":
        assert [one is None for one in matcher.judge(group, group.rules, at)] == [True, False]
    with monkeypatch.context() as patch:
        patch.setattr(durable, "engine", _Failing(function, answer))
        patch.setattr(durable, "_ERRORS", (_ENGINE.error, MemoryError))
        for _ in range(3):
            judged = matcher.judge(group, group.rules, at)
            assert [one is None for one in judged] == [True, False]
    assert len(matcher.notes) == 1
    assert "durable-rules gave up" in matcher.notes[0]
    matcher.close()


def test_both_stop_where_the_twins_differ(base: RuleGroup, monkeypatch: pytest.MonkeyPatch) -> None:
    group = group_of(base, [("event.days > 3", None)])
    matcher = BothMatcher()
    monkeypatch.setattr(DurableMatcher, "matched", lambda *_: frozenset({0}))
    with pytest.raises(DemeritError) as raised:
        matcher.judge(group, group.rules, context(days=MILLION))
    assert raised.value.findings[0].code == "D690"
    assert "`rule-0` holds for durable only" in raised.value.findings[0].message


@pytest.mark.slow
def test_memory_is_given_back(base: RuleGroup) -> None:
    group = group_of(base, [(f"event.days > {n % 30}", None) for n in range(50)])
    at = context(days=100 * MILLION)

    def cycles(count: int) -> int:
        for _ in range(count):
            matcher = DurableMatcher()
            for _ in range(3):
                assert len(indices(matcher, group, at)) == 50
            matcher.close()
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")

    before = cycles(20)
    # disposing in any other way loses half a megabyte a cycle and more
    assert cycles(200) - before < 20_000_000
