"""One partition judged: the unit of work of threads, processes and clusters.

:func:`judge_partition` plays every component of one part of a stream folder and leaves one
file of results, moved into place at the end. Doing it again changes nothing: a result that
was made from the same policy, part and question is taken as it is. :func:`merge` (in
:mod:`engine.population.results`) puts results together in any order.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from engine.evaluation.ledger import canonical, head
from engine.evaluation.lowering import Plans
from engine.language.rows import Event
from engine.population.folder import Manifest
from engine.population.lower import Lowered, lower
from engine.population.lower_base import Unsupported
from engine.population.path import Line
from engine.population.reading import Tables, read_columns, read_tables, typed_events
from engine.population.reading_people import People, cast_of, read_people
from engine.population.reference import carry
from engine.population.results import PartitionResult, result_name, write_result
from engine.population.shape import Shape, Versions, shape_of

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Words = npt.NDArray[np.int64]

TICKS = 12  # periods into which a simulation is divided, if nothing else is said


@dataclass(frozen=True)
class Prepared:
    """A policy ready to be sent to whoever judges: plain data, lowered where it arrives."""

    versions: Versions
    start: int | None  # when the cast joins
    end: int | None  # to where the clock advances
    ticks: tuple[int, ...] = ()
    groups: tuple[str, ...] = ("",)
    ledger: bool = False  # write every line of every path too
    step_engine: bool = False  # judge by the step engine alone, e.g. to compare
    extra: tuple[str, ...] = field(default=())  # part of the question's identity
    events: int = 0  # about how many are played in all parts; changes nothing but the speed

    @cached_property
    def shape(self) -> Shape:
        """Names and places of all results."""
        return shape_of(self.versions[0][1], self.groups, self.ticks)

    @cached_property
    def signature(self) -> str:
        """Says which question a result answers."""
        policies = [repr(made) for _, made in self.versions]
        said = [canonical(head(self.versions)), *policies, repr((
            [start for start, _ in self.versions], self.start, self.end, self.ticks, self.groups,
            self.ledger, self.step_engine, self.extra))]  # fmt: skip
        return hashlib.sha256("\0".join(said).encode()).hexdigest()


def prepare(
    versions: Versions, manifest: Manifest, *, groups: Sequence[str] = (), ticks: int = TICKS,
    ledger: bool = False, step_engine: bool = False,
) -> Prepared:  # fmt: skip
    """What all partitions of a folder are asked."""
    first = manifest.start
    instants: tuple[int, ...] = ()
    if first is not None and manifest.end is not None and manifest.end > first:
        length = manifest.end - first
        instants = tuple(first + length * k // ticks for k in range(1, ticks + 1))
    many = sum(part.rows for part in manifest.parts)
    return Prepared(tuple(versions), first, manifest.end, instants, tuple(groups) or ("",),
                    ledger, step_engine, events=many)  # fmt: skip


_images: dict[str, Lowered | str] = {}


def _lowered(prepared: Prepared) -> Lowered | str:
    """The policy as an image, once in each process; or why the kernel cannot play it."""
    found = _images.get(prepared.signature)
    if found is None:
        try:
            found = lower(prepared.versions, prepared.shape)
        except Unsupported as bad:
            found = bad.what
        if len(_images) > 8:
            _images.clear()
        _images[prepared.signature] = found
    return found


def judge_partition(
    prepared: Prepared, events: Path, subjects: Path | None, out: Path, number: int = 0,
    looked: Callable[[int], None] | None = None,
) -> PartitionResult:  # fmt: skip
    """Judge one part of a stream folder, and leave its result in ``out``.

    A result that is there already, of the same question and the same files, is taken as it
    is. Raises :class:`DemeritError` if the part cannot be read; nothing is left then.
    """
    path = out / result_name(number)
    signature = f"{prepared.signature} {_stamp(events)} {_stamp(subjects)}"
    found = PartitionResult.read(path, signature)
    if found is not None:
        return found
    tables = read_tables(events, subjects)
    people = read_people(tables.events, tables.subjects, prepared.versions[0][1])
    work = _Work(prepared, tables, people)
    work.judge(looked)
    return write_result(path, signature, prepared.shape, work)


def _stamp(path: Path | None) -> str:
    """Tells whether a file is still the one that a result was made of."""
    if path is None:
        return "-"
    about = path.stat()
    return f"{path.name}:{about.st_size}:{about.st_mtime_ns}"


class _Work:
    """One partition while it is judged: what :func:`write_result` puts down."""

    def __init__(self, prepared: Prepared, tables: Tables, people: People) -> None:
        import numpy as np

        shape = prepared.shape
        self.people = people
        self.rows = np.zeros((len(people.ids), shape.width), dtype=np.int64)
        self.sums = np.zeros(shape.sums, dtype=np.int64)
        self.events = tables.events.num_rows
        self.carried: dict[str, int] = {}  # why → how many components
        self.errors: dict[str, str] = {}  # subject → what stopped its component
        self.lines: list[Words] | None = [] if prepared.ledger else None
        self._prepared = prepared
        self._tables = tables

    def judge(self, looked: Callable[[int], None] | None) -> None:
        """By the kernel where it can, by the step engine where it must."""
        prepared, shape = self._prepared, self._prepared.shape
        lowered = _lowered(prepared)
        if isinstance(lowered, str) or prepared.step_engine:
            why = lowered if isinstance(lowered, str) else "asked for"
            self._carry_all(why)
            return
        from engine.population.runner import run_kernel

        columns = read_columns(self._tables, lowered, shape, prepared.versions)
        take = self.lines.append if self.lines is not None else None
        judged = run_kernel(lowered, shape, columns, prepared.start, prepared.end, take, looked,
                            prepared.events)  # fmt: skip
        self.rows[:], self.sums[:] = judged.subjects, judged.sums
        for component in judged.failed:
            first, last, one, end = map(int, columns.components[component])
            rows = self._tables.events.slice(first, last - first)
            self._carry(lowered.plans, rows, one, end, "errors and bounds")

    def _carry_all(self, why: str) -> None:
        """All components by the step engine."""
        import numpy as np

        plans, people = Plans(self._prepared.versions), self.people
        places = {who: i for i, who in enumerate(people.ids)}
        whos = self._tables.events["who"].to_pylist()
        of = np.array([people.components[places[who]] for who in whos], dtype=np.int64)
        many = int(people.components[-1]) + 1 if len(people.ids) else 0
        for component in range(many):
            rows = np.flatnonzero(of == component)
            one, end = np.searchsorted(people.components, [component, component + 1])
            self._carry(plans, self._tables.events.take(rows), int(one), int(end), why)

    def _carry(self, plans: Plans, table: object, one: int, end: int, why: str) -> None:
        """One component by the step engine."""
        import numpy as np

        prepared, shape, people = self._prepared, self._prepared.shape, self.people
        cast, strangers = cast_of(people, one, end, prepared.versions[0][1], prepared.start, None)
        events: Sequence[Event] = ()
        if table.num_rows:  # type: ignore[attr-defined]
            found = typed_events(self._tables, table, prepared.versions, cast)
            events = sorted(found, key=lambda event: (event.known, event.row))
        index = {group: i for i, group in enumerate(shape.groups)}
        groups = {people.ids[i]: index.get(people.groups[i], 0) for i in range(one, end)}
        came = carry(plans, shape, cast, strangers, events, prepared.end, groups,
                     self.lines is not None)  # fmt: skip
        self.carried[why] = self.carried.get(why, 0) + 1
        for row in range(one, end):
            self.rows[row] = came.rows[people.ids[row]]
            if came.error is not None:
                self.errors[people.ids[row]] = f"{came.error.code} {came.error.message}"
        for place, count in came.sums.items():
            self.sums[place] += count
        if self.lines is not None and came.lines:
            self.lines.append(_line_words(came.lines, people.ids[one:end], one, np))


def _line_words(lines: Sequence[Line], ids: Sequence[str], first: int, np: object) -> Words:
    rows = {who: first + i for i, who in enumerate(ids)}
    made = [[rows[who], kind, index, at, value] for who, kind, index, at, value in lines]
    return np.array(made, dtype=np.int64)  # type: ignore[attr-defined, no-any-return]
