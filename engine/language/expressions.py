"""Expressions: one line of text in, a small tree with offsets out.

The grammar is the whole of what an expression can say; there is no evaluation
here and no access to anything. Types and names are checked in
:mod:`engine.language.typing`, meaning is given in :mod:`engine.evaluation.compile`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from lark import Lark, Token, UnexpectedCharacters, UnexpectedInput, UnexpectedToken
from lark.exceptions import VisitError
from lark.visitors import Transformer_NonRecursive

from engine.findings import Finding, Where
from engine.language.nodes import Scalar
from engine.language.trees import (
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
    Span,
    String,
    children,
    moved,
    relations_in,
    walk,
)
from engine.text import quoted
from engine.values import UNITS, BadValue, make_duration, parse_number

_UNIT_WORDS = " | ".join(f'"{unit}"' for unit in UNITS)
_GRAMMAR = rf"""
?start: or
?or: and ("or" and)*                     -> either
?and: not ("and" not)*                   -> both
?not: "not" not                          -> negation
    | comparison
?comparison: sum
    | sum COMPARE sum                    -> compare
    | sum "in" "[" [sum ("," sum)*] "]"  -> within
    | sum "is" "missing"                 -> is_missing
?sum: term
    | sum SIGN term                      -> arithmetic
?term: unary
    | term FACTOR unary                  -> arithmetic
?unary: SIGN unary                       -> signed
    | atom
?atom: NUMBER                            -> number
    | NUMBER UNIT                        -> length
    | STRING                             -> string
    | "true"                             -> true
    | "false"                            -> false
    | "ever"                             -> ever
    | NAME                               -> name
    | NAME "(" [or ("," or)*] ")"        -> call
    | "(" or ")"                         -> group
COMPARE: "==" | "!=" | "<=" | ">=" | "<" | ">"
SIGN: "+" | "-"
FACTOR: "*" | "/"
UNIT: {_UNIT_WORDS}
NUMBER: /[0-9][0-9.]*/
STRING: /'[^'\n]*'/ | /"[^"\n]*"/
NAME: /[A-Za-z_][A-Za-z0-9_]*(-[A-Za-z0-9_]+)*(\.[A-Za-z_][A-Za-z0-9_]*(-[A-Za-z0-9_]+)*)*/
%ignore / +/
"""


class _Build(Transformer_NonRecursive[Token, Expr]):
    """Parse tree → expression tree. Every method gets (children, span).

    Not recursive: a long sum is a deep tree, and is refused only once it is built.
    """

    def _call_userfunc(self, tree: Any, new_children: Any = None) -> Any:
        kids = new_children if new_children is not None else tree.children
        meta = tree.meta
        span = (meta.start_pos, meta.end_pos) if not meta.empty else (0, 0)
        return getattr(self, tree.data)(kids, span)

    def either(self, kids: list[Expr], span: Span) -> Expr:
        return kids[0] if len(kids) == 1 else Or(tuple(kids), span)

    def both(self, kids: list[Expr], span: Span) -> Expr:
        return kids[0] if len(kids) == 1 else And(tuple(kids), span)

    def negation(self, kids: list[Expr], span: Span) -> Expr:
        return Not(kids[0], span)

    def compare(self, kids: list[Any], span: Span) -> Expr:
        return Compare(str(kids[1]), kids[0], kids[2], span)

    def within(self, kids: list[Any], span: Span) -> Expr:
        return In(kids[0], tuple(k for k in kids[1:] if k is not None), span)

    def is_missing(self, kids: list[Expr], span: Span) -> Expr:
        return IsMissing(kids[0], span)

    def arithmetic(self, kids: list[Any], span: Span) -> Expr:
        return Arithmetic(str(kids[1]), kids[0], kids[2], span)

    def signed(self, kids: list[Any], span: Span) -> Expr:
        if kids[0] == "+":
            raise _Refused("a plus sign stands between two values", "leave it out", span)
        if isinstance(kids[1], Number):
            return Number(-kids[1].value, span)
        return Negative(kids[1], span)

    def number(self, kids: list[Any], span: Span) -> Expr:
        return Number(_refusing(lambda: parse_number(kids[0]), span), span)

    def length(self, kids: list[Any], span: Span) -> Expr:
        number, unit = str(kids[0]), str(kids[1])
        if not number.isdigit() or (len(number) > 1 and number[0] == "0"):
            raise _Refused("a duration has a whole number", f"write e.g. `90 {unit}`", span)
        return Length(_refusing(lambda: make_duration(int(number[:15]), unit), span), span)

    def string(self, kids: list[Any], span: Span) -> Expr:
        return String(str(kids[0])[1:-1], span)

    def true(self, _: Any, span: Span) -> Expr:
        return Bool(True, span)

    def false(self, _: Any, span: Span) -> Expr:
        return Bool(False, span)

    def ever(self, _: Any, span: Span) -> Expr:
        return Length(None, span)

    def name(self, kids: list[Any], span: Span) -> Expr:
        return Name(str(kids[0]), span)

    def call(self, kids: list[Any], span: Span) -> Expr:
        return Call(str(kids[0]), tuple(k for k in kids[1:] if k is not None), span)

    def group(self, kids: list[Expr], span: Span) -> Expr:
        return kids[0]


class _Refused(Exception):
    def __init__(self, message: str, hint: str | None, span: Span, code: str = "D202") -> None:
        self.finding = (message, hint, span, code)


def _refusing(make: Any, span: Span) -> Any:
    try:
        return make()
    except BadValue as bad:
        raise _Refused(bad.message, bad.hint, span) from None


@lru_cache(maxsize=1)
def _parser() -> Lark:
    return Lark(_GRAMMAR, parser="lalr", propagate_positions=True, maybe_placeholders=True)


class BadExpression(Exception):
    """An expression that cannot be read; holds the finding."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


