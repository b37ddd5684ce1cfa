"""Pictures of a simulation, from its folder alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as Tree

import pytest

from engine.cli.main import main
from engine.plots.sheet import Words
from engine.population.pictures import KINDS, _periods, shown_groups
from engine.population.record import open_kept
from tests.population.library import library


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return library(tmp_path_factory.mktemp("library"), prefix="[b]<x>&")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_each_kind_is_drawn(kind: str, theme: str, out: Path, tmp_path: Path) -> None:
    file = tmp_path / "picture.svg"
    given = ["plot", str(out), "--kind", kind, "--theme", theme, "--out", str(file)]
    assert main(given) == 0
    root = Tree.fromstring(file.read_text("utf-8"))
    words = {element.tag.rpartition("}")[2]: element.text or "" for element in root}
    assert "library-card" in words["title"]
    assert all(group in words["desc"] for group in ("busy", "late", "quiet"))


def test_the_sums_of_the_pictures_are_those_of_the_simulation(out: Path) -> None:
    kept = open_kept(out)
    last = kept.sums["grades"][-1]["groups"]["late"]["counts"]["trust"]
    for kind in ("grades", "flow"):
        told = KINDS[kind][0](kept, "trust", kept.groups).description
        late = told[told.index("late") :]
        assert all(f"{many * 100 // 20}% {grade}" in late for grade, many in last.items())
    told = KINDS["shares"][0](kept, "", kept.groups).description
    assert f"late {kept.sums['fired']['fee']['late'] / 20:.3g}".rstrip("0").rstrip(".") in told


def test_from_period_to_period_nobody_is_lost_and_all_begin_in_the_grade_of_the_start(
    out: Path,
) -> None:
    kept = open_kept(out)
    _, told = _periods(kept, "trust", kept.groups)
    sizes = {"": 60, "busy": 20, "late": 20, "quiet": 20}
    for name, river in told.items():
        assert river.counts[0] == (sizes[name], 0, 0)  # everybody starts at 1000: gold
        for before, moved, after in zip(river.counts, river.moved, river.counts[1:], strict=False):
            for rank in range(3):
                came = sum(row[rank] for row in moved)
                assert after[rank] == before[rank] + came - sum(moved[rank])
    for period, moved in enumerate(told[""].moved):
        of_groups = [told[group].moved[period] for group in kept.groups]
        for i, row in enumerate(moved):
            for j, many in enumerate(row):
                assert many == sum(group[i][j] for group in of_groups)


def test_of_many_groups_the_largest_are_drawn_and_any_can_be_named(out: Path) -> None:
    kept = open_kept(out)
    sizes = {f"group-{n}": n for n in range(20)}
    many = replace(kept, sums={**kept.sums, "groups": [*sizes], "sizes": sizes})
    assert shown_groups(many) == [f"group-{n}" for n in range(12, 20)]
    assert shown_groups(many, ["group-3"]) == ["group-3"]
    told = KINDS["scores"][0](kept, "trust", ["late"])
    assert "1 of 3 groups" in " ".join(w.text for w in told.shapes if isinstance(w, Words))
    assert "busy" not in told.description


def test_one_life_is_drawn_too(out: Path, tmp_path: Path) -> None:
    file = tmp_path / "life.png"
    who = "[b]<x>&reader-035"
    assert main(["plot", str(out), "--who", who, "--out", str(file)]) == 0
    assert file.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("more", [
    ["--kind", "lanes"], ["--score", "faith"], ["--kind", "flow", "--score", "books"],
    ["--reform", "x.yaml"], ["--group", "lat"], ["--kind", "scores", "--who", "[b]<x>&reader-035"],
])  # fmt: skip
def test_what_cannot_be_drawn_is_said(
    more: list[str], out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["plot", str(out), *more]) == 2
    assert "[D950]" in capsys.readouterr().err


@pytest.mark.usefixtures("kernel")
def test_simulate_draws_them_all(
    out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["simulate", str(out.parent / "policy.yaml"), "--events", str(out.parent / "stream")]
    assert main([*given, "--out", str(tmp_path), "--plots"]) == 0
    names = {path.name for path in (tmp_path / "plots").iterdir()}
    wanted = {"scores-trust", "scores-books", "grades", "flow", "shares"}
    assert names == {f"{name}-{theme}.svg" for name in wanted for theme in ("light", "dark")}
    assert main([*given, "--plots"]) == 2
    assert "[D706]" in capsys.readouterr().err
