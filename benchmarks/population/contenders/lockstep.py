"""NumPy in lockstep: the k-th event of every subject at once."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.population.contenders import Play
from benchmarks.population.events import DAY, UNTIL, Columns
from benchmarks.population.workloads import START, TOP, B, C, Result, Workload

NAME = "NumPy"
HOW = "all subjects in lockstep, one thread"
WHOLE = True  # it works by columns: the more at once, the better
Array = Any
_TERMS = np.array([90, 60, 30]) * DAY
_NEVER = np.iinfo(np.int64).max


def ready(workload: Workload, columns: Columns) -> Play:
    """Nothing to prepare: the columns are NumPy's already."""
    if workload.name == "tolls":
        return lambda: _tolls(workload, columns)
    return lambda: _ferry(workload, columns)


def _tolls(workload: Workload, c: Columns) -> Result:
    """No state, so no lockstep: whole columns, a kind at a time."""
    fired = np.zeros(len(workload.rules), np.int64)
    gained = np.zeros(c.events, np.int64)
    for kind in range(6):
        at = np.flatnonzero(c.kind == kind)
        d, a, v = c.days[at], c.amount[at], c.level[at]
        first, held = _held_tolls(kind, d, a, v)
        total = np.zeros(len(at), np.int64)
        for rule, holds in enumerate(held, first):
            points = workload.millionths[rule]
            fired[rule] = np.count_nonzero(holds)
            total += holds * (points * d.astype(np.int64)) if rule == 3 else holds * points
        gained[at] = total
    return Result(START + np.add.reduceat(gained, c.starts[:-1]), fired)


def _held_tolls(kind: int, d: Array, a: Array, v: Array) -> tuple[int, list[Array]]:
    if kind == 0:
        return 0, [d <= 3, (a > 500) & (d <= 10), d > 20]
    if kind == 1:
        return 3, [d > 5, (d > 25) | (a > 900), (a < 50) & (d <= 28)]
    if kind == 2:
        return 6, [v >= 6, (v >= 3) & (d >= 2), v <= 1]
    if kind == 3:
        return 9, [a > 100, (a > 800) & (v >= 5), a + d > 1000]
    if kind == 4:
        return 12, [np.ones(len(d), bool), (v > 2) & (d < 15)]
    return 14, [v >= 1, (d >= 7) & ((v >= 4) | (a > 300))]


class _Lives:
    """The state of every subject, as arrays."""

    def __init__(self, subjects: int, longest: int) -> None:
        self.score = np.full(subjects, START, np.int64)
        self.ban = np.zeros(subjects, np.int64)
        self.times = np.zeros((3, subjects, longest), np.int64)  # late, quarrel, help
        self.counts = np.zeros((3, subjects), np.intp)
        self.firsts = np.zeros((3, subjects), np.intp)
        # three queues, one a term; a place beyond the last is never due
        self.due = np.full((3, subjects, longest + 1), _NEVER, np.int64)
        self.amount = np.zeros((3, subjects, longest + 1), np.int64)
        self.order = np.zeros((3, subjects, longest + 1), np.int64)
        self.heads = np.zeros((3, subjects), np.intp)
        self.ends = np.zeros((3, subjects), np.intp)

    def within(self, window: int, who: Array, now: Array, length: int) -> Array:
        """Counts in a window that ends now."""
        firsts, counts, times = self.firsts[window], self.counts[window], self.times[window]
        moving, when = who, now
        while len(moving):
            first = firsts[moving]
            there = first < counts[moving]
            old = there & (times[moving, np.where(there, first, 0)] + length <= when)
            moving, when = moving[old], when[old]
            firsts[moving] += 1
        return counts[who] - firsts[who]

    def record(self, window: int, who: Array, now: Array) -> None:
        """One more event in a history."""
        self.times[window, who, self.counts[window, who]] = now
        self.counts[window, who] += 1

    def wait(self, queue: int, who: Array, now: Array, amount: Array, order: int) -> None:
        """Points that lapse later."""
        some = np.flatnonzero(amount)
        who, end = who[some], self.ends[queue, who[some]]
        self.due[queue, who, end] = now[some] + _TERMS[queue]
        self.amount[queue, who, end] = amount[some]
        self.order[queue, who, end] = order
        self.ends[queue, who] = end + 1

    def lapse(self, who: Array, now: Array) -> None:
        """Take back all that is due, for each subject in its order."""
        queues = np.arange(3)[:, None]
        while len(who):
            heads = self.heads[:, who]
            due = self.due[queues, who, heads]
            soonest = due.min(axis=0)
            some = soonest <= now
            who, now, due, heads, soonest = (
                who[some], now[some], due[:, some], heads[:, some], soonest[some])  # fmt: skip
            if not len(who):
                return
            order = np.where(due == soonest, self.order[queues, who, heads], _NEVER)
            queue = order.argmin(axis=0)
            head = self.heads[queue, who]
            new = self.score[who] - self.amount[queue, who, head]
            self.score[who] = np.clip(new, 0, TOP)
            self.heads[queue, who] = head + 1


