"""Two lives side by side, locked by event, with where they first part and why."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from textual.app import ComposeResult
from textual.geometry import Region

from tui.screens.base import Stage
from tui.screens.board import Board
from tui.screens.steps import Steering
from tui.session import commands as c
from tui.session.state import TRUNK, State
from tui.session.viewmodel import Chart, CompareView, Lock, Why
from tui.widgets.diff_view import DiffView, Pairs
from tui.widgets.endings import Both, BothView, Endings, EndingsView
from tui.widgets.lines import cut, fit, width_of
from tui.widgets.pane import Pane
from tui.widgets.score_chart import Plot, ScoreChart
from tui.widgets.scrubber import Scrubber, Track
from tui.widgets.status_line import Hints, Part, StatusLine
from tui.widgets.tab_bar import TabBar, Tabs
from tui.widgets.why_view import Story, WhyView

_NAMES = {"parting": "Why they part", "here": "At this event", "endings": "Endings",
          "both": "Person", "overlay": "Chart"}  # fmt: skip
_TWO = 100  # columns
_MOST_LOCKED = 5_000  # locks for which the chart is locked by event too
_FAR = 100_000  # locks that are looked through for the next difference


def other_branch(state: State) -> str:
    """The branch to compare with when none was chosen: the parent, else the newest."""
    here = state.branch_state()
    if here.parent is not None:
        return here.parent
    return next((b.id for b in reversed(state.branches) if b.id != here.id), TRUNK)


def locked_chart(view: CompareView, cursor: int) -> Chart:
    """The chart with both lives drawn over the same events, not over their own numbers."""
    chart = view.chart
    if len(view.locks) > _MOST_LOCKED:
        return chart
    spots: tuple[dict[int, int], dict[int, int]] = ({0: 0}, {0: 0})
    for place, lock in enumerate(view.locks, start=1):
        spots[0][lock.left] = spots[1][lock.right] = place
    spots[0][0] = spots[1][0] = 0

    def placed(points: tuple[tuple[int, float], ...], side: int) -> tuple[tuple[int, float], ...]:
        return tuple((spots[side].get(step, step), value) for step, value in points)

    others = tuple((name, placed(points, 1)) for name, points in chart.others)
    return replace(chart, points=placed(chart.points, 0), others=others, cursor=cursor + 1)


class CompareScreen(Steering, Stage[None]):
    """The comparison."""

    contexts: ClassVar[tuple[str, ...]] = ("compare",)

    def __init__(self) -> None:
        super().__init__()
        self.place: int | None = None  # a lock that only the other life has
        self.recent = ["parting", "overlay", "endings", "here", "both"]
        self.focus_pane = "locks"
        self._slots: list[tuple[str, ...]] = []

    def compose(self) -> ComposeResult:
        yield Board(
            StatusLine(id="title"), StatusLine(id="sides"), DiffView(id="locks"),
            Scrubber(id="scrubber"), TabBar(id="bar0"), TabBar(id="bar1"),
            WhyView(id="parting", empty="the two lives are the same"),
            WhyView(id="here", empty="the same came of this event in both lives"),
            EndingsView(id="endings"), BothView(id="both"), ScoreChart(id="overlay"),
            StatusLine(id="status"), Hints(id="hints"), id="board",
        )  # fmt: skip

    def on_mount(self) -> None:
        self.lay_out()
        self.focus_on("#locks")

    # --- where things stand ---------------------------------------------------------------------

    def on_resize(self) -> None:
        self.lay_out()

    def lay_out(self) -> None:
        """The locks above, one or two panes below."""
        width, height = self.size
        if not width:
            return
        top = max((height - 6) * 9 // 20, 4)
        below, rest = top + 4, height - top - 6
        places = {
            "title": Region(0, 0, width, 1), "sides": Region(0, 1, width, 1),
            "locks": Region(0, 2, width, top), "scrubber": Region(0, top + 2, width, 1),
            "status": Region(0, height - 2, width, 1), "hints": Region(0, height - 1, width, 1),
        }  # fmt: skip
        if width >= _TWO:
            half = width // 2
            self._slots = [("parting", "here"), ("overlay", "endings", "both")]
            spans = [(0, half), (half + 1, width - half - 1)]
        else:
            self._slots, spans = [tuple(_NAMES)], [(0, width)]
        for number, (x, wide) in enumerate(spans):
            places[f"bar{number}"] = Region(x, below - 1, wide, 1)
            places[self._active(number)] = Region(x, below, wide, rest)
        self.query_one(Board).place(places)
        if self.desk.state is not None:
            self.renew(self.desk.state)

    def _active(self, slot: int) -> str:
        return next(name for name in self.recent if name in self._slots[slot])

    def show_pane(self, name: str) -> None:
        """Bring a pane forward."""
        self.focus_pane = name
        if name != "locks":
            self.recent.remove(name)
            self.recent.insert(0, name)
        self.lay_out()
        self.focus_on(f"#{name}")

    def on_tab_bar_chosen(self, message: TabBar.Chosen) -> None:
        self.show_pane(message.tab)

    # --- showing a state ------------------------------------------------------------------------

    def comparison(self) -> CompareView | None:
        """The two lives, once both are played."""
        session = self.desk.session
        return session.compare() if session is not None else None

    def renew(self, state: State) -> None:
        session = self.desk.session
        if session is None or not self._slots:
            return
        view = session.compare()
        self._show_bars()
        self.query_one("#title", StatusLine).feed([Part(f" {state.title}", "title")])
        if view is None:
            self._show_waiting(state)
            return
        cursor = view.cursor if self.place is None else self.place
        key = (view.left.branch, view.left.revision, view.right.branch, view.right.revision,
               len(view.locks), state.doc)  # fmt: skip
        self.query_one(DiffView).feed(Pairs(
            key, view.locks, lambda n: session.compare_row(0, n),
            lambda n: session.compare_row(1, n), cursor, view.first,
        ))  # fmt: skip
        names = view.left.name, view.right.name
        self.query_one("#parting", WhyView).feed(Story(view.why))
        self.query_one("#here", WhyView).feed(Story(self._here(view)))
        self.query_one(EndingsView).feed(Endings(view.endings, *names))
        self.query_one(BothView).feed(Both(*view.dossiers, names))
        chart = locked_chart(view, cursor)
        self.query_one(ScoreChart).feed(Plot(chart, len(view.locks), view.left.name))
        self._show_lines(state, view, cursor)

    def _here(self, view: CompareView) -> tuple[Why, ...]:
        if self.place is None:
            return view.here
        if self.place == view.first:
            return view.why
        text = f"this step is only in “{view.right.name}”"
        return (Why(0, "◨", text, "", "", "", "strong"),)

    def _show_waiting(self, state: State) -> None:
        running = state.progress or "playing the other life"
        self.query_one("#sides", StatusLine).feed([Part(f" ◌ {running} …", "info")])
        self.query_one("#status", StatusLine).feed(
            [Part(f" {state.number}/{state.total} ", "strong")]
        )

    def _show_lines(self, state: State, view: CompareView, cursor: int) -> None:
        widths = self.query_one(DiffView).widths()
        room = widths.shared + widths.side
        left = cut(f"◧ {view.left.name}", room - 1)
        lead = max(min(widths.shared, room - width_of(left)), 1)
        self.query_one("#sides", StatusLine).feed([
            Part(" " * lead), Part(fit(left, room - lead), "mark"),
            Part("     "), Part(cut(f"◨ {view.right.name}", widths.side), "info"),
        ])  # fmt: skip
        parts = "the two lives are the same"
        if view.first >= 0:
            lock = view.locks[view.first]
            parts = f"they part at step {lock.left or lock.right}"
        self.query_one(Scrubber).feed(Track(
            len(view.locks), cursor + 1, {view.first + 1: "part"} if view.first >= 0 else {}, parts,
        ))  # fmt: skip
        lock = view.locks[cursor] if len(view.locks) else Lock(0, 0, same=True)
        steps = " ⇄ ".join(
            f"{number or '–'}/{total}"
            for number, total in ((lock.left, state.total), (lock.right, view.right.total))
        )
        steps = f" {steps} "
        edits = ", ".join(view.left.edits or view.right.edits)
        name = dict(state.people).get(state.who, state.who)
        self.query_one("#status", StatusLine).feed(
            [Part(steps, "strong"), Part(f" ≈ {edits} " if edits else "", "dim", "branch.list")],
            [Part(f" {name} ", "strong", "person.choose")],
        )  # fmt: skip

    def _show_bars(self) -> None:
        for number, names in enumerate(self._slots):
            active = self._active(number)
            tabs = Tabs(tuple((n, _NAMES[n]) for n in names), active, "", active == self.focus_pane)
            self.query_one(f"#bar{number}", TabBar).feed(tabs)

    def on_screen_resume(self) -> None:
        if self.desk.state is not None:
            self.renew(self.desk.state)

    # --- moving ---------------------------------------------------------------------------------

    def perform(self, ident: str, count: int = 0) -> None:
        if ident in ("step.next", "step.back"):
            self.move((count or 1) * (1 if ident == "step.next" else -1))
            return
        if not ident.startswith(("part.", "line.", "page.", "pane.", "help", "palette", "copy")):
            self.place = None
        super().perform(ident, count)

    def move(self, by: int) -> None:
        """So many locks on or back."""
        view = self.comparison()
        if view is not None and len(view.locks):
            cursor = view.cursor if self.place is None else self.place
            self.go(view, min(max(cursor + by, 0), len(view.locks) - 1))

    def go(self, view: CompareView, place: int) -> None:
        """To a lock, whichever life has it."""
        lock = view.locks[place]
        self.place = None if lock.left else place
        if lock.left:
            self.desk.dispatch(c.Go(lock.left))
        elif self.desk.state is not None:
            self.renew(self.desk.state)

    def do_part_first(self) -> None:
        view = self.comparison()
        if view is None or view.first < 0:
            self.say("the two lives are the same", "warn")
            return
        self.go(view, view.first)

    def do_part_next(self) -> None:
        self._differ(1)

    def do_part_back(self) -> None:
        self._differ(-1)

    def _differ(self, way: int) -> None:
        view = self.comparison()
        if view is None:
            return
        cursor = view.cursor if self.place is None else self.place
        end = min(cursor + _FAR, len(view.locks)) if way > 0 else max(cursor - _FAR, -1)
        for place in range(cursor + way, end, way):
            if not view.locks[place].same:
                self.go(view, place)
                return
        self.say("there is no further difference" if way > 0 else "there is none before", "warn")

    def do_compare_swap(self) -> None:
        state = self.desk.state
        if state is not None and state.compare_with is not None:
            self.desk.dispatch(c.GoBranch(state.compare_with))

    def do_compare_with(self) -> None:
        self.do_branch_list()

    def _pane(self) -> Pane | ScoreChart:
        found = self.query_one(f"#{self.focus_pane}")
        assert isinstance(found, Pane | ScoreChart)
        return found

    def do_line_down(self, count: int = 0) -> None:
        self._line(count or 1)

    def do_line_up(self, count: int = 0) -> None:
        self._line(-(count or 1))

    def _line(self, by: int) -> None:
        pane = self._pane()
        if isinstance(pane, DiffView | ScoreChart):
            self.move(by)
        else:
            pane.step(by)

    def do_page_down(self, count: int = 0) -> None:
        self._line(8)

    def do_page_up(self, count: int = 0) -> None:
        self._line(-8)

    def do_pane_next(self) -> None:
        self._cycle(1)

    def do_pane_back(self) -> None:
        self._cycle(-1)

    def _cycle(self, by: int) -> None:
        order = ("locks", *_NAMES)
        self.show_pane(order[(order.index(self.focus_pane) + by) % len(order)])

    # --- the mouse ------------------------------------------------------------------------------

    def on_scrubber_moved(self, message: Scrubber.Moved) -> None:
        view = self.comparison()
        if view is not None:
            self.go(view, min(max(message.number - 1, 0), len(view.locks) - 1))

    def on_pane_chosen(self, message: Pane.Chosen) -> None:
        view = self.comparison()
        if isinstance(message.pane, DiffView) and view is not None:
            self.go(view, message.index)

    def do_copy(self) -> None:
        self.desk.copy(self._pane().chosen_text())
