"""Claims about single steps and states, each as a watch that looks at every step of a life.

A watch remembers only immutable things, so that a life can be forked at any step. ``key``
says what of its memory decides what it will find; ``waiting`` looks at what comes of a life
if nothing more happens.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable, Iterator, Mapping
from typing import Any, NamedTuple

from engine.audit.life import Breach, Life
from engine.audit.search import Node
from engine.audit.spaces import Conditions
from engine.evaluation.primitives import rank_of
from engine.evaluation.records import SCORE_EFFECTS, Effect, Step
from engine.evaluation.state import Context
from engine.language.model import Policy
from engine.values import MILLION, Duration, format_number, show_instant, show_seconds

Seen = tuple[Any, Breach | None]


class Plain(ABC):
    """A watch without a memory; the steps of joining count as steps."""

    def __init__(self, who: frozenset[str]) -> None:
        self.who = who  # whom the claim is about

    def start(self, life: Life) -> Seen:
        """Begin with nothing, and look at the steps of joining."""
        memory, breach = self.blank(life), None
        for step in life.steps:
            memory, breach = self.see(life, step, memory)
            if breach is not None:
                break
        return memory, breach

    def blank(self, life: Life) -> Any:
        """What it remembers before anything happens."""
        return None

    @abstractmethod
    def see(self, life: Life, step: Step, memory: Any) -> Seen:
        """What it remembers after a step, and whether that breaks the claim."""

    def key(self, life: Life, memory: Any) -> Hashable:
        """What of its memory decides what it will find."""
        return None


def effects_of(step: Step) -> Iterator[Effect]:
    """All that a step did."""
    for part in step.parts:
        yield from part.effects


def moves(step: Step) -> Mapping[tuple[str, str], tuple[int, int, str]]:
    """(subject, score) → before, after, and the clause that moved it most."""
    found: dict[tuple[str, str], tuple[int, int, int, str]] = {}
    for effect in effects_of(step):
        if effect.kind in SCORE_EFFECTS:
            key, after, size = (effect.target, effect.name), effect.after or 0, abs(effect.change)
            before, _, most, clause = found.get(key, (effect.before or 0, 0, -1, ""))
            if size > most and effect.kind != "clamp":
                most, clause = size, effect.clause
            found[key] = before, after, most, clause
    return {key: (before, after, clause) for key, (before, after, _, clause) in found.items()}


# --- always and never ---------------------------------------------------------------------


class Condition(Plain):
    """After every step, and at the end of joining, a condition holds (or does not)."""

    def __init__(
        self,
        who: frozenset[str],
        text: str,
        wanted: bool,
        on: frozenset[str],
        conditions: Conditions,
    ) -> None:
        """``on``: keys of triggers after which alone it is asked; empty for every step."""
        super().__init__(who)
        self.text, self.wanted, self.on, self.conditions = text, wanted, on, conditions

    def start(self, life: Life) -> Seen:
        """The end of joining counts as a step."""
        return None, None if self.on else self._judged(life, life.now)

    def see(self, life: Life, step: Step, memory: Any) -> Seen:
        """Ask it of everybody, or of the event's own subject."""
        if not self.on:
            return None, self._judged(life, step.at)
        event = step.input
        if event is None or step.duplicate or not step.parts or step.who not in self.who:
            return None, None
        if step.parts[0].trigger not in self.on:
            return None, None
        context = life.context(step.who)
        context.event, context.source, context.reporter = event.fields, event.source, event.reporter
        return None, self._asked(life, context, step.who, step.at)

    def _judged(self, life: Life, at: int) -> Breach | None:
        for who in life.player.world.subjects:
            if who in self.who:
                breach = self._asked(life, life.context(who), who, at)
                if breach is not None:
                    return breach
        return None

    def _asked(self, life: Life, context: Context, who: str, at: int) -> Breach | None:
        if self.conditions.test(self.text, life.plan)(context) is self.wanted:
            return None
        said = f"`{self.text}` {'does not hold' if self.wanted else 'holds'}"
        return Breach(who, said, at)


# --- scores ----------------------------------------------------------------------------------


