"""The line of a file that a finding is about, with carets below it."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from engine.findings import Finding
from engine.text import safe

WIDEST = 100  # characters of a line
GUTTER = 8  # columns before it


def excerpt(finding: Finding, files: Mapping[str, str], widest: int = WIDEST) -> str:
    """The line that a finding is about, with carets below it; "" if it has no place.

    ``files`` holds the text of each file under the name that places use. A line longer than
    ``widest`` is cut around the place.
    """
    where = finding.where
    if where is None or where.file not in files:
        return ""
    lines = files[where.file].split("\n")
    line = lines[where.line - 1] if where.line <= len(lines) else ""
    at = min(where.column - 1, len(line))
    before = safe(line[:at])
    marked = safe(line[at : at + finding.width])
    after = safe(line[at + finding.width :])
    before, marked, after = _cut(before, marked, after, widest)
    gutter = f"{where.line:>5} | "
    carets = "^" * max(1, _columns(marked))
    return (
        f"{gutter}{before}{marked}{after}".rstrip()
        + f"\n{' ' * (len(gutter) - 2)}| {' ' * _columns(before)}{carets}"
    )


def _cut(before: str, marked: str, after: str, widest: int) -> tuple[str, str, str]:
    """The three parts of a long line, shortened around the middle one."""
    if len(before) + len(marked) + len(after) <= widest:
        return before, marked, after
    marked = marked if len(marked) <= widest // 2 else marked[: widest // 2]
    room = widest - len(marked)
    left = max(room // 2, room - len(after))
    if len(before) > left:
        before = "…" + before[len(before) - left + 1 :]
    right = room - len(before)
    if len(after) > right:
        after = after[: max(0, right - 1)] + "…"
    return before, marked, after


def _columns(text: str) -> int:
    """How many columns a terminal gives the text."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )
