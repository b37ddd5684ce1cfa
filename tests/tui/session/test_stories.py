"""Stories in the core: beats, patterns, pages, cast sheets."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engine.cli.ledgers import source_of
from engine.cli.main import main
from engine.language.sifts import load_sift
from engine.store.database import Store
from engine.stories.shipped import patterns_of, shipped
from engine.stories.sifting.plan import Plan
from engine.stories.sifting.run import sift
from engine.stories.telling import beats as beat_sheet
from engine.stories.telling.gathering import Teller
from engine.stories.telling.notebook import Notebook
from engine.stories.telling.templates import Templates
from engine.text import safe
from tests.tui.session.helpers import SCENARIOS, AtOnce, opened, scenario, texts
from tui.session import beats as beats_module
from tui.session import commands as c
from tui.session import sources, story_jobs
from tui.session import stories as stories_module
from tui.session.session import Session, open_ledger
from tui.session.state import UserMistake
from tui.session.stories import ENDINGS, inside
from tui.session.storyview import PageView, Sifted

FERRY = "travel-bans/scenarios/thirty-one-hours.yaml"
THREE = "benefit-sanctions/scenarios/three-years.yaml"
QUARREL = "aged-parents/scenarios/the-quarrel.yaml"


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs are done in this process."""
    monkeypatch.setattr(stories_module, "Job", AtOnce)


def awaited(session: Session, asked: Callable[[], Any]) -> Any:
    """What comes of a job in a process of its own."""
    for _ in range(600):
        session.poll()
        if (found := asked()) is not None:
            return found
        time.sleep(0.05)
    raise AssertionError("nothing came within 30 seconds")


def sifted(session: Session) -> Sifted:
    session.dispatch(c.Sift())
    found: Sifted = awaited(session, session.sifted)
    return found


def page(session: Session, command: c.Tell) -> PageView:
    session.dispatch(command)
    made: PageView = awaited(session, session.page)
    return made


def text_of(made: PageView) -> str:
    return "\n".join(line.text for leaf in made.leaves for line in (*leaf.lines, *leaf.other))


# --- beats ------------------------------------------------------------------------------------


def sheet_beats(path: Path) -> list[int]:
    """The steps of the beats that `demerit tell --form beats` tells, by their order."""
    source = source_of(path, matcher="plain")
    count = 0

    def steps() -> Any:
        nonlocal count
        for step in source.steps():
            count = step.number
            yield step

    say = Templates({}).sentences().say
    teller = Teller(replace(source, steps=steps), say, Notebook())
    return [count for entry in teller.entries() if beat_sheet.turning(entry)]


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_beats_are_those_of_the_beat_sheet(name: str) -> None:
    session = opened(name)
    assert list(session._life.beats.numbers() or ()) == sheet_beats(scenario(name))


@pytest.mark.parametrize("name", [THREE, FERRY, QUARREL])
def test_a_long_life_finds_the_next_beat_without_counting_them(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = opened(name)._life.beats.numbers()
    assert counted
    monkeypatch.setattr(beats_module, "COUNTED", 0)
    session = opened(name)
    assert session._life.beats.numbers() is None
    found = [session.state.number] if session.view().beat else []
    while (number := session.dispatch(c.Move("beat")).number) not in found:
        found.append(number)
    assert found == counted
    assert session.state.message == "there is no later beat"
    assert session.dispatch(c.Move("beat", -2)).number == counted[-3]
    assert " of " not in session.view().beat.partition(":")[0]


def test_far_from_here_only_what_is_felt_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beats_module, "COUNTED", 0)
    monkeypatch.setattr(beats_module, "_NEAR", 1)
    session = opened(THREE)
    asked: list[int] = []
    name = session._life.beats.name
    monkeypatch.setattr(session._life.beats, "name", lambda n: (asked.append(n), name(n))[1])
    codes = session._life.tape.columns.code
    session.dispatch(c.Go(1))
    asked.clear()
    session._life.beats.strides(1, 1, 100, range(1, session.total() + 1))
    assert [n for n in asked if codes[n - 1] >= beats_module.FELT] == [n for n in asked if n == 0]


