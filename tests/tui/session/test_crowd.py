"""The core of the screen of a simulation, without a screen."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest

from engine.findings import DemeritError
from engine.population.record import open_kept
from engine.population.survey import EVERYBODY, survey
from engine.store.database import Store
from tests.population.library import library
from tui.opening import simulated_opener
from tui.session import commands as c
from tui.session.crowd import Crowd
from tui.session.crowd_rows import survey_json, survey_of
from tui.session.state import UserMistake


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return library(tmp_path_factory.mktemp("town"))


def ready(folder: Path) -> Crowd:
    crowd = Crowd(folder)
    wait(crowd)
    return crowd


def wait(crowd: Crowd) -> None:
    end = time.monotonic() + 60
    while crowd.busy:
        assert time.monotonic() < end
        time.sleep(0.02)
        crowd.poll()


def test_the_sums_are_there_before_anything_is_read(town: Path) -> None:
    crowd = Crowd(town)
    view = crowd.view()
    assert crowd.busy
    assert view.progress
    assert [group.number for group in view.groups] == [60, 20, 20, 20]
    assert len(view.periods) == 6
    assert (view.people, view.rolls, view.bars) == ((), (), None)
    crowd.step_roll(1)  # there is no list yet: nothing happens
    crowd.close()
    assert not crowd.busy


def test_what_was_read_elsewhere_is_what_is_read_here(town: Path) -> None:
    found = survey(open_kept(town), "trust")
    assert survey_of(survey_json(found)) == found
    crowd = ready(town)
    view = crowd.view()
    assert [p.who for p in view.people] == [p.who for p in found.rolls[EVERYBODY][0].people]
    assert view.bars is not None
    assert view.bars.counts == found.spreads[EVERYBODY].bins
    crowd.close()


def test_groups_lists_and_scores(town: Path) -> None:
    crowd = ready(town)
    crowd.choose_group("late")
    periods = crowd.view().periods
    assert all(period.rose == 0 for period in periods)  # who is late only ever falls
    assert sum(period.fell for period in periods) >= 17  # each but the three that end in gold
    seen = {}
    for _ in crowd.view().rolls:
        view = crowd.view()
        assert all(person.group == "late" for person in view.people)
        seen[view.roll] = view.people
        crowd.step_roll(1)
    assert crowd.view().roll == "highest:"
    assert {"refused:", "told:", "moved:", "under:gold", "over:plain"} <= set(seen)
    assert seen["under:gold"][0].about.endswith("below gold")
    assert seen["refused:"][0].about == "1 refused"
    with pytest.raises(UserMistake):
        crowd.choose_group("nobody")
    with pytest.raises(UserMistake):
        crowd.choose_roll("under:nothing")
    crowd.next_score()
    wait(crowd)
    assert crowd.view().score == "books"
    assert crowd.view().periods == ()
    crowd.next_score()
    assert not crowd.busy  # it was read already
    crowd.close()


def test_a_damaged_result_is_told_and_the_sums_stay(town: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(town.parent, tmp_path / "copy") / "out"
    (folder / "part-00001.result.parquet").write_bytes(b"PAR1 no PAR1")
    crowd = ready(folder)
    assert "part-00001.result.parquet" in crowd.view().finding
    assert crowd.view().groups[0].number == 60
    crowd.close()


def test_a_life_is_the_one_that_was_kept_and_can_be_another(town: Path) -> None:
    store = Store.in_memory()
    session = simulated_opener(town, "reader-035")(store)
    total = session.total()
    assert session.state.who == "reader-035"
    assert session.material().events is not None
    session.dispatch(c.Go(2))
    session.dispatch(c.RemoveEvent(1))
    assert session.total() != total
    with pytest.raises(UserMistake):
        session.dispatch(c.SaveBranch(Path("x.yaml"), "scenario"))
    session.close()
    again = simulated_opener(town, "reader-035")(store)
    assert len(again.state.branches) == 2  # what was made of it is found again
    again.close()
    other = simulated_opener(town, "reader-002")(store)
    assert len(other.state.branches) == 1
    other.close()
    with pytest.raises(DemeritError) as refused:
        simulated_opener(town, "nobody")(store)
    assert refused.value.findings[0].code == "D805"
    store.close()


def test_a_long_life_is_played_by_a_process_of_its_own(
    town: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tui.session import lives

    monkeypatch.setattr(lives, "QUICK", -1.0)
    monkeypatch.setattr("tui.session.life._CHECKED", 1)
    store = Store.in_memory()
    session = simulated_opener(town, "reader-035")(store)
    end = time.monotonic() + 60
    while session.state.branch_state().status == "computing":
        assert time.monotonic() < end
        time.sleep(0.05)
        session.poll()
    assert session.state.branch_state().finding is None
    assert session.total() == 12
    session.close()
    store.close()
