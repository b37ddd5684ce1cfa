"""A picture: its shapes, and the text that stands for it.

The shapes are drawn with matplotlib, without its global figures. The SVG keeps text as
text, has no script, no style sheet, no date and no reference to anything outside itself.
"""

from __future__ import annotations

import hashlib
import io
import re
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as Tree

from engine.plots import theme as themes
from engine.plots.measure import clean, has_glyph
from engine.plots.sheet import Area, Line, Mark, Shape, Sheet, Words
from engine.plots.theme import FONT_STACK, ThemeName

if TYPE_CHECKING:
    from matplotlib.artist import Artist

_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
_FAMILY = "DejaVu Sans"
_LONGEST = 4_000  # characters of the text that stands for a picture
#: Installed typefaces that are tried first for what the usual one lacks.
_FALLBACKS = (
    "Noto Sans CJK SC", "Noto Sans CJK JP", "Noto Sans SC", "Source Han Sans SC",
    "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "Droid Sans Fallback", "PingFang SC",
    "Microsoft YaHei", "SimHei", "Arial Unicode MS", "Noto Sans", "Noto Sans Symbols2",
)  # fmt: skip
_NEVER = ("Last Resort", "Noto Color Emoji")  # boxes, and pictures of their own colours


@dataclass(frozen=True)
class Picture:
    """A finished layout. ``title`` and ``description`` are read to who cannot see it."""

    title: str
    description: str
    wide: float  # points
    high: float
    shapes: tuple[Shape, ...]

    def svg(self, theme: ThemeName = "light") -> str:
        """One ``<svg>`` element as text; ``page`` for one that stands in a page."""
        drawn = self._drawn("svg", theme, 1.0).decode()
        root = Tree.fromstring(drawn)  # noqa: S314  # we have just written it
        return self._finished(root, theme)

    def png(self, theme: ThemeName = "light", scale: float = 2.0) -> bytes:
        """A PNG of ``scale`` pixels a point; ``page`` looks like ``light``."""
        return self._drawn("png", "light" if theme == "page" else theme, scale)

    def missing_glyphs(self) -> str:
        """The characters that no installed typeface can draw in a PNG."""
        wanted = {c for shape in self.shapes if isinstance(shape, Words) for c in shape.text}
        lacking = {char for char in wanted if not has_glyph(char)}
        found = "".join(sorted(lacking))
        return "".join(c for c in found if not _fonts_for(c)) if found else ""

    # --- drawing ---------------------------------------------------------------------

    def _drawn(self, form: str, theme: ThemeName, scale: float) -> bytes:
        import matplotlib as mpl
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.backends.backend_svg import FigureCanvasSVG
        from matplotlib.figure import Figure

        rules: dict[Any, Any] = {
            "svg.fonttype": "none", "svg.hashsalt": "demerit", "text.parse_math": False,
            "text.usetex": False, "font.family": [_FAMILY], "hatch.linewidth": 0.9,
            "path.simplify": False, "figure.dpi": 72, "savefig.dpi": "figure",
        }  # fmt: skip
        with mpl.rc_context({**mpl.rcParamsDefault, **rules}):
            roles = themes.colours(theme)
            figure = Figure(figsize=(self.wide / 72, self.high / 72), facecolor=roles["paper"])
            axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
            axes.set_axis_off()
            axes.set_xlim(0, self.wide)
            axes.set_ylim(self.high, 0)
            for place, shape in enumerate(self.shapes):
                artist = _artist(shape, roles, place + 1, self._families(shape, form))
                axes.add_artist(artist).set_clip_on(False)
            file = io.BytesIO()
            svg: Any = FigureCanvasSVG(figure)
            agg: Any = FigureCanvasAgg(figure)
            with warnings.catch_warnings():
                warnings.filterwarnings("ignore", message="Glyph .* missing", category=UserWarning)
                if form == "svg":
                    svg.print_svg(file, metadata={"Date": None})
                else:
                    told = {"Software": None, "Title": self.title, "Description": self.description}
                    figure.set_dpi(72 * scale)
                    agg.print_png(file, metadata=told)
        return file.getvalue()

    def _families(self, shape: Shape, form: str) -> list[str]:
        """Typefaces of a text; a PNG needs one for every character, an SVG none."""
        found = [_FAMILY]
        if form == "png" and isinstance(shape, Words) and not shape.text.isascii():
            for char in sorted({c for c in shape.text if not has_glyph(c)}):
                found.extend(name for name in _fonts_for(char) if name not in found)
        return found

    # --- what an SVG is when it leaves ------------------------------------------------

    def _finished(self, root: Tree.Element, theme: ThemeName) -> str:
        referred = set(re.findall(r"#([\w-]+)", _references(root)))
        parents = {child: parent for parent in root.iter() for child in parent}
        for element in list(root.iter()):
            name = element.tag.rpartition("}")[2]
            if name in ("metadata", "style"):
                parents[element].remove(element)
                continue
            if element.get("id") not in referred:
                element.attrib.pop("id", None)
            _style(element, theme)
        digest = hashlib.sha256(repr(self).encode()).hexdigest()[:12]
        root.attrib.pop("version", None)
        root.set("role", "img")
        root.set("aria-labelledby", f"plot-{digest}-title plot-{digest}-desc")
        root.set("style", "stroke-linejoin: round; stroke-linecap: butt; max-width: 100%;"
                          " height: auto")  # fmt: skip
        for place, (tag, words) in enumerate((("title", self.title), ("desc", self.description))):
            told = Tree.Element(f"{{{_SVG}}}{tag}", {"id": f"plot-{digest}-{tag}"})
            told.text = words
            root.insert(place, told)
        _own_names(root, digest, referred)
        Tree.register_namespace("", _SVG)
        Tree.register_namespace("xlink", _XLINK)
        return Tree.tostring(root, encoding="unicode") + "\n"


