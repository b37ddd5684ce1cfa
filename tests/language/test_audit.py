"""Audits that load: what a judge of their claims is handed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.findings import DemeritError
from engine.language.audit import START, LoadedAudit, load_audit, read_audit
from engine.language.model import Audit, Claim
from engine.language.model.audit import FORMS
from engine.language.neighbours import policy_of
from engine.values import MILLION, Duration, parse_instant

ROOT = Path(__file__).parents[2]
POLICY = """\
policy: pier
format: 1
subjects: {sailor: {attributes: {name: text, aided: {boolean: false}}}}
weights: {late: -5}
scores: {trust: {of: sailor, start: 100, min: 0}}
grades: {trust: [{name: good, from: 50}, {name: bad, from: 0}]}
events:
  late: {fields: {days: number, id_of: {text: {optional: true}}}}
  back: {fields: {late: text}}
rules:
  - {id: late, on: late, then: [{score: weights.late}]}
  - {id: back, on: back, then: [{undo: event.late}]}
"""
SCENARIO = """\
scenario: one
policy: ../policy.yaml
cast: {una: {kind: sailor}}
start: 2031-01-01
timeline: [{at: 2031-01-02, who: una, event: late, days: 3}]
"""


@pytest.fixture
def audit(tmp_path: Path):
    """An audit of the pier, from the lines behind its head."""
    for folder in ("audits", "reforms", "scenarios"):
        (tmp_path / folder).mkdir()
    (tmp_path / "policy.yaml").write_text(POLICY)
    (tmp_path / "reforms" / "milder.yaml").write_text(
        "reform: milder\nof: pier\nset: {weights.late: -1}\n"
    )
    (tmp_path / "scenarios" / "one.yaml").write_text(SCENARIO)
    path = tmp_path / "audits" / "critic.yaml"

    def load(*lines: str) -> LoadedAudit:
        path.write_text("\n".join(["audit: critic", "of: pier", *lines, ""]))
        return load_audit(path)

    return load


def test_a_bare_one_has_the_usual_search_and_finds_its_policy_above(audit):
    loaded = audit("claims: [{id: a, monotone: true}]")
    assert loaded.policy.policy.policy == "pier"
    assert loaded.cast.members == ()
    assert loaded.cast.start == START == parse_instant("2031-01-01")
    assert loaded.alphabet == ()
    search = loaded.audit.search
    assert (search.events, search.histories, search.seed) == (6, 10_000, 1)
    assert search.waits == (Duration(86_400, 0),)


def test_values_of_the_alphabet_are_typed_by_the_policy(audit):
    loaded = audit(
        "cast: {una: {kind: sailor, aided: true}}",
        "start: 2030-05-05",
        "alphabet:",
        "  late: {cost: 2.5, fields: {days: [3, 40], id_of: x}, at_most: 2}",
        "  back: {refers: {late: late}, when: subject.aided, immutable: true}",
    )
    late, back = loaded.alphabet
    assert late.fields == {"days": (3 * MILLION, 40 * MILLION), "id_of": ("x",)}
    assert (late.move.cost, late.move.at_most, late.move.immutable) == (2_500_000, 2, False)
    assert (back.move.cost, back.move.refers, back.move.immutable) == (
        MILLION, {"late": "late"}, True,
    )  # fmt: skip
    assert loaded.cast.members[0].attributes == {"aided": True}


def test_a_claim_under_a_reform_has_the_reformed_policy(audit):
    loaded = audit(
        "claims:",
        "  - {id: as-it-is, max-drop: {points: 5}}",
        "  - {id: milder, max-drop: {points: 1}, under: ../reforms/milder.yaml,",
        "     scenarios: [../scenarios/one.yaml]}",
    )
    plain, milder = loaded.claims
    assert plain.policy.policy.weights["late"].value == -5 * MILLION
    assert milder.policy.policy.weights["late"].value == -1 * MILLION
    assert [path.name for path in milder.scenarios] == ["one.yaml"]


def test_a_claim_answers_the_question_of_its_form_unless_it_says_another(audit):
    loaded = audit(
        "claims:",
        "  - {id: a, recoverable: {within: 1 year}}",
        "  - {id: b, recoverable: {within: 1 year}, question: 6}",
        "  - {id: c, never: score < 0}",
    )
    assert [one.claim.asks for one in loaded.claims] == [4, 6, None]
    assert [one.claim.form for one in loaded.claims] == ["recoverable", "recoverable", "never"]


def test_what_a_scenario_of_a_claim_lacks_is_said(audit, tmp_path):
    (tmp_path / "scenarios" / "one.yaml").write_text(SCENARIO.replace("days: 3", "hours: 3"))
    with pytest.raises(DemeritError) as caught:
        audit("claims: [{id: a, adds-up: true, scenarios: ../scenarios/one.yaml}]")
    assert {finding.code for finding in caught.value.findings} == {"D509", "D510"}


def test_an_audit_is_not_held_against_a_policy_of_another_name(audit, tmp_path):
    audit()
    other = tmp_path / "other.yaml"
    other.write_text(POLICY.replace("policy: pier", "policy: quay"))
    with pytest.raises(DemeritError) as caught:
        load_audit(tmp_path / "audits" / "critic.yaml", other)
    assert [finding.code for finding in caught.value.findings] == ["D541"]


def test_the_policy_of_an_audit_is_the_nearest_above(tmp_path):
    (tmp_path / "a" / "audits").mkdir(parents=True)
    for place, title in ((tmp_path, "far"), (tmp_path / "a", "near")):
        (place / "policy.yaml").write_text(f"policy: pier\nformat: 1\ntitle: {title}\n")
    found = policy_of(tmp_path / "a" / "audits" / "x.yaml", "pier")
    assert found is not None
    assert "near" in found.read_text()
    assert policy_of(tmp_path / "a" / "audits" / "x.yaml", "quay") is None


# --- the forms ----------------------------------------------------------------------


def test_every_form_is_a_field_of_a_claim_and_the_other_way_round():
    common = {"id", "title", "about", "because", "question", "expect", "counterexample", "who",
              "on", "under", "scenarios"}  # fmt: skip
    fields = {field.alias or name for name, field in Claim.model_fields.items()}
    assert fields - common == set(FORMS)


def test_every_question_of_the_twelve_has_a_form():
    assert {asks for asks in FORMS.values() if asks} == set(range(1, 13))


def test_the_reference_shows_every_form_with_its_question():
    text = (ROOT / "docs" / "language.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| `([a-z-]+): .*\| (\S+) \|$", text, re.MULTILINE))
    shown = {form: None if rows.get(form) == "–" else int(rows.get(form, 0)) for form in FORMS}
    shown["never"] = None  # it shares the line of `always`
    assert shown == FORMS


def test_an_audit_can_be_read_by_itself(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text("audit: a\nof: nowhere\nclaims: [{id: x, nothing-dead: {but: late}}]\n")
    audit, files = read_audit(path)
    assert isinstance(audit, Audit)
    assert audit.claims[0].parameters.but == ("late",)
    assert list(files) == [str(path)]
