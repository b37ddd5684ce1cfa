"""The beat sheet: only the moments at which something turns, as scenes."""

from __future__ import annotations

from engine.stories.telling.gathering import Teller
from engine.stories.telling.records import Entry, Item, Section

#: What makes a moment a beat.
_TURNS = frozenset({"refused", "grade", "began", "ended", "listed", "unlisted", "turned_away",
                    "message", "says"})  # fmt: skip
#: What stands in a scene: the outside of it, not the book-keeping.
_SHOWN = _TURNS | {"event", "clock", "because"}


def turning(entry: Entry) -> tuple[Item, ...]:
    """What turns at a moment, in order; nothing where it is no beat."""
    return tuple(item for item in entry.items if item.kind in _TURNS)


def sections(teller: Teller, who: str | None) -> tuple[Section, ...]:
    """One section a beat, under a slug line."""
    made: list[Section] = []
    for entry in teller.entries(who, whole=True):
        if not turning(entry):
            continue
        if len(made) >= teller.window.most:
            teller.left += 1
            continue
        kept = tuple(item for item in entry.items if item.kind in _SHOWN)
        clock = f", {entry.time}" if entry.time else ""
        heading = f"{len(made) + 1}. {entry.who} — {entry.date}{clock}"
        made.append(Section(heading, (entry._replace(items=kept),)))
    return tuple(made)
