"""The kernel's main loop: components one after the other, each in time order."""
# ruff: noqa: N803

from __future__ import annotations

from engine.population import words as w
from engine.population.compiled import Array, Words, compiled, entrance, far, fixed, inlined, pointer
from engine.population.kernel_measures import settle_grades, settle_whiles
from engine.population.kernel_read import rank
from engine.population.kernel_step import (
    add,
    fire,
    gate_and_record,
    join,
    set_time,
    step,
)


@compiled
def _begin(P: Words, M: Words, first: int, count: int) -> None:
    """A component begins: nobody is there yet, nothing is due."""
    M[w.M_STATUS] = w.OK
    M[w.M_SEQ] = 0
    M[w.M_HEAP_COUNT] = 0
    M[w.M_TOP] = M[w.M_ARENA]
    M[w.M_QUEUE_TAIL] = 0
    M[w.M_VERSION_UNTIL] = w.MISSING
    M[w.M_FIRST_ROW] = first
    M[w.M_COUNT] = count
    M[w.M_TRACE_ON] = 0
    M[w.M_TICK] = 0
    M[w.M_UNTIL] = w.MISSING
    for i in range(P[w.P_MEASURES]):
        M[M[w.M_HOLDERS] + i] = 0
    sb = M[w.M_SUBJECTS]
    attributes = P[w.P_ATTRS_AT] + first * P[w.P_ATTRS]
    for i in range(count):
        for k in range(P[w.P_STRIDE]):
            M[sb + k] = 0
        M[sb + w.S_INDEX] = i
        M[sb + w.S_ROW] = first + i
        M[sb + w.S_KIND] = P[attributes]
        M[sb + w.S_GROUP] = P[attributes + 1]
        M[sb + w.S_DIGEST] = w.SEED
        sb += P[w.P_STRIDE]
        attributes += P[w.P_ATTRS]


@compiled
def _count_grades(P: Words, M: Words) -> None:
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
def _to(P: Words, M: Words, E: Words, until: int) -> None:
    """Let the clock come to an instant, counting grades where periods end before it."""
    while M[w.M_TICK] < P[w.P_TICKS] and P[P[w.P_TICKS_AT] + M[w.M_TICK]] < until:
        far(M[w.M_ADVANCE], P, M, E, P[P[w.P_TICKS_AT] + M[w.M_TICK]], 0, 0, 0, 0)
        if M[w.M_STATUS] != w.OK:
            return
        _count_grades(P, M)
    far(M[w.M_ADVANCE], P, M, E, until, 0, 0, 0, 0)


@inlined
def _seen(P: Words, M: Words, E: Words, row: int) -> bool:
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
def _feed_traced(P: Words, M: Words, E: Words, sb: int, row: int) -> None:
    """One input event that may be taken back later: what it does is written down."""
    ident, type_ = E[row + P[w.P_ID]], E[row + w.E_TYPE]
    M[w.M_TRACE_ON] = 1
    M[w.M_TRACE] = 0
    M[w.M_TRACE_TAIL] = 0
    step(P, M, E, sb, type_, type_, row, -1)
    M[w.M_TRACE_ON] = 0
    M[M[w.M_TRACES] + ident] = -1 if M[w.M_TRACE] == 0 else M[w.M_TRACE]


@inlined
def _feed(P: Words, M: Words, E: Words, sb: int, row: int) -> None:
    """One input event: its own part at once, only what it raises in the queue."""
    type_ = E[row + w.E_TYPE]
    M[w.M_DEPTH] = 1
    M[w.M_SKIPPED] = 0
    group, judged = type_, type_
    if gate_and_record(P, M, E, sb, type_, row, -1):
        group, judged = P[w.P_TYPES] + type_, -1
    M[w.M_EPOCH] += 1
    M[w.M_TOUCHED_COUNT] = 1
    M[M[w.M_TOUCHED]] = sb
    M[sb + w.S_TOUCHED] = M[w.M_EPOCH]
    fired = fire(P, M, E, sb, group, row, -1, judged)
    if M[w.M_STATUS] != w.OK:
        return
    whiles = P[M[w.M_VERSION] + w.V_WHILE_COUNT] > 0
    if fired > 0 or whiles or P[w.P_VERSIONS] > 1:
        for i in range(M[w.M_TOUCHED_COUNT]):
            each = M[M[w.M_TOUCHED] + i]
            settle_grades(P, M, each)
            if whiles:
                settle_whiles(P, M, E, each)
    if M[w.M_QUEUE_TAIL] > 0:
        far(M[w.M_PLAY], P, M, E, 0, 1, 0, 0, 0)


@compiled
def _join_cast(P: Words, M: Words, E: Words) -> None:
    """At the start the whole cast is there; then each joins."""
    stride = P[w.P_STRIDE]
    set_time(P, M, P[w.P_START])
    for i in range(M[w.M_COUNT]):
        if P[P[w.P_ATTRS_AT] + (M[w.M_FIRST_ROW] + i) * P[w.P_ATTRS] + 2] == 1:
            add(P, M, M[w.M_SUBJECTS] + i * stride)
    for i in range(M[w.M_COUNT]):
        sb = M[w.M_SUBJECTS] + i * stride
        if M[sb + w.S_HERE] == 1 and M[w.M_STATUS] == w.OK:
            join(P, M, E, sb)


