"""What falls by lot: whole numbers that are the same on every machine.

There is no running state. A draw is a function of its key alone: the seed, a subject's
group and number, what is drawn, and the how-manieth it is. So the life of a subject does
not change when other groups grow, and parts can be made in any order. The function is the
finisher of splitmix64; all arithmetic is on 64-bit integers and wraps.
"""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

Bits = NDArray[np.uint64]
Whole = NDArray[np.int64]

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_ONE = np.uint64(0xBF58476D1CE4E5B9)
_TWO = np.uint64(0x94D049BB133111EB)
_27, _30, _31, _32, _11 = (np.uint64(n) for n in (27, 30, 31, 32, 11))
UNIT = 1 << 53  # what :func:`fine` gives is below this


def name_key(name: str) -> int:
    """64 bits that stand for a name."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "little")


def mixed(bits: Bits) -> Bits:
    """Each 64 bits stirred until nothing of their order is left."""
    made = bits ^ (bits >> _30)
    made *= _ONE
    made ^= made >> _27
    made *= _TWO
    made ^= made >> _31
    return made


def subject_keys(seed: int, group: str, numbers: Whole) -> Bits:
    """The key of each of some subjects of a group."""
    base = mixed(np.array([name_key(f"{seed}/{group}")], np.uint64))
    return mixed(base + (numbers.astype(np.uint64) + np.uint64(1)) * GOLDEN)


def of(keys: Bits, purpose: str) -> Bits:
    """For each key one draw for a purpose; a key too, for draws that follow from it."""
    return mixed(keys ^ np.uint64(name_key(purpose)))


def numbered(keys: Bits, numbers: Whole) -> Bits:
    """For each key its draw of a number."""
    return mixed(keys + (numbers.astype(np.uint64) + np.uint64(1)) * GOLDEN)


def fine(bits: Bits) -> Whole:
    """Evenly from 0 to below :data:`UNIT`."""
    return (bits >> _11).view(np.int64)


def below(bits: Bits, bound: int) -> Whole:
    """Evenly from 0 to below a bound of at most 2**52."""
    if bound < 1 << 31:
        return (((bits >> _32) * np.uint64(bound)) >> _32).view(np.int64)
    return (bits % np.uint64(bound)).view(np.int64)


def happens(bits: Bits, chance: int | Whole) -> NDArray[np.bool_]:
    """Whether something of a chance in millionths comes true."""
    limit = np.asarray(chance, np.int64) * (UNIT // 1_000_000 + 1)
    made: NDArray[np.bool_] = fine(bits) < limit
    return made
