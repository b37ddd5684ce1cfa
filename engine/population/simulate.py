"""A whole simulation: a stream folder, a policy, and what every life came to.

Enters: a policy and a stream folder. Leaves: one result for each part, and their summary.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.files import whole_file
from engine.findings import DemeritError, Finding
from engine.population.cluster import Place, compile_kernel, judging, work_through
from engine.population.folder import Manifest, files_of, read_manifest
from engine.population.partition import TICKS, prepare
from engine.population.regroup import fitted
from engine.population.results import Summary, merge
from engine.population.shape import Versions
from engine.text import quoted
from engine.values import format_number, iso_instant

SUMMARY = "summary.json"


@dataclass(frozen=True)
class Simulated:
    """What came of it."""

    summary: Summary
    findings: tuple[Finding, ...]  # parts that could not be judged
    parts: int  # of the stream
    done: int  # that have a result
    regrouped: bool  # who touches whom had to be brought together first


def groups_of(folder: Path, manifest: Manifest) -> tuple[str, ...]:
    """Names of all groups that subjects belong to, sorted."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    found: set[str] = set()
    for _, subjects in files_of(folder, manifest.parts):
        try:
            if subjects is not None and "group" in pq.read_schema(subjects).names:
                cells = pq.read_table(subjects, columns=["group"])["group"]
                found.update(name for name in cells.unique().to_pylist() if name)
        except (OSError, pa.ArrowException):
            continue  # judged as a part it is reported
    return tuple(sorted(found)) or ("",)


def simulate(
    versions: Versions, folder: Path, out: Path, place: Place, *, ticks: int = TICKS,
    ledger: bool = False, step_engine: bool = False, heard: Callable[[int], None] | None = None,
) -> Simulated:  # fmt: skip
    """Judge every part of a folder, those that have a result already excepted.

    Raises :class:`DemeritError` where there is no stream (D801) or it is of another policy.
    """
    manifest = read_manifest(folder)
    policy = versions[0][1]
    if manifest.policy != policy.policy:
        raise DemeritError(
            Finding("D803", f"the stream is of the policy {quoted(manifest.policy)},"
                    f" not of {quoted(str(policy.policy))}",
                    hint="name the policy that it was made for")
        )  # fmt: skip
    asked, folder = folder, fitted(folder, versions, out / "regrouped")
    manifest = read_manifest(folder)
    prepared = prepare(versions, manifest, groups=groups_of(folder, manifest), ticks=ticks,
                       ledger=ledger, step_engine=step_engine)  # fmt: skip
    judge = judging(prepared, folder, out)
    if place.shares_machine:
        compile_kernel()  # once here, and not by every worker at the same time
    worked = work_through(place, judge, range(len(manifest.parts)), heard)
    summary = merge(worked.results.values(), prepared.shape)
    made = Simulated(summary, worked.findings, len(manifest.parts), len(worked.results),
                     folder != asked)  # fmt: skip
    out.mkdir(parents=True, exist_ok=True)
    with whole_file(out / SUMMARY) as file:
        file.write((json.dumps(plain(made), indent=1, ensure_ascii=False) + "\n").encode())
    return made


# --- as plain data ------------------------------------------------------------------------------


def plain(made: Simulated) -> dict[str, Any]:
    """All sums, by name: what ``simulate --json`` prints."""
    summary, shape = made.summary, made.summary.shape
    by = {name: g for g, name in enumerate(shape.groups)}

    def grouped(read: Callable[[int | None], int]) -> dict[str, int]:
        return {"all": read(None), **({g: read(i) for g, i in by.items()} if len(by) > 1 else {})}

    return {
        "policy": shape.policy,
        "hash": summary.hash,
        "subjects": summary.subjects,
        "events": summary.events,
        "parts": {"all": made.parts, "done": made.done},
        "groups": [name for name in shape.groups if name],
        "fired": {
            rule: grouped(lambda g, i=i: summary.fired(i, g))  # type: ignore[misc]
            for i, rule in enumerate(shape.rules)
        },
        "begun": {
            measure: grouped(lambda g, i=i: summary.begun(i, g))  # type: ignore[misc]
            for i, measure in enumerate(shape.measures)
        },
        "grades": grades(summary),
        "step engine": dict(summary.carried),
        "stopped": {"subjects": summary.failed, "errors": dict(summary.errors)},
    }


def grades(summary: Summary) -> list[dict[str, Any]]:
    """Counts by grade at the end of each period, and the flows since the one before."""
    shape = summary.shape
    made = []
    for tick, at in enumerate(shape.ticks):
        rung = move = 0
        counts: dict[str, dict[str, int]] = {}
        flows: dict[str, dict[str, int]] = {}
        for score, names in shape.ladders:
            counts[shape.scores[score]] = {
                name: summary.graded(tick, rung + i) for i, name in enumerate(names)
            }
            flows[shape.scores[score]] = {
                f"{a} → {b}": many
                for i, a in enumerate(names)
                for j, b in enumerate(names)
                if i != j and (many := summary.moved(tick, move + i * len(names) + j))
            }
            rung += len(names)
            move += len(names) ** 2
        made.append({"at": iso_instant(at), "counts": counts, "moved": flows})
    return made


def score_lines(paths: Sequence[Path], summary: Summary) -> list[tuple[str, str, list[str]]]:
    """For each score and group: how many, lowest, quartiles and highest, as decimal texts."""
    import numpy as np

    from engine.population.results import read_rows

    table = read_rows(list(paths))
    lines: list[tuple[str, str, list[str]]] = []
    if table is None:
        return lines
    groups = np.array(table["group"].to_pylist(), dtype=object)
    for name in summary.shape.scores:
        column = table[f"score.{name}"]
        there = ~np.asarray(column.is_null().combine_chunks(), dtype=bool)
        values = np.asarray(column.fill_null(0).combine_chunks(), dtype=np.int64)
        for group in summary.shape.groups:
            mine = np.sort(values[there & (groups == group)])
            if len(mine):
                picked = [mine[len(mine) * k // 4] for k in range(4)] + [mine[-1]]
                lines.append((name, group, [str(len(mine)), *map(format_number, map(int, picked))]))
    return lines
