"""Written conditions of a sift become tests of a happening.

They were checked before (:mod:`engine.language.sifts`). A comparison with something that is
missing is false, as everywhere in the language.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import attrgetter

from engine.evaluation.primitives import COMPARISONS, OPERATIONS
from engine.language import expressions as ex
from engine.language.happenings import FACTS, WIDER
from engine.stories.sifting.facts import DEEPER, PLAIN, SLOTS, Look, Value, fact_of
from engine.stories.sifting.happenings import Happening, parse
from engine.values import MILLION, BadValue, Duration

Test = Callable[[Look], bool]
ValueFn = Callable[[Look], Value]


def condition(parts: Sequence[ex.Expr]) -> Test | None:
    """The test that some conditions hold together; ``None`` for none."""
    if len(parts) < 2:
        return test_of(parts[0]) if parts else None
    return _all([test_of(part) for part in parts])


# --- values -----------------------------------------------------------------------------------


def value_of(node: ex.Expr) -> ValueFn:
    """What reads the value of a part; ``None`` is missing."""
    match node:
        case ex.Number() | ex.String() | ex.Bool():
            fixed = node.value
            return lambda look: fixed
        case ex.Length(value=Duration() as length):
            return lambda look: length.seconds
        case ex.Name():
            return _name(node.path)
        case ex.Call():
            return _call(node)
        case ex.Negative():
            inner = _number(node.operand)
            return lambda look: _minus(inner(look))
        case ex.Arithmetic():
            return _arithmetic(node)
        case _:
            return test_of(node)


def _minus(value: int | None) -> int | None:
    return None if value is None else -value


def _arithmetic(node: ex.Arithmetic) -> ValueFn:
    """Of a ledger that is only read, nothing stops: what cannot be computed is missing."""
    left, right, operate = _number(node.left), _number(node.right), OPERATIONS[node.operator]
    divides = node.operator == "/"

    def run(look: Look) -> int | None:
        a, b = left(look), right(look)
        return None if a is None or b is None or (divides and b == 0) else operate(a, b)

    return run


def _name(path: str) -> ValueFn:
    head, _, rest = path.partition(".")
    if not rest:
        if head in SLOTS:
            slot = attrgetter(head)
            return lambda look: slot(look.happening) or None
        if head == "own":
            return lambda look: bool((h := look.happening).who == h.row["who"])
        plain = PLAIN.get(head)
        if plain is not None:
            return lambda look: plain(look.happening)
        deeper = DEEPER[head]
        return lambda look: deeper(look.happening, look)
    if head == "event":
        return lambda look: _field(look.happening, rest)
    if head == "score":
        return lambda look: look.person.scores.get(rest)
    if head == "grade":
        return lambda look: look.person.grades.get(rest)
    return _earlier(head, rest)


def _earlier(step: str, rest: str) -> ValueFn:
    """A fact, or a field, of a step that is bound already."""
    field = rest.partition(".")[2]

    def read(look: Look) -> Value:
        h = look.bound.get(step)
        if h is None:
            return None
        return fact_of(rest, h, look) if rest in FACTS else _field(h, field)

    return read


def _field(h: Happening, name: str) -> Value:
    given = h.row.get("input")
    return given.get("fields", {}).get(name) if given else None


def _number(node: ex.Expr) -> ValueFn:
    """A value as a number: a field of a ledger is a text that may be one."""
    inner = value_of(node)
    if not _is_field(node):
        return inner
    return lambda look: _as_number(inner(look))


def _as_number(value: Value) -> int | None:
    if not isinstance(value, str):
        return None
    try:
        return parse(value)
    except BadValue:
        return None


def _is_field(node: ex.Expr) -> bool:
    return isinstance(node, ex.Name) and ".event." in f".{node.path}"


def _call(node: ex.Call) -> ValueFn:
    names = [a.path if isinstance(a, ex.Name) else "" for a in node.arguments]
    match node.function:
        case "has":
            return lambda look: names[0] in look.person.measures
        case "listed":
            return lambda look: names[0] in look.person.lists
        case "abs":
            inner = _number(node.arguments[0])
            return lambda look: None if (v := inner(look)) is None else abs(v)
        case "since":
            kinds = WIDER.get(names[0], (names[0],))
            return lambda look: _since(look, kinds)
    kinds = WIDER.get(names[0], (names[0],))
    window = node.arguments[1]
    length = window.value if isinstance(window, ex.Length) else None
    return lambda look: MILLION * sum(_count(look, kind, length) for kind in kinds)


def _since(look: Look, kinds: Sequence[str]) -> int | None:
    past = look.person.past
    last = [past[kind][-1] for kind in kinds if past.get(kind)]
    return look.happening.at - max(last) if last else None


def _count(look: Look, kind: str, window: Duration | None) -> int:
    if window is None:
        return look.person.totals.get(kind, 0)
    now = look.happening.at
    return sum(now < window.after(at) for at in look.person.past.get(kind, ()))


# --- tests ------------------------------------------------------------------------------------


def test_of(node: ex.Expr) -> Test:
    """The test of a condition; missing is false."""
    match node:
        case ex.And():
            return _all([test_of(part) for part in node.operands])
        case ex.Or():
            return _any([test_of(part) for part in node.operands])
        case ex.Not():
            return _not(node.operand)
        case ex.Compare():
            return _compare(node.operator, node.left, node.right)
        case ex.In():
            return _any([_compare("==", node.operand, choice) for choice in node.choices])
        case ex.IsMissing():
            value = value_of(node.operand)
            return lambda look: value(look) is None
        case _:
            value = value_of(node)
            return lambda look: value(look) is True


def _not(node: ex.Expr) -> Test:
    if isinstance(node, ex.IsMissing):
        value = value_of(node.operand)
        return lambda look: value(look) is not None
    if isinstance(node, ex.Compare) and node.operator == "==" and isinstance(node.right, ex.String):
        value, fixed = value_of(node.left), node.right.value
        return lambda look: bool(value(look) != fixed)
    inner = test_of(node)
    return lambda look: not inner(look)


def _all(tests: list[Test]) -> Test:
    if len(tests) == 2:
        one, two = tests
        return lambda look: one(look) and two(look)
    if len(tests) == 3:
        one, two, three = tests
        return lambda look: one(look) and two(look) and three(look)

    def test(look: Look) -> bool:
        for one in tests:  # noqa: SIM110  # a generator costs more than the tests
            if not one(look):
                return False
        return True

    return test


def _any(tests: list[Test]) -> Test:
    def test(look: Look) -> bool:
        for one in tests:  # noqa: SIM110  # as above
            if one(look):
                return True
        return False

    return test


def _compare(operator: str, left: ex.Expr, right: ex.Expr) -> Test:
    compare = COMPARISONS[operator]
    a_of, b_of = _sides(left, right)
    if isinstance(right, ex.String):
        fixed = right.value
        if operator == "==":
            return lambda look: bool(a_of(look) == fixed)
        return lambda look: type(a := a_of(look)) is str and bool(compare(a, fixed))
    if isinstance(right, ex.Number):
        limit = right.value
        return lambda look: type(a := a_of(look)) is int and bool(compare(a, limit))

    def test(look: Look) -> bool:
        a, b = a_of(look), b_of(look)
        return a is not None and b is not None and type(a) is type(b) and bool(compare(a, b))

    return test


def _sides(left: ex.Expr, right: ex.Expr) -> tuple[ValueFn, ValueFn]:
    """Both sides; a field is a number where it is compared with one, or put in order."""
    fields = _is_field(left), _is_field(right)
    numeric = [not is_ and not isinstance(n, ex.String | ex.Bool) and not _is_text(n)
               for n, is_ in zip((left, right), fields, strict=True)]  # fmt: skip
    if any(fields) and any(numeric):
        return _number(left), _number(right)
    return value_of(left), value_of(right)


def _is_text(node: ex.Expr) -> bool:
    if not isinstance(node, ex.Name):
        return False
    path = node.path.rpartition(".")[2]
    return FACTS.get(path) in ("text", "boolean") or node.path.startswith("grade.")