def test_beats_go_by_the_filter() -> None:
    session = opened(THREE)
    session.dispatch(c.Filter("is:refused"))
    session.dispatch(c.Go(1))
    stops = []
    while session.dispatch(c.Move("beat")).number not in stops:
        stops.append(session.state.number)
    assert stops == [3, 5, 8, 9]


def test_a_beat_is_called_by_what_turns_most() -> None:
    session = opened(THREE)
    assert session.dispatch(c.Go(3)).number == 3
    assert session.view().beat == "2 of 12: refused: Payday · and 1 more"
    session.dispatch(c.Go(4))
    assert session.view().beat == ""


# --- what was found -------------------------------------------------------------------------


def by_the_command(path: Path) -> dict[str, list[tuple[str, list[int]]]]:
    """Pattern → who and in which steps, as `demerit sift` finds them."""
    source = source_of(path, matcher="plain")
    own = patterns_of(source.folder) if source.folder else {}
    loaded = [load_sift(file) for file in {**shipped(), **own}.values()]
    plans = [Plan.of(one.sift) for one in loaded if one.sift.of in (None, source.policy)]
    found = sift(source, plans, near=True)
    made: dict[str, list[tuple[str, list[int]]]] = {plan.id: [] for plan in plans}
    for match in found.matches:
        steps = [beat.happening.step if beat.happening else 0 for beat in match.beats]
        made[match.pattern].append((match.who, steps))
    for miss in found.near:
        made[miss.pattern].append((f"near {miss.who}", [miss.steps_left]))
    return made


def left(words: str) -> int:
    first = words.split(" ", maxsplit=1)[0]
    return 1 if first == "one" else int(first)


@pytest.mark.parametrize("name", SCENARIOS[::3])
@pytest.mark.usefixtures("at_once")
def test_what_is_found_is_what_the_command_finds(name: str) -> None:
    made = {
        pattern.id: [
            *[(s.who_id, [b.number for b in s.beats]) for s in pattern.matches],
            *[(f"near {s.who_id}", [left(s.rarity)]) for s in pattern.near],
        ]
        for pattern in sifted(opened(name)).patterns
    }  # fmt: skip
    assert made == by_the_command(scenario(name))


def test_a_life_is_sifted_in_a_process_of_its_own() -> None:
    session = opened(QUARREL)
    session.dispatch(c.Sift())
    assert session.sifted() is None
    assert session.state.progress.startswith("sifting")
    session.dispatch(c.Move("event", 1))
    found = awaited(session, session.sifted)
    assert [p.id for p in found.patterns if p.stories] == ["the-way-out", "the-machines-mistake"]
    assert session.state.progress == ""
    session.close()


@pytest.mark.usefixtures("at_once")
def test_another_life_has_stories_of_its_own() -> None:
    session = opened(QUARREL)
    before = sifted(session)
    session.dispatch(c.RemoveEvent(2))
    assert session.sifted() is None, "nobody has looked into this branch"
    assert sifted(session) != before
    session.dispatch(c.GoBranch("0"))
    assert session.sifted() is before


@pytest.mark.usefixtures("at_once")
def test_patterns_of_a_project_are_looked_for_and_broken_ones_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "sifts"
    folder.mkdir()
    step = "steps:\n  - {id: a, on: event}\n"
    (folder / "mine.yaml").write_text(f"sift: mine\n{step}")
    (folder / "theirs.yaml").write_text(f"sift: theirs\nof: another-policy\n{step}")
    (folder / "broken.yaml").write_text("sift: broken\nsteps:\n  - {id: a, on: nothing-known}\n")
    found = {pattern.id: pattern for pattern in sifted(opened(QUARREL)).patterns}
    assert found["mine"].stories > 0
    assert found["mine"].file.endswith("mine.yaml")
    assert "theirs" not in found
    assert found["broken"].problem
    assert found["the-way-out"].file == ""
    (folder / "mine.yaml").unlink()
    session = opened(QUARREL)
    assert "mine" not in [pattern.id for pattern in sifted(session).patterns]
    (folder / "mine.yaml").write_text(f"sift: mine\n{step}")
    assert "mine" not in [pattern.id for pattern in sifted(session).patterns]
    session.dispatch(c.Sift(again=True))
    again = awaited(session, session.sifted)
    assert "mine" in [pattern.id for pattern in again.patterns]


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


