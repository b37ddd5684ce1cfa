"""Saved ledgers: lines become steps again, and a file shows what memory shows."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given, settings

from engine.evaluation.ledger import canonical, head
from engine.evaluation.ledger_reader import read_head, read_step
from engine.evaluation.lines import step_line
from engine.evaluation.records import Step
from engine.evaluation.run import in_play_order
from engine.evaluation.run import play as engine_play
from engine.findings import DemeritError
from engine.store.database import Store
from tests.oracle.generator import Case, cases
from tests.tui.session.helpers import SCENARIOS, opened, scenario
from tui.session import commands as c
from tui.session.index import Indexer, load, save, source_of
from tui.session.index import opened as index_opened
from tui.session.running import index_of, kinds_of
from tui.session.session import Session, open_ledger


def bare(step: Step) -> Step:
    """A step without what no ledger holds, misses as they read."""
    parts = tuple(
        part._replace(verdicts=tuple(v._replace(raw=v.miss) for v in part.verdicts))  # type: ignore[arg-type]
        for part in step.parts
    )
    given = step.input
    if given is not None:
        given = given._replace(row=0, where=None, known=step.at)
    return step._replace(parts=parts, input=given, scores=tuple(sorted(step.scores)))


def misses(step: Step) -> list[tuple[str, str, str]]:
    return [(v.miss.part, v.miss.found, v.miss.wanted)
            for p in step.parts for v in p.verdicts if v.miss]  # fmt: skip


@given(cases())
@settings(max_examples=60)
def test_a_line_that_is_read_and_written_is_the_same_line(case: Case) -> None:
    events = in_play_order(case.events)
    outcome = engine_play(case.versions, case.cast, events, matcher="plain")
    for step in outcome.steps:
        line = step_line(step)
        back = read_step(line)
        assert step_line(back) == line
        assert misses(back) == misses(step)
        assert [e for p in back.parts for e in p.effects] == [e for p in step.parts
                                                             for e in p.effects]  # fmt: skip


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_step_of_a_pack_comes_back_whole(name: str) -> None:
    life = opened(name)._life
    kinds = kinds_of(life.material)
    for number in range(1, len(life.tape) + 1):
        step = life.tape.step(number)
        back = bare(read_step(step_line(step), kinds))
        wanted = bare(step)
        assert back._replace(parts=(), cause=None) == wanted._replace(parts=(), cause=None)
        for one, other in zip(back.parts, wanted.parts, strict=True):
            assert one._replace(verdicts=()) == other._replace(verdicts=())
            for mine, theirs in zip(one.verdicts, other.verdicts, strict=True):
                assert mine[:2] == theirs[:2]
                assert mine.by == theirs.by
                if theirs.raw is not None:
                    assert mine.raw[:3] == theirs.raw[:3]  # type: ignore[index]


def test_the_distance_of_a_miss_comes_back() -> None:
    row = ["late", "missed", "count(fee.late, 90 days) >= 3", "2", ">= 3",
           "4 days outside the window"]  # fmt: skip
    line = canonical({
        "at": "2031-03-02T00:00:00Z", "event": "fee.late", "step": 1, "who": "mei",
        "parts": [{"trigger": "fee.late", "who": "mei", "verdicts": [row]}],
    })  # fmt: skip
    verdict = read_step(line).parts[0].verdicts[0]
    assert verdict.miss is not None
    assert verdict.miss.note == "2 of 3 events; 4 days outside the window"


NOBODYS = '{"at":"2031-03-02T00:00:00Z","event":"e","step":1}'


@pytest.mark.parametrize(
    "line", ["", "{}", "[]", "null", '{"at": "x"}', "\x00", "{" * 5000, NOBODYS]
)
def test_a_line_that_is_none_is_a_finding(line: str) -> None:
    with pytest.raises(DemeritError) as caught:
        read_step(line)
    assert caught.value.findings[0].code == "D608"
    with pytest.raises(DemeritError) as caught:
        read_head(line, "x.jsonl")
    assert caught.value.findings[0].code == "D608"


# --- as a session ---------------------------------------------------------------------


def ledger_of(name: str, folder: Path) -> Path:
    """The ledger of a scenario as a file."""
    life = opened(name)._life
    path = folder / "life.jsonl"
    steps = [life.tape.step(number) for number in range(1, len(life.tape) + 1)]
    text = canonical(head(life.material.versions)) + "".join(map(step_line, steps))
    path.write_text(text, "utf-8")
    return path


def finished(session: Session) -> Session:
    """The session when all its work elsewhere is done."""
    end = time.monotonic() + 60
    while session.state.branch_state().status == "computing":
        assert time.monotonic() < end
        time.sleep(0.01)
        session.poll()
    return session


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.mark.parametrize("name", ["travel-bans/scenarios/three-tickets.yaml",
                                  "hangzhou-2006/scenarios/one-sewing-machine.yaml"])  # fmt: skip
def test_a_ledger_shows_what_its_life_shows(name: str, tmp_path: Path) -> None:
    path = ledger_of(name, tmp_path)
    life = opened(name)
    for session in (finished(open_ledger(path, Store.in_memory())),
                    finished(open_ledger(path, Store.in_memory()))):  # fmt: skip
        assert session.total() == life.total()
        for number in range(1, life.total() + 1):
            for one in (session, life):
                one.dispatch(c.Go(number))
            assert session.row(number) == life.row(number)
            for who, _ in life.state.people:
                if who not in session.people_ids():
                    continue
                mine, theirs = (
                    one.dispatch(c.Choose(who)) and one.view() for one in (session, life)
                )
                assert mine.why == theirs.why or "(" in str(theirs.why)  # names are not in it
                assert mine.source == theirs.source
                assert mine.chart.points[1:] == theirs.chart.points[1:]
                assert mine.dossier.measures == theirs.dossier.measures
                assert mine.dossier.letters == theirs.dossier.letters
                assert mine.dossier.scores == theirs.dossier.scores
        session.close()


def test_a_ledger_without_its_policy_still_explains(tmp_path: Path) -> None:
    path = ledger_of("good-citizen-card/scenarios/ten-gifts.yaml", tmp_path)
    named = '"policy":"good-citizen-card"'
    text = path.read_text("utf-8").replace(named, '"policy":"nobody-knows"', 1)
    path.write_text(text, "utf-8")
    session = finished(open_ledger(path, Store.in_memory()))
    assert session.state.title == "life.jsonl — nobody-knows"
    said = [w.text for n in range(1, session.total() + 1)
            for w in (session.dispatch(c.Go(n)) and session.view().why)]  # fmt: skip
    assert any("it did not fire: `" in text for text in said)
    assert any(w.place.startswith("policy.yaml:") for w in session.view().why)
    session.close()


def test_an_index_is_only_used_for_its_own_ledger(tmp_path: Path) -> None:
    path = ledger_of("double-booking/scenarios/the-note.yaml", tmp_path)
    first = finished(open_ledger(path, Store.in_memory()))
    total = first.total()
    first.close()
    index = index_of(path)
    assert load(index, source_of(path)) is not None
    lines = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[:-2]), "utf-8")
    assert load(index, source_of(path)) is None
    assert finished(open_ledger(path, Store.in_memory())).total() == total - 2


@pytest.mark.parametrize("damage", [b"", b"x" * 40, b"               5{}", b"\0" * 4096])
def test_a_damaged_index_is_made_again(damage: bytes, tmp_path: Path) -> None:
    path = ledger_of("double-booking/scenarios/the-note.yaml", tmp_path)
    index = index_of(path)
    index.parent.mkdir(parents=True)
    index.write_bytes(damage)
    assert finished(open_ledger(path, Store.in_memory())).total() == 9


def test_a_ledger_that_was_cut_shows_what_it_has_and_says_so(tmp_path: Path) -> None:
    path = ledger_of("double-booking/scenarios/the-note.yaml", tmp_path)
    data = path.read_bytes()
    path.write_bytes(data[:-40])
    session = finished(open_ledger(path, Store.in_memory()))
    state = session.state.branch_state()
    assert state.status == "failed"
    assert state.finding is not None
    assert state.finding.code == "D608"
    assert session.total() == 8
    session.close()


@pytest.mark.parametrize("command", [c.RemoveEvent(1), c.SetValue("weights.double", "3"), c.Fork(),
                                     c.Watch("score"), c.SwitchOff("second-car")])  # fmt: skip
def test_what_was_played_cannot_be_played_otherwise(command: c.Command, tmp_path: Path) -> None:
    from tui.session.state import UserMistake

    path = ledger_of("double-booking/scenarios/the-note.yaml", tmp_path)
    session = finished(open_ledger(path, Store.in_memory()))
    with pytest.raises(UserMistake, match="saved ledger"):
        session.dispatch(command)
    session.close()


@given(cases())
@settings(max_examples=25)
def test_blocks_of_an_index_are_the_whole(case: Case) -> None:
    from array import array

    from tui.session.columns import Columns
    from tui.session.index import grow

    outcome = engine_play(case.versions, case.cast, in_play_order(case.events), matcher="plain")
    indexer, columns, offsets = Indexer(), Columns(), array("Q")
    frames: dict[str, list[object]] = {}
    for number, step in enumerate(outcome.steps):
        indexer.add(step, number * 10)
        if number % 7 == 3:
            grow(columns, offsets, frames, indexer.cut())
    grow(columns, offsets, frames, indexer.cut())
    whole, places, kept = index_opened(indexer.whole({}))
    for one in (columns, whole):
        assert list(one.at) == [step.at for step in outcome.steps]
        assert {t: list(n) for t, n in one.postings.items()} == {
            t: list(n) for t, n in indexer.columns.postings.items()
        }
        assert {k: (m.start, list(m.steps), list(m.values)) for k, m in one.moves.items()} == {
            k: (m.start, list(m.steps), list(m.values)) for k, m in indexer.columns.moves.items()
        }
        assert [one.person(n) for n in range(1, len(one) + 1)] == [s.who for s in outcome.steps]
    assert list(places) == list(offsets)
    assert json.loads(json.dumps(dict(kept))) == json.loads(json.dumps(frames))


def test_searching_in_a_file_finds_what_searching_in_memory_finds(tmp_path: Path) -> None:
    name = "one-good-deed/scenarios/ten-deeds.yaml"
    path = ledger_of(name, tmp_path)
    session, life = finished(open_ledger(path, Store.in_memory())), opened(name)
    for text in ("wen", "deed", "Dear", "nothing like it"):
        for direction in (1, -1):
            for number in range(1, life.total() + 1):
                mine = session._life.tape.find(text, number, direction)
                assert mine == life._life.tape.find(text, number, direction), (text, number)
    session.close()


def test_saving_an_index_where_nothing_can_be_written_is_no_matter(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    save(tmp_path / "file" / "below.index", b"x")
    assert scenario("double-booking/scenarios/the-note.yaml").is_file()
