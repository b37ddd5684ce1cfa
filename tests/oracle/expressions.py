"""Expressions and messages (3.5), evaluated on the tree."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import NamedTuple

from engine.language import expressions as ast
from engine.language.model import AllOf, Policy
from engine.language.model import AnyOf as AnyOfThem
from engine.language.rows import Event
from engine.values import (
    LIMIT,
    MILLION,
    divide,
    format_number,
    half_even,
    message_instant,
    multiply,
    show_seconds,
)

from .state import Record, RunError, State, grade_of


class Missing(Enum):
    MISSING = "missing"


MISSING = Missing.MISSING


class Elapsed(NamedTuple):
    """An exact length of time."""

    seconds: int


class Instant(NamedTuple):
    """Only `{until}` in a notice."""

    at: int


Result = int | str | bool | Elapsed | Instant | Missing


@dataclass(frozen=True)
class Scope:
    """What an expression may look at."""

    policy: Policy
    state: State
    subject: str
    now: int
    event: Event | None = None  # the event that rules see, also a refused one
    judged: int | None = None  # place of the event being judged in the history
    until: int | None = None  # of a measure that begins


def holds(scope: Scope, condition: str | AllOf | AnyOfThem | None) -> bool:
    """A condition: missing is false; none is true; lists stop as soon as they know."""
    if condition is None:
        return True
    if isinstance(condition, AllOf):
        return all(holds(scope, each) for each in condition.all)
    if isinstance(condition, AnyOfThem):
        return any(holds(scope, each) for each in condition.any)
    return truth(scope, ast.parse(condition))


def truth(scope: Scope, node: ast.Expr) -> bool:
    """A value where a condition is wanted."""
    value = evaluate(scope, node)
    assert isinstance(value, bool | Missing)
    return value is True


def value_of(scope: Scope, text: str) -> Result:
    return evaluate(scope, ast.parse(text))


def number_of(scope: Scope, text: str) -> int:
    """The amount of a score action; missing is an error, as in all arithmetic."""
    return _number(value_of(scope, text), text)


def message(scope: Scope, text: str) -> str | Missing:
    """A text with its places filled in; missing if any of them is."""
    shown = ""
    missing = False
    for piece in ast.parse_template(text).pieces:
        if isinstance(piece, str):
            shown += piece
            continue
        value = evaluate(scope, piece)
        missing = missing or value is MISSING
        shown += show(value)
    return MISSING if missing else shown


def show(value: Result) -> str:
    if isinstance(value, Missing):
        return "missing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return format_number(value)
    if isinstance(value, Elapsed):
        return show_seconds(value.seconds)
    if isinstance(value, Instant):
        return message_instant(value.at)
    return value


def _number(value: Result, what: str) -> int:
    if value is MISSING:
        raise RunError(f"arithmetic with missing in {what}")
    assert isinstance(value, int)
    assert not isinstance(value, bool)
    return value


def within_limits(value: int, what: str) -> int:
    if abs(value) >= LIMIT:
        raise RunError(f"the result of {what} is outside the language")
    return value


def evaluate(scope: Scope, node: ast.Expr) -> Result:
    match node:
        case ast.Number() | ast.String() | ast.Bool():
            return node.value
        case ast.Length():
            assert node.value is not None
            assert node.value.exact
            return Elapsed(node.value.seconds)
        case ast.Name():
            return _name(scope, node.path)
        case ast.Call():
            return _call(scope, node)
        case ast.Negative():
            return -_number(evaluate(scope, node.operand), "-")
        case ast.Arithmetic():
            return _arithmetic(scope, node)
        case ast.Compare():
            return _compare(scope, node.operator, node.left, node.right)
        case ast.In():
            return any(_compare(scope, "==", node.operand, c) for c in node.choices)
        case ast.IsMissing():
            return evaluate(scope, node.operand) is MISSING
        case ast.Not():
            return not truth(scope, node.operand)
        case ast.And():
            return all(truth(scope, each) for each in node.operands)
        case ast.Or():
            return any(truth(scope, each) for each in node.operands)
    raise AssertionError(node)


def _arithmetic(scope: Scope, node: ast.Arithmetic) -> int:
    left = _number(evaluate(scope, node.left), node.operator)
    right = _number(evaluate(scope, node.right), node.operator)
    if node.operator == "/" and right == 0:
        raise RunError(f"division by zero for {scope.subject}")
    results = {
        "+": lambda: left + right,
        "-": lambda: left - right,
        "*": lambda: multiply(left, right),
        "/": lambda: divide(left, right),
    }
    return within_limits(results[node.operator](), node.operator)


def _compare(scope: Scope, operator: str, left: ast.Expr, right: ast.Expr) -> bool:
    a, b = evaluate(scope, left), evaluate(scope, right)
    if a is MISSING or b is MISSING:
        return False
    if operator == "==":
        return a == b
    if operator == "!=":
        return a != b
    ladder = _ladder(scope, left) or _ladder(scope, right)
    if ladder:
        # The highest grade stands first, so the better one has the smaller place.
        a, b = -ladder.index(str(a)), -ladder.index(str(b))
    if isinstance(a, Elapsed) and isinstance(b, Elapsed):
        a, b = a.seconds, b.seconds
    assert isinstance(a, int)
    assert isinstance(b, int)
    return {"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[operator]


def _ladder(scope: Scope, node: ast.Expr) -> list[str]:
    """The grades of `grade` or `grade.S`, highest first; empty for anything else."""
    if isinstance(node, ast.Call) and node.function == "of":
        return _ladder(scope, node.arguments[1])
    if isinstance(node, ast.Name) and node.parts[0] == "grade":
        return [g.name for g in scope.policy.grades[_which(scope.policy.grades, node.path)]]
    return []


def _which(declared: object, path: str) -> str:
    """The score in `score.S` or `grade.S`; without S, the only one there is."""
    assert isinstance(declared, dict)
    _, _, name = path.partition(".")
    if name:
        return name
    (only,) = declared
    return str(only)


def _name(scope: Scope, path: str) -> Result:
    me = scope.state.subjects[scope.subject]
    root, _, rest = path.partition(".")
    if root == "event":
        return scope.event.fields.get(rest, MISSING) if scope.event else MISSING
    if root == "subject":
        return me.kind if rest == "kind" else me.attributes.get(rest, MISSING)
    if root == "weights":
        return scope.policy.weights[rest].value
    if root == "score":
        return me.scores.get(_which(scope.policy.scores, path), MISSING)
    if root == "grade":
        return _grade(scope, _which(scope.policy.grades, path))
    if root in ("source", "reporter"):
        given = getattr(scope.event, root, None)
        return MISSING if given is None else str(given)
    assert path == "until"
    return MISSING if scope.until is None else Instant(scope.until)


def _grade(scope: Scope, score: str) -> Result:
    value = scope.state.subjects[scope.subject].scores.get(score)
    if value is None:
        return MISSING
    return grade_of(scope.policy, score, value)


def _call(scope: Scope, node: ast.Call) -> Result:
    """A function of the subject's record, of related ones, or of plain numbers."""
    args = node.arguments
    match node.function:
        case "min" | "max" | "abs" | "round" | "floor":
            numbers = [_number(evaluate(scope, each), node.function) for each in args]
            return within_limits(_of_numbers(node.function, numbers), node.function)
        case "related_count" | "related_min" | "related_max" | "related_any":
            return _of_related(scope, node)
        case "of":
            named = evaluate(scope, args[0])
            if named is MISSING or str(named) not in scope.state.subjects:
                return MISSING
            return evaluate(replace(scope, subject=str(named)), args[1])
    return _of_record(scope, node.function, args)


