"""What compiled expressions are made of: arithmetic, comparisons, readings of the past."""

from __future__ import annotations

import operator
from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import Any

from engine.evaluation.misses import history_of
from engine.evaluation.state import Context
from engine.values import LIMIT, MILLION, Duration, divide, format_number, half_even, multiply

ValueFn = Callable[[Context], Any]


class EvaluationError(Exception):
    """An expression that has no value here; the step names rule, event and subject."""

    def __init__(self, code: str, message: str, hint: str, text: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint
        self.text = text  # the part of the expression, as written
        self.clause = ""  # the clause it stands in, once that is known


def rank_of(score: int, floors: Sequence[int]) -> int:
    """The index of the first grade whose floor is not above the score."""
    for rank, floor in enumerate(floors):
        if score >= floor:
            return rank
    return len(floors) - 1


def split_field(path: str) -> tuple[str, str]:
    """``fee.late.amount`` → (``fee.late``, ``amount``)."""
    event, _, name = path.rpartition(".")
    return event, name


def present(value: Any, shown: str) -> int:
    """The number, or the error that it is missing."""
    if value is None:
        raise EvaluationError(
            "D602", f"`{shown}` is missing, and there is no arithmetic with a missing value",
            f"guard it with a condition such as `not ({shown} is missing)`", shown,
        )  # fmt: skip
    return int(value)


def bounded(value: int, shown: str) -> int:
    """The number, or the error that it is too large."""
    if -LIMIT < value < LIMIT:
        return value
    raise EvaluationError(
        "D603", f"`{shown}` comes to {format_number(value)}, outside the numbers of the language",
        "keep every result between -1000000000 and 1000000000", shown,
    )  # fmt: skip


def holds(compare: Callable[[Any, Any], bool], a: Any, b: Any) -> bool:
    """Whether a comparison holds; with a missing side none does."""
    return a is not None and b is not None and compare(a, b)


def count(function: str, kind: str, window: Duration | None) -> ValueFn:
    """Reads how many events, or refusals, of a type are in a window."""

    def read(c: Context) -> int:
        history = history_of(c.subject, function, kind)
        return MILLION * history.within(window, c.now) if history else 0

    if function == "refusals" or window is None or not window.exact:
        return read
    seconds = window.seconds

    def read_exact(c: Context) -> int:  # the busiest function of a long run
        history = c.subject.history.get(kind)
        if history is None:
            return 0
        instants = history.instants
        return MILLION * (len(instants) - bisect_right(instants, c.now - seconds))

    return read_exact


def latest(kind: str, name: str) -> ValueFn:
    """Reads a field of the latest event of a type, before the one that is judged."""

    def read(c: Context) -> Any:
        history = c.subject.history.get(kind)
        if history is None:
            return None
        before, last = history.last.get(name, (None, None))
        return before if c.judged == kind else last

    return read


def since(kind: str) -> ValueFn:
    """Reads how long ago the latest event of a type was, before the one that is judged."""

    def read(c: Context) -> int | None:
        history = c.subject.history.get(kind)
        if history is None:
            return None
        back = 2 if c.judged == kind else 1
        instants = history.instants
        return c.now - instants[-back] if len(instants) >= back else None

    return read


OPERATIONS: dict[str, Callable[[int, int], int]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": multiply,
    "/": divide,
}
COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
NUMERIC: dict[str, Callable[[list[int]], int]] = {
    "min": min,
    "max": max,
    "abs": lambda many: abs(many[0]),
    "round": lambda many: half_even(many[0], MILLION) * MILLION,
    "floor": lambda many: many[0] // MILLION * MILLION,
}
