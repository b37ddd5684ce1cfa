"""The app in a test: a life of our own, keys, and what is seen."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from engine.store.database import Store
from tui.app import DemeritApp, Launch
from tui.opening import Opener, opener_of
from tui.picture import text_of
from tui.session.session import Session
from tui.session.state import State

LIFE = Path(__file__).parent / "life"
LATE = LIFE / "scenarios" / "late.yaml"
SIZES = ((80, 24), (100, 30), (140, 45))
#: Keys as Textual's pilot wants them.
_NAMES = {
    " ": "space", "?": "question_mark", "/": "slash", ":": "colon", "=": "equals_sign",
    "+": "plus", "-": "minus", "[": "left_square_bracket", "]": "right_square_bracket",
    "{": "left_curly_bracket", "}": "right_curly_bracket", ".": "full_stop",
    "^": "circumflex_accent", "!": "exclamation_mark", "_": "underscore",
    "(": "left_parenthesis", ")": "right_parenthesis", ">": "greater_than_sign",
    ",": "comma",
}  # fmt: skip


@dataclass
class Play:
    """A running app."""

    app: DemeritApp
    pilot: Pilot[int]

    async def keys(self, *keys: str) -> None:
        """Press keys, written as in the registry: ``g g`` is two of them."""
        for key in keys:
            for part in [key] if key == " " else key.split(" "):
                await self.pilot.press(_NAMES.get(part, part))
        await self.pilot.pause()

    async def type(self, text: str) -> None:
        """Type letters into a field."""
        for char in text:
            await self.pilot.press(_NAMES.get(char, char))
        await self.pilot.pause()

    async def replace(self, text: str) -> None:
        """Type a text instead of what stands in the field."""
        await self.pilot.press("end", *(["backspace"] * 60))
        await self.type(text)

    async def until(self, holds: Callable[[], object]) -> None:
        """Wait until something is so, or say that it never was."""
        for _ in range(400):
            if holds():
                return
            await self.pilot.pause(0.05)
        raise AssertionError("it did not come about within 20 seconds")

    @property
    def edits(self) -> tuple[Any, ...]:
        """What the branch in use changes."""
        return self.state.branch_state().edits

    @property
    def session(self) -> Session:
        assert self.app.session is not None
        return self.app.session

    @property
    def state(self) -> State:
        return self.session.state

    @property
    def screen(self) -> Any:
        return self.app.screen

    @property
    def where(self) -> str:
        """The name of the screen in front."""
        return type(self.app.screen).__name__.removesuffix("Screen").lower()

    def seen(self) -> str:
        """The screen as text."""
        return text_of(self.app)


@asynccontextmanager
async def playing(
    opener: Opener | None = None, *, size: tuple[int, int] = (80, 24), store: Store | None = None,
    path: Path | None = LATE, launch: Launch | None = None, **more: Any,
) -> AsyncIterator[Play]:  # fmt: skip
    """The app on a life; ``path=None``: on the start screen."""
    if opener is None and path is not None:
        opener = opener_of(path)
    store = store or Store.in_memory()
    app = DemeritApp(store, launch or Launch(opener, **more))
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        await pilot.pause()
        yield Play(app, pilot)
    store.close()
