"""The twelve questions: figures that were worked out by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.audit.bounds import Budget
from engine.audit.questions import QUESTIONS, TITLES, Answer
from engine.cli.audit import _audits
from engine.cli.audit_ask import inquiries
from policies import packs


def asked(target: str, number: int, who: str | None = None, histories: int = 300) -> Answer:
    """The first answer to a question about a pack or a scenario."""
    path = Path(target)
    made = inquiries(path, _audits(path, None), number, who, Budget(), histories, None)
    return QUESTIONS[number - 1](made[0])


def figures(answer: Answer) -> dict[str, str]:
    return dict(answer.figures)


def test_there_are_twelve_and_each_says_which_it_is():
    assert len(QUESTIONS) == 12
    for number in range(1, 13):
        answer = asked("one-good-deed", number, histories=100)
        assert answer.number == number
        assert answer.title == TITLES[number]
        assert answer.said.endswith(".")
        assert answer.how


def test_1_the_effects_sum_to_the_score():
    found = asked("suining-2010/fourteen-loans", 1, "ge-shuming")
    total = {row.clause: row.figure for row in found.evidence if row.what.startswith("total:")}
    assert total == {"rules.loan": "−420", "rules.brave": "+10", "rules.red": "−10"}
    assert figures(found)["total at the end"] == "580"
    assert figures(found)["the effects sum to it"] == "exactly"
    assert all(row.where and row.standing for row in found.evidence)


def test_2_leaving_out_the_event_that_decided_changes_most():
    found = asked("marital-record", 2, "bai-ruo")
    assert found.evidence[0].what.startswith("without fraud.judged of bai-ruo")
    assert "fail → pass" in found.evidence[0].what
    assert found.histories[1].standings["bai-ruo"].grades == {"credit": "pass"}


def test_3_the_smallest_weight_that_changes_a_grade():
    found = asked("double-booking/accident", 3, "he-jiayi")
    flips = {row.what.split(":")[0]: row.figure for row in found.evidence}
    assert flips["weights.double at -6.000001 instead of 0"] == "−6.000001"


def test_4_a_way_out_by_deeds_and_one_by_waiting():
    found = figures(asked("one-good-deed", 4))
    assert found["credit: fewest events back"] == "5"
    assert found["credit: days back to pass by waiting"] == "365"


def test_4_no_way_out_is_said_with_how_many_were_tried():
    found = asked("hangzhou-2006", 4)
    assert "no way back to good was found" in found.said


def test_5_a_lie_leaves_five_points_where_one_acts_first():
    path = Path("public-reports")
    made = inquiries(path, _audits(path, None), 5, None, Budget(), 200, None)
    hasty = next(one for one in made if one.policy.policy == "public-reports-act-first")
    found = QUESTIONS[4](hasty)
    assert figures(found)["peak loss"] == "55"
    assert figures(found)["residue after retraction"] == "5"
    lie, truth = found.histories
    lost = truth.standings["yao-ning"].scores["credit"] - lie.standings["yao-ning"].scores["credit"]
    assert lost == 5_000_000


def test_5_and_none_where_somebody_looks_first():
    found = figures(asked("public-reports", 5))
    assert found["residue after retraction"] == "0"
    assert found["days"] == "20.0"


def test_6_a_district_counts_and_a_name_does_not():
    found = asked("pilots", 6)
    assert "district" in found.said
    assert all(" name " not in row.what for row in found.evidence)


def test_7_an_award_buys_off_an_empty_bowl():
    found = asked("suining-2010", 7, histories=600)
    assert figures(found) == {"total: events to A": "2", "total: what they cost": "100"}


def test_8_a_listing_begins_two_bans():
    found = asked("travel-bans", 8)
    assert "begins 2 penalties" in found.said
    assert figures(found)["most penalties of one act"] == "2"


def test_9_one_failure_less_can_be_worse():
    assert asked("benefit-sanctions", 9).said.startswith("No: ")


def test_10_who_was_told_and_who_was_not():
    found = figures(asked("black-box", 10))
    assert int(found["in silence"]) > 0
    assert int(found["in silence"]) < int(found["sanctions in the scenarios"])


def test_11_those_who_sew_are_hit_for_the_firm():
    found = asked("pilots", 11)
    assert "zhong-mei" in found.said
    assert all("wages.unpaid" in row.what for row in found.evidence)


def test_12_grades_that_nobody_can_have():
    found = asked("double-booking", 12)
    dead = {row.what for row in found.evidence if row.what.startswith("never met with")}
    assert "never met with: grades.rating.patient" in dead


@pytest.mark.parametrize("pack", ["thin-file", "five-stars"])
def test_questions_are_answered_without_an_audit(pack, tmp_path):
    policy = packs()[pack] / "policy.yaml"
    made = inquiries(policy, [], 12, None, Budget(), 100, None)
    assert QUESTIONS[11](made[0]).figures
