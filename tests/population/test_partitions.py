"""Stream folders judged part by part: the same result however they are divided."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.findings import DemeritError
from engine.language.rows import Event
from engine.population import regroup
from engine.population.cluster import Place
from engine.population.folder import read_manifest
from engine.population.regroup import write_folder
from engine.population.shape import Versions
from engine.population.simulate import Simulated, simulate
from engine.values import MILLION
from tests.oracle.generator import generate
from tests.population.test_kernel_edges import DAY, START, policy, thing

pytestmark = pytest.mark.usefixtures("kernel")
SEEDS = range(40)


def played(seed: int, folder: Path, name: str, *, step_engine: bool = False) -> Simulated:
    """A generated case, written as a folder and simulated in one thread."""
    case = generate(seed)
    stream = folder / f"stream-{name}"
    write_folder(case.events, case.versions, case.cast, stream)
    return simulate(case.versions, stream, folder / name, Place("threads", 1), ticks=3,
                    ledger=True, step_engine=step_engine)  # fmt: skip


@pytest.mark.parametrize("seed", SEEDS)
def test_parquet_and_back_means_the_same_as_the_step_engine(seed: int, tmp_path: Path) -> None:
    ours = played(seed, tmp_path, "kernel")
    theirs = played(seed, tmp_path, "engine", step_engine=True)
    assert ours.summary.hash == theirs.summary.hash
    assert ours.summary.sums == theirs.summary.sums
    assert ours.summary.failed == theirs.summary.failed


def lonely() -> tuple[Versions, list[Event]]:
    """A policy under which nobody touches anybody, and events of thirty."""
    rules = [
        {"id": "often", "on": "thing", "when": "count(thing, 20 days) >= 2",
         "then": [{"score": "-event.a", "lapses": "1 month"}, {"impose": "ban"}]},
        {"id": "over", "on": "ended ban", "then": [{"score": "2"}]},
    ]  # fmt: skip
    made = policy(rules, penalties={"ban": {"lasts": "1 week"}})
    events = [
        thing(START + (i * 7 % 50) * DAY, (i % 5) * MILLION, row=i, who=f"s{i % 30}")
        for i in range(400)
    ]
    return ((None, made),), events


def test_the_hash_does_not_depend_on_the_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    versions, events = lonely()
    write_folder(events, versions, None, tmp_path / "one")
    one = simulate(versions, tmp_path / "one", tmp_path / "out", Place("threads", 1))
    monkeypatch.setattr(regroup, "ROWS", 50)
    write_folder(events, versions, None, tmp_path / "several")
    several = simulate(versions, tmp_path / "several", tmp_path / "outs", Place("threads", 2))
    assert (one.parts, one.summary.subjects, one.summary.events) == (1, 30, 400)
    assert several.parts > 5
    assert several.summary.hash == one.summary.hash
    assert several.summary.sums == one.summary.sums
    assert several.summary.fired(0) > 100


def test_what_is_done_is_not_done_again(tmp_path: Path) -> None:
    first = played(5, tmp_path, "out")
    result = tmp_path / "out" / "part-00000.result.parquet"
    before = result.stat().st_mtime_ns
    case = generate(5)
    again = simulate(case.versions, tmp_path / "stream-out", tmp_path / "out",
                     Place("threads", 1), ticks=3, ledger=True)  # fmt: skip
    assert result.stat().st_mtime_ns == before
    assert again.summary == first.summary


def test_a_broken_part_is_named_and_the_rest_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(regroup, "ROWS", 50)
    versions, events = lonely()
    stream = tmp_path / "stream"
    parts = write_folder(events, versions, None, stream).parts
    (stream / parts[0].events).write_bytes(b"PAR1 and no more")
    made = simulate(versions, stream, tmp_path / "out", Place("threads", 1))
    assert [finding.code for finding in made.findings] == ["D802"]
    assert parts[0].events in made.findings[0].message
    assert made.done == len(parts) - 1


def test_a_folder_without_a_manifest_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DemeritError) as refused:
        read_manifest(tmp_path)
    assert refused.value.findings[0].code == "D801"
