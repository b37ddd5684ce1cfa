"""The smallest change of one number that changes an outcome, to the millionth."""

from __future__ import annotations

import pytest

from engine.audit.sensitivity import Outcome, Trial, knobs, outcomes, play_trial
from engine.audit.sensitivity_flips import Turning, even_in, ranked, smallest_flips
from engine.language.scenario import load_scenario
from engine.values import MILLION

POLICY = """\
policy: quay
format: 1
subjects: {{citizen: {{attributes: {{name: text}}}}}}
weights:
  late: {{value: -5, range: [-60, 0]}}
  good: 10
  idle: {{value: 1, range: [0, 2]}}
scores: {{trust: {{of: citizen, start: 1000, min: 0, max: 1300}}}}
grades: {{trust: [{{name: A, from: 1000}}, {{name: B, from: 950}}, {{name: C, from: 0}}]}}
events:
  fee.late: {{fields: {{days: {{number: {{min: 0}}}}}}}}
  deed.done: {{}}
penalties:
  no-ferry: {{blocks: [deed.done]}}
rules:
  - {{id: late, on: fee.late, when: event.days > 30, then: [{{score: "{late}"}}]}}
  - {{id: good, on: deed.done, then: [{{score: weights.good}}]}}
  - {{id: idle, on: deed.done, when: weights.idle > 5, then: [{{score: 1}}]}}
  - id: ban
    on: fee.late
    when: count(fee.late, ever) >= 3 {also}
    then: [{{impose: no-ferry}}]
"""
SCENARIO = """\
scenario: mei
policy: policy.yaml
cast: {mei: {kind: citizen, name: Mei}}
start: 2031-01-01
timeline:
  - {at: 2031-01-02, who: mei, event: fee.late, days: 40}
  - {at: 2031-01-03, who: mei, event: fee.late, days: 33}
  - {at: 2031-01-04, who: mei, event: deed.done}
"""
GRADE = Outcome("mei", "grade", "trust")
COUNTED = "rules.ban: count(fee.late, ever) >= 3"
BAN = Outcome("mei", "measure", "no-ferry")


def trial(tmp_path, late="weights.late", also=""):
    (tmp_path / "policy.yaml").write_text(POLICY.format(late=late, also=also), "utf-8")
    (tmp_path / "mei.yaml").write_text(SCENARIO, "utf-8")
    return Trial.of(load_scenario(tmp_path / "mei.yaml"))


def flips_of(made, outcome):
    flips, held = smallest_flips(made, outcome)
    return {(f.knob.name, f.change > 0): f for f in flips}, {h.knob.name: h for h in held}


def test_the_nearest_flips_are_worked_out_by_hand(tmp_path):
    """1000 - 5 - 5 + 10 is 1000 exactly: A. Two late fees, so 2 × late + good decides; and a
    ban after two of them would keep the good deed out."""
    flips, held = flips_of(trial(tmp_path), GRADE)
    values = {key: (f.value, f.before, f.after) for key, f in flips.items()}
    assert values == {
        ("weights.late", False): (-5_000_001, "A", "B"),
        ("weights.good", False): (10 * MILLION - 1, "A", "B"),
        ("grades.trust.A", True): (1000 * MILLION + 1, "A", "B"),
        (COUNTED, False): (2 * MILLION, "A", "B"),
    }
    assert all(f.exact for f in flips.values())
    assert "weights.idle" in held
    assert held["weights.idle"].sure


def test_a_threshold_in_a_condition_is_turned_too(tmp_path):
    flips, _ = flips_of(trial(tmp_path), BAN)
    flip = flips[COUNTED, False]
    assert (flip.value, flip.before, flip.after) == (2 * MILLION, "no", "yes")
    assert flip.knob.where is not None
    assert "±50 %" in flip.knob.range_said


@pytest.mark.parametrize("outcome", [GRADE, BAN], ids=str)
def test_the_neighbour_does_not_flip(tmp_path, outcome):
    made = trial(tmp_path)
    before = outcome.read(play_trial(made))
    for flip in smallest_flips(made, outcome)[0]:
        step = 1 if flip.change > 0 else -1
        for value, expected in ((flip.value, flip.after), (flip.value - step, before)):
            ending = play_trial(made.under(lambda p, v=value, k=flip.knob: k.turn(p, v)))
            assert outcome.read(ending) == expected


def test_no_nearer_value_flips(tmp_path):
    """The simpler twin: every hundredth between now and the flip is played."""
    made = trial(tmp_path)
    flip = flips_of(made, GRADE)[0]["weights.late", False]
    coarse = range(-5 * MILLION, -8 * MILLION, -MILLION // 100)
    first = next(v for v in coarse if GRADE.read(play_trial(made.under(
        lambda p, v=v: flip.knob.turn(p, v)))) != "A")  # fmt: skip
    assert first <= flip.value < first + MILLION // 100


def test_a_range_that_is_given_is_kept_to(tmp_path):
    made = trial(tmp_path)
    ranges = {"weights.late": (-5 * MILLION, 0), "weights.good": (10 * MILLION, 11 * MILLION)}
    flips, held = smallest_flips(made, GRADE, ranges)
    assert {f.knob.name for f in flips} == {"grades.trust.A", COUNTED}
    assert {h.knob.source for h in held if h.knob.name in ranges} == {"audit"}


@pytest.mark.parametrize(
    ("late", "even"),
    [("weights.late", True), ("weights.late * 3", True),
     ("weights.late * count(fee.late, ever)", True),
     ("weights.late * event.days", False), ("weights.late * score / 1000", False),
     ("max(weights.late, -4)", False), ("weights.late / 3", False)],
)  # fmt: skip
def test_what_bends_with_a_weight_is_said(tmp_path, late, even):
    made = trial(tmp_path, late)
    policy = made.versions[0][1]
    knob = next(k for k in knobs(policy) if k.name == "weights.late")
    assert even_in(policy, knob) is even
    flips, _ = flips_of(made, GRADE)
    assert all(f.exact == even for f in flips.values() if f.knob.name == "weights.late")


def test_an_exact_question_may_have_an_answer_in_between(tmp_path):
    """Whether a score is exactly 880 may turn and turn back between two values, so no flip of a
    weight is called the nearest."""
    made = trial(tmp_path, also="or score == 880")
    flips, _ = flips_of(made, BAN)
    knob = next(k for k in knobs(made.versions[0][1]) if k.name == "weights.late")
    assert not even_in(made.versions[0][1], knob)
    assert all(not f.exact for f in flips.values() if f.knob.name == "weights.late")


def test_replays_are_shared_between_outcomes(tmp_path):
    made = trial(tmp_path)
    turning = Turning(made)
    first = smallest_flips(made, GRADE, turning=turning)
    again = smallest_flips(made, GRADE, turning=turning)
    assert [str(f) for f in first[0]] == [str(f) for f in again[0]]
    assert sum(h.replays for h in again[1]) + sum(f.replays for f in again[0]) == 0


def test_all_outcomes_are_named(tmp_path):
    made = trial(tmp_path)
    assert [str(o) for o in outcomes(made.versions[0][1], made.cast)] == [
        "mei: grade of trust", "mei: holds no-ferry",
    ]  # fmt: skip


def test_ranking_goes_by_the_share_of_the_range(tmp_path):
    flips = ranked(smallest_flips(trial(tmp_path), GRADE)[0])
    assert flips[0].knob.name == "grades.trust.A"