MAX_LENGTH = 2000  # characters of one expression
MAX_MESSAGE = 10_000  # characters of one message
MAX_PLACES = 100  # places `{…}` of one message
MAX_DEPTH = 64  # parts inside parts; each term of a sum holds those before it
_TOO_DEEP = f"an expression nests at most {MAX_DEPTH} deep"

_MISTAKES = (
    (re.compile(r"&&"), "write `and`"),
    (re.compile(r"\|\|"), "write `or`"),
    (re.compile(r"!(?!=)"), "write `not`"),
    (re.compile(r"(?<![=!<>])=(?!=)"), "write `==` to compare"),
    (re.compile(r"\*\*|%|\^|//"), "there are only + - * and /"),
    (re.compile(r"[‘’“”]"), "use straight quotes"),
    (re.compile(r"[−–—]"), "write a plain minus `-`"),
    (re.compile(r"\bthen\b|\bif\b|\blambda\b|\bfor\b"), "an expression has no statements"),
)


def place(text: str, span: Span) -> tuple[Where | None, int]:
    """Where a part of an expression stands in its file, and its width."""
    where = text.spot(span[0]) if isinstance(text, Scalar) else None
    return where, max(1, span[1] - span[0])


def parse(text: str) -> Expr:
    """The tree of an expression; raises :class:`BadExpression` with a place."""
    if len(text) > MAX_LENGTH:
        raise _bad(text, f"an expression has at most {MAX_LENGTH} characters",
                   "split the rule", (0, 1), "D205")  # fmt: skip
    try:
        return _parse(str.__str__(text))
    except _Refused as refused:
        raise _bad(text, *refused.finding) from None


def _nesting(text: str) -> int:
    """How deep the text nests, before anything is built."""
    depth = deepest = 0
    for char in text:
        depth += char in "(["
        depth -= char in ")]"
        deepest = max(deepest, depth)
    run = max((len(found) for found in re.findall(r"(?:-\s*|\bnot\s+)+", text)), default=0)
    return deepest + run // 2


def _depth(tree: Expr) -> int:
    """How many parts stand inside each other."""
    depth = 0
    level: list[Expr] = [tree]
    while level:
        depth += 1
        level = [child for node in level for child in children(node)]
    return depth


