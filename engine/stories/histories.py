"""What happened to each person: scores, measures and marks, gathered from steps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from engine.evaluation.records import SCORE_EFFECTS, Effect, Step
from engine.language.model import Policy
from engine.stories.source import Source, short_clause


class Moved(NamedTuple):
    """A score after a step, in millionths, and what moved it."""

    at: int
    score: int
    why: str
    before: int


class Holding(NamedTuple):
    """A measure that held. ``end`` is missing where it still holds when the steps end."""

    name: str
    start: int
    end: int | None
    reward: bool


@dataclass
class History:
    """One person, in order of time."""

    who: str
    joined: int  # the first instant at which anything is known of them
    scores: dict[str, list[Moved]] = field(default_factory=dict)
    holdings: list[Holding] = field(default_factory=list)
    marks: list[tuple[int, str]] = field(default_factory=list)  # instant, kind of a mark
    open: dict[str, tuple[int, bool]] = field(default_factory=dict)  # measures that hold now

    def at(self, score: str, instant: int) -> int | None:
        """A score after an instant; missing before anything is known of it."""
        moves = self.scores.get(score, [])
        known = [move.score for move in moves if move.at <= instant]
        if known:
            return known[-1]
        return moves[0].before if moves else None


@dataclass(frozen=True)
class Gathered:
    """Everybody's history, in order of first appearance, and the time they span."""

    people: dict[str, History]
    start: int
    end: int


def gathered(source: Source, only: str | None = None) -> Gathered:
    """Reads all steps once. ``only`` keeps the history of one person."""
    cast = source.cast
    people = {m.id: History(m.id, cast.start) for m in cast.members} if cast else {}
    rewards = set(source.first.rewards) if source.first else set()
    first, last = (cast.start, cast.start) if cast else (None, 0)
    for step in source.steps():
        first = step.at if first is None else min(first, step.at)
        last = max(last, step.at)
        for who, effects, refused in touched(step):
            if only is None or who == only:
                history = people.setdefault(who, History(who, step.at))
                _take(history, step, effects, refused, rewards)
    for history in people.values():
        history.holdings += [Holding(name, start, None, good)
                             for name, (start, good) in history.open.items()]  # fmt: skip
    if cast and cast.until is not None:
        last = max(last, cast.until)
    kept = {who: h for who, h in people.items() if only is None or who == only}
    return Gathered(kept, first or 0, last)


def touched(step: Step) -> Iterator[tuple[str, list[Effect], bool]]:
    """Whom a step concerns: person, the effects on them, whether they were refused."""
    effects: dict[str, list[Effect]] = {step.who: []}
    refused = {step.who} if step.refused else set()
    for part in step.parts:
        effects.setdefault(part.who, [])
        if part.refused:
            refused.add(part.who)
        for effect in part.effects:
            effects.setdefault(effect.target, []).append(effect)
    for who, of_them in effects.items():
        yield who, of_them, who in refused


def _take(
    history: History, step: Step, effects: Iterable[Effect], refused: bool, rewards: set[str]
) -> None:
    if step.input is not None and step.who == history.who and not step.duplicate:
        history.marks.append((step.at, "refused" if refused else "event"))
    before: dict[str, tuple[int, int, list[str]]] = {}
    for effect in effects:
        if effect.kind in SCORE_EFFECTS:
            was = effect.before or 0
            start, _, why = before.get(effect.name, (was, was, []))
            before[effect.name] = (start, effect.after or 0, why)
            if effect.kind != "clamp" and (word := _why(effect)) not in why:
                why.append(word)
        elif effect.kind in ("message", "notice"):
            history.marks.append((step.at, "message"))
        elif effect.kind in ("listed", "unlisted"):
            history.marks.append((step.at, effect.kind))
        elif effect.kind == "began":
            reward = effect.name in rewards or effect.clause == f"rewards.{effect.name}"
            history.open[effect.name] = (step.at, reward)
        elif effect.kind == "ended" and effect.name in history.open:
            start, good = history.open.pop(effect.name)
            history.holdings.append(Holding(effect.name, start, step.at, good))
    for name, (start, after, why) in before.items():
        history.scores.setdefault(name, []).append(Moved(step.at, after, ", ".join(why), start))


def _why(effect: Effect) -> str:
    words = short_clause(effect.clause)
    match effect.kind:
        case "drift":
            return "drift"
        case "lapse":
            return f"{words} lapsed"
        case "undo":
            return f"taken back by {words}"
    return words


def grade_of(policy: Policy, score: str, value: int) -> tuple[int, str] | None:
    """The rank (0 is the best) and the name of a score's grade; missing without grades."""
    for rank, grade in enumerate(policy.grades.get(score, ())):
        if value >= grade.from_:
            return rank, str(grade.name)
    return None
