"""Expressions become the solver's terms; the meaning is that of :mod:`engine.evaluation.compile`.

A comparison with something missing is false; a condition that would stop the run (arithmetic
with something missing, a division by zero) counts as one that does not hold.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.audit.static.situation import Past, Situation
from engine.audit.static.terms import LARGEST, Term
from engine.language import expressions as ex
from engine.language.facts import NUMERIC, key_of
from engine.language.model import AllOf, AnyOf, Policy, Rule
from engine.values import MILLION, Duration

_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


class Translator:
    """Reads expressions in one situation."""

    def __init__(self, situation: Situation, beside: Translator | None = None) -> None:
        """``beside``: another reader of the same situation, whose variables are shared."""
        self.situation = situation
        self.past: Past = beside.past if beside is not None else Past(situation)
        self.policy = situation.policy

    def under(self, policy: Policy) -> Translator:
        """The same situation read under another version of the policy."""
        other = Translator(self.situation, self)
        other.policy = policy
        return other

    # --- conditions -------------------------------------------------------------

    def rule(self, rule: Rule) -> Any:
        """Whether a rule matches: its `when`, and not its `unless`."""
        ask = self.situation.asking
        return ask.both((self.written(rule.when, True), ask.no(self.written(rule.unless, False))))

    def written(self, condition: AllOf | AnyOf | str | None, without: bool) -> Any:
        """A condition in any of its written forms."""
        ask = self.situation.asking
        if condition is None:
            return ask.truth(without)
        if isinstance(condition, AllOf):
            return ask.both(self.test(ex.parse(text)) for text in condition.all)
        if isinstance(condition, AnyOf):
            return ask.either(self.test(ex.parse(text)) for text in condition.any)
        return self.test(ex.parse(condition))

    def test(self, node: ex.Expr) -> Any:
        """Whether a condition holds; what is missing does not."""
        ask = self.situation.asking
        match node:
            case ex.And():
                return ask.both(self.test(part) for part in node.operands)
            case ex.Or():
                return ask.either(self.test(part) for part in node.operands)
            case ex.Not():
                return ask.no(self.test(node.operand))
            case ex.Compare():
                return self._compare(node.operator, node.left, node.right)
            case ex.In():
                return ask.either(self._compare("==", node.operand, c) for c in node.choices)
            case ex.IsMissing():
                return ask.no(self.value(node.operand).there)
            case _:
                found = self.value(node)
                if found.kind != "boolean":
                    return ask.fresh("condition", truth=True)
                return ask.both((found.there, found.value))

    def _compare(self, operator: str, left: ex.Expr, right: ex.Expr) -> Any:
        a, b = self._side(left, right), self._side(right, left)
        if a.kind != b.kind:  # not typed alike: hold nothing about it
            return self.situation.asking.fresh("comparison", truth=True)
        return self.situation.asking.both(
            (a.there, b.there, _COMPARE[operator](a.value, b.value))
        )  # fmt: skip

    def _side(self, node: ex.Expr, other: ex.Expr) -> Term:
        """One side; the name of a grade is its rank."""
        score = self._ladder(other)
        if score and isinstance(node, ex.String):
            names = [str(grade.name) for grade in self.policy.grades[score]]
            ask = self.situation.asking
            return Term("grade", ask.whole(-names.index(node.value)), ask.truth(True))
        return self.value(node)

    def _ladder(self, node: ex.Expr) -> str:
        """The score whose grades a node's values are; empty if it is not a grade."""
        if isinstance(node, ex.Call) and node.function == "of":
            return self._ladder(node.arguments[1])
        if isinstance(node, ex.Name) and node.parts[0] == "grade":
            return self._score_name(node)
        return ""

    def _score_name(self, node: ex.Name) -> str:
        return node.path.partition(".")[2] or str(next(iter(self.policy.scores)))

    # --- values -----------------------------------------------------------------

    def value(self, node: ex.Expr) -> Term:
        """The value of an expression."""
        s = self.situation
        ask = s.asking
        match node:
            case ex.Number():
                return s.arithmetic.number(node.value)
            case ex.String():
                return Term("text", ask.whole(s.text(node.value)), ask.truth(True))
            case ex.Bool():
                return Term("boolean", ask.truth(node.value), ask.truth(True))
            case ex.Length(value=Duration() as length):
                return Term("duration", ask.whole(length.seconds), ask.truth(True))
            case ex.Name():
                return self._name(node)
            case ex.Negative():
                return s.arithmetic.negative(self.value(node.operand))
            case ex.Arithmetic():
                return s.arithmetic.operate(
                    node.operator, self.value(node.left), self.value(node.right)
                )
            case ex.Call():
                return self._call(node)
            case _:
                return Term("boolean", self.test(node), ask.truth(True))

    def _name(self, node: ex.Name) -> Term:
        s, rest = self.situation, node.path.partition(".")[2]
        match node.parts[0]:
            case "event":
                return s.field(rest)
            case "subject" if rest == "kind":
                place = s.asking.whole(s.text(s.moment.kind))
                return Term("text", place, s.asking.truth(True))
            case "subject":
                return s.attribute(rest)
            case "weights":
                return s.arithmetic.number(self.policy.weights[rest].value)
            case "score":
                return s.score(self._score_name(node))
            case "grade":
                name = self._score_name(node)
                return self._ranked(s.score(name), name)
            case root:
                return self._reported(root)

    def _reported(self, root: str) -> Term:
        """``source`` or ``reporter``: missing unless the event says it."""
        s = self.situation
        if root not in s.terms:
            choices: tuple[str, ...] | None = None
            if root == "source" and s.moment.event is not None:
                by = self.policy.events[s.moment.event].by or tuple(self.policy.institutions)
                choices = tuple(str(name) for name in by)
                if not choices:
                    s.terms[root] = s.absent("text")
                    return s.terms[root]
            s.texted(root, choices, s.maybe(root))
        return s.terms[root]

    def _ranked(self, score: Term, name: str) -> Term:
        """The grade of a score, as minus its rank."""
        ladder, ask = self.policy.grades[name], self.situation.asking
        value = ask.whole(-(len(ladder) - 1))
        for rank in range(len(ladder) - 2, -1, -1):
            value = ask.choose(score.value >= ladder[rank].from_, ask.whole(-rank), value)
        return Term("grade", value, score.there)

    def _call(self, node: ex.Call) -> Term:
        s, arguments = self.situation, node.arguments
        match node.function:
            case "has":
                return self._held(_path(arguments[0]))
            case "listed":
                return self._listed(_path(arguments[0]))
            case "count" | "refusals":
                return self.past.number(node.function, _path(arguments[0]), _window(arguments[1]))
            case "total":
                event, _, name = _path(arguments[0]).rpartition(".")
                return self.past.total(event, name, _window(arguments[1]))
            case "latest":
                event, _, name = _path(arguments[0]).rpartition(".")
                return self.past.latest(event, name)
            case "since":
                return self.past.since(_path(arguments[0]))
            case "age_of_record":
                return self.past.age()
            case "of":
                return self._of(node)
            case name if name.startswith("related"):
                return self._related(node)
            case name:
                return s.arithmetic.function(name, [self.value(a) for a in arguments])

    def _held(self, measure: str) -> Term:
        """Whether the subject holds a measure; one with a plain `while` holds as that does."""
        s, known = self.situation, f"has({measure})" in self.situation.terms
        made = s.held(measure)
        declared = self.policy.rewards.get(measure) or self.policy.penalties.get(measure)
        if known or declared is None or declared.while_ is None or not s.settled:
            return made
        tree = ex.parse(declared.while_)
        if _timeless(tree):
            holds = self.test(tree)
            s.assume(s.asking.either((s.asking.no(made.value), holds)))
            if declared.quota is None:
                s.assume(s.asking.either((s.asking.no(holds), made.value)))
        return made

    def _listed(self, registry: str) -> Term:
        s, key = self.situation, f"listed({registry})"
        if key not in s.terms:
            if registry in s.reach.listed:
                s.variable(key, "boolean")
            else:
                s.terms[key] = Term("boolean", s.asking.truth(False), s.asking.truth(True))
        return s.terms[key]

    # --- others -----------------------------------------------------------------

    def _related(self, node: ex.Call) -> Term:
        s = self.situation
        key = key_of(node, self.policy)
        relation = node.arguments[0]
        assert isinstance(relation, ex.String)
        number = f"related_count({relation.value!r})"
        if number not in s.terms:
            whole = s.asking.fresh(number)
            s.assume(whole >= 0)
            s.terms[number] = Term("number", whole * MILLION, s.asking.truth(True), 0, LARGEST)
        some = s.terms[number].value >= MILLION
        if key in s.terms:
            return s.terms[key]
        if node.function == "related_any":
            inner = node.arguments[1]
            assert isinstance(inner, ex.Call)
            made = s.variable(key, "boolean")
            reachable = _path(inner.arguments[0]) in s.reach.measures
            s.assume(s.asking.either((s.asking.no(made.value), some))
                     if reachable else s.asking.no(made.value))  # fmt: skip
            return made
        inner = node.arguments[1]
        assert isinstance(inner, ex.Name)
        low, high = s.reach.scores[self._score_name(inner)]
        there = s.maybe(key)
        s.assume(s.asking.either((s.asking.no(there), some)))
        made = s.variable(key, "number", there=there, low=low, high=high)
        ends = {"related_min": "related_max", "related_max": "related_min"}
        other = s.terms.get(key.replace(node.function, ends[node.function], 1))
        if other is not None:
            small, large = (made, other) if node.function == "related_min" else (other, made)
            s.assume(small.there == large.there)
            s.assume(small.value <= large.value)
        return made

    def _of(self, node: ex.Call) -> Term:
        """What is read of somebody else: anything that it could be."""
        s, ask = self.situation, self.situation.asking
        who, read = node.arguments
        someone = self.value(who)
        name = f"of({key_of(who, self.policy)})"
        if name not in s.terms:
            named = s.maybe(name)
            s.assume(ask.either((ask.no(named), someone.there)))
            s.terms[name] = Term("boolean", named, ask.truth(True))
        named, key = s.terms[name].value, key_of(node, self.policy)
        if isinstance(read, ex.Name) and read.parts[0] == "grade":
            score = self._score_name(read)
            return self._ranked(self._score_of(name, named, score), score)
        if isinstance(read, ex.Name) and read.parts[0] == "score":
            return self._score_of(name, named, self._score_name(read))
        if key in s.terms:
            return s.terms[key]
        if isinstance(read, ex.Call):
            held = read.function == "has"
            reachable = _path(read.arguments[0]) in (s.reach.measures if held else s.reach.listed)
            made = s.variable(key, "boolean", there=named)
            if not reachable:
                s.assume(ask.no(made.value))
            return made
        return self._attribute_of(key, named, read)

    def _score_of(self, name: str, named: Any, score: str) -> Term:
        s, key = self.situation, f"{name[:-1]}, score.{score})"
        if key not in s.terms:
            low, high = s.reach.scores[score]
            there = named
            if any(kind not in self.policy.scores[score].of for kind in self.policy.subjects):
                there = s.maybe(key)
                s.assume(s.asking.either((s.asking.no(there), named)))
            s.variable(key, "number", there=there, low=low, high=high)
        return s.terms[key]

    def _attribute_of(self, key: str, named: Any, read: ex.Expr) -> Term:
        s = self.situation
        assert isinstance(read, ex.Name)
        name = read.path.partition(".")[2]
        there = s.maybe(key)
        s.assume(s.asking.either((s.asking.no(there), named)))
        if name == "kind":
            return s.texted(key, tuple(str(kind) for kind in self.policy.subjects), there)
        merged = s.merged(name)
        if merged is None or merged.kind == "text":
            return s.texted(key, merged.choices if merged else None, there)
        if merged.kind == "boolean":
            return s.variable(key, "boolean", there=there)
        return s.variable(key, "number", there=there, low=-LARGEST, high=LARGEST)


def _timeless(tree: ex.Expr) -> bool:
    """Whether a condition reads only scores, grades and attributes of the subject."""
    return all(not isinstance(node, ex.Call) or node.function in NUMERIC for node in ex.walk(tree))


def _path(node: ex.Expr) -> str:
    assert isinstance(node, ex.Name)
    return node.path


def _window(node: ex.Expr) -> Duration | None:
    assert isinstance(node, ex.Length)
    return node.value
