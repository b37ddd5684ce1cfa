"""Expressions become closures over a :class:`~engine.evaluation.state.Context`.

Three readings of one tree: a *value* (``None`` is missing), a *test* (true or
false; missing is false), and a *judgement* (``None`` if it holds, else the part
that failed with what it came to). The trees were checked before
(:mod:`engine.language.typing`); here nothing is looked up by name any more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from engine.evaluation.kinds import kind_of
from engine.evaluation.misses import (
    Atom,
    RawMiss,
    outside_window,
    path_of,
    window_of,
)
from engine.evaluation.primitives import (
    COMPARISONS,
    NUMERIC,
    OPERATIONS,
    EvaluationError,
    ValueFn,
    bounded,
    count,
    holds,
    latest,
    present,
    rank_of,
    since,
    split_field,
)
from engine.evaluation.state import Context
from engine.language import expressions as ex
from engine.language.model import Policy
from engine.values import (
    MILLION,
    Duration,
    divide,
)

TestFn = Callable[[Context], bool]
JudgeFn = Callable[[Context], RawMiss | None]


@dataclass(frozen=True, slots=True)
class Names:
    """What the names of one policy stand for, as indices of the plan."""

    policy: Policy
    scores: dict[str, int]
    measures: dict[str, int]
    ladders: dict[str, tuple[tuple[str, int], ...]]  # score → (grade, from), highest first

    @property
    def only_score(self) -> str:
        return next(iter(self.scores))


class Compiler:
    """Compiles the expressions of one policy."""

    def __init__(self, names: Names) -> None:
        self.names = names

    # --- values ---------------------------------------------------------------

    def value(self, node: ex.Expr, text: str) -> ValueFn:
        """A closure that gives the node's value, ``None`` for missing."""
        fixed = self._fixed(node, text)
        if fixed is not None:
            return lambda c: fixed
        match node:
            case ex.Name():
                return self._name(node)
            case ex.Call():
                return self._call(node, text)
            case ex.Negative():
                inner = self.value(node.operand, text)
                shown = _cut(text, node)
                return lambda c: -present(inner(c), shown)
            case ex.Arithmetic():
                return self._arithmetic(node, text)
            case _:
                return self.test(node, text)

    def _fixed(self, node: ex.Expr, text: str) -> Any:
        """The value of a part that never changes, else ``None``."""
        match node:
            case ex.Number() | ex.String() | ex.Bool():
                return node.value
            case ex.Length(value=Duration() as length):
                return length.seconds
            case ex.Name() if node.parts[0] == "weights":
                return self.names.policy.weights[node.path.partition(".")[2]].value
            case ex.Negative():
                inner = self._fixed(node.operand, text)
                return None if inner is None else -inner
        return None

    def _name(self, node: ex.Name) -> ValueFn:
        head, _, rest = node.path.partition(".")
        if head == "event":
            return lambda c: c.event.get(rest)
        if head == "subject":
            if rest == "kind":
                return lambda c: c.subject.kind
            return lambda c: c.subject.attributes.get(rest)
        if head == "score":
            index = self.names.scores[rest or self.names.only_score]
            return lambda c: c.subject.scores[index]
        if head == "grade":
            return self._grade(rest or self._only_ladder())
        if head == "source":
            return lambda c: c.source
        if head == "reporter":
            return lambda c: c.reporter
        return lambda c: c.until

    def _only_ladder(self) -> str:
        return self.names.only_score

    def _grade(self, score: str) -> ValueFn:
        """A grade as a number that grows with its rank: 0 is the highest."""
        index = self.names.scores[score]
        floors = tuple(floor for _, floor in self.names.ladders[score])

        def read(c: Context) -> int | None:
            found = c.subject.scores[index]
            return None if found is None else -rank_of(found, floors)

        return read

    def _arithmetic(self, node: ex.Arithmetic, text: str) -> ValueFn:
        left, right = self.value(node.left, text), self.value(node.right, text)
        shown = _cut(text, node)
        left_text, right_text = _cut(text, node.left), _cut(text, node.right)
        operate = OPERATIONS[node.operator]

        def run(c: Context) -> int:
            a, b = left(c), right(c)
            if a is None or b is None:
                present(None, left_text if a is None else right_text)
            if operate is divide and b == 0:
                raise EvaluationError(
                    "D601", f"`{shown}` divides by zero",
                    f"guard it with a condition such as `{right_text} != 0`", shown,
                )  # fmt: skip
            return bounded(operate(a, b), shown)

        return run

    def _call(self, node: ex.Call, text: str) -> ValueFn:
        arguments = node.arguments
        match node.function:
            case "has":
                measure = self.names.measures[path_of(arguments[0])]
                return lambda c: measure in c.subject.active
            case "listed":
                registry = path_of(arguments[0])
                return lambda c: registry in c.subject.listed
            case "count" | "refusals":
                return count(node.function, path_of(arguments[0]), window_of(arguments[1]))
            case "total":
                return self._total(node, text)
            case "latest":
                return latest(*split_field(path_of(arguments[0])))
            case "since":
                return since(path_of(arguments[0]))
            case "age_of_record":
                return lambda c: c.now - c.subject.joined
            case "of":
                return self._of(node, text)
            case "related_count" | "related_min" | "related_max" | "related_any":
                return self._related(node, text)
            case _:
                return self._numeric(node, text)

    def _total(self, node: ex.Call, text: str) -> ValueFn:
        kind, name = split_field(path_of(node.arguments[0]))
        window = window_of(node.arguments[1])
        shown = _cut(text, node)

        def read(c: Context) -> int:
            history = c.subject.history.get(kind)
            return bounded(history.total(name, window, c.now), shown) if history else 0

        return read

    def _related(self, node: ex.Call, text: str) -> ValueFn:
        relation = _literal(node.arguments[0])
        if node.function == "related_count":
            return lambda c: MILLION * len(c.world.relations.of(relation, c.subject.id))
        if node.function == "related_any":
            inner = node.arguments[1]
            assert isinstance(inner, ex.Call)
            measure = self.names.measures[path_of(inner.arguments[0])]
            return lambda c: any(
                measure in other.active for other in c.world.related(relation, c.subject.id)
            )
        score = path_of(node.arguments[1]).partition(".")[2] or self.names.only_score
        index = self.names.scores[score]
        pick = min if node.function == "related_min" else max

        def read(c: Context) -> int | None:
            found = [
                other.scores[index]
                for other in c.world.related(relation, c.subject.id)
                if other.scores[index] is not None
            ]
            return pick(found) if found else None  # type: ignore[type-var]

        return read

    def _of(self, node: ex.Call, text: str) -> ValueFn:
        """A reading of another subject; missing if the id names nobody."""
        someone, read = (self.value(argument, text) for argument in node.arguments)

        def run(c: Context) -> Any:
            ident = someone(c)
            other = c.world.subjects.get(str(ident)) if ident is not None else None
            if other is None:
                return None
            me, c.subject = c.subject, other
            try:
                return read(c)
            finally:
                c.subject = me

        return run

    def _numeric(self, node: ex.Call, text: str) -> ValueFn:
        parts = [(self.value(a, text), _cut(text, a)) for a in node.arguments]
        apply = NUMERIC[node.function]

        def run(c: Context) -> int:
            return apply([present(part(c), shown) for part, shown in parts])

        return run

    # --- tests ----------------------------------------------------------------

    def test(self, node: ex.Expr, text: str) -> TestFn:
        """A closure that says whether a condition holds; missing is false."""
        match node:
            case ex.And():
                tests = tuple(self.test(part, text) for part in node.operands)
                return lambda c: all(one(c) for one in tests)
            case ex.Or():
                tests = tuple(self.test(part, text) for part in node.operands)
                return lambda c: any(one(c) for one in tests)
            case ex.Not():
                inner = self.test(node.operand, text)
                return lambda c: not inner(c)
            case ex.Compare():
                left, right = self.sides(node, text)
                compare = COMPARISONS[node.operator]
                return lambda c: holds(compare, left(c), right(c))
            case ex.In():
                return self._within(node, text)
            case ex.IsMissing():
                value = self.value(node.operand, text)
                return lambda c: value(c) is None
            case _:
                value = self.value(node, text)
                return lambda c: value(c) is True

    def sides(self, node: ex.Compare, text: str) -> tuple[ValueFn, ValueFn]:
        """Both sides of a comparison, with grade names turned into ranks."""
        return self._side(node.left, node.right, text), self._side(node.right, node.left, text)

    def _side(self, node: ex.Expr, other: ex.Expr, text: str) -> ValueFn:
        fixed = self._fixed_side(node, other, text)
        return self.value(node, text) if fixed is None else lambda c: fixed

    def _fixed_side(self, node: ex.Expr, other: ex.Expr, text: str) -> Any:
        """The value of a side that never changes; a grade's name is its rank."""
        ladder = self.ladder(other)
        if ladder and isinstance(node, ex.String):
            return _rank_named(ladder, node.value)
        return self._fixed(node, text)

    def _within(self, node: ex.In, text: str) -> TestFn:
        value = self.value(node.operand, text)
        choices = [self._side(choice, node.operand, text) for choice in node.choices]

        def is_one(c: Context) -> bool:
            found = value(c)
            return found is not None and any(
                holds(COMPARISONS["=="], found, choice(c)) for choice in choices
            )

        return is_one

    def ladder(self, node: ex.Expr) -> tuple[tuple[str, int], ...]:
        """The grades that a node's values come from; empty if it is not a grade."""
        if isinstance(node, ex.Call) and node.function == "of":
            return self.ladder(node.arguments[1])
        if isinstance(node, ex.Name) and node.parts[0] == "grade":
            return self.names.ladders[node.path.partition(".")[2] or self._only_ladder()]
        return ()

    # --- judgements -----------------------------------------------------------

    def judge(self, node: ex.Expr, text: str) -> JudgeFn:
        """A closure that gives ``None`` if the condition holds, else what failed."""
        match node:
            case ex.And():
                return _first([self.judge(part, text) for part in node.operands])
            case ex.Compare():
                return self._judge_compare(node, text)
            case ex.Or():
                parts = [self.judge(part, text) for part in node.operands]
                return self.any_of(parts, _cut(text, node))
            case _:
                test = self.test(node, text)
                miss = RawMiss(Atom(_cut(text, node), ""))
                return lambda c: None if test(c) else miss

    def atom(self, node: ex.Compare, text: str) -> Atom:
        """A comparison, ready to be put into words with its values."""
        ladder = self.ladder(node.left) or self.ladder(node.right)
        kind = "grade" if ladder else kind_of(node.left, self.names.policy)
        function = node.left.function if isinstance(node.left, ex.Call) else ""
        counts = {"count": "event", "refusals": "refusal"}.get(function, "")
        return Atom(_cut(text, node), node.operator, kind, ladder, counts)

    def _judge_compare(self, node: ex.Compare, text: str) -> JudgeFn:
        left, right = self.sides(node, text)
        fixed = self._fixed_side(node.right, node.left, text)
        compare = COMPARISONS[node.operator]
        atom, call = self.atom(node, text), node.left
        outside = outside_window(call) if atom.counts and isinstance(call, ex.Call) else None

        def judge(c: Context) -> RawMiss | None:
            a, b = left(c), right(c)
            if a is not None and b is not None and compare(a, b):
                return None
            known = outside is not None and b is not None
            return RawMiss(atom, a, b, outside(c, a, b) if known else None)  # type: ignore[misc]

        def judge_fixed(c: Context) -> RawMiss | None:
            a = left(c)
            if a is not None and compare(a, fixed):
                return None
            return RawMiss(atom, a, fixed, outside(c, a, fixed) if outside else None)

        return judge if fixed is None else judge_fixed

    def all_of(self, judges: Sequence[JudgeFn]) -> JudgeFn:
        """Holds if each does: the list under ``all:``."""
        return _first(list(judges))

    def any_of(self, judges: Sequence[JudgeFn], text: str) -> JudgeFn:
        """Holds if one does: the list under ``any:``."""
        atom = Atom(text, "or")

        def judge(c: Context) -> RawMiss | None:
            missed = []
            for one in judges:
                raw = one(c)
                if raw is None:
                    return None
                missed.append(raw)
            return RawMiss(atom, missed)

        return judge


def _first(judges: list[JudgeFn]) -> JudgeFn:
    if len(judges) == 1:
        return judges[0]

    def judge(c: Context) -> RawMiss | None:
        for one in judges:
            raw = one(c)
            if raw is not None:
                return raw
        return None

    return judge


def _cut(text: str, node: ex.Expr) -> str:
    return str.__str__(text)[node.span[0] : node.span[1]]


def _literal(node: ex.Expr) -> str:
    assert isinstance(node, ex.String)
    return node.value


def _rank_named(ladder: Sequence[tuple[str, int]], name: str) -> int:
    return -next(rank for rank, (grade, _) in enumerate(ladder) if grade == name)
