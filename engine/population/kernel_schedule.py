"""The schedule in the kernel: what becomes due, and when.

A heap holds anything. What always becomes due after one length of time (the lapses of a rule,
the ends of a measure) mostly comes in order; it goes to a lane of its own, where nothing is
compared. ``M_NEXT`` is the next instant at which anything is due.
"""
# ruff: noqa: N803

from __future__ import annotations

from engine.population import words as w
from engine.population.compiled import Words, compiled, inlined
from engine.population.kernel_keep import room
from engine.population.kernel_maths import after


@compiled
def clear(P: Words, M: Words) -> None:
    """Nothing is due."""
    M[w.M_SEQ] = 0
    M[w.M_HEAP_COUNT] = 0
    M[w.M_NEXT] = w.HIGHEST
    for i in range(P[w.P_LANES]):
        lane = M[w.M_LANES] + i * w.LN_WORDS
        M[lane + w.LN_DUE] = w.HIGHEST
        M[lane + w.LN_KEY] = w.HIGHEST
        M[lane + w.LN_FIRST] = 0
        M[lane + w.LN_END] = 0
        M[lane + w.LN_CAP] = 0


@compiled
def schedule(M: Words, at: int, kind: int, a: int, b: int, c: int) -> int:
    """Put something on the schedule; gives its number."""
    count = M[w.M_HEAP_COUNT]
    if count >= M[w.M_HEAP_CAP]:
        M[w.M_STATUS] = w.MORE_HEAP
        return 0
    M[w.M_SEQ] += 1
    number = M[w.M_SEQ]
    key = (kind << 48) | number
    if at < M[w.M_NEXT]:
        M[w.M_NEXT] = at
    heap, hole = M[w.M_HEAP], count
    while hole > 0:
        parent = (hole - 1) >> 1
        p = heap + parent * w.HEAP_WORDS
        if M[p] < at or (M[p] == at and M[p + 1] < key):
            break
        q = heap + hole * w.HEAP_WORDS
        for i in range(w.HEAP_WORDS):
            M[q + i] = M[p + i]
        hole = parent
    q = heap + hole * w.HEAP_WORDS
    M[q], M[q + 1], M[q + 2], M[q + 3], M[q + 4] = at, key, a, b, c
    M[w.M_HEAP_COUNT] = count + 1
    return number


@compiled
def schedule_in(
    M: Words, number: int, at: int, kind: int, a: int, b: int, c: int
) -> int:  # fmt: skip
    """The same in a lane, if there is one and the instant is not before its last."""
    lane = M[w.M_LANES] + number * w.LN_WORDS
    if number < 0:
        return schedule(M, at, kind, a, b, c)
    end = M[lane + w.LN_END]
    empty = M[lane + w.LN_FIRST] == end
    if not empty and at < M[M[lane + w.LN_AT] + (end - 1) * w.HEAP_WORDS]:
        return schedule(M, at, kind, a, b, c)
    if end == M[lane + w.LN_CAP]:
        if not _widen(M, lane):
            return 0
        end = M[lane + w.LN_END]
    M[w.M_SEQ] += 1
    key = (kind << 48) | M[w.M_SEQ]
    if empty:
        M[lane + w.LN_DUE] = at
        M[lane + w.LN_KEY] = key
        if at < M[w.M_NEXT]:
            M[w.M_NEXT] = at
    q = M[lane + w.LN_AT] + end * w.HEAP_WORDS
    M[q], M[q + 1], M[q + 2], M[q + 3], M[q + 4] = at, key, a, b, c
    M[lane + w.LN_END] = end + 1
    return M[w.M_SEQ]


@compiled
def _widen(M: Words, lane: int) -> bool:
    """Make room at the end of a lane; false if there is no memory."""
    first, end, cap = M[lane + w.LN_FIRST], M[lane + w.LN_END], M[lane + w.LN_CAP]
    old = at = M[lane + w.LN_AT]
    if 2 * first <= cap:
        cap = max(8, 2 * cap)
        at = room(M, cap * w.HEAP_WORDS)
        if at < 0:
            return False
    for i in range((end - first) * w.HEAP_WORDS):
        M[at + i] = M[old + first * w.HEAP_WORDS + i]
    M[lane + w.LN_AT] = at
    M[lane + w.LN_CAP] = cap
    M[lane + w.LN_FIRST] = 0
    M[lane + w.LN_END] = end - first
    return True


