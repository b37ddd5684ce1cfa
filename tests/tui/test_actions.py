"""Every action of the registry does what it says, by its first key."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.tui.driving import LATE, LIFE, Play, playing
from tui.actions import ACTIONS, BY_ID
from tui.session import commands as c

Case = Callable[[Play, str], Awaitable[None]]
CASES: dict[str, Case] = {}


def does(*idents: str) -> Callable[[Case], Case]:
    """The case is about these actions."""

    def keep(case: Case) -> Case:
        for ident in idents:
            assert ident not in CASES
            CASES[ident] = case
        return case

    return keep


@pytest.mark.parametrize("ident", [action.id for action in ACTIONS])
async def test_an_action_does_what_it_says(
    ident: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ident in CASES, f"no case for {ident}"
    monkeypatch.chdir(tmp_path)
    case = CASES[ident]
    path = None if case in (start_screen, start_filter) else LATE
    async with playing(path=path) as play:
        await case(play, BY_ID[ident].keys[0])


def test_no_case_is_about_nothing() -> None:
    assert set(CASES) <= set(BY_ID)


# --- moving ----------------------------------------------------------------------------------


@does("step.next")
async def next_step(play: Play, key: str) -> None:
    await play.keys(key)
    assert play.state.number == 2
    await play.keys("3", key)
    assert play.state.number == 5


@does("step.back")
async def step_back(play: Play, key: str) -> None:
    await play.keys("6 l", key)
    assert play.state.number == 6
    await play.keys("4", key)
    assert play.state.number == 2


@does("felt.next")
async def next_consequence(play: Play, key: str) -> None:
    await play.keys("3 G", key)
    assert play.state.number == 5  # step 4 comes to nothing


@does("felt.back")
async def consequence_before(play: Play, key: str) -> None:
    await play.keys("5 G", key)
    assert play.state.number == 3


@does("grade.next", "grade.back")
async def grades(play: Play, key: str) -> None:
    await play.keys("1 1 G" if key == "[" else "g g", key)
    assert play.state.number == 6
    assert play.session.row(6).happening == "grade"


@does("step.first")
async def first_step(play: Play, key: str) -> None:
    await play.keys("G", key)
    assert play.state.number == 1
    await play.keys("7", key)
    assert play.state.number == 7


@does("step.last")
async def last_step(play: Play, key: str) -> None:
    await play.keys(key)
    assert play.state.number == play.state.total == 11
    await play.keys("4", key)
    assert play.state.number == 4


@does("line.down", "line.up")
async def lines(play: Play, key: str) -> None:
    way = 1 if key == "j" else -1
    await play.keys("6 G", key)
    assert play.state.number == 6 + way
    await play.keys("6 G", "g w")
    before = play.screen.query_one("#why").cursor
    await play.keys("j", "j", key)
    assert play.screen.query_one("#why").cursor > before
    assert play.state.number == 6


@does("page.down", "page.up")
async def pages(play: Play, key: str) -> None:
    await play.keys("6 G", key)
    assert (play.state.number > 6) == (key == "ctrl+d")
    await play.keys("6 G", "g s", "ctrl+d")
    top = play.screen.query_one("#source").top
    await play.keys(key)
    assert (play.screen.query_one("#source").top > top) == (key == "ctrl+d")


@does("play.toggle")
async def play_and_pause(play: Play, key: str) -> None:
    await play.keys("+", key)
    assert "4 a second" in play.seen()
    for _ in range(50):
        await play.pilot.pause(0.1)
        if play.state.number > 2:
            break
    await play.keys(key)
    assert 2 < play.state.number < 11
    assert "a second" not in play.seen()
    number = play.state.number
    await play.pilot.pause(0.2)
    assert play.state.number == number


@does("play.faster", "play.slower")
async def tempo(play: Play, key: str) -> None:
    before = play.screen.tempo
    await play.keys(key)
    assert (play.screen.tempo > before) == (key == "+")


@does("jump.time")
async def jump_to_a_time(play: Play, key: str) -> None:
    await play.keys(key)
    await play.replace("2031-03-02")
    await play.keys("enter")
    assert play.session.view().at.startswith("2031-03-05")
    await play.keys(key)
    await play.replace("soon")
    await play.keys("enter")
    assert "soon" in play.seen()
    assert play.where == "ask"


@does("jump.event")
async def jump_to_an_event(play: Play, key: str) -> None:
    await play.keys(key)
    await play.type("kind")
    await play.keys("enter")
    assert play.session.view().event == "kindness"


@does("person.choose")
async def choose_a_person(play: Play, key: str) -> None:
    await play.keys(key)
    await play.type("old")
    await play.keys("enter")
    assert play.state.who == "bo"
    await play.keys("l l")
    assert play.state.who == "bo"


@does("person.next", "person.back")
async def other_person(play: Play, key: str) -> None:
    await play.keys(key)
    assert play.state.who == "bo"


@does("person.here")
async def whose_step(play: Play, key: str) -> None:
    await play.keys("}", "3 G")
    assert play.state.who == "bo"
    await play.keys(key)
    assert play.state.who == "mei"


@does("person.follow")
async def follow(play: Play, key: str) -> None:
    await play.keys("5 G")
    assert play.state.who == "bo"
    await play.keys(key, "6 G")
    assert play.state.who == "bo"
    await play.keys(key)
    assert play.state.who == "mei"


@does("score.next")
async def another_score(play: Play, key: str) -> None:
    assert play.session.view().chart.score == "trust"
    await play.keys(key)
    assert play.session.view().chart.score == "books"


# --- finding -----------------------------------------------------------------------------------


@does("search", "search.next", "search.back")
async def searching(play: Play, key: str) -> None:
    await play.keys("/")
    await play.type("books")
    await play.keys("enter")
    assert play.state.search == "books"
    first = play.state.number
    await play.keys("n")
    assert play.state.number > first
    await play.keys("N")
    assert play.state.number == first


@does("filter")
async def filtering(play: Play, key: str) -> None:
    await play.keys(key)
    await play.type("is:refused")
    await play.keys("enter")
    assert list(play.session.shown()) == [8]
    assert "is:refused (1)" in play.seen()


@does("filter.clear")
async def filter_cleared(play: Play, key: str) -> None:
    play.app.dispatch(c.Filter("is:felt"))
    await play.keys(key)
    assert len(play.session.shown()) == 11


# --- panes ---------------------------------------------------------------------------------------


@does("pane.next", "pane.back")
async def panes_in_turn(play: Play, key: str) -> None:
    await play.keys(key)
    assert play.screen.focused.id == ("source" if key == "tab" else "chart")


@does("pane.timeline", "pane.source", "pane.person", "pane.why", "pane.chart")
async def panes_by_name(play: Play, key: str) -> None:
    name = {"g t": "timeline", "g s": "source", "g p": "person", "g w": "why", "g c": "chart"}[key]
    await play.keys("tab", key)
    assert play.screen.focused.id == name
    assert play.screen.focused.region.area


@does("pane.zoom")
async def zoom(play: Play, key: str) -> None:
    await play.keys("g s", key)
    assert play.screen.query_one("#source").size.height > 18
    await play.keys(key)
    assert play.screen.query_one("#timeline").region.area


@does("clause.show")
async def to_the_clause(play: Play, key: str) -> None:
    await play.keys("6 G", "g w", "j", key)
    await play.pilot.pause()
    source = play.screen.query_one("#source")
    assert play.screen.focused is source
    assert "id: fee" in source.data.lines[source.pointed - 1].text


# --- stopping ------------------------------------------------------------------------------------


@does("stop.add", "go.on", "go.back")
async def breakpoints(play: Play, key: str) -> None:
    await play.keys("b")
    await play.type("rule fee")
    await play.keys("enter")
    assert [(b.kind, b.value) for b in play.state.breakpoints] == [("rule", "fee")]
    await play.keys("c")
    assert play.state.number == 6
    await play.keys("c")
    assert play.state.number == 7
    await play.keys("C")
    assert play.state.number == 6


@does("stop.list", "list.toggle")
async def breakpoint_list(play: Play, key: str) -> None:
    play.app.dispatch(c.AddBreakpoint("event", "kindness"))
    await play.keys("B")
    assert play.where == "breakpoints"
    assert "kindness" in play.seen()
    await play.keys(" ")
    assert not play.state.breakpoints[0].on
    assert "off" in play.seen()


@does("watch.add")
async def watching(play: Play, key: str) -> None:
    await play.keys("7 G", key)
    await play.type("count(book.late, ever)")
    await play.keys("enter")
    assert play.session.view().watches[0].value == "3"
    await play.keys("g p")
    assert "count(book.late, ever)" in play.seen()


# --- marking -------------------------------------------------------------------------------------


@does("bookmark")
async def bookmarks(play: Play, key: str) -> None:
    await play.keys("l", key)
    assert [mark.number for mark in play.state.bookmarks] == [2]
    await play.keys(key)
    assert not play.state.bookmarks


@does("note.step", "note.keep")
async def note_on_a_step(play: Play, key: str) -> None:
    await play.keys("6 G", "a")
    await play.type("too hard")
    await play.keys("ctrl+s")
    assert play.where == "stepper"
    assert [(n.number, n.text) for n in play.state.notes] == [(6, "too hard")]
    assert "too hard" in play.seen()


@does("note.clause")
async def note_on_a_clause(play: Play, key: str) -> None:
    await play.keys("6 G", key)
    await play.type("why")
    await play.keys("ctrl+s")
    assert [n.clause for n in play.state.notes] == ["rules.fee"]


@does("note.list", "list.edit")
async def note_list(play: Play, key: str) -> None:
    play.app.dispatch(c.Note("first"))
    await play.keys("M")
    assert play.where == "notes"
    assert "first" in play.seen()
    await play.keys("e")
    await play.type(" words")
    await play.keys("ctrl+s")
    assert play.state.notes[0].text == "first words"


@does("list.remove")
async def removing(play: Play, key: str) -> None:
    play.app.dispatch(c.Note("first"))
    play.app.dispatch(c.Bookmark())
    play.app.dispatch(c.AddBreakpoint("grade"))
    play.app.dispatch(c.Watch("score.trust"))
    await play.keys("M", key, key)
    assert not play.state.notes
    assert not play.state.bookmarks
    await play.keys("q", "B", key, key)
    assert not play.state.breakpoints
    assert not play.state.watches
    await play.keys("q", "5 G", "d", "T", key)
    assert len(play.state.branches) == 1


# --- what if --------------------------------------------------------------------------------------


@does("whatif", "edit.tab-event")
async def what_if(play: Play, key: str) -> None:
    await play.keys("6 G", "x")
    assert play.where == "edit"
    assert play.screen.tab == "event"
    assert "days" in play.seen()
    await play.keys("f3", "f1")
    assert play.screen.tab == "event"


@does("event.remove")
async def without_an_event(play: Play, key: str) -> None:
    await play.keys("6 G", key)
    assert play.state.branch != "0"
    assert play.state.total < 11
    assert play.state.compare_with == "0"
    await play.keys("g g", key)
    assert "clock" in play.seen()


@does("event.delay")
async def delay(play: Play, key: str) -> None:
    await play.keys("6 G", key)
    await play.replace("100 days")
    await play.keys("enter")
    assert play.state.branch != "0"
    assert any("2031-05-21" in play.session.row(n).at for n in range(1, play.state.total + 1))


@does("event.insert", "edit.tab-insert", "edit.apply")
async def insert(play: Play, key: str) -> None:
    await play.keys("5 G", "i" if BY_ID["event.insert"].keys[0] == key else "x f2")
    assert play.screen.tab == "insert"
    await play.keys("enter")
    await play.replace("2031-02-02")
    await play.keys("enter", "ctrl+s")
    assert play.state.total == 12
    assert play.session.compare() is not None


@does("values", "edit.tab-values", "slider.more", "slider.less")
async def sliders(play: Play, key: str) -> None:
    await play.keys("7 G", "x", "f3")
    assert play.screen.tab == "values"
    way = "h" if key == "h" else "l"
    await play.keys("5", way)
    assert not play.state.branch_state().edits, "it is not played before it rests"
    await play.pilot.pause(0.3)
    path = play.state.branch_state().edits[0].path  # type: ignore[union-attr]
    value = play.state.branch_state().edits[0].value  # type: ignore[union-attr]
    assert (path, value) == ("weights.late", "-65" if way == "h" else "-55")
    assert "they part at step 6" in play.seen()
    await play.keys("q", "v")
    assert play.screen.tab == "values"


@does("slider.far-less", "slider.far-more", "slider.reset")
async def far_sliders(play: Play, key: str) -> None:
    await play.keys("v", "L" if key == "0" else key)
    await play.pilot.pause(0.3)
    wanted = "-70" if key == "H" else "-50"
    assert play.state.branch_state().edits[0].value == wanted  # type: ignore[union-attr]
    await play.keys("0")
    await play.pilot.pause(0.3)
    assert play.state.branch_state().edits[0].value == "-60"  # type: ignore[union-attr]


@does("edit.type")
async def type_a_value(play: Play, key: str) -> None:
    await play.keys("6 G", "v", key)
    await play.replace("-61")
    await play.keys("enter")
    assert play.state.branch_state().edits[0].value == "-61"  # type: ignore[union-attr]
    await play.keys("f1", "j j j", key)
    await play.replace("5")
    await play.keys("enter", "ctrl+s")
    assert len(play.state.branch_state().edits) == 2


@does("rules", "edit.tab-rules")
async def rules_and_reforms(play: Play, key: str) -> None:
    await play.keys("r" if key == "r" else "x f4")
    assert play.screen.tab == "rules"
    await play.keys("enter")
    assert "[off]" in play.seen()
    await play.keys("9 j", "enter")
    assert len(play.state.branch_state().edits) == 2
    assert "applied" in play.seen()


@does("compare", "part.first", "part.next", "part.back")
async def comparing(play: Play, key: str) -> None:
    await play.keys("6 G", "d", "g g", "=")
    assert play.where == "compare"
    assert "Why they part" in play.seen()
    await play.keys("^")
    view = play.session.compare()
    assert view is not None
    assert play.screen.place == view.first
    await play.keys("J")
    assert play.screen.place is None or play.screen.place > view.first
    await play.keys("K")
    assert play.screen.place == view.first


@does("compare.swap", "compare.with")
async def swapped(play: Play, key: str) -> None:
    await play.keys("6 G", "d", "=", "s")
    assert play.state.branch == "0"
    assert play.state.compare_with == "1"
    await play.keys("=")
    assert play.where == "branches"


@does("branch.list", "list.open")
async def branch_list(play: Play, key: str) -> None:
    await play.keys("6 G", "d", "T")
    assert play.where == "branches"
    assert "without book.late of mei" in play.seen()
    await play.keys("k", "enter")
    assert play.state.branch == "0"
    assert play.where == "stepper"


@does("branch.name")
async def name_a_branch(play: Play, key: str) -> None:
    await play.keys("6 G", "d", "T", key)
    await play.replace("mercy")
    await play.keys("enter")
    assert play.state.branch_state().name == "mercy"


@does("branch.compare", "branch.fork")
async def fork_and_compare(play: Play, key: str) -> None:
    await play.keys("T", "b")
    assert len(play.state.branches) == 2
    await play.keys("g g" if False else "k", "=")
    assert play.where == "compare"
    assert "the two lives are the same" in play.seen()


@does("branch.save")
async def save_a_branch(play: Play, key: str) -> None:
    await play.keys("v", "5 l")
    await play.pilot.pause(0.3)
    await play.keys("q", key)
    await play.type("reform mild.yaml")
    await play.keys("enter")
    assert "weights.late" in Path("mild.yaml").read_text()


@does("undo", "redo")
async def undo_and_redo(play: Play, key: str) -> None:
    await play.keys("m", "u")
    assert not play.state.bookmarks
    await play.keys("U")
    assert play.state.bookmarks
    await play.keys("u", "u")
    assert "nothing to undo" in play.seen()


# --- lists -----------------------------------------------------------------------------------------


@does("ask.complete")
async def complete(play: Play, key: str) -> None:
    await play.keys("f")
    await play.type("refu")
    await play.keys(key)
    assert play.screen.query_one("#ask-field").value == "is:refused"


@does("list.filter")
async def start_filter(play: Play, key: str) -> None:
    await play.keys(key)
    await play.type("accident")
    assert "double-booking" in play.seen()
    assert "osmanthus" not in play.seen()
    await play.keys("enter")
    await play.pilot.pause(0.2)
    assert play.where == "stepper"


# --- files -----------------------------------------------------------------------------------------


@does("edit.policy")
async def edit_the_policy(play: Play, key: str) -> None:
    await play.keys("6 G", key)
    assert "no editor can be opened from here" in play.seen()


@does("findings")
async def findings(play: Play, key: str) -> None:
    await play.keys(key)
    assert "the policy is in order" in play.seen()


@does("copy")
async def copying(play: Play, key: str) -> None:
    await play.keys("6 G", key)
    assert "trust 1000 → 940" in play.app.clipboard
    await play.keys("g w", "j", key)
    assert "fee" in play.app.clipboard


@does("export")
async def export(play: Play, key: str) -> None:
    for entry, (name, wanted) in enumerate(
        [("a.svg", "<svg"), ("a.txt", "Two readers"), ("life.txt", "book.late")]
    ):
        await play.keys("6 G", key, *["j"] * entry, "enter")
        await play.replace(name)
        await play.keys("enter")
        assert wanted in Path(name).read_text()
    await play.keys(key, "enter")
    await play.replace("a.svg")
    await play.keys("enter")
    assert "already" in play.seen()


@does("open")
async def start_screen(play: Play, key: str) -> None:
    assert play.where == "start"
    assert "aged-parents" in play.seen()
    await play.keys("enter")
    await play.pilot.pause(0.2)
    assert play.where == "stepper"
    await play.keys(key)
    assert play.where == "start"
    assert "Recent" in play.seen()


# --- everywhere ------------------------------------------------------------------------------------


@does("help")
async def helping(play: Play, key: str) -> None:
    await play.keys(key)
    assert play.where == "help"
    await play.type("bookm")
    await play.keys("enter")
    assert play.state.bookmarks


@does("palette")
async def palette(play: Play, key: str) -> None:
    await play.keys(key)
    await play.type("last st")
    await play.keys("enter")
    assert play.state.number == 11
    await play.keys(key)
    await play.type("4")
    await play.keys("enter")
    assert play.state.number == 4


@does("theme")
async def themes(play: Play, key: str) -> None:
    await play.keys(key)
    assert play.app.theme == "demerit-light"
    await play.keys(key)
    assert play.app.theme == "demerit-dark"


@does("back")
async def back(play: Play, key: str) -> None:
    await play.keys("T", key)
    assert play.where == "stepper"
    await play.keys("g s", "z", key)
    assert not play.screen.zoomed
    await play.keys(key)
    assert play.app.return_code == 0


@does("quit")
async def quit_at_once(play: Play, key: str) -> None:
    await play.keys("T", key)
    assert play.app.return_code == 0


def test_the_life_of_the_tests_is_in_order() -> None:
    from tui.session.session import open_scenario

    from engine.store.database import Store

    assert open_scenario(LIFE / "scenarios" / "late.yaml", Store.in_memory()).total() == 11
