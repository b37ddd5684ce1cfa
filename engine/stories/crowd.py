"""A simulated population, told again life by life: one part of it at a time is in memory.

What a simulation keeps of a path are numbers. Whoever wants its steps plays it once more by
the step engine; the digest says whether it is the path that was simulated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from engine.evaluation.lowering import Plans
from engine.evaluation.records import Step
from engine.findings import DemeritError, Finding
from engine.language.rows import Cast, Event, Person
from engine.population.folder import Manifest, files_of, read_manifest
from engine.population.path import SEED
from engine.population.reading import Tables, read_tables, typed_events
from engine.population.reading_people import People, cast_of, read_people
from engine.population.reference import carry
from engine.population.results import result_name
from engine.population.shape import DIGEST, Versions, shape_of
from engine.text import quoted

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Words = npt.NDArray[np.int64]

_EVENTS, _COMPONENTS = 8192, 1024  # of a batch that is typed together

#: A part's number and its people → whether each component is wanted; None: all are.
Chosen = Callable[[int, People], "npt.NDArray[np.bool_] | None"]


@dataclass(frozen=True)
class Crowd:
    """A stream folder, the policy that it was played under, and where the results lie."""

    versions: Versions
    stream: Path
    results: Path | None

    @property
    def manifest(self) -> Manifest:
        """What the parts of the stream have in common."""
        return read_manifest(self.stream)


class Told(NamedTuple):
    """A component: people who touch each other, and what happened to them."""

    people: tuple[str, ...]
    relations: Mapping[str, tuple[tuple[str, str], ...]]
    steps: tuple[Step, ...] | None  # None: nobody wanted it to be played
    error: Finding | None  # what stopped it before its end


def lives(
    crowd: Crowd, chosen: Chosen | None = None, heard: Callable[[int], None] | None = None
) -> Iterator[Told]:
    """Every component in the order of the parts; ``heard`` is told how many people are done.

    Raises :class:`DemeritError`: D802 for a part that cannot be read, D970 where a path is
    not the one that was simulated.
    """
    manifest = crowd.manifest
    for number, (events, subjects) in enumerate(files_of(crowd.stream, manifest.parts)):
        part = _Part(crowd, manifest, number, read_tables(events, subjects))
        for told in part.told(chosen):
            yield told
            if heard is not None:
                heard(len(told.people))


class _Part:
    """One part of a stream while it is told."""

    def __init__(self, crowd: Crowd, manifest: Manifest, number: int, tables: Tables) -> None:
        self._crowd, self._manifest, self._number = crowd, manifest, number
        self._policy = crowd.versions[0][1]
        self._tables = tables
        self._plans, self._shape = Plans(crowd.versions), shape_of(self._policy)
        self._people = read_people(tables.events, tables.subjects, self._policy)
        self._digests = digests(crowd.results, number)

    def told(self, chosen: Chosen | None) -> Iterator[Told]:
        import numpy as np

        people = self._people
        components = np.asarray(people.components)
        many = int(components[-1]) + 1 if len(components) else 0
        wanted = chosen(self._number, people) if chosen is not None else None
        firsts = np.searchsorted(components, np.arange(many + 1))
        rows, starts = self._rows(components, many)
        for one, end in _batches(np.diff(starts), many):
            if wanted is not None and not wanted[one:end].any():
                for i in range(one, end):
                    yield self._unplayed(firsts, i)
                continue
            batch = rows.slice(int(starts[one]), int(starts[end] - starts[one]))
            yield from self._batch(batch, firsts, one, end, wanted)

    def _rows(self, components: Words, many: int) -> tuple[Any, Words]:
        """The events by component, and where each one's begin."""
        import numpy as np

        place = {who: int(c) for who, c in zip(self._people.ids, components, strict=True)}
        whos = self._tables.events["who"].to_pylist()
        of = np.array([place.get(who, -1) for who in whos], dtype=np.int64)
        if (of < 0).any():
            who = whos[int(np.argmax(of < 0))]
            message = f"{quoted(str(who))} has events, and is not among the subjects"
            raise DemeritError(Finding("D802", message, hint="make the part anew"))
        order = np.argsort(of, kind="stable")
        starts = np.searchsorted(of[order], np.arange(many + 1))
        return self._tables.events.take(order), starts.astype(np.int64)

    def _unplayed(self, firsts: Words, component: int) -> Told:
        one, end = int(firsts[component]), int(firsts[component + 1])
        return Told(tuple(self._people.ids[one:end]), {}, None, None)

    def _batch(
        self, rows: Any, firsts: Words, one: int, end: int,
        wanted: npt.NDArray[np.bool_] | None,
    ) -> Iterator[Told]:  # fmt: skip
        """Some components, whose events are made ready together."""
        people, first, last = self._people, int(firsts[one]), int(firsts[end])
        start = self._manifest.start
        cast, strangers = cast_of(people, first, last, self._policy, start, None)
        of = {people.ids[i]: int(people.components[i]) for i in range(first, last)}
        events: dict[int, list[Event]] = {}
        if rows.num_rows:
            for event in typed_events(self._tables, rows, self._crowd.versions, cast):
                events.setdefault(of[event.who], []).append(event)
        casts = _parted(cast, of)
        later: dict[int, list[str]] = {}
        for who in strangers:
            later.setdefault(of[who], []).append(who)
        for component in range(one, end):
            if wanted is not None and not wanted[component]:
                yield self._unplayed(firsts, component)
                continue
            found = sorted(events.get(component, ()), key=lambda e: (e.known, e.row))
            own = casts.get(component)
            ids = tuple(people.ids[int(firsts[component]) : int(firsts[component + 1])])
            yield self._played(ids, own, later.get(component, ()), found)

    def _played(
        self, ids: tuple[str, ...], cast: Cast | None, strangers: Any, events: list[Event]
    ) -> Told:
        steps: list[Step] = []
        came = carry(self._plans, self._shape, cast, tuple(strangers), events, self._manifest.end,
                     {}, on_step=steps.append)  # fmt: skip
        for who in ids:
            kept = self._digests.get(who)
            now = came.rows[who][DIGEST] if who in came.rows else SEED
            if kept is not None and kept != now:
                raise another_path(who)
        return Told(ids, cast.relations if cast else {}, tuple(steps), came.error)


