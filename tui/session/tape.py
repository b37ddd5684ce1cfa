"""A life as a row of steps that can be asked for in any order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from engine.evaluation.records import Step
from tui.session.columns import Columns
from tui.session.fold import Folds


class Tape(Protocol):
    """Steps by number, their columns, and how each person stood after each."""

    columns: Columns
    folds: Folds

    def __len__(self) -> int: ...

    def step(self, number: int) -> Step:
        """A step by its number, from 1. Raises ``IndexError`` for one that is not there."""
        ...

    def close(self) -> None:
        """Give back what is held."""
        ...


class MemoryTape:
    """Steps that are held in memory."""

    def __init__(self, steps: Iterable[Step]) -> None:
        self._steps: Sequence[Step] = list(steps)
        self.columns = Columns()
        for step in self._steps:
            self.columns.add(step)
        self.folds = Folds(self.columns, self.step)

    def __len__(self) -> int:
        return len(self._steps)

    def step(self, number: int) -> Step:
        """See :class:`Tape`."""
        if number < 1:
            raise IndexError(number)
        return self._steps[number - 1]

    def close(self) -> None:
        """Nothing to give back."""
