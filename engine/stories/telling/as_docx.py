"""A page as a Word document, the same bytes each time."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Cm, Pt

from engine.stories.telling.records import Entry, Item, Note, Page

_WHEN = datetime(2000, 1, 1)  # noqa: DTZ001  # a date that is none, the same for all
_ZIPPED = (1980, 1, 1, 0, 0, 0)
_ITALIC = frozenset({"says", "because"})
_QUOTED = frozenset({"message", "letter"})


def write(page: Page) -> bytes:
    """The document. Texts hold no control characters any more."""
    document = Document()
    _properties(document, page)
    document.add_heading(page.title, 0)
    document.add_paragraph(page.subtitle, style="Subtitle")
    if page.about:
        document.add_paragraph(page.about)
    for item in page.lead:
        _item(document, item)
    for section in page.sections:
        document.add_heading(section.heading, 1)
        if section.sided:
            _sides(document, page, section.entries, section.other)
        else:
            _entries(document, section.entries, page.form)
    if page.notes:
        document.add_heading("Notes", 1)
        for note in page.notes:
            _note(document, note)
    return _steady(document)


def _properties(document: Any, page: Page) -> None:
    core = document.core_properties
    core.author = core.last_modified_by = "demerit"
    core.title, core.comments = page.title[:255], ""
    core.created = core.modified = core.last_printed = _WHEN
    core.revision = 1
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Georgia", Pt(11)
    normal.paragraph_format.space_after = Pt(6)
    for side in document.sections:
        side.page_width, side.page_height = Cm(21), Cm(29.7)
        side.left_margin = side.right_margin = Cm(2.8)


def _entries(place: Any, entries: tuple[Entry, ...], form: str) -> None:
    for entry in entries:
        names = form not in ("letters", "beats")
        head = [entry.who, entry.time] if form != "dossier" else [entry.date, entry.time]
        shown = ", ".join(part for part in head if part) if names else ""
        if shown:
            paragraph = place.add_paragraph()
            paragraph.add_run(shown).bold = True
            paragraph.paragraph_format.keep_with_next = True
        for item in entry.items:
            _item(place, item)


def _sides(document: Any, page: Page, left: tuple[Entry, ...], right: tuple[Entry, ...]) -> None:
    table = document.add_table(rows=2, cols=2)
    table.style = "Table Grid"
    for column, (title, entries) in enumerate(zip(page.sides, (left, right), strict=True)):
        table.cell(0, column).paragraphs[0].add_run(title).bold = True
        cell = table.cell(1, column)
        if entries:
            _entries(cell, entries, page.form)
            first = cell.paragraphs[0]._p
            first.getparent().remove(first)  # a new cell begins with an empty line
        else:
            cell.paragraphs[0].add_run("Nothing happens.")


def _item(place: Any, item: Item) -> None:
    paragraph = place.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT
    if item.kind in _QUOTED:
        paragraph.paragraph_format.left_indent = Cm(1)
    run = paragraph.add_run(item.text)
    run.italic = item.kind in _ITALIC or None
    run.bold = item.kind == "refused" or None
    if item.notes:
        marks = paragraph.add_run(", ".join(str(number) for number in item.notes))
        marks.font.superscript = True


def _note(document: Any, note: Note) -> None:
    pieces = [note.title or note.clause]
    if note.clause and note.title:
        pieces[0] += f" ({note.clause})"
    pieces += [part for part in (note.place, note.standing, note.source, *note.figures) if part]
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_after = Pt(2)
    paragraph.add_run(f"{note.number}  ").font.superscript = True
    paragraph.add_run("; ".join(pieces) + ".").font.size = Pt(9)


def _steady(document: Any) -> bytes:
    """The file with its parts in order and no time of its own."""
    first = BytesIO()
    document.save(first)
    made = BytesIO()
    with ZipFile(first) as given, ZipFile(made, "w", ZIP_DEFLATED) as file:
        for name in given.namelist():
            part = ZipInfo(name, _ZIPPED)
            part.compress_type = ZIP_DEFLATED
            file.writestr(part, given.read(name))
    return made.getvalue()
