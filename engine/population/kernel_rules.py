"""Rules in the kernel: matching, choosing, reading what those that fire do, doing it.

The twin of :mod:`engine.evaluation.choosing` and :mod:`engine.evaluation.actions`.
"""
# ruff: noqa: N803

from __future__ import annotations

from engine.population import words as w
from engine.population.compiled import Words, apart, compiled, far, inlined
from engine.population.kernel_keep import next_element, note, queue, room, schedule, touch
from engine.population.kernel_maths import after
from engine.population.kernel_measures import (
    end,
    impose,
    put_on_list,
    take_off_list,
    undo_rest,
)
from engine.population.kernel_read import (
    block_of,
    calendar_window,
    named,
    window_start,
)
from engine.population.kernel_scores import (
    add_change,
    apply_changes,
    clamp,
    keep_lapse,
    read_undo,
    score_of,
)

FIRED, ADD, CLAMP, MESSAGE = 1, 3, 6, 15


@inlined
def match(
    P: Words, M: Words, E: Words, sb: int, group: int, row: int, rec: int, judged: int
) -> int:  # fmt: skip
    """How many rules of a group match; their blocks at M_MATCHED, their flags in M_FLAGS."""
    table = P[M[w.M_VERSION] + w.V_GROUPS] + 2 * group
    rules, many = P[table], P[table + 1]
    out, count, simple, other = M[w.M_MATCHED], 0, w.F_SIMPLE, 0
    for i in range(many):
        rule = P[rules + i]
        flags = P[rule + w.R_FLAGS]
        if flags & w.F_DATED:
            now = M[w.M_NOW]
            if now < P[rule + w.R_STARTS] or now >= P[rule + w.R_STOPS]:
                continue
        slot = P[rule + w.R_SLOT]
        while slot > w.YES:
            source = P[slot]
            if source == w.Q_FIELD and row >= 0:
                value = E[row + P[slot + w.L_A]]
            elif source == w.Q_SCORE:
                value = M[sb + P[slot + w.L_A]]
            elif source == w.Q_COUNT:
                hist, head = sb + P[slot + w.L_A], sb + P[slot + w.L_B]
                first = window_start(M, hist, head, P[slot + w.L_D], P[slot + w.L_C])
                value = M[hist + w.Y_LEN] - first
            elif source == w.Q_ACTIVE:
                value = 1 if M[sb + P[slot + w.L_A]] != 0 else 0
            else:
                value = far(M[w.M_VALUE], P, M, E, slot, sb, row, rec, judged)
            inside = value >= P[slot + w.L_LOW] and value <= P[slot + w.L_HIGH]
            slot = P[slot + w.L_YES] if inside else P[slot + w.L_NO]
        if slot == w.YES:
            M[out + count] = rule
            count += 1
            simple &= flags
            other |= flags
    M[w.M_FLAGS] = (other & w.F_CHOOSE) | simple
    return count


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


@compiled
def add_simply(
    P: Words, M: Words, E: Words, sb: int, count: int, row: int, rec: int, judged: int
) -> None:  # fmt: skip
    """All that rules do of which each only adds once to a score of its own subject."""
    out, values = M[w.M_MATCHED], M[w.M_MATCHED] + P[w.P_RULES]
    for i in range(count):
        rule = M[out + i]
        amount = P[rule + w.R_AMOUNT]
        if P[rule + w.R_CODE] != 0:
            amount = far(M[w.M_RUN], P, M, E, P[rule + w.R_CODE], sb, row, rec, judged)
            if amount == w.MISSING:
                M[w.M_STATUS] = w.FAILED
                return
        M[values + i] = amount
    for i in range(count):
        if M[out + i] == 0:
            continue
        score = P[M[out + i] + w.R_SCORE]
        place = sb + P[w.P_S_SCORES] + score
        running = M[place]
        if running == w.MISSING:
            continue  # it has no such score
        for j in range(i, count):
            if M[out + j] != 0 and P[M[out + j] + w.R_SCORE] == score:
                running += M[values + j]
                if running > w.BIG or running < -w.BIG:
                    M[w.M_STATUS] = w.FAILED
                    return
                note(P, M, sb, ADD, score, running)
                if j > i:
                    M[out + j] = 0
        clamped = clamp(P, M, score_of(P, M, score), running)
        if clamped != running:
            note(P, M, sb, CLAMP, score, clamped)
        M[place] = clamped


@inlined
def add_once(
    P: Words, M: Words, E: Words, sb: int, row: int, rec: int, judged: int
) -> None:  # fmt: skip
    """All that the only rule that fired does: it adds once to a score of its own subject."""
    rule = M[M[w.M_MATCHED]]
    amount = P[rule + w.R_AMOUNT]
    if P[rule + w.R_CODE] != 0:
        amount = far(M[w.M_RUN], P, M, E, P[rule + w.R_CODE], sb, row, rec, judged)
        if amount == w.MISSING:
            M[w.M_STATUS] = w.FAILED
            return
    score = P[rule + w.R_SCORE]
    place = sb + P[w.P_S_SCORES] + score
    old = M[place]
    if old == w.MISSING:
        return  # it has no such score
    new = old + amount
    note(P, M, sb, ADD, score, new)
    clamped = clamp(P, M, score_of(P, M, score), new)
    M[place] = clamped
    if clamped != new:
        note(P, M, sb, CLAMP, score, clamped)
        if (new > clamped) == (amount > 0):  # it loses what was swallowed
            rest = abs(amount) - min(abs(amount), abs(new - clamped))
            amount = rest if amount > 0 else -rest
    seconds, months = P[rule + w.R_SECONDS], P[rule + w.R_MONTHS]
    if amount != 0 and (seconds != 0 or months != 0):
        keep_lapse(M, sb, score, amount, seconds, months)


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
    elif verb == w.DO_NOTIFY:
        M[sb + w.S_NOTIFIED] += 1
        note(P, M, sb, MESSAGE, 0, 0)
    elif verb == w.DO_EMIT:
        if P[action + w.X_SECONDS] == 0 and P[action + w.X_MONTHS] == 0:
            queue(M, sb, name, M[w.M_DEPTH] + 1, name, -1, M[at + w.I_RECORD])
        else:
            due = after(M[w.M_NOW], P[action + w.X_SECONDS], P[action + w.X_MONTHS], 1)
            schedule(M, due, w.D_DELAYED, sb, name, M[at + w.I_RECORD])
    else:
        touch(M, sb)
        if verb == w.DO_IMPOSE:
            impose(P, M, E, sb, name, P[action + w.X_SECONDS], P[action + w.X_MONTHS])
        elif verb == w.DO_LIFT:
            if M[sb + P[w.P_S_ACTIVE] + name * w.A_WORDS] != 0:
                end(P, M, sb, name)
        elif verb == w.DO_LIST:
            put_on_list(P, M, sb, name)
        else:
            take_off_list(P, M, sb, name)


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
