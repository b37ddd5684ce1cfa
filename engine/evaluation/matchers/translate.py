"""Conditions in the form that durable-rules reads, inside the subset in which it is right.

Enter the rules of one trigger and the compiler of their policy; leave shards: each a
ruleset of at most 50 rules, and the fields of the one fact that it judges. Nothing here
needs durable-rules itself. What is relied on, and why there are limits, is told in
``docs/decisions/001-durable-as-matcher.md``.

A comparison becomes a test of a field. Fields are numbers (millionths, seconds, ranks,
0/1 for booleans) or texts; a missing one is left out of the fact. What the subset cannot
say becomes a field too: a boolean that is computed outside.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from json.encoder import encode_basestring_ascii
from typing import Any

from engine.evaluation.compile import Compiler, TestFn
from engine.evaluation.kinds import kind_of
from engine.evaluation.matchers.plain import judge_rule
from engine.evaluation.plan import RulePlan
from engine.evaluation.primitives import ValueFn
from engine.evaluation.state import Context, Relations, World
from engine.language import expressions as ex
from engine.language.functions import FUNCTIONS

Json = dict[str, Any]

MAX_RULES = 50  # of one ruleset
MAX_GATES = 15  # and/or nodes of one rule; one more is an error of durable-rules
MAX_PATHS = 16  # ways through one rule's ors: each that holds fires the rule once more
MAX_PENDING = 56  # tests that may hold at once in one ruleset; its stack has 64 places
MAX_TESTS = 40  # distinct tests of one field in one ruleset
MAX_FIELDS = 200  # of one fact; 252 crash
MAX_TEXT = 60_000  # bytes, as escaped; from 65536 on a text can equal a short one
MAX_INTEGER = 2**63  # integers of this magnitude and above compare as equal

ALWAYS = "on"  # a field that every fact has, so that each rule has a test that it passes
PRIMER = "prime"  # a field that only the priming fact has
RESERVED = (
    ALWAYS, PRIMER, "id", "sid", "$s", "$m", "$and", "$or", "$ex", "$nex", "$lt", "$lte", "$gt",
    "$gte", "$eq", "$neq", "$mt", "$imt", "$iall", "$iany", "$add", "$sub", "$mul", "$div", "$l",
    "$r", "$forward", "$i", "all", "any", "pri", "count", "cap", "dist", "name",
)  # fmt: skip

#: A text as it stands in a ruleset and in a fact: durable-rules compares what is escaped.
encode_text = encode_basestring_ascii

_WRITTEN = {"==": None, "!=": "$neq", "<": "$lt", "<=": "$lte", ">": "$gt", ">=": "$gte"}
_MIRRORED = {"==": "==", "!=": "!=", "<": ">", ">": "<", "<=": ">=", ">=": "<="}
_OPPOSITE = {"==": "!=", "!=": "==", "<": ">=", ">": "<=", "<=": ">", ">=": "<"}
#: Constants are read in it: they look at nothing.
_NOWHERE = Context(World(Relations({}, []), 0))


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a fact."""

    name: str
    read: ValueFn  # a number, a boolean, a text (if ``is_text``), or None for missing
    is_text: bool


@dataclass(frozen=True, slots=True)
class Shard:
    """Some rules of one trigger, in policy order, as one ruleset."""

    rules: tuple[RulePlan, ...]
    names: tuple[str, ...]  # theirs in the ruleset, all of one length
    fields: tuple[Field, ...]
    ruleset: Json


def hash32(name: str) -> int:
    """What durable-rules knows a name by (32-bit FNV-1a): names of one hash are one name."""
    found = 0x811C9DC5
    for byte in name.encode("ascii"):
        found = ((found ^ byte) * 16_777_619) & 0xFFFFFFFF
    return found


def distinct(names: Iterator[str], taken: set[int]) -> Iterator[str]:
    """Those of ``names`` whose hashes are not taken; takes them."""
    for name in names:
        found = hash32(name)
        if found not in taken:
            taken.add(found)
            yield name


def shards_of(rules: Sequence[RulePlan], compiler: Compiler) -> list[Shard]:
    """The rules as shards, in order."""
    made = [_Draft(compiler)]
    for rule in rules:
        if made[-1].take(rule):
            continue
        made.append(_Draft(compiler))
        if not made[-1].take(rule):
            made[-1].take_outside(rule)
    return [draft.shard() for draft in made if draft.rules]


def outside_shard(rules: Sequence[RulePlan], compiler: Compiler) -> Shard:
    """At most ``MAX_RULES`` rules, each as one boolean field, in their order."""
    draft = _Draft(compiler)
    for rule in rules:
        draft.take_outside(rule)
    return draft.shard()


def shape(node: Any) -> Any:
    """A tree without its places: equal for expressions that read the same."""
    if isinstance(node, tuple):
        return tuple(shape(one) for one in node)
    if is_dataclass(node):
        inner = (shape(getattr(node, f.name)) for f in fields(node) if f.name != "span")
        return (type(node).__name__, *inner)
    return node


