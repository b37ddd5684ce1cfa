"""The step engine's answer on few events: what the policies mean."""

from __future__ import annotations

from collections import Counter

import numpy as np

from benchmarks.population.events import UNTIL, Columns
from benchmarks.population.workloads import FIELDS, Result, Workload
from engine.evaluation.records import Step
from engine.evaluation.run import in_play_order, play
from engine.language.load import load_policy
from engine.language.rows import Cast, Event
from engine.values import MILLION


def step_engine(workload: Workload, columns: Columns) -> Result:
    """Play the events one by one, in the order in which they happen to everybody."""
    policy = load_policy(workload.policy).policy
    fired: Counter[str] = Counter()

    def count(step: Step) -> None:
        fired.update(step.fired)

    lists = zip(
        columns.who().tolist(), columns.at.tolist(), columns.kind.tolist(),
        *(getattr(columns, field).tolist() for field in FIELDS), strict=True,
    )  # fmt: skip
    events = in_play_order(
        Event(f"{who:08}", workload.kinds[kind], at, at,
              {name: value * MILLION for name, value in zip(FIELDS, values, strict=True)}, row=row)
        for row, (who, at, kind, *values) in enumerate(lists, 1)
    )  # fmt: skip
    cast = Cast((), {}, events[0].known, UNTIL)
    outcome = play(((None, policy),), cast, events, matcher="plain", keep=False, on_step=count)
    if outcome.error is not None:
        raise SystemExit(f"the step engine stopped: {outcome.error.message}")
    scores = [outcome.standings[who].scores["trust"] for who in sorted(outcome.standings)]
    return Result(np.array(scores, np.int64), np.array([fired[r] for r in workload.rules]))
