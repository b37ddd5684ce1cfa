"""Sifts: patterns of stories to look for in what a ledger holds."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, GetJsonSchemaHandler, model_validator

from engine.language.leaves import DurationLeaf, Expression, Id, Prose, Text, refuse
from engine.language.model.parts import Format, Item, Many, OneOrMany, Part


class Absence(Part):
    """Something that must not happen."""

    on: OneOrMany[Text]
    who: Text | None = None  # None: the story's person
    when: Expression | None = None


def _bare(value: Any) -> Any:
    """A kind of happening alone stands for an absence of it."""
    return {"on": value} if isinstance(value, str) else value


class _OrText:
    """In the JSON Schema: a mapping, or a text."""

    def __get_pydantic_json_schema__(self, core: Any, handler: GetJsonSchemaHandler) -> Any:
        return {"anyOf": [{"type": "string"}, handler(core)]}


Bare = Annotated[Item, BeforeValidator(_bare), _OrText()]


class SiftStep(Part):
    """One step of a story: something that happens, or that does not."""

    id: Id
    title: Prose | None = None
    on: OneOrMany[Text] = ()
    never: Bare[Absence] | None = None
    who: Text | None = None  # None: the story's person
    when: Expression | None = None
    within: DurationLeaf | None = None  # of the step before
    from_: Id | None = Field(
        default=None, alias="from"
    )  # in the same step of the ledger as that one, or caused by it
    refers: Id | None = None  # its event names that one's event by its id
    unless: OneOrMany[Bare[Absence]] = ()  # none of these between the step before and it

    @model_validator(mode="before")
    @classmethod
    def _one(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        if ("on" in data) == ("never" in data):
            refuse("a step has either `on` or `never`", "write e.g. `on: fell`, or `never: told`")
        return data


class Sift(Part):
    """A pattern: steps that happen to one person, or around them, one after the other."""

    sift: Id
    format: Format = 1
    title: Prose | None = None
    about: Prose | None = None
    of: Id | None = None  # the policy whose ledgers it is for; None: any
    within: DurationLeaf | None = None  # the whole story
    steps: Many[SiftStep]
