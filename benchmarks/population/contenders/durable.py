"""durable-rules in the guarded pattern of decision 001: it matches, the host keeps state."""

from __future__ import annotations

import json
from typing import Any

from benchmarks.population.contenders import CannotPlay, Play
from benchmarks.population.contenders.hosting import Parsed, conditions, host
from benchmarks.population.events import Columns
from benchmarks.population.workloads import Workload

NAME = "durable-rules"
HOW = "C module, one fact an event; the host keeps state"
_SIGNS = {"<": "$lt", "<=": "$lte", ">": "$gt", ">=": "$gte"}
_PRIME = '{"id":"p","sid":"0","prime":1}'
_GONE = '{"id":"e","sid":"0"}'


def _written(ways: Parsed) -> dict[str, Any]:
    each = [
        {name: number} if sign == "==" else {_SIGNS[sign]: {name: number}}
        for way in ways for name, sign, number in way
    ]  # fmt: skip
    if len(ways) == 1:
        return each[0] if len(each) == 1 else {"$and": each}
    parts = [_written([way]) for way in ways]
    return {"$or": parts}


def ready(workload: Workload, columns: Columns) -> Play:
    """One ruleset for each kind of event."""
    try:
        import durable_rules_engine as engine
    except ImportError:
        raise CannotPlay("durable-rules is not there (it does not import on Python 3.13)") from None
    handles = {}
    for trigger, rules in conditions(workload).items():
        ruleset = {f"r{rule:02}": {"all": [{"m": _written(ways)}]} for rule, ways in rules.items()}
        ruleset["prime"] = {"all": [{"m": {"prime": 1}}]}
        handle = engine.create_ruleset(f"{workload.name}-{trigger}", json.dumps(ruleset))
        handles[trigger] = handle
        _drain(engine, handle, engine.assert_fact(handle, _PRIME)[1])

    def match(trigger: str, facts: dict[str, int]) -> set[int]:
        handle = handles[trigger]
        fact = ",".join([f'"{name}":{value}' for name, value in facts.items()])
        code, state = engine.assert_fact(handle, f'{{"id":"e","sid":"0",{fact}}}')
        if code == 1:  # no rule holds, and nothing was kept
            return set()
        found = _drain(engine, handle, state)
        engine.retract_fact(handle, _GONE)
        return found

    return host(workload, columns, match)


def _drain(engine: Any, handle: int, state: int) -> set[int]:
    found = set()
    started = engine.start_action_for_state(handle, state)
    action = started[1] if started else None
    while action:
        name = action[2 : action.index('"', 2)]
        if name != "prime":
            found.add(int(name[1:]))
        action = engine.complete_and_start_action(handle, state)
    return found
