"""Ctrl-C: what is complete stays, it is said how to go on, and going on gives the same."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from engine.cli.main import main
from engine.cli.simulate_progress import Steps, how_far
from engine.population.record import is_simulation, open_kept
from engine.population.results import result_name

PARTS = 4
_ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A population large enough that the step engine needs seconds for it."""
    folder = tmp_path_factory.mktemp("town") / "stream"
    given = ["generate", "one-good-deed", "--out", str(folder), "--size", "1000"]
    assert main([*given, "--partitions", str(PARTS)]) == 0
    return folder


def simulate(town: Path, out: Path) -> list[str]:
    return ["simulate", "one-good-deed", "--events", str(town), "--out", str(out), "--threads",
            "1", "--step-engine"]  # fmt: skip


def interrupt_after_a_part(run: subprocess.Popen[str], out: Path) -> None:
    until = time.monotonic() + 120
    while not (out / result_name(0)).exists() and run.poll() is None:
        assert time.monotonic() < until
        time.sleep(0.01)
    os.kill(run.pid, signal.SIGINT)


def test_ctrl_c_keeps_what_is_complete_and_the_same_command_goes_on(
    town: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    out, whole = tmp_path / "out", tmp_path / "whole"
    command = [sys.executable, "-m", "engine.cli", *simulate(town, out)]
    with subprocess.Popen(command, cwd=_ROOT, stderr=subprocess.PIPE, text=True) as run:
        interrupt_after_a_part(run, out)
        _, told = run.communicate(timeout=120)
    done = [number for number in range(PARTS) if (out / result_name(number)).exists()]
    assert run.returncode == 130
    assert done[0] == 0
    assert len(done) < PARTS
    assert "stopping when what is in hand is done" in told
    assert f"stopped: {len(done)} part" in told
    assert f"complete in {out}" in " ".join(told.split())
    assert "the same command goes on" in told
    assert is_simulation(out)
    assert not list(out.glob(".*"))  # nothing half done is left
    before = [(out / result_name(number)).stat().st_mtime_ns for number in done]
    assert main(["why", str(out), "--who", "retired-1"]) == 2  # not whole yet
    assert "broken off" in capfd.readouterr().err
    assert main(simulate(town, out)) == 0
    assert before == [(out / result_name(number)).stat().st_mtime_ns for number in done]
    assert main(simulate(town, whole)) == 0
    assert open_kept(out).sums == open_kept(whole).sums


def test_ctrl_c_twice_leaves_at_once_and_what_is_there_is_whole(town: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    command = [sys.executable, "-m", "engine.cli", *simulate(town, out)]
    with subprocess.Popen(command, cwd=_ROOT, stderr=subprocess.PIPE, text=True) as run:
        interrupt_after_a_part(run, out)
        assert run.stderr is not None
        assert "Ctrl-C again" in run.stderr.readline()
        os.kill(run.pid, signal.SIGINT)
        assert run.wait(30) == 130
    assert (out / result_name(0)).exists()
    assert not (out / result_name(PARTS - 1)).exists()


def test_progress_is_told_inside_a_part_too(town: Path, tmp_path: Path) -> None:
    from engine.language.load import load_policy
    from engine.population.cluster import Place
    from engine.population.folder import read_manifest
    from engine.population.simulate import simulate as played
    from policies import find_pack

    seen: list[tuple[int, int]] = []
    steps = Steps(town, tmp_path, lambda behind, every: seen.append((behind, every)))
    versions = load_policy(find_pack("one-good-deed") / "policy.yaml").versions
    played(versions, town, tmp_path, Place("threads", 1), step_engine=True,
           heard=steps.done, looked=steps.looked)  # fmt: skip
    rows = sum(part.rows for part in read_manifest(town).parts)
    behind = [one for one, _ in seen]
    assert behind == sorted(behind)
    assert len(set(behind)) > 10 * PARTS
    assert seen[-1] == (rows, rows)


@pytest.mark.parametrize(("behind", "seconds", "told"), [
    (0, 3.0, "0 of 8.0 M events, reading"),
    (2_000_000, 4.0, "2.0 M of 8.0 M events, 500 k a second, 0:12 left"),
    (1_000, 100.0, "1.0 k of 8.0 M events, 10 a second, 222:11:40 left"),
    (8_000_000, 4.0, "8.0 M of 8.0 M events, 2.0 M a second, 0:00 left"),
])  # fmt: skip
def test_rate_and_time_left(behind: int, seconds: float, told: str) -> None:
    assert how_far(behind, 8_000_000, seconds) == told
