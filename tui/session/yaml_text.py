"""Plain data as the YAML that the engine reads: quoted where a word could be misread."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*\Z", re.ASCII)
_BARE = re.compile(r"-?\d+(\.\d+)?\Z|\d{4}-\d\d-\d\d( \d\d:\d\d(:\d\d)?)?\Z", re.ASCII)
_WORDS = {"null", "true", "false", "yes", "no", "on", "off", "y", "n"}
_WIDTH = 100


class Raw(str):
    """A text that is written as it is: a number, an instant, a flow collection."""

    __slots__ = ()


def scalar(text: str) -> str:
    """A scalar: bare if nothing can misread it, else in double quotes."""
    if isinstance(text, Raw):
        return str(text)
    if _PLAIN.match(text) and text.lower() not in _WORDS:
        return text
    return quoted(text)


def quoted(text: str) -> str:
    """A text in double quotes, on one line."""
    shown = json.dumps(text, ensure_ascii=False)
    return shown.replace("\x7f", "\\x7F").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def value(text: str) -> str:
    """What somebody typed for a part of the policy: numbers, dates and collections as they
    are, anything else as a text."""
    text = text.strip()
    if _BARE.match(text) or text in ("true", "false") or text[:1] in ("[", "{"):
        return text
    return scalar(text)


def flow(pairs: Mapping[str, object]) -> str:
    """A mapping in braces on one line."""
    return "{" + ", ".join(f"{scalar(key)}: {inline(held)}" for key, held in pairs.items()) + "}"


def inline(held: object) -> str:
    """Anything on one line."""
    if isinstance(held, Mapping):
        return flow(held)
    if isinstance(held, str):
        return scalar(held)
    if isinstance(held, Iterable):
        return "[" + ", ".join(inline(one) for one in held) + "]"
    return str(held)


def block(key: str, held: object, indent: int = 0) -> list[str]:
    """A key with what it holds: on one line if that fits, else one entry a line."""
    lead = " " * indent + f"{scalar(key)}:"
    one_line = f"{lead} {inline(held)}"
    if len(one_line) <= _WIDTH and not isinstance(held, Mapping):
        return [one_line]
    if isinstance(held, Mapping) and held:
        return [lead, *(line for k, v in held.items() for line in entry(k, v, indent + 2))]
    return [one_line]


def entry(key: str, held: object, indent: int) -> list[str]:
    """An entry of a block mapping, its own value on one line."""
    return [" " * indent + f"{scalar(key)}: {inline(held)}"]
