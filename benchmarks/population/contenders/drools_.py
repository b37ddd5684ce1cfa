"""Drools through drools_jpy: one event at a time as JSON, the host keeps state."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

from benchmarks.population.contenders import CannotPlay, Play
from benchmarks.population.contenders.hosting import Parsed, conditions, host
from benchmarks.population.events import Columns
from benchmarks.population.workloads import Workload

NAME = "Drools"
WARM = 6.0  # seconds until the virtual machine has compiled what it runs
HOW = "drools_jpy, one event at a time; the host keeps state"
_SESSIONS: list[Any] = []  # of the last preparation; each keeps what it was told
_SIGNS = {
    "==": "EqualsExpression",
    "<": "LessThanExpression",
    "<=": "LessThanOrEqualToExpression",
    ">": "GreaterThanExpression",
    ">=": "GreaterThanOrEqualToExpression",
}


def _joined(kind: str, parts: list[dict[str, Any]]) -> dict[str, Any]:
    made = parts[0]
    for part in parts[1:]:
        made = {kind: {"lhs": made, "rhs": part}}
    return made


def _written(ways: Parsed) -> dict[str, Any]:
    return _joined("OrExpression", [
        _joined("AndExpression", [
            {_SIGNS[sign]: {"lhs": {"Event": name}, "rhs": {"Integer": number}}}
            for name, sign, number in way])
        for way in ways])  # fmt: skip


def ready(workload: Workload, columns: Columns) -> Play:
    """One ruleset for each kind of event; all rules that hold are told."""
    java = shutil.which("java")
    if java is None:
        raise CannotPlay("there is no Java on this machine")
    os.environ.setdefault("JAVA_HOME", str(Path(java).resolve().parents[1]))
    os.environ.setdefault("DROOLS_JPY_JVM_LOG", "logFile=System.err,defaultLogLevel=error")
    try:
        from drools.ruleset import Ruleset
    except ImportError:
        raise CannotPlay("drools_jpy is not installed") from None
    while _SESSIONS:
        _SESSIONS.pop().end_session()
    sets = {}
    for trigger, rules in conditions(workload).items():
        made = [{"Rule": {
            "name": f"r{rule:02}", "enabled": True, "condition": {"AllCondition": [_written(ways)]},
            "actions": [{"Action": {"action": "none", "action_args": {}}}]}}
            for rule, ways in rules.items()]  # fmt: skip
        asked = {"name": f"{workload.name}-{trigger}", "hosts": ["all"], "sources": [],
                 "match_multiple_rules": True, "rules": made,
                 "default_events_ttl": "1 seconds"}  # fmt: skip
        sets[trigger] = Ruleset(asked["name"], json.dumps(asked))
    _SESSIONS.extend(sets.values())
    api = next(iter(sets.values()))._api
    sessions = {trigger: one._session_id for trigger, one in sets.items()}

    def match(trigger: str, facts: dict[str, int]) -> list[int]:
        fact = ",".join([f'"{name}":{value}' for name, value in facts.items()])
        told = api.assertEvent(sessions[trigger], f"{{{fact}}}")
        return [int(name[1:]) for found in json.loads(told) for name in found]

    return host(workload, columns, match)
