"""Clauses by their path: title, place, standing, and the lines on which they are written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from engine.evaluation.quoting import Figure, note_of
from engine.findings import Where
from engine.text import safe
from tui.session.material import Material


class Known(NamedTuple):
    """What is known about a clause, safe to show."""

    path: str
    title: str
    place: str  # "policy.yaml:31", "" without one
    where: Where | None
    standing: str
    source: str
    because: str
    figures: tuple[Figure, ...]


def known(material: Material, path: str, at: int) -> Known:
    """What is known about a clause, by the policy in force, else by the ledger's table."""
    policy = material.policy(at)
    if policy is None:
        said = material.table.clause(path, at)
        where = Where(str(said["file"]), int(said["line"]), 1) if "line" in said else None
        title = path.partition(".")[2] or path
        standing, cite = (safe(str(said.get(key, ""))) for key in ("standing", "cite"))
        return Known(safe(path), safe(title), place(where), where, standing, cite, "", ())
    note = note_of(policy, path)
    return Known(safe(path), safe(note.title), place(note.where), note.where, note.standing,
                 safe(note.source), safe(note.because), note.figures)  # fmt: skip


def place(where: Where | None) -> str:
    """A place as panes show it."""
    return f"{safe(where.file)}:{where.line}" if where else ""


class Texts:
    """The lines of the policy's files, made safe once, and the extents of clauses."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self._files = files
        self._raw: dict[str, Sequence[str]] = {}
        self._safe: dict[str, tuple[str, ...]] = {}

    def lines(self, file: str) -> tuple[str, ...]:
        """The lines of a file, safe to show; none for a file that is not at hand."""
        found = self._safe.get(file)
        if found is None:
            found = self._safe[file] = tuple(
                safe(line.expandtabs(4)).rstrip() for line in self._lines(file)
            )
        return found

    def _lines(self, file: str) -> Sequence[str]:
        found = self._raw.get(file)
        if found is None:
            text = self._files.get(file)
            found = self._raw[file] = () if text is None else text.split("\n")
        return found

    def extent(self, where: Where, path: str) -> range:
        """Numbers of the lines of a clause, from 1: as deep as it is indented."""
        lines = self._lines(where.file)
        first = _first(lines, where.line - 1, path)
        if first >= len(lines):
            return range(0)
        indent = _indent(lines[first])
        last = first
        for number in range(first + 1, len(lines)):
            if lines[number].strip():
                if _indent(lines[number]) <= indent:
                    break
                last = number
        return range(first + 1, last + 2)


def _first(lines: Sequence[str], number: int, path: str) -> int:
    """Where a clause begins: its own line, or the line above that holds its key."""
    above = number - 1
    while above >= 0 and (not lines[above].strip() or lines[above].lstrip().startswith("#")):
        above -= 1
    if above < 0 or number >= len(lines):
        return number
    key = lines[above].strip()
    is_key = key.endswith(":") and key[:-1].strip("'\"") == path.partition(".")[2]
    return above if is_key and _indent(lines[above]) < _indent(lines[number]) else number


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
