"""A type for the kernel: words that nobody writes while it runs.

Numba knows only pointers to words that anybody may write. The image and the events are never
written, and a read of them that says so need not be done again after a write to the memory.
"""

from __future__ import annotations

import operator
from typing import Any, cast

from llvmlite import ir  # type: ignore[import-untyped]
from numba.core import types
from numba.core.typing import templates
from numba.extending import lower_builtin, models, register_model

_register: Any = register_model
_typed: Any = templates.infer_global
_lowered: Any = lower_builtin
_Model: Any = models.PrimitiveModel
_Template: Any = templates.AbstractTemplate


class FixedWords(types.Type):
    """A bare pointer to words that are only read."""


FIXED: Any = cast(Any, FixedWords)(name="FixedWords")


@_register(FixedWords)
class _Pointer(_Model):  # type: ignore[misc]
    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, ir.IntType(64).as_pointer())


@_typed(operator.getitem)
class _Reading(_Template):  # type: ignore[misc]
    def generic(self, arguments: Any, names: Any) -> Any:
        """``words[place]`` is a word."""
        if isinstance(arguments[0], FixedWords):
            return cast(Any, templates).signature(types.int64, arguments[0], types.int64)
        return None


def _read(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    word = builder.load(builder.gep(arguments[0], [arguments[1]]))
    word.set_metadata("invariant.load", builder.module.add_metadata([]))
    return word


_lowered(operator.getitem, FixedWords, types.int64)(_read)
