"""JSON Schema (draft-07) of each file kind, so that an editor completes and checks it.

Generated from the models; only what YAML editors need is changed: nullable unions and
empty defaults go, the keywords of later drafts are put as draft-07 says them, and every
key gets its description.
"""

from __future__ import annotations

from typing import Any

from engine.language.clauses import SECTIONS
from engine.language.descriptions import FILES, KEYS
from engine.language.model import VERBS
from engine.language.model.audit import FORMS
from engine.language.validate import MODELS

Schema = dict[str, Any]

DRAFT = "http://json-schema.org/draft-07/schema#"


def json_schema(kind: str) -> Schema:
    """The schema of a file kind: ``policy``, ``scenario``, ``reform``, ``audit``,
    ``population``, ``sift`` or ``subjects``.

    Raises ``KeyError`` for another kind.
    """
    model = MODELS[kind]
    made = _older(model.model_json_schema(by_alias=True))
    made.setdefault("definitions", {})
    if kind == "reform":
        _patch_values(made)
    for name, part in [(model.__name__, made), *made["definitions"].items()]:
        _describe(name, part)
    if "Weight" in made["definitions"]:
        bare = {"type": "number", "description": "its value alone, without a range"}
        made["definitions"]["Weight"] = {"anyOf": [bare, made["definitions"]["Weight"]]}
    if "Action" in made["definitions"]:
        made["definitions"]["Action"]["oneOf"] = [{"required": [verb]} for verb in VERBS]
    if "Claim" in made["definitions"]:
        made["definitions"]["Claim"]["oneOf"] = [{"required": [form]} for form in FORMS]
    if "SiftStep" in made["definitions"]:
        made["definitions"]["SiftStep"]["oneOf"] = [{"required": [k]} for k in ("on", "never")]
    made.pop("description", None)
    return {"$schema": DRAFT, "title": f"demerit {kind}", "description": FILES[kind], **made}


def _older(node: Any, *, keys: bool = False) -> Any:
    """Any part of a schema as draft-07 writes it; ``keys`` says that it maps user's keys."""
    if isinstance(node, list):
        return [_older(item) for item in node]
    if not isinstance(node, dict):
        return node
    if keys:
        return {key: _older(value) for key, value in node.items()}
    made: Schema = {}
    for key, value in node.items():
        if key == "$defs":
            made["definitions"] = _older(value, keys=True)
        elif key in ("properties", "patternProperties"):
            made[key] = _older(value, keys=True)
            if key == "patternProperties":
                made["additionalProperties"] = False
        elif key == "$ref":
            made[key] = value.replace("#/$defs/", "#/definitions/")
        elif key == "prefixItems":
            made["items"] = _older(value)
            made["additionalItems"] = False
        elif not (key == "title" or (key == "default" and value in (None, {}, []))):
            made[key] = _older(value)
    return _without_null(made)


def _without_null(made: Schema) -> Schema:
    """A key may be left out; it is never written as null."""
    choices = made.get("anyOf")
    if choices is None or {"type": "null"} not in choices:
        return made
    rest = [choice for choice in choices if choice != {"type": "null"}]
    others = {key: value for key, value in made.items() if key != "anyOf"}
    return {**others, **rest[0]} if len(rest) == 1 else {**others, "anyOf": rest}


def _patch_values(made: Schema) -> None:
    """What a reform sets may be anything; what it adds looks as it does in a policy."""
    policy = json_schema("policy")
    made["definitions"].update(policy["definitions"])
    made["properties"]["set"] = {
        "type": "object",
        "propertyNames": {"pattern": rf"^({'|'.join(SECTIONS)})\..+"},
        "additionalProperties": True,
    }
    made["properties"]["add"] = {
        "type": "object",
        "additionalProperties": False,
        "properties": {section: policy["properties"][section] for section in SECTIONS},
    }


def _describe(name: str, part: Schema) -> None:
    for key, inner in part.get("properties", {}).items():
        text = KEYS.get(f"{name}.{key}") or KEYS.get(key)
        if text and "$ref" in inner:
            # draft-07 readers ignore whatever stands beside a reference
            part["properties"][key] = {"allOf": [inner], "description": text}
        elif text:
            inner["description"] = text
