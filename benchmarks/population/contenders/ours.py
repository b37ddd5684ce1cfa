"""demerit's fast path: the policy as data, played by the kernel."""

from __future__ import annotations

import itertools
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.population.contenders import CannotPlay, Play
from benchmarks.population.events import UNTIL, Columns
from benchmarks.population.workloads import FIELDS, Result, Workload
from engine.language.load import load_policy
from engine.values import MILLION

if TYPE_CHECKING:
    from engine.population.columns import Columns as Words
    from engine.population.lower import Lowered
    from engine.population.shape import Shape

MANY = 10**9  # as if so many were played, so that the policy is compiled beforehand, as the C is


class Ours:
    """The kernel on one thread or more."""

    def __init__(self, threads: int) -> None:
        self.NAME = f"demerit, {threads} thread{'s' if threads > 1 else ''}"
        self.HOW = "numbers of the policy as data, integer columns grouped by subject"
        self._threads = threads

    def ready(self, workload: Workload, columns: Columns) -> Play:
        """Lower the policy, and lay out the columns as the kernel reads them."""
        try:
            import numba  # noqa: F401  # the kernel imports it when it is first played
        except ImportError:
            raise CannotPlay("numba is not installed") from None
        from engine.population.runner import run_kernel

        lowered, shape = lowered_policy(workload.policy)
        parts = [words(workload, lowered, part) for part in shares(columns, self._threads)]

        def judge(part: Words) -> tuple[Any, Any]:
            judged = run_kernel(lowered, shape, part, None, UNTIL, events=MANY)
            if judged.failed:
                raise SystemExit(f"the kernel gave up on {len(judged.failed)} subjects")
            return judged.subjects, judged.sums

        if len(parts) == 1:
            return lambda: result(workload, shape, [judge(parts[0])])
        pool = ThreadPoolExecutor(len(parts))
        return lambda: result(workload, shape, list(pool.map(judge, parts)))


def lowered_policy(path: Path) -> tuple[Lowered, Shape]:
    """A policy as the kernel reads it, and the names of its results."""
    from engine.population.lower import lower
    from engine.population.shape import shape_of

    policy = load_policy(path).policy
    shape = shape_of(policy)
    return lower(((None, policy),), shape), shape


def shares(columns: Columns, many: int) -> list[Columns]:
    """The subjects in so many shares of about the same size."""
    marks = [columns.subjects * k // many for k in range(many + 1)]
    made = []
    for first, end in itertools.pairwise(marks):
        a, b = columns.starts[first], columns.starts[end]
        made.append(
            Columns(columns.starts[first : end + 1] - a, columns.at[a:b], columns.kind[a:b],
                    columns.days[a:b], columns.amount[a:b], columns.level[a:b])
        )  # fmt: skip
    return [share for share in made if share.subjects]


def words(workload: Workload, lowered: Lowered, columns: Columns) -> Words:
    """Columns of the benchmark as the kernel's columns."""
    from engine.population import words as w
    from engine.population.columns import Columns as Made

    subjects = columns.subjects
    types = {name: i for i, name in enumerate(lowered.plans.first.events)}
    events = np.full((lowered.columns, columns.events), w.MISSING, np.int64)
    events[w.E_KNOWN] = columns.at
    events[w.E_TYPE] = np.array([types[kind] for kind in workload.kinds])[columns.kind]
    events[w.E_SUBJECT] = columns.who()
    events[lowered.id] = -1
    for name in FIELDS:
        if name in lowered.fields:
            events[lowered.fields[name]] = getattr(columns, name).astype(np.int64) * MILLION
    row = np.arange(subjects)
    components = np.stack([columns.starts[:-1], columns.starts[1:], row, row + 1], axis=1)
    about = np.zeros((subjects, 3 + len(lowered.attributes)), np.int64)
    nothing = np.zeros(0, np.int64)
    made = Made(events, components.astype(np.int64), [str(i) for i in range(subjects)], about,
                nothing, nothing, nothing, False)  # fmt: skip
    _ = made.by_row  # laid out here, outside the clock
    return made


def result(workload: Workload, shape: Shape, judged: list[tuple[Any, Any]]) -> Result:
    """Scores and firings, out of what the kernel made of every share."""
    from engine.population.shape import FIXED

    scores = np.concatenate([subjects[:, FIXED] for subjects, _ in judged])
    sums: Any = sum(one for _, one in judged)
    fired = dict(zip(shape.rules, sums[: len(shape.rules)].tolist(), strict=True))
    return Result(scores, np.array([fired[rule] for rule in workload.rules], np.int64))
