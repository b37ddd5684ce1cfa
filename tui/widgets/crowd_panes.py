"""The panes of a simulation: its groups, how a score is spread, its periods, a list of people."""

from __future__ import annotations

from collections.abc import Sequence

from tui.session.crowd import Bars, CrowdView, GroupRow, PeriodRow, PersonRow
from tui.widgets.lines import BLANK, Line, Piece, cut, fit, width_of
from tui.widgets.pane import Pane, Pick, blank_or

_STEPS = " ▁▂▃▄▅▆▇█"
_FILLS = "█▓▒░"  # of grades, the best first; read beside their words
_FEWEST = 3  # rows that bars need


def role_of(rank: int, grades: int) -> str:
    """The colour of a grade; its name stands beside it."""
    if grades < 2 or rank == 0:
        return "good"
    return "bad" if rank == grades - 1 else "info"


def percent(share: float) -> str:
    """A share in at most four characters."""
    if 0 < share < 0.005:
        return "<1%"
    if 0.995 < share < 1:
        return ">99%"
    return f"{share * 100:.0f}%"


class GroupList(Pick):
    """The groups, each with its shares of the grades at the end."""

    def build(self, width: int, height: int) -> list[Line]:
        groups: tuple[GroupRow, ...] = self.data
        self.stops = list(range(len(groups)))
        numbers = max((len(f"{g.number:,}") for g in groups), default=0)
        names = max((width_of(group.name) for group in groups), default=0)
        tails = ["  ".join(f"{percent(s)} {n}" for n, _, s in g.shares if s) for g in groups]
        if names + numbers + max(map(width_of, tails), default=0) + 5 > width:
            # no room for all of them: the share of the lowest grade
            tails = ["".join(f"{percent(s)} {n}" for n, _, s in g.shares[-1:]) for g in groups]
        least = min(names, max(width // 3, 6))
        tail = min(max(map(width_of, tails), default=0), max(width - numbers - least - 5, 6))
        wide = max(width - numbers - tail - 5, 6)
        return [
            (
                (f" {fit(group.name, wide)} ", "strong"),
                (f"{group.number:>{numbers},} ", ""),
                (" " + fit(told, tail), "dim"),
            )
            for group, told in zip(groups, tails, strict=True)
        ]


class SpreadPane(Pane):
    """Bars: how many have which score; below them where each grade begins."""

    def build(self, width: int, height: int) -> list[Line]:
        bars: Bars | str = self.data
        if isinstance(bars, str):
            return [BLANK, ((f"  {bars}", "dim"),)]
        room = max(width - 2, 4)
        counts, places = _squeezed(bars, room)
        rows = max(height - 4, _FEWEST)
        most = max(counts, default=0) or 1
        each = max(room // max(len(counts), 1), 1)
        lines: list[Line] = [((f" {cut(bars.five, width - 1)}", "dim"),)]
        for row in range(rows, 0, -1):
            pieces: list[Piece] = [(" ", "")]
            for count, rank in zip(counts, places, strict=True):
                pieces.append((_cell(count, most, row, rows) * each, role_of(rank, bars.grades)))
            lines.append(tuple(pieces))
        lines.append((((" " + _axis(bars, places, each)), "line"),))
        lines += _under(bars, places, each, width)
        return lines


def _squeezed(bars: Bars, room: int) -> tuple[list[int], list[int]]:
    """At most so many bins, those of one grade joined where there are too many."""
    join = -(-len(bars.counts) // max(room, 1))
    counts, ranks = [], []
    for start in range(0, len(bars.counts), join):
        part = bars.counts[start : start + join]
        counts.append(sum(part))
        most = max(range(len(part)), key=part.__getitem__)
        ranks.append(bars.ranks[start + most])
    return counts, ranks


def _cell(count: int, most: int, row: int, rows: int) -> str:
    """What of a bar is in a row, counted from below; what is there at all can be seen."""
    eighths = max(round(count * rows * 8 / most), 1 if count else 0)
    return _STEPS[min(max(eighths - (row - 1) * 8, 0), 8)]


def _borders(places: Sequence[int]) -> list[int]:
    """Where another grade begins."""
    return [at for at in range(1, len(places)) if places[at] != places[at - 1]]


def _axis(bars: Bars, places: Sequence[int], each: int) -> str:
    line = ["─"] * (len(places) * each)
    for at in _borders(places):
        line[at * each] = "┬"
    return "".join(line)


def _under(bars: Bars, places: Sequence[int], each: int, width: int) -> list[Line]:
    """The names of the grades under their bars, on two lines; the ends of the axis on the
    second. A name for which there is no room is left out: the pane over time has them all."""
    names = {bars.ranks[place]: name for place, name in bars.borders}
    first, last = bars.edges
    end = max(len(places) * each + 1, width_of(first) + width_of(last) + 3)
    taken: tuple[list[tuple[int, str]], ...] = ([], [(1, first), (end - width_of(last), last)])
    for at in _borders(places):
        name, start = names.get(places[at], ""), 1 + at * each
        for row in taken:
            if name and _free(row, start, start + width_of(name), width):
                row.append((start, name))
                break
    return [((_placed(taken[0]), "strong"),), ((_placed(taken[1]), "dim"),)]


def _free(row: Sequence[tuple[int, str]], start: int, end: int, width: int) -> bool:
    """Whether nothing else stands between two columns, or next to them."""
    return end <= width and all(
        end < other or start > other + width_of(text) for other, text in row
    )


def _placed(row: Sequence[tuple[int, str]]) -> str:
    """A line of texts, each in its column."""
    line = ""
    for start, text in sorted(row):
        line += " " * (start - width_of(line)) + text
    return line


class PeriodPane(Pane):
    """The grades at the end of each period, as bars with their shares, and who moved."""

    def build(self, width: int, height: int) -> list[Line]:
        periods: tuple[PeriodRow, ...] = self.data
        if not periods:
            return [BLANK, (("  this score has no grades", "dim"),)]
        names = [name for name, _, _ in periods[0].shares]
        grades = len(names)
        moves = max(len(f"{p.rose:,}") for p in periods), max(len(f"{p.fell:,}") for p in periods)
        words = [" ".join(f"{percent(s):>4}" for _, _, s in p.shares) for p in periods]
        tail = min(5 * grades - 1, max(width - 25 - sum(moves), 9))
        room = min(max(width - 19 - tail - sum(moves), 6), 40)
        key = "  ".join(f"{_FILLS[rank % len(_FILLS)]} {name}" for rank, name in enumerate(names))
        lines: list[Line] = [((" " * 12 + cut(key, width - 12), "dim"),)]
        for period, told in zip(periods, words, strict=True):
            lines.append((
                (f" {period.day} ", "dim"),
                *_stack(period, room, grades),
                (f" {fit(told, tail)} ", ""),
                (f"▲{period.rose:>{moves[0]},}", "good"),
                (f" ▼{period.fell:>{moves[1]},}", "bad"),
            ))  # fmt: skip
        return lines


def _stack(period: PeriodRow, room: int, grades: int) -> list[Piece]:
    """One bar of all grades; the last one takes what is left."""
    pieces: list[Piece] = []
    used = 0
    for place, (_, rank, share) in enumerate(period.shares):
        last = place == grades - 1
        size = room - used if last else min(round(share * room), room - used)
        pieces.append((_FILLS[rank % len(_FILLS)] * size, role_of(rank, grades)))
        used += size
    return pieces


class PersonList(Pick):
    """The people of a list: score, grade, and why they are on it."""

    empty = "nobody"

    def build(self, width: int, height: int) -> list[Line]:
        people: tuple[PersonRow, ...] = self.data
        self.stops = list(range(len(people)))
        wide = min(max((width_of(p.name) for p in people), default=0), width * 2 // 5)
        group = min(max((width_of(p.group) for p in people), default=0), 14)
        group = group if width >= wide + group + 40 else 0
        score = max((width_of(p.score) for p in people), default=0)
        grade = min(max((width_of(p.grade) for p in people), default=0), 12)
        lines: list[Line] = [
            (
                (f" {fit(p.name, wide)}  ", "strong"),
                (f"{fit(p.group, group)}  " if group else "", "dim"),
                (f"{fit(p.score, score, right=True)} {fit(p.grade, grade)}  ", ""),
                (p.about, "dim"),
            )
            for p in people
        ]
        return blank_or(lines, self.empty)

    def chosen(self) -> PersonRow | None:
        """The person under the cursor."""
        people: tuple[PersonRow, ...] = self.data or ()
        return people[self.entry] if 0 <= self.entry < len(people) else None


def nothing_yet(view: CrowdView) -> str:
    """What stands where a list or bars will be."""
    if view.finding:
        return view.finding
    if not view.score:
        return "this policy keeps no score"
    return f"{view.progress} …" if view.progress else "nobody has this score"
