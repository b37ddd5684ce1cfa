"""Rounds: people look at where they stand, and do more of one thing and less of another.

What judges them is one small interface (:class:`Judge`). :class:`StepJudge` is the step
engine; whatever takes its place must answer alike.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from engine.evaluation.lowering import Plans
from engine.evaluation.misses import path_of
from engine.evaluation.run import Run, Versions
from engine.evaluation.state import Context, Relations, Subject, World
from engine.findings import DemeritError
from engine.language import expressions as ex
from engine.language.expressions import parse
from engine.language.model import FieldType, Happening, Policy
from engine.language.rows import Cast, Event, Value
from engine.population.distributions import Numbers
from engine.population.happenings import UNTRUE, Batch, Entry
from engine.population.lots import Whole


@dataclass(frozen=True)
class Setting:
    """Whom a judge plays: the subjects of one part, in cast order."""

    versions: Versions
    cast: Cast
    ids: Any  # Arrow texts
    ranks: Whole  # of the component of each subject, ascending
    reacting: Whole  # places of those who can react; of the others nobody asks
    last: int  # the last instant before which anybody asks
    threads: int = 1  # how many a judge may use

    def declared(self, batch: Batch) -> Mapping[str, FieldType]:
        """The fields of a batch's events."""
        return self.versions[0][1].events[str(batch.entry.spec.event)].fields


@dataclass(frozen=True)
class Reads:
    """What the conditions of reactions read of somebody."""

    scores: frozenset[str]
    grades: frozenset[str]  # scores of which only the grade is read may be in here alone
    attributes: frozenset[str]
    measures: frozenset[str]
    registries: frozenset[str]


class Everybody(Protocol):
    """How everybody stands, where many stand alike."""

    def alike(self, reads: Reads, places: Whole) -> tuple[Sequence[Subject], Whole]:
        """Subjects of which no two differ in what is read, and for each place which it is like."""


class Judge(Protocol):
    """Plays what becomes known, and says how everybody stands."""

    def take(self, batch: Batch) -> None:
        """Events that become known at some time, after what was played."""

    def standing(self, before: int) -> Sequence[Subject] | Everybody:
        """Everybody, in cast order, once all was played that is known or due before an instant.

        Those who cannot react may stand anyhow, but whoever's life cannot be played is told of.
        """


class StepJudge:
    """The step engine, going on from round to round."""

    def __init__(self, setting: Setting) -> None:
        self._run = Run(setting.versions, setting.cast, "plain", keep=False)
        self._order = [person.id for person in setting.cast.members]
        self._waiting = Waiting(setting)
        self._check()

    def _check(self) -> None:
        if self._run.error is not None:
            raise DemeritError(self._run.error)

    def take(self, batch: Batch) -> None:
        self._waiting.add(batch)

    def standing(self, before: int) -> Sequence[Subject]:
        for event in self._waiting.before(before):
            self._run.feed(event)
        player = self._run.player
        assert player is not None
        if self._run.error is None:
            player.advance(max(before - 1, player.now or before - 1))
        self._check()
        return [player.world.subjects[who] for who in self._order]


