"""A simulation: its groups, how a score is spread, who stands out; and the way into one life."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.geometry import Region

from tui.opening import simulated_opener
from tui.screens.ask import AskScreen, Question
from tui.screens.base import Stage
from tui.screens.board import Board
from tui.session.crowd import Crowd, CrowdView
from tui.session.state import UserMistake
from tui.widgets.crowd_panes import GroupList, PeriodPane, PersonList, SpreadPane, nothing_yet
from tui.widgets.pane import Pane
from tui.widgets.status_line import Hints, Part, StatusLine
from tui.widgets.tab_bar import TabBar, Tabs

_ORDER = ("people", "groups", "spread", "periods")
_LOOK = 0.1  # seconds between two looks at what is being read
_WIDE = 100  # columns from which the periods have a place of their own


class CrowdScreen(Stage[None]):
    """Pick a group, a list, and somebody on it."""

    contexts: ClassVar[tuple[str, ...]] = ("crowd", "list")

    def __init__(self, crowd: Crowd) -> None:
        super().__init__()
        self.crowd = crowd
        self.pane_in_use = "people"
        self.picture = "spread"  # which of the two is shown where there is room for one

    def compose(self) -> ComposeResult:
        yield Board(
            StatusLine(id="title"), TabBar(id="bar-groups"), GroupList(id="groups"),
            TabBar(id="bar-spread"), SpreadPane(id="spread"), TabBar(id="bar-periods"),
            PeriodPane(id="periods"), TabBar(id="bar-people"), PersonList(id="people"),
            StatusLine(id="status"), Hints(id="hints"), id="board",
        )  # fmt: skip

    def on_mount(self) -> None:
        self.lay_out()
        self.show_crowd()
        self.focus_on("#people")
        self.set_interval(_LOOK, self._look)

    def on_unmount(self) -> None:
        self.crowd.close()

    def _look(self) -> None:
        if self.crowd.poll():
            self.show_crowd()

    # --- where things stand -----------------------------------------------------------------

    def on_resize(self) -> None:
        self.lay_out()

    def lay_out(self) -> None:
        """Groups and bars above, the people below; beside them the periods, with room."""
        width, height = self.size
        if not width:
            return
        body = height - 3
        above = max(min(body * 9 // 20, 16), 6)
        left = min(max(width * 2 // 5, 30), 52)
        places = {
            "title": Region(0, 0, width, 1),
            "bar-groups": Region(0, 1, left, 1),
            "groups": Region(0, 2, left, above - 1),
            "status": Region(0, height - 2, width, 1),
            "hints": Region(0, height - 1, width, 1),
        }
        wide, below = width >= _WIDE, 1 + above
        people = width * 11 // 20 if wide else width
        shown = "spread" if wide else self.picture
        places["bar-spread"] = Region(left + 1, 1, width - left - 1, 1)
        places[shown] = Region(left + 1, 2, width - left - 1, above - 1)
        places["bar-people"] = Region(0, below, people, 1)
        places["people"] = Region(0, below + 1, people, body - above - 1)
        if wide:
            places["bar-periods"] = Region(people + 1, below, width - people - 1, 1)
            places["periods"] = Region(people + 1, below + 1, width - people - 1, body - above - 1)
        self.query_one(Board).place(places)
        self._show_bars(self.crowd.view())

    @property
    def wide(self) -> bool:
        """Whether both pictures have a place."""
        return self.size.width >= _WIDE

    # --- showing it ---------------------------------------------------------------------------

    def show_crowd(self) -> None:
        """Show what the crowd shows now."""
        view = self.crowd.view()
        groups = self.query_one(GroupList)
        groups.feed(view.groups)
        groups.choose([group.id for group in view.groups].index(view.group))
        people = self.query_one(PersonList)
        people.empty = nothing_yet(view) if not view.people and not view.rolls else "nobody"
        people.feed(view.people)
        if not view.people:
            people.rebuild()
        self.query_one(SpreadPane).feed(view.bars or nothing_yet(view))
        self.query_one(PeriodPane).feed(view.periods)
        self.query_one("#title", StatusLine).feed(
            [Part(f" {view.title}", "title"), Part(f"  {view.facts}", "dim")]
        )
        self._show_bars(view)
        self._show_status(view)

    def _show_status(self, view: CrowdView) -> None:
        group = next(one for one in view.groups if one.id == view.group)
        parts = [Part(f" {group.name} ", "strong", "crowd.group-next"),
                 Part(f" {view.about} ", "dim")]  # fmt: skip
        if view.progress:
            parts.append(Part(f" ◌ {view.progress} ", "info"))
        if view.finding:
            parts.append(Part(f" ✖ {view.finding} ", "bad"))
        more = " (S: another)" if view.scores > 1 else ""
        score = f" {view.score or 'no score'}{more} "
        self.query_one("#status", StatusLine).feed(parts, [Part(score, "strong", "crowd.score")])

    def _show_bars(self, view: CrowdView) -> None:
        used = self.pane_in_use
        self.query_one("#bar-groups", TabBar).feed(
            Tabs((("groups", "Groups"),), "groups", "at the end", used == "groups")
        )
        names = (("spread", "Spread"), ("periods", "Over time"))
        shown = "spread" if self.wide else self.picture
        self.query_one("#bar-spread", TabBar).feed(
            Tabs(names[:1] if self.wide else names, shown, view.score, used == shown)
        )
        self.query_one("#bar-periods", TabBar).feed(
            Tabs(names[1:], "periods", "rose ▲ fell ▼", used == "periods")
        )
        rolls = view.rolls or (("", "People"),)
        self.query_one("#bar-people", TabBar).feed(
            Tabs(self._near(rolls, view.roll), view.roll, "", used == "people")
        )

    def _near(
        self, rolls: tuple[tuple[str, str], ...], chosen: str
    ) -> tuple[tuple[str, str], ...]:  # fmt: skip
        """The lists around the chosen one, as many as there is room for."""
        room = (self.size.width * 11 // 20 if self.wide else self.size.width) - 2
        place = next((n for n, (ident, _) in enumerate(rolls) if ident == chosen), 0)
        first = 0
        while first < place and sum(len(t) + 2 for _, t in rolls[first : place + 1]) > room:
            first += 1
        return rolls[first:]

    def pane(self) -> Pane:
        """The pane in use."""
        return self.query_one(f"#{self.pane_in_use}", Pane)

    def use(self, name: str) -> None:
        """Bring a pane forward and put the focus on it."""
        self.pane_in_use = name
        if name in ("spread", "periods") and not self.wide and name != self.picture:
            self.picture = name
            self.lay_out()
        self.focus_on(f"#{name}")
        self._show_bars(self.crowd.view())

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        name = event.widget.id or ""
        if name in _ORDER and name != self.pane_in_use:
            self.pane_in_use = name
            self._show_bars(self.crowd.view())

    # --- the mouse ------------------------------------------------------------------------------

    def on_tab_bar_chosen(self, message: TabBar.Chosen) -> None:
        message.stop()
        self.hush()
        if message.tab in _ORDER:
            self.use(message.tab)
        elif message.tab:
            self.crowd.choose_roll(message.tab)
            self.use("people")
            self._anew()

    def on_pane_chosen(self, message: Pane.Chosen) -> None:
        message.stop()
        self.hush()
        if isinstance(message.pane, GroupList):
            self._take_group()
        elif isinstance(message.pane, PersonList):
            self.do_list_open()

    # --- actions ----------------------------------------------------------------------------------

    def do_list_open(self) -> None:
        """Step into the life of the chosen person."""
        if self.pane_in_use != "people":
            self.use("people")
            return
        person = self.query_one(PersonList).chosen()
        if person is None:
            self.say("there is nobody on this list", "warn")
            return
        self.open_life(person.who)

    def open_life(self, who: str, step: int = 0) -> None:
        """Open one life; what is wrong with it is shown instead."""
        self.say(f"opening {who} …")
        opener = simulated_opener(self.crowd.kept.folder, who, self.desk.lang)
        note = "the same path as the simulation told; esc goes back to it"
        self.call_after_refresh(self.desk.open, opener, step, who, note)

    def do_crowd_find(self) -> None:
        """Ask for somebody by id."""

        def answer(typed: str) -> str:
            try:
                who = self.crowd.person(typed)
            except UserMistake as mistake:
                return str(mistake)
            self.call_later(self.open_life, who)
            return ""

        about = "their id, as in the column `id` of the results"
        self.app.push_screen(AskScreen(Question("Whose life?", answer, about)))

    def _anew(self) -> None:
        """Another list: from its top."""
        self.show_crowd()
        self.query_one(PersonList).choose(0)

    def _take_group(self) -> None:
        groups = self.query_one(GroupList)
        view = self.crowd.view()
        if 0 <= groups.entry < len(view.groups):
            self.crowd.choose_group(view.groups[groups.entry].id)
            self._anew()

    def do_crowd_group_next(self) -> None:
        self.crowd.step_group(1)
        self._anew()

    def do_crowd_group_back(self) -> None:
        self.crowd.step_group(-1)
        self._anew()

    def do_crowd_list_next(self) -> None:
        self.crowd.step_roll(1)
        self._anew()

    def do_crowd_list_back(self) -> None:
        self.crowd.step_roll(-1)
        self._anew()

    def do_crowd_score(self) -> None:
        try:
            self.crowd.next_score()
        except UserMistake as mistake:
            self.say(str(mistake), "warn")
            return
        self._anew()

    def do_crowd_picture(self) -> None:
        """The other picture."""
        self.use("periods" if self.pane_in_use == "spread" or (
            self.picture == "spread" and not self.wide) else "spread")  # fmt: skip

    def do_pane_next(self) -> None:
        self._pane(1)

    def do_pane_back(self) -> None:
        self._pane(-1)

    def _pane(self, by: int) -> None:
        order = [n for n in _ORDER if self.wide or n not in ("spread", "periods")
                 or n == self.picture]  # fmt: skip
        place = order.index(self.pane_in_use) if self.pane_in_use in order else 0
        self.use(order[(place + by) % len(order)])

    def do_line_down(self, count: int = 0) -> None:
        self._line(count or 1)

    def do_line_up(self, count: int = 0) -> None:
        self._line(-(count or 1))

    def _line(self, by: int) -> None:
        self.pane().step(by)
        if self.pane_in_use == "groups":
            self._take_group()

    def do_page_down(self, count: int = 0) -> None:
        self._line((count or 1) * max(self.pane().size.height // 2, 1))

    def do_page_up(self, count: int = 0) -> None:
        self._line(-(count or 1) * max(self.pane().size.height // 2, 1))

    def do_copy(self) -> None:
        self.desk.copy(self.pane().chosen_text())

    def do_back(self) -> None:
        if self.is_last():
            self.desk.do_quit()
        else:
            self.dismiss(None)

    def is_last(self) -> bool:
        return len(self.app.screen_stack) <= 2
