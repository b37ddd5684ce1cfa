"""A simulation that is looked at: which group, which score, which list; and what each shows.

The sums are in the folder and are there at once. How a score is spread, and who stands at
its ends and borders, is read by a process of its own, once for each score.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from engine.findings import DemeritError, Finding
from engine.population.record import Kept, open_kept
from engine.population.survey import EVERYBODY, Found, Roll, Spread, Survey
from engine.text import safe
from engine.values import format_number
from tui.session.crowd_rows import survey_of
from tui.session.jobs import Job
from tui.session.state import UserMistake

_ALL = "everybody"
_READING = "reading the results"
_KINDS = {
    "highest": ("highest", "the highest score at the end"),
    "lowest": ("lowest", "the lowest score at the end"),
    "moved": ("farthest", "the farthest from where the score starts"),
    "refused": ("refused", "whose events were refused most often"),
    "told": ("messages", "who got most messages"),
    "under": ("under {}", "nearest below {}, at the end"),
    "over": ("over {}", "nearest above the edge of {}, at the end"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A group: how many, how its score is spread, and how its members are graded at the end."""

    id: str  # EVERYBODY, or its name
    name: str
    number: int
    middle: str  # "" while it is not known
    shares: tuple[tuple[str, int, float], ...]  # grade, rank, share of the group


@dataclass(frozen=True, slots=True)
class Bars:
    """How the score is spread over the chosen group."""

    title: str
    counts: tuple[int, ...]  # one a bin
    ranks: tuple[int, ...]  # the grade of each bin, 0 the best
    edges: tuple[str, str]  # where the first bin begins, and the last one ends
    borders: tuple[tuple[int, str], ...]  # bin that begins with a grade's border, the grade
    grades: int
    five: str  # the five numbers in words


