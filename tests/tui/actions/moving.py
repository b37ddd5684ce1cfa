"""Going somewhere, finding something, looking at panes."""

from __future__ import annotations

from tests.tui.actions import does
from tests.tui.driving import Play
from tui.session import commands as c


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
