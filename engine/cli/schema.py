"""``demerit schema``: the JSON Schema of a file kind, for editors."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from engine.cli import output


class Kind(StrEnum):
    """Kinds of files that have a schema."""

    policy = "policy"
    scenario = "scenario"
    reform = "reform"
    audit = "audit"
    population = "population"
    sift = "sift"
    subjects = "subjects"


def schema(
    kind: Annotated[
        Kind,
        typer.Argument(
            metavar="KIND", help="policy, scenario, reform, audit, population, sift or subjects."
        ),
    ],
) -> None:
    """Print the JSON Schema of a kind of file, for editors."""
    from engine.language.schema import json_schema

    output.print_json(json_schema(kind.value))
