"""Populations: groups of invented people, and by what chances things happen to them."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, GetJsonSchemaHandler, WithJsonSchema, model_validator

from engine.language.leaves import (
    DURATION_SCHEMA,
    TEXT_SCHEMA,
    Count,
    DurationLeaf,
    EventType,
    Expression,
    Id,
    Instant,
    Name,
    Number,
    Prose,
    Raw,
    Text,
    refuse,
)
from engine.language.model.claims import usual
from engine.language.model.parts import Clause, Format, Many, OneOrMany, Part, Standing
from engine.language.model.parts import as_list as pair
from engine.language.model.policy import Source
from engine.values import MILLION, Duration

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


class _OrPlain:
    """In the JSON Schema: the mapping, or one plain value."""

    def __init__(self, plain: dict[str, Any]) -> None:
        self._plain = plain

    def __get_pydantic_json_schema__(self, core: Any, handler: GetJsonSchemaHandler) -> Any:
        return {"anyOf": [self._plain, handler(core)]}


# --- values by lot ------------------------------------------------------------


class Normal(Part):
    """A bell: two thirds lie within one ``spread`` of the ``mean``."""

    mean: Number
    spread: Number


class LogNormal(Part):
    """Lopsided: two thirds lie between ``median`` / ``spread`` and ``median`` × ``spread``."""

    median: Number
    spread: Number  # a factor, above 1


def _weights(value: Any) -> Any:
    """``[a, b]``: all alike; ``{a: 3, b: 1}``: by weight. Pairs of a value and its weight."""
    if isinstance(value, dict):
        return tuple(value.items())
    return tuple((item, MILLION) for item in value) if isinstance(value, list) else value


Choice = Annotated[
    tuple[tuple[Raw, Number], ...],
    BeforeValidator(_weights),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "array", "items": TEXT_SCHEMA, "minItems": 1},
                {
                    "type": "object",
                    "minProperties": 1,
                    "additionalProperties": {"type": "number"},
                },
            ]
        }
    ),
]

#: Forms of a draw; exactly one stands in each.
DRAWS = (
    "always", "choose", "between", "normal", "lognormal", "chance", "text", "dates", "related",
    "same",
)  # fmt: skip


class Draw(Part):
    """Where a value comes from: one form, and what may stand beside it."""

    always: Raw | None = None
    choose: Choice | None = None
    between: Annotated[tuple[Number, Number], BeforeValidator(pair)] | None = None
    normal: Normal | None = None
    lognormal: LogNormal | None = None
    chance: Number | None = None  # of `true`, from 0 to 1
    text: Text | None = None  # with {number}, {group}, {id} in it
    dates: Annotated[tuple[Instant, Instant], BeforeValidator(pair)] | None = None
    related: Name | None = None  # the id of one of those related by this name
    same: Name | None = None  # a field of the event that this one follows, or its `id`
    step: Number = usual(MILLION)  # of numbers: they are multiples of it
    missing: Number = usual(0)  # the share that has no value, from 0 to 1

    @model_validator(mode="before")
    @classmethod
    def _one_form(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        forms = [form for form in DRAWS if form in data]
        bounded = forms in (["between", "normal"], ["between", "lognormal"])
        known = all(key in cls.model_fields for key in data)  # else it is misspelt, and told so
        if len(forms) != 1 and not bounded and (forms or known):
            said = " and ".join(f"`{form}`" for form in forms[:3]) or "none"
            refuse(
                f"a value is drawn in one way, found {said}",
                "write e.g. `{choose: {a: 3, b: 1}}` or `{between: [18, 80]}`",
            )
        return data

    @property
    def form(self) -> str:
        """Its form; of a bounded bell that of the bell."""
        order = ("normal", "lognormal", *DRAWS)
        return next(form for form in order if getattr(self, form) is not None)


def _draw(value: Any) -> Any:
    return value if isinstance(value, dict | Draw) else {"always": value}


DrawLeaf = Annotated[Draw, BeforeValidator(_draw), _OrPlain(TEXT_SCHEMA)]


class Wait(Part):
    """A time that passes, drawn evenly between two durations."""

    between: Annotated[tuple[DurationLeaf, DurationLeaf], BeforeValidator(pair)]

    @model_validator(mode="after")
    def _exact(self) -> Wait:
        if not all(isinstance(one, Duration) and one.exact for one in self.between):
            refuse("a wait has an exact length", "write days or weeks, not months or years")
        if self.between[1].seconds < self.between[0].seconds:
            refuse("the longer duration stands first", "write the shorter one first")
        return self


def _wait(value: Any) -> Any:
    return value if isinstance(value, dict | Wait) else {"between": (value, value)}


WaitLeaf = Annotated[Wait, BeforeValidator(_wait), _OrPlain(DURATION_SCHEMA)]


# --- who there is -------------------------------------------------------------


class Group(Clause):
    """Subjects of one kind whose lives are drawn alike."""

    kind: Name
    share: Number | None = None  # of the population's size, against the other shares
    size: Count | None = None  # so many, whatever the population's size
    attributes: dict[Name, DrawLeaf] = {}

    @model_validator(mode="after")
    def _sized(self) -> Group:
        if (self.share is None) == (self.size is None):
            refuse("a group has a `share` or a `size`", "write e.g. `share: 30` or `size: 12`")
        return self


class Relation(Clause):
    """Who is related to whom. ``from`` is NAME of ``to``; in a circle everybody of everybody."""

    circles: OneOrMany[Id] = ()  # groups that are cut into circles
    size: DrawLeaf | None = None  # how many are in a circle; None: the whole group
    from_: OneOrMany[Id] = Field(default=(), alias="from")
    to: OneOrMany[Id] = ()
    to_each: DrawLeaf | None = None  # so many of `from` for each of `to`
    from_each: DrawLeaf | None = None  # so many of `to` for each of `from`
    pull: DrawLeaf | None = None  # how strongly each draws those who choose it
    back: Name | None = None  # the name of the way back

    @model_validator(mode="after")
    def _shape(self) -> Relation:
        if self.circles:
            if self.from_ or self.to or self.to_each or self.from_each or self.pull or self.back:
                refuse("a circle has no `from` and `to`", "write either, in two relations")
        elif not self.from_ or not self.to:
            refuse("a relation has `circles`, or `from` and `to`", "name the groups")
        elif (self.to_each is None) == (self.from_each is None):
            refuse("a relation has `to_each` or `from_each`", "write e.g. `to_each: 1`")
        if self.size is not None and not self.circles:
            refuse("`size` is the size of a circle", "write `to_each` or `from_each`")
        return self


# --- what happens -------------------------------------------------------------


class Reported(Clause):
    """What every happening has: a type, its fields, and how it is told."""

    event: EventType
    fields: dict[Name, DrawLeaf] = {}
    source: DrawLeaf | None = None
    reporter: DrawLeaf | None = None
    known: WaitLeaf | None = None  # how long until it is known; None: as its institution has it
    follow: Many[Follow] = ()


class Follow(Reported):
    """An event that follows another of the same subject."""

    chance: Number = usual(MILLION)  # from 0 to 1
    after: WaitLeaf


class FalseReports(Part):
    """Reports of what did not happen, beside those of what did."""

    share: Number  # of the real ones: 0.1 is one false report for ten real events
    retracted: Follow | None = None


class Reaction(Part):
    """How often it happens to those for whom a condition holds at the start of a round."""

    when: Expression
    times: Number  # a factor, from 0 on


def _season(value: Any) -> Any:
    if isinstance(value, dict):
        for month in value:
            if month not in MONTHS:
                refuse(f"there is no month `{month}`", "write jan, feb, mar … dec")
    return value


Season = Annotated[dict[str, Number], BeforeValidator(_season)]


class Happening(Reported):
    """Events of one type that befall the subjects of some groups."""

    groups: OneOrMany[Id] = ()  # none: all
    times: Number | None = None  # on average, for each subject
    per: DurationLeaf | None = None
    every: DurationLeaf | None = None  # instead: at joining + k × this
    within: DurationLeaf | None = None  # so much later at most
    chance: Number = usual(MILLION)  # that it happens at all, each time
    season: Season = {}  # month → factor; one left out is 1
    hours: Annotated[tuple[Number, Number], BeforeValidator(pair)] | None = None  # of the day, UTC
    react: Many[Reaction] = ()  # the first whose condition holds
    false: FalseReports | None = None
    lost: Number = usual(0)  # share of what happened that nobody recorded

    @model_validator(mode="after")
    def _rate(self) -> Happening:
        if (self.times is None) == (self.every is None):
            refuse("it happens so many `times`, or `every` so often", "write one of them")
        if (self.times is None) != (self.per is None):
            refuse("`times` and `per` go together", "write e.g. `times: 2` and `per: 1 year`")
        if self.within is not None and (self.every is None or not self.within.exact):
            refuse("`within` goes with `every`, and is an exact length", "write e.g. `3 days`")
        return self


class Population(Part):
    """An invented population for one policy."""

    population: Id
    of: Id  # the policy that it is for
    format: Format = 1
    title: Prose | None = None
    about: Prose | None = None
    standing: Standing = "invented"  # of every number that does not say its own
    sources: dict[Id, Source] = {}
    start: Instant
    until: Instant
    size: Count | None = None  # how many the groups with a share come to
    seed: Count = 1
    rounds: DurationLeaf | None = None  # how often people see where they stand
    groups: dict[Id, Group]
    relations: dict[Name, OneOrMany[Relation]] = {}
    events: Many[Happening]


Reported.model_rebuild()
Follow.model_rebuild()
FalseReports.model_rebuild()
Happening.model_rebuild()
Population.model_rebuild()
