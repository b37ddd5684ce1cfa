"""The kernel's main loop: components one after the other, each in time order."""
# ruff: noqa: N803

from __future__ import annotations

from engine.population import words as w
from engine.population.compiled import (
    Array,
    Words,
    compiled,
    entrance,
    far,
    fixed,
    inlined,
    pointer,
)
from engine.population.kernel_feed import (
    clock_to,
    come_to,
    count_grades,
    feed_traced,
    join_stranger,
    seen,
)
from engine.population.kernel_schedule import clear
from engine.population.kernel_step import add, join, set_time


@compiled
def _begin(P: Words, M: Words, first: int, count: int) -> None:
    """A component begins: nobody is there yet, nothing is due."""
    M[w.M_STATUS] = w.OK
    clear(P, M)
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


@inlined
def _feed_all(P: Words, M: Words, E: Words, first_event: int, last_event: int) -> None:
    """Every event of a component, one after the other."""
    columns = M[w.M_COLUMNS]
    traces = P[w.P_IDS] != 0 and P[w.P_TRACES] == 1
    for number in range(first_event, last_event):
        row = number * columns
        clock_to(P, M, E, E[row + w.E_KNOWN])
        sb = M[w.M_SUBJECTS] + (E[row + w.E_SUBJECT] - M[w.M_FIRST_ROW]) * P[w.P_STRIDE]
        if M[sb + w.S_HERE] == 0 and M[w.M_STATUS] == w.OK:
            join_stranger(P, M, E, sb)
        if M[w.M_STATUS] != w.OK:
            return
        if seen(P, M, E, row):
            continue
        if traces and E[row + P[w.P_ID]] >= 0:
            feed_traced(P, M, E, sb, row)
        else:
            far(M[w.M_FEED], P, M, E, sb, row, 0, 0, 0)


@compiled
def _component(
    P: Words, M: Words, E: Words, first_event: int, last_event: int
) -> None:  # fmt: skip
    """All that happens in one component."""
    if P[w.P_START] != w.MISSING:
        _join_cast(P, M, E)
    else:
        set_time(P, M, w.MISSING + 1)
    if M[w.M_STRAIGHT] != 0:
        far(M[w.M_STRAIGHT], P, M, E, first_event, last_event, 0, 0, 0)
    else:
        _feed_all(P, M, E, first_event, last_event)
    end = P[w.P_END]
    if M[w.M_STATUS] == w.OK and end != w.MISSING and end >= M[w.M_NOW]:
        come_to(P, M, E, end)
        if M[w.M_STATUS] == w.OK and M[w.M_TICK] < P[w.P_TICKS]:
            count_grades(P, M)


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
