"""How a score is spread over a simulation's subjects, and who stands at its ends and borders.

The rows of the results are read in batches, twice: for the range, and for the rest. Memory
is that of one batch, and of the few hundred subjects that are named.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from engine.findings import DemeritError, Finding, did_you_mean
from engine.population.record import Kept, results_damaged
from engine.text import quoted
from engine.values import parse_number

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    import numpy.typing as npt

    Words = npt.NDArray[np.int64]

MOST = 40  # subjects of a list
BINS = 60  # of a picture, about
_BATCH = 1 << 19  # rows read at once
_FINE = 1 << 16  # values that are told apart, for quartiles
EVERYBODY = ""  # stands for all groups together
Heard = Callable[[int, int], None]  # rows behind us, rows in all


class Found(NamedTuple):
    """Somebody on a list. Scores are millionths."""

    who: str
    group: str
    score: int
    refused: int
    notified: int


class Roll(NamedTuple):
    """A list of subjects, the first the most remarkable."""

    kind: str  # highest | lowest | moved | refused | told | under | over
    grade: str  # of `under` and `over`: whose border it is; else ""
    people: tuple[Found, ...]


@dataclass(frozen=True)
class Spread:
    """How a score is spread over a group; all in millionths.

    Quartiles are exact where at most 65,536 steps of one size lead from the least score of
    all to the greatest, else they are at most a 65,536th of that way too low.
    """

    number: int
    least: int
    quarter: int
    middle: int
    three_quarters: int
    most: int
    bins: tuple[int, ...]  # how many from each edge to the next; the last includes its end


@dataclass(frozen=True)
class Survey:
    """One score over all subjects."""

    score: str
    start: int
    ladder: tuple[tuple[str, int], ...]  # grades and from where they are, highest first
    first: int  # the first edge of the bins
    width: int  # of a bin
    spreads: Mapping[str, Spread]  # by group; EVERYBODY for all
    rolls: Mapping[str, tuple[Roll, ...]]

    @property
    def edges(self) -> list[int]:
        """Edges of the bins, one more than there are bins."""
        many = max((len(one.bins) for one in self.spreads.values()), default=0)
        return [self.first + self.width * k for k in range(many + 1)]


def survey(kept: Kept, score: str, heard: Heard | None = None) -> Survey:
    """Read everybody's score; "" for the lists of a policy that keeps none.

    Raises :class:`DemeritError` (D842) where a result is damaged.
    """
    none: Mapping[str, Any] = {"start": "0", "grades": []}
    about = kept.sums["scores"][score] if score else none
    ladder = tuple((str(g["name"]), parse_number(g["from"])) for g in about["grades"])
    made = _Survey(score, parse_number(about["start"]), ladder)
    total = 2 * int(kept.sums["subjects"])
    behind = 0
    for work in (made.reach, made.take):
        for rows in _batches(kept.results, score, whole=work == made.take):
            work(rows)
            behind += len(rows["score"])
            if heard is not None:
                heard(min(behind, total), total)
    return made.done()


def _batches(paths: Sequence[Path], score: str, *, whole: bool) -> Iterator[dict[str, Any]]:
    """The rows of those who have the score, in batches of columns."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    column = f"score.{score}" if score else "refused"
    names = list(
        dict.fromkeys([column, *(["group", "refused", "notified", "id"] if whole else [])])
    )
    for path in paths:
        try:
            with pq.ParquetFile(path) as file:
                for batch in file.iter_batches(_BATCH, columns=names):
                    table = pa.Table.from_batches([batch])
                    table = table.filter(pc.is_valid(table[column]))
                    cells = {name: table[name].combine_chunks() for name in names}
                    values = np.asarray(cells[column], dtype=np.int64)
                    made: dict[str, Any] = {"score": values if score else np.zeros_like(values)}
                    if whole:
                        made |= {n: np.asarray(cells[n]) for n in ("refused", "notified")}
                        made |= {"group": cells["group"].cast(pa.string()), "id": cells["id"]}
                    yield made
        except (OSError, KeyError, pa.ArrowException):
            raise results_damaged(path) from None


