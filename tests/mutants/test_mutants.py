"""The suite catches every planted fault, and the code without one passes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.mutants.planted import MUTANTS, Mutant

ROOT = Path(__file__).parents[2]
SUITE = ("tests/oracle/test_oracle.py", "tests/evaluation/test_against_oracle.py")

pytestmark = pytest.mark.slow


def suite_passes(folder: Path) -> bool:
    """Whether the tests of the step's meaning pass for the engine in a folder."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-p",
         "no:xdist", *SUITE],
        cwd=folder, capture_output=True, timeout=600, check=False,
        env={**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip
    assert done.returncode in (0, 1), done.stdout.decode()[-2000:]
    return done.returncode == 0


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The engine and what its meaning is tested with, to be spoilt."""
    no_caches = shutil.ignore_patterns("__pycache__", "*.pyc")
    shutil.copytree(ROOT / "engine", tmp_path / "engine", ignore=no_caches)
    for name in ("__init__.py", "conftest.py", "oracle", "evaluation"):
        source, target = ROOT / "tests" / name, tmp_path / "tests" / name
        target.parent.mkdir(exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=no_caches)
        else:
            shutil.copy(source, target)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_engine_itself_passes(copy: Path) -> None:
    assert suite_passes(copy)


@pytest.mark.parametrize("mutant", MUTANTS, ids=[m.name for m in MUTANTS])
def test_a_planted_fault_is_caught(mutant: Mutant, copy: Path) -> None:
    path = copy / "engine" / mutant.file
    text = path.read_text("utf-8")
    assert text.count(mutant.old) == 1, "the place to plant it is gone: choose another"
    path.write_text(text.replace(mutant.old, mutant.new), "utf-8")
    assert not suite_passes(copy)
