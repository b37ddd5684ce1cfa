"""Who bears it, counted over a drawn population that the fast path plays."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.audit.bearing_population import Crowd
from engine.audit.bounds import Bounds
from engine.audit.verdicts import Verdict
from tests.audit.bench import Twin, verdict_on
from tests.population.conftest import kernel  # noqa: F401  # a fixture

pytestmark = pytest.mark.usefixtures("kernel")
UNEQUAL = Twin("{id: ban, on: late, when: subject.aided, then: [{impose: ban}]}")
CLEAN = Twin("{id: ban, on: late, then: [{impose: ban}]}")
PEOPLE = """\
population: harbour
of: pier
start: 2031-01-01
until: 2031-03-01
size: 200
seed: 3
groups:
  them: {kind: sailor, share: 1, attributes: {name: {text: "T {number}"}, aided: true}}
  others: {kind: sailor, share: 1, attributes: {name: {text: "O {number}"}, aided: false}}
events:
  - {event: late, times: 5, per: 1 month}
"""


def judged(folder, twin: Twin, people: int = 200) -> Verdict:
    (folder / "populations").mkdir()
    (folder / "populations" / "harbour.yaml").write_text(PEOPLE)
    bounds = replace(Bounds(), crowd=Crowd(people=people))
    return verdict_on(folder, twin, "who-bears: {over: aided, of: ban}", bounds)


def test_a_rule_that_hits_one_group_alone_is_found(tmp_path):
    verdict = judged(tmp_path, UNEQUAL)
    assert (verdict.kind, verdict.reach.of, verdict.reach.histories) == (
        "refuted", "population", 200,
    )  # fmt: skip
    assert "true: " in verdict.said
    assert "false: 0 of 100" in verdict.said


def test_a_rule_that_hits_everybody_is_not_accused(tmp_path):
    assert judged(tmp_path, CLEAN).kind != "refuted"


def test_a_group_that_is_too_small_is_not_judged(tmp_path):
    verdict = judged(tmp_path, UNEQUAL, people=40)
    assert verdict.kind == "open"
    assert "no two groups of 30 or more" in verdict.said
