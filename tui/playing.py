"""``demerit play``: opens the store, reads the user's keys, runs the app."""

from __future__ import annotations

from pathlib import Path

from platformdirs import user_config_path

from engine.store.database import Store
from tui.actions import ACTIONS, with_keys
from tui.app import DemeritApp, Launch
from tui.keys import remapped
from tui.targets import Target


def keys_file() -> Path:
    """Where a user may give other keys to actions."""
    return user_config_path("demerit", appauthor=False) / "keys.toml"


def play_on_screen(
    target: Target, step: int, who: str, theme: str, lang: str | None, *, mouse: bool
) -> int:
    """Run the app until it is left; gives the exit code."""
    actions = with_keys(remapped(keys_file(), [action.id for action in ACTIONS]))
    store = Store.open()
    try:
        launch = Launch(target.opener, target.crowd, target.note, step, who, theme, lang, actions)
        app = DemeritApp(store, launch)
        app.run(mouse=mouse)
        return app.return_code or 0
    finally:
        store.close()
