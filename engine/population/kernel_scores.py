"""Scores in the kernel: sets, then the sum of all additions, then once the clamp.

The twin of :mod:`engine.evaluation.scoring`.
"""
# ruff: noqa: N803

from __future__ import annotations

from engine.population import words as w
from engine.population.compiled import Words, compiled, inlined
from engine.population.kernel_keep import link, note, room, touch
from engine.population.kernel_maths import after, bounded
from engine.population.kernel_schedule import schedule, schedule_in

ADD, SET, UNDO, CLAMP = 3, 4, 5, 6


@inlined
def score_of(P: Words, M: Words, score: int) -> int:
    """Where a score stands in the version of the policy that is in force."""
    return P[M[w.M_VERSION] + w.V_SCORES] + score * w.C_WORDS


@inlined
def clamp(P: Words, M: Words, about: int, value: int) -> int:
    """The value between the score's min and max; a failure if it is too large without."""
    low, high = P[about + w.C_MIN], P[about + w.C_MAX]
    if value < low:
        return low
    if value > high:
        return high
    return bounded(M, value)


@compiled
def add_change(
    M: Words, sb: int, score: int, kind: int, amount: int, seconds: int, months: int, back: int
) -> None:  # fmt: skip
    """One change of a score that a part makes; they are applied together."""
    count = M[w.M_CHANGE_COUNT]
    if count >= M[w.M_CHANGE_CAP]:
        M[w.M_STATUS] = w.MORE_CHANGES
        return
    at = M[w.M_CHANGES] + count * w.N_WORDS
    M[at + w.N_SUBJECT] = sb
    M[at + w.N_SCORE] = score
    M[at + w.N_KIND] = kind
    M[at + w.N_AMOUNT] = amount
    M[at + w.N_SECONDS] = seconds
    M[at + w.N_MONTHS] = months
    M[at + w.N_APPLIED] = 0
    M[at + w.N_BACK] = back
    M[at + w.N_DONE] = 0
    M[w.M_CHANGE_COUNT] = count + 1


@compiled
def apply_changes(P: Words, M: Words) -> None:
    """Move every score that the part changes, group by group in order of first mention."""
    first, count = M[w.M_CHANGES], M[w.M_CHANGE_COUNT]
    lapsing = M[w.M_TRACE_ON] == 1
    for i in range(count):
        at = first + i * w.N_WORDS
        if M[at + w.N_SECONDS] != 0 or M[at + w.N_MONTHS] != 0 or M[at + w.N_BACK] != 0:
            lapsing = True
    for i in range(count):
        if M[first + i * w.N_WORDS + w.N_DONE] == 0:
            _apply(P, M, i, lapsing)
    if lapsing:
        for i in range(count):
            if M[first + i * w.N_WORDS + w.N_DONE] == 1:
                _remember_group(M, i)


@compiled
def _same(M: Words, at: int, other: int) -> bool:
    return M[at] == M[other] and M[at + w.N_SCORE] == M[other + w.N_SCORE]


@compiled
def _apply(P: Words, M: Words, begin: int, lapsing: bool) -> None:
    """The changes of one subject and score, from their first mention on."""
    first, count = M[w.M_CHANGES], M[w.M_CHANGE_COUNT]
    group = first + begin * w.N_WORDS
    sb, score = M[group], M[group + w.N_SCORE]
    about, place = score_of(P, M, score), sb + P[w.P_S_SCORES] + score
    old = M[place]
    running, last_set = old, -1
    for i in range(begin, count):
        at = first + i * w.N_WORDS
        if _same(M, group, at):
            M[at + w.N_DONE] = 1
            if M[at + w.N_KIND] == w.CHANGE_SET:
                last_set = at
    if last_set >= 0:
        running = M[last_set + w.N_AMOUNT]
        M[last_set + w.N_APPLIED] = running - old
        note(P, M, sb, SET, score, running)
    for i in range(begin, count):
        at = first + i * w.N_WORDS
        kind = M[at + w.N_KIND]
        if kind != w.CHANGE_SET and _same(M, group, at):
            M[at + w.N_APPLIED] = M[at + w.N_AMOUNT]
            running += M[at + w.N_AMOUNT]
            if running > w.BIG or running < -w.BIG:
                M[w.M_STATUS] = w.FAILED
                return
            note(P, M, sb, ADD if kind == w.CHANGE_ADD else UNDO, score, running)
    clamped = clamp(P, M, about, running)
    if clamped != running:
        note(P, M, sb, CLAMP, score, clamped)
        if lapsing:
            _swallow(M, begin, running - clamped)
    M[place] = clamped
    touch(M, sb)


