"""One step in the kernel, top to bottom: gate, record, match, choose, apply, settle.

The twin of :mod:`engine.evaluation.step`; section 3.6 of the language.
"""
# ruff: noqa: N803

from __future__ import annotations

from engine.population import words as w
from engine.population.compiled import Words, apart, compiled, far, inlined
from engine.population.kernel_keep import note, queue, record, tally, touch
from engine.population.kernel_maths import after
from engine.population.kernel_measures import end, settle_grades, settle_whiles
from engine.population.kernel_own import act_own
from engine.population.kernel_rules import choose, match
from engine.population.kernel_schedule import schedule, schedule_reviews, take_first
from engine.population.kernel_scores import clamp, score_of

FIRED, REFUSED, CLAMP, LAPSE, DRIFT = 1, 2, 6, 7, 8


@inlined
def set_time(P: Words, M: Words, now: int) -> None:
    """Set the clock, and with it the version of the policy that is in force."""
    M[w.M_NOW] = now
    if now < M[w.M_VERSION_UNTIL]:
        return
    many = P[w.P_VERSIONS]
    starts = P[w.P_STARTS]
    chosen = 0
    for i in range(1, many):
        if P[starts + 2 * i] <= now:
            chosen = i
    M[w.M_VERSION] = P[starts + 2 * chosen + 1]
    M[w.M_VERSION_UNTIL] = P[starts + 2 * chosen + 2] if chosen + 1 < many else w.HIGHEST


@inlined
def gate_and_record(
    P: Words, M: Words, E: Words, sb: int, type_: int, row: int, rec: int
) -> bool:  # fmt: skip
    """Refuse a blocked event, else write it into the history; true if refused."""
    about = P[M[w.M_VERSION] + w.V_EVENTS] + type_ * w.T_WORDS
    blocks = P[about + w.T_BLOCKS_AT]
    refused = False
    for i in range(P[about + w.T_BLOCKS]):
        if M[sb + P[w.P_S_ACTIVE] + P[blocks + i] * w.A_WORDS] != 0:
            refused = True
    if refused:
        M[sb + w.S_REFUSED] += 1
        note(P, M, sb, REFUSED, type_, 0)
        history = P[about + w.T_REFUSAL]
        reviews, many = P[about + w.T_REFUSED_REVIEWS_AT], P[about + w.T_REFUSED_REVIEWS]
    else:
        history = P[about + w.T_RECORD]
        reviews, many = P[about + w.T_REVIEWS_AT], P[about + w.T_REVIEWS]
    if history >= 0:
        record(P, M, E, history, sb, row, rec)
    if many > 0:
        schedule_reviews(P, M, sb, reviews, many)
    return refused


@inlined
def fire(
    P: Words, M: Words, E: Words, sb: int, group: int, row: int, rec: int, judged: int
) -> int:  # fmt: skip
    """Match, choose and apply; how many rules fired."""
    count = match(P, M, E, sb, group, row, rec, judged)
    if count == 0 or M[w.M_STATUS] != w.OK:
        return 0
    if M[w.M_FLAGS] & w.F_CHOOSE:
        count = choose(P, M, sb, count)
    for i in range(count):
        index = P[M[M[w.M_MATCHED] + i] + w.R_INDEX]
        note(P, M, sb, FIRED, index, 0)
        tally(P, M, sb, index)
    do_all(P, M, E, sb, count, row, rec, judged)
    return count


@inlined
def do_all(
    P: Words, M: Words, E: Words, sb: int, count: int, row: int, rec: int, judged: int
) -> None:  # fmt: skip
    """All that the rules do that fired."""
    if (
        M[w.M_TRACE_ON] == 1
        or M[w.M_FLAGS] & w.F_OWN == 0
        or not act_own(P, M, E, sb, count, row, rec, judged)
    ):
        far(M[w.M_ACT], P, M, E, sb, count, row, rec, judged)


@compiled
def _part(P: Words, M: Words, E: Words, at: int, fired_only: bool) -> bool:
    """Play one part; false if it must leave no trace."""
    sb, group, type_ = M[at + w.W_SUBJECT], M[at + w.W_GROUP], M[at + w.W_TYPE]
    row, rec, judged = M[at + w.W_ROW], M[at + w.W_RECORD], -1
    M[w.M_DEPTH] = M[at + w.W_DEPTH]
    if type_ >= 0:
        if gate_and_record(P, M, E, sb, type_, row, rec):
            group = P[w.P_TYPES] + type_
        else:
            judged = type_
    M[w.M_EPOCH] += 1
    M[w.M_TOUCHED_COUNT] = 0
    touch(M, sb)
    if group >= 0:
        fired = fire(P, M, E, sb, group, row, rec, judged)
        if fired_only and fired == 0:
            return False
    if M[w.M_STATUS] != w.OK:
        return False
    joining = group == -2
    whiles = P[M[w.M_VERSION] + w.V_WHILE_COUNT] > 0
    for i in range(M[w.M_TOUCHED_COUNT]):
        each = M[M[w.M_TOUCHED] + i]
        if not joining:
            settle_grades(P, M, each)
        if whiles:
            settle_whiles(P, M, E, each)
    return True


