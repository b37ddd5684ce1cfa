"""A simulation's folder says what was played, and notices when that is not so any more."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from engine.cli.main import main
from engine.findings import DemeritError
from engine.population.folder import part_names, read_manifest
from engine.population.record import RECORD, SUMMARY, is_simulation, open_kept
from engine.population.replay import check_path, component_of, told_again
from tests.population.library import library


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("library")
    library(folder)
    return folder


@pytest.fixture
def town(made: Path, tmp_path: Path) -> Path:
    """The same, moved to another place as a whole."""
    return shutil.copytree(made, tmp_path / "elsewhere") / "out"


def code_of(call: Any, *arguments: Any) -> str:
    with pytest.raises(DemeritError) as refused:
        call(*arguments)
    return refused.value.findings[0].code


def explain(out: Path, who: str) -> None:
    kept = open_kept(out)
    told_again(kept, component_of(kept.loaded.versions, kept.stream, who, out))


def test_every_life_is_the_path_that_was_kept_wherever_the_folder_lies(town: Path) -> None:
    kept = open_kept(town)
    assert len(read_manifest(kept.stream).parts) == 3
    for number in range(0, 60, 7):
        who = f"reader-{number:03d}"
        found = component_of(kept.loaded.versions, kept.stream, who, town)
        assert found.kept is not None
        _, steps = told_again(kept, found)  # raises if it is another path
        if steps:
            assert code_of(check_path, kept, found, steps[:-1]) == "D841"


def test_what_is_no_simulation_is_told_apart(town: Path, tmp_path: Path) -> None:
    assert is_simulation(town)
    assert not is_simulation(town.parent / "stream")
    assert code_of(open_kept, tmp_path) == "D842"
    (town / SUMMARY).unlink()
    with pytest.raises(DemeritError) as refused:
        open_kept(town)
    assert "broken off" in refused.value.findings[0].message


def test_another_policy_is_noticed(town: Path) -> None:
    policy = town.parent / "policy.yaml"
    text = policy.read_text("utf-8")
    policy.write_text(text.replace("value: -60", "value: -61"), "utf-8")
    assert code_of(explain, town, "reader-002") == "D840"
    policy.write_text("policy: [", "utf-8")
    assert code_of(explain, town, "reader-002") == "D840"
    policy.unlink()
    assert code_of(explain, town, "reader-002") == "D840"
    policy.write_text(text, "utf-8")
    explain(town, "reader-002")


def test_other_events_are_noticed(town: Path) -> None:
    stream = town.parent / "stream"
    events = stream / part_names(0)[0]
    whole = events.read_bytes()
    events.write_bytes(whole + b"x")
    assert code_of(explain, town, "reader-002") == "D841"
    events.unlink()
    assert code_of(explain, town, "reader-002") == "D841"
    events.write_bytes(whole)
    explain(town, "reader-002")
    manifest = stream / "manifest.json"
    manifest.write_text(manifest.read_text("utf-8").replace("2032", "2033"), "utf-8")
    assert code_of(explain, town, "reader-002") == "D841"
    shutil.rmtree(stream)
    assert code_of(explain, town, "reader-002") == "D841"


@pytest.mark.parametrize("damage", [
    b"", b"[]", b"{", b'{"simulation": 2}', b'{"simulation": 1, "policy": [], "stream": {}}',
    b'{"simulation": 1, "policy": {"file": 3, "reforms": [], "hash": ""}, "stream": {}}',
    b"\xff\xfe", b'{"simulation": 1, "policy": 7}',
])  # fmt: skip
@pytest.mark.parametrize("name", [RECORD, SUMMARY])
def test_a_damaged_folder_is_refused(damage: bytes, name: str, town: Path) -> None:
    (town / name).write_bytes(damage)
    assert code_of(open_kept, town) == "D842"


@pytest.mark.parametrize(("place", "value"), [
    (("subjects",), "many"), (("sizes",), {"busy": -1}), (("groups",), ["busy", "unknown"]),
    (("scores", "trust", "start"), "a lot"), (("scores", "trust", "grades", 0, "from"), 5),
    (("grades", 0, "at"), "soon"), (("grades", 0, "groups"), {}), (("start",), None),
    (("grades", 0, "counts", "trust"), {"gold": 1}), (("fired", "fee"), {"all": 1}),
    (("parts", "all"), 10**12), (("grades", 0, "moved"), {}), (("scores",), []),
])  # fmt: skip
def test_sums_that_do_not_fit_together_are_refused(
    place: tuple[Any, ...], value: Any, town: Path
) -> None:
    sums = json.loads((town / SUMMARY).read_text("utf-8"))
    inside = sums
    for key in place[:-1]:
        inside = inside[key]
    inside[place[-1]] = value
    (town / SUMMARY).write_text(json.dumps(sums), "utf-8")
    assert code_of(open_kept, town) == "D842"


def test_sums_are_told_by_group_too(town: Path) -> None:
    sums = json.loads((town / SUMMARY).read_text("utf-8"))
    assert sums["sizes"] == {"busy": 20, "late": 20, "quiet": 20}
    assert sums["scores"]["trust"]["grades"][1] == {"name": "plain", "from": "850"}
    for period in sums["grades"]:
        for score, counts in period["counts"].items():
            of_groups = [group["counts"][score] for group in period["groups"].values()]
            for grade, many in counts.items():
                assert many == sum(group[grade] for group in of_groups)
            assert sum(counts.values()) == 60


def test_why_works_from_the_folder_alone(
    town: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(town)
    assert main(["why", ".", "--who", "reader-035"]) == 0
    told = capsys.readouterr().out
    assert "Reader 35 (reader-035)" in told
    assert "policy.yaml:" in told
    assert "1 event refused" in told
    assert main(["why", ".", "--who", "reader-035", "--step", "1", "--json"]) == 0
    step = json.loads(capsys.readouterr().out)["step"]
    assert main(["why", ".", "--who", "reader-035", "--at", step["at"][:10], "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["step"]["at"][:10] == step["at"][:10]
    assert main(["why", ".", "--who", "reader-035", "--rule", "third"]) == 0
    assert "third" in capsys.readouterr().out


def test_what_why_cannot_do_is_said(town: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for more, code in (
        (["--who", "nobody"], "D805"), (["--who", "reader-035", "--at", "soon"], "D707"),
        (["--who", "reader-035", "--at", "2030-01-01"], "D707"),
        (["--who", "reader-035", "--step", "99"], "D707"),
        (["--who", "reader-035", "--reform", "x.yaml"], "D707"),
        (["--who", "reader-035", "--step", "1", "--at", "2031-02-02"], "D707"),
    ):  # fmt: skip
        assert main(["why", str(town), *more]) == 2
        assert f"[{code}]" in capsys.readouterr().err
