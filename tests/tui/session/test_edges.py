"""Lives without steps, lives that stop, and what must never be mixed up."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.findings import DemeritError, Finding
from engine.store.database import Store
from tests.tui.session.helpers import SCENARIOS, opened
from tui.session import commands as c
from tui.session.base import ScenarioBase
from tui.session.lives import Lives
from tui.session.session import Session, open_scenario
from tui.session.spots import key_of
from tui.session.state import TRUNK, Doc, UserMistake

POLICY = """\
policy: harbour
format: 1
subjects: {citizen: {}}
events: {late: {fields: {days: number}}}
scores: {trust: {of: citizen, start: 10}}
rules: [{id: fee, on: late, then: [{score: 1 / event.days}]}]
"""


def made(folder: Path, timeline: str) -> Session:
    (folder / "policy.yaml").write_text(POLICY)
    path = folder / "scenario.yaml"
    path.write_text(
        "scenario: one\npolicy: policy.yaml\ncast: {mei: {kind: citizen}}\nstart: 2031-01-01\n"
        f"timeline: [{timeline}]\n"
    )
    return open_scenario(path, Store.in_memory())


def test_a_life_without_steps_can_be_looked_at(tmp_path: Path) -> None:
    session = made(tmp_path, "")
    assert (session.total(), session.state.number, session.state.who) == (0, 0, "mei")
    view = session.view()
    assert view.dossier.scores[0].value == "10"
    assert view.source.file == "policy.yaml"
    for command in (c.Move(), c.Go(3), c.Continue(), c.GoTime("2031-01-01")):
        assert session.dispatch(command).number == 0
    for mistake in (c.Bookmark(), c.Note("x"), c.GoEvent("late"), c.Search("x")):
        with pytest.raises(UserMistake):
            session.dispatch(mistake)
    session.dispatch(c.InsertEvent("2031-01-05", "mei", "late", {"days": "2"}))
    assert session.state.number == session.total() == 1
    assert session.view().dossier.scores[0].value == "10.5"


def test_a_run_that_stops_shows_its_steps_and_why_it_stopped(tmp_path: Path) -> None:
    session = made(tmp_path, "{at: 2031-01-02, who: mei, event: late, days: 1},"
                             " {at: 2031-01-03, who: mei, event: late, days: 0}")  # fmt: skip
    branch = session.state.branch_state()
    assert (branch.status, session.total()) == ("failed", 1)
    assert branch.finding is not None
    assert branch.finding.code == "D601"
    session.dispatch(c.RemoveEvent(2))
    assert session.state.branch_state().status == "ready"


def test_what_cannot_be_read_at_all_is_not_opened(tmp_path: Path) -> None:
    with pytest.raises(DemeritError):
        open_scenario(tmp_path / "none.yaml", Store.in_memory())
    (tmp_path / "policy.yaml").write_text(POLICY.replace("late", "early", 1))
    (tmp_path / "scenario.yaml").write_text("scenario: x\npolicy: policy.yaml\nstart: 2031-01-01\n")
    with pytest.raises(DemeritError) as caught:
        open_scenario(tmp_path / "scenario.yaml", Store.in_memory())
    assert caught.value.findings[0].where is not None


def test_a_result_for_an_older_revision_is_dropped() -> None:
    session = opened("double-booking/scenarios/the-note.yaml")
    lives = Lives(ScenarioBase(session._lives.base.path), lambda *_: None)
    old = lives.branch(Doc(), TRUNK)
    lives.read_again(lives.base.again())
    new = lives.branch(Doc(), TRUNK)
    assert new.revision > old.revision
    assert not lives.ready(TRUNK, old.revision, None, Finding("D690", "too late"))
    assert new.status == "ready"
    assert lives.ready(TRUNK, new.revision, new.life, None)


def test_every_step_is_found_again_by_its_key() -> None:
    for name in SCENARIOS:
        life = opened(name)._life
        keys = [key_of(life.tape.columns, n) for n in range(1, len(life.tape) + 1)]
        assert len(set(keys)) == len(keys), name
        assert [life.finder.number(key) for key in keys] == list(range(1, len(keys) + 1)), name
        assert life.finder.number("e9999") == life.finder.number("c1 drift nobody 0") == 0


def test_where_one_was_is_where_one_is_again(tmp_path: Path) -> None:
    path = tmp_path / "work.sqlite"
    session = opened("double-booking/scenarios/accident.yaml", Store.open(path))
    session.dispatch(c.RemoveEvent(1))
    session.dispatch(c.Filter("bao"))
    session.dispatch(c.Choose("he-jiayi"))
    session.dispatch(c.Go(4))
    before = session.state
    session.close()
    again = opened("double-booking/scenarios/accident.yaml", Store.open(path)).state
    for name in ("branch", "number", "who", "filter", "compare_with", "doc", "undo", "redo"):
        assert getattr(again, name) == getattr(before, name), name
