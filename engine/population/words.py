"""The numbers that the lowering and the kernel agree on: places and codes.

A policy is data for the kernel: one array of int64 (``P``, the *image*), written by
:mod:`engine.population.lower`. All that changes while it plays is another (``M``, the
*memory*). Both begin with a head whose places are named here; so are the places inside a
subject's block, a rule, an action and a measure. Scores are millionths, instants seconds.
"""

from __future__ import annotations

MISSING = -(2**63)
HIGHEST = 2**63 - 1
BIG = 4 * 10**18  # sums beyond this are left to the step engine
LIMIT = 10**15
MILLION = 10**6

# --- head of the image ------------------------------------------------------------------
(P_VERSIONS, P_STARTS, P_TYPES, P_SCORES, P_MEASURES, P_REGISTRIES, P_RULES, P_GROUPS,
 P_FIELDS, P_STRIDE, P_HIST, P_HISTS, P_DRIFTS, P_DRIFT_AT, P_PERIODS,
 P_PERIOD_AT, P_JOINED, P_JOINED_AT, P_BOUNDS, P_BOUNDS_AT, P_TRACES, P_IDS, P_START, P_END,
 P_TICKS, P_TICKS_AT, P_RUNGS, P_MOVES, P_ATTRS, P_ATTRS_AT, P_SUBJECTS, P_RELS, P_REL_AT,
 P_READ_AT, P_NAMED, P_TEXTS, P_LADDERS, P_LADDER_AT,
 P_ID, P_LEDGER, P_S_SCORES, P_S_GRADES, P_S_ACTIVE, P_S_LISTED,
 P_S_HIST, P_S_HEADS, P_S_LIMS, P_S_TICK, P_A_BEGUN, P_A_COUNTS, P_A_FLOWS, P_LANES,
 P_HEAD) = range(53)  # fmt: skip

# A version's block: offsets of its tables, relative to nothing (absolute in the image).
(V_GROUPS, V_EVENTS, V_SCORES, V_MEASURES, V_WHILES, V_WHILE_COUNT, V_KINDS, V_LADDERS,
 V_WORDS) = range(9)  # fmt: skip

# An event type: penalties that block it, its histories, reviews after it.
(T_BLOCKS, T_BLOCKS_AT, T_RECORD, T_REFUSAL, T_REVIEWS, T_REVIEWS_AT, T_REFUSED_REVIEWS,
 T_REFUSED_REVIEWS_AT, T_WORDS) = range(9)  # fmt: skip

# A history: words of one element, how many sums, how many last values, field columns.
H_STRIDE, H_SUMS, H_LASTS, H_FIELDS_AT, H_WORDS = range(5)

# A score.
(C_START, C_MIN, C_MAX, C_TOWARD, C_BY, C_SECONDS, C_MONTHS, C_FLOORS, C_FLOORS_AT, C_EDGES_AT,
 C_RUNG, C_WORDS) = range(12)  # fmt: skip

# A measure.
(Z_WHILE, Z_RELATIONS, Z_SECONDS, Z_MONTHS, Z_AGAIN, Z_QUOTA, Z_NOTICE, Z_NOTICE_CODE, Z_LANE,
 Z_WORDS) = range(10)  # fmt: skip
AGAIN_IGNORE, AGAIN_RESTART, AGAIN_EXTEND = range(3)

# A rule.
(R_INDEX, R_FLAGS, R_SLOT, R_STARTS, R_STOPS, R_TIMES, R_LIM, R_PER_SECONDS,
 R_PER_MONTHS, R_OVERRIDES, R_OVERRIDES_AT, R_ACTIONS, R_ACTIONS_AT, R_SCORE, R_AMOUNT, R_CODE,
 R_SECONDS, R_MONTHS, R_DEEDS, R_DEEDS_AT, R_LANE,
 R_WORDS) = range(22)  # fmt: skip
