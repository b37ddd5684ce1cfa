"""One work in the store: its items, its changes, and where one was."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from engine.store.locks import Lock
from engine.store.transaction import transaction

Plain = dict[str, Any]


class ItemPatch(NamedTuple):
    """One item that was made (no ``before``), changed, or taken away (no ``after``)."""

    kind: str
    id: str
    before: Plain | None
    after: Plain | None

    @property
    def back(self) -> ItemPatch:
        return ItemPatch(self.kind, self.id, self.after, self.before)


@dataclass(frozen=True, slots=True)
class SavedChange:
    """A change that was made, or was undone and can be redone."""

    label: str
    place: Plain  # where it was made
    patches: tuple[ItemPatch, ...]


@dataclass(frozen=True, slots=True)
class Saved:
    """All of a work."""

    items: tuple[tuple[str, str, Plain], ...]  # kind, id, value
    changes: tuple[SavedChange, ...]  # in order; those from `done` on are undone
    done: int
    place: Plain


class SavedWork:
    """A work that is kept as it happens: what a method did is on the disk when it returns."""

    def __init__(self, base: sqlite3.Connection, number: int, lock: Lock) -> None:
        self._base = base
        self._number = number
        self._lock = lock

    @property
    def instance(self) -> int:
        """0 for the first window on this work; another has a work of its own."""
        return self._lock.instance

    def load(self) -> Saved:
        """Everything as it was last committed."""
        place, done = self._base.execute(
            "SELECT place, done FROM works WHERE id = ?", (self._number,)
        ).fetchone()
        items = self._base.execute(
            "SELECT kind, id, value FROM items WHERE work = ? ORDER BY kind, CAST(id AS INTEGER)",
            (self._number,),
        )
        rows = self._base.execute(
            "SELECT label, place, patches FROM changes WHERE work = ? ORDER BY number",
            (self._number,),
        )
        changes = tuple(
            SavedChange(label, json.loads(at), tuple(ItemPatch(*p) for p in json.loads(patches)))
            for label, at, patches in rows
        )
        return Saved(tuple((kind, ident, json.loads(value)) for kind, ident, value in items),
                     changes, done, json.loads(place))  # fmt: skip

    def commit(self, change: SavedChange, place: Plain) -> None:
        """Make a change; what was undone before it can no longer be redone."""
        base = self._base
        with transaction(base):
            done = self._done()
            base.execute("DELETE FROM changes WHERE work = ? AND number > ?", (self._number, done))
            base.execute(
                "INSERT INTO changes (work, number, label, place, patches) VALUES (?, ?, ?, ?, ?)",
                (self._number, done + 1, change.label, _text(change.place), _text(change.patches)),
            )
            self._apply(change.patches)
            self._put(done + 1, place)

    def undo(self, patches: Iterable[ItemPatch], place: Plain) -> None:
        """Take back the last change that is done; ``patches`` are those that do it."""
        with transaction(self._base):
            self._apply(patches)
            self._put(self._done() - 1, place)

    def redo(self, patches: Iterable[ItemPatch], place: Plain) -> None:
        """Make again the first change that is undone."""
        with transaction(self._base):
            self._apply(patches)
            self._put(self._done() + 1, place)

    def move(self, place: Plain) -> None:
        """Remember where one is."""
        with transaction(self._base):
            self._put(self._done(), place)

    def close(self) -> None:
        """Let another window have this work."""
        self._lock.release()

    def _done(self) -> int:
        row = self._base.execute("SELECT done FROM works WHERE id = ?", (self._number,)).fetchone()
        return int(row[0])

    def _put(self, done: int, place: Plain) -> None:
        self._base.execute("UPDATE works SET done = ?, place = ? WHERE id = ?",
                           (done, _text(place), self._number))  # fmt: skip

    def _apply(self, patches: Iterable[ItemPatch]) -> None:
        for kind, ident, _, after in patches:
            if after is None:
                self._base.execute("DELETE FROM items WHERE work = ? AND kind = ? AND id = ?",
                                   (self._number, kind, ident))  # fmt: skip
            else:
                self._base.execute(
                    "INSERT INTO items (work, kind, id, value) VALUES (?, ?, ?, ?)"
                    " ON CONFLICT (work, kind, id) DO UPDATE SET value = excluded.value",
                    (self._number, kind, ident, _text(after)),
                )


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
