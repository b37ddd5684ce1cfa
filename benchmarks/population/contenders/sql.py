"""DuckDB: the rules in SQL. What has state goes by recursion, one event of everybody a round."""

from __future__ import annotations

from pathlib import Path
from string import Template
from typing import Any

import numpy as np

from benchmarks.population.contenders import CannotPlay, Play
from benchmarks.population.events import UNTIL, Columns
from benchmarks.population.workloads import START, TOP, B, C, Result, Workload

NAME = "DuckDB"
HOW = "SQL: sums by subject, or a recursive query with lists; all threads"
WHOLE = True  # it works by columns: the more at once, the better

_TOLLS = (
    "kind=0 AND d<=3", "kind=0 AND a>500 AND d<=10", "kind=0 AND d>20",
    "kind=1 AND d>5", "kind=1 AND (d>25 OR a>900)", "kind=1 AND a<50 AND NOT d>28",
    "kind=2 AND v>=6", "kind=2 AND v>=3 AND d>=2", "kind=2 AND v IN (0,1)",
    "kind=3 AND a>100", "kind=3 AND a>800 AND v>=5", "kind=3 AND a+d>1000",
    "kind=4", "kind=4 AND v>2 AND d<15",
    "kind=5 AND v>=1", "kind=5 AND d>=7 AND (v>=4 OR a>300)",
)  # fmt: skip

#: What is due, taken back in its order, each time between the walls.
_LAPSED = f"""
list_reduce(
  list_transform(list_sort(list_filter(waiting, lambda w: w.due <= $now)), lambda w: w.amount),
  lambda s, x: greatest(0, least({TOP}, s - x)), score)"""


def _lapsed(now: object) -> str:
    return Template(_LAPSED).substitute(now=now)


def ready(workload: Workload, columns: Columns) -> Play:
    """The columns become a table."""
    try:
        import duckdb
    except ImportError:
        raise CannotPlay("duckdb is not installed") from None
    database = duckdb.connect()
    place = np.arange(columns.events) - np.repeat(columns.starts[:-1], np.diff(columns.starts))
    given = {
        "who": columns.who(), "k": place.astype(np.int32), "instant": columns.at,
        "kind": columns.kind,
        "d": columns.days.astype(np.int64), "a": columns.amount, "v": columns.level,
    }  # fmt: skip
    database.register("given", _arrow(given))
    database.execute("CREATE TABLE ev AS SELECT * FROM given")
    database.execute(
        "CREATE TABLE lives AS SELECT who, count(*)::INTEGER AS n FROM ev GROUP BY who"
    )
    play = _tolls if workload.name == "tolls" else _ferry
    return lambda: play(workload, database)


def _arrow(columns: dict[str, Any]) -> Any:
    import pyarrow

    return pyarrow.table(columns)


def _tolls(workload: Workload, database: Any) -> Result:
    worth = " + ".join(
        f"CASE WHEN {holds} THEN {points}{' * d' if rule == 3 else ''} ELSE 0 END"
        for rule, (holds, points) in enumerate(zip(_TOLLS, workload.millionths, strict=True))
    )
    counts = ", ".join(f"count(*) FILTER ({holds})" for holds in _TOLLS)
    rows = database.execute(
        f"SELECT ({START} + sum({worth}))::BIGINT, {counts} FROM ev GROUP BY who ORDER BY who"
    ).fetchnumpy()
    found = [np.asarray(column, np.int64) for column in rows.values()]
    return Result(found[0], np.array([counts.sum() for counts in found[1:]]))


def _ferry(workload: Workload, database: Any) -> Result:
    fired = ", ".join(f"sum(fired >> {r} & 1)" for r in range(len(workload.rules)))
    text = Path(__file__).with_name("ferry.sql").read_text(encoding="utf-8")
    asked = Template(text).substitute(start=START, top=TOP, b=B, c=C, lapsed=_lapsed("ev.instant"))
    rows = database.execute(
        f"{asked} SELECT life.who, max(CASE WHEN k = n THEN {_lapsed(UNTIL)} END),"
        f" {fired} FROM life JOIN lives USING (who)"
        " GROUP BY life.who ORDER BY life.who"
    ).fetchnumpy()
    found = [np.asarray(column, np.int64) for column in rows.values()]
    return Result(found[1], np.array([counts.sum() for counts in found[2:]]))
