"""Numbers that must fit each other, and names that the language keeps for itself."""

from __future__ import annotations

from collections.abc import Iterator

from engine.findings import Finding
from engine.language.checks.common import found
from engine.language.model import FieldType, Grade, Policy, Score, Weight
from engine.language.nodes import where_of
from engine.text import quoted
from engine.values import format_number

#: Keys of an event's row that are not its own fields.
ROW_KEYS = ("id", "at", "after", "who", "event", "known", "source", "reporter", "says", "expect")


def reserved_names(policy: Policy) -> Iterator[Finding]:
    """Names that would hide a part of the language."""
    for event in policy.events.values():
        for name in event.fields:
            if name in ROW_KEYS:
                yield found("D309", name, f"a field cannot be called {quoted(name)}",
                            "every event has this key already; choose another name")  # fmt: skip
    for kind in policy.subjects.values():
        for name in kind.attributes:
            if name == "kind":
                yield found("D309", name, "an attribute cannot be called `kind`",
                            "`subject.kind` is the name under `subjects:`;"
                            " choose another name")  # fmt: skip
    for name in policy.scores:
        if name == "set":
            yield found("D309", name, "a score cannot be called `set`",
                        "`score: {set: …}` sets a score; choose another name")  # fmt: skip


def bounds_of_types(policy: Policy) -> Iterator[Finding]:
    """``min`` is not above ``max``, and a default lies between them."""
    for event in policy.events.values():
        for name, kind in event.fields.items():
            yield from _bounds(name, kind)
    for subject in policy.subjects.values():
        for name, kind in subject.attributes.items():
            yield from _bounds(name, kind)


def _bounds(name: str, kind: FieldType) -> Iterator[Finding]:
    low, high = kind.min, kind.max
    if low is not None and high is not None and low > high:
        yield found("D308", name,
                    f"the `min` of {quoted(name)} is above its `max`"
                    f" ({format_number(low)} > {format_number(high)})",
                    "exchange them")  # fmt: skip
    elif kind.kind == "number" and isinstance(kind.default, int):
        yield from outside("D308", name, f"the default of {quoted(name)}", kind.default, low, high)


def outside(
    code: str, spot: object, what: str, value: int, low: int | None, high: int | None
) -> Iterator[Finding]:
    """A finding if a number lies outside its bounds (millionths, inclusive)."""
    if low is not None and value < low:
        yield found(code, spot, f"{what} is {format_number(value)}, below {format_number(low)}",
                    f"write {format_number(low)} or more, or lower the bound")  # fmt: skip
    if high is not None and value > high:
        yield found(code, spot, f"{what} is {format_number(value)}, above {format_number(high)}",
                    f"write {format_number(high)} or less, or raise the bound")  # fmt: skip


def weights_in_range(policy: Policy) -> Iterator[Finding]:
    """A weight's range is ordered and holds its value."""
    for name, weight in policy.weights.items():
        if weight.range is None:
            continue
        low, high = weight.range
        if low > high:
            yield found("D307", name, f"the range of {quoted(name)} is upside down",
                        f"write [{format_number(high)}, {format_number(low)}]")  # fmt: skip
        else:
            spot = weight if _elsewhere(name, weight) else name
            yield from outside("D307", spot, f"the weight {quoted(name)}", weight.value, low, high)


def _elsewhere(name: object, weight: Weight) -> bool:
    """Whether a weight's number was set in another place than beside its name: by a reform."""
    named, given = where_of(name), weight.where
    if named is None or given is None:
        return False
    return (named.file, named.line) != (given.file, given.line)


def scores_in_bounds(policy: Policy) -> Iterator[Finding]:
    """``start`` and ``drift.toward`` lie between ``min`` and ``max``; drift moves."""
    for name, score in policy.scores.items():
        if score.min is not None and score.max is not None and score.min > score.max:
            yield found("D306", name, f"the `min` of {quoted(name)} is above its `max`",
                        "exchange them")  # fmt: skip
            continue
        what = f"the start of {quoted(name)}"
        yield from outside("D306", name, what, score.start, score.min, score.max)
        yield from _drift(name, score)


def _drift(name: str, score: Score) -> Iterator[Finding]:
    if score.drift is None:
        return
    spot: object = score.drift if score.drift.where else name
    if score.drift.by <= 0:
        yield found("D306", spot,
                    f"the drift of {quoted(name)} moves by {format_number(score.drift.by)}",
                    "write `by` above 0; it goes `toward` its goal from both sides")  # fmt: skip
    what = f"the `toward` of {quoted(name)}"
    yield from outside("D306", spot, what, score.drift.toward, score.min, score.max)


def grades_in_order(policy: Policy) -> Iterator[Finding]:
    """Grades of a score: highest first, none twice, the last from the score's ``min``."""
    for name, grades in policy.grades.items():
        score = policy.scores.get(name)
        if score is None:
            known = ", ".join(f"`{s}`" for s in policy.scores)
            yield found("D301", name, f"there is no score {quoted(name)}",
                        f"grades are of one score; known: {known}" if known
                        else "declare it under `scores:`")  # fmt: skip
            continue
        disorder = tuple(_descending(grades))
        yield from disorder or _lowest(name, score, grades)


def _descending(grades: tuple[Grade, ...]) -> Iterator[Finding]:
    for at, grade in enumerate(grades):
        if any(other.name == grade.name for other in grades[:at]):
            yield found("D310", grade.name, f"the grade {quoted(grade.name)} is written twice",
                        "rename one of them")  # fmt: skip
        elif at and grade.from_ >= grades[at - 1].from_:
            above = grades[at - 1]
            yield found("D305", grade.name,
                        f"the grade {quoted(grade.name)} begins at {format_number(grade.from_)},"
                        f" not below {quoted(above.name)} ({format_number(above.from_)})",
                        "write the highest grade first")  # fmt: skip


def _lowest(name: str, score: Score, grades: tuple[Grade, ...]) -> Iterator[Finding]:
    if not grades:
        yield found("D305", name, f"the score {quoted(name)} has an empty list of grades",
                    "write a grade, or leave the list out")  # fmt: skip
    elif score.min is None:
        yield found("D305", name, f"the score {quoted(name)} has grades but no `min`",
                    f"write `min: {format_number(grades[-1].from_)}` in the score,"
                    " so that every score has a grade")  # fmt: skip
    elif grades[-1].from_ != score.min:
        last = grades[-1]
        yield found("D305", last.name,
                    f"the last grade {quoted(last.name)} begins at {format_number(last.from_)},"
                    f" the score at {format_number(score.min)}",
                    f"write `from: {format_number(score.min)}`,"
                    " so that every score has a grade")  # fmt: skip
