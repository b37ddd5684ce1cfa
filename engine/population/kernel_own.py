"""What rules do that concern their own subject alone: most of what ever happens.

The same as :func:`engine.population.kernel_rules.act`, without writing down first what is meant.
"""
# ruff: noqa: N803

from __future__ import annotations

from engine.population import words as w
from engine.population.compiled import Words, compiled, far, inlined
from engine.population.kernel_keep import note
from engine.population.kernel_measures import do_deed
from engine.population.kernel_scores import clamp, lapse_later, score_of

ADD, CLAMP = 3, 6


@inlined
def act_own(
    P: Words, M: Words, E: Words, sb: int, count: int, row: int, rec: int, judged: int
) -> bool:  # fmt: skip
    """All that own rules do; false, and nothing was done, if it takes more than this.

    It takes more where they add to different scores, or where a wall swallows a part of
    several additions of which one lapses.
    """
    out, values = M[w.M_MATCHED], M[w.M_MATCHED] + P[w.P_RULES]
    score, changes, sum_, last, several = -1, 0, 0, -1, False
    for i in range(count):
        rule = M[out + i]
        its = P[rule + w.R_SCORE]
        if its >= 0:
            if changes > 0 and its != score:
                several = True
                if M[w.M_FLAGS] & w.F_LAPSES:
                    return False
            amount = P[rule + w.R_AMOUNT]
            if P[rule + w.R_CODE] != 0:
                amount = far(M[w.M_RUN], P, M, E, P[rule + w.R_CODE], sb, row, rec, judged)
                if amount == w.MISSING:
                    M[w.M_STATUS] = w.FAILED
                    return True
            M[values + i] = amount
            score, last = its, rule
            changes += 1
            sum_ += amount
            if sum_ > w.BIG or sum_ < -w.BIG:
                M[w.M_STATUS] = w.FAILED
                return True
    if several:
        _add_each(P, M, sb, count)
    elif (
        changes > 0
        and M[sb + P[w.P_S_SCORES] + score] != w.MISSING
        and not _add(P, M, sb, count, score, changes, sum_, last)
    ):
        return False
    if M[w.M_FLAGS] & w.F_DEEDS:
        for i in range(count):
            do_deeds(P, M, E, sb, M[out + i])
    return True


@inlined
def _add(
    P: Words, M: Words, sb: int, count: int, score: int, changes: int, sum_: int, last: int
) -> bool:  # fmt: skip
    """Add once, clamp once, and schedule what lapses."""
    place, lapses = sb + P[w.P_S_SCORES] + score, (M[w.M_FLAGS] & w.F_LAPSES) != 0
    new = M[place] + sum_
    clamped = clamp(P, M, score_of(P, M, score), new)
    if clamped != new and lapses and changes > 1:
        return False
    out, values = M[w.M_MATCHED], M[w.M_MATCHED] + P[w.P_RULES]
    if changes == 1:
        note(P, M, sb, ADD, score, new)
    else:
        running = M[place]
        for i in range(count):
            if P[M[out + i] + w.R_SCORE] >= 0:
                running += M[values + i]
                note(P, M, sb, ADD, score, running)
    M[place] = clamped
    if clamped != new:
        note(P, M, sb, CLAMP, score, clamped)
    if not lapses:
        return True
    if changes == 1:
        if clamped != new and (new > clamped) == (sum_ > 0):  # it loses what was swallowed
            rest = abs(sum_) - min(abs(sum_), abs(new - clamped))
            sum_ = rest if sum_ > 0 else -rest
        lapse_later(P, M, sb, last, sum_)
    else:
        for i in range(count):
            if P[M[out + i] + w.R_SCORE] >= 0:
                lapse_later(P, M, sb, M[out + i], M[values + i])
    return True


@compiled
def _add_each(P: Words, M: Words, sb: int, count: int) -> None:
    """The same for several scores, in order of first mention, where nothing lapses."""
    out, values = M[w.M_MATCHED], M[w.M_MATCHED] + P[w.P_RULES]
    for i in range(count):
        score = P[M[out + i] + w.R_SCORE]
        place = sb + P[w.P_S_SCORES] + score
        mentioned = score < 0 or M[place] == w.MISSING
        for j in range(i):
            mentioned = mentioned or P[M[out + j] + w.R_SCORE] == score
        if mentioned:
            continue
        running = M[place]
        for j in range(i, count):
            if P[M[out + j] + w.R_SCORE] == score:
                running += M[values + j]
                note(P, M, sb, ADD, score, running)
        clamped = clamp(P, M, score_of(P, M, score), running)
        if clamped != running:
            note(P, M, sb, CLAMP, score, clamped)
        M[place] = clamped


@compiled
def do_deeds(P: Words, M: Words, E: Words, sb: int, rule: int) -> None:
    """The deeds of a rule."""
    at = P[rule + w.R_DEEDS_AT]
    for _ in range(P[rule + w.R_DEEDS]):
        if M[w.M_STATUS] != w.OK:
            return
        do_deed(P, M, E, sb, P[at + w.U_VERB], P[at + w.U_NAME], P[at + w.U_SECONDS],
                P[at + w.U_MONTHS])  # fmt: skip
        at += w.U_WORDS
