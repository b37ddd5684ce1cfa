"""The title of a slot: one tab a pane, and a word about the pane that is shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tui.widgets.lines import BAR_CLASSES, Line, Painter, Piece, spread, width_of


@dataclass(frozen=True, slots=True)
class Tabs:
    """What a bar shows."""

    names: tuple[tuple[str, str], ...]  # id, title
    active: str
    word: str = ""  # at the right end
    focused: bool = False


class TabBar(Widget, inherit_bindings=False):
    """One row of tabs."""

    COMPONENT_CLASSES: ClassVar[set[str]] = set(BAR_CLASSES)

    class Chosen(Message):
        """A tab was clicked."""

        def __init__(self, bar: TabBar, tab: str) -> None:
            super().__init__()
            self.bar = bar
            self.tab = tab

        @property
        def control(self) -> TabBar:
            return self.bar

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self.painter = Painter(self)
        self.tabs = Tabs((), "")

    def feed(self, tabs: Tabs) -> None:
        """Show something else, unless it is the same."""
        if tabs != self.tabs:
            self.tabs = tabs
            self.refresh()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self.painter.forget()

    def _pieces(self) -> Line:
        pieces: list[Piece] = []
        for name, title in self.tabs.names:
            active = name == self.tabs.active
            if active and self.tabs.focused:
                pieces.append((f" {title} ", "chip"))
            elif active:
                lone = len(self.tabs.names) == 1
                pieces += [(" ", ""), (title, "title" if lone else "tab"), (" ", "")]
            else:
                pieces.append((f" {title} ", "dim"))
        return tuple(pieces)

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        word: Line = ((f"{self.tabs.word} ", "dim"),) if self.tabs.word else ()
        return self.painter.strip(spread(self._pieces(), word, width), width, "bar-row")

    def on_click(self, event: events.Click) -> None:
        place = 0
        for name, title in self.tabs.names:
            wide = width_of(title) + 2
            if place <= event.x < place + wide:
                self.post_message(self.Chosen(self, name))
                return
            place += wide
