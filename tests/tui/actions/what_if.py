"""Other lives."""

from __future__ import annotations

from pathlib import Path

from tests.tui.actions import does
from tests.tui.driving import Play
from tui.actions import BY_ID


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
    await play.until(lambda: play.edits)
    assert (play.edits[0].path, play.edits[0].value) == (
        "weights.late",
        "-65" if way == "h" else "-55",
    )
    assert "they part at step 6" in play.seen()
    await play.keys("q", "v")
    assert play.screen.tab == "values"


@does("slider.far-less", "slider.far-more", "slider.reset")
async def far_sliders(play: Play, key: str) -> None:
    await play.keys("v", "L" if key == "0" else key)
    wanted = "-70" if key == "H" else "-50"
    await play.until(lambda: play.edits and play.edits[0].value == wanted)
    await play.keys("0")
    await play.until(lambda: play.edits[0].value == "-60")


@does("edit.type")
async def type_a_value(play: Play, key: str) -> None:
    await play.keys("6 G", "v", key)
    await play.replace("-61")
    await play.keys("enter")
    await play.until(lambda: play.edits)
    assert play.edits[0].value == "-61"
    await play.keys("f1", "j j j", key)
    await play.replace("5")
    await play.keys("enter", "ctrl+s")
    assert len(play.edits) == 2


@does("rules", "edit.tab-rules")
async def rules_and_reforms(play: Play, key: str) -> None:
    await play.keys("r" if key == "r" else "x f4")
    assert play.screen.tab == "rules"
    await play.keys("enter")
    assert "[off]" in play.seen()
    await play.keys("9 j", "enter")
    assert len(play.edits) == 2
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
    await play.until(lambda: play.edits)
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
