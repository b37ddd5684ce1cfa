"""A page as it will be read: paragraphs, messages, footnotes; two sides beside each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tui.session.storyview import Leaf, PageLine, PageView
from tui.widgets.lines import BLANK, Line, Piece, hanging, line_width
from tui.widgets.pane import Pane

_WIDEST = 84  # columns of a paragraph: more is hard to read
_TWO = 90  # columns from which two sides stand beside each other
_ROLES = {
    "title": "title", "subtitle": "dim", "heading": "heading", "side": "info", "label": "strong",
    "says": "said", "because": "said", "refused": "bad", "grade": "mark", "began": "warn",
    "listed": "warn", "note": "dim", "quiet": "dim",
}  # fmt: skip
_QUOTED = frozenset({"message", "letter"})
_CLOSE = frozenset({"title", "heading", "side", "label", "note", "raw"})  # nothing behind them


class PagePane(Pane):
    """Scrolls through a page."""

    def build(self, width: int, height: int) -> list[Line]:
        page: PageView = self.data
        if page.problem:
            return [BLANK, *hanging(((" ✖ ", "bad"),), page.problem, "bad", width)]
        lines: list[Line] = []
        for leaf in page.leaves:
            lines += _leaf(leaf, width)
        return lines

    def fed(self, before: PageView | None, data: PageView) -> None:
        """The same part of the page as before, as far as it has one."""
        if before is None:
            self.top = 0


def _leaf(leaf: Leaf, width: int) -> Iterator[Line]:
    narrow = min(width, _WIDEST)
    if not leaf.sided or width < _TWO:
        yield from _lines(leaf.lines, narrow)
        yield from _lines(leaf.other, narrow)
        return
    heading, *left = leaf.lines
    yield from _lines((heading,), narrow)
    side = min((width - 3) // 2, _WIDEST)
    columns = list(_lines(left, side)), list(_lines(leaf.other, side))
    for row in range(max(map(len, columns))):
        one, other = (column[row] if row < len(column) else BLANK for column in columns)
        air = " " * (side - line_width(one))
        yield (*one, (air, ""), (" │ ", "line"), *other)


def _lines(lines: Sequence[PageLine], width: int) -> Iterator[Line]:
    for line in lines:
        if line.kind == "raw":
            yield from _raw(line.text, width)
            continue
        yield from _paragraph(line, width)
        if line.kind not in _CLOSE:
            yield BLANK
        elif line.kind == "heading":
            yield ((" " + "─" * (width - 2), "line"),)


def _raw(text: str, width: int) -> Iterator[Line]:
    """A line of a file as it stands there, its indentation too."""
    body = text.lstrip(" ")
    lead = " " * min(len(text) - len(body) + 1, width // 2)
    yield from hanging(((lead, ""),), body, "", width)


def _paragraph(line: PageLine, width: int) -> Iterator[Line]:
    quoted = line.kind in _QUOTED
    lead: Line = ((" ┃ ", "info"),) if quoted else ((" ", ""),)
    marks = " ".join(f"[{number}]" for number in line.notes)
    tail: tuple[Piece, ...] = ((f" {marks}", "dim"),) if marks else ()
    role = _ROLES.get(line.kind, "")
    made: list[Line] = []
    for part in line.text.split("\n"):
        body = hanging(lead, part, role, width)
        made += [(*lead, *row[1:]) for row in body] if quoted else body
    if tail and made and line_width(made[-1]) + line_width(tail) <= width:
        made[-1] = (*made[-1], *tail)
    elif tail:
        made.append((*lead, *tail))
    yield from made