# Own: it concerns its own subject alone, adds at most once to a score, and derives nothing;
# R_SCORE is that score or -1, what else it does are its deeds.
F_DATED, F_CHOOSE, F_OWN, F_LAPSES, F_DEEDS = 1, 2, 4, 8, 16
U_VERB, U_NAME, U_SECONDS, U_MONTHS, U_WORDS = range(5)  # a deed

# A group of rules, those that one trigger sets off: where they stand; their tests in one row,
# or 0 if they are to be judged slot by slot.
GR_RULES, GR_MANY, GR_ROW, GR_WORDS = range(4)
# Tests in a row: for each rule its place, flags, truth and number of tests; then the tests.
# A test is a range of the word that is found so far on in a space. The answers of a rule's
# tests are the bits of a number; the bit of that number in ``truth`` says whether it matches.
J_RULE, J_FLAGS, J_TRUTH, J_TESTS, J_WORDS = range(5)
JT_SPACE, JT_A, JT_LOW, JT_HIGH, JT_HEAD, JT_SECONDS, JT_STRIDE, JT_WORDS = range(8)
IN_EVENT, IN_BLOCK, IN_WINDOW, IN_ATTRIBUTES = range(4)
MOST_TESTS = 6  # of one rule: 2 ** 6 answers are the bits of a word

# A slot of a condition: where a value comes from, a range, and which slot follows where it is
# in it and where not.
L_SOURCE, L_A, L_B, L_C, L_D, L_LOW, L_HIGH, L_YES, L_NO, L_WORDS = range(10)
NO, YES = range(2)  # where a condition ends; everywhere else another slot follows

# Sources of values.
(Q_FIELD, Q_SCORE, Q_COUNT, Q_COUNT_EVER, Q_COUNT_MONTHS, Q_ATTRIBUTE, Q_ACTIVE, Q_LISTED,
 Q_GRADE, Q_KIND, Q_SOURCE, Q_REPORTER, Q_TOTAL, Q_TOTAL_EVER, Q_TOTAL_MONTHS, Q_LATEST, Q_SINCE,
 Q_AGE, Q_REL_COUNT, Q_REL_MIN, Q_REL_MAX, Q_REL_ANY, Q_UNTIL, Q_CODE) = range(24)  # fmt: skip

# Operations of the small code; each takes six words: op, then what it needs.
(O_END, O_CONST, O_LOAD, O_LOAD_MILLIONS, O_NEG, O_ADD, O_SUB, O_MUL, O_DIV, O_MIN, O_MAX, O_ABS,
 O_ROUND, O_FLOOR, O_EQ, O_NE, O_LT, O_LE, O_GT, O_GE, O_NOT, O_MISSING, O_TRUE, O_JUMP_FALSE,
 O_JUMP_TRUE, O_OF, O_BACK, O_IN, O_NUMBER, O_DROP) = range(30)  # fmt: skip
O_WORDS = 6

# An action.
(X_VERB, X_TARGET, X_WHOM, X_AT, X_COUNT, X_SECONDS, X_MONTHS, X_NAME,
 X_WORDS) = range(9)  # fmt: skip
DO_SCORE, DO_IMPOSE, DO_LIFT, DO_NOTIFY, DO_LIST, DO_UNLIST, DO_EMIT, DO_UNDO = range(8)
TO_SELF, TO_RELATED, TO_FIELD = range(3)
# A score change of an action: which score, set or add, constant or code, its value or place.
G_SCORE, G_SET, G_IS_CODE, G_VALUE, G_WORDS = range(5)

