"""One partition judged: the unit of work of threads, processes and clusters.

:func:`judge_partition` plays every component of one part of a stream folder and leaves one
file of results, moved into place at the end. Doing it again changes nothing: a result that
was made from the same policy, part and question is taken as it is. :func:`merge` (in
:mod:`engine.population.summary`) puts results together in any order.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from engine.evaluation.ledger import canonical, head
from engine.population.folder import Manifest
from engine.population.shape import Shape, Versions, shape_of

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

    @cached_property
    def shape(self) -> Shape:
        """Names and places of all results."""
        return shape_of(self.versions[0][1], self.groups, self.ticks)

    @cached_property
    def signature(self) -> str:
        """Says which question a result answers."""
        policies = [made.model_dump_json() for _, made in self.versions]
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
    return Prepared(tuple(versions), first, manifest.end, instants, tuple(groups) or ("",),
                    ledger, step_engine)  # fmt: skip


__all__ = ["TICKS", "Prepared", "prepare"]
