"""Plain Python: one closure a rule, indexed by the kind of event. Everybody's yardstick."""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush
from typing import Any

import numpy as np

from benchmarks.population.contenders import Play
from benchmarks.population.events import DAY, UNTIL, Columns
from benchmarks.population.workloads import LATE, START, TOP, B, C, Result, Workload

NAME = "Python closures"
HOW = "indexed by event type, lists of ints, one thread"

Holds = Callable[[int, int, int], bool]


def ready(workload: Workload, columns: Columns) -> Play:
    """Columns become lists, rules become closures."""
    lists = [getattr(columns, name).tolist() for name in
             ("starts", "at", "kind", "days", "amount", "level")]  # fmt: skip
    play = _tolls if workload.name == "tolls" else _ferry
    return lambda: play(workload, *lists)


# --- tolls -----------------------------------------------------------------------------


def _above(field: int, bound: int) -> Holds:
    if field == 0:
        return lambda days, amount, level: days > bound
    if field == 1:
        return lambda days, amount, level: amount > bound
    return lambda days, amount, level: level > bound


def _toll_rules(points: tuple[int, ...]) -> list[list[tuple[Holds, int, int]]]:
    holds: list[list[Holds]] = [
        [lambda d, a, v: d <= 3, lambda d, a, v: a > 500 and d <= 10, _above(0, 20)],
        [_above(0, 5), lambda d, a, v: d > 25 or a > 900,
         lambda d, a, v: a < 50 and not d > 28],
        [_above(2, 5), lambda d, a, v: v >= 3 and d >= 2, lambda d, a, v: v in (0, 1)],
        [_above(1, 100), lambda d, a, v: a > 800 and v >= 5, lambda d, a, v: a + d > 1000],
        [lambda d, a, v: True, lambda d, a, v: v > 2 and d < 15],
        [_above(2, 0), lambda d, a, v: d >= 7 and (v >= 4 or a > 300)],
    ]  # fmt: skip
    made, number = [], 0
    for of_kind in holds:
        made.append([(one, number + k, points[number + k]) for k, one in enumerate(of_kind)])
        number += len(of_kind)
    return made


def _tolls(
    workload: Workload, starts: list[int], at: list[int], kind: list[int], days: list[int],
    amount: list[int], level: list[int],
) -> Result:  # fmt: skip
    rules = _toll_rules(workload.millionths)
    fired = [0] * len(workload.rules)
    scores = []
    for who in range(len(starts) - 1):
        score, a, b = START, starts[who], starts[who + 1]
        for of, d, m, v in zip(kind[a:b], days[a:b], amount[a:b], level[a:b], strict=True):
            for holds, rule, points in rules[of]:
                if holds(d, m, v):
                    fired[rule] += 1
                    score += points * d if rule == LATE else points
        scores.append(score)
    return Result(np.array(scores, np.int64), np.array(fired, np.int64))


# --- ferry -----------------------------------------------------------------------------


class Life:
    """What must be remembered of one subject."""

    __slots__ = ("ban", "fired", "help", "lapses", "late", "now", "order", "quarrel", "score")

    def __init__(self, fired: list[int]) -> None:
        self.score = START
        self.now = self.order = self.ban = 0
        self.late: list[int] = []
        self.quarrel: list[int] = []
        self.help: list[int] = []
        self.lapses: list[tuple[int, int, int]] = []
        self.fired = fired

    def lapse(self, now: int) -> None:
        """Take back what is due."""
        score = self.score
        while self.lapses and self.lapses[0][0] <= now:
            score -= heappop(self.lapses)[2]
            if score < 0:
                score = 0
            elif score > TOP:
                score = TOP
        self.score = score

    def add(self, sum_of_all: int, lapsing: int, days: int) -> None:
        """Add once, clamp once; what lapses gives way to the clamp last."""
        new = self.score + sum_of_all
        clamped = new
        if new < 0:
            clamped = 0
        elif new > TOP:
            clamped = TOP
        self.score = clamped
        if lapsing:
            over = new - clamped
            rest = abs(over) - abs(sum_of_all - lapsing) if over else 0
            if rest > 0:
                lapsing += rest if lapsing < 0 else -rest
            if lapsing:
                self.order += 1
                heappush(self.lapses, (self.now + days * DAY, self.order, lapsing))


def within(times: list[int], now: int, length: int) -> int:
    """How many of some ascending instants lie in a window that ends now."""
    count, first = 0, now - length
    for instant in reversed(times):
        if instant <= first:
            break
        count += 1
    return count


Rule = Callable[[Life, int, int], bool]
_MONTH = 30 * DAY
_WEEK = 7 * DAY


def _ferry_rules() -> list[list[tuple[int, Rule]]]:
    return [
        [(0, lambda life, d, a: d > 5), (1, lambda life, d, a: d > 25),
         (2, lambda life, d, a: within(life.late, life.now, _MONTH) >= 3)],
        [(3, lambda life, d, a: a >= 200), (4, lambda life, d, a: life.score < B)],
        [(5, lambda life, d, a: a > 400 and life.score >= B)],
        [(7, lambda life, d, a: within(life.quarrel, life.now, _WEEK) >= 2 or d > 28)],
        [(8, lambda life, d, a: life.ban <= life.now
             and not within(life.late, life.now, _MONTH)),
         (9, lambda life, d, a: within(life.help, life.now, _MONTH) >= 4),
         (10, lambda life, d, a: life.score < C and a > 300)],
        [],
    ]  # fmt: skip


TERMS = {0: 90, 3: 60, 7: 30}  # days until a rule's points lapse


def _ferry(
    workload: Workload, starts: list[int], at: list[int], kind: list[int], days: list[int],
    amount: list[int], level: list[int],
) -> Result:  # fmt: skip
    rules, points = _ferry_rules(), workload.millionths
    fired = [0] * len(workload.rules)
    scores = []
    for who in range(len(starts) - 1):
        life = Life(fired)
        histories: list[Any] = [life.late, None, None, life.quarrel, life.help, None]
        a, b = starts[who], starts[who + 1]
        for now, of, d, m in zip(at[a:b], kind[a:b], days[a:b], amount[a:b], strict=True):
            life.now = now
            if life.lapses:
                life.lapse(now)
            if of == 2 and life.ban > now:
                fired[6] += 1
                life.add(points[6], 0, 0)
                continue
            history = histories[of]
            if history is not None:
                history.append(now)
            chosen = [rule for rule, holds in rules[of] if holds(life, d, m)]
            if not chosen:
                continue
            if 2 in chosen:
                life.ban = now + 14 * DAY
                if 0 in chosen:
                    chosen.remove(0)
            total = lapsing = term = 0
            for rule in chosen:
                fired[rule] += 1
                total += points[rule]
                if rule in TERMS:
                    lapsing, term = points[rule], TERMS[rule]
            life.add(total, lapsing, term)
        life.lapse(UNTIL)
        scores.append(life.score)
    return Result(np.array(scores, np.int64), np.array(fired, np.int64))