@compiled
def _before(M: Words, at: int, best: int) -> bool:
    """Whether a change gives way earlier than the best so far, which stands before it.

    First those that do not lapse, then those that lapse last; among equals the larger, then
    the later.
    """
    lapses = M[at + w.N_SECONDS] != 0 or M[at + w.N_MONTHS] != 0
    other = M[best + w.N_SECONDS] != 0 or M[best + w.N_MONTHS] != 0
    if lapses != other:
        return other
    if lapses:
        now = M[w.M_NOW]
        mine = after(now, M[at + w.N_SECONDS], M[at + w.N_MONTHS], 1)
        its = after(now, M[best + w.N_SECONDS], M[best + w.N_MONTHS], 1)
        if mine != its:
            return mine > its
    return abs(M[at + w.N_APPLIED]) >= abs(M[best + w.N_APPLIED])


@compiled
def _swallow(M: Words, begin: int, swallowed: int) -> None:
    """Take what the clamp swallowed from the changes of the same sign."""
    first, count = M[w.M_CHANGES], M[w.M_CHANGE_COUNT]
    group = first + begin * w.N_WORDS
    sign = 1 if swallowed > 0 else -1
    rest = abs(swallowed)
    while rest > 0:
        best = -1
        for i in range(begin, count):
            at = first + i * w.N_WORDS
            if (
                _same(M, group, at)
                and M[at + w.N_APPLIED] * sign > 0
                and (best < 0 or _before(M, at, best))
            ):
                best = at
        if best < 0:
            return
        taken = min(rest, abs(M[best + w.N_APPLIED]))
        M[best + w.N_APPLIED] -= sign * taken
        rest -= taken


@compiled
def _remember_group(M: Words, begin: int) -> None:
    first, count = M[w.M_CHANGES], M[w.M_CHANGE_COUNT]
    group = first + begin * w.N_WORDS
    for i in range(begin, count):
        at = first + i * w.N_WORDS
        if _same(M, group, at):
            M[at + w.N_DONE] = 2
            _remember(M, at)


@compiled
def _remember(M: Words, at: int) -> None:
    """Keep what must lapse or may be taken back."""
    sb, score = M[at], M[at + w.N_SCORE]
    if M[at + w.N_BACK] != 0:
        link_at = M[at + w.N_BACK]
        while link_at != 0:
            gone = M[link_at + w.K_A]
            if (
                M[link_at + w.K_KIND_OF] == w.LINK_SCORE
                and M[gone + w.B_SUBJECT] == sb
                and M[gone + w.B_SCORE] == score
            ):
                M[gone + w.B_STANDS] = 0
            link_at = M[link_at + w.K_NEXT]
    lapses = M[at + w.N_SECONDS] != 0 or M[at + w.N_MONTHS] != 0
    if M[at + w.N_APPLIED] == 0 or not (lapses or M[w.M_TRACE_ON] == 1):
        return
    kept = room(M, w.B_WORDS)
    if kept < 0:
        return
    M[kept + w.B_SUBJECT] = sb
    M[kept + w.B_SCORE] = score
    M[kept + w.B_AMOUNT] = M[at + w.N_APPLIED]
    M[kept + w.B_STANDS] = 1
    if M[w.M_TRACE_ON] == 1:
        link(M, w.LINK_SCORE, kept, 0, 0)
    if lapses:
        due = after(M[w.M_NOW], M[at + w.N_SECONDS], M[at + w.N_MONTHS], 1)
        schedule(M, due, w.D_LAPSE, sb, kept, 0)


@compiled
def lapse_later(P: Words, M: Words, sb: int, rule: int, amount: int) -> None:
    """Schedule the lapse of what a rule really added, which nobody can take back."""
    seconds, months = P[rule + w.R_SECONDS], P[rule + w.R_MONTHS]
    if amount != 0 and (seconds != 0 or months != 0):
        due = after(M[w.M_NOW], seconds, months, 1)
        schedule_in(M, P[rule + w.R_LANE], due, w.D_LAPSE, sb, -1 - P[rule + w.R_SCORE], amount)


@compiled
def read_undo(M: Words, trace: int) -> None:
    """Changes that take back what still stands, by place in the cast, then by score."""
    last_subject, last_score = -1, -1
    while True:
        subject, score, sb, amount, at = w.HIGHEST, 0, 0, 0, trace
        while at != 0:
            one = M[at + w.K_A]
            if M[at + w.K_KIND_OF] == w.LINK_SCORE and M[one + w.B_STANDS] == 1:
                index, its = M[M[one + w.B_SUBJECT] + w.S_INDEX], M[one + w.B_SCORE]
                after_last = index > last_subject or (index == last_subject and its > last_score)
                if after_last and (index < subject or (index == subject and its < score)):
                    subject, score, sb, amount = index, its, M[one + w.B_SUBJECT], 0
                if index == subject and its == score:
                    amount -= M[one + w.B_AMOUNT]
            at = M[at + w.K_NEXT]
        if subject == w.HIGHEST:
            return
        add_change(M, sb, score, w.CHANGE_UNDO, amount, 0, 0, trace)
        if M[w.M_STATUS] != w.OK:
            return
        last_subject, last_score = subject, score
