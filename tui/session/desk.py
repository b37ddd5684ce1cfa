"""What a command is answered with, and what it may read for that."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from engine.findings import Finding
from tui.session.life import Life
from tui.session.state import TRUNK, BranchRecord, Doc, Patch, Place, UserMistake


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command comes to: another place, changes to keep, something to say."""

    place: Place | None = None
    patches: tuple[Patch, ...] = ()
    label: str = ""  # of the change, for undo
    message: str = ""


@dataclass(frozen=True)
class Desk:
    """The state as commands see it."""

    doc: Doc
    place: Place
    life: Life  # of the current branch
    people: Sequence[str]
    shown: Sequence[int]  # numbers of the steps that the filter shows
    fresh: str  # an id that is not in use
    life_of: Callable[[str], Life | None]  # by branch
    stops: Callable[[], Sequence[Sequence[int]]]  # of each breakpoint that is on

    @property
    def total(self) -> int:
        return len(self.life.tape)

    def branch(self, ident: str) -> BranchRecord:
        """A branch by its id, the trunk included."""
        if ident == TRUNK:
            return BranchRecord(TRUNK, "", "as written")
        found = self.doc.branch.get(ident)
        if not isinstance(found, BranchRecord):
            raise UserMistake("there is no such branch")
        return found

    def need_step(self) -> int:
        """The current step's number; a mistake in a life without steps."""
        if not self.place.number:
            raise UserMistake("there is no step here")
        return self.place.number


def told(finding: Finding) -> str:
    """A finding as one line for the user."""
    hint = f"; {finding.hint}" if finding.hint else ""
    return f"{finding.message}{hint}"
