"""Packages that only some commands need: imported when they are, or how to get them."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from engine.findings import DemeritError, Finding


def require(code: str, message: str, extra: str, *modules: str) -> Any:
    """Import modules of an extra, and return the first one, which holds the others.

    Raises :class:`DemeritError` (``code``, with ``message``) if one is not installed.
    """
    try:
        first, *_ = [import_module(name) for name in modules]
    except ImportError:
        hint = f"pip install 'demerit[{extra}]'"
        raise DemeritError(Finding(code, message, hint=hint)) from None
    return first


def require_population(*more: str) -> None:
    """Refuse (D821) to go on without the packages that populations need, and ``more`` of them."""
    require("D821", "populations need packages that are not installed", "population",
            "numpy", "pyarrow.parquet", *more)  # fmt: skip
