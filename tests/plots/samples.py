"""One record a chart, and the same with other texts in it."""

from __future__ import annotations

from collections.abc import Callable

from engine.plots.bars import Judged, Share, rule_coverage, rule_shares
from engine.plots.firings import Firing, rule_firings
from engine.plots.flows import Moved, flow
from engine.plots.grades import Counted, grades_over_time
from engine.plots.intervals import Rate, group_intervals
from engine.plots.lanes import Happening, Lane, Stretch, swim_lanes
from engine.plots.lives import Band, Life, Move, Path, Span, life_line, score_paths
from engine.plots.matrix import Spills, spill_matrix
from engine.plots.picture import Picture
from engine.plots.rivers import River, grade_river
from engine.plots.sensitivity import Screened, Swing, morris, tornado
from engine.plots.spreads import Spread, score_spread
from engine.plots.wheel import Pull, wheel

DAY = 86_400
START = 1_930_003_200  # 2031-02-28
Say = Callable[[str], str]  # how a name is written


def same(name: str) -> str:
    return name


def life(say: Say = same) -> Picture:
    moves = tuple(
        Move(START + k * 17 * DAY, 1000.0 + change, say(why))
        for k, (change, why) in enumerate(
            [(-5, "late-fee"), (-45, "third-strike"), (-33, "blood-given"), (-190, "court"),
             (-170, "half-year"), (-450, "list"), (-455, "late-fee"), (-455, "nothing")]
        )
    )  # fmt: skip
    bands = tuple(Band(say(n), low) for n, low in (("A", 1000), ("B", 850), ("C", 600), ("D", 0)))
    spans = (
        Span(say("no-ferry"), START + 20 * DAY, START + 90 * DAY),
        Span(say("half-fare"), START, START + 30 * DAY, good=True),
        Span(say("no-ferry"), START + 110 * DAY, None),
    )
    return life_line(Life(say("Mei"), say("trust"), START, START + 150 * DAY, 1000.0, moves, bands,
                          spans))  # fmt: skip


