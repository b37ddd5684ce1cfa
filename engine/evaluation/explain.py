"""Explanations: a ledger and its policy enter, trees that say why leave.

Nothing is printed and nothing is played here. A :class:`Story` is a run that is over;
:func:`life`, :func:`step_note`, :func:`rule_story` and :func:`measure_story`
(in :mod:`engine.evaluation.measure_story`) read it. Every score effect of a person
stands in exactly one line of :func:`life`, so the lines sum to the score.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from engine.evaluation.quoting import Note, note_of
from engine.evaluation.records import SCORE_EFFECTS, Effect, Part, Standing, Step, Verdict
from engine.evaluation.wording import Wording, force_text
from engine.language.model import Policy, Rule
from engine.language.triggers import parse_triggers
from engine.values import format_number, show_instant

Versions = Sequence[tuple[int | None, Policy]]


@dataclass(frozen=True)
class Story:
    """A run that is over, with all that is needed to explain it."""

    versions: Versions  # of the policy, by the instant from which each is in force
    files: Mapping[str, str]  # text of every file, by the name that places use
    steps: tuple[Step, ...]
    standings: Mapping[str, Standing]
    names: Mapping[str, str] = field(default_factory=dict)  # subject → how people call it

    def policy_at(self, instant: int) -> Policy:
        """The version in force at an instant."""
        starts = [start for start, _ in self.versions if start is not None]
        return self.versions[bisect_right(starts, instant)][1] if starts else self.versions[0][1]

    @cached_property
    def by_number(self) -> Mapping[int, Step]:
        """The steps by their number in the ledger."""
        return {step.number: step for step in self.steps}

    def steps_of(self, who: str) -> Iterator[Step]:
        """The steps that are somebody's, or did something to them."""
        for step in self.steps:
            if step.who == who or any(
                part.who == who or any(e.target == who for e in part.effects) for part in step.parts
            ):
                yield step

    def name(self, who: str) -> str:
        """How people call a subject."""
        return self.names.get(who) or who

    def note(self, at: int, clause: str) -> Note:
        """What is known about a clause, in the version in force at an instant."""
        return note_of(self.policy_at(at), clause)

    def wording(self, at: int) -> Wording:
        """The words of the version in force at an instant."""
        return Wording(self.policy_at(at))


# --- a life -----------------------------------------------------------------------


class SumLine(NamedTuple):
    """All that one clause did to one score in one way."""

    kind: str  # as in `Effect.kind`
    clause: str
    total: int  # millionths
    steps: tuple[int, ...]  # numbers of the steps, one an effect
    note: Note


class ScoreLife(NamedTuple):
    """Where a score began, what each clause made of it, and where it ended."""

    name: str
    start: int
    lines: tuple[SumLine, ...]  # in order of first appearance
    end: int


class Life(NamedTuple):
    """One subject from joining to the end of the run."""

    who: str
    scores: tuple[ScoreLife, ...]
    steps: tuple[Step, ...]
    standing: Standing


def life(story: Story, who: str) -> Life:
    """The life of a subject: for each score start + lines = end, exactly."""
    steps = tuple(story.steps_of(who))
    standing = story.standings[who]
    effects = list(score_effects(steps, who))
    scores = tuple(
        _score_life(story, name, end, [(s, e) for s, e in effects if e.name == name])
        for name, end in standing.scores.items()
    )
    return Life(who, scores, steps, standing)


def score_effects(steps: Sequence[Step], who: str) -> Iterator[tuple[Step, Effect]]:
    """Every effect on a score of a subject, with its step, in order."""
    for step in steps:
        for part in step.parts:
            for effect in part.effects:
                if effect.target == who and effect.kind in SCORE_EFFECTS:
                    yield step, effect


def _score_life(story: Story, name: str, end: int, effects: list[tuple[Step, Effect]]) -> ScoreLife:
    start = (effects[0][1].before or 0) if effects else end
    lines: dict[tuple[str, str], list[tuple[Step, Effect]]] = {}
    for step, effect in effects:
        lines.setdefault((effect.kind, effect.clause), []).append((step, effect))
    made = tuple(
        SumLine(
            kind, clause, sum(e.change for _, e in many), tuple(s.number for s, _ in many),
            story.note(many[0][0].at, clause),
        )
        for (kind, clause), many in lines.items()
    )  # fmt: skip
    return ScoreLife(name, start, made, end)


