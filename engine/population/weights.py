"""Many variations of a policy's weights, over the same columns.

A variation is another image; the events are read once. Drawn weights follow from their
number alone, so the same variations come everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from engine.findings import DemeritError, Finding
from engine.language.model import Policy
from engine.population.folder import files_of, read_manifest
from engine.population.lower import lower
from engine.population.lower_base import Unsupported
from engine.population.partition import Prepared, prepare
from engine.population.reading import read_columns, read_tables
from engine.population.shape import FIXED, MISSING, Versions
from engine.text import quoted
from engine.values import MILLION, BadValue, format_number, parse_number

Vector = Mapping[str, int]  # weight → millionths
STEPS = 100  # into how many steps a range is divided for drawing


@dataclass(frozen=True)
class Varied:
    """What one variation came to."""

    weights: Vector
    means: Mapping[str, int]  # score → mean over its subjects, millionths, rounded down
    fired: Mapping[str, int]
    failed: int  # components that met an error; they are not in the means


def grid(policy: Policy) -> list[Vector]:
    """The policy as it is, then each weight alone at either end of its range."""
    plain = {str(name): int(weight.value) for name, weight in policy.weights.items()}
    made: list[Vector] = [plain]
    for name, weight in policy.weights.items():
        if weight.range is not None:
            made += [{**plain, str(name): int(end)} for end in weight.range if end != weight.value]
    return made


def sample(policy: Policy, many: int) -> list[Vector]:
    """So many draws of all weights that have a range."""
    import numpy as np

    from engine.population import lots

    drawn: dict[str, list[int]] = {}
    for name, weight in policy.weights.items():
        drawn[str(name)] = [int(weight.value)] * many
        if weight.range is not None:
            low, high = map(int, weight.range)
            keys = lots.subject_keys(0, f"weights/{name}", np.arange(many))
            steps = lots.below(keys, STEPS + 1).tolist()
            drawn[str(name)] = [low + (high - low) * step // STEPS for step in steps]
    return [{name: values[number] for name, values in drawn.items()} for number in range(many)]


def from_file(policy: Policy, path: Path) -> list[Vector]:
    """A table with a column for each weight that varies; raises :class:`DemeritError` (D804)."""
    import csv

    plain = {str(name): int(weight.value) for name, weight in policy.weights.items()}
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as bad:
        raise _bad(path, f"it cannot be read ({bad.__class__.__name__})") from None
    made: list[Vector] = []
    for number, row in enumerate(rows, 2):
        one = dict(plain)
        for name, text in row.items():
            if name not in plain:
                raise _bad(path, f"the policy has no weight {quoted(str(name))}")
            try:
                one[name] = parse_number((text or "").strip())
            except BadValue as bad:
                raise _bad(path, f"line {number}: {quoted(str(text))}: {bad.message}") from None
        made.append(one)
    if not made:
        raise _bad(path, "it has no rows")
    return made


def _bad(path: Path, why: str) -> DemeritError:
    hint = "write CSV: names of weights in the first line, then a line for each variation"
    return DemeritError(Finding("D804", f"{quoted(str(path))} holds no weights: {why}", hint=hint))


def with_weights(versions: Versions, vector: Vector) -> Versions:
    """The policy with other weights; a date changes none of them any more."""
    made = []
    for start, policy in versions:
        weights = {
            name: weight.model_copy(update={"value": vector[str(name)]})
            for name, weight in policy.weights.items()
        }
        made.append((start, policy.model_copy(update={"weights": weights})))
    return made


def vary(
    versions: Versions, folder: Path, vectors: Sequence[Vector], threads: int,
    heard: Callable[[int], None] | None = None,
) -> list[Varied]:  # fmt: skip
    """Play every variation against a folder that fits the policy."""
    manifest = read_manifest(folder)
    prepared = prepare(versions, manifest, ticks=1)
    parts = [read_tables(events, subjects) for events, subjects in files_of(folder, manifest.parts)]
    try:
        lowered = lower(prepared.versions, prepared.shape)
        columns = [read_columns(t, lowered, prepared.shape, prepared.versions) for t in parts]
        with ThreadPoolExecutor(max(1, threads)) as pool:
            many = replace(prepared, events=prepared.events * len(vectors))
            jobs = [pool.submit(_one, many, columns, vector) for vector in vectors]
            return list(_told(jobs, heard))
    except Unsupported as bad:
        message = f"only the fast path plays variations, and it cannot play {bad.what}"
        raise DemeritError(Finding("D804", message)) from None


def _told(jobs: Sequence[Any], heard: Callable[[int], None] | None) -> Iterator[Varied]:
    for number, job in enumerate(jobs):
        yield job.result()
        if heard is not None:
            heard(number)


def _one(prepared: Prepared, columns: Sequence[Any], vector: Vector) -> Varied:
    """One variation: its image over the columns of all parts."""
    from engine.population.runner import run_kernel

    shape = prepared.shape
    lowered = lower(with_weights(prepared.versions, vector), shape)
    sums, many = [0] * len(shape.scores), [0] * len(shape.scores)
    fired = dict.fromkeys(shape.rules, 0)
    failed, groups = 0, len(shape.groups)
    for part in columns:
        judged = run_kernel(lowered, shape, part, prepared.start, prepared.end,
                            events=prepared.events)  # fmt: skip
        failed += len(judged.failed)
        for at in range(len(shape.scores)):
            values = judged.subjects[:, FIXED + at]
            there = values[(values != MISSING) & (judged.subjects[:, 1] == 1)]
            sums[at] += int((there // MILLION).sum()) * MILLION + int((there % MILLION).sum())
            many[at] += len(there)
        for at, rule in enumerate(shape.rules):
            groups = len(shape.groups)
            fired[rule] = fired.get(rule, 0) + int(
                judged.sums[at * groups : (at + 1) * groups].sum()
            )
    means = {score: sums[at] // many[at] for at, score in enumerate(shape.scores) if many[at]}
    return Varied(vector, means, fired, failed)


def rows_of(varied: Sequence[Varied]) -> list[dict[str, str]]:
    """The variations as a table of texts: weights, mean scores, firings."""
    return [
        {
            **{f"weights.{name}": format_number(value) for name, value in one.weights.items()},
            **{f"mean.{name}": format_number(value) for name, value in one.means.items()},
            **{f"fired.{name}": str(count) for name, count in one.fired.items()},
            "stopped": str(one.failed),
        }
        for one in varied
    ]


__all__ = ["Varied", "Vector", "from_file", "grid", "rows_of", "sample", "vary"]