class _Survey:
    """A survey while it is made."""

    def __init__(self, score: str, start: int, ladder: tuple[tuple[str, int], ...]) -> None:
        self._score, self._start, self._ladder = score, start, ladder
        self._low: int | None = None
        self._high = self._unit = 0
        self._fine: dict[str, Words] = {}  # how many in each fine bin, by group
        self._coarse: dict[str, Words] = {}  # the same of the bins of a picture
        self._kinds = [(kind, "") for kind in ("highest", "lowest", "moved") if score]
        self._kinds += [("refused", ""), ("told", "")]
        self._kinds += [(side, name) for name, _ in ladder[:-1] for side in ("under", "over")]
        self._rolls: dict[str, list[list[tuple[int, str, Found]]]] = {}

    # --- first: how far it reaches -------------------------------------------------

    def reach(self, rows: Mapping[str, Any]) -> None:
        """The least, the greatest, and the unit in which all differ."""
        import numpy as np

        values: Words = rows["score"]
        if not len(values):
            return
        low, high = int(values.min()), int(values.max())
        if self._low is None:
            self._low, self._high = low, high
        unit = int(np.gcd.reduce(values - low))
        self._unit = math.gcd(self._unit, unit, abs(self._low - low))
        self._low, self._high = min(self._low, low), max(self._high, high)

    @property
    def _fine_bins(self) -> tuple[int, int]:
        """First edge and width of the fine bins: exact if there are few enough values."""
        low, unit = self._low or 0, max(self._unit, 1)
        many = (self._high - low) // unit + 1
        return low, unit * max(-(-many // _FINE), 1)

    # --- then: everybody ---------------------------------------------------------------

    def take(self, rows: Mapping[str, Any]) -> None:
        """Count a batch, and see who belongs on a list."""
        import numpy as np

        if not len(rows["score"]):
            return
        coded = rows["group"].dictionary_encode()
        names = [name or "" for name in coded.dictionary.to_pylist()]
        numbers = np.asarray(coded.indices.fill_null(-1))
        everywhere = np.arange(len(numbers))
        self._group(EVERYBODY, rows, everywhere)
        for number, name in enumerate(names):
            if name:
                self._group(name, rows, np.flatnonzero(numbers == number))

    def _group(self, name: str, rows: Mapping[str, Any], here: Words) -> None:
        import numpy as np

        values: Words = rows["score"][here]
        for counts, (first, step) in ((self._fine, self._fine_bins), (self._coarse, self._bins)):
            many = (self._high - first) // step + 1
            counted = np.bincount((values - first) // step, minlength=many)
            counts[name] = counts.get(name, 0) + counted
        rolls = self._rolls.setdefault(name, [[] for _ in self._kinds])
        for (kind, grade), roll in zip(self._kinds, rolls, strict=True):
            chosen, order = self._measure(kind, grade, values, rows, here)
            for place in _greatest(order, MOST):
                row = int(here[chosen[place]])
                found = _found(rows, row)
                roll.append((-int(order[place]), found.who, found))
            if len(roll) > MOST:
                roll[:] = heapq.nsmallest(MOST, roll)

    def _measure(
        self, kind: str, grade: str, values: Words, rows: Mapping[str, Any], here: Words
    ) -> tuple[Words, Words]:
        """Who may be on a list (places in ``here``), and the greater the sooner."""
        import numpy as np

        every = np.arange(len(values))
        if kind in ("refused", "told"):
            counts = np.asarray(rows["refused" if kind == "refused" else "notified"])[here]
            some = np.flatnonzero(counts > 0)
            return some, counts[some]
        if kind in ("under", "over"):
            floor = dict(self._ladder)[grade]
            side = np.flatnonzero(values < floor if kind == "under" else values >= floor)
            return side, values[side] if kind == "under" else -values[side]
        if kind == "moved":
            far = np.abs(values - self._start)
            some = np.flatnonzero(far > 0)
            return some, far[some]
        return every, values if kind == "highest" else -values

    # --- what came of it -------------------------------------------------------------------

    def done(self) -> Survey:
        """The survey of all batches."""
        first, width = self._bins
        spreads = {name: self._spread(name) for name in self._fine if self._score}
        rolls = {
            name: tuple(
                Roll(kind, grade, tuple(found for _, _, found in sorted(roll)))
                for (kind, grade), roll in zip(self._kinds, rolls, strict=True)
            )
            for name, rolls in self._rolls.items()
        }
        return Survey(self._score, self._start, self._ladder, first, width, spreads, rolls)

    @property
    def _bins(self) -> tuple[int, int]:
        """First edge and width of the bins: round, with an edge at a border."""
        low, high = self._low or 0, self._high
        inside = [floor for _, floor in self._ladder if low < floor <= high]
        anchor = inside[0] if inside else 0
        width = _round_up(max(-(-(high - low) // BINS), self._unit, 1))
        return anchor - -(-(anchor - low) // width) * width, width

    def _spread(self, name: str) -> Spread:
        import numpy as np

        fine, (low, step) = self._fine[name], self._fine_bins
        until = np.cumsum(fine)
        number = int(until[-1])
        ranks = [number // 4, number // 2, number * 3 // 4]
        places = np.searchsorted(until, ranks, side="right").tolist()
        quarter, middle, three_quarters = (low + step * int(at) for at in places)
        highest, lowest, *_ = (min(roll)[2].score for roll in self._rolls[name] if roll)
        return Spread(number, lowest, quarter, middle, three_quarters, highest,
                      tuple(map(int, self._coarse[name])))  # fmt: skip


def _round_up(width: int) -> int:
    """The next of 1, 2, 5, 10, 20, … ."""
    power = int("1".ljust(len(str(width)), "0"))
    return next(many * power for many in (1, 2, 5, 10) if many * power >= width)


def _greatest(order: Words, most: int) -> Words:
    """Places of the greatest few; of equal ones those that come first."""
    import numpy as np

    if len(order) > most:
        cut = np.partition(order, len(order) - most)[len(order) - most]
        above = np.flatnonzero(order > cut)
        level = np.flatnonzero(order == cut)[: most - len(above)]
        return np.concatenate([above, level])
    return np.arange(len(order))


def _found(rows: Mapping[str, Any], row: int) -> Found:
    return Found(
        rows["id"][row].as_py(), rows["group"][row].as_py() or "", int(rows["score"][row]),
        int(rows["refused"][row]), int(rows["notified"][row]),
    )  # fmt: skip


def score_of(kept: Kept, score: str | None) -> str:
    """The score that is meant: the one that is named, else the first that has grades.

    Raises :class:`DemeritError` (D950) if there is none.
    """
    known = list(kept.sums["scores"])
    if score is not None and score not in known:
        raise DemeritError(
            Finding("D950", f"there is no score {quoted(score)}",
                    hint=did_you_mean(score, known, "scores"))
        )  # fmt: skip
    if score is None:
        graded = [name for name in known if kept.sums["scores"][name]["grades"]]
        score = (graded or known or [None])[0]
    if score is None:
        raise DemeritError(Finding("D950", "this policy keeps no score"))
    return score