# --- head of the memory -----------------------------------------------------------------
(M_STATUS, M_NOW, M_SEQ, M_HEAP, M_HEAP_COUNT, M_HEAP_CAP, M_TOP, M_CAP, M_QUEUE, M_QUEUE_CAP,
 M_QUEUE_TAIL, M_STACK, M_VERSION, M_VERSION_UNTIL, M_SUBJECTS, M_FIRST_ROW,
 M_COUNT, M_SKIPPED, M_TRACE, M_TRACE_TAIL, M_TRACE_ON, M_SERIAL, M_EPOCH, M_UNTIL, M_UNIT,
 M_LEDGER, M_LEDGER_COUNT, M_LEDGER_CAP, M_SUMS, M_HOLDERS, M_MARKS, M_MATCHED, M_CHANGES,
 M_CHANGE_COUNT, M_CHANGE_CAP, M_TOUCHED, M_TOUCHED_COUNT, M_INTENTS, M_INTENT_COUNT,
 M_INTENT_CAP, M_TRACES, M_SEEN, M_ARENA, M_TICK, M_DEPTH, M_POP, M_FLAGS,
 M_COLUMNS, M_WIDTH, M_STOPPED, M_NEXT, M_LANES, M_STRAIGHT, M_RUN, M_VALUE, M_ACT,
 M_PLAY, M_ADVANCE, M_CLOCK, M_STRANGER, M_FEED, M_TRACED, M_RECORD, M_REVIEWS, M_MATCHES,
 M_DEEDS, M_LATER, M_REST, M_SETTLE, M_HEAD) = range(70)  # fmt: skip
# M_RUN and on: addresses of the parts of the kernel that are compiled apart. M_STRAIGHT: of
# the policy's own main loop, or 0.
# M_POP: five words of memory that hold what the schedule gave last.

OK, FAILED, MORE_ARENA, MORE_HEAP, MORE_QUEUE, MORE_CHANGES, MORE_INTENTS, FLUSH = range(8)

# A subject's block; tables follow at places that the image's head names.
(S_INDEX, S_ROW, S_HERE, S_JOINED, S_KIND, S_GROUP, S_REFUSED, S_NOTIFIED, S_DIGEST, S_TOUCHED,
 S_TABLES) = range(11)  # fmt: skip
A_SERIAL, A_END, A_DUE, A_WORDS = range(4)  # an active measure; serial 0: not active
Y_AT, Y_CAP, Y_LEN, Y_WORDS = range(4)  # a history of a subject

# Kinds of what is due, in order at one instant.
D_DRIFT, D_LAPSE, D_END, D_REVIEW, D_EVERY, D_DELAYED = range(6)
HEAP_WORDS = 5  # at, kind and sequence, three of its own
# A lane holds what becomes due in the order in which it was put there: when the first is due,
# its key, which is the first, where the next goes, where they are, room for how many.
LN_DUE, LN_KEY, LN_FIRST, LN_END, LN_AT, LN_CAP, LN_WORDS = range(7)
MOST_LANES = 8

# A part that waits.
W_SUBJECT, W_GROUP, W_DEPTH, W_TYPE, W_ROW, W_RECORD, W_WORDS = range(7)
# A change of a score: whose, which, kind, amount, lapse, what it moved, contributions taken back.
(N_SUBJECT, N_SCORE, N_KIND, N_AMOUNT, N_SECONDS, N_MONTHS, N_APPLIED, N_BACK, N_DONE,
 N_WORDS) = range(10)  # fmt: skip
CHANGE_ADD, CHANGE_SET, CHANGE_UNDO = range(3)
# An intent: which action, for whom, what was read.
I_ACTION, I_TARGET, I_RECORD, I_TRACE, I_WORDS = range(5)
# A contribution, and a link of a trace.
B_SUBJECT, B_SCORE, B_AMOUNT, B_STANDS, B_WORDS = range(5)
K_KIND_OF, K_A, K_B, K_C, K_NEXT, K_WORDS = range(6)
LINK_SCORE, LINK_BEGAN, LINK_LISTED = range(3)
LEDGER_WORDS = 5
E_KNOWN, E_TYPE, E_SUBJECT, E_FIXED = range(4)  # columns of events; then source, …, fields

MAX_DEPTH = 100
MAX_PARTS = 100_000
SEED = 0x243F6A8885A308D3
