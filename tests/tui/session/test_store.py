"""Saved work survives: restarts, kills, damaged files, other windows, other versions."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from engine.findings import DemeritError
from engine.store.database import VERSION, Store
from engine.store.work import ItemPatch, Saved, SavedChange
from tests.conftest import LONG
from tests.tui.session.helpers import scenario
from tui.session import commands as c
from tui.session.session import open_scenario

ROOT = Path(__file__).parents[3]
NOTE = "double-booking/scenarios/the-note.yaml"


def change(number: int) -> SavedChange:
    patch = ItemPatch("note", str(number), None, {"text": f"note {number}"})
    return SavedChange(f"change {number}", {"number": number}, (patch,))


def held(saved: Saved) -> list[str]:
    return [value["text"] for _, _, value in saved.items]


def test_a_work_is_there_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "data" / "work.sqlite"
    store = Store.open(path)
    work = store.work("/a.yaml", "harbour", "A life")
    for number in range(1, 12):
        work.commit(change(number), {"number": number})
    store.close()
    saved = Store.open(path).work("/a.yaml", "harbour", "A life").load()
    assert held(saved) == [f"note {number}" for number in range(1, 12)]
    assert saved.done == 11
    assert saved.place == {"number": 11}


def test_works_are_apart_by_path_and_by_policy() -> None:
    store = Store.in_memory()
    for path, policy in (("/a", "p"), ("/a", "q"), ("/b", "p")):
        assert store.work(path, policy, "").load().items == ()
        store.work(path, policy, "").commit(change(1), {})
    assert len(store.work("/a", "p", "").load().items) == 1
    store.forget("/a", "p")
    assert store.work("/a", "p", "").load() == Saved((), (), 0, {})
    assert len(store.work("/b", "p", "").load().items) == 1


def test_recent_work_comes_last_opened_first() -> None:
    store = Store.in_memory()
    for path in ("/a", "/b", "/c", "/a"):
        store.work(path, "p", path.upper())
    assert [(r.path, r.title) for r in store.recent()] == [("/a", "/A"), ("/c", "/C"), ("/b", "/B")]
    assert len(store.recent(2)) == 2


def test_undo_and_redo_are_kept_and_a_new_change_ends_redoing() -> None:
    work = Store.in_memory().work("/a", "p", "")
    for number in (1, 2, 3):
        work.commit(change(number), {})
    work.undo([change(3).patches[0].back], {})
    work.undo([change(2).patches[0].back], {})
    saved = work.load()
    assert (held(saved), saved.done, len(saved.changes)) == (["note 1"], 1, 3)
    work.redo(change(2).patches, {})
    assert held(work.load()) == ["note 1", "note 2"]
    work.commit(change(4), {})
    saved = work.load()
    assert [made.label for made in saved.changes] == ["change 1", "change 2", "change 4"]
    assert saved.done == 3


def test_the_disk_is_synced_at_every_commit(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "work.sqlite")
    assert store._base.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert store._base.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL


def test_a_second_window_has_a_work_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "work.sqlite"
    first, second = Store.open(path), Store.open(path)
    mine, theirs = first.work("/a", "p", ""), second.work("/a", "p", "")
    assert (mine.instance, theirs.instance) == (0, 1)
    mine.commit(change(1), {})
    theirs.commit(change(2), {})
    assert (held(mine.load()), held(theirs.load())) == (["note 1"], ["note 2"])
    mine.close()
    assert second.work("/a", "p", "").instance == 0
    assert [r.path for r in first.recent()] == ["/a"]


def test_a_failed_commit_leaves_nothing_behind(tmp_path: Path) -> None:
    work = Store.open(tmp_path / "work.sqlite").work("/a", "p", "")
    work.commit(change(1), {"number": 1})
    unkept = SavedChange("bad", {}, (ItemPatch("note", "2", None, {"text": object()}),))
    with pytest.raises(TypeError):
        work.commit(unkept, {"number": 2})
    assert work.load() == Saved(
        (("note", "1", {"text": "note 1"}),), (change(1),), 1, {"number": 1}
    )


def test_a_store_of_a_later_version_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "work.sqlite"
    Store.open(path).close()
    base = sqlite3.connect(path)
    base.execute(f"PRAGMA user_version = {VERSION + 1}")
    base.commit()
    base.close()
    with pytest.raises(DemeritError) as caught:
        Store.open(path)
    assert caught.value.findings[0].code == "D021"


def test_a_file_that_is_no_store_is_a_finding(tmp_path: Path) -> None:
    path = tmp_path / "work.sqlite"
    path.write_bytes(b"this is no database, and is long enough to be read as one" * 40)
    with pytest.raises(DemeritError) as caught:
        Store.open(path)
    assert caught.value.findings[0].code == "D020"
    with pytest.raises(DemeritError) as caught:
        Store.open(path / "below" / "work.sqlite")
    assert caught.value.findings[0].code == "D020"


# --- killed -----------------------------------------------------------------------------

WRITER = """
import sys
from pathlib import Path
from engine.store.database import Store
from tui.session import commands as c
from tui.session.session import open_scenario

session = open_scenario(Path(sys.argv[2]), Store.open(Path(sys.argv[1])))
print("ready", flush=True)
for number in range(100_000):
    session.dispatch(c.Go(number % session.total() + 1))
    session.dispatch(c.Note(f"note {number}"))
    print("note", number, flush=True)
    if number % 5 == 4:
        session.dispatch(c.GoBranch("0"))
        session.dispatch(c.Fork(f"branch {number}"))
        print("branch", number, flush=True)
"""


def killed(path: Path, patience: float) -> tuple[list[str], list[str]]:
    """What a session acknowledged before it was killed: notes and branches."""
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path), str(scenario(NOTE))],
        stdout=subprocess.PIPE, cwd=ROOT, env={"PYTHONPATH": str(ROOT), "PATH": ""},
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    time.sleep(patience)
    process.kill()
    said = process.stdout.read().decode().split("\n")[:-1]  # the last line may be cut
    process.wait()
    notes = [f"note {line.split()[1]}" for line in said if line.startswith("note ")]
    branches = [f"branch {line.split()[1]}" for line in said if line.startswith("branch ")]
    return notes, branches


def test_a_kill_loses_nothing_that_was_shown_as_done(tmp_path: Path) -> None:
    chance = random.Random(7)
    acknowledged = 0
    for turn in range(50 if LONG else 5):
        path = tmp_path / f"work-{turn}.sqlite"
        notes, branches = killed(path, chance.uniform(0.0, 0.4))
        acknowledged += len(notes)
        session = open_scenario(scenario(NOTE), Store.open(path))
        kept = [note.text for note in session.state.notes]
        assert kept[: len(notes)] == notes
        assert len(kept) <= len(notes) + 1  # one may have been done, and not yet been told
        names = [b.name for b in session.state.branches if b.parent is not None]
        assert names[: len(branches)] == branches
        while session.state.undo:
            session.dispatch(c.Undo())
        assert session.state.notes == ()
        session.close()
    assert acknowledged
