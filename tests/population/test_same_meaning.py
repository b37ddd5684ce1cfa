"""The fast path means what the step engine means: generated cases, and all packs."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from engine.language.scenario import load_scenario
from policies import packs
from tests.oracle.generator import generate
from tests.population.comparing import compare, without_ids

CASES = 10_000 if os.environ.get("DEMERIT_LONG") == "1" else 500
CHUNKS = 4
SCENARIOS = sorted(
    (path for folder in packs().values() for path in Path(folder).glob("scenarios/*.yaml")),
    key=lambda path: (path.parts[-3], path.name),
)


@pytest.mark.usefixtures("kernel")
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_kernel_and_step_engine_agree_on_generated_cases(chunk: int) -> None:
    lines = stopped = 0
    for seed in range(chunk, CASES, CHUNKS):
        case = generate(seed)
        found = compare(case.versions, case.cast, case.events, own_loop=seed % 10 < CHUNKS)
        assert found.difference is None, f"case {seed}: {found.difference}"
        if seed % 3 == 0:
            short = compare(case.versions, case.cast, without_ids(case.events))
            assert short.difference is None, f"case {seed} without ids: {short.difference}"
        lines += found.lines
        stopped += found.stopped
    assert lines > 10 * CASES / CHUNKS  # they do something
    assert stopped < CASES / CHUNKS / 10  # nearly all come to their end


@pytest.mark.usefixtures("kernel")
@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: f"{path.parts[-3]}/{path.stem}")
def test_kernel_and_step_engine_agree_on_a_scenario(path: Path) -> None:
    loaded = load_scenario(path)
    found = compare(loaded.policy.versions, loaded.cast, loaded.events, own_loop=True)
    assert found.difference is None
