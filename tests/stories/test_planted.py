"""Planted stories are found, all of them and nothing else; planted near misses are told."""

from __future__ import annotations

import random

import pytest

from engine.language.sifts import load_sift
from engine.stories.shipped import shipped
from engine.stories.sifting.found import Found
from engine.stories.sifting.plan import Plan
from engine.stories.sifting.sifter import Sifter
from tests.stories.ledgers import PENALTIES, PLANTS, Writer, did, moved, noise

PLANS = {name: Plan.of(load_sift(path).sift) for name, path in shipped().items()}


def people_of(rows: list[dict[str, object]]) -> set[str]:
    return {str(row["who"]) for row in rows}


def found_in(rows: list[dict[str, object]], near: bool = True, only: str | None = None) -> Found:
    sifter = Sifter(list(PLANS.values()), penalties=PENALTIES, people=people_of(rows), near=near,
                    only=only)  # fmt: skip
    for row in rows:
        sifter.feed(row)
    return sifter.finish()


def ledger(seed: int, people: int = 60) -> tuple[list[dict[str, object]], set[tuple[str, str]]]:
    """Noise, with three whole stories and three near misses of every pattern."""
    lots, w, planted = random.Random(seed), Writer(), set()
    noise(w, lots, people, 700)
    for name, put in PLANTS.items():
        for k in range(3):
            put(w, f"{name}-whole-{k}", lots.uniform(20, 400), True)
            put(w, f"{name}-near-{k}", lots.uniform(20, 400), False)
            planted.add((name, f"{name}-whole-{k}"))
    return w.rows(), planted


def test_every_shipped_pattern_is_planted() -> None:
    assert set(PLANS) == set(PLANTS)
    assert len(PLANS) >= 12


@pytest.mark.parametrize("seed", range(12))
def test_all_planted_stories_are_found_and_no_others(seed: int) -> None:
    rows, planted = ledger(seed)
    found = found_in(rows)
    assert {(match.pattern, match.who) for match in found.matches} == planted


@pytest.mark.parametrize("seed", range(4))
def test_planted_near_misses_say_what_is_missing(seed: int) -> None:
    rows, _ = ledger(seed)
    found = found_in(rows)
    told = {(miss.pattern, miss.who): miss for miss in found.near}
    for name, plan in PLANS.items():
        if len(plan.stages) == 1:
            continue
        for k in range(3):
            miss = told[name, f"{name}-near-{k}"]
            assert (miss.missing, miss.steps_left) == WANTED[name][:2], name
            assert WANTED[name][2] in miss.why, name


WANTED = {
    "the-false-report": ("taken-back", 1, "`named == report.named` is not so: `named` is"),
    "the-slow-slide": ("third", 2, "there was `rose`"),
    "the-golden-cage": ("taken", 1, "`what == given.what` is not so: `what` is other-prize"),
    "the-double-punishment": ("second", 1, "it never came"),
    "the-reprieve-that-came-too-late": ("refused", 2, "there was `ended`"),
    "the-perfect-score-by-gaming": ("third", 2, "it never came"),
    "the-message-never-read": ("sanction", 1, "there was `event`"),
    "the-same-act-two-fates": ("walks", 1, "it never came"),
    "the-way-out": ("back", 1, "`what == lost.what` is not so: `what` is B"),
    "the-machines-mistake": ("taken-back", 1, "it never came"),
    "the-watcher-watched": ("watcher", 1, "`named is missing` is so"),
}


def test_one_person_alone_is_told_why_not() -> None:
    rows, _ = ledger(1)
    found = found_in(rows, only="the-way-out-near-1")
    assert found.matches == []
    assert {m.who for m in found.near} == {"the-way-out-near-1"}
    assert set(found.never_began) | {m.pattern for m in found.near} == set(PLANS)
    assert "`sort == 'reward'`" in found.never_began["the-golden-cage"] or (
        found.never_began["the-golden-cage"] == ""
    )


def test_the_rarest_come_first() -> None:
    rows, _ = ledger(2)
    lives = [match.lives for match in found_in(rows).matches]
    assert lives == sorted(lives)
    bits = [m.bits for m in found_in(rows).matches if m.pattern == "the-way-out"]
    assert bits == sorted(bits, reverse=True)


def test_without_near_nothing_is_gathered_and_the_matches_are_the_same() -> None:
    rows, _ = ledger(3)
    plain, full = found_in(rows, near=False), found_in(rows)
    assert plain.near == []
    assert [(m.pattern, m.who, m.bits) for m in plain.matches] == [
        (m.pattern, m.who, m.bits) for m in full.matches
    ]


def test_a_step_that_the_next_must_come_from_is_tried_with_each_that_fits() -> None:
    w = Writer()
    w.step(0, "mei", "prize.won", did("began", "mei", "half-fare"))
    w.step(5, "mei", "slip.a", moved("mei", -2, "slip"))  # the reward outlives this fall
    w.step(9, "mei", "slip.b", moved("mei", -30, "slip"), did("ended", "mei", "half-fare"))
    (match,) = (m for m in found_in(w.rows()).matches if m.pattern == "the-golden-cage")
    assert [b.happening.step for b in match.beats if b.happening] == [1, 3, 3]


def test_a_retraction_finds_its_record_however_many_came_between() -> None:
    w = Writer()
    for k in range(60):
        w.step(k, "mei", f"record.{k}", moved("mei", -2, "record"), id=f"r{k}")
    w.step(99, "mei", "record.withdrawn", moved("mei", 2, "back", kind="undo"), record="r3")
    (match,) = (m for m in found_in(w.rows()).matches if m.pattern == "the-machines-mistake")
    assert [b.happening.step for b in match.beats if b.happening] == [4, 61]


def test_the_clock_may_be_what_a_step_comes_from() -> None:
    w = Writer()
    w.step(0, "mei-teller", "visit.made")
    filed = w.step(1, "mei", "report.filed", filer="mei-teller", id="one")
    w.step(8, "mei", "report.due", moved("mei", -50, "believe"), clock=True, after=filed)
    w.step(20, "mei", "report.dismissed", moved("mei", 50, "back", before=950), filer="mei-teller")
    (match,) = (m for m in found_in(w.rows()).matches if m.pattern == "the-false-report")
    assert [b.happening.step for b in match.beats if b.happening] == [2, 3, 4]
