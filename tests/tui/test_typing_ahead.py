"""Keys that come faster than screens, as over a slow line, reach what they were meant for."""

from __future__ import annotations

from textual import events

from tests.tui.driving import Play, playing


async def burst(play: Play, *keys: str) -> None:
    """Keys that the app finds all at once."""
    for key in keys:
        play.app.post_message(events.Key(key, key if len(key) == 1 else None))
    for _ in range(5):
        await play.pilot.pause()


async def test_what_is_typed_after_a_slash_is_searched_for() -> None:
    async with playing() as play:
        await burst(play, "/", "t", "e", "a", "enter", "G")
        assert (play.where, play.state.search) == ("stepper", "tea")
        assert play.state.number == play.state.total


async def test_keys_after_a_slash_are_no_actions() -> None:
    async with playing() as play:
        await burst(play, "/", "o", "t", "x")
        assert play.where == "ask"
        assert play.screen.query_one("#ask-field").value == "otx"


async def test_a_note_that_is_typed_at_once_is_kept() -> None:
    async with playing() as play:
        await burst(play, "a", "o", "h", "ctrl+s")
        assert [note.text for note in play.state.notes] == ["oh"]
        assert play.where == "stepper"


async def test_escape_and_the_next_key() -> None:
    async with playing() as play:
        await burst(play, "x", "escape", "l")
        assert (play.where, play.state.number) == ("stepper", 2)


async def test_an_escape_too_many_does_not_leave() -> None:
    async with playing() as play:
        await burst(play, "escape", "escape", "l")
        assert (play.where, play.state.number) == ("stepper", 2)
        await burst(play, "q")
        assert play.app.return_code == 0