@inlined
def take_first(P: Words, M: Words) -> None:
    """Take the first thing off the schedule, into the words at ``M_POP``."""
    due, key, best, lane = w.HIGHEST, w.HIGHEST, -1, M[w.M_LANES]
    if M[w.M_HEAP_COUNT] > 0:
        due, key = M[M[w.M_HEAP]], M[M[w.M_HEAP] + 1]
    for _ in range(P[w.P_LANES]):
        its = M[lane + w.LN_DUE]
        if its < due or (its == due and M[lane + w.LN_KEY] < key):
            due, key, best = its, M[lane + w.LN_KEY], lane
        lane += w.LN_WORDS
    if best < 0:
        _take_of_heap(M)
    else:
        _take_of_lane(M, best)
    due, lane = w.HIGHEST, M[w.M_LANES]
    if M[w.M_HEAP_COUNT] > 0:
        due = M[M[w.M_HEAP]]
    for _ in range(P[w.P_LANES]):
        due = min(due, M[lane + w.LN_DUE])
        lane += w.LN_WORDS
    M[w.M_NEXT] = due


@inlined
def _take_of_lane(M: Words, lane: int) -> None:
    pop, first = M[w.M_POP], M[lane + w.LN_FIRST]
    at = M[lane + w.LN_AT] + first * w.HEAP_WORDS
    for i in range(w.HEAP_WORDS):
        M[pop + i] = M[at + i]
    if first + 1 == M[lane + w.LN_END]:
        M[lane + w.LN_FIRST] = 0
        M[lane + w.LN_END] = 0
        M[lane + w.LN_DUE] = w.HIGHEST
        M[lane + w.LN_KEY] = w.HIGHEST
    else:
        M[lane + w.LN_FIRST] = first + 1
        M[lane + w.LN_DUE] = M[at + w.HEAP_WORDS]
        M[lane + w.LN_KEY] = M[at + w.HEAP_WORDS + 1]


@compiled
def _take_of_heap(M: Words) -> None:
    """Take the top off the heap, into the words at ``M_POP``."""
    heap, pop = M[w.M_HEAP], M[w.M_POP]
    for i in range(w.HEAP_WORDS):
        M[pop + i] = M[heap + i]
    count = M[w.M_HEAP_COUNT] - 1
    M[w.M_HEAP_COUNT] = count
    if count == 0:
        return
    last = heap + count * w.HEAP_WORDS
    at, key = M[last], M[last + 1]
    hole = 0
    while True:
        child = 2 * hole + 1
        if child >= count:
            break
        c = heap + child * w.HEAP_WORDS
        if child + 1 < count:
            d = c + w.HEAP_WORDS
            if M[d] < M[c] or (M[d] == M[c] and M[d + 1] < M[c + 1]):
                c, child = d, child + 1
        if at < M[c] or (at == M[c] and key < M[c + 1]):
            break
        q = heap + hole * w.HEAP_WORDS
        for i in range(w.HEAP_WORDS):
            M[q + i] = M[c + i]
        hole = child
    q = heap + hole * w.HEAP_WORDS
    for i in range(w.HEAP_WORDS):
        M[q + i] = M[last + i]


@compiled
def schedule_reviews(P: Words, M: Words, sb: int, at: int, many: int) -> None:
    """Reviews after what just happened, each instant once; (seconds, months, past) each."""
    now = M[w.M_NOW]
    for i in range(many):
        r = at + 3 * i
        due = after(now, P[r], P[r + 1], 1) + P[r + 2]
        again = False
        for j in range(i):
            s = at + 3 * j
            if after(now, P[s], P[s + 1], 1) + P[s + 2] == due:
                again = True
        if not again:
            schedule(M, due, w.D_REVIEW, sb, 0, 0)
