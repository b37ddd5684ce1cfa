"""Every action of the registry does what it says, by its first key."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from engine.store.database import Store
from tests.tui.actions import CASES, FROM_THE_START
from tests.tui.driving import LATE, playing
from tui.actions import ACTIONS, BY_ID
from tui.app import DemeritApp
from tui.screens.base import Stage
from tui.session.session import open_scenario

for _name in ("moving", "making", "what_if", "files", "crowds", "stories"):
    pytest.register_assert_rewrite(f"tests.tui.actions.{_name}")
    import_module(f"tests.tui.actions.{_name}")


@pytest.mark.parametrize("ident", [action.id for action in ACTIONS])
async def test_an_action_does_what_it_says(
    ident: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ident in CASES, f"no case for {ident}"
    monkeypatch.chdir(tmp_path)
    case = CASES[ident]
    async with playing(path=None if case in FROM_THE_START else LATE) as play:
        await case(play, BY_ID[ident].keys[0])


def test_no_case_is_about_nothing() -> None:
    assert set(CASES) <= set(BY_ID)


def screens() -> dict[str, list[type[Stage[Any]]]]:
    """The screens of each context."""

    def below(kind: type[Any]) -> set[type[Any]]:
        return {kind} | {k for sub in kind.__subclasses__() for k in below(sub)}

    folder = Path(__file__).parents[2] / "tui" / "screens"
    for module in folder.glob("[a-z]*.py"):
        import_module(f"tui.screens.{module.stem}")
    made: dict[str, list[type[Stage[Any]]]] = {}
    for kind in below(Stage):
        for context in kind.contexts:
            made.setdefault(context, []).append(kind)
    return made


def test_every_screen_can_do_what_it_offers() -> None:
    known = screens()
    for action in ACTIONS:
        for context in action.where:
            if context == "any":
                assert hasattr(DemeritApp, action.handler) or hasattr(Stage, action.handler)
                continue
            for screen in known[context]:
                able = (
                    action.command
                    or hasattr(screen, action.handler)
                    or (hasattr(DemeritApp, action.handler))
                )
                assert able, f"{screen.__name__} cannot do {action.id}"


def test_the_life_of_the_tests_is_in_order() -> None:
    assert open_scenario(LATE, Store.in_memory()).total() == 11
