"""Scenarios and subjects files: what they become, and who is named in their findings.

What is wrong with a scenario is tested in ``tests/invalid/scenarios``.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.findings import DemeritError, Where
from engine.language.rows import Cast, Event, Person
from engine.language.scenario import LoadedScenario, load_scenario, load_subjects
from engine.values import MILLION, parse_instant

POLICY = """\
policy: harbour
format: 1
subjects:
  citizen:
    attributes: {name: text, age: number, aided: {boolean: false}, district: {one_of: [docks, old]}}
  organisation: {}
institutions:
  court: {title: Court}
  ferry: {title: Ferry company, delay: 2 days}
scores:
  trust: {of: [citizen, organisation], start: 1000, min: 0}
grades:
  trust: [{name: A, from: 1000}, {name: B, from: 0}]
events:
  fee.late: {by: [ferry], fields: {days: number, note: {text: {optional: true}}}}
  court.ruling: {by: [court, ferry]}
rules:
  - {id: late, on: fee.late, then: [{score: "-5 * event.days"}]}
  - {id: ruling, on: court.ruling, then: [{score: 5}]}
"""
HEAD = """\
scenario: one
policy: policy.yaml
cast:
  mei: {kind: citizen, name: Mei, age: 34.5}
  firm: {kind: organisation}
start: 2031-03-01
"""


def load(folder: Path, text: str, **files: str) -> LoadedScenario:
    (folder / "policy.yaml").write_text(POLICY)
    for name, content in files.items():
        (folder / f"{name}.yaml").write_text(content)
    (folder / "one.yaml").write_text(text)
    return load_scenario(folder / "one.yaml", [folder / f"{name}.yaml" for name in files])


def day(text: str) -> int:
    return parse_instant(f"2031-{text}")


def test_a_cast(tmp_path: Path) -> None:
    loaded = load(tmp_path, HEAD + "relations: {parent: [[mei, firm]], boss: [[firm, mei]]}\n")
    shown = str(tmp_path / "one.yaml")
    assert loaded.cast == Cast(
        (
            Person("mei", "citizen", {"name": "Mei", "age": 34_500_000, "aided": False},
                   Where(shown, 4, 3)),
            Person("firm", "organisation", {}, Where(shown, 5, 3)),
        ),
        {"parent": (("mei", "firm"),), "boss": (("firm", "mei"),)},
        day("03-01"),
        None,
    )  # fmt: skip
    assert all(type(person.id) is str for person in loaded.cast.members)
    assert set(loaded.files) == {shown, "policy.yaml"}
    assert (loaded.events, loaded.expectations, loaded.findings) == ((), (), ())


def test_a_timeline(tmp_path: Path) -> None:
    loaded = load(tmp_path, HEAD + """\
timeline:
  - {after: 1 month, who: mei, event: fee.late, days: 0.4, id: first, says: "no: 017"}
  - {at: 2031-05-31, expect: {mei: {fired: late}}}
  - {after: 1 month, who: firm, event: court.ruling, source: ferry, reporter: mei}
  - {at: 2031-05-01 08:10, who: mei, event: fee.late, days: 17, note: no, known: 2031-05-01T08:10Z}
""")  # fmt: skip
    place = [Where(str(tmp_path / "one.yaml"), line, 5) for line in (8, 10, 11)]
    assert list(loaded.events) == [
        Event("mei", "fee.late", day("04-01"), day("04-03"), {"days": 400_000}, "first",
              says="no: 017", row=1, where=place[0]),
        Event("firm", "court.ruling", day("06-30"), day("07-02"), {}, source="ferry",
              reporter="mei", row=2, where=place[1]),
        Event("mei", "fee.late", day("05-01 08:10"), day("05-01 08:10"),
              {"days": 17 * MILLION, "note": "no"}, row=3, where=place[2]),
    ]  # fmt: skip
    assert type(loaded.events[0].who) is str
    assert type(loaded.events[2].fields["note"]) is str


def test_expectations_see_the_rows_above_them(tmp_path: Path) -> None:
    loaded = load(tmp_path, HEAD + """\
timeline:
  - {at: 2031-03-01, expect: {mei: {score: 1000, grade: A}}}
  - {at: 2031-03-02, who: mei, event: fee.late, days: 4}
  - {at: 2031-03-09, expect: {mei: {score: {trust: 980}, grade: {trust: B}}}}
