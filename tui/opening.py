"""From a path, or the names of a pack and a scenario, to something that opens a life."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from engine.store.database import Store
    from tui.session.session import Session

Opener: TypeAlias = "Callable[[Store], Session]"


def opener_of(path: Path, reforms: Sequence[Path] = (), lang: str | None = None) -> Opener:
    """What opens a scenario file or a saved ledger; ``lang``: in which texts are shown."""

    def open_it(store: Store) -> Session:
        # The engine is loaded when something is opened: the first frame need not wait for it.
        from tui.session.session import open_ledger, open_scenario

        if path.suffix == ".jsonl":
            return open_ledger(path, store, lang=lang)
        return open_scenario(path, store, reforms=reforms, lang=lang)

    return open_it


def stream_opener(
    policy: Path, events: Path, subjects: Path | None = None, lang: str | None = None
) -> Opener:
    """What opens a stream of events under a policy."""

    def open_it(store: Store) -> Session:
        from tui.session.session import open_stream

        return open_stream(policy, events, store, subjects=subjects, lang=lang)

    return open_it


def simulated_opener(folder: Path, who: str, lang: str | None = None) -> Opener:
    """What opens one life out of a simulation's folder."""

    def open_it(store: Store) -> Session:
        from tui.session.session import Session
        from tui.session.simulated_base import SimulatedBase

        return Session(SimulatedBase(folder, who, lang), store)

    return open_it
