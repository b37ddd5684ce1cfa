"""Expressions become slots and small code: the twin of :mod:`engine.evaluation.compile`."""

from __future__ import annotations

from engine.evaluation.misses import path_of, window_of
from engine.evaluation.primitives import OPERATIONS, EvaluationError, bounded, split_field
from engine.language import expressions as ex
from engine.language.model import Policy
from engine.population import words as w
from engine.population.lower_base import Base, Unsupported, may_fail
from engine.population.lower_slots import ANY, Code, Leaf, Range, range_of
from engine.values import Duration

_BARE = frozenset((w.Q_COUNT, w.Q_COUNT_EVER, w.Q_COUNT_MONTHS))  # counts, not millionths
_ARITHMETIC = {"+": w.O_ADD, "-": w.O_SUB, "*": w.O_MUL, "/": w.O_DIV}
_COMPARE = {"==": w.O_EQ, "!=": w.O_NE, "<": w.O_LT, "<=": w.O_LE, ">": w.O_GT, ">=": w.O_GE}
_MIRRORED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "==": "==", "!=": "!="}
_NUMERIC = {"min": w.O_MIN, "max": w.O_MAX, "abs": w.O_ABS, "round": w.O_ROUND,
            "floor": w.O_FLOOR}  # fmt: skip