def _of_numbers(function: str, numbers: list[int]) -> int:
    match function:
        case "min":
            return min(numbers)
        case "max":
            return max(numbers)
        case "abs":
            return abs(numbers[0])
        case "round":
            return half_even(numbers[0], MILLION) * MILLION
    assert function == "floor"
    return numbers[0] // MILLION * MILLION


def _of_record(scope: Scope, function: str, args: tuple[ast.Expr, ...]) -> Result:
    me = scope.state.subjects[scope.subject]
    match function:
        case "has":
            return _path(args[0]) in me.active
        case "listed":
            return _path(args[0]) in me.listed
        case "count":
            return MILLION * len(_in_window(scope, me.history, _path(args[0]), args[1]))
        case "refusals":
            return MILLION * len(_in_window(scope, me.refusals, _path(args[0]), args[1]))
        case "total":
            event_type, _, name = _path(args[0]).rpartition(".")
            found = _in_window(scope, me.history, event_type, args[1])
            amounts = [record.fields[name] for record in found if name in record.fields]
            return within_limits(sum(int(amount) for amount in amounts), "total")
        case "latest":
            event_type, _, name = _path(args[0]).rpartition(".")
            record = _last_before(scope, event_type)
            return record.fields.get(name, MISSING) if record else MISSING
        case "since":
            record = _last_before(scope, _path(args[0]))
            return Elapsed(scope.now - record.at) if record else MISSING
    assert function == "age_of_record"
    return Elapsed(scope.now - me.joined)


def _path(node: ast.Expr) -> str:
    assert isinstance(node, ast.Name)
    return node.path


def relation_of(node: ast.Call) -> str:
    name = node.arguments[0]
    assert isinstance(name, ast.String)
    return name.value


def _of_related(scope: Scope, node: ast.Call) -> Result:
    them = [scope.state.subjects[a] for a in scope.state.related(relation_of(node), scope.subject)]
    if node.function == "related_count":
        return MILLION * len(them)
    of = node.arguments[1]
    if node.function == "related_any":
        assert isinstance(of, ast.Call)
        assert of.function == "has"
        return any(_path(of.arguments[0]) in each.active for each in them)
    score = _which(scope.policy.scores, _path(of))
    values = [each.scores[score] for each in them if score in each.scores]
    if not values:
        return MISSING
    return min(values) if node.function == "related_min" else max(values)


def _in_window(scope: Scope, records: list[Record], event_type: str, window: ast.Expr
               ) -> list[Record]:  # fmt: skip
    """Those of a type with e ≤ t < e + W; the one being judged is among them."""
    assert isinstance(window, ast.Length)
    length = window.value
    return [
        record
        for record in records
        if record.type == event_type
        and record.at <= scope.now
        and (length is None or scope.now < length.after(record.at))
    ]


def _last_before(scope: Scope, event_type: str) -> Record | None:
    """The last of a type before the event being judged; of all, if none is judged."""
    history = scope.state.subjects[scope.subject].history
    before = [record for place, record in enumerate(history) if place != scope.judged]
    of_type = [record for record in before if record.type == event_type]
    return of_type[-1] if of_type else None
