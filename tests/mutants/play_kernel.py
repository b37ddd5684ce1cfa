"""Play differential tests with the kernel as plain Python, as ``python -m`` with this name.

``--mutant N`` plants a fault first, ``--cases N`` plays so many cases (1200) and, where they
are fewer, not the edges. Ends with 0 where kernel and step engine agree on everything, else
with 3, and says where they first did not.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from typing import Any

from tests.mutants.kernel_planted import MUTANTS
from tests.mutants.plain_kernel import install, planted

CASES = 1200  # the rarest fault so far is first seen in case 1029
CAUGHT = 3
_BROKEN = (IndexError, ValueError, AssertionError)  # a place out of an array, a number too long
_EDGES = (
    "rules_that_only_add_move_a_score_once_and_it_is_clamped_once",
    "a_derived_event_has_its_defaults",
    "nothing_and_a_single_event",
    "an_id_that_comes_twice_changes_nothing",
    "a_score_without_walls_overflows_as_in_the_step_engine",
    "arithmetic_is_exact_at_the_edges",
    "windows_and_terms_hold_at_extreme_dates",
)  # of `tests/population/test_kernel_edges.py` those that plain Python comes to in time


def _edges() -> Iterator[tuple[str, Callable[[], Any]]]:
    from tests.population import test_kernel_edges

    for name in _EDGES:
        test = getattr(test_kernel_edges, f"test_{name}")
        for given in _parameters(test):
            yield f"{name} {given or ''}", lambda test=test, given=given: test(**given)


def _parameters(test: Any) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = [{}]
    for mark in getattr(test, "pytestmark", ()):
        if mark.name == "parametrize":
            name, values = mark.args
            made = [{**one, name: value} for one in made for value in values]
    return made


def first_difference(cases: int) -> str | None:
    """Where the two first differ, and in which case."""
    from tests.oracle.generator import generate
    from tests.population.comparing import compare, without_ids

    for seed in range(cases):
        case = generate(seed)
        events = without_ids(case.events) if seed % 2 else case.events
        try:
            found = compare(case.versions, case.cast, events).difference
        except _BROKEN as bad:
            found = f"it broke: {bad!r}"
        if found is not None:
            return f"case {seed}: {found}"
    for name, play in _edges() if cases >= CASES else ():
        try:
            play()
        except _BROKEN as bad:
            return f"{name}: {str(bad).splitlines()[:1]}"
    return None


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mutant", type=int)
    parser.add_argument("--cases", type=int, default=CASES)
    asked = parser.parse_args()
    mutant = None if asked.mutant is None else MUTANTS[asked.mutant]
    install(planted(mutant.old, mutant.new) if mutant else {})
    found = first_difference(asked.cases)
    print(found or f"no difference in {asked.cases} cases")
    return CAUGHT if found else 0


if __name__ == "__main__":
    sys.exit(main())
