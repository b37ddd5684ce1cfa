"""What a row did to whom, and what conditions read of it."""

from __future__ import annotations

from collections import deque
from pathlib import Path

import pytest

from engine.cli.ledgers import source_of
from engine.language.expressions import parse as parse_expression
from engine.language.happenings import FACTS, KINDS
from engine.language.sifts import load_sift
from engine.stories.shipped import shipped
from engine.stories.sifting.conditions import condition
from engine.stories.sifting.facts import Look, Person
from engine.stories.sifting.failing import failed
from engine.stories.sifting.happenings import Happening, happenings, parse
from engine.stories.sifting.plan import Plan
from engine.stories.sifting.run import sift
from engine.values import DAY, parse_iso
from policies import packs
from tests.stories.ledgers import PENALTIES, Writer, did, moved

ALL = frozenset(KINDS)


def made(w: Writer) -> list[Happening]:
    return [h for row in w.rows() for h in happenings(row, parse_iso(row["at"]), ALL)]


def kinds(w: Writer) -> list[tuple[str, str, str]]:
    return [(h.kind, h.who, h.what) for h in made(w)]


def test_one_step_is_told_in_the_order_of_a_story() -> None:
    w = Writer()
    w.step(0, "mei", "fee.late", did("message", "mei", "sms"), did("listed", "mei", "list"),
           did("began", "mei", "no-ferry"), moved("mei", -9, "a"), moved("bo", -2, "kin"),
           moved("mei", 4, "b", before=991),
           grades=("left trust.A", "entered trust.B"))  # fmt: skip
    assert kinds(w) == [
        ("event", "mei", "fee.late"), ("fell", "mei", "trust"), ("fell", "bo", "trust"),
        ("left", "mei", "A"), ("demoted", "mei", "B"), ("began", "mei", "no-ferry"),
        ("listed", "mei", "list"), ("told", "mei", "sms"),
    ]  # fmt: skip
    event, fell = made(w)[:2]
    assert (event.change, fell.change, fell.after) == (-5_000_000, -5_000_000, 995_000_000)


def test_points_that_come_and_go_in_one_step_move_nothing() -> None:
    w = Writer()
    w.step(0, "mei", "x", moved("mei", 5, "a"), moved("mei", -5, "b", before=1005))
    assert kinds(w) == [("event", "mei", "x")]


def test_refusals_duplicates_and_the_clock_are_no_events() -> None:
    w = Writer()
    w.step(0, "mei", "ferry.booked", refused=True)
    w.step(1, "mei", "drift", moved("mei", 1, "d", kind="drift"), clock=True)
    w.step(2, "mei", "letter.due", clock=True)
    w.step(3, "mei", "x")
    rows = w.rows()
    rows[3]["duplicate"] = True
    found = [(h.kind, h.what) for r in rows for h in happenings(r, parse_iso(r["at"]), ALL)]
    assert found == [("refused", "ferry.booked"), ("rose", "trust"), ("event", "letter.due")]


def test_only_what_is_wanted_is_made() -> None:
    w = Writer()
    w.step(0, "mei", "x", moved("mei", 5, "a"), did("message", "mei", "sms"))
    row = w.rows()[0]
    assert [h.kind for h in happenings(row, 0, frozenset({"told"}))] == ["told"]


def look_at(h: Happening, **bound: Happening) -> Look:
    look = Look({"mei", "bo", "ann"}, PENALTIES, {"trust": ("A", "B", "C")})
    look.happening, look.bound, look.person = h, bound, Person()
    return look


@pytest.fixture
def fell() -> Happening:
    w = Writer()
    w.step(0, "mei", "fee.late", moved("mei", -9, "late"), did("began", "mei", "no-ferry"),
           did("began", "bo", "half-fare"), days="40", who_else="bo", flag=True, id="one",
           grades=("left trust.A", "entered trust.C"))  # fmt: skip
    return next(h for h in made(w) if h.kind == "demoted")


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("change == -9", True), ("before - after == 9", True), ("after / 0 == 1", False),
        ("what == 'C' and rank == 2 and bottom", True), ("what in ['A', 'B']", False),
        ("clause == 'late' and score == 'trust'", True), ("own and not clock", True),
        ("named == 'bo'", True), ("reporter is missing", True), ("reporter == 'bo'", False),
        ("reporter != 'bo'", False), ("event.days > 39.5", True), ("event.days == '40'", True),
        ("event.nothing > 1", False), ("event.flag", True), ("event.who_else > 3", False),
        ("id == 'one' and type == 'fee.late' and by == 'mei'", True),
        ("delay < 1 day", True), ("abs(change) > 8", True), ("-change == 9", True),
        ("a.change < change", False), ("a.change == change", True), ("a.event.days >= 40", True),
        ("gone.change == change", False), ("penalties == 0 and rewards == 0", True),
        ("has(no-ferry) or listed(list)", False), ("count(fell, 30 days) == 0", True),
        ("since(told) > 1 day", False), ("since(told) is missing", True),
        ("score.trust is missing", True), ("sort is missing", True),
    ],
)  # fmt: skip
def test_conditions_read_facts(fell: Happening, text: str, holds: bool) -> None:
    test = condition([parse_expression(text)])
    assert test is not None
    assert test(look_at(fell, a=fell)) is holds


