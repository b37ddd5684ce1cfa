"""What an expression may read, and of what type each name is.

Enters: a policy and the place that an expression stands in. Leaves: for a dotted
name its :class:`Type`, or the :class:`Problem` with it. Also :class:`Facts`: what
the conditions before an expression have already made sure of.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from engine.findings import did_you_mean, nearest
from engine.language.model import FieldType, Policy
from engine.text import quoted

Kind = Literal["number", "text", "boolean", "duration", "period", "grade", "instant", "unknown"]

#: How messages call a kind of value.
NOUNS: Mapping[Kind, str] = {
    "number": "a number",
    "text": "a text",
    "boolean": "a condition",
    "duration": "a duration",
    "period": "a calendar period",
    "grade": "a grade",
    "instant": "an instant",
    "unknown": "something unknown",
}


@dataclass(frozen=True, slots=True)
class Type:
    """The type of a value. ``duration`` is exact, ``period`` a calendar one."""

    kind: Kind
    missing: bool = False  # whether it may be missing
    choices: tuple[str, ...] | None = None  # text: the only values it can have
    score: str = ""  # grade: of which score

    @property
    def noun(self) -> str:
        return NOUNS[self.kind]


NUMBER = Type("number")
TEXT = Type("text")
BOOLEAN = Type("boolean")
UNKNOWN = Type("unknown")  # already reported; never accused again


class Problem(NamedTuple):
    """Why a name cannot be read."""

    code: str
    message: str
    hint: str | None


@dataclass(frozen=True, slots=True)
class Facts:
    """What holds where an expression is read."""

    present: frozenset[str] = frozenset()  # canonical texts of what is not missing
    kinds: frozenset[str] | None = None  # the subject is of one of these; None: of any

    def __and__(self, other: Facts) -> Facts:
        """Both hold."""
        if self.kinds is None or other.kinds is None:
            kinds = other.kinds if self.kinds is None else self.kinds
        else:
            kinds = self.kinds & other.kinds
        return Facts(self.present | other.present, kinds)

    def __or__(self, other: Facts) -> Facts:
        """At least one of them holds."""
        kinds = None if self.kinds is None or other.kinds is None else self.kinds | other.kinds
        return Facts(self.present & other.present, kinds)


NOTHING = Facts()


@dataclass(frozen=True, slots=True, eq=False)
class Scope:
    """What the expressions of one place may read.

    ``types`` are the event types whose fields are in scope; where there are none,
    neither are ``event``, ``source`` and ``reporter``.
    """

    policy: Policy
    types: tuple[str, ...] = ()
    until: bool = False  # whether `until`, the end of a measure, may be printed
    facts: Facts = NOTHING  # what earlier conditions made sure of
    reader: str = "here"  # for messages: "in a `while` condition"

    def knowing(self, facts: Facts) -> Scope:
        """The same scope where these facts hold too."""
        return replace(self, facts=self.facts & facts)


#: Roots of dotted names, and what may follow them.
ROOTS = ("event", "subject", "weights", "score", "grade", "source", "reporter", "until")


def canonical(path: str, policy: Policy) -> str:
    """The full form of a name: ``score`` is ``score.trust`` where there is one score."""
    if path in ("score", "grade") and len(policy.scores) == 1:
        return f"{path}.{next(iter(policy.scores))}"
    return path


def lookup(scope: Scope, path: str, facts: Facts) -> Type | Problem:
    """The type of a dotted name as it may be read under these facts."""
    root, _, rest = canonical(path, scope.policy).partition(".")
    match root:
        case "event":
            return _event(scope, rest)
        case "source" | "reporter" if not rest:
            return _of_event(scope, root)
        case "subject":
            return _subject(scope, rest, facts)
        case "weights":
            return _weight(scope, rest)
        case "score" | "grade":
            return _score(scope, root, rest, facts)
        case "until" if not rest:
            if scope.until:
                return Type("instant", missing=True)
            return Problem("D209", f"`until` cannot be read {scope.reader}",
                           "only the notice of a measure has an `until`")  # fmt: skip
    return Problem("D201", f"there is no {quoted(path)}", guess(scope, path))


def _event(scope: Scope, field: str) -> Type | Problem:
    if not scope.types:
        return _no_event(scope, "event")
    known = field_names(scope.policy, scope.types)
    if not field:
        return Problem("D201", "`event` alone is not a value", _listed("event", known))
    declared = [(name, scope.policy.events[name].fields.get(field)) for name in scope.types]
    holders = [(name, kind) for name, kind in declared if kind is not None]
    if not holders:
        whose = quoted(scope.types[0]) if len(scope.types) == 1 else "no event type of this rule"
        message = (
            f"{whose} has no field {quoted(field)}" if len(scope.types) == 1
            else f"{whose} has a field {quoted(field)}"
        )  # fmt: skip
        return Problem("D201", message, _field_hint(field, known))
    merged = merge((kind for _, kind in holders), attribute=False)
    if merged is None:
        return _disagree(f"event.{field}", holders)
    return replace(merged, missing=merged.missing or len(holders) < len(scope.types))


def _field_hint(field: str, known: list[str]) -> str:
    if field in ("source", "reporter"):
        return f"write `{field}`, without `event.`"
    if field in ("at", "known", "id", "who", "event", "says"):
        return "an event's instant, id and subject are no fields; use `since(…)` or `count(…)`"
    return _listed("event", known, field)


def _of_event(scope: Scope, name: str) -> Type | Problem:
    if not scope.types:
        return _no_event(scope, name)
    if name == "reporter":
        return Type("text", missing=True)
    named = tuple(str(key) for key in scope.policy.institutions)
    return Type("text", missing=True, choices=named or None)


def _no_event(scope: Scope, name: str) -> Problem:
    return Problem("D209", f"`{name}` cannot be read {scope.reader}",
                   "only rules on an event type or a refusal have an event;"
                   " look back with `latest(TYPE.FIELD)`")  # fmt: skip


def _subject(scope: Scope, name: str, facts: Facts) -> Type | Problem:
    kinds = {
        str(key): kind for key, kind in scope.policy.subjects.items()
        if facts.kinds is None or key in facts.kinds
    }  # fmt: skip
    if name == "kind":
        return Type("text", choices=tuple(str(key) for key in scope.policy.subjects) or None)
    known = attribute_names(scope.policy)
    if not name:
        return Problem("D201", "`subject` alone is not a value", _listed("subject", known))
    everywhere = [
        (str(key), kind.attributes[name])
        for key, kind in scope.policy.subjects.items() if name in kind.attributes
    ]  # fmt: skip
    if not everywhere:
        return Problem("D201", f"no kind of subject has an attribute {quoted(name)}",
                       _listed("subject", [*known, "kind"], name))  # fmt: skip
    holders = [(key, kind) for key, kind in everywhere if key in kinds] or everywhere
    merged = merge((kind for _, kind in holders), attribute=True)
    if merged is None:
        return _disagree(f"subject.{name}", holders)
    return replace(merged, missing=merged.missing or len(holders) < len(kinds))


def _weight(scope: Scope, name: str) -> Type | Problem:
    known = [str(key) for key in scope.policy.weights]
    if name in known:
        return NUMBER
    if not name:
        return Problem("D201", "`weights` alone is not a value", _listed("weights", known))
    return Problem("D201", f"there is no weight {quoted(name)}", _listed("weights", known, name))


def _score(scope: Scope, root: str, name: str, facts: Facts) -> Type | Problem:
    scores = scope.policy.scores
    known = [str(key) for key in (scores if root == "score" else scope.policy.grades)]
    if not name:
        if not scores:
            return Problem("D201", "this policy has no score", "declare one under `scores:`")
        forms = ", ".join(f"`{root}.{score}`" for score in known)
        return Problem("D215", f"`{root}` of which score?", f"write one of {forms}")
    if name not in scores:
        return Problem("D201", f"there is no score {quoted(name)}", _listed(root, known, name))
    of = scores[name].of
    kinds = facts.kinds if facts.kinds is not None else scope.policy.subjects.keys()
    missing = any(kind not in of for kind in kinds)
    if root == "score":
        return Type("number", missing=missing)
    if name not in scope.policy.grades:
        return Problem("D201", f"the score {quoted(name)} has no grades",
                       f"declare them under `grades:`, or compare `score.{name}`")  # fmt: skip
    return Type("grade", missing=missing, score=name)


def _disagree(name: str, holders: Iterable[tuple[str, FieldType]]) -> Problem:
    what = ", ".join(f"{quoted(owner)}: {_kind_word(kind)}" for owner, kind in holders)
    return Problem("D214", f"`{name}` is not of one type", f"make them agree ({what})")


def _kind_word(kind: FieldType) -> str:
    return "one_of" if kind.kind == "one_of" else kind.kind


def merge(kinds: Iterable[FieldType], *, attribute: bool) -> Type | None:
    """The common type of several declarations; ``None`` if they disagree.

    Texts with different choices share a type: their choices add up, or are free.
    An attribute may be left out of a cast even if it is not optional.
    """
    declared = list(kinds)
    missing = any(k.default is None and (k.optional or attribute) for k in declared)
    plain = {"text" if k.kind == "one_of" else k.kind for k in declared}
    if len(plain) != 1:
        return None
    if plain == {"text"} and all(k.kind == "one_of" for k in declared):
        choices = tuple(dict.fromkeys(c for k in declared for c in k.choices))
        return Type("text", missing, choices)
    kind: Kind = "number" if "number" in plain else "boolean" if "boolean" in plain else "text"
    return Type(kind, missing)


def field_type(kind: FieldType) -> Type:
    """The type of one event field, as its event type declares it."""
    merged = merge((kind,), attribute=False)
    return merged or UNKNOWN


def field_names(policy: Policy, types: Iterable[str]) -> list[str]:
    """Every field that one of the event types declares, each once."""
    return list(dict.fromkeys(str(f) for t in types for f in policy.events[t].fields))


def attribute_names(policy: Policy) -> list[str]:
    """Every attribute that one of the kinds of subject declares, each once."""
    return list(dict.fromkeys(str(a) for k in policy.subjects.values() for a in k.attributes))


def _listed(root: str, known: list[str], word: str = "") -> str:
    """A hint with full names: the nearest, or the first few."""
    if word and (hyphen := _hyphen(f"{root}.{word}", {f"{root}.{k}" for k in known})):
        return hyphen
    close = nearest(word, known) if word else None
    return did_you_mean(f"{root}.{close or word}", [f"{root}.{k}" for k in known])


def _hyphen(path: str, known: Iterable[str]) -> str | None:
    """A hint if a hyphen was meant as a minus: ``event.days-1``."""
    names = set(known)
    cuts = [at for at, char in enumerate(path) if char == "-"]
    for at in reversed(cuts):
        if path[:at] in names:
            return (
                "a hyphen belongs to the name;"
                f" write {quoted(f'{path[:at]} - {path[at + 1 :]}')} to subtract"
            )
    return None


def guess(scope: Scope, path: str) -> str:
    """What was probably meant by a name that is not one."""
    policy = scope.policy
    fields = field_names(policy, scope.types)
    forms: tuple[tuple[Iterable[str], str], ...] = (
        (fields, f"event.{path}"),
        (attribute_names(policy), f"subject.{path}"),
        (policy.weights, f"weights.{path}"),
        (policy.scores, f"score.{path}"),
        ((*policy.rewards, *policy.penalties), f"has({path})"),
        (policy.registries, f"listed({path})"),
        (policy.events, f"count({path}, ever)"),
        ((g.name for gs in policy.grades.values() for g in gs), f"'{path}'"),
    )
    for names, form in forms:
        if path in names:
            return f"did you mean {quoted(form)}?"
    readable = [
        *(f"event.{f}" for f in fields),
        *(f"subject.{a}" for a in attribute_names(policy)),
        *(f"weights.{w}" for w in policy.weights),
        *(f"score.{s}" for s in policy.scores),
        *(f"grade.{s}" for s in policy.grades),
        *ROOTS,
    ]
    if hint := _hyphen(path, readable):
        return hint
    close = nearest(path, readable)
    if close:
        return f"did you mean `{close}`?"
    return (
        "names begin with `event.`, `subject.`, `weights.`, `score` or `grade`;"
        f" a text stands in quotes: {quoted(repr(str.__str__(path)))}"
    )
