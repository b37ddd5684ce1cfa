"""The population of each pack: a small one is generated, and every event of it is played."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from engine.evaluation.run import Run
from engine.language.neighbours import kind_of, yaml_files
from engine.language.population import load_population
from engine.population.generator import Asked, expected, generate
from engine.population.layout import sizes
from engine.streams.order import sorted_events
from engine.streams.reading import open_stream
from engine.streams.subjects import read_subjects
from policies import packs

FILES = sorted(
    path for folder in packs().values() for path in yaml_files(folder)
    if kind_of(path) == "population"
)  # fmt: skip
SMALL = {"honest-city-app": 50_000, "thin-file": 80_000, "platform-rating": 150_000}  # millionths


def test_every_pack_has_one() -> None:
    assert {path.parents[1].name for path in FILES} == set(packs())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parents[1].name)
def test_its_lives_can_be_played(path: Path, tmp_path: Path) -> None:
    loaded = load_population(path)
    assert loaded.findings == ()
    scale = SMALL.get(path.parents[1].name, 250_000)
    made = generate(loaded, tmp_path, Asked(scale=scale))
    versions, part = loaded.policy.versions, made.parts[0]
    cast = read_subjects(tmp_path / part.subjects, versions)
    assert len(cast.members) == made.subjects
    events = sorted_events(open_stream(tmp_path / part.events, versions, cast=cast))
    assert len(events) == made.rows
    fired: Counter[str] = Counter()
    run = Run(versions, cast, "plain", keep=False, on_step=lambda step: fired.update(step.fired))
    assert all(run.feed(event) for event in events)
    run.advance_to_end()
    assert run.finish().error is None
    assert len(fired) >= min(3, len(loaded.policy.policy.rules))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parents[1].name)
def test_it_can_be_audited_by_group_and_names_its_numbers(path: Path) -> None:
    population = load_population(path).population
    kinds = Counter(group.kind for group in population.groups.values())
    assert max(kinds.values()) >= 2, "outcomes can only differ between groups"
    assert population.title
    assert population.about
    assert population.standing == "invented"


def test_the_honest_city_has_a_hundred_thousand_items_on_twenty_three_trades() -> None:
    path = next(path for path in FILES if path.parents[1].name == "honest-city-app")
    population = load_population(path).population
    many = sizes(population)
    trades = [name for name, group in population.groups.items() if group.kind == "organisation"]
    assert len(trades) == 23
    assert [many[str(name)] for name in trades] == list(range(2, 47, 2))
    items = tuple(one for one in population.events if one.event.startswith("item."))
    assert 97_000 < expected(population.model_copy(update={"events": items}), many) < 107_000


@pytest.mark.parametrize("size", [1_000, 100_000, 10_000_000])
def test_the_pilots_scale_without_other_rules(size: int) -> None:
    path = next(path for path in FILES if path.parents[1].name == "pilots")
    population = load_population(path).population
    many = sizes(population, size=size)
    assert sum(many.values()) == size
    events = expected(population, many)
    assert abs(events / size - 1.25) < 0.05
