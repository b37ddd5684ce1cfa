"""What makes a step the same step in another life, where numbers have shifted.

An event is known by its row in the timeline (``e12``); what the clock caused by its
instant, kind, person and how many of the same came before it at that instant
(``c1798761600 drift mei 0``); a step of a saved ledger by its number (``n7``).
"""

from __future__ import annotations

from bisect import bisect_left

from tui.session.columns import Columns
from tui.session.state import Spot


def key_of(columns: Columns, number: int) -> str:
    """The key of a step."""
    row = columns.row[number - 1]
    if row:
        return f"e{row}"
    if not columns.clock[number - 1]:
        return f"n{number}"
    who, event = columns.who[number - 1], columns.event[number - 1]
    before = sum(
        columns.who[n - 1] == who and columns.event[n - 1] == event and columns.clock[n - 1]
        for n in columns.same_time(number) if n < number
    )  # fmt: skip
    at = columns.at[number - 1]
    return f"c{at} {columns.events[event]} {columns.people[who]} {before}"


def spot_of(columns: Columns, number: int) -> Spot:
    """A step of a life, so that it is found again."""
    return Spot(key_of(columns, number), number, columns.at[number - 1])


class Finder:
    """Finds steps by their keys in one life."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._rows: dict[int, int] = {}
        self._known = 0  # steps whose rows are in `_rows`

    def number(self, key: str) -> int:
        """The number of the step with a key; 0 if this life has none."""
        columns = self._columns
        if key.startswith("n"):
            number = int(key[1:])
            return number if number <= len(columns) else 0
        if key.startswith("e"):
            self._learn()
            return self._rows.get(int(key[1:]), 0)
        at = int(key[1:].split(" ", 1)[0])
        first = columns.first_at(at)
        if first > len(columns) or columns.at[first - 1] != at:
            return 0
        return next((n for n in columns.same_time(first) if key_of(columns, n) == key), 0)

    def _learn(self) -> None:
        columns = self._columns
        for number in range(self._known + 1, len(columns) + 1):
            if row := columns.row[number - 1]:
                self._rows.setdefault(row, number)
        self._known = len(columns)

    def nearest(self, spot: Spot) -> int:
        """The step of a spot, else the last one at or before its instant, at least 1."""
        found = self.number(spot.key)
        if found or not len(self._columns):
            return found
        before = bisect_left(self._columns.at, spot.at + 1)
        return max(1, min(before, len(self._columns)))
