"""Foreign text made safe to show.

Policies, streams and notes are untrusted: their text may hold terminal control
codes, bidirectional overrides or invisible format characters. Whatever reaches
a screen, a report or a message goes through :func:`safe`.
"""

from __future__ import annotations

import unicodedata

#: Characters that reorder or hide text; refused in policy files.
BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
_KEPT = frozenset("\n\t")


def forbidden(char: str) -> bool:
    """Whether a policy file may not hold this character at all."""
    code = ord(char)
    return (
        (code < 0x20 and char not in "\n\t\r")
        or 0x7F <= code <= 0x9F
        or char in BIDI
        or 0xD800 <= code <= 0xDFFF
        or char in "\ufffe\uffff\ufeff\u2028\u2029"
    )


def safe(text: str, *, lines: bool = False) -> str:
    """The text with every control and format character made visible.

    ``lines`` keeps line feeds and tabs; without it they become spaces.
    """
    if text.isascii() and text.isprintable():
        return text
    out = []
    for char in text:
        if char in _KEPT:
            out.append(char if lines else " ")
        elif unicodedata.category(char) in _HIDDEN:
            code = ord(char)
            out.append(f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}")
        else:
            out.append(char)
    return "".join(out)


def begun(text: str) -> str:
    """Words with a capital; what begins with a name, e.g. of an event, stays as it is written."""
    first = text.partition(" ")[0].rstrip(".,:;")
    return f"{text[:1].upper()}{text[1:]}" if first.isalpha() else text


def quoted(text: str, limit: int = 60) -> str:
    """A user's word for a message: safe, shortened, in backticks."""
    shown = safe(text).replace("`", "'")
    return f"`{shown[: limit - 1]}…`" if len(shown) > limit else f"`{shown}`"
