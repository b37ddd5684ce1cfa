"""One input event in the kernel: the clock comes to it, then its step.

Its own part is played at once; only what it raises goes through the queue.
"""
# ruff: noqa: N803

from __future__ import annotations

from engine.population import words as w
from engine.population.compiled import Words, apart, compiled, far, inlined
from engine.population.kernel_keep import record
from engine.population.kernel_measures import settle_grades, settle_whiles
from engine.population.kernel_own import do_deeds
from engine.population.kernel_read import rank
from engine.population.kernel_rules import flag_matched, holds
from engine.population.kernel_schedule import schedule_reviews
from engine.population.kernel_scores import lapse_later
from engine.population.kernel_step import (
    add,
    do_all,
    fire,
    gate_and_record,
    join,
    set_time,
    settle,
    step,
)


@compiled
def count_grades(P: Words, M: Words) -> None:
    """Count everybody's grades at a period's end, and the flows since the last."""
    tick, groups = M[w.M_TICK], P[w.P_GROUPS]
    counts = M[w.M_SUMS] + P[w.P_A_COUNTS] + tick * P[w.P_RUNGS] * groups
    flows = M[w.M_SUMS] + P[w.P_A_FLOWS] + tick * P[w.P_MOVES] * groups
    sb = M[w.M_SUBJECTS]
    for _ in range(M[w.M_COUNT]):
        if M[sb + w.S_HERE] == 1:
            rung, move = 0, 0
            for i in range(P[w.P_LADDERS]):
                score = P[P[M[w.M_VERSION] + w.V_LADDERS] + i]
                grades = P[score + w.C_FLOORS]
                value = M[sb + P[w.P_S_SCORES] + P[P[w.P_LADDER_AT] + i]]
                if value != w.MISSING:
                    now, place = rank(P, score, value), sb + P[w.P_S_TICK] + i
                    group = M[sb + w.S_GROUP]
                    M[counts + (rung + now) * groups + group] += M[w.M_UNIT]
                    M[flows + (move + M[place] * grades + now) * groups + group] += M[w.M_UNIT]
                    M[place] = now
                rung += grades
                move += grades * grades
        sb += P[w.P_STRIDE]
    M[w.M_TICK] = tick + 1


@compiled
def come_to(P: Words, M: Words, E: Words, until: int) -> None:
    """Let the clock come to an instant, counting grades where periods end before it."""
    while M[w.M_TICK] < P[w.P_TICKS] and P[P[w.P_TICKS_AT] + M[w.M_TICK]] < until:
        far(M[w.M_ADVANCE], P, M, E, P[P[w.P_TICKS_AT] + M[w.M_TICK]], 0, 0, 0, 0)
        if M[w.M_STATUS] != w.OK:
            return
        count_grades(P, M)
    far(M[w.M_ADVANCE], P, M, E, until, 0, 0, 0, 0)


@compiled
def join_stranger(P: Words, M: Words, E: Words, sb: int) -> None:
    """Somebody of no cast joins with the first event."""
    if M[sb + w.S_KIND] < 0:
        M[w.M_STATUS] = w.FAILED  # of no kind that we know
        return
    add(P, M, sb)
    join(P, M, E, sb)


@inlined
def clock_to(P: Words, M: Words, E: Words, known: int) -> None:
    """Let the clock come to an event; mostly nothing is due."""
    if known < M[w.M_NOW]:
        M[w.M_STATUS] = w.FAILED
    elif M[w.M_TICK] < P[w.P_TICKS] and P[P[w.P_TICKS_AT] + M[w.M_TICK]] < known:
        come_to(P, M, E, known)
    elif M[w.M_NEXT] <= known:
        far(M[w.M_ADVANCE], P, M, E, known, 0, 0, 0, 0)
    else:
        set_time(P, M, known)


@inlined
def seen(P: Words, M: Words, E: Words, row: int) -> bool:
    """Whether an event with this id was there before; from now on it was."""
    if P[w.P_IDS] == 0:
        return False
    ident = E[row + P[w.P_ID]]
    if ident < 0:
        return False
    place = M[w.M_SEEN] + ident
    seen = M[place] == 1
    M[place] = 1
    return seen


@compiled
def feed_traced(P: Words, M: Words, E: Words, sb: int, row: int) -> None:
    """One input event that may be taken back later: what it does is written down."""
    ident, type_ = E[row + P[w.P_ID]], E[row + w.E_TYPE]
    M[w.M_TRACE_ON] = 1
    M[w.M_TRACE] = 0
    M[w.M_TRACE_TAIL] = 0
    step(P, M, E, sb, type_, type_, row, -1)
    M[w.M_TRACE_ON] = 0
    M[M[w.M_TRACES] + ident] = -1 if M[w.M_TRACE] == 0 else M[w.M_TRACE]


