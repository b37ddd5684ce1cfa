from __future__ import annotations

import pytest


def test_a_life_adds_up(demerit):
    said = demerit("why", "aged-parents/the-quarrel", "--who", "tang-yue", "--json")
    credit = said.json["scores"]["credit"]
    assert (credit["start"], credit["end"]) == ("1000", "1000")
    assert [(line["clause"], line["kind"], line["total"], line["line"], line["standing"])
            for line in credit["lines"]] == [
        ("rules.neglect", "add", "-50", 84, "adapted"),
        ("rules.withdrawn", "undo", "50", 100, "invented"),
    ]  # fmt: skip


def test_a_step_quotes_its_clause_with_line_and_standing(demerit):
    said = demerit("why", "aged-parents/the-roof", "--who", "shen-daoming", "--step", "2")
    assert said.code == 0
    assert "84 │ - id: neglect\n" in said.out
    assert "adapted from a source: China using big" in said.out
    assert "its number: neglect = -50 points (invented for this fiction" in said.out
    assert "→ credit −50: 1000 → 950" in said.out


def test_a_step_of_the_clock_tells_its_chain_of_causes(demerit):
    said = demerit("why", "aged-parents/the-roof", "--who", "shen-daoming", "--step", "3", "--json")
    assert [cause["step"] for cause in said.json["causes"]] == [2]
    assert said.json["causes"][0]["scheduled_by"]["clause"] == "rules.neglect"
    told = demerit("why", "aged-parents/the-roof", "--who", "shen-daoming", "--step", "3")
    assert "It was set to come by rules.neglect in step 2" in told.out


def test_why_not_tells_the_failed_part_and_the_distance(demerit):
    said = demerit("why", "double-booking/accident", "--who", "bao-an", "--rule", "second-car")
    assert "it never fired for Bao An (bao-an)" in said.out
    words = " ".join(said.out.split())
    assert (
        "it asks that “A car is ordered” happened at least 2 times within 5 minutes, and that was"
        " once (one more left the window at this very moment)" in words
    )


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("aged-parents/the-roof", "mother-shen", "--rule", "neglect"),
         "“The bureau finds neglect” never happened to them; it did to shen-daoming"),
        (("aged-parents/the-roof", "shen-daoming", "--rule", "withdrawn"),
         "never happened to anybody in this run"),
        (("benefit-sanctions/three-years", "leroy-blake", "--rule", "third-before-2019"),
         "but it is in force until 2019-11-27"),
    ],
)  # fmt: skip
def test_a_rule_that_was_never_judged_says_why(demerit, arguments, words):
    scenario, who, option, rule = arguments
    said = demerit("why", scenario, "--who", who, option, rule)
    assert said.code == 0
    assert words in " ".join(said.out.split())


def test_a_measure_tells_when_it_began_and_ended(demerit):
    said = demerit("why", "aged-parents/the-roof", "--who", "shen-daoming", "--measure", "no-leave")
    assert "step 2, 2018-04-10, neglect.confirmed: no-leave began, until 2019-04-10" in said.out
    assert "step 4, 2019-04-10, a term ends: no-leave ended" in said.out


def test_a_measure_that_never_began_tells_the_ways(demerit):
    said = demerit("why", "aged-parents/the-roof", "--who", "mother-shen", "--measure", "no-leave")
    assert "it does not hold now, and never did" in said.out
    assert "1 rule could have begun it" in said.out


def test_a_measure_with_a_condition_tells_what_is_lacking(demerit, tmp_path):
    demerit_new = tmp_path / "policy.yaml"
    demerit_new.write_text(
        "policy: p\nformat: 1\nsubjects: {person: {}}\nscores: {trust: {of: person, start: 7}}\n"
        "events: {helped: {}}\nrewards: {medal: {while: 'count(helped, ever) >= 3'}}\n"
    )
    (tmp_path / "s.yaml").write_text(
        "scenario: s\npolicy: policy.yaml\ncast: {ann: {kind: person}}\nstart: 2031-01-01\n"
        "timeline: [{at: 2031-01-02, who: ann, event: helped}]\n"
    )
    said = demerit("why", tmp_path / "s.yaml", "--who", "ann", "--measure", "medal", "--json")
    assert said.json["began"] is False
    words = "it asks that `helped` happened at least 3 times so far, and that was once"
    assert said.json["lacking"] == words


@pytest.mark.parametrize(
    ("more", "hint"),
    [
        (("--who", "shen"), "shen-daoming"),
        (("--who", "shen-daoming", "--step", "99"), "the steps go from 1 to 4"),
        (("--who", "shen-daoming", "--rule", "neglct"), "did you mean `neglect`?"),
        (("--who", "shen-daoming", "--measure", "noleave"), "did you mean `no-leave`?"),
        (("--who", "shen-daoming", "--step", "1", "--rule", "neglect"), "leave all but one"),
    ],
)
def test_what_is_not_in_the_run_is_bad_use(demerit, more, hint):
    said = demerit("why", "aged-parents/the-roof", *more)
    assert said.code == 2
    assert "error[D707]" in said.err
    assert hint in said.err


def test_a_time_means_the_last_step_by_then(demerit):
    asked = ("why", "aged-parents/the-quarrel", "--who", "tang-yue", "--json", "--at")
    step = demerit(*asked, "2018-03-17").json["step"]
    assert step["at"].startswith("2018-03-17")
    assert demerit(*asked, "2030-01-01").json["step"]["step"] >= step["step"]
    refused = demerit(*asked, "2001-01-01")
    assert refused.code == 2
    assert "their first step is at" in refused.err
    assert "ask one thing at a time" in demerit(*asked, "2018-03-17", "--step", "1").err
