"""From a path, or the names of a pack and a scenario, to something that opens a life."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

from engine.store.database import Store
from tui.session.session import Session, open_ledger, open_scenario, open_stream

Opener: TypeAlias = Callable[[Store], Session]


def opener_of(path: Path, reforms: Sequence[Path] = ()) -> Opener:
    """What opens a scenario file or a saved ledger."""
    if path.suffix == ".jsonl":
        return lambda store: open_ledger(path, store)
    return lambda store: open_scenario(path, store, reforms=reforms)


def stream_opener(policy: Path, events: Path, subjects: Path | None = None) -> Opener:
    """What opens a stream of events under a policy."""

    def open_it(store: Store) -> Session:
        return open_stream(policy, events, store, subjects=subjects)

    return open_it
