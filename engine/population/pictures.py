"""Pictures of a simulation: its folder enters, pictures leave."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from engine.plots import decimal
from engine.plots.firings import Firing, rule_firings
from engine.plots.grades import Counted, grades_over_time
from engine.plots.lives import Band
from engine.plots.picture import Picture
from engine.plots.rivers import River, grade_river
from engine.plots.spreads import Spread, score_spread
from engine.population.record import Kept
from engine.population.survey import EVERYBODY, Survey, survey
from engine.values import parse_iso, parse_number

_ALL = "everybody"
_MOST = 8  # groups of a picture, if none is named: the largest


def shown_groups(kept: Kept, named: Sequence[str] = ()) -> list[str]:
    """The groups of a picture: those that are named, else the largest few, in their order."""
    if named:
        return [group for group in kept.groups if group in named]
    sizes = kept.sums["sizes"]
    largest = sorted(kept.groups, key=lambda group: -int(sizes.get(group, 0)))[:_MOST]
    return [group for group in kept.groups if group in largest]


def scores_picture(kept: Kept, score: str, groups: Sequence[str]) -> Picture:
    """How a score is spread at the end, by group."""
    found = survey(kept, score)
    names = [EVERYBODY, *groups]
    spreads = [_spread(name, found) for name in names if name in found.spreads]
    return score_spread(f"{kept.policy_id}: {score} at the end", [*map(decimal, found.edges)],
                        spreads, _bands(kept, score), _subtitle(kept, groups))  # fmt: skip


def _spread(name: str, found: Survey) -> Spread:
    one = found.spreads[name]
    five = (one.least, one.quarter, one.middle, one.three_quarters, one.most)
    return Spread(name or _ALL, one.number, one.bins, *map(decimal, five))


def grades_picture(kept: Kept, score: str, groups: Sequence[str]) -> Picture:
    """How many stood in which grade at the end of each period, by group."""
    grades, (instants, told) = _grades(kept, score), _periods(kept, score, groups)
    counted = [Counted(name or _ALL, told[name].counts) for name in told]
    return grades_over_time(f"{kept.policy_id}: grades of {score}", grades, instants, counted,
                            _subtitle(kept, groups))  # fmt: skip


def flow_picture(kept: Kept, score: str, groups: Sequence[str]) -> Picture:
    """Who moved between grades in each period, by group."""
    grades, (instants, told) = _grades(kept, score), _periods(kept, score, groups)
    return grade_river(f"{kept.policy_id}: moves between grades of {score}", grades, instants,
                       [*told.values()], _subtitle(kept, groups))  # fmt: skip


def rules_picture(kept: Kept, score: str, groups: Sequence[str]) -> Picture:
    """How often each rule fired, and for whom."""
    sizes = kept.sums["sizes"]
    fired: Mapping[str, Mapping[str, int]] = kept.sums["fired"]
    rules = [Firing(rule, many["all"], tuple(many[group] for group in groups))
             for rule, many in fired.items()]  # fmt: skip
    return rule_firings(f"{kept.policy_id}: how often each rule fired", rules,
                        [(group, int(sizes.get(group, 0))) for group in groups],
                        kept.sums["subjects"], _subtitle(kept, groups))  # fmt: skip


def _subtitle(kept: Kept, groups: Sequence[str]) -> str:
    until = kept.sums["grades"][-1]["at"][:10] if kept.sums["grades"] else ""
    start = (kept.sums["start"] or "")[:10]
    span = f", {start} to {until}" if start and until else ""
    some = f"; {len(groups)} of {len(kept.groups)} groups" if len(groups) < len(kept.groups) else ""
    return (f"{kept.sums['subjects']:,} subjects, {kept.sums['events']:,} events{span}:"
            f" an invented population{some}")  # fmt: skip


def _grades(kept: Kept, score: str) -> list[str]:
    return [str(grade["name"]) for grade in kept.sums["scores"][score]["grades"]]


def _bands(kept: Kept, score: str) -> list[Band]:
    return [Band(str(grade["name"]), decimal(parse_number(grade["from"])))
            for grade in kept.sums["scores"][score]["grades"]]  # fmt: skip


# --- periods ----------------------------------------------------------------------------------


def _periods(kept: Kept, score: str, groups: Sequence[str]) -> tuple[list[int], dict[str, River]]:
    """Instants, the start first, and the counts and moves of everybody and of each group."""
    grades, periods = _grades(kept, score), kept.sums["grades"]
    if not periods:
        return [], {}
    told = {}
    for name in (EVERYBODY, *groups):
        rows = [period["groups"][name] if name else period for period in periods]
        counts = [tuple(row["counts"][score][grade] for grade in grades) for row in rows]
        moved = [_moves(row["moved"][score], grades) for row in rows]
        counts.insert(0, _before(counts[0], moved[0]))
        told[name] = River(name or _ALL, tuple(counts), tuple(moved))
    instants = [parse_iso(period["at"]) for period in periods]
    return [parse_iso(kept.sums["start"]), *instants], told


def _moves(said: Mapping[str, Any], grades: Sequence[str]) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(int(said.get(f"{a} → {b}", 0)) for b in grades) for a in grades)


def _before(after: Sequence[int], moved: Sequence[Sequence[int]]) -> tuple[int, ...]:
    """How many stood where before a period: in the grades that they joined with."""
    ranks = range(len(after))
    return tuple(after[i] + sum(moved[i]) - sum(moved[k][i] for k in ranks) for i in ranks)


#: Pictures by kind, and whether they need a score with grades.
KINDS: Mapping[str, tuple[Callable[[Kept, str, Sequence[str]], Picture], bool]] = {
    "scores": (scores_picture, False),
    "grades": (grades_picture, True),
    "flow": (flow_picture, True),
    "shares": (rules_picture, False),
}


def scores_for(kept: Kept, kind: str) -> list[str]:
    """The scores that a kind of picture can be drawn of."""
    graded = KINDS[kind][1]
    return [str(name) for name, said in kept.sums["scores"].items()
            if not graded or (said["grades"] and kept.sums["grades"])]  # fmt: skip
