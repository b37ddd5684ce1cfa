"""Texts in several languages: one is shown, the first is what counts."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.evaluation.run import play
from engine.evaluation.spoken import spoken_step
from engine.findings import DemeritError
from engine.language.load import load_policy
from engine.language.nodes import Scalar
from engine.language.rows import Cast, Event, Person
from engine.language.translations import (
    Translated,
    in_language,
    languages_of,
    spoken,
    untranslated,
    versions,
)
from engine.values import MILLION

POLICY = """\
policy: p
format: 1
title: {en: Harbour, zh: 港口}
subjects: {c: {attributes: {name: text}}}
scores: {s: {of: c, start: 10, min: 0}}
events: {late: {title: Late, fields: {days: number}}}
penalties:
  ban: {lasts: 3 days, notice: {en: "Until {until}.", zh: "到{until}。"}}
rules:
  - id: a
    on: late
    then:
      - score: -1
      - impose: ban
      - notify: {en: "{subject.name}, pay.", zh: "{subject.name}，请付款。"}
    because: {en: Time., zh: 时间。}
"""


def loaded(tmp_path: Path, text: str = POLICY):
    path = tmp_path / "policy.yaml"
    path.write_text(text, "utf-8")
    return load_policy(path)


def run(policy, days: int = 1, says: str | None = None):
    cast = Cast((Person("mei", "c", {"name": "Mei"}),), {}, 0, None)
    event = Event("mei", "late", 60, 60, {"days": days * MILLION}, says=says, row=1)
    return play(policy.versions, cast, [event], matcher="plain")


def texts(step):
    return [effect.detail for part in step.parts for effect in part.effects if effect.detail]


def test_the_language_is_found_by_its_tag_then_by_its_kin_then_the_first():
    text = Translated.of({"en": "fine", "zh-Hant": "罰款"})
    assert text == "fine"
    assert [in_language(text, tag) for tag in (None, "zh-Hant", "zh", "fr", "en")] == [
        "fine", "罰款", "罰款", "fine", "fine",
    ]  # fmt: skip
    assert in_language("plain", "zh") == "plain"
    assert versions(text) == ("fine", "罰款")


def test_it_stays_the_text_that_was_written_first_and_knows_its_place(tmp_path):
    policy = loaded(tmp_path).policy
    assert policy.title == "Harbour"
    assert policy.title.where is not None
    assert policy.title.where.line == 3
    assert isinstance(policy.title.languages["zh"], Scalar)
    assert languages_of(policy) == ("en", "zh")


def test_a_policy_can_be_spoken_in_a_language(tmp_path):
    policy = loaded(tmp_path).policy
    shown = spoken(policy, "zh")
    assert (shown.title, shown.rules[0].because) == ("港口", "时间。")
    assert shown.rules[0].where == policy.rules[0].where
    assert shown.scores == policy.scores
    assert spoken(policy, None) is policy


def test_messages_and_notices_are_written_in_every_language(tmp_path):
    step = run(loaded(tmp_path)).steps[0]
    assert texts(step) == ["Until 1970-01-04 00:01.", "Mei, pay."]
    assert texts(spoken_step(step, "zh")) == ["到1970-01-04 00:01。", "Mei，请付款。"]


def test_the_writers_note_is_spoken_too(tmp_path):
    step = run(loaded(tmp_path), says=Translated.of({"en": "Oh", "zh": "哦"})).steps[0]
    assert step.input.says == "Oh"
    assert spoken_step(step, "zh").input.says == "哦"


def test_translations_do_not_touch_the_ledger(tmp_path):
    bare = POLICY
    for told in ("zh: 港口", 'zh: "到{until}。"', 'zh: "{subject.name}，请付款。"', "zh: 时间。"):
        assert told in bare
        bare = bare.replace(f", {told}", "")
    assert "zh" not in bare
    assert run(loaded(tmp_path)).hash == run(loaded(tmp_path, bare)).hash


def test_a_translation_that_cannot_be_written_does_not_stop_a_run(tmp_path):
    text = POLICY.replace("请付款。", "{1 / (event.days - 1)}")
    step = run(loaded(tmp_path, text)).steps[0]
    assert texts(spoken_step(step, "zh"))[1] == "Mei, pay."
    step = run(loaded(tmp_path, text), days=3).steps[0]
    assert texts(spoken_step(step, "zh"))[1] == "Mei，0.5"


def test_a_history_that_only_a_translation_reads_is_kept(tmp_path):
    text = POLICY.replace("请付款。", "{count(late, ever)}")
    step = run(loaded(tmp_path, text)).steps[0]
    assert texts(spoken_step(step, "zh"))[1] == "Mei，1"


def test_every_language_is_checked(tmp_path):
    with pytest.raises(DemeritError) as caught:
        loaded(tmp_path, POLICY.replace("请付款。", "{subject.nam}"))
    (finding,) = caught.value.findings
    assert finding.code == "D201"
    assert finding.where.line == 15


def test_what_is_not_given_in_a_language_of_the_file_is_a_warning(tmp_path):
    (finding,) = loaded(tmp_path, POLICY.replace(", zh: 时间。", "")).findings
    assert (finding.code, finding.severity, finding.where.line) == ("D324", "warning", 16)
    assert "`zh`" in finding.message
    assert finding.hint == "add `zh: …`"


def test_a_plain_text_is_for_every_language(tmp_path):
    assert list(untranslated(loaded(tmp_path).policy)) == []


@pytest.mark.parametrize("title", ["{}", "{english: a}", "{en: [a]}", "{en: {zh: a}}", "[a]"])
def test_what_is_no_text_is_refused(tmp_path, title):
    with pytest.raises(DemeritError) as caught:
        loaded(tmp_path, POLICY.replace("{en: Harbour, zh: 港口}", title))
    assert {finding.code for finding in caught.value.findings} == {"D105"}


def test_a_reform_may_speak_several_languages(tmp_path):
    policy = tmp_path / "policy.yaml"
    policy.write_text(POLICY, "utf-8")
    reform = tmp_path / "r.yaml"
    reform.write_text(
        "reform: r\nof: p\ntitle: {en: R, zh: 改}\nset: {rules.a.because: {en: New., zh: 新。}}\n",
        "utf-8",
    )
    rule = load_policy(policy, [reform]).policy.rules[0]
    assert (rule.because, in_language(rule.because, "zh")) == ("New.", "新。")