def test_every_fact_can_be_read_of_every_happening(fell: Happening) -> None:
    w = Writer()
    w.step(0, "mei", "x", moved("bo", 1, "r"), did("ended", "bo", "no-ferry"), refused=True)
    w.step(1, "mei", "lapse", moved("mei", 1, "r", kind="lapse"), clock=True)
    for h in (*made(w), fell):
        for name in FACTS:
            test = condition([parse_expression(f"{name} is missing")])
            assert test is not None
            assert test(look_at(h)) in (True, False)


def test_the_past_is_that_before_the_step(tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    path.write_text(
        "sift: p\nsteps:\n  - id: a\n    on: began\n    when: count(told, 30 days) == 2 and"
        " penalties == 1 and since(told) >= 10 days and has(no-1)\n", "utf-8")  # fmt: skip
    w = Writer()
    w.step(0, "mei", "x", did("message", "mei", "sms"))
    w.step(20, "mei", "x", did("message", "mei", "sms"), did("began", "mei", "no-1"))
    w.step(22, "mei", "x", did("message", "mei", "sms"))
    w.step(25, "mei", "x", did("began", "mei", "no-2"))  # three messages, the last 3 days ago
    w.step(32, "mei", "x", did("ended", "mei", "no-2"))
    w.step(35, "mei", "x", did("began", "mei", "no-3"), did("message", "mei", "sms"))
    from engine.stories.sifting.sifter import Sifter

    sifter = Sifter([Plan.of(load_sift(path).sift)], penalties=PENALTIES)
    for row in w.rows():
        sifter.feed(row)
    found = sifter.finish()
    assert [m.beats[0].happening.what for m in found.matches if m.beats[0].happening] == ["no-3"]


def test_what_failed_is_told_with_its_value(fell: Happening) -> None:
    look = look_at(fell)
    assert failed("own and change < -10", look) == "`change < -10` is not so: `change` is -9"
    assert failed("delay > 3 days", look).endswith("`delay` is 0 seconds")
    assert failed("not own", look) == "`own` is so"
    assert failed("reporter == 'bo'", look).endswith("`reporter` is missing")


def test_numbers_are_exact() -> None:
    assert parse("-0.000001") == -1


@pytest.mark.parametrize("name", ["public-reports/what-a-lie-costs", "pilots/the-button-factory",
                                  "honest-city-app/very-good"])  # fmt: skip
def test_a_saved_ledger_tells_the_same_stories(name: str, tmp_path: Path) -> None:
    from engine.cli.main import main

    ledger = tmp_path / "l.jsonl"
    assert main(["run", name, "--matcher", "plain", "--ledger", str(ledger)]) == 0
    plans = [Plan.of(load_sift(path).sift) for path in shipped().values()]
    played = sift(source_of(Path(name), matcher="plain"), plans, near=True)
    saved = sift(source_of(ledger), plans, near=True)
    told = [
        [(m.pattern, m.who, m.start, m.end) for m in found.matches] for found in (played, saved)
    ]
    assert told[0] == told[1]
    assert told[0]
    # whoever nothing happened to is nowhere in a ledger
    assert saved.people <= played.people
    assert [n.why for n in played.near] == [n.why for n in saved.near]


def test_every_shipped_pattern_has_a_real_match_in_some_pack() -> None:
    plans = [Plan.of(load_sift(path).sift) for path in shipped().values()]
    found: set[str] = set()
    for name in WHERE:
        assert name.split("/")[0] in packs()
        found |= {m.pattern for m in sift(source_of(Path(name), matcher="plain"), plans).matches}
    assert found == {plan.id for plan in plans}


WHERE = ("public-reports/what-a-lie-costs", "aged-parents/the-quarrel",
         "honest-city-app/very-good", "honest-city-app/the-last-vet", "five-stars/good-morning",
         "five-stars/four-eggs", "credit-repair/the-way-out", "defaulters-list/the-day-after",
         "four-areas/the-new-clerk")  # fmt: skip


def test_an_instant_is_in_a_window_as_in_the_norm() -> None:
    w = Writer()
    w.step(0, "mei", "x", moved("mei", -1, "r"))
    h = made(w)[0]
    look = look_at(h)
    look.person.past["told"] = deque([h.at - 30 * DAY])
    test = condition([parse_expression("count(told, 30 days) == 0")])
    assert test is not None
    assert test(look)
    look.person.past["told"][0] += 1
    assert not test(look)
