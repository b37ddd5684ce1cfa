"""The order in which rows are played: by when they become known, then by position."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator

from engine.findings import Finding
from engine.language.rows import Event
from engine.streams.raw import FRESH, BadRow, Seen
from engine.streams.rows import MalformedRow, OnBad, reason
from engine.streams.write import event_text
from engine.values import iso_instant


class OutOfOrder(MalformedRow):
    """A row came too late: rows that are known later were given out before it."""

    def __init__(self, event: Event, finding: Finding) -> None:
        super().__init__(finding)
        self.event = event


class InOrder(Iterator[Event]):
    """Events of a long or endless input in playing order, with as few held back as can be.

    Nothing is known before it happens. So, in an input sorted by ``at``, once a row
    with ``at`` T was read, what is known at T or before can go out. A row that comes
    after its turn raises :class:`OutOfOrder`, or goes to ``on_bad``.

    ``seen`` goes on where an earlier run stopped. ``over`` says, when the input has
    ended, whether more will come another time: then what waits stays waiting.
    """

    def __init__(
        self,
        events: Iterable[Event],
        on_bad: OnBad | None = None,
        seen: Seen = FRESH,
        over: Callable[[], bool] = lambda: True,
    ) -> None:
        self._events = iter(events)
        self._on_bad = on_bad
        self._over = over
        self._heap: list[tuple[int, int, Event]] = []
        self._read = seen.rows
        self._before = seen.rows
        self._old = set(seen.waiting)  # rows of an earlier run that still have to come again
        self._last = seen.last
        self._sure: int | None = None  # the latest `at` read: what is known by then can go out
        self._ended = False

    @property
    def seen(self) -> Seen:
        """Where to go on, once every event given out so far was played."""
        waiting = frozenset(row for _, row, _ in self._heap) | self._old
        return Seen(self._read, waiting, self._last)

    def __next__(self) -> Event:
        while not self._ready():
            if self._ended:
                raise StopIteration
            event = next(self._events, None)
            if event is None:
                self._ended = True
            else:
                self._take(event)
        known, _, event = heapq.heappop(self._heap)
        self._last = known
        return event

    def _ready(self) -> bool:
        if not self._heap:
            return False
        if self._ended:
            return self._over()
        return self._sure is not None and self._heap[0][0] <= self._sure

    def _take(self, event: Event) -> None:
        old = event.row in self._old
        self._old.discard(event.row)
        if event.row > self._before:
            self._old.clear()
        self._read = max(self._read, event.row)
        if self._sure is None or event.at > self._sure:
            self._sure = event.at
        if not old and self._last is not None and event.known < self._last:
            self._late(event, self._last)
        else:
            heapq.heappush(self._heap, (event.known, event.row, event))

    def _late(self, event: Event, last: int) -> None:
        message = f"is known {iso_instant(event.known)}, but {iso_instant(last)} was played already"
        hint = "sort the rows by `at`"
        if self._on_bad is None:
            finding = Finding("D525", f"row {event.row} {message}", event.where, hint)
            raise OutOfOrder(event, finding)
        finding = Finding("D525", f"the row {message}", hint=hint)
        self._on_bad(BadRow(event.row, reason([finding]), event_text(event)))


def in_order(
    events: Iterable[Event],
    on_bad: OnBad | None = None,
    seen: Seen = FRESH,
    over: Callable[[], bool] = lambda: True,
) -> InOrder:
    """Events in playing order, read no further than needed: see :class:`InOrder`."""
    return InOrder(events, on_bad, seen, over)


def sorted_events(events: Iterable[Event]) -> list[Event]:
    """All events in playing order, however they were sorted; reads everything."""
    return sorted(events, key=lambda event: (event.known, event.row))
