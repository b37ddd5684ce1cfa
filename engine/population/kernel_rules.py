"""Rules in the kernel: matching, choosing, reading what those that fire do, doing it.

The twin of :mod:`engine.evaluation.choosing` and :mod:`engine.evaluation.actions`.
"""
# ruff: noqa: N803

from __future__ import annotations

from engine.population import words as w
from engine.population.compiled import Words, apart, compiled, far, inlined
from engine.population.kernel_keep import next_element, queue, room, touch
from engine.population.kernel_maths import after
from engine.population.kernel_measures import do_deed, undo_rest
from engine.population.kernel_read import (
    block_of,
    calendar_window,
    named,
    window_start,
)
from engine.population.kernel_schedule import schedule
from engine.population.kernel_scores import add_change, apply_changes, read_undo


@inlined
def match(
    P: Words, M: Words, E: Words, sb: int, group: int, row: int, rec: int, judged: int
) -> int:  # fmt: skip
    """How many rules of a group match; their blocks at M_MATCHED, their flags in M_FLAGS."""
    table = P[M[w.M_VERSION] + w.V_GROUPS] + w.GR_WORDS * group
    if P[table + w.GR_MANY] == 0:
        return 0
    if P[table + w.GR_ROW] != 0 and row >= 0:
        return _match_row(P, M, E, sb, table, row)
    return _match_slots(P, M, E, sb, table, row, rec, judged)


@inlined
def _match_row(P: Words, M: Words, E: Words, sb: int, table: int, row: int) -> int:
    """By tests in a row: all are made, and nothing depends on one until all are known."""
    at, out, now = P[table + w.GR_ROW], M[w.M_MATCHED], M[w.M_NOW]
    count, all_, any_ = 0, w.F_OWN, 0
    for _ in range(P[table + w.GR_MANY]):
        rule, flags, tests = P[at + w.J_RULE], P[at + w.J_FLAGS], P[at + w.J_TESTS]
        truth, answers = P[at + w.J_TRUTH], 0
        at += w.J_WORDS
        for i in range(tests):
            space, place = P[at + w.JT_SPACE], P[at + w.JT_A]
            if space == w.IN_EVENT:
                value = E[row + place]
            elif space == w.IN_BLOCK:
                value = M[sb + place]
            elif space == w.IN_WINDOW:
                hist, head = sb + place, sb + P[at + w.JT_HEAD]
                stride, seconds = P[at + w.JT_STRIDE], P[at + w.JT_SECONDS]
                value = M[hist + w.Y_LEN] - window_start(M, hist, head, stride, seconds)
            else:
                value = P[P[w.P_ATTRS_AT] + M[sb + w.S_ROW] * P[w.P_ATTRS] + place]
            inside = (value >= P[at + w.JT_LOW]) & (value <= P[at + w.JT_HIGH])
            answers |= inside << i
            at += w.JT_WORDS
        holds = (truth >> answers) & 1
        if flags & w.F_DATED:
            holds &= (now >= P[rule + w.R_STARTS]) & (now < P[rule + w.R_STOPS])
        M[out + count] = rule
        count += holds
        all_ &= flags | (holds - 1)
        any_ |= flags & -holds
    M[w.M_FLAGS] = (any_ & (w.F_CHOOSE | w.F_LAPSES | w.F_DEEDS)) | all_
    return count


@compiled
def holds(
    P: Words, M: Words, E: Words, rule: int, sb: int, row: int, rec: int, judged: int
) -> bool:  # fmt: skip
    """Whether a rule matches; slot by slot, until it is decided."""
    if P[rule + w.R_FLAGS] & w.F_DATED:
        now = M[w.M_NOW]
        if now < P[rule + w.R_STARTS] or now >= P[rule + w.R_STOPS]:
            return False
    slot = P[rule + w.R_SLOT]
    while slot > w.YES:
        source = P[slot]
        if source == w.Q_FIELD and row >= 0:
            value = E[row + P[slot + w.L_A]]
        elif source == w.Q_SCORE:
            value = M[sb + P[slot + w.L_A]]
        else:
            value = far(M[w.M_VALUE], P, M, E, slot, sb, row, rec, judged)
        inside = value >= P[slot + w.L_LOW] and value <= P[slot + w.L_HIGH]
        slot = P[slot + w.L_YES] if inside else P[slot + w.L_NO]
    return slot == w.YES


@compiled
def _match_slots(
    P: Words, M: Words, E: Words, sb: int, table: int, row: int, rec: int, judged: int
) -> int:  # fmt: skip
    """Rule by rule: a test is made only if those before it have not decided."""
    rules = P[table + w.GR_RULES]
    out, count = M[w.M_MATCHED], 0
    for i in range(P[table + w.GR_MANY]):
        if holds(P, M, E, P[rules + i], sb, row, rec, judged):
            M[out + count] = P[rules + i]
            count += 1
    flag_matched(P, M, count)
    return count


