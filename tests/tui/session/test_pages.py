"""Pages in the core, and cast sheets."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.cli.main import main
from engine.store.database import Store
from tests.population.library import library
from tests.tui.session.helpers import SCENARIOS, opened, scenario
from tests.tui.session.storied import FERRY, QUARREL, THREE, awaited, page, sifted, text_of
from tui.session import commands as c
from tui.session import sources, story_jobs
from tui.session.session import Session
from tui.session.simulated_base import SimulatedBase
from tui.session.state import UserMistake
from tui.session.stories import ENDINGS, inside

# --- pages -----------------------------------------------------------------------------------

PAGES = [
    ("chronicle", "markdown", None), ("chronicle", "html", None), ("beats", "ink", None),
    ("letters", "json", None), ("dossier", "markdown", "jean-cottam"),
    ("dossier", "docx", "jean-cottam"),
]  # fmt: skip


@pytest.mark.parametrize(("form", "format_", "who"), PAGES)
@pytest.mark.usefixtures("at_once")
def test_a_page_is_what_the_command_writes(
    form: str, format_: str, who: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    session = opened(THREE)
    made = page(session, c.Tell(form, format_, who))
    assert not made.problem
    mine, theirs = Path(f"mine{ENDINGS[format_]}"), Path(f"theirs{ENDINGS[format_]}")
    session.dispatch(c.SavePage(mine))
    more = ["--who", who] if who else []
    assert main(["tell", str(scenario(THREE)), "--form", form, "--as", format_, "--out",
                 str(theirs), *more]) == 0  # fmt: skip
    assert mine.read_bytes() == theirs.read_bytes()
    assert session.state.message == f"saved: {mine}, {made.size} bytes"


def test_a_page_is_made_in_a_process_of_its_own() -> None:
    session = opened(QUARREL)
    session.dispatch(c.Tell())
    assert session.page() is None
    assert session.state.progress == "writing a page"
    made = awaited(session, session.page)
    assert made.leaves[0].lines[0].text == "The quarrel"
    session.close()


@pytest.mark.usefixtures("at_once")
def test_marked_steps_are_told_alone_and_what_held_before_is_known() -> None:
    session = opened(THREE)
    session.dispatch(c.Go(3))
    session.dispatch(c.MarkRange())
    session.dispatch(c.Go(5))
    assert session.state.mark == 3
    assert [n for n in range(1, 9) if "marked" in session.row(n).marks] == [3, 4, 5]
    made = text_of(page(session, c.Tell(first=3, last=5)))
    assert "31 March 2017" in made
    assert "1 March 2017" not in made.replace("31 March 2017", "")
    assert "It is refused: Higher-level reduction." in made, "it began in step 2"
    session.dispatch(c.MarkRange())
    assert session.state.mark == 0


@pytest.mark.usefixtures("at_once")
def test_of_what_is_long_past_only_so_much_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "REMEMBERED", 0)
    made = text_of(page(opened(THREE), c.Tell(first=3, last=3)))
    assert "It is refused." in made
    assert "It is refused: Higher-level reduction." not in made


@pytest.mark.usefixtures("at_once")
def test_a_branch_is_told_beside_the_life_as_it_was_written() -> None:
    session = opened(THREE)
    with pytest.raises(UserMistake, match="make one first"):
        session.dispatch(c.Tell("side-by-side"))
    session.dispatch(c.RemoveEvent(2))
    made = page(session, c.Tell("side-by-side"))
    assert any(leaf.sided for leaf in made.leaves)
    assert "is refused as it is, and not with “without requirement.failed" in text_of(made)
    session.dispatch(c.GoBranch("0"))
    there = page(session, c.Tell("side-by-side", branch="1"))
    assert text_of(there) == text_of(made)


@pytest.mark.usefixtures("at_once")
def test_without_sources_there_are_none() -> None:
    session = opened(QUARREL)
    kinds = {line.kind for leaf in page(session, c.Tell()).leaves for line in leaf.lines}
    assert {"title", "heading", "label", "says", "message", "because", "note"} <= kinds
    bare = page(session, c.Tell(sources=False))
    assert not any(line.notes or line.kind == "note" for leaf in bare.leaves for line in leaf.lines)


@pytest.mark.usefixtures("at_once")
def test_a_page_is_in_the_language_that_is_shown() -> None:
    session = opened("honest-city-app/scenarios/the-last-vet.yaml")
    session.dispatch(c.Speak("zh"))
    assert "诚信之城" in text_of(page(session, c.Tell()))


def test_a_dossier_is_somebodys() -> None:
    session = opened(QUARREL)
    with pytest.raises(UserMistake, match="choose a person"):
        session.dispatch(c.Tell("dossier"))
    with pytest.raises(UserMistake, match="no such page"):
        session.dispatch(c.Tell("sonnet"))
    with pytest.raises(UserMistake, match="there is no page yet"):
        session.dispatch(c.SavePage(Path("x.md")))


@pytest.mark.usefixtures("at_once")
def test_packages_that_are_missing_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "docx", None)
    made = page(opened(QUARREL), c.Tell(format="docx"))
    assert made.problem == (
        "a page needs packages that are not installed; pip install 'demerit[stories]'"
    )


@pytest.mark.usefixtures("at_once")
def test_of_a_long_page_the_beginning_can_be_read_and_all_is_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(story_jobs, "_SHOWN", 2)
    monkeypatch.setattr(story_jobs, "_READ", 300)
    session = opened(THREE)
    for format_ in ("markdown", "json"):
        made = page(session, c.Tell(format=format_))
        assert "… the rest is in the file" in text_of(made)
        assert len([leaf for leaf in made.leaves if leaf.lines[0].kind == "heading"]) <= 2
        session.dispatch(c.SavePage(Path(f"x.{format_}")))
    assert Path("x.markdown").read_text().count("\n## ") > 10
    assert json.loads(Path("x.json").read_text())["form"] == "chronicle"


@pytest.mark.usefixtures("at_once")
def test_a_page_tells_so_many_steps_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(story_jobs, "TOLD", 2)
    session = opened(THREE)
    headings = [leaf.lines[0].text for leaf in page(session, c.Tell()).leaves
                if leaf.lines[0].kind == "heading"]  # fmt: skip
    assert headings == ["Tuesday, 28 February 2017", "Wednesday, 1 March 2017"]
    headings = [leaf.lines[0].text for leaf in page(session, c.Tell(first=3, last=9)).leaves
                if leaf.lines[0].kind == "heading"]  # fmt: skip
    assert headings == ["Friday, 31 March 2017", "Monday, 10 April 2017"]


# --- where it is kept ------------------------------------------------------------------------


@pytest.mark.usefixtures("at_once")
def test_nothing_is_written_over_unasked_or_out_of_the_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, other = tmp_path / "project", tmp_path / "other"
    for folder in (project / "deep", other):
        folder.mkdir(parents=True)
    (project / "demerit.toml").touch()
    (project / "deep" / "link").symlink_to(other)
    (project / "mine.md").write_text("mine")
    monkeypatch.chdir(project / "deep")
    session = opened(QUARREL)
    page(session, c.Tell())
    for path in ("../../x.md", str(other / "x.md"), "link/x.md", "/x.md", "a/../../../x.md"):
        with pytest.raises(UserMistake, match="leads out of the project"):
            session.dispatch(c.SavePage(Path(path)))
    with pytest.raises(UserMistake, match="already"):
        session.dispatch(c.SavePage(Path("../mine.md")))
    with pytest.raises(UserMistake, match="is a folder"):
        session.dispatch(c.SavePage(Path("..")))
    with pytest.raises(UserMistake, match="cannot write"):
        session.dispatch(c.SavePage(Path("no-such/x.md")))
    with pytest.raises(UserMistake, match="that is no path"):
        session.dispatch(c.SavePage(Path("a\0b")))
    assert not list(other.iterdir())
    assert (project / "mine.md").read_text() == "mine"
    session.dispatch(c.SavePage(Path("../mine.md"), replace=True))
    assert (project / "mine.md").read_text().startswith("# The quarrel")
    assert [p.name for p in project.iterdir() if "part" in p.name] == []


def test_without_a_mark_the_project_is_the_folder_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert inside(Path("x.md")) == (tmp_path / "x.md").resolve()
    with pytest.raises(UserMistake):
        inside(Path("../x.md"))


# --- cast sheets ---------------------------------------------------------------------------


def test_relations_are_told_in_both_directions() -> None:
    session = opened(FERRY)
    office, su = session.sheet("press-office"), session.sheet("su-meiling")
    assert [(r.relation, r.forward, r.who_id) for r in office.related] == [
        ("counts", True, "su-meiling"), ("counts", True, "su-haoran"),
    ]  # fmt: skip
    assert [(r.relation, r.forward, r.name) for r in su.related] == [
        ("counts", False, "Press office of the court")
    ]


def test_what_is_so_and_who_knows_of_it() -> None:
    """The court takes her off the list on the third; the ninth is when it is known."""
    session = opened(FERRY)
    session.dispatch(c.Go(7))
    sheet = session.sheet("su-meiling")
    assert [(k.sign, k.known) for k in sheet.knowing] == [
        ("unknown", "it will be known in 2 days, step 8")
    ]
    assert [(k.what, k.sign) for k in sheet.told] == [
        ("No aeroplanes", "told"), ("No fast trains", "untold"),
    ]  # fmt: skip
    assert [k.sign for k, _ in sheet.lists] == ["untold"]
    session.dispatch(c.Go(8))
    sheet = session.sheet("su-meiling")
    assert [(k.sign, k.known) for k in sheet.knowing] == [
        ("late", "known since 2016-11-09, step 8: 6 days later")
    ]
    assert (sheet.told, sheet.lists) == ((), ())
    assert session.sheet("su-haoran").knowing == ()


@pytest.mark.parametrize("name", SCENARIOS[::4])
def test_every_sheet_of_every_step_can_be_made(name: str) -> None:
    session = opened(name)
    for number in range(1, session.total() + 1):
        session.dispatch(c.Go(number))
        for who, _ in session.state.people:
            sheet = session.sheet(who)
            assert len(sheet.told) == len(sheet.dossier.measures)
            assert session.short(who) == session.short(who).strip()


@pytest.mark.usefixtures("at_once")
def test_a_life_of_a_simulation_is_told_and_called_after_whose_it_is(tmp_path: Path) -> None:
    session = Session(SimulatedBase(library(tmp_path), "reader-035", None), Store.in_memory())
    for command in (c.Tell(), c.Tell(form="dossier", who="reader-035")):
        made = page(session, command)
        assert not made.problem
        assert "reader-035 in " in text_of(made)
    assert sifted(session).steps == session.total()
