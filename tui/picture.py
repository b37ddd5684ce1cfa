"""The screen as a picture or as text: small, the same on every machine, loading nothing."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING, Any, NamedTuple

from rich.cells import cell_len
from rich.color import Color, ColorType
from rich.style import Style
from textual.strip import Strip

if TYPE_CHECKING:
    from textual.app import App

_WIDE, _HIGH, _FONT = 9.63, 19, 16  # a cell and its letters, in units of the picture
_BASE = 15  # where letters stand in a cell
_FONTS = "'DejaVu Sans Mono', Menlo, Consolas, 'Liberation Mono', monospace"


class _Run(NamedTuple):
    """Some cells of one look."""

    x: int
    cells: int
    text: str
    fore: str
    back: str
    look: str  # of the letters: bold, italic, underline


def strips_of(app: App[Any]) -> list[Strip]:
    """The lines of the screen in front, as `export_screenshot` reads them too."""
    width, height = app.size
    strips = app.screen._compositor.render_strips(app.size)
    return [strip.crop(0, width) for strip in strips[:height]]


def text_of(app: App[Any]) -> str:
    """The screen in front as lines of text."""
    return "".join(f"{strip.text.rstrip()}\n" for strip in strips_of(app))


def svg_of(app: App[Any], title: str) -> str:
    """The screen in front as SVG."""
    fore, back = ("#dcdcdc", "#1c1c1c") if app.current_theme.dark else ("#202020", "#f8f8f8")
    width, height = app.size
    classes: dict[str, str] = {}
    lines: list[str] = []
    for row, strip in enumerate(strips_of(app)):
        drawn = "".join(_row(strip, classes, fore, back))
        if drawn:
            lines.append(f'<g transform="translate(0 {row * _HIGH})">{drawn}</g>')
    styles = "".join(f".{name}{{{look}}}" for look, name in classes.items())
    view = f"0 0 {_units(width)} {height * _HIGH}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{view}"><title>{escape(title)}</title>'
        f"<style>text{{font:{_FONT}px {_FONTS};white-space:pre}}{styles}</style>"
        f'<rect width="100%" height="100%" fill="{back}"/>\n' + "\n".join(lines) + "\n</svg>\n"
    )


def _units(cells: int) -> str:
    """Cells in units of the picture."""
    return f"{cells * _WIDE:.1f}".removesuffix(".0")


def _row(strip: Strip, classes: dict[str, str], fore: str, back: str) -> Iterator[str]:
    runs = list(_runs(strip, fore, back))
    for run in _joined(runs):
        if run.back != back:
            yield (f'<rect x="{_units(run.x)}" width="{_units(run.cells)}" height="{_HIGH}"'
                   f' fill="{run.back}"/>')  # fmt: skip
    for run in runs:
        text = run.text.rstrip(" ")
        shown = text.lstrip(" ")
        if not shown:
            continue
        x = _units(run.x + len(text) - len(shown))
        name = classes.setdefault(f"fill:{run.fore}{run.look}", f"c{len(classes)}")
        # Signs may come from another font, which must keep to the cells too.
        kept = "" if shown.isascii() else (
            f' textLength="{_units(cell_len(shown))}" lengthAdjust="spacingAndGlyphs"')  # fmt: skip
        yield (f'<text class="{name}" x="{x}" y="{_BASE}"{kept}>'
               f"{escape(shown, quote=False)}</text>")  # fmt: skip


def _runs(strip: Strip, fore: str, back: str) -> Iterator[_Run]:
    """Neighbours of one look together."""
    held: _Run | None = None
    x = 0
    for text, style, _ in strip:
        cells = cell_len(text)
        look = _look(style or Style.null(), fore, back)
        if held is not None and held[3:] == look:
            held = held._replace(cells=held.cells + cells, text=held.text + text)
        else:
            if held is not None:
                yield held
            held = _Run(x, cells, text, *look)
        x += cells
    if held is not None:
        yield held


def _joined(runs: list[_Run]) -> Iterator[_Run]:
    """The same runs, those on one ground together."""
    held: _Run | None = None
    for run in runs:
        if held is not None and held.back == run.back:
            held = held._replace(cells=held.cells + run.cells)
        else:
            if held is not None:
                yield held
            held = run
    if held is not None:
        yield held


def _look(style: Style, fore: str, back: str) -> tuple[str, str, str]:
    front, ground = _hex(style.color, fore), _hex(style.bgcolor, back)
    if style.reverse:
        front, ground = ground, front
    look = ";font-weight:bold" if style.bold else ""
    look += ";font-style:italic" if style.italic else ""
    look += ";text-decoration:underline" if style.underline else ""
    return front, ground, look


def _hex(colour: Color | None, otherwise: str) -> str:
    if colour is None or colour.type is ColorType.DEFAULT:
        return otherwise
    return colour.get_truecolor().hex