# --- the size of a condition -------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Size:
    """What a condition costs a ruleset."""

    gates: int  # and/or nodes
    paths: int  # ways in which it can hold
    pending: int  # tests of it that can wait on the matcher's stack at once


def size_of(condition: Json) -> Size:
    """The size of a condition in durable-rules' form."""
    parts = condition.get("$and") or condition.get("$or")
    if not parts:
        return Size(0, 1, 1)
    sizes = [size_of(part) for part in parts]
    gates = 1 + sum(s.gates for s in sizes)
    if "$or" in condition:
        if _exclusive(parts):
            return Size(gates, 1, 1)
        return Size(gates, sum(s.paths for s in sizes), sum(s.pending for s in sizes))
    paths = 1
    for one in sizes:
        paths *= one.paths
    return Size(gates, paths, 1 + sum(s.pending - 1 for s in sizes))


def _exclusive(parts: Sequence[Json]) -> bool:
    """Whether at most one of some alternatives can hold."""
    keys = [next(iter(part)) for part in parts]
    if any(key in ("$and", "$or") for key in keys):
        return False
    if len({name for part in parts for name, _ in tests_of(part)}) > 1:
        return False
    equals = all(not key.startswith("$") and isinstance(part[key], (int, str))
                 for key, part in zip(keys, parts, strict=True))  # fmt: skip
    return equals or (len(parts) == 2 and keys.count("$nex") == 1)


def tests_of(condition: Json) -> Iterator[tuple[str, str]]:
    """Each test of a condition: the field that it looks at, and the whole test."""
    parts = condition.get("$and") or condition.get("$or")
    if parts:
        for part in parts:
            yield from tests_of(part)
        return
    ((key, inner),) = condition.items()
    yield next(iter(inner)) if key.startswith("$") else key, repr(condition)


# --- building ------------------------------------------------------------------------


def _all(parts: Sequence[Json]) -> Json:
    flat = [one for part in parts for one in part.get("$and", [part])]
    return flat[0] if len(flat) == 1 else {"$and": flat}


def _any(parts: Sequence[Json]) -> Json:
    flat = [one for part in parts for one in part.get("$or", [part])]
    return flat[0] if len(flat) == 1 else {"$or": flat}