class AddsUp(Plain):
    """At every step, the effects on a subject sum to its score."""

    def blank(self, life: Life) -> Any:
        """The scores at joining."""
        return {ident: tuple(s.scores) for ident, s in life.player.world.subjects.items()}

    def see(self, life: Life, step: Step, memory: Any) -> Seen:
        """What the effects say against what the score is."""
        sums: dict[tuple[str, str], int] = {}
        for effect in effects_of(step):
            if effect.kind in SCORE_EFFECTS:
                key = effect.target, effect.name
                sums[key] = sums.get(key, 0) + effect.change
        now = {ident: tuple(s.scores) for ident, s in life.player.world.subjects.items()}
        for ident, scores in now.items():
            before = memory.get(ident, scores)
            for score, old, new in zip(life.plan.scores, before, scores, strict=True):
                told = sums.get((ident, score.id), 0)
                if ident in self.who and (new or 0) - (old or 0) != told:
                    said = (
                        f"{score.id} moved by {format_number((new or 0) - (old or 0))}, and"
                        f" its effects say {format_number(told)}"
                    )
                    return now, Breach(ident, said, step.at, clause=score.clause)
        return now, None


class Limits(NamedTuple):
    """How far something may fall."""

    grades: int | None  # whole grades
    points: int | None  # millionths
    score: str | None  # None: any

    @classmethod
    def of(cls, parameters: Any) -> Limits:
        """From the parameters of a claim."""
        grades = None if parameters.grades is None else parameters.grades // MILLION
        return cls(grades, parameters.points, str(parameters.score) if parameters.score else None)


class MaxDrop(Plain):
    """In the step of one event, nobody falls further."""

    def __init__(self, who: frozenset[str], limits: Limits, events: frozenset[str]) -> None:
        super().__init__(who)
        self.limits, self.events = limits, events

    def see(self, life: Life, step: Step, memory: Any) -> Seen:
        """How far each score fell in this step."""
        if step.event not in self.events:
            return None, None
        floors = {score.id: score for score in life.plan.scores}
        for (who, name), (before, after, clause) in moves(step).items():
            if who not in self.who or self.limits.score not in (None, name):
                continue
            if self.limits.points is not None and before - after > self.limits.points:
                said = f"{name} falls by {format_number(before - after)} in one step"
                return None, Breach(who, said, step.at, clause=clause)
            ladder = floors[name]
            if self.limits.grades is None or not ladder.floors:
                continue
            was, now = rank_of(before, ladder.floors), rank_of(after, ladder.floors)
            if now - was > self.limits.grades:
                said = f"{name} falls from {ladder.grades[was]} to {ladder.grades[now]} in one step"
                return None, Breach(who, said, step.at, clause=clause)
        return None, None


# --- time ------------------------------------------------------------------------------------


class Lasting(Plain):
    """Nothing of a kind lasts longer: penalties that end, names that leave a list."""

    began: str
    ended: str

    def __init__(self, who: frozenset[str], names: frozenset[str], within: Duration) -> None:
        super().__init__(who)
        self.names, self.within = names, within

    def blank(self, life: Life) -> Any:
        """(subject, name) → since when."""
        return {}

    def see(self, life: Life, step: Step, memory: Any) -> Seen:
        """Take down beginnings, and hold ends against them."""
        for effect in effects_of(step):
            key = effect.target, effect.name
            if effect.name not in self.names or effect.target not in self.who:
                continue
            if effect.kind == self.began:
                memory = {**memory, key: (step.at, effect.clause)}
            elif effect.kind == self.ended and key in memory:
                since, clause = memory[key]
                memory = {k: v for k, v in memory.items() if k != key}
                limit = self.within.after(since)
                if step.at > limit:  # it was broken when the time was up, not only now
                    said = f"{effect.name} lasted {show_seconds(step.at - since)}"
                    return memory, Breach(effect.target, said, limit, clause=clause)
        return memory, None

    def waiting(self, life: Life, node: Node | None) -> Breach | None:
        """Whether something lasts too long if nothing more happens."""
        if not any(
            e.kind in (self.began, "extended", "restarted") and e.name in self.names
            for step in life.steps
            for e in effects_of(step)
        ):
            return None
        ahead: Life | None = None
        for (who, name), (since, clause) in sorted(life.memory.items(), key=lambda i: i[1][0]):
            limit = self.within.after(since)
            ahead = ahead or life.fork()
            if limit > ahead.now:
                ahead.advance(limit)
            if ahead.breach is not None:
                return ahead.breach._replace(waited=True)
            if ahead.memory.get((who, name)) == (since, clause):
                how = self._end(life, who, name)
                said = f"{name} still holds after {self.within}{how}"
                return Breach(who, said, limit, True, clause)
        return None

    def _end(self, life: Life, who: str, name: str) -> str:
        index = next((m.index for m in life.plan.measures if m.id == name), None)
        active = life.subject(who).active.get(index) if index is not None else None
        if active is None:
            return ""
        return f", until {show_instant(active.end)}" if active.end else ", and has no end"

    def key(self, life: Life, memory: Any) -> Hashable:
        """How long each has lasted."""
        return tuple(sorted((key, life.now - since) for key, (since, _) in memory.items()))


