"""The policy: what every evaluator plays."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import (
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    WithJsonSchema,
    model_validator,
)

from engine.language.leaves import (
    DURATION_SCHEMA,
    Boolean,
    Count,
    DurationLeaf,
    EventPattern,
    EventType,
    Expression,
    Id,
    Instant,
    Name,
    Number,
    Prose,
    Template,
    Text,
    refuse,
)
from engine.language.model.fields import TypeLeaf
from engine.language.model.parts import Clause, Format, Many, OneOrMany, Part, Standing, as_list


class Source(Part):
    """What a clause may cite."""

    title: Prose
    year: Text | None = None
    where_in: Text | None = Field(default=None, alias="where")
    url: Text | None = None


class SubjectKind(Clause):
    attributes: dict[Name, TypeLeaf] = {}


class Institution(Clause):
    """Who reports and who acts. Its events become known ``delay`` after they happen."""

    sector: Text | None = None
    delay: DurationLeaf | None = None


class Weight(Clause):
    value: Number
    range: Annotated[tuple[Number, Number], BeforeValidator(as_list)] | None = None
    unit: Text | None = None

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, data: Any) -> Any:
        return {"value": data} if isinstance(data, str | int) else data


class Drift(Part):
    """Moves a score by at most ``by`` toward ``toward``, at joining + k × ``every``."""

    toward: Number
    by: Number
    every: DurationLeaf


class Score(Clause):
    of: OneOrMany[Name]  # kinds of subjects that have it
    start: Number
    min: Number | None = None
    max: Number | None = None
    drift: Drift | None = None


class Grade(Clause):
    name: Name
    from_: Number = Field(alias="from")  # inclusive


class Event(Clause):
    domain: Name | None = None
    by: Many[Id] = ()  # institutions that may report it
    fields: dict[Name, TypeLeaf] = {}


class Measure(Clause):
    """What rewards and penalties share."""

    domain: Name | None = None
    while_: Expression | None = Field(default=None, alias="while")
    lasts: DurationLeaf | None = None
    again: Literal["ignore", "restart", "extend"] = "restart"
    quota: Count | None = None
    notice: Template | None = None


class Reward(Measure):
    pass


class Penalty(Measure):
    blocks: Many[EventPattern] = ()


class Registry(Clause):
    shows: Many[Name] = ()
    public: Boolean = False


class ScoreSet(Part):
    """``{set: E}``."""

    set: Expression


def _score_action(value: Any) -> Any:
    """Every written form becomes a mapping from score name (or "") to a change."""
    if isinstance(value, dict):
        return {"": value} if set(value) == {"set"} else value
    return {"": value}


_CHANGE = {"type": ["string", "number"]}
_CHANGE_OR_SET = {
    "anyOf": [_CHANGE, {"type": "object", "required": ["set"], "properties": {"set": _CHANGE}}]
}
_Change = Annotated[
    Annotated[Expression, Tag("<add>")] | Annotated[ScoreSet, Tag("<set>")],
    Discriminator(lambda v: "<set>" if isinstance(v, dict | ScoreSet) else "<add>"),
]
ScoreAction = Annotated[
    dict[str, _Change],
    BeforeValidator(_score_action),
    WithJsonSchema(
        {"anyOf": [_CHANGE, {"type": "object", "additionalProperties": _CHANGE_OR_SET}]}
    ),
]


class Emit(Part):
    """``{event: T, field: …}``: a derived event; its other keys are fields."""

    model_config = ConfigDict(extra="allow")
    event: EventType

    @property
    def fields(self) -> dict[str, Any]:
        """Field name → the written expression or template."""
        return self.model_extra or {}


VERBS = ("score", "grant", "impose", "lift", "notify", "list", "unlist", "emit", "undo")
_BESIDE = {
    "to": VERBS[:-1],
    "lapses": ("score",),
    "for": ("grant", "impose"),
    "via": ("notify",),
    "after": ("emit",),
}


class Action(Part):
    """One action: exactly one verb, and what may stand beside it."""

    score: ScoreAction | None = None
    grant: Id | None = None
    impose: Id | None = None
    lift: Id | None = None
    notify: Template | None = None
    list: Id | None = None
    unlist: Id | None = None
    emit: Emit | None = None
    undo: Expression | None = None
    to: Expression | None = None
    lapses: DurationLeaf | None = None
    for_: DurationLeaf | None = Field(default=None, alias="for")
    via: Literal["sms", "app", "letter"] | None = None
    after: DurationLeaf | None = None

    @model_validator(mode="before")
    @classmethod
    def _one_verb(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            refuse("expected an action", "write e.g. `score: -5` or `notify: …`")
        verbs = [verb for verb in VERBS if verb in data]
        if len(verbs) != 1:
            unknown = [k for k in data if k not in VERBS and k not in _BESIDE]
            if verbs or not unknown:  # an unknown key alone is reported as such
                refuse(
                    f"an action has one verb, found {len(verbs)}",
                    "give each action a list item of its own; the verbs are " + ", ".join(VERBS),
                )
            return data
        for beside, allowed in _BESIDE.items():
            if beside in data and verbs[0] not in allowed:
                refuse(
                    f"`{beside}` cannot stand beside `{verbs[0]}`",
                    f"it goes with {', '.join(allowed)}",
                )
        return data

    @property
    def verb(self) -> str:
        return next(verb for verb in VERBS if getattr(self, verb) is not None)


class AllOf(Part):
    all: Many[Expression]


class AnyOf(Part):
    any: Many[Expression]


def _condition(value: Any) -> Any:
    if isinstance(value, dict) and set(value) == {"all"}:
        return AllOf.model_validate(value)
    if isinstance(value, dict) and set(value) == {"any"}:
        return AnyOf.model_validate(value)
    if isinstance(value, dict | list):
        refuse("expected a condition", "write one expression, or a list under `all:` or `any:`")
    return value


_CONDITION_SCHEMA = {
    "anyOf": [
        {"type": ["string", "boolean"]},
        *(
            {
                "type": "object",
                "additionalProperties": False,
                "required": [key],
                "properties": {
                    key: {"type": "array", "items": {"type": ["string", "boolean"]}, "minItems": 1}
                },
            }
            for key in ("all", "any")
        ),
    ]
}
Condition = Annotated[
    AllOf | AnyOf | Expression, BeforeValidator(_condition), WithJsonSchema(_CONDITION_SCHEMA)
]


def _window(value: Any) -> Any:
    return None if isinstance(value, str) and value == "ever" else value


class Limit(Part):
    """Silences a rule for a subject after ``times`` firings within ``per`` (None: ever)."""

    times: Count
    per: Annotated[
        DurationLeaf | None,
        BeforeValidator(_window),
        WithJsonSchema({"anyOf": [DURATION_SCHEMA, {"const": "ever"}]}),
    ] = None


class InForce(Part):
    from_: Instant | None = Field(default=None, alias="from")  # inclusive
    until: Instant | None = None  # exclusive


class Rule(Clause):
    id: Id
    on: OneOrMany[Text]
    when: Condition | None = None
    unless: Condition | None = None
    then: Many[Action] = ()
    overrides: Many[Id] = ()
    limit: Limit | None = None
    in_force: InForce | None = None
    because: Prose | None = None


class Policy(Part):
    """A policy, after composition and reforms: what every evaluator plays."""

    policy: Id
    format: Format
    title: Prose | None = None
    about: Prose | None = None
    standing: Standing = "invented"
    sources: dict[Id, Source] = {}
    extends: Many[Text] = ()
    replaces: Many[Text] = ()
    subjects: dict[Name, SubjectKind] = {}
    institutions: dict[Id, Institution] = {}
    weights: dict[Name, Weight] = {}
    scores: dict[Name, Score] = {}
    grades: dict[Name, Many[Grade]] = {}
    events: dict[EventType, Event] = {}
    rewards: dict[Id, Reward] = {}
    penalties: dict[Id, Penalty] = {}
    registries: dict[Id, Registry] = {}
    rules: Many[Rule] = ()
