"""Ledger lines become steps again: the way back of :mod:`engine.evaluation.lines`.

A line that was read and written again is the same line. What a ledger does not hold is
not invented: fields of an event are texts unless their kinds are known, an event is known
when its step was, scores come by name, and a failed alternative keeps its words.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from engine.evaluation.misses import TOLD, Atom, RawMiss, show_value
from engine.evaluation.records import SCORE_EFFECTS, Cause, Effect, Part, Step, Verdict
from engine.findings import DemeritError, Finding, Where
from engine.language import expressions as ex
from engine.language.rows import Event, Value
from engine.text import quoted
from engine.values import BadValue, parse_iso, parse_number

#: Event type → kind of each of its fields: number, text, boolean, one_of.
Kinds = Callable[[str], Mapping[str, str]]

_COMPARISONS = ("==", "!=", "<=", ">=", "<", ">")
_ORDERED = frozenset({"<", "<=", ">", ">="})
_SECONDS = {"day": 86_400, "hour": 3_600, "minute": 60, "second": 1}


def no_kinds(event: str) -> Mapping[str, str]:
    """The kinds of fields where no policy is known."""
    return {}


def read_head(line: str | bytes, shown: str) -> dict[str, Any]:
    """The first line of a ledger. Raises :class:`DemeritError` (D608) if it is none."""
    try:
        head = json.loads(line)
    except (ValueError, RecursionError):
        head = None
    if (
        not isinstance(head, dict)
        or head.get("ledger") != 1
        or not isinstance(head.get("versions"), list)
    ):
        raise DemeritError(
            Finding("D608", f"{quoted(shown)} is no ledger that can be read here",
                    Where(shown, 1, 1), "name a file that `demerit run --ledger` wrote")
        )  # fmt: skip
    return head


def read_step(line: str | bytes, kinds: Kinds = no_kinds) -> Step:
    """The step of a line.

    Raises :class:`DemeritError` (D608) for a line that is none.
    """
    try:
        return _step(json.loads(line if isinstance(line, str) else line.decode()), kinds)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError,
            BadValue):  # fmt: skip
        shown = line.decode(errors="replace") if isinstance(line, bytes) else line
        raise DemeritError(
            Finding("D608", f"this line of the ledger cannot be read: {quoted(shown)}",
                    hint="the file was cut or changed; write it again with `demerit run --ledger`")
        ) from None  # fmt: skip


def _step(data: Mapping[str, Any], kinds: Kinds) -> Step:
    at = parse_iso(data["at"])
    who, event = str(data["who"]), str(data["event"])
    said = data.get("cause")
    given = data.get("input")
    cause = None
    if given is None:
        cause = Cause(said.get("clause"), said.get("step")) if said else Cause(None, None)
    if event == "join":
        cause = None
    return Step(
        int(data["step"]), at, who, event,
        _input(given, who, event, at, kinds) if given is not None else None, cause,
        bool(data.get("refused", False)), bool(data.get("duplicate", False)),
        tuple([_part(part) for part in data.get("parts", ())]),
        tuple([(name, _number(was), _number(now))
               for name, (was, now) in data.get("scores", {}).items()]),
    )  # fmt: skip


def _input(data: Mapping[str, Any], who: str, event: str, known: int, kinds: Kinds) -> Event:
    of = kinds(event)
    fields = {name: _value(value, of.get(name)) for name, value in data.get("fields", {}).items()}
    return Event(who, event, parse_iso(data["at"]), known, fields, data.get("id"),
                 data.get("source"), data.get("reporter"), data.get("says"))  # fmt: skip


def _value(value: Any, kind: str | None) -> Value:
    if kind == "number" and isinstance(value, str):
        return _number(value)
    return value if isinstance(value, bool) else str(value)


def _part(data: Mapping[str, Any]) -> Part:
    return Part(
        data["trigger"], data["who"], data.get("parent"), data.get("raised_by"),
        bool(data.get("refused", False)),
        tuple([_verdict(row) for row in data.get("verdicts", ())]),
        tuple([_effect(row) for row in data.get("effects", ())]),
    )  # fmt: skip


def _effect(data: Mapping[str, Any]) -> Effect:
    kind = data["kind"]
    read = _number if kind in SCORE_EFFECTS else parse_iso
    before, after = data.get("before"), data.get("after")
    return Effect(
        kind, data["target"], data["name"], data["clause"],
        None if before is None else read(before), None if after is None else read(after),
        data.get("detail", ""),
    )  # fmt: skip


# --- verdicts ---------------------------------------------------------------------------


def _verdict(row: list[str]) -> Verdict:
    rule, verdict, *rest = row
    if verdict == "missed" and rest:
        return Verdict(rule, verdict, _miss(rest))
    return Verdict(rule, verdict, by=rest[0] if rest else None)


def _miss(words: list[str]) -> RawMiss:
    """What failed, from the words of a ledger."""
    part, *rest = words
    if not rest:
        return RawMiss(_atom(part, "", ""))
    if len(rest) == 1:
        return RawMiss(_atom(part, TOLD, ""), rest[0])
    found, wanted, *tail = rest
    sign, _, value = wanted.partition(" ")
    kind = _kind(sign, found, value)
    outside = _seconds(tail[0].removesuffix(" outside the window")) if tail else None
    return RawMiss(_atom(part, sign, kind), _side(found, kind), _side(value, kind), outside)


@lru_cache(maxsize=4096)
def _atom(part: str, sign: str, kind: str) -> Atom:
    if sign not in ("", TOLD, *_COMPARISONS):
        raise ValueError(sign)
    return Atom(part, sign, kind or "text", counts=_counts(part) if kind == "number" else "")


def _kind(sign: str, found: str, value: str) -> str:
    """The kind of two sides, where it tells how far they are apart: a number, or a text."""
    if sign not in _ORDERED:
        return "text"
    sides = [side for side in (found, value) if side != "missing"]
    return "number" if all(_is_number(side) for side in sides) else "text"


@lru_cache(maxsize=65_536)
def _is_number(text: str) -> bool:
    try:
        return show_value(parse_number(text), "number") == text
    except BadValue:
        return False


_number = lru_cache(maxsize=65_536)(parse_number)


def _side(text: str, kind: str) -> Value | None:
    if text == "missing":
        return None
    return _number(text) if kind == "number" else text


def _counts(part: str) -> str:
    """What a comparison counts: event, refusal or nothing."""
    try:
        tree = ex.parse(part)
    except ex.BadExpression:
        return ""
    left = tree.left if isinstance(tree, ex.Compare) else None
    if not isinstance(left, ex.Call):
        return ""
    return {"count": "event", "refusals": "refusal"}.get(left.function, "")


def _seconds(text: str) -> int:
    """The length of time that :func:`~engine.values.show_seconds` writes like this."""
    words = text.split()
    pairs = zip(words[::2], words[1::2], strict=True)
    return sum(int(amount) * _SECONDS[unit.removesuffix("s")] for amount, unit in pairs)
