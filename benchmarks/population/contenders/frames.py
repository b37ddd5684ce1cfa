"""Polars: the rules as expressions over whole columns."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.population.contenders import CannotPlay, Play
from benchmarks.population.events import Columns
from benchmarks.population.workloads import LATE, START, Result, Workload

NAME = "Polars"
HOW = "lazy expressions, grouped by subject, all threads"
WHOLE = True  # it works by columns: the more at once, the better


def ready(workload: Workload, columns: Columns) -> Play:
    """The columns become a data frame."""
    if workload.name == "ferry":
        raise CannotPlay(
            "cannot be stated: each score depends on the one before it (walls, lapses of what"
            " was really applied, grades), and Polars has no fold over rows"
        )
    try:
        import polars as pl
    except ImportError:
        raise CannotPlay("polars is not installed") from None
    frame = pl.DataFrame(
        {"who": columns.who(), "kind": columns.kind, "d": columns.days.astype(np.int64),
         "a": columns.amount, "v": columns.level}
    )  # fmt: skip
    held = _held(pl)
    points = workload.millionths
    worth: Any = sum(
        holds.cast(pl.Int64) * (points[r] * pl.col("d") if r == LATE else points[r])
        for r, holds in enumerate(held)
    )
    asked = (
        frame.lazy()
        .group_by("who")
        .agg(worth.sum().alias("score"), *(h.sum().alias(f"r{r}") for r, h in enumerate(held)))
        .sort("who")
    )
    names = [f"r{r}" for r in range(len(held))]

    def play() -> Result:
        found = asked.collect()
        scores = START + found["score"].to_numpy()
        return Result(scores, found.select(names).sum().to_numpy()[0].astype(np.int64))

    return play


def _held(pl: Any) -> list[Any]:
    kind, d, a, v = (pl.col(name) for name in ("kind", "d", "a", "v"))
    paid, late, noise, declared, hidden, help_ = (kind == k for k in range(6))
    return [
        paid & (d <= 3), paid & (a > 500) & (d <= 10), paid & (d > 20),
        late & (d > 5), late & ((d > 25) | (a > 900)), late & (a < 50) & ~(d > 28),
        noise & (v >= 6), noise & (v >= 3) & (d >= 2), noise & v.is_in([0, 1]),
        declared & (a > 100), declared & (a > 800) & (v >= 5), declared & (a + d > 1000),
        hidden, hidden & (v > 2) & (d < 15),
        help_ & (v >= 1), help_ & (d >= 7) & ((v >= 4) | (a > 300)),
    ]  # fmt: skip
