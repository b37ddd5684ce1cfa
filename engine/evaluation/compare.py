"""Two runs of one life side by side: who ends differently, and where they first part."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import NamedTuple

from engine.evaluation.explain import Story
from engine.evaluation.quoting import Note
from engine.evaluation.records import Effect, Standing, Step
from engine.values import format_number


class Change(NamedTuple):
    """One thing in which a subject ends differently; "" where a side has none."""

    what: str  # e.g. `score trust`, `grade trust`, `holds no-ferry`, `messages`
    left: str
    right: str


class Parting(NamedTuple):
    """Where two runs of one subject first part."""

    left: Step | None  # None: nothing like it happened on that side
    right: Step | None
    left_effect: Effect | None  # the first effect on them that the other side has not
    right_effect: Effect | None
    clauses: tuple[tuple[str, Note], ...]  # (side, clause) behind it, the left one first


class Difference(NamedTuple):
    """How one subject fares in two runs."""

    who: str
    changes: tuple[Change, ...]  # how they end differently; may be empty
    parting: Parting | None  # None: the two lives are the same


def differences(left: Story, right: Story) -> tuple[Difference, ...]:
    """Everybody whose life or end differs, in cast order."""
    made = []
    for who in dict.fromkeys((*left.standings, *right.standings)):
        changes = tuple(_changes(left.standings.get(who), right.standings.get(who)))
        parting = _parting(left, right, who)
        if changes or parting is not None:
            made.append(Difference(who, changes, parting))
    return tuple(made)


def _changes(left: Standing | None, right: Standing | None) -> Iterator[Change]:
    sides = (_facts(left), _facts(right))
    for what in dict.fromkeys((*sides[0], *sides[1])):
        one, other = sides[0].get(what, ""), sides[1].get(what, "")
        if one != other:
            yield Change(what, one, other)


def _facts(standing: Standing | None) -> Mapping[str, str]:
    if standing is None:
        return {}
    made = {f"score {name}": format_number(value) for name, value in standing.scores.items()}
    made |= {f"grade {name}": grade for name, grade in standing.grades.items()}
    made |= {f"holds {name}": "yes" for name in standing.active}
    made |= {f"stands on {name}": "yes" for name in standing.listed}
    return made | {"messages": str(standing.notified), "refused": str(standing.refused)}


# --- where they part ----------------------------------------------------------------


class _Moment(NamedTuple):
    """A step as far as it is about one subject."""

    step: Step
    head: tuple[object, ...]  # what came: compared first
    effects: tuple[Effect, ...]  # on them


def _moments(story: Story, who: str) -> list[_Moment]:
    made = []
    for step in story.steps_of(who):
        effects = tuple(e for p in step.parts for e in p.effects if e.target == who)
        head = (step.at, step.who, step.event, step.refused, step.duplicate)
        if effects or step.input is not None:
            made.append(_Moment(step, head, effects))
    return made


def _told(effect: Effect) -> tuple[object, ...]:
    """An effect without the clause behind it: a rule that was only renamed parts nobody."""
    return (effect.kind, effect.name, effect.change if _is_sum(effect) else effect.before,
            None if _is_sum(effect) else effect.after, effect.detail)  # fmt: skip


def _is_sum(effect: Effect) -> bool:
    return effect.kind in ("add", "undo", "lapse")


def _parting(left: Story, right: Story, who: str) -> Parting | None:
    for one, other in zip_longest(_moments(left, who), _moments(right, who)):
        if one is None or other is None or one.head != other.head:
            first = _earlier(one, other)
            return _made(left, right, one if first in ("left", "both") else None,
                         other if first in ("right", "both") else None)  # fmt: skip
        if [_told(e) for e in one.effects] != [_told(e) for e in other.effects]:
            return _made(left, right, one, other)
    return None


def _earlier(one: _Moment | None, other: _Moment | None) -> str:
    """Which side has something that the other has not."""
    if other is None:
        return "left"
    if one is None:
        return "right"
    if one.step.at == other.step.at:
        return "both"
    return "left" if one.step.at < other.step.at else "right"


def _made(left: Story, right: Story, one: _Moment | None, other: _Moment | None) -> Parting:
    mine: Sequence[Effect] = one.effects if one else ()
    theirs: Sequence[Effect] = other.effects if other else ()
    left_effect = _first_alone(mine, theirs)
    right_effect = _first_alone(theirs, mine)
    clauses = []
    for side, story, moment, effect in (
        ("left", left, one, left_effect), ("right", right, other, right_effect),
    ):  # fmt: skip
        if moment is not None and effect is not None:
            clauses.append((side, story.note(moment.step.at, effect.clause)))
    return Parting(one.step if one else None, other.step if other else None, left_effect,
                   right_effect, tuple(clauses))  # fmt: skip


def _first_alone(mine: Sequence[Effect], theirs: Sequence[Effect]) -> Effect | None:
    known = [_told(effect) for effect in theirs]
    for effect in mine:
        if _told(effect) in known:
            known.remove(_told(effect))
        else:
            return effect
    return None
