"""The functions of expressions: what each takes and gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Argument = Literal[
    "measure",  # the id of a reward or penalty
    "registry",  # the id of a registry
    "type",  # an event type
    "field",  # TYPE.FIELD
    "number-field",  # TYPE.FIELD of a number
    "window",  # a duration or `ever`
    "relation",  # a relation's name, in quotes
    "score",  # score.S
    "has",  # has(MEASURE)
    "someone",  # event.FIELD or `reporter`: a subject's id
    "read",  # score.S, grade.S, subject.A, has(M) or listed(R), of somebody else
    "number",
]


@dataclass(frozen=True, slots=True)
class Signature:
    """What one function takes and gives."""

    shown: str  # as the reference writes it
    arguments: tuple[Argument, ...]
    #: What it gives; ``field`` is the type of its first argument, ``read`` of its second.
    gives: Literal["number", "boolean", "duration", "field", "read"]
    missing: bool = False  # whether the result may be missing
    repeats: bool = False  # whether more of the last argument may follow

    def takes(self, count: int) -> bool:
        """Whether it can be called with so many arguments."""
        least = len(self.arguments)
        return count >= least if self.repeats else count == least


FUNCTIONS: Mapping[str, Signature] = {
    "has": Signature("has(MEASURE)", ("measure",), "boolean"),
    "listed": Signature("listed(REGISTRY)", ("registry",), "boolean"),
    "count": Signature("count(TYPE, WINDOW)", ("type", "window"), "number"),
    "total": Signature("total(TYPE.FIELD, WINDOW)", ("number-field", "window"), "number"),
    "latest": Signature("latest(TYPE.FIELD)", ("field",), "field", missing=True),
    "since": Signature("since(TYPE)", ("type",), "duration", missing=True),
    "age_of_record": Signature("age_of_record()", (), "duration"),
    "refusals": Signature("refusals(TYPE, WINDOW)", ("type", "window"), "number"),
    "related_count": Signature("related_count('rel')", ("relation",), "number"),
    "related_min": Signature(
        "related_min('rel', score.S)", ("relation", "score"), "number", missing=True
    ),
    "related_max": Signature(
        "related_max('rel', score.S)", ("relation", "score"), "number", missing=True
    ),
    "related_any": Signature("related_any('rel', has(M))", ("relation", "has"), "boolean"),
    "of": Signature("of(reporter, score.S)", ("someone", "read"), "read", missing=True),
    "min": Signature("min(A, B, …)", ("number", "number"), "number", repeats=True),
    "max": Signature("max(A, B, …)", ("number", "number"), "number", repeats=True),
    "abs": Signature("abs(A)", ("number",), "number"),
    "round": Signature("round(A)", ("number",), "number"),
    "floor": Signature("floor(A)", ("number",), "number"),
}
