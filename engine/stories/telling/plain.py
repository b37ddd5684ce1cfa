"""A page as plain data: mappings, lists and texts, with every text escaped for a format."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from engine.stories.telling.records import Page


def plain(page: Page, escape: Callable[[str], str] = str) -> dict[str, Any]:
    """Records by field; ``escape`` goes through all texts but those that only we choose."""
    made = _plain(page, escape)
    assert isinstance(made, dict)
    return made | {"form": page.form, "picture": page.picture}


def _plain(value: Any, escape: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return escape(value)
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return {
            name: part if name == "kind" else _plain(part, escape)
            for name, part in zip(value._fields, value, strict=True)
        }
    if isinstance(value, Mapping):
        return {str(key): _plain(part, escape) for key, part in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(part, escape) for part in value]
    return value