@compiled
def play(P: Words, M: Words, E: Words, fired_only: bool, before: int) -> None:
    """Play what waits in the queue and all that it raises: one step.

    ``before``: how many parts of the step were played already.
    """
    parts = 0
    while parts < M[w.M_QUEUE_TAIL]:
        at = M[w.M_QUEUE] + parts * w.W_WORDS
        if M[at + w.W_DEPTH] > w.MAX_DEPTH or parts + before + M[w.M_SKIPPED] >= w.MAX_PARTS:
            M[w.M_STATUS] = w.FAILED
        if M[w.M_STATUS] != w.OK:
            break
        if not _part(P, M, E, at, fired_only):
            break
        parts += 1
        fired_only = False
    M[w.M_QUEUE_TAIL] = 0


@apart
def play_apart(
    P: Words, M: Words, E: Words, fired_only: int, before: int, c: int, d: int, e: int
) -> int:  # fmt: skip
    """:func:`play`, for those who call it by its address."""
    play(P, M, E, fired_only == 1, before)
    return 0


@compiled
def step(
    P: Words, M: Words, E: Words, sb: int, group: int, type_: int, row: int, rec: int
) -> None:  # fmt: skip
    """A step of which this is the first part. Group -1: nobody waits for it, -2: joining."""
    M[w.M_SKIPPED] = 0
    queue(M, sb, group, 1, type_, row, rec)
    far(M[w.M_PLAY], P, M, E, 0, 0, 0, 0, 0)


@compiled
def settle(P: Words, M: Words, E: Words, sb: int) -> None:
    """The end of a first part that touched its subject alone, and of its step."""
    settle_grades(P, M, sb)
    if P[M[w.M_VERSION] + w.V_WHILE_COUNT] > 0:
        settle_whiles(P, M, E, sb)
    if M[w.M_QUEUE_TAIL] > 0:
        far(M[w.M_PLAY], P, M, E, 0, 1, 0, 0, 0)


# --- joining ------------------------------------------------------------------------------


@compiled
def add(P: Words, M: Words, sb: int) -> None:
    """A subject is there, with its scores and grades."""
    version = M[w.M_VERSION]
    M[sb + w.S_HERE] = 1
    M[sb + w.S_JOINED] = M[w.M_NOW]
    kinds = P[version + w.V_KINDS] + M[sb + w.S_KIND] * P[w.P_SCORES]
    for s in range(P[w.P_SCORES]):
        has = P[kinds + s] == 1
        start = P[P[version + w.V_SCORES] + s * w.C_WORDS + w.C_START]
        M[sb + P[w.P_S_SCORES] + s] = start if has else w.MISSING
    for i in range(P[w.P_LADDERS]):
        value = M[sb + P[w.P_S_SCORES] + P[P[w.P_LADDER_AT] + i]]
        grade = -1
        if value != w.MISSING:
            score = P[P[version + w.V_LADDERS] + i]
            floors, many = P[score + w.C_FLOORS_AT], P[score + w.C_FLOORS]
            grade = many - 1
            for k in range(many):
                if value >= P[floors + k]:
                    grade = k
                    break
        M[sb + P[w.P_S_GRADES] + i] = grade
        M[sb + P[w.P_S_TICK] + i] = grade


@compiled
def join(P: Words, M: Words, E: Words, sb: int) -> None:
    """What follows from joining: the schedule, and the joining step."""
    now = M[w.M_NOW]
    for i in range(P[w.P_DRIFTS]):
        d = P[w.P_DRIFT_AT] + 3 * i
        if M[sb + P[w.P_S_SCORES] + P[d]] != w.MISSING:
            schedule(M, after(now, P[d + 1], P[d + 2], 1), w.D_DRIFT, sb, i, 1)
    for i in range(P[w.P_PERIODS]):
        d = P[w.P_PERIOD_AT] + 2 * i
        schedule(M, after(now, P[d], P[d + 1], 1), w.D_EVERY, sb, i, 1)
    _schedule_joined(P, M, sb)
    step(P, M, E, sb, -2, -1, -1, -1)


