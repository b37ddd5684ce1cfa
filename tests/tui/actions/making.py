"""Breakpoints, notes, and what can be listed."""

from __future__ import annotations

from tests.tui.actions import does
from tests.tui.driving import Play
from tui.session import commands as c


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


@does("ask.complete")
async def complete(play: Play, key: str) -> None:
    await play.keys("f")
    await play.type("refu")
    await play.keys(key)
    assert play.screen.query_one("#ask-field").value == "is:refused"


@does("list.filter", start=True)
async def start_filter(play: Play, key: str) -> None:
    await play.keys(key)
    await play.type("accident")
    assert "double-booking" in play.seen()
    assert "osmanthus" not in play.seen()
    await play.keys("enter")
    await play.until(lambda: play.where == "stepper")
