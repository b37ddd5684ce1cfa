"""Random sessions: whatever is asked in whatever order, the core stays sound."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from engine.evaluation.lines import step_line
from engine.store.database import Store
from engine.text import safe
from tests.conftest import LONG
from tests.tui.session.helpers import SCENARIOS, AtOnce, scenario, texts
from tui.session import commands as c
from tui.session import stories, story_jobs
from tui.session.keeping import Keeper
from tui.session.life import play
from tui.session.session import Session, open_scenario
from tui.session.state import Doc, State, UserMistake
from tui.session.stories import FORMS

NUMBERS = st.integers(-3, 40)
WORDS = st.sampled_from(
    ["", "the", "a", "ride", "score", "[/b]", "\x1b]52;c;x\x07", "  ", "ünïcode"]
)
VALUES = st.sampled_from(["-5", "0", "1", "90 days", "true", "abc", "-99999", "[x]", "2031-01-01"])
WHENS = st.sampled_from(["2012-05-01", "2017-01-05 08:10", "2017-03-10", "2031-01-01", "soon", ""])
SPANS = st.sampled_from(["1 day", "-1 day", "3 hours", "-2 months", "90 days", "x"])
CONDITIONS = st.sampled_from(
    ["score > 0", "score", "grade < 'B'", "age_of_record() > 3 days", "1 / 0 > 1", "count(", "true"]
)


class Life(RuleBasedStateMachine):
    """One random session on one of the packs' scenarios."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        (self.folder / "demerit.toml").touch()
        self.before = Path.cwd()
        os.chdir(self.folder)
        self.session: Session | None = None

    @initialize(name=st.sampled_from(SCENARIOS))
    def open(self, name: str) -> None:
        self.path = scenario(name)
        self.store = Store.open(self.folder / "work.sqlite")
        self.session = open_scenario(self.path, self.store)
        self.first = self.state.doc

    @property
    def state(self) -> State:
        assert self.session is not None
        return self.session.state

    def ask(self, command: c.Command) -> None:
        """Dispatch a command; a mistake changes nothing."""
        assert self.session is not None
        before, said = self.state, "nothing"
        try:
            self.session.dispatch(command)
        except UserMistake as mistake:
            said = str(mistake)
            assert self.session.state is before
            assert self.session._keeper.doc is before.doc
        assert said

    # --- moving ---------------------------------------------------------------------

    @rule(number=NUMBERS)
    def go(self, number: int) -> None:
        self.ask(c.Go(number))

    @rule(by=st.sampled_from(["event", "consequence", "grade"]), times=st.integers(-5, 5))
    def move(self, by: Any, times: int) -> None:
        self.ask(c.Move(by, times))

    @rule(when=WHENS)
    def go_time(self, when: str) -> None:
        self.ask(c.GoTime(when))

    @rule(text=WORDS)
    def go_event(self, text: str) -> None:
        self.ask(c.GoEvent(text))

    @rule(data=st.data())
    def choose(self, data: st.DataObject) -> None:
        who = data.draw(st.sampled_from([*(who for who, _ in self.state.people), "nobody"]))
        self.ask(c.Choose(who))

    @rule(text=WORDS, direction=st.sampled_from([1, -1]))
    def search(self, text: str, direction: int) -> None:
        self.ask(c.Search(text))
        self.ask(c.Next(direction))

    @rule(text=st.sampled_from(["", "is:fired", "-is:nothing", "who:x", "is:clock", "the", "a:b"]))
    def filter(self, text: str) -> None:
        self.ask(c.Filter(text))

    @rule(direction=st.sampled_from([1, -1]))
    def go_on(self, direction: int) -> None:
        self.ask(c.Continue(direction))

    # --- making ---------------------------------------------------------------------

    @rule(kind=st.sampled_from(["grade", "measure"]))
    def breakpoint_on_change(self, kind: Any) -> None:
        self.ask(c.AddBreakpoint(kind))

    @rule(value=st.sampled_from(["0", "900", "credit 3", "x"]))
    def breakpoint_on_score(self, value: str) -> None:
        self.ask(c.AddBreakpoint("score", value))

    @rule(text=CONDITIONS)
    def breakpoint_on_condition(self, text: str) -> None:
        self.ask(c.AddBreakpoint("condition", text))

    @rule(data=st.data(), remove=st.booleans())
    def change_breakpoint(self, data: st.DataObject, remove: bool) -> None:
        ident = data.draw(st.sampled_from([*(b.id for b in self.state.breakpoints), "99"]))
        self.ask(c.RemoveBreakpoint(ident) if remove else c.ToggleBreakpoint(ident))

    @rule()
    def bookmark(self) -> None:
        self.ask(c.Bookmark())

    @rule(text=WORDS, on=st.sampled_from(["step", "clause"]))
    def note(self, text: str, on: Any) -> None:
        self.ask(c.Note(text, on))

    @rule(data=st.data(), text=WORDS, remove=st.booleans())
    def change_note(self, data: st.DataObject, text: str, remove: bool) -> None:
        ident = data.draw(st.sampled_from([*(n.id for n in self.state.notes), "99"]))
        self.ask(c.RemoveNote(ident) if remove else c.EditNote(ident, text))

    @rule(text=CONDITIONS)
    def watch(self, text: str) -> None:
        self.ask(c.Watch(text))

    @rule(data=st.data())
    def unwatch(self, data: st.DataObject) -> None:
        self.ask(c.Unwatch(data.draw(st.sampled_from([*(w.id for w in self.state.watches), "9"]))))

    # --- what if --------------------------------------------------------------------

    def rows(self) -> list[int]:
        assert self.session is not None
        return [event.row for event in self.session._life.material.events or ()] or [0]

    @rule(data=st.data())
    def remove_event(self, data: st.DataObject) -> None:
        self.ask(c.RemoveEvent(data.draw(st.sampled_from(self.rows()))))

    @rule(data=st.data(), span=SPANS)
    def delay_event(self, data: st.DataObject, span: str) -> None:
        self.ask(c.DelayEvent(data.draw(st.sampled_from(self.rows())), span))

    @rule(data=st.data(), key=st.sampled_from(["at", "says", "days", "who"]), text=VALUES)
    def edit_event(self, data: st.DataObject, key: str, text: str) -> None:
        self.ask(c.EditEvent(data.draw(st.sampled_from(self.rows())), {key: text}))

    @rule(data=st.data())
    def insert_event(self, data: st.DataObject) -> None:
        assert self.session is not None
        view = self.session.view()
        events = self.session._life.material.events or ()
        if events:
            like = data.draw(st.sampled_from(list(events)))
            fields = {} if data.draw(st.booleans()) else {"days": "3", "amount": "2"}
            self.ask(c.InsertEvent(view.at or "2017-01-05", like.who, like.type, fields))

    @rule(data=st.data(), value=VALUES)
    def set_value(self, data: st.DataObject, value: str) -> None:
        assert self.session is not None
        policy = self.session._life.material.versions[0][1]
        paths = [f"weights.{name}" for name in policy.weights] + ["weights.none", "x"]
        self.ask(c.SetValue(data.draw(st.sampled_from(paths)), value))

    @rule(data=st.data())
    def switch_off(self, data: st.DataObject) -> None:
        assert self.session is not None
        rules = [str(r.id) for r in self.session._life.material.versions[0][1].rules]
        self.ask(c.SwitchOff(data.draw(st.sampled_from([*rules, "none"]))))

    @rule(name=st.sampled_from(["", "mine", "as written"]))
    def fork(self, name: str) -> None:
        self.ask(c.Fork(name))
        self.ask(c.NameBranch(name))

    @rule(data=st.data(), what=st.sampled_from(["go", "compare", "remove"]))
    def branch(self, data: st.DataObject, what: str) -> None:
        ident = data.draw(st.sampled_from([b.id for b in self.state.branches] + ["77"]))
        make = {"go": c.GoBranch, "compare": c.CompareWith, "remove": c.RemoveBranch}[what]
        self.ask(make(ident))

    # --- stories --------------------------------------------------------------------

    @rule(times=st.integers(-4, 4))
    def beats(self, times: int) -> None:
        self.ask(c.Move("beat", times))
        assert self.session is not None
        if self.session.view().beat:
            assert "beat" in self.session.row(self.state.number).marks

    @rule()
    def mark_range(self) -> None:
        self.ask(c.MarkRange())

    @rule(again=st.booleans())
    def sift(self, again: bool) -> None:
        assert self.session is not None
        self.ask(c.Sift(again))
        self.session.poll()
        found = self.session.sifted()
        assert found is not None
        assert not found.problem
        total = self.session.total()
        for story in (s for p in found.patterns for s in (*p.matches, *p.near)):
            assert 1 <= story.first <= story.last <= total
            assert story.who_id in self.session.people_ids()

    @rule(
        form=st.sampled_from([*FORMS, "sonnet"]),
        format_=st.sampled_from(["markdown", "ink", "json"]),
        ends=st.tuples(NUMBERS, NUMBERS),
        data=st.data(),
        replace=st.booleans(),
    )
    def tell(
        self, form: str, format_: str, ends: tuple[int, int], data: st.DataObject, replace: bool
    ) -> None:
        assert self.session is not None
        who = data.draw(st.sampled_from([None, *(who for who, _ in self.state.people)]))
        first, last = (max(number, 0) for number in ends)
        self.ask(c.Tell(form, format_, who, first, last))
        self.session.poll()
        made = self.session.page()
        assert made is None or not made.problem
        self.ask(c.SavePage(Path("page.txt"), replace))
        self.ask(c.SavePage(self.folder.parent / "out.md", replace))
        assert not (self.folder.parent / "out.md").exists()

    @rule(times=st.integers(1, 4))
    def undo(self, times: int) -> None:
        for _ in range(times):
            self.ask(c.Undo())

    @rule(times=st.integers(1, 4))
    def redo(self, times: int) -> None:
        for _ in range(times):
            self.ask(c.Redo())

    # --- what always holds ------------------------------------------------------------

    @invariant()
    def the_place_is_sound(self) -> None:
        if self.session is None:
            return
        state, total = self.state, self.session.total()
        assert state.total == total
        assert (1 if total else 0) <= state.number <= total
        assert state.branch in [b.id for b in state.branches]
        assert state.who in [who for who, _ in state.people]
        assert state.compare_with != state.branch
        assert all(b.status in ("ready", "failed") for b in state.branches if b.id == state.branch)

    @invariant()
    def the_view_is_of_the_place_and_safe(self) -> None:
        if self.session is None:
            return
        view = self.session.view()
        assert (view.number, view.branch) == (self.state.number, self.state.branch)
        assert view.dossier.who == self.state.who
        for number in {1, view.number, self.session.total()} - {0}:
            if number <= self.session.total():
                assert self.session.row(number).number == number
        compared = self.session.compare()
        sheet = self.session.sheet(self.state.who)
        for text in texts((view, compared, sheet, self.session.sifted(), self.session.page())):
            assert safe(text, lines=True) == text

    @invariant()
    def what_is_shown_is_on_the_disk(self) -> None:
        if self.session is None:
            return
        kept = Keeper(self.session._keeper._work)
        assert kept.doc == self.state.doc
        assert [made.label for made in kept.done] == [m.label for m in self.session._keeper.done]
        assert len(kept.undone) == self.state.redo

    def teardown(self) -> None:
        if self.session is not None:
            self.everything_can_be_taken_back_and_made_again()
            self.session.close()
            self.store.close()
        os.chdir(self.before)
        shutil.rmtree(self.folder)

    def everything_can_be_taken_back_and_made_again(self) -> None:
        session = self.session
        assert session is not None
        life = session._life
        alone = play(life.material)
        assert [step_line(alone.tape.step(n)) for n in range(1, len(alone.tape) + 1)] == [
            step_line(life.tape.step(n)) for n in range(1, len(life.tape) + 1)
        ]
        last = self.state.doc
        for _ in range(self.state.redo):
            session.dispatch(c.Redo())
        last = self.state.doc
        while self.state.undo:
            session.dispatch(c.Undo())
        assert self.state.doc == self.first == Doc()
        assert self.state.branch == "0"
        while self.state.redo:
            session.dispatch(c.Redo())
        assert self.state.doc == last


Life.TestCase.settings = settings(
    max_examples=500 if LONG else 60, stateful_step_count=40, deadline=None
)


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stories are worked out in this process, and few patterns are looked for: another process
    each time, or all of them, would take too long."""
    monkeypatch.setattr(stories, "Job", AtOnce)
    few = dict(list(story_jobs.shipped().items())[:3])
    monkeypatch.setattr(story_jobs, "shipped", lambda: few)


TestLife = pytest.mark.slow(Life.TestCase)
