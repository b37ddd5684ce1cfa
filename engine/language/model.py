"""The models of every file kind: frozen, strict, no unknown keys.

What enters is the plain data of :mod:`engine.language.nodes`; what leaves are
immutable declarations. Nothing here looks at the files beside it: whether a name
exists is a check (:mod:`engine.language.checks`).
Numbers are in millionths, instants in seconds since 1970 UTC (:mod:`engine.values`).
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    GetJsonSchemaHandler,
    ModelWrapValidatorHandler,
    PrivateAttr,
    Tag,
    ValidationInfo,
    WithJsonSchema,
    model_validator,
)

from engine.findings import Where
from engine.language.leaves import (
    DURATION_SCHEMA,
    TEXT_SCHEMA,
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
    Raw,
    Template,
    Text,
    convert_boolean,
    convert_number,
    convert_text,
    refuse,
)
from engine.language.nodes import where_of
from engine.text import quoted

Standing = Literal["documented", "reported", "adapted", "invented"]


class Part(BaseModel):
    """Any mapping of a file. ``where`` is its place, if it came from a file."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", populate_by_name=True)
    _where: Where | None = PrivateAttr(default=None)

    @model_validator(mode="wrap")
    @classmethod
    def _remember(
        cls, data: Any, handler: ModelWrapValidatorHandler[Any], info: ValidationInfo
    ) -> Any:
        if info.context is not None:
            info.context[id(data)] = cls  # so that a finding can name the keys known here
        made = handler(data)
        if isinstance(made, Part) and made._where is None:
            made._where = where_of(data)
            if made.model_extra:  # as plain keys they would forget their places
                written = {str(key): key for key in data}
                for key in tuple(made.model_extra):
                    made.model_extra[written[key]] = made.model_extra.pop(key)
        return made

    @property
    def where(self) -> Where | None:
        return self._where


class Clause(Part):
    """A part of a policy that can be cited, quoted and blamed."""

    title: Text | None = None
    about: Text | None = None
    standing: Standing | None = None  # None: the policy's own
    cite: Id | None = None  # an entry of `sources`


# --- types of fields and attributes -------------------------------------------

FieldKind = Literal["text", "number", "boolean", "one_of"]


class FieldType(Part):
    """The type of an event field or a subject's attribute."""

    kind: FieldKind
    min: int | None = None  # millionths, inclusive; numbers only
    max: int | None = None
    optional: bool = False
    default: int | str | bool | None = None
    choices: tuple[str, ...] = ()  # for one_of

    @property
    def required(self) -> bool:
        return not self.optional and self.default is None


_OPTIONS = {
    "number": ("min", "max", "optional", "default"),
    "text": ("optional", "default"),
    "boolean": ("optional", "default"),
    "one_of": ("optional", "default"),
}


def _field_type(value: Any) -> Any:
    """``text`` · ``{number: {min: 0}}`` · ``{boolean: false}`` · ``{one_of: [a, b]}``."""
    if isinstance(value, FieldType):
        return value
    if isinstance(value, str):
        if value not in ("text", "number", "boolean"):
            refuse(
                f"{quoted(value)} is not a type",
                "write `text`, `number`, `boolean` or `{one_of: [a, b]}`",
            )
        return {"kind": str(value)}
    if not isinstance(value, dict):
        refuse("expected a type", "write `text`, `number`, `boolean` or `{one_of: [a, b]}`")
    rest = dict(value)
    kinds = [k for k in rest if k in _OPTIONS]
    if len(kinds) != 1:
        refuse("expected one type", "write e.g. `{number: {min: 0}}` or `{one_of: [a, b]}`")
    kind = str(kinds[0])
    inner = rest.pop(kinds[0])
    made: dict[str, Any] = {"kind": kind}
    if kind == "one_of":
        if not isinstance(inner, list) or not inner:
            refuse("`one_of` needs a list of texts", "write e.g. `one_of: [a, b]`")
        made["choices"] = tuple(str(convert_text(choice)) for choice in inner)
        if len(set(made["choices"])) != len(inner):
            refuse("`one_of` names a choice twice", "leave one out")
        options = rest
    elif isinstance(inner, dict):
        if rest:
            refuse(f"{quoted(next(iter(rest)))} belongs inside `{kind}: {{…}}`")
        options = dict(inner)
    else:
        options = {**rest, "default": inner}
    for option, given in options.items():
        if option not in _OPTIONS[kind]:
            allowed = ", ".join(f"`{o}`" for o in _OPTIONS[kind])
            refuse(f"{quoted(option)} is not an option of `{kind}`", f"it takes {allowed}")
        if option in ("min", "max"):
            made[option] = convert_number(given)
        elif option == "optional":
            made[option] = convert_boolean(given)
        elif kind == "number":
            made[option] = convert_number(given)
        elif kind == "boolean":
            made[option] = convert_boolean(given)
        else:
            made[option] = str(convert_text(given))
            if kind == "one_of" and made[option] not in made["choices"]:
                refuse(f"the default {quoted(given)} is not one of the choices")
    return made


