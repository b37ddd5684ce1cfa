"""How a condition failed: the part that did not hold, what it came to, the distance.

A closure that judges keeps the bare values (:data:`RawMiss`), which costs next to
nothing; they become words (:class:`Miss`) when somebody reads the ledger.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from engine.evaluation.state import Context, History, Subject
from engine.language import expressions as ex
from engine.values import MILLION, Duration, format_number, show_seconds


class Miss(NamedTuple):
    """The part of a condition that did not hold, and by how much."""

    part: str  # as written
    found: str  # what its left side came to, "" if it has no sides
    wanted: str  # e.g. ">= 3"
    note: str = ""  # the distance, e.g. "2 of 3 events; 4 days outside the window"


#: The operator of alternatives that all failed, and of such a failure read from a ledger,
#: where only its words are left.
OR, TOLD = "or", "told"


@dataclass(frozen=True, slots=True, eq=False)
class Atom:
    """One comparison of a condition, ready to say how it failed."""

    text: str
    operator: str  # "" for what has no sides, else a comparison, `or` or :data:`TOLD`
    kind: str = "boolean"  # of its left side, for showing values
    ladder: tuple[tuple[str, int], ...] = ()
    counts: str = ""  # event | refusal, for a comparison with a count


class RawMiss(NamedTuple):
    """What failed, as bare values."""

    atom: Atom
    left: Any = None  # the value of the left side; for `or` the misses of all parts, or the words
    right: Any = None
    outside: int | None = None  # seconds since the event that is lacking left the window


def render(raw: RawMiss) -> Miss:
    """The words for what failed."""
    atom, left, right, _ = raw
    if atom.operator == TOLD:
        return Miss(atom.text, "", "", left)
    if atom.operator == OR:
        return Miss(atom.text, "", "", "; ".join(_one_line(render(one)) for one in left))
    if not atom.operator:
        return Miss(atom.text, "", "")
    wanted = f"{atom.operator} {show_value(right, atom.kind, atom.ladder)}"
    return Miss(atom.text, show_value(left, atom.kind, atom.ladder), wanted, _note(raw))


def miss_words(raw: RawMiss) -> list[str]:
    """What the ledger writes of a miss: the part, and where it has sides, what the left
    came to, what was wanted, and how far outside the window the lacking event lies."""
    miss = render(raw)
    if raw.atom.operator in (OR, TOLD):
        return [miss.part, miss.note]
    if not raw.atom.operator:
        return [miss.part]
    words = [miss.part, miss.found, miss.wanted]
    if raw.outside is not None:
        words.append(f"{show_seconds(raw.outside)} outside the window")
    return words


def _one_line(miss: Miss) -> str:
    if not miss.wanted:
        return f"`{miss.part}` does not hold"
    tail = f" ({miss.note})" if miss.note else ""
    return f"`{miss.part}` came to {miss.found}{tail}"


def _note(raw: RawMiss) -> str:
    """By how much a comparison failed, where its kind allows to say it."""
    atom, left, right, outside = raw
    if left is None or right is None or atom.kind in ("text", "boolean"):
        return ""
    if atom.counts:
        words = f"{format_number(left)} of {format_number(right)} {atom.counts}"
        words += "" if right == MILLION else "s"
        if outside is not None:
            words += f"; {show_seconds(outside)} outside the window"
        return words
    if atom.operator in ("==", "!="):
        return ""
    gap = abs(left - right)
    if not gap:
        return "just at the edge"
    if atom.kind == "grade":
        return f"{gap} grade{'' if gap == 1 else 's'} away"
    return f"{show_seconds(gap) if atom.kind == 'duration' else format_number(gap)} away"


def show_value(value: Any, kind: str, ladder: Sequence[tuple[str, int]] = ()) -> str:
    """A value as messages and explanations write it."""
    if value is None:
        return "missing"
    if kind == "grade":
        return str(ladder[-value][0])
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


def history_of(subject: Subject, function: str, kind: str) -> History | None:
    """The events of a type that a subject did, or was refused."""
    return (subject.refusals if function == "refusals" else subject.history).get(kind)


def outside_window(call: ex.Call) -> Callable[[Context, Any, Any], int | None]:
    """For a count that falls short: how long the last event it lacks has been outside."""
    kind, window = path_of(call.arguments[0]), window_of(call.arguments[1])
    function = call.function

    def measure(c: Context, found: Any, wanted: Any) -> int | None:
        history = history_of(c.subject, function, kind)
        nth = -(-wanted // MILLION)
        if window is None or history is None or not 0 < nth <= len(history.instants):
            return None
        if found >= wanted:
            return None
        return max(0, c.now - window.after(history.instants[-nth]))

    return measure
