"""Where the characters of a scalar were written, if not side by side on one line.

Escapes, doubled quotes and folded lines make a text shorter or longer than what was
written. A *turn* is an offset in the text from which it is written straight on at a place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.findings import Where

Turns = tuple[tuple[int, Where], ...]

_ESCAPES = {
    '"': re.compile(r"\\(?:x..|u.{4}|U.{8}|.)"),
    "'": re.compile(r"''"),
}


def turns(
    text: str, style: str | None, lines: list[str], first: Where, end: tuple[int, int]
) -> Turns:
    """The turns of a scalar, by offset; none if it is written straight on from ``first``.

    ``lines`` are those of its file; ``end`` is the (line, column), both from 1, behind its
    last character. Leading blanks of its lines are left to the line before.
    """
    escape = _ESCAPES.get(style or "")
    if first.line == end[0]:
        written = lines[first.line - 1][first.column - 1 : end[1] - 1]
        if escape is None or not escape.search(written):
            return ()
    found: list[tuple[int, Where]] = []
    offset = 0
    for line, column, written in _pieces(lines, first, end):
        while offset < len(text) and text[offset] in " \n":
            offset += 1
        found.append((offset, Where(first.file, line, column)))
        behind = 0
        for match in escape.finditer(written) if escape else ():
            offset += match.start() - behind + 1
            behind = match.end()
            found.append((offset, Where(first.file, line, column + behind)))
        folded = bool(escape) and written.endswith("\\", behind)  # this line end is no blank
        offset += len(written) - behind - folded
    return tuple(found)


def _pieces(lines: list[str], first: Where, end: tuple[int, int]) -> Iterator[tuple[int, int, str]]:
    """What stands on each line of a scalar: (line, column, text), without outer blanks."""
    for number in range(first.line, min(end[0], len(lines)) + 1):
        start = first.column - 1 if number == first.line else 0
        stop = end[1] - 1 if number == end[0] else None
        written = lines[number - 1][start:stop]
        inner = written.lstrip(" \t")
        if inner:
            yield number, start + len(written) - len(inner) + 1, inner.rstrip(" \t")
