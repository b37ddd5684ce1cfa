"""The chronicle: what happened, day by day."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from engine.stories.telling.dates import day_text
from engine.stories.telling.gathering import Teller
from engine.stories.telling.records import Entry, Section
from engine.values import DAY


def sections(teller: Teller, who: str | None) -> tuple[Section, ...]:
    """One section a day on which anything happened; whose page it is need not be said again."""
    known = teller.source.name(who) if who is not None else ""
    return tuple(
        Section(
            day_text(day * DAY),
            tuple(e._replace(who="") if e.who == known else e for e in entries),
        )
        for day, entries in by_day(teller.entries(who))
    )


def by_day(entries: Iterable[Entry]) -> Iterable[tuple[int, Iterable[Entry]]]:
    """Entries by the number of their day, counted from 1970."""
    return groupby(entries, key=lambda entry: entry.at // DAY)
