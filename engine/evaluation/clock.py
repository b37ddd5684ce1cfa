"""What is due when: one queue, ordered by instant, kind and order of scheduling."""

from __future__ import annotations

from heapq import heappop, heappush
from typing import Any

from engine.evaluation.state import Due


class Clock:
    """The schedule of a run. Entries that were called off are skipped."""

    def __init__(self) -> None:
        self._queue: list[tuple[int, int, int, Due]] = []
        self.sequence = 0

    def schedule(
        self, at: int, kind: int, what: tuple[Any, ...],
        clause: str | None = None, step: int | None = None,
    ) -> Due:  # fmt: skip
        """Put something on the schedule; ``clause`` and ``step`` say what put it there."""
        self.sequence += 1
        due = Due(at, kind, what, clause, step)
        heappush(self._queue, (at, kind, self.sequence, due))
        return due

    def next_until(self, now: int) -> Due | None:
        """The first thing due at or before ``now``, taken off; ``None`` if there is none."""
        while self._queue and self._queue[0][0] <= now:
            due = heappop(self._queue)[3]
            if not due.dead:
                return due
        return None

    def entries(self) -> list[tuple[int, int, int, Due]]:
        """All that is scheduled, in order."""
        return sorted((e for e in self._queue if not e[3].dead), key=lambda e: e[:3])

    def restore(self, entries: list[tuple[int, int, int, Due]], sequence: int) -> None:
        """Replace the schedule by one taken from :meth:`entries`."""
        self._queue = sorted(entries, key=lambda e: e[:3])
        self.sequence = sequence
