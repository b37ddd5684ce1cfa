"""Who bears it, in a population: rates of grades and penalties by group, with intervals.

Enters: a table with a row for each subject. Leaves: for each outcome the rate in each group
with its 95 % interval; the highest is held against the lowest only where both groups are large
enough and both met with it. Shares are millionths of one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, isqrt, sqrt
from typing import Any

from engine.extras import require
from engine.values import MILLION, format_number, half_even

_Z = 1_959_964  # of the normal distribution, 95 %, in millionths


def wilson(some: int, many: int) -> tuple[int, int]:
    """The 95 % Wilson interval of ``some`` among ``many``, in millionths of one.

    Nothing is known of nobody: of none it is from 0 to 1.
    """
    if many == 0:
        return 0, MILLION
    z2 = _Z * _Z  # in 10^-12
    square = MILLION * MILLION
    middle = 2 * some * square + z2
    spread = isqrt(z2 * z2 + 4 * some * (many - some) * z2 * square // many)
    below = 2 * (many * square + z2)
    low = half_even((middle - spread) * MILLION, below)
    high = half_even((middle + spread) * MILLION, below)
    return max(0, low), min(MILLION, high)


# --- groups of a population -----------------------------------------------------------


@dataclass(frozen=True)
class Rate:
    """How often an outcome is met with in one group."""

    group: str
    some: int
    many: int
    low: int  # 95 % interval, millionths of one
    high: int

    @property
    def share(self) -> int:
        """Of the group, in millionths of one; 0 of nobody."""
        return half_even(self.some * MILLION, self.many) if self.many else 0

    def __str__(self) -> str:
        return (f"{self.group}: {self.some} of {self.many}, {percent(self.share)}"
                f" ({percent(self.low)} to {percent(self.high)})")  # fmt: skip


@dataclass(frozen=True)
class Ratio:
    """How many times the highest rate is the lowest, with its 95 % interval, in millionths."""

    highest: Rate
    lowest: Rate
    value: int
    low: int
    high: int


@dataclass(frozen=True)
class Borne:
    """One outcome by groups. ``ratio`` is None where there is none to say."""

    outcome: str  # e.g. `grade D`, `no-ferry`
    by: str  # the attributes
    rates: tuple[Rate, ...]  # of groups that are large enough, the highest first
    small: tuple[Rate, ...]  # of groups that are too small to say anything of
    least: int  # so many make a group
    ratio: Ratio | None
    why: str = ""  # why there is no ratio

    @property
    def says(self) -> str:
        """In words."""
        told = [str(rate) for rate in self.rates]
        told += [f"{r.group}: {r.many} {'is' if r.many == 1 else 'are'} too few to say (fewer than"
                 f" {self.least})"
                 for r in self.small]  # fmt: skip
        if self.ratio is not None:
            r = self.ratio
            told.append(f"{r.highest.group} against {r.lowest.group}: {times(r.value)}"
                        f" ({times(r.low)} to {times(r.high)})")  # fmt: skip
        elif self.why:
            told.append(f"no ratio: {self.why}")
        return "; ".join(told)


def fairlearn_metrics() -> Any:
    """fairlearn's metrics, or how to get them (D943)."""
    message = "rates by group need a package that is not installed"
    return require("D943", message, "audit", "fairlearn.metrics")


Table = Sequence[Mapping[str, Any]]  # rows; or anything with `to_pylist`, as a pyarrow table


def borne(
    table: Table | Any, by: Sequence[str], grade: str | None = "grade",
    lists: Sequence[str] = ("penalties",), least: int = 30,
) -> tuple[Borne, ...]:  # fmt: skip
    """The rate of each grade and each penalty by groups.

    ``table`` has a row for each subject: the attributes named in ``by``, a ``grade`` (None: no
    such column), and ``lists`` of names (of penalties, registries). What a row lacks is a group
    of its own, "missing". A group of fewer than ``least`` is named and not judged.
    """
    rows: Table = table.to_pylist() if hasattr(table, "to_pylist") else table
    if not rows:
        return ()
    groups = [_group(row, by) for row in rows]
    made = []
    for outcome, met in _met(rows, grade, lists):
        rates = _rates(groups, met)
        judged = sorted((r for r in rates if r.many >= least), key=lambda r: (-r.share, r.group))
        small = tuple(r for r in rates if r.many < least)
        ratio, why = _ratio(judged)
        made.append(Borne(outcome, ", ".join(by), tuple(judged), small, least, ratio, why))
    return tuple(made)


def _group(row: Mapping[str, Any], by: Sequence[str]) -> str:
    return ", ".join("missing" if row.get(name) is None else str(row[name]) for name in by)


def _met(rows: Table, grade: str | None, lists: Sequence[str]) -> list[tuple[str, list[bool]]]:
    """Each outcome, and whether each row met with it."""
    found: list[tuple[str, list[bool]]] = []
    if grade is not None:
        grades = dict.fromkeys(str(row[grade]) for row in rows if row.get(grade) is not None)
        found += [(f"{grade} {one}", [row.get(grade) == one for row in rows])
                  for one in sorted(grades)]  # fmt: skip
    for column in lists:
        names = sorted({str(name) for row in rows for name in row.get(column) or ()})
        found += [(name, [name in (row.get(column) or ()) for row in rows]) for name in names]
    return found


def _rates(groups: Sequence[str], met: Sequence[bool]) -> list[Rate]:
    metrics = fairlearn_metrics()
    frame = metrics.MetricFrame(
        metrics={"many": metrics.count, "some": lambda _, met: int(sum(met))},
        y_true=met, y_pred=met, sensitive_features={"group": list(groups)},
    )  # fmt: skip
    return [
        Rate(str(group), int(row["some"]), int(row["many"]),
             *wilson(int(row["some"]), int(row["many"])))
        for group, row in frame.by_group.iterrows()
    ]  # fmt: skip


def _ratio(judged: Sequence[Rate]) -> tuple[Ratio | None, str]:
    """The highest against the lowest, with the interval of the logarithm of a ratio."""
    if len(judged) < 2:
        return None, "there are not two groups that are large enough"
    top, bottom = judged[0], judged[-1]
    if bottom.some == 0:
        return None, f"nobody of {bottom.group} met with it"
    value = (top.some / top.many) / (bottom.some / bottom.many)
    spread = sqrt(1 / top.some - 1 / top.many + 1 / bottom.some - 1 / bottom.many)
    low, high = (round(value * exp(sign * _Z / MILLION * spread) * MILLION) for sign in (-1, 1))
    return Ratio(top, bottom, round(value * MILLION), low, high), ""


def percent(share: int) -> str:
    """Millionths of one as a percentage with one place."""
    return f"{format_number(half_even(share, 1000) * 100_000)} %"


def times(ratio: int) -> str:
    """A ratio in millionths, with two places."""
    return f"{format_number(half_even(ratio, 10_000) * 10_000)} times"
