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
