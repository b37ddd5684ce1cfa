"""``tell`` of one story, of a simulated life, in other languages, and no longer than asked."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.cli.test_lang import POLICY, SCENARIO
from tests.stories.crowds import simulated

LIE = "public-reports/what-a-lie-costs"
STORY = "the-false-report:yao-ning:1"


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a small population of a pack, and its results in ``out``."""
    folder = tmp_path_factory.mktemp("town")
    simulated("five-stars", folder, scale=0.1)
    return folder


def crowd(town: Path) -> tuple[str | Path, ...]:
    return town / "out", "--events", town / "town"


def test_what_sift_calls_a_story_tell_tells(demerit):
    said = demerit("sift", LIE, "--json", "--pattern", "the-false-report").json
    assert said["matches"][0]["id"] == STORY
    shown = demerit("sift", LIE, "--pattern", "the-false-report").out
    assert f"a page of the first: demerit tell {LIE} --match {STORY}" in " ".join(shown.split())
    page = demerit("tell", LIE, "--match", STORY).out
    assert page.startswith("# The false report\n")
    assert "Somebody tells on somebody, the machine believes it at once" in page


@pytest.mark.parametrize("name", ["the-false-report", "the-false-report:1", STORY,
                                  "the-false-report:yao-ning"])  # fmt: skip
def test_a_story_has_several_names(demerit, name):
    wanted = demerit("tell", LIE, "--match", STORY)
    assert demerit("tell", LIE, "--match", name) == wanted


def test_only_the_story_is_told_and_a_little_around_it(demerit):
    days = [line for line in demerit("tell", LIE, "--match", STORY).out.splitlines()
            if line.startswith("## ")]  # fmt: skip
    every = [line for line in demerit("tell", LIE).out.splitlines() if line.startswith("## ")]
    assert days == every[: len(days)]
    assert len(days) == 4 < len(every)  # three days of the story, and one behind it
    first = demerit("sift", LIE, "--json", "--pattern", "the-false-report").json["matches"]
    second = demerit("tell", LIE, "--match", first[1]["id"]).out
    assert every[0] not in second.splitlines()


def test_a_story_is_about_its_people_only(demerit):
    said = demerit("sift", "five-stars/four-eggs", "--json", "--pattern", "the-slow-slide").json
    page = demerit("tell", "five-stars/four-eggs", "--match", said["matches"][0]["id"], "--as",
                   "json").json  # fmt: skip
    whose = {entry["who"] for part in page["sections"] for entry in part["entries"]}
    assert whose == {"Ottilie Brandt"}


@pytest.mark.parametrize("form", ["chronicle", "dossier", "letters", "beats"])
def test_a_story_comes_in_every_form(demerit, form):
    said = demerit("tell", LIE, "--match", STORY, "--form", form)
    assert said.code == 0
    assert said.out.startswith("# The false report\n")


@pytest.mark.parametrize("as_", ["markdown", "html", "docx", "ink", "json"])
def test_a_story_comes_in_every_format(demerit, tmp_path, as_):
    out = tmp_path / "page"
    assert demerit("tell", LIE, "--match", STORY, "--as", as_, "--out", out).code == 0
    assert out.stat().st_size > 1000


def test_a_saved_ledger_in_lines_or_in_columns_tells_the_same_story(demerit, tmp_path):
    pages = []
    for suffix in ("jsonl", "parquet"):
        ledger = tmp_path / f"l.{suffix}"
        demerit("run", LIE, "--ledger", ledger)
        found = demerit("sift", ledger, "--json").json
        pages.append((demerit("tell", ledger, "--match", STORY).out, found["matches"]))
    assert pages[0] == pages[1]
    assert "falls by 50" in pages[0][0]


def test_a_parquet_file_that_is_no_ledger_is_refused(demerit, tmp_path, town):
    for name, data in (("a.parquet", b"PAR1"), ("b.parquet", None)):
        path = tmp_path / name
        path.write_bytes(data or (town / "town" / "part-00000.events.parquet").read_bytes())
        for command in (("sift",), ("tell",)):
            said = demerit(*command, path)
            assert (said.code, "D608" in said.err) == (2, True)


@pytest.mark.parametrize(
    ("name", "code"),
    [("the-false-report:nobody", "D972"), ("the-false-report:99", "D972"),
     ("the-false-report:yao-ning:77", "D972"), ("the-false-rapport", "D963"), ("", "D963")],
)  # fmt: skip
def test_a_story_that_is_not_there_is_said(demerit, name, code):
    said = demerit("tell", LIE, "--match", name)
    assert (said.code, code in said.err) == (2, True)


