"""The only door to z3: one context a question, fixed seeds, limits in the solver's own steps.

A limit in seconds would make an answer depend on the machine; the resource limit (`rlimit`)
counts what the solver does, so the same question has the same answer everywhere. What it does
not decide within that is ``unknown`` and is told as such.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Literal

from engine.extras import require

#: How much the solver may do for one question before it says ``unknown``.
RLIMIT = 3_000_000

Answer = Literal["yes", "no", "unknown"]


def z3() -> Any:
    """The z3 package, or how to get it (D930)."""
    return require("D930", "proofs need a package that is not installed", "audit", "z3")


class Asking:
    """Questions about one set of variables."""

    def __init__(self, rlimit: int = RLIMIT) -> None:
        self.z3 = z3()
        self.context = self.z3.Context()
        self.rlimit = rlimit
        self._model: Any = None
        self._solver: Any = None
        self._told = 0  # how many sides the solver knows
        self._names = 0

    # --- making terms -----------------------------------------------------------

    def whole(self, value: int) -> Any:
        """A fixed whole number."""
        return self.z3.IntVal(value, self.context)

    def truth(self, value: bool) -> Any:
        """A fixed truth."""
        return self.z3.BoolVal(value, self.context)

    def fresh(self, name: str, *, truth: bool = False) -> Any:
        """A variable that no other is called like."""
        self._names += 1
        make = self.z3.Bool if truth else self.z3.Int
        return make(f"{name}#{self._names}", self.context)

    def both(self, parts: Iterable[Any]) -> Any:
        """All of them hold."""
        return self.z3.And([self.truth(True), *parts])

    def either(self, parts: Iterable[Any]) -> Any:
        """At least one of them holds."""
        return self.z3.Or([self.truth(False), *parts])

    def no(self, part: Any) -> Any:
        """It does not hold."""
        return self.z3.Not(part)

    def choose(self, test: Any, then: Any, other: Any) -> Any:
        """One of two values."""
        return self.z3.If(test, then, other)

    # --- asking -------------------------------------------------------------------

    def possible(self, parts: Iterable[Any], sides: Sequence[Any] = ()) -> Answer:
        """Whether all parts can hold at once; after ``yes`` :meth:`value` reads how.

        ``sides`` hold in every question; the list only ever grows, and is read once.
        """
        solver = self._asked(sides)
        solver.push()
        for one in parts:
            solver.add(one)
        found = solver.check()
        self._model = solver.model() if found == self.z3.sat else None
        solver.pop()
        if found == self.z3.sat:
            return "yes"
        return "no" if found == self.z3.unsat else "unknown"

    @contextmanager
    def supposing(self, parts: Iterable[Any], sides: Sequence[Any]) -> Iterator[None]:
        """Inside, these parts hold in every question, with all that :meth:`also` adds."""
        solver = self._asked(sides)
        solver.push()
        try:
            for one in parts:
                solver.add(one)
            yield
        finally:
            solver.pop()

    def also(self, part: Any) -> None:
        """One more thing that holds until the end of :meth:`supposing`."""
        self._solver.add(part)

    def _asked(self, sides: Sequence[Any]) -> Any:
        """The solver, with everything that always holds."""
        if self._solver is None:
            self._solver = self.z3.SimpleSolver(ctx=self.context)
            self._solver.set("random_seed", 0)
            self._solver.set("rlimit", self.rlimit)
        for one in sides[self._told :]:
            self._solver.add(one)
        self._told = max(self._told, len(sides))
        return self._solver

    def model(self) -> Any:
        """The last ``yes`` as a whole, to be asked by :meth:`holds_in`."""
        return self._model

    def holds_in(self, model: Any, term: Any) -> bool:
        """Whether a condition holds in an earlier ``yes``."""
        return bool(self.z3.is_true(model.eval(term, model_completion=True)))

    def value(self, term: Any) -> Any:
        """What a term came to in the last ``yes``: an ``int`` or a ``bool``."""
        found = self._model.eval(term, model_completion=True)
        if self.z3.is_int_value(found):
            return found.as_long()
        return self.z3.is_true(found)
