"""The same policy and stream give the same ledger hash, wherever they are played."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCENARIO = Path("benefit-sanctions/scenarios/three-years.yaml")


def play(packs: Path, *options: str, python: str = sys.executable, **environment: str) -> str:
    """The hash that ``demerit run --json`` prints."""
    done = subprocess.run(
        [python, "-m", "engine.cli", "run", str(packs / SCENARIO), "--json", *options],
        cwd=packs, capture_output=True, check=True, timeout=120,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
    )  # fmt: skip
    digest = json.loads(done.stdout)["hash"]
    assert len(digest) == 64
    return str(digest)


@pytest.fixture(scope="module")
def expected() -> str:
    return play(ROOT / "policies")


@pytest.mark.parametrize(
    "environment",
    [
        {"PYTHONHASHSEED": "0"},
        {"PYTHONHASHSEED": "4242"},
        {"TZ": "Pacific/Kiritimati"},
        {"TZ": "America/St_Johns", "LC_ALL": "C"},
        {"LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8"},
        {"PYTHONUTF8": "0", "LC_ALL": "POSIX"},
        {"PYTHONOPTIMIZE": "2"},
    ],
    ids=str,
)
def test_hash_seed_time_zone_and_locale_change_nothing(
    environment: dict[str, str], expected: str
) -> None:
    assert play(ROOT / "policies", **environment) == expected


@pytest.mark.parametrize("matcher", ["durable", "plain", "both"])
def test_the_matcher_changes_nothing(matcher: str, expected: str) -> None:
    assert play(ROOT / "policies", "--matcher", matcher) == expected


def test_the_place_on_disk_changes_nothing(tmp_path: Path, expected: str) -> None:
    shutil.copytree(ROOT / "policies", tmp_path / "elsewhere" / "deep")
    assert play(tmp_path / "elsewhere" / "deep") == expected


def test_the_ledger_file_has_the_printed_hash(tmp_path: Path, expected: str) -> None:
    ledger = tmp_path / "out.jsonl"
    assert play(ROOT / "policies", "--ledger", str(ledger)) == expected
    done = subprocess.run(["sha256sum", ledger], capture_output=True, check=True)
    assert done.stdout.decode().split()[0] == expected
