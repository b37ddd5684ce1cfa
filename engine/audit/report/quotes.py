"""Clauses of a policy, each quoted once and mentioned wherever it matters."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.evaluation.quoting import Line, figure_text, note_of, quote
from engine.findings import Where
from engine.language.load import LoadedPolicy
from engine.language.model import Policy

STANDINGS = {
    "documented": "documented: the text of a rule",
    "reported": "reported by the press",
    "adapted": "adapted from a source",
    "invented": "invented for this fiction",
}


@dataclass(frozen=True)
class Figure:
    """A number that a clause reads."""

    text: str  # e.g. `late = -5 points`
    standing: str
    place: str


@dataclass(frozen=True)
class Cited:
    """A clause: its words, where they stand, and how far they may be believed."""

    anchor: str
    path: str  # e.g. `rules.late-fee`
    place: str  # e.g. `policy.yaml:19`
    standing: str  # one word, "" for what is no clause
    source: str
    lines: tuple[Line, ...]
    figures: tuple[Figure, ...]
    order: tuple[str, int]


class Quotes:
    """Every clause that a page mentions, once."""

    def __init__(self, folders: Mapping[Path, str]) -> None:
        """``folders``: where each policy's folder lies, seen from the pack."""
        self._folders = folders
        self._found: dict[tuple[str, ...], Cited] = {}

    @property
    def all(self) -> tuple[Cited, ...]:
        """The clauses that have a place, by file and line."""
        return tuple(sorted(self._found.values(), key=lambda one: one.order))

    def clause(
        self, loaded: LoadedPolicy, path: str, policy: Policy | None = None,
        where: Where | None = None,
    ) -> Cited | None:  # fmt: skip
        """The clause with a path in a version of a policy; None if it is nowhere written.

        ``where`` is a place within it that is meant, where one is known better.
        """
        note = note_of(policy or loaded.policy, path)
        at = note.where or where
        if at is None:
            return None
        place = self._place(loaded, at)
        key = path, place, str(at.column)
        if key not in self._found:
            self._found[key] = Cited(
                f"clause-{len(self._found) + 1}", path, place, note.standing, note.source,
                _dedented(quote(loaded.files, at)),
                tuple(Figure(figure_text(f), f.standing, self._place(loaded, f.where))
                      for f in note.figures),
                (place.rpartition(":")[0], at.line),
            )  # fmt: skip
        return self._found[key]

    def _place(self, loaded: LoadedPolicy, where: Where | None) -> str:
        """The file from the pack, and the line."""
        return "" if where is None else f"{self.file(loaded, where.file)}:{where.line}"

    def file(self, loaded: LoadedPolicy, name: str) -> str:
        """A file as a policy's places name it, as it is named from the pack."""
        folder = self._folders.get(loaded.path.resolve().parent, "")
        return posixpath.normpath(posixpath.join(folder, name))


def _dedented(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    cut = min((len(x.text) - len(x.text.lstrip()) for x in lines if x.text), default=0)
    return tuple(Line(x.number, x.text[cut:]) for x in lines)


def lines_at(files: Mapping[str, str], where: Where | None) -> tuple[Line, ...]:
    """The words at a place of any file, e.g. of a claim."""
    return _dedented(quote(files, where))
