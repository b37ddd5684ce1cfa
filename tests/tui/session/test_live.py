"""Files that change while they are looked at, and lives that are played elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.evaluation.lines import step_line
from engine.store.database import Store
from tests.tui.session.helpers import copy_packs
from tui.session import commands as c
from tui.session import lives, tracing
from tui.session.life import TooLong
from tui.session.life import play as play_here
from tui.session.session import Session, open_scenario, open_stream
from tui.session.state import UserMistake


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return copy_packs(tmp_path / "packs")


def the_note(project: Path) -> tuple[Session, Path]:
    folder = project / "double-booking"
    session = open_scenario(folder / "scenarios" / "the-note.yaml", Store.in_memory())
    return session, folder / "policy.yaml"


def until(session: Session, over: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not over():
        assert time.monotonic() < end
        time.sleep(0.01)
        session.poll()


def replace_in(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


# --- the policy changes -----------------------------------------------------------------


def test_a_changed_policy_is_played_and_the_outcome_is_told(project: Path) -> None:
    session, policy = the_note(project)
    session.dispatch(c.Go(5))
    assert not session.poll()
    replace_in(policy, "value: 0", "value: -7")
    assert session.poll()
    assert session.state.message == (
        "read again: qiu-baozhang ends with rating 974 instead of 1000; first differs at step 2"
    )
    assert not session.poll()


def test_the_place_is_kept_by_the_event(project: Path) -> None:
    session, policy = the_note(project)
    session.dispatch(c.Go(8))
    replace_in(policy, "value: 0", "value: -60")  # now a drift comes before it
    session.poll()
    assert (session.state.number, session.view().row) == (9, 8)


def test_a_broken_policy_is_told_while_the_last_good_one_goes_on(project: Path) -> None:
    session, policy = the_note(project)
    session.dispatch(c.SetValue("weights.double", "-1"))
    replace_in(policy, "value: 0", "valu: 0")
    assert session.poll()
    where = session.state.findings[0].where
    assert where is not None
    assert (where.file, where.line) == ("policy.yaml", 25)
    session.dispatch(c.Go(3))
    assert session.view().why
    session.dispatch(c.Note("still here"))
    session.dispatch(c.GoBranch("0"))
    replace_in(policy, "valu: 0", "value: 0")
    assert session.poll()
    assert session.state.findings == ()


def test_a_file_that_is_away_is_waited_for(project: Path) -> None:
    session, policy = the_note(project)
    text = policy.read_text("utf-8")
    policy.unlink()
    assert not session.poll()
    policy.write_text(text.replace("value: 0", "value: -7"), "utf-8")
    assert session.poll()
    assert session.state.findings == ()


def test_a_branch_that_no_longer_fits_says_so_and_the_others_go_on(project: Path) -> None:
    session, policy = the_note(project)
    session.dispatch(c.SetValue("weights.double", "-1"))
    replace_in(policy, "range: [-100, 0]", "range: [-100, -2]")
    replace_in(policy, "value: 0", "value: -2")
    session.poll()
    state = session.state.branch_state()
    assert state.status == "failed"
    assert state.finding is not None
    assert "`double` is -1" in state.finding.message
    session.dispatch(c.GoBranch("0"))
    assert session.state.branch_state().status == "ready"


def test_an_edit_finds_its_event_when_the_timeline_moved(project: Path) -> None:
    session, policy = the_note(project)
    session.dispatch(c.RemoveEvent(3))
    path = policy.parent / "scenarios" / "the-note.yaml"
    first = "timeline:\n"
    more = "  - {at: 2017-03-02, who: qiu-baozhang, event: ride.booked}\n"
    replace_in(path, first, first + more)
    session.poll()
    gone = session._life.material.scenario
    assert gone is not None
    kept = {event.at for event in session._life.material.events or ()}
    assert {event.at for event in gone.events} - kept == {1489127400}  # 2017-03-10 06:30


# --- played elsewhere -------------------------------------------------------------------


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every life takes too long to be played here."""

    def too_long(*_: object) -> None:
        raise TooLong

    monkeypatch.setattr(lives, "play", too_long)
    monkeypatch.setattr(tracing, "QUICK", -1)


