"""SARIF 2.1.0: what the standard asks of a file, and that nothing of a finding is lost."""

from __future__ import annotations

import json

import jsonschema
import pytest

from engine.audit.sarif import Reported, sarif, write_sarif
from engine.audit.static import examine
from engine.findings import DemeritError, Finding, Where
from engine.language.load import load_policy
from tests.audit.static_pairs import PENALTY, rule, text


def closed(required, **properties):
    return {"type": "object", "additionalProperties": False, "properties": properties,
            "required": required.split()}  # fmt: skip


TEXT = {"type": "string", "minLength": 1}
MESSAGE = closed("text", text=TEXT)
COUNT = {"type": "integer", "minimum": 1}
PLACE = closed(
    "artifactLocation",
    artifactLocation=closed("uri", uri={"type": "string", "pattern": r"^[^\\ <>\"{}|^`]+$"}),
    region=closed("startLine", startLine=COUNT, startColumn=COUNT, endColumn=COUNT),
)
RESULT = closed(
    "message ruleId",
    ruleId=TEXT,
    ruleIndex={"type": "integer", "minimum": 0},
    level={"enum": ["none", "note", "warning", "error"]},
    message=MESSAGE,
    locations={"type": "array", "items": closed("", physicalLocation=PLACE)},
    relatedLocations={"type": "array", "items": closed(
        "", id={"type": "integer", "minimum": 0}, message=MESSAGE, physicalLocation=PLACE)},
    partialFingerprints={"type": "object", "additionalProperties": TEXT},
    properties={"type": "object"},
)  # fmt: skip
RULE = closed(
    "id", id=TEXT, shortDescription=MESSAGE, help=closed("text", text=TEXT, markdown=TEXT)
)
DRIVER = closed("name", name=TEXT, version=TEXT, rules={"type": "array", "items": RULE,
                                                        "uniqueItems": True})  # fmt: skip
RUN = closed(
    "tool",
    tool=closed("driver", driver=DRIVER),
    columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
    results={"type": "array", "items": RESULT},
)
#: The part of the standard's schema that is written, closed against misspelt keys.
SCHEMA = closed(
    "version runs",
    **{"$schema": {"type": "string", "format": "uri"}},
    version={"const": "2.1.0"},
    runs={"type": "array", "items": RUN},
)


@pytest.fixture
def results(tmp_path):
    path = tmp_path / "policy.yaml"
    rules = (
        rule("on: fee.late, when: event.days > 400, then: [{score: -1}]")
        + rule("on: fee.late, then: [{score: -1}]", "small")
        + rule("on: fee.late, when: event.paid, then: [{score: 3}]", "paid")
    )
    path.write_text(text(rules, PENALTY), "utf-8")
    return examine(load_policy(path))


def test_what_the_standard_asks_for_is_there(results):
    made = sarif([r.reported() for r in results])
    jsonschema.Draft7Validator(SCHEMA).validate(made)
    assert len(made["runs"][0]["results"]) == len(results) == 3


def test_rules_are_indexed_and_explained(results):
    run = sarif([r.reported() for r in results])["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    assert all(r["help"]["text"] and r["shortDescription"]["text"] for r in rules)


def test_a_place_is_kept_with_its_width():
    finding = Finding("D931", "no", Where("my policy.yaml", 4, 7), "mend", "warning", width=5)
    result = sarif([finding])["runs"][0]["results"][0]
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "my%20policy.yaml"
    assert place["region"] == {"startLine": 4, "startColumn": 7, "endColumn": 12}
    assert result["message"]["text"] == "no. To mend it: mend"


def test_files_are_named_as_they_are_found():
    finding = Finding("D931", "no", Where("policy.yaml", 1, 1))
    for name, uri in (("a/b.yaml", "a/b.yaml"), ("/a/b c.yaml", "file:///a/b%20c.yaml")):
        made = sarif([finding], naming=lambda _, name=name: name)
        place = made["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
        assert place["artifactLocation"]["uri"] == uri


def test_what_is_only_possible_is_a_note_and_other_clauses_are_related(results):
    opposed = next(r for r in results if r.code == "D935")
    made = sarif([opposed.reported()])["runs"][0]["results"][0]
    assert made["level"] == "warning"
    assert [r["message"]["text"] for r in made["relatedLocations"]] == ["rules.paid"]
    assert made["properties"]["standing"] == "played"


def test_a_fingerprint_stays_when_lines_move():
    prints = [
        sarif([Finding("D931", "no", Where("policy.yaml", line, 1))])["runs"][0]["results"][0]
        for line in (3, 30)
    ]
    assert prints[0]["partialFingerprints"] == prints[1]["partialFingerprints"]


def test_foreign_text_is_made_safe():
    finding = Finding("D931", "no \x1b[31m\u202e", Where("policy.yaml", 1, 1))
    made = sarif([Reported(finding, properties={"how": "\x07"})])["runs"][0]["results"][0]
    said = json.dumps(made, ensure_ascii=False)
    assert "\x1b" not in said
    assert "\u202e" not in said
    assert "\\u0007" not in said


def test_a_file_is_written_whole_or_not_at_all(tmp_path):
    path = tmp_path / "out.sarif"
    write_sarif([Finding("D931", "no", Where("policy.yaml", 1, 1))], path)
    assert json.loads(path.read_text("utf-8"))["version"] == "2.1.0"
    with pytest.raises(DemeritError) as stopped:
        write_sarif([], tmp_path / "nowhere" / "out.sarif")
    assert stopped.value.findings[0].code == "D529"


def test_nothing_found_is_a_run_without_results():
    made = sarif([])
    jsonschema.Draft7Validator(SCHEMA).validate(made)
    assert made["runs"][0]["results"] == []
