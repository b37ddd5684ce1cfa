"""Every fault planted in the kernel of populations is found by the differential tests.

The kernel is played as plain Python, which starts at once: compiled, each of these faults
would take half a minute before the first case.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.mutants.kernel_planted import MUTANTS, Mutant
from tests.mutants.plain_kernel import planted
from tests.mutants.play_kernel import CAUGHT

ROOT = Path(__file__).parents[2]
NAMES = [mutant.name for mutant in MUTANTS]


def played(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    """What differential tests say of the kernel, with a fault or without; 5 minutes at most."""
    return subprocess.run(
        [sys.executable, "-m", "tests.mutants.play_kernel", *arguments],
        cwd=ROOT, capture_output=True, timeout=300, check=False,
    )  # fmt: skip


def test_every_place_to_plant_a_fault_is_one_place() -> None:
    assert len(set(NAMES)) == len(NAMES)
    for mutant in MUTANTS:
        assert planted(mutant.old, mutant.new), mutant.name


def test_the_kernel_agrees_as_plain_python_too() -> None:
    done = played("--cases", "40")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.long
def test_without_a_fault_nothing_differs() -> None:
    done = played()
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.long
@pytest.mark.parametrize("mutant", MUTANTS, ids=NAMES)
def test_a_fault_planted_in_the_kernel_is_found(mutant: Mutant) -> None:
    done = played("--mutant", str(MUTANTS.index(mutant)))
    assert done.returncode == CAUGHT, done.stdout + done.stderr
