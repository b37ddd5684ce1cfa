"""Scenarios and the subjects of streams: who is there, what happens, what is expected."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict, GetJsonSchemaHandler, model_validator

from engine.language.leaves import (
    DurationLeaf,
    EventType,
    Id,
    Instant,
    Name,
    Number,
    Prose,
    Text,
    refuse,
)
from engine.language.model.parts import Format, Item, Many, OneOrMany, Part, as_list


class _OrValue:
    """In the JSON Schema: a mapping, or one of its values alone."""

    def __get_pydantic_json_schema__(self, core: Any, handler: GetJsonSchemaHandler) -> Any:
        made = handler(core)
        return {"anyOf": [made["additionalProperties"], made]}


_PerScore = Annotated[
    dict[str, Item],
    BeforeValidator(lambda v: v if isinstance(v, dict) else {"": v}),
    _OrValue(),
]


class Expected(Part):
    """What is expected of one subject at one instant. A key left out is not checked."""

    score: _PerScore[Number] | None = None  # under "" where the policy has one score
    grade: _PerScore[Name] | None = None
    has: OneOrMany[Id] | None = None
    has_not: OneOrMany[Id] | None = None
    notified: Number | None = None
    listed: OneOrMany[Id] | None = None
    fired: OneOrMany[Id] | None = None
    not_fired: OneOrMany[Id] | None = None
    refused: Number | None = None


class Entry(Part):
    """One row of a timeline: an event of somebody, or an expectation."""

    model_config = ConfigDict(extra="allow")
    at: Instant | None = None
    after: DurationLeaf | None = None
    who: Text | None = None
    event: EventType | None = None
    id: Text | None = None
    known: Instant | None = None
    source: Id | None = None
    reporter: Text | None = None
    says: Prose | None = None
    expect: dict[Text, Expected] | None = None

    @model_validator(mode="after")
    def _shape(self) -> Entry:
        if self.at is not None and self.after is not None:
            refuse("an entry has `at` or `after`, not both", "leave one out")
        if self.at is None and self.after is None:
            refuse("an entry needs `at` or `after`", "write e.g. `at: 2031-03-02`")
        if self.expect is not None:
            if self.who or self.event or self.model_extra:
                refuse("an entry is an event or an `expect`, not both", "make two entries")
        elif self.who is None or self.event is None:
            refuse("an event entry needs `who` and `event`", "name the subject and the event type")
        return self

    @property
    def fields(self) -> dict[str, Any]:
        """The event's own fields, as written."""
        return self.model_extra or {}


class Member(Part):
    """One of the cast: a kind, and attributes as written."""

    model_config = ConfigDict(extra="allow")
    kind: Name

    @property
    def attributes(self) -> dict[str, Any]:
        return self.model_extra or {}


Pair = Annotated[tuple[Text, Text], BeforeValidator(as_list)]


class Subjects(Part):
    """A subjects file for a stream: who is there from the start."""

    cast: dict[Text, Member] = {}
    relations: dict[Name, Many[Pair]] = {}
    start: Instant
    until: Instant | None = None


class Scenario(Subjects):
    scenario: Id
    policy: Text  # path of the policy file, from this file
    format: Format = 1
    title: Prose | None = None
    about: Prose | None = None
    timeline: Many[Entry] = ()
    expect: dict[Text, Expected] = {}
