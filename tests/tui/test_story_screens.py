"""The screens of stories: nothing waits for what is worked out elsewhere, and the mouse will do."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.tui.driving import LATE, LIFE, Play, playing
from tests.tui.session.helpers import AtOnce
from tui.session import stories
from tui.session.jobs import Frame


class Endless:
    """A job that says now and then how far it is, and is never done."""

    over = False

    def __init__(self, request: Mapping[str, Any]) -> None:
        self.request = request
        self.stopped = False

    def read(self) -> list[Frame]:
        return [Frame("p", b"[4, 2]")]

    def stop(self) -> None:
        self.stopped = True


@pytest.fixture
def endless(monkeypatch: pytest.MonkeyPatch) -> list[Endless]:
    begun: list[Endless] = []

    def begin(request: Mapping[str, Any]) -> Endless:
        begun.append(Endless(request))
        return begun[-1]

    monkeypatch.setattr(stories, "Job", begin)
    return begun


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stories, "Job", AtOnce)


async def test_keys_do_not_wait_for_a_sift(endless: list[Endless]) -> None:
    async with playing() as play:
        await play.keys("g f")
        await play.until(lambda: "sifting 36 %, 2 stories so far" in play.seen())
        await play.keys("j k", "tab", "n", "enter", "W")
        assert "choose a story first" in play.seen()
        await play.keys("q", "l l")
        assert (play.where, play.state.number) == ("stepper", 3)
        assert "◌ sifting 36 %" in play.seen()
        await play.keys("g f")
        assert len(endless) == 1, "it is being looked for already"
        await play.keys("q", "d", "g f")
        assert [job.stopped for job in endless] == [True, False], "another life is looked into"


async def test_a_page_that_is_not_wanted_any_more_is_not_made(endless: list[Endless]) -> None:
    async with playing() as play:
        await play.keys("W")
        assert "◌ writing" in play.seen()
        await play.keys("s")
        assert "the page is not there yet" in play.seen()
        await play.keys("f", "f", "a")
        assert [job.stopped for job in endless] == [True, True, True, False]
        asked = [(job.request["form"], job.request["format"]) for job in endless]
        assert asked[-1] == ("letters", "html")


@pytest.mark.usefixtures("at_once")
async def test_the_mouse_does_what_keys_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    async with playing() as play:
        await play.keys("g f")
        await play.until(lambda: play.screen.patterns.stops)
        await play.pilot.click("#patterns", offset=(4, 1))
        await play.pilot.pause()
        second = play.session.sifted().patterns[1]
        assert play.screen.found.data.pattern.id == second.id
        await play.pilot.click("#found", offset=(4, play.screen.found.stops[1]))
        await play.keys("enter")
        assert play.state.number == second.matches[0].first
        await play.keys("q", "q", "7 G", "K")
        related = play.screen.sheet.stops[0] - play.screen.sheet.top
        await play.pilot.click("#sheet", offset=(4, related))
        await play.pilot.pause()
        assert play.screen.people.who() == "bo"
        await play.pilot.click("#people", offset=(4, 0))
        await play.pilot.pause()
        assert play.screen.sheet.data.dossier.who == "mei"
        await play.keys("q", "W")
        for bar, word in (("#forms", "beats"), ("#formats", "json")):
            region = play.screen.query_one(bar).region
            line = play.seen().split("\n")[region.y]
            await play.pilot.click(bar, offset=(line.index(word), 0))
            await play.pilot.pause()
        await play.until(lambda: '"form": "beats"' in play.seen())


@pytest.mark.parametrize(("width", "beside"), [(80, False), (120, True)])
@pytest.mark.usefixtures("at_once")
async def test_two_sides_stand_beside_each_other_where_there_is_room(
    width: int, beside: bool
) -> None:
    async with playing(size=(width, 40)) as play:
        await play.keys("6 G", "d", "=", "W")
        await play.until(lambda: play.session.page() is not None)
        await play.pilot.pause()
        lines = play.screen.pane.text().split("\n")
        assert any("As it is" in line and "With “" in line for line in lines) is beside
        assert any("│" in line for line in lines) is beside


@pytest.mark.usefixtures("at_once")
async def test_a_list_is_come_back_to_where_one_was_and_left_for_good() -> None:
    async def into(play: Play) -> None:
        await play.until(lambda: play.screen.patterns.stops)
        await play.keys("j", "tab", "j", "enter")
        assert play.where == "stepper"

    async with playing() as play:
        await play.keys("g f")
        await into(play)
        number = play.state.number
        assert "back: find stories" in play.seen()
        await play.keys("l l", "z", "q")
        assert play.where == "stepper", "first out of the zoom"
        await play.keys("q")
        assert play.where == "stories"
        assert play.screen.patterns.entry == 1
        await play.keys("enter")
        assert play.state.number == number
        await play.keys("escape", "escape", "escape")
        assert play.app.return_code is None
        assert "q leaves" in play.seen(), "an escape too many does not leave"


@pytest.mark.usefixtures("at_once")
async def test_a_change_of_the_policy_is_taken_in(tmp_path: Path) -> None:
    shutil.copytree(LIFE, tmp_path / "life")
    policy = tmp_path / "life" / "policy.yaml"
    async with playing(path=tmp_path / "life" / "scenarios" / "late.yaml") as play:

        def change(old: str, new: str) -> None:
            policy.write_text(policy.read_text().replace(old, new))
            later = policy.stat().st_mtime + 10
            os.utime(policy, (later, later))

        await play.keys("W")
        await play.until(lambda: "The library card — a chronicle" in play.seen())
        change("title: The library card", "title: The card of all cards")
        await play.until(lambda: "The card of all cards — a chronicle" in play.seen())
        await play.keys("q", "g f")
        await play.until(lambda: "The double punishment 1" in play.seen())
        change("      - impose: no-loans\n", "")
        await play.until(lambda: "The double punishment –" in play.seen())


def test_what_only_pages_need_is_not_loaded_for_a_screen() -> None:
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from engine.store.database import Store\n"
        "import tui.app, tui.screens.stepper, tui.screens.stories, tui.screens.cast\n"
        "import tui.screens.tell\n"
        "from tui.session import commands as c\n"
        "from tui.session.session import open_scenario\n"
        f"session = open_scenario(Path({str(LATE)!r}), Store.in_memory())\n"
        "session.dispatch(c.Go(6)); session.view(); session.row(6); session.sheet('mei')\n"
        "heavy = {'jinja2', 'docx', 'matplotlib', 'numpy', 'pyarrow', 'durable'}\n"
        "found = heavy & {name.split('.')[0] for name in sys.modules}\n"
        "found |= {n for n in sys.modules if n.startswith('engine.stories.sifting')}\n"
        "sys.exit(', '.join(sorted(found)) or 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
