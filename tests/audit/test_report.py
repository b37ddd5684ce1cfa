"""``demerit audit --report``: one page that is whole, harmless, and the same every time."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as Tree

import pytest

from engine.audit.bounds import Budget
from engine.cli import audit_report
from engine.cli.main import main
from policies import packs
from tests.audit.bench import Twin, folder_of
from tests.audit.pages import SCENARIO, hostile, page_of, text_of, tree_of
from tests.audit.planted import BAN, LATE

pytest.importorskip("jinja2")

pytestmark = pytest.mark.slow

_ROOT = Path(__file__).parents[2]
QUICK = ("one-good-deed", "double-booking", "hangzhou-2006", "travel-bans")
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def pack_page(tmp_path_factory: pytest.TempPathFactory) -> str:
    return page_of("one-good-deed", tmp_path_factory.mktemp("page") / "page.html")


@pytest.fixture(scope="module")
def planted_page(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("planted")
    folder_of(
        folder, Twin(f"{LATE}\n{BAN}", scenario=SCENARIO.replace("TITLE", "One")), "never: has(ban)"
    )
    return page_of(folder, folder / "page.html")


# --- what a page must be --------------------------------------------------------------------


def check(page: str) -> Tree.Element:
    """A page is well-formed, of a piece, and can be read without seeing it."""
    root = tree_of(page)
    ids = [e.get("id") for e in root.iter() if e.get("id")]
    assert len(ids) == len(set(ids))
    for element in root.iter():
        _harmless(element)
        for key in ("href", "{http://www.w3.org/1999/xlink}href"):
            link = element.get(key)
            assert link is None or link == "data:," or link[1:] in ids
        for key in ("aria-labelledby", "aria-describedby"):
            assert set((element.get(key) or "").split()) <= set(ids)
    assert len(root.findall(".//main")) == len(root.findall(".//h1")) == 1
    assert root.find("body/header") is not None
    assert root.find("body/footer") is not None
    assert root.find("body/nav").get("aria-label") == "Contents"
    levels = [int(e.tag[1]) for e in root.iter() if re.fullmatch(r"h[1-6]", str(e.tag))]
    assert levels[0] == 1
    assert all(b - a <= 1 for a, b in pairwise(levels))
    assert all(e.get("scope") in ("col", "row") for e in root.iter("th"))
    assert all(text_of(e) for tag in ("h1", "h2", "h3", "h4", "h5", "a") for e in root.iter(tag))
    for svg in root.iter(f"{SVG}svg"):
        assert svg.get("role") == "img"
        assert text_of(svg.find(f"{SVG}title"))
        assert text_of(svg.find(f"{SVG}desc"))
    return root


def _harmless(element: Tree.Element) -> None:
    name = str(element.tag).rpartition("}")[2]
    assert name not in (
        "script",
        "iframe",
        "object",
        "embed",
        "form",
        "img",
        "base",
        "foreignObject",
    )
    assert not any(key.startswith("on") for key in element.attrib)
    assert element.get("src") is None
    styles = " ".join(filter(None, (element.get("style"), element.text if name == "style" else "")))
    assert not re.search(r"@import|url\((?!['\"]?#)|https?:", styles)


@pytest.mark.parametrize(
    "name", [n if n in QUICK else pytest.param(n, marks=pytest.mark.long) for n in packs()]
)
def test_every_pack_has_a_page(name, tmp_path):
    root = check(page_of(name, tmp_path / "page.html"))
    sections = [e.get("aria-labelledby") for e in root.iter("section")]
    assert sections == ["summary", "policy", "claims", "proofs", "questions", "played", "hangs",
                        "bears", "spills", "rules", "how", "not-shown", "clauses"]  # fmt: skip
    answers = [e for e in root.iter("article") if (e.get("id") or "").startswith("question-")]
    assert len(answers) == 12
    assert all(any(p.get("class") == "answer" for p in e.iter("p")) for e in answers)
    assert root.find(".//section[@aria-labelledby='rules']//figure") is not None


def test_the_contents_lead_to_every_section(pack_page):
    root = tree_of(pack_page)
    linked = {a.get("href") for a in root.find("body/nav").iter("a")}
    wanted = {f"#{e.get('aria-labelledby')}" for e in root.iter("section")}
    assert wanted <= linked
    assert {f"#question-{n}" for n in range(1, 13)} <= linked


# --- what it says ---------------------------------------------------------------------------


def test_a_refuted_claim_is_told_with_its_clauses_quoted(planted_page):
    root = check(planted_page)
    card = root.find(".//article[@id='claim-1']")
    told = text_of(card)
    assert "✗ refuted" in told
    assert "The audit does not expect it to be refuted." in told
    assert "How: the form `never`" not in told  # backticks are code on a page
    assert "The counterexample: 1 event, cost 0" in told
    cells = [text_of(td) for td in card.find(".//table[@class='steps']/tbody/tr")]
    assert cells[2] == "una late"
    assert "▼ trust 100 → 90" in cells[3]
    assert "policy.yaml:18" in cells[4]
    quoted = [text_of(pre) for pre in card.iter("pre")]
    assert any("18" in q and "weights.late" in q for q in quoted)
    assert "its number: late = -10" in told
    assert "invented" in told


def test_a_refuted_claim_stands_in_the_summary(planted_page):
    summary = tree_of(planted_page).find(".//section[@aria-labelledby='summary']")
    assert "1 verdict is not what the audit expects." in text_of(summary)
    assert any(a.get("href") == "#claim-1" for a in summary.iter("a"))


def test_numbers_are_counted_by_standing(pack_page):
    table = tree_of(pack_page).find(".//section[@aria-labelledby='policy']//table")
    rows = [[text_of(cell) for cell in row] for row in table.iter("tr")]
    assert rows[0] == ["policy", "numbers", "documented", "reported", "adapted", "invented"]
    assert rows[1] == ["One good deed, pooled policy.yaml", "11", "–", "–", "1", "10"]


def test_what_is_held_is_not_called_proved(pack_page):
    root = tree_of(pack_page)
    told = text_of(root.find(".//section[@aria-labelledby='not-shown']"))
    assert "“Held” is not “proved”." in told
    assert "10 of the 11 numbers of policy.yaml are invented." in told
    held = [e for e in root.iter("article") if "held" in (e.get("class") or "")]
    assert held
    assert all("Nothing was found against it. That is no proof." in text_of(e) for e in held)


def test_a_reform_that_can_be_harsher_is_quoted_with_its_witness(pack_page):
    root = tree_of(pack_page)
    proofs = root.find(".//section[@aria-labelledby='proofs']")
    found = text_of(proofs.find(".//article"))
    assert "● played" in found
    assert "rules.deed policy.yaml:73 adapted" in found
    assert "reform: one-deed-a-month" in text_of(proofs)


def test_same_behaviour_of_other_kinds_is_compared_with_intervals(tmp_path):
    """In four-areas an agency is never scored down where a citizen is."""
    root = check(page_of("four-areas", tmp_path / "page.html"))
    bears = text_of(root.find(".//section[@aria-labelledby='bears']"))
    assert re.search(r"kind citizen \d+\.\d % \(.*? n = 100\); kind agency 0\.0 %", bears)


def test_work_that_was_stopped_says_so(tmp_path):
    folder_of(tmp_path, Twin(f"{LATE}\n{BAN}"), "never: has(ban)")
    limit = Budget(interrupted=True)
    path = tmp_path / "page.html"
    audit_report.write_report(path, tmp_path, [], [], limit, None, None, None)
    root = check(path.read_text("utf-8"))
    assert "Not finished. You interrupted it." in text_of(root.find("body/header"))
    assert "Not answered: the work was stopped before." in text_of(root.find(".//main"))
    assert "It is not finished: you interrupted it" in text_of(root.find(".//main"))


def test_a_policy_file_is_shown_with_the_scenarios_about_it(tmp_path):
    target = packs()["one-good-deed"] / "isolated.yaml"
    root = check(page_of(target, tmp_path / "page.html"))
    assert "1 policy · 1 scenario · 1 audit" in text_of(root.find("body/header"))


# --- the same every time --------------------------------------------------------------------


def test_the_page_is_the_same_to_the_byte_wherever_the_pack_lies(tmp_path):
    places = [tmp_path / "a" / "pier", tmp_path / "some where else" / "pier"]
    pages = []
    for number, place in enumerate(places):
        place.mkdir(parents=True)
        folder_of(place, Twin(f"{LATE}\n{BAN}", scenario=SCENARIO), "never: has(ban)")
        out = tmp_path / f"{number}.html"
        subprocess.run(
            [sys.executable, "-m", "engine", "audit", str(place), "--histories", "20",
             "--report", str(out)],
            cwd=_ROOT, check=False, capture_output=True,
            env={**os.environ, "PYTHONHASHSEED": str(number + 1),
                 "TZ": ("UTC", "Asia/Tokyo")[number]},
        )  # fmt: skip
        pages.append(out.read_bytes())
    assert pages[0] == pages[1]
    assert str(tmp_path) not in pages[0].decode()


def test_another_seed_is_named_on_the_page(tmp_path):
    folder_of(tmp_path, Twin(f"{LATE}\n{BAN}"), "never: has(ban)")
    page = page_of(tmp_path, tmp_path / "page.html", "--seed", "7")
    assert "Lots are drawn with seed 7." in page


# --- foreign text ---------------------------------------------------------------------------


def test_hostile_texts_are_only_texts(tmp_path):
    page = page_of(hostile(tmp_path), tmp_path / "page.html")
    root = check(page)
    assert "{{ 7*7 }}" in text_of(root.find("body/header/h1"))
    assert "<script>boom()</script>" in text_of(root.find("body/header/h1"))
    assert "49" not in text_of(root.find("body/header/h1"))
    assert "default-src 'none'" in page


def test_control_characters_are_made_visible():
    from engine.audit.report.page import _clean

    assert _clean("a\x1b[2Jb\u202ec\ufffed\U0001fffe") == "a\\x1b[2Jb\\u202ec\\ufffed\\u1fffe"


# --- what is refused ------------------------------------------------------------------------


@pytest.mark.parametrize("more", [["--question", "3"], ["--static"], ["--avoid", "true"]])
def test_a_part_is_not_asked_for_with_the_whole(tmp_path, capsys, more):
    assert main(["audit", "one-good-deed", "--report", str(tmp_path / "x.html"), *more]) == 2
    assert "D712" in capsys.readouterr().err


def test_what_is_missing_is_said_at_once(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(audit_report, "find_spec", lambda name: None if name == "jinja2" else 1)
    assert main(["audit", "one-good-deed", "--report", str(tmp_path / "x.html")]) == 2
    told = capsys.readouterr().err
    assert "D945" in told
    assert "pip install 'demerit[audit]'" in told


def test_a_folder_that_is_not_there_is_said_at_once(tmp_path, capsys):
    assert main(["audit", "one-good-deed", "--report", str(tmp_path / "no" / "x.html")]) == 2
    assert "D529" in capsys.readouterr().err
