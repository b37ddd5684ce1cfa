"""How the kernel is compiled: once, on first use, and kept on disk.

Whoever imports this imports numba. The cache is kept by what the kernel's source files say,
so that an edited kernel is never mixed with an old one.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar, cast

import numba
import numpy as np
import numpy.typing as npt
from platformdirs import user_cache_path

Words = npt.NDArray[np.int64]
F = TypeVar("F", bound=Callable[..., object])

_HERE = Path(__file__).parent
KERNEL = ("words.py", "compiled.py", *sorted(p.name for p in _HERE.glob("kernel*.py")))


def source_hash() -> str:
    """Says which kernel this is."""
    digest = hashlib.sha256()
    for name in KERNEL:
        digest.update((_HERE / name).read_bytes())
    return digest.hexdigest()[:16]


def cache_folder() -> Path:
    """Where the compiled kernel is kept; ``DEMERIT_KERNEL_CACHE`` may name another place."""
    base = os.environ.get("DEMERIT_KERNEL_CACHE")
    root = Path(base) if base else user_cache_path("demerit") / "kernel"
    return root / source_hash()


def is_cached() -> bool:
    """Whether the kernel was compiled before, so that it is there at once."""
    return any(cache_folder().rglob("kernel_play*.nbc"))


numba.config.CACHE_DIR = str(cache_folder())


def compiled(function: F) -> F:
    """A function of the kernel: integers only, without the interpreter's lock."""
    made = numba.njit(function, cache=True, nogil=True, error_model="numpy", boundscheck=False)
    return cast(F, made)