@compiled
def _schedule_joined(P: Words, M: Words, sb: int) -> None:
    """Reviews of ages, and of dated values, by instant; each instant once."""
    now, last = M[w.M_NOW], w.MISSING
    while True:
        best = w.HIGHEST
        for i in range(P[w.P_JOINED]):
            r = P[w.P_JOINED_AT] + 3 * i
            due = after(now, P[r], P[r + 1], 1) + P[r + 2]
            if due > last and due < best:
                best = due
        for i in range(P[w.P_BOUNDS]):
            due = P[P[w.P_BOUNDS_AT] + i]
            if due > now and due > last and due < best:
                best = due
        if best == w.HIGHEST:
            return
        schedule(M, best, w.D_REVIEW, sb, 0, 0)
        last = best


# --- the clock ----------------------------------------------------------------------------


@compiled
def _drift(P: Words, M: Words, E: Words, sb: int, number: int, times: int) -> None:
    d = P[w.P_DRIFT_AT] + 3 * number
    again = after(M[sb + w.S_JOINED], P[d + 1], P[d + 2], times + 1)
    schedule(M, again, w.D_DRIFT, sb, number, times + 1)
    score = P[d]
    about, place = score_of(P, M, score), sb + P[w.P_S_SCORES] + score
    old = M[place]
    if P[about + w.C_SECONDS] != P[d + 1] or P[about + w.C_MONTHS] != P[d + 2]:
        return
    if old == w.MISSING:
        return
    toward, by = P[about + w.C_TOWARD], P[about + w.C_BY]
    new = min(old + by, toward) if old < toward else max(old - by, toward)
    if new != old:
        M[place] = new
        note(P, M, sb, DRIFT, score, new)
        settle(P, M, E, sb)


@compiled
def _lapse(P: Words, M: Words, E: Words, sb: int, gone: int, amount: int) -> None:
    """An addition lapses: ``gone`` is where it is kept, or -1 less its score."""
    score = -1 - gone
    if gone >= 0:
        if M[gone + w.B_STANDS] == 0:
            return
        M[gone + w.B_STANDS] = 0
        score, amount = M[gone + w.B_SCORE], M[gone + w.B_AMOUNT]
    place = sb + P[w.P_S_SCORES] + score
    new = M[place] - amount
    note(P, M, sb, LAPSE, score, new)
    clamped = clamp(P, M, score_of(P, M, score), new)
    if clamped != new:
        note(P, M, sb, CLAMP, score, clamped)
    M[place] = clamped
    settle(P, M, E, sb)


@compiled
def _play_due(P: Words, M: Words, E: Words) -> None:
    pop = M[w.M_POP]
    key, sb, b, c = M[pop + 1], M[pop + 2], M[pop + 3], M[pop + 4]
    kind = key >> 48
    M[w.M_SKIPPED] = 0
    M[w.M_DEPTH] = 1
    if kind == w.D_DRIFT:
        _drift(P, M, E, sb, b, c)
    elif kind == w.D_LAPSE:
        _lapse(P, M, E, sb, b, c)
    elif kind == w.D_END:
        end(P, M, sb, b)
        settle(P, M, E, sb)
    elif kind == w.D_REVIEW:
        step(P, M, E, sb, -1, -1, -1, -1)
    elif kind == w.D_EVERY:
        d = P[w.P_PERIOD_AT] + 2 * b
        again = after(M[sb + w.S_JOINED], P[d], P[d + 1], c + 1)
        schedule(M, again, w.D_EVERY, sb, b, c + 1)
        group = 2 * (P[w.P_TYPES] + P[w.P_MEASURES] + P[w.P_RUNGS]) + b
        queue(M, sb, group, 1, -1, -1, -1)
        far(M[w.M_PLAY], P, M, E, 1, 0, 0, 0, 0)
    else:
        step(P, M, E, sb, b, b, -1, c)


@compiled
def _dead(P: Words, M: Words) -> bool:
    """Whether what the schedule gave is the end of a measure that was called off."""
    pop = M[w.M_POP]
    if M[pop + 1] >> 48 != w.D_END:
        return False
    active = M[pop + 2] + P[w.P_S_ACTIVE] + M[pop + 3] * w.A_WORDS
    number = M[pop + 1] & ((1 << 48) - 1)
    return M[active + w.A_SERIAL] == 0 or M[active + w.A_DUE] != number


@compiled
def advance(P: Words, M: Words, E: Words, until: int) -> None:
    """Play everything that is due at or before an instant, in order."""
    while M[w.M_NEXT] <= until and M[w.M_STATUS] == w.OK:
        take_first(P, M)
        if not _dead(P, M):
            set_time(P, M, M[M[w.M_POP]])
            _play_due(P, M, E)
    set_time(P, M, until)


@apart
def advance_apart(
    P: Words, M: Words, E: Words, until: int, b: int, c: int, d: int, e: int
) -> int:  # fmt: skip
    """:func:`advance`, for those who call it by its address."""
    advance(P, M, E, until)
    return 0
