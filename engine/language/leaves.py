"""The leaf types of the models: written text in, checked value out.

Each takes a :class:`~engine.language.nodes.Scalar` (or, from tests and programs,
a plain Python value) and either returns its value or raises an error that says
what was expected. Texts stay scalars, so they remember their place.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Any, NoReturn, TypeVar

from pydantic import PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from engine.language.nodes import Scalar
from engine.language.translations import TAG, Translated, is_tag
from engine.text import quoted
from engine.values import (
    MILLION,
    BadValue,
    Duration,
    parse_duration,
    parse_instant,
    parse_number,
)

#: Error types that carry `message` and `hint` in their context.
MENDABLE = "demerit"


def refuse(message: str, hint: str | None = None) -> NoReturn:
    """Refuse a value inside a validator, with a hint that mends it."""
    raise PydanticCustomError(MENDABLE, "{message}", {"message": message, "hint": hint or ""})


def _scalar(value: Any, expected: str) -> str:
    if isinstance(value, str):
        if not value and not getattr(value, "quoted", True):
            refuse(f"expected {expected}, found nothing", "write it behind the colon")
        return value
    if isinstance(value, dict):
        refuse(f"expected {expected}, found a mapping")
    if isinstance(value, list):
        refuse(f"expected {expected}, found a list")
    refuse(f"expected {expected}")


def _number(value: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value * MILLION
    text = _scalar(value, "a number")
    if getattr(value, "quoted", False):
        refuse("expected a number, found a quoted text", f"write {quoted(text)} without quotes")
    return _mend(parse_number, text)


def _count(value: Any) -> int:
    number = _number(value)
    if number % MILLION or number < MILLION:
        refuse("expected a whole number from 1 on")
    return number // MILLION


def _boolean(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    text = _scalar(value, "`true` or `false`")
    if text in ("true", "false") and not getattr(value, "quoted", False):
        return text == "true"
    if text in ("true", "false"):
        refuse("expected `true` or `false`, found a quoted text", f"write {text} without quotes")
    lowered = text.lower()
    wanted = {"yes": "true", "on": "true", "no": "false", "off": "false"}.get(lowered, lowered)
    refuse(
        f"expected `true` or `false`, found {quoted(text)}",
        f"write {wanted}" if wanted in ("true", "false") else None,
    )


Value = TypeVar("Value")


def _mend(parse: Callable[[str], Value], text: str) -> Value:
    try:
        return parse(text)
    except BadValue as bad:
        refuse(bad.message, bad.hint)


def _duration(value: Any) -> Duration:
    if isinstance(value, Duration):
        return value
    return _mend(parse_duration, _scalar(value, "a duration"))


def _instant(value: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    return _mend(parse_instant, _scalar(value, "a date or a time"))


def _text(value: Any) -> str:
    return _scalar(value, "a text")


def _prose(value: Any) -> str:
    """A text, or one text for each of several languages."""
    if isinstance(value, Translated) or not isinstance(value, dict):
        return _text(value)
    if not value:
        refuse("expected a text, found an empty mapping", "write e.g. `{en: Fine, zh: 罚款}`")
    for tag in value:
        if not is_tag(tag):
            refuse(f"{quoted(tag)} is not a language", "write e.g. `en`, `zh` or `zh-Hant`")
    return Translated.of({str(tag): _text(text) for tag, text in value.items()})


def _pattern(pattern: str, what: str, example: str) -> Callable[[Any], str]:
    compiled = re.compile(pattern + r"\Z", re.ASCII)

    def check(value: Any) -> str:
        text = _scalar(value, what)
        if not compiled.match(text):
            refuse(f"{quoted(text)} is not {what}", f"write e.g. `{example}`")
        if text in RESERVED:
            refuse(f"{quoted(text)} is a word of the language, not a name", "choose another")
        return text

    return check


#: Words that expressions use for themselves.
RESERVED = frozenset({"and", "or", "not", "in", "is", "missing", "true", "false", "ever"})

_KEBAB = r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*"
_NAME = r"[A-Za-z_][A-Za-z0-9_]*(?:-[A-Za-z0-9_]+)*"
_DOTTED = rf"{_NAME}(?:\.{_NAME})*"

NUMBER_SCHEMA = {"type": "number"}
DURATION_SCHEMA = {
    "type": "string",
    "pattern": r"^[1-9][0-9]* (second|minute|hour|day|week|month|year)s?$",
}


def _string(**more: Any) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", **more})


TEXT_SCHEMA: dict[str, Any] = {"type": ["string", "number", "boolean"]}
PROSE_SCHEMA: dict[str, Any] = {
    "anyOf": [
        TEXT_SCHEMA,
        {
            "type": "object",
            "minProperties": 1,
            "additionalProperties": False,
            "patternProperties": {f"^{TAG}$": TEXT_SCHEMA},
        },
    ]
}
Text = Annotated[str, PlainValidator(_text), WithJsonSchema(TEXT_SCHEMA)]
Number = Annotated[int, PlainValidator(_number), WithJsonSchema(NUMBER_SCHEMA)]
Count = Annotated[int, PlainValidator(_count), WithJsonSchema({"type": "integer", "minimum": 1})]
Boolean = Annotated[bool, PlainValidator(_boolean), WithJsonSchema({"type": "boolean"})]
DurationLeaf = Annotated[Duration, PlainValidator(_duration), WithJsonSchema(DURATION_SCHEMA)]
Instant = Annotated[int, PlainValidator(_instant), _string()]
#: An id such as `late-fee`: words of small letters and digits, joined by hyphens.
Id = Annotated[
    str, PlainValidator(_pattern(_KEBAB, "an id", "late-fee")), _string(pattern=f"^{_KEBAB}$")
]
#: A name used in expressions: attributes, fields, grades.
Name = Annotated[
    str, PlainValidator(_pattern(_NAME, "a name", "age")), _string(pattern=f"^{_NAME}$")
]
#: An event type such as `fee.late`.
EventType = Annotated[
    str,
    PlainValidator(_pattern(_DOTTED, "an event type", "fee.late")),
    _string(pattern=f"^{_DOTTED}$"),
]
#: An event type, or `prefix.*`.
EventPattern = Annotated[
    str,
    PlainValidator(_pattern(rf"{_DOTTED}(?:\.\*)?", "an event type", "fee.late` or `fee.*")),
    _string(),
]
#: A text for readers, or one in each of several languages.
Prose = Annotated[str, PlainValidator(_prose), WithJsonSchema(PROSE_SCHEMA)]
#: An expression; its grammar is checked by `engine.language.checks`.
Expression = Annotated[str, PlainValidator(_text), WithJsonSchema(TEXT_SCHEMA)]
#: A text with `{…}` places, checked like expressions.
Template = Annotated[str, PlainValidator(_prose), WithJsonSchema(PROSE_SCHEMA)]
#: A value whose type another file decides (a field, an attribute).
Raw = Annotated[Any, WithJsonSchema(TEXT_SCHEMA)]


def convert_number(value: Any) -> int:
    """A number leaf outside a model; raises ``PydanticCustomError``."""
    return _number(value)


def convert_boolean(value: Any) -> bool:
    """A boolean leaf outside a model; raises ``PydanticCustomError``."""
    return _boolean(value)


def convert_text(value: Any) -> str:
    """A text leaf outside a model; raises ``PydanticCustomError``."""
    return _text(value)


def bare(value: Any) -> str:
    """The plain ``str`` of a scalar, for places that must not keep positions."""
    return str.__str__(value) if isinstance(value, Scalar) else str(value)