expect: {mei: {score: 980, refused: 0}}
""")  # fmt: skip
    first, second, last = loaded.expectations
    assert [(e.at, e.row) for e in loaded.expectations] == [
        (day("03-01"), 0), (day("03-09"), 1), (None, 1),
    ]  # fmt: skip
    assert [e.of["mei"].score for e in (first, second, last)] == [
        {"trust": 1000 * MILLION}, {"trust": 980 * MILLION}, {"trust": 980 * MILLION},
    ]  # fmt: skip
    assert (first.of["mei"].grade, second.of["mei"].grade) == ({"trust": "A"}, {"trust": "B"})
    assert last.of["mei"].grade is None
    assert last.of["mei"].where == Where(str(tmp_path / "one.yaml"), 11, 15)


def test_rows_are_counted_even_where_an_event_is_wrong(tmp_path: Path) -> None:
    with pytest.raises(DemeritError) as caught:
        load(tmp_path, HEAD + "timeline:\n" + "  - {at: 2031-03-02, who: bo, event: nothing}\n" * 2)
    codes = [finding.code for finding in caught.value.findings]
    assert codes == ["D517", "D508", "D517", "D508"]
    assert str(tmp_path / "one.yaml") in caught.value.files


def test_a_reform_changes_what_a_timeline_means(tmp_path: Path) -> None:
    text = (
        HEAD
        + """\
timeline:
  - {at: 2031-03-02, who: mei, event: fee.late, days: 4}
  - {at: 2031-06-02, who: mei, event: fee.late, days: 4}
expect: {mei: {not_fired: extra}}
"""
    )
    with pytest.raises(DemeritError, match="D522 there is no rule `extra`"):
        load(tmp_path, text)
    reform = """\
reform: slower
of: harbour
set: {institutions.ferry.delay: {2031-06-01: 5 days}}
add: {rules: [{id: extra, on: court.ruling, then: [{score: 1}]}]}
"""
    loaded = load(tmp_path, text, slower=reform)
    assert [event.known for event in loaded.events] == [day("03-04"), day("06-07")]


def test_a_field_has_the_type_that_is_in_force_when_the_event_happens(tmp_path: Path) -> None:
    reform = """\
reform: in-words
of: harbour
set: {events.fee.late.fields.note: {2031-06-01: number}}
"""
    loaded = load(tmp_path, HEAD + """\
timeline:
  - {at: 2031-05-31, who: mei, event: fee.late, days: 4, note: 17}
  - {at: 2031-06-01, who: mei, event: fee.late, days: 4, note: 17}
""", words=reform)  # fmt: skip
    assert [event.fields["note"] for event in loaded.events] == ["17", 17 * MILLION]


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        ("nowhere.yaml", "D001 there is no file `nowhere.yaml`"),
        ("../../policy.yaml", "D401 `../../policy.yaml` leads out of the project"),
        ("/etc/policy.yaml", "D401 `/etc/policy.yaml` is not a path inside the project"),
        ("link.yaml", "D401 `link.yaml` passes through a link"),
        ("one.yaml", "D101 expected a policy file, found a scenario"),
    ],
)
def test_a_policy_that_cannot_be_read(
    policy: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("link.yaml").symlink_to("policy.yaml")
    Path("policy.yaml").write_text(POLICY)
    Path("one.yaml").write_text(HEAD.replace("policy.yaml", policy))
    with pytest.raises(DemeritError) as caught:
        load_scenario(Path("one.yaml"))
    assert str(caught.value).startswith(said)
    assert "one.yaml" in caught.value.files
    where = caught.value.findings[0].where
    assert where == (Where("one.yaml", 1, 1) if policy == "one.yaml" else Where("one.yaml", 2, 9))


def test_what_is_wrong_with_the_policy_comes_with_both_texts(tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_text(POLICY.replace("event.days", "event.dayz"))
    (tmp_path / "one.yaml").write_text(HEAD)
    with pytest.raises(DemeritError) as caught:
        load_scenario(tmp_path / "one.yaml")
    (finding,) = caught.value.findings
    assert finding.where is not None
    assert set(caught.value.files) == {"policy.yaml", str(tmp_path / "one.yaml")}
    assert finding.where.file == "policy.yaml"


# --- subjects files -----------------------------------------------------------


def test_a_subjects_file(tmp_path: Path) -> None:
    policy = load(tmp_path, HEAD).policy
    path = tmp_path / "people.yaml"
    path.write_text(
        "cast: {mei: {kind: citizen}}\nrelations: {}\nstart: 2031-03-01\nuntil: 2031-04-01\n"
    )
    for given in (policy.policy, policy.versions):
        assert load_subjects(path, given) == Cast(
            (Person("mei", "citizen", {"aided": False}, Where(str(path), 1, 8)),),
            {}, day("03-01"), day("04-01"),
        )  # fmt: skip
    path.write_text("cast: {mei: {kind: citizen, agge: 3}, bo: {kind: x}}\nstart: 2031-03-01\n")
    with pytest.raises(DemeritError) as caught:
        load_subjects(path, policy.policy)
    assert [finding.code for finding in caught.value.findings] == ["D509", "D518"]
    assert caught.value.files == {str(path): path.read_text()}
    path.write_text(HEAD)
    with pytest.raises(DemeritError, match="D101 expected a subjects file, found a scenario"):
        load_subjects(path, policy.policy)
