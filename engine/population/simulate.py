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
from engine.language.model import Policy
from engine.language.rows import policy_at
from engine.population.cluster import Looked, Place, compile_kernel, judging, work_through
from engine.population.folder import Manifest, files_of, read_manifest
from engine.population.partition import TICKS, prepare
from engine.population.record import SUMMARY, Origin, write_record
from engine.population.regroup import fitted
from engine.population.results import Summary, group_sizes, merge
from engine.population.shape import Versions
from engine.text import quoted
from engine.values import format_number, iso_instant


@dataclass(frozen=True)
class Simulated:
    """What came of it."""

    summary: Summary
    findings: tuple[Finding, ...]  # parts that could not be judged
    parts: int  # of the stream
    done: int  # that have a result
    regrouped: bool  # who touches whom had to be brought together first
    policy: Policy  # the version in force at the end
    sizes: dict[str, int]  # group → how many are in it
    start: int | None  # when everybody joins


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
    origin: Origin | None = None, looked: Looked | None = None,
) -> Simulated:  # fmt: skip
    """Judge every part of a folder, those that have a result already excepted.

    With ``origin``, ``out`` says what was played, and can be looked at by itself. ``heard`` is
    told each part that is done, ``looked`` how far each is in hand, where that is here. Raises
    :class:`DemeritError` where there is no stream (D801) or it is of another policy.
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
    judge = judging(prepared, folder, out, looked if place.kind == "threads" else None)
    (out / SUMMARY).unlink(missing_ok=True)  # of another question, or of fewer parts
    if origin is not None:
        write_record(out, origin, folder)
    if place.shares_machine:
        compile_kernel()  # once here, and not by every worker at the same time
    worked = work_through(place, judge, range(len(manifest.parts)), heard)
    summary = merge(worked.results.values(), prepared.shape)
    made = Simulated(
        summary, worked.findings, len(manifest.parts), len(worked.results), folder != asked,
        policy if manifest.end is None else policy_at(versions, manifest.end),
        group_sizes(worked.results.values()), manifest.start,
    )  # fmt: skip
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
        "sizes": made.sizes,
        "start": None if made.start is None else iso_instant(made.start),
        "scores": _scores(made),
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


def _scores(made: Simulated) -> dict[str, Any]:
    """Where each score starts, and from where its grades are, in the order of the policy."""
    return {
        str(name): {
            "start": format_number(score.start),
            "grades": [{"name": str(grade.name), "from": format_number(grade.from_)}
                       for grade in made.policy.grades.get(name, ())],
        }
        for name, score in made.policy.scores.items()
    }  # fmt: skip


def grades(summary: Summary) -> list[dict[str, Any]]:
    """Counts by grade at the end of each period, and the flows since the one before; where
    there are groups, theirs too."""
    shape = summary.shape
    many = len(shape.groups)
    return [
        {
            "at": iso_instant(at),
            **_period(summary, tick, None),
            "groups": {name: _period(summary, tick, g) for g, name in enumerate(shape.groups)}
            if many > 1 else {},
        }
        for tick, at in enumerate(shape.ticks)
    ]  # fmt: skip


def _period(summary: Summary, tick: int, group: int | None) -> dict[str, Any]:
    """One period: how many stand where at its end, and how many moved in it."""
    shape = summary.shape
    rung = move = 0
    counts: dict[str, dict[str, int]] = {}
    flows: dict[str, dict[str, int]] = {}
    for score, names in shape.ladders:
        counts[shape.scores[score]] = {
            name: summary.graded(tick, rung + i, group) for i, name in enumerate(names)
        }
        flows[shape.scores[score]] = {
            f"{a} → {b}": many
            for i, a in enumerate(names)
            for j, b in enumerate(names)
            if i != j and (many := summary.moved(tick, move + i * len(names) + j, group))
        }
        rung += len(names)
        move += len(names) ** 2
    return {"counts": counts, "moved": flows}


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
