"""The two themes of our own; every text on its ground has a contrast of 4.5:1 or more.

The style sheets use nothing but these variables, so that a test can measure all pairs.
"""

from __future__ import annotations

from textual.theme import Theme

DARK = {
    "ground": "#12141a",  # between panes
    "pane": "#191c24",
    "bar": "#262b37",  # title bars, status line
    "text": "#dce1ea",
    "soft": "#aab4c4",  # secondary text
    "bright": "#ffffff",
    "line": "#8490a4",  # rules and frames: no text
    "band": "#98a3b6",
    "good": "#8fd18b",
    "bad": "#ff9a94",
    "warn": "#ecc06a",
    "info": "#86c5f4",
    "mark": "#d3acf5",
    "accent": "#f0b35a",
    "on-accent": "#1b1406",
    "row": "#303e58",  # under the cursor
    "row-dim": "#2a3140",
    "fired": "#22392b",
    "missed": "#2b2e37",
    "acted": "#243449",
    "found": "#5a4a17",
    "stripe": "#1e222c",
}
LIGHT = {
    "ground": "#e7e3d8",
    "pane": "#fbfaf6",
    "bar": "#ded9cb",
    "text": "#22252c",
    "soft": "#50565f",
    "bright": "#000000",
    "line": "#77735f",
    "band": "#6f6c61",
    "good": "#155f24",
    "bad": "#a3161c",
    "warn": "#6b4700",
    "info": "#0a4d86",
    "mark": "#642693",
    "accent": "#7a4a00",
    "on-accent": "#fffaf0",
    "row": "#c9d8f0",
    "row-dim": "#e2e5ea",
    "fired": "#dcefdc",
    "missed": "#ecebe6",
    "acted": "#dbe8f5",
    "found": "#f5e3a1",
    "stripe": "#f1efe8",
}


def _theme(name: str, colours: dict[str, str], *, dark: bool) -> Theme:
    return Theme(
        name=name, dark=dark, primary=colours["accent"], secondary=colours["info"],
        accent=colours["accent"], warning=colours["warn"], error=colours["bad"],
        success=colours["good"], foreground=colours["text"], background=colours["ground"],
        surface=colours["pane"], panel=colours["bar"],
        variables={
            **{f"d-{key}": value for key, value in colours.items()},
            "input-cursor-background": colours["text"],
            "input-cursor-foreground": colours["pane"],
            "input-selection-background": colours["row"],
            "block-cursor-background": colours["row"],
            "block-cursor-foreground": colours["bright"],
            "scrollbar": colours["line"],
            "scrollbar-background": colours["pane"],
            "scrollbar-corner-color": colours["pane"],
            "scrollbar-hover": colours["line"],
            "scrollbar-active": colours["accent"],
            "scrollbar-background-hover": colours["pane"],
            "scrollbar-background-active": colours["pane"],
        },
    )  # fmt: skip


THEMES = {
    "dark": _theme("demerit-dark", DARK, dark=True),
    "light": _theme("demerit-light", LIGHT, dark=False),
}
