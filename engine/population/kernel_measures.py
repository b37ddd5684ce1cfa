"""Measures and lists in the kernel: beginning, ending, holding on, settling.

The twin of :mod:`engine.evaluation.measures`.
"""
# ruff: noqa: N803

from __future__ import annotations

from engine.population import words as w
from engine.population.compiled import Words, compiled, far, inlined
from engine.population.kernel_keep import link, note, raise_part, tally, touch
from engine.population.kernel_maths import after
from engine.population.kernel_read import block_of, rank
from engine.population.kernel_schedule import schedule_in

BEGAN, ENDED, EXTENDED, RESTARTED, LISTED, UNLISTED, MESSAGE, NOTICE = range(9, 17)


@compiled
def _set_end(M: Words, sb: int, measure: int, active: int, end: int, lane: int) -> None:
    M[active + w.A_END] = end
    M[active + w.A_DUE] = -1
    if end != w.MISSING:
        M[active + w.A_DUE] = schedule_in(M, lane, end, w.D_END, sb, measure, 0)


@compiled
def begin(
    P: Words, M: Words, E: Words, sb: int, measure: int, seconds: int, months: int
) -> None:  # fmt: skip
    """Make a measure hold, unless its quota is full."""
    about = P[M[w.M_VERSION] + w.V_MEASURES] + measure * w.Z_WORDS
    holders, quota = M[w.M_HOLDERS] + measure, P[about + w.Z_QUOTA]
    if quota >= 0 and M[holders] >= quota:
        return
    active = sb + P[w.P_S_ACTIVE] + measure * w.A_WORDS
    M[w.M_SERIAL] += 1
    M[active + w.A_SERIAL] = M[w.M_SERIAL]
    M[holders] += 1
    if M[w.M_TRACE_ON] == 1:
        link(M, w.LINK_BEGAN, sb, measure, M[w.M_SERIAL])
    end = w.MISSING
    if seconds != 0 or months != 0:
        end = after(M[w.M_NOW], seconds, months, 1)
    _set_end(M, sb, measure, active, end, P[about + w.Z_LANE])
    note(P, M, sb, BEGAN, measure, -1 if end == w.MISSING else end)
    tally(P, M, sb, P[w.P_RULES] + measure)
    raise_part(P, M, sb, 2 * P[w.P_TYPES] + measure)
    if P[about + w.Z_NOTICE] == 1:
        M[w.M_UNTIL] = end
        if P[about + w.Z_NOTICE_CODE] != 0:
            far(M[w.M_RUN], P, M, E, P[about + w.Z_NOTICE_CODE], sb, -1, -1, -1)
        M[sb + w.S_NOTIFIED] += 1
        note(P, M, sb, NOTICE, measure, 0)


@compiled
def end(P: Words, M: Words, sb: int, measure: int) -> None:
    """End a measure that holds."""
    active = sb + P[w.P_S_ACTIVE] + measure * w.A_WORDS
    M[active + w.A_SERIAL] = 0
    M[active + w.A_DUE] = -1
    M[M[w.M_HOLDERS] + measure] -= 1
    note(P, M, sb, ENDED, measure, 0)
    raise_part(P, M, sb, 2 * P[w.P_TYPES] + P[w.P_MEASURES] + measure)


@compiled
def impose(
    P: Words, M: Words, E: Words, sb: int, measure: int, seconds: int, months: int
) -> None:  # fmt: skip
    """Begin, or do what ``again`` says if the measure already holds."""
    active = sb + P[w.P_S_ACTIVE] + measure * w.A_WORDS
    about = P[M[w.M_VERSION] + w.V_MEASURES] + measure * w.Z_WORDS
    if seconds == 0 and months == 0:
        seconds, months = P[about + w.Z_SECONDS], P[about + w.Z_MONTHS]
    if M[active + w.A_SERIAL] == 0:
        begin(P, M, E, sb, measure, seconds, months)
        return
    again = P[about + w.Z_AGAIN]
    if again == w.AGAIN_IGNORE:
        return
    until = w.MISSING
    if seconds != 0 or months != 0:
        if again == w.AGAIN_RESTART:
            until = after(M[w.M_NOW], seconds, months, 1)
        elif M[active + w.A_END] != w.MISSING:
            until = after(M[active + w.A_END], seconds, months, 1)
    _set_end(M, sb, measure, active, until, P[about + w.Z_LANE])
    kind = RESTARTED if again == w.AGAIN_RESTART else EXTENDED
    note(P, M, sb, kind, measure, -1 if until == w.MISSING else until)


@compiled
def put_on_list(P: Words, M: Words, sb: int, registry: int) -> None:
    """Put a subject on a registry."""
    at = sb + P[w.P_S_LISTED] + registry
    if M[at] != 0:
        return
    M[w.M_SERIAL] += 1
    M[at] = M[w.M_SERIAL]
    if M[w.M_TRACE_ON] == 1:
        link(M, w.LINK_LISTED, sb, registry, M[w.M_SERIAL])
    note(P, M, sb, LISTED, registry, 0)


@compiled
def take_off_list(P: Words, M: Words, sb: int, registry: int) -> None:
    """Take a subject off a registry."""
    at = sb + P[w.P_S_LISTED] + registry
    if M[at] == 0:
        return
    M[at] = 0
    note(P, M, sb, UNLISTED, registry, 0)