class PenaltiesEnd(Lasting):
    """Each has ended so soon after it began, extensions and restarts included."""

    began, ended = "began", "ended"


class Exposure(Lasting):
    """Nobody stands on a list for longer, and it shows nothing else."""

    began, ended = "listed", "unlisted"

    def __init__(
        self,
        who: frozenset[str],
        registry: str,
        within: Duration,
        shows: frozenset[str],
        policy: Policy,
    ) -> None:
        super().__init__(who, frozenset((registry,)), within)
        shown = policy.registries[registry].shows
        self.more = [str(name) for name in shown if shows and name not in shows]

    def see(self, life: Life, step: Step, memory: Any) -> Seen:
        """Being listed is a breach in itself where the list shows too much."""
        for effect in effects_of(step) if self.more else ():
            if effect.kind == "listed" and effect.name in self.names and effect.target in self.who:
                said = f"{effect.name} shows {', '.join(self.more)} besides"
                clause = f"registries.{effect.name}"
                return memory, Breach(effect.target, said, step.at, clause=clause)
        return super().see(life, step, memory)


class Told(Plain):
    """Base of what is claimed of messages and the penalties that follow them."""

    def __init__(self, who: frozenset[str], penalties: frozenset[str]) -> None:
        super().__init__(who)
        self.penalties = penalties

    def blank(self, life: Life) -> Any:
        """Subject → when it was first told anything, and in which step."""
        return {}

    def _heard(self, step: Step, memory: Any) -> Any:
        for effect in effects_of(step):
            if effect.kind in ("message", "notice") and effect.target not in memory:
                memory = {**memory, effect.target: (step.at, step.number)}
        return memory

    def _begun(self, step: Step) -> Iterator[Effect]:
        for effect in effects_of(step):
            if (
                effect.kind == "began"
                and effect.name in self.penalties
                and effect.target in self.who
            ):
                yield effect


class NoticeBefore(Told):
    """Before a penalty begins there was a message, in an earlier step, so long ahead."""

    def __init__(
        self, who: frozenset[str], penalties: frozenset[str], ahead: Duration | None
    ) -> None:
        super().__init__(who, penalties)
        self.ahead = ahead

    def see(self, life: Life, step: Step, memory: Any) -> Seen:
        """Hold every beginning against the first message before it."""
        for effect in self._begun(step):
            told = memory.get(effect.target)
            if told is None:
                said = f"{effect.name} begins without a message before it"
            elif self.ahead is not None and self.ahead.after(told[0]) > step.at:
                said = f"{effect.name} begins {show_seconds(step.at - told[0])} after the message"
            else:
                continue
            return memory, Breach(effect.target, said, step.at, clause=effect.clause)
        return self._heard(step, memory), None

    def key(self, life: Life, memory: Any) -> Hashable:
        """How long ago everybody was told, as far as it matters."""
        most = self.ahead.longest if self.ahead else 0
        return tuple(sorted((who, min(life.now - at, most)) for who, (at, _) in memory.items()))


class DidTheyKnow(Told):
    """Whoever is sanctioned is told by then, and what counts is known in time."""

    def __init__(
        self, who: frozenset[str], penalties: frozenset[str], within: Duration | None
    ) -> None:
        super().__init__(who, penalties)
        self.within = within

    def see(self, life: Life, step: Step, memory: Any) -> Seen:
        """What came late and counted, and who was sanctioned in silence."""
        memory = self._heard(step, memory)
        event = step.input
        if (
            event is not None
            and self.within is not None
            and step.who in self.who
            and event.known > self.within.after(event.at)
            and step.fired
        ):
            late = show_seconds(event.known - event.at)
            said = f"{event.type} counts {late} after it happened"
            return memory, Breach(step.who, said, step.at, clause=f"rules.{step.fired[0]}")
        for effect in self._begun(step):
            if effect.target not in memory:
                said = f"{effect.name} begins and nobody says so"
                return memory, Breach(effect.target, said, step.at, clause=effect.clause)
        return memory, None

    def key(self, life: Life, memory: Any) -> Hashable:
        """Who was told."""
        return tuple(sorted(memory))
