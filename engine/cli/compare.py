"""``demerit compare``: one life under many policies, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine.cli import exits, output
from engine.cli.options import JsonOption, LangOption, MatcherName, MatcherOption
from engine.findings import DemeritError, Finding
from engine.text import quoted

if TYPE_CHECKING:
    from engine.cli.playing import Played


@dataclass(frozen=True)
class Judge:
    """A policy, perhaps under a reform, and what it made of the life."""

    label: str
    path: Path  # of the policy
    played: Played


def compare(
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="SCENARIO [POLICY...]", help="A life, and policies to judge it."),
    ],
    policies: Annotated[
        list[Path] | None,
        typer.Option("--policies", metavar="POLICY...",
                     help="Policies, packs or reforms; as many as you like."),
    ] = None,
    matcher: MatcherOption = MatcherName.durable,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Play one life under several policies: how everybody ends under each.

    Of two policies it also says when they disagree about whom, and which decisions follow which.
    One policy alone is compared with the scenario's own.
    """
    from engine.cli import compare_show
    from engine.cli.playing import show_stop

    scenario, wanted = _sorted_out([*paths, *(policies or ())], bool(policies))
    judges = _judges(scenario, wanted, matcher.value, lang)
    pair = compare_show.Pair.of(judges) if len(judges) == 2 else None
    if as_json:
        output.print_json(compare_show.plain(judges, pair))
    else:
        compare_show.show(judges, pair, lang)
    stopped = [
        show_stop(judge.played.outcome, judge.played.loaded.files, judge.played.naming)
        for judge in judges
    ]
    exits.leave(exits.BAD_USE if any(stopped) else exits.GOOD)


def _bad(message: str, hint: str) -> DemeritError:
    return DemeritError(Finding("D711", message, hint=hint))


def _sorted_out(given: Sequence[Path], optioned: bool) -> tuple[Path, list[Path]]:
    """The scenario, which may stand anywhere, and the policies in the order in which they came.

    A shell spreads ``--policies cities/*.yaml`` so that only the first of them is the
    option's own.
    """
    from engine.cli.places import named_file

    scenario: Path | None = None
    policies: list[Path] = []
    for path in [*given[-1:], *given[1:-1]] if False else given:
        place, kind = named_file(path)
        if kind == "scenario" and scenario is None:
            scenario = place
        elif kind == "scenario":
            raise _bad(f"{quoted(str(path))} is a second scenario", "compare one life at a time")
        else:
            policies.append(place)
    if scenario is None:
        raise _bad("there is no scenario among these", "name one: `demerit compare SCENARIO …`")
    return scenario, policies
