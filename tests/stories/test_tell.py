"""`demerit tell`: whole pages, byte by byte, and what every form and format keeps to."""

from __future__ import annotations

import io
import json
import os
import re
from pathlib import Path

import pytest

from engine.cli.main import main
from engine.stories.telling.dates import date_text, day_text, when_text
from engine.stories.telling.escaping import ink, markdown
from engine.stories.telling.redaction import BLOCK
from policies import find_pack

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "tell"

#: File of the golden page → its command line behind `tell`.
PAGES = {
    "aged-parents-chronicle.md": ["aged-parents/the-quarrel"],
    "aged-parents-sides.html": [
        "aged-parents/the-quarrel", "--form", "side-by-side", "--as", "html",
        "--reform", str(find_pack("aged-parents") / "reforms" / "no-third-parties.yaml"),
    ],
    "hangzhou-2006-letters.md": ["hangzhou-2006/the-same-eleven-days", "--form", "letters"],
    "travel-bans-beats.ink": ["travel-bans/three-tickets", "--form", "beats", "--as", "ink"],
    "benefit-sanctions-chronicle.html": ["benefit-sanctions/three-years", "--as", "html"],
    "public-reports-records.json": ["public-reports/what-a-lie-costs", "--as", "json"],
    "credit-repair-beats.md": ["credit-repair/the-way-out", "--form", "beats"],
    "platform-rating-bare.md": ["platform-rating/mints", "--no-sources"],
    "aged-parents-dossier.md": [
        "aged-parents/the-quarrel", "--form", "dossier", "--who", "tang-yue",
        "--redact", "mother-tang",
    ],
}  # fmt: skip


