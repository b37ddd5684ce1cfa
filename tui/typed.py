"""Keys one after the other: the next one waits until the last one has done what it does.

Textual hands out keys as they come. Over a slow line several come at once, and ``/fee``
would open the search and do ``f``, ``e`` and ``e`` on the screen behind it.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

from textual import events
from textual.app import App
from textual.message_pump import MessagePump

_PATIENCE = 0.3  # seconds after which a key is taken for done, whatever became of it


class Typed:
    """The keys that were typed and not handed out yet."""

    def __init__(self, app: App[Any], hand_out: Callable[[events.Event], Awaitable[None]]) -> None:
        self._app = app
        self._hand_out = hand_out
        self._keys: deque[events.Key] = deque()
        self._turn = 0
        self._since: float | None = None  # when the last one was handed out; None: it is done

    async def add(self, key: events.Key) -> None:
        """A key was typed."""
        self._keys.append(key)
        await self.look()

    async def look(self) -> None:
        """Hand out the next key, if the last one is done."""
        late = self._since is not None and time.monotonic() - self._since > _PATIENCE
        if self._keys and (self._since is None or late):
            self._turn += 1
            self._since = time.monotonic()
            target = self._app.focused or self._app.screen
            await self._hand_out(self._keys.popleft())
            way = [node for node in target.ancestors_with_self if node is not self._app]
            # Twice: a binding, as enter in a field, is done at the top and sends word up again.
            self._follow(self._turn, [*way, self._app, *way, self._app])

    def _follow(self, turn: int, way: list[MessagePump]) -> None:
        """Go behind a key from where it was handed to up to the app, then through the
        screen that it may have opened."""
        for place, node in enumerate(way):
            if node.call_later(self._follow, turn, way[place + 1 :]):
                return
        screens = self._app.screen_stack
        if screens:
            screens[-1].call_later(self._app.call_later, self._done, turn)

    async def _done(self, turn: int) -> None:
        if turn == self._turn:
            self._since = None
            await self.look()
