"""A reform that is harsher is caught with a history; one that is not is proved harmless."""

from __future__ import annotations

import pytest

from engine.audit.static.reforms import compare
from engine.evaluation.run import play
from engine.language.load import load_policy
from tests.audit.static_pairs import PENALTY, rule, text

LATE = rule("on: fee.late, when: event.days > 30, then: [{score: weights.late}, {list: board}]")
BAN = rule("on: fee.late, when: event.days > 90, then: [{impose: no-ferry, for: 30 days}]", "ban")
HELP = rule("on: deed.done, when: 'count(deed.done, ever) >= 3', then: [{grant: berth}]", "berth")
MORE = PENALTY + "rewards: {berth: {lasts: 30 days}}\nregistries: {board: {}}\n"
MILD = (
    "add: {rules: [{id: mild, on: fee.late, when: COND, overrides: [late], then: [{score: -1}]}]}"
)

#: Name, what the reform sets, the verdict, words of a result.
CASES = (
    ("a larger fine", "set: {weights.late: -8}", "refuted", "a lower `trust`"),
    ("a smaller fine", "set: {weights.late: -2}", "proved", ""),
    ("an earlier fine", "set: {rules.late.when: event.days > 20}", "refuted", "a lower `trust`"),
    ("a later fine", "set: {rules.late.when: event.days > 40}", "proved", ""),
    ("the same fine in other words", "set: {rules.late.when: not event.days <= 30}", "proved", ""),
    ("a longer ban", "set: {rules.ban.then: [{impose: no-ferry, for: 60 days}]}", "refuted",
     "imposes `no-ferry` for longer"),
    ("a shorter ban", "set: {rules.ban.then: [{impose: no-ferry, for: 10 days}]}", "proved", ""),
    ("a ban for more", "set: {rules.ban.when: event.days > 80}", "refuted", "imposes `no-ferry`"),
    ("no ban", "remove: [rules.ban]", "proved", ""),
    ("a reward that needs more", "set: {rules.berth.when: 'count(deed.done, ever) >= 5'}",
     "refuted", "no longer grants `berth`"),
    ("a reward that needs less", "set: {rules.berth.when: 'count(deed.done, ever) >= 2'}",
     "proved", ""),
    ("another rule that takes", "add: {rules: [{id: more, on: ferry.booked, then: [{score: -1}]}]}",
     "refuted", "`ferry.booked` can leave a lower"),
    ("another rule that gives", "add: {rules: [{id: more, on: ferry.booked, then: [{score: 1}]}]}",
     "proved", ""),
    ("a rule that sets the fine aside", MILD.replace("COND", "event.paid and event.days > 30"),
     "proved", ""),
    ("a rule that sets the fine aside and takes where there was none",
     MILD.replace("COND", "event.paid"), "refuted", "a lower `trust`"),
    ("a higher floor", "set: {grades.trust.B: 600}", "refuted", "the grade `B` begins at `600`"),
    ("a lower floor", "set: {grades.trust.B: 400}", "proved", ""),
    ("a fine for a new event",
     "add: {events: {bag.lost: {}}, rules: [{id: bag, on: bag.lost, then: [{score: -1}]}]}",
     "refuted", "`bag.lost` can leave a lower"),
    ("a list that more are put on",
     "set: {rules.late.when: event.days > 9, weights.late: 0}",
     "refuted", "lists on `board`"),
    ("a ban by a lower score", "add: {penalties: {idle: {while: score < 900}}}", "refuted",
     "`idle` holds for more"),
)  # fmt: skip


def loaded(tmp_path, reform):
    policy = tmp_path / "policy.yaml"
    policy.write_text(text(LATE + BAN + HELP, MORE), "utf-8")
    path = tmp_path / "reform.yaml"
    path.write_text(f"reform: change\nof: quay\n{reform}\n", "utf-8")
    return load_policy(policy), load_policy(policy, [path])


@pytest.mark.parametrize(("name", "reform", "verdict", "said"), CASES, ids=[c[0] for c in CASES])
def test_a_reform_is_judged(tmp_path, name, reform, verdict, said):
    before, after = loaded(tmp_path, reform)
    found = compare(before, after)
    assert found.verdict == verdict, [r.message for r in found.results]
    assert any(said in r.message for r in found.results) or not said
    assert all(r.code == "D940" for r in found.results)


def test_a_witness_ends_worse_under_the_reform(tmp_path):
    before, after = loaded(tmp_path, "set: {weights.late: -8}")
    witness = compare(before, after).results[0].witness
    ends = [
        play(p.versions, witness.cast, witness.events, matcher="plain") for p in (before, after)
    ]
    scores = [end.standings["ann"].scores["trust"] for end in ends]
    assert scores[1] < scores[0]


def test_a_reform_that_changes_nothing_is_asked_about_and_proved(tmp_path):
    before, _ = loaded(tmp_path, "set: {weights.late: -8}")
    found = compare(before, before)
    assert (found.verdict, found.results) == ("proved", ())
    assert found.asked > 5
