"""A branch that is saved is a file that the engine plays to the same end."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.evaluation.lines import step_line
from engine.language.load import load_policy, load_reform
from engine.language.scenario import load_scenario
from engine.store.database import Store
from tests.conftest import LONG
from tests.tui.session.helpers import SCENARIOS, copy_packs
from tui.session import commands as c
from tui.session.base import ScenarioBase
from tui.session.life import Life, play
from tui.session.session import Session, open_scenario
from tui.session.state import UserMistake

ROOT = Path(__file__).parents[3]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return copy_packs(tmp_path / "packs")


def complaints(*paths: Path) -> str:
    """What ``demerit test`` says of scenarios: "" if all is as expected."""
    command = [sys.executable, "-m", "engine", "test", "--matcher", "plain", *map(str, paths)]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=paths[0].parent,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    return "" if done.returncode == 0 else done.stdout + done.stderr


def lines(life: Life) -> list[str]:
    return [step_line(life.tape.step(number)) for number in range(1, len(life.tape) + 1)]


def change_something(session: Session, chance: random.Random) -> None:
    """One random edit of the timeline, if it can be made."""
    events = list(session._life.material.events or ())
    event = chance.choice(events)
    command: c.Command = chance.choice([
        c.RemoveEvent(event.row),
        c.DelayEvent(event.row, chance.choice(["3 days", "-1 hours", "40 minutes"])),
        c.EditEvent(event.row, {"says": 'Said: "no" # {yes}, [1]\\'}),
        c.EditEvent(event.row, {"id": f"id-{chance.randrange(3)}"}),
        c.InsertEvent(session.view().at, event.who, event.type, {
            name: str(value // 1_000_000) if isinstance(value, int) else str(value)
            for name, value in event.fields.items()
        }),
    ])  # fmt: skip
    try:
        session.dispatch(c.Go(chance.randrange(1, session.total() + 1)))
        session.dispatch(command)
    except UserMistake:
        return


def test_saved_scenarios_are_accepted_and_end_the_same(project: Path) -> None:
    names = SCENARIOS if LONG else SCENARIOS[::7]
    saved = [path for name in names for path in saved_from(project / name)]
    assert len(saved) >= 2 * len(names)
    assert complaints(*saved) == ""


def saved_from(original: Path) -> Iterator[Path]:
    """Random branches of a scenario, saved; each plays as the branch did."""
    chance = random.Random(original.name)
    for turn in range(10 if LONG else 2):
        session = open_scenario(original, Store.in_memory())
        for _ in range(4):
            change_something(session, chance)
        if session.state.branch == "0":
            session.dispatch(c.Fork())
        path = original.with_name(f"{original.stem}-{turn}.yaml")
        session.dispatch(c.SaveBranch(path))
        again = play(ScenarioBase(path).material(()))
        assert lines(again) == lines(session._life)
        assert load_scenario(path).expectations
        session.close()
        yield path


def test_what_the_branch_changes_in_the_policy_is_a_reform(project: Path) -> None:
    folder = project / "double-booking"
    session = open_scenario(folder / "scenarios" / "the-note.yaml", Store.in_memory())
    session.dispatch(c.SetValue("weights.double", "-7"))
    session.dispatch(c.SwitchOff("note-on-file"))
    session.dispatch(c.SetValue("scores.rating.drift.every", "10 days"))
    path = folder / "reforms" / "mine.yaml"
    session.dispatch(c.SaveBranch(path, "reform"))
    assert path.read_text("utf-8") == (
        "reform: mine\n"
        "of: double-booking\n"
        'about: "What the branch “weights.double = -7” changes."\n'
        "set:\n"
        "  weights.double: -7\n"
        '  scores.rating.drift.every: "10 days"\n'
        "remove: [rules.note-on-file]\n"
    )
    reformed = ScenarioBase(folder / "scenarios" / "the-note.yaml", [path])
    ends = play(reformed.material(()))
    assert len(ends.tape) == session.total()
    for number in range(1, session.total() + 1):
        mine, theirs = session._life.tape.step(number), ends.tape.step(number)
        assert mine.scores == theirs.scores


def test_a_rule_that_others_name_is_silenced_instead(project: Path) -> None:
    folder = project / "harbour"
    (folder / "scenarios").mkdir(parents=True)
    (folder / "policy.yaml").write_text(
        "policy: harbour\nformat: 1\nsubjects: {citizen: {}}\nevents: {late: {}}\n"
        "scores: {trust: {of: citizen, start: 10}}\nrules:\n"
        "  - {id: fee, on: late, then: [{score: -1}]}\n"
        "  - {id: strike, on: late, overrides: [fee], when: 'count(late, ever) >= 2',"
        " then: [{score: -5}]}\n"
    )
    scenario = folder / "scenarios" / "one.yaml"
    scenario.write_text(
        "scenario: one\npolicy: ../policy.yaml\ncast: {mei: {kind: citizen}}\nstart: 2031-01-01\n"
        "timeline:\n  - {at: 2031-01-02, who: mei, event: late}\n"
        "  - {after: 1 day, who: mei, event: late}\n"
    )
    session = open_scenario(scenario, Store.in_memory())
    session.dispatch(c.Go(9))
    assert session.view().dossier.scores[0].value == "4"
    session.dispatch(c.SwitchOff("fee"))
    assert session.view().dossier.scores[0].value == "5"
    path = folder / "off.yaml"
    session.dispatch(c.SaveBranch(path, "reform"))
    assert "rules.fee.when" in path.read_text("utf-8")
    load_policy(folder / "policy.yaml", [path])


def test_reforms_that_were_applied_go_into_the_saved_one(project: Path) -> None:
    for reform in sorted(project.glob("*/reforms/*.yaml"))[:: 1 if LONG else 6]:
        folder = reform.parents[1]
        of = load_reform(reform)[0].of
        scenarios = sorted((folder / "scenarios").glob("*.yaml"))
        scenario = next(s for s in scenarios if load_scenario(s).policy.policy.policy == of)
        session = open_scenario(scenario, Store.in_memory())
        session.dispatch(c.ApplyReform(reform))
        path = reform.with_name(f"again-{reform.name}")
        session.dispatch(c.SaveBranch(path, "reform"))
        saved = play(ScenarioBase(scenario, [path]).material(()))
        wanted = play(ScenarioBase(scenario, [reform]).material(()))
        assert [s.scores for s in map(saved.tape.step, range(1, len(saved.tape) + 1))] == [
            s.scores for s in map(wanted.tape.step, range(1, len(wanted.tape) + 1))
        ], reform


def test_expectations_that_no_longer_hold_are_left_out_and_counted(project: Path) -> None:
    path = project / "double-booking" / "scenarios" / "the-note.yaml"
    session = open_scenario(path, Store.in_memory())
    session.dispatch(c.RemoveEvent(2))  # the thumb that came down twice
    saved = path.with_name("once.yaml")
    message = session.dispatch(c.SaveBranch(saved)).message
    # notified: 1 and 2, then 4 and `note-on-file` no longer hold at their instants
    assert message == "saved as `once.yaml`; 4 expectations that no longer hold were left out"
    text = saved.read_text("utf-8")
    assert "notified: 3" in text
    assert "fired: [second-car]" in text
    assert "note-on-file], refused" not in text


@pytest.mark.parametrize("where", ["../outside/x.yaml", "none/x.yaml"])
def test_where_it_cannot_be_it_is_not_written(where: str, project: Path) -> None:
    (project.parent / "outside").mkdir()
    (project.parent / "outside" / "demerit.toml").touch()
    path = project / "double-booking" / "scenarios" / "the-note.yaml"
    session = open_scenario(path, Store.in_memory())
    session.dispatch(c.RemoveEvent(2))
    target = project / where
    with pytest.raises(UserMistake, match="cannot be saved there"):
        session.dispatch(c.SaveBranch(target))
    assert not target.exists()
    assert not list(project.glob("**/*.part"))


def test_nothing_is_overwritten_unasked(project: Path) -> None:
    path = project / "double-booking" / "scenarios" / "the-note.yaml"
    other = path.with_name("accident.yaml")
    before = other.read_text("utf-8")
    session = open_scenario(path, Store.in_memory())
    session.dispatch(c.RemoveEvent(2))
    with pytest.raises(UserMistake, match="read from that file"):
        session.dispatch(c.SaveBranch(path, replace=True))
    with pytest.raises(UserMistake, match="there already"):
        session.dispatch(c.SaveBranch(other))
    assert other.read_text("utf-8") == before
    session.dispatch(c.SaveBranch(other, replace=True))
    assert complaints(other) == ""
