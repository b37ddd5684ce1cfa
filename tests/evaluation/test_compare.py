"""Two runs of one scenario under two policies: who parts from whom, and where."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.cli.playing import load, play_scenario
from engine.evaluation.compare import Difference, differences

BASE = """\
policy: base
format: 1
subjects: {person: {}}
scores: {trust: {of: person, start: 10, min: 0, max: 100}}
events: {late: {}, ride: {}}
penalties: {ban: {blocks: [ride]}}
rules:
  - {id: minus, on: late, then: [{score: -1}]}
"""
SCENARIO = """\
scenario: two
policy: base.yaml
cast: {ann: {kind: person}, bo: {kind: person}}
start: 2031-01-01
timeline:
  - {at: 2031-01-02, who: ann, event: late}
  - {at: 2031-01-03, who: ann, event: ride}
  - {at: 2031-01-04, who: bo, event: ride}
"""


@pytest.fixture
def compared(tmp_path: Path):
    (tmp_path / "base.yaml").write_text(BASE)
    (tmp_path / "s.yaml").write_text(SCENARIO)

    def against(text: str) -> dict[str, Difference]:
        (tmp_path / "other.yaml").write_text(text)
        sides = [
            play_scenario(load(tmp_path / "s.yaml", policy=tmp_path / name), "plain").story
            for name in ("base.yaml", "other.yaml")
        ]
        return {one.who: one for one in differences(*sides)}

    return against


def test_the_same_policy_parts_nobody(compared):
    assert compared(BASE) == {}


def test_a_rule_that_only_has_another_name_parts_nobody(compared):
    assert compared(BASE.replace("id: minus", "id: less")) == {}


def test_another_number_parts_at_its_step_and_names_both_clauses(compared):
    found = compared(BASE.replace("score: -1", "score: -2"))
    assert list(found) == ["ann"]
    assert found["ann"].changes == (("score trust", "9", "8"),)
    parting = found["ann"].parting
    assert (parting.left.number, parting.right.number) == (1, 1)
    assert [(side, note.path) for side, note in parting.clauses] == [
        ("left", "rules.minus"), ("right", "rules.minus"),
    ]  # fmt: skip


def test_a_ban_parts_where_it_begins_and_the_refusal_is_an_end(compared):
    found = compared(BASE.replace("[{score: -1}]", "[{score: -1}, {impose: ban}]"))
    parting = found["ann"].parting
    assert parting.left_effect is None
    assert (parting.right.number, parting.right_effect.kind) == (1, "began")
    assert ("holds ban", "", "yes") in found["ann"].changes
    assert ("refused", "0", "1") in found["ann"].changes


def test_a_step_that_only_one_side_has_is_where_they_part(compared):
    drift = "drift: {toward: 5, by: 1, every: 1 day}"
    found = compared(BASE.replace("max: 100", f"max: 100, {drift}"))
    assert set(found) == {"ann", "bo"}
    assert found["bo"].parting.left is None
    assert found["bo"].parting.right.event == "drift"


def test_a_score_that_only_one_side_has_is_a_change(compared):
    found = compared(BASE.replace("trust:", "credit:"))
    assert ("score credit", "", "10") in found["bo"].changes
    assert ("score trust", "10", "") in found["bo"].changes
