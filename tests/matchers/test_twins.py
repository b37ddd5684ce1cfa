"""The twin matchers agree on whole runs of generated policies and streams.

``both`` judges every part of every step with each of them and stops at a difference; for some
cases the ledgers that each of them leaves alone are compared as well.
"""

from __future__ import annotations

import os

import pytest

pytest.importorskip(
    "durable_rules_engine", reason="durable-rules cannot be imported on this Python"
)
from engine.evaluation.run import Outcome, play
from tests.oracle.generator import Case, generate

CASES = 10_000 if os.environ.get("DEMERIT_LONG") else 2_000
CHUNKS = 8


def run(case: Case, matcher: str) -> Outcome:
    # played in the order in which they become known, then of the input
    events = sorted(case.events, key=lambda event: event.known)
    return play(case.versions, case.cast, events, matcher=matcher, keep=False)


@pytest.mark.slow
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_the_twins_agree(chunk: int) -> None:
    steps = 0
    for seed in range(chunk, CASES, CHUNKS):
        outcome = run(generate(seed), "both")
        assert outcome.error is None or outcome.error.code != "D690", (
            f"case {seed}: {outcome.error.message}"
        )
        assert not outcome.notes, f"case {seed}: {outcome.notes}"
        steps += outcome.count
    assert steps > CASES / CHUNKS  # most of them do something


@pytest.mark.parametrize("seed", range(0, CASES, 100))
def test_each_alone_gives_the_same_ledger(seed: int) -> None:
    case = generate(seed)
    durable, plain = run(case, "durable"), run(case, "plain")
    assert durable.hash == plain.hash
    assert durable.error == plain.error
    assert durable.standings == plain.standings
