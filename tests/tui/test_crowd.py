"""The screen of a simulation: with keys, with the mouse, small and large, from a hostile folder."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.population.library import library
from tests.tui.driving import SIZES, Play, playing
from tests.tui.poison import ATTACKS, CONTROLS
from tests.tui.test_hostile import forbidden
from tests.tui.test_look import faint
from tests.tui.test_mouse import click, column_of
from tui.app import Launch


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return library(tmp_path_factory.mktemp("town"))


async def ready(play: Play) -> None:
    await play.until(lambda: play.where == "crowd" and not play.screen.crowd.busy)
    await play.pilot.pause()


def launched(folder: Path, **more: object) -> Launch:
    return Launch(crowd=folder, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "size", [SIZES[0], *(pytest.param(size, marks=pytest.mark.long) for size in SIZES[1:])]
)
async def test_from_a_list_into_a_life_and_back(size: tuple[int, int], town: Path) -> None:
    async with playing(launch=launched(town), size=size) as play:
        await ready(play)
        await play.keys("} }", "l l l", "enter")
        await play.until(lambda: play.where == "stepper")
        who = play.state.who
        assert who == "reader-035"
        assert "the same path as the simulation told" in play.seen()
        await play.keys("G", "g p")
        assert "Reader 35" in play.seen()
        await play.keys("escape")
        await play.until(lambda: play.where == "crowd")
        assert play.app.session is None
        assert play.screen.crowd.view().group == "late"
        assert who in play.seen()


async def test_escape_on_the_first_screen_does_not_leave(town: Path) -> None:
    async with playing(launch=launched(town)) as play:
        await ready(play)
        await play.keys("escape")
        assert play.where == "crowd"
        assert "q leaves" in play.seen()


async def test_a_what_if_in_a_life_of_many(town: Path) -> None:
    async with playing(launch=launched(town, who="reader-035", step=5)) as play:
        await play.until(lambda: play.where == "stepper" and play.state.number == 5)
        total = play.state.total
        await play.keys("2 G", "d")  # without the first late book
        await play.until(lambda: play.state.branch_state().status == "ready")
        assert len(play.state.branches) == 2
        assert play.state.total < total


async def test_everything_answers_to_the_mouse(town: Path) -> None:
    async with playing(launch=launched(town)) as play:
        await ready(play)
        await click(play, "#groups", 3, 2)
        assert play.screen.crowd.view().group == "late"
        await click(play, "#bar-people", column_of(play, "#bar-people", "refused") + 1)
        assert play.screen.crowd.view().roll == "refused:"
        await click(play, "#bar-spread", column_of(play, "#bar-spread", "Over time") + 1)
        assert "2031-03-02" in play.seen()
        await click(play, "#hints", column_of(play, "#hints", "next list"))
        assert play.screen.crowd.view().roll == "told:"
        await click(play, "#people", 3, 0)
        await play.until(lambda: play.where == "stepper")


async def test_every_pane_can_be_reached_and_copied(town: Path) -> None:
    async with playing(launch=launched(town), size=(120, 40)) as play:
        await ready(play)
        seen = set()
        for _ in range(4):
            await play.keys("tab", "y")
            seen.add(play.screen.pane_in_use)
            assert play.app.clipboard.strip()
        assert seen == {"people", "groups", "spread", "periods"}
        await play.keys("shift+tab")
        assert play.screen.pane_in_use == "periods"


@pytest.mark.parametrize(("theme", "size"), [("dark", (120, 40)), ("light", (80, 24))])
async def test_it_can_be_read(theme: str, size: tuple[int, int], town: Path) -> None:
    async with playing(launch=launched(town, theme=theme), size=size) as play:
        await ready(play)
        await play.keys("l")
        assert not faint(play)


async def test_what_is_no_simulation_is_told(tmp_path: Path) -> None:
    (tmp_path / "simulation.json").write_text("{}")
    async with playing(launch=launched(tmp_path)) as play:
        await play.until(lambda: play.where == "findings")
        assert "D842" in play.seen()


async def test_a_changed_policy_is_told_and_the_crowd_goes_on(tmp_path: Path) -> None:
    folder = library(tmp_path)
    async with playing(launch=launched(folder)) as play:
        await ready(play)
        with (tmp_path / "policy.yaml").open("a") as file:
            file.write("# later\n")
        await play.keys("enter")
        await play.until(lambda: play.where == "findings")
        assert "D840" in play.seen()
        await play.keys("q")
        assert play.where == "crowd"


async def test_a_simulation_is_offered_on_the_start_screen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library(tmp_path / "work")
    monkeypatch.chdir(tmp_path / "work")
    async with playing(path=None) as play:
        await play.type("/out")
        await play.keys("enter")
        await play.until(lambda: play.where == "crowd")
        await play.keys("q")
        assert play.where == "start"


def hostile(folder: Path) -> Path:
    """A simulation whose results and sums are full of what must not be shown raw."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    out = library(folder)
    attacks = [*ATTACKS, *("x" + char for char in CONTROLS if char != "\x00")]
    for path in out.glob("*.parquet"):
        table = pq.read_table(path)
        ids = [f"{attacks[n % len(attacks)]}{who}" for n, who in enumerate(table["id"].to_pylist())]
        groups = [f"{name}\x1b[31m\u202e" for name in table["group"].to_pylist()]
        table = table.set_column(table.schema.get_field_index("id"), "id", pa.array(ids))
        at = table.schema.get_field_index("group")
        pq.write_table(table.set_column(at, "group", pa.array(groups).dictionary_encode()), path)
    sums = (out / "summary.json").read_text("utf-8")
    for name in ("late", "busy", "quiet", "watched", "library-card"):
        sums = sums.replace(f'"{name}"', json.dumps(f"{name}\x1b[31m\u202e"))
    (out / "summary.json").write_text(sums, "utf-8")
    return out


@pytest.mark.parametrize("size", [(80, 24), pytest.param((140, 45), marks=pytest.mark.long)])
async def test_nothing_raw_is_on_the_screen(size: tuple[int, int], tmp_path: Path) -> None:
    async with playing(launch=launched(hostile(tmp_path)), size=size) as play:
        await ready(play)
        for keys in ("l", "} }", "l l", "v", "tab", "j", "enter"):
            await play.keys(keys)
            assert not forbidden(play.seen().split("\n"))
        assert "\\x1b" in play.seen()