@compiled
def _join_stranger(P: Words, M: Words, E: Words, sb: int) -> None:
    """Somebody of no cast joins with the first event."""
    if M[sb + w.S_KIND] < 0:
        M[w.M_STATUS] = w.FAILED  # of no kind that we know
        return
    add(P, M, sb)
    join(P, M, E, sb)


@inlined
def _clock_to(P: Words, M: Words, E: Words, known: int) -> None:
    """Let the clock come to an event; mostly nothing is due."""
    if known < M[w.M_NOW]:
        M[w.M_STATUS] = w.FAILED
    elif M[w.M_TICK] < P[w.P_TICKS] and P[P[w.P_TICKS_AT] + M[w.M_TICK]] < known:
        _to(P, M, E, known)
    elif M[w.M_HEAP_COUNT] > 0 and M[M[w.M_HEAP]] <= known:
        far(M[w.M_ADVANCE], P, M, E, known, 0, 0, 0, 0)
    else:
        set_time(P, M, known)


@compiled
def _component(
    P: Words, M: Words, E: Words, first_event: int, last_event: int
) -> None:  # fmt: skip
    """All that happens in one component."""
    if P[w.P_START] != w.MISSING:
        _join_cast(P, M, E)
    else:
        set_time(P, M, w.MISSING + 1)
    columns = M[w.M_COLUMNS]
    traces = P[w.P_IDS] != 0 and P[w.P_TRACES] == 1
    for number in range(first_event, last_event):
        row = number * columns
        _clock_to(P, M, E, E[row + w.E_KNOWN])
        sb = M[w.M_SUBJECTS] + (E[row + w.E_SUBJECT] - M[w.M_FIRST_ROW]) * P[w.P_STRIDE]
        if M[sb + w.S_HERE] == 0 and M[w.M_STATUS] == w.OK:
            _join_stranger(P, M, E, sb)
        if M[w.M_STATUS] != w.OK:
            return
        if _seen(P, M, E, row):
            continue
        if traces and E[row + P[w.P_ID]] >= 0:
            _feed_traced(P, M, E, sb, row)
        else:
            _feed(P, M, E, sb, row)
    end = P[w.P_END]
    if M[w.M_STATUS] == w.OK and end != w.MISSING and end >= M[w.M_NOW]:
        _to(P, M, E, end)
        if M[w.M_STATUS] == w.OK and M[w.M_TICK] < P[w.P_TICKS]:
            _count_grades(P, M)


@compiled
def _finish(P: Words, M: Words, O: Words) -> None:  # noqa: E741
    """What every subject of the component has come to, into its row of the results."""
    sb = M[w.M_SUBJECTS]
    scores, measures, registries = P[w.P_SCORES], P[w.P_MEASURES], P[w.P_REGISTRIES]
    for i in range(M[w.M_COUNT]):
        at = (M[w.M_FIRST_ROW] + i) * M[w.M_WIDTH]
        O[at] = M[sb + w.S_DIGEST]
        O[at + 1] = M[sb + w.S_HERE]
        O[at + 2] = M[sb + w.S_REFUSED]
        O[at + 3] = M[sb + w.S_NOTIFIED]
        O[at + 4] = 0
        here = M[sb + w.S_HERE] == 1
        at += 5
        for s in range(scores):
            O[at + s] = M[sb + P[w.P_S_SCORES] + s] if here else w.MISSING
        at += scores
        for m in range(measures):
            active = M[sb + P[w.P_S_ACTIVE] + m * w.A_WORDS] != 0
            O[at + m] = 1 if active else 0
        at += measures
        for r in range(registries):
            O[at + r] = 1 if M[sb + P[w.P_S_LISTED] + r] != 0 else 0
        sb += P[w.P_STRIDE]


@compiled
def _forget(P: Words, M: Words, E: Words, first_event: int, last_event: int) -> None:
    """Ids of a component that is played again were never seen."""
    if P[w.P_IDS] == 0:
        return
    for number in range(first_event, last_event):
        ident = E[number * M[w.M_COLUMNS] + P[w.P_ID]]
        if ident >= 0:
            M[M[w.M_SEEN] + ident] = 0
            if P[w.P_TRACES] == 1:
                M[M[w.M_TRACES] + ident] = 0


@compiled
def _judge(
    P: Words, M: Words, E: Words, C: Words, O: Words, begin: int, end: int  # noqa: E741
) -> int:  # fmt: skip
    for c in range(begin, end):
        lines, at = M[w.M_LEDGER_COUNT], 4 * c
        _begin(P, M, C[at + 2], C[at + 3] - C[at + 2])
        _component(P, M, E, C[at], C[at + 1])
        why = M[w.M_STATUS]
        if why == w.OK:
            _finish(P, M, O)
        elif M[w.M_UNIT] == 1:
            M[w.M_STOPPED] = why
            M[w.M_LEDGER_COUNT] = lines
            _forget(P, M, E, C[at], C[at + 1])
            return c
        else:
            M[w.M_LEDGER_COUNT] = lines
            _forget(P, M, E, C[at], C[at + 1])
    return end


@entrance
def judge(
    image: Array, memory: Array, events: Array, components: Array, results: Array,
    begin: int, end: int,
) -> int:  # fmt: skip
    """Judge components ``begin`` to ``end`` (rows of ``components``: events from, to, subjects).

    Gives the first component that was not judged to its end; M_STOPPED says why. Counts of
    what it had done are then taken away again.
    """
    memory[w.M_STOPPED] = w.OK
    return _judge(
        fixed(image), pointer(memory), fixed(events), fixed(components), pointer(results),
        begin, end,
    )  # fmt: skip
