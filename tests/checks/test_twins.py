"""One line of a faultless policy is broken: exactly that fault is found, where it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.findings import Finding
from engine.language.checks import check_policy
from engine.language.model import Policy
from engine.language.source import parse_text

CLEAN = Path(__file__).with_name("clean.yaml").read_text("utf-8")


def check(text: str) -> tuple[Finding, ...]:
    return check_policy(Policy.model_validate(parse_text(text, "policy.yaml")))


def test_the_clean_twin_is_not_accused() -> None:
    assert check(CLEAN) == ()


# (code, what is written, what it is broken to, the words that are underlined). The last is ""
# where the finding stands at a whole mapping, and None where one break has several findings.
BREAKS = [
    # references
    ("D301", "of: citizen,", "of: citizn,", None),
    ("D301", "by: [ferry]", "by: [fery]", "fery"),
    ("D301", "trust.\n    cite: gazette-4", "trust.\n    cite: gazette-5", "gazette-5"),
    ("D301", "shows: [name, sector]", "shows: [name, sectr]", "sectr"),
    ("D301", "blocks: [ferry.booked,", "blocks: [ferry.boked,", "ferry.boked"),
    ("D304", "fee.*], lasts", "fees.*], lasts", "fees.*"),
    ("D301", "impose: no-ferry,", "impose: no-fery,", "no-fery"),
    ("D301", "grant: pass", "grant: pas", "pas"),
    ("D301", "lift: no-ferry", "lift: no-fer", "no-fer"),
    ("D301", "{list: defaulters}", "{list: debtors}", "debtors"),
    ("D301", "{unlist: defaulters}", "{unlist: debtors}", "debtors"),
    ("D301", "overrides: [late-fee]", "overrides: [late-fees]", "late-fees"),
    ("D301", "event: ferry.booked,", "event: ferry.boked,", "ferry.boked"),
    ("D301", "{score: {civic: round", "{score: {civil: round", "round(subject.visits)"),
    ("D301", "\n  civic: [", "\n  civil: [", None),
    # triggers
    ("D301", "on: claim.withdrawn", "on: claim.withdrown", "claim.withdrown"),
    ("D304", "on: fee.*", "on: fees.*", "fees.*"),
    ("D301", "[refused ferry.booked, fee", "[refused ferry.bocked, fee", "refused ferry.bocked"),
    ("D301", "entered trust.B", "entered trust.E", "entered trust.E"),
    ("D301", "entered trust.B", "entered trst.B", "entered trst.B"),
    ("D301", "entered trust.B", "entered Z", "entered Z"),
    ("D303", "entered trust.B", "entered A", "entered A"),
    ("D301", "ended no-ferry", "ended no-fery", "ended no-fery"),
    ("D302", "ended no-ferry", "endet no-ferry", "endet no-ferry"),
    ("D302", "ended no-ferry", "ended", "ended"),
    ("D302", "ended no-ferry", "ended no-ferry now", "ended no-ferry now"),
    ("D302", "on: every 1 year", "on: every 1 yeer", "every 1 yeer"),
    ("D302", "left civic.low]", "every 1 year]", "every 1 year"),
    ("D302", "left civic.low]", "fee.late]", "fee.late"),
    ("D323", "ferry.booked, fee.paid]", "ferry.booked, fee.paid, fee.*]", "fee.*"),
    # shapes
    ("D305", "{name: B, from: 850}", "{name: B, from: 1000}", "B"),
    ("D305", "{name: C, from: 0}", "{name: C, from: 10}", "C"),
    ("D305", "start: 50, min: 0, max", "start: 50, max", "civic"),
    ("D310", "{name: A, from: 60}", "{name: low, from: 60}", None),
    ("D306", "start: 50,", "start: 150,", "civic"),
    ("D306", "start: 50, min: 0, max: 100", "start: 50, min: 0, max: -1", "civic"),
    ("D306", "toward: 1000", "toward: 1301", ""),
    ("D306", "by: 1,", "by: 0,", ""),
    ("D307", "value: -5,", "value: -25,", "late"),
    ("D307", "range: [-20, 0]", "range: [0, -20]", "late"),
    ("D308", "visits: {number: {min: 0, max: 9", "visits: {number: {min: 10, max: 9", "visits"),
    ("D308", "max: 9, default: 1}}}}\n  firm", "max: 9, default: 10}}}}\n  firm", "visits"),
    ("D308", "nights: 2,", "nights: 10,", "10"),
    ("D309", "early: {boolean: false}", "source: {boolean: false}", "source"),
    ("D309", "sector: text}}", "sector: text, kind: text}}", "kind"),
    ("D311", "until: 2033-01-01", "until: 2031-01-01", ""),
    ("D311", "{from: 2031-01-01, until: 2033-01-01}", "{}", ""),
    # measures
    ("D312", "ever) >= 1\"}", "ever) >= 1\", lasts: 3 days}", "half-fare"),
    ("D312", "ever) >= 1\"}", "ever) >= 1\", again: extend}", "half-fare"),
    ("D312", "grant: pass", "grant: half-fare", "half-fare"),
    ("D312", "{lift: no-ferry}", "{lift: half-fare}", "half-fare"),
    ("D313", "grant: pass", "grant: no-ferry", "no-ferry"),
    ("D313", "impose: no-ferry,", "impose: pass,", "pass"),
    # rules and actions
    ("D310", "- id: youth", "- id: yearly", None),
    ("D316", "overrides: [late-fee]", "overrides: [third-strike]", "third-strike"),
    ("D314", "{score: {civic: round(subject.visits)}}", "{score: round(subject.visits)}",
     "round(subject.visits)"),
    ("D315", "berth: deck, note", "note", "ferry.booked"),
    ("D315", "nights: 2,", "nigths: 2,", "2"),
    ("D315", "nights: 2,", "after: 2 days,", "2 days"),
    ("D315", "nights: 2,", "nights: [2],", None),
    ("D210", "berth: deck,", "berth: dek,", "dek"),
    ("D321", "cite: gazette-4}\n  gift", "standing: documented}\n  gift", "late"),
    ("D322", "min(3, weights.gift, ", "min(3, ", "gift"),
    # names in expressions
    ("D201", "event.days > 30", "event.dayz > 30", "event.dayz"),
    ("D201", "event.amount - 10", "event.amount-10", "event.amount-10"),
    ("D201", "subject.aided\n", "subject.aide\n", "subject.aide"),
    ("D201", "weights.late *", "weights.lat *", "weights.lat"),
    ("D201", "trust: weights.late *", "trust: late *", None),
    ("D201", "has(no-ferry))", "has(no-fery))", "no-fery"),
    ("D201", "listed(defaulters)", "listed(debtors)", "debtors"),
    ("D201", "count(fee.late, 90", "count(fee.lte, 90", "fee.lte"),
    ("D201", "latest(fee.late.grounds)", "latest(fee.late.ground)", "fee.late.ground"),
    ("D201", "latest(fee.late.grounds)", "latest(grounds)", "grounds"),
    ("D201", "'parent', score.civic)", "'parent', score.civil)", "score.civil"),
    ("D201", "{event.amount}.", "{event.amnt}.", "event.amnt"),
    ("D201", "aboard, {subject.name}", "aboard, {subject}", "subject"),
    ("D209", "aboard, {subject.name}", "aboard, {event.days}", "event.days"),
    ("D209", "grade.trust < 'B' or", "event.days > 3 or", "event.days"),
    ("D209", "count(fee.paid, ever) >= 1", "source == 'court'", "source"),
    ("D209", "{event.amount}.", "{until}.", "until"),
    ("D215", "grade.trust < 'B'", "grade < 'B'", "grade"),
    # reading
    ("D202", "event.days > 30", "event.days => 30", None),
    ("D203", "until {until}.", "until {until.", "{"),
    # types
    ("D204", "fee.late) < 60 days", "fee.late) < 60", "since(fee.late) < 60"),
    ("D204", "event.days > 30", "event.days > '30'", "event.days > '30'"),
    ("D204", "source == 'court'", "source > 'court'", "source > 'court'"),
    ("D204", "not subject.aided\n", "subject.aided == 'true'\n", "subject.aided == 'true'"),
    ("D204", "grade.trust < 'B'", "grade.trust < 3", "grade.trust < 3"),
    ("D204", "grade.trust < 'B'", "grade.trust < grade.civic", "grade.civic"),
    ("D204", "weights.late * event.days", "weights.late * event.grounds", "event.grounds"),
    ("D206", "not subject.aided\n", "subject.age\n", "subject.age"),
    ("D206", "days > 30 and not subject.aided", "days", "event.days"),
    ("D206", "{trust: weights.late * event.days / 10}", "{trust: subject.aided}", None),
    ("D206", "{any: [\"related_any('parent', has(no-ferry))\", listed(defaulters),",
     "{any: [] } # [", ""),
    ("D207", "min(3, weights", "mininum(3, weights", "mininum(3, weights.gift, abs(event.days))"),
    ("D208", "abs(event.days)", "abs(event.days, 1)", "abs(event.days, 1)"),
    ("D208", "refusals(ferry.booked, ever)", "refusals(ferry.booked)", "refusals(ferry.booked)"),
    ("D208", "refusals(ferry.booked, ever)", "refusals(ferry.booked, 3)", "3"),
    ("D208", "has(no-ferry))", "has('no-ferry'))", "'no-ferry'"),
    ("D208", "related_count('parent')", "related_count(parent)", "parent"),
    ("D208", "'parent', score.civic)", "'parent', 3)", "3"),
    ("D208", "total(fee.late.days, 3", "total(fee.late.grounds, 3", "fee.late.grounds"),
    ("D210", "== 'neglect'", "== 'neglct'", "'neglct'"),
    ("D210", "in ['deck', 'cabin']", "in ['deck', 'hold']", "'hold'"),
    ("D210", "source == 'court'", "source == 'curt'", "'curt'"),
    ("D210", "    when: subject.kind == 'citizen' and", "    when: subject.kind == 'person' and",
     "'person'"),
    ("D210", "grade.trust < 'B'", "grade.trust < 'D'", "'D'"),
    ("D211", "event.days / 10", "event.days / 0", "0"),
    ("D212", "fee.late) < 60 days", "fee.late) < 2 months", "2 months"),
    ("D214", "fee.paid: {fields: {days: number,", "fee.paid: {fields: {days: text,", None),
    ("D216", "event.grounds == 'storm'", "event.grounds is missing", "event.grounds is missing"),
    ("D217", "to: event.payer", "to: event.days", "event.days"),
    ("D217", "to: event.payer", "to: source", "source"),
    ("D217", "undo: event.earlier", "undo: gazette", "gazette"),
    # values that may be missing
    ("D213", "not (event.amount is missing) and event.amount - 10", "event.amount - 10",
     "event.amount"),
    ("D213", "event.days >= 0, \"not (event.amount is missing)\"", "event.days >= 0",
     "event.amount"),
    ("D213", "on: claim.withdrawn\n    when: subject.kind == 'citizen'", "on: claim.withdrawn",
     "subject.visits"),
    ("D213", "subject.kind == 'citizen' and score", "subject.kind == 'firm' and score",
     "score.civic"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "written", "broken", "marked"), BREAKS)
def test_one_break_one_finding(code: str, written: str, broken: str, marked: str | None) -> None:
    assert CLEAN.count(written) == 1, "the break must be at one place"
    text = CLEAN.replace(written, broken)
    findings = check(text)
    assert code in {finding.code for finding in findings}
    if marked is None:
        return
    assert [finding.code for finding in findings] == [code]
    where = findings[0].where
    assert where is not None
    line = text.splitlines()[where.line - 1]
    shown = line[where.column - 1 :]
    assert shown.startswith(marked or "{")
    assert findings[0].width == len(marked or "{")
    assert findings[0].hint or code == "D206"