@compiled
def do_deed(
    P: Words, M: Words, E: Words, sb: int, verb: int, name: int, seconds: int, months: int
) -> None:  # fmt: skip
    """What an action does to a subject that is neither a score nor an event."""
    if verb == w.DO_IMPOSE:
        impose(P, M, E, sb, name, seconds, months)
    elif verb == w.DO_LIFT:
        if M[sb + P[w.P_S_ACTIVE] + name * w.A_WORDS] != 0:
            end(P, M, sb, name)
    elif verb == w.DO_NOTIFY:
        M[sb + w.S_NOTIFIED] += 1
        note(P, M, sb, MESSAGE, 0, 0)
    elif verb == w.DO_LIST:
        put_on_list(P, M, sb, name)
    else:
        take_off_list(P, M, sb, name)


@compiled
def undo_rest(P: Words, M: Words, trace: int) -> None:
    """End what an undone step began and still holds, and take off its lists.

    By place in the cast, then in the order in which they arose.
    """
    for kind in (w.LINK_BEGAN, w.LINK_LISTED):
        last = -1
        while True:
            order, at = w.HIGHEST, trace
            while at != 0:
                if M[at + w.K_KIND_OF] == kind:
                    index = M[M[at + w.K_A] + w.S_INDEX]
                    if index > last and index < order:
                        order = index
                at = M[at + w.K_NEXT]
            if order == w.HIGHEST:
                break
            last, at = order, trace
            while at != 0:
                sb = M[at + w.K_A]
                if M[at + w.K_KIND_OF] == kind and M[sb + w.S_INDEX] == order:
                    _undo_link(P, M, kind, sb, M[at + w.K_B], M[at + w.K_C])
                at = M[at + w.K_NEXT]


@compiled
def _undo_link(P: Words, M: Words, kind: int, sb: int, index: int, serial: int) -> None:
    if kind == w.LINK_LISTED:
        if M[sb + P[w.P_S_LISTED] + index] == serial:
            touch(M, sb)
            take_off_list(P, M, sb, index)
        return
    about = P[M[w.M_VERSION] + w.V_MEASURES] + index * w.Z_WORDS
    active = sb + P[w.P_S_ACTIVE] + index * w.A_WORDS
    if P[about + w.Z_WHILE] == 0 and M[active + w.A_SERIAL] == serial:
        touch(M, sb)
        end(P, M, sb, index)


# --- settling -------------------------------------------------------------------------------


@compiled
def _judge_while(P: Words, M: Words, E: Words, sb: int, measure: int) -> None:
    about = P[M[w.M_VERSION] + w.V_MEASURES] + measure * w.Z_WORDS
    wanted = far(M[w.M_RUN], P, M, E, P[about + w.Z_WHILE], sb, -1, -1, -1) == 1
    if wanted == (M[sb + P[w.P_S_ACTIVE] + measure * w.A_WORDS] != 0):
        return
    if wanted:
        begin(P, M, E, sb, measure, 0, 0)
    else:
        end(P, M, sb, measure)


@inlined
def settle_grades(P: Words, M: Words, sb: int) -> None:
    """Raise the grades that a subject left and entered."""
    ladders = P[M[w.M_VERSION] + w.V_LADDERS]
    for i in range(P[w.P_LADDERS]):
        score = P[ladders + i]
        value = M[sb + P[w.P_S_SCORES] + P[P[w.P_LADDER_AT] + i]]
        edges = P[score + w.C_EDGES_AT] + M[sb + P[w.P_S_GRADES] + i]
        if value != w.MISSING and (value >= P[edges] or value < P[edges + 1]):
            _move(P, M, sb, i, score, value)


@compiled
def _move(P: Words, M: Words, sb: int, ladder: int, score: int, value: int) -> None:
    """A subject comes to another grade."""
    place = sb + P[w.P_S_GRADES] + ladder
    was, now = M[place], rank(P, score, value)
    M[place] = now
    first = 2 * (P[w.P_TYPES] + P[w.P_MEASURES]) + P[score + w.C_RUNG]
    raise_part(P, M, sb, first + was)
    raise_part(P, M, sb, first + P[w.P_RUNGS] + now)


@compiled
def settle_whiles(P: Words, M: Words, E: Words, sb: int) -> None:
    """Judge the ``while`` measures of a subject, then those of others that read it."""
    version = M[w.M_VERSION]
    whiles, many = P[version + w.V_WHILES], P[version + w.V_WHILE_COUNT]
    for i in range(many):
        _judge_while(P, M, E, sb, P[whiles + i])
    if P[w.P_RELS] == 0:
        return
    at = P[w.P_READ_AT] + M[sb + w.S_ROW] * 2
    for j in range(P[at + 1]):
        reader, mask = P[P[at] + 2 * j], P[P[at] + 2 * j + 1]
        for i in range(many):
            measure = P[whiles + i]
            about = P[version + w.V_MEASURES] + measure * w.Z_WORDS
            if P[about + w.Z_RELATIONS] & mask:
                _judge_while(P, M, E, block_of(P, M, reader), measure)
