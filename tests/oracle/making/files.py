"""A generated case as files, so that it can be replayed from the command line."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from engine.language.model import FieldType, Policy
from engine.language.rows import Cast, Event, Value, known_at
from engine.values import format_number, iso_instant

from .case import Case

_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._ *-]*\Z|-[0-9.]+\Z")


def to_yaml(value: Any) -> str:
    """Plain data as YAML in flow style. A text that looks like a number stays plain."""
    if isinstance(value, dict):
        inner = ", ".join(f"{to_yaml(key)}: {to_yaml(item)}" for key, item in value.items())
        return "{" + inner + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(to_yaml(item) for item in value) + "]"
    text = str(value)
    if _PLAIN.match(text) and text == text.strip():
        return text
    return json.dumps(text, ensure_ascii=False)


def document(data: dict[str, Any]) -> str:
    """One top-level key a line, and the items of long lists on lines of their own."""
    lines = []
    for key, value in data.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            lines.append(f"{key}:")
            lines += [f"  - {to_yaml(item)}" for item in value]
        else:
            lines.append(f"{key}: {to_yaml(value)}")
    return "\n".join(lines) + "\n"


def write_case(case: Case, folder: Path) -> dict[str, Path]:
    """Write ``policy.yaml`` and either ``scenario.yaml`` or a stream; gives their paths.

    A case without a cast, or with an event of somebody outside it, becomes
    ``events.jsonl`` (and ``subjects.yaml`` where there is a cast).
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = {"policy": folder / "policy.yaml"}
    written["policy"].write_text(document(case.policy_data), encoding="utf-8")
    if case.reform is not None:
        written["reform"] = folder / "reform.yaml"
        written["reform"].write_text(document(case.reform), encoding="utf-8")
    inside = {member.id for member in case.cast.members} if case.cast else set()
    if case.cast is not None and all(event.who in inside for event in case.events):
        written["scenario"] = folder / "scenario.yaml"
        data = {"scenario": "generated", "policy": "policy.yaml", **_cast(case.policy, case.cast)}
        if case.events:
            data["timeline"] = [_row(case.policy, event) for event in case.events]
        written["scenario"].write_text(document(data), encoding="utf-8")
        return written
    if case.cast is not None:
        written["subjects"] = folder / "subjects.yaml"
        text = document(_cast(case.policy, case.cast))
        written["subjects"].write_text(text, encoding="utf-8")
    written["events"] = folder / "events.jsonl"
    rows = [_json(case.policy, _row(case.policy, event), event) for event in case.events]
    written["events"].write_text("".join(f"{row}\n" for row in rows), encoding="utf-8")
    return written


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return format_number(value) if isinstance(value, int) else value


def _given(values: Any, declared: dict[str, FieldType]) -> dict[str, str]:
    """Values as written; what equals its default is left out."""
    return {name: _text(value) for name, value in values.items() if declared[name].default != value}


def _cast(policy: Policy, cast: Cast) -> dict[str, Any]:
    made: dict[str, Any] = {
        "cast": {
            member.id: {
                "kind": member.kind,
                **_given(member.attributes, policy.subjects[member.kind].attributes),
            }
            for member in cast.members
        },
        "relations": {name: [list(pair) for pair in pairs]
                      for name, pairs in cast.relations.items()},
        "start": iso_instant(cast.start),
    }  # fmt: skip
    if cast.until is not None:
        made["until"] = iso_instant(cast.until)
    return made


def _row(policy: Policy, event: Event) -> dict[str, str]:
    row = {"at": iso_instant(event.at), "who": event.who, "event": event.type}
    row |= _given(event.fields, policy.events[event.type].fields)
    if event.id is not None:
        row["id"] = event.id
    if event.source is not None:
        row["source"] = event.source
    if event.reporter is not None:
        row["reporter"] = event.reporter
    if event.known != known_at(policy, event.type, event.source, event.at, None):
        row["known"] = iso_instant(event.known)
    return row


def _json(policy: Policy, row: dict[str, str], event: Event) -> str:
    """One line; numbers and booleans are written bare, digit by digit."""
    declared = policy.events[event.type].fields
    bare = {name for name, sort in declared.items() if sort.kind in ("number", "boolean")}
    inner = (
        f"{json.dumps(key)}: {value if key in bare else json.dumps(value)}"
        for key, value in row.items()
    )
    return "{" + ", ".join(inner) + "}"
