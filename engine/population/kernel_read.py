"""Reading in the kernel: histories and windows, values, conditions, the small code.

Nothing here changes what a reader could see; only the beginnings of windows move on.
``P`` is the image of the policy, ``M`` the memory, ``E`` the events (see
:mod:`engine.population.words`); ``sb`` is where a subject's block begins, ``row`` where the
input event begins in ``E`` or -1, ``rec`` where the fields of a derived event are or -1,
``judged`` the type being judged.
"""
# ruff: noqa: N803

from __future__ import annotations

from engine.population import words as w
from engine.population.compiled import Words, apart, compiled, inlined
from engine.population.kernel_maths import (
    DAY,
    bounded,
    half_even,
    months_after,
    product,
    quotient,
)


@inlined
def window_start(M: Words, hist: int, head: int, stride: int, seconds: int) -> int:
    """The first element that is still in an exact window; it only ever moves on."""
    base, count, i = M[hist + w.Y_AT], M[hist + w.Y_LEN], M[head]
    edge = M[w.M_NOW] - seconds
    while i < count and M[base + i * stride] <= edge:
        i += 1
    M[head] = i
    return i


@compiled
def _bisect(M: Words, base: int, count: int, stride: int, instant: int) -> int:
    low, high = 0, count
    while low < high:
        middle = (low + high) // 2
        if M[base + middle * stride] <= instant:
            low = middle + 1
        else:
            high = middle
    return low


@compiled
def calendar_window(M: Words, hist: int, stride: int, months: int, column: int) -> int:
    """How many elements are in a calendar window, or the sum of a column over them.

    A calendar period does not keep the order of instants around the end of a month, so
    those near the edge are looked at one by one.
    """
    base, count, now = M[hist + w.Y_AT], M[hist + w.Y_LEN], M[w.M_NOW]
    maybe = _bisect(M, base, count, stride, now - months * 31 * DAY)
    surely = _bisect(M, base, count, stride, now - months * 28 * DAY)
    found = 0
    for i in range(maybe, count):
        if i >= surely and column == 0:
            return found + count - i
        if i >= surely or now < months_after(M[base + i * stride], months):
            if column == 0:
                found += 1
            else:
                found += M[base + i * stride + column]
                if i > 0:
                    found -= M[base + (i - 1) * stride + column]
    return found


@compiled
def total(M: Words, hist: int, head: int, stride: int, seconds: int, column: int) -> int:
    """The sum of a field over an exact window, or for ever if there is no window."""
    count = M[hist + w.Y_LEN]
    if count == 0:
        return 0
    first = 0 if seconds == 0 else window_start(M, hist, head, stride, seconds)
    if first >= count:
        return 0
    base = M[hist + w.Y_AT]
    found = M[base + (count - 1) * stride + column]
    if first > 0:
        found -= M[base + (first - 1) * stride + column]
    return bounded(M, found)


@inlined
def rank(P: Words, score: int, value: int) -> int:
    """The index of the first grade whose floor is not above the value."""
    floors, many = P[score + w.C_FLOORS_AT], P[score + w.C_FLOORS]
    for i in range(many):
        if value >= P[floors + i]:
            return i
    return many - 1


@compiled
def block_of(P: Words, M: Words, row: int) -> int:
    """Where the block of the subject in a row of the subjects begins."""
    return M[w.M_SUBJECTS] + (row - M[w.M_FIRST_ROW]) * P[w.P_STRIDE]


@compiled
def named(P: Words, M: Words, text: int) -> int:
    """The block of the subject whose id a text is, or -1 if it names nobody here."""
    if text < 0 or text >= P[w.P_TEXTS]:
        return -1
    row = P[P[w.P_NAMED] + text]
    if row < M[w.M_FIRST_ROW] or row >= M[w.M_FIRST_ROW] + M[w.M_COUNT]:
        return -1
    sb = block_of(P, M, row)
    return sb if M[sb + w.S_HERE] == 1 else -1


