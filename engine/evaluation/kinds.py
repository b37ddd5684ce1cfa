"""Of which kind an expression's values are, for showing them."""

from __future__ import annotations

from engine.evaluation.misses import path_of
from engine.evaluation.primitives import split_field
from engine.language import expressions as ex
from engine.language.model import Policy


def kind_of(node: ex.Expr, policy: Policy) -> str:
    """The kind of a node's values: number, text, boolean, duration, grade or instant."""
    match node:
        case ex.Number() | ex.Negative() | ex.Arithmetic():
            return "number"
        case ex.String():
            return "text"
        case ex.Length():
            return "duration"
        case ex.Call():
            return _kind_of_call(node, policy)
        case ex.Name():
            return _kind_of_name(node, policy)
        case _:
            return "boolean"


def _kind_of_call(node: ex.Call, policy: Policy) -> str:
    if node.function == "of":
        return kind_of(node.arguments[1], policy)
    if node.function in ("has", "listed", "related_any"):
        return "boolean"
    if node.function in ("since", "age_of_record"):
        return "duration"
    if node.function == "latest":
        event, name = split_field(path_of(node.arguments[0]))
        return _plain_kind(policy.events[event].fields[name].kind)
    return "number"


def _kind_of_name(node: ex.Name, policy: Policy) -> str:
    head, _, rest = node.path.partition(".")
    if head == "event":
        for event in policy.events.values():
            if rest in event.fields:
                return _plain_kind(event.fields[rest].kind)
    if head == "subject" and rest != "kind":
        for kind in policy.subjects.values():
            if rest in kind.attributes:
                return _plain_kind(kind.attributes[rest].kind)
    return {"score": "number", "weights": "number", "grade": "grade",
            "until": "instant"}.get(head, "text")  # fmt: skip


def _plain_kind(kind: str) -> str:
    return "text" if kind == "one_of" else kind