def told(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> str:
    capsys.readouterr()
    assert main(["tell", *(str(argument) for argument in arguments)]) == 0
    return capsys.readouterr().out


def refused(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> str:
    capsys.readouterr()
    assert main(["tell", *(str(argument) for argument in arguments)]) == 2
    return capsys.readouterr().err


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_the_golden_one_byte_by_byte(name, capsys):
    # how a picture is drawn is for the tests of pictures, and the renderer's version
    page = re.sub(r"<svg.*</svg>", "<svg/>", told(capsys, *PAGES[name]), flags=re.DOTALL)
    path = GOLDEN / name
    if os.environ.get("GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(page)
    assert page == path.read_text()


# --- what every page keeps to --------------------------------------------------------------


def test_every_mark_of_a_footnote_has_one_and_the_other_way_round(capsys):
    page = told(capsys, "travel-bans/three-tickets")
    body, _, notes = page.partition("\n[^1]: ")
    marked = set(re.findall(r"\[\^(\d+)\]", body))
    assert marked == {"1", *re.findall(r"^\[\^(\d+)\]:", notes, re.MULTILINE)}


def test_a_sentence_with_a_score_has_a_footnote_to_its_line(capsys):
    records = json.loads(told(capsys, "aged-parents/the-quarrel", "--as", "json"))
    notes = {note["number"]: note for note in records["notes"]}
    items = [i for s in records["sections"] for e in s["entries"] for i in e["items"]]
    scored = [item for item in items if item["kind"] == "score"]
    assert len(scored) == 2
    assert notes[scored[0]["notes"][0]]["clause"] == "rules.neglect"
    assert re.fullmatch(r"policy\.yaml:\d+", notes[scored[0]["notes"][0]]["place"])
    assert notes[scored[0]["notes"][0]]["standing"] == "adapted"
    assert notes[scored[0]["notes"][0]]["figures"] == ["neglect = -50 points (invented)"]


def test_without_sources_no_mark_is_left(capsys):
    page = told(capsys, "aged-parents/the-quarrel", "--as", "html", "--no-sources")
    assert "<sup>" not in page
    assert "<footer>" not in page
    assert "policy.yaml" not in page


@pytest.mark.parametrize("form", ["markdown", "html", "ink", "json"])
def test_a_blacked_out_name_stands_nowhere(form, capsys):
    page = told(capsys, "aged-parents/the-quarrel", "--who", "tang-yue", "--redact", "tang-yue",
                "--redact", "mother-tang", "--as", form)  # fmt: skip
    assert BLOCK in page
    for name in ("Tang", "Yue", "Suzhen", "tang-yue"):
        assert name not in page


def test_the_person_of_another_is_not_in_the_letters(capsys):
    page = told(capsys, "aged-parents/the-quarrel", "--form", "letters", "--who", "north-hospital")
    assert page.count("\n## ") == 1
    assert "To North Gate Hospital, by letter, 5 March 2018" in page


def test_a_ledger_is_told_like_its_scenario(capsys, tmp_path):
    ledger = tmp_path / "quarrel.jsonl"
    assert main(["run", "aged-parents/the-quarrel", "--ledger", str(ledger)]) == 0
    page = told(capsys, ledger)
    assert "Filial credit falls by 50, from 1000 to 950." in page
    assert "Monday, 5 March 2018" in page


def test_html_is_one_file_without_script(capsys):
    page = told(capsys, "aged-parents/the-quarrel", "--as", "html")
    assert "default-src 'none'" in page
    assert "<svg" in page
    assert not re.search(r"<script|<link|<img|<iframe|javascript:|src=", page)


def test_a_document_reads_back_and_is_the_same_each_time(capsys, tmp_path):
    from docx import Document

    first, second = tmp_path / "a.docx", tmp_path / "b.docx"
    for path in (first, second):
        told(capsys, "aged-parents/the-quarrel", "--as", "docx", "--out", path)
    assert first.read_bytes() == second.read_bytes()
    document = Document(io.BytesIO(first.read_bytes()))
    texts = [paragraph.text for paragraph in document.paragraphs]
    assert texts[0] == "The quarrel"
    assert "Filial credit falls by 50, from 1000 to 950.3" in texts
    assert "Monday, 5 March 2018" in texts


def test_two_sides_stand_in_a_table_of_a_document(capsys, tmp_path):
    from docx import Document

    path = tmp_path / "sides.docx"
    reform = find_pack("aged-parents") / "reforms" / "no-third-parties.yaml"
    told(capsys, "aged-parents/the-quarrel", "--form", "side-by-side", "--reform", reform,
         "--as", "docx", "--out", path)  # fmt: skip
    table = Document(str(path)).tables[0]
    assert table.cell(0, 0).text == "As it is"
    left, right = ("\n".join(cell.text for cell in column.cells) for column in table.columns)
    assert "By letter to North Gate Hospital" in left
    assert "By letter to North Gate Hospital" not in right


def test_a_reform_that_changes_nothing_is_said_to(capsys, tmp_path):
    pack = find_pack("aged-parents")
    reform = tmp_path / "nothing.yaml"
    reform.write_text(
        "reform: nothing\nof: aged-parents\ntitle: Nothing\nset: {weights.neglect: -50}\n"
    )
    page = told(capsys, pack / "scenarios" / "the-quarrel.yaml", "--form", "side-by-side",
                "--reform", reform)  # fmt: skip
    assert "Everything happens the same with “Nothing”." in page
    assert "### " not in page


# --- mistakes ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ([], "D964"),
        (["aged-parents/the-quarrel", "--who", "tang"], "D964"),
        (["aged-parents/the-quarrel", "--form", "dossier"], "D964"),
        (["aged-parents/the-quarrel", "--redact", "mother"], "D964"),
        (["aged-parents/the-quarrel", "--form", "side-by-side"], "D967"),
        (["aged-parents/the-quarrel", "--as", "docx"], "D967"),
        (["aged-parents/the-quarrel", "--template", "there-is-none.html"], "D968"),
    ],
)
def test_a_mistake_is_named(arguments, code, capsys):
    assert code in refused(capsys, *arguments)


# --- words ---------------------------------------------------------------------------------


def test_dates_are_written_as_people_do():
    assert date_text(0) == "1 January 1970"
    assert day_text(86_400 * 17_597) == "Wednesday, 7 March 2018"
    assert when_text(86_400 + 8 * 3600 + 600) == "2 January 1970, 08:10"
    assert date_text(10**12) == "33658-09-27"


def test_markdown_is_shown_as_it_was_written():
    assert markdown("*a* [b](http://c)") == r"\*a\* \[b\](http\://c)"
    assert markdown("<b>&amp;\n\n# no") == r"\<b\>\&amp; \# no"
    assert markdown("- 1. x") == r"\- 1. x"
    assert markdown("12. x") == r"12\. x"


def test_ink_is_shown_as_it_was_written():
    assert ink("{x} -> END // no") == r"\{x\} \-\> END \/\/ no"
    assert ink("TODO: x") == r"\TODO: x"
    assert ink("* a\n=== b") == r"\* a \=\=\= b"
    assert ink("a-b") == "a-b"


def test_a_family_name_stays_where_somebody_else_has_it_too(capsys):
    page = told(capsys, "aged-parents/the-quarrel", "--form", "dossier", "--who", "tang-yue",
                "--redact", "mother-tang")  # fmt: skip
    assert "Suzhen" not in page
    assert f"{BLOCK}: parent." in page
    assert "Tang Yue, citizen" in page


def test_a_ledger_whose_names_are_not_known_says_so(capsys, tmp_path):
    ledger = tmp_path / "quarrel.jsonl"
    assert main(["run", "aged-parents/the-quarrel", "--ledger", str(ledger)]) == 0
    capsys.readouterr()
    assert main(["tell", str(ledger), "--redact", "tang-yue"]) == 0
    said = capsys.readouterr()
    assert "the name of `tang-yue` is not known here" in said.err
    assert "Tang Yue" not in said.out  # the id, written as a name
    assert f"{BLOCK}: 2 visits in a year" in said.out
