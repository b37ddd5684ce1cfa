"""The benchmark's events as a stream folder, and whole simulations of it."""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.population.contenders.ours import shares
from benchmarks.population.events import UNTIL, Columns
from benchmarks.population.workloads import FERRY, FIELDS, Workload
from engine.language.load import load_policy


def write(workload: Workload, columns: Columns, folder: Path, parts: int) -> None:
    """Write so many parts as `demerit generate` would."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from engine.population.folder import Manifest, Part, part_names, write_manifest

    made, first = [], 0
    kinds = pa.array(workload.kinds)
    for number, share in enumerate(shares(columns, parts)):
        names = pa.array([f"p{first + i:09}" for i in range(share.subjects)])
        table = pa.table({
            "at": pa.array(share.at, pa.timestamp("s", "UTC")),
            "who": pa.DictionaryArray.from_arrays(pa.array(share.who()), names),
            "event": pa.DictionaryArray.from_arrays(pa.array(share.kind.astype(np.int32)), kinds),
            **{name: pa.array(getattr(share, name)) for name in FIELDS},
        })  # fmt: skip
        pq.write_table(table, folder / part_names(number)[0], compression="zstd")
        made.append(Part(part_names(number)[0], None, share.events))
        first += share.subjects
    last = int(columns.at.max())
    write_manifest(folder, Manifest(workload.name, None, UNTIL, last, tuple(made)))


def places(columns: Columns, parts: int, rounds: int) -> dict[str, tuple[list[float], str]]:
    """Seconds of a whole simulation, reading and writing included, and its hash, by place."""
    from engine.population.cluster import Place
    from engine.population.simulate import simulate

    versions = load_policy(FERRY.policy).versions
    asked = {
        "1 thread": Place("threads", 1), "2 threads": Place("threads", 2),
        "2 processes": Place("processes", 2), "local cluster of 2": Place("local", 2),
    }  # fmt: skip
    found: dict[str, tuple[list[float], str]] = {name: ([], "") for name in asked}
    with tempfile.TemporaryDirectory() as folder:
        town = Path(folder) / "town"
        town.mkdir()
        write(FERRY, columns, town, parts)
        simulate(versions, town, Path(folder) / "warm", asked["1 thread"])
        for number in range(rounds):
            for name, place in asked.items():
                begun = time.perf_counter()
                made = simulate(versions, town, Path(folder) / f"{name} {number}", place)
                found[name][0].append(time.perf_counter() - begun)
                found[name] = (found[name][0], made.summary.hash)
    if len({told for _, told in found.values()}) != 1:
        raise SystemExit("places disagree: their hashes differ")
    return found


def varied(columns: Columns, vectors: int, runs: int) -> dict[str, float]:
    """CPU seconds a variation, on two threads: all in one call or command, or one in each."""
    from engine.population import weights
    from engine.population.cluster import Place
    from engine.population.simulate import simulate

    versions = load_policy(FERRY.policy).versions
    many = weights.sample(versions[0][1], vectors)
    with tempfile.TemporaryDirectory() as folder:
        town = Path(folder) / "town"
        town.mkdir()
        write(FERRY, columns, town, 2)
        weights.vary(versions, town, many[:2], 2)
        begun = time.process_time()
        together: Any = weights.vary(versions, town, many, 2)
        once = (time.process_time() - begun) / len(together)
        begun = time.process_time()
        for number, vector in enumerate(many[:runs]):
            out = Path(folder) / f"{number}"
            simulate(weights.with_weights(versions, vector), town, out, Place("threads", 2))
        alone = (time.process_time() - begun) / runs
        asked = [str(FERRY.policy), "--events", str(town)]
        single = _command([*asked, "--out", str(Path(folder) / "single")])
        command = _command([*asked, "--weights", f"sample:{vectors}"]) / vectors
    return {"in one call": once, "as a run": alone, "in one command": command,
            "as a command": single}  # fmt: skip


def _command(arguments: list[str]) -> float:
    """CPU seconds of `demerit simulate`."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [sys.executable, "-m", "engine.cli", "simulate", *arguments],
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
