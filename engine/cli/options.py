"""Options that several commands share."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from engine.findings import DemeritError, Finding
from engine.text import quoted


class MatcherName(StrEnum):
    """Which matcher judges the conditions."""

    durable = "durable"
    plain = "plain"
    both = "both"


JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")]
MatcherOption = Annotated[
    MatcherName,
    typer.Option("--matcher", metavar="NAME", help="Who judges conditions: durable (as it is"
                 " without this), plain, or both, each checking the other."),
]  # fmt: skip
ReformsOption = Annotated[
    list[Path] | None,
    typer.Option("--reform", metavar="FILE", help="Apply a reform first; may be repeated."),
]
ScenarioArgument = Annotated[
    Path, typer.Argument(metavar="SCENARIO", help="A scenario file, or PACK/SCENARIO.")
]


def _language(given: str | None) -> str | None:
    """A tag of a language, or nothing; what is neither is refused (D710)."""
    if not given:
        return None
    from engine.language.translations import is_tag

    if not is_tag(given):
        hint = "write its tag, e.g. `en`, `zh` or `zh-Hant`"
        raise DemeritError(Finding("D710", f"{quoted(given)} is not a language", hint=hint))
    return given


LangOption = Annotated[
    str | None,
    typer.Option("--lang", metavar="TAG", envvar="DEMERIT_LANG", callback=_language,
                 help="Show texts in this language, e.g. zh, where they are given in it."),
]  # fmt: skip


def reforms_of(given: list[Path] | None) -> tuple[Path, ...]:
    """The reforms that were asked for, in order."""
    return tuple(given or ())
