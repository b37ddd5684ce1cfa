from __future__ import annotations

from xml.etree import ElementTree

import pytest


@pytest.fixture
def failing(pack):
    """The quarrel, expected to end otherwise than it does."""
    folder = pack("aged-parents")
    path = folder / "scenarios" / "the-quarrel.yaml"
    text = path.read_text()
    old = "  tang-yue: {score: 1000, grade: filial, notified: 2}\n"
    new = (
        "  tang-yue: {score: 950, grade: lacking, notified: 3, has: no-leave, listed: [],"
        " not_fired: heard, fired: withdrawn, refused: 1}\n"
    )
    assert old in text
    path.write_text(text.replace(old, new))
    return path


def test_a_pack_that_comes_out_as_expected_passes(demerit):
    said = demerit("test", "aged-parents")
    assert said.code == 0
    assert "✓ 2 scenarios, " in said.out
    assert "all as expected" in said.out


def test_a_scenario_is_held_against_a_reform(demerit, pack):
    folder = pack("aged-parents")
    reform = folder / "reforms" / "harsher.yaml"
    reform.write_text("reform: harsher\nof: aged-parents\nremove: [rules.neglect]\n")
    scenario = folder / "scenarios" / "the-quarrel.yaml"
    assert demerit("test", scenario).code == 0
    said = demerit("test", scenario, "--reform", reform)
    assert said.code == 1
    assert "1 scenario not as expected" in said.out


def test_a_failure_tells_expected_found_and_the_shortest_explanation(demerit, failing):
    said = demerit("test", failing)
    assert said.code == 1
    assert "tang-yue: score  (at the end, line " in said.out
    assert "expected 950, found 1000" in said.out
    assert "because the difference is exactly what these did: +50 in step 3" in said.out
    assert "the score is 1000" in said.out
    assert "because ended in step 3 (2018-03-17) by rules.withdrawn" in said.out
    assert "because it fired first in step 1 (2018-02-18)" in said.out
    assert "because nothing was ever refused to them" in said.out


def test_json_and_junit_tell_the_same(demerit, failing, tmp_path):
    report = tmp_path / "results.xml"
    said = demerit("test", failing, "--json", "--junit", report)
    assert said.code == 1
    assert said.json["passed"] is False
    checks = said.json["scenarios"][0]["checks"]
    failed = [check["what"] for check in checks if not check["passed"]]
    assert failed == ["score", "grade", "has no-leave", "not_fired heard", "notified", "refused"]
    suite = ElementTree.parse(report).getroot().find("testsuite")
    assert suite is not None
    assert suite.get("tests") == str(len(checks))
    assert suite.get("failures") == str(len(failed)) == str(len(suite.findall("*/failure")))


def test_coverage_names_the_rules_that_never_fired(demerit, pack):
    folder = pack("aged-parents")
    (folder / "scenarios" / "the-quarrel.yaml").unlink()
    said = demerit("test", folder, "--json", "--threshold", "60")
    assert said.code == 0
    assert said.json["coverage"] == [
        {"policy": "aged-parents", "percent": 66.7, "rules": 3, "fired": ["heard", "neglect"],
         "never_fired": ["withdrawn"], "never_judged": ["withdrawn"], "below_threshold": False}
    ]  # fmt: skip
    assert demerit("test", folder, "--threshold", "70").code == 1
    assert "✗ 67 % of 70 %" in demerit("test", folder, "--threshold", "70").out


def test_a_scenario_that_cannot_be_read_is_bad_input_and_the_rest_is_still_played(demerit, pack):
    folder = pack("aged-parents")
    (folder / "scenarios" / "a-broken.yaml").write_text(
        "scenario: a-broken\npolicy: nowhere.yaml\n"
    )
    said = demerit("test", folder)
    assert said.code == 2
    assert "✗ failed" in said.out
    assert said.out.count("✓ passed") == 2


def test_a_run_that_stops_fails_its_scenario(demerit, tmp_path):
    (tmp_path / "policy.yaml").write_text(
        "policy: p\nformat: 1\nsubjects: {person: {}}\n"
        "scores: {trust: {of: person, start: 1}}\nevents: {split: {fields: {by: number}}}\n"
        "rules: [{id: r, on: split, then: [{score: 1 / event.by}]}]\n"
    )
    (tmp_path / "s.yaml").write_text(
        "scenario: s\npolicy: policy.yaml\ncast: {ann: {kind: person}}\nstart: 2031-01-01\n"
        "timeline: [{at: 2031-01-02, who: ann, event: split, by: 0}]\n"
        "expect: {ann: {score: 1}}\n"
    )
    said = demerit("test", tmp_path)
    assert said.code == 1
    assert "error[D60" in said.out


def test_results_that_cannot_be_written_are_a_finding(demerit, tmp_path):
    said = demerit("test", "aged-parents", "--junit", tmp_path / "no" / "results.xml")
    assert said.code == 2
    assert "error[D529]" in said.err
