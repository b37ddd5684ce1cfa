"""How a condition failed: the part that did not hold, what it came to, the distance.

A closure that judges keeps the bare values (:data:`RawMiss`), which costs next to
nothing; they become words (:class:`Miss`) when somebody reads the ledger.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from engine.evaluation.state import Context, Subject
from engine.language import expressions as ex
from engine.values import MILLION, Duration, format_number, show_seconds


class Miss(NamedTuple):
    """The part of a condition that did not hold, and by how much."""

    part: str  # as written
    found: str  # what its left side came to, "" if it has no sides
    wanted: str  # e.g. ">= 3"
    note: str = ""  # the distance, e.g. "2 of 3 events; 4 days outside the window"


@dataclass(frozen=True, slots=True)
class Atom:
    """One comparison of a condition, ready to say how it failed."""

    text: str
    operator: str
    kind: str  # of its left side, for showing values
    ladder: tuple[tuple[str, int], ...] = ()
    distance: Callable[[Context, Any, Any], str] | None = None


#: The atom, the values of its left and right side, and the distance note.
RawMiss = tuple[Atom, Any, Any, str]


def render(raw: RawMiss) -> Miss:
    """The words for what failed."""
    atom, left, right, note = raw
    if atom.operator == "or":
        parts = [render(one) for one in left]
        return Miss(atom.text, "", "", "; ".join(_one_line(part) for part in parts))
    if not atom.operator:
        return Miss(atom.text, "", "")
    wanted = f"{atom.operator} {show_value(right, atom.kind, atom.ladder)}"
    return Miss(atom.text, show_value(left, atom.kind, atom.ladder), wanted, note)


def _one_line(miss: Miss) -> str:
    if not miss.wanted:
        return f"`{miss.part}` does not hold"
    tail = f" ({miss.note})" if miss.note else ""
    return f"`{miss.part}` came to {miss.found}{tail}"


def show_value(value: Any, kind: str, ladder: Sequence[tuple[str, int]] = ()) -> str:
    """A value as messages and explanations write it."""
    if value is None:
        return "missing"
    if kind == "grade":
        return ladder[-value][0]
    if kind == "duration":
        return show_seconds(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return format_number(value) if isinstance(value, int) else str(value)


def path_of(node: ex.Expr) -> str:
    assert isinstance(node, ex.Name)
    return node.path


def window_of(node: ex.Expr) -> Duration | None:
    assert isinstance(node, ex.Length)
    return node.value


def history_of(subject: Subject, function: str, kind: str) -> Any:
    return (subject.refusals if function == "refusals" else subject.history).get(kind)


def distance(node: ex.Compare) -> Callable[[Context, Any, Any], str] | None:
    """How to say by how much a comparison failed, if its kind allows it."""
    call = node.left
    if isinstance(call, ex.Call) and call.function in ("count", "refusals"):
        return _count_distance(call)
    if node.operator in ("==", "!="):
        return None

    def plain(c: Context, a: Any, b: Any) -> str:
        if not isinstance(a, int) or not isinstance(b, int) or isinstance(a, bool):
            return ""
        if isinstance(node.left, ex.Name) and node.left.parts[0] == "grade":
            return f"{abs(a - b)} grade{'' if abs(a - b) == 1 else 's'} away" if a != b else ""
        if isinstance(node.left, ex.Call) and node.left.function in ("since", "age_of_record"):
            return f"{show_seconds(abs(a - b))} away"
        return f"{format_number(abs(a - b))} away" if a != b else "just at the edge"

    return plain


def _count_distance(call: ex.Call) -> Callable[[Context, Any, Any], str]:
    kind, window = path_of(call.arguments[0]), window_of(call.arguments[1])
    one, many = ("refusal", "refusals") if call.function == "refusals" else ("event", "events")

    def say(c: Context, found: Any, wanted: Any) -> str:
        note = f"{format_number(found)} of {format_number(wanted)} "
        note += one if wanted == MILLION else many
        history = history_of(c.subject, call.function, kind)
        nth = -(-wanted // MILLION)
        if window is None or history is None or not found < wanted:
            return note
        if not 0 < nth <= len(history.instants):
            return note
        left = window.after(history.instants[-nth])
        return f"{note}; {show_seconds(max(0, c.now - left))} outside the window"

    return say
