"""Where breakpoints stop: numbers of steps, rising, so that the next one is found at once."""

from __future__ import annotations

from collections.abc import Sequence

from engine.values import parse_number
from tui.session.columns import Columns
from tui.session.life import Life
from tui.session.state import Breakpoint


def stops_of(life: Life, point: Breakpoint, became: Sequence[int]) -> Sequence[int]:
    """The steps at which a breakpoint stops; ``became`` are those of its condition."""
    columns = life.tape.columns
    match point.kind:
        case "condition":
            return became
        case "score":
            return _crossings(columns, point.value)
        case "grade" | "measure":
            return columns.steps_of(f"{point.kind}:{point.value}" if point.value else point.kind)
        case "person":
            return columns.steps_of(f"who:{point.value}")
        case "event" if point.value.endswith("*"):
            found: set[int] = set()
            for term in columns.postings:
                if term.startswith(f"event:{point.value[:-1]}"):
                    found.update(columns.steps_of(term))
            return sorted(found)
    return columns.steps_of(f"{point.kind}:{point.value}")


def _crossings(columns: Columns, written: str) -> Sequence[int]:
    """The steps in which anybody's score goes over a value, or back under it."""
    name, _, number = written.rpartition(" ")
    edge = parse_number(number)
    found: set[int] = set()
    for (_, score), moves in columns.moves.items():
        if score != name and name:
            continue
        before = moves.start
        for step, value in zip(moves.steps, moves.values, strict=True):
            if (before < edge) != (value < edge):
                found.add(step)
            before = value
    return sorted(found)
