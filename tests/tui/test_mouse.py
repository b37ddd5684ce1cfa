"""The mouse does what the keys do."""

from __future__ import annotations

import pytest

from tests.tui.driving import SIZES, Play, playing
from tui.session import commands as c


async def click(play: Play, selector: str, x: int, y: int = 0) -> None:
    await play.pilot.click(selector, offset=(x, y))
    await play.pilot.pause()


def column_of(play: Play, selector: str, text: str) -> int:
    """Where a text stands in a widget of one line."""
    region = play.screen.query_one(selector).region
    line = play.seen().split("\n")[region.y]
    return line.index(text, region.x) - region.x


@pytest.mark.parametrize("size", SIZES)
async def test_a_click_on_a_step_goes_there(size: tuple[int, int]) -> None:
    async with playing(size=size) as play:
        await click(play, "#timeline", 20, 4)
        assert play.state.number == 5


async def test_the_scrubber_goes_anywhere() -> None:
    async with playing() as play:
        rail = play.screen.query_one("#scrubber").rail
        await click(play, "#scrubber", rail)
        assert play.state.number == 11
        await click(play, "#scrubber", 1)
        assert play.state.number == 1
        await click(play, "#scrubber", rail // 2)
        assert 4 <= play.state.number <= 8


async def test_tabs_bring_panes_forward() -> None:
    async with playing() as play:
        for name in ("Person", "Source", "Chart", "Why"):
            await click(play, "#bar0", column_of(play, "#bar0", name) + 1)
            assert play.screen.deck.slots[0].active == name.lower()


async def test_hints_and_the_status_line_are_buttons() -> None:
    async with playing() as play:
        await click(play, "#hints", column_of(play, "#hints", "next step"))
        assert play.state.number == 2
        await click(play, "#hints", column_of(play, "#hints", "help"))
        assert play.where == "help"
        await play.keys("escape")
        await click(play, "#status", column_of(play, "#status", "as written"))
        assert play.where == "branches"
        await play.keys("escape")
        await click(play, "#status", column_of(play, "#status", "Old Bo"))
        assert play.where == "ask"


async def test_the_wheel_scrolls_a_pane_and_moves_nothing() -> None:
    async with playing() as play:
        await play.keys("g s")
        source = play.screen.query_one("#source")
        top = source.top
        from textual import events

        for _ in range(2):
            source.post_message(events.MouseScrollDown(source, 1, 1, 0, 1, 0, False, False, False))
        await play.pilot.pause()
        assert source.top == top + 6
        assert play.state.number == 1


async def test_the_chart_goes_to_a_step() -> None:
    async with playing(size=(140, 45)) as play:
        chart = play.screen.query_one("#chart")
        await click(play, "#chart", chart.size.width // 2, 4)
        assert 3 <= play.state.number <= 9


async def test_lists_are_clicked() -> None:
    async with playing() as play:
        await play.keys("p")
        await click(play, "#ask-options", 3, 1)
        assert play.state.who == "bo"
        play.app.dispatch(c.Note("one"))
        play.app.dispatch(c.Go(4))
        play.app.dispatch(c.Note("two"))
        await play.keys("M")
        await click(play, "#list", 5, 4)
        assert play.screen.picked[1].text == "two"


async def test_a_slider_is_clicked() -> None:
    async with playing() as play:
        await play.keys("6 G", "v")
        values = play.screen.query_one("#values")
        start, width = values.rail
        await click(play, "#values", start + width - 1, 1)
        await play.until(lambda: play.edits)
        assert play.edits[0].value == "0"


async def test_locks_and_tabs_of_a_comparison_are_clicked() -> None:
    async with playing() as play:
        await play.keys("6 G", "d", "=")
        locks = play.screen.query_one("#locks")
        wanted = locks.top + 1
        await click(play, "#locks", 10, 1)
        assert locks.cursor == wanted
        await click(play, "#bar0", column_of(play, "#bar0", "Endings") + 1)
        assert play.screen.focus_pane == "endings"


async def test_tabs_of_the_editor_are_clicked() -> None:
    async with playing() as play:
        await play.keys("x")
        await click(play, "#tabs", column_of(play, "#tabs", "F4 Rules") + 3)
        assert play.screen.tab == "rules"
        await click(play, "#rules", 5, 1)
        assert "[off]" in play.seen()
