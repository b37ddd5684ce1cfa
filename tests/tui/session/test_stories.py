"""Stories in the core: beats and patterns, saved ledgers too."""

from __future__ import annotations

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
from tests.tui.session.helpers import SCENARIOS, opened, scenario, texts
from tests.tui.session.storied import FERRY, QUARREL, THREE, awaited, page, sifted, text_of
from tui.session import beats as beats_module
from tui.session import commands as c
from tui.session.session import open_ledger

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
    session = opened("good-citizen-card/scenarios/ten-gifts.yaml")
    asked: list[int] = []
    name = session._life.beats.name
    monkeypatch.setattr(session._life.beats, "name", lambda n: (asked.append(n), name(n))[1])
    codes = session._life.tape.columns.code
    session.dispatch(c.Go(1))
    asked.clear()
    total = session.total()
    found = session._life.beats.strides(1, 1, 100, range(1, total + 1))
    unfelt = {n for n in range(2, total + 1) if codes[n - 1] >= beats_module.FELT}
    beside = {n + 1 for n in (1, *found)}  # the next step of each start is near
    assert unfelt - beside
    assert set(asked) == set(range(2, total + 1)) - (unfelt - beside)


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
