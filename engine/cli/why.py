"""``demerit why``: why somebody stands as they stand, or why something never happened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from engine.cli import exits, output
from engine.cli.options import (
    JsonOption,
    LangOption,
    MatcherName,
    MatcherOption,
    ReformsOption,
    ScenarioArgument,
    reforms_of,
)
from engine.findings import DemeritError, Finding, did_you_mean
from engine.text import quoted

if TYPE_CHECKING:
    from engine.evaluation.explain import Story
    from engine.evaluation.run import Run


def why(
    scenario: ScenarioArgument,
    who: Annotated[str, typer.Option("--who", metavar="ID", help="Whom it is about.")],
    step: Annotated[
        int | None, typer.Option("--step", metavar="N", help="Explain this step of the ledger.")
    ] = None,
    rule: Annotated[
        str | None, typer.Option("--rule", metavar="ID", help="Why a rule fired, or why not.")
    ] = None,
    measure: Annotated[
        str | None,
        typer.Option("--measure", metavar="ID", help="Why a reward or penalty began, or why not."),
    ] = None,
    reform: ReformsOption = None,
    matcher: MatcherOption = MatcherName.durable,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Explain a life, a step, a rule or a measure, each clause quoted from its file.

    Without --step, --rule or --measure: the whole life, every point of it.
    """
    from engine.cli.places import scenario_path
    from engine.cli.playing import Played, load, run_to_end, show_stop
    from engine.cli.why_show import Teller

    if sum(option is not None for option in (step, rule, measure)) > 1:
        raise _bad("ask one thing at a time", "leave all but one of --step, --rule, --measure out")
    loaded = load(scenario_path(scenario), reforms_of(reform))
    run, outcome = run_to_end(loaded, matcher.value)
    played = Played(loaded, outcome, lang)
    story = played.story
    _check_who(story, who)
    answer = _answer(story, run, who, step, rule, measure)
    if as_json:
        from engine.cli.why_json import plain

        output.print_json(plain(answer))
    else:
        Teller(story, who, played.naming).tell(answer)
    if show_stop(outcome, loaded.files, played.naming):
        exits.leave(exits.BAD_USE)


def _bad(message: str, hint: str | None) -> DemeritError:
    return DemeritError(Finding("D707", message, hint=hint))


def _check_who(story: Story, who: str) -> None:
    if who not in story.standings:
        hint = did_you_mean(who, list(story.standings), "subjects")
        raise _bad(f"there is no {quoted(who)} in this run", hint)


def _answer(
    story: Story, run: Run, who: str, step: int | None, rule: str | None, measure: str | None
) -> Any:
    """The explanation that was asked for."""
    from engine.cli.playing import lacking
    from engine.evaluation.explain import life, rule_story, step_note
    from engine.evaluation.measure_story import measure_story

    policies = [policy for _, policy in story.versions]
    if step is not None:
        if step not in story.by_number:
            raise _bad(f"there is no step {step}", f"the steps go from 1 to {len(story.steps)}")
        return step_note(story, step)
    if rule is not None:
        told = rule_story(story, who, rule)
        if told is None:
            known = [str(r.id) for policy in policies for r in policy.rules]
            raise _bad(f"there is no rule {quoted(rule)}", did_you_mean(rule, known, "rules"))
        return told
    if measure is not None:
        found = measure_story(story, who, measure, lacking(run, who, measure))
        if found is None:
            known = [str(m) for policy in policies for m in (*policy.rewards, *policy.penalties)]
            raise _bad(f"there is no reward or penalty {quoted(measure)}",
                       did_you_mean(measure, known, "measures"))  # fmt: skip
        return found
    return life(story, who)
