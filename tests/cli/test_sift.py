from __future__ import annotations

import json

import pytest


def test_stories_are_told_step_by_step(demerit):
    said = demerit("sift", "public-reports/what-a-lie-costs")
    assert said.code == 0
    assert "The false report — Yao Ning (yao-ning), 2017-03-01 to 2017-03-22" in said.out
    assert "taken-back  2017-03-22  step 3  credit +50 → 995 (paid-back, at report.dismissed)" in (
        said.out
    )
    assert "6 stories, 12 patterns, 11 steps" in said.out
    assert "nearly" not in said.out


def test_near_misses_say_what_was_missing(demerit):
    said = demerit("sift", "aged-parents/the-quarrel", "--near", "--pattern",
                   "the-message-never-read")  # fmt: skip
    assert "nearly: The message never read" in said.out
    assert "missing: sanction — on 2018-03-17, in step 3, there was `event`" in said.out
    assert "0 stories and 2 near misses, 1 pattern" in said.out


def test_why_not_for_one_person(demerit):
    said = demerit("sift", "aged-parents/the-quarrel", "--who", "tang-yue", "--pattern",
                   "the-golden-cage", "--json")  # fmt: skip
    assert said.json["matches"] == []
    assert said.json["never_began"]["the-golden-cage"] == (
        "2018-03-05, step 2: `sort == 'reward'` is not so: `sort` is penalty"
    )


def test_json_has_every_beat(demerit):
    said = demerit("sift", "aged-parents/the-quarrel", "--pattern", "the-way-out", "--json")
    (match,) = said.json["matches"]
    assert (match["who"], match["start"], match["lives"]) == (
        "tang-yue", "2018-03-05T00:00:00Z", 1)  # fmt: skip
    assert [(b["step"], b["number"], b["what"]) for b in match["beats"]] == [
        ("lost", 2, "filial"), ("down", 2, "lacking"), ("back", 3, "filial")
    ]  # fmt: skip
    assert (match["beats"][1]["before"], match["beats"][1]["after"]) == ("1000", "950")


def test_a_pattern_of_ones_own(demerit, tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text('sift: mine\ntitle: "Mine\\e[31m"\nsteps: [{id: a, on: fell}]\n', "utf-8")
    said = demerit("sift", "aged-parents/the-quarrel", "--pattern", path)
    assert said.code == 2  # a control code is refused
    path.write_text("sift: mine\ntitle: Mine\nsteps: [{id: a, on: fell credit}]\n", "utf-8")
    said = demerit("sift", "aged-parents/the-quarrel", "--pattern", path)
    assert "Mine — Tang Yue" in said.out


def test_a_packs_own_patterns_are_looked_for_too(demerit, pack):
    folder = pack("aged-parents")
    (folder / "sifts").mkdir()
    (folder / "sifts" / "visit.yaml").write_text(
        "sift: visit\nof: aged-parents\ntitle: A quarrel\nsteps:\n"
        "  - {id: a, on: event neglect.confirmed}\n", "utf-8")  # fmt: skip
    said = demerit("sift", folder / "scenarios" / "the-quarrel.yaml")
    assert "A quarrel — Tang Yue" in said.out
    assert "13 patterns" in said.out
    checked = demerit("check", folder / "sifts")
    assert (checked.code, "1 file checked" in checked.out) == (0, True)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("--pattern", "the-false-rapport"), "D963", "did you mean `the-false-report`?"),
        (("--who", "tang-yu"), "D963", "there is no `tang-yu` in this run"),
    ],
)
def test_what_is_not_there_is_said(demerit, arguments, code, words):
    said = demerit("sift", "aged-parents/the-quarrel", *arguments)
    assert said.code == 2
    assert code in said.err
    assert words in " ".join(said.err.split())


def test_a_pattern_for_another_policy_is_refused_by_name_and_else_passed_over(demerit, tmp_path):
    path = tmp_path / "other.yaml"
    path.write_text("sift: other\nof: elsewhere\nsteps: [{id: a, on: fell}]\n", "utf-8")
    said = demerit("sift", "aged-parents/the-quarrel", "--pattern", path)
    assert (said.code, "D541" in said.err) == (2, True)


def test_a_ledger_that_was_changed_is_refused(demerit, tmp_path):
    ledger = tmp_path / "l.jsonl"
    demerit("run", "aged-parents/the-quarrel", "--ledger", ledger)
    head, *lines = ledger.read_text("utf-8").splitlines()
    for broken in ("{", "[]", "{}", '{"at":3}', lines[1].replace('"950"', '"many"'),
                   lines[1].replace('"effects"', '"effects":3,"x"')):  # fmt: skip
        ledger.write_text("\n".join([head, broken]) + "\n", "utf-8")
        said = demerit("sift", ledger)
        assert (said.code, "D608" in said.err) == (2, True), broken


def test_hostile_names_do_no_harm(demerit, tmp_path):
    ledger = tmp_path / "l.jsonl"
    demerit("run", "aged-parents/the-quarrel", "--ledger", ledger)
    evil = json.dumps("\x1b[31mtang\u202e[/bold]")
    ledger.write_text(ledger.read_text("utf-8").replace('"tang-yue"', evil), "utf-8")
    said = demerit("sift", ledger, "--near")
    assert said.code == 0
    assert not set(said.out) & {"\x1b", "\u202e"}
    assert "tang\\u202e[/bold]" in said.out