_TYPE_NAMES = {"enum": ["text", "number", "boolean"]}
_OPTIONAL = {"optional": {"type": "boolean"}}
FIELD_TYPE_SCHEMA: dict[str, Any] = {
    "oneOf": [
        _TYPE_NAMES,
        {
            "type": "object",
            "additionalProperties": False,
            "required": ["number"],
            "properties": {
                "number": {
                    "oneOf": [
                        {"type": "number"},
                        {
                            "type": "object",
                            "additionalProperties": False,
                            "properties": {
                                **{k: {"type": "number"} for k in ("min", "max", "default")},
                                **_OPTIONAL,
                            },
                        },
                    ]
                }
            },
        },
        *(
            {
                "type": "object",
                "additionalProperties": False,
                "required": [name],
                "properties": {
                    name: {
                        "oneOf": [
                            plain,
                            {
                                "type": "object",
                                "additionalProperties": False,
                                "properties": {**_OPTIONAL, "default": plain},
                            },
                        ]
                    }
                },
            }
            for name, plain in (("text", TEXT_SCHEMA), ("boolean", {"type": "boolean"}))
        ),
        {
            "type": "object",
            "additionalProperties": False,
            "required": ["one_of"],
            "properties": {
                "one_of": {"type": "array", "items": TEXT_SCHEMA, "minItems": 1},
                "default": TEXT_SCHEMA,
                **_OPTIONAL,
            },
        },
    ]
}
TypeLeaf = Annotated[FieldType, BeforeValidator(_field_type), WithJsonSchema(FIELD_TYPE_SCHEMA)]


def _one_or_many(value: Any) -> Any:
    """A list as it is; one scalar as a list of one."""
    return tuple(value) if isinstance(value, list | tuple) else (value,)


def _many(value: Any) -> Any:
    if isinstance(value, tuple):
        return value
    if isinstance(value, list):
        return tuple(value)
    return refuse("expected a list", "write e.g. `[a, b]`")


Item = TypeVar("Item")
Many = Annotated[tuple[Item, ...], BeforeValidator(_many)]


class _OrItem:
    """In the JSON Schema: a list, or one of its items alone."""

    def __get_pydantic_json_schema__(self, core: Any, handler: GetJsonSchemaHandler) -> Any:
        made = handler(core)
        return {"anyOf": [made["items"], made]}


OneOrMany = Annotated[tuple[Item, ...], BeforeValidator(_one_or_many), _OrItem()]


# --- the policy ---------------------------------------------------------------


def _format(value: Any) -> Any:
    """The format number as an ``int``; another one is refused with a way out."""
    if value in (1, "1") and not getattr(value, "quoted", False):
        return 1
    return refuse("the format is not known here", "write `format: 1`, or update demerit")


Format = Annotated[Literal[1], BeforeValidator(_format), WithJsonSchema({"const": 1})]


class Source(Part):
    """What a clause may cite."""

    title: Text
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
    range: Annotated[tuple[Number, Number], BeforeValidator(_many)] | None = None
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
_CHANGE_OR_SET = {"anyOf": [_CHANGE, {"type": "object", "required": ["set"],
                                      "properties": {"set": _CHANGE}}]}
_Change = Annotated[
    Annotated[Expression, Tag("<add>")] | Annotated[ScoreSet, Tag("<set>")],
    Discriminator(lambda v: "<set>" if isinstance(v, dict | ScoreSet) else "<add>"),
]
ScoreAction = Annotated[
    dict[str, _Change],
    BeforeValidator(_score_action),
    WithJsonSchema({"anyOf": [_CHANGE, {"type": "object",
                                        "additionalProperties": _CHANGE_OR_SET}]}),
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
                "properties": {key: {"type": "array", "items": {"type": ["string", "boolean"]},
                                     "minItems": 1}},
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
    because: Text | None = None


class Policy(Part):
    """A policy, after composition and reforms: what every evaluator plays."""

    policy: Id
    format: Format
    title: Text | None = None
    about: Text | None = None
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


# --- scenarios and subjects ---------------------------------------------------


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
    says: Text | None = None
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


Pair = Annotated[tuple[Text, Text], BeforeValidator(_many)]


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
    title: Text | None = None
    about: Text | None = None
    timeline: Many[Entry] = ()
    expect: dict[Text, Expected] = {}


# --- reforms ------------------------------------------------------------------


class Reform(Part):
    """A named patch of a policy. Its values stay as written until they are applied."""

    reform: Id
    of: Id  # the policy it is for
    format: Format = 1
    title: Text | None = None
    about: Text | None = None
    set: dict[Text, Raw] = {}
    add: dict[Text, Raw] = {}
    remove: Many[Text] = ()


#: First key of a file → its model.
KINDS: dict[str, type[Part]] = {"policy": Policy, "scenario": Scenario, "reform": Reform}
