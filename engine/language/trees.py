"""The trees of expressions: what the parser leaves, and how to walk it.

Every node is frozen and knows its ``span``: the offsets of its first character and
behind its last in the text that it was read from.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from engine.values import Duration

Span = tuple[int, int]  # offsets of the first character and behind the last


@dataclass(frozen=True, slots=True)
class Number:
    value: int  # millionths
    span: Span


@dataclass(frozen=True, slots=True)
class String:
    value: str
    span: Span


@dataclass(frozen=True, slots=True)
class Bool:
    value: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Length:
    """A written duration; ``None`` is the window ``ever``."""

    value: Duration | None
    span: Span


@dataclass(frozen=True, slots=True)
class Name:
    """A dotted name as written: ``event.days``, ``score``, ``weights.late``."""

    path: str
    span: Span

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(self.path.split("."))


@dataclass(frozen=True, slots=True)
class Call:
    function: str
    arguments: tuple[Expr, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Negative:
    operand: Expr
    span: Span


@dataclass(frozen=True, slots=True)
class Arithmetic:
    operator: str  # + - * /
    left: Expr
    right: Expr
    span: Span


@dataclass(frozen=True, slots=True)
class Compare:
    operator: str  # == != < <= > >=
    left: Expr
    right: Expr
    span: Span


@dataclass(frozen=True, slots=True)
class In:
    operand: Expr
    choices: tuple[Expr, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class IsMissing:
    operand: Expr
    span: Span


@dataclass(frozen=True, slots=True)
class Not:
    operand: Expr
    span: Span


@dataclass(frozen=True, slots=True)
class And:
    operands: tuple[Expr, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Or:
    operands: tuple[Expr, ...]
    span: Span


Expr = (
    Number | String | Bool | Length | Name | Call | Negative | Arithmetic
    | Compare | In | IsMissing | Not | And | Or
)  # fmt: skip


def children(node: Expr) -> tuple[Expr, ...]:
    """The direct parts of an expression, left to right."""
    match node:
        case Call():
            return node.arguments
        case Negative() | IsMissing() | Not():
            return (node.operand,)
        case Arithmetic() | Compare():
            return (node.left, node.right)
        case In():
            return (node.operand, *node.choices)
        case And() | Or():
            return node.operands
        case _:
            return ()


def walk(node: Expr) -> Iterator[Expr]:
    """The expression and all its parts, each before its own parts."""
    yield node
    for child in children(node):
        yield from walk(child)


def moved(node: Expr, by: int) -> Expr:
    """The same expression, read ``by`` characters further on in a text."""
    changed: dict[str, object] = {"span": (node.span[0] + by, node.span[1] + by)}
    for name in node.__slots__:
        value = getattr(node, name)
        if isinstance(value, Expr):
            changed[name] = moved(value, by)
        elif isinstance(value, tuple) and value and isinstance(value[0], Expr):
            changed[name] = tuple(moved(part, by) for part in value)
    return replace(node, **changed)  # type: ignore[arg-type]


def relations_in(node: Expr) -> tuple[str, ...]:
    """The relations that an expression reads through ``related_…``, each once."""
    found = []
    for part in walk(node):
        if isinstance(part, Call) and part.function.startswith("related"):
            first = part.arguments[0] if part.arguments else None
            if isinstance(first, String):
                found.append(first.value)
    return tuple(dict.fromkeys(found))
