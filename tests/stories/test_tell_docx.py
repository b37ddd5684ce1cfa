"""A Word document that can be handed over: sound, harmless, and as LibreOffice lays it out."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest

from engine.cli.main import main
from engine.stories.telling.records import Entry, Item, Note, Page, Section
from policies import find_pack

docx = pytest.importorskip("docx")
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
SOFFICE = shutil.which("soffice")
OFFICE = SOFFICE is not None and shutil.which("pdftotext") is not None
WHY = "needs LibreOffice and pdftotext: `make office` installs them (86 MB to fetch, 264 MB here)"

EVIL = (
    "<script>alert(1)</script>", "=cmd|'/c calc'!A0", '{ HYPERLINK "http://x.test" }',
    '{ DDEAUTO c:\\windows\\system32\\cmd.exe "/k calc" }', "INCLUDEPICTURE http://x.test/a.png",
    "<w:instrText>AUTOEXEC</w:instrText>", "&lt;w:p/&gt; ]]> \u2028 a\u00a0b", "x" * 400,
)  # fmt: skip
_FOREIGN = re.compile(r"vba|macro|media|embed|custom", re.IGNORECASE)
ARABIC = "قالت: (2018) لا، ثم memo وأغلقت الباب."
CHINESE = "母亲把汤放了两次盐。谁也不会说出来。" * 20


def item(text: str, kind: str = "event", *notes: int, **facts: str) -> Item:
    return Item(kind, text, notes, facts)


def entry(*items: Item, who: str = "Mei", time: str = "10:20") -> Entry:
    return Entry(0, "12 May 2031", time, who, items)


def page(*sections: Section, notes: tuple[Note, ...] = (), title: str = "Mei") -> Page:
    return Page("side-by-side", title, "The island card — two tellings", "About her.", (), sections,
                ("As it is", "With “Two doors”"), notes)  # fmt: skip


def written(made: Page) -> bytes:
    from engine.stories.telling import as_docx

    return as_docx.write(made)


def evil_page() -> Page:
    texts = (*EVIL, ARABIC, CHINESE)
    kinds = ("event", "says", "because", "message", "refused", "letter")
    items = [item(text, kinds[place % len(kinds)], 1) for place, text in enumerate(texts)]
    note = Note(1, EVIL[2], EVIL[0], EVIL[3], "invented", EVIL[4], (EVIL[1],))
    both = Section(EVIL[0], (entry(*items, who=EVIL[3]),), (entry(*items[::-1]),), sided=True)
    return page(Section(EVIL[2], (entry(*items),)), both, notes=(note,), title=EVIL[3])


def parts(data: bytes) -> dict[str, bytes]:
    with ZipFile(io.BytesIO(data)) as file:
        assert file.testzip() is None
        return {name: file.read(name) for name in file.namelist()}


def body(data: bytes) -> ElementTree.Element:
    return ElementTree.fromstring(parts(data)["word/document.xml"])


def texts(data: bytes) -> Iterator[str]:
    """Every paragraph in the order of the file, those in tables too."""
    for paragraph in body(data).iter(f"{W}p"):
        yield "".join(piece.text or "" for piece in paragraph.iter(f"{W}t"))


# --- the file ------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [evil_page, page], ids=["hostile", "empty"])
def test_the_package_is_whole_and_only_text(make):
    found = parts(written(make()))
    assert not [name for name in found if _FOREIGN.search(name)]
    types = found["[Content_Types].xml"].decode()
    for name, data in found.items():
        assert name.endswith((".xml", ".rels"))
        ElementTree.fromstring(data)
        if name.endswith(".xml") and name != "[Content_Types].xml":
            assert f'PartName="/{name}"' in types
    assert "macro" not in types
    for name in (name for name in found if name.endswith(".rels")):
        folder = Path(name).parent.parent
        for relation in ElementTree.fromstring(found[name]):
            assert relation.get("TargetMode") != "External"
            assert str(folder / str(relation.get("Target"))).lstrip("/") in found


def test_no_word_of_others_becomes_a_field_or_a_link():
    data = written(evil_page())
    found = parts(data)
    fields = [field.get(f"{W}instr") for name in found if name.endswith(".xml")
              for field in ElementTree.fromstring(found[name]).iter(f"{W}fldSimple")]  # fmt: skip
    assert fields == [" PAGE "]
    for name, part in found.items():
        for tag in ("instrText", "fldChar", "object", "altChunk", "drawing", "attachedTemplate"):
            assert f"<w:{tag}".encode() not in part, name
    shown = "\n".join(texts(data))
    for text in (*EVIL, ARABIC, CHINESE):
        assert text in shown


def test_every_mark_leads_to_its_note():
    notes = tuple(Note(n, f"Clause {n}", f"rules.r{n}", "policy.yaml:3", "invented", "", ())
                  for n in (1, 2))  # fmt: skip
    both = Section("Monday", (entry(item("A", "event", 1, 2)),), (entry(),), sided=True)
    root = body(
        written(page(both, Section("Tuesday", (entry(item("B", "says", 2)),)), notes=notes))
    )
    marks = [link.get(f"{W}anchor") for link in root.iter(f"{W}hyperlink")]
    names = [mark.get(f"{W}name") for mark in root.iter(f"{W}bookmarkStart")]
    assert marks == ["note_1", "note_2", "note_2"]
    assert names == ["note_1", "note_2"]


def test_the_same_page_is_the_same_bytes():
    assert written(evil_page()) == written(evil_page())


def test_its_properties_say_what_it_is_and_not_who_or_when():
    from datetime import datetime

    core = docx.Document(io.BytesIO(written(page(title="Mei " * 200)))).core_properties
    assert core.title == ("Mei " * 200)[:255]
    assert (core.author, core.last_modified_by, core.comments) == ("", "", "")
    assert core.language == "en-GB"
    assert {core.created.replace(tzinfo=None), core.modified.replace(tzinfo=None)} == {
        datetime(2000, 1, 1)  # noqa: DTZ001
    }


def test_each_kind_of_paragraph_has_a_style_of_its_own():
    told = Section("Monday", (entry(item("a"), item("b", "says"), item("c", "because"),
                                    item("d", "message"), item("e", "refused")),))  # fmt: skip
    note = Note(1, "Late", "rules.late", "policy.yaml:3", "invented", "", ())
    made = docx.Document(io.BytesIO(written(page(told, notes=(note,)))))
    assert [(p.style.name, p.text) for p in made.paragraphs] == [
        ("Title", "Mei"),
        ("Subtitle", "The island card — two tellings"),
        ("Normal", "About her."),
        ("Heading 1", "Monday"),
        ("Who", "Mei, 10:20"),
        ("Normal", "a"),
        ("Says", "b"),
        ("Because", "Because: c"),
        ("Message", "d"),
        ("Refusal", "e"),
        ("Heading 1", "Notes"),
        ("Note", "1\tLate (rules.late); policy.yaml:3; invented."),
    ]


def test_what_is_the_same_stands_beside_it_and_what_is_not_is_marked():
    left = entry(item("falls by 50", "score"), item("To Mei", "message", name="Mei"),
                 item("To the works", "message", name="works"), item("over", "ended"))  # fmt: skip
    right = entry(item("falls by 25", "score"), item("To Mei: go home", "message", name="Mei"),
                  item("over", "ended"))  # fmt: skip
    data = written(page(Section("Monday", (left,), (right,), sided=True)))
    table = docx.Document(io.BytesIO(data)).tables[0]
    rows = [[cell.text for cell in row.cells] for row in table.rows]
    assert rows == [
        ["As it is", "With “Two doors”"],
        ["Mei, 10:20", "Mei, 10:20"],
        ["falls by 50", "falls by 25"],
        ["To Mei", "To Mei: go home"],
        ["To the works", ""],
        ["over", "over"],
    ]
    marked = [[cell._tc.find(f".//{W}shd") is not None for cell in row.cells] for row in table.rows]
    assert marked == [[False] * 2, [False] * 2, [True] * 2, [True] * 2, [True, False], [False] * 2]
    assert body(data).find(f".//{W}tblHeader") is not None


def test_a_side_on_which_nothing_happens_says_so_and_the_document_goes_on_behind_a_table():
    data = written(page(Section("Monday", (), (entry(item("a")),), sided=True)))
    made = docx.Document(io.BytesIO(data))
    assert "Nothing happens." in [cell.text for cell in made.tables[0].columns[0].cells]
    assert body(data)[0][-2].tag == f"{W}p"  # before the properties of the section


def test_what_runs_from_right_to_left_is_said_to():
    root = body(written(page(Section("Monday", (entry(item(ARABIC, "says"), item("left")),)))))
    found = {"".join(t.text or "" for t in p.iter(f"{W}t")): p for p in root.iter(f"{W}p")}
    assert found[ARABIC].find(f"{W}pPr/{W}bidi") is not None
    runs = [(run.findtext(f"{W}t"), run.find(f"{W}rPr/{W}rtl") is not None)
            for run in found[ARABIC].iter(f"{W}r")]  # fmt: skip
    assert runs == [("قالت: (2018) لا، ثم ", True), ("memo", False), (" وأغلقت الباب.", True)]
    assert found["left"].find(f"{W}pPr/{W}bidi") is None


# --- as LibreOffice lays it out ------------------------------------------------------------


def laid_out(files: list[Path]) -> dict[str, list[str]]:
    """File name → the text of each page, printed by LibreOffice with a profile of its own."""
    assert SOFFICE is not None
    folder = files[0].parent
    environment = {**os.environ, "HOME": str(folder), "LC_ALL": "C.UTF-8"}
    subprocess.run(
        [SOFFICE, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless",
         "--convert-to", "pdf", "--outdir", str(folder), *map(str, files)],
        check=True, capture_output=True, timeout=300, env=environment,
    )  # fmt: skip
    made = {}
    for path in files:
        text = subprocess.run(
            ["pdftotext", "-raw", "-enc", "UTF-8", str(path.with_suffix(".pdf")), "-"],
            check=True, capture_output=True, timeout=60,
        ).stdout.decode()  # fmt: skip
        made[path.stem] = text.removesuffix("\f").split("\f")
    return made


def letters(text: str) -> str:
    """What every font has, without the breaks of lines."""
    return re.sub(r"[^A-Za-z0-9]", "", text)


@pytest.mark.slow
@pytest.mark.skipif(not OFFICE, reason=WHY)
def test_libreoffice_lays_out_every_form_and_loses_no_word(tmp_path, capsys):
    reform = find_pack("aged-parents") / "reforms" / "no-third-parties.yaml"
    forms = {
        "chronicle": ["aged-parents/the-quarrel"],
        "dossier": ["aged-parents/the-quarrel", "--form", "dossier", "--who", "tang-yue"],
        "letters": ["aged-parents/the-quarrel", "--form", "letters"],
        "beats": ["five-stars/four-eggs", "--form", "beats"],
        "sides": ["aged-parents/the-quarrel", "--form", "side-by-side", "--reform", str(reform)],
    }
    files = [tmp_path / f"{name}.docx" for name in forms]
    for path in files:
        assert main(["tell", *forms[path.stem], "--as", "docx", "--out", str(path)]) == 0
    rows = [entry(item(f"Thing {n} befalls her.")) for n in range(60)]
    long = page(Section("Monday", tuple(rows), tuple(rows[:-1]), sided=True))
    files.append(tmp_path / "long.docx")
    files[-1].write_bytes(written(long))
    files.append(tmp_path / "hostile.docx")
    files[-1].write_bytes(written(evil_page()))
    pages = laid_out(files)
    for path in files:
        numbers = [text.rstrip().rpartition("\n")[2] for text in pages[path.stem]]
        assert numbers == [str(n + 1) for n in range(len(numbers))]
        bare = [text.rstrip().rpartition("\n")[0] for text in pages[path.stem]]
        shown = letters("".join(bare).replace("As it is\nWith “Two doors”", ""))
        for text in texts(path.read_bytes()):
            if len(text) < 200:  # a longer one may be divided between pages
                assert letters(text) in shown, (path.stem, text)
    count = {name: len(found) for name, found in pages.items()}
    assert count["letters"] == 1
    for name, least, most in (("chronicle", 2, 3), ("dossier", 1, 3), ("beats", 4, 8),
                              ("sides", 2, 4), ("long", 3, 8)):  # fmt: skip
        assert least <= count[name] <= most, count
    # the heads of a table stand on every page that it goes on to
    assert all("As it is" in text and "With “Two doors”" in text for text in pages["long"])
