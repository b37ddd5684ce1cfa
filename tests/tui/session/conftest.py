"""Fixtures of the core's tests."""

from __future__ import annotations

import pytest

from tests.tui.session.helpers import AtOnce
from tui.session import stories as stories_module


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs are done in this process."""
    monkeypatch.setattr(stories_module, "Job", AtOnce)