@dataclass(slots=True)
class _Draft:
    """A shard being filled."""

    compiler: Compiler
    rules: list[RulePlan] = field(default_factory=list)
    conditions: list[Json] = field(default_factory=list)
    fields: dict[Any, Field] = field(default_factory=dict)
    tests: dict[str, set[str]] = field(default_factory=dict)  # field → its distinct tests
    pending: int = 1
    taken: set[int] = field(default_factory=lambda: {hash32(n) for n in RESERVED})

    def take(self, rule: RulePlan) -> bool:
        """Add a rule, or leave all as it was and say no."""
        known = len(self.fields)
        condition = self._rule(rule)
        if not self._fits(condition):
            for key in list(self.fields)[known:]:
                self.taken.discard(hash32(self.fields.pop(key).name))
            return False
        self._add(rule, condition)
        return True

    def take_outside(self, rule: RulePlan) -> None:
        """Add a rule as one boolean."""
        holds = self._boolean(("rule", rule.index), lambda c: judge_rule(rule, c) is None)
        self._add(rule, _all([{ALWAYS: 1}, holds]))

    def _add(self, rule: RulePlan, condition: Json) -> None:
        for name, test in tests_of(condition):
            self.tests.setdefault(name, set()).add(test)
        self.pending += size_of(condition).pending
        self.rules.append(rule)
        self.conditions.append(condition)

    def _fits(self, condition: Json) -> bool:
        size = size_of(condition)
        tests: dict[str, set[str]] = {}
        for name, test in tests_of(condition):
            tests.setdefault(name, set()).add(test)
        return (
            len(self.rules) < MAX_RULES
            and size.gates <= MAX_GATES
            and size.paths <= MAX_PATHS
            and self.pending + size.pending <= MAX_PENDING
            and len(self.fields) <= MAX_FIELDS
            and all(
                len(found | self.tests.get(name, set())) <= MAX_TESTS
                for name, found in tests.items()
            )
        )

    def shard(self) -> Shard:
        """The finished shard."""
        candidates = (f"{letter}{n:02d}" for letter in "rsuvwxyz" for n in range(100))
        names = distinct(candidates, {hash32(n) for n in RESERVED})
        named = tuple(name for name, _ in zip(names, self.rules, strict=False))
        ruleset: Json = {PRIMER: {"all": [{"m": {PRIMER: 1}}]}}
        for name, condition in zip(named, self.conditions, strict=True):
            ruleset[name] = {"all": [{"m": condition}]}
        return Shard(tuple(self.rules), named, tuple(self.fields.values()), ruleset)

    # --- conditions ---------------------------------------------------------------

    def _rule(self, rule: RulePlan) -> Json:
        parts: list[Json] = [{ALWAYS: 1}]
        if rule.when is not None:
            parts.append(self._condition(rule.when, True))
        if rule.unless is not None:
            parts.append(self._condition(rule.unless, False))
        return _all(parts)

    def _condition(self, node: ex.Expr, holds: bool) -> Json:
        """That a condition holds, or (``not`` pushed down to its tests) that it does not."""
        match node:
            case ex.Not():
                return self._condition(node.operand, not holds)
            case ex.And() | ex.Or():
                parts = [self._condition(part, holds) for part in node.operands]
                return _all(parts) if isinstance(node, ex.And) is holds else _any(parts)
            case ex.Compare():
                return self._compare(node, holds)
            case ex.In() if node.choices and all(map(_constant, node.choices)):
                return self._within(node, holds)
            case ex.IsMissing():
                name = self._value(node.operand)
                return {"$nex" if holds else "$ex": {name: 1}}
            case ex.Name() | ex.Call():
                return self._truth(node, holds)
            case _:
                return self._outside(node, holds)

    def _within(self, node: ex.In, holds: bool) -> Json:
        operator = "==" if holds else "!="
        parts = [
            self._compare(ex.Compare(operator, node.operand, one, node.span), True)
            for one in node.choices
        ]
        if holds:
            return _any(parts)
        return _any([{"$nex": {self._value(node.operand): 1}}, _all(parts)])

    def _truth(self, node: ex.Expr, holds: bool) -> Json:
        name = self._value(node)
        if holds:
            return {name: 1}
        if not _can_be_missing(node):
            return {name: 0}
        return _any([{"$nex": {name: 1}}, {name: 0}])  # missing is false

    def _outside(self, node: ex.Expr, holds: bool) -> Json:
        test: TestFn = self.compiler.test(node, "")
        return self._boolean(("test", shape(node)), test, int(holds))

    def _boolean(self, key: Any, test: TestFn, wanted: int = 1) -> Json:
        return {self._field(key, test, is_text=False): wanted}

    def _compare(self, node: ex.Compare, holds: bool) -> Json:
        left, right, operator = node.left, node.right, node.operator
        left_read, right_read = self.compiler.sides(node, "")
        if _constant(left):
            left, right, operator = right, left, _MIRRORED[operator]
            left_read, right_read = right_read, left_read
        is_text = self._is_text(left)
        if _constant(left) or (is_text and operator not in ("==", "!=")):
            return self._outside(node, holds)
        wanted = right_read(_NOWHERE) if _constant(right) else None
        if isinstance(wanted, str) and not (is_text and fits(wanted)):
            return self._outside(node, holds)
        name = self._field(shape(left), left_read, is_text)
        guards: list[str] = []
        if _constant(right):
            value: Any = int(wanted) if isinstance(wanted, int) else wanted
        else:
            guards = [self._field(shape(right), right_read, self._is_text(right))]
            value = {"$m": guards[0]}
        written = _WRITTEN[operator if holds else _OPPOSITE[operator]]
        test: Json = {written: {name: value}} if written else {name: value}
        # a test of a missing left side fails by itself; of a missing right side it does not
        if holds:
            return _all([*({"$ex": {one: 1}} for one in guards), test])
        missing = [
            {"$nex": {one: 1}}
            for one, node in zip((name, *guards), (left, right), strict=False)
            if _can_be_missing(node)
        ]
        return _any([*missing, _all([*({"$ex": {one: 1}} for one in guards), test])])

    # --- fields --------------------------------------------------------------------

    def _value(self, node: ex.Expr) -> str:
        return self._field(shape(node), self.compiler.value(node, ""), self._is_text(node))

    def _is_text(self, node: ex.Expr) -> bool:
        return kind_of(node, self.compiler.names.policy) == "text"

    def _field(self, key: Any, read: ValueFn, is_text: bool) -> str:
        """The name of a field; one that is read alike is shared."""
        if key not in self.fields:
            candidates = (f"f{n}" for n in range(len(self.fields), 10_000))
            name = next(distinct(candidates, self.taken))
            self.fields[key] = Field(name, read, is_text)
        return self.fields[key].name


def _constant(node: ex.Expr) -> bool:
    match node:
        case ex.Number() | ex.String() | ex.Bool() | ex.Length():
            return True
        case ex.Name():
            return node.parts[0] == "weights"
        case ex.Negative():
            return _constant(node.operand)
        case _:
            return False


def _can_be_missing(node: ex.Expr) -> bool:
    match node:
        case ex.Call():
            return FUNCTIONS[node.function].missing
        case ex.Name():
            return node.path != "subject.kind"
        case _:
            return False  # arithmetic with a missing value is an error


def fits(text: str) -> bool:
    """Whether durable-rules can be trusted with a text."""
    if "\0" in text:
        return False
    # an escaped character takes at most 12 bytes
    return len(text) * 12 <= MAX_TEXT or len(encode_text(text)) <= MAX_TEXT
