"""``demerit audit``: what it prints, what it writes, and how it ends."""

from __future__ import annotations

import json

import pytest

from engine.cli.audit import seconds
from engine.cli.main import main
from engine.findings import DemeritError
from tests.audit.bench import Twin, folder_of
from tests.audit.planted import BAN, FORMS, LATE


def run(capsys, *arguments: object) -> tuple[int, str, str]:
    code = main([str(one) for one in arguments])
    out, err = capsys.readouterr()
    return code, out, err


def test_a_refuted_claim_is_told_step_by_step_with_its_clauses(tmp_path, capsys):
    path = folder_of(tmp_path, Twin(f"{LATE}\n{BAN}"), "never: has(ban), expect: refuted")
    code, out, _ = run(capsys, "audit", path)
    assert code == 0
    assert "✗ refuted  one" in out
    assert "1 event, cost 0, the least over this alphabet" in out
    assert "▼ trust 100 → 90" in out
    assert "ban, policy.yaml:19, invented" in out
    assert "1 refuted; all as expected." in out


def test_a_verdict_that_is_not_expected_ends_with_1(tmp_path, capsys):
    path = folder_of(tmp_path, Twin(f"{LATE}\n{BAN}"), "never: has(ban), expect: held")
    code, out, _ = run(capsys, "audit", path)
    assert code == 1
    assert "(expected: held)" in out
    assert "1 not as expected" in out


def test_a_refuted_claim_of_which_nothing_is_expected_ends_with_1(tmp_path, capsys):
    path = folder_of(tmp_path, Twin(f"{LATE}\n{BAN}"), "never: has(ban)")
    assert run(capsys, "audit", path)[0] == 1


def test_a_history_again_and_again_is_told_in_one_line(tmp_path, capsys):
    path = folder_of(tmp_path, *_always())
    _, out, _ = run(capsys, "audit", path)
    assert "▼ trust 100 → 90" in out  # it leaves a grade, so it stands alone
    assert "late × 2" in out
    assert "▼ trust 90 → 70" in out


def _always() -> tuple[Twin, str]:
    return FORMS["always"].faulty, FORMS["always"].claim


def test_json_holds_the_verdict_and_the_history(tmp_path, capsys):
    path = folder_of(tmp_path, *_always())
    code, out, _ = run(capsys, "audit", path, "--json", "--seed", "7")
    found = json.loads(out)
    assert code == 1
    assert found["as_expected"] is False
    (claim,) = found["audits"][0]["claims"]
    assert claim["verdict"] == "refuted"
    assert claim["searched"]["seed"] == 7
    example = claim["counterexample"]
    assert example["events"] == 3
    assert example["least"] is True
    assert [event["event"] for event in example["histories"][0]["events"]] == ["late"] * 3


def test_out_writes_what_demerit_test_accepts(tmp_path, capsys):
    path = folder_of(tmp_path, *_always())
    _, out, _ = run(capsys, "audit", path, "--out", tmp_path / "found")
    (written,) = (tmp_path / "found").glob("*.yaml")
    assert "written:" in out
    assert run(capsys, "test", written, "--matcher", "plain")[0] == 0


def test_a_question_is_answered_with_figures_and_places(capsys):
    code, out, _ = run(capsys, "audit", "one-good-deed", "--question", "4", "--histories", "200")
    assert code in (0, 1)
    assert "4. Can anyone get out?" in out
    assert "credit: fewest events back" in out
    assert "policy.yaml:" in out


def test_a_question_as_json(capsys):
    _, out, _ = run(capsys, "audit", "hangzhou-2006", "-q", "1", "--json", "--histories", "100")
    (answer,) = json.loads(out)["answers"]
    assert answer["question"] == "Why this score?"
    assert answer["figures"]["the effects sum to it"] == "exactly"


def test_avoiding_needs_somebody(capsys):
    code, _, err = run(capsys, "audit", "marital-record", "--avoid", "score < 1000")
    assert code == 2
    assert "D712" in err


def test_avoiding_shows_the_least_changes(capsys):
    code, out, _ = run(capsys, "audit", "marital-record/a-month", "--who", "bai-ruo",
                       "--avoid", "grade == 'fail'")  # fmt: skip
    assert code == 0
    assert "without fraud.judged of bai-ruo" in out or "fraud.judged of bai-ruo" in out
    assert "weights.fraud" in out


def test_a_condition_that_cannot_be_read_is_refused(capsys):
    code, _, err = run(capsys, "audit", "marital-record/a-month", "--who", "bai-ruo",
                       "--avoid", "grad == 'fail'")  # fmt: skip
    assert code == 2
    assert "D201" in err


@pytest.mark.parametrize(("text", "expected"), [("60s", 60), ("5m", 300), ("1h", 3600), ("9", 9)])
def test_a_budget_is_a_length_of_time(text, expected):
    assert seconds(text) == expected


@pytest.mark.parametrize("text", ["soon", "0s", "-1", "1d", "s", "1.5m"])
def test_what_is_no_length_of_time_is_refused(text):
    with pytest.raises(DemeritError) as caught:
        seconds(text)
    assert caught.value.findings[0].code == "D712"


def test_a_pack_that_is_not_there_ends_with_2(capsys):
    assert run(capsys, "audit", "no-such-pack")[0] == 2


def test_claims_of_another_file(tmp_path, capsys):
    path = folder_of(tmp_path, Twin(LATE), "always: score >= 90, expect: refuted")
    code, out, _ = run(capsys, "audit", tmp_path / "policy.yaml", "--claims", path)
    assert code == 0
    assert "1 refuted" in out


def test_a_history_is_told_to_programs_too(tmp_path, capsys):
    path = folder_of(tmp_path, Twin(f"{LATE}\n{BAN}"), "never: has(ban), expect: refuted")
    _, out, _ = run(capsys, "audit", path, "--json")
    step = json.loads(out)["audits"][0]["claims"][0]["counterexample"]["histories"][0]["steps"][0]
    assert step["scores"] == {"trust": ["100", "90"]}
    assert step["happens"][:2] == ["● fired late, ban", "■ began ban until 2031-01-11"]


def test_sarif_says_whether_a_refuted_claim_was_expected(tmp_path, capsys):
    path = folder_of(tmp_path, Twin(f"{LATE}\n{BAN}"), "never: has(ban), expect: refuted")
    run(capsys, "audit", path, "--sarif", tmp_path / "x.sarif")
    found = json.loads((tmp_path / "x.sarif").read_text())["runs"][0]["results"]
    text, level = next((r["message"]["text"], r["level"]) for r in found if r["ruleId"] == "D944")
    assert text == "the claim `one` is refuted: `has(ban)` holds (as its audit expects)"
    assert level == "note"