@compiled
def _relatives(P: Words, M: Words, source: int, relation: int, place: int, sb: int) -> int:
    at = P[w.P_REL_AT] + (M[sb + w.S_ROW] * P[w.P_RELS] + relation) * 2
    first, many = P[at], P[at + 1]
    if source == w.Q_REL_COUNT:
        return many * w.MILLION
    found = w.MISSING
    for i in range(many):
        value = M[block_of(P, M, P[first + i]) + place]
        if source == w.Q_REL_ANY:
            if value != 0:
                return 1
        elif value != w.MISSING and (
            found == w.MISSING
            or (source == w.Q_REL_MIN and value < found)
            or (source == w.Q_REL_MAX and value > found)
        ):
            found = value
    return 0 if source == w.Q_REL_ANY else found


@compiled
def _past(M: Words, source: int, hist: int, stride: int, own: bool, column: int) -> int:
    """``latest`` or ``since``: of the event before the one that is judged."""
    at = M[hist + w.Y_LEN] - (2 if own else 1)
    if at < 0:
        return w.MISSING
    found = M[M[hist + w.Y_AT] + at * stride + column]
    return M[w.M_NOW] - found if source == w.Q_SINCE else found


@compiled
def load_rare(
    P: Words, M: Words, E: Words, source: int, a: int, b: int, c: int, d: int, sb: int, row: int,
    judged: int,
) -> int:  # fmt: skip
    """A value that few conditions read."""
    if source == w.Q_COUNT_MONTHS:
        return calendar_window(M, sb + a, d, c, 0)
    if source == w.Q_TOTAL:
        return total(M, sb + a, sb + b, d & 0xFFFF, c, d >> 16)
    if source == w.Q_TOTAL_EVER:
        return total(M, sb + a, 0, d & 0xFFFF, 0, d >> 16)
    if source == w.Q_TOTAL_MONTHS:
        return bounded(M, calendar_window(M, sb + a, d & 0xFFFF, c, d >> 16))
    if source == w.Q_LATEST or source == w.Q_SINCE:
        return _past(M, source, sb + a, b, judged == c, d)
    if source == w.Q_AGE:
        return M[w.M_NOW] - M[sb + w.S_JOINED]
    if source == w.Q_GRADE:
        value = M[sb + a]
        if value == w.MISSING:
            return w.MISSING
        return -rank(P, b, value)
    if source == w.Q_SOURCE or source == w.Q_REPORTER:
        return E[row + a] if row >= 0 else w.MISSING
    if source == w.Q_UNTIL:
        return M[w.M_UNTIL]
    return _relatives(P, M, source, a, b, sb)


@compiled
def load(
    P: Words, M: Words, E: Words, source: int, a: int, b: int, c: int, d: int, sb: int, row: int,
    rec: int, judged: int,
) -> int:  # fmt: skip
    """A value, or MISSING. Counts are bare numbers here, all other numbers millionths."""
    if source == w.Q_FIELD:
        if row >= 0:
            return E[row + a]
        return M[rec + b] if rec >= 0 else w.MISSING
    if source == w.Q_SCORE:
        return M[sb + a]
    if source == w.Q_COUNT:
        return M[sb + a + w.Y_LEN] - window_start(M, sb + a, sb + b, d, c)
    if source == w.Q_COUNT_EVER:
        return M[sb + a + w.Y_LEN]
    if source == w.Q_ATTRIBUTE:
        return P[P[w.P_ATTRS_AT] + M[sb + w.S_ROW] * P[w.P_ATTRS] + a]
    if source == w.Q_ACTIVE:
        return 1 if M[sb + a] != 0 else 0
    if source == w.Q_LISTED:
        return 1 if M[sb + a] != 0 else 0
    if source == w.Q_KIND:
        return P[P[w.P_ATTRS_AT] + M[sb + w.S_ROW] * P[w.P_ATTRS] + a]
    return load_rare(P, M, E, source, a, b, c, d, sb, row, judged)


@compiled
def _operate(M: Words, op: int, x: int, y: int) -> int:
    if x == w.MISSING or y == w.MISSING:
        M[w.M_STATUS] = w.FAILED
        return 0
    if op == w.O_ADD:
        return bounded(M, x + y)
    if op == w.O_SUB:
        return bounded(M, x - y)
    if op == w.O_MUL:
        return product(M, x, y)
    if op == w.O_DIV:
        return quotient(M, x, y)
    if op == w.O_MIN:
        return min(x, y)
    return max(x, y)