def _ferry(workload: Workload, c: Columns) -> Result:
    counts = np.diff(c.starts)
    longest_first = np.argsort(-counts, kind="stable")
    sorted_counts = counts[longest_first]
    lives = _Lives(c.subjects, int(counts.max()))
    fired = np.zeros(len(workload.rules), np.int64)
    for k in range(int(counts.max())):
        who = longest_first[: np.searchsorted(-sorted_counts, -k, side="left")]
        at = c.starts[who] + k
        now, kind = c.at[at], c.kind[at]
        lives.lapse(who, now)
        for number, step in enumerate((_late, _gift, _booked, _quarrel, _help)):
            of = np.flatnonzero(kind == number)
            if len(of):
                rows = at[of]
                step(lives, who[of], now[of], c.days[rows], c.amount[rows], fired, k)
    everybody = np.arange(c.subjects)
    lives.lapse(everybody, np.full(c.subjects, UNTIL))
    return Result(lives.score, fired)


_M = 10**6


def _late(s: _Lives, who: Array, now: Array, d: Array, a: Array, fired: Array, k: int) -> None:
    s.record(0, who, now)
    third = s.within(0, who, now, 30 * DAY) >= 3
    very, plain = d > 25, (d > 5) & ~third
    new = s.score[who] - 8 * _M * plain - 20 * _M * very - 40 * _M * third
    rest = np.maximum(0, np.maximum(0, -new) - 20 * _M * very)
    s.score[who] = np.maximum(new, 0)
    s.wait(0, who, now, np.where(plain, rest - 8 * _M, 0), k)
    s.ban[who[third]] = now[third] + 14 * DAY
    fired[:3] += [np.count_nonzero(plain), np.count_nonzero(very), np.count_nonzero(third)]


def _gift(s: _Lives, who: Array, now: Array, d: Array, a: Array, fired: Array, k: int) -> None:
    gift, need = a >= 200, s.score[who] < B
    new = s.score[who] + 10 * _M * gift + 25 * _M * need
    rest = np.maximum(0, np.maximum(0, new - TOP) - 25 * _M * need)
    s.score[who] = np.minimum(new, TOP)
    s.wait(1, who, now, np.where(gift, 10 * _M - rest, 0), k)
    fired[3:5] += [np.count_nonzero(gift), np.count_nonzero(need)]


def _booked(s: _Lives, who: Array, now: Array, d: Array, a: Array, fired: Array, k: int) -> None:
    refused = s.ban[who] > now
    trip = ~refused & (a > 400) & (s.score[who] >= B)
    s.score[who] = np.clip(s.score[who] + 2 * _M * trip - 3 * _M * refused, 0, TOP)
    fired[5:7] += [np.count_nonzero(trip), np.count_nonzero(refused)]


def _quarrel(s: _Lives, who: Array, now: Array, d: Array, a: Array, fired: Array, k: int) -> None:
    s.record(1, who, now)
    holds = (s.within(1, who, now, 7 * DAY) >= 2) | (d > 28)
    old = s.score[who]
    new = np.maximum(old - 12 * _M * holds, 0)
    s.score[who] = new
    s.wait(2, who, now, new - old, k)
    fired[7] += np.count_nonzero(holds)


def _help(s: _Lives, who: Array, now: Array, d: Array, a: Array, fired: Array, k: int) -> None:
    s.record(2, who, now)
    good = (s.ban[who] <= now) & (s.within(0, who, now, 30 * DAY) == 0)
    streak = s.within(2, who, now, 30 * DAY) >= 4
    up = (s.score[who] < C) & (a > 300)
    new = s.score[who] + 4 * _M * good + 6 * _M * streak + 15 * _M * up
    s.score[who] = np.minimum(new, TOP)
    fired[8:] += [np.count_nonzero(good), np.count_nonzero(streak), np.count_nonzero(up)]
