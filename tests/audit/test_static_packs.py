"""What is found in the packs. Each line was looked at by hand and is true of its policy."""

from __future__ import annotations

import pytest

from engine.audit.static import examine
from engine.audit.static.reforms import compare
from engine.language.load import load_policy, load_reform
from engine.language.neighbours import kind_of, policy_of, yaml_files
from policies import packs

FILES = {
    f"{name}/{path.name}": path for name, folder in packs().items() for path in yaml_files(folder)
}
POLICIES = {name: path for name, path in FILES.items() if kind_of(path) == "policy"}
REFORMS = {name: path for name, path in FILES.items() if kind_of(path) == "reform"}

FOUND = {
    # Brakes are punished on trips that are otherwise calm.
    "black-box/policy.yaml": {("D935", "rules.calm", "rules.harsh")},
    # The weight is 0 "to be touched"; the pack's reform touches it.
    "double-booking/policy.yaml": {("D937", "grades.rating.plain", "scores.rating"),
                                   ("D937", "grades.rating.patient", "scores.rating")},
    # A donor who is sent home is written down and counts for nothing.
    "good-citizen-card/policy.yaml": {("D936", "events.blood.declined")},
    "good-citizen-card/village.yaml": {("D936", "events.blood.declined")},
    # Only late filings are seen.
    "hangzhou-2006/policy.yaml": {("D936", "events.tax.filed")},
    # What people do anyway: the score of Suzhou of which few had heard.
    "osmanthus/policy.yaml": {("D936", "events.book.borrowed"), ("D936", "events.metro.ridden"),
                              ("D936", "events.street.asked")},
    # One trip is counted off where a look grants the next forty.
    "platform-rating/policy.yaml": {("D935", "rules.average", "rules.look")},
    "public-reports/policy.yaml": {("D936", "events.post.published")},
    # The score stands where it stood, and looks on.
    "reminders/policy.yaml": {("D937", "grades.credit.fail", "scores.credit")},
    # Two policies share one vocabulary, and each sees its own part of a life.
    "state-and-platforms/platform.yaml": {("D936", f"events.{event}") for event in (
        "judgment.paid", "tax.late", "friend.added", "volunteer.day", "permit.asked")},
    "state-and-platforms/policy.yaml": {("D936", f"events.{event}") for event in (
        "goods.returned", "order.paid", "friend.added", "search.typed", "flat.rented")},
    # The baseline reads salaries, the score reads the rest.
    "thin-file/baseline.yaml": {("D936", f"events.{event}") for event in (
        "bill.paid", "bill.missed", "phone.topped", "night.seen", "room.moved")},
    "thin-file/policy.yaml": {("D936", "events.salary.paid")},
    "travel-bans/policy.yaml": {("D936", "events.slow-train.booked")},
    # A city that takes nothing, and one that gives nothing.
    "twelve-cities/nine-wells.yaml": {("D937", "grades.credit.C", "scores.credit"),
                                      ("D937", "grades.credit.D", "scores.credit")},
    "twelve-cities/salt-gate.yaml": {("D937", "grades.credit.A", "scores.credit")},
}  # fmt: skip


@pytest.mark.parametrize("name", POLICIES)
def test_only_what_is_true_is_found(name):
    results = examine(load_policy(POLICIES[name]))
    found = {(r.code, *(clause.clause for clause in r.clauses)) for r in results}
    assert found == FOUND.get(name, set())
    assert all(r.standing in ("proved", "played") for r in results)
    assert all(clause.where is not None for r in results for clause in r.clauses)


#: Reforms under which an event can leave somebody with less; of the rest it is proved that none
#: can. `possible` ones: the witness would have to know what the solver only bounds.
HARSHER = {
    "behaviour-points/late-is-not-behaviour.yaml": "refuted",
    "benefit-sanctions/never-more-than-91.yaml": "refuted",  # a number of days counts as a score
    "double-booking/it-counts-now.yaml": "refuted",
    "five-stars/a-tap-is-a-tap.yaml": "possible",
    "five-stars/breakfast-is-private.yaml": "refuted",
    "four-areas/also-without-admission.yaml": "refuted",
    "good-citizen-card/a-thinner-needle.yaml": "possible",
    "marital-record/on-a-word.yaml": "refuted",
    "one-good-deed/one-deed-a-month.yaml": "refuted",
    "pilots/nationwide.yaml": "refuted",
    "state-and-platforms/one-window.yaml": "refuted",
    "twelve-cities/one-core.yaml": "refuted",
    "twelve-cities/one-reading.yaml": "refuted",
}


@pytest.mark.parametrize("name", REFORMS)
def test_a_reform_is_compared_with_its_policy(name):
    path = REFORMS[name]
    reform, _ = load_reform(path)
    target = policy_of(path, str(reform.of))
    assert target is not None
    said = compare(load_policy(target), load_policy(target, [path]))
    assert said.verdict == HARSHER.get(name, "proved")
