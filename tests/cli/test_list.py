"""What there is to play, and where its numbers come from."""

from __future__ import annotations

from policies import packs


def test_every_pack_is_listed_with_its_standing_and_counts(demerit):
    said = demerit("list", "--json")
    assert said.code == 0
    listed = {one["pack"]: one for one in said.json["packs"]}
    assert list(listed) == list(packs())
    booking = listed["double-booking"]
    assert booking["title"] == "Swallow Rides courtesy rating"
    assert booking["standing"] == "invented"
    assert (booking["rules"], booking["events"], booking["scenarios"]) == (2, 2, 2)
    assert listed["twelve-cities"]["policies"] > 12
    for one in listed.values():
        assert one["about"]


def test_the_table_says_what_a_pack_is_about(demerit):
    out = demerit("list").out
    for name in packs():
        assert f"\n{name} " in out
    assert f"{len(packs())} packs, " in out


def test_packs_of_a_folder(demerit, pack):
    folder = pack("reminders")
    (folder.parent / "notes").mkdir()
    said = demerit("list", folder.parent, "--json")
    assert [one["pack"] for one in said.json["packs"]] == ["reminders"]


def test_a_broken_pack_hides_no_other(demerit, pack):
    folder = pack("reminders")
    (folder.parent / "broken").mkdir()
    (folder.parent / "broken" / "policy.yaml").write_text("policy: broken\n")
    said = demerit("list", folder.parent)
    assert said.code == 2
    assert "error[D103]" in said.err
    assert "\nreminders " in said.out


def test_a_folder_without_packs_is_said(demerit, tmp_path):
    said = demerit("list", tmp_path)
    assert said.code == 2
    assert "error[D702]" in said.err


# --- sources ------------------------------------------------------------------------


def test_every_number_of_a_documented_pack_has_a_source(demerit):
    said = demerit("sources", "benefit-sanctions", "--json")
    assert said.code == 0
    numbers = said.json["numbers"]
    assert sum(said.json["standings"].values()) == len(numbers)
    third = next(one for one in numbers if one["clause"] == "weights.third")
    assert (third["what"], third["number"], third["standing"]) == (
        "value", "182 days", "documented",
    )  # fmt: skip
    assert "2019/1357" in third["source"]
    assert third["url"].startswith("https://")
    assert third["file"].endswith("policy.yaml")
    assert all(one.get("source") for one in numbers if one["standing"] == "documented")


def test_sources_are_numbered_below_the_table(demerit):
    out = demerit("sources", "benefit-sanctions").out
    assert "weights.third " in out
    assert "[2]" in out.split("\n\n")[1]
    assert "\n[2] " in out
    assert out.rstrip().split("\n")[-1].startswith("27 numbers: 20 documented")


def test_a_number_that_claims_a_document_and_names_none(demerit, pack):
    folder = pack("double-booking")
    policy = folder / "policy.yaml"
    text = policy.read_text("utf-8")
    standing = "    standing: reported\n    cite: report\n"
    assert standing in text
    policy.write_text(text.replace(standing, "    standing: documented\n", 1), "utf-8")
    out = demerit("sources", folder).out
    assert "missing" in out
    assert "1 documented without a source" in out
    assert "warning[D321]" in demerit("check", policy).out


def test_the_sources_of_no_pack(demerit):
    said = demerit("sources", "no-such-pack")
    assert said.code == 2
    assert "error[D701]" in said.err
