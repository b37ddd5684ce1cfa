"""The kernel and the step engine on one case, held against each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from engine.evaluation.run import in_play_order
from engine.language.rows import Cast, Event
from engine.population.columns import columns_of
from engine.population.lower import lower
from engine.population.path import WORDS
from engine.population.reference import carry
from engine.population.runner import run_kernel
from engine.population.shape import ENGINE, Shape, Versions, shape_of

Line = tuple[str, str, int, int, int]  # who, what, which, when, value


class Compared(NamedTuple):
    """What both made of a case."""

    difference: str | None  # the first, in words; None if there is none
    stopped: bool  # both met an error
    lines: int  # of all paths


def compare(
    versions: Versions, cast: Cast | None, events: Sequence[Event], own_loop: bool = False
) -> Compared:  # fmt: skip
    """Play a case as one component by both; say where they first differ.

    ``own_loop``: play it by the policy's own machine code too, as for very many events.
    """
    ordered = in_play_order(events)
    start = cast.start if cast else None
    ends = [e.known for e in ordered] + [t for t in (start, cast and cast.until) if t is not None]
    end = max(ends, default=None)
    shape = shape_of(versions[0][1], ("",), _ticks(start, end))
    members = [person.id for person in cast.members] if cast else []
    strangers = [who for who in dict.fromkeys(e.who for e in ordered) if who not in members]
    lowered = lower(versions, shape)
    columns = columns_of(lowered, shape.types, shape.kinds, cast, [(members + strangers, ordered)])
    pieces: list[np.ndarray] = []
    judged = run_kernel(lowered, shape, columns, start, end, pieces.append)
    carried = carry(lowered.plans, shape, cast, strangers, ordered, end, {}, keep=True)
    if own_loop:
        again = run_kernel(lowered, shape, columns, start, end, events=10**9)
        if judged.failed != again.failed:
            return Compared("only one of kernel and own loop gave up", False, 0)
        alike = (judged.subjects == again.subjects).all() and (judged.sums == again.sums).all()
        if not judged.failed and not alike:
            return Compared("kernel and own loop differ", False, 0)
    if judged.failed or carried.error is not None:
        same = bool(judged.failed) == (carried.error is not None)
        what = "the kernel gave up" if judged.failed else f"only one stopped: {carried.error}"
        return Compared(None if same else what, same, len(carried.lines))
    ours = [_line(columns.ids[row[0]], *row[1:]) for piece in pieces for row in piece.tolist()]
    theirs = [_line(*line) for line in carried.lines]
    if ours != theirs:
        return Compared(_first(ours, theirs), False, len(theirs))
    for row, who in enumerate(columns.ids):
        expected = list(carried.rows[who])
        expected[ENGINE] = 0
        if judged.subjects[row].tolist() != expected:
            return Compared(f"{who}: {judged.subjects[row].tolist()} is not {expected}", False, 0)
    sums = np.zeros(shape.sums, dtype=np.int64)
    for place, count in carried.sums.items():
        sums[place] = count
    if judged.sums.tolist() != sums.tolist():
        return Compared(_places(shape, judged.sums, sums), False, 0)
    return Compared(None, False, len(theirs))


def without_ids(events: Sequence[Event]) -> tuple[Event, ...]:
    """The same events without ids: where no event has one, the kernel goes a shorter way."""
    return tuple(event._replace(id=None) for event in events)


def _ticks(start: int | None, end: int | None) -> tuple[int, ...]:
    if start is None or end is None or end <= start:
        return ()
    return tuple(sorted({start + (end - start) * k // 4 for k in range(1, 5)}))


def _line(who: str, kind: int, index: int, at: int, value: int) -> Line:
    return who, WORDS[kind], index, at, value


def _first(ours: list[Line], theirs: list[Line]) -> str:
    at = next((i for i, pair in enumerate(zip(ours, theirs, strict=False)) if pair[0] != pair[1]),
              min(len(ours), len(theirs)))  # fmt: skip
    return f"line {at}: the kernel has {ours[at : at + 2]}, the step engine {theirs[at : at + 2]}"


def _places(shape: Shape, ours: np.ndarray, theirs: np.ndarray) -> str:
    at = int(np.flatnonzero(ours != theirs)[0])
    return f"count {at} of {shape.sums} is {ours[at]}, not {theirs[at]}"
