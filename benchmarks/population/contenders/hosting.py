"""For engines that only match: this keeps the state, they say which rules hold.

``match(kind, facts)`` answers the numbers of the rules that hold, in any order. ``facts`` has
the event's fields, and what the rules of its kind read of the past.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from benchmarks.population.contenders.closures import TERMS, Life, within
from benchmarks.population.events import DAY, UNTIL, Columns
from benchmarks.population.workloads import LATE, START, Result, Workload

Match = Callable[[str, dict[str, int]], Iterable[int]]

#: Conditions as text, by what sets a rule off. Every engine's own notation is made of these.
TOLLS = {
    "paid": {0: "days <= 3", 1: "amount > 500 and days <= 10", 2: "days > 20"},
    "late": {3: "days > 5", 4: "days > 25 or amount > 900", 5: "amount < 50 and days <= 28"},
    "noise": {6: "level >= 6", 7: "level >= 3 and days >= 2", 8: "level == 0 or level == 1"},
    "declared": {9: "amount > 100", 10: "amount > 800 and level >= 5", 11: "both > 1000"},
    "hidden": {12: "level >= 0", 13: "level > 2 and days < 15"},
    "help": {14: "level >= 1", 15: "days >= 7 and level >= 4 or days >= 7 and amount > 300"},
}
FERRY = {
    "late": {0: "days > 5", 1: "days > 25", 2: "recent >= 3"},
    "gift": {3: "amount >= 200", 4: "rank >= 2"},
    "booked": {5: "amount > 400 and rank <= 1"},
    "quarrel": {7: "recent >= 2 or days > 28"},
    "help": {8: "banned == 0 and late == 0", 9: "recent >= 4", 10: "rank == 3 and amount > 300"},
    "refused": {6: "banned == 1"},
}
Parsed = list[list[tuple[str, str, int]]]  # ways to hold; each: field, sign, number


def parsed(text: str) -> Parsed:
    """A condition as alternatives of comparisons that must all hold."""
    ways = []
    for way in text.split(" or "):
        tests = (test.split(" ") for test in way.split(" and "))
        ways.append([(name, sign, int(number)) for name, sign, number in tests])
    return ways


def conditions(workload: Workload) -> dict[str, dict[int, Parsed]]:
    """Every rule's condition, by what sets it off."""
    texts = TOLLS if workload.name == "tolls" else FERRY
    return {
        trigger: {rule: parsed(text) for rule, text in rules.items()}
        for trigger, rules in texts.items()
    }


def fields(of_trigger: dict[int, Parsed]) -> list[str]:
    """What the rules of one trigger read."""
    names = {name for ways in of_trigger.values() for way in ways for name, _, _ in way}
    return sorted(names)


def host(workload: Workload, columns: Columns, match: Match) -> Callable[[], Result]:
    """What plays once, with an engine behind ``match``."""
    lists = [getattr(columns, name).tolist() for name in
             ("starts", "at", "kind", "days", "amount", "level")]  # fmt: skip
    play = _tolls if workload.name == "tolls" else _ferry
    return lambda: play(workload, match, *lists)


def _tolls(
    workload: Workload, match: Match, starts: list[int], at: list[int], kind: list[int],
    days: list[int], amount: list[int], level: list[int],
) -> Result:  # fmt: skip
    triggers, points = tuple(TOLLS), workload.millionths
    fired = [0] * len(points)
    scores = []
    for who in range(len(starts) - 1):
        score = START
        for i in range(starts[who], starts[who + 1]):
            d, trigger = days[i], triggers[kind[i]]
            facts = {"days": d, "amount": amount[i], "level": level[i]}
            if kind[i] == 3:
                facts["both"] = d + amount[i]
            for rule in match(trigger, facts):
                fired[rule] += 1
                score += points[rule] * d if rule == LATE else points[rule]
        scores.append(score)
    return Result(np.array(scores, np.int64), np.array(fired, np.int64))


_NAMES = ("late", "gift", "booked", "quarrel", "help", "")
_RANKS = (1000 * 10**6, 850 * 10**6, 600 * 10**6)


def _ferry(
    workload: Workload, match: Match, starts: list[int], at: list[int], kind: list[int],
    days: list[int], amount: list[int], level: list[int],
) -> Result:  # fmt: skip
    points = workload.millionths
    fired = [0] * len(points)
    scores = []
    for who in range(len(starts) - 1):
        life = Life(fired)
        for i in range(starts[who], starts[who + 1]):
            life.now = at[i]
            if life.lapses:
                life.lapse(at[i])
            trigger = _NAMES[kind[i]]
            if not trigger:
                continue
            if trigger == "booked" and life.ban > at[i]:
                trigger = "refused"
            facts = _facts(life, trigger, days[i], amount[i])
            _apply(life, list(match(trigger, facts)), points)
        life.lapse(UNTIL)
        scores.append(life.score)
    return Result(np.array(scores, np.int64), np.array(fired, np.int64))


def _facts(life: Life, trigger: str, days: int, amount: int) -> dict[str, int]:
    """Exactly what the rules of a trigger read."""
    now = life.now
    if trigger == "late":
        life.late.append(now)
        return {"days": days, "recent": within(life.late, now, 30 * DAY)}
    if trigger == "quarrel":
        life.quarrel.append(now)
        return {"days": days, "recent": within(life.quarrel, now, 7 * DAY)}
    if trigger == "refused":
        return {"banned": 1}
    rank = next((k for k, floor in enumerate(_RANKS) if life.score >= floor), 3)
    if trigger != "help":
        return {"amount": amount, "rank": rank}
    life.help.append(now)
    return {
        "amount": amount, "rank": rank, "banned": int(life.ban > now),
        "late": within(life.late, now, 30 * DAY), "recent": within(life.help, now, 30 * DAY),
    }  # fmt: skip


def _apply(life: Life, chosen: list[int], points: tuple[int, ...]) -> None:
    if 2 in chosen:
        life.ban = life.now + 14 * DAY
        if 0 in chosen:
            chosen.remove(0)
    total = lapsing = term = 0
    for rule in chosen:
        life.fired[rule] += 1
        total += points[rule]
        if rule in TERMS:
            lapsing, term = points[rule], TERMS[rule]
    if chosen:
        life.add(total, lapsing, term)
