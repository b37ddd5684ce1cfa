"""All that changes in a run. A step works on a copy, which an error throws away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import NamedTuple

from engine.language.model import Policy
from engine.language.rows import Event, Person, Value
from engine.values import Duration


class RunError(Exception):
    """An error of a run: the step is taken back and the run stops."""


class Record(NamedTuple):
    """An event in a subject's history, or among its refusals."""

    at: int  # the instant of its step
    type: str
    fields: Mapping[str, Value]


class Active(NamedTuple):
    """A measure that is active."""

    uid: int  # which activation this is
    end: int | None  # None: endless, or as long as its `while` holds


class Addition(NamedTuple):
    """An amount that was really added to a score."""

    uid: int
    who: str
    score: str
    amount: int


class Begun(NamedTuple):
    """What a step began: the activation of a measure, or the entry in a list."""

    uid: int
    who: str
    kind: str  # "measure" or "list"
    name: str


class Done(NamedTuple):
    """What a later `undo` can take back of a step, in the order in which it arose."""

    additions: tuple[Addition, ...]
    begun: tuple[Begun, ...]


class Clock(IntEnum):
    """What is due, in the order in which it goes at one instant (3.6.1)."""

    DRIFT = 0
    LAPSE = 1
    END = 2
    REVIEW = 3
    EVERY = 4
    DELAYED = 5


class Due(NamedTuple):
    """One entry of the clock's list. The list is worked off in order of these fields."""

    at: int
    clock: Clock
    order: int  # order of scheduling
    who: str
    name: str = ""  # drift, lapse: the score; end: the measure
    times: int = 0  # drift, every: k
    uid: int = 0  # lapse: the addition; end: the activation
    amount: int = 0  # lapse: what was really applied
    period: Duration | None = None  # drift, every
    event: Event | None = None  # delayed


@dataclass
class Subject:
    id: str
    kind: str
    attributes: Mapping[str, Value]
    joined: int
    scores: dict[str, int]
    grades: dict[str, str]  # as they were last settled
    active: dict[str, Active] = field(default_factory=dict)
    listed: dict[str, int] = field(default_factory=dict)  # registry → uid of the entry
    history: list[Record] = field(default_factory=list)
    refusals: list[Record] = field(default_factory=list)
    firings: dict[str, list[int]] = field(default_factory=dict)  # rule → instants
    notified: int = 0
    refused: int = 0

    def copy(self) -> Subject:
        return Subject(
            self.id,
            self.kind,
            self.attributes,
            self.joined,
            dict(self.scores),
            dict(self.grades),
            dict(self.active),
            dict(self.listed),
            list(self.history),
            list(self.refusals),
            {rule: list(instants) for rule, instants in self.firings.items()},
            self.notified,
            self.refused,
        )


@dataclass
class State:
    subjects: dict[str, Subject]  # in cast order
    relations: Mapping[str, tuple[tuple[str, str], ...]]
    pending: list[Due] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)  # ids of events, also of refused ones
    done: dict[str, Done] = field(default_factory=dict)  # id of an event → its step
    fallen: set[int] = field(default_factory=set)  # additions that no longer stand
    counted: int = 0

    def copy(self) -> State:
        return State(
            {who: subject.copy() for who, subject in self.subjects.items()},
            self.relations,
            list(self.pending),
            set(self.seen),
            dict(self.done),
            set(self.fallen),
            self.counted,
        )

    def number(self) -> int:
        """The next number: of an activation, an addition, an entry, a scheduling."""
        self.counted += 1
        return self.counted

    def schedule(self, due: Due) -> None:
        self.pending.append(due._replace(order=self.number()))

    def related(self, relation: str, who: str) -> list[str]:
        """Every a with [a, who] under the relation, in cast order."""
        pairs = self.relations.get(relation, ())
        return [a for a in self.subjects if (a, who) in pairs]

    def cast_order(self, who: str) -> int:
        return list(self.subjects).index(who)


def grade_of(policy: Policy, score: str, value: int) -> str:
    """The first in its list whose `from` is not above the score."""
    return next(str(g.name) for g in policy.grades[score] if g.from_ <= value)


def join(state: State, policy: Policy, person: Person, now: int) -> None:
    """Be there, with every score whose `of` names the kind, at its start."""
    scores = {
        str(name): score.start for name, score in policy.scores.items() if person.kind in score.of
    }
    grades = {
        name: grade_of(policy, name, value)
        for name, value in scores.items()
        if name in policy.grades
    }
    state.subjects[person.id] = Subject(
        person.id, person.kind, person.attributes, now, scores, grades
    )
