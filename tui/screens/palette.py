"""The palette: every action by a few letters of its name; a number goes to that step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input

from tui.actions import Action
from tui.keys import shown
from tui.screens.base import Popup, Stage
from tui.widgets.field import Field
from tui.widgets.lines import Line, fit, shortened, width_of
from tui.widgets.pane import Pane, Pick
from tui.widgets.status_line import Hints, Part, StatusLine


def fits(action: Action, typed: str) -> int:
    """How well an action fits what was typed: 0 not at all, more is better."""
    low = typed.lower().strip()
    title, more = action.title.lower(), f"{action.id} {action.group} {action.help}".lower()
    if not low:
        return 1
    if title.startswith(low):
        return 5
    if any(word.startswith(low) for word in title.split()):
        return 4
    if low in title:
        return 3
    if all(word in f"{title} {more}" for word in low.split()):
        return 2
    return 1 if _scattered(low, title) else 0


def _scattered(letters: str, text: str) -> bool:
    """Whether the letters stand in the text in this order."""
    found = iter(text)
    return all(letter in found for letter in letters if letter != " ")


class Actions(Pick):
    """Actions, one a line: title, keys, and why it cannot be done now."""

    def build(self, width: int, height: int) -> list[Line]:
        entries: tuple[tuple[Action, str], ...] = self.data
        self.stops = list(range(len(entries)))
        keys = min(max((width_of(self._keys(a)) for a, _ in entries), default=0), 18)
        titles = min(max((width_of(a.title) for a, _ in entries), default=0), width // 2)
        return [
            shortened(((f"  {fit(self._keys(action), keys)}  ", "dim" if why else "title"),
                       (fit(action.title, titles), "dim" if why else "strong"),
                       (f"  {f'— {why}' if why else action.help}", "dim")), width)
            for action, why in entries
        ]  # fmt: skip

    @staticmethod
    def _keys(action: Action) -> str:
        return "  ".join(shown(key) for key in action.keys)


class PaletteScreen(Popup[str]):
    """Gives the id of the action that was chosen."""

    contexts: ClassVar[tuple[str, ...]] = ("list",)

    def __init__(self, behind: Stage[Any]) -> None:
        super().__init__()
        self.behind = behind

    def compose(self) -> ComposeResult:
        with Vertical(id="palette"):
            yield StatusLine(id="palette-title")
            yield Field(placeholder="a few letters, or the number of a step", id="palette-field")
            yield Actions(id="palette-list")
            yield Hints(id="hints")

    def on_mount(self) -> None:
        self.query_one(StatusLine).feed([Part(" What do you want to do?", "title")])
        self.set_focus(self.query_one(Field))
        self._narrow("")

    def hints(self) -> Sequence[tuple[str, str, str]]:
        return [("enter", "do it", ""), ("↑↓", "choose", ""), ("esc", "leave", "back")]

    def _narrow(self, typed: str) -> None:
        scored = [(fits(a, typed), a) for a in self.behind.own_actions() if a.id != "palette"]
        found = sorted((pair for pair in scored if pair[0]), key=lambda pair: -pair[0])
        pick = self.query_one(Actions)
        pick.feed(tuple((a, self.behind.reason(a)) for _, a in found))
        pick.choose(0)

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._narrow(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        typed = event.value.strip()
        if typed.isdigit():
            self.dismiss(typed)
        else:
            self._take()

    def _take(self) -> None:
        pick = self.query_one(Actions)
        if pick.entry < 0:
            self.say("no action is called that", "warn")
            return
        action, why = pick.data[pick.entry]
        if why:
            self.say(why, "warn")
        else:
            self.dismiss(action.id)

    def do_list_open(self) -> None:
        self._take()

    def on_pane_chosen(self, message: Pane.Chosen) -> None:
        self._take()

    def do_line_down(self, count: int = 0) -> None:
        self.query_one(Actions).step(count or 1)

    def do_line_up(self, count: int = 0) -> None:
        self.query_one(Actions).step(-(count or 1))

    def do_page_down(self, count: int = 0) -> None:
        self.query_one(Actions).step(8)

    def do_page_up(self, count: int = 0) -> None:
        self.query_one(Actions).step(-8)
