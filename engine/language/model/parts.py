"""What every model shares: parts with a place, clauses, lists, the format number."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    GetJsonSchemaHandler,
    ModelWrapValidatorHandler,
    PrivateAttr,
    ValidationInfo,
    WithJsonSchema,
    model_validator,
)

from engine.findings import Where
from engine.language.leaves import Id, Prose, refuse
from engine.language.nodes import where_of

Standing = Literal["documented", "reported", "adapted", "invented"]


class Part(BaseModel):
    """Any mapping of a file. ``where`` is its place, if it came from a file."""

    model_config = ConfigDict(
        frozen=True, strict=True, extra="forbid", populate_by_name=True, defer_build=True
    )
    _where: Where | None = PrivateAttr(default=None)

    @model_validator(mode="wrap")
    @classmethod
    def _remember(
        cls, data: Any, handler: ModelWrapValidatorHandler[Any], info: ValidationInfo
    ) -> Any:
        if info.context is not None:
            info.context[id(data)] = cls  # so that a finding can name the keys known here
        made = handler(data)
        if isinstance(made, Part) and made._where is None:
            made._where = where_of(data)
            if made.model_extra:  # as plain keys they would forget their places
                written = {str(key): key for key in data}
                for key in tuple(made.model_extra):
                    made.model_extra[written[key]] = made.model_extra.pop(key)
        return made

    @property
    def where(self) -> Where | None:
        return self._where


class Clause(Part):
    """A part of a policy that can be cited, quoted and blamed."""

    title: Prose | None = None
    about: Prose | None = None
    standing: Standing | None = None  # None: the policy's own
    cite: Id | None = None  # an entry of `sources`


def _one_or_many(value: Any) -> Any:
    """A list as it is; one scalar as a list of one."""
    return tuple(value) if isinstance(value, list | tuple) else (value,)


def as_list(value: Any) -> Any:
    """A written list as a tuple; anything else is refused."""
    if isinstance(value, tuple):
        return value
    if isinstance(value, list):
        return tuple(value)
    return refuse("expected a list", "write e.g. `[a, b]`")


Item = TypeVar("Item")
Many = Annotated[tuple[Item, ...], BeforeValidator(as_list)]


class _OrItem:
    """In the JSON Schema: a list, or one of its items alone."""

    def __get_pydantic_json_schema__(self, core: Any, handler: GetJsonSchemaHandler) -> Any:
        made = handler(core)
        return {"anyOf": [made["items"], made]}


OneOrMany = Annotated[tuple[Item, ...], BeforeValidator(_one_or_many), _OrItem()]


def _format(value: Any) -> Any:
    """The format number as an ``int``; another one is refused with a way out."""
    if value in (1, "1") and not getattr(value, "quoted", False):
        return 1
    return refuse("the format is not known here", "write `format: 1`, or update demerit")


Format = Annotated[Literal[1], BeforeValidator(_format), WithJsonSchema({"const": 1})]
