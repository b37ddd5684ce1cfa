"""A sheet with one list: what moving in it means, said once."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical

from tui.screens.base import Popup, Result
from tui.session.state import State
from tui.widgets.pane import Pane, Pick
from tui.widgets.status_line import Hints, Part, StatusLine


class Listing(Popup[Result]):
    """A title, a list, the keys. Subclasses say what the list is and what its lines do."""

    title_text: ClassVar[str] = ""

    def make_list(self) -> Pick:
        """The list; its id is ``list``."""
        raise NotImplementedError

    def compose(self) -> ComposeResult:
        with Vertical(classes="sheet"):
            yield StatusLine(id="sheet-title")
            yield self.make_list()
            yield Hints(id="hints")

    # Textual calls the handlers of every class, so that these are never overridden.

    def on_mount(self) -> None:
        self.query_one("#sheet-title", StatusLine).feed([self.heading()])
        self.begin()
        self.pick.choose(self.first_entry())
        self.focus_on("#list")

    def heading(self) -> Part:
        """The title."""
        return Part(f" {self.title_text}", "title")

    def begin(self) -> None:
        """Fill the list for the first time."""
        if self.desk.state is not None:
            self.renew(self.desk.state)

    def first_entry(self) -> int:
        """Which entry is chosen at first."""
        return 0

    @property
    def pick(self) -> Pick:
        """The list."""
        return self.query_one("#list", Pick)

    def renew(self, state: State) -> None:
        """Show a state in the list."""

    def on_screen_resume(self) -> None:
        if self.desk.state is not None and self.is_mounted and self.query("#list"):
            self.renew(self.desk.state)

    def on_pane_chosen(self, message: Pane.Chosen) -> None:
        """A click chooses; enter does."""
        message.stop()
        self.hush()

    def do_line_down(self, count: int = 0) -> None:
        self.pick.step(count or 1)

    def do_line_up(self, count: int = 0) -> None:
        self.pick.step(-(count or 1))

    def do_page_down(self, count: int = 0) -> None:
        self.pick.step(max(self.pick.size.height // 2, 1))

    def do_page_up(self, count: int = 0) -> None:
        self.pick.step(-max(self.pick.size.height // 2, 1))
