"""Stream folders judged part by part: the same result however they are divided."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.findings import DemeritError
from engine.population import regroup
from engine.population.cluster import Place
from engine.population.folder import read_manifest
from engine.population.regroup import write_folder
from engine.population.simulate import Simulated, simulate
from tests.oracle.generator import generate

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


def test_the_hash_does_not_depend_on_the_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    several = 0
    for seed in range(12):
        one = played(seed, tmp_path / str(seed), "whole")
        with monkeypatch.context() as changed:
            changed.setattr(regroup, "ROWS", 1)  # a part for each component
            many = played(seed, tmp_path / str(seed), "parted")
        assert one.parts <= 1
        assert many.summary.hash == one.summary.hash
        assert many.summary.sums == one.summary.sums
        several += many.parts > 1
    assert several > 2


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
    monkeypatch.setattr(regroup, "ROWS", 1)
    case = next(c for c in map(generate, range(100)) if c.cast is None and len(c.events) > 6)
    stream = tmp_path / "stream"
    parts = write_folder(case.events, case.versions, None, stream).parts
    if len(parts) < 2:
        pytest.skip("all of one component")
    (stream / parts[0].events).write_bytes(b"PAR1 and no more")
    made = simulate(case.versions, stream, tmp_path / "out", Place("threads", 1))
    assert [finding.code for finding in made.findings] == ["D802"]
    assert parts[0].events in made.findings[0].message
    assert made.done == len(parts) - 1


def test_a_folder_without_a_manifest_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DemeritError) as refused:
        read_manifest(tmp_path)
    assert refused.value.findings[0].code == "D801"
