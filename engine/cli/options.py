"""Options that several commands share."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class MatcherName(StrEnum):
    """Which matcher judges the conditions."""

    durable = "durable"
    plain = "plain"
    both = "both"


JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")]
MatcherOption = Annotated[
    MatcherName,
    typer.Option("--matcher", help="Who judges conditions; both: check one against the other."),
]
ReformsOption = Annotated[
    list[Path] | None,
    typer.Option("--reform", metavar="FILE", help="Apply a reform first; may be repeated."),
]
ScenarioArgument = Annotated[
    Path, typer.Argument(metavar="SCENARIO", help="A scenario file, or PACK/SCENARIO.")
]


def reforms_of(given: list[Path] | None) -> tuple[Path, ...]:
    """The reforms that were asked for, in order."""
    return tuple(given or ())
