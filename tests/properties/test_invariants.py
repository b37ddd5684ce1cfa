"""What is true of every policy and stream."""

from __future__ import annotations

import json
import random
import re
from collections import defaultdict
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.evaluation.ledger import canonical, step_json
from engine.evaluation.lines import step_line
from engine.evaluation.records import SCORE_EFFECTS, Step
from engine.evaluation.run import Outcome, Run, in_play_order, play
from engine.language.model import Policy
from engine.values import parse_instant
from tests.oracle.generator import Case, cases, generate


def run(case: Case, **options: Any) -> Outcome:
    return play(
        case.versions, case.cast, in_play_order(case.events), matcher="plain", **options
    )  # fmt: skip


@given(cases())
def test_the_effects_of_a_subject_sum_to_its_score_at_every_step(case: Case) -> None:
    running: dict[tuple[str, str], int] = defaultdict(int)
    starts = {name: score.start for name, score in case.policy.scores.items()}
    for step in run(case).steps:
        for part in step.parts:
            for effect in part.effects:
                if effect.kind in SCORE_EFFECTS:
                    key = (effect.target, effect.name)
                    assert starts[effect.name] + running[key] == effect.before
                    running[key] += effect.change
        for name, _, after in step.scores:
            assert starts[name] + running[step.who, name] == after


@given(cases())
def test_what_subjects_end_with_is_what_their_steps_say(case: Case) -> None:
    outcome = run(case)
    last: dict[tuple[str, str], int] = {}
    for step in outcome.steps:
        for part in step.parts:
            for effect in part.effects:
                if effect.kind in SCORE_EFFECTS and effect.after is not None:
                    last[effect.target, effect.name] = effect.after
    for who, standing in outcome.standings.items():
        for name, value in standing.scores.items():
            assert value == last.get((who, name), case.policy.scores[name].start)


@given(cases())
def test_the_fast_writer_of_lines_is_canonical_json(case: Case) -> None:
    for step in run(case).steps:
        assert step_line(step) == canonical(step_json(step))
        assert json.loads(step_line(step)) == step_json(step)


# --- resuming ---------------------------------------------------------------------


@given(cases(), st.data())
def test_a_resumed_run_ends_like_an_unbroken_one(case: Case, data: st.DataObject) -> None:
    whole: list[str] = []
    expected = run(case, write=whole.append)
    events = in_play_order(case.events)
    cut = data.draw(st.integers(0, len(events)), label="events before the break")
    written: list[str] = []
    first = Run(case.versions, case.cast, "plain", written.append)
    if not all(first.feed(event) for event in events[:cut]) or first.player is None:
        return  # the run had stopped by itself before the break
    state = json.loads(json.dumps(first.state()))
    second = Run(
        case.versions, case.cast, "plain", written.append,
        state=state, written=["".join(written).encode()],
    )  # fmt: skip
    for event in events[cut:]:
        if not second.feed(event):
            break
    second.advance_to_end()
    outcome = second.finish()
    assert written == whole
    assert outcome.hash == expected.hash
    assert outcome.standings == expected.standings
    assert outcome.error == expected.error


# --- order of rules -----------------------------------------------------------------


def _only_additions(case: Case) -> dict[str, Any] | None:
    """The case's policy, left with rules that add to scores when events come."""
    data = dict(case.policy_data)
    rules = []
    for rule in data["rules"]:
        on = rule["on"] if isinstance(rule["on"], list) else [rule["on"]]
        if any(" " in trigger for trigger in on):
            continue
        then = [a for a in rule["then"] if "score" in a and "set" not in json.dumps(a["score"])]
        rules.append({**rule, "then": then})
    kept = {rule["id"] for rule in rules}
    for rule in rules:
        if "overrides" in rule:
            rule["overrides"] = [o for o in rule["overrides"] if o in kept]
    data["rules"] = rules
    return data if any(rule["then"] for rule in rules) else None


def _scores(outcome: Outcome) -> list[Any]:
    """Every movement of every score by step; lapses due at one instant in any order."""
    moves = []
    for step in outcome.steps:
        effects = [
            (e.target, e.name, e.after) for p in step.parts for e in p.effects
            if e.kind in SCORE_EFFECTS
        ]  # fmt: skip
        moves.append((step.at, step.event, {(t, n): a for t, n, a in effects}))
    return moves


def test_the_order_of_rules_never_changes_a_score() -> None:
    shuffled = 0
    for seed in range(400):
        case = generate(seed)
        data = _only_additions(case)
        if data is None or case.cast is None:
            continue
        chance = random.Random(seed)
        other = {**data, "rules": chance.sample(data["rules"], len(data["rules"]))}
        events = in_play_order(case.events)
        one, two = (
            play([(None, Policy.model_validate(d))], case.cast, events, matcher="plain")
            for d in (data, other)
        )
        if one.error or two.error:
            assert bool(one.error) == bool(two.error), f"case {seed}"
            continue
        assert one.standings == two.standings, f"case {seed}"
        inputs = [[m for m in _scores(o) if m[1] != "lapse"] for o in (one, two)]
        assert inputs[0] == inputs[1], f"case {seed}"
        shuffled += data["rules"] != other["rules"]
    assert shuffled > 100


# --- time -------------------------------------------------------------------------


def _without_calendar(case: Case) -> Case:
    """The case with exact lengths for months and years, always in force."""
    text = re.sub(r"\b[0-9]+ (?:month|year)s?\b", "30 days", json.dumps(case.policy_data))
    data = json.loads(text)
    for rule in data["rules"]:
        rule.pop("in_force", None)
    policy = Policy.model_validate(data)
    return replace(case, policy_data=data, policy=policy, versions=((None, policy),))


def _shifted(case: Case, by: int) -> Case:
    cast = case.cast
    if cast is not None:
        until = None if cast.until is None else cast.until + by
        cast = cast._replace(start=cast.start + by, until=until)
    events = tuple(e._replace(at=e.at + by, known=e.known + by) for e in case.events)
    return replace(case, cast=cast, events=events)


def _without_times(steps: tuple[Step, ...], by: int) -> list[Any]:
    return [
        (s.at - by, s.who, s.event, s.refused, s.fired, s.scores) for s in steps
    ]  # fmt: skip


@pytest.mark.parametrize("by", [1, 86_399, 40_000_000, parse_instant("2600-01-01")])
def test_outcomes_do_not_depend_on_when_it_all_begins(by: int) -> None:
    for seed in range(150):
        case = _without_calendar(generate(seed))
        one, two = run(case), run(_shifted(case, by))
        assert _without_times(one.steps, 0) == _without_times(two.steps, by), f"case {seed}"
        assert one.standings == two.standings
