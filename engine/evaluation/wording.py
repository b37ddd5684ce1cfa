"""Expressions, conditions and failures in plain words, for readers who do not program."""

from __future__ import annotations

from collections.abc import Sequence

from engine.evaluation.misses import OR, TOLD, Miss, RawMiss, render
from engine.evaluation.records import Verdict
from engine.language import expressions as ex
from engine.language.model import AllOf, AnyOf, Policy, Rule
from engine.values import MILLION, format_number, show_instant

_NUMBER_WORDS = {
    "==": "exactly {}", "!=": "anything but {}", "<": "less than {}", "<=": "at most {}",
    ">": "more than {}", ">=": "at least {}",
}  # fmt: skip
_GRADE_WORDS = {
    "==": "{}", "!=": "anything but {}", "<": "worse than {}", "<=": "{} or worse",
    ">": "better than {}", ">=": "{} or better",
}  # fmt: skip
_OFTEN = "\x00"  # where a sentence says how often
_SIGNS = {"+": "plus", "-": "minus", "*": "times", "/": "divided by"}


class Wording:
    """The words of one policy: its events, scores and measures by their titles."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy

    # --- names ------------------------------------------------------------------

    def event(self, kind: str) -> str:
        """An event type: its title, else the type itself."""
        event = self.policy.events.get(kind)
        return f"“{event.title}”" if event is not None and event.title else f"`{kind}`"

    def measure(self, name: str) -> str:
        """A reward or penalty: its title, else its id."""
        measure = self.policy.rewards.get(name) or self.policy.penalties.get(name)
        return f"“{measure.title}”" if measure is not None and measure.title else f"`{name}`"

    def registry(self, name: str) -> str:
        """A list: its title, else its id."""
        registry = self.policy.registries.get(name)
        return f"“{registry.title}”" if registry and registry.title else f"`{name}`"

    def rule(self, name: str) -> str:
        """A rule: its title with its id, else its id."""
        rule = next((r for r in self.policy.rules if r.id == name), None)
        return f"“{rule.title}” (`{name}`)" if rule is not None and rule.title else f"`{name}`"

    # --- values -------------------------------------------------------------------

    def value(self, node: ex.Expr) -> str:
        """What a value is, e.g. ``how often “Fee paid late” happened within 90 days``."""
        match node:
            case ex.Number():
                return format_number(node.value)
            case ex.String():
                return node.value
            case ex.Bool():
                return "true" if node.value else "false"
            case ex.Length():
                return "ever" if node.value is None else str(node.value)
            case ex.Name():
                return self._name(node)
            case ex.Call():
                return self._call(node)
            case ex.Negative():
                return f"minus {self.value(node.operand)}"
            case ex.Arithmetic():
                sign = _SIGNS[node.operator]
                return f"{self.value(node.left)} {sign} {self.value(node.right)}"
            case _:
                return self.condition(node)

    def _name(self, node: ex.Name) -> str:
        head, _, rest = node.path.partition(".")
        if head == "event":
            return f"the event's “{rest}”"
        if head == "subject":
            return "their kind" if rest == "kind" else f"their “{rest}”"
        if head == "weights":
            weight = self.policy.weights.get(rest)
            return f"{rest} ({format_number(weight.value)})" if weight else rest
        if head == "score":
            return f"the score {rest}".rstrip()
        if head == "grade":
            return f"the grade of {rest}" if rest and len(self.policy.scores) > 1 else "the grade"
        return {"source": "who reported it", "reporter": "who told it",
                "until": "its end"}.get(head, f"`{node.path}`")  # fmt: skip

    def _call(self, node: ex.Call) -> str:
        function, arguments = node.function, node.arguments
        first = arguments[0] if arguments else None
        path = first.path if isinstance(first, ex.Name) else ""
        text = first.value if isinstance(first, ex.String) else ""
        span = self._span(arguments[1]) if len(arguments) > 1 else ""
        match function:
            case "count":
                return f"how often {self.event(path)} happened {span}"
            case "refusals":
                return f"how often {self.event(path)} was refused {span}"
            case "total" | "latest":
                kind, _, name = path.rpartition(".")
                whole = f"all “{name}” together of {self.event(kind)} {span}"
                return whole if function == "total" else f"“{name}” of the last {self.event(kind)}"
            case "since":
                return f"the time since the last {self.event(path)}"
            case "age_of_record":
                return "the time since they joined"
            case "related_count":
                return f"how many are their `{text}`"
            case "related_min" | "related_max":
                most = "lowest" if function == "related_min" else "highest"
                return f"the {most} {self.value(arguments[1])} of their `{text}`"
            case "has" | "listed" | "related_any":
                return self.condition(node)
            case "of":
                return f"{self.value(arguments[1])} of whom {self.value(arguments[0])} names"
        inner = ", ".join(self.value(argument) for argument in arguments)
        words = {"min": "the least of", "max": "the greatest of", "abs": "the size of",
                 "round": "the rounded", "floor": "the rounded-down"}  # fmt: skip
        return f"{words.get(function, function)} {inner}"

    def _span(self, node: ex.Expr) -> str:
        if isinstance(node, ex.Length):
            return "so far" if node.value is None else f"within {node.value}"
        return ""

    # --- conditions -----------------------------------------------------------------

    def condition(self, node: ex.Expr) -> str:
        """A condition as a clause of a sentence."""
        match node:
            case ex.Compare() if self._counted(node.left):
                wanted = self._wanted(node.operator, self.value(node.right), False)
                often = f"{wanted} {_times(node.right)}"
                return self._counted(node.left).replace(_OFTEN, often)
            case ex.Compare():
                wanted = self._wanted(node.operator, self.value(node.right), self._graded(node))
                return f"{self.value(node.left)} is {wanted}"
            case ex.In():
                choices = ", ".join(self.value(choice) for choice in node.choices)
                return f"{self.value(node.operand)} is one of {choices}"
            case ex.IsMissing():
                return f"{self.value(node.operand)} is not known"
            case ex.Not():
                return f"it is not so that {self.condition(node.operand)}"
            case ex.And():
                return " and ".join(self.condition(part) for part in node.operands)
            case ex.Or():
                return " or ".join(self.condition(part) for part in node.operands)
            case ex.Call() if node.function in ("has", "listed", "related_any"):
                return self._holding(node)
            case ex.Name():
                return f"{self._name(node)} is true"
            case ex.Bool():
                return "always" if node.value else "never"
            case _:
                return self.value(node)

    def _counted(self, node: ex.Expr) -> str:
        """A counted event as a sentence with a place for how often; "" for what is not counted."""
        if not isinstance(node, ex.Call) or node.function not in ("count", "refusals"):
            return ""
        first, window = node.arguments
        kind = first.path if isinstance(first, ex.Name) else ""
        verb = "happened" if node.function == "count" else "was refused"
        return f"{self.event(kind)} {verb} {_OFTEN} {self._span(window)}"

    def _holding(self, node: ex.Call) -> str:
        first = node.arguments[0] if node.arguments else None
        path = first.path if isinstance(first, ex.Name) else ""
        if node.function == "has":
            return f"{self.measure(path)} holds"
        if node.function == "listed":
            return f"they stand on {self.registry(path)}"
        inner = self.condition(node.arguments[1]) if len(node.arguments) > 1 else ""
        relation = first.value if isinstance(first, ex.String) else ""
        return f"for one of their `{relation}`, {inner}"

    def _graded(self, node: ex.Compare) -> bool:
        sides = (node.left, node.right)
        return any(isinstance(s, ex.Name) and s.parts[0] == "grade" for s in sides)

    def _wanted(self, operator: str, value: str, graded: bool) -> str:
        return (_GRADE_WORDS if graded else _NUMBER_WORDS)[operator].format(value)

    def whole(self, written: AllOf | AnyOf | str | None) -> str:
        """A written condition in any of its notations; "" for none."""
        if written is None:
            return ""
        if isinstance(written, AllOf | AnyOf):
            many = written.all if isinstance(written, AllOf) else written.any
            word = " and " if isinstance(written, AllOf) else " or "
            return word.join(self.condition(ex.parse(text)) for text in many)
        return self.condition(ex.parse(written))

    # --- failures ---------------------------------------------------------------------

    def miss(self, raw: RawMiss) -> str:
        """Which part of a condition failed, and by how much, as a clause of a sentence."""
        if raw[0].operator == TOLD:
            return f"none of these was so: {raw[1]}"
        if raw[0].operator == OR:
            return "none of these was so: " + "; ".join(self.miss(one) for one in raw[1])
        miss = render(raw)
        tree = ex.parse(miss.part)
        if not miss.wanted or not isinstance(tree, ex.Compare):
            return f"it asks that {self.condition(tree)}, and that was not so"
        operator, _, value = miss.wanted.partition(" ")
        if self._counted(tree.left):
            found = _often(miss.found)
            return f"it asks that {self.condition(tree)}, and that was {found}{_distance(miss)}"
        wanted = self._wanted(operator, value, self._graded(tree))
        return (
            f"{self.value(tree.left)} would have to be {wanted}, and was {_found(miss)}"
            f"{_distance(miss)}"
        )

    def held(self, parts: Sequence[RawMiss]) -> str:
        """What made a condition hold, with the values that it read, as clauses of a sentence."""
        return " and ".join(self._held(render(raw)) for raw in parts)

    def _held(self, part: Miss) -> str:
        tree = ex.parse(part.part)
        if not part.wanted or not isinstance(tree, ex.Compare):
            return self.condition(tree)
        if isinstance(tree.left, ex.Number | ex.String):
            return self.condition(tree)
        _, _, right = part.wanted.partition(" ")
        words = self.value(tree.right)
        if isinstance(tree.right, ex.Call) or words.startswith("the score"):
            words = f"{words} ({right})"
        wanted = self._wanted(tree.operator, words, self._graded(tree))
        also = "" if tree.operator == "==" and words == right else f", {wanted}"
        if counted := self._counted(tree.left):
            return f"{counted.replace(_OFTEN, _often(part.found))}{also}"
        return f"{self.value(tree.left)} was {part.found}{also}"

    def verdict(self, rule: Rule, verdict: Verdict) -> str:
        """Why a rule fired or did not, as a sentence without its full stop."""
        kind = verdict.verdict
        if kind == "fired":
            held = self.held(verdict.held) or self.whole(rule.when)
            return f"it fired, because {held}" if held else "it fired; it asks for nothing more"
        if kind == "missed":
            raw = verdict.raw
            return f"it did not fire: {self.miss(raw)}" if raw is not None else "it did not fire"
        if kind == "excepted":
            held = self.held(verdict.held) or self.whole(rule.unless)
            return f"it did not fire, because of its exception: {held}"
        if kind == "overridden":
            return f"it was set aside: {self.rule(verdict.by or '')} took its place"
        limit = rule.limit
        if limit is None:
            return "it was silent: its limit was used up"
        span = f"within {limit.per}" if limit.per else "ever"
        word = "once" if limit.times == 1 else f"{limit.times} times"
        return f"it was silent: it may fire {word} {span}, and that was used up"


def _found(miss: Miss) -> str:
    return "not known" if miss.found == "missing" else miss.found


def _often(found: str) -> str:
    return {"0": "never", "1": "once", "2": "twice"}.get(found, f"{found} times")


def _times(node: ex.Expr) -> str:
    return "time" if isinstance(node, ex.Number) and node.value == MILLION else "times"


def _distance(miss: Miss) -> str:
    """The note of a miss, unless it only repeats the two numbers."""
    notes = [note for note in miss.note.split("; ") if note and " of " not in note]
    told = [_OUTSIDE.get(note, f"the one that is lacking lies {note}")
            if note.endswith(" outside the window") else note for note in notes]  # fmt: skip
    return f" ({'; '.join(told)})" if told else ""


_OUTSIDE = {"0 seconds outside the window": "one more left the window at this very moment"}


def force_text(rule: Rule) -> str:
    """When a rule is in force; "" for always."""
    force = rule.in_force
    if force is None:
        return ""
    words = []
    if force.from_ is not None:
        words.append(f"from {show_instant(force.from_)}")
    if force.until is not None:
        words.append(f"until {show_instant(force.until)}")
    return " ".join(words)
