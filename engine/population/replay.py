"""One life out of a simulation, step by step: played again, and held against its digest."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engine.evaluation.lowering import Plans
from engine.evaluation.records import Step
from engine.findings import DemeritError, Finding
from engine.language.rows import Cast
from engine.population.folder import files_of, read_manifest
from engine.population.path import SEED
from engine.population.reading import read_tables, typed_events
from engine.population.reading_people import cast_of, read_people
from engine.population.reference import carry
from engine.population.shape import DIGEST, Versions, shape_of
from engine.text import quoted


@dataclass(frozen=True)
class Life:
    """What happened to one subject and to those that touch it."""

    who: str
    steps: tuple[Step, ...]  # of the whole component
    cast: Cast | None  # who of it was there from the start
    error: Finding | None  # what stopped it before its end
    digest: int
    kept: int | None  # the digest that the simulation kept; None if it has no result

    @property
    def same(self) -> bool:
        """Whether the simulation told the same path."""
        return self.kept is None or self.kept == self.digest


def life(versions: Versions, folder: Path, who: str, results: Path | None = None) -> Life:
    """Play the component of one subject by the step engine.

    ``folder`` is the stream folder that was simulated (``DIR/regrouped`` where there is one),
    ``results`` where its results lie. Raises :class:`DemeritError` (D805) for somebody who is
    not in it.
    """
    manifest, policy = read_manifest(folder), versions[0][1]
    for number, (events, subjects) in enumerate(files_of(folder, manifest.parts)):
        tables = read_tables(events, subjects)
        people = read_people(tables.events, tables.subjects, policy)
        if who not in people.ids:
            continue
        own = people.components[people.ids.index(who)]
        rows = [i for i, one in enumerate(people.components) if one == own]
        members = {people.ids[i] for i in rows}
        cast, strangers = cast_of(people, rows[0], rows[-1] + 1, policy, manifest.start, None)
        wanted = [one in members for one in tables.events["who"].to_pylist()]
        found = typed_events(tables, tables.events.filter(wanted), versions, cast)
        steps: list[Step] = []
        came = carry(
            Plans(versions), shape_of(policy), cast, strangers,
            sorted(found, key=lambda event: (event.known, event.row)), manifest.end, {},
            on_step=steps.append,
        )  # fmt: skip
        kept = None if results is None else _kept(results, number, who)
        digest = came.rows[who][DIGEST] if who in came.rows else SEED
        return Life(who, tuple(steps), cast, came.error, digest, kept)
    raise DemeritError(
        Finding("D805", f"{quoted(who)} is not in {quoted(str(folder))}",
                hint="ids stand in the column `id` of the results")
    )  # fmt: skip


def _kept(results: Path, number: int, who: str) -> int | None:
    """The digest in a part's result."""
    import pyarrow.parquet as pq

    from engine.population.results import result_name

    path = results / result_name(number)
    if not path.exists():
        return None
    rows = pq.read_table(path, columns=["digest"], filters=[("id", "=", who)])
    return rows["digest"][0].as_py() if rows.num_rows else None
