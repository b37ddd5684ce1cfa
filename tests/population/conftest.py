"""The kernel is compiled once for all workers of a test run, before it is first needed."""

from __future__ import annotations

import fcntl

import pytest


@pytest.fixture(scope="session")
def kernel() -> None:
    """The compiled kernel; one worker compiles it, the others wait and take it from disk."""
    from engine.population.compiled import cache_folder

    folder = cache_folder()
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        from tests.oracle.generator import generate
        from tests.population.comparing import compare

        case = generate(0)
        compare(case.versions, case.cast, case.events)
