"""What made a condition hold, with its values: for runs that are going to be explained.

A ledger keeps why a rule missed; that it fired says only that its whole condition held.
:class:`Telling` stands around a matcher and, for each rule that fired or had its exception,
reads the parts that decided once more, while the state is still what it was. The ledger
does not change by it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from engine.evaluation.compile import Compiler
from engine.evaluation.matchers import EXCEPTED, Judgements, Matcher
from engine.evaluation.misses import Atom, RawMiss
from engine.evaluation.plan import RuleGroup, RulePlan
from engine.evaluation.records import Part, Step, Verdict
from engine.evaluation.state import Context
from engine.language import expressions as ex
from engine.language.model import AllOf, AnyOf

Held = tuple[RawMiss, ...]  # the parts that held, each with the values of its sides
TellFn = Callable[[Context], Held]


class _Seen(NamedTuple):
    """What one call of the matcher found."""

    trigger: str
    who: str
    now: int
    held: dict[str, Held]  # rule → what held


class Telling:
    """A matcher that takes down what held; :meth:`told` puts it into the steps."""

    def __init__(self, inner: Matcher) -> None:
        self.name = inner.name
        self.notes = inner.notes
        self._inner = inner
        self._seen: list[_Seen] = []
        self._tellers: dict[tuple[int, int, str], tuple[Compiler, TellFn]] = {}

    def judge(self, group: RuleGroup, rules: Sequence[RulePlan], context: Context) -> Judgements:
        """See :class:`~engine.evaluation.matchers.Matcher`."""
        found = self._inner.judge(group, rules, context)
        held = {}
        for rule, judgement in zip(rules, found, strict=True):
            if judgement is None or judgement == EXCEPTED:
                tell = self._teller(group.compiler, rule, "when" if judgement is None else "unless")
                held[rule.id] = tell(context)
        self._seen.append(_Seen(group.key, context.subject.id, context.now, held))
        return found

    def close(self) -> None:
        """Give back what the matcher holds."""
        self._inner.close()

    def told(self, step: Step) -> Step:
        """The step, its verdicts with what held. To be asked for each step, in order."""
        return step._replace(parts=tuple(self._part(part, step.at) for part in step.parts))

    def _part(self, part: Part, now: int) -> Part:
        if not part.verdicts:
            return part
        wanted = (part.trigger, part.who, now)
        while self._seen:  # what a step without trace left behind comes first
            seen = self._seen.pop(0)
            if seen[:3] == wanted:
                return part._replace(verdicts=tuple(_with(v, seen.held) for v in part.verdicts))
        return part

    def _teller(self, compiler: Compiler, rule: RulePlan, key: str) -> TellFn:
        found = self._tellers.get((id(compiler), rule.index, key))
        if found is None:
            written = compiler.names.policy.rules[rule.index]
            tell = _condition(compiler, written.when if key == "when" else written.unless)
            found = self._tellers[id(compiler), rule.index, key] = compiler, tell
        return found[1]


def _with(verdict: Verdict, held: dict[str, Held]) -> Verdict:
    spoken = verdict.verdict in ("fired", "excepted")
    return verdict._replace(held=held.get(verdict.rule, ())) if spoken else verdict


# --- what held --------------------------------------------------------------------


def _condition(compiler: Compiler, written: AllOf | AnyOf | str | None) -> TellFn:
    if written is None:
        return lambda c: ()
    if isinstance(written, AllOf):
        return _each([_tell(compiler, ex.parse(text), text) for text in written.all])
    if isinstance(written, AnyOf):
        return _first(compiler, [(ex.parse(text), text) for text in written.any])
    return _tell(compiler, ex.parse(written), written)


def _tell(compiler: Compiler, node: ex.Expr, text: str) -> TellFn:
    """What held of a condition that is known to hold."""
    match node:
        case ex.And():
            return _each([_tell(compiler, part, text) for part in node.operands])
        case ex.Or():
            return _first(compiler, [(part, text) for part in node.operands])
        case ex.Compare():
            left, right = compiler.sides(node, text)
            atom = compiler.atom(node, text)
            return lambda c: (RawMiss(atom, left(c), right(c)),)
        case _:
            start, end = node.span
            bare = (RawMiss(Atom(str.__str__(text)[start:end], "")),)
            return lambda c: bare


def _each(tellers: Sequence[TellFn]) -> TellFn:
    return lambda c: tuple(raw for tell in tellers for raw in tell(c))


def _first(compiler: Compiler, parts: Sequence[tuple[ex.Expr, str]]) -> TellFn:
    """The first alternative that holds; no further one was looked at."""
    pairs = [(compiler.test(*part), _tell(compiler, *part)) for part in parts]
    return lambda c: next((tell(c) for test, tell in pairs if test(c)), ())
