"""Every form of claim finds a planted fault, and accuses no clean policy."""

from __future__ import annotations

import pytest

from engine.audit.bounds import Bounds, Budget
from engine.audit.life import Life, plans_of
from engine.audit.watches import AddsUp
from engine.language.audit import load_audit
from engine.language.model.audit import FORMS as KNOWN
from tests.audit.bench import Twin, folder_of, judged, verdict_on
from tests.audit.planted import BAN, FORMS, LATE


def test_every_form_has_its_pair():
    assert set(FORMS) | {"adds-up"} == set(KNOWN)


@pytest.mark.parametrize("form", FORMS)
def test_a_planted_fault_is_found_by_the_least_history(form, tmp_path):
    planted = FORMS[form]
    verdict = verdict_on(tmp_path, planted.faulty, planted.claim)
    assert verdict.kind == "refuted"
    assert verdict.said
    if planted.events:
        assert verdict.counterexample is not None
        assert verdict.counterexample.events == planted.events


@pytest.mark.parametrize("form", FORMS)
def test_a_clean_policy_is_not_accused(form, tmp_path):
    verdict = verdict_on(tmp_path, FORMS[form].clean, FORMS[form].claim)
    assert verdict.kind in ("held", "proved")
    assert verdict.reach.histories > 0 or verdict.reach.of == "reading"


def test_effects_that_do_not_add_up_are_found(tmp_path):
    audit = load_audit(folder_of(tmp_path, Twin(LATE), "adds-up: true"))
    assert judged(audit, Bounds(3, 200))[0].kind == "held"
    from engine.audit.alphabet import field_of
    from engine.audit.spaces import event_of

    field = field_of(audit, audit.policy.policy)
    life = Life(plans_of(audit.policy.versions), field.cast)
    watch = AddsUp(frozenset({"una", "bo"}))
    memory, breach = watch.start(life)
    assert breach is None
    life.feed(event_of(field.choices[0], field.cast.start, None, {}, 1))
    step = life.steps[-1]
    part = step.parts[0]
    lying = part._replace(effects=(part.effects[0]._replace(after=95_000_000),))
    found = watch.see(life, step._replace(parts=(lying,)), memory)[1]
    assert found is not None
    assert "moved by -10" in found.said


# --- what a verdict says ------------------------------------------------------------------


def test_a_state_space_that_is_seen_whole_is_a_proof(tmp_path):
    twin = Twin("{id: late, on: late, then: [{score: {set: 90}}]}")
    verdict = verdict_on(tmp_path, twin, "always: score >= 90")
    assert verdict.kind == "proved"
    assert verdict.reach.exhausted
    assert "alphabet" in verdict.said


def test_what_was_cut_by_length_is_not_a_proof(tmp_path):
    verdict = verdict_on(tmp_path, Twin(LATE), "always: score >= 60")
    assert verdict.kind == "held"
    assert not verdict.reach.exhausted
    assert verdict.reach.complete
    assert "every history of up to 4 events" in verdict.reach.said


def test_the_cheapest_history_wins_over_the_shortest(tmp_path):
    twin = Twin(
        "{id: sung, on: sung, then: [{score: -60}]}\n{id: late, on: late, then: [{score: -20}]}"
    )
    verdict = verdict_on(tmp_path, twin, "never: grade == 'bad'")
    example = verdict.counterexample
    assert example is not None
    assert example.least
    assert example.cost == 0  # three late ones are free, one song is not
    assert [event.type for event in example.histories[0].events] == ["late"] * 3


def test_the_same_seed_and_allowance_give_the_same_answer(tmp_path):
    audit = load_audit(folder_of(tmp_path, Twin(LATE), "always: score >= 0"))
    one, two = (judged(audit, Bounds(6, 100, seed=4))[0] for _ in range(2))
    assert one == two
    assert one.reach.walks > 0
    assert one.reach.seed == 4


def test_a_budget_that_is_over_says_so(tmp_path):
    audit = load_audit(folder_of(tmp_path, Twin(LATE), "always: score >= 60"))
    budget = Budget(0.0)
    (verdict,) = judged(audit, None, budget)
    assert verdict.kind == "open"
    assert not verdict.as_expected
    assert "time was up" in verdict.said


