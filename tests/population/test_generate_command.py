"""``demerit generate``, ``check`` and ``run``: a population from the command line."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from engine.cli.main import main
from tests.population.generating import POLICY, POPULATION

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def people(tmp_path: Path) -> Path:
    (tmp_path / "policy.yaml").write_text(POLICY, "utf-8")
    (tmp_path / "populations").mkdir()
    path = tmp_path / "populations" / "people.yaml"
    path.write_text(POPULATION, "utf-8")
    return path


def said(capsys: Capture, *arguments: object) -> tuple[int, str, str]:
    capsys.readouterr()
    code = main([str(argument) for argument in arguments])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_what_is_generated_can_be_run(people: Path, tmp_path: Path, capsys: Capture) -> None:
    out = tmp_path / "out"
    code, shown, _ = said(capsys, "generate", people, "--out", out, "--scale", "0.5")
    assert code == 0
    assert "docks" in shown
    assert "counts: 20 pairs" in shown
    assert f"events of 31 subjects in 1 part: {out}" in " ".join(shown.split())
    part = out / "part-00000"
    code, shown, _ = said(
        capsys, "run", "--policy", tmp_path / "policy.yaml", "--events", f"{part}.events.parquet",
        "--subjects", f"{part}.subjects.parquet", "--matcher", "plain", "--json",
    )  # fmt: skip
    assert code == 0
    assert len(json.loads(shown)["subjects"]) == 31


def test_json_counts_everything(people: Path, tmp_path: Path, capsys: Capture) -> None:
    out = tmp_path / "out"
    code, shown, _ = said(capsys, "generate", people, "--out", out, "--partitions", 3, "--json")
    made = json.loads(shown)
    assert code == 0
    assert (made["policy"], made["parts"], made["complete"]) == ("ferry-town", 3, True)
    assert made["events"] == sum(made["by_type"].values())
    assert made["by_type"] == {
        kind: sum(group.get(kind, 0) for group in made["by_group"].values())
        for kind in made["by_type"]
    }
    manifest = json.loads((out / "manifest.json").read_text("utf-8"))
    assert [part["rows"] for part in manifest["parts"]]
    assert manifest["made"]["events"] == made["events"]
    assert manifest["seed"] == 4


def test_size_and_seed_are_those_asked_for(people: Path, tmp_path: Path, capsys: Capture) -> None:
    made = []
    for number, seed in enumerate((9, 9, 10)):
        asked = ("--out", tmp_path / str(number), "--size", 30, "--seed", seed, "--json")
        made.append(json.loads(said(capsys, "generate", people, *asked)[1]))
    assert made[0]["subjects"] == 32
    first, second, other = ({**one, "folder": ""} for one in made)
    assert first == second != other
    one, two = (tmp_path / n / "part-00000.events.parquet" for n in "01")
    assert one.read_bytes() == two.read_bytes()


@pytest.mark.parametrize(
    ("more", "code", "message"),
    [
        (["--size", "3", "--scale", "2"], "D706", "`--size` and `--scale` both say how many"),
        (["--scale", "much"], "D706", "`--scale much`: expected a number"),
        (["--scale", "0"], "D706", "`--scale` must be above 0"),
        (["--seed", "2"], "D820", "is not empty: it holds `mine.txt`"),
    ],
)
def test_bad_use(
    more: list[str], code: str, message: str, people: Path, tmp_path: Path, capsys: Capture
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine", "utf-8")
    exit_code, _, told = said(capsys, "generate", people, "--out", tmp_path / "out", *more)
    assert exit_code == 2
    assert f"error[{code}]" in told
    assert message in told


def test_what_is_not_there_is_named(people: Path, tmp_path: Path, capsys: Capture) -> None:
    _, _, told = said(capsys, "generate", "nowhere", "--out", tmp_path / "out")
    assert "error[D701] there is no file, folder or pack `nowhere`" in told
    (people.parent / "more.yaml").write_text(POPULATION.replace("ferry-people", "more"), "utf-8")
    _, _, told = said(capsys, "generate", tmp_path, "--out", tmp_path / "out")
    assert "error[D822]" in told
    assert "has 2 populations" in told


def test_without_its_packages_it_says_how_to_get_them(
    people: Path, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "numpy", None)
    code, _, told = said(capsys, "generate", people, "--out", tmp_path / "out")
    assert code == 2
    assert "error[D821]" in told
    assert "pip install 'demerit[population]'" in told
    assert not (tmp_path / "out").exists()


def test_check_holds_a_population_against_its_policy(people: Path, capsys: Capture) -> None:
    assert said(capsys, "check", people)[0] == 0
    people.write_text(POPULATION.replace("event: fee.late", "event: fee.latte"), "utf-8")
    code, shown, _ = said(capsys, "check", people)
    assert code == 1
    assert "error[D811] there is no event type `fee.latte`" in shown
    assert "did you mean `fee.late`?" in shown
    people.write_text(POPULATION.replace("of: ferry-town", "of: fairy-town"), "utf-8")
    assert "error[D810]" in said(capsys, "check", people)[1]


def test_a_mistake_is_shown_with_its_line(people: Path, tmp_path: Path, capsys: Capture) -> None:
    people.write_text(POPULATION.replace("lost: 0.2", "lost: 20"), "utf-8")
    code, _, told = said(capsys, "generate", people, "--out", tmp_path / "out")
    assert code == 2
    assert f"{people}:" in told
    assert "error[D813] `lost` is 20" in told
    assert "write a number from 0 to 1" in told


def test_the_schema_is_the_one_beside_the_packs(capsys: Capture) -> None:
    beside = Path(__file__).parents[2] / "policies" / "schema" / "population.json"
    assert said(capsys, "schema", "population")[1] == beside.read_text("utf-8")
