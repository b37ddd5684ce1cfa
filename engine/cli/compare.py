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

    # a shell spreads `--policies cities/*.yaml`, and only the first is the option's own
    scenario, wanted = _sorted_out([*(policies or ()), *paths])
    judges = judges_of(scenario, wanted, matcher.value, lang)
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


def _sorted_out(given: Sequence[Path]) -> tuple[Path, list[Path]]:
    """The scenario, which may stand anywhere, and the policies in the order in which they came."""
    from engine.cli.places import policy_path
    from engine.language.neighbours import kind_of

    scenario: Path | None = None
    policies: list[Path] = []
    for path in given:
        place = policy_path(path)
        if kind_of(place) != "scenario":
            policies.append(place)
        elif scenario is None:
            scenario = place
        else:
            raise _bad(f"{quoted(str(path))} is a second scenario", "compare one life at a time")
    if scenario is None:
        raise _bad("there is no scenario among these", "name one: `demerit compare SCENARIO …`")
    return scenario, policies


def judges_of(
    scenario: Path, wanted: Sequence[Path], matcher: str, lang: str | None
) -> list[Judge]:
    """The life under each policy; with fewer than two, the scenario's own comes first."""
    from engine.cli.playing import load, play_scenario

    made = []
    sides: list[tuple[Path | None, tuple[Path, ...]]] = [_side(path) for path in wanted]
    if len(sides) < 2:
        sides.insert(0, (None, ()))
    for policy, reforms in sides:
        played = play_scenario(load(scenario, reforms, policy=policy), matcher, lang)
        made.append(Judge(_label(played, reforms), played.loaded.policy.path, played))
    labels = [judge.label for judge in made]
    return [
        judge if labels.count(judge.label) == 1 else Judge(_id(judge), judge.path, judge.played)
        for judge in made
    ]


def _side(path: Path) -> tuple[Path | None, tuple[Path, ...]]:
    """A policy by itself, or the policy of a reform with the reform."""
    from engine.language.load import load_reform
    from engine.language.neighbours import kind_of, policy_of

    if kind_of(path) != "reform":
        return path, ()
    of = load_reform(path)[0].of
    policy = policy_of(path, of)
    if policy is None:
        raise _bad(f"the policy {quoted(of)} of this reform was not found",
                   "put the reform into a folder below the one of its policy")  # fmt: skip
    return policy, (path,)


def _label(played: Played, reforms: Sequence[Path]) -> str:
    from engine.language.load import load_reform
    from engine.language.translations import in_language

    if reforms:
        reform = load_reform(reforms[-1])[0]
        return in_language(reform.title or reform.reform, played.lang)
    policy = played.loaded.policy.policy
    return in_language(policy.title or policy.policy, played.lang)


def _id(judge: Judge) -> str:
    return str(judge.played.loaded.policy.policy.policy)
