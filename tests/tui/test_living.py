"""A policy that changes while it is played; work that is found again; what cannot be opened."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import pytest

from engine.store.database import Store
from tests.tui.driving import LATE, playing
from tui.opening import opener_of
from tui.session import commands as c


@pytest.fixture
def life(tmp_path: Path) -> Path:
    """The life of the tests, to be changed at will; gives its scenario."""
    folder = tmp_path / "life"
    shutil.copytree(LATE.parents[1], folder)
    (folder / "demerit.toml").touch()
    return folder / "scenarios" / "late.yaml"


def rewrite(policy: Path, old: str, new: str) -> None:
    text = policy.read_text()
    assert old in text
    policy.write_text(text.replace(old, new))
    later = time.time_ns() + 2_000_000_000
    os.utime(policy, ns=(later, later))


async def test_a_changed_policy_is_played_at_once(life: Path) -> None:
    policy = life.parents[1] / "policy.yaml"
    async with playing(opener_of(life), size=(100, 30)) as play:
        await play.keys("6 G")
        rewrite(policy, "value: -60", "value: -10")
        play.app.look_around()
        await play.pilot.pause()
        assert play.state.number == 6
        assert "trust 1000 → 990" in play.seen()
        assert "mei ends with" in play.seen()


async def test_a_broken_policy_is_told_while_the_last_good_one_goes_on(life: Path) -> None:
    policy = life.parents[1] / "policy.yaml"
    async with playing(opener_of(life), size=(100, 30)) as play:
        await play.keys("6 G")
        rewrite(policy, "when: event.days >= 3", "when: event.dayz >= 3")
        play.app.look_around()
        await play.pilot.pause()
        assert "the policy has 1 mistake: press !" in play.seen()
        assert "trust 1000 → 940" in play.seen()
        await play.keys("!")
        assert "policy.yaml:" in play.seen()
        assert "did you mean" in play.seen()
        await play.keys("escape", "l")
        assert play.state.number == 7
        rewrite(policy, "event.dayz", "event.days")
        play.app.look_around()
        await play.pilot.pause()
        assert "mistake" not in play.seen()


async def test_what_cannot_be_opened_is_told_with_its_place(life: Path) -> None:
    rewrite(life, "who: bo", "who: boo")
    async with playing(opener_of(life), size=(100, 30)) as play:
        assert play.where == "findings"
        assert "did you mean `bo`" in play.seen()
        assert "late.yaml:" in play.seen()
        await play.keys("q")
        assert play.app.return_code == 0


async def test_work_is_found_again(life: Path, tmp_path: Path) -> None:
    file = tmp_path / "work.sqlite"
    async with playing(opener_of(life), store=Store.open(file)) as play:
        await play.keys("6 G", "m", "d")
        play.app.dispatch(c.Note("kept"))
        number, branch = play.state.number, play.state.branch
    async with playing(opener_of(life), store=Store.open(file)) as play:
        assert (play.state.number, play.state.branch) == (number, branch)
        assert [note.text for note in play.state.notes] == ["kept"]
        assert len(play.state.bookmarks) == 1
        await play.keys("u", "u", "u")
        assert not play.state.notes
        assert len(play.state.branches) == 1
    async with playing(path=None, store=Store.open(file)) as play:
        assert "Recent" in play.seen()
        assert "Two readers" in play.seen()


async def test_another_life_takes_the_place_of_this_one(life: Path) -> None:
    async with playing(opener_of(life)) as play:
        await play.keys("o", "/")
        await play.type("accident")
        await play.keys("enter")
        await play.until(lambda: "One thumb" in play.state.title)
        await play.keys("q")
        assert play.where in ("start", "stepper")


async def test_a_life_without_steps_is_shown_too(tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_text(
        "policy: nothing\nformat: 1\nsubjects: {person: {}}\nscores: {s: {of: person, start: 1}}\n"
    )
    path = tmp_path / "empty.yaml"
    path.write_text("scenario: empty\npolicy: policy.yaml\ncast: {}\nstart: 2031-01-01\n")
    async with playing(opener_of(path)) as play:
        assert "nothing happens in this life" in play.seen()
        for keys in ("l", "h", "G", "g g", "x", "escape", "d", "a", "m", "?", "escape", "g p",
                     "g c", "g s", "g w", "enter", "y", "X", "escape", "T", "escape",
                     "="):  # fmt: skip
            await play.keys(keys)
        assert play.where == "stepper"


async def test_stepping_to_a_step_and_a_person_from_the_command_line() -> None:
    async with playing(step=7, who="bo") as play:
        assert (play.state.number, play.state.who) == (7, "bo")
        await play.keys("l")
        assert play.state.who == "bo", "who was named stays"


def test_a_finding_leads_to_the_file_it_is_about(
    life: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from engine.findings import DemeritError
    from tui.screens.findings import file_of
    from tui.session.session import open_scenario

    policy = life.parents[1] / "policy.yaml"
    rewrite(policy, "event.days >= 3", "event.dayz >= 3")
    monkeypatch.chdir(life.parents[2])
    with pytest.raises(DemeritError) as error:
        open_scenario(life, Store.in_memory())
    where = error.value.findings[0].where
    assert where
    assert Path(file_of(where.file, error.value.files)).resolve() == policy.resolve()
    assert file_of(str(life), error.value.files) == str(life)
