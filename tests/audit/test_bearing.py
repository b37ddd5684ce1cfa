"""Who bears it: lives with other attributes, and rates of groups with their intervals."""

from __future__ import annotations

import pyarrow
import pytest

from engine.audit.bearing import swapped_lives
from engine.audit.bearing_rates import borne, percent, wilson
from engine.audit.sensitivity import Trial, play_trial
from engine.language.scenario import load_scenario
from engine.values import MILLION

POLICY = """\
policy: quay
format: 1
subjects:
  citizen:
    attributes:
      name: text
      district: {one_of: [old-town, docks, hill]}
      age: {number: {min: 0, max: 120}}
      aided: {boolean: false}
      work: {text: {optional: true}}
  firm: {attributes: {name: text}}
scores: {trust: {of: [citizen, firm], start: 1000, min: 0}}
grades: {trust: [{name: A, from: 1000}, {name: B, from: 0}]}
events: {fee.late: {}}
rules:
  - id: late
    on: fee.late
    when: "subject.kind == 'citizen'"
    unless: subject.aided or subject.age >= 70 or subject.work == 'ferryman'
    then: [{score: -5}, {notify: "You of {subject.district}."}]
"""
SCENARIO = """\
scenario: two
policy: policy.yaml
cast:
  mei: {kind: citizen, name: Mei, district: docks, age: 34}
  nets: {kind: firm, name: Nets}
start: 2031-01-01
timeline:
  - {at: 2031-01-02, who: mei, event: fee.late}
  - {at: 2031-01-02, who: nets, event: fee.late}
"""


@pytest.fixture
def swaps(tmp_path):
    (tmp_path / "policy.yaml").write_text(POLICY, "utf-8")
    (tmp_path / "two.yaml").write_text(SCENARIO, "utf-8")
    return {s.attribute: s for s in swapped_lives(Trial.of(load_scenario(tmp_path / "two.yaml")))}


def test_what_only_messages_read_cannot_matter(swaps):
    assert [swaps[name].read for name in ("name", "district")] == [False, False]
    assert swaps["district"].replays == 0
    assert "cannot matter" in swaps["district"].says


def test_an_attribute_that_decides_is_found_at_its_edge(swaps):
    aged = swaps["age"]
    assert {swap.after for swap in aged.changing} == {70 * MILLION, 70 * MILLION + 1, 120 * MILLION}
    change = aged.changing[0].changes[0]
    assert (change.who, change.what, change.before, change.after) == (
        "mei", "score trust", "995", "1000",
    )  # fmt: skip
    assert aged.says == "age: decides the outcome of 1 of 1 lives"


def test_a_default_and_a_free_text_are_swapped(swaps):
    assert [s.after for s in swaps["aided"].changing] == [True]
    assert [s.after for s in swaps["work"].changing] == ["ferryman"]


def test_a_kind_is_swapped_too(swaps):
    assert {(s.who, s.after) for s in swaps["kind"].changing} == {
        ("mei", "firm"), ("nets", "citizen"),
    }  # fmt: skip


def test_a_swap_can_be_played_again(swaps):
    swap = swaps["aided"].changing[0]
    assert play_trial(swap.trial).standings["mei"].scores["trust"] == 1000 * MILLION


# --- rates --------------------------------------------------------------------------


def people(**groups):
    """Rows: group → (how many, how many are graded D, how many are banned)."""
    rows = []
    for group, (many, graded, banned) in groups.items():
        for n in range(many):
            rows.append({"subject": f"{group}-{n}", "district": group,
                         "grade": "D" if n < graded else "A",
                         "penalties": ["no-ferry"] if n < banned else []})  # fmt: skip
    return rows


def of(table, outcome, **options):
    return next(b for b in borne(table, ["district"], **options) if b.outcome == outcome)


def test_rates_are_those_counted_by_hand():
    found = of(people(docks=(100, 40, 10), hill=(50, 10, 10)), "grade D")
    assert [(r.group, r.some, r.many) for r in found.rates] == [
        ("docks", 40, 100),
        ("hill", 10, 50),
    ]
    assert (found.ratio.highest.group, found.ratio.value) == ("docks", 2 * MILLION)
    assert found.ratio.low < 2 * MILLION < found.ratio.high


def test_a_ratio_interval_is_that_of_the_textbook():
    """40/100 against 10/50: log ratio 0.6931, standard error sqrt(.015 + .08)."""
    ratio = of(people(docks=(100, 40, 0), hill=(50, 10, 0)), "grade D").ratio
    assert ratio.low == pytest.approx(1.0932 * MILLION, rel=1e-3)
    assert ratio.high == pytest.approx(3.6591 * MILLION, rel=1e-3)


def test_a_small_group_is_named_and_not_judged():
    found = of(people(docks=(100, 40, 0), isle=(3, 3, 0)), "grade D")
    assert [r.group for r in found.small] == ["isle"]
    assert found.ratio is None
    assert "isle: 3 are too few to say (fewer than 30)" in found.says
    assert "times" not in found.says


def test_how_small_is_small_can_be_said():
    assert of(people(docks=(100, 40, 0), isle=(3, 3, 0)), "grade D", least=3).ratio is not None


def test_a_group_that_nobody_of_met_with_it_has_no_ratio():
    found = of(people(docks=(100, 0, 40), hill=(50, 0, 0)), "no-ferry")
    assert found.ratio is None
    assert found.why == "nobody of hill met with it"


def test_a_column_table_is_read_like_rows():
    rows = people(docks=(60, 20, 5), hill=(40, 5, 5))
    assert borne(pyarrow.Table.from_pylist(rows), ["district"]) == borne(rows, ["district"])


def test_several_attributes_make_groups_together_and_missing_is_one():
    rows = [{"a": "x", "b": None, "grade": "D"}] * 40 + [{"a": "y", "b": True, "grade": "A"}] * 40
    found = borne(rows, ["a", "b"], lists=())
    assert {r.group for r in found[0].rates} == {"x, missing", "y, True"}
    assert borne([], ["a"]) == ()


@pytest.mark.parametrize(
    ("some", "many", "low", "high"),
    [
        (0, 10, 0, 277_533),
        (5, 10, 236_593, 763_407),
        (10, 10, 722_467, MILLION),
        (0, 0, 0, MILLION),
    ],
)
def test_wilson_intervals_are_those_of_the_textbook(some, many, low, high):
    assert wilson(some, many) == (low, high)


def test_a_percentage_has_one_place():
    assert percent(123_456) == "12.3 %"
