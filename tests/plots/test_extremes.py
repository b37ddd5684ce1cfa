"""Nobody, one, two hundred; nothing moved, and everything at once."""

from __future__ import annotations

from xml.etree import ElementTree as Tree

import pytest

from engine.plots.bars import Judged, Share, rule_coverage, rule_shares
from engine.plots.firings import Firing, rule_firings
from engine.plots.flows import Moved, flow
from engine.plots.grades import Counted, grades_over_time
from engine.plots.intervals import Rate, group_intervals
from engine.plots.lanes import Lane, Stretch, swim_lanes
from engine.plots.lives import Band, Life, Move, Path, life_line, score_paths
from engine.plots.matrix import Spills, spill_matrix
from engine.plots.picture import Picture
from engine.plots.rivers import River, grade_river
from engine.plots.sensitivity import Screened, Swing, morris, tornado
from engine.plots.sheet import Area, Words
from engine.plots.spreads import Spread, score_spread
from engine.plots.wheel import Pull, wheel
from tests.plots.samples import DAY, START

TOP = 999_999_999.999999
EMPTY: dict[str, Picture] = {
    "paths": score_paths("x", []), "lanes": swim_lanes("x", [], START, START),
    "grades": grades_over_time("x", ["A"], [], []), "flow": flow("x", ["A"], ["A"], []),
    "shares": rule_shares("x", [Share("a", 0, 0)]), "coverage": rule_coverage("x", []),
    "tornado": tornado("x", "score", 1, []), "morris": morris("x", []),
    "intervals": group_intervals("x", []), "spills": spill_matrix("x", Spills((), (), ())),
    "wheel": wheel("x", [Pull("a", "b", 0)]), "spreads": score_spread("x", [], []),
    "river": grade_river("x", ["A"], [], []),
    "firings": rule_firings("x", [Firing("a", 0)], [], 5),
}  # fmt: skip


def _words(picture: Picture) -> str:
    return " | ".join(shape.text for shape in picture.shapes if isinstance(shape, Words))


@pytest.mark.parametrize("name", EMPTY)
def test_an_empty_chart_says_so(name: str) -> None:
    picture = EMPTY[name]
    Tree.fromstring(picture.svg())
    told = picture.description.split(": ", 1)[1].rstrip(".")
    assert told in _words(picture)


def _finite(picture: Picture) -> None:
    svg = picture.svg()
    Tree.fromstring(svg)
    assert "nan" not in svg.replace("finance", "")
    assert "inf" not in svg.replace("info", "")


def test_a_life_in_which_nothing_moves_is_a_level_line() -> None:
    picture = life_line(Life("Mei", "trust", START, START, 5.0))
    assert "It stays at 5." in picture.description
    _finite(picture)


def test_the_largest_numbers_and_the_last_years_fit() -> None:
    moves = (Move(START + DAY, TOP, "w" * 400), Move(START + 3_000_000 * DAY, -TOP, ""))
    bands = (Band("G" * 200, 0.0), Band("low", -TOP))
    picture = life_line(Life("M" * 500, "t", START, START + 3_600_000 * DAY, -TOP, moves, bands))
    _finite(picture)
    assert "999,999,999.999999" in picture.description
    assert "11886" in picture.description or "−" in picture.description
    _finite(tornado("x", "s", 0, [Swing("a", -TOP, TOP, "-1", "1")]))
    _finite(rule_shares("x", [Share("a", TOP, 0.000001)]))
    _finite(morris("x", [Screened("a", TOP, 0.0)]))
    _finite(spill_matrix("x", Spills(("a",), ("a", "b"), ((TOP, 0.000001),))))


def test_of_two_hundred_people_eight_are_named_and_the_rest_are_counted() -> None:
    people = [
        Path(f"person-{k}", tuple((START + j * DAY, float((k * j * 37) % 101)) for j in range(9)))
        for k in range(200)
    ]
    picture = score_paths("many", people)
    assert _words(picture).count("person-") == 8
    assert "the other 192 are thin lines" in _words(picture)
    _finite(picture)


