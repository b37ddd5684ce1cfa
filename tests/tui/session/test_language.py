"""A life whose texts are given in several languages, shown in one of them."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest

from engine.language.scenario import load_scenario
from engine.language.translations import versions
from engine.store.database import Store
from tests.tui.driving import LATE
from tests.tui.session.helpers import texts
from tui.session import commands as c
from tui.session import lives
from tui.session.life import TooLong
from tui.session.session import Session, open_scenario

ENGLISH = "{subject.name}, your book is {event.days} days late."
GERMAN = "{subject.name}, Ihr Buch ist {event.days} Tage zu spät."


@pytest.fixture
def life(tmp_path: Path) -> Path:
    """The life of the tests, some of it in German too; gives its scenario."""
    folder = tmp_path / "life"
    shutil.copytree(LATE.parents[1], folder)
    (folder / "demerit.toml").touch()
    scenario = folder / "scenarios" / "late.yaml"
    policy = folder / "policy.yaml"
    text = policy.read_text("utf-8").replace(f'"{ENGLISH}"', f'{{en: "{ENGLISH}", de: "{GERMAN}"}}')
    text = text.replace("title: The library card", "title: {en: The library card, de: Die Karte}")
    policy.write_text(text, "utf-8")
    said = scenario.read_text("utf-8")
    scenario.write_text(
        said.replace(
            '"The rain, she says."', '{en: "The rain, she says.", de: "Der Regen, sagt sie."}'
        ),
        "utf-8",
    )
    return scenario


def shown(session: Session) -> str:
    return "\n".join(texts((session.state.title, session.view())))


def test_texts_are_shown_in_the_language_that_is_asked_for(life: Path) -> None:
    session = open_scenario(life, Store.in_memory(), lang="de")
    session.dispatch(c.Go(6))
    assert session.state.title == "Two readers — Die Karte"
    assert "Ihr Buch ist 4 Tage zu spät." in shown(session)
    assert "Der Regen, sagt sie." in shown(session)
    assert "Mei, your book is" not in shown(session)
    assert (session.state.languages, session.state.lang) == (("en", "de"), "de")


def test_another_language_changes_nothing_but_words(life: Path) -> None:
    session = open_scenario(life, Store.in_memory())
    session.dispatch(c.Go(6))
    session.dispatch(c.RemoveEvent(2))
    before = session.state
    session.dispatch(c.Speak("de"))
    after = session.state
    assert (after.number, after.branch, after.total) == (before.number, before.branch, before.total)
    assert after.doc == before.doc
    assert "Die Karte" in after.title
    session.dispatch(c.Speak("fr"))
    assert "The library card" in session.state.title, "the first language, where it is missing"


def test_a_branch_is_saved_in_every_language(life: Path) -> None:
    session = open_scenario(life, Store.in_memory(), lang="de")
    session.dispatch(c.RemoveEvent(2))
    saved = life.with_name("saved.yaml")
    session.dispatch(c.SaveBranch(saved))
    said = [versions(event.says) for event in load_scenario(saved).events if event.says]
    assert ("The rain, she says.", "Der Regen, sagt sie.") in said


def test_a_life_that_is_played_elsewhere_is_told_in_it_too(
    life: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_long(*_: object) -> None:
        raise TooLong

    monkeypatch.setattr(lives, "play", too_long)
    session = open_scenario(life, Store.in_memory(), lang="de")
    limit = time.monotonic() + 60
    while session.state.branch_state().status == "computing":
        assert time.monotonic() < limit
        session.poll()
        time.sleep(0.02)
    session.dispatch(c.Go(6))
    assert "Ihr Buch ist 4 Tage zu spät." in shown(session)
    session.close()
