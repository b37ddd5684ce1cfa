"""What a user can ask for: one frozen dataclass a wish, understood by ``Session.dispatch``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

Stride = Literal["event", "consequence", "grade", "beat"]


class Command:
    """A wish of the user."""

    __slots__ = ()


# --- moving -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Go(Command):
    """To a step by its number; beyond the ends it stops at them."""

    number: int


@dataclass(frozen=True, slots=True)
class Move(Command):
    """So many events, consequences, grade changes or beats on; negative: back."""

    by: Stride = "event"
    times: int = 1


@dataclass(frozen=True, slots=True)
class GoTime(Command):
    """To the first step at or after an instant: seconds since 1970, or as it is written."""

    instant: int | str


@dataclass(frozen=True, slots=True)
class GoEvent(Command):
    """To the next step of an event type, around the end if need be."""

    text: str


@dataclass(frozen=True, slots=True)
class Choose(Command):
    """Look at another person."""

    who: str


@dataclass(frozen=True, slots=True)
class ChooseScore(Command):
    """Draw another score of the person."""

    score: str


# --- looking for something ----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Search(Command):
    """To the next step whose line holds a text; "" forgets the text."""

    text: str


@dataclass(frozen=True, slots=True)
class Next(Command):
    """To the next (1) or the previous (-1) step that the search finds."""

    direction: int = 1


@dataclass(frozen=True, slots=True)
class Filter(Command):
    """Show only some steps: see :mod:`tui.session.finding`; "" shows all."""

    text: str


# --- breakpoints --------------------------------------------------------------------

BreakKind = Literal["rule", "event", "person", "grade", "measure", "score", "condition"]


@dataclass(frozen=True, slots=True)
class AddBreakpoint(Command):
    """Stop at a rule firing, an event type, a person, a change of a grade or a measure, a
    score crossing a value (``trust 900``), or a condition becoming true."""

    kind: BreakKind
    value: str = ""


@dataclass(frozen=True, slots=True)
class ToggleBreakpoint(Command):
    id: str


@dataclass(frozen=True, slots=True)
class RemoveBreakpoint(Command):
    id: str


@dataclass(frozen=True, slots=True)
class Continue(Command):
    """To the next (1) or the previous (-1) breakpoint, else to the end or the start."""

    direction: int = 1


# --- marks, notes, watches ------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Bookmark(Command):
    """Set a bookmark on this step, or take it off."""


@dataclass(frozen=True, slots=True)
class Note(Command):
    """A critic's note on this step, or on a clause: ``clause``, else the one in focus."""

    text: str
    on: Literal["step", "clause"] = "step"
    clause: str = ""


@dataclass(frozen=True, slots=True)
class EditNote(Command):
    id: str
    text: str


@dataclass(frozen=True, slots=True)
class RemoveNote(Command):
    id: str


@dataclass(frozen=True, slots=True)
class Watch(Command):
    """Pin the value of an expression, of the chosen person."""

    expression: str


@dataclass(frozen=True, slots=True)
class Unwatch(Command):
    id: str


# --- what if ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class EditEvent(Command):
    """Change what an event of the timeline says. ``fields`` are written texts: its own
    fields, or ``who``, ``event``, ``at``, ``known``, ``id``, ``source``, ``reporter``,
    ``says``; "" leaves one out."""

    row: int
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RemoveEvent(Command):
    row: int


@dataclass(frozen=True, slots=True)
class InsertEvent(Command):
    """A new event, written as :class:`EditEvent` writes."""

    at: str
    who: str
    event: str
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DelayEvent(Command):
    """An event happens later by a duration (``3 days``), or with ``-`` before it earlier."""

    row: int
    duration: str


@dataclass(frozen=True, slots=True)
class SetValue(Command):
    """Another value for a part of the policy, named as a reform's ``set`` names it."""

    path: str
    value: str


@dataclass(frozen=True, slots=True)
class SwitchOff(Command):
    """The policy without a rule."""

    rule: str


@dataclass(frozen=True, slots=True)
class ApplyReform(Command):
    path: Path


@dataclass(frozen=True, slots=True)
class Fork(Command):
    """A new branch from this one, with nothing changed yet."""

    name: str = ""


@dataclass(frozen=True, slots=True)
class NameBranch(Command):
    name: str


@dataclass(frozen=True, slots=True)
class RemoveBranch(Command):
    """Throw away a branch that has no branches of its own."""

    id: str


@dataclass(frozen=True, slots=True)
class GoBranch(Command):
    id: str


@dataclass(frozen=True, slots=True)
class CompareWith(Command):
    """Show another branch beside this one; ``None``: stop that."""

    id: str | None


@dataclass(frozen=True, slots=True)
class SaveBranch(Command):
    """Write the branch as a file of its own."""

    path: Path
    kind: Literal["scenario", "reform"] = "scenario"
    replace: bool = False  # a file that is there already


@dataclass(frozen=True, slots=True)
class Speak(Command):
    """Show texts in a language, where they are given in it."""

    lang: str


# --- stories ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MarkRange(Command):
    """Mark steps from this one to wherever one goes; again: no longer."""


@dataclass(frozen=True, slots=True)
class Sift(Command):
    """Look for the stories in this life, unless they are known."""

    again: bool = False  # look even so: a pattern may have changed


@dataclass(frozen=True, slots=True)
class Tell(Command):
    """Make a page of some steps of this life."""

    form: str = "chronicle"  # chronicle | dossier | letters | side-by-side | beats
    format: str = "markdown"  # markdown | html | docx | ink | json
    who: str | None = None  # whose page; None: everybody's
    first: int = 0  # step; 0: from the beginning
    last: int = 0  # step; 0: to the end
    sources: bool = True  # whether numbers keep their footnotes
    branch: str | None = None  # which life; None: this one


@dataclass(frozen=True, slots=True)
class SavePage(Command):
    """Write the page that was made last, into the project."""

    path: Path
    replace: bool = False  # a file that is there already


# --- taking back ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Undo(Command):
    pass


@dataclass(frozen=True, slots=True)
class Redo(Command):
    pass
