"""Typed rows: events of somebody, members of a cast, and what was expected of them.

Written or streamed fields enter as raw values; they leave as the values that the
policy's field types say they are. What a raw value may be depends on its form:

- ``yaml``: a :class:`~engine.language.nodes.Scalar`
- ``json``: a text, a boolean, ``None`` (missing) or a :class:`NumberText`
- ``csv``: a text; an empty one is missing
- ``parquet``: a text, a boolean, ``None``, an ``int``, a ``Decimal`` or a ``float``
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal, NamedTuple, NoReturn

from engine.findings import Finding, Where, did_you_mean, nearest
from engine.language.model import Expected, FieldType, Policy
from engine.language.nodes import where_of
from engine.text import forbidden, quoted
from engine.values import BadValue, format_number, iso_instant, parse_number

Value = int | str | bool  # a number in millionths, a text, a boolean
Form = Literal["yaml", "json", "csv", "parquet"]

LONGEST_ID = 200  # characters of a subject's or an event's id

#: Keys of an event row that are not fields of its type.
COLUMNS = ("id", "at", "who", "event", "known", "source", "reporter", "says")


class Event(NamedTuple):
    """One row of a stream or timeline, its fields already typed by the policy."""

    who: str
    type: str
    at: int  # when it happened
    known: int  # when it becomes known: its step's instant
    fields: Mapping[str, Value]  # declared fields; a missing one is left out
    id: str | None = None
    source: str | None = None  # as given, never inferred
    reporter: str | None = None
    says: str | None = None  # the writer's note
    row: int = 0  # 1-based position in its input; 0 for a derived event
    where: Where | None = None  # place in a timeline


class Person(NamedTuple):
    """One subject of a cast."""

    id: str
    kind: str
    attributes: Mapping[str, Value]  # defaults filled in; a missing one is left out
    where: Where | None = None


class Cast(NamedTuple):
    """Who is there from the start. The order is the cast order."""

    members: tuple[Person, ...]
    relations: Mapping[str, tuple[tuple[str, str], ...]]  # name → pairs (a is NAME of b)
    start: int
    until: int | None


class Expectation(NamedTuple):
    """What is expected of some subjects at an instant, behind a number of events."""

    at: int | None  # None: at the end
    row: int  # it sees the events of `row` or less
    of: Mapping[str, Expected]  # scores and grades by name, never ""
    where: Where | None


#: A policy, or its versions by the instant from which they are in force, ascending; the
#: first, from the beginning (None), stands for the policy where no instant is known.
AnyPolicy = Policy | Sequence[tuple[int | None, Policy]]


def policy_at(policy: AnyPolicy, instant: int) -> Policy:
    """The version of a policy that is in force at an instant."""
    if isinstance(policy, Policy):
        return policy
    return [made for start, made in policy if start is None or start <= instant][-1]


def every_policy(policy: AnyPolicy) -> tuple[Policy, ...]:
    """The policy itself, or all its versions."""
    return (policy,) if isinstance(policy, Policy) else tuple(made for _, made in policy)


def first_policy(policy: AnyPolicy) -> Policy:
    """The policy itself, or its first version."""
    return policy if isinstance(policy, Policy) else policy[0][1]


class NumberText(str):
    """A number of a JSON row as it was written, so that no digit is lost."""

    __slots__ = ()


class Refused(BadValue):
    """A value that its type does not allow, with the code that says why."""

    def __init__(self, code: str, message: str, hint: str | None = None) -> None:
        super().__init__(message, hint)
        self.code = code

    def finding(self, name: str, where: Where | None) -> Finding:
        return Finding(self.code, f"{quoted(name)} {self.message}", where, self.hint)


# --- single values ------------------------------------------------------------


def _found(given: object) -> str:
    if isinstance(given, bool):
        return quoted("true" if given else "false")
    if isinstance(given, NumberText | int | float | Decimal):
        return f"the number {quoted(str(given))}"
    if isinstance(given, str):
        return quoted(given) if given else "nothing"
    return "a list" if isinstance(given, list | tuple) else "a mapping"


def _wrong(expected: str, given: object, hint: str | None = None) -> NoReturn:
    raise Refused("D511", f"must be {expected}, found {_found(given)}", hint)


def _decimal_text(given: object, form: Form) -> str:
    """The plain decimal text of anything that counts as a number in its form."""
    if isinstance(given, NumberText):
        return str(given)
    if isinstance(given, str):
        quotes = getattr(given, "quoted", False)
        if form == "json" or quotes:
            _wrong("a number", given, f"write {quoted(given)} without quotes")
        return str(given)
    if isinstance(given, bool) or not isinstance(given, int | float | Decimal):
        _wrong("a number", given)
    exact = given if isinstance(given, Decimal) else Decimal(repr(given))
    if not exact.is_finite():
        _wrong("a number", given, "leave the cell empty where nothing is known")
    if exact.adjusted() > 9:  # before it is written out: 1E+900000 is short to say
        raise Refused("D511", "must be a number below 1000000000", "use a larger unit")
    text = format(exact, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    if isinstance(given, float) and len(text.partition(".")[2]) > 6:
        _wrong(
            "a number with at most six decimal places",
            given,
            "write the column as decimals with six places, not as binary floats",
        )
    return text


def _number(kind: FieldType, given: object, form: Form) -> int:
    text = _decimal_text(given, form)
    try:
        value = parse_number(text)
    except BadValue as bad:
        raise Refused("D511", f"is {quoted(text)}: {bad.message}", bad.hint) from None
    if kind.min is not None and value < kind.min:
        raise Refused(
            "D512",
            f"is {format_number(value)}, below its least value {format_number(kind.min)}",
            f"write {format_number(kind.min)} or more",
        )
    if kind.max is not None and value > kind.max:
        raise Refused(
            "D512",
            f"is {format_number(value)}, above its greatest value {format_number(kind.max)}",
            f"write {format_number(kind.max)} or less",
        )
    return value


def _boolean(given: object, form: Form) -> bool:
    if isinstance(given, bool):
        return given
    quotes = getattr(given, "quoted", False) or form == "json"
    if isinstance(given, str) and not isinstance(given, NumberText):
        word = {"yes": "true", "on": "true", "no": "false", "off": "false"}.get(
            given.lower(), given.lower()
        )
        if word in ("true", "false"):
            if given == word and not quotes:
                return word == "true"
            _wrong("`true` or `false`", given, f"write {word}{' without quotes' * quotes}")
    _wrong("`true` or `false`", given)


def _text(given: object) -> str:
    if isinstance(given, NumberText):
        _wrong("a text", given, f'write "{given}", in quotes')
    if not isinstance(given, str):
        hint = "write the column as text" if isinstance(given, int | float | Decimal) else None
        _wrong("a text", given, hint)
    if not given and not getattr(given, "quoted", True):
        _wrong("a text", given, 'leave it out, or write ""')
    check_text(given)
    return str.__str__(given)


def check_text(text: str) -> None:
    """Refuse (D514) control and direction characters in a text of a row."""
    if text.isascii() and text.isprintable():
        return
    bad = next((char for char in text if forbidden(char)), None)
    if bad is not None:
        raise Refused(
            "D514",
            f"holds the character U+{ord(bad):04X}, which cannot be seen or reorders text",
            "take it out",
        )


def check_id(text: str) -> None:
    """Refuse (D514) what cannot be the id of a subject or an event."""
    if 0 < len(text) <= LONGEST_ID and text.isascii() and text.isprintable() and " " not in text:
        return
    if not text:
        raise Refused("D514", "is empty", "give it an id, e.g. `mei`")
    if len(text) > LONGEST_ID:
        raise Refused("D514", f"has {len(text)} characters", f"use at most {LONGEST_ID}")
    check_text(text)
    if text != text.strip() or any(char in "\n\r\t" for char in text):
        raise Refused(
            "D514",
            f"is {quoted(text)}: spaces around an id, tabs and line ends are not part of it",
            "take them out",
        )


def typed_value(kind: FieldType, given: object, form: Form) -> Value:
    """The value of a raw one that is there; raises :class:`Refused`."""
    if kind.kind == "number":
        return _number(kind, given, form)
    if kind.kind == "boolean":
        return _boolean(given, form)
    text = _text(given)
    if kind.kind == "one_of" and text not in kind.choices:
        raise Refused(
            "D513",
            f"is {quoted(text)}, which is not one of its choices",
            did_you_mean(text, kind.choices),
        )
    return text


# --- rows ---------------------------------------------------------------------


def typed_fields(
    declared: Mapping[str, FieldType],
    raw: Mapping[str, Any],
    form: Form,
    *,
    what: str = "field",
    complete: bool = True,
) -> tuple[dict[str, Value], list[Finding]]:
    """Raw fields as their declared types, in the order of declaration.

    Defaults are filled in and what is missing is left out. Unless ``complete``, a
    required one may be missing too. Findings stand where the value was written, if
    it remembers that; a row with findings is not to be used.
    """
    values: dict[str, Value] = {}
    problems: list[Finding] = []
    strange = () if raw.keys() <= declared.keys() else [n for n in raw if n not in declared]
    misspelt = {nearest(name, declared) for name in strange}
    for name, kind in declared.items():
        given = raw.get(name)
        if given is None or (form == "csv" and given == ""):
            if kind.default is not None:
                values[name] = kind.default
            elif complete and not kind.optional and name not in misspelt:
                problems.append(
                    Finding("D510", f"the {what} {quoted(name)} is missing", hint=_give(kind))
                )
            continue
        try:
            values[name] = typed_value(kind, given, form)
        except Refused as bad:
            problems.append(bad.finding(name, where_of(given)))
    for name in strange:
        problems.append(
            Finding(
                "D509",
                f"there is no {what} {quoted(name)} here",
                where_of(name) or where_of(raw[name]),
                did_you_mean(name, tuple(declared), f"{what}s"),
                width=max(len(name), 1),
            )
        )
    return values, problems


def _give(kind: FieldType) -> str:
    if kind.kind == "one_of":
        return "give one of " + ", ".join(quoted(choice) for choice in kind.choices[:8])
    return f"give it {'`true` or `false`' if kind.kind == 'boolean' else f'a {kind.kind}'}"


def check_source(policy: Policy, event_type: str, source: str) -> None:
    """Refuse (D516) a source that is no institution, or may not report this type."""
    if source not in policy.institutions:
        raise Refused(
            "D516",
            f"names {quoted(source)}, which is not an institution of the policy",
            did_you_mean(source, tuple(policy.institutions), "institutions"),
        )
    reporters = policy.events[event_type].by
    if reporters and source not in reporters:
        raise Refused(
            "D516",
            f"names {quoted(source)}, which does not report {quoted(event_type)}",
            "it is reported by " + ", ".join(quoted(by) for by in reporters),
        )


def known_at(
    policy: Policy, event_type: str, source: str | None, at: int, known: int | None
) -> int:
    """When an event becomes known, in seconds UTC.

    That is ``known`` if given (D515 if it is before ``at``), else ``at`` plus the
    delay of its ``source``, or of the only institution in the type's ``by``.
    """
    if known is not None:
        if known < at:
            raise Refused(
                "D515",
                f"is {iso_instant(known)}, before `at` {iso_instant(at)}",
                "nothing is known before it happens; change one of them",
            )
        return known
    reporters = policy.events[event_type].by
    name = source or (reporters[0] if len(reporters) == 1 else None)
    reporter = policy.institutions.get(name) if name else None
    return reporter.delay.after(at) if reporter and reporter.delay else at


def outside(
    at: int, known: int, start: int | None, until: int | None, what: str = "the event"
) -> list[Finding]:
    """The findings (D519) for what is before ``start`` or known after ``until``."""
    if start is not None and at < start:
        message = f"{what} is {iso_instant(at)}, before the start {iso_instant(start)}"
        return [Finding("D519", message, hint="move `start`, or change the date")]
    if until is not None and known > until:
        becomes = "is" if known == at else "becomes known"
        message = f"{what} {becomes} {iso_instant(known)}, after the end {iso_instant(until)}"
        return [Finding("D519", message, hint="move `until`, or change the date")]
    return []
