"""Reforms: set, add, remove; dates; the place of a patched value."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from engine.findings import DemeritError
from engine.language.load import LoadedPolicy, load_policy, load_reform
from engine.language.nodes import where_of
from engine.values import MILLION, Duration, parse_instant

POLICY = """\
policy: harbour
format: 1
subjects: {citizen: {attributes: {name: text}}}
weights:
  late: {value: -5, range: [-20, 0]}
  minor: -1
scores:
  trust: {of: citizen, start: 1000, min: 0}
grades:
  trust: [{name: A, from: 900}, {name: B, from: 0}]
events:
  fee.late: {fields: {days: number}}
  fee.late.again: {fields: {days: number}}
penalties:
  no-ferry: {blocks: [fee.late]}
rules:
  - id: late-fee
    on: fee.late
    when: event.days > 30
    then: [{score: weights.late + weights.minor}, {impose: no-ferry}]
    limit: {times: 1, per: 1 year}
  - {id: again, on: fee.late.again, then: [{score: -1}]}
"""

Reformed = Callable[..., LoadedPolicy]


@pytest.fixture
def reformed(tmp_path: Path) -> Reformed:
    """Loads the policy above with reforms, given as the texts below their headers."""
    folder = tmp_path / "harbour"
    (folder / "reforms").mkdir(parents=True)
    (folder / "policy.yaml").write_text(POLICY)

    def load(*bodies: str) -> LoadedPolicy:
        paths = []
        for number, body in enumerate(bodies):
            paths.append(folder / f"reforms/r{number}.yaml")
            paths[-1].write_text(f"reform: r{number}\nof: harbour\n{body}")
        return load_policy(folder / "policy.yaml", paths)

    return load


def test_a_weight_means_its_value_and_says_where_it_was_set(reformed: Reformed) -> None:
    policy = reformed("set:\n  weights.late: -8\n  weights.minor: -2\n").policy
    assert policy.weights["late"].value == -8 * MILLION
    assert policy.weights["late"].range == (-20 * MILLION, 0)
    assert str(policy.weights["late"].where) == "reforms/r0.yaml:4:17"
    assert policy.weights["minor"].value == -2 * MILLION
    assert str(policy.weights["minor"].where) == "reforms/r0.yaml:5:18"


def test_keys_deep_in_a_clause(reformed: Reformed) -> None:
    policy = reformed("""\
set:
  weights.late.range: [-30, 0]
  weights.minor.unit: points
  rules.late-fee.limit.times: 3
  rules.late-fee.when: event.days > 60
  rules.again.then: [{score: -2}, {notify: Hello.}]
  events.fee.late.fields.days: {number: {min: 0}}
  events.fee.late.again.domain: harbour
""").policy
    assert policy.weights["late"].range == (-30 * MILLION, 0)
    assert (policy.weights["minor"].value, policy.weights["minor"].unit) == (-MILLION, "points")
    rule = policy.rules[0]
    assert rule.limit is not None
    assert rule.limit.times == 3
    assert str(rule.where) == "policy.yaml:17:5"
    assert rule.when == "event.days > 60"
    assert str(where_of(rule.when)) == "reforms/r0.yaml:7:24"
    assert [action.verb for action in policy.rules[1].then] == ["score", "notify"]
    assert policy.events["fee.late"].fields["days"].min == 0
    assert policy.events["fee.late"].domain is None
    assert policy.events["fee.late.again"].domain == "harbour"


def test_a_key_that_the_file_leaves_out_can_be_set(reformed: Reformed) -> None:
    policy = reformed("""\
set:
  penalties.no-ferry.lasts: 30 days
  scores.trust.drift.toward: 1000
  scores.trust.drift.by: 1
  scores.trust.drift.every: 1 month
  rules.again.in_force.from: 2031-01-01