def _batches(sizes: Words, many: int) -> Iterator[tuple[int, int]]:
    """Ranges of components that are made ready together."""
    one = events = 0
    for component in range(many):
        events += int(sizes[component])
        if events >= _EVENTS or component - one >= _COMPONENTS:
            yield one, component + 1
            one, events = component + 1, 0
    if one < many:
        yield one, many


def _parted(cast: Cast | None, of: Mapping[str, int]) -> dict[int, Cast]:
    """A cast, component by component."""
    if cast is None:
        return {}
    members: dict[int, list[Person]] = {}
    for member in cast.members:
        members.setdefault(of[member.id], []).append(member)
    pairs: dict[int, dict[str, list[tuple[str, str]]]] = {}
    for name, many in cast.relations.items():
        for a, b in many:
            pairs.setdefault(of[a], {}).setdefault(name, []).append((a, b))
    return {
        component: Cast(
            tuple(some),
            {name: tuple(two) for name, two in pairs.get(component, {}).items()},
            cast.start, None,
        )
        for component, some in members.items()
    }  # fmt: skip


def digests(results: Path | None, number: int) -> dict[str, int]:
    """Subject → the digest that a part's result keeps; nothing where there is no result."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    if results is None or not (results / result_name(number)).is_file():
        return {}
    path = results / result_name(number)
    try:
        table = pq.read_table(path, columns=["id", "digest"])
    except (OSError, pa.ArrowException):
        raise DemeritError(
            Finding("D970", f"the result {quoted(path.name)} cannot be read",
                    hint="simulate again with the same `--out`: what is whole stays")
        ) from None  # fmt: skip
    return dict(zip(table["id"].to_pylist(), table["digest"].to_pylist(), strict=True))


def another_path(who: str) -> DemeritError:
    """The error (D970) for a life that comes to another path than the simulation kept."""
    return DemeritError(
        Finding("D970", f"{quoted(who)} comes to another path here than the simulation told",
                hint="name the policy, the reforms and the events that were simulated, or"
                " simulate again")
    )  # fmt: skip
