"""What the stepper and the comparison share: questions, and ways to other screens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.picture import svg_of, text_of
from tui.screens import search
from tui.screens.ask import AskScreen, Question
from tui.session import commands as c
from tui.session.state import TRUNK
from tui.session.viewmodel import StepView

if TYPE_CHECKING:
    from tui.screens.base import Stage

    class _Base(Stage[None]):
        pass
else:
    _Base = object


class Steering(_Base):
    """Actions that ask something, or open another screen."""

    def ask(self, question: Question) -> None:
        """Ask at the foot of the screen."""
        self.app.push_screen(AskScreen(question))

    def here(self) -> StepView:
        """The view of the step where one is."""
        session = self.desk.session
        assert session is not None
        return session.view()

    # --- looking for something --------------------------------------------------------------

    def do_search(self) -> None:
        self.ask(search.search(self.desk))

    def do_filter(self) -> None:
        self.ask(search.filter_steps(self.desk, self.here()))

    def do_jump_time(self) -> None:
        self.ask(search.jump_time(self.desk, self.here()))

    def do_jump_event(self) -> None:
        self.ask(search.jump_event(self.desk))

    # --- people ------------------------------------------------------------------------------

    def do_person_choose(self) -> None:
        self.ask(search.choose_person(self.desk))

    def do_person_next(self) -> None:
        self._person(1)

    def do_person_back(self) -> None:
        self._person(-1)

    def _person(self, by: int) -> None:
        state = self.desk.state
        if state is None or not state.people:
            return
        ids = [who for who, _ in state.people]
        place = ids.index(state.who) if state.who in ids else 0
        self.desk.dispatch(c.Choose(ids[(place + by) % len(ids)]))

    def do_person_here(self) -> None:
        session = self.desk.session
        if session is not None and session.state.total:
            self.desk.dispatch(c.Choose(session.view().who))

    def do_score_next(self) -> None:
        search.next_score(self.desk, self.here())

    # --- stopping and marking ------------------------------------------------------------------

    def do_stop_add(self) -> None:
        self.ask(search.add_breakpoint(self.desk, self.here()))

    def do_watch_add(self) -> None:
        self.ask(search.add_watch(self.desk, self.here()))

    def do_stop_list(self) -> None:
        from tui.screens.breakpoints import BreakpointsScreen

        self.app.push_screen(BreakpointsScreen())

    def do_note_step(self) -> None:
        from tui.screens.notes import NoteScreen

        view = self.here()
        self.app.push_screen(NoteScreen(f"Note on step {view.number}", "",
                                        lambda text: self.desk.attempt(c.Note(text))))  # fmt: skip

    def do_note_clause(self) -> None:
        from tui.screens.notes import NoteScreen

        clause = self.here().clause
        if not clause:
            self.say("this step is about no clause", "warn")
            return
        self.app.push_screen(NoteScreen(
            f"Note on {clause}", "",
            lambda text: self.desk.attempt(c.Note(text, "clause", clause)),
        ))  # fmt: skip

    def do_note_list(self) -> None:
        from tui.screens.notes import NotesScreen

        self.app.push_screen(NotesScreen())

    # --- what if ------------------------------------------------------------------------------

    def do_whatif(self) -> None:
        self._edit("event" if self.here().row else "values")

    def do_event_insert(self) -> None:
        self._edit("insert")

    def do_values(self) -> None:
        self._edit("values")

    def do_rules(self) -> None:
        self._edit("rules")

    def _edit(self, tab: str) -> None:
        from tui.screens.edit import EditScreen

        self.app.push_screen(EditScreen(tab))

    def do_event_remove(self) -> None:
        view = self.here()
        if not view.row:
            self.say("the clock caused this step; remove what set it to come", "warn")
            return
        self.desk.dispatch(c.RemoveEvent(view.row))

    def do_event_delay(self) -> None:
        view = self.here()
        if not view.row:
            self.say("the clock caused this step; delay what set it to come", "warn")
            return
        self.ask(Question(
            f"Delay {view.event} of {view.who} by",
            lambda text: self.desk.attempt(c.DelayEvent(view.row, text.strip())),
            "3 days, 2 hours …; with - before it, earlier", "1 day",
        ))  # fmt: skip

    def do_compare(self) -> None:
        from tui.screens.compare import CompareScreen, other_branch

        state = self.desk.state
        if state is None:
            return
        if state.compare_with is None:
            self.desk.dispatch(c.CompareWith(other_branch(state)))
        self.app.push_screen(CompareScreen())

    def do_branch_list(self) -> None:
        from tui.screens.branches import BranchesScreen

        self.app.push_screen(BranchesScreen())

    def do_branch_save(self) -> None:
        from tui.screens.export import save_question

        state = self.desk.state
        if state is not None:
            self.ask(save_question(self.desk, state.branch))

    # --- stories ------------------------------------------------------------------------------

    def do_story_list(self) -> None:
        from tui.screens.stories import StoriesScreen

        self.app.push_screen(StoriesScreen())

    def do_cast_list(self) -> None:
        from tui.screens.cast import CastScreen

        self.app.push_screen(CastScreen())

    def do_tell(self) -> None:
        """This life, or the steps that are marked; from a comparison both lives."""
        from tui.screens.tell import Telling, TellScreen

        state = self.desk.state
        if state is None:
            return
        ends = min(state.mark, state.number), max(state.mark, state.number)
        sides = self.contexts[0] == "compare"
        branch = state.branch
        if sides and branch == TRUNK and state.compare_with is not None:
            branch = state.compare_with
        self.app.push_screen(TellScreen(Telling(
            form="side-by-side" if sides else "chronicle", branch=branch,
            spans=(("the marked steps", *ends),) if state.mark else (),
        )))  # fmt: skip

    # --- files ----------------------------------------------------------------------------------

    def do_edit_policy(self) -> None:
        source = self.here().source
        self.desk.edit_file(source.file, source.focus)

    def do_findings(self) -> None:
        from tui.screens.findings import FindingsScreen

        state = self.desk.state
        if state is not None:
            self.app.push_screen(FindingsScreen(state.findings))

    def do_export(self) -> None:
        from tui.screens.export import ExportScreen

        title = self.desk.state.title if self.desk.state is not None else "demerit"
        self.app.push_screen(ExportScreen(svg_of(self.app, title), text_of(self.app)))

    def do_open(self) -> None:
        from tui.screens.start import StartScreen

        self.app.push_screen(StartScreen())
