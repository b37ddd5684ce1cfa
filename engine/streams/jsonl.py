"""JSON Lines: one object a line, read without losing a digit."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, NoReturn

from engine.language.rows import NumberText, Refused
from engine.streams.raw import BOM, FRESH, RawRow, Seen, decoded, is_blank
from engine.text import quoted

_EXAMPLE = 'write one object a line, e.g. {"at": "2031-03-02", "who": "mei", "event": "fee.late"}'


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Refused("D503", f"has the key {quoted(twice)} twice", "leave one out")
    return made


def _constant(word: str) -> NoReturn:
    raise Refused("D511", f"holds {word}, which is not a number", "leave it out, or write null")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_pairs,
    parse_float=NumberText,
    parse_int=NumberText,
    parse_constant=_constant,
)


def parse_object(text: str) -> dict[str, Any]:
    """The object of one line; numbers stay as written. Raises :class:`Refused`."""
    try:
        made = _DECODER.decode(text)
    except json.JSONDecodeError as bad:
        why = bad.msg[:1].lower() + bad.msg[1:]
        raise Refused("D503", f"is not JSON: {why} at column {bad.colno}", _EXAMPLE) from None
    except RecursionError:
        raise Refused("D503", "is nested too deeply", _EXAMPLE) from None
    if not isinstance(made, dict):
        raise Refused("D503", "is not a JSON object", _EXAMPLE)
    return made


def json_rows(lines: Iterable[bytes], seen: Seen = FRESH) -> Iterator[RawRow]:
    """Each line that is not blank, as a raw row."""
    for row, line in enumerate(lines, 1):
        if seen.has(row):
            continue
        if row == 1:
            line = line.removeprefix(BOM)
        if is_blank(line):
            continue
        try:
            yield RawRow(row, row, parse_object(decoded(line)), line)
        except Refused as bad:
            yield RawRow(row, row, {}, line, bad)