@compiled
def flag_matched(P: Words, M: Words, count: int) -> None:
    """Into M_FLAGS what all rules that matched are, and what any of them is."""
    all_, any_ = w.F_OWN, 0
    for i in range(count):
        flags = P[M[M[w.M_MATCHED] + i] + w.R_FLAGS]
        all_ &= flags
        any_ |= flags
    M[w.M_FLAGS] = (any_ & (w.F_CHOOSE | w.F_LAPSES | w.F_DEEDS)) | all_


@compiled
def choose(P: Words, M: Words, sb: int, count: int) -> int:
    """Silence what is beyond its limit, set aside what is overridden; how many are left."""
    out = M[w.M_MATCHED]
    M[w.M_SERIAL] += 1
    mark = M[w.M_SERIAL]
    limited = out + P[w.P_RULES]
    for i in range(count):
        rule = M[out + i]
        M[limited + i] = 1 if P[rule + w.R_TIMES] > 0 and _beyond(P, M, sb, rule) else 0
        if M[limited + i] == 0:
            for j in range(P[rule + w.R_OVERRIDES]):
                M[M[w.M_MARKS] + P[P[rule + w.R_OVERRIDES_AT] + j]] = mark
    left = 0
    for i in range(count):
        rule = M[out + i]
        if M[limited + i] == 0 and M[M[w.M_MARKS] + P[rule + w.R_INDEX]] != mark:
            M[out + left] = rule
            left += 1
            if P[rule + w.R_TIMES] > 0:
                hist = sb + P[w.P_S_LIMS] + P[rule + w.R_LIM] * (w.Y_WORDS + 1)
                at = next_element(M, hist, 1)
                if at < 0:
                    return 0
                M[at] = M[w.M_NOW]
    return left


@compiled
def _beyond(P: Words, M: Words, sb: int, rule: int) -> bool:
    hist = sb + P[w.P_S_LIMS] + P[rule + w.R_LIM] * (w.Y_WORDS + 1)
    if P[rule + w.R_PER_MONTHS] != 0:
        fired = calendar_window(M, hist, 1, P[rule + w.R_PER_MONTHS], 0)
    elif P[rule + w.R_PER_SECONDS] != 0:
        seconds = P[rule + w.R_PER_SECONDS]
        fired = M[hist + w.Y_LEN] - window_start(M, hist, hist + w.Y_WORDS, 1, seconds)
    else:
        fired = M[hist + w.Y_LEN]
    return fired >= P[rule + w.R_TIMES]


# --- reading ------------------------------------------------------------------------------


@compiled
def _intend(M: Words, action: int, sb: int, record: int, trace: int) -> None:
    count = M[w.M_INTENT_COUNT]
    if count >= M[w.M_INTENT_CAP]:
        M[w.M_STATUS] = w.MORE_INTENTS
        return
    at = M[w.M_INTENTS] + count * w.I_WORDS
    M[at + w.I_ACTION] = action
    M[at + w.I_TARGET] = sb
    M[at + w.I_RECORD] = record
    M[at + w.I_TRACE] = trace
    M[w.M_INTENT_COUNT] = count + 1


@compiled
def _read_values(
    P: Words, M: Words, E: Words, action: int, sb: int, row: int, rec: int, judged: int
) -> int:  # fmt: skip
    """What an action's expressions come to: score amounts behind M_POP, or a record.

    Gives the place of a derived event's fields.
    """
    verb, at, many = P[action + w.X_VERB], P[action + w.X_AT], P[action + w.X_COUNT]
    made = -1
    if verb == w.DO_EMIT:
        made = room(M, P[w.P_FIELDS] + 1)
        if made < 0:
            return -1
        for i in range(P[w.P_FIELDS]):
            M[made + i] = w.MISSING
    for i in range(many):
        one = at + i * w.G_WORDS
        value = P[one + w.G_VALUE]
        if P[one + w.G_IS_CODE] == 1:
            value = far(M[w.M_RUN], P, M, E, value, sb, row, rec, judged)
        if verb == w.DO_SCORE:
            if value == w.MISSING:
                M[w.M_STATUS] = w.FAILED
            M[M[w.M_POP] + 8 + i] = value
        elif verb == w.DO_EMIT and P[one + w.G_SCORE] >= 0:
            M[made + P[one + w.G_SCORE]] = value
    return made


@compiled
def _for_target(P: Words, M: Words, action: int, sb: int, record: int) -> None:
    """An action for one target: score changes are gathered, all else is intended."""
    if P[action + w.X_VERB] != w.DO_SCORE:
        _intend(M, action, sb, record, 0)
        return
    at = P[action + w.X_AT]
    for i in range(P[action + w.X_COUNT]):
        one = at + i * w.G_WORDS
        score = P[one + w.G_SCORE]
        if M[sb + P[w.P_S_SCORES] + score] == w.MISSING:
            continue  # a line without effect
        kind = w.CHANGE_SET if P[one + w.G_SET] == 1 else w.CHANGE_ADD
        add_change(M, sb, score, kind, M[M[w.M_POP] + 8 + i], P[action + w.X_SECONDS],
                   P[action + w.X_MONTHS], 0)  # fmt: skip


