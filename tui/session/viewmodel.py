"""What the panes show: one :class:`StepView` a step feeds them all.

Everything here is plain, frozen and already safe to show (texts went through
:func:`engine.text.safe`), so that a widget only compares and paints. Scores are
written decimals; ``points`` are floats for drawing alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

#: What happened in a step, from the strongest to the weakest; each has glyph and word.
Happening = Literal[
    "error", "refused", "grade", "began", "ended", "listed", "unlisted", "fired", "message",
    "moved", "duplicate", "nothing",
]  # fmt: skip

#: What a row of the timeline may bear besides what happened.
Mark = Literal["breakpoint", "bookmark", "note", "edited", "marked", "beat"]

GLYPHS: dict[str, tuple[str, str]] = {
    "error": ("✖", "error"),
    "refused": ("⊘", "refused"),
    "grade": ("◆", "grade"),
    "began": ("▶", "began"),
    "ended": ("■", "ended"),
    "listed": ("▤", "listed"),
    "unlisted": ("▢", "unlisted"),
    "fired": ("●", "fired"),
    "message": ("✉", "message"),
    "moved": ("∿", "moved"),
    "duplicate": ("≡", "duplicate"),
    "nothing": ("·", "nothing"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the timeline: cheap enough to make for every visible step."""

    number: int  # 1-based step
    at: str  # as messages write instants
    who: str
    event: str
    happening: Happening
    summary: str  # e.g. "trust 1000 → 980", "no-ferry began"
    clock: bool  # caused by the clock
    change: int  # of the person's scores together, in millionths; 0 if none
    marks: tuple[Mark, ...] = ()

    @property
    def said(self) -> str:
        """The summary, as it reads behind the word of what happened: without that word."""
        word = GLYPHS[self.happening][1]
        if self.summary == word:
            return ""
        return self.summary.removeprefix(f"{word} · ").removeprefix(f"{word} ")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the policy's source."""

    number: int  # 1-based
    text: str
    mark: Literal["", "fired", "missed", "excepted", "overridden", "limited", "effect"]


@dataclass(frozen=True, slots=True)
class Source:
    """A policy file around the clauses of the step."""

    file: str
    lines: tuple[Line, ...]
    focus: int  # the line to show, 1-based


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """One score of the person at this step."""

    name: str
    value: str
    change: str  # of this step, with its sign; "" if none
    grade: str  # "" without grades
    up: str  # e.g. "20 to A"; "" at the top
    down: str  # e.g. "131 above C"; "" at the bottom
    standing: str  # documented | reported | adapted | invented


@dataclass(frozen=True, slots=True)
class MeasureLine:
    """An active reward or penalty."""

    name: str
    title: str
    penalty: bool
    left: str  # time left, e.g. "12 days"; "endless"; "while …"
    since: str
    standing: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A message as it was read."""

    at: str
    sender: str  # the measure or rule behind it
    channel: str  # sms, app, letter or ""
    text: str
    new: bool  # of this very step


@dataclass(frozen=True, slots=True)
class Dossier:
    """All that is known of the chosen person at this step."""

    who: str
    name: str
    kind: str
    attributes: tuple[tuple[str, str], ...]
    relations: tuple[tuple[str, tuple[str, ...]], ...]  # "parent of" → ids
    scores: tuple[ScoreLine, ...]
    measures: tuple[MeasureLine, ...]
    listed: tuple[str, ...]
    letters: tuple[Letter, ...]  # newest first
    refused: int
    notified: int


@dataclass(frozen=True, slots=True)
class Why:
    """One node of the explanation tree, flattened: ``depth`` indents it."""

    depth: int
    glyph: str
    text: str
    clause: str  # "" if it is not about one
    place: str  # "policy.yaml:31", "" without one
    standing: str  # of the number behind it, "" without one
    tone: Literal["", "good", "bad", "dim", "strong"]


@dataclass(frozen=True, slots=True)
class Chart:
    """A person's score over the whole run, for drawing."""

    score: str
    points: tuple[tuple[int, float], ...]  # (step number, score) at each change
    bands: tuple[tuple[str, float], ...]  # (grade, from), highest first
    low: float
    high: float
    cursor: int  # step number
    others: tuple[tuple[str, tuple[tuple[int, float], ...]], ...] = ()  # branch → points


@dataclass(frozen=True, slots=True)
class WatchLine:
    """A pinned value and how it came to be."""

    id: str
    who: str
    expression: str
    value: str  # after this step; "…" while it is worked out
    changed: bool  # by this very step
    history: tuple[tuple[int, str], ...]  # (step, value) at the last changes, newest first
    problem: str = ""  # why there is no value


@dataclass(frozen=True, slots=True)
class StepView:
    """Everything about one step of one branch, seen for one person."""

    branch: str
    revision: int  # of the branch; a view of an older one is stale
    number: int
    total: int
    at: str
    who: str
    event: str
    input: tuple[tuple[str, str], ...]  # the event's own fields, id, source, reporter
    says: str  # the writer's note
    happening: Happening
    source: Source
    dossier: Dossier
    why: tuple[Why, ...]
    chart: Chart
    branch_name: str = ""
    row: int = 0  # of the event in the timeline, as the edit commands name it; 0: none
    clause: str = ""  # in focus: what a note on a clause would be about
    watches: tuple[WatchLine, ...] = ()
    notes: tuple[tuple[str, str], ...] = ()  # (id, text) on this step or its clauses
    beat: str = ""  # what turns in this step, e.g. "3 of 9: refused: a loan"; "" for no beat


# --- two lives ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Lock:
    """The same event in two lives; 0 where one of them has it not."""

    left: int  # step number
    right: int
    same: bool  # whether the same came of it


@dataclass(frozen=True, slots=True)
class Ending:
    """One thing in which a person ends differently; "" where a side has none."""

    who: str
    what: str  # e.g. "score trust", "holds no-ferry"
    left: str
    right: str


@dataclass(frozen=True, slots=True)
class Side:
    """One of two lives that are compared."""

    branch: str
    name: str
    revision: int
    total: int
    edits: tuple[str, ...]  # what it changes, in words


@dataclass(frozen=True, slots=True)
class CompareView:
    """Two lives side by side, locked by event."""

    left: Side  # the current branch
    right: Side
    locks: Sequence[Lock]  # in order of time
    cursor: int  # the lock of the current step, from 0
    first: int  # the lock where they first part, from 0; -1 if they are the same
    why: tuple[Why, ...]  # why they part there
    here: tuple[Why, ...]  # how they differ at the cursor
    endings: tuple[Ending, ...]
    dossiers: tuple[Dossier | None, Dossier | None]  # of the chosen person, at the cursor
    chart: Chart  # the left life, the right one laid over it
