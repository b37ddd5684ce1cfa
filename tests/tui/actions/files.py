"""Files, and what can be done everywhere."""

from __future__ import annotations

from pathlib import Path

from policies import find_pack
from tests.tui.actions import does
from tests.tui.driving import Play
from tui.opening import opener_of


@does("edit.policy")
async def edit_the_policy(play: Play, key: str) -> None:
    await play.keys("6 G", key)
    assert "no editor can be opened from here" in play.seen()


@does("findings")
async def findings(play: Play, key: str) -> None:
    await play.keys(key)
    assert "the policy is in order" in play.seen()


@does("copy")
async def copying(play: Play, key: str) -> None:
    await play.keys("6 G", key)
    assert "trust 1000 → 940" in play.app.clipboard
    await play.keys("g w", "j", key)
    assert "fee" in play.app.clipboard


@does("export")
async def export(play: Play, key: str) -> None:
    for entry, (name, wanted) in enumerate(
        [("a.svg", "<svg"), ("a.txt", "Two readers"), ("life.txt", "book.late")]
    ):
        await play.keys("6 G", key, *["j"] * entry, "enter")
        await play.replace(name)
        await play.keys("enter")
        assert wanted in Path(name).read_text()
    await play.keys(key, "enter")
    await play.replace("a.svg")
    await play.keys("enter")
    assert "already" in play.seen()
    await play.replace("no-such-folder/a.svg")
    await play.keys("enter")
    assert "cannot write" in play.seen()


@does("open", start=True)
async def start_screen(play: Play, key: str) -> None:
    assert play.where == "start"
    assert "aged-parents" in play.seen()
    await play.keys("enter")
    await play.until(lambda: play.where == "stepper")
    await play.keys(key)
    assert play.where == "start"
    assert "Recent" in play.seen()


@does("help")
async def helping(play: Play, key: str) -> None:
    await play.keys(key)
    assert play.where == "help"
    await play.type("bookm")
    await play.keys("enter")
    assert play.state.bookmarks


@does("palette")
async def palette(play: Play, key: str) -> None:
    await play.keys(key)
    await play.type("last st")
    await play.keys("enter")
    assert play.state.number == 11
    await play.keys(key)
    await play.type("4")
    await play.keys("enter")
    assert play.state.number == 4


@does("theme")
async def themes(play: Play, key: str) -> None:
    await play.keys(key)
    assert play.app.theme == "demerit-light"
    await play.keys(key)
    assert play.app.theme == "demerit-dark"


@does("back")
async def back(play: Play, key: str) -> None:
    await play.keys("T", key)
    assert play.where == "stepper"
    await play.keys("g s", "z", key)
    assert not play.screen.zoomed
    await play.keys(key)
    assert play.app.return_code == 0


@does("quit")
async def quit_at_once(play: Play, key: str) -> None:
    await play.keys("T", key)
    assert play.app.return_code == 0


@does("language")
async def language(play: Play, key: str) -> None:
    await play.keys(key)
    assert "everything here is written in one language" in play.seen()
    play.app.open(opener_of(find_pack("honest-city-app") / "scenarios" / "the-last-vet.yaml"))
    await play.pilot.pause()
    assert "The honest city's app" in play.seen()
    await play.keys("l", key)
    assert "诚信之城" in play.seen()
    assert play.state.number == 2
    await play.keys(key)
    assert "The honest city's app" in play.seen()
