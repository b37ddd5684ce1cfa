"""A life as a row of steps that can be asked for in any order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from engine.evaluation.records import Step
from tui.session.columns import Columns
from tui.session.fold import Folds
from tui.session.happening import readable


def holds(step: Step, text: str, as_it_is: bool) -> bool:
    """Whether the words of a step hold a text; ``as_it_is``: with its capitals."""
    words = readable(step)
    return text in (words if as_it_is else words.lower())


class Tape(Protocol):
    """Steps by number, their columns, and how each person stood after each."""

    columns: Columns
    folds: Folds

    def __len__(self) -> int: ...

    def step(self, number: int) -> Step:
        """A step by its number, from 1. Raises ``IndexError`` for one that is not there."""
        ...

    def find(self, text: str, number: int, direction: int) -> int:
        """The next step (1) or the previous one (-1) whose line holds a text, from behind
        a step and around the end; 0 if there is none. Capitals count if there are any."""
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

    def find(self, text: str, number: int, direction: int) -> int:
        """See :class:`Tape`."""
        total = len(self)
        as_it_is = text != text.lower()
        for distance in range(1, total + 1):
            place = (number - 1 + direction * distance) % total + 1
            if holds(self._steps[place - 1], text, as_it_is):
                return place
        return 0

    def close(self) -> None:
        """Nothing to give back."""
