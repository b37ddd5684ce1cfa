"""The state of a session: what was made (and can be undone), and where one is.

Everything is frozen. :class:`Doc` is what the store keeps; :class:`State` is what the
screens read. Ids are texts that are unique within a work.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, TypeAlias

from engine.findings import Finding
from tui.session.commands import BreakKind
from tui.session.edits import Edit

TRUNK = "0"  # the branch that is the life as it was written


class UserMistake(Exception):
    """A wish that cannot be granted, with the reason in plain words."""


# --- what was made ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Spot:
    """A step, told so that it is found again when numbers have shifted."""

    key: str  # see :mod:`tui.session.spots`
    number: int  # where it was
    at: int  # its instant


@dataclass(frozen=True, slots=True)
class BranchRecord:
    id: str
    parent: str
    name: str
    edits: tuple[Edit, ...] = ()


@dataclass(frozen=True, slots=True)
class Breakpoint:
    id: str
    kind: BreakKind
    value: str
    on: bool = True


@dataclass(frozen=True, slots=True)
class BookmarkRecord:
    id: str
    spot: Spot


@dataclass(frozen=True, slots=True)
class NoteRecord:
    """A note on a step, or on a clause (``clause`` is its path)."""

    id: str
    text: str
    spot: Spot | None
    clause: str = ""


@dataclass(frozen=True, slots=True)
class WatchRecord:
    id: str
    who: str
    expression: str


Record: TypeAlias = BranchRecord | Breakpoint | BookmarkRecord | NoteRecord | WatchRecord
RecordKind = Literal["branch", "breakpoint", "bookmark", "note", "watch"]


@dataclass(frozen=True, slots=True)
class Patch:
    """One record that was made (no ``before``), changed, or taken away (no ``after``)."""

    kind: RecordKind
    id: str
    before: Record | None
    after: Record | None

    @property
    def back(self) -> Patch:
        """The patch that takes this one back."""
        return Patch(self.kind, self.id, self.after, self.before)


def _none() -> Mapping[str, Record]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Doc:
    """Everything that was made in a work, by kind and id, in order of making."""

    branch: Mapping[str, Record] = field(default_factory=_none)
    breakpoint: Mapping[str, Record] = field(default_factory=_none)
    bookmark: Mapping[str, Record] = field(default_factory=_none)
    note: Mapping[str, Record] = field(default_factory=_none)
    watch: Mapping[str, Record] = field(default_factory=_none)

    def of(self, kind: RecordKind) -> Mapping[str, Record]:
        """The records of a kind."""
        found: Mapping[str, Record] = getattr(self, kind)
        return found

    def patched(self, patches: tuple[Patch, ...]) -> Doc:
        """The work after some patches."""
        tables = {name: dict(getattr(self, name)) for name in Doc.__slots__}
        for patch in patches:
            table = tables[patch.kind]
            if patch.after is None:
                table.pop(patch.id, None)
            else:
                table[patch.id] = patch.after
        return Doc(**{
            name: MappingProxyType(dict(sorted(table.items(), key=lambda item: int(item[0]))))
            for name, table in tables.items()
        })  # fmt: skip

    def branches(self) -> tuple[BranchRecord, ...]:
        """The branches, without the trunk."""
        return tuple(r for r in self.branch.values() if isinstance(r, BranchRecord))

    def breakpoints(self) -> tuple[Breakpoint, ...]:
        return tuple(r for r in self.breakpoint.values() if isinstance(r, Breakpoint))

    def bookmarks(self) -> tuple[BookmarkRecord, ...]:
        return tuple(r for r in self.bookmark.values() if isinstance(r, BookmarkRecord))

    def notes(self) -> tuple[NoteRecord, ...]:
        return tuple(r for r in self.note.values() if isinstance(r, NoteRecord))

    def watches(self) -> tuple[WatchRecord, ...]:
        return tuple(r for r in self.watch.values() if isinstance(r, WatchRecord))


@dataclass(frozen=True, slots=True)
class Place:
    """Where one is, and how one looks."""

    branch: str = TRUNK
    number: int = 0  # 1-based step; 0 only in a life without steps
    who: str = ""
    score: str = ""  # the one that is drawn; "" for the person's first
    filter: str = ""
    search: str = ""
    compare_with: str | None = None
    mark: int = 0  # the step that steps are marked from; 0: none are


# --- what the screens read ----------------------------------------------------------

Status = Literal["computing", "ready", "failed"]


@dataclass(frozen=True, slots=True)
class BranchState:
    """One life, and how far it is played."""

    id: str
    parent: str | None  # None for the trunk
    name: str
    edits: tuple[Edit, ...]  # its own
    revision: int  # grows whenever what it is made of changes
    status: Status
    total: int  # steps that can be shown
    finding: Finding | None = None  # why it failed, or why its run stopped early


@dataclass(frozen=True, slots=True)
class Marked:
    """A bookmark or a note, with the step where it is found now (0: not in this branch)."""

    id: str
    number: int
    at: str
    text: str
    clause: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """A change that can be undone or redone."""

    label: str


@dataclass(frozen=True, slots=True)
class State:
    """All that there is to show besides the view of the step."""

    title: str
    branches: tuple[BranchState, ...] = ()  # the trunk first
    branch: str = TRUNK
    number: int = 0
    total: int = 0
    who: str = ""
    score: str = ""
    people: tuple[tuple[str, str], ...] = ()  # id and name, in cast order
    filter: str = ""
    search: str = ""
    breakpoints: tuple[Breakpoint, ...] = ()
    bookmarks: tuple[Marked, ...] = ()
    notes: tuple[Marked, ...] = ()
    watches: tuple[WatchRecord, ...] = ()
    compare_with: str | None = None
    findings: tuple[Finding, ...] = ()  # of a broken policy, while the last good one goes on
    message: str = ""  # the last thing to tell the user
    undo: int = 0  # how many changes can be undone
    redo: int = 0
    undo_label: str = ""
    redo_label: str = ""
    progress: str = ""  # what is running, e.g. "indexing 34 %"
    languages: tuple[str, ...] = ()  # that texts are given in, if in more than one
    lang: str = ""  # the one that is shown; "": the first of each text
    mark: int = 0  # the step that steps are marked from; 0: none are
    doc: Doc = field(default_factory=Doc)

    def branch_state(self, branch: str | None = None) -> BranchState:
        """The state of a branch, of the current one unless told otherwise."""
        wanted = self.branch if branch is None else branch
        return next(b for b in self.branches if b.id == wanted)
