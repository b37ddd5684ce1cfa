"""Every screen at three sizes in both themes, as small pictures beside this file.

``pytest tests/tui/test_snapshots.py --snapshot-update`` draws them anew; look at them then.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from tests.population.library import library
from tests.tui.driving import LATE, SIZES, Play, playing
from tests.tui.session.helpers import AtOnce
from tui import library as shelf
from tui.app import Launch
from tui.library import Entry
from tui.opening import opener_of
from tui.picture import svg_of
from tui.session import commands as c
from tui.session import stories

#: The way to each screen from the first step.
WAYS: dict[str, tuple[str, ...]] = {
    "timeline": ("6 G",),
    "source": ("6 G", "g s"),
    "person": ("7 G", "g p"),
    "why": ("7 G", "g w", "j j j"),
    "chart": ("7 G", "g c"),
    "zoom": ("7 G", "g c", "z"),
    "filter": ("7 G", "f"),
    "person-choice": ("p",),
    "breakpoints": ("B",),
    "notes": ("M",),
    "note": ("6 G", "a"),
    "branches": ("6 G", "d", "T"),
    "compare": ("6 G", "d", "=", "^"),
    "what-if-event": ("6 G", "x"),
    "what-if-new": ("6 G", "i"),
    "what-if-values": ("6 G", "v"),
    "what-if-rules": ("6 G", "r"),
    "stories": ("g f", "tab", "j"),
    "cast": ("7 G", "K"),
    "page": ("W",),
    "page-sides": ("6 G", "d", "=", "W"),
    "marked": ("6 G", "V", "l l"),
    "export": ("X",),
    "help": ("?",),
    "palette": (":",),
}

#: Every size and theme; the light ones of two sizes only in the long run, since a theme is
#: nothing but colours, and `test_look` holds those of both.
LOOKS = pytest.mark.parametrize(
    ("theme", "size"),
    [
        pytest.param(
            theme, size, id=f"{theme}-{size[0]}x{size[1]}",
            marks=[pytest.mark.long] if theme == "light" and size != SIZES[1] else [],
        )
        for theme in ("dark", "light") for size in SIZES
    ],
)  # fmt: skip


class Picture(SingleFileSnapshotExtension):
    """One SVG a picture."""

    _write_mode = WriteMode.TEXT
    _file_extension = "svg"


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stories are worked out in this process: what they look like is asked here."""
    monkeypatch.setattr(stories, "Job", AtOnce)


@pytest.fixture
def picture(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    return snapshot.use_extension(Picture)


async def prepared(play: Play) -> None:
    """Something to see on the screens that list what was made."""
    for command in (
        c.Go(6), c.Note("The rain is not in the form."),
        c.Note("Why sixty?", "clause", "rules.fee"),
        c.Go(8), c.Bookmark(), c.AddBreakpoint("rule", "fee"), c.AddBreakpoint("grade"),
        c.Watch("count(book.late, 90 days)"), c.Choose("mei"), c.Go(1),
    ):  # fmt: skip
        play.app.dispatch(command)
    play.app.following = True
    await play.pilot.pause()


async def go(play: Play, name: str) -> None:
    """To a screen; what is worked out elsewhere is waited for."""
    for key in WAYS[name]:
        await play.keys(key)
        await play.until(lambda: not play.session._stories.progress)
    await play.pilot.pause()


async def shot(play: Play) -> str:
    play.screen.hush()
    for cursor in play.screen.query("Input, TextArea"):
        cursor.cursor_blink = False
    drawn = ""
    while drawn != (again := svg_of(play.app, "demerit")):  # until nothing moves any more
        drawn = again
        await play.pilot.pause(0.2)
    return drawn


@LOOKS
@pytest.mark.parametrize("name", WAYS)
async def test_screen(
    name: str, theme: str, size: tuple[int, int], picture: SnapshotAssertion, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    async with playing(size=size, theme=theme) as play:
        await prepared(play)
        await go(play, name)
        assert await shot(play) == picture


@LOOKS
async def test_start(
    theme: str, size: tuple[int, int], picture: SnapshotAssertion, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    entries = tuple(Entry(LATE, f"pack-{n}", "late", "Two readers") for n in range(4))
    monkeypatch.setattr(shelf, "entries", lambda: entries)
    async with playing(path=None, size=size, theme=theme) as play:
        await play.keys("j")
        assert await shot(play) == picture


@LOOKS
async def test_findings(
    theme: str, size: tuple[int, int], picture: SnapshotAssertion, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    Path("policy.yaml").write_text("policy: x\nformat: 1\nscores:\n  trust: {start: many}\n")
    Path("s.yaml").write_text("scenario: s\npolicy: policy.yaml\ncast: {}\nstart: soon\n")
    async with playing(opener_of(Path("s.yaml")), size=size, theme=theme) as play:
        assert await shot(play) == picture


@pytest.fixture(scope="module")
def readers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return library(tmp_path_factory.mktemp("town"))


async def opened(play: Play, *keys: str) -> None:
    """Once everything about a simulation is there."""
    await play.until(lambda: play.where == "crowd" and not play.screen.crowd.busy)
    await play.keys(*keys)


@LOOKS
async def test_crowd(
    theme: str, size: tuple[int, int], picture: SnapshotAssertion, readers: Path
) -> None:
    async with playing(launch=Launch(crowd=readers, theme=theme), size=size) as play:
        await opened(play, "} }", "l", "j j")
        assert await shot(play) == picture


@pytest.mark.parametrize("keys", [("l",), ("v", "tab")], ids=["spread", "periods"])
async def test_crowd_without_colours(
    keys: tuple[str, ...], picture: SnapshotAssertion, readers: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("NO_COLOR", "1")
    async with playing(launch=Launch(crowd=readers)) as play:
        await opened(play, *keys)
        drawn = await shot(play)
        os.environ.pop("NO_COLOR", None)
        assert drawn == picture


@pytest.mark.parametrize(
    "name",
    [
        "timeline",
        "source",
        "chart",
        "compare",
        "what-if-values",
        "stories",
        "cast",
        "page",
        "page-sides",
    ],
)
async def test_without_colours(
    name: str, picture: SnapshotAssertion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with playing() as play:
        await prepared(play)
        await go(play, name)
        drawn = await shot(play)
        os.environ.pop("NO_COLOR", None)
        assert drawn == picture


def test_every_screen_has_a_picture() -> None:
    from tui.screens.base import Stage

    def below(kind: type[Any]) -> set[type[Any]]:
        return {kind} | {k for sub in kind.__subclasses__() for k in below(sub)}

    for module in ("ask", "branches", "breakpoints", "cast", "compare", "crowd", "edit", "export",
                   "findings", "help", "notes", "palette", "start", "stepper", "stories",
                   "tell"):  # fmt: skip
        __import__(f"tui.screens.{module}")
    names = {kind.__name__ for kind in below(Stage)} - {"Stage", "Popup", "Listing"}
    assert names == {
        "AskScreen", "BranchesScreen", "BreakpointsScreen", "CastScreen", "CompareScreen",
        "CrowdScreen", "EditScreen", "ExportScreen", "FindingsScreen", "HelpScreen", "NoteScreen",
        "NotesScreen", "PaletteScreen", "StartScreen", "StepperScreen", "StoriesScreen",
        "TellScreen",
    }  # fmt: skip
