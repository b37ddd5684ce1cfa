"""What the documentation says is true: its files load, its commands print what it shows.

With ``DEMERIT_WRITE_DOCS=1`` the console blocks are written anew instead: read what came.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.codes import known
from engine.language.audit import load_audit
from engine.language.descriptions import KEYS
from engine.language.functions import FUNCTIONS
from engine.language.load import load_policy
from engine.language.population import load_population
from engine.language.scenario import load_scenario, load_subjects
from engine.language.sifts import load_sift
from engine.streams.order import sorted_events
from engine.streams.reading import open_stream
from tests.docs.pages import (
    CHANGE,
    EXCERPT,
    LINE,
    PAGES,
    ROOT,
    WHOLE,
    Block,
    anchors,
    blocks,
    calls,
    changed,
    command_folder,
    printed,
    prose,
)

WRITE = os.environ.get("DEMERIT_WRITE_DOCS") == "1"
MARKDOWN = sorted(
    path for path in ROOT.rglob("*.md")
    if not any(part.startswith(".") or part.endswith(".egg-info") for part in
               path.relative_to(ROOT).parts)
)  # fmt: skip


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


class Reader:
    """Somebody who goes through a page and does all that it says, in one folder."""

    def __init__(self, page: Path, folder: Path, commands: Path) -> None:
        self.page = page
        self.text = page.read_text("utf-8")
        self.folder = ROOT if page.name == "README.md" else folder
        self.commands = commands
        self.policies: list[Path] = []
        self.streams: list[Path] = []
        self.people: Path | None = None

    def follow(self) -> str:
        """Do everything; the page as it should be."""
        out = self.text
        for block in blocks(self.text):
            if whole := WHOLE.fullmatch(block.info):
                self._whole(whole[1] or whole[2], whole[3], block)
            elif excerpt := EXCERPT.fullmatch(block.info):
                assert block.text in self._file(excerpt[1]).read_text("utf-8"), self._place(block)
            elif line := LINE.fullmatch(block.info):
                written = self._file(line[2]).read_text("utf-8").split("\n")[int(line[1]) - 1]
                assert json.loads(written) == json.loads(block.text), self._place(block)
            elif change := CHANGE.fullmatch(block.info):
                path = self._file(change[1])
                path.write_text(changed(path.read_text("utf-8"), block.text), "utf-8")
            elif block.info == "console":
                out = out.replace(f"```console\n{block.text}```", self._console(block), 1)
        for stream in self.streams:
            self._check_stream(stream)
        return out

    def _place(self, block: Block) -> str:
        return f"{_name(self.page)}, line {block.line}"

    def _file(self, name: str) -> Path:
        return next(path for path in (self.folder / name, ROOT / name) if path.exists())

    def _whole(self, kind: str, name: str, block: Block) -> None:
        assert self.folder != ROOT, "the README writes no files"
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.text, "utf-8")
        assert self._findings(kind, path) == (), self._place(block)

    def _findings(self, kind: str, path: Path) -> tuple[object, ...]:
        if kind == "policy":
            self.policies.append(path)
            return load_policy(path).findings
        if kind == "scenario":
            return load_scenario(path).findings
        if kind == "reform":
            of = re.search(r"^of: (\S+)$", path.read_text("utf-8"), re.MULTILINE)
            target = next(p for p in self._policy_files() if of and self._id(p) == of[1])
            return load_policy(target, [path]).findings
        if kind == "audit":
            return load_audit(path).findings
        if kind == "population":
            return load_population(path).findings
        if kind == "sift":
            return load_sift(path).findings
        if kind == "subjects":
            self.people = path
            load_subjects(path, load_policy(self.policies[0]).versions)
        else:
            self.streams.append(path)
        return ()

    def _check_stream(self, path: Path) -> None:
        """A stream is for the page's first policy and its last subjects file."""
        versions = load_policy(self.policies[0]).versions
        cast = load_subjects(self.people, versions) if self.people else None
        assert sorted_events(open_stream(path, versions, cast=cast)), path

    def _policy_files(self) -> Iterator[Path]:
        yield from sorted(self.folder.rglob("*.yaml"))

    @staticmethod
    def _id(path: Path) -> str | None:
        found = re.search(r"^policy: (\S+)$", path.read_text("utf-8"), re.MULTILINE)
        return found[1] if found else None

    def _console(self, block: Block) -> str:
        made = ""
        for call in calls(block):
            got = printed(call.command, self.folder, self.commands)
            if not WRITE:
                assert call.output == got, f"{self._place(block)}: $ {call.command}"
            made += f"$ {call.command}\n{got}"
        return f"```console\n{made}```"


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_everything_on_the_page_is_so(page: Path, tmp_path: Path) -> None:
    commands = tmp_path / "commands"
    folder = tmp_path / "desk" / "work"
    for made in (commands, folder):
        made.mkdir(parents=True)
    should_be = Reader(page, folder, command_folder(commands)).follow()
    if WRITE:
        page.write_text(should_be, "utf-8")
    assert should_be == page.read_text("utf-8")


def test_the_pages_that_show_something_show_it_in_blocks_that_are_tested() -> None:
    for name in (
        "README.md",
        "docs/language.md",
        "docs/ledger.md",
        "docs/populations.md",
        "docs/tutorial.md",
    ):
        infos = [block.info for block in blocks((ROOT / name).read_text("utf-8"))]
        assert "console" in infos, name
        forms = (WHOLE, EXCERPT, LINE, CHANGE, re.compile("|yaml|sh|console"))
        misspelt = [info for info in infos if not any(form.fullmatch(info) for form in forms)]
        assert misspelt == [], name


@pytest.mark.parametrize("page", MARKDOWN, ids=_name)
def test_relative_links_lead_somewhere(page: Path) -> None:
    text = prose(page.read_text("utf-8"))
    dead = []
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, fragment = target.partition("#")
        linked = page.parent / name if name else page
        inside = not fragment or fragment in anchors(linked.read_text("utf-8"))
        if not linked.exists() or not inside:
            dead.append(target)
    assert dead == []


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_codes_that_a_page_names_have_a_page_of_their_own(page: Path) -> None:
    text = re.sub(r"D\d{3}–D\d{3}", "", page.read_text("utf-8"))  # ranges
    assert set(re.findall(r"\bD\d{3}\b", text)) <= set(known())


def test_the_reference_names_every_key_and_every_function() -> None:
    pages = ("language.md", "populations.md")
    text = "".join((ROOT / "docs" / page).read_text("utf-8") for page in pages)
    words = [f"`{signature.shown.partition('(')[0]}(" for signature in FUNCTIONS.values()]
    assert [word for word in words if word not in text] == []
    keys = {key.rpartition(".")[2] for key in KEYS}
    spelt = set(re.findall(r"[a-z_]+(?:-[a-z_]+)*", " ".join(re.findall(r"`[^`]+`", prose(text)))))
    assert sorted(keys - spelt) == []
