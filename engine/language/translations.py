"""Texts that are written in several languages, and the one that is shown.

A translated text *is* its first language, wherever nobody asks for another: in the ledger, in
its hash, in every condition. Which language is shown is decided where something is shown, by
:func:`in_language` for one text and :func:`spoken` for a whole file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel

from engine.findings import Finding, Where
from engine.language.nodes import Scalar, where_of
from engine.text import quoted

#: A language, by its tag: `en`, `zh`, `zh-Hant`.
TAG = r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*"
_TAG = re.compile(TAG + r"\Z", re.ASCII)


class Translated(Scalar):
    """A text in several languages; as a ``str`` it is the one that was given first."""

    __slots__ = ("languages",)
    languages: Mapping[str, str]  # tag → text, the first first

    @classmethod
    def of(cls, languages: Mapping[str, str]) -> Translated:
        """A text from its versions; there is at least one."""
        first = next(iter(languages.values()))
        made = cls(first, where_of(first), getattr(first, "quoted", False))
        made.turns = getattr(first, "turns", ())
        made.languages = languages
        return made

    def __new__(cls, text: str, where: Where | None = None, quoted: bool = False) -> Translated:
        made = super().__new__(cls, text, where, quoted)
        assert isinstance(made, cls)
        return made


def is_tag(text: str) -> bool:
    """Whether a text can be the tag of a language."""
    return _TAG.match(text) is not None


def versions(text: str) -> tuple[str, ...]:
    """A text in each language that it is given in, the first first."""
    return tuple(text.languages.values()) if isinstance(text, Translated) else (text,)


def in_language(text: str, tag: str | None) -> str:
    """A text as it is shown: in a language if it is given in it, else in its first.

    ``zh-Hant`` is satisfied by ``zh``, and ``zh`` by a ``zh-Hant``.
    """
    if tag is None or not isinstance(text, Translated):
        return text
    if tag in text.languages:
        return text.languages[tag]
    kin = (known for known in text.languages if known.split("-")[0] == tag.split("-")[0])
    return text.languages[next(kin, next(iter(text.languages)))]


AnyModel = TypeVar("AnyModel", bound=BaseModel)


def spoken(model: AnyModel, tag: str | None) -> AnyModel:
    """The same declarations, every text in the language that is shown."""
    return model if tag is None else _spoken(model, tag)


def _spoken(held: Any, tag: str) -> Any:
    if isinstance(held, Translated):
        return in_language(held, tag)
    if isinstance(held, BaseModel):
        kept = {name: getattr(held, name) for name in type(held).model_fields}
        made = {name: _spoken(value, tag) for name, value in kept.items()}
        changed = {name: value for name, value in made.items() if value is not kept[name]}
        return held.model_copy(update=changed) if changed else held
    if isinstance(held, dict):
        values = {key: _spoken(value, tag) for key, value in held.items()}
        return values if any(values[key] is not held[key] for key in held) else held
    if type(held) is tuple:
        items = tuple(_spoken(value, tag) for value in held)
        return items if any(new is not old for new, old in zip(items, held, strict=True)) else held
    return held


def translated(held: Any) -> Iterator[Translated]:
    """Every text of a file that is given in several languages, in order."""
    if isinstance(held, Translated):
        yield held
    elif isinstance(held, BaseModel):
        for name in type(held).model_fields:
            yield from translated(getattr(held, name))
    elif isinstance(held, dict):
        for value in held.values():
            yield from translated(value)
    elif type(held) is tuple:
        for value in held:
            yield from translated(value)


def languages_of(model: BaseModel) -> tuple[str, ...]:
    """The languages of a file's texts, in order of first mention."""
    return tuple(dict.fromkeys(tag for text in translated(model) for tag in text.languages))


def untranslated(model: BaseModel) -> Iterator[Finding]:
    """A text in some of the file's languages and not in all: D324, a warning."""
    wanted = languages_of(model)
    for text in translated(model):
        lacking = [tag for tag in wanted if tag not in text.languages]
        if lacking:
            first, tags = next(iter(text.languages)), ", ".join(f"`{tag}`" for tag in lacking)
            message = f"this text is not given in {tags}: {quoted(first)} is shown instead"
            yield Finding("D324", message, text.where, f"add `{lacking[0]}: …`", "warning",
                          max(1, len(text.partition("\n")[0])))  # fmt: skip
