"""Moving, filters, breakpoints, watches and comparisons, worked out by hand."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from engine.store.database import Store
from tests.tui.session.helpers import opened
from tui.session import commands as c
from tui.session.session import Session
from tui.session.state import UserMistake

# the-note: 9 bookings of one man; 2, 5, 7 and 9 are second cars, the third of them (7) puts a
# note on file.
NOTE = "double-booking/scenarios/the-note.yaml"
# accident: lin at steps 1-3 (2 is a second car), bao 4-5, he 6-7 (7 is a second car).
ACCIDENT = "double-booking/scenarios/accident.yaml"


def visited(session: Session, command: c.Command, most: int = 20) -> list[int]:
    """The steps that a command goes to, again and again, until it stays."""
    found: list[int] = []
    while len(found) < most:
        before = session.state.number
        number = session.dispatch(command).number
        if number == before:
            break
        found.append(number)
    return found


def test_strides_by_event_consequence_and_grade() -> None:
    session = opened(NOTE)
    assert visited(session, c.Move("event", 2)) == [3, 5, 7, 9]
    assert visited(session, c.Move("consequence", -1)) == [7, 5, 2]
    assert session.state.message == "there is no earlier consequence"
    assert session.dispatch(c.Move("event", 100)).number == 9
    session.dispatch(c.SetValue("weights.double", "-5"))
    session.dispatch(c.Go(1))
    grades = visited(session, c.Move("grade", 1))
    assert grades
    for number in grades:
        assert session.row(number).happening == "grade"


def test_to_a_time_and_to_an_event() -> None:
    session = opened(ACCIDENT)
    assert session.dispatch(c.GoTime("2017-01-06")).number == 4
    assert session.dispatch(c.GoTime("2017-01-06 04:30")).number == 4
    state = session.dispatch(c.GoTime("2018-01-01"))
    assert (state.number, state.message) == (7, "nothing happens after 2018-01-01")
    assert session.dispatch(c.GoEvent("ride.booked")).number == 1
    assert session.dispatch(c.GoEvent("booked")).number == 2
    with pytest.raises(UserMistake, match=r"did you mean `ride\.booked`"):
        session.dispatch(c.GoEvent("ride.boked"))


@pytest.mark.parametrize(("text", "steps"), [
    ("who:bao-an", [4, 5]), ("is:fired", [2, 7]), ("-is:fired who:he-jiayi", [6]),
    ("rule:second-car", [2, 7]), ("event:ride.*", [1, 2, 3, 4, 5, 6, 7]), ("lin", [1, 2, 3]),
    ("SECOND", [2, 7]), ("-lin -bao", [6, 7]), ("is:clock bao", []), ("message", [2, 7]),
])  # fmt: skip
def test_filters(text: str, steps: Sequence[int]) -> None:
    session = opened(ACCIDENT)
    if not steps:
        with pytest.raises(UserMistake, match="no step fits"):
            session.dispatch(c.Filter(text))
        return
    state = session.dispatch(c.Filter(text))
    assert list(session.shown()) == steps
    assert state.number in steps
    assert session.dispatch(c.Go(1)).number == 1  # to go anywhere is still possible
    assert [1, *visited(session, c.Move())][-len(steps) :] == steps
    session.dispatch(c.Filter(""))
    assert len(session.shown()) == 7


@pytest.mark.parametrize("text", ["is:fire", "hue:x"])
def test_a_filter_that_says_nothing_is_a_mistake(text: str) -> None:
    with pytest.raises(UserMistake, match=r"did you mean|known"):
        opened(ACCIDENT).dispatch(c.Filter(text))


def test_search_goes_around_both_ways() -> None:
    session = opened(ACCIDENT)
    assert session.dispatch(c.Search("rain")).number == 6  # "Rain.", then "rain" again
    assert session.dispatch(c.Next()).number == 7
    state = session.dispatch(c.Next())
    assert (state.number, state.message) == (6, "found from the other end again")
    assert session.dispatch(c.Next(-1)).number == 7
    with pytest.raises(UserMistake, match="no step holds"):
        session.dispatch(c.Search("RAIN"))  # capitals count if there are any


@pytest.mark.parametrize(("kind", "value", "stops"), [
    ("rule", "second-car", [2, 5, 7, 9]), ("rule", "note-on-file", [7]),
    ("event", "ride.booked", [2, 3, 4, 5, 6, 7, 8, 9]), ("person", "qiu-baozhang", []),
    ("score", "996", [2, 5, 7, 9]), ("score", "rating 990", [5]), ("grade", "", [5, 7]),
    ("grade", "rating.plain", [5]), ("condition", "score < 990", [7]),
    ("condition", "count(ride.booked, 5 minutes) >= 2", [2, 5, 7, 9]),
    ("condition", "event.pickup == 'Gate 4'", []),
])  # fmt: skip
def test_breakpoints(kind: str, value: str, stops: list[int]) -> None:
    session = opened(NOTE)
    session.dispatch(c.SetValue("weights.double", "-5"))
    state = session.dispatch(c.AddBreakpoint(kind, value))  # type: ignore[arg-type]
    session.dispatch(c.Go(1))
    found = []
    while not session.dispatch(c.Continue()).message:
        found.append(session.state.number)
    expected = [n for n in range(2, session.total() + 1) if "breakpoint" in session.row(n).marks]
    assert found == expected
    rows = [session.row(n) for n in found]
    assert state.breakpoints[0].on
    if kind in ("rule", "event", "condition") and "score" not in value:
        timeline = [session._life.tape.columns.row[r.number - 1] for r in rows]
        assert [row for row in timeline if row] == stops
    session.dispatch(c.ToggleBreakpoint(state.breakpoints[0].id))
    session.dispatch(c.Go(1))
    assert visited(session, c.Continue()) == [session.total()]


def test_breakpoints_go_back_too_and_cross_both_ways() -> None:
    session = opened(NOTE)
    session.dispatch(c.SetValue("weights.double", "-5"))
    session.dispatch(c.AddBreakpoint("score", "995"))
    scores = {}
    for number in range(1, session.total() + 1):
        session.dispatch(c.Go(number))
        scores[number] = int(session.view().dossier.scores[0].value)
    crossed = [n for n in range(2, session.total() + 1)
               if (scores[n - 1] < 995) != (scores[n] < 995)]  # fmt: skip
    assert crossed
    assert visited(session, c.Continue(-1)) in (
        [*reversed(crossed), 1], [n for n in reversed(crossed) if n != session.total()] + [1],
    )  # fmt: skip


@pytest.mark.parametrize(("kind", "value"), [
    ("rule", "second-ca"), ("event", "x"), ("person", "x"), ("grade", "gold"), ("measure", "x"),
    ("score", "x 3"), ("score", "rating three"), ("condition", "score"), ("condition", "count("),
])  # fmt: skip
def test_a_breakpoint_that_could_never_stop_is_a_mistake(kind: str, value: str) -> None:
    session = opened(NOTE)
    with pytest.raises(UserMistake):
        session.dispatch(c.AddBreakpoint(kind, value))  # type: ignore[arg-type]
    assert session.state.breakpoints == ()


def test_a_watch_has_its_history() -> None:
    session = opened(NOTE)
    session.dispatch(c.Watch("count(double.noted, 30 days)"))
    session.dispatch(c.Watch("1 / score"))
    session.dispatch(c.Watch("grade"))
    values = []
    for number in range(1, 10):
        session.dispatch(c.Go(number))
        values.append(session.view().watches[0].value)
    # at 20 April those of 6 and 15 March have left the window, that of 29 March has not
    assert values == ["0", "1", "1", "1", "2", "2", "3", "1", "2"]
    watch = session.view().watches[0]
    assert watch.changed
    assert watch.history == ((9, "2"), (8, "1"), (7, "3"), (5, "2"), (2, "1"), (1, "0"))
    assert session.view().watches[1].value == "0.001"
    assert session.view().watches[2].value == "gold"


def test_a_value_that_cannot_be_worked_out_says_why() -> None:
    session = opened(NOTE)
    session.dispatch(c.Watch("1 / (score - 1000)"))
    assert session.view().watches[0].value == ""
    assert "divides by zero" in session.view().watches[0].problem


# --- two lives ------------------------------------------------------------------------


def test_where_two_lives_part_and_why() -> None:
    session = opened(NOTE)
    session.dispatch(c.RemoveEvent(2))
    compared = session.compare()
    assert compared is not None
    pairs = [(lock.left, lock.right, lock.same) for lock in compared.locks]
    assert pairs == [
        (1, 1, True), (0, 2, False), (2, 3, True), (3, 4, True), (4, 5, True), (5, 6, True),
        (6, 7, False), (7, 8, True), (8, 9, True),
    ]  # fmt: skip
    assert compared.first == 1
    said = [why.text for why in compared.why]
    assert said[:3] == [
        "ride.booked of qiu-baozhang is only in “as written”",
        "without ride.booked of qiu-baozhang on 2017-03-06 06:30:20",
        "rating of qiu-baozhang +0: 1000 → 1000",
    ]
    assert [(e.what, e.left, e.right) for e in compared.endings] == [("messages", "3", "5")]
    session.dispatch(c.Go(6))
    compared = session.compare()
    assert compared is not None
    assert compared.cursor == 6
    texts = [why.text for why in compared.here]
    assert texts[0] == "the rule note-on-file came out differently"
    assert "that was twice" in texts[1]
    assert compared.here[0].place == "policy.yaml:74"


def test_an_altered_weight_is_the_reason() -> None:
    session = opened(NOTE)
    session.dispatch(c.SetValue("weights.double", "-5"))
    compared = session.compare()
    assert compared is not None
    assert (compared.left.branch, compared.right.branch) == ("1", "0")
    assert compared.why[-1].text == "double is -5 in weights.double = -5, 0 in as written"
    assert compared.chart.others[0][0] == "as written"
    session.dispatch(c.CompareWith(None))
    assert session.compare() is None


def test_an_event_that_moved_is_locked_to_itself() -> None:
    session = opened(ACCIDENT)
    session.dispatch(c.DelayEvent(2, "10 minutes"))
    compared = session.compare()
    assert compared is not None
    moved = [lock for lock in compared.locks if not lock.same]
    rows = [session._life.tape.columns.row[lock.left - 1] for lock in moved if lock.left]
    assert 2 in rows
    assert len(compared.locks) <= 8


def test_edits_join_the_branch_and_a_slider_leaves_one_edit() -> None:
    session = opened(NOTE)
    for value in ("-1", "-2", "-3"):
        session.dispatch(c.SetValue("weights.double", value))
    branch = session.state.branch_state()
    assert len(branch.edits) == 1
    assert len(session.state.branches) == 2
    session.dispatch(c.Fork("deeper"))
    session.dispatch(c.RemoveEvent(1))
    session.dispatch(c.GoBranch(branch.id))
    session.dispatch(c.RemoveEvent(9))  # has a branch of its own by now: another child
    tree = {b.name: b.parent for b in session.state.branches}
    assert list(tree.values()) == [None, "0", branch.id, branch.id]
    with pytest.raises(UserMistake, match="branches of its own"):
        session.dispatch(c.RemoveBranch(branch.id))


def test_notes_and_bookmarks_stay_with_their_event() -> None:
    session = opened(NOTE, Store.in_memory())
    session.dispatch(c.Go(7))
    session.dispatch(c.Note("the third of the month"))
    session.dispatch(c.Bookmark())
    session.dispatch(c.RemoveEvent(2))
    assert session.state.number == 6
    assert (session.state.notes[0].number, session.state.bookmarks[0].number) == (6, 6)
    assert session.row(6).marks == ("bookmark", "note", "beat")
    assert session.view().notes == (("1", "the third of the month"),)
    session.dispatch(c.RemoveEvent(7))
    assert session.state.notes[0].number == 0
    session.dispatch(c.GoBranch("0"))
    assert session.state.notes[0].number == 7


def test_a_note_on_a_clause_is_there_at_each_of_its_steps() -> None:
    session = opened(NOTE)
    session.dispatch(c.Go(2))
    session.dispatch(c.Note("too short", on="clause"))
    assert session.state.notes[0].clause == "rules.second-car"
    for number, here in ((1, True), (2, True), (5, True)):
        session.dispatch(c.Go(number))
        assert bool(session.view().notes) is here
