"""How wide a text will be, and how it is shortened or wrapped to fit.

The widths are those of the typeface that comes with matplotlib, so that a layout is the
same on every machine; what that face does not have counts as it is usually drawn.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Any

from engine.text import safe

_EM = 1000
_LONGEST = 2_000  # characters of one text that anybody looks at


@lru_cache(maxsize=2)
def _face(bold: bool) -> Any:
    import matplotlib as mpl
    from matplotlib.ft2font import FT2Font

    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return FT2Font(str(Path(mpl.get_data_path()) / "fonts" / "ttf" / name))


def has_glyph(char: str) -> bool:
    """Whether the typeface of the charts can draw a character."""
    return bool(_face(False).get_char_index(ord(char)))


@lru_cache(maxsize=16_384)
def _advance(char: str, bold: bool) -> float:
    """The width of a character in ems."""
    from matplotlib.ft2font import LoadFlags

    if unicodedata.combining(char):
        return 0.0
    face = _face(bold)
    if not face.get_char_index(ord(char)):
        return 1.0 if unicodedata.east_asian_width(char) in "WF" else 0.75
    glyph = face.load_char(ord(char), flags=LoadFlags.NO_SCALE | LoadFlags.NO_HINTING)
    return float(glyph.horiAdvance) / float(face.units_per_EM)


def clean(text: str) -> str:
    """Foreign text for a picture: safe, on one line, and of characters that XML allows."""
    shown = safe(text[:_LONGEST])
    return "".join(c if not _outlaw(ord(c)) else f"\\u{ord(c):04x}" for c in shown)


def _outlaw(code: int) -> bool:
    """Whether a code point is none that a text may hold: the noncharacters."""
    return code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF


def width(text: str, size: float, bold: bool = False) -> float:
    """The width of a line in points."""
    return size * sum(_advance(char, bold) for char in text)


def fitted(text: str, size: float, room: float, bold: bool = False) -> str:
    """The line, cut with an ellipsis if it is wider than ``room`` points."""
    if width(text, size, bold) <= room:
        return text
    left = room - width("…", size, bold)
    kept = ""
    for char in text:
        left -= size * _advance(char, bold)
        if left < 0:
            break
        kept += char
    return f"{kept.rstrip()}…" if kept else ""


def wrapped(text: str, size: float, room: float, most: int = 4, bold: bool = False) -> list[str]:
    """The text in at most so many lines of ``room`` points; what is left over is cut."""
    lines: list[str] = []
    rest = text.strip()
    while rest and len(lines) < most - 1 and width(rest, size, bold) > room:
        cut = _fits(rest, size, room, bold)
        space = rest.rfind(" ", 0, cut + 1)
        cut = space if space > 0 else cut
        lines.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    if rest:
        lines.append(fitted(rest, size, room, bold))
    return lines


def _fits(text: str, size: float, room: float, bold: bool) -> int:
    """How many characters from the start fit, at least one."""
    for place, char in enumerate(text):
        room -= size * _advance(char, bold)
        if room < 0:
            return max(place, 1)
    return len(text)
