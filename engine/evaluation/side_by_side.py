"""One life before two judges: when they disagree, and which of them each decision follows.

Two :class:`Story` of the same scenario enter. The judges *disagree* about somebody while their
verdicts differ: the grade, where both grade the score (its rank, if they call their grades
otherwise), else the score itself; and the measures and lists that both know.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from engine.evaluation.explain import Story, score_effects
from engine.evaluation.records import SCORE_EFFECTS, Effect, Step
from engine.language.model import Policy


class Stand(NamedTuple):
    """How somebody stands from an instant on, until the next such record."""

    at: int  # seconds UTC
    step: Step | None  # the one that made it so; None: the start
    scores: Mapping[str, int]  # millionths
    grades: Mapping[str, str]
    held: frozenset[str]
    listed: frozenset[str]


class Spell(NamedTuple):
    """A time through which two judges disagree about somebody."""

    who: str
    since: int
    until: int | None  # None: to the end
    left: Stand
    right: Stand
    step: Step | None  # what made them disagree; None: they did from the start
    side: int  # 0: that step is of the left one, 1: of the right one


class Decision(NamedTuple):
    """An event that the two answer otherwise, in something else than points."""

    who: str
    event: str
    at: int
    answers: tuple[tuple[str, ...], tuple[str, ...]]  # in words, of the left and the right one
    stands: tuple[Stand, Stand]  # how each saw the person before

    @property
    def follows(self) -> int | None:
        """0 if only the left one answers, 1 if only the right one, ``None`` if both do."""
        left, right = self.answers
        return None if left and right else 0 if left else 1


class Pairing(NamedTuple):
    """What two policies can be compared by."""

    scores: tuple[tuple[str, str], ...]
    ranked: Mapping[str, tuple[Mapping[str, int], Mapping[str, int]]]  # left score → grade → rank
    measures: frozenset[str]
    lists: frozenset[str]

    @classmethod
    def of(cls, left: Policy, right: Policy) -> Pairing:
        """By names, or by the only score of each."""
        scores = [(str(name), str(name)) for name in left.scores if name in right.scores]
        if not scores and len(left.scores) == len(right.scores) == 1:
            scores = [(str(next(iter(left.scores))), str(next(iter(right.scores))))]
        ranked = {}
        for one, other in scores:
            names = [[str(g.name) for g in p.grades.get(s, ())] for p, s in
                     ((left, one), (right, other))]  # fmt: skip
            if names[0] and names[1] and len(names[0]) == len(names[1]):
                same = set(names[0]) == set(names[1])
                keys = [{n: names[0].index(n) if same else i for i, n in enumerate(ns)}
                        for ns in names]  # fmt: skip
                ranked[one] = (keys[0], keys[1])
        return cls(
            tuple(scores), ranked,
            frozenset(map(str, (*left.rewards, *left.penalties)))
            & frozenset(map(str, (*right.rewards, *right.penalties))),
            frozenset(map(str, left.registries)) & frozenset(map(str, right.registries)),
        )  # fmt: skip

    def verdict(self, stand: Stand, side: int) -> tuple[object, ...]:
        """What counts of a standing when it is held against the other side's."""
        made: list[object] = []
        for pair in self.scores:
            ranks = self.ranked.get(pair[0])
            grade = stand.grades.get(pair[side])
            value = stand.scores.get(pair[side])
            made.append(ranks[side][grade] if ranks is not None and grade is not None else value)
        return (*made, stand.held & self.measures, stand.listed & self.lists)

    def same_numbers(self, left: Stand, right: Stand) -> bool:
        """Whether even the numbers agree."""
        return all(left.scores.get(one) == right.scores.get(other) for one, other in self.scores)


# --- a life as a judge saw it -----------------------------------------------------


def course(story: Story, who: str, start: int) -> list[Stand]:
    """How somebody stood under one policy, from the start on, in order."""
    steps = list(story.steps_of(who))
    scores = dict(story.standings[who].scores)
    for _, effect in reversed(list(score_effects(steps, who))):
        scores[effect.name] = effect.before or 0
    grades = _grades(story, start, scores)
    made = [Stand(start, None, dict(scores), grades, frozenset(), frozenset())]
    for step in steps:
        before = made[-1]
        after = _after(story, step, before, who)
        if after[2:] != before[2:]:
            made.append(after)
    return made


def _after(story: Story, step: Step, before: Stand, who: str) -> Stand:
    scores, held, listed = dict(before.scores), set(before.held), set(before.listed)
    for effect in (e for part in step.parts for e in part.effects if e.target == who):
        if effect.kind in SCORE_EFFECTS:
            scores[effect.name] = effect.after or 0
        elif effect.kind == "began":
            held.add(effect.name)
        elif effect.kind == "ended":
            held.discard(effect.name)
        elif effect.kind == "listed":
            listed.add(effect.name)
        elif effect.kind == "unlisted":
            listed.discard(effect.name)
    grades = _grades(story, step.at, scores)
    return Stand(step.at, step, scores, grades, frozenset(held), frozenset(listed))


