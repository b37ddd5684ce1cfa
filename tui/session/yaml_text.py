"""Plain data as the YAML that the engine reads: quoted where a word could be misread."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*\Z", re.ASCII)
_BARE = re.compile(r"-?\d+(\.\d+)?\Z|\d{4}-\d\d-\d\d( \d\d:\d\d(:\d\d)?)?\Z", re.ASCII)
_WORDS = {"null", "true", "false", "yes", "no", "on", "off", "y", "n"}


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


def node(held: object) -> str:
    """What was read from a file, on one line: what stood in quotes stays in quotes."""
    if isinstance(held, Mapping):
        return "{" + ", ".join(f"{scalar(str(k))}: {node(v)}" for k, v in held.items()) + "}"
    if isinstance(held, str):
        if getattr(held, "quoted", False):
            return quoted(str(held))
        return str(held) if _BARE.match(held) or held in ("true", "false") else scalar(str(held))
    assert isinstance(held, Iterable)
    return "[" + ", ".join(node(one) for one in held) + "]"
