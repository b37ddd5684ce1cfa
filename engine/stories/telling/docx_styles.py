"""The look of a Word document: named styles, the page, its languages, and nothing left over.

Every kind of paragraph has a style of its own, so that whoever gets the document can change all
messages, or all of a writer's notes, in one place.
"""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

_WHEN = datetime(2000, 1, 1)  # noqa: DTZ001  # a date that is none, the same for all
_ZIPPED = (1980, 1, 1, 0, 0, 0)
_LONGEST = 255  # characters of a property that every reader takes
_FONTS = {"ascii": "Times New Roman", "hAnsi": "Times New Roman", "cs": "Times New Roman",
          "eastAsia": "SimSun"}  # fmt: skip
_LANGUAGES = {"val": "en-GB", "eastAsia": "zh-CN", "bidi": "ar-SA"}
#: Heading style → size, space before and after, in points.
_HEADINGS = {"Title": (22, 0, 4), "Subtitle": (12, 0, 14), "Heading 1": (14, 18, 4)}
#: What python-docx's template brings along and no page needs, by the end of its relation.
_LEFT_OVER = ("thumbnail", "extended-properties", "customXml", "stylesWithEffects")


def empty(title: str) -> Any:
    """A document without a word in it, on A4, with all styles and properties."""
    document = Document()
    _strip(document)
    _properties(document, title)
    _defaults(document)
    _styles(document.styles)
    for section in document.sections:
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2.8)
        section.top_margin = section.bottom_margin = Cm(2.5)
        _page_number(section.footer.paragraphs[0])
    return document


def element(name: str, /, **attributes: str) -> Any:
    """An element of the word-processing namespace with its attributes."""
    made = OxmlElement(f"w:{name}")
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), value)
    return made


def steady(document: Any) -> bytes:
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


def _strip(document: Any) -> None:
    for relations in (document.part.rels, document.part.package.rels):
        for key in [k for k, one in relations.items() if one.reltype.endswith(_LEFT_OVER)]:
            del relations[key]


def _properties(document: Any, title: str) -> None:
    core = document.core_properties
    core.author = core.last_modified_by = ""  # whose it is, its writer says
    core.title, core.comments, core.language = title[:_LONGEST], "", _LANGUAGES["val"]
    core.created = core.modified = core.last_printed = _WHEN
    core.revision = 1


def _defaults(document: Any) -> None:
    """Fonts and languages by name: what a theme would give differs between programs."""
    run = document.styles.element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
    for name, values in (("rFonts", _FONTS), ("lang", _LANGUAGES)):
        old = run.find(qn(f"w:{name}"))
        run.replace(old, element(name, **values))
    for setting in document.settings.element.iter(qn("w:compatSetting")):
        if setting.get(qn("w:name")) == "compatibilityMode":
            setting.set(qn("w:val"), "15")  # or Word opens it as a file of an older Word


def _styles(styles: Any) -> None:
    normal = styles["Normal"]
    _plain(normal)
    normal.font.size = Pt(11)
    _spaced(normal, 0, 6)
    for name, (size, before, after) in _HEADINGS.items():
        style = styles[name]
        _plain(style)
        style.font.size, style.font.bold = Pt(size), name != "Subtitle"
        style.font.italic = name == "Subtitle"
        style.font.color.rgb = RGBColor(0, 0, 0)
        _spaced(style, before, after)
        style.paragraph_format.keep_with_next = True
    for name, before in (("Who", 6), ("Side", 2)):
        bold = _new(styles, name)
        bold.font.bold, bold.paragraph_format.keep_with_next = True, True
        _spaced(bold, before, 2)
    _new(styles, "Says").font.italic = True
    _new(styles, "Because")
    message = _new(styles, "Message").paragraph_format
    message.left_indent, message.right_indent, message.keep_together = Cm(1), Cm(1), True
    letter = _new(styles, "Letter").paragraph_format
    letter.left_indent = Cm(1)
    _new(styles, "Refusal").font.bold = True
    note = _new(styles, "Note", after=2)
    note.font.size, note.paragraph_format.keep_together = Pt(9), True
    note.paragraph_format.left_indent = Cm(0.7)
    note.paragraph_format.first_line_indent = Cm(-0.7)
    note.paragraph_format.tab_stops.add_tab_stop(Cm(0.7))


def _new(styles: Any, name: str, after: int = 6) -> Any:
    style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style, style.quick_style = styles["Normal"], True
    _spaced(style, 0, after)
    return style


def _plain(style: Any) -> None:
    """No font, border, colour or spacing of the template's own."""
    properties = style.element.get_or_add_rPr()
    for child in list(properties):
        properties.remove(child)
    properties.append(element("rFonts", **_FONTS))
    border = style.element.get_or_add_pPr().find(qn("w:pBdr"))
    if border is not None:
        border.getparent().remove(border)


def _spaced(style: Any, before: int, after: int) -> None:
    form = style.paragraph_format
    form.space_before, form.space_after, form.line_spacing = Pt(before), Pt(after), 1.15


def _page_number(paragraph: Any) -> None:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    field = element("fldSimple", instr=" PAGE ")
    run = element("r")
    text = element("t")
    text.text = "1"
    run.append(text)
    field.append(run)
    paragraph._p.append(field)
