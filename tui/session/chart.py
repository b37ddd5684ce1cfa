"""A person's score over a whole life, few enough points to be drawn at once."""

from __future__ import annotations

from collections.abc import Mapping

from engine.text import safe
from engine.values import MILLION
from tui.session.columns import Columns, Numbers
from tui.session.dossier import score_at, score_names
from tui.session.material import Material
from tui.session.tape import Tape
from tui.session.viewmodel import Chart

MOST = 2000  # buckets: each keeps its lowest and its highest point

Points = tuple[tuple[int, float], ...]


class Charts:
    """Makes charts, and remembers the points of lives that do not change any more."""

    def __init__(self) -> None:
        # The columns are kept with the points so that their `id` stays theirs.
        self._points: dict[tuple[int, int, str, str], tuple[Columns, Points]] = {}

    def chart(
        self, material: Material, tape: Tape, number: int, who: str, score: str,
        others: Mapping[str, tuple[Material, Tape]],
    ) -> Chart:  # fmt: skip
        """The chart of a person's score, with those of other branches laid over it."""
        names = score_names(material, tape, who)
        if not names:
            return Chart("", (), (), 0.0, 1.0, number)
        name = score if score in names else names[0]
        points = self._of(material, tape, who, name)
        laid = tuple((branch, self._of(m, t, who, name)) for branch, (m, t) in others.items())
        bands = tuple(_bands(material, name))
        values = [v for _, v in points] + [v for _, many in laid for _, v in many]
        low, high = _frame(min(values), max(values))
        return Chart(safe(name), points, bands, low, high, number, laid)

    def _of(self, material: Material, tape: Tape, who: str, name: str) -> Points:
        key = id(tape.columns), len(tape), who, name
        found = self._points.get(key)
        if found is None:
            if len(self._points) > 64:
                self._points.clear()
            found = self._points[key] = tape.columns, _points(material, tape, who, name)
        return found[1]


def _bands(material: Material, name: str) -> list[tuple[str, float]]:
    ladder = material.versions[0][1].grades.get(name, ()) if material.versions else ()
    return [(safe(grade.name), grade.from_ / MILLION) for grade in ladder]


def _frame(low: float, high: float) -> tuple[float, float]:
    """A little air above and below; never empty."""
    air = max((high - low) * 0.08, 1.0)
    return low - air, high + air


def _points(material: Material, tape: Tape, who: str, name: str) -> Points:
    start = score_at(material, tape, 0, who, name)
    moves = tape.columns.moves.get((who, name))
    first = (0, start / MILLION)
    if moves is None:
        return (first, (len(tape), start / MILLION))
    if len(moves.steps) <= 2 * MOST:
        pairs = zip(moves.steps, moves.values, strict=True)
        points = [(step, value / MILLION) for step, value in pairs]
    else:
        points = _thinned(moves.steps, moves.values)
    return (first, *points)


def _thinned(steps: Numbers, values: Numbers) -> list[tuple[int, float]]:
    """The lowest and the highest of each bucket, in order."""
    size = -(-len(steps) // MOST)
    points: list[tuple[int, float]] = []
    for begin in range(0, len(steps), size):
        part = range(begin, min(begin + size, len(steps)))
        ends = {min(part, key=values.__getitem__), max(part, key=values.__getitem__), part[-1]}
        points += [(steps[i], values[i] / MILLION) for i in sorted(ends)]
    return points
