"""Plain data that remembers where it was written.

The YAML reader makes these; composition merges them; the models are validated
from them. A scalar stays the text that was written: what it *is* (a number, a
date, a word such as ``no``) is said by the model, never guessed from its looks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from engine.findings import Where


class Scalar(str):
    """A written scalar: its text, its place, and whether it was quoted.

    ``where`` points at the first character of the *content* (behind an opening
    quote), so that an offset into a one-line text is an offset into the file. A text that
    was written with escapes or on several lines has ``turns``: from each offset on it was
    written straight on at a place.
    """

    __slots__ = ("quoted", "turns", "where")
    where: Where | None
    quoted: bool
    turns: tuple[tuple[int, Where], ...]

    def __new__(cls, text: str, where: Where | None = None, quoted: bool = False) -> Scalar:
        made = super().__new__(cls, text)
        made.where = where
        made.quoted = quoted
        made.turns = ()
        return made

    def spot(self, offset: int) -> Where | None:
        """Where a character of the text was written."""
        start, base = self.where, 0
        for turn, where in self.turns:
            if turn > offset:
                break
            start, base = where, turn
        return start and Where(start.file, start.line, start.column + offset - base)


class MapNode(dict[str, Any]):
    """A mapping whose keys are :class:`Scalar` and whose values are nodes.

    ``where`` is its `{` or its first key; of one that stands on lines below its own name it
    is that name, so that a clause is found where its reader looks for it.
    """

    __slots__ = ("where",)
    where: Where | None

    def __init__(
        self, items: Mapping[str, Any] | Iterable[tuple[str, Any]] = (), where: Where | None = None
    ) -> None:
        super().__init__(items)
        self.where = where

    def key_where(self, key: str) -> Where | None:
        """Where the key itself was written."""
        for known in self:
            if known == key:
                return getattr(known, "where", None)
        return None


class SeqNode(list[Any]):
    """A sequence of nodes."""

    __slots__ = ("where",)
    where: Where | None

    def __init__(self, items: Iterable[Any] = (), where: Where | None = None) -> None:
        super().__init__(items)
        self.where = where


Node = Scalar | MapNode | SeqNode


def where_of(node: object) -> Where | None:
    """The place of a node, or of any text that came from one."""
    return getattr(node, "where", None)
