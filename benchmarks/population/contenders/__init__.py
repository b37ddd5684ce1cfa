"""The contenders: one file each, all with the same three things to say.

A module offers ``NAME``, ``HOW`` (one line), and ``ready(workload, columns)``, which does
outside the clock whatever a contender likes to have done (turning columns into lists, a
data frame or a table; compiling) and answers a function that plays once. It raises
:class:`CannotPlay` where a package is not there or the workload cannot be stated.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, Protocol

from benchmarks.population.events import Columns
from benchmarks.population.workloads import Result, Workload

Play = Callable[[], Result]


class CannotPlay(Exception):
    """Why a contender does not take part, in plain words."""


class Contender(Protocol):
    """What each module offers."""

    NAME: str
    HOW: str

    def ready(self, workload: Workload, columns: Columns) -> Play:
        """Prepare, and answer what plays once."""
        ...


def everybody() -> list[Contender]:
    """All contenders, the yardstick first."""
    from benchmarks.population.contenders.ours import Ours

    names = ("closures", "durable", "drools_", "rete", "frames", "sql", "lockstep", "native")
    modules: list[Any] = [import_module(f"{__name__}.{name}") for name in names]
    return [*modules, Ours(1), Ours(2)]
