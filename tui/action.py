"""One thing that a user can do: what the registry in :mod:`tui.actions` is made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tui.session import commands as c
from tui.session.state import State

When = Callable[[State], str]


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that a user can do."""

    id: str
    keys: tuple[str, ...]  # a sequence is written with spaces: "g g"
    title: str  # in the palette and among the hints
    help: str  # one or two sentences
    group: str  # heading in `?`
    where: tuple[str, ...]  # contexts: screens, "list", or "any"
    command: Callable[[int], c.Command] | None = None  # from the count (0: none was given)
    when: When | None = None  # why it cannot be done now; "" if it can
    counts: bool = False  # whether a number before the key means something
    hint: int = 0  # order among the hints at the foot of its screen; 0: not there

    @property
    def handler(self) -> str:
        """The name of the method that does it, where there is no command."""
        return "do_" + self.id.replace(".", "_").replace("-", "_")
