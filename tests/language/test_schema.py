"""JSON Schemas: draft-07, no stricter than the loader, and helpful."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from engine.language.descriptions import KEYS
from engine.language.model import Action, Policy
from engine.language.nodes import MapNode, SeqNode
from engine.language.schema import json_schema
from engine.language.source import parse_text

ROOT = Path(__file__).parent.parent.parent
KINDS = ("policy", "scenario", "reform", "audit", "population", "sift", "subjects")
LATER_KEYWORDS = {
    "$defs", "prefixItems", "unevaluatedProperties", "dependentRequired", "$anchor", "nullable",
    "minContains", "dependentSchemas",
}  # fmt: skip


def as_an_editor_reads(node: Any) -> Any:
    """The values that an editor's YAML 1.2 reader makes of what was written."""
    if isinstance(node, MapNode):
        return {str(key): as_an_editor_reads(value) for key, value in node.items()}
    if isinstance(node, SeqNode):
        return [as_an_editor_reads(item) for item in node]
    if node.quoted:
        return str(node)
    if re.fullmatch(r"[-+]?\d+", node):
        return int(node)
    if re.fullmatch(r"[-+]?\d*\.\d+", node):
        return float(node)
    return {"true": True, "false": False, "": None}.get(node, str(node))


def mistakes(kind: str, text: str) -> list[str]:
    validator = jsonschema.Draft7Validator(json_schema(kind))
    read = as_an_editor_reads(parse_text(text, "f.yaml"))
    return [error.message for error in validator.iter_errors(read)]


def parts(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        for value in node.values():
            yield from parts(value)
    elif isinstance(node, list):
        for item in node:
            yield from parts(item)


def files(folder: str, kind: str) -> list[Path]:
    where = {
        "policy": "policy.yaml",
        "scenario": "scenarios/*.yaml",
        "reform": "reforms/*.yaml",
        "audit": "audits/*.yaml",
        "population": "populations/*.yaml",
    }
    return sorted((ROOT / folder).glob(f"*/{where[kind]}"))


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_draft_07(kind: str) -> None:
    made = json_schema(kind)
    assert made["$schema"] == "http://json-schema.org/draft-07/schema#"
    jsonschema.Draft7Validator.check_schema(made)
    for part in parts(made):
        assert not LATER_KEYWORDS & set(part)
        if "$ref" in part:
            assert part == {"$ref": part["$ref"]}
            assert part["$ref"].removeprefix("#/definitions/") in made["definitions"]


@pytest.mark.parametrize("kind", ["policy", "scenario", "reform", "audit", "population"])
def test_it_takes_every_file_that_the_project_holds(kind: str) -> None:
    found = files("tests/samples", kind) + files("policies", kind)
    assert found
    for path in found:
        assert mistakes(kind, path.read_text("utf-8")) == [], path


def test_it_takes_the_short_forms() -> None:
    text = """\
policy: p
format: 1
title: 2031
weights: {late: -5, part: 0.4}
scores: {s: {of: citizen, start: 0}}
subjects: {citizen: {attributes: {a: number, b: {one_of: [1, x], default: x}, c: {text: none}}}}
rules:
  - {id: a, on: x, when: true, then: [{score: 1}, {score: {s: {set: 3}}}, {emit: {event: x, n: 1}}]}
  - {id: b, on: [x, every 3 days], when: {all: [score > 1]}, limit: {times: 1, per: ever}}
"""
    assert mistakes("policy", text) == []
    assert mistakes("subjects", "cast: {mei: {kind: citizen, age: 3}}\nstart: 2031-01-01\n") == []
    claims = "{id: a, monotone: true}, {id: b, monotone: {good: x.*}}, {id: c, never: score < 3}"
    assert mistakes("audit", f"audit: a\nof: p\nclaims: [{claims}]") == []
    steps = "{id: a, on: fell}, {id: b, on: [told, rose], unless: fell}, {id: c, never: {on: told}}"
    assert mistakes("sift", f"sift: s\nsteps: [{steps}]") == []
    text = (
        "scenario: s\npolicy: p.yaml\nstart: 2031-01-01\nexpect: {a: {score: 1, grade: {s: B}}}\n"
    )
    assert mistakes("scenario", text) == []


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("policy", "policy: p\nformat: 1\nrulez: []"),
        ("policy", "policy: p"),
        ("policy", "policy: p\nformat: 2"),
        ("policy", "policy: p\nformat: 1\nrules: [{id: a, on: x, wen: true}]"),
        ("policy", "policy: p\nformat: 1\nrules: [{id: a, on: x, then: [{score: 1, list: b}]}]"),
        ("policy", "policy: p\nformat: 1\nrewards: {a: {lasts: 3}}"),
        ("policy", "policy: p\nformat: 1\nrewards: {Half: {}}"),
        ("policy", "policy: p\nformat: 1\nregistries: {a: {public: no}}"),
        ("policy", "policy: p\nformat: 1\nweights: {a: {value: 1, range: [0]}}"),
        ("reform", "reform: r\nof: p\nset: {weight.late: -8}"),
        ("reform", "reform: r\nof: p\nadd: {rulez: []}"),
        ("scenario", "scenario: s\npolicy: p.yaml"),
        ("audit", "audit: a\nof: p\nclaims: [{id: a}]"),
        ("audit", "audit: a\nof: p\nclaims: [{id: a, never: x, always: y}]"),
        ("audit", "audit: a\nof: p\nclaims: [{id: a, monotone: 3}]"),
        ("audit", "audit: a\nof: p\nclaims: [{id: a, penalties-end: true}]"),
        ("audit", "audit: a\nof: p\nalphabet: {x: {costs: 3}}"),
        ("sift", "sift: s"),
        ("sift", "sift: s\nsteps: [{id: a}]"),
        ("sift", "sift: s\nsteps: [{id: a, on: fell, never: told}]"),
        ("sift", "sift: s\nsteps: [{id: a, on: fell, unless: {who: same}}]"),
        ("subjects", "cast: {mei: {age: 3}}\nstart: 2031-01-01"),
    ],
)
def test_it_marks_mistakes(kind: str, text: str) -> None:
    assert mistakes(kind, text)


