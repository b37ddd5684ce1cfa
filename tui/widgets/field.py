"""Fields to type into, which take no control or format character from a paste."""

from __future__ import annotations

from textual import events
from textual.widgets import Input, TextArea

from engine.text import safe

#: Keys that a screen reads even while something is typed.
PASSED = frozenset(
    {"escape", "tab", "shift+tab", "up", "down", "ctrl+p", "ctrl+q", "ctrl+c", "ctrl+s", "ctrl+t",
     "f1", "f2", "f3", "f4", "f12", "pageup", "pagedown"}
)  # fmt: skip


class Field(Input, inherit_css=True):
    """One line."""

    def __init__(self, value: str = "", *, placeholder: str = "", id: str | None = None,  # noqa: A002  # Textual's name
                 classes: str | None = None) -> None:  # fmt: skip
        super().__init__(safe(value), placeholder=placeholder, id=id, classes=classes,
                         select_on_focus=False)  # fmt: skip

    def _on_paste(self, event: events.Paste) -> None:
        """Only the first line, and that made safe."""
        event.stop()
        event.prevent_default()
        lines = event.text.splitlines()
        if lines:
            self.insert_text_at_cursor(safe(lines[0]))


class NoteField(TextArea):
    """Several lines."""

    async def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        self.insert(safe(event.text, lines=True))