@dataclass(frozen=True, slots=True)
class PeriodRow:
    """The end of a period: how many of the chosen group stood in which grade."""

    day: str
    shares: tuple[tuple[str, int, float], ...]  # grade, rank, share
    rose: int
    fell: int


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Somebody on the chosen list."""

    who: str  # the id
    name: str  # the same, to be shown
    group: str
    score: str
    grade: str
    about: str  # why they are on the list


@dataclass(frozen=True, slots=True)
class CrowdView:
    """Everything that the screen shows."""

    title: str
    facts: str  # how many subjects and events
    score: str
    scores: int
    groups: tuple[GroupRow, ...]
    group: str
    rolls: tuple[tuple[str, str], ...]  # id and title of each list
    roll: str
    about: str  # what the chosen list is
    people: tuple[PersonRow, ...]
    bars: Bars | None
    periods: tuple[PeriodRow, ...]
    progress: str  # what is being read; "" for nothing
    finding: str  # why it could not be read; "" if it could


class Crowd:
    """One opened simulation. Call it from one thread only."""

    def __init__(self, folder: Path) -> None:
        """Raises :class:`DemeritError` (D842) for what is no simulation."""
        self.kept: Kept = open_kept(folder)
        self._scores = [str(name) for name in self.kept.sums["scores"]]
        graded = [name for name in self._scores if self.kept.sums["scores"][name]["grades"]]
        self._score = (graded or self._scores or [""])[0]
        self._groups = [EVERYBODY, *self.kept.groups]
        self._group = EVERYBODY
        self._roll = "highest:"
        self._surveys: dict[str, Survey] = {}
        self._findings: dict[str, Finding] = {}
        self._job: tuple[str, Job] | None = None
        self._progress = ""
        self._view: CrowdView | None = None
        self._begin()

    # --- commands -------------------------------------------------------------------------

    def choose_group(self, group: str) -> None:
        """Look at a group; EVERYBODY for all. Raises :class:`UserMistake` for an unknown one."""
        if group not in self._groups:
            raise UserMistake("there is no such group")
        self._group, self._view = group, None

    def step_group(self, by: int) -> None:
        """Look at the group so many on; after the last comes the first."""
        place = self._groups.index(self._group)
        self.choose_group(self._groups[(place + by) % len(self._groups)])

    def choose_roll(self, roll: str) -> None:
        """Look at a list. Raises :class:`UserMistake` for one that there is not."""
        if roll not in [ident for ident, _ in self.view().rolls]:
            raise UserMistake("there is no such list")
        self._roll, self._view = roll, None

    def step_roll(self, by: int) -> None:
        """Look at the list so many on; after the last comes the first."""
        known, here = [ident for ident, _ in self.view().rolls], self.view().roll
        if here in known:
            self.choose_roll(known[(known.index(here) + by) % len(known)])

    def next_score(self) -> None:
        """Look at the next score. Raises :class:`UserMistake` where there is no other."""
        if len(self._scores) < 2:
            raise UserMistake("this policy keeps no other score")
        self._score = self._scores[(self._scores.index(self._score) + 1) % len(self._scores)]
        self._roll, self._view = "highest:", None
        self._begin()

    # --- what is read elsewhere -------------------------------------------------------------

    def _begin(self) -> None:
        if self._score in self._surveys or self._score in self._findings:
            return
        self._end()
        request = {"job": "survey", "path": str(self.kept.folder), "score": self._score}
        self._job, self._progress = (self._score, Job(request)), _READING

    @property
    def busy(self) -> bool:
        """Whether something is still being read."""
        return self._job is not None

    def poll(self) -> bool:
        """Take in what has come; true if anything did."""
        if self._job is None:
            return False
        score, job = self._job
        changed = False
        for frame in job.read():
            changed = True
            self._take(score, frame.kind, json.loads(frame.payload))
        if job.over and score not in self._surveys and score not in self._findings:
            self._findings[score] = Finding("D842", "reading the results was broken off")
            changed = True
        if score in self._surveys or score in self._findings:
            self._end()
        if changed:
            self._view = None
        return changed

    def _take(self, score: str, kind: str, data: Any) -> None:
        if kind == "p":
            behind, every = data
            self._progress = f"{_READING}: {100 * behind // max(every, 1)} %"
        elif kind == "e":
            self._findings[score] = Finding(data[0]["code"], data[0]["message"], None,
                                            data[0]["hint"])  # fmt: skip
        else:
            self._surveys[score] = survey_of(data)

    def _end(self) -> None:
        if self._job is not None:
            self._job[1].stop()
        self._job, self._progress = None, ""

    def close(self) -> None:
        """End what is being read."""
        self._end()

    # --- asking -----------------------------------------------------------------------------

    def person(self, typed: str) -> str:
        """The id of somebody who is in the results. Raises :class:`UserMistake` for nobody."""
        from engine.population.replay import component_of

        try:
            found = component_of(self.kept.loaded.versions, self.kept.stream, typed.strip(),
                                 self.kept.folder)  # fmt: skip
        except DemeritError as bad:
            raise UserMistake(bad.findings[0].message) from None
        return found.who

    def view(self) -> CrowdView:
        """Everything that is to be shown."""
        if self._view is None:
            self._view = self._compose()
        return self._view

    def _compose(self) -> CrowdView:
        sums, found = self.kept.sums, self._surveys.get(self._score)
        rolls = found.rolls.get(self._group, ()) if found else ()
        named = tuple((_ident(roll), _titled(roll, 0)) for roll in rolls)
        roll = next(
            (one for one in rolls if _ident(one) == self._roll), rolls[0] if rolls else None
        )
        finding = self._findings.get(self._score)
        return CrowdView(
            safe(self.kept.policy_id),
            f"{sums['subjects']:,} subjects, {sums['events']:,} events",
            safe(self._score), len(self._scores),
            tuple(self._group_row(name, found) for name in self._groups), self._group,
            named, _ident(roll) if roll else "", _titled(roll, 1) if roll else "",
            tuple(self._person_row(one, roll, found) for one in roll.people) if roll and found
            else (),
            _bars(found, self._group) if found else None, self._periods(), self._progress,
            safe(finding.message) if finding else "",
        )  # fmt: skip

    def _group_row(self, name: str, found: Survey | None) -> GroupRow:
        sizes: Mapping[str, int] = self.kept.sums["sizes"]
        number = self.kept.sums["subjects"] if name == EVERYBODY else sizes.get(name, 0)
        spread = found.spreads.get(name) if found else None
        middle = format_number(spread.middle) if spread else ""
        last = self.kept.sums["grades"][-1:]
        shares = self._shares(last[0], name) if last else ()
        return GroupRow(name, safe(name) or _ALL, number, middle, shares)

    def _shares(self, period: Mapping[str, Any], group: str) -> tuple[tuple[str, int, float], ...]:
        counts = self._of(period, group)["counts"].get(self._score, {})
        total = max(sum(counts.values()), 1)
        return tuple((safe(name), rank, many / total)
                     for rank, (name, many) in enumerate(counts.items()))  # fmt: skip

    @staticmethod
    def _of(period: Mapping[str, Any], group: str) -> Mapping[str, Any]:
        found: Mapping[str, Any] = period["groups"].get(group, period) if group else period
        return found

    def _periods(self) -> tuple[PeriodRow, ...]:
        said = self.kept.sums["scores"].get(self._score, {"grades": []})
        names = [str(grade["name"]) for grade in said["grades"]]
        if not names:
            return ()
        rows = []
        for period in self.kept.sums["grades"]:
            moved = self._of(period, self._group)["moved"].get(self._score, {})
            ways = [(i, j, int(moved.get(f"{a} → {b}", 0)))
                    for i, a in enumerate(names) for j, b in enumerate(names)]  # fmt: skip
            rows.append(PeriodRow(
                str(period["at"])[:10], self._shares(period, self._group),
                sum(many for i, j, many in ways if j < i),
                sum(many for i, j, many in ways if j > i),
            ))  # fmt: skip
        return tuple(rows)

    def _person_row(self, one: Found, roll: Roll, found: Survey) -> PersonRow:
        grade = safe(found.ladder[_rank(found, one.score)][0]) if found.ladder else ""
        score = format_number(one.score) if found.score else ""
        return PersonRow(one.who, safe(one.who), safe(one.group), score, grade,
                         _why(one, roll, found))  # fmt: skip


def _ident(roll: Roll) -> str:
    return f"{roll.kind}:{roll.grade}"


def _titled(roll: Roll, place: int) -> str:
    return _KINDS[roll.kind][place].format(safe(roll.grade))


def _rank(found: Survey, score: int) -> int:
    ranks = [rank for rank, (_, floor) in enumerate(found.ladder) if score >= floor]
    return ranks[0] if ranks else max(len(found.ladder) - 1, 0)


def _why(one: Found, roll: Roll, found: Survey) -> str:
    """Why somebody is on a list, in a few words."""
    if roll.kind == "refused":
        return f"{one.refused:,} refused"
    if roll.kind == "told":
        return f"{one.notified:,} message{'' if one.notified == 1 else 's'}"
    if roll.kind in ("under", "over"):
        far = one.score - dict(found.ladder)[roll.grade]
        if far == 0:
            return f"just at the edge of {safe(roll.grade)}"
        way = "above" if far > 0 else "below"
        return f"{format_number(abs(far))} {way} {safe(roll.grade)}"
    far = one.score - found.start
    return f"{'+' if far > 0 else '−' if far < 0 else ''}{format_number(abs(far))} since the start"


def _bars(found: Survey, group: str) -> Bars | None:
    spread = found.spreads.get(group)
    if spread is None:
        return None
    edges = found.edges
    ranks = tuple(_rank(found, (a + b) // 2) for a, b in pairwise(edges))
    borders = []
    for name, floor in found.ladder[:-1]:
        place = (floor - found.first) // found.width
        if 0 <= place < len(spread.bins):
            borders.append((int(place), safe(name)))
    return Bars(
        f"{safe(group) or _ALL}: {safe(found.score)} at the end", spread.bins, ranks,
        (format_number(edges[0]), format_number(edges[-1])), tuple(borders), len(found.ladder),
        _five(spread),
    )  # fmt: skip


def _five(spread: Spread) -> str:
    low, high = format_number(spread.quarter), format_number(spread.three_quarters)
    return (f"{format_number(spread.least)} to {format_number(spread.most)}, half {low} to {high},"
            f" middle {format_number(spread.middle)}")  # fmt: skip