""").policy
    assert policy.penalties["no-ferry"].lasts == Duration(30 * 86_400, 0)
    drift = policy.scores["trust"].drift
    assert drift is not None
    assert drift.every == Duration(0, 1)
    assert policy.rules[1].in_force is not None


def test_grades(reformed: Reformed) -> None:
    grades = reformed("set: {grades.trust.A: 950}").policy.grades["trust"]
    assert [(g.name, g.from_) for g in grades] == [("A", 950 * MILLION), ("B", 0)]
    assert str(grades[0].where) == "reforms/r0.yaml:3:23"
    grades = reformed("set: {grades.trust.A.from: 960, grades.trust.A.title: Good}").policy.grades
    assert (grades["trust"][0].from_, grades["trust"][0].title) == (960 * MILLION, "Good")
    grades = reformed("set: {grades.trust: [{name: Z, from: 0}]}").policy.grades
    assert [g.name for g in grades["trust"]] == ["Z"]
    grades = reformed("remove: [grades.trust.A]").policy.grades
    assert [g.name for g in grades["trust"]] == ["B"]


def test_add_and_remove(reformed: Reformed) -> None:
    policy = reformed("""\
add:
  weights: {new: {value: 2, unit: points}}
  registries: {board: {shows: [name]}}
  rules:
    - {id: fresh, on: fee.late, then: [{score: weights.new}, {list: board}]}
remove: [rules.again, penalties.no-ferry.blocks, rules.late-fee.limit]
""").policy
    assert [r.id for r in policy.rules] == ["late-fee", "fresh"]
    assert str(policy.rules[1].where) == "reforms/r0.yaml:7:7"
    assert list(policy.weights) == ["late", "minor", "new"]
    assert list(policy.registries) == ["board"]
    assert policy.penalties["no-ferry"].blocks == ()
    assert policy.rules[0].limit is None


def test_several_reforms_apply_in_order(reformed: Reformed) -> None:
    first, second = "set: {weights.late: -8}", "set: {weights.late: -9}"
    assert reformed(first, second).policy.weights["late"].value == -9 * MILLION
    assert reformed(second, first).policy.weights["late"].value == -8 * MILLION
    added = "add: {weights: {new: 1}}\nset: {rules.again.then: [{score: weights.new}]}"
    assert reformed(added, "set: {weights.new: 3}").policy.weights["new"].value == 3 * MILLION


def test_set_comes_before_add_and_add_before_remove(reformed: Reformed) -> None:
    with pytest.raises(DemeritError) as caught:
        reformed("set: {weights.new: 3}\nadd: {weights: {new: 1}}")
    assert [f.code for f in caught.value.findings] == ["D406"]
    policy = reformed("add: {weights: {new: 1}}\nremove: [weights.new]").policy
    assert "new" not in policy.weights


def test_dated_values_make_versions(reformed: Reformed) -> None:
    loaded = reformed("""\
set:
  weights.late: {2032-01-01: -9, 2031-06-01: -8}
  penalties.no-ferry.lasts: {2031-06-01: 30 days}
  weights.minor: -3
