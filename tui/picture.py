"""The screen as a picture or as text, small and the same on every machine."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from textual.app import App

_FONT_FACE = re.compile(r"\s*@font-face \{.*?\}", re.DOTALL)
_UNIQUE = re.compile(r"terminal-\d+")
_FONT = "Fira Code"
_FONTS = "DejaVu Sans Mono, Menlo, Consolas"


def svg_of(app: App[Any], title: str) -> str:
    """The screen in front as SVG; it loads nothing from elsewhere."""
    made = app.export_screenshot(title=title, simplify=True)
    made = _FONT_FACE.sub("", made).replace(_FONT, _FONTS)
    return _UNIQUE.sub("demerit", made)


def text_of(app: App[Any]) -> str:
    """The screen in front as lines of text."""
    width, height = app.size
    strips = app.screen._compositor.render_strips(app.size)  # what `export_screenshot` reads too
    lines = [strip.crop(0, width).text.rstrip() for strip in strips[:height]]
    return "\n".join(lines) + "\n"
