"""What a condition makes sure of when it holds, or when it does not.

A comparison with a missing value is false, so one that holds proves that nothing
in it is missing; ``not (x is missing)`` proves it outright; ``subject.kind == 'a'``
narrows the kinds. The checker reads these to accuse only unguarded arithmetic.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce

from engine.language.expressions import (
    And,
    Arithmetic,
    Bool,
    Call,
    Compare,
    Expr,
    In,
    IsMissing,
    Length,
    Name,
    Negative,
    Not,
    Number,
    Or,
    String,
    children,
)
from engine.language.model import Policy
from engine.language.scope import NOTHING, Facts, canonical
from engine.values import format_number

#: Functions whose arguments are numbers, and missing if one of those is.
NUMERIC = ("min", "max", "abs", "round", "floor")


def key_of(node: Expr, policy: Policy) -> str:
    """A text that two readings of the same value share; empty for compound values."""
    match node:
        case Name():
            return canonical(node.path, policy)
        case Call():
            inner = ", ".join(key_of(argument, policy) for argument in node.arguments)
            return f"{node.function}({inner})"
        case String():
            return repr(node.value)
        case Number():
            return format_number(node.value)
        case Length():
            return "ever" if node.value is None else str(node.value)
        case Bool():
            return "true" if node.value else "false"
        case _:
            return ""


def if_true(node: Expr, policy: Policy) -> Facts:
    """What holds where the condition holds."""
    match node:
        case And():
            return reduce(Facts.__and__, (if_true(part, policy) for part in node.operands))
        case Or():
            return reduce(Facts.__or__, (if_true(part, policy) for part in node.operands))
        case Not():
            return if_false(node.operand, policy)
        case Compare():
            facts = _present((node.left, node.right), policy)
            return facts & _kinds(node.left, (node.right,), policy, node.operator == "==",
                                  node.operator in ("==", "!="))  # fmt: skip
        case In():
            return _present((node.operand,), policy) & _kinds(
                node.operand, node.choices, policy, True, True
            )
        case Name() | Call():
            return _present((node,), policy)
        case _:
            return NOTHING


def if_false(node: Expr, policy: Policy) -> Facts:
    """What holds where the condition does not hold."""
    match node:
        case And():
            return reduce(Facts.__or__, (if_false(part, policy) for part in node.operands))
        case Or():
            return reduce(Facts.__and__, (if_false(part, policy) for part in node.operands))
        case Not():
            return if_true(node.operand, policy)
        case IsMissing():
            return _present((node.operand,), policy)
        case Compare():
            return _kinds(node.left, (node.right,), policy, node.operator != "==",
                          node.operator in ("==", "!="))  # fmt: skip
        case In():
            return _kinds(node.operand, node.choices, policy, False, True)
        case _:
            return NOTHING


def _present(nodes: tuple[Expr, ...], policy: Policy) -> Facts:
    return Facts(frozenset(key for node in nodes for key in _read(node, policy) if key))


def _read(node: Expr, policy: Policy) -> Iterator[str]:
    """Keys of everything that must be there for the value to be there."""
    yield key_of(node, policy)
    numeric = isinstance(node, Call) and node.function in NUMERIC
    if numeric or isinstance(node, Arithmetic | Negative):
        for child in children(node):
            yield from _read(child, policy)


def _kinds(
    left: Expr, rights: tuple[Expr, ...], policy: Policy, same: bool, applies: bool
) -> Facts:
    """The kinds that remain if ``subject.kind`` is (not) among these texts."""
    if not applies or not (isinstance(left, Name) and left.path == "subject.kind"):
        return NOTHING
    named = {right.value for right in rights if isinstance(right, String)}
    if len(named) < len(rights):
        return NOTHING
    kept = (str(kind) for kind in policy.subjects if (kind in named) == same)
    return Facts(kinds=frozenset(kept))
