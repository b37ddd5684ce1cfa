"""What conditions and expressions are lowered to: slots, which are ranges, and small code."""

from __future__ import annotations

from typing import NamedTuple

from engine.population import words as w
from engine.values import MILLION

Leaf = tuple[int, int, int, int, int]  # source, a, b, c, d
ANY = w.MISSING + 1  # the lowest value that is there


class Range(NamedTuple):
    """What a comparison with something fixed asks: whether a value is in a range, or is not."""

    low: int
    high: int
    outside: bool = False  # it must be there, and out of the range


class Code:
    """Code in the making; jumps count from its own beginning until it is placed."""

    def __init__(self) -> None:
        self.words: list[int] = []
        self._jumps: list[int] = []

    def add(self, op: int, *more: int) -> int:
        """One operation; gives its place."""
        at = len(self.words)
        self.words += [op, *more, *[0] * (w.O_WORDS - 1 - len(more))]
        return at

    def jump(self, op: int) -> int:
        """A jump whose target :meth:`land` fills in."""
        at = self.add(op)
        self._jumps.append(at + 1)
        return at

    def land(self, *jumps: int) -> None:
        """The jumps lead to the next operation."""
        for at in jumps:
            self.words[at + 1] = len(self.words)

    def placed(self, base: int) -> list[int]:
        """The words for a place in the image."""
        made = [*self.words]
        for at in self._jumps:
            made[at] += base
        return made


def range_of(operator: str, value: int, bare: bool) -> Range:
    """The range that a comparison allows; of bare counts, in whole numbers."""
    scale = MILLION if bare else 1
    floor, ceiling = value // scale, -(-value // scale)
    if operator in ("==", "!="):
        never = Range(1, 0, operator == "!=")
        return Range(floor, floor, operator == "!=") if floor == ceiling else never
    return {
        "<": Range(ANY, ceiling - 1),
        "<=": Range(ANY, floor),
        ">": Range(floor + 1, w.HIGHEST),
        ">=": Range(ceiling, w.HIGHEST),
    }[operator]