# --- a step -----------------------------------------------------------------------


class Link(NamedTuple):
    """One link of a cause chain, from the step back to what set it all off."""

    step: Step
    clause: Note | None  # what in this step scheduled the next; None for the last link


class Judged(NamedTuple):
    """A rule that was judged in a part."""

    rule: str
    verdict: str
    sentence: str
    note: Note


class Done(NamedTuple):
    """An effect and the clause behind it."""

    effect: Effect
    note: Note


class PartNote(NamedTuple):
    """One part of a step."""

    part: Part
    depth: int  # 0 for the step's own part
    raised_by: Note | None
    judged: tuple[Judged, ...]
    done: tuple[Done, ...]


class StepNote(NamedTuple):
    """Everything about one step."""

    step: Step
    causes: tuple[Link, ...]  # the nearest first; empty for an event that was fed in
    parts: tuple[PartNote, ...]


def step_note(story: Story, number: int) -> StepNote:
    """The explanation of a step; raises ``KeyError`` for a number that is none."""
    step = story.by_number[number]
    words, policy = story.wording(step.at), story.policy_at(step.at)
    rules = {str(rule.id): rule for rule in policy.rules}
    depths: list[int] = []
    parts = []
    for part in step.parts:
        depths.append(0 if part.parent is None else depths[part.parent] + 1)
        judged = tuple(
            Judged(v.rule, v.verdict, words.verdict(rules[v.rule], v),
                   note_of(policy, f"rules.{v.rule}"))
            for v in part.verdicts
        )  # fmt: skip
        done = tuple(Done(effect, note_of(policy, effect.clause)) for effect in part.effects)
        raised = note_of(policy, part.raised_by) if part.raised_by else None
        parts.append(PartNote(part, depths[-1], raised, judged, done))
    return StepNote(step, tuple(_causes(story, step)), tuple(parts))


def _causes(story: Story, step: Step) -> Iterator[Link]:
    cause = step.cause
    seen = {step.number}
    while cause is not None and cause.step is not None and cause.step not in seen:
        before = story.by_number.get(cause.step)
        if before is None:
            return
        seen.add(before.number)
        clause = story.note(before.at, cause.clause) if cause.clause else None
        yield Link(before, clause)
        cause = before.cause


# --- a rule -----------------------------------------------------------------------


class Judgement(NamedTuple):
    """One time that a rule was judged for somebody."""

    step: Step
    trigger: str
    verdict: Verdict
    sentence: str
    effects: tuple[Effect, ...]  # what it did there; empty unless it fired


class RuleStory(NamedTuple):
    """Why a rule fired, or why not."""

    rule: Rule
    note: Note
    waits_for: str  # in words
    condition: str  # in words, "" for none
    exception: str
    judgements: tuple[Judgement, ...]
    reasons: tuple[str, ...]  # why it was never judged; empty if it was

    @property
    def fired(self) -> int:
        """How often it fired."""
        return sum(j.verdict.verdict == "fired" for j in self.judgements)


def rule_story(story: Story, who: str, rule_id: str) -> RuleStory | None:
    """Each judgement of a rule for a subject, or why there was none; ``None``: no such rule."""
    policies = [policy for _, policy in story.versions]
    found = [(p, r) for p in policies for r in p.rules if r.id == rule_id]
    if not found:
        return None
    policy, rule = found[0]
    judgements: list[Judgement] = []
    for step in story.steps:
        for part in step.parts:
            if part.who == who:
                judgements.extend(_judged(story, step, part, rule_id))
    words = Wording(policy)
    reasons = () if judgements else tuple(_never_judged(story, who, policy, rule))
    return RuleStory(
        rule, note_of(policy, f"rules.{rule_id}"), waits_for(policy, rule),
        words.whole(rule.when), words.whole(rule.unless), tuple(judgements), reasons,
    )  # fmt: skip