def paths(say: Say = same) -> Picture:
    people = [
        Path(say(name), tuple((START + k * 9 * DAY, 1000.0 - k * step * (-1) ** (k // 4))
                              for k in range(14)))
        for name, step in (("Mei", 7), ("Bo", 13), ("Ana", -4), ("Liu", 0))
    ]  # fmt: skip
    return score_paths(say("harbour"), people, (Band(say("A"), 1000.0), Band(say("B"), 900.0)))


def lanes(say: Say = same) -> Picture:
    cast = [
        Lane(say(name), (Stretch(say("A"), 0, START), Stretch(say("C"), 2, START + k * 30 * DAY)),
             (Span(say("no-ferry"), START + k * 20 * DAY, None if k % 2 else START + 95 * DAY),),
             tuple(Happening(START + k * j * 5 * DAY, kind) for j, kind in enumerate(
                 ("event", "refused", "message", "listed", "unlisted"))))
        for k, name in enumerate(("Mei", "Bo", "Ana"), 1)
    ]  # fmt: skip
    return swim_lanes(say("the cast"), cast, START, START + 200 * DAY, [say(g) for g in "ABC"])


def grades(say: Say = same) -> Picture:
    rows = tuple((90 - 6 * k, 8 + 3 * k, 2 + 2 * k, k) for k in range(12))
    groups = [Counted(say(name), rows) for name in ("docks", "old town", "aided")]
    instants = [START + k * 30 * DAY for k in range(12)]
    return grades_over_time(say("a year"), [say(g) for g in "ABCD"], instants, groups)


def flows(say: Say = same) -> Picture:
    names = [say(g) for g in "ABC"]
    counts = ((400, 80, 10), (60, 300, 120), (5, 40, 200))
    return flow(say("a reform"), names, names, [Moved(say(n), counts) for n in ("docks", "aided")])


def shares(say: Say = same) -> Picture:
    return rule_shares(say("what moved it"), [Share(say("late-fee"), 0, 3200),
                                             Share(say("blood"), 900, 0),
                                             Share(say("drift"), 220, 410)])  # fmt: skip


def coverage(say: Say = same) -> Picture:
    return rule_coverage(say("rules"), [Judged(say("late-fee"), 12, 30, 2, 1, 4),
                                        Judged(say("strike"), 0, 44),
                                        Judged(say("never"))])  # fmt: skip


def swings(say: Say = same) -> Picture:
    rows = [Swing(say("late"), 700, 940, "-20", "0"), Swing(say("blood"), 850, 900, "0", "50"),
            Swing(say("one side"), 870, 910, "1", "3"), Swing(say("none"), 860, 860)]  # fmt: skip
    return tornado(say("what it hangs on"), say("score"), 860, rows)


def screening(say: Say = same) -> Picture:
    rows = [Screened(say("late"), 120, 40, 12), Screened(say("blood"), 40, 60, 5),
            Screened(say("fine"), 70, 20), Screened(say("nothing"), 0, 0)]  # fmt: skip
    return morris(say("Morris"), rows)


def intervals(say: Say = same) -> Picture:
    rates = [Rate(say("docks"), 1200, 0.21, 0.187, 0.234),
             Rate(say("town"), 30_000, 0.03, 0.02, 0.04),
             Rate(say("island"), 12, 0.5, 0.2, 0.8)]  # fmt: skip
    return group_intervals(say("bans"), rates, 30, 0.06)


def spills(say: Say = same) -> Picture:
    names = tuple(say(n) for n in ("state", "family", "trade"))
    return spill_matrix(say("spills"), Spills(names, names, ((90, 3, 0), (0, 9, 41), (1, 0, 0.5))))


def ring(say: Say = same) -> Picture:
    pulls = [Pull(say(a), say(b), n) for a, b, n in (
        ("trade", "travel", 40), ("family", "family", 9), ("state", "travel", 200),
        ("speech", "schools", 3), ("family", "travel", 1))]  # fmt: skip
    return wheel(say("whose"), pulls)


def spreads(say: Say = same) -> Picture:
    edges = [600.0 + 20 * k for k in range(26)]
    bins = tuple((k * 7) % 23 for k in range(25))
    groups = [Spread(say(name), sum(bins), bins, 600, 760, 860, 980, 1100)
              for name in ("docks", "old town")]  # fmt: skip
    bands = tuple(Band(say(n), low) for n, low in (("A", 1000), ("B", 850), ("C", 0)))
    return score_spread(say("at the end"), edges, groups, bands, say("of all"))


def river(say: Say = same) -> Picture:
    counts = ((90, 10, 0), (80, 15, 5), (82, 8, 10))
    moved = (((0, 12, 0), (2, 0, 5), (0, 0, 0)), ((0, 3, 2), (6, 0, 4), (0, 1, 0)))
    groups = [River(say(name), counts, moved) for name in ("docks", "old town")]
    instants = [START + k * 60 * DAY for k in range(3)]
    return grade_river(say("moves"), [say(g) for g in "ABC"], instants, groups)


def firings(say: Say = same) -> Picture:
    rules = [Firing(say("late-fee"), 900, (600, 300)), Firing(say("thanks"), 70, (10, 60)),
             Firing(say("never"), 0, (0, 0))]  # fmt: skip
    return rule_firings(say("rules"), rules, [(say("docks"), 120), (say("town"), 80)], 200)


CHARTS: dict[str, Callable[[Say], Picture]] = {
    "life": life, "paths": paths, "lanes": lanes, "grades": grades, "flow": flows,
    "shares": shares, "coverage": coverage, "tornado": swings, "morris": screening,
    "intervals": intervals, "spills": spills, "wheel": ring, "spreads": spreads, "river": river,
    "firings": firings,
}  # fmt: skip
