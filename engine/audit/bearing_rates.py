"""Rates with intervals, in whole numbers: the share of some among many, in millionths."""

from __future__ import annotations

from math import isqrt

from engine.values import MILLION, half_even

_Z = 1_959_964  # of the normal distribution, 95 %, in millionths


def wilson(some: int, many: int) -> tuple[int, int]:
    """The 95 % Wilson interval of ``some`` among ``many``, in millionths of one.

    Nothing is known of nobody: of none it is from 0 to 1.
    """
    if many == 0:
        return 0, MILLION
    z2 = _Z * _Z  # in 10^-12
    square = MILLION * MILLION
    middle = 2 * some * square + z2
    spread = isqrt(z2 * z2 + 4 * some * (many - some) * z2 * square // many)
    below = 2 * (many * square + z2)
    low = half_even((middle - spread) * MILLION, below)
    high = half_even((middle + spread) * MILLION, below)
    return max(0, low), min(MILLION, high)
