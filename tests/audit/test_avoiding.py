"""What would have avoided it, and files that show it."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.audit.bounds import Bounds, Budget
from engine.audit.counterfactual import Avoided, avoid
from engine.audit.questions.base import Inquiry, bare_audit, lives_of
from engine.audit.writing import write_counterexample, write_reform
from engine.cli.main import main
from engine.language.audit import load_audit
from engine.language.load import load_policy
from engine.language.scenario import load_scenario
from tests.audit.bench import Twin, folder_of, judged
from tests.audit.planted import BAN, FORMS, LATE

LIFE = """\
scenario: one
policy: ../policy.yaml
cast: {una: {kind: sailor, name: Una}}
start: 2031-01-01
until: 2031-03-01
timeline:
  - {at: 2031-01-02, who: una, event: paid}
  - {at: 2031-01-03, who: una, event: late}
  - {at: 2031-01-09, who: una, event: late}
"""
RULES = (
    "{id: late, on: late, then: [{score: weights.late}]}\n{id: paid, on: paid, then: [{score: 5}]}"
)


def found(folder: Path, text: str, rules: str = RULES, scenario: str = LIFE) -> Avoided:
    folder_of(folder, Twin(rules, scenario=scenario), "always: true")
    loaded = load_scenario(folder / "scenarios" / "one.yaml")
    asked = Inquiry(bare_audit(loaded.policy), lives_of([loaded]), "una", Bounds(), Budget())
    return avoid(asked, "una", text)


def test_one_event_less_and_a_smaller_weight_avoid_it(tmp_path):
    made = found(tmp_path, "score < 90")  # 100 + 5 − 10 − 10 = 85
    assert made.holds
    assert made.history[0].said == "without late of una, 2031-01-03"
    assert made.history[0].told.standings["una"].scores == {"trust": 95_000_000}
    weights = {edit.sets for edit in made.policy}
    assert (("weights.late", -7_500_000),) in weights  # 105 − 2 × 7.5 = 90


def test_a_threshold_is_moved_by_as_much_as_is_needed(tmp_path):
    made = found(tmp_path, "grade == 'fair'")
    sets = [edit.sets[0] for edit in made.policy if edit.sets[0][0].startswith("grades.")]
    assert ("grades.trust.good.from", 85_000_000) in sets
    assert ("grades.trust.fair.from", 85_000_001) in sets


def test_an_event_later_is_less_than_one_left_out(tmp_path):
    rules = "{id: late, on: late, when: 'count(late, 5 days) >= 2', then: [{score: -60}]}"
    life = LIFE.replace("2031-01-09", "2031-01-05")
    made = found(tmp_path, "grade == 'bad'", rules, life)
    assert made.history[0].said.endswith("later")
    assert made.history[0].size < made.history[-1].size


def test_two_events_are_left_out_where_one_is_not_enough(tmp_path):
    made = found(tmp_path, "score < 100")
    assert [edit.size[0] for edit in made.history] == [2]
    assert "and late of una, 2031-01-09" in made.history[0].said


def test_what_does_not_hold_needs_no_avoiding(tmp_path):
    made = found(tmp_path, "grade == 'bad'")
    assert not made.holds
    assert not made.history


def test_a_reform_that_was_found_does_what_it_says(tmp_path):
    made = found(tmp_path, "score < 90")
    edit = next(edit for edit in made.policy if edit.sets[0][0] == "weights.late")
    path = write_reform(tmp_path / "kinder.yaml", "kinder", "pier", edit.sets, edit.said)
    reformed = load_policy(tmp_path / "policy.yaml", [path])
    assert reformed.policy.weights["late"].value == -7_500_000


# --- counterexamples as scenarios ----------------------------------------------------------


def run(*arguments: str | Path) -> int:
    return main([*map(str, arguments), "--matcher", "plain"])


@pytest.mark.parametrize("form", ["max-drop", "reversible", "equal-treatment", "penalties-end"])
def test_a_counterexample_passes_its_test_until_the_policy_is_mended(form, tmp_path, capsys):
    planted = FORMS[form]
    audit = load_audit(folder_of(tmp_path, planted.faulty, planted.claim))
    (verdict,) = judged(audit)
    written = write_counterexample(verdict, "critic", tmp_path / "found")
    assert written
    assert verdict.counterexample is not None
    assert len(written) == len(verdict.counterexample.histories)
    assert run("test", *written) == 0
    assert run("run", written[0]) == 0
    folder_of(tmp_path, planted.clean, planted.claim)
    assert run("test", *written) == 1
    capsys.readouterr()


def test_under_a_reform_it_is_tested_with_it(tmp_path, capsys):
    planted = FORMS["never-harsher"]
    audit = load_audit(folder_of(tmp_path, planted.faulty, planted.claim))
    (verdict,) = judged(audit)
    reform = tmp_path / "reforms" / "milder.yaml"
    one, two = write_counterexample(verdict, "critic", tmp_path / "found", [reform])
    assert "--reform ../reforms/milder.yaml" in one.read_text()
    assert "--reform" not in two.read_text()
    assert run("test", one, "--reform", reform) == 0
    assert run("test", one) == 1
    assert run("test", two) == 0
    capsys.readouterr()


def test_outside_the_project_the_policy_is_copied_beside_it(tmp_path, capsys):
    home, away = tmp_path / "home" / "pier", tmp_path / "away" / "found"
    home.mkdir(parents=True)
    audit = load_audit(folder_of(home, Twin(f"{LATE}\n{BAN}"), "never: has(ban)"))
    (verdict,) = judged(audit)
    (path,) = write_counterexample(verdict, "critic", away)
    assert (away / "policy" / "pier" / "policy.yaml").is_file()
    assert run("test", path) == 0
    capsys.readouterr()


def test_odd_words_are_written_so_that_they_are_read_back(tmp_path, capsys):
    odd = 'x: "y" # {no}'
    twin = FORMS["max-drop"].faulty
    audit_text = twin.audit.replace("name: Una", "name: 'x: \"y\" # {no}'")
    audit = load_audit(
        folder_of(tmp_path, twin._replace(audit=audit_text), FORMS["max-drop"].claim)
    )
    (verdict,) = judged(audit)
    (path,) = write_counterexample(verdict, "critic", tmp_path / "found")
    assert load_scenario(path).cast.members[0].attributes["name"] == odd
    capsys.readouterr()
