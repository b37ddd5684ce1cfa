from __future__ import annotations

import json

import pytest


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_new_pack_passes_its_own_tests_and_covers_its_rules(demerit):
    assert demerit("new", "my-library").code == 0
    assert demerit("check", "my-library").out.endswith("4 files checked: nothing to mend\n")
    said = demerit("test", "my-library", "--threshold", "100")
    assert said.code == 0, said.out
    assert demerit("diff", "my-library", "my-library/reforms/no-more-bans.yaml").code == 0


def test_its_files_bear_its_name_and_point_to_their_schemas(demerit, here):
    said = demerit("new", "my-library", "--json")
    assert said.json["folder"] == "my-library"
    for name in said.json["files"]:
        assert "STARTER" not in (here / name).read_text()
    policy = here / "my-library" / "policy.yaml"
    line = policy.read_text().splitlines()[0]
    assert line == "# yaml-language-server: $schema=schema/policy.json"
    schema = json.loads((policy.parent / "schema" / "policy.json").read_text())
    assert schema["title"] == "demerit policy"


@pytest.mark.parametrize("name", ["My Library", "../out", "a/b", "-x", "", "über", "x" * 61, "."])
def test_a_bad_name_is_refused(demerit, here, name):
    said = demerit("new", "--", name)
    assert said.code == 2
    assert "error[D709]" in said.err
    assert list(here.iterdir()) == []


def test_an_existing_folder_is_left_alone(demerit, here):
    (here / "mine").mkdir()
    said = demerit("new", "mine")
    assert said.code == 2
    assert list((here / "mine").iterdir()) == []
    assert [path.name for path in here.iterdir()] == ["mine"]


def test_a_folder_that_may_not_be_written_is_a_finding(demerit, here, monkeypatch):
    def refuse(*_: object, **__: object) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.mkdtemp", refuse)
    said = demerit("new", "mine")
    assert said.code == 2
    assert "permission denied" in said.err


# --- from a pack --------------------------------------------------------------------


@pytest.mark.parametrize("pack", ["twelve-cities", "public-reports", "state-and-platforms"])
def test_a_copy_of_a_pack_passes_as_the_pack_does(demerit, here, pack):
    assert demerit("new", "mine", "--from", pack).code == 0
    checked = demerit("check", "mine")
    assert checked.out.endswith("nothing to mend\n"), checked.out
    said = demerit("test", "mine", "--threshold", "100")
    assert said.code == 0, said.out


def test_a_copy_bears_its_own_name_wherever_the_old_one_meant_it(demerit, here):
    demerit("new", "mine", "--from", "public-reports")
    written = [path for path in (here / "mine").rglob("*.*") if path.suffix in (".yaml", ".md")]
    texts = {str(path.relative_to(here / "mine")): path.read_text("utf-8") for path in written}
    assert "\npolicy: mine\n" in texts["policy.yaml"]
    assert "\nof: mine\n" in texts["reforms/milder.yaml"]
    assert "\nof: mine\n" in texts["audits/careful.yaml"]
    assert "\nof: public-reports-act-first\n" in texts["audits/hasty.yaml"]
    assert texts["README.md"].startswith("# mine\n")
    for name, text in texts.items():
        if name.endswith(".yaml"):
            schema = text.split("\n")[0].partition("$schema=")[2]
            assert (here / "mine" / name).parent.joinpath(schema).is_file(), name


def test_a_folder_may_be_copied_too_without_what_is_hidden(demerit, here):
    demerit("new", "first")
    (here / "first" / ".hidden.yaml").write_text("policy: x\n")
    (here / "first" / "link.yaml").symlink_to(here / "first" / "policy.yaml")
    said = demerit("new", "second", "--from", "first", "--json")
    assert "second/policy.yaml" in said.json["files"]
    assert not (here / "second" / ".hidden.yaml").exists()
    assert not (here / "second" / "link.yaml").exists()
    assert demerit("test", "second").code == 0


def test_a_copy_of_nothing_is_refused(demerit, here):
    said = demerit("new", "mine", "--from", "twelve-citys")
    assert said.code == 2
    assert "error[D701]" in said.err
    assert "did you mean `twelve-cities`?" in said.err
    assert list(here.iterdir()) == []
