"""Names that are not to be read: blacked out in every text of a page, before any format."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TypeVar

from engine.stories.telling.records import Page
from engine.text import safe

BLOCK = "█████"  # one length for all, so that it tells nothing
_LEAST = 3  # letters of a part of a name that is blacked out by itself

_Any = TypeVar("_Any")


def cleaned(page: Page, hidden: Iterable[str] = (), shown: Iterable[str] = ()) -> Page:
    """The page without control and format characters, and without the hidden names.

    A name is hidden as a whole and in its capitalised parts, unless a part is also one of the
    ``shown`` names', as of a family; an id as a whole. The picture must be drawn without it.
    """
    pattern = _pattern(hidden, shown)

    def clean(text: str) -> str:
        shown = safe(text, lines=True)
        return pattern.sub(BLOCK, shown) if pattern else shown

    return _through(page._replace(picture=""), clean)._replace(picture=page.picture, form=page.form)


def _pattern(hidden: Iterable[str], others: Iterable[str]) -> re.Pattern[str] | None:
    kept = {part for name in others for part in re.findall(r"\w+", name)}
    words: set[str] = set()
    for name in hidden:
        shown = safe(name, lines=True)
        words.add(shown)
        parts = re.findall(r"\w+", shown)
        words.update(p for p in parts if len(p) >= _LEAST and not p[0].islower() and p not in kept)
    found = sorted((word for word in words if word), key=lambda word: (-len(word), word))
    if not found:
        return None
    # only at word ends, where the name has letters that could go on
    return re.compile("|".join(_whole(word) for word in found))


def _whole(word: str) -> str:
    before = r"(?<!\w)" if word[0].isascii() and word[0].isalnum() else ""
    after = r"(?!\w)" if word[-1].isascii() and word[-1].isalnum() else ""
    return before + re.escape(word) + after


def _through(value: _Any, clean: object) -> _Any:
    """A record with every text in it cleaned; names of kinds and keys stay."""
    assert callable(clean)
    if isinstance(value, str):
        return clean(str(value))  # type: ignore[no-any-return]
    if isinstance(value, Mapping):
        return {k: _through(v, clean) for k, v in value.items()}  # type: ignore[return-value]
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        made = {
            name: part if name == "kind" else _through(part, clean)
            for name, part in zip(value._fields, value, strict=True)
        }
        return type(value)(**made)
    if isinstance(value, tuple | list):
        return type(value)(_through(part, clean) for part in value)
    return value
