"""Two judges between rounds, the kernel and the step engine: the lives are the same."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from engine.evaluation.state import Subject
from engine.findings import DemeritError
from engine.language.population import LoadedPopulation, load_population
from engine.population.behaviour import Setting, StepJudge
from engine.population.generator import LARGE, Asked, generate, judge_of
from engine.population.layout import sizes
from policies import find_pack
from tests.population.generating import POLICY, POPULATION, loaded, made, rows

pytest.importorskip("numba")
PACKS = ("five-stars", "good-citizen-card", "public-reports", "travel-bans", "thin-file")


def both(one: LoadedPopulation, folder: Path, scale: int) -> tuple[list[object], list[object]]:
    """The events with the step engine between rounds, and with the kernel."""
    from engine.population.rounds import KernelJudge

    asked = Asked(scale=scale)
    steps = generate(one, folder / "steps", asked, judge=StepJudge)
    kernel = generate(one, folder / "kernel", asked, judge=KernelJudge)
    return list(rows(folder / "steps", steps)), list(rows(folder / "kernel", kernel))


def test_the_kernel_judges_as_the_step_engine_does(tmp_path: Path) -> None:
    steps, kernel = both(loaded(tmp_path), tmp_path, 1_000_000)
    assert steps == kernel


@pytest.mark.parametrize("pack", PACKS)
def test_so_it_does_for_packs(pack: str, tmp_path: Path) -> None:
    path = next((find_pack(pack) / "populations").glob("*.yaml"))
    steps, kernel = both(load_population(path), tmp_path, 100_000)
    assert len(steps) > 100
    assert steps == kernel


def test_so_it_does_on_several_processors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.population.generator.processors", lambda: 3)
    monkeypatch.setattr("engine.population.rounds._SHARE", 1)
    for scale in (50_000, 1_000_000):  # fewer components than processors, and more
        steps, kernel = both(loaded(tmp_path), tmp_path / str(scale), scale)
        assert steps == kernel


REACTIONS = (
    "score < 960", "score.trust >= 1000 and not has(no-ferry)", "grade == 'A'", "grade != 'A'",
    "grade == 'B' or subject.age > 50", "subject.district == 'docks' and has(no-ferry)",
    "subject.aided", "subject.district is missing", "score > 990 and grade == 'A'",
    "subject.kind == 'citizen'", "listed(known)", "not listed(known) and score < 1000",
)  # fmt: skip


@pytest.mark.parametrize("condition", REACTIONS)
def test_people_who_do_not_differ_in_what_is_read_react_alike(
    condition: str, tmp_path: Path
) -> None:
    policy = POLICY.replace("scores:\n", "registries:\n  known: {}\nscores:\n", 1)
    policy += "  - {id: put, on: fee.late, when: event.days > 8, then: [{list: known}]}\n"
    plain = POPULATION.replace("when: has(no-ferry)", f"when: {condition}")
    assert plain != POPULATION or condition == "has(no-ferry)"
    one = loaded(tmp_path, plain, policy)
    assert one.findings == ()
    steps, kernel = both(one, tmp_path, 2_000_000)
    assert steps == kernel


def test_a_life_that_cannot_be_played_is_found_where_nobody_reacts_too(tmp_path: Path) -> None:
    from engine.population.rounds import KernelJudge

    plain = POPULATION.replace("groups: [docks, hill]\n    times", "groups: docks\n    times")
    plain = plain.replace("{circles: [docks, hill]", "{circles: [hill]")
    assert plain.count("docks") == POPULATION.count("docks") - 1
    rule = "  - {id: bad, on: word.given, then: [{score: 1 / (score - score)}]}\n"
    one = loaded(tmp_path, plain, POLICY + rule)
    assert [finding.severity for finding in one.findings] == ["warning"]
    said = []
    for judge in (StepJudge, KernelJudge):
        with pytest.raises(DemeritError) as bad:
            generate(one, tmp_path / judge.__name__, judge=judge)
        said.append(bad.value.findings)
    assert said[0] == said[1]
    assert said[0][0].code == "D601"


def test_what_the_kernel_cannot_play_is_played_by_the_step_engine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from engine.population import rounds
    from engine.population.runner import Judged

    played = []

    def failing(*arguments: object) -> Judged:
        played.append(len(arguments))
        judged = real(*arguments)  # type: ignore[arg-type]
        return Judged(judged.subjects, judged.sums, [0] if len(played) == 4 else judged.failed)

    real = rounds.run_kernel
    monkeypatch.setattr(rounds, "run_kernel", failing)
    steps, kernel = both(loaded(tmp_path), tmp_path, 1_000_000)
    assert len(played) == 4, "from then on, the step engine"
    assert steps == kernel


def test_the_kernel_is_for_those_who_are_many(tmp_path: Path) -> None:
    from engine.population.rounds import judge_for

    population = loaded(tmp_path).population
    assert judge_of(population, sizes(population)) is StepJudge
    many = sizes(population, size=LARGE)
    assert judge_of(population, many) is judge_for
    plain = POPULATION.replace("    react: [{when: has(no-ferry), times: 0.1}]\n", "")
    assert judge_of(loaded(tmp_path, plain).population, many) is StepJudge


def test_who_reacts_is_asked_once_a_round(tmp_path: Path) -> None:
    asked: list[int] = []

    class Counting(StepJudge):
        def __init__(self, setting: Setting) -> None:
            super().__init__(setting)
            assert len(setting.ids) == len(setting.cast.members) == len(setting.ranks)

        def standing(self, before: int) -> Sequence[Subject]:
            asked.append(before)
            return super().standing(before)

    generate(loaded(tmp_path), tmp_path / "out", Asked(parts=3), judge=Counting)
    assert len(asked) == 36
    assert made(loaded(tmp_path), tmp_path / "again").parts