def test_an_interrupt_keeps_what_was_found(tmp_path):
    audit = load_audit(folder_of(tmp_path, Twin(LATE), "always: score >= 60"))
    budget = Budget()
    played = []

    def stop(count: int) -> None:
        played.append(count)
        if len(played) == 40:
            raise KeyboardInterrupt

    budget.told = stop
    (verdict,) = judged(audit, None, budget)
    assert budget.interrupted
    assert verdict.kind == "held"
    assert verdict.reach.histories == 40
    assert "interrupted" in verdict.reach.said


def test_a_run_that_stops_is_said_and_not_counted_as_kept(tmp_path):
    twin = Twin("{id: late, on: late, then: [{score: '-100 / (score - 100)'}]}")
    verdict = verdict_on(tmp_path, twin, "always: score >= 0")
    assert verdict.kind == "held"
    assert verdict.reach.stopped is not None
    assert verdict.reach.stopped.code == "D601"


def test_who_limits_whom_a_claim_is_about(tmp_path):
    faulty = Twin("{id: late, on: late, unless: subject.aided, then: [{score: -60}]}")
    assert (
        verdict_on(tmp_path, faulty, "never: grade == 'bad', who: subject.aided").kind != "refuted"
    )
    assert verdict_on(tmp_path, faulty, "never: grade == 'bad', who: not subject.aided").kind == (
        "refuted"
    )


def test_on_asks_only_after_such_an_event(tmp_path):
    twin = Twin(BAN, head=FORMS["never"].faulty.head)
    claim = "never: has(ban), on: sung"
    verdict = verdict_on(tmp_path, twin, claim)
    assert verdict.counterexample is not None
    assert [e.type for e in verdict.counterexample.histories[0].events] == ["late", "sung"]


def test_what_is_still_to_come_of_the_last_event_counts(tmp_path):
    verdict = verdict_on(tmp_path, FORMS["changes-nothing"].faulty, FORMS["changes-nothing"].claim)
    example = verdict.counterexample
    assert example is not None
    assert example.breach.waited
    assert example.histories[0].steps[-1].event == "off"


def test_only_events_that_somebody_can_choose_lead_somewhere(tmp_path):
    from tests.audit.bench import AUDIT

    fixed = AUDIT.replace("sung: {cost: 1}", "sung: {immutable: true}")
    twin = FORMS["never-qualifies"].faulty._replace(audit=fixed)
    assert verdict_on(tmp_path, twin, FORMS["never-qualifies"].claim).kind != "refuted"


def test_an_expected_number_of_events_is_held_against_the_least(tmp_path):
    planted = FORMS["always"]
    good = verdict_on(
        tmp_path, planted.faulty, f"{planted.claim}, expect: refuted, counterexample: 3"
    )
    short = verdict_on(
        tmp_path, planted.faulty, f"{planted.claim}, expect: refuted, counterexample: 2"
    )
    assert good.as_expected
    assert not short.as_expected


def test_an_attribute_that_nothing_reads_is_a_proof(tmp_path):
    rules = "{id: late, on: late, then: [{score: weights.late}, {notify: 'So, {subject.name}.'}]}"
    verdict = verdict_on(tmp_path, Twin(rules), "equal-treatment: {over: [aided, name]}")
    assert verdict.kind == "proved"
    assert verdict.reach.of == "reading"


def test_an_attribute_that_a_derived_event_carries_is_no_proof(tmp_path):
    head = Twin("").head.replace("off: {}", "off: {fields: {whom: text}}")
    rules = (
        "{id: late, on: late, then: [{emit: {event: off, whom: '{subject.name}'}}]}\n"
        "{id: off, on: off, when: event.whom == 'somebody', then: [{score: -1}]}"
    )
    verdict = verdict_on(tmp_path, Twin(rules, head=head), "equal-treatment: {over: name}")
    assert verdict.kind == "refuted"


def test_ways_back_that_were_not_all_tried_refute_nothing(tmp_path):
    planted = FORMS["recoverable"]
    verdict = verdict_on(tmp_path, planted.faulty, planted.claim, Bounds(4, 30))
    assert verdict.kind == "open"
    assert "not all were tried" in verdict.said