@compiled
def _compare(op: int, x: int, y: int) -> int:
    if x == w.MISSING or y == w.MISSING:
        return 0
    if op == w.O_EQ:
        return 1 if x == y else 0
    if op == w.O_NE:
        return 1 if x != y else 0
    if op == w.O_LT:
        return 1 if x < y else 0
    if op == w.O_LE:
        return 1 if x <= y else 0
    if op == w.O_GT:
        return 1 if x > y else 0
    return 1 if x >= y else 0


@compiled
def _alone(M: Words, op: int, x: int) -> int:
    """The operations on one value."""
    if op == w.O_NOT:
        return 1 - x
    if op == w.O_MISSING:
        return 1 if x == w.MISSING else 0
    if op == w.O_TRUE:
        return 1 if x == 1 else 0
    if x == w.MISSING:
        M[w.M_STATUS] = w.FAILED
        return 0
    if op == w.O_NEG:
        return -x
    if op == w.O_ABS:
        return abs(x)
    if op == w.O_ROUND:
        return half_even(x, w.MILLION) * w.MILLION
    if op == w.O_FLOOR:
        return x // w.MILLION * w.MILLION
    return x  # O_NUMBER: only there to be present


@compiled
def run(  # noqa: C901, PLR0912  # an interpreter's loop: one branch an operation
    P: Words, M: Words, E: Words, pc: int, sb: int, row: int, rec: int, judged: int
) -> int:  # fmt: skip
    """The value of a piece of code."""
    top = M[w.M_STACK]  # where the next value goes
    while True:
        op = P[pc]
        if op == w.O_END:
            return M[top - 1]
        if op == w.O_CONST:
            M[top] = P[pc + 1]
            top += 1
        elif op == w.O_LOAD or op == w.O_LOAD_MILLIONS:
            value = load(P, M, E, P[pc + 1], P[pc + 2], P[pc + 3], P[pc + 4], P[pc + 5], sb, row,
                         rec, judged)  # fmt: skip
            M[top] = value * w.MILLION if op == w.O_LOAD_MILLIONS else value
            top += 1
        elif op >= w.O_ADD and op <= w.O_MAX:
            top -= 1
            M[top - 1] = _operate(M, op, M[top - 1], M[top])
        elif op >= w.O_EQ and op <= w.O_GE:
            top -= 1
            M[top - 1] = _compare(op, M[top - 1], M[top])
        elif op == w.O_JUMP_FALSE or op == w.O_JUMP_TRUE:
            if (M[top - 1] == 1) == (op == w.O_JUMP_TRUE):
                pc = P[pc + 1]
                continue
            top -= 1
        elif op == w.O_OF:
            other = named(P, M, M[top - 1])
            if other < 0:
                M[top - 1] = w.MISSING
                pc = P[pc + 1]
                continue
            M[top - 1] = sb
            sb = other
        elif op == w.O_BACK:
            top -= 1
            sb = M[top - 1]
            M[top - 1] = M[top]
        elif op == w.O_IN:
            top -= P[pc + 1]
            found = 0
            for i in range(P[pc + 1]):
                if M[top - 1] != w.MISSING and M[top + i] == M[top - 1]:
                    found = 1
            M[top - 1] = found
        elif op == w.O_DROP:
            top -= 1
        else:
            M[top - 1] = _alone(M, op, M[top - 1])
        pc += w.O_WORDS


@compiled
def value_of(
    P: Words, M: Words, E: Words, slot: int, sb: int, row: int, rec: int, judged: int
) -> int:  # fmt: skip
    """The value that a slot of a condition looks at."""
    source = P[slot]
    if source == w.Q_CODE:
        return run(P, M, E, P[slot + w.L_A], sb, row, rec, judged)
    return load(P, M, E, source, P[slot + w.L_A], P[slot + w.L_B], P[slot + w.L_C],
                P[slot + w.L_D], sb, row, rec, judged)  # fmt: skip


@apart
def run_apart(
    P: Words, M: Words, E: Words, pc: int, sb: int, row: int, rec: int, judged: int
) -> int:  # fmt: skip
    """:func:`run`, for those who call it by its address."""
    return run(P, M, E, pc, sb, row, rec, judged)


@apart
def value_apart(
    P: Words, M: Words, E: Words, slot: int, sb: int, row: int, rec: int, judged: int
) -> int:  # fmt: skip
    """:func:`value_of`, for those who call it by its address."""
    return value_of(P, M, E, slot, sb, row, rec, judged)