def test_ones_own_pattern_has_stories_too(demerit, tmp_path):
    mine = tmp_path / "mine.yaml"
    mine.write_text("sift: mine\ntitle: Mine\nsteps: [{id: a, on: refused}]\n", "utf-8")
    said = demerit("sift", LIE, "--pattern", mine, "--json").json
    page = demerit("tell", LIE, "--match", said["matches"][0]["id"], "--pattern", mine)
    assert page.out.startswith("# Mine\n")


def test_one_story_has_one_side(demerit):
    said = demerit("tell", LIE, "--match", STORY, "--form", "side-by-side")
    assert (said.code, "D967" in said.err) == (2, True)


# --- how long a page is -----------------------------------------------------------------------


@pytest.mark.parametrize("form", ["chronicle", "letters", "beats"])
def test_a_page_ends_where_it_is_long_enough_and_says_so(demerit, form):
    said = demerit("tell", LIE, "--limit", "2", "--form", form)
    assert "## Left out" in said.out
    assert "The page ends here:" in said.out
    assert "`--limit N` tells more" in " ".join(said.err.split())
    whole = demerit("tell", LIE, "--form", form)
    assert "Left out" not in whole.out + whole.err
    assert len(said.out) < len(whole.out)


def test_what_is_left_out_is_counted(demerit):
    many = len(demerit("sift", LIE, "--json").json["matches"])
    assert many
    said = demerit("tell", LIE, "--limit", "1").out
    assert "The page ends here: 10 steps are left out." in said


# --- languages --------------------------------------------------------------------------------


def test_texts_are_told_in_the_language_that_is_asked_for(demerit, tmp_path):
    (tmp_path / "policy.yaml").write_text(POLICY, "utf-8")
    (tmp_path / "scenarios").mkdir()
    life = tmp_path / "scenarios" / "one.yaml"
    life.write_text(SCENARIO, "utf-8")
    there = demerit("tell", life, "--lang", "zh").out
    for words in ("# 一生", "码头", "晚了", "她睡着了。", "Mei，请付款。", "迟到规则"):
        assert words in there, words
    here = demerit("tell", life).out
    assert "A life" in here
    assert "码头" not in here


# --- simulations ------------------------------------------------------------------------------


def test_a_population_is_sifted_and_a_story_of_it_told(demerit, town):
    said = demerit("sift", *crowd(town), "--pattern", "the-way-out", "--json").json
    assert said["stories"] == len(said["matches"]) > 1
    first = said["matches"][0]
    page = demerit("tell", *crowd(town), "--match", first["id"])
    assert page.out.startswith("# The way out\n")
    assert demerit("tell", *crowd(town), "--match", "the-way-out:1") == page
    life = demerit("tell", *crowd(town), "--who", first["who"], "--as", "json").json
    told = json.dumps(demerit("tell", *crowd(town), "--match", first["id"], "--as", "json").json)
    assert len(told) < len(json.dumps(life))


def test_a_populations_stories_are_counted_in_words(demerit, town):
    said = demerit("sift", *crowd(town), "--limit", "1")
    assert "12 lives, 12 of them played again" in said.out
    assert "more stories; `--limit" in said.out


def test_a_folder_whose_events_are_gone_is_refused(demerit, town, tmp_path):
    bare = shutil.copytree(town / "out", tmp_path / "out", ignore=shutil.ignore_patterns("reg*"))
    for command in ("sift", "tell"):
        said = demerit(command, bare)
        assert (said.code, "D841" in said.err) == (2, True)
    said = demerit("sift", "aged-parents/the-roof", "--events", town / "town")
    assert (said.code, "D971" in said.err) == (2, True)


def test_somebody_who_is_not_in_the_population(demerit, town):
    for command in ("sift", "tell"):
        said = demerit(command, *crowd(town), "--who", "nobody")
        assert (said.code, "D805" in said.err) == (2, True)
    said = demerit("tell", *crowd(town))
    assert (said.code, "D964" in said.err) == (2, True)


def test_relations_are_not_in_a_saved_ledger_and_that_is_said(demerit, tmp_path):
    kin = tmp_path / "kin.yaml"
    kin.write_text("sift: kin\nsteps: [{id: a, on: fell}, {id: b, on: fell,"
                   " who: related of a}]\n", "utf-8")  # fmt: skip
    ledger = tmp_path / "l.jsonl"
    demerit("run", "honest-city-app/the-last-vet", "--ledger", ledger)
    assert "does not keep who is related" in demerit("sift", ledger, "--pattern", kin).err
    played = demerit("sift", "honest-city-app/the-last-vet", "--pattern", kin)
    assert "does not keep" not in played.err
