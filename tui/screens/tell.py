"""A page of this life: which form, which format, how it reads; then where it is kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.geometry import Region

from engine.text import safe
from tui.screens.ask import AskScreen, Option, Question
from tui.screens.base import Stage
from tui.screens.board import Board
from tui.screens.export import slug
from tui.session import commands as c
from tui.session.state import State
from tui.session.stories import ENDINGS, FORMS, TOLD
from tui.widgets.page_view import PagePane
from tui.widgets.pane import Pane
from tui.widgets.status_line import Hints, Part, StatusLine
from tui.widgets.tab_bar import TabBar, Tabs

ALL = "all"  # everybody's page
Span = tuple[str, int, int]  # what it is called, first and last step


@dataclass(frozen=True)
class Telling:
    """What a page is of."""

    form: str = "chronicle"
    format: str = "markdown"
    who: str | None = None
    spans: tuple[Span, ...] = ()  # beside all steps; the first one is told at first
    span: int = 0  # which one, from 0; behind the last one: all steps
    sources: bool = True
    branch: str | None = None

    def command(self) -> c.Tell:
        """What is asked of the session."""
        first, last = self.spans[self.span][1:] if self.span < len(self.spans) else (0, 0)
        return c.Tell(self.form, self.format, self.who, first, last, self.sources, self.branch)


class TellScreen(Stage[None]):
    """A page, as it will read."""

    contexts: ClassVar[tuple[str, ...]] = ("tell", "list")

    def __init__(self, telling: Telling) -> None:
        super().__init__()
        self.telling = telling
        self._life: tuple[object, ...] = ()  # whose page it is

    def compose(self) -> ComposeResult:
        yield Board(
            StatusLine(id="title"), StatusLine(id="of"), TabBar(id="forms"), TabBar(id="formats"),
            PagePane(id="page"), Hints(id="hints"), id="board",
        )  # fmt: skip

    def on_mount(self) -> None:
        self.hush()
        self.lay_out()
        self.focus_on("#page")
        self.change(self.telling)

    def on_resize(self) -> None:
        self.lay_out()

    def lay_out(self) -> None:
        """Four lines of what it is, and the page."""
        width, height = self.size
        if width:
            names = ("title", "of", "forms", "formats")
            places = {name: Region(0, row, width, 1) for row, name in enumerate(names)}
            places["page"] = Region(0, 4, width, max(height - 5, 1))
            places["hints"] = Region(0, height - 1, width, 1)
            self.query_one(Board).place(places)

    # --- what it is of ------------------------------------------------------------------------

    def change(self, telling: Telling) -> None:
        """Make another page."""
        state = self.desk.state
        if telling.form == "dossier" and telling.who is None and state is not None:
            telling = replace(telling, who=state.who)
        why = self.desk.attempt(telling.command())
        if why:
            self.say(why, "warn")
            return
        self.telling = telling
        if self.desk.session is not None:
            self._life = self.desk.session.subject(telling.branch).key
            self.renew(self.desk.session.state)

    def renew(self, state: State) -> None:
        session, telling = self.desk.session, self.telling
        if session is None:
            return
        if self._life and session.subject(telling.branch).key != self._life:
            self._life = ()  # its file was changed: the page is another one
            self.app.call_later(self.change, telling)
        page = session.page()
        if page is None:
            tail = Part(" ◌ writing … ", "info")
        else:
            tail = Part(f" {page.size} bytes " if page.size else "", "dim")
        title = Part(f" A page of {state.title} ", "title")
        self.query_one("#title", StatusLine).feed([title], [tail])
        self.query_one("#of", StatusLine).feed(self._of(state))
        forms = tuple((form, form) for form in FORMS)
        self.query_one("#forms", TabBar).feed(Tabs(forms, telling.form, "form: f"))
        formats = tuple((name, name) for name in ENDINGS)
        self.query_one("#formats", TabBar).feed(Tabs(formats, telling.format, "format: a"))
        if page is not None:
            self.query_one(PagePane).feed(page)

    def _of(self, state: State) -> list[Part]:
        telling = self.telling
        if telling.form == "side-by-side":
            name = state.branch_state(telling.branch).name
            steps = Part(f" as written, and ⎇ {name} ", "mark")
        else:
            steps = Part(f" {self._steps(state)} ", "strong", "page.steps")
        names = dict(state.people)
        who = names.get(telling.who, telling.who) if telling.who else "everybody"
        sources = "with sources" if telling.sources else "without sources"
        return [steps, Part(f" {who} ", "strong", "page.person"),
                Part(f" {sources} ", "dim", "page.notes")]  # fmt: skip

    def _steps(self, state: State) -> str:
        telling = self.telling
        if telling.span >= len(telling.spans):
            return "all steps" if state.total <= TOLD else f"the first {TOLD} steps"
        name, first, last = telling.spans[telling.span]
        last = min(last, first + TOLD - 1)
        return f"{name}: step {first}" if first == last else f"{name}: steps {first}–{last}"

    # --- actions ------------------------------------------------------------------------------

    def do_page_form(self) -> None:
        self._form(1)

    def do_page_form_back(self) -> None:
        self._form(-1)

    def _form(self, by: int) -> None:
        self.change(replace(self.telling, form=_next(FORMS, self.telling.form, by)))

    def do_page_format(self) -> None:
        self._format(1)

    def do_page_format_back(self) -> None:
        self._format(-1)

    def _format(self, by: int) -> None:
        self.change(replace(self.telling, format=_next(tuple(ENDINGS), self.telling.format, by)))

    def do_page_steps(self) -> None:
        count = len(self.telling.spans)
        if not count:
            self.say("nothing is marked: V in the stepper marks steps", "warn")
            return
        self.change(replace(self.telling, span=(self.telling.span + 1) % (count + 1)))

    def do_page_person(self) -> None:
        state = self.desk.state
        if state is None:
            return
        options = [Option(ALL, "the whole cast")]
        options += [Option(who, name if name != who else "") for who, name in state.people]

        def choose(text: str) -> str:
            known = [who for who, _ in state.people]
            if text.strip() not in (ALL, *known):
                return "there is nobody called that here"
            who = None if text.strip() == ALL else text.strip()
            form = "chronicle" if who is None and self.telling.form == "dossier" else None
            self.app.call_later(
                self.change, replace(self.telling, who=who, form=form or self.telling.form)
            )
            return ""

        self.app.push_screen(AskScreen(Question("Whose page", choose, options=options, free=False)))

    def do_page_notes(self) -> None:
        self.change(replace(self.telling, sources=not self.telling.sources))

    def do_page_top(self) -> None:
        self.pane.scroll_lines(-self.pane.count)

    def do_page_end(self) -> None:
        self.pane.scroll_lines(self.pane.count)

    def do_page_save(self) -> None:
        """Ask where; a file that is there is written over only when that is said twice."""
        session, state = self.desk.session, self.desk.state
        page = session.page() if session is not None else None
        if state is None or page is None or page.problem:
            self.say("the page is not there yet" if page is None else page.problem, "warn")
            return
        parts = [state.title.partition(" — ")[0], self.telling.form, self.telling.who or ""]
        name = f"{slug('-'.join(parts))}{ENDINGS[self.telling.format]}"
        question = Question("Save the page as", saver(self.desk.attempt), "a file in this project",
                            value=name)  # fmt: skip
        self.app.push_screen(AskScreen(question))

    def do_list_open(self) -> None:
        self.do_page_save()

    def do_copy(self) -> None:
        self.desk.copy(self.pane.text())

    @property
    def pane(self) -> PagePane:
        """The page."""
        return self.query_one(PagePane)

    def hints(self) -> Sequence[tuple[str, str, str]]:
        return [hint for hint in super().hints() if hint[2] != "list.open"]

    def do_line_down(self, count: int = 0) -> None:
        self.pane.scroll_lines(count or 1)

    def do_line_up(self, count: int = 0) -> None:
        self.pane.scroll_lines(-(count or 1))

    def do_page_down(self, count: int = 0) -> None:
        self.pane.scroll_lines(max(self.pane.size.height - 2, 1))

    def do_page_up(self, count: int = 0) -> None:
        self.pane.scroll_lines(-max(self.pane.size.height - 2, 1))

    # --- the mouse ----------------------------------------------------------------------------

    def on_tab_bar_chosen(self, message: TabBar.Chosen) -> None:
        if message.bar.id == "forms":
            self.change(replace(self.telling, form=message.tab))
        else:
            self.change(replace(self.telling, format=message.tab))

    def on_pane_chosen(self, message: Pane.Chosen) -> None:
        message.stop()
        self.hush()


def _next(names: Sequence[str], name: str, by: int) -> str:
    return names[(list(names).index(name) + by) % len(names)]


def saver(attempt: Callable[[c.Command], str]) -> Callable[[str], str]:
    """What saves a page under a name; over a file only when the same name is given twice."""
    asked: list[str] = []

    def save(text: str) -> str:
        name = text.strip()
        if not name:
            return "name a file"
        over = asked == [name]
        asked[:] = []
        why = attempt(c.SavePage(Path(name), replace=over))
        if why.endswith("already"):
            asked[:] = [name]
            return f"{safe(name)} is there already: enter once more writes over it"
        return why

    return save
