"""The stepper: a life, step by step, with every pane fed from one view."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, Protocol, cast

from textual import events
from textual.app import ComposeResult
from textual.geometry import Region

from tui.deck import NAMES, PANES, Deck, deal
from tui.screens.base import Stage
from tui.screens.board import Board
from tui.screens.playing import Playing
from tui.screens.status import alarm, status_parts, whose
from tui.screens.steps import Steering
from tui.session import commands as c
from tui.session.state import State
from tui.session.viewmodel import StepView
from tui.widgets.dossier import DossierView, Portrait
from tui.widgets.pane import Pane
from tui.widgets.score_chart import Plot, ScoreChart
from tui.widgets.scrubber import Scrubber, Track
from tui.widgets.source_view import SourceView
from tui.widgets.status_line import Hints, Part, StatusLine
from tui.widgets.tab_bar import TabBar, Tabs
from tui.widgets.timeline import Steps, Timeline
from tui.widgets.why_view import WhyView, story_of

_BARS = 4
_ORDER = ("timeline", *PANES)
_SMALL = 600  # steps; what happened in a longer life is not marked on the scrubber


class _Copied(Protocol):
    def chosen_text(self) -> str: ...


class StepperScreen(Playing, Steering, Stage[None]):
    """Timeline, source, person, why and chart."""

    contexts: ClassVar[tuple[str, ...]] = ("stepper",)

    def __init__(self) -> None:
        super().__init__()
        self.recent: list[str] = ["why", "person", "source", "chart"]
        self.focus_pane = "timeline"
        self.zoomed = ""
        self.deck: Deck | None = None
        self._steps = 0  # that the deck was dealt for
        self._marks: tuple[object, dict[int, str]] = (None, {})
        self._typed = ""
        self.back_to = ""  # the action that opens the list from which one stepped in here

    def compose(self) -> ComposeResult:
        yield Board(
            StatusLine(id="title"), *(TabBar(id=f"bar{n}") for n in range(_BARS)),
            Timeline(id="timeline"), Scrubber(id="scrubber"), SourceView(id="source"),
            DossierView(id="person"), WhyView(id="why"), ScoreChart(id="chart"),
            StatusLine(id="status"), Hints(id="hints"), id="board",
        )  # fmt: skip

    def on_mount(self) -> None:
        self.lay_out()
        self.focus_on("#timeline")

    # --- where things stand -------------------------------------------------------------------

    def on_resize(self) -> None:
        self.lay_out()

    def lay_out(self) -> None:
        """Deal the panes for this size."""
        width, height = self.size
        if not width:
            return
        self._steps = self._to_show()
        deck = self.deck = deal(width, height - 3, self.recent, self.zoomed, self._steps)
        places = {"title": Region(0, 0, width, 1), "status": Region(0, height - 2, width, 1),
                  "hints": Region(0, height - 1, width, 1)}  # fmt: skip
        if deck.timeline.area:
            places["timeline"] = deck.timeline.translate((0, 1))
            places["scrubber"] = deck.scrubber.translate((0, 1))
        for number, slot in enumerate(deck.slots):
            places[f"bar{number}"] = slot.bar.translate((0, 1))
            places[slot.active] = slot.body.translate((0, 1))
        self.query_one(Board).place(places)
        if self.desk.session is not None:
            self.renew(self.desk.session.state)

    def _to_show(self) -> int:
        """How many rows the timeline could fill; while a life grows, not fewer than before."""
        state, most = self.desk.state, self.size.height
        if state is None:
            return most
        growing = state.branch_state().status == "computing"
        return max(min(state.total, most), (self._steps or most) if growing else 0)

    def show_pane(self, name: str) -> None:
        """Bring a pane forward and put the focus on it."""
        self.focus_pane = name
        if name != "timeline":
            self.recent.remove(name)
            self.recent.insert(0, name)
        if self.zoomed:
            self.zoomed = name
        self.lay_out()
        self.focus_on(f"#{name}")
        self._show_bars()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        name = event.widget.id or ""
        if name in _ORDER and name != self.focus_pane:
            self.focus_pane = name
            self._show_bars()

    def pane(self) -> Pane | Timeline | ScoreChart:
        """The pane in use."""
        found = self.query_one(f"#{self.focus_pane}")
        assert isinstance(found, Pane | Timeline | ScoreChart)
        return found

    def on_tab_bar_chosen(self, message: TabBar.Chosen) -> None:
        self.show_pane(message.tab)

    # --- showing a state ----------------------------------------------------------------------

    def renew(self, state: State) -> None:
        session = self.desk.session
        if session is None or self.deck is None:
            return
        if self._steps != self._to_show():
            self.lay_out()
            return
        view = session.view()
        self._show_timeline(state, view)
        shown = {slot.active for slot in self.deck.slots}
        if "source" in shown:
            self.query_one(SourceView).feed(view.source)
        if "why" in shown:
            self.query_one(WhyView).feed(story_of(view))
        if "person" in shown:
            chart = view.chart
            portrait = Portrait(view.dossier, chart.score, chart.bands, view.watches)
            self.query_one(DossierView).feed(portrait)
        if "chart" in shown:
            self.query_one(ScoreChart).feed(
                Plot(view.chart, view.total, view.branch_name, view.dossier.name)
            )
        self._show_bars()
        self.show_lines()

    def _show_timeline(self, state: State, view: StepView) -> None:
        session = self.desk.session
        assert session is not None
        numbers = session.shown()
        marked = (state.mark, state.number) if state.mark else ()
        key = (view.branch, view.revision, state.filter, len(numbers), state.doc, marked)
        timeline = self.query_one(Timeline)
        timeline.empty = "nothing happens in this life" if not state.filter else "no step fits"
        timeline.feed(
            Steps(key, numbers, session.row, state.number, len(state.people), state.search)
        )
        label = view.at
        self.query_one(Scrubber).feed(Track(state.total, state.number, self.marks(state), label))

    def marks(self, state: State) -> Mapping[int, str]:
        """What the scrubber bears."""
        session = self.desk.session
        assert session is not None
        branch = state.branch_state()
        key = branch.id, branch.revision, state.doc, state.total
        if self._marks[0] != key:
            found: dict[int, str] = {}
            for number in range(1, state.total + 1) if state.total <= _SMALL else ():
                row = session.row(number)
                if "breakpoint" in row.marks:
                    found[number] = "breakpoint"
                elif row.happening in ("refused", "grade"):
                    found[number] = row.happening
                elif "beat" in row.marks:
                    found[number] = "beat"
            for bookmark in state.bookmarks:
                found[bookmark.number] = "bookmark"
            for note in state.notes:
                if note.number:
                    found[note.number] = "note"
            found.pop(0, None)
            self._marks = key, found
        return self._marks[1]

    def _show_bars(self) -> None:
        if self.deck is None or self.desk.session is None:
            return
        view = self.desk.session.view()
        for number, slot in enumerate(self.deck.slots):
            names = tuple((pane, NAMES[pane]) for pane in slot.panes)
            word = self._word(slot.active, view)
            tabs = Tabs(names, slot.active, word, slot.active == self.focus_pane)
            self.query_one(f"#bar{number}", TabBar).feed(tabs)

    def _word(self, pane: str, view: StepView) -> str:
        """A word about a pane, at the right end of its bar."""
        if pane == "source":
            return view.source.file
        if pane == "person":
            state = self.desk.state
            ids = [who for who, _ in state.people] if state else []
            who = state.who if state else ""
            return f"{ids.index(who) + 1} of {len(ids)}" if len(ids) > 1 and who in ids else ""
        if pane == "why":
            return f"{view.event} · {view.who}" if view.number else ""
        scores = view.dossier.scores
        more = f" (1 of {len(scores)}, S)" if len(scores) > 1 else ""
        return f"{view.chart.score}{more}"

    def show_lines(self) -> None:
        """The title and the status line."""
        state = self.desk.state
        if state is None:
            return
        self.query_one("#title", StatusLine).feed([Part(f" {state.title}", "title")], alarm(state))
        running = self.tempo if self._timer is not None else 0
        shown = len(self.query_one(Timeline).steps.numbers)
        beat = self.desk.session.view().beat if self.desk.session is not None else ""
        parts = status_parts(state, self._typed, running, shown, beat)
        self.query_one("#status", StatusLine).feed(parts, whose(state, self.desk.following))

    def pending(self, text: str) -> None:
        if text != self._typed:
            self._typed = text
            self.show_lines()

    def on_screen_resume(self) -> None:
        if self.desk.session is not None and self.deck is not None:
            self.renew(self.desk.session.state)

    # --- moving in panes ------------------------------------------------------------------------

    def do_line_down(self, count: int = 0) -> None:
        self._line(count or 1)

    def do_line_up(self, count: int = 0) -> None:
        self._line(-(count or 1))

    def _line(self, by: int) -> None:
        pane = self.pane()
        if isinstance(pane, Pane):
            pane.step(by)
        else:
            self.desk.dispatch(c.Move("event", by))

    def do_page_down(self, count: int = 0) -> None:
        self._page(count or 1)

    def do_page_up(self, count: int = 0) -> None:
        self._page(-(count or 1))

    def _page(self, times: int) -> None:
        pane = self.pane()
        by = times * max(pane.size.height // 2, 1)
        if not isinstance(pane, Pane):
            self.desk.dispatch(c.Move("event", by))
        elif isinstance(pane, WhyView):
            pane.step(by)
        else:
            pane.scroll_lines(by)

    def do_pane_next(self) -> None:
        self.show_pane(_ORDER[(_ORDER.index(self.focus_pane) + 1) % len(_ORDER)])

    def do_pane_back(self) -> None:
        self.show_pane(_ORDER[(_ORDER.index(self.focus_pane) - 1) % len(_ORDER)])

    def do_pane_timeline(self) -> None:
        self.show_pane("timeline")

    def do_pane_source(self) -> None:
        self.show_pane("source")

    def do_pane_person(self) -> None:
        self.show_pane("person")

    def do_pane_why(self) -> None:
        self.show_pane("why")

    def do_pane_chart(self) -> None:
        self.show_pane("chart")

    def do_pane_zoom(self) -> None:
        self.zoomed = "" if self.zoomed else self.focus_pane
        self.lay_out()
        self.focus_on(f"#{self.focus_pane}")

    def do_clause_show(self) -> None:
        """From a line of Why to its clause; from elsewhere to Why."""
        if self.focus_pane != "why":
            self.show_pane("why")
            return
        node = self.query_one(WhyView).node()
        if node is None or not node.place:
            self.say("this line is about no clause of the policy", "warn")
            return
        self.show_pane("source")
        source = self.query_one(SourceView)
        file, _, line = node.place.rpartition(":")
        if source.data is not None and source.data.file == file and line.isdigit():
            self.call_after_refresh(source.point, int(line))
        else:
            self.say(f"it stands in {node.place}")

    # --- the mouse ------------------------------------------------------------------------------

    def on_timeline_chosen(self, message: Timeline.Chosen) -> None:
        self.hush()
        self.desk.dispatch(c.Go(message.number))

    def on_scrubber_moved(self, message: Scrubber.Moved) -> None:
        self.hush()
        self.desk.dispatch(c.Go(message.number))

    def on_pane_chosen(self, message: Pane.Chosen) -> None:
        self.hush()

    def hints(self) -> Sequence[tuple[str, str, str]]:
        """The usual ones; the way back to a list, while there is one."""
        made = list(super().hints())
        if not self.back_to:
            return made
        title = self.desk.by_id[self.back_to].title
        return [(key, f"back: {title}" if ident == "back" else said, ident)
                for key, said, ident in made]  # fmt: skip

    # --- copying ---------------------------------------------------------------------------

    def do_copy(self) -> None:
        self.desk.copy(cast(_Copied, self.pane()).chosen_text())

    def do_back(self) -> None:
        """Out of the zoom, else to the list from which one stepped in here, else out of the app,
        or to the start screen if one came from it."""
        if self.zoomed:
            self.do_pane_zoom()
        elif self.back_to:
            self.perform(self.back_to)
        elif self.is_last():
            self.desk.do_quit()
        else:
            self.desk.close_session()
            self.dismiss(None)

    def is_last(self) -> bool:
        return not self.zoomed and not self.back_to and len(self.app.screen_stack) <= 2
