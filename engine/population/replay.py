"""One life out of a simulation, step by step: played again, and held against its digest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.evaluation.held import Telling
from engine.evaluation.lowering import Plans
from engine.evaluation.matchers.plain import PlainMatcher
from engine.evaluation.records import Step
from engine.evaluation.run import Run
from engine.findings import DemeritError, Finding
from engine.language.rows import Cast, Event
from engine.population.folder import Manifest, files_of, read_manifest
from engine.population.path import SEED
from engine.population.path import Path as Digests
from engine.population.reading import Tables, typed_events
from engine.population.reading_people import bad_part, cast_of, read_people
from engine.population.record import Kept, events_changed, results_damaged
from engine.population.reference import carry
from engine.population.results import result_name
from engine.population.shape import DIGEST, Versions, shape_of
from engine.text import quoted

if TYPE_CHECKING:
    from engine.language.model import Policy

_BATCH = 1 << 16  # rows of a part that are looked at at once


@dataclass(frozen=True)
class Component:
    """Somebody with all whom they touch: what is played together."""

    who: str
    part: int  # of the stream, from 0
    cast: Cast | None  # who of it is there from the start
    strangers: tuple[str, ...]  # who joins with their first event
    events: tuple[Event, ...]  # in playing order
    end: int | None  # to where the clock advances
    kept: int | None = None  # the digest that the simulation kept; None if it has no result

    def whole_cast(self) -> Cast | None:
        """The cast of a run that goes to the end of the simulation."""
        if self.cast is not None:
            return self.cast._replace(until=self.end)
        if not self.events or self.end is None:
            return None
        return Cast((), {}, self.events[0].known, self.end)


def component_of(
    versions: Versions, folder: Path, who: str, results: Path | None = None
) -> Component:
    """The component of one subject.

    ``folder`` is the stream folder that was simulated (``DIR/regrouped`` where there is one),
    ``results`` where its results lie. Raises :class:`DemeritError` (D805) for somebody who is
    not in it, (D841) if the part has changed since.
    """
    manifest, policy = read_manifest(folder), versions[0][1]
    files = files_of(folder, manifest.parts)
    kept = None if results is None else _kept(results, len(files), who)
    numbers = range(len(files)) if kept is None else (kept[0],)
    for number in numbers:
        if kept is not None and kept[2] not in ("", _sizes(*files[number])):
            name = files[number][0].name
            raise events_changed(f"the events in {quoted(name)} are others now")
        mine = _mine(*files[number], who)
        if mine is None:
            continue
        return _component(mine, manifest, policy, versions, who, number, kept and kept[1])
    raise DemeritError(
        Finding("D805", f"{quoted(who)} is not in {quoted(str(folder))}",
                hint="ids stand in the column `id` of the results")
    )  # fmt: skip


def _mine(events: Path, subjects: Path | None, who: str) -> Tables | None:
    """The rows of somebody's component, of a part; None if they are not in it.

    Raises :class:`DemeritError` (D802) if the part cannot be read.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    try:
        own, ids = None, pa.array([who], pa.string())
        if subjects is not None:
            own = _of(subjects, "id", ids)
            if own.num_rows and "component" in own.column_names:
                own = _of(subjects, "component", pc.unique(own["component"]))
            ids = own["id"].cast(pa.string()).combine_chunks()
        rows = _of(events, "who", ids)
    except (pa.ArrowException, OSError, KeyError, UnicodeDecodeError) as bad:
        why = (str(bad).splitlines() or [""])[0]
        raise bad_part(events.name, quoted(why, 120)) from None
    there = rows.num_rows if own is None else own.num_rows
    return Tables(rows, own, events.name, events) if there else None


def _of(path: Path, column: str, wanted: Any) -> Any:
    """The rows of a file whose column is one of some values, read in batches."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        found = [file.schema_arrow.empty_table()]
        for batch in file.iter_batches(_BATCH):
            cells = pa.Table.from_batches([batch])
            mask = pc.is_in(cells[column].cast(wanted.type), value_set=wanted)
            if pc.any(mask).as_py():
                found.append(cells.filter(mask))
        return pa.concat_tables(found)


def _component(
    tables: Tables, manifest: Manifest, policy: Policy, versions: Versions, who: str,
    number: int, kept: int | None,
) -> Component:  # fmt: skip
    people = read_people(tables.events, tables.subjects, policy)
    cast, strangers = cast_of(people, 0, len(people.ids), policy, manifest.start, None)
    found = typed_events(tables, tables.events, versions, cast)
    events = sorted(found, key=lambda event: (event.known, event.row))
    return Component(who, number, cast, tuple(strangers), tuple(events), manifest.end, kept)


# --- what the simulation kept ---------------------------------------------------------------------


def _kept(results: Path, parts: int, who: str) -> tuple[int, int, str] | None:
    """Somebody's part, digest, and the sizes of the part's files when it was judged."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    for number in range(parts):
        path = results / result_name(number)
        if not path.is_file():
            continue  # a part that was not judged
        try:
            rows = pq.read_table(path, columns=["digest"], filters=[("id", "=", who)])
        except (OSError, pa.ArrowException):
            raise results_damaged(path) from None
        if rows.num_rows:
            return number, rows["digest"][0].as_py(), _stamped(path)
    return None


def _stamped(path: Path) -> str:
    """The sizes that a result remembers of the files it was made of; "" for none."""
    from engine.population.results import signature_of

    stamps = signature_of(path).split(" ")[1:]
    if len(stamps) != 2:  # a file whose name has a space
        return ""
    return " ".join(stamp.rpartition(":")[0] for stamp in stamps)


def _sizes(events: Path, subjects: Path | None) -> str:
    """The same of the files as they are now. Their times say less: a copy has others."""
    try:
        return " ".join(
            "" if path is None else f"{path.name}:{path.stat().st_size}"
            for path in (events, subjects)
        )
    except OSError:
        raise events_changed(f"the events in {quoted(events.name)} are not there") from None


# --- playing it -----------------------------------------------------------------------------------


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
    """Play the component of one subject by the step engine; raises as :func:`component_of`."""
    found = component_of(versions, folder, who, results)
    steps: list[Step] = []
    came = carry(
        Plans(versions), shape_of(versions[0][1]), found.cast, found.strangers, found.events,
        found.end, {}, on_step=steps.append,
    )  # fmt: skip
    digest = came.rows[who][DIGEST] if who in came.rows else SEED
    return Life(who, tuple(steps), found.cast, came.error, digest, found.kept)


def told_again(kept: Kept, component: Component) -> tuple[Run, tuple[Step, ...]]:
    """Play a component so that it can be explained: its verdicts know what made a rule fire.

    Raises :class:`DemeritError` (D841) if this is not the path that the simulation kept.
    """
    versions = kept.loaded.versions
    telling = Telling(PlainMatcher())
    steps: list[Step] = []
    run = Run(versions, component.whole_cast(), telling, None, False,
              lambda step: steps.append(telling.told(step)))  # fmt: skip
    for event in component.events:
        if not run.feed(event):
            break
    run.advance_to_end()
    check_path(kept, component, steps)
    return run, tuple(steps)


def check_path(kept: Kept, component: Component, steps: Sequence[Step]) -> None:
    """Raise :class:`DemeritError` (D841) unless steps are the path that the simulation kept."""
    digests = Digests(shape_of(kept.loaded.versions[0][1]))
    for step in steps:
        digests.take(step)
    if component.kept is not None and digests.digests.get(component.who, SEED) != component.kept:
        raise events_changed(
            f"{quoted(component.who)} comes to another path now than the simulation kept"
        )