@lru_cache(maxsize=4096)
def _parse(text: str) -> Expr:
    start = len(text) - len(text.lstrip(" "))
    if _nesting(text) > MAX_DEPTH:
        raise _Refused(_TOO_DEEP, "split the rule", (start, start + 1), "D205")
    try:
        tree = _Build().transform(_parser().parse(text))
    except VisitError as wrapped:
        raise wrapped.orig_exc from None
    except UnexpectedInput as unexpected:
        raise _Refused(*_explain(text, unexpected)) from None
    if _depth(tree) > MAX_DEPTH:
        raise _Refused(_TOO_DEEP, "split the rule", (start, start + 1), "D205")
    return tree


def _explain(text: str, unexpected: UnexpectedInput) -> tuple[str, str | None, Span]:
    at = unexpected.pos_in_stream
    at = len(text) if at is None else at
    hint = next((h for pattern, h in _MISTAKES if pattern.search(text)), None)
    if isinstance(unexpected, UnexpectedToken) and unexpected.token.type == "$END":
        if not text.strip():
            return "expected an expression, found nothing", "write a condition or a value", (0, 1)
        return (
            "the expression ends too early",
            hint or "close the parenthesis or complete the comparison",
            (max(0, len(text) - 1), len(text)),
        )
    if isinstance(unexpected, UnexpectedCharacters):
        char = text[at : at + 1]
        if char in "'\"":
            hint = hint or "close the quote"
        return f"unexpected {quoted(char)} in an expression", hint, (at, at + 1)
    word = str(getattr(unexpected, "token", text[at : at + 1]))
    if hint is None and re.match(r"==|!=|<=|>=|<|>", word):
        hint = "compare two values at a time; join comparisons with `and`"
    return f"unexpected {quoted(word)} in an expression", hint, (at, at + len(word))


def _bad(text: str, message: str, hint: str | None, span: Span, code: str) -> BadExpression:
    where, width = place(text, span)
    return BadExpression(Finding(code, message, where, hint, width=width))


# --- templates: texts with {…} ------------------------------------------------


@dataclass(frozen=True, slots=True)
class Template:
    """A text with places: literal texts and expressions, in order."""

    pieces: tuple[str | Expr, ...]


def parse_template(text: str) -> Template:
    """The pieces of a text such as ``"{subject.name}, wait until {until}."``."""
    if len(text) > MAX_MESSAGE or text.count("{") > 2 * MAX_PLACES:
        raise _bad(text, f"a message has at most {MAX_MESSAGE} characters and {MAX_PLACES} places",
                   "shorten it", (0, 1), "D205")  # fmt: skip
    pieces: list[str | Expr] = []
    plain = str.__str__(text)
    literal = ""
    at = 0
    while at < len(plain):
        char = plain[at]
        if plain[at : at + 2] in ("{{", "}}"):
            literal += char
            at += 2
        elif char == "{":
            end = plain.find("}", at)
            if end < 0:
                raise _bad(text, "this `{` is never closed",
                           "close it with `}`, or write `{{` for a brace",
                           (at, at + 1), "D203")  # fmt: skip
            if literal:
                pieces.append(literal)
                literal = ""
            pieces.append(_shifted(text, plain[at + 1 : end], at + 1))
            at = end + 1
        elif char == "}":
            raise _bad(text, "this `}` closes nothing", "write `}}` for a brace",
                       (at, at + 1), "D203")  # fmt: skip
        else:
            literal += char
            at += 1
    if literal:
        pieces.append(literal)
    return Template(tuple(pieces))


def _shifted(text: str, inner: str, offset: int) -> Expr:
    """Parse one place of a template, with spans that count from the whole text."""
    if len(inner) > MAX_LENGTH:
        raise _bad(text, f"an expression has at most {MAX_LENGTH} characters", "shorten it",
                   (offset, offset + 1), "D205")  # fmt: skip
    try:
        return moved(_parse(inner), offset)
    except _Refused as refused:
        message, hint, (start, end), code = refused.finding
        raise _bad(text, message, hint, (start + offset, end + offset), code) from None


__all__ = [
    "And",
    "Arithmetic",
    "BadExpression",
    "Bool",
    "Call",
    "Compare",
    "Expr",
    "In",
    "IsMissing",
    "Length",
    "Name",
    "Negative",
    "Not",
    "Number",
    "Or",
    "Span",
    "String",
    "Template",
    "children",
    "parse",
    "parse_template",
    "place",
    "relations_in",
    "walk",
]