def picture(sheet: Sheet, description: str) -> Picture:
    """The sheet as a picture; the description says in words what it shows."""
    told = clean(description)
    if len(told) > _LONGEST:
        told = f"{told[: _LONGEST - 1]}…"
    return Picture(sheet.title, told, sheet.wide, sheet.height, tuple(sheet.shapes))


def _references(root: Tree.Element) -> str:
    """Every value that may refer to a part of the picture."""
    return " ".join(
        value for element in root.iter() for key, value in element.attrib.items()
        if key.endswith("href") or "url(" in value
    )  # fmt: skip


def _own_names(root: Tree.Element, digest: str, referred: set[str]) -> None:
    """Give referred parts names of this picture, so that two can stand on one page."""
    names = {name: f"plot-{digest}-{place}" for place, name in enumerate(sorted(referred))}
    for element in root.iter():
        for key, value in element.attrib.items():
            if key == "id" and value in names:
                element.set(key, names[value])
            elif key.endswith("href") or "url(" in value:
                element.set(key, re.sub(r"#([\w-]+)", lambda m: f"#{names.get(m[1], m[1])}", value))


def _style(element: Tree.Element, theme: ThemeName) -> None:
    """Our typefaces in its style, and for a page the page's colours.

    A colour that is an attribute becomes a style: only there may it be a variable.
    """
    style = element.get("style", "").replace(f"'{_FAMILY}'", FONT_STACK)
    if theme == "page":
        drawn = themes.variables()
        for key in ("fill", "stroke"):
            if element.get(key) in drawn:
                style = f"{key}: {element.attrib.pop(key)}; {style}"
        for colour, variable in drawn.items():
            style = style.replace(colour, variable)
    if style:
        element.set("style", style.strip("; "))


def _artist(shape: Shape, roles: dict[str, str], order: int, families: list[str]) -> Artist:
    from matplotlib.lines import Line2D
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path
    from matplotlib.text import Text

    match shape:
        case Words():
            weight = "bold" if shape.bold and len(families) == 1 else "normal"
            return Text(
                shape.x, shape.y, shape.text, color=roles[shape.role], fontsize=shape.size,
                ha=shape.align, va="center_baseline", fontweight=weight,
                fontfamily=families, zorder=order, parse_math=False,
            )  # fmt: skip
        case Line():
            xs, ys = zip(*shape.points, strict=True)
            made = Line2D(xs, ys, color=roles[shape.role], linewidth=shape.width, zorder=order,
                          solid_joinstyle="round", alpha=shape.alpha)  # fmt: skip
            if shape.dash:
                made.set_linestyle((0, shape.dash))
            return made
        case Mark():
            # a cross has no inside: its strokes are its edge
            open_ = shape.kind in ("x", "+", "|", "_")
            inside = roles["paper"] if shape.hollow else roles[shape.role]
            edge = roles[shape.role] if open_ or shape.hollow else roles["paper"]
            return Line2D(
                [shape.x], [shape.y], linestyle="none", marker=shape.kind, markersize=shape.size,
                markerfacecolor=inside, markeredgecolor=edge,
                markeredgewidth=1.3 if open_ or shape.hollow else 0.6, zorder=order,
            )  # fmt: skip
        case Area():
            codes = list(shape.codes) or [Path.MOVETO] + [Path.LINETO] * (len(shape.points) - 1)
            path = Path([*shape.points, shape.points[0]], [*codes, Path.CLOSEPOLY])
            edge = roles[shape.outline or "paper"]
            return PathPatch(
                path, facecolor=roles[shape.role], edgecolor=edge, hatch=shape.hatch or None,
                linewidth=0.8 if shape.outline else 0.0, alpha=shape.alpha, zorder=order,
            )  # fmt: skip


def _fonts_for(char: str) -> list[str]:
    """An installed typeface that has a character, if there is one."""
    from matplotlib.font_manager import fontManager
    from matplotlib.ft2font import FT2Font

    files = {entry.name: entry.fname for entry in fontManager.ttflist}
    tried = [name for name in _FALLBACKS if name in files]
    tried += [name for name in sorted(files) if name not in tried and not name.startswith(_NEVER)]
    for name in tried:
        if name != _FAMILY and FT2Font(files[name]).get_char_index(ord(char)):
            return [name]
    return []
