"""Values of the language as the solver sees them, and their exact arithmetic.

A number is a whole number of millionths, a duration one of seconds, a text the place of
that text in a table, a grade minus its rank. Beside each value stands whether it is there
at all. Rounding half to even is written out, so what is proved of a product with a fixed
factor is exact; a product or quotient of two unknowns is only held between its bounds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import gcd
from typing import Any

from engine.audit.static.solving import Asking
from engine.values import LIMIT, MILLION, divide, half_even, multiply

Kind = str  # number | text | boolean | duration | grade


@dataclass(frozen=True)
class Term:
    """One value: the solver's term, whether it is there, and known bounds of a number."""

    kind: Kind
    value: Any
    there: Any
    low: int | None = None  # millionths; None: no bound is known
    high: int | None = None

    @property
    def fixed(self) -> int | None:
        """The number, if it can be only one."""
        return self.low if self.low is not None and self.low == self.high else None


class Arithmetic:
    """``+ - * /`` and the functions of numbers, with the side conditions that they need."""

    def __init__(self, asking: Asking) -> None:
        self.asking = asking
        self.sides: list[Any] = []  # what holds of the variables made here
        self.loose: dict[str, None] = {}  # what was taken as larger than it is
        self._shares: dict[tuple[int, int, int], tuple[Any, Any]] = {}
        self._made: dict[tuple[str, int, int], tuple[Term, Term, Any]] = {}

    def number(self, value: int) -> Term:
        """A fixed number of millionths."""
        return Term("number", self.asking.whole(value), self.asking.truth(True), value, value)

    def negative(self, a: Term) -> Term:
        return Term("number", -a.value, a.there, _minus(a.high), _minus(a.low))

    def operate(self, operator: str, a: Term, b: Term) -> Term:
        """The result of an operator on two numbers; there if both are."""
        there = self.asking.both((a.there, b.there))
        if operator == "+":
            return Term(
                "number", a.value + b.value, there, _sum(a.low, b.low), _sum(a.high, b.high)
            )
        if operator == "-":
            low, high = _sum(a.low, _minus(b.high)), _sum(a.high, _minus(b.low))
            return Term("number", a.value - b.value, there, low, high)
        return self._product(a, b, there) if operator == "*" else self._quotient(a, b, there)

    def _product(self, a: Term, b: Term, there: Any) -> Term:
        if a.fixed is None and b.fixed is not None:
            a, b = b, a
        if a.fixed is not None and b.fixed is not None:
            return self._fixed(multiply(a.fixed, b.fixed), there)
        if a.fixed is not None:
            low, high = _span([_times(a.fixed, x) for x in (b.low, b.high)])
            if a.fixed == 0:
                low = high = 0
            return Term("number", self._share(b.value, a.fixed, MILLION), there, low, high)
        self.loose["a product of two unknowns counts as any number of its sign and size"] = None
        return self._between("*", a, b, there, _corners(a, b))

    def _quotient(self, a: Term, b: Term, there: Any) -> Term:
        if b.fixed:
            if a.fixed is not None:
                return self._fixed(divide(a.fixed, b.fixed), there)
            ends = [None if x is None else divide(x, b.fixed) for x in (a.low, a.high)]
            low, high = _span(ends if b.fixed > 0 else ends[::-1])
            return Term("number", self._share(a.value, MILLION, b.fixed), there, low, high)
        there = self.asking.both((there, b.value != 0))  # by nothing: the run stops
        self.loose["a quotient by an unknown counts as any number of its sign"] = None
        return self._between("/", a, b, there, (None, None))

    def _between(
        self, operator: str, a: Term, b: Term, there: Any, bounds: tuple[int | None, int | None]
    ) -> Term:
        """Any number within bounds whose sign fits those of ``a`` and ``b``."""
        ask = self.asking
        low, high = bounds
        key = (operator, a.value.get_id(), b.value.get_id())
        if key in self._made:  # the same question has the same answer, whatever it is
            return Term("number", self._made[key][2], there, low, high)
        found = ask.fresh("between")
        self._made[key] = (a, b, found)  # the operands are kept: ids of the dead are used anew
        self.sides += [] if low is None else [found >= low]
        self.sides += [] if high is None else [found <= high]
        up = ask.either((ask.both((a.value >= 0, b.value >= 0)),
                         ask.both((a.value <= 0, b.value <= 0))))  # fmt: skip
        down = ask.either((ask.both((a.value >= 0, b.value <= 0)),
                           ask.both((a.value <= 0, b.value >= 0))))  # fmt: skip
        self.sides += [ask.either((ask.no(up), found >= 0)), ask.either((ask.no(down), found <= 0))]
        return Term("number", found, there, low, high)

    def _fixed(self, value: int, there: Any) -> Term:
        return Term("number", self.asking.whole(value), there, value, value)

    def _share(self, value: Any, by: int, of: int) -> Any:
        """``value * by / of``, rounded half to even, exactly; ``of`` is not 0."""
        if of < 0:
            by, of = -by, -of
        common = gcd(by, of) or 1
        by, of = by // common, of // common
        if of == 1:
            return value * by
        ask, key = self.asking, (value.get_id(), by, of)
        if key in self._shares:
            return self._shares[key][1]
        found = ask.fresh("rounded")
        self._shares[key] = (value, found)
        twice = 2 * (value * by - found * of)
        self.sides += [
            twice <= of,
            twice >= -of,
            ask.either((ask.both((twice < of, twice > -of)), found % 2 == 0)),
        ]
        return found

    def function(self, name: str, terms: Sequence[Term]) -> Term:
        """``min max abs round floor``."""
        ask, first = self.asking, terms[0]
        there = ask.both(t.there for t in terms)
        if name in ("min", "max"):
            value = first.value
            for other in terms[1:]:
                smaller = value <= other.value if name == "min" else value >= other.value
                value = ask.choose(smaller, value, other.value)
            pick = min if name == "min" else max
            lows, highs = [t.low for t in terms], [t.high for t in terms]
            return Term("number", value, there, _pick(pick, lows, name == "max"),
                        _pick(pick, highs, name == "min"))  # fmt: skip
        if name == "abs":
            value = ask.choose(first.value >= 0, first.value, -first.value)
            ends = [first.low, first.high]
            most = None if None in ends else max(abs(end or 0) for end in ends)
            return Term("number", value, there, 0, most)
        if name == "floor":
            low, high = (
                None if x is None else x // MILLION * MILLION for x in (first.low, first.high)
            )
            return Term("number", first.value / MILLION * MILLION, there, low, high)
        low, high = (
            None if x is None else half_even(x, MILLION) * MILLION for x in (first.low, first.high)
        )
        return Term("number", self._share(first.value, 1, MILLION) * MILLION, there, low, high)


#: No number of the language is larger.
LARGEST = LIMIT - 1


def _minus(a: int | None) -> int | None:
    return None if a is None else -a


def _sum(a: int | None, b: int | None) -> int | None:
    return None if a is None or b is None else a + b


def _times(a: int, b: int | None) -> int | None:
    return None if b is None else multiply(a, b)


def _span(ends: Sequence[int | None]) -> tuple[int | None, int | None]:
    """Both bounds in order; where one is not known, neither is."""
    known = [end for end in ends if end is not None]
    return (min(known), max(known)) if len(known) == len(ends) else (None, None)


def _corners(a: Term, b: Term) -> tuple[int | None, int | None]:
    if a.low is None or a.high is None or b.low is None or b.high is None:
        return None, None
    return _span([multiply(x, y) for x in (a.low, a.high) for y in (b.low, b.high)])


def _pick(pick: Any, ends: Sequence[int | None], one_is_enough: bool) -> int | None:
    """The bound of a least or a greatest: of ``max`` one lower bound is enough."""
    known = [end for end in ends if end is not None]
    if len(known) < len(ends) and not (one_is_enough and known):
        return None
    found: int = pick(known)
    return found
