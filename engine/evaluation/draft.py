"""A step in the making: its parts, its queue, and the way back if it fails."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from typing import NamedTuple

from engine.evaluation.records import Cause, Effect, Part
from engine.evaluation.state import Active, Listed, Subject, Trace
from engine.language.rows import Event, Value


class Pending(NamedTuple):
    """A part that waits for its turn."""

    subject: Subject
    trigger: str  # key of the rules that wait for it
    depth: int
    event: str | None = None  # its type, if it is an event
    fields: Mapping[str, Value] = {}
    source: str | None = None
    reporter: str | None = None
    parent: int | None = None
    raised_by: str | None = None


class Saved(NamedTuple):
    """What a subject was before the step."""

    scores: list[int | None]
    grades: list[int | None]
    active: dict[int, Active]
    listed: dict[str, Listed]
    notified: int
    refused: int


class Draft:
    """One step while it is being played."""

    __slots__ = (
        "before", "cause", "clause", "depth", "effects", "event", "input", "now", "number",
        "parts", "queue", "subject", "trace",
    )  # fmt: skip

    def __init__(
        self, number: int, now: int, subject: Subject, event: str,
        given: Event | None = None, cause: Cause | None = None, trace: Trace | None = None,
    ) -> None:  # fmt: skip
        self.number = number
        self.now = now
        self.subject = subject
        self.event = event
        self.input = given
        self.cause = cause
        self.trace = trace
        self.parts: list[Part] = []
        self.queue: deque[Pending] = deque()
        self.before: dict[Subject, Saved] = {}
        self.effects: list[Effect] = []  # of the part being played
        self.depth = 1  # of the part being played
        self.clause: str | None = None  # what raises further parts at the moment

    def save(self, subject: Subject) -> None:
        """Remember how a subject was, before it is changed for the first time."""
        if subject not in self.before:
            self.before[subject] = Saved(
                subject.scores[:], subject.grades[:], dict(subject.active),
                dict(subject.listed), subject.notified, subject.refused,
            )  # fmt: skip

    def take_back(self) -> None:
        """Give every changed subject back what it was."""
        for subject, saved in self.before.items():
            (subject.scores, subject.grades, subject.active, subject.listed,
             subject.notified, subject.refused) = saved  # fmt: skip

    def raise_part(self, subject: Subject, trigger: str, clause: str) -> None:
        """Queue a change (``began``, ``ended``, ``left``, ``entered``) as a later part."""
        self.queue.append(
            Pending(subject, trigger, self.depth + 1, parent=len(self.parts), raised_by=clause)
        )

    def raise_event(
        self, subject: Subject, event: str, fields: Mapping[str, Value], clause: str
    ) -> None:
        """Queue a derived event as a later part."""
        self.queue.append(
            Pending(subject, event, self.depth + 1, event, fields,
                    parent=len(self.parts), raised_by=clause)
        )  # fmt: skip

    def moved(self, names: tuple[str, ...]) -> tuple[tuple[str, int, int], ...]:
        """The scores of the step's subject that differ from before, as (name, before, after)."""
        saved = self.before.get(self.subject)
        if saved is None:
            return ()
        return tuple(
            (name, was, now)
            for name, was, now in zip(names, saved.scores, self.subject.scores, strict=True)
            if was is not None and now is not None and was != now
        )
