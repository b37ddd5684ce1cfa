"""Foreign text on a page stays text, in every format: names, notes, words, titles."""

from __future__ import annotations

import io
import json
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import pytest

from engine.cli.main import main
from policies import find_pack

NAME = "<script>alert(1)</script>"
NOTE = (
    "[click](javascript:alert(1)) ![i](http://x.test/i.png) {{ 7*7 }} {% raw %} `a` *b* <img src=x>"
)
WORDS = "-> END {x: y|z} <> ~ temp a = 1 // gone # tag [choice] === knot === =cmd|'/c calc'!A0"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A scenario whose texts try to be something else."""
    folder = tmp_path_factory.mktemp("hostile") / "aged-parents"
    shutil.copytree(find_pack("aged-parents"), folder)
    path = folder / "scenarios" / "the-quarrel.yaml"
    text = path.read_text()
    text = text.replace("name: Tang Yue", f"name: {json.dumps(NAME)}")
    text = text.replace("words: She said it herself. She has no daughter.",
                        f"words: {json.dumps(WORDS)}")  # fmt: skip
    text = text.replace("title: The quarrel", f"title: {json.dumps('# ' + NAME)}")
    note = '"The mother has salted the broth twice. Neither of them will say so."'
    assert note in text
    path.write_text(text.replace(note, json.dumps(NOTE)))
    return path


def told(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> str:
    capsys.readouterr()
    assert main(["tell", *(str(argument) for argument in arguments)]) == 0
    return capsys.readouterr().out


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes.update(name for name, _ in attrs)

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("form", ["chronicle", "dossier", "letters", "beats"])
def test_html_has_only_tags_of_ours(hostile, form, capsys):
    page = told(capsys, hostile, "--as", "html", "--form", form, "--who", "tang-yue")
    tags = _Tags()
    tags.feed(re.sub(r"<svg.*</svg>", "", page, flags=re.DOTALL))
    assert not {"script", "img", "iframe", "object", "link"} & set(tags.tags)
    assert not [name for name in tags.attributes if name.startswith("on") or name == "src"]
    assert NAME in tags.text
    pictures = re.findall(r"<svg.*</svg>", page, flags=re.DOTALL)
    assert not re.search(r"<script", "".join(pictures))


def test_html_keeps_a_note_as_it_was_written(hostile, capsys):
    tags = _Tags()
    tags.feed(told(capsys, hostile, "--as", "html"))
    assert NOTE in tags.text
    assert "49" not in tags.text


def test_markdown_has_no_live_markup_of_others(hostile, capsys):
    page = told(capsys, hostile)
    for char in "<[]`*{}":
        for found in re.finditer(re.escape(char), page):
            before = page[: found.start()]
            line = before.rpartition("\n")[2]
            ours = re.match(r"\*|\[\^\d+\]|`", page[found.start() :]) or line.endswith(("[^", "*"))
            escaped = (len(before) - len(before.rstrip("\\"))) % 2 == 1
            assert escaped or ours or re.search(r"\[\^\d+$", line), page[found.start() - 30 :][:60]
    assert r"\[click\](javascript:alert(1))" in page
    assert r"!\[i\](http\://x.test/i.png)" in page
    assert page.startswith("# \\# \\<script\\>")


def test_ink_has_no_grammar_of_others(hostile, capsys):
    page = told(capsys, hostile, "--as", "ink")
    line = next(line for line in page.split("\n") if "Somebody says" in line)
    assert not re.search(r"(?<!\\)[{}|\[\]~<>#*=/]", line)
    assert r"\-\> END \{x: y\|z\} \<\> \~ temp a \= 1 \/\/ gone \# tag \[choice\]" in line
    knots = [line for line in page.split("\n") if line.startswith("===")]
    assert knots == [f"=== part_{number} ===" for number in range(1, len(knots) + 1)]


def test_a_document_holds_it_as_text(hostile, capsys, tmp_path):
    from docx import Document

    path = tmp_path / "hostile.docx"
    told(capsys, hostile, "--as", "docx", "--out", path)
    document = Document(io.BytesIO(path.read_bytes()))
    texts = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert NAME in texts
    assert NOTE in texts
    assert WORDS in texts
    kinds = {rel.reltype.rpartition("/")[2] for rel in document.part.rels.values()}
    assert "hyperlink" not in kinds


def test_json_holds_it_as_text(hostile, capsys):
    records = json.loads(told(capsys, hostile, "--as", "json"))
    items = [i for s in records["sections"] for e in s["entries"] for i in e["items"]]
    assert NOTE in [item["text"] for item in items]


def test_control_characters_of_a_ledger_are_made_visible(capsys, tmp_path):
    ledger = tmp_path / "quarrel.jsonl"
    assert main(["run", "aged-parents/the-quarrel", "--ledger", str(ledger)]) == 0
    text = ledger.read_text()
    broken = text.replace("The mother has salted", "\\u001b[31m\\u202eThe mother\\u0000 has salted")
    assert broken != text
    ledger.write_text(broken)
    path = tmp_path / "quarrel.docx"
    page = told(capsys, ledger)
    assert "\x1b" not in page
    assert "\u202e" not in page
    assert "\x00" not in page
    told(capsys, ledger, "--as", "docx", "--out", path)
    assert path.stat().st_size > 0