@compiled
def _field(E: Words, P: Words, M: Words, action: int, row: int, rec: int) -> int:
    """The text of the field that an action names: whom it is for, or what it undoes."""
    if row >= 0:
        return E[row + (P[action + w.X_WHOM] >> 16)]
    return M[rec + (P[action + w.X_WHOM] & 0xFFFF)] if rec >= 0 else w.MISSING


@compiled
def _read_undo(P: Words, M: Words, E: Words, action: int, row: int, rec: int) -> None:
    text = _field(E, P, M, action, row, rec)
    if text < 0 or text >= P[w.P_TEXTS]:
        return
    trace = M[M[w.M_TRACES] + text]
    if trace == 0:
        return
    for i in range(M[w.M_INTENT_COUNT]):  # the same id twice in a part takes back once
        at = M[w.M_INTENTS] + i * w.I_WORDS
        if M[at + w.I_TRACE] != 0 and M[at + w.I_RECORD] == text:
            return
    _intend(M, action, -1, text, trace)
    if trace > 0:
        read_undo(M, trace)


@compiled
def read_actions(
    P: Words, M: Words, E: Words, sb: int, count: int, row: int, rec: int, judged: int
) -> None:  # fmt: skip
    """Evaluate the actions of the rules that fired, in policy order, before any is done."""
    M[w.M_CHANGE_COUNT] = 0
    M[w.M_INTENT_COUNT] = 0
    for k in range(count):
        rule = M[M[w.M_MATCHED] + k]
        action = P[rule + w.R_ACTIONS_AT]
        for _ in range(P[rule + w.R_ACTIONS]):
            if P[action + w.X_VERB] == w.DO_UNDO:
                _read_undo(P, M, E, action, row, rec)
            else:
                record = _read_values(P, M, E, action, sb, row, rec, judged)
                if M[w.M_STATUS] != w.OK:
                    return
                target = P[action + w.X_TARGET]
                if target == w.TO_SELF:
                    _for_target(P, M, action, sb, record)
                elif target == w.TO_FIELD:
                    other = named(P, M, _field(E, P, M, action, row, rec))
                    if other >= 0:
                        _for_target(P, M, action, other, record)
                elif P[w.P_RELS] > 0:
                    relation = P[action + w.X_WHOM]
                    at = P[w.P_REL_AT] + (M[sb + w.S_ROW] * P[w.P_RELS] + relation) * 2
                    for i in range(P[at + 1]):
                        _for_target(P, M, action, block_of(P, M, P[P[at] + i]), record)
            if M[w.M_STATUS] != w.OK:
                return
            action += w.X_WORDS


# --- doing --------------------------------------------------------------------------------


@compiled
def _do(P: Words, M: Words, E: Words, at: int) -> None:
    action, sb = M[at + w.I_ACTION], M[at + w.I_TARGET]
    verb, name = P[action + w.X_VERB], P[action + w.X_NAME]
    if verb == w.DO_UNDO:
        if M[at + w.I_TRACE] > 0:
            undo_rest(P, M, M[at + w.I_TRACE])
    elif verb == w.DO_EMIT:
        if P[action + w.X_SECONDS] == 0 and P[action + w.X_MONTHS] == 0:
            queue(M, sb, name, M[w.M_DEPTH] + 1, name, -1, M[at + w.I_RECORD])
        else:
            due = after(M[w.M_NOW], P[action + w.X_SECONDS], P[action + w.X_MONTHS], 1)
            schedule(M, due, w.D_DELAYED, sb, name, M[at + w.I_RECORD])
    else:
        if verb != w.DO_NOTIFY:
            touch(M, sb)
        do_deed(P, M, E, sb, verb, name, P[action + w.X_SECONDS], P[action + w.X_MONTHS])


@compiled
def act(
    P: Words, M: Words, E: Words, sb: int, count: int, row: int, rec: int, judged: int
) -> None:  # fmt: skip
    """Do all that the rules that fired do: read everything, move scores, then the rest."""
    read_actions(P, M, E, sb, count, row, rec, judged)
    if M[w.M_STATUS] != w.OK:
        return
    apply_changes(P, M)
    for i in range(M[w.M_INTENT_COUNT]):
        if M[w.M_STATUS] != w.OK:
            return
        _do(P, M, E, M[w.M_INTENTS] + i * w.I_WORDS)


@apart
def act_apart(
    P: Words, M: Words, E: Words, sb: int, count: int, row: int, rec: int, judged: int
) -> int:  # fmt: skip
    """:func:`act`, for those who call it by its address."""
    act(P, M, E, sb, count, row, rec, judged)
    return 0
