"""Footnotes, numbered as they are first needed."""

from __future__ import annotations

from pathlib import PurePath

from engine.evaluation.quoting import figure_text, note_of
from engine.findings import Where
from engine.language.model import Policy
from engine.stories.telling.records import Entry, Item, Note, Page


class Notebook:
    """Collects the footnotes of a page; one that is closed keeps none."""

    def __init__(self, *, open_: bool = True) -> None:
        self._open = open_
        self._notes: dict[tuple[str, str, str], Note] = {}

    @property
    def notes(self) -> tuple[Note, ...]:
        """All footnotes, in order."""
        return tuple(self._notes.values())

    def clause(self, policy: Policy | None, path: str) -> tuple[int, ...]:
        """The footnote of a clause; of one that is not known only its path is told."""
        if not self._open or not path:
            return ()
        if policy is None:
            return self._number(Note(0, "", path, "", "", "", ()))
        found = note_of(policy, path)
        title = found.title
        if path.startswith("grades."):
            title = f"grades of {note_of(policy, f'scores.{found.name}').title}"
        figures = tuple(f"{figure_text(f)} ({f.standing})" for f in found.figures)
        return self._number(Note(0, title, path, place_text(found.where), found.standing,
                                 found.source, figures))  # fmt: skip

    def row(self, where: Where | None, source: str | None) -> tuple[int, ...]:
        """The footnote of a line of a timeline, which the writer made up."""
        if not self._open or where is None:
            return ()
        return self._number(Note(0, "as the timeline has it", "", place_text(where), "",
                                 source or "", ()))  # fmt: skip

    def _number(self, note: Note) -> tuple[int, ...]:
        key = (note.clause, note.place, "; ".join(note.figures))
        kept = self._notes.setdefault(key, note._replace(number=len(self._notes) + 1))
        return (kept.number,)


def place_text(where: Where | None) -> str:
    """``policy.yaml:74``: the file as the policy names it, without folders of this machine."""
    if where is None:
        return ""
    path = PurePath(where.file)
    parts = [part for part in path.parts if part not in ("..", path.anchor)]
    shown = "/".join(parts[-2:] if path.is_absolute() or ".." in path.parts else parts)
    return f"{shown}:{where.line}"


def renumbered(page: Page) -> Page:
    """The page with the footnotes that it mentions, numbered in the order in which it does."""
    order: dict[int, int] = {}

    def item(one: Item) -> Item:
        return one._replace(
            notes=tuple(order.setdefault(number, len(order) + 1) for number in one.notes)
        )

    def entries(many: tuple[Entry, ...]) -> tuple[Entry, ...]:
        return tuple(e._replace(items=tuple(item(one) for one in e.items)) for e in many)

    lead = tuple(item(one) for one in page.lead)
    sections = tuple(
        s._replace(entries=entries(s.entries), other=entries(s.other)) for s in page.sections
    )
    kept = sorted((n for n in page.notes if n.number in order), key=lambda n: order[n.number])
    notes = tuple(note._replace(number=order[note.number]) for note in kept)
    return page._replace(lead=lead, sections=sections, notes=notes)
