"""How the kernel is compiled: once, on first use, and kept on disk.

Whoever imports this imports numba. The cache is kept by what the kernel's source files say,
so that an edited kernel is never mixed with an old one.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
import numpy as np
import numpy.typing as npt
from llvmlite import ir  # type: ignore[import-untyped]
from numba.core import types
from numba.extending import intrinsic
from platformdirs import user_cache_path

from engine.population.fixed_words import FIXED

Array = npt.NDArray[np.int64]
Words = list[int]  # inside the kernel a bare pointer, which costs no check and compiles faster
F = TypeVar("F", bound=Callable[..., object])

_HERE = Path(__file__).parent
KERNEL = ("words.py", "compiled.py", "fixed_words.py",
          *sorted(p.name for p in _HERE.glob("kernel*.py")))  # fmt: skip


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


numba.config.CACHE_DIR = str(cache_folder())  # type: ignore[attr-defined]


def compiled(function: F) -> F:
    """A function of the kernel: integers only, without the interpreter's lock."""
    return _made(function, no_cpython_wrapper=True, no_cfunc_wrapper=True)


def inlined(function: F) -> F:
    """The same for what every event passes through: put into its callers."""
    return _made(function, no_cpython_wrapper=True, no_cfunc_wrapper=True, forceinline=True)


def entrance(function: F) -> F:
    """The same for what is called from outside."""
    return _made(function)


def _made(function: F, **options: bool) -> F:
    compile_: Any = numba.njit
    made = compile_(function, cache=True, nogil=True, error_model="numpy", **options)
    inner, plain = made.get_call_template, cast(Any, types.unliteral)

    def get_call_template(arguments: tuple[object, ...], names: dict[str, object]) -> object:
        """Every number is an int64: not one more function for every constant given to it."""
        return inner(tuple(map(plain, arguments)), {k: plain(v) for k, v in names.items()})

    made.get_call_template = get_call_template
    return cast(F, made)


_WORD, _WORDS = types.int64, cast(Any, types.CPointer)(types.int64)


def _pointing(kind: Any) -> Any:
    def typed(typing_context: Any, array: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            return context.make_array(signature.args[0])(context, builder, arguments[0]).data

        return kind(array), generate

    return cast(Any, intrinsic)(typed)


#: The address of an array's first element. Whoever takes it keeps the array.
pointer: Callable[[Array], Words] = _pointing(_WORDS)
#: The same of words that are only read.
fixed: Callable[[Array], Words] = _pointing(FIXED)


_FAR = (FIXED, _WORDS, FIXED, _WORD, _WORD, _WORD, _WORD, _WORD)


def apart(function: Callable[..., int]) -> Any:
    """A function that others call by its address, so that they do not contain it.

    What is compiled contains all that it calls, and is optimised anew at each level; cut at a
    few places that few events pass, the whole is compiled in a fraction of the time. It takes
    ``P, M, E`` and five numbers; its ``address`` is put into the memory.
    """
    compile_: Any = numba.cfunc
    return compile_(_WORD(*_FAR), cache=True, error_model="numpy")(function)


def _far(
    typing_context: Any, address: Any, image: Any, memory: Any, events: Any, a: Any, b: Any,
    c: Any, d: Any, e: Any,
) -> Any:  # fmt: skip
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        kinds = [context.get_value_type(kind) for kind in signature.args[1:]]
        kind = ir.FunctionType(context.get_value_type(signature.return_type), kinds)
        function = builder.inttoptr(arguments[0], kind.as_pointer())
        return builder.call(function, arguments[1:])

    return _WORD(_WORD, *_FAR), generate


#: Calls what is compiled apart: its address, ``P, M, E``, five numbers.
far: Callable[[int, Words, Words, Words, int, int, int, int, int], int] = cast(Any, intrinsic)(_far)
