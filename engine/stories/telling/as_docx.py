"""A page as a Word document, the same bytes each time."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import groupby
from typing import Any, NamedTuple

from docx.oxml.ns import qn
from docx.shared import Cm

from engine.stories.telling.docx_styles import element, empty, steady
from engine.stories.telling.records import Entry, Item, Note, Page

#: Kind of item → its paragraph style; others are plain.
_STYLES = {"says": "Says", "because": "Because", "message": "Message", "letter": "Letter",
           "refused": "Refusal"}  # fmt: skip
_WHOLE = 1500  # characters of a row that is better not divided between pages
_DIFFERS = "EDEDED"  # behind what is not the same on both sides
_RIGHT_TO_LEFT = frozenset({"R", "AL"})


class _Line(NamedTuple):
    """One paragraph of a page."""

    kind: str  # of its item; "who" for whom and when it befell
    text: str
    notes: tuple[int, ...] = ()
    about: str = ""  # whom it tells of, where that is told


def write(page: Page) -> bytes:
    """The document. Texts hold no control characters any more."""
    document = empty(page.title)
    _words(document.add_paragraph(style="Title"), page.title)
    _words(document.add_paragraph(style="Subtitle"), page.subtitle)
    if page.about:
        _words(document.add_paragraph(), page.about)
    for item in page.lead:
        _line(document.add_paragraph(), _of(item))
    for section in page.sections:
        _words(document.add_paragraph(style="Heading 1"), section.heading)
        if section.sided:
            _sides(document, page, section.entries, section.other)
        else:
            for line in _lines(section.entries, page.form):
                _line(document.add_paragraph(), line)
    if page.notes:
        _words(document.add_paragraph(style="Heading 1"), "Notes")
        for note in page.notes:
            _note(document.add_paragraph(style="Note"), note)
    elif page.sections and page.sections[-1].sided:
        document.add_paragraph()  # a document may not end with a table
    return steady(document)


def _of(item: Item) -> _Line:
    return _Line(item.kind, item.text, item.notes, str(item.facts.get("name", "")))


def _lines(entries: tuple[Entry, ...], form: str) -> Iterator[_Line]:
    for entry in entries:
        head = [entry.who, entry.time] if form != "dossier" else [entry.date, entry.time]
        shown = ", ".join(part for part in head if part)
        if shown and form not in ("letters", "beats"):
            yield _Line("who", shown)
        for item in entry.items:
            yield _of(item)


# --- paragraphs ----------------------------------------------------------------------------


def _line(paragraph: Any, line: _Line) -> None:
    style = "Who" if line.kind == "who" else _STYLES.get(line.kind)
    if style:
        paragraph.style = style
    if line.kind == "because":
        paragraph.add_run("Because: ")
    _words(paragraph, line.text, italic=line.kind == "because")
    for place, number in enumerate(line.notes):
        if place:
            paragraph.add_run(",\u00a0").font.superscript = True  # marks stay together
        _mark(paragraph, number)


def _words(paragraph: Any, text: str, *, italic: bool = False) -> None:
    """A text; whatever runs from right to left is marked so, as Word wants it."""
    sides = _directions(text)
    if True not in sides:
        paragraph.add_run(text).italic = italic or None
        return
    if sides[0]:
        paragraph._p.get_or_add_pPr().append(element("bidi"))
    for backward, stretch in groupby(zip(sides, text, strict=True), key=lambda pair: pair[0]):
        run = paragraph.add_run("".join(char for _, char in stretch))
        run.italic = italic or None
        run.font.rtl = backward or None


def _directions(text: str) -> list[bool]:
    """For each character whether it runs from right to left.

    What has no direction goes with its neighbours where they agree, else with the first letter.
    """
    found: list[bool | None] = []
    for char in text:
        kind = unicodedata.bidirectional(char)
        found.append(kind in _RIGHT_TO_LEFT if kind in _RIGHT_TO_LEFT or kind == "L" else None)
    base = next((side for side in found if side is not None), False)
    made, before = [], base
    after = list(found)
    following = base
    for place in range(len(found) - 1, -1, -1):
        side = found[place]
        following = following if side is None else side
        after[place] = following
    for side, behind in zip(found, after, strict=True):
        before = before if side is None else side
        made.append(side if side is not None else before if before == behind else base)
    return made


def _mark(paragraph: Any, number: int) -> None:
    """The number of a note, which leads there within the document."""
    link = element("hyperlink", anchor=f"note_{number}", history="1")
    run = paragraph.add_run(str(number))
    run.font.superscript = True
    link.append(run._r)
    paragraph._p.append(link)


def _note(paragraph: Any, note: Note) -> None:
    pieces = [note.title or note.clause]
    if note.clause and note.title:
        pieces[0] += f" ({note.clause})"
    pieces += [part for part in (note.place, note.standing, note.source, *note.figures) if part]
    ident = str(note.number)
    paragraph._p.append(element("bookmarkStart", id=ident, name=f"note_{ident}"))
    paragraph.add_run(ident)
    paragraph._p.append(element("bookmarkEnd", id=ident))
    _words(paragraph, "\t" + "; ".join(pieces) + ".")


# --- two sides -----------------------------------------------------------------------------


def _sides(document: Any, page: Page, left: tuple[Entry, ...], right: tuple[Entry, ...]) -> None:
    """A table with a row for each thing that happens, beside what it is on the other side."""
    table = document.add_table(rows=0, cols=2)
    table.autofit = False
    _ruled(table)
    head = _row(table, page.sides[0], page.sides[1])
    head._tr.get_or_add_trPr().append(element("tblHeader"))
    nothing = [_Line("nothing", "Nothing happens.")]
    ours = list(_lines(left, page.form)) or nothing
    theirs = list(_lines(right, page.form)) or nothing
    for one, other in _pairs(ours, theirs):
        row = _row(table, one, other)
        if one is None or other is None or one[:2] != other[:2]:
            for cell, line in zip(row.cells, (one, other), strict=True):
                if line is not None:
                    cell._tc.get_or_add_tcPr().append(
                        element("shd", val="clear", color="auto", fill=_DIFFERS)
                    )


def _pairs(
    left: list[_Line], right: list[_Line], *, alike: bool = False
) -> Iterator[tuple[_Line | None, _Line | None]]:
    """What stands beside what: the same words, or (``alike``) the same kind of thing for one."""

    def keys(lines: list[_Line]) -> list[tuple[str, str]]:
        return [(line.kind, line.about if alike else line.text) for line in lines]

    matcher = SequenceMatcher(None, keys(left), keys(right), autojunk=False)
    for what, a, b, c, d in matcher.get_opcodes():
        if what == "equal":
            yield from zip(left[a:b], right[c:d], strict=True)
        elif what == "replace" and not alike:
            yield from _pairs(left[a:b], right[c:d], alike=True)
        else:
            yield from ((one, None) for one in left[a:b])
            yield from ((None, other) for other in right[c:d])


def _row(table: Any, one: _Line | str | None, other: _Line | str | None) -> Any:
    row = table.add_row()
    length = 0
    for cell, line in zip(row.cells, (one, other), strict=True):
        paragraph = cell.paragraphs[0]
        if isinstance(line, str):
            paragraph.style = "Side"
            _words(paragraph, line)
        elif line is not None:
            _line(paragraph, line)
            _within(paragraph)
        length += len(paragraph.text)
    if length < _WHOLE:
        row._tr.get_or_add_trPr().append(element("cantSplit"))
    return row


def _within(paragraph: Any) -> None:
    """A cell is narrow: what is set in by a centimetre on a page is set in by less."""
    if paragraph.style.paragraph_format.left_indent:
        paragraph.paragraph_format.left_indent = Cm(0.4)
        paragraph.paragraph_format.right_indent = Cm(0)


def _ruled(table: Any) -> None:
    """A line above, one below and one between the sides."""
    borders = element("tblBorders")
    for side in ("top", "bottom", "insideV"):
        borders.append(element(side, val="single", sz="4", space="0", color="808080"))
    properties = table._tbl.tblPr
    style = properties.find(qn("w:tblStyle"))
    if style is not None:
        properties.remove(style)
    layout = properties.find(qn("w:tblLayout"))
    layout.addprevious(borders) if layout is not None else properties.append(borders)
