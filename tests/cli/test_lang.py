"""``--lang``: what is shown changes, and nothing else."""

from __future__ import annotations

import pytest

POLICY = """\
policy: p
format: 1
title: {en: The pier, zh: 码头}
about: {en: About the pier., zh: 关于码头。}
sources: {gazette: {title: {en: Gazette, zh: 公报}}}
subjects: {c: {attributes: {name: text}}}
weights: {late: {title: {en: Lateness, zh: 迟到}, value: -1, cite: gazette}}
scores: {s: {of: c, start: 10, min: 0}}
events: {late: {title: {en: Late, zh: 晚了}}}
rules:
  - id: a
    title: {en: The rule of lateness, zh: 迟到规则}
    on: late
    then:
      - score: weights.late
      - notify: {en: "{subject.name}, pay.", zh: "{subject.name}，请付款。"}
  - {id: b, on: late, when: "count(late, 9 days) >= 2"}
"""
SCENARIO = """\
scenario: one
policy: ../policy.yaml
title: {en: A life, zh: 一生}
cast: {mei: {kind: c, name: Mei}}
start: 2031-01-01
timeline:
  - {at: 2031-01-02, who: mei, event: late, says: {en: She was asleep., zh: 她睡着了。}}
expect: {mei: {score: 9, fired: b}}
"""
REFORM = "reform: r\nof: p\nset: {weights.late: -3}\n"


@pytest.fixture
def pier(tmp_path, monkeypatch):
    monkeypatch.delenv("DEMERIT_LANG", raising=False)
    monkeypatch.chdir(tmp_path)
    for name, text in (("policy.yaml", POLICY), ("scenarios/one.yaml", SCENARIO),
                       ("reforms/r.yaml", REFORM)):  # fmt: skip
        path = tmp_path / "pier" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return tmp_path / "pier"


COMMANDS = [
    (["run", "pier/scenarios/one.yaml"], ["一生 — 码头", "Mei，请付款。"]),
    (["why", "pier/scenarios/one.yaml", "--who", "mei"], ["迟到规则", "Mei，请付款。"]),
    (["why", "pier/scenarios/one.yaml", "--who", "mei", "--step", "1"], ["她睡着了。"]),
    (["test", "pier"], ["晚了"]),
    (["diff", "pier", "pier/reforms/r.yaml"], ["公报"]),
    (["list", "."], ["码头", "关于码头。"]),
    (["sources", "pier"], ["码头", "迟到", "公报"]),
    (["compare", "pier/scenarios/one.yaml", "pier/policy.yaml", "pier/reforms/r.yaml"],
     ["一生", "码头"]),
]  # fmt: skip


@pytest.mark.parametrize(("words", "shown"), COMMANDS, ids=lambda value: value[0])
def test_it_shows_the_language_that_was_asked_for(demerit, pier, words, shown):
    plain = demerit(*words)
    said = demerit(*words, "--lang", "zh")
    assert said.code == plain.code
    title = next(iter(shown))
    quoted = [line for line in said.out.split("\n") if "│" not in line and "title:" not in line]
    for text in shown:
        assert any(text in line for line in quoted), said.out
    assert title not in "\n".join(line for line in plain.out.split("\n") if "│" not in line)


def test_the_ledger_and_its_hash_do_not_depend_on_it(demerit, pier, tmp_path):
    written = []
    for number, lang in enumerate((None, "zh", "fr")):
        ledger = tmp_path / f"{number}.jsonl"
        more = ["--lang", lang] if lang else []
        said = demerit("run", "pier/scenarios/one.yaml", "--ledger", ledger, "--json", *more)
        written.append((ledger.read_bytes(), said.json["hash"]))
    assert written[0] == written[1] == written[2]
    assert "Mei, pay." in written[0][0].decode()


def test_the_environment_may_say_it(demerit, pier, monkeypatch):
    monkeypatch.setenv("DEMERIT_LANG", "zh")
    assert "码头" in demerit("run", "pier/scenarios/one.yaml").out
    assert "The pier" in demerit("run", "pier/scenarios/one.yaml", "--lang", "en").out
    monkeypatch.setenv("DEMERIT_LANG", "")
    assert "The pier" in demerit("run", "pier/scenarios/one.yaml").out


def test_a_language_that_nothing_is_given_in_shows_the_first(demerit, pier):
    words = ("run", "pier/scenarios/one.yaml")
    assert demerit(*words, "--lang", "fr").out == demerit(*words).out


@pytest.mark.parametrize("lang", ["Chinese", "z", "zh_CN", "-"])
def test_what_is_no_language_is_refused(demerit, pier, lang):
    said = demerit("run", "pier/scenarios/one.yaml", f"--lang={lang}")
    assert said.code == 2
    assert "error[D710]" in said.err


def test_check_says_what_is_not_given_in_a_language(demerit, pier):
    policy = pier / "policy.yaml"
    policy.write_text(POLICY.replace(", zh: 迟到规则", ""), "utf-8")
    said = demerit("check", "pier")
    assert said.code == 0
    assert "policy.yaml:12:17: ! warning[D324]" in said.out
