"""Faults that a proof must find, and the same policy without the fault.

Each pair: name, code, words of the message, the faulty clauses, the clean ones. They stand in
the frame below, which declares more than most of them use.
"""

from __future__ import annotations

from typing import NamedTuple

FRAME = """\
policy: quay
format: 1
subjects:
  citizen: {{attributes: {{name: text, age: {{number: {{min: 0}}}}, aided: {{boolean: false}}}}}}
  firm: {{attributes: {{name: text, trade: {{one_of: [net, rope]}}}}}}
institutions:
  ferry: {{title: Ferry}}
  court: {{title: Court}}
weights: {{late: -5, good: 10}}
scores:
  trust: {{of: [citizen, firm], start: 1000, min: 0, max: 1300}}
grades:
  trust: [{{name: A, from: {top}}}, {{name: B, from: 500}}, {{name: C, from: 0}}]
events:
  fee.late:
    by: [ferry]
    fields: {{days: {{number: {{min: 0, max: 365}}}}, paid: {{boolean: false}}}}
  deed.done: {{fields: {{hours: {{number: {{min: 0, optional: true}}}}}}}}
  ferry.booked: {{by: [ferry]}}
  report.made: {{fields: {{about: text}}}}
{more}
rules:
  - {{id: down, on: report.made, then: [{{score: -50}}]}}
  - id: up
    on: report.made
    when: event.about == 'praise'
    overrides: [down]
    then: [{{score: 50}}]
  - {{id: deed, on: deed.done, then: [{{score: weights.good}}]}}
  - {{id: ride, on: ferry.booked, then: [{{notify: All aboard.}}]}}
{rules}
"""

LATE = "  - {id: late, on: fee.late, then: [{score: weights.late}]}\n"


class Pair(NamedTuple):
    name: str
    code: str
    said: str  # words of the message
    faulty: str
    clean: str
    more_faulty: str = ""
    more_clean: str = ""
    top: str = "1100"  # where grade A begins, in the faulty one
    standing: str = "proved"


def text(rules: str, more: str = "", top: str = "1100") -> str:
    return FRAME.format(rules=rules, more=more, top=top)


def rule(body: str, name: str = "late") -> str:
    return f"  - {{id: {name}, {body}}}\n"


PENALTY = "penalties: {no-ferry: {blocks: [ferry.booked], lasts: 90 days}}\n"

