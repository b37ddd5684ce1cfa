"""Cast sheets: everybody in this life, and all that is known of one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult

from tui.screens.base import Stage
from tui.screens.board import Board, list_and_sheet
from tui.screens.stories import step_into, stepper_forgets
from tui.session.state import State
from tui.widgets.cast_view import CastList, People, SheetView
from tui.widgets.pane import Pane
from tui.widgets.status_line import Hints, Part, StatusLine

PLACE = "cast"  # what the app remembers of where one was


class CastScreen(Stage[None]):
    """Choose a person; enter goes to their life."""

    contexts: ClassVar[tuple[str, ...]] = ("cast", "list")

    def compose(self) -> ComposeResult:
        yield Board(StatusLine(id="title"), CastList(id="people"), SheetView(id="sheet"),
                    Hints(id="hints"), id="board")  # fmt: skip

    def on_mount(self) -> None:
        self.hush()
        state = self.desk.state
        self.lay_out()
        who = self.desk.memory.pop(PLACE, "") or (state.who if state is not None else "")
        self.people.choose(who)
        self._look()
        self.focus_on("#people")

    def on_resize(self) -> None:
        self.lay_out()

    def lay_out(self) -> None:
        """The people, and beside them the sheet of one."""
        width, height = self.size
        if not width:
            return
        above = max((height - 2) // 4, 2)
        places = list_and_sheet(self.size, ("people", "sheet"), (27, 38), above)
        self.query_one(Board).place(places)
        if self.desk.state is not None:
            self.renew(self.desk.state)

    def renew(self, state: State) -> None:
        session = self.desk.session
        if session is None:
            return
        view = session.view()
        at = f" step {state.number} of {state.total}, {view.at} " if state.number else ""
        self.query_one("#title", StatusLine).feed(
            [Part(f" The cast of {state.title} ", "title")], [Part(at, "dim")]
        )
        key = view.branch, view.revision, state.number, len(state.people)
        self.people.feed(People(key, state.people, session.short))
        self._look()

    def _look(self) -> None:
        """Show the sheet of the chosen person."""
        who, session = self.people.who(), self.desk.session
        if who and session is not None:
            self.sheet.feed(session.sheet(who))

    @property
    def people(self) -> CastList:
        """The list."""
        return self.query_one(CastList)

    @property
    def sheet(self) -> SheetView:
        """The sheet."""
        return self.query_one(SheetView)

    def hints(self) -> Sequence[tuple[str, str, str]]:
        word = "their sheet" if self.sheet.has_focus else "go to that life"
        made = [(key, word if ident == "list.open" else title, ident)
                for key, title, ident in super().hints()]  # fmt: skip
        return [made[0], ("tab", "other side", "pane.next"), *made[1:]]

    # --- actions ----------------------------------------------------------------------------------

    def do_list_open(self) -> None:
        """To the life of the person; on a relation, to the sheet of that person."""
        if self.sheet.has_focus:
            related = self.sheet.chosen()
            if related is None:
                self.say("choose somebody whom they belong to, or press tab for the list", "warn")
                return
            self.people.choose(related.who_id)
            self._look()
            return
        state, who = self.desk.state, self.people.who()
        if who and state is not None:
            self.desk.memory[PLACE] = who
            step_into(self, state.number, who, "cast.list")

    def do_tell(self) -> None:
        """The file of this person."""
        from tui.screens.tell import Telling, TellScreen

        who = self.people.who()
        if who:
            self.app.push_screen(TellScreen(Telling(form="dossier", who=who)))

    def do_copy(self) -> None:
        self.desk.copy(self.sheet.text())

    def do_back(self) -> None:
        stepper_forgets(self)
        self.dismiss(None)

    def do_pane_next(self) -> None:
        self.focus_on("#people" if self.sheet.has_focus else "#sheet")
        self.hush()

    def do_pane_back(self) -> None:
        self.do_pane_next()

    def do_line_down(self, count: int = 0) -> None:
        self._move(count or 1)

    def do_line_up(self, count: int = 0) -> None:
        self._move(-(count or 1))

    def do_page_down(self, count: int = 0) -> None:
        self._page(1)

    def do_page_up(self, count: int = 0) -> None:
        self._page(-1)

    def _page(self, way: int) -> None:
        if self.sheet.has_focus:
            self.sheet.scroll_lines(way * max(self.sheet.size.height // 2, 1))
        else:
            self._move(way * max(self.people.size.height // 2, 1))

    def _move(self, by: int) -> None:
        (self.sheet if self.sheet.has_focus else self.people).step(by)
        self._look()

    def on_pane_chosen(self, message: Pane.Chosen) -> None:
        """A click chooses somebody, or goes to the sheet of somebody whom they belong to."""
        message.stop()
        self.hush()
        if message.pane is self.sheet:
            self.focus_on("#sheet")
            self.do_list_open()
        self._look()
