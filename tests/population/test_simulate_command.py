"""``demerit simulate`` from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.cli.main import main
from engine.population.regroup import write_folder
from engine.streams.write import write_events
from tests.population.test_kernel_edges import DAY, START, thing

pytestmark = pytest.mark.usefixtures("kernel")
POLICY = """\
policy: edges
format: 1
subjects: {person: {}}
weights: {step: {value: 2, range: [1, 4]}}
scores: {points: {of: person, start: 10, min: 0, max: 100}}
grades: {points: [{name: high, from: 20}, {name: low, from: 0}]}
events: {thing: {fields: {a: number, b: number}}}
rules:
  - {id: more, on: thing, when: event.a > 0, then: [{score: weights.step * event.a}]}
  - {id: odd, on: thing, when: event.b == 3, then: [{score: 1 / (event.a - 1)}]}
"""


@pytest.fixture
def town(tmp_path: Path) -> Path:
    """A policy and a stream of five subjects; one of them meets a division by zero."""
    from engine.language.load import load_policy

    (tmp_path / "policy.yaml").write_text(POLICY)
    loaded = load_policy(tmp_path / "policy.yaml")
    million = 1_000_000
    events = [
        thing(START + i * DAY, (i % 4) * million, row=i + 1, who=f"s{i % 5}") for i in range(40)
    ]
    events.append(thing(START + 50 * DAY, million, 3 * million, row=41, who="s2"))
    write_folder(events, loaded.versions, None, tmp_path / "stream")
    write_events(events, [*loaded.versions], tmp_path / "events.jsonl")
    return tmp_path


def run(*arguments: str | Path) -> int:
    return main([str(argument) for argument in arguments])


def test_sums_by_name_and_who_was_stopped(town: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("simulate", town / "policy.yaml", "--events", town / "stream", "--json") == 0
    made = json.loads(capsys.readouterr().out)
    assert (made["subjects"], made["events"], made["parts"]) == (5, 41, {"all": 1, "done": 1})
    assert made["fired"]["more"] == {"all": 30}
    assert made["step engine"] == {"errors and bounds": 1}
    assert made["stopped"]["subjects"] == 1
    assert made["stopped"]["errors"]["s2"].startswith("D601")


def test_the_step_engine_alone_and_a_bare_file_give_the_same_hash(
    town: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hashes = set()
    for more in (["--events", town / "stream"], ["--events", town / "stream", "--step-engine"],
                 ["--events", town / "events.jsonl"]):  # fmt: skip
        assert run("simulate", town / "policy.yaml", "--json", *more) == 0
        hashes.add(json.loads(capsys.readouterr().out)["hash"])
    assert len(hashes) == 1


def test_results_are_kept_and_shown(town: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = town / "out"
    asked = ["simulate", town / "policy.yaml", "--events", town / "stream", "--out", out]
    assert run(*asked, "--ledger") == 0
    assert {p.name for p in out.glob("*.parquet")} == {
        "part-00000.result.parquet", "part-00000.ledger.parquet",
    }  # fmt: skip
    shown = capsys.readouterr().out
    assert "5 subjects, 41 events: edges" in shown
    assert "1 component played by the step engine: errors and bounds" in shown


def test_one_life_is_told_as_the_simulation_had_it(
    town: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["simulate", town / "policy.yaml", "--events", town / "stream", "--out", town / "out"]
    assert run(*asked) == 0
    capsys.readouterr()
    assert run(*asked, "--who", "s2") == 0
    shown = capsys.readouterr().out
    assert "stopped: D601" in shown
    assert "the same path as the simulation told" in shown
    assert run(*asked, "--who", "s9") == 2
    assert "D805" in capsys.readouterr().err


def test_variations_of_weights(town: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["simulate", town / "policy.yaml", "--events", town / "stream", "--json", "--weights"]
    assert run(*asked, "grid") == 0
    rows = json.loads(capsys.readouterr().out)["variations"]
    assert [row["weights.step"] for row in rows] == ["2", "1", "4"]
    means = {row["weights.step"]: float(row["mean.points"]) for row in rows}
    assert means["1"] < means["2"] < means["4"]
    (town / "wrong.csv").write_text("stride\n3\n")
    assert run(*asked, town / "wrong.csv") == 2
    assert "D804" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("folder", "code"), [("nowhere", "D501"), ("empty", "D801")], ids=["missing", "empty"]
)
def test_what_is_no_stream_is_refused(
    folder: str, code: str, town: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (town / "empty").mkdir()
    assert run("simulate", town / "policy.yaml", "--events", town / folder) == 2
    assert code in capsys.readouterr().err
