"""One opened life: commands in, a frozen state and the views of its steps out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from engine.findings import DemeritError, Finding
from engine.store.database import Store
from tui.session import branching, making, moving
from tui.session import commands as c
from tui.session.base import Base, ScenarioBase, StreamBase
from tui.session.branching import lineage
from tui.session.breaks import stops_of
from tui.session.chart import Charts
from tui.session.composing import Facts, compose, watch_lines
from tui.session.desk import Answer, Desk, told
from tui.session.finding import filtered
from tui.session.keeping import Keeper
from tui.session.life import Life
from tui.session.lives import Branch, Lives
from tui.session.marks import Marks
from tui.session.material import people_of
from tui.session.source import clause_marks
from tui.session.spots import spot_of
from tui.session.state import TRUNK, Place, Spot, State, UserMistake
from tui.session.viewmodel import Row, StepView
from tui.session.views import Shown, Views
from tui.session.watching import Traces, trace

Handler = Callable[[Desk, Any], Answer]
#: What answers each command; undoing, redoing and saving are the session's own.
HANDLERS: dict[type[c.Command], Handler] = {
    c.Go: moving.go, c.Move: moving.move, c.GoTime: moving.go_time, c.GoEvent: moving.go_event,
    c.Choose: moving.choose, c.ChooseScore: moving.choose_score, c.Search: moving.search,
    c.Next: moving.go_next, c.Filter: moving.show_some, c.Continue: moving.go_on,
    c.GoBranch: moving.go_branch, c.CompareWith: moving.compare_with,
    c.AddBreakpoint: making.add_breakpoint, c.ToggleBreakpoint: making.toggle_breakpoint,
    c.RemoveBreakpoint: making.remove_breakpoint, c.Bookmark: making.bookmark,
    c.Note: making.note, c.EditNote: making.edit_note, c.RemoveNote: making.remove_note,
    c.Watch: making.watch, c.Unwatch: making.unwatch,
    c.EditEvent: branching.edit_event, c.RemoveEvent: branching.remove_event,
    c.InsertEvent: branching.insert_event, c.DelayEvent: branching.delay_event,
    c.SetValue: branching.set_value, c.SwitchOff: branching.switch_off,
    c.ApplyReform: branching.apply_reform, c.Fork: branching.fork,
    c.NameBranch: branching.name_branch, c.RemoveBranch: branching.remove_branch,
}  # fmt: skip


class Session:
    """One opened life. Call it from one thread only."""

    def __init__(self, base: Base, store: Store) -> None:
        """Raises :class:`DemeritError` if the life cannot be read at all."""
        material = base.material(())
        self._base = base
        self._title = material.title
        work = store.work(str(base.path.resolve()), material.policy_id, material.title)
        self._keeper = Keeper(work)
        self._lives = Lives(base, self._begin)
        self._charts = Charts()
        self._views: tuple[Life, Views] | None = None
        self._view: StepView | None = None
        self._traced: tuple[object, Life, Traces] | None = None
        self._shown: tuple[tuple[int, int, str], Sequence[int]] | None = None
        self._message = "this is open in another window; what you make here is kept apart" if (
            self._keeper.shared) else ""  # fmt: skip
        self._findings: tuple[Finding, ...] = ()
        self._place = self._keeper.place
        self._life = self._first_life()
        self._place = self._sound(self._place)
        self.state = self._compose()

    # --- commands -------------------------------------------------------------------

    def dispatch(self, command: c.Command) -> State:
        """Do what is asked. Raises :class:`UserMistake` for what cannot be done; then
        nothing has changed."""
        if isinstance(command, c.Undo | c.Redo):
            self._take_back(redo=isinstance(command, c.Redo))
        else:
            answer = HANDLERS[type(command)](self._desk(), command)
            if answer.patches:
                self._make(answer)
            self._arrive(answer.place or self._place)
            self._message = answer.message
        self.state = self._compose()
        return self.state

    def _make(self, answer: Answer) -> None:
        """Keep a change, if what it asks for is possible."""
        after = answer.place or self._place
        doc = self._keeper.doc.patched(answer.patches)
        try:
            self._lives.try_out(doc, after.branch)
        except DemeritError as error:
            raise UserMistake(told(error.findings[0])) from None
        self._keeper.make(answer.label, answer.patches, self._place, after)

    def _take_back(self, *, redo: bool) -> None:
        if redo:
            made = self._keeper.redo(self._place)
            branches = [p.id for p in made.patches if p.kind == "branch" and p.after is not None]
            branch = branches[0] if branches else self._place.branch
        else:
            made = self._keeper.undo(self._place)
            branch = made.place.branch
        self._arrive(replace(self._place, branch=branch))
        self._message = f"{'again' if redo else 'taken back'}: {made.label}"

    def _arrive(self, place: Place) -> None:
        """Be at another place: in the life of its branch, at the same step if it can be."""
        before = self._life
        spot = self._spot()
        went = place.number != self._place.number
        branch = self._lives.branch(self._keeper.doc, place.branch)
        if branch.life is not None:
            self._life = branch.life
        if self._life is not before and spot is not None and not went:
            place = replace(place, number=self._life.finder.nearest(spot))
        self._place = self._sound(place)

    def _sound(self, place: Place) -> Place:
        """A place with nothing in it that is not there any more."""
        doc, total, people = self._keeper.doc, len(self._life.tape), self.people_ids()
        if place.branch != TRUNK and place.branch not in doc.branch:
            place = replace(place, branch=TRUNK)
        compare = place.compare_with
        if compare is not None and compare != TRUNK and compare not in doc.branch:
            place = replace(place, compare_with=None)
        if place.compare_with == place.branch:
            place = replace(place, compare_with=None)
        number = max(min(place.number, total), 1 if total else 0)
        who = place.who if place.who in people else self._somebody(number)
        return replace(place, number=number, who=who)

    def _somebody(self, number: int) -> str:
        if number:
            return self._life.tape.columns.person(number)
        people = self.people_ids()
        return people[0] if people else ""

    def _desk(self) -> Desk:
        return Desk(self._keeper.doc, self._place, self._life, self.people_ids(), self.shown(),
                    self._keeper.fresh, self._life_of, self._stops)  # fmt: skip

    # --- what the state is made of ----------------------------------------------------

    def _first_life(self) -> Life:
        """The life of the branch where one was, else the one as it was written."""
        doc, wanted = self._keeper.doc, self._place.branch
        for ident in dict.fromkeys((wanted if wanted in doc.branch else TRUNK, TRUNK)):
            branch = self._lives.branch(doc, ident)
            if branch.life is not None:
                self._place = replace(self._place, branch=ident)
                return branch.life
            finding = branch.finding
        assert finding is not None
        raise DemeritError(finding)

    def _compose(self) -> State:
        """The state as it is now; what depends on it is made anew."""
        doc, place = self._keeper.doc, self._place
        branches = {b.id: self._lives.branch(doc, b.id) for b in (*doc.branches(),)}
        known: dict[str, Branch | None] = {TRUNK: self._lives.branch(doc, TRUNK), **branches}
        self._view = None
        self._marks = Marks(self._life, doc, lineage(doc, place.branch), self._stops())
        return compose(Facts(self._title, self._keeper, place, self._life, known,
                             self.people_ids(), self._findings, self._message, ""))  # fmt: skip

    def _spot(self) -> Spot | None:
        number = self._place.number
        return spot_of(self._life.tape.columns, number) if number else None

    def _life_of(self, ident: str) -> Life | None:
        return self._lives.branch(self._keeper.doc, ident).life

    def _begin(self, ident: str, branch: Branch) -> None:
        """Play a branch that takes long."""

    def _traces(self) -> Traces | None:
        """What watches and conditions came to in this life."""
        doc = self._keeper.doc
        watches = tuple((w.who, w.expression) for w in doc.watches())
        conditions = tuple(b.value for b in doc.breakpoints() if b.kind == "condition")
        if not watches and not conditions:
            return Traces()
        key = id(self._life), watches, conditions
        if self._traced is None or self._traced[0] != key:
            self._traced = key, self._life, trace(self._life.material, watches, conditions)
        return self._traced[2]

    def _stops(self) -> list[Sequence[int]]:
        points = [p for p in self._keeper.doc.breakpoints() if p.on]
        conditions = any(p.kind == "condition" for p in points)
        traces = self._traces() if conditions else None
        became = traces.became if traces else {}
        return [stops_of(self._life, p, became.get(p.value, ())) for p in points]

    def _viewer(self) -> Views:
        if self._views is None or self._views[0] is not self._life:
            self._views = self._life, Views(self._life, self._charts)
        return self._views[1]

    def _look(self) -> StepView:
        place, doc = self._place, self._keeper.doc
        branch = self.state.branch_state()
        others = {}
        if place.compare_with is not None:
            life = self._life_of(place.compare_with)
            if life is not None:
                others[self.state.branch_state(place.compare_with).name] = life
        watches = watch_lines(doc.watches(), self._traces(), place.number) if doc.watches() else ()
        shown = Shown(branch.id, branch.name, branch.revision, others)
        notes = self._notes_here()
        return self._viewer().step(place.number, place.who, place.score, shown, watches, notes)

    def _notes_here(self) -> tuple[tuple[str, str], ...]:
        """Notes on this step, or on a clause that it is about."""
        number = self._place.number
        if not number:
            return ()
        clauses = clause_marks(self._life.tape.step(number))
        return tuple(
            (n.id, n.text) for n in self.state.notes
            if (n.number == number and not n.clause) or n.clause in clauses
        )  # fmt: skip

    # --- asking ---------------------------------------------------------------------

    def total(self) -> int:
        """How many steps there are."""
        return len(self._life.tape)

    def shown(self) -> Sequence[int]:
        """Numbers of the steps that the filter shows, rising."""
        columns, text = self._life.tape.columns, self._place.filter
        key = id(columns), len(columns), text
        if self._shown is None or self._shown[0] != key:
            try:
                numbers = filtered(columns, text)
            except UserMistake:
                numbers = range(1, len(columns) + 1)
            self._shown = key, numbers
        return self._shown[1]

    def row(self, number: int) -> Row:
        """A line of the timeline. Raises ``IndexError`` for a step that is not there."""
        return self._viewer().row(number, self._marks.of(number))

    def view(self) -> StepView:
        """Everything about the current step."""
        if self._view is None:
            self._view = self._look()
        return self._view

    def people_ids(self) -> list[str]:
        """Everybody: the cast in its order, then strangers as they came."""
        return people_of(self._life.material, self._life.tape.columns.people)

    def poll(self) -> bool:
        """Take in what was worked out or changed outside; true if the state changed."""
        return False

    def close(self) -> None:
        """Remember where one is, and give everything back."""
        self._keeper.move(self._place)
        self._keeper.close()


def open_scenario(path: Path, store: Store, *, reforms: Sequence[Path] = ()) -> Session:
    """A scenario, played. Raises :class:`DemeritError` with what is wrong with it."""
    return Session(ScenarioBase(path, reforms), store)


def open_stream(
    policy: Path, events: Path, store: Store, *, subjects: Path | None = None
) -> Session:
    """A stream, played against a policy. Raises :class:`DemeritError`."""
    return Session(StreamBase(policy, events, subjects), store)
