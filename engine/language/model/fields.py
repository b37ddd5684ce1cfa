"""The types of event fields and attributes, in all their written forms."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, WithJsonSchema

from engine.language.leaves import (
    TEXT_SCHEMA,
    convert_boolean,
    convert_number,
    convert_text,
    refuse,
)
from engine.language.model.parts import Part
from engine.text import quoted

FieldKind = Literal["text", "number", "boolean", "one_of"]


class FieldType(Part):
    """The type of an event field or a subject's attribute."""

    kind: FieldKind
    min: int | None = None  # millionths, inclusive; numbers only
    max: int | None = None
    optional: bool = False
    default: int | str | bool | None = None
    choices: tuple[str, ...] = ()  # for one_of

    @property
    def required(self) -> bool:
        return not self.optional and self.default is None


_OPTIONS = {
    "number": ("min", "max", "optional", "default"),
    "text": ("optional", "default"),
    "boolean": ("optional", "default"),
    "one_of": ("optional", "default"),
}


def _field_type(value: Any) -> Any:
    """``text`` · ``{number: {min: 0}}`` · ``{boolean: false}`` · ``{one_of: [a, b]}``."""
    if isinstance(value, FieldType):
        return value
    if isinstance(value, str):
        if value not in ("text", "number", "boolean"):
            refuse(f"{quoted(value)} is not a type", _FORMS)
        return {"kind": str(value)}
    if not isinstance(value, dict):
        refuse("expected a type", _FORMS)
    kinds = [key for key in value if key in _OPTIONS]
    if len(kinds) != 1:
        refuse("expected one type", "write e.g. `{number: {min: 0}}` or `{one_of: [a, b]}`")
    kind, inner = str(kinds[0]), value[kinds[0]]
    rest = {key: given for key, given in value.items() if key != kinds[0]}
    made: dict[str, Any] = {"kind": kind}
    if kind == "one_of":
        made["choices"] = _choices(inner)
    elif isinstance(inner, dict):
        if rest:
            refuse(f"{quoted(next(iter(rest)))} belongs inside `{kind}: {{…}}`")
        rest = inner
    else:
        rest = {**rest, "default": inner}
    for option, given in rest.items():
        made[option] = _option(kind, option, given, made.get("choices", ()))
    return made


_FORMS = "write `text`, `number`, `boolean` or `{one_of: [a, b]}`"


def _choices(written: Any) -> tuple[str, ...]:
    if not isinstance(written, list) or not written:
        refuse("`one_of` needs a list of texts", "write e.g. `one_of: [a, b]`")
    choices = tuple(str(convert_text(choice)) for choice in written)
    if len(set(choices)) != len(choices):
        refuse("`one_of` names a choice twice", "leave one out")
    return choices


def _option(kind: str, option: str, given: Any, choices: tuple[str, ...]) -> Any:
    """The value of ``min``, ``max``, ``optional`` or ``default``."""
    if option not in _OPTIONS[kind]:
        allowed = ", ".join(f"`{o}`" for o in _OPTIONS[kind])
        refuse(f"{quoted(option)} is not an option of `{kind}`", f"it takes {allowed}")
    if option == "optional" or kind == "boolean":
        return convert_boolean(given)
    if kind == "number":
        return convert_number(given)
    text = str(convert_text(given))
    if kind == "one_of" and text not in choices:
        refuse(f"the default {quoted(text)} is not one of the choices")
    return text


_TYPE_NAMES = {"enum": ["text", "number", "boolean"]}
_OPTIONAL = {"optional": {"type": "boolean"}}
FIELD_TYPE_SCHEMA: dict[str, Any] = {
    "oneOf": [
        _TYPE_NAMES,
        {
            "type": "object",
            "additionalProperties": False,
            "required": ["number"],
            "properties": {
                "number": {
                    "oneOf": [
                        {"type": "number"},
                        {
                            "type": "object",
                            "additionalProperties": False,
                            "properties": {
                                **{k: {"type": "number"} for k in ("min", "max", "default")},
                                **_OPTIONAL,
                            },
                        },
                    ]
                }
            },
        },
        *(
            {
                "type": "object",
                "additionalProperties": False,
                "required": [name],
                "properties": {
                    name: {
                        "oneOf": [
                            plain,
                            {
                                "type": "object",
                                "additionalProperties": False,
                                "properties": {**_OPTIONAL, "default": plain},
                            },
                        ]
                    }
                },
            }
            for name, plain in (("text", TEXT_SCHEMA), ("boolean", {"type": "boolean"}))
        ),
        {
            "type": "object",
            "additionalProperties": False,
            "required": ["one_of"],
            "properties": {
                "one_of": {"type": "array", "items": TEXT_SCHEMA, "minItems": 1},
                "default": TEXT_SCHEMA,
                **_OPTIONAL,
            },
        },
    ]
}
TypeLeaf = Annotated[FieldType, BeforeValidator(_field_type), WithJsonSchema(FIELD_TYPE_SCHEMA)]
