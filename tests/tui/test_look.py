"""What the eye needs: contrast, signs beside colours, nothing that jumps."""

from __future__ import annotations

import re

import pytest
from rich.color import Color
from rich.style import Style

from tests.tui.driving import SIZES, Play, playing
from tests.tui.session.helpers import AtOnce
from tests.tui.test_snapshots import WAYS, go, prepared
from tui.picture import strips_of
from tui.session import commands as c
from tui.session import stories
from tui.themes import DARK, LIGHT

LETTERS = re.compile(r"\w")
ENOUGH, ENOUGH_FOR_SIGNS = 4.5, 3.0


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stories are worked out in this process: what they look like is asked here."""
    monkeypatch.setattr(stories, "Job", AtOnce)


def luminance(colour: Color) -> float:
    """By the Web Content Accessibility Guidelines."""
    parts = [value / 255 for value in colour.get_truecolor()]
    red, green, blue = (v / 12.92 if v <= 0.03928 else ((v + 0.055) / 1.055) ** 2.4 for v in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(style: Style) -> float:
    assert style.color
    assert style.bgcolor
    one, other = sorted((luminance(style.color), luminance(style.bgcolor)), reverse=True)
    return (one + 0.05) / (other + 0.05)


def faint(play: Play, front_only: tuple[int, int] | None = None) -> set[tuple[str, str, float]]:
    """Texts that cannot be read well. ``front_only``: rows of what stands in front."""
    found = set()
    for row, strip in enumerate(strips_of(play.app)):
        if front_only and not front_only[0] <= row < front_only[1]:
            continue
        for text, style, _ in strip:
            if style is None or not text.strip():
                continue
            wanted = ENOUGH if LETTERS.search(text) else ENOUGH_FOR_SIGNS
            if contrast(style) < wanted:
                found.add((text, str(style), round(contrast(style), 2)))
    return found


#: Screens that cover everything, or that do not darken what is behind them.
FULL = ("timeline", "source", "person", "why", "chart", "zoom", "compare", "what-if-event",
        "what-if-new", "what-if-values", "what-if-rules", "stories", "cast", "page", "page-sides",
        "marked")  # fmt: skip


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("name", FULL)
async def test_everything_can_be_read(name: str, theme: str) -> None:
    async with playing(size=(140, 45), theme=theme) as play:
        await prepared(play)
        await go(play, name)
        assert not faint(play)
        play.app.dispatch(c.Search("books"))
        play.app.dispatch(c.GoEvent("no such event"))
        assert not faint(play)


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("name", ["help", "palette", "notes", "breakpoints", "branches", "export"])
async def test_sheets_can_be_read(name: str, theme: str) -> None:
    async with playing(size=(100, 30), theme=theme) as play:
        await prepared(play)
        await play.keys(*WAYS[name])
        sheet = play.screen.children[0]
        assert sheet.region.width == 100, "nothing of the screen behind stands beside it"
        assert not faint(play, (sheet.region.y, sheet.region.bottom))


def test_both_themes_have_the_same_colours() -> None:
    assert list(DARK) == list(LIGHT)


async def test_nothing_is_told_by_colour_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without colours the same can still be told apart."""
    monkeypatch.setenv("NO_COLOR", "1")
    async with playing(size=(100, 30)) as play:
        await prepared(play)
        await play.keys("7 G")
        styles = {
            text.strip(): style for strip in strips_of(play.app) for text, style, _ in strip
            if style
        }  # fmt: skip
        assert all(s.color is None or s.color.is_default for s in styles.values())
        assert any(s.reverse for s in styles.values()), "the current step"
        seen = play.seen()
        for sign in ("▼", "● fired", "◆ grade", "⊘ refused", "▶ began", "✎", "★", "✱"):
            assert sign in seen


@pytest.mark.parametrize("size", SIZES)
async def test_nothing_jumps_between_steps(size: tuple[int, int]) -> None:
    """Panes stay where they are, and so do the columns of the timeline."""
    async with playing(size=size) as play:
        places, columns = set(), set()
        for _ in range(10):
            await play.keys("l")
            board = play.screen.query_one("#board")
            places.add(tuple(sorted(board.places.items())))
            for line in play.seen().split("\n"):
                found = re.search(r"\d{4}-\d\d-\d\d.* (mei|bo) ", line[:60])
                if found and re.match(r".{1,4}\d+ \d{4}", line):
                    columns.add(found.start(1))
        assert len(places) == 1
        assert len(columns) == 1


@pytest.mark.parametrize("size", [(20, 6), (40, 10), (60, 15), (300, 90)])
async def test_any_size_will_do(size: tuple[int, int]) -> None:
    async with playing(size=size) as play:
        await play.keys("l l", "tab tab tab tab tab", "z", "z")
        for way in ("x", "?", ":", "M", "T", "a", "f", "X", "g f", "K", "W", "o"):
            await play.keys(way, "escape")
            while play.where != "stepper":
                await play.keys("escape")
        assert play.state.number == 3


@pytest.mark.parametrize("size", SIZES)
async def test_no_line_is_cut_without_a_sign(size: tuple[int, int]) -> None:
    """What does not fit into the timeline ends with an ellipsis."""
    async with playing(size=size) as play:
        timeline = play.screen.query_one("#timeline")
        for place in range(11):
            line = "".join(text for text, _ in timeline.line(place))
            whole = play.session.row(place + 1).summary
            assert line.endswith("…") or whole in line