def _judged(story: Story, step: Step, part: Part, rule_id: str) -> Iterator[Judgement]:
    for verdict in part.verdicts:
        if verdict.rule == rule_id:
            rule = next(r for r in story.policy_at(step.at).rules if r.id == rule_id)
            sentence = story.wording(step.at).verdict(rule, verdict)
            clause = f"rules.{rule_id}"
            own = tuple(e for e in part.effects if e.clause == clause)
            done = own if verdict.verdict == "fired" else ()
            yield Judgement(step, part.trigger, verdict, sentence, done)


def waits_for(policy: Policy, rule: Rule) -> str:
    """What sets a rule off, in words."""
    words = Wording(policy)
    said = []
    for trigger in parse_triggers(rule, policy):
        events = " or ".join(words.event(kind) for kind in trigger.types)
        match trigger.kind:
            case "event":
                said.append(events)
            case "refused":
                said.append(f"{events} being refused")
            case "entered" | "left":
                verb = "entering" if trigger.kind == "entered" else "leaving"
                said.append(f"{verb} grade {trigger.grade} of {trigger.score}")
            case "began" | "ended":
                verb = "the beginning" if trigger.kind == "began" else "the end"
                said.append(f"{verb} of {words.measure(trigger.measure)}")
            case _:
                said.append(f"every {trigger.period} from joining")
    return " or ".join(said)


def _never_judged(story: Story, who: str, policy: Policy, rule: Rule) -> Iterator[str]:
    """Why a rule was not judged once for a subject."""
    triggers = parse_triggers(rule, policy)
    keys = {key for trigger in triggers for key in trigger.keys}
    met = [step for step in story.steps for p in step.parts if p.who == who and p.trigger in keys]
    if met:
        force = force_text(rule)
        dates = ", ".join(dict.fromkeys(show_instant(step.at) for step in met[:5]))
        when = f"it is in force {force}" if force else "the policy did not have it then"
        yield f"what it waits for came {_times(len(met))} ({dates}), but {when}"
        return
    for trigger in triggers:
        for kind in trigger.types:
            yield _never_came(story, who, kind, trigger.kind)
        if trigger.kind == "entered":
            yield _never_entered(story, who, policy, trigger.score, trigger.grade)
        elif trigger.kind == "left":
            yield f"they never left grade {trigger.grade} of {trigger.score}"
        elif trigger.kind in ("began", "ended"):
            verb = "began" if trigger.kind == "began" else "ended"
            yield f"{Wording(policy).measure(trigger.measure)} never {verb} for them"
        elif trigger.kind == "every":
            yield f"the run was over before the first {trigger.period} had passed"


def _never_came(story: Story, who: str, kind: str, trigger: str) -> str:
    """Why an event (or its refusal) set nothing off for a subject."""
    event = story.wording(story.steps[-1].at if story.steps else 0).event(kind)
    parts = [p for s in story.steps for p in s.parts]
    own = sum(p.who == who and p.trigger == kind for p in parts)
    refused = sum(p.who == who and p.trigger == f"refused {kind}" for p in parts)
    if trigger == "refused":
        return f"{event} was never refused to them; it happened {_times(own)}"
    if refused:
        return f"{event} was refused {_times(refused)}, and what is refused does not count"
    others = list(dict.fromkeys(p.who for p in parts if p.trigger == kind))
    if others:
        return f"{event} never happened to them; it did to {', '.join(others[:5])}"
    return f"{event} never happened to anybody in this run"


def _never_entered(story: Story, who: str, policy: Policy, score: str, grade: str) -> str:
    ladder = policy.grades.get(score, ())
    floor = next((g.from_ for g in ladder if g.name == grade), 0)
    life_ = [e for _, e in score_effects(story.steps, who) if e.name == score]
    values = [v for e in life_ for v in (e.before, e.after) if v is not None]
    values = values or [story.standings[who].scores.get(score, 0)]
    return (
        f"they never entered grade {grade} of {score}, which begins at {format_number(floor)};"
        f" their score was between {format_number(min(values))} and {format_number(max(values))}"
    )


def _times(count: int) -> str:
    return {0: "never", 1: "once", 2: "twice"}.get(count, f"{count} times")