PAIRS = (
    Pair("a field beyond its range", "D931", "`event.days > 400` never holds",
         rule("on: fee.late, when: event.days > 400, then: [{score: -1}]"),
         rule("on: fee.late, when: event.days > 300, then: [{score: -1}]")),
    Pair("conditions that exclude each other", "D931", "cannot hold together",
         rule("on: fee.late, when: event.days > 30 and event.days < 20, then: [{score: -1}]"),
         rule("on: fee.late, when: event.days > 20 and event.days < 30, then: [{score: -1}]")),
    Pair("counts that exclude each other", "D931", "cannot hold together",
         rule("on: fee.late, when: 'count(fee.late, 30 days) >= 3 and count(fee.late, ever) < 3',"
              " then: [{score: -1}]"),
         rule("on: fee.late, when: 'count(fee.late, 30 days) < 3 and count(fee.late, ever) >= 3',"
              " then: [{score: -1}]")),
    Pair("an age and a count that exclude each other", "D931", "cannot hold together",
         rule("on: fee.late, when: 'since(fee.late) < 10 days and count(fee.late, 10 days) < 2',"
              " then: [{score: -1}]"),
         rule("on: fee.late, when: 'since(fee.late) >= 10 days and count(fee.late, 10 days) < 2',"
              " then: [{score: -1}]")),
    Pair("the event being judged counts", "D931", "never holds",
         rule("on: fee.late, when: 'count(fee.late, 1 day) == 0', then: [{score: -1}]"),
         rule("on: deed.done, when: 'count(fee.late, 1 day) == 0', then: [{notify: Good.}]")),
    Pair("a total that its fields cannot come to", "D931", "cannot hold together",
         rule("on: fee.late, when: 'total(fee.late.days, ever) > 730 and"
              " count(fee.late, ever) <= 2', then: [{score: -1}]"),
         rule("on: fee.late, when: 'total(fee.late.days, ever) > 729 and"
              " count(fee.late, ever) <= 2', then: [{score: -1}]")),
    Pair("an attribute that only another kind has", "D931", "cannot hold together",
         rule("on: fee.late, when: subject.kind == 'firm' and subject.aided, then: [{score: -1}]"),
         rule("on: fee.late, when: subject.kind == 'citizen' and subject.aided,"
              " then: [{score: -1}]")),
    Pair("an exception that covers all", "D931", "its exception holds whenever",
         rule("on: fee.late, when: event.days > 30, unless: event.days > 10, then: [{score: -1}]"),
         rule("on: fee.late, when: event.days > 10, unless: event.days > 30, then: [{score: -1}]")),
    Pair("a score beyond its walls", "D931", "`score > 1300` never holds",
         rule("on: fee.late, when: score > 1300, then: [{score: -1}]"),
         rule("on: fee.late, when: score >= 1300, then: [{score: -1}]")),
    Pair("a grade and a score that exclude each other", "D931", "cannot hold together",
         rule("on: fee.late, when: grade == 'A' and score < 1100, then: [{score: -1}]"),
         rule("on: fee.late, when: grade != 'A' and score < 1100, then: [{score: -1}]")),
    Pair("rounding that never comes out so", "D931", "never holds",
         rule("on: fee.late, when: floor(event.days) > event.days, then: [{score: -1}]"),
         rule("on: fee.late, when: round(event.days) > event.days, then: [{score: -1}]")),
    Pair("a refusal that nothing brings about", "D931", "no penalty that can be held blocks",
         LATE + rule("on: refused ferry.booked, then: [{notify: No.}]", "told"),
         rule("on: fee.late, then: [{impose: no-ferry}]")
         + rule("on: refused ferry.booked, then: [{notify: No.}]", "told"),
         more_clean=PENALTY),
    Pair("a measure that nobody holds is read", "D931", "never holds",
         LATE + rule("on: fee.late, when: has(no-ferry), then: [{notify: No.}]", "told"),
         rule("on: fee.late, then: [{impose: no-ferry}]")
         + rule("on: fee.late, when: has(no-ferry), then: [{notify: No.}]", "told"),
         more_faulty=PENALTY, more_clean=PENALTY),
    Pair("a rule on an end that never comes", "D931", "cannot end",
         rule("on: fee.late, then: [{impose: no-ferry}]")
         + rule("on: ended no-ferry, then: [{notify: Free.}]", "told"),
         rule("on: fee.late, then: [{impose: no-ferry, for: 3 days}]")
         + rule("on: ended no-ferry, then: [{notify: Free.}]", "told"),
         more_faulty="penalties: {no-ferry: {blocks: [ferry.booked]}}\n",
         more_clean="penalties: {no-ferry: {blocks: [ferry.booked]}}\n"),
    Pair("a condition that says nothing", "D932", "always holds",
         rule("on: fee.late, when: event.days >= 0, then: [{score: -1}]"),
         rule("on: fee.late, when: event.days >= 1, then: [{score: -1}]")),
    Pair("all kinds are named", "D932", "always holds",
         rule("on: fee.late, when: \"subject.kind in ['citizen', 'firm']\", then: [{score: -1}]"),
         rule("on: fee.late, when: \"subject.kind in ['citizen']\", then: [{score: -1}]")),
    Pair("an exception that never holds", "D932", "always holds",
         rule("on: fee.late, unless: event.days > 365, then: [{score: -1}]"),
         rule("on: fee.late, unless: event.days > 364, then: [{score: -1}]")),
    Pair("always overridden", "D933", "never fires",
         rule("on: fee.late, when: event.days > 30, then: [{score: -9}]", "long")
         + rule("on: fee.late, overrides: [long], then: [{score: -1}]"),
         rule("on: fee.late, when: event.days > 30, then: [{score: -9}]", "long")
         + rule("on: fee.late, when: event.days < 40, overrides: [long], then: [{score: -1}]")),
    Pair("overridden by two together", "D933", "the rules `few` and `many` set it aside",
         rule("on: fee.late, then: [{score: -9}]")
         + rule("on: fee.late, when: event.days < 50, overrides: [late], then: [{score: -1}]",
                "few")
         + rule("on: fee.late, when: event.days >= 50, overrides: [late], then: [{score: -2}]",
                "many"),
         rule("on: fee.late, then: [{score: -9}]")
         + rule("on: fee.late, when: event.days < 50, overrides: [late], then: [{score: -1}]",
                "few")
         + rule("on: fee.late, when: event.days > 50, overrides: [late], then: [{score: -2}]",
                "many")),
    Pair("a rule that says what another says", "D934", "does the same",
         LATE + rule("on: fee.late, when: event.days > 30, then: [{score: -5}]", "long"),
         LATE + rule("on: fee.late, when: event.days > 30, then: [{score: -6}]", "long")),
    Pair("a list that is written twice", "D934", "does the same",
         rule("on: fee.late, when: event.days > 5, then: [{list: board}]")
         + rule("on: 'fee.*', when: event.days > 3, then: [{list: board}, {score: -1}]", "any"),
         rule("on: fee.late, when: event.days > 3, then: [{list: board}]")
         + rule("on: 'fee.*', when: event.days > 5, then: [{list: board}, {score: -1}]", "any"),
         more_faulty="registries: {board: {}}\n", more_clean="registries: {board: {}}\n"),
    Pair("a fine and a bonus at once", "D935", "can fire together",
         LATE + rule("on: fee.late, when: event.paid, then: [{score: 3}]", "paid"),
         rule("on: fee.late, unless: event.paid, then: [{score: -5}]")
         + rule("on: fee.late, when: event.paid, then: [{score: 3}]", "paid"), standing="played"),
    Pair("a ban that is lifted at once", "D935", "one has `no-ferry` begin",
         rule("on: fee.late, then: [{impose: no-ferry}]")
         + rule("on: fee.late, when: event.days < 5, then: [{lift: no-ferry}]", "short"),
         rule("on: fee.late, then: [{impose: no-ferry}]")
         + rule("on: fee.late, when: event.days < 5, overrides: [late],"
                " then: [{lift: no-ferry}]", "short"),
         more_faulty=PENALTY, more_clean=PENALTY, standing="played"),
    Pair("listed and taken off at once", "D935", "the other unlists",
         rule("on: fee.late, then: [{list: board}]")
         + rule("on: fee.late, when: score < 900, then: [{unlist: board}]", "low"),
         rule("on: fee.late, when: score >= 900, then: [{list: board}]")
         + rule("on: fee.late, when: score < 900, then: [{unlist: board}]", "low"),
         more_faulty="registries: {board: {}}\n", more_clean="registries: {board: {}}\n",
         standing="played"),
    Pair("an event that nothing sees", "D936", "nothing sees the event `fee.late`",
         rule("on: deed.done, then: [{notify: Thanks.}]"),
         rule("on: deed.done, when: 'count(fee.late, ever) < 3', then: [{notify: Thanks.}]")),
    Pair("a raised event that nothing sees", "D936", "though rules raise it",
         rule("on: fee.late, then: [{emit: {event: talk.due}}]"),
         rule("on: fee.late, then: [{emit: {event: talk.due}}]")
         + rule("on: talk.due, then: [{notify: Come.}]", "talk"),
         more_faulty="  talk.due: {}\n", more_clean="  talk.due: {}\n"),
    Pair("a grade above the score's wall", "D937", "nobody can reach the grade `A`",
         LATE, LATE, top="1301"),
    Pair("a reward whose `while` never holds", "D938", "its `while` can never hold",
         LATE, LATE, more_faulty="rewards: {berth: {while: score > 1300 and grade == 'A'}}\n",
         more_clean="rewards: {berth: {while: score >= 1300 and grade == 'A'}}\n"),
    Pair("a penalty that no rule imposes", "D938", "no rule that can match imposes it",
         LATE, rule("on: fee.late, then: [{impose: no-ferry}]"),
         more_faulty=PENALTY, more_clean=PENALTY),
    Pair("a penalty that only a dead rule imposes", "D938", "no rule that can match imposes it",
         rule("on: fee.late, when: event.days > 365, then: [{impose: no-ferry}]"),
         rule("on: fee.late, when: event.days > 364, then: [{impose: no-ferry}]"),
         more_faulty=PENALTY, more_clean=PENALTY),
    Pair("a registry that nobody is put on", "D938", "nobody can be put on",
         LATE, rule("on: fee.late, then: [{list: board}]"),
         more_faulty="registries: {board: {}}\n", more_clean="registries: {board: {}}\n"),
    Pair("a threshold that nothing meets", "D939", "can never hold",
         rule("on: fee.late, when: event.paid or event.days > 365, then: [{score: -1}]"),
         rule("on: fee.late, when: event.paid or event.days > 364, then: [{score: -1}]")),
    Pair("a threshold that all meet", "D939", "always holds",
         rule("on: fee.late, when: event.paid and event.days <= 365, then: [{score: -1}]"),
         rule("on: fee.late, when: event.paid and event.days < 365, then: [{score: -1}]")),
)  # fmt: skip
