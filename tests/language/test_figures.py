"""Every number of a policy, with what it rests on."""

from __future__ import annotations

from pathlib import Path

from engine.language.figures import Stated, figures
from engine.language.load import load_policy

POLICY = """\
policy: p
format: 1
standing: reported
sources:
  gazette: {title: {en: Gazette, zh: 公报}, year: 2031, where: "§4", url: "https://example.org/4"}
subjects: {c: {attributes: {age: number}}}
institutions: {ferry: {delay: 2 days}}
weights:
  late: {title: {en: Lateness, zh: 迟到}, value: -5, unit: points, standing: documented,
         cite: gazette}
  bare: {value: 0.5, standing: documented}
scores: {s: {of: c, start: 10, min: 0, drift: {toward: 10, by: 1, every: 30 days}}}
grades: {s: [{name: good, from: 5}, {name: bad, from: 0}]}
events: {late: {fields: {days: number}}}
rewards: {fare: {while: "count(late, 90 days) == 0 and score > 7"}}
penalties: {ban: {lasts: 6 months, quota: 3}}
rules:
  - id: a
    on: late
    when: {all: ["event.days > 30", "subject.age >= 18"]}
    unless: event.days == -1
    then:
      - {score: weights.late * event.days / 10 + weights.bare, lapses: 1 year}
      - {score: {s: {set: 0}}}
      - {impose: ban, for: 14 days}
    limit: {times: 2, per: 1 year}
  - {id: b, on: every 1 year, standing: invented, then: [{score: 2}]}
"""


def stated(tmp_path: Path, lang: str | None = None) -> list[Stated]:
    path = tmp_path / "policy.yaml"
    path.write_text(POLICY, "utf-8")
    return list(figures(load_policy(path).policy, lang))


def test_none_is_missed_and_none_is_made_up(tmp_path):
    assert [(one.clause, one.what, one.number) for one in stated(tmp_path)] == [
        ("institutions.ferry", "delay", "2 days"),
        ("weights.late", "value", "-5 points"),
        ("weights.bare", "value", "0.5"),
        ("scores.s", "start", "10"),
        ("scores.s", "min", "0"),
        ("scores.s", "drift", "1 every 30 days"),
        ("grades.s.good", "from", "5"),
        ("grades.s.bad", "from", "0"),
        ("rewards.fare", "while", "90 days"),
        ("rewards.fare", "while", "7"),
        ("penalties.ban", "lasts", "6 months"),
        ("penalties.ban", "quota", "3"),
        ("rules.a", "when", "30"),
        ("rules.a", "when", "18"),
        ("rules.a", "unless", "-1"),
        ("rules.a", "score", "10"),
        ("rules.a", "lapses", "1 year"),
        ("rules.a", "for", "14 days"),
        ("rules.a", "limit", "2 per 1 year"),
        ("rules.b", "on", "every 1 year"),
        ("rules.b", "score", "2"),
    ]


def test_each_has_its_standing_and_its_source(tmp_path):
    by_clause = {one.clause: one for one in stated(tmp_path)}
    late = by_clause["weights.late"]
    assert (late.standing, late.source) == ("documented", "Gazette (2031), §4")
    assert (late.cite, late.url, late.title) == ("gazette", "https://example.org/4", "Lateness")
    assert late.where is not None
    assert late.where.line == 9
    assert by_clause["rules.a"].standing == "reported"
    assert by_clause["rules.b"].standing == "invented"


def test_only_a_documented_number_without_a_source_is_unproved(tmp_path):
    assert [one.clause for one in stated(tmp_path) if one.unproved] == ["weights.bare"]


def test_titles_and_sources_are_told_in_a_language(tmp_path):
    late = next(one for one in stated(tmp_path, "zh") if one.clause == "weights.late")
    assert (late.title, late.source) == ("迟到", "公报 (2031), §4")
