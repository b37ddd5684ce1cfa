"""The parameters of each form of claim.

Names of measures, scores and events that a form may leave out mean all of them, or the
policy's only one. Numbers are in millionths.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, model_validator

from engine.language.leaves import (
    Count,
    DurationLeaf,
    EventPattern,
    EventType,
    Expression,
    Id,
    Name,
    Number,
    Raw,
    Text,
    refuse,
)
from engine.language.model.parts import Many, OneOrMany, Part
from engine.values import MILLION


def usual(value: Any) -> Any:
    """A default that JSON Schemas do not show, because it is in units of the engine."""
    return Field(default_factory=lambda: value)


def _needs_one(part: Part, *keys: str) -> None:
    if all(getattr(part, key) is None for key in keys):
        names = " or ".join(f"`{key}`" for key in keys)
        refuse(f"a limit is missing: {names}", f"write e.g. `{keys[0]}: 1`")


class Drop(Part):
    """How far something may fall: so many grades, so many points, or both."""

    grades: Number | None = None
    points: Number | None = None
    score: Name | None = None

    @model_validator(mode="after")
    def _limited(self) -> Any:
        _needs_one(self, "grades", "points")
        return self


class AddsUp(Part):
    """The effects on every subject sum to its score."""


class NoTurningPoint(Drop):
    """Leaving out one event of a history never changes its end by more."""


class MaxDrop(Drop):
    """One event never drops anybody further."""

    events: OneOrMany[EventPattern] = ()


class SmallestChange(Part):
    """The least change of a weight that flips somebody's last grade."""

    weight: Name
    score: Name | None = None
    at_least: Number | None = None
    at_most: Number | None = None

    @model_validator(mode="after")
    def _limited(self) -> Any:
        _needs_one(self, "at_least", "at_most")
        return self


class Recoverable(Part):
    """From one grade, a subject can reach another in time."""

    within: DurationLeaf
    score: Name | None = None
    from_: Name | None = Field(default=None, alias="from")  # None: the worst grade
    to: Name | None = None  # None: the grade at joining


class PenaltiesEnd(Part):
    """Every penalty ends so soon after it began."""

    within: DurationLeaf
    penalties: OneOrMany[Id] = ()


class NeverQualifies(Part):
    """Nobody whom the claim is about can ever hold a measure."""

    measure: Id


class PriceOfALie(Part):
    """A false report that is retracted costs no more than this."""

    event: EventType
    retracted_by: EventType
    naming: Name | None = None  # field of the retraction that holds the report's id
    score: Name | None = None
    loss: Number | None = None  # at the worst moment, in points
    lasts: DurationLeaf | None = None  # from the first effect to the last
    residue: Number = 0  # after the retraction, in points


class Reversible(Part):
    """A retraction restores the state before."""

    event: EventType
    by: EventType
    naming: Name | None = None  # field of the retraction that holds the event's id


class ChangesNothing(Part):
    """An event of these types leaves everybody as they were."""

    events: OneOrMany[EventPattern]
    in_: OneOrMany[Literal["scores", "measures", "lists", "messages"]] = Field(
        default=("scores", "measures", "lists"), alias="in"
    )


class WhoBears(Part):
    """Outcomes differ between groups by no more than a ratio."""

    over: Name  # the attribute that makes the groups
    of: OneOrMany[Name] = ()  # measures, registries or grades; empty: every penalty
    at_most: Number = usual(1_250_000)  # highest rate over lowest
    least: Count = 30  # smaller groups are named, not judged
    population: Text | None = None  # a population, as a path from the audit


class EqualTreatment(Part):
    """The same behaviour has the same outcome, whatever an attribute says."""

    over: OneOrMany[Name]
    values: Many[Raw] = ()  # tried of a number or a free text


class NeverHarsher(Part):
    """Under the claim's reforms nobody is worse off than without them."""

    score: Name | None = None


class TopGradeCosts(Part):
    """The cheapest way to a grade costs at least so much."""

    at_least: Number
    score: Name | None = None
    grade: Name | None = None  # None: the best
    holding: Expression | None = None  # what must hold there too, e.g. a serious default


class NoDoubleJeopardy(Part):
    """One act of somebody begins at most so many penalties."""

    at_most: Count = 1
    penalties: OneOrMany[Id] = ()


class NoSpill(Part):
    """Events of some domains change nothing in others."""

    from_: OneOrMany[Name] = Field(alias="from")
    to: OneOrMany[Name]


class Monotone(Part):
    """One good deed more, or one bad deed less, never makes anybody worse off."""

    good: OneOrMany[EventPattern] = ()  # both empty: those whose every direct effect is up (down)
    bad: OneOrMany[EventPattern] = ()
    score: Name | None = None


class DidTheyKnow(Part):
    """Who is sanctioned is told, and what happened is known in time."""

    within: DurationLeaf | None = None  # between an event's `at` and its being known
    penalties: OneOrMany[Id] = ()


class NoticeBeforePenalty(Part):
    """A message comes before a penalty begins."""

    ahead: DurationLeaf | None = None  # None: in an earlier step
    penalties: OneOrMany[Id] = ()


class Exposure(Part):
    """Nobody stands on a list for longer."""

    registry: Id
    within: DurationLeaf
    shows: OneOrMany[Name] = ()  # data that the list may show; empty: any


class NoSanctionByRelation(Part):
    """Nobody is sanctioned without an act of their own."""

    relations: OneOrMany[Name] = ()


class NothingDead(Part):
    """Every rule can fire, every grade and measure can be reached."""

    but: OneOrMany[Id] = ()  # rules and measures that may be dead


class NoDominance(Part):
    """No rule makes more than a share of all movement of a score."""

    share: Number = usual(MILLION // 2)  # from 0 to 1
    score: Name | None = None


class OrderIndependent(Part):
    """The same events in another order come to the same end."""

    events: OneOrMany[EventPattern] = ()
    score: Name | None = None


class TimeIndependent(Part):
    """The same life, begun so much later, comes to the same end."""

    shift: OneOrMany[DurationLeaf]
