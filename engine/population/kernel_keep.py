"""Keeping in the kernel: memory, histories, parts that wait, and the digest of each path."""
# ruff: noqa: N803

from __future__ import annotations

from engine.population import words as w
from engine.population.compiled import Words, compiled, inlined
from engine.population.kernel_maths import mixed


@compiled
def _write_line(P: Words, M: Words, sb: int, kind: int, index: int, value: int) -> None:
    count = M[w.M_LEDGER_COUNT]
    if count >= M[w.M_LEDGER_CAP]:
        M[w.M_STATUS] = w.FLUSH
        return
    at = M[w.M_LEDGER] + count * w.LEDGER_WORDS
    M[at] = M[sb + w.S_ROW]
    M[at + 1] = kind
    M[at + 2] = index
    M[at + 3] = M[w.M_NOW]
    M[at + 4] = value
    M[w.M_LEDGER_COUNT] = count + 1


@inlined
def note(P: Words, M: Words, sb: int, kind: int, index: int, value: int) -> None:
    """One line of a subject's path: into its digest, and into the ledger if asked."""
    M[sb + w.S_DIGEST] = mixed(M[sb + w.S_DIGEST], kind, index, M[w.M_NOW], value)
    if P[w.P_LEDGER] != 0:
        _write_line(P, M, sb, kind, index, value)


@inlined
def tally(P: Words, M: Words, sb: int, place: int) -> None:
    """Count something for the group of a subject."""
    M[M[w.M_SUMS] + place * P[w.P_GROUPS] + M[sb + w.S_GROUP]] += M[w.M_UNIT]


@compiled
def room(M: Words, words: int) -> int:
    """Where so many words of memory are free, or -1 if they are not."""
    top = M[w.M_TOP]
    if top + words > M[w.M_CAP]:
        M[w.M_STATUS] = w.MORE_ARENA
        return -1
    M[w.M_TOP] = top + words
    return top


@compiled
def _widen(M: Words, hist: int, stride: int) -> bool:
    """Give a history more memory; false if there is none."""
    count = M[hist + w.Y_LEN]
    cap = max(4, 2 * M[hist + w.Y_CAP])
    at = room(M, cap * stride)
    if at < 0:
        return False
    old = M[hist + w.Y_AT]
    for i in range(count * stride):
        M[at + i] = M[old + i]
    M[hist + w.Y_AT] = at
    M[hist + w.Y_CAP] = cap
    return True


@inlined
def next_element(M: Words, hist: int, stride: int) -> int:
    """Where the next element of a history goes, or -1 without memory; it counts at once."""
    count = M[hist + w.Y_LEN]
    if count == M[hist + w.Y_CAP] and not _widen(M, hist, stride):
        return -1
    M[hist + w.Y_LEN] = count + 1
    return M[hist + w.Y_AT] + count * stride


@inlined
def record(P: Words, M: Words, E: Words, number: int, sb: int, row: int, rec: int) -> None:
    """Write an event, or a refusal, into one of its subject's histories."""
    about = P[w.P_HIST] + number * w.H_WORDS
    stride = P[about + w.H_STRIDE]
    hist = sb + P[w.P_S_HIST] + number * w.Y_WORDS
    at = next_element(M, hist, stride)
    if at >= 0:
        M[at] = M[w.M_NOW]
        if stride > 1:
            _record_fields(P, M, E, about, hist, at, row, rec)


@compiled
def _record_fields(
    P: Words, M: Words, E: Words, about: int, hist: int, at: int, row: int, rec: int
) -> None:  # fmt: skip
    """The running sums and the last values of an element."""
    first, stride = M[hist + w.Y_LEN] == 1, P[about + w.H_STRIDE]
    sums, fields = P[about + w.H_SUMS], P[about + w.H_FIELDS_AT]
    for i in range(stride - 1):
        column, place = P[fields + 2 * i], P[fields + 2 * i + 1]
        value = E[row + column] if row >= 0 else M[rec + place]
        if i < sums:
            if value == w.MISSING:
                value = 0
            if not first:
                value += M[at - stride + 1 + i]
            if value > w.BIG or value < -w.BIG:
                M[w.M_STATUS] = w.FAILED
        M[at + 1 + i] = value


# --- parts that wait ------------------------------------------------------------------------


@compiled
def queue(M: Words, sb: int, group: int, depth: int, type_: int, row: int, rec: int) -> None:
    """Let a part wait for its turn in this step."""
    tail = M[w.M_QUEUE_TAIL]
    if tail > w.MAX_PARTS:
        M[w.M_STATUS] = w.FAILED  # more parts than a step may have
        return
    if tail >= M[w.M_QUEUE_CAP]:
        M[w.M_STATUS] = w.MORE_QUEUE
        return
    at = M[w.M_QUEUE] + tail * w.W_WORDS
    M[at + w.W_SUBJECT] = sb
    M[at + w.W_GROUP] = group
    M[at + w.W_DEPTH] = depth
    M[at + w.W_TYPE] = type_
    M[at + w.W_ROW] = row
    M[at + w.W_RECORD] = rec
    M[w.M_QUEUE_TAIL] = tail + 1


@compiled
def raise_part(P: Words, M: Words, sb: int, group: int) -> None:
    """Let a change (began, ended, left, entered) wait for its turn, if anything waits for it.

    A part without rules changes nothing where no measure holds by a condition; it only counts.
    """
    version = M[w.M_VERSION]
    many = P[P[version + w.V_GROUPS] + group * w.GR_WORDS + w.GR_MANY]
    if many == 0 and P[version + w.V_WHILE_COUNT] == 0 and M[w.M_DEPTH] < w.MAX_DEPTH:
        M[w.M_SKIPPED] += 1
        if M[w.M_SKIPPED] + M[w.M_QUEUE_TAIL] >= w.MAX_PARTS:
            M[w.M_STATUS] = w.FAILED
    else:
        queue(M, sb, group, M[w.M_DEPTH] + 1, -1, -1, -1)


@compiled
def link(M: Words, kind: int, a: int, b: int, c: int) -> None:
    """Remember what the step of an event with an id did, for an undo."""
    at = room(M, w.K_WORDS)
    if at < 0:
        return
    M[at + w.K_KIND_OF] = kind
    M[at + w.K_A] = a
    M[at + w.K_B] = b
    M[at + w.K_C] = c
    M[at + w.K_NEXT] = 0
    if M[w.M_TRACE_TAIL] == 0:
        M[w.M_TRACE] = at
    else:
        M[M[w.M_TRACE_TAIL] + w.K_NEXT] = at
    M[w.M_TRACE_TAIL] = at


@inlined
def touch(M: Words, sb: int) -> None:
    """Remember that a part touched a subject, once."""
    if M[sb + w.S_TOUCHED] == M[w.M_EPOCH]:
        return
    M[sb + w.S_TOUCHED] = M[w.M_EPOCH]
    M[M[w.M_TOUCHED] + M[w.M_TOUCHED_COUNT]] = sb
    M[w.M_TOUCHED_COUNT] += 1
