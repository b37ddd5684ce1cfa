"""Who bears it, over an invented population: it is drawn, played by the fast path, and counted.

Enters: a policy and a population file for it. Leaves: for each outcome its rate in each group.
The same file, number of people and seed give the same rates on every machine.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from engine.audit.bearing_rates import Borne, borne, times
from engine.extras import require_population
from engine.findings import DemeritError, Finding
from engine.language.load import LoadedPolicy
from engine.values import MILLION

PEOPLE = 2_000  # where nobody asks for another number


@dataclass(frozen=True)
class Crowd:
    """Which population is played, and how large."""

    population: Path | None = None  # None: the first beside the policy
    people: int = PEOPLE
    seed: int | None = None  # None: the file's own


@dataclass(frozen=True)
class Counted:
    """A row for each subject, and where they come from."""

    name: str
    rows: list[dict[str, Any]]  # attributes, `group`, `grade of SCORE`, `met`
    seed: int


def population_beside(loaded: LoadedPolicy) -> Path | None:
    """The first population in a policy's folder that is for it."""
    from engine.language.load import read_document
    from engine.language.neighbours import kind_of, yaml_files

    for path in yaml_files(loaded.path.resolve().parent):
        if kind_of(path) == "population":
            model: Any = read_document(path, "population", str(path))[0]
            if model.of == loaded.policy.policy:
                return path
    return None


def count(loaded: LoadedPolicy, path: Path, crowd: Crowd) -> Counted:
    """Draw a population, play it, and take down what became of everybody (D821, D801 to D834)."""
    require_population("numba")
    import pyarrow.parquet as pq

    from engine.language.population import load_population
    from engine.population.cluster import place_of
    from engine.population.generator import Asked, generate
    from engine.population.simulate import simulate

    people = load_population(path, loaded.path)
    seed = people.population.seed if crowd.seed is None else crowd.seed
    with TemporaryDirectory(prefix="demerit-") as scratch:
        stream, out = Path(scratch) / "stream", Path(scratch) / "played"
        generate(people, stream, Asked(size=crowd.people, seed=seed))
        made = simulate(loaded.versions, stream, out, place_of(None, 1), ledger=True)
        if made.findings:
            raise DemeritError(made.findings)
        if made.summary.failed:
            who, why = next(iter(made.summary.errors.items()))
            raise DemeritError(Finding("D601", f"a run stops for {who}: {why}"))
        subjects = [r for p in sorted(stream.glob("*.subjects.parquet"))
                    for r in pq.read_table(p).to_pylist()]  # fmt: skip
        ends = {r["id"]: r for p in sorted(out.glob("*.result.parquet"))
                for r in pq.read_table(p).to_pylist()}  # fmt: skip
        began: dict[str, set[str]] = {}
        for p in sorted(out.glob("*.ledger.parquet")):
            for line in pq.read_table(p, filters=[("kind", "=", "began")]).to_pylist():
                name = made.summary.shape.measures[line["index"]]
                began.setdefault(line["who"], set()).add(name)
    rows = [_row(loaded, one, ends[one["id"]], began.get(one["id"], set()))
            for one in subjects if one["id"] in ends]  # fmt: skip
    return Counted(str(people.population.population), rows, seed)


def _row(
    loaded: LoadedPolicy, subject: Mapping[str, Any], end: Mapping[str, Any], began: set[str]
) -> dict[str, Any]:  # fmt: skip
    policy = loaded.versions[-1][1]
    row: dict[str, Any] = {
        name: str(value).lower() if isinstance(value, bool) else value
        for name, value in subject.items() if name not in ("relations", "component")
    }  # fmt: skip
    for score, ladder in policy.grades.items():
        value = end.get(f"score.{score}")
        if value is not None:
            row[f"grade of {score}"] = next(
                (str(g.name) for g in ladder if value >= g.from_), str(ladder[-1].name)
            )
    penalties = [str(name) for name in policy.penalties]
    row["met"] = [f"{name} began" for name in penalties if name in began]
    row["met"] += [f"{name} held at the end" for name in penalties if end.get(f"has.{name}")]
    row["met"] += [f"listed in {n}" for n in policy.registries if end.get(f"listed.{n}")]
    return row


def borne_by(counted: Counted, by: str, least: int = 30) -> list[Borne]:
    """Every grade and penalty by one attribute (or `group`); subjects without a score are out."""
    grades = sorted({name for row in counted.rows for name in row if name.startswith("grade of ")})
    found: list[Borne] = []
    for grade in grades:
        scored = [row for row in counted.rows if row.get(grade) is not None]
        found += borne(scored, (by,), grade, (), least)
    return [*found, *borne(counted.rows, (by,), None, ("met",), least)]


def unequal(one: Borne, at_most: int) -> bool | None:
    """Whether rates surely differ by more than a ratio; None where the intervals leave it open."""
    if len(one.rates) < 2:
        return None
    if one.ratio is not None:
        if one.ratio.low > at_most:
            return True
        return False if one.ratio.value <= at_most else None
    top, bottom = one.rates[0], one.rates[-1]
    if top.some == 0:
        return False
    return True if top.low * MILLION > at_most * bottom.high else None


def worded(one: Borne) -> str:
    """The highest against the lowest, in words."""
    top, bottom = one.rates[0], one.rates[-1]
    r = one.ratio
    more = f": {times(r.value)} ({times(r.low)} to {times(r.high)})" if r is not None else ""
    return f"{one.outcome}: {top}; {bottom}{more}"
