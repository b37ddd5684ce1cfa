"""Hostile texts on every screen: nothing raw is shown, nothing is taken for markup."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

import pytest

from tests.tui.driving import SIZES, playing
from tests.tui.poison import ATTACKS, CONTROLS, Hostile, opener
from tests.tui.session.helpers import AtOnce
from tui.session import stories
from tui.widgets.lines import clean

#: Keys to each screen, from the stepper.
TOUR: dict[str, tuple[str, ...]] = {
    "timeline": ("l l l",), "source": ("g s",), "person": ("g p", "} }"), "why": ("g w", "j j"),
    "chart": ("g c",), "zoomed": ("g p", "z"), "help": ("?",), "palette": (":",), "search": ("/",),
    "filter": ("f",), "person list": ("p",), "breakpoint": ("b",), "watch": ("w",), "note": ("a",),
    "notes": ("m", "M"), "breakpoints": ("B",), "branches": ("d", "T"), "event": ("x",),
    "insert": ("i",), "values": ("v",), "rules": ("r",), "compare": ("d", "=", "tab tab tab tab"),
    "stories": ("g f", "tab j j"), "cast": ("K", "tab"), "page": ("W",), "page raw": ("W", "A"),
    "page question": ("W", "p"), "page file": ("K", "W", "s"), "marked": ("V", "l l"),
    "export": ("X",), "findings": ("!",), "jump": ("t",), "events": ("E",), "open": ("o",),
}  # fmt: skip


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stories are worked out in this process: what they look like is asked here."""
    monkeypatch.setattr(stories, "Job", AtOnce)


def forbidden(lines: Iterable[str]) -> set[str]:
    """Characters that must not be on a screen."""
    return {
        char for line in lines for char in line
        if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") and char != "\n"
    }  # fmt: skip


@pytest.mark.parametrize("stop", TOUR)
@pytest.mark.parametrize("size", [SIZES[0], pytest.param(SIZES[2], marks=pytest.mark.long)])
async def test_nothing_raw_is_on_a_screen(stop: str, size: tuple[int, int]) -> None:
    async with playing(opener, size=size) as play:
        for back in range(3):
            await play.keys("6 G" if back == 0 else "l")
            for key in TOUR[stop]:
                await play.keys(key)
                await play.until(lambda: not play.session._stories.progress)
                await play.pilot.pause()
            seen = play.seen()
            assert not forbidden(seen.split("\n"))
            while play.where != "stepper":
                await play.keys("escape")


async def test_all_attacks_were_made() -> None:
    async with playing(opener, size=(140, 45)) as play:
        for _ in range(3):
            await play.keys("g g", *["l"] * 10, "g s", "g p", "g w")
        hostile = play.app.session
        assert isinstance(hostile, Hostile)
        assert set(CONTROLS) <= hostile.poison.used
        assert set("".join(ATTACKS)) <= hostile.poison.used


def test_what_is_cleaned_keeps_what_can_be_seen() -> None:
    assert clean("[bold]Mei[/bold] \\[x]") == "[bold]Mei[/bold] \\[x]"
    assert clean("a\x1b]52;c;x\x07b") == "a\\x1b]52;c;x\\x07b"
    assert clean("a\nb\tc") == "a b c"


async def test_what_is_pasted_is_made_safe() -> None:
    from textual import events

    async with playing() as play:
        await play.keys("/")
        play.screen.focused.post_message(events.Paste("a\x1b[31mb\u202ec\nsecond line"))
        await play.pilot.pause()
        assert play.screen.focused.value == "a\\x1b[31mb\\u202ec"
        await play.keys("escape", "a")
        play.screen.focused.post_message(events.Paste("one\x9b\ntwo\x07"))
        await play.pilot.pause()
        assert play.screen.focused.text == "one\\x9b\ntwo\\x07"
        await play.keys("ctrl+s")
        assert not forbidden(play.seen().split("\n"))


@pytest.mark.parametrize("name", ["[red]x[/]", "[/]", "[@click=app.quit]x[/]", "[b", "\\[D]"])
async def test_markup_is_shown_as_it_is_written(name: str) -> None:
    from tui.session import commands as c

    async with playing(size=(100, 30)) as play:
        play.app.dispatch(c.Note(name))
        await play.keys("g w")
        assert name in play.seen()
        await play.keys("M")
        assert name in play.seen()
