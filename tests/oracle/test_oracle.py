"""The hand-computed cases, for every implementation of ``play``."""

from __future__ import annotations

import pytest

from .interpreter import play
from .tables import Case, Play, read_cases, run_case

#: (name, play): whatever claims to obey the norm is added here.
IMPLEMENTATIONS: list[tuple[str, Play]] = [("oracle", play)]

CASES = list(read_cases())


@pytest.mark.parametrize(("name", "implementation"), IMPLEMENTATIONS)
@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_case(name: str, implementation: Play, case: Case) -> None:
    run_case(implementation, case)


def test_there_are_many_cases_and_none_twice() -> None:
    names = [case.name for case in CASES]
    assert len(names) >= 60
    assert len(set(names)) == len(names)
