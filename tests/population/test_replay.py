"""One life out of a simulation, played again."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.findings import DemeritError
from engine.population.cluster import Place
from engine.population.regroup import write_folder
from engine.population.replay import life
from engine.population.simulate import simulate
from tests.oracle.generator import generate
from tests.population.test_partitions import lonely

pytestmark = pytest.mark.usefixtures("kernel")


def test_a_life_has_the_digest_that_the_kernel_kept(tmp_path: Path) -> None:
    versions, events = lonely()
    write_folder(events, versions, None, tmp_path / "stream")
    simulate(versions, tmp_path / "stream", tmp_path / "out", Place("threads", 1))
    for who in ("s0", "s17", "s29"):
        found = life(versions, tmp_path / "stream", who, tmp_path / "out")
        assert found.kept is not None
        assert found.same
        assert {step.who for step in found.steps} == {who}
        assert sum(step.input is not None for step in found.steps) == sum(
            event.who == who for event in events
        )


def test_those_who_touch_somebody_are_played_too(tmp_path: Path) -> None:
    case = next(c for c in map(generate, range(100)) if c.cast and c.cast.relations.get("parent"))
    assert case.cast is not None
    write_folder(case.events, case.versions, case.cast, tmp_path / "stream")
    simulate(case.versions, tmp_path / "stream", tmp_path / "out", Place("threads", 1))
    parent, child = case.cast.relations["parent"][0]
    for who in (parent, child):
        assert life(case.versions, tmp_path / "stream", who, tmp_path / "out").same


def test_somebody_unknown_is_refused(tmp_path: Path) -> None:
    versions, events = lonely()
    write_folder(events, versions, None, tmp_path)
    with pytest.raises(DemeritError) as refused:
        life(versions, tmp_path, "nobody")
    assert refused.value.findings[0].code == "D805"
