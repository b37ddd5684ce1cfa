"""The hand-computed cases, for every implementation of ``play``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from engine.evaluation.run import Versions, in_play_order
from engine.evaluation.run import play as engine_play
from engine.language.rows import Cast, Event

from .interpreter import play
from .tables import Case, Play, read_cases, run_case


def _engine(versions: Versions, cast: Cast | None, events: Sequence[Event]) -> dict[str, Any]:
    outcome = engine_play(versions, cast, in_play_order(events), matcher="plain")
    error = outcome.error.message if outcome.error else None
    return {**outcome.interchange(), "error": error}


#: (name, play): whatever claims to obey the norm is added here.
IMPLEMENTATIONS: list[tuple[str, Play]] = [("oracle", play), ("engine", _engine)]

CASES = list(read_cases())


@pytest.mark.parametrize(("name", "implementation"), IMPLEMENTATIONS)
@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_case(name: str, implementation: Play, case: Case) -> None:
    run_case(implementation, case)


def test_there_are_many_cases_and_none_twice() -> None:
    names = [case.name for case in CASES]
    assert len(names) >= 60
    assert len(set(names)) == len(names)
