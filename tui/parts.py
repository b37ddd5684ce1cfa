"""The parts of a policy that a what-if can change: values with their ranges, rules, events."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.evaluation.quoting import note_of
from engine.findings import Where
from engine.language import expressions as ex
from engine.language.model import Policy
from engine.language.model.policy import AllOf, AnyOf
from engine.language.rows import Event
from engine.text import safe
from engine.values import MILLION, format_number, iso_instant
from tui.session.dossier import value_text
from tui.session.material import Material

_OWN = ("id", "source", "reporter", "says")
_TIME = re.compile(r"(\d+) *([a-z]+)\Z")


@dataclass(frozen=True, slots=True)
class Value:
    """A number of the policy that a slider can move."""

    key: str  # unique
    path: str  # as a reform's `set` names it
    group: str  # heading
    title: str
    number: int  # millionths
    low: int  # where the slider begins and ends, in millionths
    high: int
    step: int
    unit: str
    place: str  # e.g. "policy.yaml:31"
    before: str = ""  # what stands before and behind the number in the text to be set
    behind: str = ""
    whole: tuple[str, ...] = ()  # a list of conditions, with this one at `at`
    at: int = -1
    kind: str = ""  # "all" or "any", for a list

    @property
    def of_condition(self) -> bool:
        """Whether it stands in a condition of a rule."""
        return self.key != self.path and self.key.startswith("rules.")

    def units(self, number: int) -> str:
        """The unit, as it is written behind a number."""
        return f"{self.unit}s" if self.of_condition and number != MILLION and self.unit else (
            self.unit)  # fmt: skip

    def text(self, number: int) -> str:
        """What is to be set for another number."""
        unit = f" {self.units(number)}" if self.of_condition and self.unit else ""
        said = f"{self.before}{format_number(number)}{unit}{self.behind}"
        if not self.kind:
            return said
        parts = [said if place == self.at else part for place, part in enumerate(self.whole)]
        inside = ", ".join(_quoted(part) for part in parts)
        return f"{{{self.kind}: [{inside}]}}"


@dataclass(frozen=True, slots=True)
class Switch:
    """A rule that can be switched off."""

    id: str
    title: str
    place: str


@dataclass(frozen=True, slots=True)
class FieldForm:
    """A field of an event type."""

    name: str
    kind: str  # number | text | boolean | one_of
    needed: bool
    default: str
    choices: tuple[str, ...]

    @property
    def hint(self) -> str:
        """What may be written, in a few words."""
        kind = " or ".join(self.choices) if self.choices else {"boolean": "true or false"}.get(
            self.kind, self.kind)  # fmt: skip
        return kind if self.needed else f"{kind}, may be left out"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _place(where: Where | None) -> str:
    return f"{safe(where.file)}:{where.line}" if where is not None else ""


def _step(number: int, low: int, high: int) -> int:
    """A whole number for whole numbers with room enough, else a hundredth of the range."""
    if number % MILLION == 0 and high - low >= 10 * MILLION:
        return MILLION
    step = 1
    while step * 100 < high - low:
        step *= 10
    return max(step, 1)


def _range(number: int, low: int | None, high: int | None) -> tuple[int, int]:
    """A range around a number that has none."""
    wide = max(abs(number) * 2, 10 * MILLION)
    return (low if low is not None else -wide if number < 0 else 0,
            high if high is not None else max(wide, 0 if number < 0 else wide))  # fmt: skip


# --- values ----------------------------------------------------------------------------------


def values_of(policy: Policy) -> list[Value]:
    """Weights, grades and the numbers in conditions, in the order of the policy."""
    return [*_weights(policy), *_grades(policy), *_scores(policy), *_thresholds(policy)]


def _weights(policy: Policy) -> Iterator[Value]:
    for name, weight in policy.weights.items():
        number = int(weight.value)
        low, high = _range(number, *(map(int, weight.range) if weight.range else (None, None)))
        title = safe(str(weight.title or name))
        where = note_of(policy, f"weights.{name}").where
        yield Value(
            f"weights.{name}",
            f"weights.{name}",
            "Weights",
            title,
            number,
            low,
            high,
            _step(number, low, high),
            safe(str(weight.unit or "")),
            _place(where),
        )


def _grades(policy: Policy) -> Iterator[Value]:
    for score, ladder in policy.grades.items():
        floors = [int(grade.from_) for grade in ladder]
        for place, grade in enumerate(ladder[:-1]):  # nothing is below the last one
            above = floors[place - 1] if place else None
            low, high = _range(floors[place], floors[place + 1], above)
            path = f"grades.{score}.{grade.name}"
            yield Value(path, f"{path}.from", "Grades", safe(f"{grade.name} of {score}, from"),
                        floors[place], low, high, _step(floors[place], low, high), "",
                        _place(grade.where))  # fmt: skip


def _scores(policy: Policy) -> Iterator[Value]:
    for name, score in policy.scores.items():
        low = int(score.min) if score.min is not None else None
        high = int(score.max) if score.max is not None else None
        number = int(score.start)
        low, high = _range(number, low, high)
        path = f"scores.{name}.start"
        yield Value(path, path, "Scores", safe(f"{name}, at the start"), number, low, high,
                    _step(number, low, high), "", _place(score.where))  # fmt: skip


def _thresholds(policy: Policy) -> Iterator[Value]:
    for rule in policy.rules:
        for part in ("when", "unless"):
            condition = getattr(rule, part)
            if condition is None:
                continue
            path = f"rules.{rule.id}.{part}"
            where = _place(rule.where)
            if isinstance(condition, AllOf | AnyOf):
                kind = "all" if isinstance(condition, AllOf) else "any"
                texts = tuple(
                    map(str, condition.all if isinstance(condition, AllOf) else condition.any)
                )
                for at, text in enumerate(texts):
                    yield from _numbers(path, text, where, texts, at, kind)
            else:
                yield from _numbers(path, str(condition), where)


def _numbers(
    path: str, text: str, place: str, whole: tuple[str, ...] = (), at: int = -1, kind: str = ""
) -> Iterator[Value]:
    """The numbers and the times in one condition."""
    try:
        tree = ex.parse(text)
    except ex.BadExpression:
        return
    found_here = [node for node in ex.walk(tree) if isinstance(node, ex.Number | ex.Length)]
    for ordinal, node in enumerate(sorted(found_here, key=lambda node: node.span)):
        start, end = node.span
        before, said, behind = text[:start], text[start:end], text[end:]
        number, unit = 0, ""
        if isinstance(node, ex.Number):
            number = node.value
        else:
            found = _TIME.match(said)
            if found is None:
                continue
            number, unit = int(found[1]) * MILLION, found[2].removesuffix("s")
        low, high = _range(number, MILLION if unit else None, None)
        step = MILLION if unit else _step(number, low, high)
        title = safe(f"{before}‹{said}›{behind}")
        rule, _, part = path.removeprefix("rules.").rpartition(".")
        group = safe(f"Rule {rule}, {part}")
        yield Value(f"{path}/{at}/{ordinal}", path, group, title, number, low, high, step,
                    unit, place, before, behind, whole, at, kind)  # fmt: skip


# --- rules and events ---------------------------------------------------------------------------


def rules_of(policy: Policy) -> list[Switch]:
    """Every rule, in the order of the policy."""
    return [
        Switch(str(rule.id), safe(str(rule.title or "")), _place(rule.where))
        for rule in policy.rules
    ]


def event_types_of(policy: Policy) -> list[tuple[str, str]]:
    """Every event type with its title."""
    return [(str(name), safe(str(event.title or ""))) for name, event in policy.events.items()]


def forms_of(policy: Policy, event: str) -> list[FieldForm]:
    """The fields of an event type; none for an unknown one."""
    declared = policy.events.get(event)
    if declared is None:
        return []
    return [
        FieldForm(str(name), field.kind, field.required,
                  "" if field.default is None else value_text(field.default),
                  tuple(map(str, field.choices)))
        for name, field in declared.fields.items()
    ]  # fmt: skip


def event_at(material: Material, row: int) -> Event | None:
    """The event of a row."""
    return next((event for event in material.events or () if event.row == row and row), None)


def written(event: Event) -> dict[str, str]:
    """What an event says, as somebody would type it."""
    at = iso_instant(event.at).replace("T", " ").removesuffix("Z")
    made = {"at": at.removesuffix(" 00:00:00"), "who": event.who, "event": event.type}
    made |= {str(name): _typed(value) for name, value in event.fields.items()}
    made |= {name: str(getattr(event, name) or "") for name in _OWN}
    return made


def _typed(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return format_number(value) if isinstance(value, int) else str(value)


def order_of(names: Sequence[str], forms: Sequence[FieldForm]) -> list[str]:
    """Own parts first, then the fields of the type, then the rest."""
    fields = [form.name for form in forms]
    return [
        name for name in ("at", "who", "event", *fields, *_OWN) if name in names or name in fields
    ]
