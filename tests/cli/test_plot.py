from __future__ import annotations

import sys
from xml.etree import ElementTree as Tree

import pytest

pytest.importorskip("matplotlib")
SVG = "{http://www.w3.org/2000/svg}"


def _texts(svg: str) -> list[str]:
    return [element.text or "" for element in Tree.fromstring(svg).iter(f"{SVG}text")]


def test_a_life_is_drawn_with_its_grades_moves_and_measures(demerit):
    said = demerit("plot", "aged-parents/the-quarrel", "--who", "tang-yue")
    assert said.code == 0
    texts = _texts(said.out)
    assert "Tang Yue: credit" in texts
    assert {"neglect", "taken back by withdrawn", "−50 → 950", "+50 → 1,000"} <= set(texts)


def test_without_a_person_the_cast_is_drawn(demerit):
    said = demerit("plot", "state-and-platforms/seen-by-the-state")
    texts = _texts(said.out)
    assert {"Tian Hui", "Feng Lei", "Shao Min", "doubtful", "permit"} <= set(texts)


def test_a_cast_without_grades_is_drawn_too(demerit):
    said = demerit("plot", "benefit-sanctions/three-years", "--kind", "lanes")
    assert {"Jean Cottam", "Leroy Blake"} <= set(_texts(said.out))


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("paths", "Tian Hui 1,005"), ("lanes", "grade doubtful"), ("grades", "100% good"),
        ("flow", "good 100%"), ("shares", "+50"), ("coverage", "2 of 3"),
        ("spill", "administrative"), ("wheel", "no event moved a sanction"),
    ],
)  # fmt: skip
def test_every_kind_has_a_picture(demerit, kind, words):
    said = demerit("plot", "state-and-platforms/seen-by-the-state", "--kind", kind)
    assert said.code == 0
    assert words in _texts(said.out)


def test_the_wheel_shows_where_a_ban_reaches(demerit):
    said = demerit("plot", "travel-bans/thirty-one-hours", "--kind", "wheel")
    assert {"judicial → commercial", "judicial, within itself"} <= set(_texts(said.out))


def test_a_ledger_gives_the_same_picture_as_its_scenario(demerit, tmp_path):
    ledger = tmp_path / "roof.jsonl"
    demerit("run", "aged-parents/the-roof", "--ledger", ledger)
    for kind in ("shares", "coverage", "spill"):
        played = demerit("plot", "aged-parents/the-roof", "--kind", kind)
        saved = demerit("plot", ledger, "--kind", kind)
        assert [t for t in _texts(saved.out) if t not in _texts(played.out)] == [
            t for t in _texts(saved.out) if t.startswith("roof — aged-parents")
        ]


def test_files_are_written_and_told_in_words(demerit, tmp_path):
    out = tmp_path / "roof.svg"
    said = demerit("plot", "aged-parents/the-roof", "--who", "shen-daoming", "--out", out)
    assert said.code == 0
    assert "The score credit of Shen Daoming" in " ".join(said.out.split())
    assert out.read_text("utf-8").startswith("<svg")
    png = tmp_path / "roof.png"
    demerit("plot", "aged-parents/the-roof", "--who", "shen-daoming", "--out", png, "--theme",
            "dark")  # fmt: skip
    assert png.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("--who", "shen"), "D950", "known subjects: `shen-daoming`"),
        (("--kind", "life"), "D950", "add `--who ID`"),
        (("--score", "credits"), "D950", "did you mean `credit`?"),
        (("--out", "x.jpg"), "D950", "name it `….svg` or `….png`"),
    ],
)
def test_what_is_not_there_is_said(demerit, arguments, code, words):
    said = demerit("plot", "aged-parents/the-roof", *arguments)
    assert said.code == 2
    assert code in said.err
    assert words in " ".join(said.err.split())


def test_a_ledger_needs_the_policy_it_was_made_with(demerit, tmp_path):
    ledger = tmp_path / "roof.jsonl"
    demerit("run", "aged-parents/the-roof", "--ledger", ledger)
    said = demerit("plot", ledger, "--policy", "one-good-deed")
    assert (said.code, "D952" in said.err) == (2, True)
    said = demerit("plot", ledger, "--reform", "x.yaml")
    assert (said.code, "D952" in said.err) == (2, True)
    text = ledger.read_text("utf-8").replace('"policy":"aged-parents"', '"policy":"elsewhere"')
    ledger.write_text(text, "utf-8")
    said = demerit("plot", ledger, "--kind", "wheel")
    assert (said.code, "D950" in said.err) == (2, True)
    assert demerit("plot", ledger, "--kind", "coverage").code == 0


def test_without_its_package_a_picture_says_how_to_get_it(demerit, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    said = demerit("plot", "aged-parents/the-roof")
    assert (said.code, "D951" in said.err) == (2, True)
    assert "pip install 'demerit[plots]'" in said.err
