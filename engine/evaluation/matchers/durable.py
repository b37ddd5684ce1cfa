"""The durable matcher: conditions are judged by durable-rules, in a guarded pattern.

Enters a trigger's rules and the context of one part of a step; leaves which of them
hold. This is the only module that imports ``durable_rules_engine``. It talks to the C
module directly: its ``Host`` leaks threads, and its decorators fill a registry of the
whole process. Why each call stands where it does is told in
``docs/decisions/001-durable-as-matcher.md``. A matcher belongs to one thread.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from types import ModuleType

from engine.evaluation.compile import EvaluationError
from engine.evaluation.matchers import Judgements
from engine.evaluation.matchers.plain import judge_rule
from engine.evaluation.matchers.translate import (
    ALWAYS,
    MAX_INTEGER,
    PRIMER,
    Shard,
    encode_text,
    fits,
    shards_of,
)
from engine.evaluation.plan import Plans, RuleGroup, RulePlan
from engine.evaluation.state import Context


def _load() -> ModuleType | None:
    try:
        import durable_rules_engine
    except ImportError:
        return None
    loaded: ModuleType = durable_rules_engine
    return loaded


_engine = _load()

_PRIMING_FACT = f'{{"id":"p","sid":"0","{PRIMER}":1}}'
_FACT = f'{{"id":"e","sid":"0","{ALWAYS}":1'
_RETRACTED = '{"id":"e","sid":"0"}'
_NOT_HANDLED = 1  # what asserting answers when no rule matched; 0 when one did


def available() -> bool:
    """Whether durable-rules can be imported here."""
    return _engine is not None


class _Unfit(Exception):
    """A value that durable-rules cannot be trusted with, or an expression without one."""


class _Broken(Exception):
    """durable-rules answered with an error or with nonsense."""


class _Ruleset:
    """One shard, alive in the C module."""

    def __init__(self, engine: ModuleType, shard: Shard, name: str) -> None:
        self._engine = engine
        self.shard = shard
        self._fields = [(f',"{f.name}":', f.read, f.is_text) for f in shard.fields]
        self._places = {name: i for i, name in enumerate(shard.names)}
        self._errors = (engine.error, MemoryError)
        self._handle: int | None = None
        try:
            self._handle = engine.create_ruleset(name, json.dumps(shard.ruleset))
            # without a fact that stays, deleting the state crashes
            code, state = engine.assert_fact(self._handle, _PRIMING_FACT)
            fired = list(self._drain(state))
        except self._errors as error:
            raise _Broken(str(error)) from None
        if code or fired != [PRIMER]:
            raise _Broken("its priming rule did not fire")

    def matched(self, context: Context) -> list[int]:
        """Places in the shard of the rules that hold, each once, in order."""
        fact = self._fact(context)
        engine, handle = self._engine, self._handle
        try:
            code, state = engine.assert_fact(handle, fact)
            if code == _NOT_HANDLED:
                return []  # nothing was kept, so there is nothing to retract
            if code:
                raise _Broken(f"it answered {code} to a fact")
            # an or of which two sides hold fires its rule twice
            found = {self._places[name] for name in self._drain(state)}
            code, _ = engine.retract_fact(handle, _RETRACTED)
        except self._errors as error:
            raise _Broken(str(error)) from None
        except KeyError as stranger:
            raise _Broken(f"it fired {stranger}, which was not asked") from None
        if code:
            raise _Broken(f"it answered {code} to a retraction")
        return sorted(found)

    def _drain(self, state: int) -> Iterator[str]:
        """Names of all rules that fired, taken off one by one until none is left."""
        started = self._engine.start_action_for_state(self._handle, state)
        action = started[1] if started else None
        while action:
            yield action[2 : action.index('"', 2)]  # {"NAME":{"m":…
            action = self._engine.complete_and_start_action(self._handle, state)

    def _fact(self, context: Context) -> str:
        parts = [_FACT]
        for key, read, is_text in self._fields:
            value = read(context)
            if value is None:
                continue
            parts.append(key)
            if is_text:
                if not isinstance(value, str) or not fits(value):
                    raise _Unfit
                parts.append(encode_text(value))
            elif isinstance(value, int) and -MAX_INTEGER < value < MAX_INTEGER:
                parts.append(str(int(value)))
            else:
                raise _Unfit
        parts.append("}")
        return "".join(parts)

    def close(self) -> None:
        """Delete the state, then the ruleset: in any other order memory is lost."""
        if self._handle is not None:
            self._engine.delete_state(self._handle, "0")
            self._engine.delete_ruleset(self._handle)
            self._handle = None


class _Pair:
    """A shard's ruleset, and its rules once more with everything computed outside."""

    def __init__(self, engine: ModuleType, shard: Shard, plans: _Compilers) -> None:
        self._engine = engine
        self._plans = plans
        self.rules = shard.rules
        self._main = _Ruleset(engine, shard, "m")
        self._spare: list[_Ruleset] = []

    def matched(self, rules: frozenset[int], context: Context) -> set[int]:
        """Indices of those of ``rules`` that hold."""
        try:
            return {self.rules[i].index for i in self._main.matched(context)} & rules
        except (_Unfit, EvaluationError):
            return self._outside(rules, context)
        
