"""Types and scope of expressions and messages, before anything runs.

Enters: a written expression or template and its :class:`Scope`. Leaves: findings,
each at the part that is at fault (none: it can be evaluated without surprise).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from engine.findings import Finding
from engine.language.expressions import (
    BadExpression,
    Bool,
    Call,
    Expr,
    Length,
    Name,
    Number,
    String,
    children,
    parse,
    parse_template,
)
from engine.language.facts import if_false, if_true
from engine.language.functions import FUNCTIONS
from engine.language.inference import Inference
from engine.language.scope import NOTHING, Facts, Scope, Type, attribute_names
from engine.language.translations import versions
from engine.text import quoted

__all__ = ["Facts", "Scope", "Wanted", "assured", "check_expression", "check_template",
           "constant", "names_in"]  # fmt: skip

Wanted = Literal["condition", "number", "boolean", "subject-id", "event-id"]


def check_expression(
    text: str, scope: Scope, wanted: Wanted, *, may_miss: bool = False, needed: str = ""
) -> tuple[Finding, ...]:
    """Everything wrong with an expression that should come to ``wanted``.

    ``may_miss``: a missing number is as good as any (an optional field of an emit).
    ``needed``: the field of an emit that must not be missing, for a boolean.
    """
    try:
        tree = parse(text)
    except BadExpression as bad:
        return (bad.finding,)
    reader = Inference(text, scope)
    if wanted == "subject-id":
        _target(reader, tree)
    elif wanted == "event-id":
        _event_id(reader, tree)
    elif wanted == "number":
        reader.number(tree, scope.facts, may_miss=may_miss)
    else:
        reader.condition(tree, scope.facts)
        if needed and isinstance(tree, Name | Call) and not reader.findings:
            _needed(reader, tree, reader.type(tree, scope.facts), needed)
    return tuple(reader.findings)


def check_template(text: str, scope: Scope, *, needed: str = "") -> tuple[Finding, ...]:
    """Everything wrong with a text that has ``{…}`` places, in each of its languages.

    ``needed``: the field of an emit that must not be missing, which one missing place makes it.
    """
    found = (finding for text in versions(text) for finding in _template(text, scope, needed))
    return tuple(dict.fromkeys(found))


def _template(text: str, scope: Scope, needed: str) -> tuple[Finding, ...]:
    try:
        template = parse_template(text)
    except BadExpression as bad:
        return (bad.finding,)
    reader = Inference(text, scope)
    for piece in template.pieces:
        if not isinstance(piece, str):
            _printed(reader, piece, needed)
    return tuple(reader.findings)


def assured(text: str, scope: Scope, holds: bool) -> Facts:
    """What is known where a condition holds (or does not); nothing if it is unreadable."""
    try:
        tree = parse(text)
    except BadExpression:
        return NOTHING
    return if_true(tree, scope.policy) if holds else if_false(tree, scope.policy)


def constant(text: str) -> Expr | None:
    """The literal that an expression is, or ``None`` if it is anything else."""
    try:
        tree = parse(text)
    except BadExpression:
        return None
    return tree if isinstance(tree, Number | String | Bool | Length) else None


def names_in(expr: Expr) -> Iterator[str]:
    """Dotted names that are read as values, as written; not those that name an id or a type."""
    if isinstance(expr, Name):
        yield expr.path
    elif isinstance(expr, Call):
        signature = FUNCTIONS.get(expr.function)
        for at, argument in enumerate(expr.arguments):
            kinds = signature.arguments if signature else ()
            kind = kinds[min(at, len(kinds) - 1)] if kinds else "number"
            if kind in ("number", "score"):
                yield from names_in(argument)
    else:
        for child in children(expr):
            yield from names_in(child)


def _needed(reader: Inference, node: Expr, found: Type, field: str) -> None:
    reader.present(node, found, reader.scope.facts,
                   f"then the required field {quoted(field)} is missing too")  # fmt: skip


def _printed(reader: Inference, node: Expr, needed: str) -> None:
    if isinstance(node, Length):
        reader.find("D206", node.span, f"{reader.slice(node)} needs no braces",
                  "write it as plain text")  # fmt: skip
        return
    if isinstance(node, Name) and node.path == "subject":
        reader.find("D201", node.span, "`subject` alone is not a value",
                  "write one of its attributes, e.g. "
                  + ", ".join(f"`{{subject.{a}}}`" for a in
                              (attribute_names(reader.policy) or ["kind"])[:3]))  # fmt: skip
        return
    found = reader.type(node, reader.scope.facts)
    if needed:
        _needed(reader, node, found, needed)


def _target(reader: Inference, node: Expr) -> None:
    """``subject``, ``related('rel')`` or a text field of the event."""
    if isinstance(node, Name) and node.path == "subject":
        return
    if isinstance(node, Call) and node.function == "related":
        if len(node.arguments) == 1:
            reader.relation(node.arguments[0])
        else:
            reader.find("D208", node.span, "`related` takes one relation",
                      "write e.g. `related('parent')`")  # fmt: skip
        return
    if isinstance(node, Name) and node.path.startswith("event."):
        _text_field(reader, node)
        return
    reader.find("D217", node.span, f"{reader.slice(node)} is not a target",
              "write `subject`, `related('parent')` or `event.FIELD`")  # fmt: skip


def _event_id(reader: Inference, node: Expr) -> None:
    """A text field of the event."""
    if isinstance(node, Name) and node.path.startswith("event."):
        _text_field(reader, node)
    else:
        reader.find("D217", node.span, f"{reader.slice(node)} does not name an event",
                  "write `undo: event.FIELD`, where FIELD holds the event's id")  # fmt: skip


def _text_field(reader: Inference, node: Expr) -> None:
    found = reader.type(node, reader.scope.facts)
    if found.kind not in ("text", "unknown"):
        reader.find("D217", node.span, f"{reader.slice(node)} is {found.noun}, not an id",
                  "ids are texts: declare the field as `text`")  # fmt: skip
