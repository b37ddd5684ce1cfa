"""Why a reward or penalty began and ended for somebody, or why it never began."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from engine.evaluation.explain import RuleStory, Story, rule_story
from engine.evaluation.quoting import Note, note_of
from engine.evaluation.records import Effect, Step
from engine.evaluation.wording import Wording
from engine.language.model import Measure, Policy, Rule


class Turn(NamedTuple):
    """One thing that happened to a measure of somebody."""

    step: Step
    effect: Effect
    note: Note  # the clause behind it


class Route(NamedTuple):
    """A rule that could have begun a measure."""

    story: RuleStory
    target: str  # whom the rule's action is for, as written; "" for the rule's own subject


class MeasureStory(NamedTuple):
    """When a measure began, by what, when it ended; or the ways in which it could have begun."""

    measure: Measure
    note: Note
    condition: str  # its `while` in words, "" for none
    turns: tuple[Turn, ...]
    holds: bool  # at the end of the run
    routes: tuple[Route, ...]  # for a measure that never began
    lacking: str  # for a `while` measure that does not hold at the end: what is lacking

    @property
    def began(self) -> bool:
        """Whether it ever held."""
        return any(turn.effect.kind == "began" for turn in self.turns)


def measure_story(
    story: Story, who: str, measure_id: str, lacking: str = ""
) -> MeasureStory | None:
    """The turns of a measure for a subject; ``None``: there is no such measure.

    ``lacking`` says what its ``while`` lacks at the end, which a ledger does not tell.
    """
    found = _find(story, measure_id)
    if found is None:
        return None
    policy, path, measure = found
    turns = tuple(_turns(story, who, measure_id))
    began = any(turn.effect.kind == "began" for turn in turns)
    routes = () if began else tuple(_routes(story, who, measure_id))
    standing = story.standings[who]
    holds = measure_id in standing.active
    return MeasureStory(
        measure, note_of(policy, path), Wording(policy).whole(measure.while_), turns, holds,
        routes, "" if holds else lacking,
    )  # fmt: skip


def _find(story: Story, measure_id: str) -> tuple[Policy, str, Measure] | None:
    for _, policy in story.versions:
        if measure_id in policy.rewards:
            return policy, f"rewards.{measure_id}", policy.rewards[measure_id]
        if measure_id in policy.penalties:
            return policy, f"penalties.{measure_id}", policy.penalties[measure_id]
    return None


_TURNS = frozenset({"began", "ended", "extended", "restarted", "kept", "turned-away"})


def _turns(story: Story, who: str, measure_id: str) -> Iterator[Turn]:
    for step in story.steps:
        for part in step.parts:
            for effect in part.effects:
                mine = effect.target == who and effect.name == measure_id
                if mine and effect.kind in _TURNS:
                    yield Turn(step, effect, story.note(step.at, effect.clause))


def _routes(story: Story, who: str, measure_id: str) -> Iterator[Route]:
    """Each rule that imposes or grants the measure, once."""
    rules: dict[str, str] = {}
    for _, policy in story.versions:
        for rule in policy.rules:
            target = _imposes(rule, measure_id)
            if target is not None:
                rules.setdefault(str(rule.id), target)
    for rule_id, target in rules.items():
        told = rule_story(story, who, rule_id)
        if told is not None:
            yield Route(told, target)


def _imposes(rule: Rule, measure_id: str) -> str | None:
    """Whom a rule imposes a measure on ("" for its own subject); ``None`` if it does not."""
    for action in rule.then:
        if measure_id in (action.impose, action.grant):
            return str(action.to or "").replace("subject", "")
    return None
