"""Every chart: byte-stable, well-formed, told in words, harmless, in all themes."""

from __future__ import annotations

import os
import re
import struct
import subprocess
import sys
from itertools import combinations, cycle
from pathlib import Path
from xml.etree import ElementTree as Tree

import pytest

from engine.plots.measure import width
from engine.plots.picture import Picture
from engine.plots.sheet import Words
from engine.plots.theme import page_css
from tests.plots.samples import CHARTS, same

SVG = "{http://www.w3.org/2000/svg}"
ROOT = Path(__file__).parents[2]
HOSTILE = (
    "</text></svg><script>alert(1)</script>",
    "$\\frac{1}{0}$",
    "a\u202eb\u0007\ufffe\U0001fffe",
    "]]>&amp;<!--\"'",
    "url(#x) #f1e200 javascript:",
)
every = pytest.mark.parametrize("name", CHARTS)


def _texts(svg: str) -> list[str]:
    return [element.text or "" for element in Tree.fromstring(svg).iter(f"{SVG}text")]


@every
def test_the_same_record_gives_the_same_bytes(name: str) -> None:
    first, again = CHARTS[name](same), CHARTS[name](same)
    assert first == again
    assert first.svg("page") == again.svg("page")
    assert first.png("dark", 0.5) == again.png("dark", 0.5)


@pytest.mark.slow
def test_hash_seed_zone_and_locale_change_nothing() -> None:
    script = "from tests.plots.samples import *; print(ring().svg('page'), flows().svg())"
    outs = set()
    for seed, zone, language in (("0", "UTC", "C"), ("77", "Asia/Tokyo", "de_DE.UTF-8")):
        env = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": language}
        done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=env, check=True,
                              capture_output=True)  # fmt: skip
        outs.add(done.stdout)
    assert len(outs) == 1


@every
def test_a_picture_is_one_image_with_its_words(name: str) -> None:
    picture = CHARTS[name](same)
    root = Tree.fromstring(picture.svg())
    assert root.tag == f"{SVG}svg"
    assert root.get("role") == "img"
    labels = (root.get("aria-labelledby") or "").split()
    told = {e.get("id"): e.text for e in root if e.tag in (f"{SVG}title", f"{SVG}desc")}
    assert [told[label] for label in labels] == [picture.title, picture.description]
    assert len(picture.description) > len(picture.title)


@every
def test_nothing_refers_to_the_outside_and_nothing_runs(name: str) -> None:
    svg = CHARTS[name](same).svg("page")
    root = Tree.fromstring(svg)
    ids = {element.get("id") for element in root.iter() if element.get("id")}
    kinds = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert kinds <= {"svg", "title", "desc", "defs", "g", "path", "text", "use", "pattern", "rect",
                     "clipPath"}  # fmt: skip
    for element in root.iter():
        for key, value in element.attrib.items():
            assert not key.lower().startswith("on")
            for reference in re.findall(r"url\(([^)]*)\)", value):
                assert reference.removeprefix("#") in ids
            if key.endswith("href"):
                assert value.removeprefix("#") in ids
    assert "<!DOCTYPE" not in svg
    assert set(re.findall(r"https?://[^\"<\s]*", svg)) <= {
        "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
    }  # fmt: skip


@every
def test_hostile_text_is_only_text(name: str) -> None:
    words = iter(cycle(HOSTILE))
    picture = CHARTS[name](lambda word: f"{next(words)}{word}")
    svg = picture.svg("page")
    root = Tree.fromstring(svg)
    assert not [e for e in root.iter() if e.tag.rpartition("}")[2] == "script"]
    shown = picture.title + picture.description + "".join(_texts(svg))
    assert not set(shown) & set("\u202e\u0007\ufffe\U0001fffe")


def test_a_dollar_is_a_dollar() -> None:
    svg = CHARTS["shares"](lambda word: f"$x^2$ {word}").svg()
    assert "$x^2$ late-fee" in _texts(svg)


@every
def test_a_page_sets_every_colour(name: str) -> None:
    svg = CHARTS[name](same).svg("page")
    bare = re.sub(r"var\(--plot-[a-z0-9-]+, #[0-9a-f]{6}\)", "", svg)
    assert "var(--plot-" in svg
    assert not re.findall(r"#[0-9a-f]{6}\b", re.sub(r"#plot-[\w-]+", "", bare))
    names = set(re.findall(r"var\(--plot-([a-z0-9-]+),", svg))
    assert names <= set(re.findall(r"--plot-([a-z0-9-]+):", page_css()))


def test_two_pictures_on_one_page_share_no_name() -> None:
    ids: list[str] = []
    for name in CHARTS:
        ids += re.findall(r' id="([^"]+)"', CHARTS[name](same).svg("page"))
    assert len(ids) == len(set(ids))


def _boxes(picture: Picture) -> list[tuple[float, float, float, float, str]]:
    made = []
    for shape in picture.shapes:
        if isinstance(shape, Words):
            wide = width(shape.text, shape.size, shape.bold)
            left = shape.x - {"left": 0.0, "center": wide / 2, "right": wide}[shape.align]
            half = shape.size * 0.42  # of what is really inked
            made.append((left, shape.y - half, left + wide, shape.y + half, shape.text))
    return made


def _long(word: str) -> str:
    return f"{word} of the old town beside the harbour of the islands, its second quarter"


@every
@pytest.mark.parametrize("say", [same, _long, lambda w: f"{w}信用分数很长的名字在这里"])
def test_words_stay_on_the_sheet_and_off_each_other(name: str, say) -> None:  # type: ignore[no-untyped-def]
    picture = CHARTS[name](say)
    boxes = _boxes(picture)
    for left, top, right, bottom, text in boxes:
        assert left >= 0, text
        assert right <= picture.wide, text
        assert top >= 0, text
        assert bottom <= picture.high, text
    for a, b in combinations(boxes, 2):
        apart = a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
        assert apart, (a[4], b[4])


def test_a_png_has_the_pixels_asked_for_and_its_words() -> None:
    picture = CHARTS["life"](same)
    data = picture.png("light", 2.0)
    wide, high = struct.unpack(">II", data[16:24])
    assert abs(wide - picture.wide * 2) <= 1
    assert abs(high - picture.high * 2) <= 1
    assert b"Mei: trust" in data  # its title, as text beside the pixels
    assert picture.png("page", 1.0) == picture.png("light", 1.0)


def test_characters_of_no_installed_typeface_are_named() -> None:
    assert CHARTS["life"](same).missing_glyphs() == ""
    picture = CHARTS["shares"](lambda word: f"\U000e0100\U00016a00{word}")
    assert "\U00016a00" in picture.missing_glyphs()
