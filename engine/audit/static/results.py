"""What a static proof leaves: a result with its clauses, its standing and its witness.

A result says how it is known:

- ``proved``: for every history; the clauses and the solver's answer are enough
- ``played``: shown by a witness, a history that the engine played and in which it happened
- ``possible``: the conditions allow it, but no history that does it was found
- ``unknown``: the solver gave up at its limit, which the message names
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from engine.audit.sarif import Level, Reported
from engine.findings import Finding, Where
from engine.language.rows import Cast, Event, Value
from engine.text import quoted
from engine.values import format_number, show_instant

Standing = Literal["proved", "played", "possible", "unknown"]


class ClauseAt(NamedTuple):
    """A clause of the policy and where it stands."""

    clause: str  # e.g. `rules.late-fee`
    where: Where | None
    text: str = ""  # what is quoted of it, e.g. its condition


@dataclass(frozen=True)
class Witness:
    """A history that was played: its last event is the one that shows the finding."""

    cast: Cast
    events: tuple[Event, ...]  # in playing order
    step: int  # number of the step that shows it
    clock: str = ""  # what the clock brought there, if it was not the last event
    at: int = 0  # the step's instant

    def __str__(self) -> str:
        number = len(self.events)
        if self.clock:
            lead = f"after {number} event{'s' * (number != 1)}, " if number else ""
            return f"{lead}by the clock ({self.clock}) on {show_instant(self.at)}"
        lead = f"after {number - 1} event{'s' * (number > 2)}, " if number > 1 else ""
        return lead + event_text(self.events[-1], self.cast)

    def rows(self) -> list[dict[str, object]]:
        """Its events as rows of a stream; numbers as texts, exactly."""
        return [event_row(event) for event in self.events]


def event_text(event: Event, cast: Cast) -> str:
    """``fee.late (days 40) of mei, a citizen``."""
    fields = ", ".join(f"{name} {shown(value)}" for name, value in event.fields.items())
    kinds = {person.id: person.kind for person in cast.members}
    who = f"{event.who}, of the kind {kinds[event.who]}" if event.who in kinds else event.who
    return f"{event.type}{f' ({fields})' if fields else ''} of {who}"


def event_row(event: Event) -> dict[str, object]:
    """One event as a row of a stream."""
    row: dict[str, object] = {
        "at": show_instant(event.at), "who": event.who, "event": event.type,
        **{name: shown(value) if type(value) is int else value
           for name, value in event.fields.items()},
    }  # fmt: skip
    beside = {"id": event.id, "source": event.source, "reporter": event.reporter}
    return row | {name: given for name, given in beside.items() if given is not None}


def shown(value: Value) -> str:
    """A value for people."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return format_number(value) if isinstance(value, int) else value


@dataclass(frozen=True)
class Result:
    """One thing that was found out about a policy without playing all its histories."""

    code: str  # D93x
    message: str
    standing: Standing
    clauses: tuple[ClauseAt, ...]  # the first is the one to look at
    hint: str = ""
    witness: Witness | None = None
    bounds: str = ""  # what was taken as larger than it is, in words; "" if nothing was

    @property
    def where(self) -> Where | None:
        """Where to look first."""
        return self.clauses[0].where if self.clauses else None

    @property
    def how(self) -> str:
        """How it is known, in words."""
        match self.standing:
            case "proved":
                return "proved for every history"
            case "played":
                return f"played: {self.witness}"
            case "possible":
                return "possible, no history found"
            case _:
                return "not decided within the solver's limit"

    def finding(self) -> Finding:
        """The same as a finding, for lists of findings."""
        return Finding(self.code, f"{self.message} ({self.how})", self.where, self.hint or None,
                       "warning")  # fmt: skip

    def reported(self) -> Reported:
        """The same for SARIF: what is only possible is a note."""
        level: Level = "warning" if self.standing in ("proved", "played") else "note"
        related = tuple((c.where, c.clause) for c in self.clauses[1:] if c.where is not None)
        known = {"standing": self.standing, "how": self.how}
        if self.bounds:
            known["taken larger"] = self.bounds
        finding = Finding(self.code, self.message, self.where, self.hint or None, "warning")
        return Reported(finding, level, related, known)

    def plain(self) -> dict[str, object]:
        """The same as plain data, for JSON."""
        made: dict[str, object] = {
            "code": self.code, "message": self.message, "standing": self.standing,
            "clauses": [
                {"clause": c.clause, "text": c.text}
                | ({"file": c.where.file, "line": c.where.line} if c.where else {})
                for c in self.clauses
            ],
        }  # fmt: skip
        if self.hint:
            made["hint"] = self.hint
        if self.bounds:
            made["taken_larger"] = self.bounds
        if self.witness is not None:
            made["witness"] = {
                "step": self.witness.step,
                "cast": {
                    p.id: {"kind": p.kind, **{n: shown(v) for n, v in p.attributes.items()}}
                    for p in self.witness.cast.members
                },
                "events": self.witness.rows(),
                "shown": str(self.witness),
            }
        return made


def number(value: int) -> str:
    """Millionths for a message."""
    return quoted(format_number(value))


def counted(many: Mapping[str, object] | tuple[object, ...], one: str) -> str:
    """``3 rules``."""
    return f"{len(many)} {one}{'' if len(many) == 1 else 's'}"
