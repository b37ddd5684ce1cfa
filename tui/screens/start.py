"""The start screen: recent work, every pack with its scenarios, and what each is about."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.geometry import Region
from textual.message import Message
from textual.widgets import Input

from tui import library
from tui.library import Entry, Leaflet
from tui.opening import opener_of
from tui.screens.base import Stage
from tui.screens.board import Board
from tui.widgets.field import Field
from tui.widgets.lines import BLANK, Line, fit, hanging, width_of
from tui.widgets.pane import Pane, Pick
from tui.widgets.status_line import Hints, Part, StatusLine

_TWO = 90  # columns from which the leaflet has a place of its own


class EntryList(Pick):
    """Entries under the names of their packs."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self.entries: dict[int, Entry] = {}

    def build(self, width: int, height: int) -> list[Line]:
        entries: tuple[Entry, ...] = self.data
        lines: list[Line] = []
        self.stops, self.entries = [], {}
        before: str | None = None
        wide = min(max((width_of(e.name) for e in entries), default=0), width // 2, 26)
        for entry in entries:
            group = "Recent" if entry.recent else entry.pack or "In this folder"
            if group != before:
                before = group
                lines += [*([BLANK] if lines else []), ((f" {group}", "heading"),)]
            self.stops.append(len(lines))
            self.entries[len(lines)] = entry
            lines.append(((f"   {fit(entry.name, wide)}  ", "strong"), (entry.title, "dim")))
        return lines or [BLANK, (("   nothing is called that; esc shows everything", "dim"),)]

    def fed(self, before: tuple[Entry, ...] | None, data: tuple[Entry, ...]) -> None:
        super().fed(before, data)
        if before is None:  # only now there are lines to choose
            self.post_message(StartScreen.Looked())

    def chosen(self) -> Entry | None:
        """The entry under the cursor."""
        return self.entries.get(self.cursor)

    def step(self, by: int) -> None:
        before = self.cursor
        super().step(by)
        if self.cursor != before:
            self.post_message(StartScreen.Looked())


class LeafletView(Pane):
    """What the chosen scenario is about."""

    def build(self, width: int, height: int) -> list[Line]:
        leaflet: Leaflet = self.data
        lead: Line = ((" ", ""),)
        lines = [BLANK, *hanging(lead, leaflet.title, "title", width), BLANK]
        if leaflet.about:
            lines += [*hanging(lead, leaflet.about, "", width), BLANK]
        if leaflet.people:
            lines += hanging(lead, f"{_count(len(leaflet.people), 'person', 'people')}: "
                             f"{', '.join(leaflet.people[:12])}", "dim", width)  # fmt: skip
        if leaflet.events:
            lines += hanging(lead, _count(leaflet.events, "event", "events"), "dim", width)
        if leaflet.policy_title:
            lines += [BLANK, *hanging(lead, f"The policy: {leaflet.policy_title}", "strong", width)]
            lines += hanging(lead, leaflet.policy_about, "dim", width)
        return lines


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


class StartScreen(Stage[None]):
    """Choose a life."""

    contexts: ClassVar[tuple[str, ...]] = ("start", "list")

    class Looked(Message):
        """Another entry is under the cursor."""

    def __init__(self) -> None:
        super().__init__()
        self.all: tuple[Entry, ...] = ()

    def compose(self) -> ComposeResult:
        yield Board(
            StatusLine(id="title"), Field(placeholder="type to find", id="start-field"),
            EntryList(id="entries"), LeafletView(id="leaflet"), Hints(id="hints"), id="board",
        )  # fmt: skip

    def on_mount(self) -> None:
        self.query_one("#title", StatusLine).feed(
            [
                Part(" demerit", "title"),
                Part("  a life under an imagined policy, step by step", "dim"),
            ],
        )
        self.all = (*library.recent(self.desk.store), *library.here(Path.cwd()), *library.entries())
        self.lay_out()
        self._narrow("")
        self.focus_on("#entries")

    def on_resize(self) -> None:
        self.lay_out()

    def lay_out(self) -> None:
        """The list, and beside or below it what it is about."""
        width, height = self.size
        if not width:
            return
        body = height - 3
        places = {"title": Region(0, 0, width, 1), "start-field": Region(0, 1, width, 1),
                  "hints": Region(0, height - 1, width, 1)}  # fmt: skip
        if width >= _TWO:
            left = max(width * 45 // 100, 44)
            places["entries"] = Region(0, 2, left, body)
            places["leaflet"] = Region(left + 1, 2, width - left - 1, body)
        else:
            list_height = max(body * 11 // 20, 3)
            places["entries"] = Region(0, 2, width, list_height)
            places["leaflet"] = Region(0, 2 + list_height + 1, width, body - list_height - 1)
        self.query_one(Board).place(places)

    def _narrow(self, typed: str) -> None:
        words = typed.lower().split()
        found = tuple(
            entry for entry in self.all
            if all(word in f"{entry.pack} {entry.name} {entry.title}".lower() for word in words)
        )  # fmt: skip
        entries = self.query_one(EntryList)
        entries.feed(found)
        entries.choose(0)
        self._look()

    def _look(self) -> None:
        entry = self.query_one(EntryList).chosen()
        if entry is not None:
            self.query_one(LeafletView).feed(library.leaflet(entry))

    def on_start_screen_looked(self, message: StartScreen.Looked) -> None:
        message.stop()
        self._look()

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._narrow(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.do_list_open()

    def on_pane_chosen(self, message: Pane.Chosen) -> None:
        message.stop()
        if isinstance(message.pane, EntryList):
            self._look()
            self.do_list_open()

    # --- actions ------------------------------------------------------------------------------

    def do_list_open(self) -> None:
        """Open the chosen life."""
        entry = self.query_one(EntryList).chosen()
        if entry is not None and entry.kind == "simulation":
            self.call_after_refresh(self.desk.open_crowd, entry.path)
        elif entry is not None:
            self.say(f"opening {entry.title} …")
            self.call_after_refresh(self.desk.open, opener_of(entry.path, lang=self.desk.lang))

    def do_list_filter(self) -> None:
        self.focus_on("#start-field")

    def do_line_down(self, count: int = 0) -> None:
        self.query_one(EntryList).step(count or 1)

    def do_line_up(self, count: int = 0) -> None:
        self.query_one(EntryList).step(-(count or 1))

    def do_page_down(self, count: int = 0) -> None:
        self.query_one(EntryList).step(8)

    def do_page_up(self, count: int = 0) -> None:
        self.query_one(EntryList).step(-8)

    def do_back(self) -> None:
        """Out of the field, else back to the life that is open, else out."""
        field = self.query_one(Field)
        if field.value or field.has_focus:
            field.value = ""
            self.focus_on("#entries")
        elif self.is_last():
            self.desk.do_quit()
        else:
            self.dismiss(None)

    def is_last(self) -> bool:
        field = self.query_one(Field)
        return not (field.value or field.has_focus) and len(self.app.screen_stack) <= 2