def test_two_hundred_lanes_each_have_their_name() -> None:
    lanes = [Lane(f"person-{k}", (Stretch("A", 0, START),)) for k in range(200)]
    picture = swim_lanes("many", lanes, START, START + DAY, ["A"])
    assert _words(picture).count("person-") == 200
    assert picture.high < 5_000


def test_a_group_too_small_to_judge_has_no_rate() -> None:
    rates = [Rate("island", 29, 0.5, 0.2, 0.8), Rate("docks", 30, 0.5, 0.4, 0.6)]
    picture = group_intervals("bans", rates, 30)
    assert "too few to judge" in _words(picture)
    assert _words(picture).count("50%") >= 1
    assert "island (n = 29) too few to judge" in picture.description
    assert "docks (n = 30) 50%" in picture.description


def test_a_rule_that_never_fired_says_so() -> None:
    picture = rule_coverage("rules", [Judged("dead", 0, 3), Judged("unseen"), Judged("live", 1)])
    assert "never fired (3)" in _words(picture)
    assert "never judged" in _words(picture)
    assert "Never fired: dead, unseen." in picture.description


def test_groups_of_nobody_are_named_and_not_drawn() -> None:
    picture = flow("x", ["A", "B"], ["A", "B"], [Moved("empty", ((0, 0), (0, 0))),
                                               Moved("full", ((1, 2), (0, 3)))])  # fmt: skip
    assert "nobody in empty" in _words(picture)
    groups = [Counted("none", ((0,),)), Counted("one", ((1,),))]
    picture = grades_over_time("x", ["A"], [START], groups)
    assert "nobody in none" in _words(picture)
    _finite(picture)


def test_one_domain_that_moves_only_itself_is_a_whole_ring() -> None:
    picture = wheel("x", [Pull("state", "state", 1)])
    assert "state, within itself" in _words(picture)
    _finite(picture)


def test_many_domains_keep_their_full_names() -> None:
    names = tuple(f"domain number {k}" for k in range(14))
    amounts = tuple(tuple(float((a * b) % 7) for b in range(14)) for a in range(14))
    picture = spill_matrix("x", Spills(names, names, amounts))
    assert all(_words(picture).count(f"{name} |") >= 1 for name in names)
    assert "…" not in _words(picture)


def test_bars_of_a_score_are_told_by_grade_and_none_is_too_small_to_see() -> None:
    bins = (1, 0, 99_999)
    bands = (Band("high", 20.0), Band("low", 0.0))
    one = Spread("all", sum(bins), bins, 1, 25, 26, 28, 30)
    picture = score_spread("x", [0, 10, 20, 30], [one], bands)
    bars = [s for s in picture.shapes if isinstance(s, Area) and s.role.startswith("grade")]
    assert len(bars) >= 2
    assert min(max(y for _, y in s.points) - min(y for _, y in s.points) for s in bars) >= 0.79
    assert "high from 20" in _words(picture)
    assert "<0.1% low" in _words(picture)
    assert "from 1 to 30" in picture.description


def test_a_river_keeps_everybody() -> None:
    counts = ((10, 0), (6, 4), (7, 3))
    moved = (((0, 4), (0, 0)), ((0, 1), (2, 0)))
    groups = [River("all", counts, moved), River("none", ((0, 0),) * 3, moved)]
    picture = grade_river("x", ["A", "B"], [START, START + DAY, START + 2 * DAY], groups)
    assert "5 falls and 2 rises" in picture.description
    assert "70% A, 30% B" in picture.description
    assert "nobody in none" in _words(picture)
    _finite(picture)


def test_rules_that_never_fired_and_groups_beyond_eight_are_named() -> None:
    groups = [(f"g{k}", 10) for k in range(11)]
    rules = [Firing("live", 50, (5,) * 11), Firing("dead", 0, (0,) * 11)]
    picture = rule_firings("x", rules, groups, 110)
    assert "Never fired: dead." in _words(picture)
    assert "3 groups more" in _words(picture)
    assert "live 100% (for each of g0 0.5" in picture.description
    _finite(picture)
