"""Colours by what they are for, for paper, for a dark screen, and for a page's own.

``light`` and ``dark`` are fixed. ``page`` draws with colours that stand for roles, which
the renderer replaces by ``var(--plot-ROLE, …)``: an inline picture then follows its page.
The hues keep apart for all common kinds of colour blindness; charts add hatches, marks,
dashes and labels, so that none of it is needed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

ThemeName = Literal["light", "dark", "page"]

#: Role → colour on white paper, colour on a dark screen.
_ROLES: Mapping[str, tuple[str, str]] = {
    "paper": ("#ffffff", "#15181c"),
    "ink": ("#1b1e23", "#eceae4"),
    "muted": ("#5a6069", "#a9b0b8"),
    "faint": ("#d9dce0", "#353b43"),
    "band": ("#f1f3f5", "#1f242a"),
    "good": ("#0b62a4", "#62b0ee"),
    "bad": ("#b3470b", "#f0914f"),
    "series-1": ("#0b62a4", "#62b0ee"),
    "series-2": ("#b3470b", "#f0914f"),
    "series-3": ("#00735a", "#3fc9a0"),
    "series-4": ("#8d3f7d", "#dd94cb"),
    "series-5": ("#806300", "#e5c54a"),
    "series-6": ("#3b4a8c", "#9aa8f0"),
    "series-7": ("#7a4a2e", "#cfa587"),
    "series-8": ("#59616b", "#b3bbc4"),
    # from the best grade to the worst
    "grade-1": ("#0a558f", "#7cc0f5"),
    "grade-2": ("#3a85bd", "#4b93c9"),
    "grade-3": ("#8dbcdf", "#2f6690"),
    "grade-4": ("#c4c5c0", "#6d7176"),
    "grade-5": ("#f0b886", "#8c5226"),
    "grade-6": ("#d9772c", "#cc7431"),
    "grade-7": ("#9c3d04", "#f7a366"),
}
_RAMP = 7
_SERIES = 8
ROLES = tuple(_ROLES)

#: Fills that differ without colour, the plain one first. Dots would make an SVG a
#: hundred times as long.
HATCHES = ("", "////", "----", "\\\\\\\\", "xxxx", "||||", "++++", "//")
#: Dashes of lines, in points: drawn, left out, …
DASHES: tuple[tuple[float, ...], ...] = (
    (), (5, 2), (1.5, 1.5), (7, 2, 1.5, 2), (9, 3), (3, 1), (7, 2, 1.5, 2, 1.5, 2), (1, 3),
)  # fmt: skip
#: Marks of series, as matplotlib calls them.
MARKS = ("o", "s", "^", "D", "v", "P", "X", "p")

_FONTS = (
    "'DejaVu Sans'", "'Noto Sans'", "'Segoe UI'", "'Helvetica Neue'", "Arial",
    "'Noto Sans CJK SC'", "'PingFang SC'", "'Microsoft YaHei'", "sans-serif",
)  # fmt: skip
FONT_STACK = ", ".join(_FONTS)


def series(index: int) -> str:
    """The role of the series at a place, from 0; they come again after eight."""
    return f"series-{index % _SERIES + 1}"


def grade(rank: int, count: int) -> str:
    """The role of a grade, from 0 (the best) of so many."""
    if count <= 1:
        return "grade-1"
    return f"grade-{round(rank * (_RAMP - 1) / (count - 1)) + 1}"


def hatch(index: int) -> str:
    """The hatch of a fill at a place, from 0."""
    return HATCHES[index % len(HATCHES)]


def colours(theme: ThemeName) -> dict[str, str]:
    """Role → the colour to draw with; for ``page`` one that stands for the role alone."""
    if theme == "page":
        return {role: f"#f1e2{place:02x}" for place, role in enumerate(ROLES)}
    dark = theme == "dark"
    return {role: pair[dark] for role, pair in _ROLES.items()}


def variables() -> dict[str, str]:
    """For ``page``: the colour that was drawn with → the CSS that takes its place."""
    drawn, light = colours("page"), colours("light")
    return {drawn[role]: f"var(--plot-{role}, {light[role]})" for role in ROLES}


def page_css() -> str:
    """The variables for a page that follows the reader's light or dark; paper is light."""

    def block(theme: ThemeName) -> str:
        return " ".join(f"--plot-{role}: {value};" for role, value in colours(theme).items())

    return (
        f":root {{ {block('light')} }}\n"
        f"@media screen and (prefers-color-scheme: dark) {{ :root {{ {block('dark')} }} }}\n"
    )
