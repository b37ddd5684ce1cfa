"""The two lines at the foot: where one is and what is running; what can be done, or was said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tui.widgets.lines import BAR_CLASSES, Line, Painter, cut, width_of

_ALWAYS = ("help", "back")


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of the line, and the action that a click on it does."""

    text: str
    role: str = ""
    action: str = ""


class Wanted(Message):
    """Somebody clicked on what stands for an action."""

    def __init__(self, action: str) -> None:
        super().__init__()
        self.action = action


class _Row(Widget, inherit_bindings=False):
    """One line of parts that can be clicked."""

    COMPONENT_CLASSES: ClassVar[set[str]] = set(BAR_CLASSES)

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self.painter = Painter(self)
        self.parts: tuple[Part, ...] = ()
        self.tail: tuple[Part, ...] = ()

    def feed(self, parts: Sequence[Part], tail: Sequence[Part] = ()) -> None:
        """Show other parts; ``tail`` stands at the right end."""
        if (tuple(parts), tuple(tail)) != (self.parts, self.tail):
            self.parts, self.tail = tuple(parts), tuple(tail)
            self.refresh()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self.painter.forget()

    def _fitted(self) -> list[Part]:
        """The parts with their texts as they are shown; what does not fit is left out."""
        width = self.size.width
        tail = list(self.tail)
        size = sum(width_of(part.text) for part in tail)
        made: list[Part] = []
        left = width - size
        for part in self.parts:
            wide = width_of(part.text)
            if wide > left:
                if left > 8:
                    made.append(Part(cut(part.text, left), part.role, part.action))
                    left = 0
                break
            made.append(part)
            left -= wide
        return [*made, Part(" " * max(left, 0)), *tail]

    def render_line(self, y: int) -> Strip:
        pieces: Line = tuple((part.text, part.role) for part in self._fitted())
        return self.painter.strip(pieces, self.size.width, "bar-row")

    def on_click(self, event: events.Click) -> None:
        place = 0
        for part in self._fitted():
            wide = width_of(part.text)
            if place <= event.x < place + wide:
                if part.action:
                    self.post_message(Wanted(part.action))
                return
            place += wide


class StatusLine(_Row):
    """Position, branch, filter, what is running."""


class Hints(_Row):
    """The keys that matter here; a message takes their place until the next key."""

    def hint(self, hints: Sequence[tuple[str, str, str]]) -> None:
        """Show keys: (key, title, action id); help and the way out are never left out."""
        last = [hint for hint in hints if hint[2] in _ALWAYS]
        tail = [part for hint in last for part in self._parts(hint)]
        left = self.size.width - sum(width_of(part.text) for part in tail)
        parts: list[Part] = []
        for hint in hints:
            if hint[2] in _ALWAYS:
                continue
            made = self._parts(hint)
            wide = sum(width_of(part.text) for part in made)
            if wide > left:
                break
            parts += made
            left -= wide
        self.feed(parts, tail)

    @staticmethod
    def _parts(hint: tuple[str, str, str]) -> tuple[Part, Part]:
        key, title, action = hint
        return Part(f" {key}", "title", action), Part(f" {title} ", "dim", action)

    def say(self, text: str, role: str = "strong") -> None:
        """Show a message."""
        self.feed((Part(f" {text}", role),))
