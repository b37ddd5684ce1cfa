"""Audits: what a critic claims of a policy, and what a search for the contrary may try."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, GetJsonSchemaHandler, model_validator

from engine.language.leaves import (
    Boolean,
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
from engine.language.model.claims import (
    AddsUp,
    ChangesNothing,
    DidTheyKnow,
    EqualTreatment,
    Exposure,
    MaxDrop,
    Monotone,
    NeverHarsher,
    NeverQualifies,
    NoDominance,
    NoDoubleJeopardy,
    NoSanctionByRelation,
    NoSpill,
    NothingDead,
    NoticeBeforePenalty,
    NoTurningPoint,
    OrderIndependent,
    PenaltiesEnd,
    PriceOfALie,
    Recoverable,
    Reversible,
    SmallestChange,
    TimeIndependent,
    TopGradeCosts,
    WhoBears,
    usual,
)
from engine.language.model.parts import Format, Item, Many, OneOrMany, Part
from engine.language.model.scenario import Member, Pair
from engine.values import MILLION, Duration


class Move(Part):
    """An event that a search may let happen, and how."""

    cost: Number = usual(
        MILLION
    )  # what one of them costs whoever does it; the search seeks the least
    immutable: Boolean = False  # nobody can choose it, do it over or leave it out
    fields: dict[Name, OneOrMany[Raw]] = {}  # the values to try; one not named: its bounds
    refers: dict[Name, EventType] = {}  # field → type of the earlier event whose id it holds
    source: Id | None = None
    when: Expression | None = None  # only those for whom it holds can do it
    at_most: Count | None = None  # times in one history


class Search(Part):
    """How far a search goes before it may say `held`."""

    events: Count = 6  # in one history
    histories: Count = 10_000
    waits: Many[DurationLeaf] = usual((Duration(86_400, 0),))  # tried between two events
    seed: Count = 1


#: Key of a claim's form → the question of the twelve that it answers.
FORMS: dict[str, int | None] = {
    "always": None,
    "never": None,
    "adds-up": 1,
    "no-turning-point": 2,
    "max-drop": 2,
    "smallest-change": 3,
    "recoverable": 4,
    "penalties-end": 4,
    "never-qualifies": 4,
    "price-of-a-lie": 5,
    "reversible": 5,
    "changes-nothing": 5,
    "who-bears": 6,
    "equal-treatment": 6,
    "never-harsher": 6,
    "top-grade-costs": 7,
    "no-double-jeopardy": 8,
    "no-spill": 8,
    "monotone": 9,
    "did-they-know": 10,
    "notice-before-penalty": 10,
    "exposure": 10,
    "no-sanction-by-relation": 11,
    "nothing-dead": 12,
    "no-dominance": 12,
    "order-independent": 12,
    "time-independent": 12,
}
_CONDITIONS = ("always", "never")


def _bare(value: Any) -> Any:
    """``true`` says that a form has no parameters, or takes the usual ones."""
    if isinstance(value, str):
        if value == "true" and not getattr(value, "quoted", False):
            return {}
        refuse("expected the claim's parameters", "write `true`, or `{…}` with parameters")
    return {} if value is True else value


class _OrTrue:
    """In the JSON Schema: a mapping, or ``true``."""

    def __get_pydantic_json_schema__(self, core: Any, handler: GetJsonSchemaHandler) -> Any:
        return {"anyOf": [{"const": True}, handler(core)]}


def _question(value: int) -> int:
    return value if value <= 12 else refuse("there are twelve questions", "write 1 to 12")


Question = Annotated[Count, AfterValidator(_question)]
Bare = Annotated[Item, BeforeValidator(_bare), _OrTrue()]


class Claim(Part):
    """Something that is said of a policy and can fail: exactly one form."""

    id: Id
    title: Prose | None = None
    about: Prose | None = None
    because: Prose | None = None  # why it matters
    question: Question | None = None  # of the twelve; None: the form's own
    expect: Literal["proved", "refuted", "held"] | None = None
    counterexample: Count | None = None  # refuted: the least one has at most so many events
    who: Expression | None = None  # only about subjects for whom it holds
    on: OneOrMany[Text] = ()  # `always`, `never`: only after steps of these events
    under: OneOrMany[Text] = ()  # reforms, as paths from the audit
    scenarios: OneOrMany[Text] = ()  # histories to judge it by, as paths from the audit

    always: Expression | None = None
    never: Expression | None = None
    adds_up: Bare[AddsUp] | None = Field(default=None, alias="adds-up")
    no_turning_point: NoTurningPoint | None = Field(default=None, alias="no-turning-point")
    max_drop: MaxDrop | None = Field(default=None, alias="max-drop")
    smallest_change: SmallestChange | None = Field(default=None, alias="smallest-change")
    recoverable: Recoverable | None = None
    penalties_end: PenaltiesEnd | None = Field(default=None, alias="penalties-end")
    never_qualifies: NeverQualifies | None = Field(default=None, alias="never-qualifies")
    price_of_a_lie: PriceOfALie | None = Field(default=None, alias="price-of-a-lie")
    reversible: Reversible | None = None
    changes_nothing: ChangesNothing | None = Field(default=None, alias="changes-nothing")
    who_bears: WhoBears | None = Field(default=None, alias="who-bears")
    equal_treatment: EqualTreatment | None = Field(default=None, alias="equal-treatment")
    never_harsher: Bare[NeverHarsher] | None = Field(default=None, alias="never-harsher")
    top_grade_costs: TopGradeCosts | None = Field(default=None, alias="top-grade-costs")
    no_double_jeopardy: Bare[NoDoubleJeopardy] | None = Field(
        default=None, alias="no-double-jeopardy"
    )
    no_spill: NoSpill | None = Field(default=None, alias="no-spill")
    monotone: Bare[Monotone] | None = None
    did_they_know: Bare[DidTheyKnow] | None = Field(default=None, alias="did-they-know")
    notice_before_penalty: Bare[NoticeBeforePenalty] | None = Field(
        default=None, alias="notice-before-penalty"
    )
    exposure: Exposure | None = None
    no_sanction_by_relation: Bare[NoSanctionByRelation] | None = Field(
        default=None, alias="no-sanction-by-relation"
    )
    nothing_dead: Bare[NothingDead] | None = Field(default=None, alias="nothing-dead")
    no_dominance: NoDominance | None = Field(default=None, alias="no-dominance")
    order_independent: Bare[OrderIndependent] | None = Field(
        default=None, alias="order-independent"
    )
    time_independent: TimeIndependent | None = Field(default=None, alias="time-independent")

    @model_validator(mode="before")
    @classmethod
    def _one_form(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        forms = [form for form in FORMS if form in data]
        if len(forms) != 1:
            known = {field.alias or name for name, field in cls.model_fields.items()}
            if forms or all(key in known for key in data):  # a misspelt key is reported as such
                said = " and ".join(f"`{form}`" for form in forms[:3]) or "none"
                refuse(
                    f"a claim has one form, found {said}",
                    "give each its own list item" if forms else "write e.g. `never: score < 0`",
                )
            return data
        if "on" in data and forms[0] not in _CONDITIONS:
            refuse(f"`on` cannot stand beside `{forms[0]}`", "it goes with `always` and `never`")
        if "counterexample" in data and data.get("expect") != "refuted":
            refuse("`counterexample` needs `expect: refuted`", "leave it out, or expect that")
        return data

    @property
    def form(self) -> str:
        """The key of its form, e.g. ``max-drop``."""
        return next(form for form in FORMS if getattr(self, form.replace("-", "_")) is not None)

    @property
    def parameters(self) -> Part | str:
        """What stands behind the form: its parameters, or the condition."""
        held: Part | str = getattr(self, self.form.replace("-", "_"))
        return held

    @property
    def asks(self) -> int | None:
        """The question of the twelve that it answers, if it answers one."""
        return self.question or FORMS[self.form]


class Audit(Part):
    """A critic's claims of one policy."""

    audit: Id
    of: Id  # the policy that it is about
    format: Format = 1
    title: Prose | None = None
    about: Prose | None = None
    cast: dict[Text, Member] = {}  # who a search plays with; empty: one of each kind
    relations: dict[Name, Many[Pair]] = {}
    start: Instant | None = None  # None: 2031-01-01
    alphabet: dict[EventType, Move] = {}  # empty: every event type that a rule answers to
    search: Search = Field(default_factory=Search)
    claims: Many[Claim] = ()
