"""Reading one expression against its scope: the parts that need no types of others."""

from __future__ import annotations

from engine.findings import Finding, Severity, did_you_mean
from engine.language import expressions
from engine.language.expressions import Expr, Name, Span, String
from engine.language.scope import UNKNOWN, Scope, Type, field_names, field_type
from engine.text import quoted


class Reader:
    """One expression, its scope, and what was found wrong with it so far."""

    def __init__(self, text: str, scope: Scope) -> None:
        self.text = text
        self.scope = scope
        self.policy = scope.policy
        self.findings: list[Finding] = []
        self.accused: set[str] = set()  # keys already warned of

    def find(
        self, code: str, span: Span, message: str, hint: str | None = None,
        severity: Severity = "error",
    ) -> Type:  # fmt: skip
        where, width = expressions.place(self.text, span)
        self.findings.append(Finding(code, message, where, hint, severity, width))
        return UNKNOWN

    def slice(self, node: Expr) -> str:
        """The part of the text that a node was read from, quoted."""
        return quoted(str.__str__(self.text)[node.span[0] : node.span[1]])

    def identifier(self, node: Expr, known: list[str], what: str) -> Type:
        """A bare name of something that the policy declares."""
        if isinstance(node, Name) and node.path in known:
            return UNKNOWN
        article = "an" if what[0] in "aeiou" else "a"
        plural = what[:-1] + "ies" if what.endswith("y") else what + "s"
        if isinstance(node, String) and node.value in known:
            return self.find("D208", node.span,
                             f"expected the name of {article} {what}, found a text",
                             f"write `{node.value}` without quotes")  # fmt: skip
        if not isinstance(node, Name):
            return self.find("D208", node.span, f"{self.slice(node)} is not {article} {what}",
                             did_you_mean("", known, plural))  # fmt: skip
        return self.find("D201", node.span, f"there is no {what} {quoted(node.path)}",
                         did_you_mean(node.path, known, plural))  # fmt: skip

    def field(self, node: Expr, number: bool) -> Type:
        """``TYPE.FIELD``; the type of that field."""
        path = node.path if isinstance(node, Name) else ""
        owner, _, name = path.rpartition(".")
        events = self.policy.events
        if owner in events and name in events[owner].fields:
            found = field_type(events[owner].fields[name])
            if number and found.kind != "number":
                return self.find("D208", node.span,
                                 f"{self.slice(node)} is {found.noun}, not a number",
                                 "only number fields have a total; or use `count(…)`")  # fmt: skip
            return found
        if owner in events:
            fields = [f"{owner}.{f}" for f in field_names(self.policy, (owner,))]
            return self.find("D201", node.span, f"{quoted(owner)} has no field {quoted(name)}",
                             did_you_mean(path, fields, "fields"))  # fmt: skip
        known = [f"{t}.{f}" for t, event in events.items() for f in event.fields]
        return self.find("D201", node.span, f"{self.slice(node)} is not a field of an event type",
                         f"write `TYPE.FIELD`; {did_you_mean(path, known, 'fields')}")  # fmt: skip

    def relation(self, node: Expr) -> None:
        if isinstance(node, Name) and node.path == node.path.split(".")[0]:
            self.find("D208", node.span, "a relation stands in quotes", f"write `'{node.path}'`")
        elif not isinstance(node, String) or not node.value.strip():
            self.find("D208", node.span, f"{self.slice(node)} is not a relation",
                      "write its name in quotes, e.g. `'parent'`")  # fmt: skip
