"""Sift files: what is refused, where, and with which hint."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.findings import DemeritError, Finding
from engine.language.sifts import load_sift


def wrong(tmp_path: Path, text: str) -> list[Finding]:
    path = tmp_path / "s.yaml"
    path.write_text(text, "utf-8")
    try:
        return list(load_sift(path).findings)
    except DemeritError as error:
        return list(error.findings)


GOOD = """\
sift: s
within: 2 years
steps:
  - {id: one, on: [event fee.*, refused]}
  - {id: two, on: fell, from: one, when: change < one.change and one.event.days > 3}
  - id: three
    never: {on: told, who: reporter of one}
    within: 30 days
  - id: four
    on: entered C
    who: parent of one
    unless: [rose, {on: began, when: sort == 'reward'}]
    when: count(fell, ever) > 2 or since(moved) > 3 days or abs(change) > 3 or not has(x)
"""


def test_a_good_pattern_has_no_finding(tmp_path: Path) -> None:
    assert wrong(tmp_path, GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "code", "words"),
    [
        ("on: fell,", "on: fel,", "D960", "did you mean `fell`?"),
        ("never: {on: told", "never: {on: told sms", "D960", "write `told` alone"),
        ("id: two", "id: one", "D961", "there are two steps `one`"),
        ("id: four", "id: change", "D961", "a meaning of its own"),
        ("from: one", "from: three", "D961", "no earlier step `three`"),
        ("who: parent of one", "who: parent", "D961", "names nobody"),
        ("who: parent of one", "who: parent of five", "D961", "no earlier step `five`"),
        ("{id: one, on: [event fee.*, refused]}", "{id: one, on: fell, within: 1 day}", "D961",
         "the first step is something that happens"),
        ("{id: one, on: [event fee.*, refused]}", "{id: one, on: fell, who: other}", "D961",
         "about the story's person"),
        ("    within: 30 days", "    within: 30 days\n    who: same", "D961",
         "`who` cannot stand beside `never`"),
        ("change < one.change", "chnge < one.change", "D962", "did you mean `change`?"),
        ("one.change", "one.chnge", "D962", "a happening has no `chnge`"),
        ("change < one.change", "change < 'x'", "D962", "a number is compared with a text"),
        ("change < one.change", "what < 'x'", "D962", "texts have no order"),
        ("change < one.change", "change + what > 3", "D962", "expected a number, found a text"),
        ("change < one.change", "change", "D962", "expected a condition, found a number"),
        ("change < one.change", "one.penalties > 1", "D962", "not of an earlier step"),
        ("count(fell, ever)", "count(falls, ever)", "D962", "no kind of happening"),
        ("count(fell, ever)", "count(fell)", "D962", "write e.g. `count(told, 30 days)`"),
        ("count(fell, ever)", "count(fell, 3)", "D962", "expected a window"),
        ("count(fell, ever)", "total(fell, ever)", "D962", "there is no function `total` here"),
        ("since(moved) > 3 days", "since(moved) > 3 months", "D962", "no fixed length"),
        ("since(moved) > 3 days", "since('x') > 3 days", "D962", "expected a name"),
        ("not has(x)", "not has(x", "D202", "the expression ends too early"),
        ("sift: s", "sift: s\nof: nowhere", "D541", "the policy `nowhere` was not found"),
        ("unless: [rose", "unles: [rose", "D102", "unless"),
        ("    never: {on", "    on: rose\n    never: {on", "D105", "either `on` or `never`"),
    ],
)  # fmt: skip
def test_mistakes_are_told_at_their_place(
    tmp_path: Path, old: str, new: str, code: str, words: str
) -> None:
    assert old in GOOD
    found = wrong(tmp_path, GOOD.replace(old, new, 1))
    first = next(f for f in found if f.code == code)
    assert words in f"{first.message} {first.hint}"
    assert first.where is not None
    assert first.where.line > 0


def test_a_pattern_without_steps_tells_nothing(tmp_path: Path) -> None:
    assert [f.code for f in wrong(tmp_path, "sift: s\nsteps: []\n")] == ["D961"]
    many = "".join(f"  - {{id: s{n}, on: fell}}\n" for n in range(21))
    assert [f.code for f in wrong(tmp_path, f"sift: s\nsteps:\n{many}")] == ["D961"]


POLICY = """\
policy: p
format: 1
subjects: {citizen: {}}
scores: {trust: {of: citizen, start: 10, min: 0}}
grades: {trust: [{name: A, from: 5}, {name: B, from: 0}]}
events: {fee.late: {}, fee.paid: {}}
penalties: {no-ferry: {}}
registries: {defaulters: {}}
rules: [{id: late, on: fee.late, then: [{score: -1}, {impose: no-ferry}, {list: defaulters}]}]
"""


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ("{id: a, on: event fee.lat}", "did you mean `fee.late`?"),
        ("{id: a, on: event fees.*}", "is not an event type"),
        ("{id: a, on: began no-fery}", "did you mean `no-ferry`?"),
        ("{id: a, on: listed defaulter}", "did you mean `defaulters`?"),
        ("{id: a, on: demoted C}", "is not a grade"),
        ("{id: a, on: fell trus}", "did you mean `trust`?"),
        ("{id: a, on: fired lat}", "did you mean `late`?"),
        ("{id: a, on: fell, when: has(no-fery)}", "there is no measure `no-fery`"),
        ("{id: a, on: fell, when: listed(x)}", "there is no list `x`"),
    ],
)
def test_of_a_policy_every_name_is_held_against_it(tmp_path: Path, step: str, words: str) -> None:
    (tmp_path / "policy.yaml").write_text(POLICY, "utf-8")
    found = wrong(tmp_path, f"sift: s\nof: p\nsteps: [{step}]\n")
    assert len(found) == 1
    assert words in f"{found[0].message} {found[0].hint}"
    good = ("event fee.*", "refused fee.late", "began no-ferry", "demoted trust.B", "entered B",
            "fell trust", "fired late", "listed defaulters", "told")  # fmt: skip
    steps = ", ".join(f"{{id: s{n}, on: {on}}}" for n, on in enumerate(good))
    assert wrong(tmp_path, f"sift: s\nof: p\nsteps: [{steps}]\n") == []
