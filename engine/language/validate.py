"""Nodes in, a frozen model out, or findings that say what was expected where.

The models say what is allowed; every complaint of theirs is turned here into a
finding with the place of the node that it is about.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeVar

from pydantic import ValidationError

from engine.findings import Finding, Where, bounded, did_you_mean, nearest
from engine.language.leaves import MENDABLE
from engine.language.model import (
    Audit,
    Part,
    Policy,
    Population,
    Reform,
    Scenario,
    Sift,
    Subjects,
)
from engine.language.neighbours import FIRST_KEYS
from engine.language.nodes import MapNode, SeqNode, where_of
from engine.text import quoted

MODELS: dict[str, type[Part]] = {
    "policy": Policy,
    "scenario": Scenario,
    "reform": Reform,
    "audit": Audit,
    "population": Population,
    "sift": Sift,
    "subjects": Subjects,
}
MAX_FINDINGS = 60  # of one policy
_LONGEST = 400  # characters of a message or a hint
UNKNOWN, MISSING = "extra_forbidden", "missing"  # kinds of complaints

AnyPart = TypeVar("AnyPart", bound=Part)


def check_kind(node: MapNode, kind: str) -> Finding | None:
    """What is wrong with the first key of a file that should be of a kind; D101."""
    first = next(iter(node), None)
    if first is None or FIRST_KEYS.get(first) == kind:
        return None
    found = FIRST_KEYS.get(first)
    own = [key for key, of in FIRST_KEYS.items() if of == kind]
    message = f"the first key says what a file is; {quoted(first)} says nothing"
    hint = f"a {kind} file starts with {' or '.join(f'`{key}`' for key in own)}"
    if kind in node and found in (None, "policy", "subjects"):
        message = f"expected `{kind}` as the first key, found {quoted(first)}"
        hint = f"move the line of `{kind}` to the top"
    elif found:
        message = f"expected a {kind} file, found a {found} file"
    elif close := nearest(first, own):
        hint = f"did you mean `{close}`?"
    return Finding("D101", message, where_of(first) or node.where, hint, width=len(first))


def attempt(
    node: MapNode, model: type[AnyPart]
) -> tuple[AnyPart | None, list[Any], dict[int, type[Part]]]:
    """The model, or the raw complaints; and which part of a model each mapping was taken for."""
    classes: dict[int, type[Part]] = {}
    try:
        return model.model_validate(node, by_alias=True, by_name=False, context=classes), [], {}
    except ValidationError as error:
        return None, error.errors(include_url=False), classes


def validate(node: MapNode, model: type[AnyPart]) -> tuple[AnyPart | None, tuple[Finding, ...]]:
    """The model of a node tree, or ``None`` and every finding (D102 to D106)."""
    made, lines, classes = attempt(node, model)
    if made is not None:
        return made, ()
    written: dict[int, dict[str, str]] = {}  # keys of mappings, as they were written
    problems = sorted(
        (_Problem.of(node, line, classes, written) for line in lines),
        key=lambda p: (p.where or Where("", 0, 0), p.key),
    )[: MAX_FINDINGS + 1]
    misspelt = {(id(p.node), nearest(p.key, p.known)) for p in problems if p.kind == UNKNOWN}
    found = {
        _finding(problem): None
        for problem in problems
        if problem.kind != MISSING or (id(problem.node), problem.key) not in misspelt
    }
    return None, bounded(found, MAX_FINDINGS)


# --- one complaint ------------------------------------------------------------


class _Problem(NamedTuple):
    """A complaint of the models and the nodes that it is about."""

    kind: str
    key: str  # the last named part of its path, "" if none
    at_key: bool  # about the key itself, not its value
    node: Any  # the innermost node that exists
    where: Where | None
    known: tuple[str, ...]  # keys that the innermost mapping may have
    input: Any
    context: Mapping[str, Any]

    @classmethod
    def of(
        cls,
        root: MapNode,
        line: Mapping[str, Any],
        classes: Mapping[int, type[Part]],
        written: dict[int, dict[str, str]],
    ) -> _Problem:
        node: Any = root
        inner = root  # the innermost mapping
        where = root.where
        path = line["loc"]
        about_key = bool(path) and path[-1] == "[key]"
        for part in path:
            if isinstance(node, MapNode) and part in node:
                inner, node = node, node[part]
                where = where_of(node) or inner.key_where(part)
            elif isinstance(node, SeqNode) and isinstance(part, int) and part < len(node):
                node = node[part]
                where = where_of(node) or where
        names = [part for part in path if isinstance(part, str) and part != "[key]"]
        key = names[-1] if names else ""
        if about_key or line["type"] == UNKNOWN:
            if id(inner) not in written:
                written[id(inner)] = {key: key for key in inner}
            where = where_of(written[id(inner)].get(key)) or where
            node = inner
        return cls(
            line["type"], key, about_key, node, where, keys_of(classes.get(id(inner))),
            line["input"], line.get("ctx", {}),
        )  # fmt: skip


def keys_of(model: type[Part] | None) -> tuple[str, ...]:
    """The keys that a mapping of this model may have, as they are written."""
    if model is None:
        return ()
    return tuple(field.alias or name for name, field in model.model_fields.items())


def _finding(problem: _Problem) -> Finding:
    code, message, hint = _EXPLAIN.get(problem.kind, _other)(problem)
    width = len(problem.key) if problem.at_key or problem.kind == UNKNOWN else 1
    if width == 1 and isinstance(problem.node, str):
        width = max(1, len(problem.node.partition("\n")[0]))
    return Finding(code, _short(message), problem.where, _short(hint) or None, width=width)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


_Said = tuple[str, str, str]  # code, message, hint


def _mendable(problem: _Problem) -> _Said:
    return "D105", str(problem.context["message"]), str(problem.context["hint"])


def _unknown(problem: _Problem) -> _Said:
    hint = did_you_mean(problem.key, problem.known, "keys here")
    return "D102", f"{quoted(problem.key)} is not a key that is known here", hint


def _missing(problem: _Problem) -> _Said:
    if isinstance(problem.node, SeqNode):
        return _length(problem, len(problem.node) + 1)
    hint = "write `format: 1`" if problem.key == "format" else f"add `{problem.key}: …` here"
    return "D103", f"the key `{problem.key}` is missing", hint


def _too_long(problem: _Problem) -> _Said:
    return _length(problem, int(problem.context["max_length"]))


def _length(problem: _Problem, wanted: int) -> _Said:
    found = len(problem.node) if isinstance(problem.node, SeqNode) else 1
    return "D104", f"expected {wanted} items, found {found}", "write e.g. `[a, b]`"


def _mapping(problem: _Problem) -> _Said:
    if isinstance(problem.node, SeqNode):
        return "D104", "expected a mapping, found a list", "write `name: …` instead of `- …`"
    if problem.node == "" and not getattr(problem.node, "quoted", True):
        hint = "write `key: value` lines below it, or leave it out"
        return "D104", "expected a mapping, found nothing", hint
    return (
        "D104",
        f"expected a mapping, found {quoted(str(problem.node))}",
        "write `key: value` lines below it",
    )


def _list(problem: _Problem) -> _Said:
    return "D104", "expected a list", "write e.g. `[a, b]`"


def _literal(problem: _Problem) -> _Said:
    choices = str(problem.context["expected"]).replace("'", "`")
    hint = ""
    if isinstance(problem.input, str):
        close = nearest(problem.input, [word.strip("` ") for word in _words(choices)])
        hint = f"did you mean `{close}`?" if close else ""
        return "D106", f"expected {choices}, found {quoted(problem.input)}", hint
    return "D106", f"expected {choices}", hint


def _words(choices: str) -> list[str]:
    return choices.replace(" or ", ", ").split(", ")


def _other(problem: _Problem) -> _Said:
    return "D104", "this is not what belongs here", "compare it with the language reference"


_EXPLAIN: dict[str, Callable[[_Problem], _Said]] = {
    MENDABLE: _mendable,
    UNKNOWN: _unknown,
    MISSING: _missing,
    "too_long": _too_long,
    "dict_type": _mapping,
    "model_type": _mapping,
    "model_attributes_type": _mapping,
    "tuple_type": _list,
    "literal_error": _literal,
}
