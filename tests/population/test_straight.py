"""A policy's own main loop: who gets one, who shares one, and that it plays as the kernel does."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from benchmarks.population import events
from benchmarks.population.contenders.ours import words
from benchmarks.population.workloads import BOTH, FERRY, Workload
from engine.language.load import load_policy
from engine.population import straight as own
from engine.population.lower import Lowered, lower
from engine.population.runner import run_kernel
from engine.population.shape import Shape, shape_of
from tests.oracle.generator import generate
from tests.population.comparing import compare

MANY = 10**9


def lowered(path: Path) -> tuple[Lowered, Shape]:
    versions = load_policy(path).versions
    shape = shape_of(versions[0][1])
    return lower(versions, shape), shape


def edited(tmp_path: Path, *changes: tuple[str, str]) -> Lowered:
    text = FERRY.policy.read_text(encoding="utf-8")
    for before, after in changes:
        assert before in text
        text = text.replace(before, after, 1)
    path = tmp_path / "edited.yaml"
    path.write_text(text, encoding="utf-8")
    return lowered(path)[0]


@pytest.fixture(autouse=True)
def _nothing_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own, "_made", [])


def test_few_events_are_not_worth_it_unless_it_was_compiled_before() -> None:
    plan, _ = lowered(FERRY.policy)
    enough = 11 * own.EVENTS_A_RULE
    assert own.straight(plan, enough - 1) is None
    made = own.straight(plan, enough)
    assert made is not None
    assert own.straight(plan, 1) is made


@pytest.mark.parametrize(
    "change",
    [
        ("late: -8", "late: -9"),
        ("max: 1100", "max: 1200"),
        ("event.days > 5", "event.days > 6"),
        ("lapses: 90 days", "lapses: 91 days"),
        ("quarrel.heard, 7 days", "quarrel.heard, 9 days"),
        ("from: 850", "from: 860"),
    ],
    ids=lambda change: change[0],
)
def test_other_numbers_share_the_code(tmp_path: Path, change: tuple[str, str]) -> None:
    made = own.straight(lowered(FERRY.policy)[0], MANY)
    assert made is not None
    assert own.straight(edited(tmp_path, change), 1) is made


@pytest.mark.parametrize(
    "change",
    [
        ("event.days > 5", "event.amount > 5"),
        ("overrides: [late]", "overrides: [very-late]"),
        ("blocks: [ferry.booked]", "blocks: [help.given]"),
        (", lapses: 60 days", ""),
    ],
    ids=lambda change: change[0],
)
def test_another_structure_does_not(tmp_path: Path, change: tuple[str, str]) -> None:
    assert own.straight(lowered(FERRY.policy)[0], MANY) is not None
    assert own.straight(edited(tmp_path, change), 1) is None


def test_a_policy_that_changes_at_a_date_has_none() -> None:
    dated = next(
        case.versions for case in map(generate, range(200)) if len(case.versions) > 1
    )  # fmt: skip
    assert own.straight(lower(dated, shape_of(dated[0][1])), MANY) is None


def test_threads_that_ask_at_once_get_the_same() -> None:
    plan, _ = lowered(FERRY.policy)
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: own.straight(plan, MANY), range(4)))
    assert made[0] is not None
    assert len({id(one) for one in made}) == 1


def test_no_more_than_some_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own, "_KEPT", 1)
    first = own.straight(lowered(FERRY.policy)[0], MANY)
    assert own.straight(edited(tmp_path, ("event.days > 5", "event.amount > 5")), MANY) is not None
    assert own.straight(lowered(FERRY.policy)[0], 1) is None
    assert first is not None
    assert first.address  # whoever still plays by it keeps it


@pytest.mark.usefixtures("kernel")
@pytest.mark.parametrize("workload", BOTH, ids=lambda workload: workload.name)
def test_it_plays_many_lives_as_the_kernel_does(workload: Workload) -> None:
    plan, shape = lowered(workload.policy)
    laid = words(workload, plan, events.make(40_000, 3))
    kernel = run_kernel(plan, shape, laid, None, events.UNTIL)
    straight = run_kernel(plan, shape, laid, None, events.UNTIL, events=MANY)
    assert len(own._made) == 1
    assert np.array_equal(kernel.subjects, straight.subjects)
    assert np.array_equal(kernel.sums, straight.sums)
    assert kernel.sums.any()


@pytest.mark.usefixtures("kernel")
@pytest.mark.parametrize("seed", [5227])
def test_cases_that_once_differed(seed: int) -> None:
    case = generate(seed)
    assert compare(case.versions, case.cast, case.events, own_loop=True).difference is None
