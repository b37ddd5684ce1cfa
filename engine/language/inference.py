"""The type of every part of an expression, and all that is wrong on the way."""

from __future__ import annotations

from dataclasses import replace

from engine.findings import did_you_mean
from engine.language.arguments import Reader
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
    Span,
    String,
    children,
)
from engine.language.facts import if_false, if_true, key_of
from engine.language.functions import FUNCTIONS, Argument, Signature
from engine.language.scope import BOOLEAN, NUMBER, TEXT, UNKNOWN, Facts, Problem, Type, lookup
from engine.text import quoted


class Inference(Reader):
    """Walks one expression from the outside in."""

    def condition(self, node: Expr, facts: Facts) -> None:
        found = self.type(node, facts)
        if found.kind in ("unknown", "boolean"):
            return
        example = {"number": "> 0", "text": "== '…'", "grade": "< 'B'"}.get(found.kind)
        self.find("D206", node.span, f"{self.slice(node)} is {found.noun}, not a condition",
                  f"compare it with something, e.g. `… {example}`" if example
                  else "compare it with something")  # fmt: skip

    def number(self, node: Expr, facts: Facts, *, may_miss: bool = False) -> None:
        found = self.type(node, facts)
        if found.kind == "number":
            if not may_miss:
                self.present(node, found, facts, "a missing value cannot be used as a number")
        elif found.kind != "unknown":
            self.find("D206", node.span,
                      f"expected a number, {self.slice(node)} is {found.noun}")  # fmt: skip

    # --- types ----------------------------------------------------------------

    def type(self, node: Expr, facts: Facts) -> Type:
        """The type of a part; reports what is wrong inside it."""
        match node:
            case Number():
                return NUMBER
            case String():
                return TEXT
            case Bool():
                return BOOLEAN
            case Length():
                return self.length(node)
            case Name():
                return self.name(node, facts)
            case Call():
                return self.call(node, facts)
            case Negative() | Arithmetic():
                return self.arithmetic(node, facts)
            case Compare():
                left, right = self.type(node.left, facts), self.type(node.right, facts)
                self.comparable(node.operator, (node.left, left), (node.right, right))
                return BOOLEAN
            case In():
                operand = self.type(node.operand, facts)
                for choice in node.choices:
                    self.comparable(
                        "==", (node.operand, operand), (choice, self.type(choice, facts))
                    )
                return BOOLEAN
            case IsMissing():
                return self.is_missing(node, facts)
            case Not():
                self.condition(node.operand, facts)
                return BOOLEAN
            case And() | Or():
                return self.joined(node, facts)

    def length(self, node: Length) -> Type:
        if node.value is None:
            return self.find("D208", node.span, "`ever` is a window, not a value",
                             "it stands in e.g. `count(TYPE, ever)`")  # fmt: skip
        return Type("duration" if node.value.exact else "period")

    def name(self, node: Name, facts: Facts) -> Type:
        signature = FUNCTIONS.get(node.path)
        found: Type | Problem = lookup(self.scope, node.path, facts)
        if isinstance(found, Type):
            return found
        if signature and found.code == "D201":
            return self.find("D201", node.span, f"{quoted(node.path)} is a function",
                             f"write `{signature.shown}`")  # fmt: skip
        return self.find(found.code, node.span, found.message, found.hint)

    def joined(self, node: And | Or, facts: Facts) -> Type:
        """Each operand is read only where the ones before left the question open."""
        learn = if_true if isinstance(node, And) else if_false
        for operand in node.operands:
            self.condition(operand, facts)
            facts = facts & learn(operand, self.policy)
        return BOOLEAN

    def is_missing(self, node: IsMissing, facts: Facts) -> Type:
        found = self.type(node.operand, facts)
        if found.kind != "unknown" and not found.missing:
            self.find("D216", node.span, f"{self.slice(node.operand)} is never missing",
                      "leave this condition out", "warning")  # fmt: skip
        return BOOLEAN

    def arithmetic(self, node: Arithmetic | Negative, facts: Facts) -> Type:
        result = NUMBER
        for operand in children(node):
            found = self.type(operand, facts)
            if found.kind == "number":
                self.present(operand, found, facts, "arithmetic with a missing value stops the run")
            elif found.kind == "unknown":
                result = UNKNOWN
            else:
                hint = {
                    "duration": "there is no arithmetic on durations",
                    "period": "there is no arithmetic on durations",
                    "text": "texts are put together in messages: `{…} {…}`",
                    "grade": "calculate with the score, not with its grade",
                }.get(found.kind, "only numbers can be calculated with")
                result = self.find("D204", operand.span,
                                   f"expected a number, {self.slice(operand)} is {found.noun}",
                                   hint)  # fmt: skip
        if isinstance(node, Arithmetic) and node.operator == "/" and _is_zero(node.right):
            self.find("D211", node.right.span, "this divides by zero", "divide by something else")
        return result

    def present(self, node: Expr, found: Type, facts: Facts, why: str) -> None:
        """Warn of a value that may be missing where that would stop a run."""
        key = key_of(node, self.policy)
        if not found.missing or key in facts.present or key in self.accused:
            return
        self.accused.add(key)
        self.find("D213", node.span, f"{self.slice(node)} may be missing, and {why}",
                  f"guard it: `not ({key} is missing) and …`", "warning")  # fmt: skip

    # --- comparisons ----------------------------------------------------------

    def comparable(self, operator: str, left: tuple[Expr, Type], right: tuple[Expr, Type]) -> None:
        if "unknown" in (left[1].kind, right[1].kind):
            return
        for (node, found), (other, against) in ((left, right), (right, left)):
            if found.kind == "period" and against.kind in ("duration", "period"):
                self.find("D212", node.span,
                          f"{self.slice(node)} is a calendar period and has no fixed length",
                          "compare with days, e.g. `90 days`")  # fmt: skip
                return
            if found.kind == "instant":
                self.find("D204", node.span, f"{self.slice(node)} can only be printed")
                return
            if found.kind == "grade" and isinstance(other, String):
                self.grade_name(found, other)
                return
            if found.kind == "text" and found.choices and isinstance(other, String):
                self.choice(node, found.choices, other)
        if left[1].kind != right[1].kind:
            self.differ(left, right)
        elif left[1].score != right[1].score:
            self.find("D204", right[0].span,
                      f"{self.slice(left[0])} and {self.slice(right[0])} are grades of"
                      " different scores", "compare grades of one score")  # fmt: skip
        elif operator not in ("==", "!=") and left[1].kind in ("text", "boolean"):
            self.find("D204", _between(left[0], right[0]),
                      f"`{operator}` cannot order {left[1].noun.removeprefix('a ')}s",
                      "use `==` or `!=`; numbers, durations and grades have an order")  # fmt: skip

    def differ(self, left: tuple[Expr, Type], right: tuple[Expr, Type]) -> None:
        """Two sides of different types."""
        pairs = ((left, right), (right, left))
        hint = next((h for a, b in pairs if (h := _mend(a[1], b[0]))), None)
        self.find("D204", _between(left[0], right[0]),
                  f"{self.slice(left[0])} is {left[1].noun},"
                  f" {self.slice(right[0])} is {right[1].noun}",
                  hint or "compare values of one type")  # fmt: skip

    def grade_name(self, grade: Type, literal: String) -> None:
        known = [str(g.name) for g in self.policy.grades[grade.score]]
        if literal.value not in known:
            self.find("D210", literal.span,
                      f"the score `{grade.score}` has no grade {quoted(literal.value)}",
                      did_you_mean(literal.value, known, "grades"))  # fmt: skip

    def choice(self, node: Expr, choices: tuple[str, ...], literal: String) -> None:
        if literal.value not in choices:
            self.find("D210", literal.span,
                      f"{self.slice(node)} is never {quoted(literal.value)}",
                      did_you_mean(literal.value, choices, "choices"))  # fmt: skip

    # --- functions ------------------------------------------------------------

    def call(self, node: Call, facts: Facts) -> Type:
        signature = FUNCTIONS.get(node.function)
        if signature is None:
            if node.function == "related":
                hint = "it names targets, in `to:`; here use `related_count` and its like"
                return self.find("D207", node.span, "`related` is not a value", hint)
            return self.find("D207", node.span, f"there is no function {quoted(node.function)}",
                             did_you_mean(node.function, list(FUNCTIONS), "functions"))  # fmt: skip
        if not signature.takes(len(node.arguments)):
            return self.find("D208", node.span,
                             f"`{node.function}` takes {_amount(signature)},"
                             f" found {len(node.arguments)}",
                             f"write `{signature.shown}`")  # fmt: skip
        result = UNKNOWN
        for at, argument in enumerate(node.arguments):
            kind = signature.arguments[min(at, len(signature.arguments) - 1)]
            found = self.argument(kind, argument, facts)
            result = found if at == 0 or kind == "read" else result
        match signature.gives:
            case "field" | "read":
                return result if result.kind == "unknown" else replace(result, missing=True)
            case given:
                return Type(given, missing=signature.missing)

    def argument(self, kind: Argument, node: Expr, facts: Facts) -> Type:
        match kind:
            case "measure":
                measures = [*self.policy.rewards, *self.policy.penalties]
                return self.identifier(node, measures, "measure")
            case "registry":
                return self.identifier(node, list(self.policy.registries), "registry")
            case "type":
                return self.identifier(node, list(self.policy.events), "event type")
            case "field" | "number-field":
                return self.field(node, kind == "number-field")
            case "window":
                if not isinstance(node, Length):
                    self.find("D208", node.span, f"{self.slice(node)} is not a window",
                              "write a duration such as `90 days`, or `ever`")  # fmt: skip
            case "relation":
                self.relation(node)
            case "score":
                self.score(node, facts)
            case "has":
                if isinstance(node, Call) and node.function == "has":
                    return self.call(node, facts)
                self.find("D208", node.span, "`related_any` asks for one measure",
                          "write `related_any('rel', has(MEASURE))`")  # fmt: skip
            case "someone":
                self.someone(node, facts)
            case "read":
                return self.read_of_other(node, facts)
            case "number":
                self.number(node, facts)
        return UNKNOWN

    def someone(self, node: Expr, facts: Facts) -> None:
        """A value that names a subject: ``reporter``, or a text field of the event."""
        if isinstance(node, Name) and (node.path == "reporter" or node.parts[0] == "event"):
            found = self.name(node, facts)
            if found.kind in ("text", "unknown"):
                return
        self.find("D208", node.span, f"{self.slice(node)} names nobody",
                  "write `reporter`, or a text field such as `event.rater`")  # fmt: skip

    def read_of_other(self, node: Expr, facts: Facts) -> Type:
        """What `of` reads of somebody else."""
        if isinstance(node, Name) and node.parts[0] in ("score", "grade", "subject"):
            return self.name(node, facts)
        if isinstance(node, Call) and node.function in ("has", "listed"):
            return self.call(node, facts)
        return self.find("D208", node.span, f"`of` cannot read {self.slice(node)}",
                         "it reads `score.S`, `grade.S`, `subject.A`, `has(M)` or"
                         " `listed(R)`")  # fmt: skip

    def score(self, node: Expr, facts: Facts) -> None:
        """The score that `related_min` and `related_max` read of others."""
        if not (isinstance(node, Name) and node.path.split(".")[0] == "score"):
            self.find("D208", node.span, f"{self.slice(node)} is not a score",
                      "write `score.NAME`")  # fmt: skip
            return
        self.name(node, facts)


def _is_zero(node: Expr) -> bool:
    return isinstance(node, Number) and node.value == 0


def _between(left: Expr, right: Expr) -> Span:
    return (left.span[0], right.span[1])


def _amount(signature: Signature) -> str:
    least = len(signature.arguments)
    if signature.repeats:
        return f"{least} or more arguments"
    return ("no arguments", "1 argument")[least] if least < 2 else f"{least} arguments"


def _mend(found: Type, other: Expr) -> str | None:
    """How to write the other side so that it fits."""
    match found.kind, other:
        case "duration", Number():
            return "write a duration, e.g. `30 days`"
        case "number", String() if other.value.replace(".", "", 1).lstrip("-").isdigit():
            return f"write `{other.value}` without quotes"
        case "boolean", String() if other.value in ("true", "false"):
            return f"write `{other.value}` without quotes"
        case "grade", Number():
            return f"compare `score.{found.score}` with a number, the grade with its name"
        case "grade", _:
            return "compare a grade with its name in quotes, or with a grade of the same score"
        case _:
            return None
