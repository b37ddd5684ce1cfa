"""``demerit diff``: the same life under two policies, or with and without a reform."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from engine.cli import exits, output
from engine.cli.options import JsonOption, LangOption, MatcherName, MatcherOption
from engine.findings import DemeritError, Finding
from engine.text import quoted

if TYPE_CHECKING:
    from engine.cli.playing import Played
    from engine.evaluation.compare import Difference


@dataclass(frozen=True)
class Side:
    """One of the two that are compared: a policy, and the reforms applied to it."""

    label: str
    policy: Path
    reforms: tuple[Path, ...]


@dataclass(frozen=True)
class Compared:
    """One scenario, played on both sides."""

    name: str
    path: Path
    left: Played
    right: Played
    differences: tuple[Difference, ...]


def diff(
    left: Annotated[Path, typer.Argument(metavar="A", help="A policy file or a pack.")],
    right: Annotated[Path, typer.Argument(metavar="B", help="Another policy, or a reform of A.")],
    scenario: Annotated[
        list[Path] | None,
        typer.Option("--scenario", "-s", metavar="FILE",
                     help="Whose life to compare; without it, all scenarios beside A."),
    ] = None,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="Exit with 1 if anybody fares differently.")
    ] = False,
    matcher: MatcherOption = MatcherName.durable,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Say who fares differently under two policies, where they first part, and by which clause."""
    sides = _sides(left, right)
    results = [
        _compared(path, sides, matcher.value, lang) for path in _scenarios(sides[0], scenario)
    ]
    if as_json:
        output.print_json(_plain(results, sides))
    else:
        from engine.cli.diff_show import show_differences

        show_differences(results, sides)
    if _stopped(results):
        exits.leave(exits.BAD_USE)
    differ = any(result.differences for result in results)
    exits.leave(exits.FOUND if differ and exit_code else exits.GOOD)


def _sides(left: Path, right: Path) -> tuple[Side, Side]:
    from engine.cli.places import policy_path
    from engine.language.neighbours import kind_of

    first, second = policy_path(left), policy_path(right)
    if kind_of(first) == "reform":
        raise DemeritError(Finding("D708", f"{quoted(str(left))} is a reform, expected a policy",
                                   hint="name the policy first, then its reform"))  # fmt: skip
    if kind_of(second) == "reform":
        return Side("without the reform", first, ()), Side(f"with {right.stem}", first, (second,))
    names = (first.stem, second.stem) if first.stem != second.stem else (str(left), str(right))
    return Side(names[0], first, ()), Side(names[1], second, ())


def _scenarios(side: Side, given: list[Path] | None) -> list[Path]:
    """The scenarios that were named, or those of the policy's folder that name the policy."""
    from engine.cli.places import base_of, scenario_path
    from engine.language.neighbours import kind_of, yaml_files

    if given:
        return [scenario_path(path) for path in given]
    found = []
    for path in yaml_files(side.policy.parent):
        if kind_of(path) == "scenario":
            text = path.read_text("utf-8", errors="replace")
            target = base_of(path, {str(path): text}, whole=True)
            if target is not None and target.resolve() == side.policy.resolve():
                found.append(path)
    if not found:
        raise DemeritError(Finding("D702", f"there is no scenario of {quoted(str(side.policy))}"
                                   " in its folder", hint="name one with --scenario"))  # fmt: skip
    return found


def _compared(path: Path, sides: tuple[Side, Side], matcher: str, lang: str | None) -> Compared:
    from engine.cli.playing import load, play_scenario
    from engine.evaluation.compare import differences

    left, right = (
        play_scenario(load(path, side.reforms, policy=side.policy), matcher, lang) for side in sides
    )
    name = str(left.loaded.scenario.scenario)
    return Compared(name, path, left, right, differences(left.story, right.story))


def _stopped(results: list[Compared]) -> bool:
    """Show what stopped a run before its end."""
    from engine.cli.playing import show_stop

    shown = [
        show_stop(side.outcome, side.loaded.files, side.naming)
        for result in results
        for side in (result.left, result.right)
    ]
    return any(shown)


def _plain(results: list[Compared], sides: tuple[Side, Side]) -> dict[str, Any]:
    from engine.cli.diff_show import plain_difference

    return {
        "left": sides[0].label,
        "right": sides[1].label,
        "differ": any(result.differences for result in results),
        "scenarios": [
            {
                "scenario": result.name,
                "left_hash": result.left.outcome.hash,
                "right_hash": result.right.outcome.hash,
                "subjects": {one.who: plain_difference(one) for one in result.differences},
            }
            for result in results
        ],
    }