""")
    assert [start for start, _ in loaded.versions] == [
        None, parse_instant("2031-06-01"), parse_instant("2032-01-01"),
    ]  # fmt: skip
    values = [policy.weights["late"].value // MILLION for _, policy in loaded.versions]
    assert values == [-5, -8, -9]
    assert [policy.weights["minor"].value for _, policy in loaded.versions] == [-3 * MILLION] * 3
    lasts = [policy.penalties["no-ferry"].lasts for _, policy in loaded.versions]
    assert lasts == [None, Duration(30 * 86_400, 0), Duration(30 * 86_400, 0)]
    places = [str(policy.weights["late"].where) for _, policy in loaded.versions]
    assert places == ["policy.yaml:5:9", "reforms/r0.yaml:4:46", "reforms/r0.yaml:4:30"]
    assert loaded.policy is loaded.versions[0][1]
    assert loaded.at(parse_instant("2031-05-31 23:59:59")) is loaded.versions[0][1]
    assert loaded.at(parse_instant("2031-06-01")) is loaded.versions[1][1]
    assert loaded.at(parse_instant("2040-01-01")) is loaded.versions[2][1]


def test_a_later_reform_without_dates_wins_over_dates(reformed: Reformed) -> None:
    loaded = reformed("set: {weights.late: {2031-06-01: -8}}", "set: {weights.late: -2}")
    assert [p.weights["late"].value // MILLION for _, p in loaded.versions] == [-2, -2]


def test_every_version_is_validated_and_checked(reformed: Reformed) -> None:
    with pytest.raises(DemeritError) as caught:
        reformed("set: {weights.late: {2031-06-01: -8, 2031-07-01: -21, 2031-08-01: lots}}")
    assert [(f.code, str(f.where)) for f in caught.value.findings] == [
        ("D307", "reforms/r0.yaml:3:50"),
        ("D105", "reforms/r0.yaml:3:67"),
    ]
    with pytest.raises(DemeritError) as caught:
        reformed("set: {weights.late: {2031-06-01: -8, 2031-07-01: -21}}")
    assert [f.code[:2] for f in caught.value.findings] == ["D3"]


def test_what_arises_only_under_a_reform_says_so(reformed: Reformed) -> None:
    overriding = "set: {rules.again.overrides: [late-fee]}"
    reformed(overriding)
    with pytest.raises(DemeritError) as caught:
        reformed(overriding, "remove: [rules.late-fee, weights.minor]")
    (found,) = (f for f in caught.value.findings if f.severity == "error")
    assert str(found.where) == "reforms/r0.yaml:3:31"  # inside a reform: its place says so
    assert found.message == "there is no rule `late-fee`"


def test_a_clause_of_the_policy_that_a_reform_breaks_names_the_reform(reformed: Reformed) -> None:
    with pytest.raises(DemeritError) as caught:
        reformed("remove: [penalties.no-ferry]")
    (found,) = caught.value.findings
    assert str(found.where) == "policy.yaml:20:60"
    assert found.message == "under `reforms/r0.yaml`: there is no penalty `no-ferry`"
    assert found.hint is not None
    assert found.hint.startswith("`penalties.no-ferry` is removed at reforms/r0.yaml:3:")


def test_a_warning_that_only_a_reform_draws_names_it(reformed: Reformed) -> None:
    found = reformed("set: {rules.again.in_force: {}}", "remove: [rules.late-fee]").findings
    assert sorted(f.message for f in found) == [
        "this `in_force` bounds nothing",
        "under `reforms/r0.yaml` and `reforms/r1.yaml`: the weight `late` is never used",
        "under `reforms/r0.yaml` and `reforms/r1.yaml`: the weight `minor` is never used",
    ]


def test_a_weight_that_a_reform_sets_out_of_range_is_found_in_the_reform(
    reformed: Reformed,
) -> None:
    with pytest.raises(DemeritError) as caught:
        reformed("set:\n  weights.late: -21")
    (found,) = caught.value.findings
    assert (found.code, str(found.where)) == ("D307", "reforms/r0.yaml:4:17")


def test_the_policy_itself_is_left_as_it_is(reformed: Reformed) -> None:
    before = reformed().policy
    reformed("set: {rules.late-fee.limit.times: 9}\nremove: [rules.again]")
    assert reformed().policy == before


def test_mistakes_of_policy_and_reform_come_together(reformed: Reformed, tmp_path: Path) -> None:
    (tmp_path / "harbour/policy.yaml").write_text(POLICY + "rulez: []\n")
    with pytest.raises(DemeritError) as caught:
        reformed("set: {weights.lat: -8}")
    assert [(f.code, str(f.where)) for f in caught.value.findings] == [
        ("D102", "policy.yaml:23:1"),
        ("D406", "reforms/r0.yaml:3:7"),
    ]
    assert set(caught.value.files) == {"policy.yaml", "reforms/r0.yaml"}


def test_a_reform_outside_the_project_is_known_by_its_name(
    reformed: Reformed, tmp_path: Path
) -> None:
    outside = tmp_path.parent / f"{tmp_path.name}-outside"
    outside.mkdir()
    (outside / "mine.yaml").write_text("reform: mine\nof: harbour\nset: {weights.late: -8}\n")
    reformed()
    loaded = load_policy(tmp_path / "harbour/policy.yaml", [outside / "mine.yaml"])
    assert str(loaded.policy.weights["late"].where) == "mine.yaml:3:21"


def test_a_reform_by_itself(tmp_path: Path) -> None:
    path = tmp_path / "r.yaml"
    path.write_text("reform: r\nof: harbour\nset: {weights.late: -8}\n")
    reform, files = load_reform(path)
    assert (reform.reform, reform.of, dict(reform.set)) == ("r", "harbour", {"weights.late": "-8"})
    assert list(files) == [str(path)]
