"""What holds for every test: how hard Hypothesis tries, and what only the long run does."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

LONG = os.environ.get("DEMERIT_LONG") == "1"

# The compiled kernel of populations is shared by all workers and runs of this tree.
os.environ.setdefault(
    "DEMERIT_KERNEL_CACHE", str(Path(__file__).parents[1] / ".pytest_cache" / "kernel")
)

# The normal run is the same every time; the long one goes looking for what it missed.
settings.register_profile("normal", deadline=None, derandomize=True, max_examples=100)
settings.register_profile("long", deadline=None, max_examples=2_000, print_blob=True)
settings.load_profile("long" if LONG else "normal")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out what is marked ``long``, unless the long run is asked for."""
    if LONG:
        return
    skip = pytest.mark.skip(reason="long: run with `make test-long`")
    for item in items:
        if "long" in item.keywords:
            item.add_marker(skip)
