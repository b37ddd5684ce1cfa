"""The work on the disk: each change is committed before it is shown as done."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

from engine.store.work import ItemPatch, Plain, SavedChange, SavedWork
from tui.session.edits import edit_json, edit_of
from tui.session.state import (
    BookmarkRecord,
    BranchRecord,
    Breakpoint,
    Doc,
    NoteRecord,
    Patch,
    Place,
    Record,
    RecordKind,
    Spot,
    UserMistake,
    WatchRecord,
)

_RECORDS: dict[str, type[Record]] = {
    "branch": BranchRecord, "breakpoint": Breakpoint, "bookmark": BookmarkRecord,
    "note": NoteRecord, "watch": WatchRecord,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Made:
    """A change that can be undone, or redone."""

    label: str
    place: Place  # where it was made
    patches: tuple[Patch, ...]


class Keeper:
    """The document with its undo stack, kept in a store."""

    def __init__(self, work: SavedWork) -> None:
        self._work = work
        saved = work.load()
        self.doc = Doc().patched(tuple(
            Patch(kind, ident, None, _record(kind, value))  # type: ignore[arg-type]
            for kind, ident, value in saved.items
        ))  # fmt: skip
        self.place = _place(saved.place)  # where one was last
        changes = [_made(change) for change in saved.changes]
        self.done, self.undone = changes[: saved.done], changes[saved.done :]
        self._placed = self.place

    @property
    def shared(self) -> bool:
        """Whether another window has the work, so that this one is apart."""
        return self._work.instance > 0

    @property
    def fresh(self) -> str:
        """An id that nothing has: it grows with the changes."""
        used = [int(i) for kind in _RECORDS for i in self.doc.of(kind)]  # type: ignore[arg-type]
        return str(max([len(self.done), *used]) + 1)

    def make(self, label: str, patches: tuple[Patch, ...], before: Place, after: Place) -> None:
        """Commit a change."""
        doc = self.doc.patched(patches)
        change = SavedChange(label, _plain(before), tuple(map(_item, patches)))
        self._work.commit(change, _plain(after))
        self.doc, self.place = doc, after
        self.done.append(Made(label, before, patches))
        self.undone.clear()

    def undo(self, place: Place) -> Made:
        """Take the last change back, and say which it was."""
        if not self.done:
            raise UserMistake("there is nothing to undo")
        made = self.done[-1]
        back = tuple(patch.back for patch in reversed(made.patches))
        self._work.undo(map(_item, back), _plain(place))
        self.doc = self.doc.patched(back)
        self.undone.insert(0, self.done.pop())
        return made

    def redo(self, place: Place) -> Made:
        """Make the last undone change again, and say which it was."""
        if not self.undone:
            raise UserMistake("there is nothing to redo")
        made = self.undone[0]
        self._work.redo(map(_item, made.patches), _plain(place))
        self.doc = self.doc.patched(made.patches)
        self.done.append(self.undone.pop(0))
        return made

    def move(self, place: Place) -> None:
        """Remember where one is, if that is news."""
        if place != self._placed:
            self._work.move(_plain(place))
            self._placed = place

    def close(self) -> None:
        self._work.close()


# --- plain data -----------------------------------------------------------------------


def _item(patch: Patch) -> ItemPatch:
    return ItemPatch(patch.kind, patch.id, _plain_record(patch.before), _plain_record(patch.after))


def _plain_record(record: Record | None) -> Plain | None:
    if record is None:
        return None
    made = asdict(record)
    if isinstance(record, BranchRecord):
        made["edits"] = [edit_json(edit) for edit in record.edits]
    return made


def _record(kind: str, value: Plain) -> Record:
    made: dict[str, Any] = dict(value)
    if kind == "branch":
        made["edits"] = tuple(edit_of(edit) for edit in made["edits"])
    if made.get("spot") is not None:
        made["spot"] = Spot(**made["spot"])
    return _RECORDS[kind](**made)


def _made(change: SavedChange) -> Made:
    patches = tuple(
        Patch(_kind(p.kind), p.id, _record(p.kind, p.before) if p.before else None,
              _record(p.kind, p.after) if p.after else None)
        for p in change.patches
    )  # fmt: skip
    return Made(change.label, _place(change.place), patches)


def _kind(word: str) -> RecordKind:
    assert word in _RECORDS
    return word  # type: ignore[return-value]  # it is one of the keys


def _plain(place: Place) -> Plain:
    return asdict(place)


def _place(data: Plain) -> Place:
    known = {name: value for name, value in data.items() if name in Place.__slots__}
    return replace(Place(), **known)
