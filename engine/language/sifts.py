"""Sift files: read, and checked step by step; against a policy, where one is named.

The way of a pattern, top to bottom, is :func:`load_sift`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from engine.findings import DemeritError, Finding, did_you_mean, errors
from engine.language import expressions as ex
from engine.language.checks.common import found
from engine.language.happenings import EXAMPLES, FACTS, FUNCTIONS, KINDS, WIDER, FactKind, split_on
from engine.language.load import load_policy, read_document, unique
from engine.language.model import Absence, Policy, Sift, SiftStep
from engine.language.neighbours import policy_of
from engine.language.translations import untranslated
from engine.text import quoted

PERSONS = ("same", "other", "anyone")
_MOST_STEPS = 20


@dataclass(frozen=True)
class LoadedSift:
    """A pattern that is ready to be looked for."""

    sift: Sift
    path: Path  # as given
    files: Mapping[str, str]
    findings: tuple[Finding, ...]  # warnings


def load_sift(path: Path, *, alone: bool = False) -> LoadedSift:
    """Read and check a pattern.

    One with ``of`` is held against that policy if it is found beside or above the file, unless
    ``alone``. Raises :class:`DemeritError` with every finding and ``files``.
    """
    model, files = read_document(path, "sift", str(path))
    sift = cast(Sift, model)
    policy = None if alone or sift.of is None else _policy(path, sift, files)
    made = unique([*check_sift(sift, policy), *untranslated(sift)])
    if errors(made):
        raise DemeritError(made, files)
    return LoadedSift(sift, path, files, made)


def _policy(path: Path, sift: Sift, files: dict[str, str]) -> Policy:
    assert sift.of is not None
    target = policy_of(path, sift.of)
    if target is None:
        raise DemeritError(
            found("D541", sift.of, f"the policy {quoted(sift.of)} was not found",
                  "put the sift into a folder below the one of its policy"), files)  # fmt: skip
    return load_policy(target).policy


def check_sift(sift: Sift, policy: Policy | None = None) -> tuple[Finding, ...]:
    """Everything that is wrong with a pattern; names are checked where the policy is known."""
    checker = _Checker(policy)
    if not sift.steps:
        return (found("D961", sift.sift, "this story has no steps", "write at least one"),)
    if len(sift.steps) > _MOST_STEPS:
        return (found("D961", sift.sift, f"a story has at most {_MOST_STEPS} steps",
                      "tell it in fewer"),)  # fmt: skip
    before: list[str] = []
    for place, step in enumerate(sift.steps):
        checker.step(step, before, first=place == 0)
        before.append(str.__str__(step.id))
    return tuple(checker.findings)


class _Checker:
    """Collects what is wrong with steps in order."""

    def __init__(self, policy: Policy | None) -> None:
        self.policy = policy
        self.findings: list[Finding] = []

    def find(self, code: str, spot: object, message: str, hint: str | None = None) -> None:
        self.findings.append(found(code, spot, message, hint))

    # --- steps ------------------------------------------------------------------------

    def step(self, step: SiftStep, before: Sequence[str], *, first: bool) -> None:
        if step.id in before:
            self.find("D961", step.id, f"there are two steps {quoted(step.id)}", "rename one")
        if step.id in FACTS or step.id in ("event", "score", "grade", *PERSONS):
            self.find("D961", step.id, f"{quoted(step.id)} has a meaning of its own in conditions",
                      "give the step another id")  # fmt: skip
        if first:
            self._first(step)
        for spot in (step.from_, step.refers):
            if spot is not None and spot not in before:
                self.find("D961", spot, f"there is no earlier step {quoted(spot)}",
                          did_you_mean(spot, list(before), "steps"))  # fmt: skip
        self.absence(step, before)
        if step.never is not None:
            self.absence(step.never, before)
            for key, value in (("who", step.who), ("when", step.when)):
                if value is not None:
                    self.find("D961", value, f"`{key}` cannot stand beside `never`",
                              f"write `never: {{on: …, {key}: …}}`")  # fmt: skip
        for absent in step.unless:
            self.absence(absent, before)

    def _first(self, step: SiftStep) -> None:
        if step.never is not None or step.unless or step.within is not None:
            self.find("D961", step.id, "the first step is something that happens",
                      "`never`, `unless` and `within` look back to a step before")  # fmt: skip
        if step.who is not None:
            self.find("D961", step.who, "the first step is about the story's person",
                      "leave `who` out")  # fmt: skip

    def absence(self, part: SiftStep | Absence, before: Sequence[str]) -> None:
        for text in part.on:
            self.kind(text)
        if part.who is not None:
            self.person(part.who, before)
        if part.when is not None:
            self.condition(part.when, before)

    def kind(self, text: str) -> None:
        kinds, name = split_on(text)
        if not kinds:
            hint = did_you_mean(text.partition(" ")[0], [*KINDS, *WIDER], "kinds")
            self.find("D960", text, f"{quoted(text)} is no kind of happening", hint)
            return
        noun = KINDS[kinds[0]][0]
        if name and not noun:
            self.find("D960", text, f"nothing can be named behind `{kinds[0]}`",
                      f"write `{kinds[0]}` alone")  # fmt: skip
        elif name and self.policy is not None:
            self._declared(text, kinds[0], name, noun, self.policy)

    def _declared(self, text: str, kind: str, name: str, noun: str, policy: Policy) -> None:
        known: Mapping[str, Sequence[str]] = {
            "an event type": list(policy.events),
            "a rule": [r.id for r in policy.rules],
            "a score": list(policy.scores),
            "a grade": [g.name for ladder in policy.grades.values() for g in ladder]
            + [f"{s}.{g.name}" for s, ladder in policy.grades.items() for g in ladder],
            "a measure": [*policy.rewards, *policy.penalties],
            "a list": list(policy.registries),
        }
        names = [str.__str__(one) for one in known[noun]]
        fits = name in names or (
            kind in ("event", "refused") and name.endswith(".*")
            and any(one.startswith(name[:-1]) for one in names)
        )  # fmt: skip
        if not fits:
            self.find("D960", text, f"{quoted(name)} is not {noun} of the policy"
                      f" {quoted(policy.policy)}", did_you_mean(name, names))  # fmt: skip

    def person(self, text: str, before: Sequence[str]) -> None:
        if text in PERSONS:
            return
        step = str.__str__(text).partition(" of ")[2]
        if not step:
            self.find("D961", text, f"{quoted(text)} names nobody",
                      "write `same`, `other`, `anyone`, or e.g. `reporter of report`")  # fmt: skip
        elif step not in before:
            self.find("D961", text, f"there is no earlier step {quoted(step)}",
                      did_you_mean(step, list(before), "steps"))  # fmt: skip

    # --- conditions -------------------------------------------------------------------

    def condition(self, text: str, before: Sequence[str]) -> None:
        try:
            tree = ex.parse(text)
        except ex.BadExpression as bad:
            self.findings.append(bad.finding)
            return
        kind = self._type(tree, text, before)
        if kind not in ("boolean", None):
            self._at(text, tree, f"this is a {kind}, not a condition", "compare it with something")

    def _at(self, text: str, node: ex.Expr, message: str, hint: str | None) -> None:
        where, width = ex.place(text, node.span)
        self.findings.append(Finding("D962", message, where, hint, width=width))

    def _type(self, node: ex.Expr, text: str, before: Sequence[str]) -> FactKind | None:
        """The kind of a part, ``None`` where only the run can tell; reports on the way."""
        match node:
            case ex.Number() | ex.String() | ex.Bool():
                return _LITERALS[type(node)]
            case ex.Length():
                if node.value is None or not node.value.exact:
                    self._at(text, node, "a calendar period has no fixed length",
                             "compare with days, e.g. `90 days`")  # fmt: skip
                return "duration"
            case ex.Name():
                return self._name(node, text, before)
            case ex.Call():
                return self._call(node, text, before)
            case ex.Negative() | ex.Arithmetic():
                for part in ex.children(node):
                    self._want("number", part, text, before)
                return "number"
            case ex.Compare():
                self._compare(node, (node.left, node.right), text, before)
            case ex.In():
                for choice in node.choices:
                    self._compare(node, (node.operand, choice), text, before)
            case ex.IsMissing():
                self._type(node.operand, text, before)
            case _:
                for part in ex.children(node):
                    self._want("boolean", part, text, before)
        return "boolean"

    def _want(self, kind: str, node: ex.Expr, text: str, before: Sequence[str]) -> None:
        is_ = self._type(node, text, before)
        if is_ not in (kind, None):
            self._at(text, node, f"expected a {_NOUNS[kind]}, found a {_NOUNS[is_]}", None)

    def _compare(
        self, node: ex.Expr, sides: tuple[ex.Expr, ex.Expr], text: str, before: Sequence[str]
    ) -> None:
        left, right = (self._type(side, text, before) for side in sides)
        ordered = isinstance(node, ex.Compare) and node.operator not in ("==", "!=")
        if left and right and left != right:
            self._at(text, node, f"a {_NOUNS[left]} is compared with a {_NOUNS[right]}",
                     "compare values of one kind")  # fmt: skip
        elif ordered and "text" in (left, right):
            self._at(text, node, "texts have no order", "use `==` or `!=`")

    def _name(self, node: ex.Name, text: str, before: Sequence[str]) -> FactKind | None:
        head, _, rest = node.path.partition(".")
        if not rest and head in FACTS:
            return FACTS[head]
        if head == "event" and rest:
            return None
        if head in ("score", "grade") and rest:
            return "number" if head == "score" else "text"
        if head in before and rest in FACTS:
            if rest in ("penalties", "rewards", "lists"):
                self._at(text, node, f"`{rest}` is read of the happening itself, not of an earlier"
                         " step", f"write `{rest}`, or ask in that step")  # fmt: skip
            return FACTS[rest]
        if head in before:
            event, _, field = rest.partition(".")
            if event == "event" and field:
                return None
            self._at(text, node, f"a happening has no {quoted(rest or 'value')}",
                     did_you_mean(rest, list(FACTS), "facts"))  # fmt: skip
            return None
        known = [*FACTS, *(f"{step}.change" for step in before)]
        self._at(text, node, f"{quoted(node.path)} cannot be read here",
                 did_you_mean(node.path, known, "facts"))  # fmt: skip
        return None

    def _call(self, node: ex.Call, text: str, before: Sequence[str]) -> FactKind | None:
        signature = FUNCTIONS.get(node.function)
        if signature is None:
            self._at(text, node, f"there is no function {quoted(node.function)} here",
                     did_you_mean(node.function, list(FUNCTIONS), "functions"))  # fmt: skip
            return None
        wanted, gives = signature
        if len(wanted) != len(node.arguments):
            self._at(text, node, f"`{node.function}` takes {len(wanted)} arguments",
                     f"write e.g. `{EXAMPLES[node.function]}`")  # fmt: skip
            return gives
        for kind, argument in zip(wanted, node.arguments, strict=True):
            self._argument(node.function, kind, argument, text, before)
        return gives

    def _argument(
        self, function: str, kind: str, node: ex.Expr, text: str, before: Sequence[str]
    ) -> None:
        if kind == "number":
            self._want("number", node, text, before)
        elif kind == "window":
            if not isinstance(node, ex.Length):
                self._at(text, node, "expected a window", "write a duration, or `ever`")
        elif not isinstance(node, ex.Name):
            self._at(text, node, "expected a name", f"write e.g. `{EXAMPLES[function]}`")
        elif kind == "kind" and node.path not in (*KINDS, *WIDER):
            self._at(text, node, f"{quoted(node.path)} is no kind of happening",
                     did_you_mean(node.path, [*KINDS, *WIDER], "kinds"))  # fmt: skip
        elif self.policy is not None and kind in ("measure", "list"):
            known = [*self.policy.rewards, *self.policy.penalties]
            known = list(self.policy.registries) if kind == "list" else known
            if node.path not in known:
                self._at(text, node, f"there is no {kind} {quoted(node.path)}",
                         did_you_mean(node.path, [str(one) for one in known]))  # fmt: skip


_LITERALS: Mapping[type, FactKind] = {
    ex.Number: "number", ex.String: "text", ex.Bool: "boolean",
}  # fmt: skip
_NOUNS: Mapping[str | None, str] = {
    "number": "number", "text": "text", "boolean": "condition", "duration": "duration",
    None: "value",
}  # fmt: skip