# --- saved ledgers -------------------------------------------------------------------------


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    path = tmp_path / "life.jsonl"
    assert main(["run", str(scenario(FERRY)), "--ledger", str(path)]) == 0
    return path


def test_a_saved_ledger_has_beats_stories_sheets_and_pages(
    ledger: Path, at_once: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(ledger.parent))
    live, saved = opened(FERRY), open_ledger(ledger, Store.in_memory())
    awaited(saved, lambda: None if saved.state.progress else True)
    for number in (1, 7, 10):
        live.dispatch(c.Go(number))
        saved.dispatch(c.Go(number))
        beats = [s.view().beat.partition(": ")[2] for s in (live, saved)]
        assert beats[0] == beats[1]
    saved.dispatch(c.Go(7))
    sheet = saved.sheet("su-meiling")
    assert [k.sign for k in (*sheet.knowing, *sheet.told)] == ["unknown", "told", "untold"]
    counts = [{p.id: p.stories for p in sifted(s).patterns} for s in (live, saved)]
    own = {"guilt-by-relation"}  # relations are no part of a ledger
    assert {k: v for k, v in counts[0].items() if k not in own} == {
        k: v for k, v in counts[1].items() if k not in own}  # fmt: skip
    told = page(saved, c.Tell(first=3, last=5))
    assert "It is refused: No aeroplanes." in text_of(told)
    saved.close()


def test_a_cut_ledger_is_told_as_far_as_that_goes(
    ledger: Path, at_once: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(ledger.parent))
    lines = ledger.read_bytes().splitlines(keepends=True)
    ledger.write_bytes(b"".join(lines[:4]) + b'{"step": nonsense\n')
    session = open_ledger(ledger, Store.in_memory())
    assert "cannot be read" in sifted(session).problem
    assert "cannot be read" in page(session, c.Tell()).problem
    session.close()


def test_a_job_that_dies_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    session = opened(QUARREL)
    session.dispatch(c.Sift())
    run = session._stories._sifting
    assert run is not None
    run.job._process.kill()
    assert awaited(session, session.sifted).problem == "the work was broken off; try again"
    session.close()


def test_closing_ends_what_is_being_worked_out() -> None:
    session = opened(QUARREL)
    session.dispatch(c.Sift())
    session.dispatch(c.Tell())
    jobs = [session._stories._sifting, session._stories._telling]
    session.close()
    assert all(run is not None and run.job._process.poll() is not None for run in jobs)


def test_hostile_texts_in_stories_pages_and_sheets_are_made_safe(
    ledger: Path, at_once: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Texts of a ledger are anybody's; so are those of a policy that it brings along."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(ledger.parent))
    bad = rb"\u001b]52;c;x\u0007\u202e\u009b2J[bold]x[/]"
    lines = ledger.read_bytes().splitlines(keepends=True)
    for name in (b"noodle bar", b"Su Meiling", b"su-haoran", b"train.booked"):
        lines[1:] = [line.replace(name, name + bad) for line in lines[1:]]
    ledger.write_bytes(b"".join(lines))
    session = open_ledger(ledger, Store.in_memory())
    awaited(session, lambda: None if session.state.progress else True)
    seen: list[object] = [sifted(session)]
    for number in range(1, session.total() + 1):
        session.dispatch(c.Go(number))
        seen += [session.view().beat, *(session.sheet(who) for who, _ in session.state.people)]
        seen += [session.short(who) for who, _ in session.state.people]
    seen += [page(session, c.Tell(form, format_)) for form, format_ in (
        ("chronicle", "markdown"), ("letters", "ink"), ("beats", "json"))]  # fmt: skip
    shown = [text for text in texts(seen) if "[bold]x[/]" in text]
    assert len(shown) > 10
    ids = {who for who, _ in session.state.people}
    raw = [text for text in texts(seen) if safe(text, lines=True) != text]
    assert set(raw) <= ids, "only ids, by which people are found, are as they were"