@pytest.mark.usefixtures("elsewhere")
def test_a_life_that_is_played_elsewhere_is_the_same_life(project: Path) -> None:
    session, _ = the_note(project)
    assert session.state.branch_state().status == "computing"
    assert session.state.progress.startswith("playing")
    session.view()
    until(session, lambda: session.state.branch_state().status != "computing")
    alone = play_here(session._life.material)
    assert [session._life.tape.step(n).scores for n in range(1, session.total() + 1)] == [
        alone.tape.step(n).scores for n in range(1, len(alone.tape) + 1)
    ]
    lines = [step_line(session._life.tape.step(n)) for n in range(1, session.total() + 1)]
    assert lines == [step_line(alone.tape.step(n)) for n in range(1, len(alone.tape) + 1)]
    assert session.view().row == 1
    session.close()


@pytest.mark.usefixtures("elsewhere")
def test_a_step_that_is_not_there_yet_is_waited_for(project: Path) -> None:
    session, _ = the_note(project)
    session.dispatch(c.Go(7))
    until(session, lambda: session.state.branch_state().status != "computing")
    assert session.state.number == 7
    session.dispatch(c.SetValue("weights.double", "-1"))
    until(session, lambda: session.state.branch_state().status != "computing")
    assert session.view().row == 7
    session.close()


@pytest.mark.usefixtures("elsewhere")
def test_what_is_stale_is_dropped(project: Path) -> None:
    session, _ = the_note(project)
    for value in ("-1", "-2", "-3"):
        session.dispatch(c.SetValue("weights.double", value))
    revision = session.state.branch_state().revision
    until(session, lambda: session.state.branch_state().status != "computing")
    assert session.state.branch_state().revision == revision
    assert session.dispatch(c.Go(99)).number == session.total()
    assert session.view().dossier.scores[0].value == "990"  # 4 times -3, 2 healed
    session.close()


@pytest.mark.usefixtures("elsewhere")
def test_watches_and_conditions_come_from_elsewhere(project: Path) -> None:
    session, _ = the_note(project)
    until(session, lambda: session.state.branch_state().status != "computing")
    session.dispatch(c.Watch("count(ride.booked, 30 days)"))
    session.dispatch(c.AddBreakpoint("condition", "count(ride.booked, 5 minutes) >= 2"))
    assert session.view().watches[0].value == "…"
    until(session, lambda: session.state.progress == "")
    session.dispatch(c.Go(1))
    assert session.dispatch(c.Continue()).number == 2
    assert session.view().watches[0].value == "2"
    session.close()


def test_a_stream_is_a_life_too(tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_text(
        "policy: harbour\nformat: 1\nsubjects: {citizen: {}}\n"
        "events: {late: {fields: {days: number}}}\nscores: {trust: {of: citizen, start: 10}}\n"
        "rules: [{id: fee, on: late, when: event.days > 3, then: [{score: -1}]}]\n"
    )
    events = tmp_path / "events.jsonl"
    events.write_text("".join(
        f'{{"at": "2031-01-0{day}", "who": "w{day % 2}", "event": "late", "days": {day}}}\n'
        for day in range(1, 9)
    ))  # fmt: skip
    session = open_stream(tmp_path / "policy.yaml", events, Store.in_memory())
    assert session.total() == 8
    assert session.dispatch(c.Continue()).number == 8
    assert [who for who, _ in session.state.people] == ["w1", "w0"]
    assert session.view().dossier.scores[0].value == "8"
    session.dispatch(c.RemoveEvent(8))
    assert session.total() == 7
    with pytest.raises(UserMistake, match="only a branch of a scenario"):
        session.dispatch(c.SaveBranch(tmp_path / "x.yaml"))
    session.close()
