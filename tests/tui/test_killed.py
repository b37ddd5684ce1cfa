"""The app is killed while somebody works: what it showed as done is there afterwards."""

from __future__ import annotations

import os
import random
import re
import signal
import time
from pathlib import Path

import pytest

from engine.store.database import Store
from tests.conftest import LONG
from tests.tui.driving import LATE
from tests.tui.terminal import KNOWN, Terminal
from tui.session.edits import edit_words
from tui.session.session import open_scenario

KEPT = re.compile(r"note on step (\d+)")
BRANCHED = re.compile(r"what if: [a-z.]+ of [a-z]+ on [0-9]{4}-[0-9: -]+ (\d\d) days later")
WORK = [
    key
    for number in range(1, 11)
    for key in (f"{number}G", "a", f"kept {number}", "\x13", "4G", "D", f"{number + 50} days\r")
]


def worked(home: Path, chance: random.Random) -> tuple[set[str], set[str]]:
    """Notes and branches that the terminal showed as done before the app was killed."""
    places = {f"XDG_{name}_HOME": str(home) for name in ("DATA", "CACHE", "CONFIG")}
    it = Terminal(("-m", "tui", "play", str(LATE)), (80, 24), environment=places)
    try:
        it.until("/11")
        begun, patience = time.monotonic(), chance.uniform(0.1, 3.0)
        for key in WORK:
            it.type(key)
            it.read(0.02)
            if time.monotonic() - begun > patience:
                break
        os.kill(it.pid, signal.SIGKILL)
        it.wait()
        it.read(0.1)
    finally:
        it.close()
    shown = KNOWN.sub("", it.sent.decode("utf-8", "replace"))
    return set(KEPT.findall(shown)), set(BRANCHED.findall(shown))


@pytest.mark.slow
def test_a_kill_loses_nothing_that_the_screen_showed(tmp_path: Path) -> None:
    chance = random.Random(11)
    notes = branches = 0
    for turn in range(50 if LONG else 4):
        home = tmp_path / str(turn)
        told = worked(home, chance)
        store = Store.open(home / "demerit" / "work.sqlite")
        session = open_scenario(LATE, store)
        assert {f"kept {number}" for number in told[0]} <= {n.text for n in session.state.notes}
        edits = [edit_words(edit) for branch in session.state.branches for edit in branch.edits]
        assert all(any(f"{days} days later" in said for said in edits) for days in told[1])
        notes, branches = notes + len(told[0]), branches + len(told[1])
        session.close()
        store.close()
    assert notes
    assert branches
