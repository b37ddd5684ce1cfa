"""A policy lowered for playing: indices, closures and tables by trigger.

A :class:`Plan` is one version of a policy and never changes. Dated reforms give a
policy several versions with the same clauses; :class:`Plans` finds the one in force
at an instant and knows what must be scheduled under any of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine.evaluation.compile import Compiler, JudgeFn, TestFn
from engine.evaluation.primitives import ValueFn
from engine.evaluation.reads import Review
from engine.evaluation.state import Context
from engine.language import expressions as ex
from engine.language.model import FieldType, Policy
from engine.values import Duration

TextFn = Callable[[Context], str | None]


@dataclass(frozen=True, slots=True)
class ScorePlan:
    index: int
    id: str
    clause: str
    start: int
    min: int | None
    max: int | None
    toward: int  # of the drift; unused without `every`
    by: int
    every: Duration | None
    floors: tuple[int, ...]  # of its grades, highest first; empty without grades
    grades: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MeasurePlan:
    index: int
    id: str
    clause: str
    test: TestFn | None  # its `while`
    relations: frozenset[str]  # that its `while` reads
    lasts: Duration | None
    again: str
    quota: int | None
    notice: TextFn | None


@dataclass(frozen=True, slots=True)
class Target:
    """Whom an action is for: the subject, its relatives, or whom a field names."""

    relation: str | None = None
    field: str | None = None


@dataclass(frozen=True, slots=True)
class ScoreChange:
    score: int
    value: ValueFn
    is_set: bool


@dataclass(frozen=True, slots=True)
class ActionPlan:
    verb: str
    target: Target
    changes: tuple[ScoreChange, ...] = ()  # score
    duration: Duration | None = None  # lapses, for, after
    measure: int = -1  # grant, impose, lift
    name: str = ""  # registry, channel, event type or field
    text: TextFn | None = None  # notify
    fields: tuple[tuple[str, ValueFn], ...] = ()  # emit


@dataclass(frozen=True, slots=True)
class RulePlan:
    index: int
    id: str
    clause: str
    when: ex.Expr | None  # for matchers; spans count in their own texts
    unless: ex.Expr | None
    when_text: str
    unless_text: str
    judge: JudgeFn | None  # None: always holds
    unless_test: TestFn | None
    starts: int | None  # in force from, inclusive
    stops: int | None  # exclusive
    times: int  # of the limit; 0 without one
    per: Duration | None
    overrides: frozenset[int]  # all that it sets aside, transitively
    actions: tuple[ActionPlan, ...]


@dataclass(frozen=True, slots=True)
class RuleGroup:
    """The rules that wait for one thing, in policy order."""

    key: str  # e.g. `fee.late`, `refused fee.late`, `entered trust.A`
    rules: tuple[RulePlan, ...]
    dated: bool  # some are not always in force
    compiler: Compiler  # of the rules' conditions

    def in_force(self, now: int) -> tuple[RulePlan, ...]:
        """The rules of the group that are in force at an instant."""
        if not self.dated:
            return self.rules
        return tuple(
            r for r in self.rules
            if (r.starts is None or r.starts <= now) and (r.stops is None or now < r.stops)
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class EventPlan:
    fields: Mapping[str, FieldType]
    blocked_by: tuple[int, ...]  # penalties that refuse it
    sums: tuple[str, ...]  # fields that a `total` reads
    last: tuple[str, ...]  # fields that a `latest` reads
    kept: bool  # whether any expression reads its history
    refusals_kept: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """One version of a policy, ready to play."""

    policy: Policy
    compiler: Compiler
    scores: tuple[ScorePlan, ...]
    measures: tuple[MeasurePlan, ...]
    whiles: tuple[MeasurePlan, ...]  # those with `while`, rewards before penalties
    rules: tuple[RulePlan, ...]
    groups: Mapping[str, RuleGroup]
    events: Mapping[str, EventPlan]
    kinds: Mapping[str, tuple[bool, ...]]  # kind → whether it has each score
    reviews: Reviews
    undoes: bool  # whether any action is an `undo`


@dataclass(frozen=True, slots=True)
class Reviews:
    """When time alone may change a `while`: after an event, a refusal, joining."""

    recorded: Mapping[str, tuple[Review, ...]]
    refused: Mapping[str, tuple[Review, ...]]
    joined: tuple[Review, ...]
