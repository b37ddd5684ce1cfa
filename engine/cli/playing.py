"""A scenario is loaded, played, and made ready to be explained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from engine.cli.places import base_of, naming
from engine.cli.show_findings import Naming, renamed, show_findings
from engine.evaluation.explain import Story
from engine.evaluation.held import Telling
from engine.evaluation.matchers.choice import make_matcher
from engine.evaluation.records import Step
from engine.evaluation.run import Outcome, Run, in_play_order, play
from engine.evaluation.spoken import spoken_step
from engine.evaluation.state import Context
from engine.evaluation.wording import Wording
from engine.findings import DemeritError
from engine.language import expressions as ex
from engine.language.rows import Cast
from engine.language.scenario import LoadedScenario, load_scenario
from engine.language.translations import spoken


@dataclass(frozen=True)
class Played:
    """A scenario and what it came to."""

    loaded: LoadedScenario
    outcome: Outcome
    lang: str | None = None  # in which it is shown

    @property
    def story(self) -> Story:
        """What explanations are made from."""
        return story_of(self.loaded, self.outcome, self.lang)

    @property
    def naming(self) -> Naming:
        """How its files are shown."""
        return naming(self.loaded.policy.path.parent, self.loaded.path)


def load(
    path: Path, reforms: Sequence[Path] = (), *, policy: Path | None = None,
    expecting: bool = False,
) -> LoadedScenario:  # fmt: skip
    """A scenario; the findings of one that cannot be played name files from here."""
    try:
        return load_scenario(path, reforms, policy_path=policy, expecting=expecting)
    except DemeritError as error:
        base = policy.parent if policy else base_of(path, error.files)
        raise renamed(error, naming(base, path)) from None


def play_scenario(loaded: LoadedScenario, matcher: str, lang: str | None = None) -> Played:
    """Play a scenario with its expectations."""
    outcome = play(
        loaded.policy.versions, loaded.cast, in_play_order(loaded.events), loaded.expectations,
        matcher,
    )  # fmt: skip
    return Played(loaded, outcome, lang)


def run_to_end(loaded: LoadedScenario, matcher: str) -> tuple[Run, Outcome]:
    """Play a scenario and keep the run, for questions about the state at its end.

    The verdicts of its steps know what made a rule fire.
    """
    telling = Telling(make_matcher(matcher))
    steps: list[Step] = []
    run = Run(loaded.policy.versions, loaded.cast, telling, None, False,
              lambda step: steps.append(telling.told(step)))  # fmt: skip
    for event in in_play_order(loaded.events):
        if not run.feed(event):
            break
    run.advance_to_end()
    return run, replace(run.finish(), steps=tuple(steps))


def story_of(loaded: LoadedScenario, outcome: Outcome, lang: str | None = None) -> Story:
    """What explanations of a scenario are made from, its texts in a language."""
    versions = tuple((start, spoken(policy, lang)) for start, policy in loaded.policy.versions)
    steps = tuple(spoken_step(step, lang) for step in outcome.steps)
    return Story(versions, loaded.files, steps, outcome.standings, names_of(loaded.cast))


def names_of(cast: Cast | None) -> Mapping[str, str]:
    """How people call the members of a cast: by their attribute `name`, if they have it."""
    members = cast.members if cast else ()
    return {m.id: str(m.attributes["name"]) for m in members if "name" in m.attributes}


def show_stop(outcome: Outcome, files: Mapping[str, str], name: Naming) -> bool:
    """Show the finding that stopped a run; whether there is one."""
    if outcome.error is not None:
        show_findings([outcome.error], files, name)
    return outcome.error is not None


def lacking(run: Run, who: str, measure_id: str) -> str:
    """What the ``while`` of a measure lacks for somebody now, in words; "" for nothing."""
    player = run.player
    if player is None or player.now is None or who not in player.world.subjects:
        return ""
    plan = player.plans.at(player.now)
    found = [m for m in plan.whiles if m.id == measure_id]
    declared = plan.policy.rewards.get(measure_id) or plan.policy.penalties.get(measure_id)
    if not found or declared is None or declared.while_ is None:
        return ""
    context = Context(player.world)
    context.now, context.subject = player.now, player.world.subjects[who]
    raw = plan.compiler.judge(ex.parse(declared.while_), declared.while_)(context)
    return Wording(plan.policy).miss(raw) if raw is not None else ""