@compiled
def feed(P: Words, M: Words, E: Words, sb: int, row: int) -> None:
    """One input event that leaves no trace."""
    type_ = E[row + w.E_TYPE]
    M[w.M_DEPTH] = 1
    M[w.M_SKIPPED] = 0
    group, judged = type_, type_
    if gate_and_record(P, M, E, sb, type_, row, -1):
        group, judged = P[w.P_TYPES] + type_, -1
    _touch_alone(M, sb)
    fired = fire(P, M, E, sb, group, row, -1, judged)
    if M[w.M_STATUS] != w.OK:
        return
    if fired > 0 or P[w.P_VERSIONS] > 1 or P[M[w.M_VERSION] + w.V_WHILE_COUNT] > 0:
        _settle_touched(P, M, E)
    if M[w.M_QUEUE_TAIL] > 0:
        far(M[w.M_PLAY], P, M, E, 0, 1, 0, 0, 0)


@inlined
def _touch_alone(M: Words, sb: int) -> None:
    """A part begins that has touched only its own subject."""
    M[w.M_EPOCH] += 1
    M[w.M_TOUCHED_COUNT] = 1
    M[M[w.M_TOUCHED]] = sb
    M[sb + w.S_TOUCHED] = M[w.M_EPOCH]


@inlined
def _settle_touched(P: Words, M: Words, E: Words) -> None:
    whiles = P[M[w.M_VERSION] + w.V_WHILE_COUNT] > 0
    for i in range(M[w.M_TOUCHED_COUNT]):
        each = M[M[w.M_TOUCHED] + i]
        settle_grades(P, M, each)
        if whiles:
            settle_whiles(P, M, E, each)


# --- parts of this for a policy's own main loop (straight_code.py) ------------------------------


@apart
def clock_apart(
    P: Words, M: Words, E: Words, known: int, b: int, c: int, d: int, e: int
) -> int:  # fmt: skip
    """:func:`clock_to`."""
    clock_to(P, M, E, known)
    return 0


@apart
def stranger_apart(
    P: Words, M: Words, E: Words, sb: int, b: int, c: int, d: int, e: int
) -> int:  # fmt: skip
    """:func:`join_stranger`."""
    join_stranger(P, M, E, sb)
    return 0


@apart
def feed_apart(
    P: Words, M: Words, E: Words, sb: int, row: int, c: int, d: int, e: int
) -> int:  # fmt: skip
    """:func:`feed`."""
    feed(P, M, E, sb, row)
    return 0


@apart
def traced_apart(
    P: Words, M: Words, E: Words, sb: int, row: int, c: int, d: int, e: int
) -> int:  # fmt: skip
    """:func:`feed_traced`."""
    feed_traced(P, M, E, sb, row)
    return 0


@apart
def record_apart(
    P: Words, M: Words, E: Words, sb: int, number: int, row: int, d: int, e: int
) -> int:  # fmt: skip
    """Write an event, or its refusal, into a history."""
    record(P, M, E, number, sb, row, -1)
    return 0


@apart
def reviews_apart(
    P: Words, M: Words, E: Words, sb: int, at: int, many: int, d: int, e: int
) -> int:  # fmt: skip
    """Schedule reviews."""
    schedule_reviews(P, M, sb, at, many)
    return 0


@apart
def matches_apart(
    P: Words, M: Words, E: Words, sb: int, row: int, judged: int, rule: int, e: int
) -> int:  # fmt: skip
    """Whether a rule matches an event."""
    return 1 if holds(P, M, E, rule, sb, row, -1, judged) else 0


@apart
def deeds_apart(
    P: Words, M: Words, E: Words, sb: int, rule: int, c: int, d: int, e: int
) -> int:  # fmt: skip
    """Do what a rule does beside adding to a score."""
    do_deeds(P, M, E, sb, rule)
    return 0


@apart
def later_apart(
    P: Words, M: Words, E: Words, sb: int, rule: int, amount: int, d: int, e: int
) -> int:  # fmt: skip
    """Schedule the lapse of what a rule added."""
    lapse_later(P, M, sb, rule, amount)
    return 0


@apart
def rest_apart(
    P: Words, M: Words, E: Words, sb: int, count: int, row: int, judged: int, e: int
) -> int:  # fmt: skip
    """All that the rules at M_MATCHED do, which were told to have fired, and what follows."""
    _touch_alone(M, sb)
    flag_matched(P, M, count)
    do_all(P, M, E, sb, count, row, -1, judged)
    if M[w.M_STATUS] == w.OK:
        _settle_touched(P, M, E)
        if M[w.M_QUEUE_TAIL] > 0:
            far(M[w.M_PLAY], P, M, E, 0, 1, 0, 0, 0)
    return 0


@apart
def settle_apart(
    P: Words, M: Words, E: Words, sb: int, b: int, c: int, d: int, e: int
) -> int:  # fmt: skip
    """:func:`engine.population.kernel_step.settle`."""
    if M[w.M_STATUS] == w.OK:
        settle(P, M, E, sb)
    return 0
