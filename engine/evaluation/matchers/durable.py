"""The durable matcher: conditions are judged by durable-rules, in a guarded pattern.

Enters a trigger's rules and the context of one part of a step; leaves which of them
hold. This is the only module that imports ``durable_rules_engine``. It talks to the C
module directly: its ``Host`` leaks threads, and its decorators fill a registry of the
whole process. Why each call stands where it does is told in
``docs/decisions/001-durable-as-matcher.md``. A matcher belongs to one thread.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

import durable_rules_engine as engine

from engine.evaluation.compile import Compiler
from engine.evaluation.matchers import Judgements
from engine.evaluation.matchers.plain import judge_rule
from engine.evaluation.matchers.translate import (
    ALWAYS,
    MAX_INTEGER,
    PRIMER,
    Shard,
    encode_text,
    fits,
    outside_shard,
    shards_of,
)
from engine.evaluation.plan import RuleGroup, RulePlan
from engine.evaluation.primitives import EvaluationError
from engine.evaluation.state import Context

_ERRORS = (engine.error, MemoryError)
_PRIMING_FACT = f'{{"id":"p","sid":"0","{PRIMER}":1}}'
_FACT = f'{{"id":"e","sid":"0","{ALWAYS}":1'
_RETRACTED = '{"id":"e","sid":"0"}'
_NOT_HANDLED = 1  # what asserting answers when no rule matched; 0 when one did


class _Unfit(Exception):
    """A value that durable-rules cannot be trusted with."""


class _Broken(Exception):
    """durable-rules answered with an error or with nonsense."""


class _Ruleset:
    """One shard, alive in the C module."""

    def __init__(self, shard: Shard, name: str) -> None:
        self._places = {name: i for i, name in enumerate(shard.names)}
        try:
            self._handle: int = engine.create_ruleset(name, json.dumps(shard.ruleset))
            # without a fact that stays, deleting the state crashes
            code, state = engine.assert_fact(self._handle, _PRIMING_FACT)
            fired = list(self._drain(state))
        except _ERRORS as error:
            raise _Broken(str(error)) from None
        if code or fired != [PRIMER]:
            raise _Broken("its priming rule did not fire")

    def matched(self, fact: str) -> set[int]:
        """Places in the shard of the rules that hold for a fact."""
        handle = self._handle
        try:
            code, state = engine.assert_fact(handle, fact)
            if code == _NOT_HANDLED:
                return set()  # nothing was kept, so there is nothing to retract
            # an or of which two sides hold fires its rule twice
            found = {self._places[name] for name in self._drain(state)} if not code else set()
            code = code or engine.retract_fact(handle, _RETRACTED)[0]
        except _ERRORS as error:
            raise _Broken(str(error)) from None
        except KeyError as stranger:
            raise _Broken(f"it fired {stranger}, which was not asked") from None
        if code:
            raise _Broken(f"it answered {code} to a fact")
        return found

    def _drain(self, state: int) -> Iterator[str]:
        """Names of all rules that fired, taken off one by one until none is left."""
        started = engine.start_action_for_state(self._handle, state)
        action = started[1] if started else None
        while action:
            yield action[2 : action.index('"', 2)]  # {"NAME":{"m":…
            action = engine.complete_and_start_action(self._handle, state)

    def close(self) -> None:
        """Delete the state, then the ruleset: in any other order memory is lost."""
        engine.delete_state(self._handle, "0")
        engine.delete_ruleset(self._handle)


class _Part:
    """A shard's ruleset, and another for events whose values do not fit the first."""

    def __init__(self, shard: Shard, compiler: Compiler) -> None:
        self._compiler = compiler
        self._rules = shard.rules
        self._fields = [(f',"{f.name}":', f.read, f.is_text) for f in shard.fields]
        self._ruleset = _Ruleset(shard, "m")
        self._spare: tuple[_Ruleset, list[str]] | None = None

    def matched(self, wanted: frozenset[int], context: Context) -> set[int]:
        """Indices of the rules that hold, of those wanted at least."""
        try:
            found = self._ruleset.matched(self._fact(context))
        except (_Unfit, EvaluationError):
            found = self._matched_outside(wanted, context)
        return {self._rules[place].index for place in found}

    def _fact(self, context: Context) -> str:
        parts = [_FACT]
        for key, read, is_text in self._fields:
            value = read(context)
            if value is None:
                continue
            if is_text:
                if not isinstance(value, str) or not fits(value):
                    raise _Unfit
                parts += key, encode_text(value)
            elif isinstance(value, int) and -MAX_INTEGER < value < MAX_INTEGER:
                parts += key, str(int(value))
            else:
                raise _Unfit
        parts.append("}")
        return "".join(parts)

    def _matched_outside(self, wanted: frozenset[int], context: Context) -> set[int]:
        """The same answer, or the same error, where each rule is one boolean computed here."""
        if self._spare is None:
            shard = outside_shard(self._rules, self._compiler)
            keys = [f',"{f.name}":' for f in shard.fields]
            self._spare = _Ruleset(shard, "s"), keys
        spare, keys = self._spare
        parts = [_FACT]
        for rule, key in zip(self._rules, keys, strict=True):
            if rule.index in wanted:
                parts += key, "01"[judge_rule(rule, context) is None]
        parts.append("}")
        return spare.matched("".join(parts))

    def close(self) -> None:
        """Give back both rulesets."""
        self._ruleset.close()
        if self._spare is not None:
            self._spare[0].close()


