"""What a question is asked of, and what an answer holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from engine.audit.bounds import Bounds, Budget
from engine.audit.context import Asked, Bench
from engine.audit.forms import FORMS
from engine.audit.replay import replay
from engine.audit.verdicts import Reach, Told, Verdict
from engine.evaluation.quoting import note_of
from engine.evaluation.run import in_play_order
from engine.findings import Where
from engine.language.audit import LoadedAudit, LoadedClaim
from engine.language.load import LoadedPolicy
from engine.language.model import Audit, Claim, Policy
from engine.language.rows import Cast, Event
from engine.values import format_number, show_instant

#: The twelve questions, as a critic asks them.
TITLES: Mapping[int, str] = {
    1: "Why this score?",
    2: "Which one event changed this life?",
    3: "How close was it?",
    4: "Can anyone get out?",
    5: "What does a lie cost?",
    6: "Who bears it?",
    7: "Can it be gamed?",
    8: "Is anything counted twice?",
    9: "Is it monotone?",
    10: "Did they know?",
    11: "Who else is hit?",
    12: "What is dead, what dominates?",
}


class Evidence(NamedTuple):
    """One thing that an answer rests on."""

    what: str  # in words
    figure: str = ""  # its number, "" for none
    clause: str = ""  # path of the clause behind it
    where: Where | None = None
    standing: str = ""  # documented | reported | adapted | invented


@dataclass(frozen=True)
class Answer:
    """The computed answer to one question."""

    number: int
    title: str
    about: str  # whom or what it is about, in words
    said: str  # the conclusion, one sentence
    figures: tuple[tuple[str, str], ...]  # label and value
    evidence: tuple[Evidence, ...]
    how: str  # how it was found
    policy: LoadedPolicy
    histories: tuple[Told, ...] = ()  # to be played again


class Life(NamedTuple):
    """One scenario of the policy that is asked about."""

    name: str
    cast: Cast
    events: tuple[Event, ...]  # in playing order


@dataclass(frozen=True)
class Inquiry:
    """What a question is asked of: a policy, an alphabet, lives, and somebody."""

    audit: LoadedAudit  # names the policy, the cast and the alphabet of searches
    lives: tuple[Life, ...]  # of the scenarios; the first is the one that is told
    who: str | None
    bounds: Bounds
    budget: Budget

    @property
    def policy(self) -> Policy:
        """The policy as it is from the beginning."""
        return self.audit.policy.policy

    @cached_property
    def bench(self) -> Bench:
        """The audit at work."""
        return Bench(self.audit)

    def note(self, what: str, clause: str, figure: str = "") -> Evidence:
        """Evidence with the place and the standing of its clause."""
        note = note_of(self.policy, clause)
        standing = note.standing if note.where is not None else ""
        return Evidence(what, figure, clause, note.where, standing)

    def life(self) -> Life:
        """The life that is told; without a scenario, one in which nothing happens."""
        if self.lives:
            return self.lives[0]
        return Life("", self.bench.field(self.audit.policy).cast, ())

    def told(self, life: Life, events: Sequence[Event] | None = None, name: str = "") -> Told:
        """A life played to its end, or with other events."""
        made = life.events if events is None else events
        return replay(self.audit.policy.versions, life.cast, made, life.cast.until, name)

    def person(self, told: Told) -> str:
        """Whom it is about: who was asked for, else whose life changed most."""
        if self.who is not None:
            return self.who
        return max(told.standings, key=lambda who: (_stir(told, who), ""))

    def verdict(self, form: str, parameters: Any, **more: Any) -> Verdict:
        """The verdict on a claim of some form, by search."""
        claim = Claim.model_validate({"id": "asked", form: parameters, **more})
        loaded = LoadedClaim(claim, self.audit.policy, ())
        return FORMS[form](Asked(self.bench, loaded, self.bounds, self.budget))

    def asked(self) -> Asked:
        """A bare claim, for what needs one."""
        claim = Claim.model_validate({"id": "asked", "always": "true"})
        loaded = LoadedClaim(claim, self.audit.policy, ())
        return Asked(self.bench, loaded, self.bounds, self.budget)

    def answer(
        self,
        number: int,
        about: str,
        said: str,
        *,
        how: str,
        figures: Sequence[tuple[str, str]] = (),
        evidence: Sequence[Evidence] = (),
        histories: Sequence[Told] = (),
    ) -> Answer:
        """An answer about this policy."""
        return Answer(
            number,
            TITLES[number],
            about,
            said,
            tuple(figures),
            tuple(evidence),
            how,
            self.audit.policy,
            tuple(histories),
        )


def _stir(told: Told, who: str) -> int:
    """How much of a history is about somebody."""
    return sum(
        1 + abs(effect.change)
        for step in told.steps
        for part in step.parts
        for effect in part.effects
        if effect.target == who
    )


def looked(reach: Reach) -> str:
    """How far a search looked, as a sentence."""
    whole = "; every state of this alphabet was seen" if reach.exhausted else ""
    return f"looked at {reach.said}{whole}"


def spell(asked: Inquiry, what: str, event: Event) -> Evidence:
    """An event as evidence."""
    fields = ", ".join(f"{name} {worded(value)}" for name, value in event.fields.items())
    told = f"{what}: {show_instant(event.known)} {event.who} {event.type}"
    return asked.note(f"{told} ({fields})" if fields else told, f"events.{event.type}")


def worded(value: object) -> str:
    """A field's or attribute's value in words."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return format_number(value) if isinstance(value, int) else str(value)


def graded(policy: Policy) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every score with grades, and its grades, the best first."""
    for score, ladder in policy.grades.items():
        yield str(score), tuple(str(grade.name) for grade in ladder)


def lives_of(scenarios: Sequence[Any]) -> tuple[Life, ...]:
    """Loaded scenarios as lives."""
    return tuple(
        Life(str(one.scenario.scenario), one.cast, tuple(in_play_order(one.events)))
        for one in scenarios
    )


def bare_audit(policy: LoadedPolicy) -> LoadedAudit:
    """An audit that names nothing: its alphabet is read off the policy."""
    from engine.language.audit import START

    model = Audit(audit="asked", of=policy.policy.policy)
    return LoadedAudit(
        model, policy, Cast((), {}, START, None), (), (), policy.files, (), policy.path
    )


def number(value: int | None) -> str:
    """Millionths in words."""
    return "missing" if value is None else format_number(value)


def signed(value: int) -> str:
    """A change with its sign."""
    return (
        f"+{format_number(value)}" if value > 0 else f"−{format_number(-value)}" if value else "0"
    )
