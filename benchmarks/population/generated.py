"""How fast lives are drawn where people react: by who judges between rounds."""

from __future__ import annotations

import shutil
import statistics
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from engine.language.population import LoadedPopulation, load_population
from engine.population.behaviour import StepJudge
from engine.population.generator import Asked, MakeJudge, expected, generate
from engine.population.layout import sizes
from engine.population.rounds import judge_for
from policies import find_pack

PACKS = ("benefit-sanctions", "five-stars", "public-reports")
FEWER = 20  # the step engine draws one in so many


class Drawn(NamedTuple):
    """One way to draw one pack's population."""

    pack: str
    way: str
    lives: int
    events: int
    a_second: float
    ratio: float  # to the step engine, in the same run


def measure(events: int, rounds: int) -> Iterator[Drawn]:
    """Each pack by each way; medians of interleaved rounds, the first of which is not counted."""
    for pack in PACKS:
        loaded = load_population(next((find_pack(pack) / "populations").glob("*.yaml")))
        ways = (
            ("step engine", loaded, StepJudge, events // FEWER),
            ("kernel", loaded, judge_for, events),
            ("nobody reacts", _heedless(loaded), None, events),
        )
        took: dict[str, list[float]] = {way: [] for way, *_ in ways}
        made: dict[str, tuple[int, int]] = {}
        for number in range(rounds + 1):
            for way, which, judge, many in ways:
                seconds, made[way] = _once(which, judge, many)
                if number:
                    took[way].append(seconds)
        speeds = {way: made[way][1] / statistics.median(took[way]) for way, *_ in ways}
        for way, speed in speeds.items():
            yield Drawn(pack, way, *made[way], speed, speed / speeds["step engine"])


def _heedless(loaded: LoadedPopulation) -> LoadedPopulation:
    population = loaded.population
    events = tuple(one.model_copy(update={"react": ()}) for one in population.events)
    return replace(loaded, population=population.model_copy(update={"events": events}))


def _once(
    loaded: LoadedPopulation, judge: MakeJudge | None, events: int
) -> tuple[float, tuple[int, int]]:
    """Seconds, and how many lives and events they made."""
    as_it_is = expected(loaded.population, sizes(loaded.population))
    folder = Path(tempfile.mkdtemp())
    try:
        begun = perf_counter()
        made = generate(loaded, folder, Asked(scale=events * 10**6 // as_it_is), judge=judge)
        return perf_counter() - begun, (made.subjects, made.rows)
    finally:
        shutil.rmtree(folder)
