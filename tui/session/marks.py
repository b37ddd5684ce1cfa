"""What the rows of the timeline bear: breakpoints, bookmarks, notes, edits."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from tui.session.edits import Changed, Delayed, Edit, Inserted
from tui.session.life import Life
from tui.session.state import Doc, Place
from tui.session.viewmodel import Mark


class Marks:
    """The marks of one life."""

    def __init__(
        self, life: Life, doc: Doc, edits: Sequence[Edit], stops: Sequence[Sequence[int]],
        marked: range = range(0),
    ) -> None:  # fmt: skip
        find = life.finder.number
        self._beats = life.beats
        self._marked = marked
        self._rows = life.tape.columns.row
        self._stops = stops
        self._bookmarks = {find(mark.spot.key) for mark in doc.bookmarks()}
        self._notes = {find(note.spot.key) for note in doc.notes() if note.spot is not None}
        self._edited = {row for edit in edits if (row := _row_of(edit))}

    def of(self, number: int) -> tuple[Mark, ...]:
        """The marks of a step."""
        found: list[Mark] = []
        if any(_holds(stops, number) for stops in self._stops):
            found.append("breakpoint")
        if number in self._bookmarks:
            found.append("bookmark")
        if number in self._notes:
            found.append("note")
        if self._edited and self._rows[number - 1] in self._edited:
            found.append("edited")
        if number in self._marked:
            found.append("marked")
        if self._beats.name(number):
            found.append("beat")
        return tuple(found)


def marked(place: Place) -> range:
    """The steps that are marked."""
    if not place.mark:
        return range(0)
    return range(min(place.mark, place.number), max(place.mark, place.number) + 1)


def _row_of(edit: Edit) -> int:
    if isinstance(edit, Inserted):
        return edit.row
    return edit.of.row if isinstance(edit, Changed | Delayed) else 0


def _holds(numbers: Sequence[int], number: int) -> bool:
    place = bisect_left(numbers, number)
    return place < len(numbers) and numbers[place] == number
