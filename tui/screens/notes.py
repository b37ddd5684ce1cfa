"""Notes and bookmarks: to read, to change, to go to; and the field in which one is written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical

from engine.text import safe
from tui.screens.base import Popup
from tui.screens.listing import Listing
from tui.session import commands as c
from tui.session.state import Marked, State
from tui.widgets.field import NoteField
from tui.widgets.lines import BLANK, Line, hanging
from tui.widgets.pane import Pick, blank_or
from tui.widgets.status_line import Hints, Part, StatusLine


class NoteScreen(Popup[None]):
    """A note of several lines; ``keep`` says why it cannot be kept, or ""."""

    contexts: ClassVar[tuple[str, ...]] = ("note",)

    def __init__(self, title: str, text: str, keep: Callable[[str], str]) -> None:
        super().__init__()
        self._title = title
        self._text = safe(text, lines=True)
        self._keep = keep
        self._warned = False  # that what was written is not kept yet

    def compose(self) -> ComposeResult:
        with Vertical(id="note"):
            yield StatusLine(id="note-title")
            yield NoteField(self._text, id="note-field", soft_wrap=True)
            yield Hints(id="hints")

    def on_mount(self) -> None:
        self.query_one(StatusLine).feed([Part(f" {safe(self._title)}", "title")])
        field = self.query_one(NoteField)
        self.set_focus(field)
        field.move_cursor(field.document.end)

    def hints(self) -> Sequence[tuple[str, str, str]]:
        return [("ctrl+s", "keep", "note.keep"), ("f12", "help", "help"),
                ("esc", "leave", "back")]  # fmt: skip

    def do_back(self) -> None:
        """Leave; what was written and not kept is thrown away only when asked twice."""
        written = self.query_one(NoteField).text
        if self._warned or written.strip() in ("", self._text.strip()):
            self.dismiss(None)
            return
        self._warned = True
        self.say("not kept yet: ctrl+s keeps it, esc once more throws it away", "warn")

    def do_note_keep(self) -> None:
        """Keep what was written."""
        why = self._keep(self.query_one(NoteField).text)
        if why:
            self.say(why, "bad")
        elif self.app.screen is self:
            self.dismiss(None)


class _Notes(Pick):
    """Notes with where they are."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self.marks: dict[int, tuple[str, Marked]] = {}
        self.owners: list[int] = []

    def build(self, width: int, height: int) -> list[Line]:
        notes, bookmarks = self.data
        lines: list[Line] = []
        self.stops, self.marks, self.owners = [], {}, []

        def put(kind: str, mark: Marked, made: list[Line]) -> None:
            self.stops.append(len(lines))
            self.marks[len(lines)] = kind, mark
            self.owners += [len(lines)] * len(made)
            lines.extend(made)

        def say(*more: Line) -> None:
            self.owners.extend([-1] * len(more))
            lines.extend(more)

        if notes:
            say(((" Notes", "heading"),))
        for note in notes:
            where = f"on {note.clause}" if note.clause else _where(note)
            lead: Line = (("  ✎ ", "info"),)
            made = [(*lead, (where, "dim"))]
            for part in note.text.split("\n"):
                made += hanging((("    ", ""),), part, "", width)
            put("note", note, [*made])
        if bookmarks:
            say(*([BLANK] if lines else []), ((" Bookmarks", "heading"),))
        for mark in bookmarks:
            put("bookmark", mark, [(("  ★ ", "mark"), (_where(mark), ""))])
        return blank_or(lines, "no notes and no bookmarks: press a or m on a step")

    def under(self, index: int) -> str:
        """The whole note is set off."""
        owners = self.owners
        if self.cursor not in self.stops or index >= len(owners) or owners[index] != self.cursor:
            return ""
        return "cursor" if self.has_focus else "cursor-dim"

    def clicked(self, index: int, x: int) -> None:
        if index < len(self.owners) and self.owners[index] >= 0:
            super().clicked(self.owners[index], x)

    def mark(self) -> tuple[str, Marked] | None:
        """What is chosen."""
        return self.marks.get(self.cursor)


def _where(mark: Marked) -> str:
    if not mark.number:
        return f"{mark.at} (this step is not in this life)"
    return f"step {mark.number}, {mark.at}"


class NotesScreen(Listing[None]):
    """All notes and bookmarks."""

    contexts: ClassVar[tuple[str, ...]] = ("notes", "list")
    title_text = "Notes and bookmarks"

    def make_list(self) -> Pick:
        return _Notes(id="list")

    def renew(self, state: State) -> None:
        order = sorted(state.notes, key=lambda note: (bool(note.clause), note.number))
        marks = sorted(state.bookmarks, key=lambda mark: mark.number)
        self.pick.feed((tuple(order), tuple(marks)))

    @property
    def picked(self) -> tuple[str, Marked] | None:
        """What is chosen: "note" or "bookmark", and the mark."""
        return self.query_one(_Notes).mark()

    def do_list_open(self) -> None:
        """Go to where it is."""
        if self.picked is None:
            return
        _, mark = self.picked
        if not mark.number:
            self.say("it is about a clause, not a step" if mark.clause else
                     "this step is not in this life", "warn")  # fmt: skip
            return
        self.dismiss(None)
        self.app.call_later(self.desk.dispatch, c.Go(mark.number))

    def do_list_remove(self) -> None:
        if self.picked is None:
            return
        kind, mark = self.picked
        if kind == "note":
            self.desk.dispatch(c.RemoveNote(mark.id))
            return
        state = self.desk.state
        if not mark.number or state is None:
            self.say("this step is not in this life; remove it where it is", "warn")
            return
        back = state.number
        self.desk.dispatch(c.Go(mark.number))
        self.desk.dispatch(c.Bookmark())
        self.desk.dispatch(c.Go(back))

    def do_list_edit(self) -> None:
        if self.picked is None:
            return
        kind, mark = self.picked
        if kind != "note":
            self.say("a bookmark has no text; write a note with a", "warn")
            return
        self.app.push_screen(NoteScreen(
            f"Note on {mark.clause or f'step {mark.number}'}", mark.text,
            lambda text: self.desk.attempt(c.EditNote(mark.id, text)),
        ))  # fmt: skip

    def do_copy(self) -> None:
        if self.picked is not None:
            self.desk.copy(self.picked[1].text or _where(self.picked[1]))

    def hints(self) -> Sequence[tuple[str, str, str]]:
        return [("enter", "go there", "list.open"), *super().hints()[1:]]