class DurableMatcher:
    """Judges with durable-rules; behind its first error, as `plain` does."""

    name = "durable"

    def __init__(self) -> None:
        self.notes: list[str] = []
        # by the id of a group, which the entry keeps alive
        self._parts: dict[int, tuple[RuleGroup, list[_Part]]] = {}
        self._works = True

    def matched(
        self, group: RuleGroup, rules: Sequence[RulePlan], context: Context
    ) -> frozenset[int] | None:
        """Indices of those of ``rules`` that hold; ``None`` once durable-rules has failed.

        Raises :class:`~engine.evaluation.compile.EvaluationError` as `plain` would.
        """
        if not self._works:
            return None
        wanted = frozenset(rule.index for rule in rules)
        try:
            found = [part.matched(wanted, context) for part in self._parts_of(group)]
        except _Broken as broken:
            self.give_up(str(broken))
            return None
        return wanted.intersection(*found) if len(found) == 1 else wanted & set().union(*found)

    def judge(self, group: RuleGroup, rules: Sequence[RulePlan], context: Context) -> Judgements:
        """See :class:`~engine.evaluation.matchers.Matcher`."""
        matched = self.matched(group, rules, context)
        if matched is None:
            return [judge_rule(rule, context) for rule in rules]
        made = []
        for rule in rules:
            judgement = None if rule.index in matched else judge_rule(rule, context)
            if judgement is None and rule.index not in matched:
                self.give_up(f"it missed the rule `{rule.id}`, which holds")
                return [judge_rule(one, context) for one in rules]
            made.append(judgement)
        return made

    def _parts_of(self, group: RuleGroup) -> list[_Part]:
        known = self._parts.get(id(group))
        if known is None:
            shards = shards_of(group.rules, group.compiler)
            known = group, [_Part(shard, group.compiler) for shard in shards]
            self._parts[id(group)] = known
        return known[1]

    def give_up(self, why: str) -> None:
        """Never ask durable-rules again, and say so once."""
        self.notes.append(f"durable-rules gave up ({why}): going on with the plain matcher")
        # their memory is left as it is: deleting a state behind an error may crash
        self._parts = {}
        self._works = False

    def close(self) -> None:
        """Give back every ruleset."""
        for _, parts in self._parts.values():
            for part in parts:
                part.close()
        self._parts = {}
