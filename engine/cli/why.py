"""``demerit why``: why somebody stands as they stand, or why something never happened."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from engine.cli import exits, output
from engine.cli.options import (
    JsonOption,
    LangOption,
    MatcherName,
    MatcherOption,
    ReformsOption,
    reforms_of,
)
from engine.findings import DemeritError, Finding, did_you_mean
from engine.text import quoted

if TYPE_CHECKING:
    from engine.cli.show_findings import Naming
    from engine.evaluation.explain import Story
    from engine.evaluation.run import Outcome, Run


@dataclass(frozen=True)
class _Asked:
    """What was played, and whom it is asked about."""

    story: Story
    run: Run
    outcome: Outcome
    naming: Naming
    who: str


def why(
    scenario: Annotated[
        Path,
        typer.Argument(metavar="WHAT", help="A scenario file, PACK/SCENARIO, or the folder of a"
                       " simulation."),
    ],
    who: Annotated[str, typer.Option("--who", metavar="ID", help="Whom it is about.")],
    step: Annotated[
        int | None, typer.Option("--step", metavar="N", help="Explain this step of the ledger.")
    ] = None,
    at: Annotated[
        str | None,
        typer.Option("--at", metavar="TIME", help="Explain their last step at or before a time,"
                     " e.g. 2031-05-01."),
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
) -> None:  # fmt: skip
    """Explain a life, a step, a rule or a measure, each clause quoted from its file.

    Without --step, --at, --rule or --measure: the whole life, every point of it.
    """
    from engine.cli.playing import show_stop
    from engine.cli.why_show import Teller

    if sum(option is not None for option in (step, at, rule, measure)) > 1:
        raise _bad("ask one thing at a time",
                   "leave all but one of --step, --at, --rule, --measure out")  # fmt: skip
    asked = _played(scenario, who, reform, matcher.value, lang)
    if at is not None:
        step = _step_at(asked, at)
    answer = _answer(asked, step, rule, measure)
    if as_json:
        from engine.cli.why_json import plain

        output.print_json(plain(answer))
    else:
        Teller(asked.story, who, asked.naming).tell(answer)
    if show_stop(asked.outcome, asked.story.files, asked.naming):
        exits.leave(exits.BAD_USE)


def _played(
    given: Path, who: str, reform: list[Path] | None, matcher: str, lang: str | None
) -> _Asked:
    """A scenario, or one life out of a simulation, played to its end."""
    from engine.cli.kept import kept_in, kept_life, not_for_a_simulation
    from engine.cli.places import scenario_path
    from engine.cli.playing import Played, load, run_to_end

    kept = kept_in(given)
    if kept is not None:
        not_for_a_simulation("D707", {"--reform": reform})
        found = kept_life(kept, who, lang)
        return _Asked(found.story, found.run, found.outcome, found.naming, who)
    loaded = load(scenario_path(given), reforms_of(reform))
    run, outcome = run_to_end(loaded, matcher)
    played = Played(loaded, outcome, lang)
    story = played.story
    _check_who(story, who)
    return _Asked(story, run, outcome, played.naming, who)


def _bad(message: str, hint: str | None) -> DemeritError:
    return DemeritError(Finding("D707", message, hint=hint))


def _check_who(story: Story, who: str) -> None:
    if who not in story.standings:
        hint = did_you_mean(who, list(story.standings), "subjects")
        raise _bad(f"there is no {quoted(who)} in this run", hint)


def _step_at(asked: _Asked, written: str) -> int:
    """Somebody's last step at or before a time; a day without a clock time is meant as a whole."""
    from engine.evaluation.explain import life
    from engine.values import DAY, BadValue, parse_instant, show_instant

    try:
        until = parse_instant(written) + (0 if ":" in written else DAY - 1)
    except BadValue as bad:
        raise _bad(f"{quoted(written)} is no time: {bad.message}", bad.hint) from None
    steps = life(asked.story, asked.who).steps
    before = [step.number for step in steps if step.at <= until]
    if not before:
        first = f"their first step is at {show_instant(steps[0].at)}" if steps else None
        raise _bad(f"nothing had happened to {quoted(asked.who)} by {quoted(written)}", first)
    return before[-1]


def _answer(asked: _Asked, step: int | None, rule: str | None, measure: str | None) -> Any:
    """The explanation that was asked for."""
    from engine.cli.playing import lacking
    from engine.evaluation.explain import life, rule_story, step_note
    from engine.evaluation.measure_story import measure_story

    story, run, who = asked.story, asked.run, asked.who
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