class Reactions:
    """The conditions under which people do more or less of something."""

    def __init__(self, versions: Versions, entries: Iterable[Entry]) -> None:
        compiler = Plans(versions).first.compiler
        self._tests: dict[str, list[tuple[Callable[[Context], bool], int]]] = {}
        trees = []
        for entry in entries:
            assert isinstance(entry.spec, Happening)
            react = entry.spec.react
            tests = [(compiler.test(parse(one.when), one.when), one.times) for one in react]
            trees += [parse(one.when) for one in react]
            if tests:
                self._tests[entry.label] = tests
        self._reads = _reads(trees, versions[0][1])

    @property
    def any(self) -> bool:
        """Whether anybody reacts to anything."""
        return bool(self._tests)

    def factors(
        self, everybody: Sequence[Subject] | Everybody, reacting: Whole, many: int
    ) -> dict[str, Whole]:  # fmt: skip
        """For each entry that somebody reacts in, a factor (millionths) for each of so many."""
        if isinstance(everybody, Sequence):
            found = self._factors([everybody[place] for place in reacting.tolist()])
        else:
            subjects, like = everybody.alike(self._reads, reacting)
            found = {label: made[like] for label, made in self._factors(subjects).items()}
        made = {label: np.full(many, 1_000_000, np.int64) for label in found}
        for label, factors in found.items():
            made[label][reacting] = factors
        return made

    def _factors(self, subjects: Sequence[Subject]) -> dict[str, Whole]:
        made = {label: np.full(len(subjects), 1_000_000, np.int64) for label in self._tests}
        context = Context(World(Relations({}, []), 0))
        for place, subject in enumerate(subjects):
            context.subject = subject
            for label, tests in self._tests.items():
                for test, times in tests:
                    if test(context):
                        made[label][place] = times
                        break
        return made


def _reads(trees: Iterable[ex.Expr], policy: Policy) -> Reads:
    """What some conditions read; a reaction may read nothing else (D816)."""
    only = str(next(iter(policy.scores), ""))
    heads = ("score", "grade", "subject", "has", "listed")
    found: dict[str, set[str]] = {head: set() for head in heads}
    for node in (node for tree in trees for node in ex.walk(tree)):
        if isinstance(node, ex.Call) and node.function in ("has", "listed"):
            found[node.function].add(path_of(node.arguments[0]))
        elif isinstance(node, ex.Name):
            head, _, rest = node.path.partition(".")
            if head in ("score", "grade", "subject"):
                found[head].add(rest or only)
    return Reads(*(frozenset(one) for one in found.values()))


class Waiting:
    """Events that were made and not yet played: they are known in a later round."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._ids = setting.ids.to_pylist()
        self._heap: list[tuple[int, int, Event]] = []
        self._made = 0

    def add(self, batch: Batch) -> None:
        for event in events_of(batch, self._ids, self._setting.declared(batch)):
            self._made += 1
            heapq.heappush(self._heap, (event.known, self._made, event))

    def before(self, instant: int) -> Iterable[Event]:
        """Those that are known before an instant, in playing order."""
        while self._heap and self._heap[0][0] < instant:
            yield heapq.heappop(self._heap)[2]


def events_of(
    batch: Batch, ids: Sequence[str], declared: Mapping[str, FieldType]
) -> Iterable[Event]:
    """The rows of a batch as events, as a reader of the stream would have them."""
    many = len(batch.at)
    named = batch.ids.to_pylist() if batch.ids is not None else [None] * many
    columns = {
        name: values_of(batch.fields.get(name), kind, many, kind.kind)
        for name, kind in declared.items()
    }
    texts = {
        name: values_of(batch.texts.get(name), FieldType(kind="text"), many, "text")
        for name in ("source", "reporter")
    }
    says = UNTRUE if batch.entry.untrue else None
    for row in range(many):
        fields = {name: held[row] for name, held in columns.items() if held[row] is not None}
        yield Event(
            ids[batch.subjects[row]], str(batch.entry.spec.event), int(batch.at[row]),
            int(batch.known[row]), fields, named[row], texts["source"][row],
            texts["reporter"][row], says,
        )  # fmt: skip


def values_of(column: Any, kind: FieldType, many: int, held: str) -> list[Any]:
    """A column (of what it holds) as values; the default, or None, where there is none."""
    default: Value | None = kind.default
    if column is None:
        return [default] * many
    if isinstance(column, Numbers):
        values: list[Any] = column.values.tolist()
        if held == "boolean":
            values = [bool(value) for value in values]
        if column.there is None:
            return values
        return [v if here else default for v, here in zip(values, column.there, strict=True)]
    texts = column.lexicon.texts()
    known, back = np.unique(column.codes, return_inverse=True)
    shown = [default if code < 0 else texts[int(code)].as_py() for code in known]
    return [shown[place] for place in back.reshape(-1).tolist()]
