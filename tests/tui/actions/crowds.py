"""What is done on the screen of a simulation."""

from __future__ import annotations

from pathlib import Path

from tests.population.library import library
from tests.tui.actions import does
from tests.tui.driving import Play


async def crowd(play: Play) -> None:
    """Open a simulation of a library."""
    play.app.open_crowd(library(Path("town")))
    await play.until(lambda: play.where == "crowd" and not play.screen.crowd.busy)
    await play.pilot.pause()


@does("crowd.group-next", "crowd.group-back")
async def groups(play: Play, key: str) -> None:
    await crowd(play)
    await play.keys("}", "}")
    assert play.screen.crowd.view().group == "late"
    assert "reader-002" in play.seen()
    await play.keys("{")
    assert play.screen.crowd.view().group == "busy"
    assert "reader-002" not in play.seen()
    await play.keys("{", "{")
    assert play.screen.crowd.view().group == "quiet"


@does("crowd.list-next", "crowd.list-back")
async def lists(play: Play, key: str) -> None:
    await crowd(play)
    assert "the highest score" in play.seen()
    await play.keys("l")
    assert "the lowest score" in play.seen()
    await play.keys("h", "h")
    assert "nearest above the edge of plain" in play.seen()


@does("crowd.picture")
async def picture(play: Play, key: str) -> None:
    await crowd(play)
    assert "2031-03-02" not in play.seen()
    await play.keys(key)
    assert "2031-03-02" in play.seen()
    await play.keys(key)
    assert "2031-03-02" not in play.seen()


@does("crowd.score")
async def score(play: Play, key: str) -> None:
    await crowd(play)
    await play.keys(key)
    await play.until(lambda: not play.screen.crowd.busy)
    assert play.screen.crowd.view().score == "books"
    assert "under plain" not in play.seen()


@does("crowd.find")
async def find(play: Play, key: str) -> None:
    await crowd(play)
    await play.keys(key)
    await play.type("nobody")
    await play.keys("enter")
    assert "is not in" in play.seen()
    await play.replace("reader-035")
    await play.keys("enter")
    await play.until(lambda: play.where == "stepper")
    assert "reader-035" in play.seen()
