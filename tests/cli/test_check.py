from __future__ import annotations

import pytest

from policies import packs

BROKEN = """\
policy: broken
format: 1
subjects: {person: {}}
scores: {trust: {of: person, start: 10, min: 0}}
events: {late: {}, paid: {}}
rules:
  - id: one
    on: lat
    then: [{notify: hello}]
  - id: two
    on: late
    when: score.trst > 3
    then: [{score: weights.late}]
"""


def test_all_findings_are_told_at_once_with_place_code_and_hint(demerit, tmp_path):
    path = tmp_path / "policy.yaml"
    path.write_text(BROKEN)
    said = demerit("check", path)
    assert said.code == 1
    assert f"{path}:8:9: ✗ error[D301] there is no event type `lat`" in said.out
    assert "    8 |     on: lat\n      |         ^^^\n  → did you mean `late`?" in said.out
    assert "error[D" in said.out.split("trst", 1)[0].rsplit("\n", 1)[1]
    assert "1 file checked: 3 errors" in said.out
    assert said.err == ""


def test_json_holds_the_same_findings(demerit, tmp_path):
    path = tmp_path / "policy.yaml"
    path.write_text(BROKEN)
    said = demerit("check", path, "--json")
    assert said.code == 1
    assert said.json["errors"] == len(said.json["findings"]) == 3
    first = said.json["findings"][0]
    assert first == {
        "code": "D301", "severity": "error", "message": "there is no event type `lat`",
        "file": str(path), "line": 8, "column": 9, "width": 3, "hint": "did you mean `late`?",
    }  # fmt: skip


def test_a_broken_policy_is_told_once_however_many_scenarios_lead_to_it(demerit, pack):
    folder = pack("aged-parents")
    policy = folder / "policy.yaml"
    policy.write_text(policy.read_text().replace("on: neglect.confirmed", "on: neglect.confirmd"))
    said = demerit("check", folder)
    assert said.code == 1
    assert said.out.count("`neglect.confirmd`") == 1


def test_a_reform_is_checked_with_its_policy(demerit, pack):
    folder = pack("aged-parents")
    reform = folder / "reforms" / "no-third-parties.yaml"
    reform.write_text(reform.read_text().replace("weights.neglect: -25", "weights.neglct: -25"))
    said = demerit("check", reform)
    assert said.code == 1
    assert "error[D406]" in said.out
    assert "no-third-parties.yaml:9:3" in said.out


def test_a_reform_without_its_policy_is_a_warning(demerit, tmp_path):
    path = tmp_path / "reform.yaml"
    path.write_text("reform: alone\nof: nobody-there\nset: {weights.late: 1}\n")
    said = demerit("check", path)
    assert said.code == 0
    assert "! warning[D704]" in said.out


def test_all_packs_are_in_order(demerit):
    for name in packs():
        said = demerit("check", name)
        assert (said.code, said.out.count("error[")) == (0, 0), said.out


@pytest.mark.parametrize("text", ["\x1b[2Jx", "\u202etxt", "[bold red]x[/]"])
def test_foreign_text_reaches_the_terminal_harmless(demerit, tmp_path, text):
    path = tmp_path / "policy.yaml"
    path.write_text(f"policy: p\nformat: 1\ntitle: x\nnonsense: '{text}'\n")
    said = demerit("check", path)
    assert said.code == 1
    assert "\x1b" not in said.out
    assert "\u202e" not in said.out
    if text.startswith("["):
        assert text in said.out


def test_what_is_not_there_is_bad_use(demerit, tmp_path):
    assert demerit("check", tmp_path / "nothing").code == 2
    said = demerit("check", tmp_path)
    assert said.code == 2
    assert "error[D702]" in said.err


def test_other_yaml_in_a_folder_is_passed_over(demerit, pack):
    folder = pack("double-booking")
    (folder / "notes.yaml").write_text("shopping: [milk]\n")
    (folder / ".hidden").mkdir()
    (folder / ".hidden" / "policy.yaml").write_text("policy: x\nbroken: yes\n")
    assert demerit("check", folder).code == 0
    named = demerit("check", folder / "notes.yaml")
    assert named.code == 1
    assert "error[D101]" in named.out


def test_a_finding_that_only_a_reform_makes_names_the_reform(demerit, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    demerit("new", "town")
    policy = tmp_path / "town/policy.yaml"
    text = policy.read_text().replace(
        "on: story.read\n", "on: story.read\n    overrides: [third-time]\n"
    )
    policy.write_text(text)
    assert demerit("check", "town/policy.yaml").code == 0
    said = demerit("check", "town")
    assert said.code == 1
    assert "under `reforms/no-more-bans.yaml`: there is no rule `third-time`" in said.out
    assert "→ `rules.third-time` is removed at reforms/no-more-bans.yaml:10" in said.out


def test_where_a_file_was_not_read_as_a_whole_that_is_said(demerit, tmp_path):
    path = tmp_path / "policy.yaml"
    path.write_text("policy: p\nformat: 1\nevents: {a: {}}\nrules:\n  - {id: r, on: a, than: []}\n")
    said = demerit("check", path)
    assert "more may show once that is mended" in said.out
    path.write_text("policy: p\nformat: 1\nevents: {a: {}}\nrules:\n  - {id: r, on: b}\n")
    assert "more may show" not in demerit("check", path).out


def test_a_misspelt_field_is_one_finding(demerit, pack):
    path = pack("aged-parents") / "scenarios/the-roof.yaml"
    text = path.read_text()
    assert "visits: " in text
    path.write_text(text.replace("visits: ", "visit: ", 1))
    found = demerit("check", path, "--json").json["findings"]
    assert [one["code"] for one in found] == ["D509"]
    assert found[0]["hint"] == "did you mean `visits`?"


def test_the_nearest_of_many_are_named(demerit, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "party.yaml").write_text("scenario: party\n")
    (tmp_path / "scenarios/a-quarrel.yaml").write_text("scenario: a-quarrel\n")
    assert "did you mean `party.yaml`?" in demerit("run", "prty").err
    assert "did you mean `scenarios/a-quarrel.yaml`?" in demerit("run", "quarrel").err
    told = demerit("run", "xylophone").err
    assert "the nearest of " in told
    assert told.count("`") < 16
