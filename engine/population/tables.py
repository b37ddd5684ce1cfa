"""Curves as tables of whole numbers: built once with exact decimals, then only looked up.

Binary floats would differ in the last bit between machines; :class:`decimal.Decimal` rounds
``exp`` and ``ln`` correctly everywhere.
"""

from __future__ import annotations

from decimal import Decimal, localcontext
from functools import lru_cache

import numpy as np

from engine.findings import DemeritError, Finding
from engine.population.lots import UNIT, Bits, Whole, fine

STEPS = 4096  # of a curve's table; between two of them it runs straight
_BITS = 12  # of each: 2**12 steps, and 2**12 places between two
_PRECISION = 30
NANO = 10**9  # rates are counted in these
MOST = 100_000  # events of one kind, of one subject, in one round

# Peter Acklam's rational approximation of the normal quantile, within 1.15e-9.
_A = ("-39.69683028665376", "220.9460984245205", "-275.9285104469687", "138.3577518672690",
      "-30.66479806614716", "2.506628277459239")  # fmt: skip
_B = ("-54.47609879822406", "161.5858368580409", "-155.6989798598866", "66.80131188771972",
      "-13.28068155288572", "1")  # fmt: skip
_C = ("-0.007784894002430293", "-0.3223964580411365", "-2.400758277161838", "-2.549732539343734",
      "4.374664141464968", "2.938163982698783")  # fmt: skip
_D = ("0.007784695709041462", "0.3224671290700398", "2.445134137142996", "3.754408661907416",
      "1")  # fmt: skip


def _polynomial(parts: tuple[str, ...], at: Decimal) -> Decimal:
    made = Decimal(0)
    for part in parts:
        made = made * at + Decimal(part)
    return made


def _quantile(p: Decimal) -> Decimal:
    if p > Decimal("0.5"):
        return -_quantile(1 - p)
    if p < Decimal("0.02425"):
        q = (-2 * p.ln()).sqrt()
        return _polynomial(_C, q) / _polynomial(_D, q)
    q = p - Decimal("0.5")
    r = q * q
    return _polynomial(_A, r) * q / _polynomial(_B, r)


@lru_cache(maxsize=1)
def quantiles() -> tuple[Decimal, ...]:
    """Normal quantiles at 0, 1/4096 … 1; the ends are those half a step inside."""
    with localcontext(prec=_PRECISION):
        ends = Decimal(1) / (2 * STEPS), 1 - Decimal(1) / (2 * STEPS)
        points = (max(ends[0], min(ends[1], Decimal(i) / STEPS)) for i in range(STEPS + 1))
        return tuple(_quantile(p) for p in points)


@lru_cache(maxsize=256)
def normal(mean: int, spread: int) -> Whole:
    """The table of a bell curve; all in millionths."""
    with localcontext(prec=_PRECISION):
        return np.array([int(mean + spread * z) for z in quantiles()], np.int64)


@lru_cache(maxsize=256)
def lognormal(median: int, spread: int) -> Whole:
    """The table of a lopsided curve; all in millionths."""
    with localcontext(prec=_PRECISION):
        width = (Decimal(spread) / 1_000_000).ln()
        return np.array([int(median * (width * z).exp()) for z in quantiles()], np.int64)


def looked_up(table: Whole, bits: Bits) -> Whole:
    """A value of a curve for each draw."""
    place = fine(bits) >> (53 - 2 * _BITS)
    step, rest = place >> _BITS, place & (STEPS - 1)
    low = table[step]
    made: Whole = low + (((table[step + 1] - low) * rest) >> _BITS)
    return made


@lru_cache(maxsize=256)
def poisson(rate: int) -> tuple[int, Whole]:
    """The least count, and the limits of the draws for each count from it on.

    ``rate`` is the average in billionths. What is rarer than 2**-53 never happens.
    """
    if rate > MOST * NANO:
        raise DemeritError(
            Finding(
                "D818",
                f"an event would befall one subject more than {MOST} times in a round",
                hint="lower its `times`, or make `rounds` shorter",
            )
        )
    with localcontext(prec=_PRECISION):
        average = Decimal(rate) / NANO
        chance = (-average).exp()
        total, least = chance, 0
        limits = []
        count = 0
        while True:
            limit = int(total * UNIT)
            if limit == 0:
                least = count + 1
            else:
                limits.append(limit)
            if limit >= UNIT - 1 or (count > average and chance * UNIT < Decimal("0.01")):
                break
            count += 1
            chance = chance * average / count
            total += chance
    return least, np.array(limits or [UNIT], np.int64)


def counts(rate: int, bits: Bits) -> Whole:
    """How often something of an average rate (billionths) happens, for each draw."""
    if rate <= 0:
        return np.zeros(len(bits), np.int64)
    least, limits = poisson(rate)
    return least + np.searchsorted(limits, fine(bits), side="right")
