"""A simulation is the same wherever it runs, and goes on where it was broken off."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import policies
from engine.cli.main import main
from engine.language.load import load_policy
from engine.population.cluster import Place, judging, work_through
from engine.population.folder import Manifest, part_names
from engine.population.partition import prepare
from engine.population.results import result_name
from engine.population.simulate import Simulated, simulate

pytestmark = pytest.mark.usefixtures("kernel")

PARTS = 5
PACK = "benefit-sanctions"
POLICY = Path(policies.__file__).parent / PACK / "policy.yaml"


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One population, as one part and as several."""
    folder = tmp_path_factory.mktemp("town")
    for parts in (1, PARTS):
        given = ["generate", PACK, "--out", str(folder / f"town-{parts}"), "--size", "40"]
        assert main([*given, "--partitions", str(parts)]) == 0
    return folder


def played(town: Path, out: Path, place: Place, parts: int = PARTS) -> Simulated:
    versions = load_policy(POLICY).versions
    return simulate(versions, town / f"town-{parts}", out, place)


@pytest.fixture(scope="module")
def right(town: Path, tmp_path_factory: pytest.TempPathFactory) -> Simulated:
    return played(town, tmp_path_factory.mktemp("right"), Place("threads", 2))


@pytest.mark.parametrize("kind", ["local", pytest.param("processes", marks=pytest.mark.long)])
def test_every_place_has_the_same_hash(
    kind: str, town: Path, right: Simulated, tmp_path: Path
) -> None:
    made = played(town, tmp_path, Place(kind, 2))
    assert (made.findings, made.done) == ((), PARTS)
    assert made.summary == right.summary
    assert played(town, tmp_path / "one", Place("threads", 1), 1).summary.hash == made.summary.hash


@pytest.fixture
def broken(town: Path, tmp_path: Path) -> Path:
    """The same population, of which one part is no Parquet and one is not there."""
    folder = tmp_path / "broken"
    shutil.copytree(town / f"town-{PARTS}", folder)
    (folder / part_names(1)[0]).write_bytes(b"PAR1 this is not what it says PAR1")
    (folder / part_names(3)[0]).unlink()
    return folder


def test_a_corrupt_part_is_named_and_the_rest_goes_on(
    broken: Path, town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    given = ["simulate", PACK, "--out", str(out), "--threads", "2", "--events"]
    assert main([*given, str(broken)]) == 1
    told = capsys.readouterr().err
    assert told.count("D802") == 2
    assert all(part_names(number)[0] in told for number in (1, 3))
    assert results(out) == {0, 2, 4}
    shutil.rmtree(broken)
    shutil.copytree(town / f"town-{PARTS}", broken)  # mended: only what is missing is judged
    before = {number: stamp(out, number) for number in (0, 2, 4)}
    assert main([*given, str(broken)]) == 0
    assert {number: stamp(out, number) for number in before} == before
    assert results(out) == set(range(PARTS))


def test_one_place_is_enough(
    town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["simulate", PACK, "--events", str(town / "town-1"), "--out", str(tmp_path)]
    assert main([*given, "--processes", "--cluster", "local"]) == 2
    assert "D706" in capsys.readouterr().err
    assert main([*given, "--cluster", "next-door"]) == 2
    assert "D830" in capsys.readouterr().err


@pytest.mark.long
def test_a_corrupt_part_is_named_by_a_worker_too(broken: Path, tmp_path: Path) -> None:
    versions = load_policy(POLICY).versions
    made = simulate(versions, broken, tmp_path / "out", Place("processes", 2))
    assert [finding.code for finding in made.findings] == ["D802", "D802"]
    assert (made.done, made.parts) == (PARTS - 2, PARTS)


def test_a_worker_that_sees_no_folder_says_so(tmp_path: Path) -> None:
    prepared = prepare(load_policy(POLICY).versions, Manifest(PACK, None, None, None, ()))
    judge = judging(prepared, tmp_path / "nowhere", tmp_path)
    worked = work_through(Place("threads", 1), judge, [7])
    assert [finding.code for finding in worked.findings] == ["D834"]
    assert "part 7" in worked.findings[0].message


SLOWLY = """
import sys, time
from pathlib import Path
from engine.language.load import load_policy
from engine.population.cluster import Place
from engine.population.simulate import simulate
simulate(load_policy(Path(sys.argv[1])).versions, Path(sys.argv[2]), Path(sys.argv[3]),
         Place("threads", 1), heard=lambda number: time.sleep(60 if number == 2 else 0))
"""


def test_after_a_kill_only_what_is_missing_is_judged(
    town: Path, right: Simulated, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    command = [sys.executable, "-c", SLOWLY, str(POLICY), str(town / f"town-{PARTS}"), str(out)]
    with subprocess.Popen(command, cwd=Path(policies.__file__).parents[1]) as run:
        try:
            wait_for(lambda: 2 in results(out) or run.poll() is not None)
        finally:
            os.kill(run.pid, signal.SIGKILL)
    done = results(out)
    assert {0, 1, 2} <= done
    assert not (out / "summary.json").exists()
    last = max(done)
    result = out / result_name(last)
    result.write_bytes(result.read_bytes()[:-20])  # cut short, as a disk may leave it
    (out / f".{result.name}.1.part").write_bytes(b"half")  # left by what was killed
    before = {number: stamp(out, number) for number in done - {last}}
    made = played(town, out, Place("threads", 2))
    assert made.summary.hash == right.summary.hash
    assert {number: stamp(out, number) for number in before} == before
    judged = set(range(PARTS)) - set(before)
    assert all(stamp(out, number) > max(before.values()) for number in judged)


def results(out: Path) -> set[int]:
    """Which parts have a result."""
    return {number for number in range(PARTS) if (out / result_name(number)).exists()}


def stamp(out: Path, number: int) -> int:
    """When a part's result was put in its place."""
    return (out / result_name(number)).stat().st_mtime_ns


def wait_for(there: Callable[[], bool]) -> None:
    """Wait, but not for ever."""
    end = time.monotonic() + 300
    while not there():
        assert time.monotonic() < end
        time.sleep(0.05)
