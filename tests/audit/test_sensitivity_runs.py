"""Indices, orders, shifts and noise, each on histories whose answer is known."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.audit.sensitivity import Trial, play_trial
from engine.audit.sensitivity_runs import noise_test, order_tests, shift_tests
from engine.audit.sensitivity_spread import final_score, graded, morris, sobol
from engine.language.scenario import load_scenario
from engine.values import MILLION, Duration

POLICY = """\
policy: quay
format: 1
subjects: {citizen: {attributes: {name: text}}}
weights:
  large: {value: -30, range: [-60, 0]}
  small: {value: -3, range: [-6, 0]}
  unread: {value: 1, range: [0, 2]}
  stuck: {value: 1, range: [1, 1]}
scores: {trust: {of: citizen, start: 1000, min: 0, max: 1300}}
grades: {trust: [{name: A, from: 900}, {name: B, from: 0}]}
events: {large.found: {}, small.found: {}, wiped: {}, night.seen: {}}
rules:
  - {id: large, on: large.found, then: [{score: weights.large}]}
  - {id: small, on: small.found, then: [{score: weights.small + weights.stuck * 0}]}
  - {id: wiped, on: wiped, then: [{score: {set: 1000}}]}
  - {id: night, on: night.seen, in_force: {from: 2031-02-01}, then: [{score: -1}]}
"""
SCENARIO = """\
scenario: two
policy: policy.yaml
cast: {mei: {kind: citizen, name: Mei}, bo: {kind: citizen, name: Bo}}
start: 2031-01-01
timeline:
"""
PLAIN = """\
  - {at: 2031-01-02, who: mei, event: large.found}
  - {at: 2031-01-03, who: mei, event: small.found}
  - {at: 2031-01-04, who: bo, event: small.found}
"""
MANY = "".join(f"  - {{at: 2031-01-0{day}, who: mei, event: large.found}}\n" for day in range(2, 6))


def trial(tmp_path, timeline=PLAIN):
    (tmp_path / "policy.yaml").write_text(POLICY, "utf-8")
    (tmp_path / "two.yaml").write_text(SCENARIO + timeline, "utf-8")
    return Trial.of(load_scenario(tmp_path / "two.yaml"))


@pytest.mark.parametrize("method", [morris, sobol])
def test_indices_order_the_weights(tmp_path, method):
    found = method(trial(tmp_path), final_score("mei", "trust"))
    shares = {share.knob.name: share for share in found.shares}
    assert [s.knob.name for s in found.shares][:2] == ["weights.large", "weights.small"]
    assert shares["weights.unread"].total == 0
    assert [knob.name for knob in found.fixed] == ["weights.stuck"]
    assert found.moved
    assert found.histories > 0


def test_morris_measures_a_straight_line_exactly(tmp_path):
    """mu* is the movement over the whole range; a straight line does not bend."""
    shares = {s.knob.name: s for s in morris(trial(tmp_path), final_score("mei", "trust")).shares}
    assert shares["weights.large"].total == pytest.approx(60)
    assert shares["weights.small"].total == pytest.approx(6)
    assert shares["weights.large"].alone == pytest.approx(0)


def test_sobol_shares_are_those_of_the_variance(tmp_path):
    """Two even terms of widths 60 and 6: shares 100 to 1."""
    found = sobol(trial(tmp_path), final_score("mei", "trust"), points=256)
    shares = {s.knob.name: s for s in found.shares}
    assert shares["weights.large"].total == pytest.approx(100 / 101, abs=0.05)
    assert shares["weights.small"].total == pytest.approx(1 / 101, abs=0.01)
    assert found.histories == 256 * (3 + 2)


def test_the_same_seed_gives_the_same_indices(tmp_path):
    made = trial(tmp_path)
    one, two = (sobol(made, final_score("mei", "trust"), points=32, seed=5) for _ in range(2))
    assert one == two


def test_what_no_weight_moves_is_said(tmp_path):
    found = morris(trial(tmp_path), graded("trust", "B"))
    assert (found.moved, found.shares) == (False, ())
    assert found.histories > 0


def test_an_order_that_matters_is_found(tmp_path):
    made = trial(tmp_path, "  - {at: 2031-01-02, who: mei, event: large.found}\n"
                           "  - {at: 2031-01-02, who: mei, event: wiped}\n")  # fmt: skip
    found, tried = order_tests(made)
    assert tried == 1
    assert [c.what for c in found[0].changes] == ["score trust"]
    assert (found[0].changes[0].before, found[0].changes[0].after) == ("1000", "970")
    assert play_trial(found[0].trial).standings["mei"].scores["trust"] == 970 * MILLION


def test_an_order_that_does_not_matter_is_not_accused(tmp_path):
    made = trial(tmp_path, "  - {at: 2031-01-02, who: mei, event: large.found}\n"
                           "  - {at: 2031-01-02, who: mei, event: small.found}\n"
                           "  - {at: 2031-01-03, who: bo, event: wiped}\n")  # fmt: skip
    found, tried = order_tests(made)
    assert (found, tried) == ((), 2)


def test_neighbours_of_different_instants_change_places(tmp_path):
    made = trial(tmp_path, "  - {at: 2031-01-02, who: mei, event: large.found}\n"
                           "  - {at: 2031-01-09, who: mei, event: wiped}\n")  # fmt: skip
    found, _ = order_tests(made)
    assert "in each other's place" in found[0].said


def test_a_date_in_the_policy_is_found_by_a_shift(tmp_path):
    made = trial(tmp_path, "  - {at: 2031-01-15, who: mei, event: night.seen}\n")
    found = shift_tests(made, (Duration(86_400, 0), Duration(0, 1)))
    assert [one.said for one in found] == ["everything 1 month later"]
    assert found[0].changes[0].after == "999"


def test_without_dates_no_shift_matters(tmp_path):
    assert shift_tests(trial(tmp_path)) == ()


def test_lost_reports_change_what_hangs_on_them(tmp_path):
    made = trial(tmp_path, MANY)  # 1000 - 4 × 30 is 880: B
    found = noise_test(made, lost=500_000, trials=100)
    grade = next(n for n in found.outcomes if n.outcome.kind == "grade")
    assert (grade.outcome.who, grade.base) == ("mei", "B")
    assert sum(grade.counts.values()) == 100
    assert 80 <= grade.changed <= 100  # all four stay in one trial of sixteen
    low, high = grade.interval
    assert low < grade.changed * MILLION // 100 < high
    assert found == noise_test(made, lost=500_000, trials=100)


def test_false_reports_hit_others(tmp_path):
    found = noise_test(trial(tmp_path, MANY), lost=0, false=1_000_000, trials=20)
    assert {(n.outcome.who, n.base, n.changed) for n in found.outcomes} == {("bo", "A", 20)}


def test_without_noise_nothing_changes(tmp_path):
    found = noise_test(trial(tmp_path), lost=0, false=0, trials=5)
    assert (found.outcomes, found.steady) == ((), 2)


def test_a_run_that_stops_is_an_ending(tmp_path):
    made = trial(tmp_path)
    beyond = made.events[0]._replace(known=made.cast.start - 10)
    assert play_trial(replace(made, events=(beyond,))).stopped != ""
