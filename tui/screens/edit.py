"""The what-if editor: change an event, a number or a rule, and see the other life at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.geometry import Region

from tui import library, parts
from tui.screens.base import Stage
from tui.screens.board import Board
from tui.screens.edit_doing import TABS, Editing
from tui.screens.edit_lists import Choices, Draft, EventList, RuleList, Settings, ValueList
from tui.session.edits import Edit, Off, Reformed
from tui.session.material import Material
from tui.session.state import TRUNK, State
from tui.widgets.endings import Endings, EndingsView
from tui.widgets.score_chart import Plot, ScoreChart
from tui.widgets.status_line import Hints, Part, StatusLine
from tui.widgets.tab_bar import TabBar, Tabs

_TWO = 110  # columns


class EditScreen(Editing, Stage[None]):
    """Four lists, and what comes of a change beside them."""

    contexts: ClassVar[tuple[str, ...]] = ("edit",)

    def __init__(self, tab: str) -> None:
        super().__init__()
        self.tab = tab
        self.drafts: dict[str, int] = {}  # values that were moved and not played yet
        self.event: dict[str, str] = {}  # parts of this event that were changed
        self.fresh: dict[str, str] = {}  # parts of a new event
        self._about: tuple[object, ...] = ()  # what the draft of this event is about

    def compose(self) -> ComposeResult:
        yield Board(
            StatusLine(id="title"), TabBar(id="tabs"), EventList(id="event"),
            EventList(id="insert"), ValueList(id="values"), RuleList(id="rules"),
            StatusLine(id="outcome-title"), EndingsView(id="outcome"), ScoreChart(id="chart"),
            StatusLine(id="status"), Hints(id="hints"), id="board",
        )  # fmt: skip

    def on_mount(self) -> None:
        self.show_tab(self.tab)

    def on_resize(self) -> None:
        self.lay_out()

    def lay_out(self) -> None:
        """The list, and beside or below it the chart and how the lives end."""
        width, height = self.size
        if not width:
            return
        body = height - 4
        places = {
            "title": Region(0, 0, width, 1), "tabs": Region(0, 1, width, 1),
            "status": Region(0, height - 2, width, 1), "hints": Region(0, height - 1, width, 1),
        }  # fmt: skip
        if width >= _TWO:
            left = width * 11 // 20
            chart = body * 11 // 20
            places[self.tab] = Region(0, 2, left, body)
            places["chart"] = Region(left + 1, 2, width - left - 1, chart)
            places["outcome-title"] = Region(left + 1, 2 + chart, width - left - 1, 1)
            places["outcome"] = Region(left + 1, 3 + chart, width - left - 1, body - chart - 1)
        else:
            top = max(body * 11 // 20, 5)
            places[self.tab] = Region(0, 2, width, top)
            places["outcome-title"] = Region(0, 2 + top, width, 1)
            places["chart"] = Region(0, 3 + top, width, body - top - 1)
        self.query_one(Board).place(places)
        if self.desk.state is not None:
            self.renew(self.desk.state)

    def show_tab(self, tab: str) -> None:
        """Show another list."""
        self.tab = tab
        self.lay_out()
        self.focus_on(f"#{tab}")
        self.hush()

    def on_tab_bar_chosen(self, message: TabBar.Chosen) -> None:
        self.show_tab(message.tab)

    # --- showing a state ------------------------------------------------------------------------

    def renew(self, state: State) -> None:
        session, material = self.desk.session, self.material()
        if session is None or material is None:
            return
        view = session.view()
        self.query_one("#tabs", TabBar).feed(Tabs(tuple(TABS.items()), self.tab, "", True))
        self.query_one("#title", StatusLine).feed(
            [Part(" What if", "title"), Part(f"  {state.title}", "dim")])  # fmt: skip
        if self.tab == "values":
            self.show_values(material)
        elif self.tab == "rules":
            self._show_rules(state, material)
        else:
            self._show_event(material, view.row)
        self.query_one(ScoreChart).feed(Plot(view.chart, view.total, view.branch_name))
        self._show_outcome(state)

    def _show_outcome(self, state: State) -> None:
        session = self.desk.session
        assert session is not None
        branch = state.branch_state()
        comparison = session.compare() if state.compare_with is not None else None
        words, role = "a change makes a branch; the life as written stays", "dim"
        if branch.status == "computing":
            words, role = "playing the other life …", "info"
        elif branch.finding is not None:
            words, role = branch.finding.message, "bad"
        elif comparison is not None:
            first = comparison.locks[comparison.first] if comparison.first >= 0 else None
            words = "nothing comes of it: both lives are the same" if first is None else (
                f"they part at step {first.left or first.right}; "
                f"{_things(len(comparison.endings))} differently"
            )  # fmt: skip
            role = "strong"
        self.query_one("#outcome-title", StatusLine).feed([Part(f" {words}", role)])
        ends = Endings((), "", "", "how the lives end differently will stand here")
        if comparison is not None:
            ends = Endings(comparison.endings, comparison.left.name, comparison.right.name)
        self.query_one(EndingsView).feed(ends)
        edits = len(branch.edits)
        self.query_one("#status", StatusLine).feed([
            Part(f" ⎇ {branch.name} ", "mark" if branch.parent is not None else "dim"),
            Part(f" {edits} change{'' if edits == 1 else 's'} " if edits else "", "warn"),
        ], [Part(f" step {state.number} ", "dim")])  # fmt: skip

    def show_values(self, material: Material) -> None:
        values = parts.values_of(material.versions[0][1]) if material.versions else []
        trunk = self.material(TRUNK)
        before = parts.values_of(trunk.versions[0][1]) if trunk and trunk.versions else []
        written = {value.key: value.number for value in before}
        self.query_one(ValueList).feed(Settings(values, written, dict(self.drafts)))

    def _show_rules(self, state: State, material: Material) -> None:
        trunk = self.material(TRUNK) or material
        rules = parts.rules_of(trunk.versions[0][1]) if trunk.versions else []
        edits = list(lineage(state))
        off = {edit.rule for edit in edits if isinstance(edit, Off)}
        applied = {edit.path for edit in edits if isinstance(edit, Reformed)}
        reforms = (
            library.reforms_of(material.folder) if material.folder and material.playable else []
        )
        self.query_one(RuleList).feed(Choices(
            [(rule, rule.id not in off) for rule in rules],
            [(path, library.title_of(path), str(path.resolve()) in applied) for path in reforms],
        ))  # fmt: skip

    def _show_event(self, material: Material, row: int) -> None:
        fresh = self.tab == "insert"
        policy = material.versions[0][1] if material.versions else None
        event = parts.event_at(material, row)
        about = (fresh, row, material is not None and self.desk.state and self.desk.state.branch)
        if not fresh and self._about != about:
            self._about, self.event = about, {}
        written = parts.written(event) if event is not None else {}
        if fresh and not self.fresh:
            state = self.desk.state
            self.fresh = {"at": written.get("at") or self._now(), "who": state.who if state else "",
                          "event": event.type if event is not None else ""}  # fmt: skip
        texts = self.fresh if fresh else {**written, **self.event}
        problem = ""
        if policy is None or not material.playable:
            problem = "a saved ledger cannot be changed; open its scenario for a what-if"
        elif not fresh and event is None:
            problem = "the clock caused this step; go to an event, or press F2 for a new one"
        forms = parts.forms_of(policy, texts.get("event", "")) if policy is not None else []
        names = ("at", "who", "event", "id", "source", "reporter", "says")
        buttons = [("insert", "add this event (ctrl+s)")] if fresh else [
            ("apply", "make this change (ctrl+s)"), ("remove", "without this event"),
            ("delay", "later, or earlier …"),
        ]  # fmt: skip
        draft = Draft(dict(texts), {} if fresh else written, forms, parts.order_of(names, forms),
                      buttons, problem)  # fmt: skip
        self.query_one(f"#{self.tab}", EventList).feed(draft)

    def _now(self) -> str:
        session = self.desk.session
        return session.view().at if session is not None else ""

    def hints(self) -> Sequence[tuple[str, str, str]]:
        sliding = self.tab == "values"
        return [hint for hint in super().hints() if sliding or not hint[2].startswith("slider.")]

    def on_screen_resume(self) -> None:
        if self.desk.state is not None:
            self.renew(self.desk.state)


def _things(count: int) -> str:
    if not count:
        return "nothing ends"
    return "one thing ends" if count == 1 else f"{count} things end"


def lineage(state: State) -> Iterator[Edit]:
    """All edits of the current branch, those of the branches above it first."""
    known = {branch.id: branch for branch in state.branches}
    line = [state.branch_state()]
    while line[0].parent is not None and line[0].parent in known:
        line.insert(0, known[line[0].parent])
    for branch in line:
        yield from branch.edits
