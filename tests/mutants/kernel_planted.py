"""Faults planted one at a time in the kernel of populations: each must be found.

A mutant is a name, a piece of text that stands in exactly one place of the kernel, of what
lowers a policy for it, or of their common words (whichever file that is), and what takes its
place. Where the text is gone, the test says so: point the entry at where it went.
"""

from __future__ import annotations

from typing import NamedTuple


class Mutant(NamedTuple):
    name: str
    old: str
    new: str


MUTANTS = (
    # windows and sums
    Mutant("an event is one second too long in its window",
           "base + i * stride] <= edge",
           "base + i * stride] < edge"),
    Mutant("a calendar window lets go a second late",
           "now < months_after(M[base + i * stride], months)",
           "now <= months_after(M[base + i * stride], months)"),
    Mutant("all months have thirty-one days where a window is surely open",
           "now - months * 28 * DAY",
           "now - months * 31 * DAY"),
    Mutant("a sum over a window keeps what has just left it",
           "found -= M[base + (first - 1) * stride + column]",
           "found -= M[base + max(0, first - 2) * stride + column]"),
    Mutant("the sums of a history begin anew",
           "value += M[at - stride + 1 + i]",
           "value += 0"),
    Mutant("a missing number is a very small one in a sum",
           "            if value == w.MISSING:\n"
           "                value = 0\n"
           "            if not first:",
           "            if not first:"),
    Mutant("since sees the event that is judged",
           "(2 if own else 1)",
           "1"),
    Mutant("latest always looks one further back",
           "_past(M, source, sb + a, b, judged == c, d)",
           "_past(M, source, sb + a, b, True, d)"),
    # scores
    Mutant("each addition is clamped by itself",
           "            running += M[at + w.N_AMOUNT]\n",
           "            running = clamp(P, M, about, running + M[at + w.N_AMOUNT])\n"),
    Mutant("each of several plain additions is clamped by itself",
           "                running += M[values + j]\n",
           "                running = clamp(P, M, score_of(P, M, score), running +"
           " M[values + j])\n"),
    Mutant("the floor is not looked at",
           "    if value < low:\n"
           "        return low\n",
           "    if value < low and low != 0:\n"
           "        return low\n"),
    Mutant("the ceiling is one millionth too low",
           "        return high\n"
           "    return bounded",
           "        return high - 1\n"
           "    return bounded"),
    Mutant("the first of two sets wins",
           "last_set = at",
           "last_set = at if last_set < 0 else last_set"),
    Mutant("a lapse pays back what was swallowed",
           "M[best + w.N_APPLIED] -= sign * taken",
           "M[best + w.N_APPLIED] -= 0 * taken"),
    Mutant("an addition alone loses nothing to the clamp",
           "rest = abs(amount) - min(abs(amount), abs(new - clamped))",
           "rest = abs(amount)"),
    Mutant("the clamp takes from what lapses first",
           "        return other\n",
           "        return lapses\n"),
    Mutant("the clamp takes from what lapses soonest",
           "return mine > its",
           "return mine < its"),
    Mutant("among equals the earlier gives way",
           "return abs(M[at + w.N_APPLIED]) >= abs(M[best + w.N_APPLIED])",
           "return abs(M[at + w.N_APPLIED]) > abs(M[best + w.N_APPLIED])"),
    Mutant("a lapse is not clamped",
           "    M[place] = clamped\n"
           "    moved(P, M, E, sb)",
           "    M[place] = new\n"
           "    moved(P, M, E, sb)"),
    Mutant("scores that a subject has not are moved",
           "            continue  # it has no such score",
           "            running = 0"),
    # the clock
    Mutant("drift is counted from the last drift",
           "after(M[sb + w.S_JOINED], P[d + 1], P[d + 2], times + 1)",
           "after(M[w.M_NOW], P[d + 1], P[d + 2], 1)"),
    Mutant("drift overshoots",
           "new = min(old + by, toward) if old < toward",
           "new = old + by if old < toward"),
    Mutant("drift never comes down",
           "else max(old - by, toward)",
           "else old"),
    Mutant("lapses come before drift",
           "D_DRIFT, D_LAPSE, D_END, D_REVIEW, D_EVERY, D_DELAYED = range(6)",
           "D_LAPSE, D_DRIFT, D_END, D_REVIEW, D_EVERY, D_DELAYED = range(6)"),
    Mutant("reviews come before ends",
           "D_DRIFT, D_LAPSE, D_END, D_REVIEW, D_EVERY, D_DELAYED = range(6)",
           "D_DRIFT, D_LAPSE, D_REVIEW, D_END, D_EVERY, D_DELAYED = range(6)"),
    Mutant("periods come before reviews",
           "D_DRIFT, D_LAPSE, D_END, D_REVIEW, D_EVERY, D_DELAYED = range(6)",
           "D_DRIFT, D_LAPSE, D_END, D_EVERY, D_REVIEW, D_DELAYED = range(6)"),
    Mutant("of two things due at once the later scheduled comes first",
           "(M[p] == at and M[p + 1] < key)",
           "(M[p] == at and M[p + 1] > key)"),
    Mutant("what is due at the instant of an event waits until after it",
           "M[M[w.M_HEAP]] <= known",
           "M[M[w.M_HEAP]] < known"),
    Mutant("what is due at the last instant never comes",
           "M[M[w.M_HEAP]] <= until",
           "M[M[w.M_HEAP]] < until"),
    Mutant("the old end of a restarted measure ends it",
           "M[active + w.A_SERIAL] == 0 or M[active + w.A_DUE] != number",
           "M[active + w.A_SERIAL] == 0"),
    Mutant("months keep no last day",
           "day = min(day, last)",
           "day = min(day, 28)"),
    Mutant("a period is counted from its last turn",
           "after(M[sb + w.S_JOINED], P[d], P[d + 1], c + 1)",
           "after(M[w.M_NOW], P[d], P[d + 1], 1)"),
    Mutant("a new version begins a second late",
           "P[starts + 2 * i] <= now",
           "P[starts + 2 * i] < now"),
    Mutant("an age is looked at a second early",
           "due = after(now, P[r], P[r + 1], 1) + P[r + 2]\n"
           "            if",
           "due = after(now, P[r], P[r + 1], 1)\n"
           "            if"),
    Mutant("a window is looked at again a second late",
           "due = after(now, P[r], P[r + 1], 1) + P[r + 2]\n"
           "        again",
           "due = after(now, P[r], P[r + 1], 1) + 1\n"
           "        again"),
    Mutant("a date in the policy brings nobody's review",
           "due > now and due > last and due < best",
           "due > now and due > last and due < 0"),
    Mutant("grades are counted behind what happens at a period's end",
           "M[w.M_TICK] < P[w.P_TICKS] and P[P[w.P_TICKS_AT] + M[w.M_TICK]] < until",
           "M[w.M_TICK] < P[w.P_TICKS] and P[P[w.P_TICKS_AT] + M[w.M_TICK]] < until - 1"),
    Mutant("flows are counted from the beginning",
           "                    M[place] = now\n",
           "                    M[place] += 0\n"),
    # gates and ids
    Mutant("a refused event is written down as one that happened",
           "history = P[about + w.T_REFUSAL]",
           "history = P[about + w.T_RECORD]"),
    Mutant("only the first penalty blocks",
           "for i in range(P[about + w.T_BLOCKS]):",
           "for i in range(min(1, P[about + w.T_BLOCKS])):"),
    Mutant("a refused event without an id sets off its rules",
           "group, judged = P[w.P_TYPES] + type_, -1",
           "group, judged = type_, type_"),
    Mutant("a refused event with an id sets off its rules",
           "            group = P[w.P_TYPES] + type_\n",
           "            judged = type_\n"),
    Mutant("an id that comes twice counts twice",
           "if M[M[w.M_SEEN] + ident] == 1:",
           "if M[M[w.M_SEEN] + ident] == 2:"),
    # rules and what they do
    Mutant("a limited rule still overrides",
           "        if M[limited + i] == 0:\n"
           "            for j",
           "        if M[limited + i] >= 0:\n"
           "            for j"),
    Mutant("an overridden rule fires",
           "M[limited + i] == 0 and M[M[w.M_MARKS] + P[rule + w.R_INDEX]] != mark",
           "M[limited + i] == 0"),
    Mutant("a limit is one too generous",
           "return fired >= P[rule + w.R_TIMES]",
           "return fired > P[rule + w.R_TIMES]"),
    Mutant("in force until its last instant",
           "now >= P[rule + w.R_STOPS]",
           "now > P[rule + w.R_STOPS]"),
    Mutant("in force a second late",
           "now < P[rule + w.R_STARTS]",
           "now <= P[rule + w.R_STARTS]"),
    Mutant("a limit per month counts for ever",
           "fired = calendar_window(M, hist, 1, P[rule + w.R_PER_MONTHS], 0)",
           "fired = M[hist + w.Y_LEN]"),
    Mutant("an event with an id is judged the short way, and can not be undone",
           "    if M[w.M_TRACE_ON] == 1:\n"
           "        far(",
           "    if M[w.M_TRACE_ON] == 2:\n"
           "        far("),
    Mutant("the last rule's action is done first",
           "_do(P, M, E, M[w.M_INTENTS] + i * w.I_WORDS)",
           "_do(P, M, E, M[w.M_INTENTS] + (M[w.M_INTENT_COUNT] - 1 - i) * w.I_WORDS)"),
    Mutant("the last of somebody's related ones is forgotten",
           "for i in range(P[at + 1]):\n"
           "                        _for",
           "for i in range(P[at + 1] - 1):\n"
           "                        _for"),
    Mutant("somebody who is not there yet can be named",
           "return sb if M[sb + w.S_HERE] == 1 else -1",
           "return sb"),
    Mutant("a derived event comes twice as late",
           "due = after(M[w.M_NOW], P[action + w.X_SECONDS], P[action + w.X_MONTHS], 1)",
           "due = after(M[w.M_NOW], P[action + w.X_SECONDS], P[action + w.X_MONTHS], 2)"),
    Mutant("a derived event has no defaults",
           "for name, value in defaults(declared, {}).items():",
           "for name, value in dict[str, int]().items():"),
    # grades
    Mutant("a grade begins above its floor",
           "        if value >= P[floors + i]:",
           "        if value > P[floors + i]:"),
    Mutant("a condition on a grade takes in the floor of the next",
           "floors[best - 1] - 1",
           "floors[best - 1]"),
    Mutant("entered comes before left",
           "            raise_part(M, sb, first + was)\n"
           "            raise_part(M, sb, first + P[w.P_RUNGS] + now)\n",
           "            raise_part(M, sb, first + P[w.P_RUNGS] + now)\n"
           "            raise_part(M, sb, first + was)\n"),
    # measures and lists
    Mutant("a restarted measure keeps its later end",
           "            until = after(M[w.M_NOW], seconds, months, 1)\n",
           "            until = max(M[active + w.A_END], after(M[w.M_NOW], seconds,"
           " months, 1))\n"),
    Mutant("an extended measure starts anew",
           "until = after(M[active + w.A_END], seconds, months, 1)",
           "until = after(M[w.M_NOW], seconds, months, 1)"),
    Mutant("the quota admits one more",
           "quota >= 0 and M[holders] >= quota",
           "quota >= 0 and M[holders] > quota"),
    Mutant("a place under a quota never comes free",
           "M[M[w.M_HOLDERS] + measure] -= 1",
           "M[M[w.M_HOLDERS] + measure] -= 0"),
    Mutant("a message of a measure is not counted",
           "        M[sb + w.S_NOTIFIED] += 1\n"
           "        note(P, M, sb, NOTICE",
           "        note(P, M, sb, NOTICE"),
    Mutant("who is on a list is put on it again",
           "    if M[at] != 0:\n"
           "        return\n"
           "    M[w.M_SERIAL] += 1",
           "    M[w.M_SERIAL] += 1"),
    Mutant("who is on no list is taken off it",
           "    if M[at] == 0:\n"
           "        return\n"
           "    M[at] = 0",
           "    M[at] = 0"),
    Mutant("others' while measures are not judged again",
           "if P[about + w.Z_RELATIONS] & mask:",
           "if P[about + w.Z_RELATIONS] & mask & 1:"),
    # taking back
    Mutant("an undo does not cancel the lapse",
           "                M[gone + w.B_STANDS] = 0\n"
           "            link_at",
           "                M[gone + w.B_STANDS] = 1\n"
           "            link_at"),
    Mutant("an undo ends what others began",
           "P[about + w.Z_WHILE] == 0 and M[active + w.A_SERIAL] == serial",
           "P[about + w.Z_WHILE] == 0 and M[active + w.A_SERIAL] != 0"),
    Mutant("an undo takes off a list on which others put",
           "M[sb + P[w.P_S_LISTED] + index] == serial",
           "M[sb + P[w.P_S_LISTED] + index] != 0"),
    Mutant("an undo takes back from the first subject only",
           "after_last = index > last_subject or (index == last_subject and its >"
           " last_score)",
           "after_last = index == last_subject and its > last_score or last_subject < 0"),
    Mutant("what lapsed is taken back once more",
           "    M[gone + w.B_STANDS] = 0\n"
           "    score =",
           "    score ="),
    Mutant("the same id twice in a part takes back twice",
           "M[at + w.I_TRACE] != 0 and M[at + w.I_RECORD] == text",
           "M[at + w.I_TRACE] != 0 and M[at + w.I_RECORD] == text + 1"),
    # arithmetic and comparisons
    Mutant("halves are rounded up",
           "(twice == denominator and (quotient & 1) == 1)",
           "twice == denominator"),
    Mutant("halves of a large product are rounded up",
           "(2 * rest == MILLION and (made & 1) == 1)",
           "2 * rest == MILLION"),
    Mutant("halves of a quotient are rounded up",
           "(2 * rest == y and (made & 1) == 1)",
           "2 * rest == y"),
    Mutant("a quotient is cut off",
           "    if 2 * rest > y or",
           "    if 2 * rest > 2 * y or"),
    Mutant("floor goes up",
           "return x // w.MILLION * w.MILLION",
           "return -(-x // w.MILLION) * w.MILLION"),
    Mutant("at most is below",
           "return 1 if x <= y else 0",
           "return 1 if x < y else 0"),
    Mutant("at least is above",
           "return 1 if x >= y else 0",
           "return 1 if x > y else 0"),
    Mutant("what is missing differs from everything",
           "_compare(op: int, x: int, y: int) -> int:\n"
           "    if x == w.MISSING or y == w.MISSING:\n"
           "        return 0",
           "_compare(op: int, x: int, y: int) -> int:\n"
           "    if x == w.MISSING or y == w.MISSING:\n"
           "        return 1 if op == w.O_NE else 0"),
    Mutant("below takes in the bound",
           "Range(ANY, ceiling - 1)",
           "Range(ANY, ceiling)"),
    Mutant("above takes in the bound",
           "Range(floor + 1, w.HIGHEST)",
           "Range(floor, w.HIGHEST)"),
    Mutant("what is missing is below everything",
           '"<=": Range(ANY, floor)',
           '"<=": Range(w.MISSING, floor)'),
    Mutant("a number that is none of the language goes on",
           "    if value >= LIMIT or value <= -LIMIT:",
           "    if value > 2 * LIMIT or value < -2 * LIMIT:"),
    Mutant("an unless is read as a when",
           "slot = coder.decide(condition_of(rule.unless), w.NO, w.YES)",
           "slot = coder.decide(condition_of(rule.unless), w.YES, w.NO)"),
    Mutant("only the first of what is in a list is looked at",
           "            if M[top - 1] != w.MISSING and M[top + i] == M[top - 1]:",
           "            if i == 0 and M[top - 1] != w.MISSING and M[top + i] == M[top -"
           " 1]:"),
)  # fmt: skip
