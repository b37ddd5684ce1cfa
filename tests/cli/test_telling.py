"""What a run, a life and a verdict say about their steps: causes first, nothing left out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.cli.rows import Column, show_rows

POLICY = """\
policy: wharf
format: 1
subjects: {hand: {attributes: {name: text}}}
institutions: {crane: {delay: 1 day}}
weights: {rude: -30}
scores:
  trust: {of: hand, start: 100, min: 0, max: 100, drift: {toward: 100, by: 1, every: 10 days}}
grades:
  trust: [{name: high, from: 90}, {name: low, from: 0}]
events:
  shout: {by: [crane], fields: {loud: {number: {min: 0}}, at-whom: {text: {optional: true}}}}
  note: {fields: {about: text}}
rules:
  - id: rude
    on: shout
    when: event.loud >= 80 or count(shout, 7 days) >= 2
    unless: event.at-whom == 'gull'
    then: [{score: weights.rude, lapses: 20 days}, {emit: {event: note, about: shouting}}]
  - {id: noted, on: note, then: [{notify: "Noted: {event.about}."}]}
  - {id: sinking, on: left high, when: grade == 'low' and score < 95, then: [{notify: Oh.}]}
  - {id: sunk, on: entered low, then: [{notify: So low.}]}
"""
SCENARIO = """\
scenario: a-day
policy: policy.yaml
cast: {ann: {kind: hand, name: Ann}}
start: 2031-03-01
until: 2031-04-01
timeline:
  - {at: "2031-03-02 22:04:59", who: ann, event: shout, loud: 90}
  - {at: 2031-03-04, who: ann, event: shout, loud: 10, known: 2031-03-04}
  - {at: 2031-03-05, who: ann, event: shout, loud: 99, at-whom: gull, known: 2031-03-05}
  - {at: 2031-03-20, who: ann, event: shout, loud: 9, known: 2031-03-20}
"""


@pytest.fixture
def day(tmp_path: Path) -> Path:
    (tmp_path / "policy.yaml").write_text(POLICY)
    path = tmp_path / "day.yaml"
    path.write_text(SCENARIO)
    return path


def test_a_cause_stands_above_what_it_set_off(demerit, day):
    told = demerit("run", day).out
    order = ["fired rude", "↳ note", "fired noted", "left trust.high", "fired sinking",
             "entered trust.low", "fired sunk", "“So low.”"]  # fmt: skip
    places = [told.index(words) for words in order]
    assert places == sorted(places)


def test_a_grade_that_is_left_and_entered_without_more_is_one_line(demerit, day):
    day.with_name("policy.yaml").write_text(re.sub(r"  - \{id: s.*\n", "", POLICY))
    assert "◆ left trust.high, entered trust.low" in " ".join(demerit("run", day).out.split())


def test_what_moved_a_score_is_never_beside_nothing(demerit, day):
    rows = [line for line in demerit("run", day).out.split("\n") if "→" in line]
    assert rows
    assert not [row for row in rows if "nothing" in row]
    assert "▲ what rude took is given back" in demerit("run", day).out


def test_seconds_and_the_day_on_which_something_happened_are_shown(demerit, day):
    told = demerit("run", day).out
    assert re.search(r" 1  2031-03-03 22:04:59  +ann", told)
    assert re.search(r"\n +happened 03-02 22:04:59 ", told)
    assert told.count("happened") == 2  # once in the head; the other events were not late


def test_a_verdict_says_which_half_held_and_its_value(demerit, day):
    told = " ".join(demerit("why", day, "--who", "ann", "--rule", "rude").out.split())
    assert "because the event's “loud” was 90, at least 80 →" in told
    assert "because `shout` happened twice within 7 days, at least 2 →" in told
    assert "because of its exception: the event's “at-whom” was gull" in told
    sinking = " ".join(demerit("why", day, "--who", "ann", "--rule", "sinking").out.split())
    assert "because the grade was low and the score was 70, less than 95" in sinking


def test_json_tells_the_same(demerit, day):
    said = demerit("why", day, "--who", "ann", "--rule", "rude", "--json").json
    assert said["judgements"][0]["why"] == (
        "it fired, because the event's “loud” was 90, at least 80"
    )


def test_a_score_that_came_back_is_said_once_and_steps_are_spans(demerit, day):
    day.write_text(SCENARIO.replace("until: 2031-04-01", "until: 2031-09-01"))
    told = demerit("why", day, "--who", "ann").out
    assert "trust: 100 now, as at the start, grade high\n" in told
    assert re.search(r"drift +\d+, \d+", told)
    twice = demerit("why", day, "--who", "ann", "--rule", "rude").out
    assert twice.startswith("rude: it fired twice for Ann (ann)\n")


def test_rows_are_laid_out_by_a_sample_and_a_wider_cell_is_folded(capsys):
    columns = (Column("n", right=True, least=None), Column("word"))
    rows = [*range(500), 123456, *range(500)]
    assert show_rows(columns, rows, lambda n: [str(n), "a" * (n % 7)])
    lines = capsys.readouterr().out.split("\n")
    assert lines[:3] == ["  n  word", "  0", "  1  a"]
    assert lines[501:504] == ["123  aaaa", "456", "  0"]


def test_a_column_that_would_become_too_narrow_is_said(capsys):
    columns = (Column("a", least=None), Column("b", least=90))
    assert not show_rows(columns, ["x"], lambda _: ["y" * 40, "z" * 200], strict=True)
    assert capsys.readouterr().out == ""