class Coder:
    """Lowers the expressions of one version of a policy."""

    def __init__(self, base: Base, policy: Policy, score_blocks: dict[str, int]) -> None:
        """``score_blocks``: where each score of this version stands in the image."""
        self.base = base
        self.policy = policy
        self._score_blocks = score_blocks

    # --- what is known beforehand ---------------------------------------------------

    def fixed(self, node: ex.Expr) -> int | None:
        """The value of a part that never changes; texts are numbered."""
        match node:
            case ex.Number():
                return node.value
            case ex.Bool():
                return int(node.value)
            case ex.String():
                return self.base.texts.number(node.value)
            case ex.Length(value=Duration() as length):
                return length.seconds
            case ex.Name() if node.parts[0] == "weights":
                return int(self.policy.weights[node.path.partition(".")[2]].value)
            case ex.Negative():
                inner = self.fixed(node.operand)
                return None if inner is None else -inner
            case ex.Arithmetic():
                return self._folded(node)
        return None

    def _folded(self, node: ex.Arithmetic) -> int | None:
        left, right = self.fixed(node.left), self.fixed(node.right)
        if left is None or right is None or (node.operator == "/" and right == 0):
            return None
        try:
            return bounded(OPERATIONS[node.operator](left, right), "")
        except EvaluationError:
            return None  # it fails when it is read, not before

    def _fixed_side(self, node: ex.Expr, other: ex.Expr) -> int | None:
        """The same for a side of a comparison: a grade's name is its rank."""
        ladder = self._ladder(other)
        if ladder and isinstance(node, ex.String):
            return -next(i for i, name in enumerate(ladder) if name == node.value)
        return self.fixed(node)

    def _ladder(self, node: ex.Expr) -> tuple[str, ...]:
        if isinstance(node, ex.Call) and node.function == "of":
            return self._ladder(node.arguments[1])
        if isinstance(node, ex.Name) and node.parts[0] == "grade":
            grades = self.policy.grades[node.path.partition(".")[2] or self.base.only_score]
            return tuple(str(g.name) for g in grades)
        return ()

    # --- leaves ---------------------------------------------------------------------

    def leaf(self, node: ex.Expr) -> Leaf | None:
        """Where the kernel finds a value by itself; None if it takes code."""
        if isinstance(node, ex.Name):
            return self._name(node)
        if isinstance(node, ex.Call):
            return self._call(node)
        return None

    def _name(self, node: ex.Name) -> Leaf | None:
        base = self.base
        head, _, rest = node.path.partition(".")
        if head == "event":
            index = base.fields[rest]
            return w.Q_FIELD, base.column(rest), index, 0, 0
        if head == "subject":
            at = base.attributes["kind" if rest == "kind" else f"subject.{rest}"]
            return w.Q_ATTRIBUTE, at, 0, 0, 0
        if head == "score":
            return w.Q_SCORE, base.score_at(rest or base.only_score), 0, 0, 0
        if head == "grade":
            score = rest or base.only_score
            return w.Q_GRADE, base.score_at(score), self._score_blocks[score], 0, 0
        if head == "source":
            return w.Q_SOURCE, base.source_column, 0, 0, 0
        if head == "reporter":
            return w.Q_REPORTER, base.reporter_column, 0, 0, 0
        if head == "until":
            return w.Q_UNTIL, 0, 0, 0, 0
        return None  # weights

    def _call(self, node: ex.Call) -> Leaf | None:
        base, arguments = self.base, node.arguments
        match node.function:
            case "has":
                return w.Q_ACTIVE, base.active_at(path_of(arguments[0])), 0, 0, 0
            case "listed":
                return w.Q_LISTED, base.listed_at(path_of(arguments[0])), 0, 0, 0
            case "count" | "refusals":
                refused = node.function == "refusals"
                return self._count(path_of(arguments[0]), refused, window_of(arguments[1]))
            case "total":
                return self._total(path_of(arguments[0]), window_of(arguments[1]))
            case "latest":
                kind, name = split_field(path_of(arguments[0]))
                hist = base.history(kind, False)
                column = 1 + len(hist.sums) + hist.lasts.index(name)
                return w.Q_LATEST, hist.at, hist.stride, base.types[kind], column
            case "since":
                kind = path_of(arguments[0])
                hist = base.history(kind, False)
                return w.Q_SINCE, hist.at, hist.stride, base.types[kind], 0
            case "age_of_record":
                return w.Q_AGE, 0, 0, 0, 0
            case "related_count" | "related_min" | "related_max" | "related_any":
                return self._related(node)
        return None

    def _count(self, kind: str, refused: bool, window: Duration | None) -> Leaf:
        hist = self.base.history(kind, refused)
        if window is None:
            return w.Q_COUNT_EVER, hist.at, 0, 0, 0
        if window.months:
            return w.Q_COUNT_MONTHS, hist.at, 0, window.months, hist.stride
        head = self.base.head(hist.number, window.seconds)
        return w.Q_COUNT, hist.at, head, window.seconds, hist.stride

    def _total(self, path: str, window: Duration | None) -> Leaf:
        kind, name = split_field(path)
        hist = self.base.history(kind, False)
        packed = hist.stride | (1 + hist.sums.index(name)) << 16
        if window is None:
            return w.Q_TOTAL_EVER, hist.at, 0, 0, packed
        if window.months:
            return w.Q_TOTAL_MONTHS, hist.at, 0, window.months, packed
        head = self.base.head(hist.number, window.seconds)
        return w.Q_TOTAL, hist.at, head, window.seconds, packed

    def _related(self, node: ex.Call) -> Leaf:
        base, first = self.base, node.arguments[0]
        assert isinstance(first, ex.String)
        relation = base.relations[first.value]
        if node.function == "related_count":
            return w.Q_REL_COUNT, relation, 0, 0, 0
        if node.function == "related_any":
            inner = node.arguments[1]
            assert isinstance(inner, ex.Call)
            return w.Q_REL_ANY, relation, base.active_at(path_of(inner.arguments[0])), 0, 0
        score = path_of(node.arguments[1]).partition(".")[2] or base.only_score
        source = w.Q_REL_MIN if node.function == "related_min" else w.Q_REL_MAX
        return source, relation, base.score_at(score), 0, 0

    # --- conditions as slots ----------------------------------------------------------

    def decide(self, node: ex.Expr, yes: int, no: int) -> int:
        """The slot at which a condition begins; ``yes`` and ``no`` are what follows it.

        Parts are read in the order in which they are written, and only until it is decided.
        """
        match node:
            case ex.And():
                for part in reversed(node.operands):
                    yes = self.decide(part, yes, no)
                return yes
            case ex.Or():
                for part in reversed(node.operands):
                    no = self.decide(part, yes, no)
                return no
            case ex.Not():
                return self.decide(node.operand, no, yes)
            case ex.Bool():
                return yes if node.value else no
            case ex.Compare():
                return self._compared(node, yes, no)
            case ex.In():
                return self._among(node, yes, no)
            case ex.IsMissing():
                leaf = self.leaf(node.operand)
                if leaf is not None:
                    return self._slot(leaf, Range(w.MISSING, w.MISSING), yes, no)
            case ex.Name() | ex.Call():
                leaf = self.leaf(node)
                if leaf is not None:
                    return self._slot(leaf, Range(1, 1), yes, no)
        return self._coded(node, yes, no)

    def _slot(self, leaf: Leaf, wanted: Range, yes: int, no: int) -> int:
        if wanted.outside:
            inner = self._slot(leaf, Range(wanted.low, wanted.high), no, yes)
            return self._slot(leaf, Range(ANY, w.HIGHEST), inner, no)
        return self.base.put([*leaf, wanted.low, wanted.high, yes, no])

    def _coded(self, node: ex.Expr, yes: int, no: int) -> int:
        code = Code()
        self.test(node, code)
        return self._slot((w.Q_CODE, self.place(code), 0, 0, 0), Range(1, 1), yes, no)

    def place(self, code: Code) -> int:
        """Put code into the image; gives its place."""
        code.add(w.O_END)
        return self.base.put(code.placed(self.base.size))

    def _compared(self, node: ex.Compare, yes: int, no: int) -> int:
        for side, other, operator in (
            (node.left, node.right, node.operator),
            (node.right, node.left, _MIRRORED[node.operator]),
        ):
            value = self._fixed_side(other, side)
            if value is not None:
                return self._slot(*self._asked(side, operator, value), yes, no)
        return self._coded(node, yes, no)

    def _asked(self, node: ex.Expr, operator: str, value: int) -> tuple[Leaf, Range]:
        """Where a value is found, and the range that its comparison with a fixed one asks."""
        leaf = self.leaf(node)
        if leaf is None:
            code = Code()
            self.value(node, code)
            return (w.Q_CODE, self.place(code), 0, 0, 0), range_of(operator, value, False)
        wanted = range_of(operator, value, leaf[0] in _BARE)
        return self._as_score(node, leaf, wanted) if leaf[0] == w.Q_GRADE else (leaf, wanted)

    def _among(self, node: ex.In, yes: int, no: int) -> int:
        values = [self._fixed_side(choice, node.operand) for choice in node.choices]
        leaf = self.leaf(node.operand)
        if leaf is None or not values or None in values:
            return self._coded(node, yes, no)
        for value in reversed(values):
            assert value is not None
            no = self._slot(*self._asked(node.operand, "==", value), yes, no)
        return no

    def _as_score(self, node: ex.Expr, leaf: Leaf, asked: Range) -> tuple[Leaf, Range]:
        """A range of grades (the best is 0, then −1, …) as a range of their score."""
        assert isinstance(node, ex.Name)
        ladder = self.policy.grades[node.path.partition(".")[2] or self.base.only_score]
        floors = [int(grade.from_) for grade in ladder]
        best, worst = max(0, -asked.high), min(len(floors) - 1, -asked.low)
        score = (w.Q_SCORE, leaf[1], 0, 0, 0)
        if best > worst:
            return score, Range(1, 0, asked.outside)  # no grade at all
        lowest = ANY if worst == len(floors) - 1 else floors[worst]
        highest = w.HIGHEST if best == 0 else floors[best - 1] - 1
        return score, Range(lowest, highest, asked.outside)

    # --- code -------------------------------------------------------------------------

    def value(self, node: ex.Expr, code: Code) -> None:
        """Code that leaves the node's value."""
        fixed = self.fixed(node)
        if fixed is not None:
            code.add(w.O_CONST, fixed)
            return
        leaf = self.leaf(node)
        if leaf is not None:
            code.add(w.O_LOAD_MILLIONS if leaf[0] in _BARE else w.O_LOAD, *leaf)
            return
        match node:
            case ex.Negative():
                self.value(node.operand, code)
                code.add(w.O_NEG)
            case ex.Arithmetic():
                self.value(node.left, code)
                self.value(node.right, code)
                code.add(_ARITHMETIC[node.operator])
            case ex.Call(function="of"):
                someone, wanted = node.arguments
                self.value(someone, code)
                nobody = code.jump(w.O_OF)
                self.value(wanted, code)
                code.add(w.O_BACK)
                code.land(nobody)
            case ex.Call():
                self._numeric(node, code)
            case _:
                self.test(node, code)

    def _numeric(self, node: ex.Call, code: Code) -> None:
        op = _NUMERIC[node.function]
        self.value(node.arguments[0], code)
        code.add(w.O_NUMBER)
        for argument in node.arguments[1:]:
            self.value(argument, code)
            code.add(op)
        if len(node.arguments) == 1:
            code.add(op if op not in (w.O_MIN, w.O_MAX) else w.O_NUMBER)

    def test(self, node: ex.Expr, code: Code) -> None:
        """Code that leaves 1 if a condition holds, else 0."""
        match node:
            case ex.And():
                self._joined(node.operands, w.O_JUMP_FALSE, code)
            case ex.Or():
                self._joined(node.operands, w.O_JUMP_TRUE, code)
            case ex.Not():
                self.test(node.operand, code)
                code.add(w.O_NOT)
            case ex.Compare():
                self._side(node.left, node.right, code)
                self._side(node.right, node.left, code)
                code.add(_COMPARE[node.operator])
            case ex.In():
                self.value(node.operand, code)
                for choice in node.choices:
                    self._choice(choice, node.operand, code)
                code.add(w.O_IN, len(node.choices))
            case ex.IsMissing():
                self.value(node.operand, code)
                code.add(w.O_MISSING)
            case _:
                self.value(node, code)
                code.add(w.O_TRUE)

    def _joined(self, operands: tuple[ex.Expr, ...], op: int, code: Code) -> None:
        jumps = []
        for i, part in enumerate(operands):
            self.test(part, code)
            if i + 1 < len(operands):
                jumps.append(code.jump(op))
        code.land(*jumps)

    def _side(self, node: ex.Expr, other: ex.Expr, code: Code) -> None:
        fixed = self._fixed_side(node, other)
        if fixed is None:
            self.value(node, code)
        else:
            code.add(w.O_CONST, fixed)

    def _choice(self, node: ex.Expr, operand: ex.Expr, code: Code) -> None:
        """All choices are read at once, so none may fail."""
        if may_fail(node):
            raise Unsupported("a list after `in` that holds arithmetic")
        self._side(node, operand, code)

    def checks(self, nodes: list[ex.Expr]) -> int:
        """Code that only fails where one of the expressions fails; 0 if none can."""
        risky = [node for node in nodes if may_fail(node)]
        if not risky:
            return 0
        code = Code()
        for node in risky:
            self.value(node, code)
            code.add(w.O_DROP)
        code.add(w.O_CONST, 0)
        return self.place(code)

    def amount(self, node: ex.Expr) -> tuple[int, int]:
        """Whether a value takes code, and the value itself or where the code stands."""
        fixed = self.fixed(node)
        if fixed is not None:
            return 0, fixed
        code = Code()
        self.value(node, code)
        return 1, self.place(code)
