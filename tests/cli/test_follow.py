"""``run --follow``: steps as they come, a stop that loses nothing, and going on."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from policies import find_pack
from tests.telling import but_for_the_matcher

DONORS = (find_pack("good-citizen-card") / "streams" / "donors.jsonl").read_bytes()
LINES = DONORS.splitlines(keepends=True)[:40]


def arguments(events: Path | str, ledger: Path, *more: str) -> list[str]:
    return ["run", "--policy", "good-citizen-card", "--events", str(events), "--follow",
            "--ledger", str(ledger), *more]  # fmt: skip


def start(events: Path | str, ledger: Path, *more: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "engine.cli", *arguments(events, ledger, *more)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


@pytest.fixture
def whole(demerit, tmp_path: Path):
    """What an unbroken run over the same lines comes to."""
    path = tmp_path / "whole.jsonl"
    path.write_bytes(b"".join(LINES))
    return demerit("run", "--policy", "good-citizen-card", "--events", path, "--json").json


def test_a_pipe_is_followed_to_its_end(tmp_path, whole):
    process = start("-", tmp_path / "ledger.jsonl", "--json")
    out, err = process.communicate(b"".join(LINES), timeout=60)
    assert (process.returncode, but_for_the_matcher(err)) == (0, "")
    assert json.loads(out) == whole


def test_steps_are_told_as_they_come(tmp_path):
    process = start("-", tmp_path / "ledger.jsonl")
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(b"".join(LINES[:20]))
    process.stdin.flush()
    seen = b""
    while b"donor-1: blood.given  " not in seen:  # told while the input is still open
        seen += process.stdout.readline()
    out, _ = process.communicate(b"", timeout=60)
    assert process.returncode == 0
    assert b"donor-20" in out


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_run_goes_on_and_comes_to_the_same_end(tmp_path, whole, how):
    growing, ledger = tmp_path / "growing.jsonl", tmp_path / "ledger.jsonl"
    growing.write_bytes(b"".join(LINES[:15]))
    process = start(growing, ledger, "--json")
    deadline = time.monotonic() + 30
    while not ledger.exists():
        assert time.monotonic() < deadline
        assert process.poll() is None
        time.sleep(0.05)
    time.sleep(0.5)  # some of the rows, or all: the end must be the same
    process.send_signal(how)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, but_for_the_matcher(err)) == (0, "")
    assert len(json.loads(out)["steps"]) < len(whole["steps"])
    piped = start("-", ledger, "--json")
    out, err = piped.communicate(b"".join(LINES), timeout=60)
    assert (piped.returncode, but_for_the_matcher(err)) == (0, "")
    assert json.loads(out) == whole


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["--follow"], "add `--ledger FILE.jsonl`"),
        (["--follow", "--ledger", "l.parquet"], "add `--ledger FILE.jsonl`"),
        (["--checkpoint", "c"], "add `--follow`"),
    ],
)
def test_bad_use_says_what_is_lacking(demerit, more, words):
    said = demerit("run", "--policy", "good-citizen-card", "--events", "-", *more)
    assert said.code == 2
    assert "error[D706]" in said.err
    assert words in said.err


def test_a_scenario_cannot_be_followed(demerit):
    assert demerit("run", "aged-parents/the-roof", "--follow").code == 2


def test_a_bad_row_ends_a_followed_run_and_what_stands_is_told_and_kept(tmp_path, whole):
    ledger = tmp_path / "ledger.jsonl"
    broken = [*LINES[:10], LINES[10].replace(b"blood.given", b"blood.gven"), *LINES[11:]]
    out, err = start("-", ledger).communicate(b"".join(broken), timeout=60)
    told = out.decode()
    assert "donor-10" in told
    assert "10 steps, ledger " in told
    assert "error[D508] row 11: there is no event type `blood.gven`" in err.decode()
    assert len(ledger.read_bytes().splitlines()) == 11  # the head and ten steps
    process = start("-", ledger, "--json")  # mended, the same command goes on
    out, err = process.communicate(b"".join(LINES), timeout=60)
    assert (process.returncode, but_for_the_matcher(err)) == (0, "")
    assert json.loads(out) == whole
