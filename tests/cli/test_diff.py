from __future__ import annotations

from policies import find_pack

REFORM = find_pack("aged-parents") / "reforms" / "no-third-parties.yaml"


def test_a_reform_parts_two_lives_at_a_step_and_by_a_clause(demerit):
    said = demerit("diff", "aged-parents", REFORM, "--json")
    assert said.code == 0
    assert [one["scenario"] for one in said.json["scenarios"]] == ["the-quarrel", "the-roof"]
    roof = said.json["scenarios"][1]["subjects"]
    assert roof["lucky-homes"]["ends"] == {"messages": ["1", "0"]}
    assert roof["shen-daoming"]["ends"] == {}
    parts = roof["shen-daoming"]["parts"]
    assert (parts["left"]["step"], parts["left"]["at"]) == (2, "2018-04-10T00:00:00Z")
    assert parts["left"]["effect"]["after"] == "950"
    assert parts["right"]["effect"]["after"] == "975"
    assert parts["clauses"]["left"]["clause"] == "rules.neglect"
    assert parts["clauses"]["right"]["clause"] == "rules.neglect-quietly"
    assert "mother-shen" not in roof


def test_text_names_who_ends_differently(demerit):
    said = demerit("diff", "aged-parents", REFORM, "--scenario", "aged-parents/the-roof")
    assert "shen-daoming ends the same, by another way" in said.out
    assert "with no-third-parties: step 2, neglect.confirmed: credit −25: 1000 → 975" in said.out
    assert "2 people fare differently, 1 of them to the end" in said.out


def test_a_policy_does_not_differ_from_itself(demerit):
    said = demerit("diff", "aged-parents", "aged-parents", "--exit-code", "--json")
    assert said.code == 0
    assert said.json["differ"] is False


def test_exit_code_is_only_on_request(demerit):
    assert demerit("diff", "aged-parents", REFORM).code == 0
    assert demerit("diff", "aged-parents", REFORM, "--exit-code").code == 1


def test_a_policy_is_held_against_another_policy(demerit):
    folder = find_pack("one-good-deed")
    said = demerit("diff", folder / "policy.yaml", folder / "isolated.yaml", "--json")
    ends = said.json["scenarios"][0]["subjects"]["xue-song"]["ends"]
    assert ends["score credit"][1] is None


def test_a_reform_cannot_come_first(demerit):
    said = demerit("diff", REFORM, "aged-parents")
    assert said.code == 2
    assert "error[D708]" in said.err