def _grades(story: Story, at: int, scores: Mapping[str, int]) -> dict[str, str]:
    made = {}
    for name, ladder in story.policy_at(at).grades.items():
        if name in scores:
            found = (str(g.name) for g in ladder if g.from_ <= scores[name])
            made[str(name)] = next(found, str(ladder[-1].name))
    return made


# --- where they disagree ----------------------------------------------------------


def spells(left: Story, right: Story, who: str, start: int) -> tuple[Spell, ...]:
    """The times through which two judges disagree about somebody, in order."""
    pairing = Pairing.of(left.policy_at(start), right.policy_at(start))
    made: list[Spell] = []
    for one, other, side in _moments(course(left, who, start), course(right, who, start)):
        open_ = bool(made) and made[-1].until is None
        disagree = pairing.verdict(one, 0) != pairing.verdict(other, 1)
        mover = (one, other)[side]
        if disagree and not open_:
            made.append(Spell(who, mover.at, None, one, other, mover.step, side))
        elif open_ and not disagree:
            made[-1] = made[-1]._replace(until=mover.at)
    return tuple(spell for spell in made if spell.until is None or spell.until > spell.since)


def first_apart(left: Story, right: Story, who: str, start: int) -> tuple[Stand, Stand] | None:
    """The two standings when they first differ in a number, a grade, a measure or a list."""
    pairing = Pairing.of(left.policy_at(start), right.policy_at(start))
    moments = list(_moments(course(left, who, start), course(right, who, start)))
    for place, (one, other, side) in enumerate(moments):
        ends = place + 1 == len(moments) or _at(moments[place + 1]) > (one, other)[side].at
        same = pairing.verdict(one, 0) == pairing.verdict(other, 1)
        if ends and not (same and pairing.same_numbers(one, other)):
            return one, other
    return None


def _at(moment: tuple[Stand, Stand, int]) -> int:
    one, other, side = moment
    return (one, other)[side].at


def _moments(left: list[Stand], right: list[Stand]) -> Iterator[tuple[Stand, Stand, int]]:
    """Both standings after each change on either side, and the side that moved."""
    marks = [(s.at, 0, i) for i, s in enumerate(left)] + [(s.at, 1, i) for i, s in enumerate(right)]
    now = [left[0], right[0]]
    for _, side, index in sorted(marks):
        now[side] = (left, right)[side][index]
        yield now[0], now[1], side


# --- what follows whom ------------------------------------------------------------


def decisions(left: Story, right: Story, start: int) -> tuple[Decision, ...]:
    """The events that the two answer otherwise, by when the first of them answered."""
    answered = [_by_row(story) for story in (left, right)]
    courses: dict[tuple[int, str], list[Stand]] = {}
    made = []
    for row in sorted({*answered[0], *answered[1]}):
        steps = [side.get(row) for side in answered]
        known = next(step for step in steps if step is not None)
        answers = tuple(_answer(step) if step is not None else () for step in steps)
        if answers[0] == answers[1]:
            continue
        who, stands = known.who, []
        for side, story in enumerate((left, right)):
            path = courses.setdefault((side, who), course(story, who, start))
            stands.append(_before(path, steps[side] or known))
        made.append(Decision(who, known.event, known.at, (answers[0], answers[1]),
                             (stands[0], stands[1])))  # fmt: skip
    return tuple(sorted(made, key=lambda decision: decision.at))


def _by_row(story: Story) -> dict[int, Step]:
    return {step.input.row: step for step in story.steps if step.input is not None}


def _answer(step: Step) -> tuple[str, ...]:
    """What a step did to its own subject, apart from points, in words."""
    made = ["refused"] if step.refused else []
    for effect in (e for part in step.parts for e in part.effects if e.target == step.who):
        word = _word(effect)
        if word and word not in made:
            made.append(word)
    return tuple(made)


def _word(effect: Effect) -> str:
    if effect.kind in ("began", "ended", "extended", "restarted", "listed", "unlisted"):
        return f"{effect.kind} {effect.name}"
    if effect.kind == "turned-away":
        return f"turned away from {effect.name}"
    return "a message" if effect.kind == "message" else ""


def _before(path: list[Stand], step: Step) -> Stand:
    """The last standing that was there before a step, which may be one of the other side."""
    own = [stand for stand in path if stand.step is step]
    if own:
        return path[max(0, path.index(own[0]) - 1)]
    return path[max(0, bisect_right([stand.at for stand in path], step.at) - 1)]
