"""The file of saved work: SQLite in WAL mode, synced at every commit, upgraded in steps."""

from __future__ import annotations

import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_data_path

from engine.findings import DemeritError, Finding
from engine.store.locks import Lock, claim
from engine.store.transaction import transaction
from engine.store.work import SavedWork
from engine.text import quoted

#: One script a version; a file of an older version runs those behind its own.
UPGRADES = (
    """
    CREATE TABLE works (
        id INTEGER PRIMARY KEY,
        path TEXT NOT NULL,         -- of the scenario, the stream or the ledger
        policy TEXT NOT NULL,       -- id of the policy
        instance INTEGER NOT NULL,  -- 0, or more if several are open at once
        title TEXT NOT NULL,
        opened INTEGER NOT NULL,    -- seconds since 1970 UTC
        turn INTEGER NOT NULL,      -- grows with every opening: the order of recent work
        place TEXT NOT NULL,        -- JSON: where one was
        done INTEGER NOT NULL,      -- changes up to this one are done, those behind undone
        UNIQUE (path, policy, instance)
    );
    CREATE TABLE items (
        work INTEGER NOT NULL REFERENCES works ON DELETE CASCADE,
        kind TEXT NOT NULL,         -- branch, note, bookmark, breakpoint, watch
        id TEXT NOT NULL,
        value TEXT NOT NULL,        -- JSON
        PRIMARY KEY (work, kind, id)
    ) WITHOUT ROWID;
    CREATE TABLE changes (
        work INTEGER NOT NULL REFERENCES works ON DELETE CASCADE,
        number INTEGER NOT NULL,    -- 1, 2, …
        label TEXT NOT NULL,        -- what it was, in words
        place TEXT NOT NULL,        -- JSON: where it was made
        patches TEXT NOT NULL,      -- JSON: [kind, id, before, after] each
        PRIMARY KEY (work, number)
    ) WITHOUT ROWID;
    """,
)
VERSION = len(UPGRADES)


@dataclass(frozen=True, slots=True)
class Recent:
    """A work that was opened before."""

    path: str
    policy: str
    title: str
    opened: int  # seconds since 1970 UTC


class Store:
    """All saved work of one user."""

    def __init__(self, base: sqlite3.Connection, folder: Path | None) -> None:
        self._base = base
        self._folder = folder  # for locks; None in memory
        self._locks: list[Lock] = []

    @classmethod
    def open(cls, path: Path | None = None) -> Store:
        """The store in a file, by default ``work.sqlite`` in the user's data folder.

        Raises :class:`DemeritError`: D020 if it cannot be used, D021 if it was written by
        a later version.
        """
        file = default_path() if path is None else path
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            base = sqlite3.connect(file, isolation_level=None, timeout=10)
        except (OSError, sqlite3.Error) as bad:
            raise _unusable(file, bad) from None
        try:
            base.execute("PRAGMA journal_mode = WAL")
            base.execute("PRAGMA synchronous = FULL")
            base.execute("PRAGMA foreign_keys = ON")
            _upgrade(base, file)
        except sqlite3.Error as bad:
            base.close()
            raise _unusable(file, bad) from None
        except DemeritError:
            base.close()
            raise
        return cls(base, file.parent)

    @classmethod
    def in_memory(cls) -> Store:
        """A store that is gone when it is closed."""
        base = sqlite3.connect(":memory:", isolation_level=None)
        _upgrade(base, Path(":memory:"))
        return cls(base, None)

    def work(self, path: str, policy: str, title: str) -> SavedWork:
        """The work on a scenario under a policy, made if there is none.

        Where it is open in another window already, this one gets a work of its own.
        """
        lock = claim(self._folder, f"{path}\n{policy}")
        self._locks.append(lock)
        key = (path, policy, lock.instance)
        with transaction(self._base) as base:
            turn = base.execute("SELECT coalesce(max(turn), 0) + 1 FROM works").fetchone()[0]
            base.execute(
                "INSERT INTO works (path, policy, instance, title, opened, turn, place, done)"
                " VALUES (?, ?, ?, ?, ?, ?, '{}', 0) ON CONFLICT (path, policy, instance)"
                " DO UPDATE SET title = excluded.title, opened = excluded.opened,"
                " turn = excluded.turn",
                (*key, title, int(time.time()), turn),
            )
            found = base.execute(
                "SELECT id FROM works WHERE path = ? AND policy = ? AND instance = ?", key
            ).fetchone()
        return SavedWork(self._base, int(found[0]), lock)

    def recent(self, most: int = 20) -> list[Recent]:
        """What was opened before, the last first, each path once."""
        rows = self._base.execute(
            "SELECT path, policy, title, opened, max(turn) AS last FROM works"
            " GROUP BY path, policy ORDER BY last DESC LIMIT ?", (most,)
        )  # fmt: skip
        return [Recent(*row[:4]) for row in rows]

    def forget(self, path: str, policy: str) -> None:
        """Throw a work away with all that was made in it."""
        with transaction(self._base) as base:
            base.execute("DELETE FROM works WHERE path = ? AND policy = ?", (path, policy))

    def close(self) -> None:
        """Close the file; what was committed is on the disk already."""
        for lock in self._locks:
            lock.release()
        self._base.close()


def default_path() -> Path:
    """Where saved work lies unless told otherwise."""
    return user_data_path("demerit", appauthor=False) / "work.sqlite"


def _upgrade(base: sqlite3.Connection, file: Path) -> None:
    """Bring an older file up to this version, one version at a time."""
    with transaction(base):
        version = base.execute("PRAGMA user_version").fetchone()[0]
        if version > VERSION:
            message = f"the saved work in {quoted(str(file))} was written by a later version"
            raise DemeritError(Finding("D021", message, hint="update demerit, or move the file"))
        for number in range(version, VERSION):
            for statement in UPGRADES[number].split(";"):
                if statement.strip():
                    base.execute(statement)
        base.execute(f"PRAGMA user_version = {VERSION}")


def _unusable(file: Path, bad: Exception) -> DemeritError:
    why = (getattr(bad, "strerror", None) or str(bad) or "it failed").lower()
    message = f"cannot use the saved work in {quoted(str(file))}: {why}"
    return DemeritError(Finding("D020", message, hint="check its folder, or move the file away"))
