"""Hand-written C, called through cffi: what a machine can do with one policy."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.population.contenders import CannotPlay, Play
from benchmarks.population.events import LONGEST, UNTIL, Columns
from benchmarks.population.workloads import Result, Workload

NAME = "C by hand"
HOW = "rules.c, gcc -O3, one thread"
_MOST = 1024  # MOST in rules.c

_DECLARED = """
void tolls(int64_t subjects, const int64_t *starts, const int8_t *kind, const int32_t *days,
           const int32_t *amount, const int32_t *level, int64_t *scores, int64_t *fired);
void ferry(int64_t subjects, const int64_t *starts, const int64_t *at, const int8_t *kind,
           const int32_t *days, const int32_t *amount, int64_t until,
           int64_t *scores, int64_t *fired);
"""


@cache
def library() -> tuple[Any, Any]:
    try:
        from cffi import FFI
    except ImportError:
        raise CannotPlay("cffi is not installed") from None
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        raise CannotPlay("there is no C compiler on this machine")
    ffi = FFI()
    ffi.cdef(_DECLARED)
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "rules.so"
        source = Path(__file__).with_name("rules.c")
        subprocess.run(
            [compiler, "-O3", "-shared", "-fPIC", "-o", str(made), str(source)], check=True
        )
        return ffi, ffi.dlopen(str(made))


def ready(workload: Workload, columns: Columns) -> Play:
    """Compile once; the columns are used where they lie."""
    ffi, code = library()
    assert LONGEST < _MOST

    def given(kind: str, array: Any) -> Any:
        return ffi.cast(f"{kind} *", ffi.from_buffer(np.ascontiguousarray(array)))

    held = [np.ascontiguousarray(a) for a in (columns.starts, columns.at, columns.kind,
            columns.days, columns.amount, columns.level)]  # fmt: skip
    starts, at, kind, days, amount, level = (
        given(name, array)
        for name, array in zip(
            ("int64_t", "int64_t", "int8_t", "int32_t", "int32_t", "int32_t"), held, strict=True
        )
    )

    def play() -> Result:
        scores = np.zeros(columns.subjects, np.int64)
        fired = np.zeros(len(workload.rules), np.int64)
        out = given("int64_t", scores), given("int64_t", fired)
        if workload.name == "tolls":
            code.tolls(columns.subjects, starts, kind, days, amount, level, *out)
        else:
            code.ferry(columns.subjects, starts, at, kind, days, amount, UNTIL, *out)
        return Result(scores, fired)

    return play
