"""The `undo` action (3.4): what of an earlier event's step still stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from .measures import end_measure
from .state import Addition, Begun, Clock

if TYPE_CHECKING:
    from .steps import Step


class TakeBack(NamedTuple):
    """What one `undo` action takes back from one score of one subject."""

    who: str
    score: str
    amount: int  # the negated sum of what still stands
    of: tuple[Addition, ...]


def standing(step: Step, event_id: str, already: Sequence[str]) -> list[TakeBack]:
    """One addition for each subject and score, in cast order, then in policy order."""
    done = step.state.done.get(event_id)
    if done is None or event_id in already:
        return []
    still = [a for a in done.additions if a.uid not in step.state.fallen]
    pairs = dict.fromkeys((a.who, a.score) for a in still)
    scores = list(step.policy.scores)
    in_order = sorted(
        pairs, key=lambda pair: (step.state.cast_order(pair[0]), scores.index(pair[1]))
    )
    found = []
    for who, score in in_order:
        of = tuple(a for a in still if (a.who, a.score) == (who, score))
        found.append(TakeBack(who, score, -sum(a.amount for a in of), of))
    return found


def take_back(step: Step, back: TakeBack) -> None:
    """What is taken back stands no longer, and its pending lapses are cancelled."""
    gone = {addition.uid for addition in back.of}
    step.state.fallen |= gone
    step.state.pending = [
        due for due in step.state.pending
        if not (due.clock is Clock.LAPSE and due.uid in gone)
    ]  # fmt: skip


def end_what_it_began(step: Step, event_id: str, depth: int) -> list[str]:
    """End measures and entries of that step; gives their subjects, in that order."""
    done = step.state.done.get(event_id)
    if done is None:
        return []
    reached = []
    for begun in sorted(done.begun, key=lambda b: step.state.cast_order(b.who)):
        if _still_there(step, begun):
            reached.append(begun.who)
            if begun.kind == "measure":
                end_measure(step, begun.who, begun.name, depth)
            else:
                del step.state.subjects[begun.who].listed[begun.name]
    return reached


def _still_there(step: Step, begun: Begun) -> bool:
    subject = step.state.subjects[begun.who]
    if begun.kind == "measure":
        active = subject.active.get(begun.name)
        return active is not None and active.uid == begun.uid
    return subject.listed.get(begun.name) == begun.uid
