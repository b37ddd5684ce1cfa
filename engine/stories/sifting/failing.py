"""Why a happening did not fit: the part of a condition that failed, and what it came to."""

from __future__ import annotations

from typing import Any

from engine.language import expressions as ex
from engine.language.happenings import FACTS
from engine.stories.sifting.conditions import test_of, value_of
from engine.stories.sifting.facts import Look
from engine.text import safe
from engine.values import format_number, show_seconds

Value = Any


def failed(text: str, look: Look) -> str:
    """Which part of a condition does not hold for what is looked at, with what it came to."""
    return _failed(ex.parse(text), str.__str__(text), look)


def _failed(node: ex.Expr, text: str, look: Look) -> str:
    if isinstance(node, ex.And):
        part = next((p for p in node.operands if not test_of(p)(look)), node.operands[0])
        return _failed(part, text, look)
    shown = text[node.span[0] : node.span[1]]
    if isinstance(node, ex.Compare):
        value = value_of(node.left)(look)
        left = text[node.left.span[0] : node.left.span[1]]
        return f"`{shown}` is not so: `{left}` is {shown_value(value, _kind(node.left))}"
    if isinstance(node, ex.Not):
        return _untrue(node.operand, text)
    return f"`{shown}` is not so"


def _untrue(node: ex.Expr, text: str) -> str:
    """A condition that holds and must not."""
    return f"`{text[node.span[0] : node.span[1]]}` is so"


def _kind(node: ex.Expr) -> str:
    if isinstance(node, ex.Call):
        return {"since": "duration", "has": "boolean", "listed": "boolean"}.get(
            node.function, "number"
        )
    if isinstance(node, ex.Name):
        return FACTS.get(node.path.rpartition(".")[2], "number")
    return "number"


def shown_value(value: Value, kind: str) -> str:
    """A value of a kind for people."""
    if value is None:
        return "missing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return safe(value)
    return show_seconds(value) if kind == "duration" else format_number(value)
