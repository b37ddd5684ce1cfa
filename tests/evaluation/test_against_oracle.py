"""The engine and the literal interpreter of ``tests/oracle`` agree on generated cases."""

from __future__ import annotations

import os

import pytest

from engine.evaluation.run import in_play_order, play
from tests.oracle.generator import generate
from tests.oracle.interpreter import play as play_literally

CASES = 10_000 if os.environ.get("DEMERIT_LONG") == "1" else 600
CHUNKS = 6


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_two_readings_of_the_norm_agree(chunk: int) -> None:
    steps = errors = 0
    for seed in range(chunk, CASES, CHUNKS):
        case = generate(seed)
        outcome = play(case.versions, case.cast, in_play_order(case.events), matcher="plain")
        ours = outcome.interchange()
        literal = play_literally(case.versions, case.cast, case.events)
        assert ours["steps"] == literal["steps"], f"case {seed}"
        assert ours["subjects"] == literal["subjects"], f"case {seed}"
        assert (outcome.error is None) == (literal["error"] is None), f"case {seed}"
        steps += outcome.count
        errors += outcome.error is not None
    assert steps > 5 * CASES / CHUNKS  # they do something
    assert errors < CASES / CHUNKS / 10  # nearly all come to their end