@pytest.mark.parametrize("kind", KINDS)
def test_every_key_has_a_description(kind: str) -> None:
    made = json_schema(kind)
    assert made["description"]
    owners = [made, *made["definitions"].values()]
    owners += [choice for owner in owners for choice in owner.get("anyOf", ())]
    bare = [
        key
        for owner in owners
        for key, part in owner.get("properties", {}).items()
        if "description" not in part and key not in ("title", "about") and kind != "reform"
    ]
    assert bare == []


def test_descriptions_name_only_keys_that_exist() -> None:
    known = {
        f"{name}.{key}"
        for kind in KINDS
        for made in [json_schema(kind)]
        for name, part in [(kind.capitalize(), made), *made["definitions"].items()]
        for inner in [part, *part.get("anyOf", ())]
        for key in inner.get("properties", {})
    }
    keys = {name.partition(".")[2] for name in known}
    for name in KEYS:
        assert name in known or name in keys, name


def test_keys_are_those_of_the_models() -> None:
    made = json_schema("policy")
    assert set(made["properties"]) == set(Policy.model_fields)
    actions = {field.alias or name for name, field in Action.model_fields.items()}
    assert set(made["definitions"]["Action"]["properties"]) == actions


def test_another_kind_has_none() -> None:
    with pytest.raises(KeyError):
        json_schema("poem")


@pytest.mark.parametrize("kind", KINDS)
def test_the_schemas_beside_the_packs_are_not_stale(kind: str) -> None:
    """With ``DEMERIT_WRITE_SCHEMAS=1`` they are written anew."""
    path = ROOT / "policies" / "schema" / f"{kind}.json"
    made = json.dumps(json_schema(kind), ensure_ascii=False, indent=2) + "\n"
    if os.environ.get("DEMERIT_WRITE_SCHEMAS") == "1":
        path.write_text(made, "utf-8")
    assert path.read_text("utf-8") == made


def test_there_is_no_schema_of_a_kind_that_is_gone() -> None:
    held = {path.stem for path in (ROOT / "policies" / "schema").glob("*.json")}
    assert held == set(KINDS)


def test_texts_may_be_given_in_several_languages() -> None:
    text = "policy: p\nformat: 1\ntitle: {en: A, zh-Hant: B}\nabout: {en: 3}\n"
    assert mistakes("policy", text) == []
    assert mistakes("policy", text.replace("zh-Hant", "Chinese"))
    assert mistakes("policy", "policy: p\nformat: 1\ntitle: {}\n")
