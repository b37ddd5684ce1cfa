"""Keys: counts, sequences, what a user may change, and that no two actions want the same one."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.findings import DemeritError
from tests.tui.driving import LATE, playing
from tui.actions import ACTIONS, BY_ID, of_contexts, table_of, with_keys
from tui.app import Launch
from tui.keys import Reader, name_of, remapped, shown
from tui.opening import opener_of

SCREENS = ("start", "stepper", "compare", "edit", "stops", "notes", "branches", "export",
           "findings", "stories", "cast", "tell")  # fmt: skip


@pytest.mark.parametrize("screen", SCREENS)
def test_no_key_means_two_things(screen: str) -> None:
    contexts = (screen, *(["list"] if screen not in ("stepper", "compare", "edit") else []), "any")
    mine = of_contexts(ACTIONS, contexts)
    own = [key for action in mine if screen in action.where for key in action.keys]
    assert len(own) == len(set(own))
    table = table_of(ACTIONS, contexts)
    for key in table:
        first = key.split(" ")[0]
        assert key == first or first not in table, f"{first} would never wait for {key}"


def test_every_action_can_be_found_and_says_what_it_does() -> None:
    for action in ACTIONS:
        assert action.keys
        assert action.help.endswith(".")
        assert action.title == action.title.lower() or action.title.startswith("N")
        assert len(action.title) <= 26


def test_counts_and_sequences_are_read() -> None:
    reader = Reader({"l": "on", "g g": "first", "0": "zero", "g t": "tab"})
    assert reader.press("1").pending == "1"
    assert reader.press("0").pending == "10"
    assert (reader.press("l").action, reader.press("0").action) == ("on", "zero")
    assert reader.press("3").action == reader.press("g").action == ""
    made = reader.press("g")
    assert (made.action, made.count) == ("first", 3)
    reader.press("g")
    assert not reader.press("x").known
    assert reader.press("l").action == "on"
    reader.press("5")
    reader.press("escape")
    assert reader.press("l").count == 0


def test_a_count_has_an_end() -> None:
    reader = Reader({"l": "on"})
    for _ in range(40):
        reader.press("9")
    assert reader.press("l").count == 9_999_999


def test_keys_are_shown_as_people_know_them() -> None:
    assert [shown(k) for k in ("g g", "shift+left", "space", "ctrl+r", "+", "escape")] == [
        "gg", "shift+←", "space", "ctrl+r", "+", "esc"]  # fmt: skip
    assert name_of("question_mark", "?") == "?"
    assert name_of("space", " ") == "space"
    assert name_of("ctrl+d", "\x04") == "ctrl+d"


def keys_file(folder: Path, text: str) -> Path:
    path = folder / "keys.toml"
    path.write_text(text, encoding="utf-8")
    return path


async def test_a_user_gives_an_action_another_key(tmp_path: Path) -> None:
    path = keys_file(tmp_path, '[keys]\n"step.next" = ["ö", "g n"]\n')
    actions = with_keys(remapped(path, [action.id for action in ACTIONS]))
    async with playing(launch=Launch(opener_of(LATE), actions=actions)) as play:
        await play.keys("ö", "g n", "l")
        assert play.state.number == 3
        assert "ö next step" in play.seen()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[keys]\n"step.forward" = ["x"]\n', "did you mean `step.next`"),
        ('[keys]\n"step.next" = "x"\n', "write a list"),
        ('[keys]\n"step.next" = ["hyperspace"]\n', "write a list"),
        ("[keys\n", "is no TOML"),
        ("keys = 1\n", "write `[keys]`"),
    ],
)
def test_mistakes_in_the_file_of_keys_are_told(tmp_path: Path, text: str, told: str) -> None:
    path = keys_file(tmp_path, text)
    with pytest.raises(DemeritError) as error:
        remapped(path, list(BY_ID))
    finding = error.value.findings[0]
    assert finding.code == "D722"
    assert told in f"{finding.message} {finding.hint}" or told.startswith("did you mean")


def test_without_a_file_of_keys_all_is_as_it_was(tmp_path: Path) -> None:
    assert remapped(tmp_path / "keys.toml", list(BY_ID)) == {}
    assert with_keys({}) == ACTIONS
