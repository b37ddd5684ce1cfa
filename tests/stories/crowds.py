"""Small populations of packs, judged by the step engine: no kernel has to be compiled for them."""

from __future__ import annotations

from pathlib import Path

from engine.language.load import load_policy
from engine.language.population import load_population
from engine.population.cluster import Place
from engine.population.folder import files_of, read_manifest
from engine.population.generator import Asked, generate
from engine.population.partition import judge_partition, prepare
from engine.population.record import Origin
from engine.population.shape import Versions
from engine.population.simulate import simulate
from engine.values import MILLION
from policies import find_pack


def simulated(pack: str, folder: Path, *, size: int | None = None, scale: float = 1.0) -> Versions:
    """Generate a population of a pack into ``folder/town``, judge it into ``folder/out``."""
    loaded = load_policy(find_pack(pack) / "policy.yaml")
    (population,) = sorted((find_pack(pack) / "populations").glob("*.yaml"))[:1]
    asked = Asked(size, None if scale == 1 else int(scale * MILLION), None, 2)
    generate(load_population(population), folder / "town", asked, lambda made: None)
    simulate(loaded.versions, folder / "town", folder / "out", Place("threads", 1), ledger=True,
             step_engine=True, origin=Origin(loaded))  # fmt: skip
    return loaded.versions


def judge(versions: Versions, stream: Path, out: Path) -> None:
    """Every part of a stream folder, by the step engine."""
    manifest = read_manifest(stream)
    prepared = prepare(versions, manifest, ledger=True, step_engine=True)
    for number, (events, subjects) in enumerate(files_of(stream, manifest.parts)):
        judge_partition(prepared, events, subjects, out, number)
