"""One life under many policies."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from policies import find_pack

CITIES = sorted((find_pack("twelve-cities") / "cities").glob("*.yaml"))
STATE = find_pack("state-and-platforms")


def test_twelve_cities_give_the_twelve_results_of_the_readme(demerit):
    said = demerit("compare", "twelve-cities/in-plum-garden", "--policies", *CITIES)
    assert said.code == 0, said.err
    readme = (find_pack("twelve-cities") / "README.md").read_text("utf-8")
    told = dict(re.findall(r"\| ([A-Z][a-z]+ [A-Z][a-z]+) \| (\d+)(?= )", readme))
    assert len(told) == 12
    shown = dict(re.findall(r"([A-Z][a-z]+ [A-Z][a-z]+) +(\d+) \([A-D]\)", said.out))
    assert shown == told


def test_policies_may_stand_anywhere_and_keep_their_order(demerit):
    a, b, c = CITIES[:3]
    orders = [
        ("in", "--policies", a, b, c),
        ("--policies", a, b, c, "in"),
        ("in", "--policies", a, "--policies", b, "--policies", c),
        ("in", a, b, c),
    ]
    for order in orders:
        words = ["twelve-cities/in-plum-garden" if word == "in" else word for word in order]
        judges = demerit("compare", *words, "--json").json["policies"]
        assert [judge["policy"] for judge in judges] == [path.stem for path in (a, b, c)]


def test_one_policy_is_held_against_the_scenarios_own(demerit):
    said = demerit("compare", "twelve-cities/in-plum-garden", CITIES[0], "--json")
    assert [judge["policy"] for judge in said.json["policies"]] == ["plum-garden", CITIES[0].stem]


def test_a_judge_plays_as_run_plays(demerit):
    alone = demerit("run", "state-and-platforms/seen-by-the-state", "--json").json
    said = demerit("compare", "state-and-platforms/seen-by-the-state", STATE / "platform.yaml",
                   "--json").json  # fmt: skip
    assert said["policies"][0]["hash"] == alone["hash"]
    assert said["policies"][0]["subjects"] == alone["subjects"]


@pytest.fixture
def two(demerit):
    """The state and the shop, over the same three lives."""
    return demerit("compare", "state-and-platforms/seen-by-the-state", "--policies",
                   STATE / "policy.yaml", STATE / "platform.yaml", "--json").json  # fmt: skip


def test_where_two_disagree_and_since_when(two):
    spells = [
        (one["who"], one["since"][:10], one["until"] and one["until"][:10], one["step"]["event"])
        for one in two["disagreements"]
    ]
    assert spells == [
        ("tian-hui", "2018-03-01", "2018-04-09", "tax.late"),
        ("tian-hui", "2018-05-06", None, "volunteer.day"),
        ("feng-lei", "2018-04-02", "2018-04-09", "judgment.unpaid"),
        ("feng-lei", "2018-09-01", None, "judgment.paid"),
        ("shao-min", "2018-04-09", None, "judgment.unpaid"),
    ]
    assert [grade["grades"] for grade in two["disagreements"][0]["stands"]] == [
        {"credit": "doubtful"}, {"credit": "good"},
    ]  # fmt: skip


def test_numbers_may_differ_before_verdicts_do(two):
    first = {who: at[:10] for who, at in two["first_apart"].items()}
    assert first == {
        "tian-hui": "2018-02-01", "feng-lei": "2018-04-02", "shao-min": "2018-04-09",
    }  # fmt: skip


def test_which_decision_follows_which(two):
    state, shop = (judge["label"] for judge in two["policies"])
    decisions = [(one["who"], one["event"], one["follows"]) for one in two["decisions"]]
    assert decisions == [
        ("feng-lei", "flat.rented", shop),
        ("tian-hui", "permit.asked", state),
        ("tian-hui", "permit.asked", state),
        ("tian-hui", "flat.rented", shop),
        ("shao-min", "flat.rented", shop),
        ("feng-lei", "permit.asked", state),
    ]
    grades = [tuple(stand["grades"]["credit"] for stand in one["stands"])
              for one in two["decisions"]]  # fmt: skip
    assert sum(left == right for left, right in grades) == 1  # the only one on which they agree


def test_the_same_policy_twice_never_disagrees(demerit):
    policy = STATE / "policy.yaml"
    said = demerit("compare", "state-and-platforms/seen-by-the-state", policy, policy)
    assert said.code == 0
    assert said.out.count("the same under both, at every step") == 3
    assert "Which decision" not in said.out


def test_grades_of_other_names_are_compared_by_rank(demerit, pack):
    folder = pack("state-and-platforms")
    shop = folder / "platform.yaml"
    text = shop.read_text("utf-8")
    for old, new in (("name: good", "name: lovely"), ("name: doubtful", "name: odd"),
                     ("'good'", "'lovely'"), ("'doubtful'", "'odd'")):  # fmt: skip
        assert old in text
        text = text.replace(old, new)
    shop.write_text(text, "utf-8")
    said = demerit("compare", folder / "scenarios" / "seen-by-the-state.yaml",
                   folder / "policy.yaml", shop, "--json").json  # fmt: skip
    assert [one["since"][:10] for one in said["disagreements"] if one["who"] == "tian-hui"] == [
        "2018-03-01", "2018-05-06",
    ]  # fmt: skip


def test_a_reform_is_a_judge_too(demerit):
    reform = STATE / "reforms" / "withheld.yaml"
    said = demerit("compare", "state-and-platforms/seen-by-the-platform", reform, "--json").json
    ends = [judge["subjects"]["feng-lei"]["scores"]["credit"] for judge in said["policies"]]
    assert ends == ["900", "1000"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ([CITIES[0]], "D711"),
        (["twelve-cities/in-plum-garden", "twelve-cities/in-salt-gate"], "D711"),
        (["twelve-cities/in-plum-garden", "no-such.yaml"], "D701"),
        (["twelve-cities/in-plum-garden", STATE / "policy.yaml"], "D508"),
    ],
)
def test_what_cannot_be_compared_is_said(demerit, words: list[Path], code: str):
    said = demerit("compare", *words)
    assert said.code == 2
    assert f"error[{code}]" in said.err


def test_two_may_disagree_from_the_start(demerit, pack):
    folder = pack("state-and-platforms")
    shop = folder / "platform.yaml"
    text = shop.read_text("utf-8")
    assert "start: 1000" in text
    shop.write_text(text.replace("start: 1000", "start: 900"), "utf-8")
    said = demerit("compare", folder / "scenarios" / "seen-by-the-state.yaml", shop)
    assert "2018-01-01  " in said.out
    assert "the start" in said.out
