"""The page about the screens says what is so."""

from __future__ import annotations

import re

import pytest

from docs.make_keys import PAGE, written
from docs.make_screens import FOLDER, SHOTS, pictures
from tests.tui.driving import playing
from tui.actions import ACTIONS

TEXT = PAGE.read_text("utf-8")


def test_its_tables_are_those_of_the_registry() -> None:
    assert written(TEXT) == TEXT, "write them anew: python -m docs.make_keys"
    for action in ACTIONS:
        assert f"`{action.id}`" in TEXT


def test_its_pictures_are_there() -> None:
    shown = re.findall(r"!\[[^]]+\]\(screens/([^)]+)\)", TEXT)
    assert shown
    names = {file for file, _, _, _ in pictures()}
    for file in shown:
        assert file in names
        text = (FOLDER / file).read_text("utf-8")
        assert text.startswith("<svg")
        assert "http" not in text.replace("http://www.w3.org/2000/svg", "")
    assert {path.name for path in FOLDER.glob("*.svg")} == names


@pytest.mark.parametrize("name", ["is:felt", "is:clock", "is:input", "is:gain", "is:loss",
                                  "is:refused", "who:mei", "event:book.*", "rule:fee",
                                  "grade:trust.plain", "measure:no-loans", "list:wall",
                                  "-is:nothing late"])  # fmt: skip
async def test_its_filters_are_understood(name: str) -> None:
    from tui.session import commands as c

    async with playing() as play:
        assert play.app.attempt(c.Filter(name)) == ""
        assert 0 < len(play.session.shown()) < 11


def test_every_shot_opens_something_that_is_there() -> None:
    from policies import find_pack

    for shot in SHOTS.values():
        if shot.scenario:
            pack, _, name = shot.scenario.partition("/")
            assert (find_pack(pack) / "scenarios" / f"{name}.yaml").is_file()
