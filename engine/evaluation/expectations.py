"""What was expected, held against what came, with the shortest explanation of a difference."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from engine.evaluation.explain import Judgement, Story, rule_story, score_effects
from engine.evaluation.measure_story import measure_story
from engine.evaluation.records import Effect, Standing, Step
from engine.evaluation.run import Snapshot
from engine.findings import Where
from engine.language.model import Expected
from engine.values import MILLION, format_number, show_instant


class Check(NamedTuple):
    """One thing that was expected of one subject."""

    who: str
    what: str  # e.g. `score`, `grade credit`, `has no-ferry`
    expected: str
    actual: str
    passed: bool
    why: str  # the shortest explanation of a difference; "" if it passed or none is known
    where: Where | None  # of the expectation
    at: int | None  # its instant; None: the end of the run


def checks(snapshot: Snapshot, story: Story) -> Iterator[Check]:
    """Everything that one expectation says, judged. ``story`` is of the whole run."""
    expectation = snapshot.expectation
    seen = story_until(story, snapshot)
    for who, expected in expectation.of.items():
        standing = snapshot.standings.get(who)
        if standing is None:
            continue
        fired = snapshot.fired.get(who, frozenset())
        judge = _Judge(seen, who, standing, fired)
        for what, wanted, actual, passed, why in judge.all(expected):
            told = "" if passed else why()
            yield Check(who, what, wanted, actual, passed, told, expected.where, expectation.at)


def story_until(story: Story, snapshot: Snapshot) -> Story:
    """The same story, up to what an expectation sees."""
    return Story(story.versions, story.files, story.steps[: snapshot.steps],
                 snapshot.standings, story.names)  # fmt: skip


_Found = tuple[str, str, str, bool, Callable[[], str]]


class _Judge:
    """What is expected of one subject at one instant."""

    def __init__(self, story: Story, who: str, standing: Standing, fired: frozenset[str]) -> None:
        self.story = story
        self.who = who
        self.standing = standing
        self.fired = fired

    def all(self, expected: Expected) -> Iterator[_Found]:
        yield from self._scores(expected)
        yield from self._measures(expected)
        yield from self._rules(expected)
        yield from self._counts(expected)

    def _scores(self, expected: Expected) -> Iterator[_Found]:
        only = len(self.standing.scores) == 1
        for name, value in (expected.score or {}).items():
            found = self.standing.scores.get(name)
            shown = "no such score" if found is None else format_number(found)
            yield ("score" if only else f"score {name}", format_number(value), shown,
                   found == value, lambda n=name, v=value: self._why_score(n, v))  # type: ignore[misc]  # fmt: skip
        for name, grade in (expected.grade or {}).items():
            shown = self.standing.grades.get(name, "none")
            yield ("grade" if only else f"grade {name}", str(grade), shown,
                   shown == grade, lambda n=name, g=grade: self._why_grade(n, g))  # type: ignore[misc]  # fmt: skip

    def _measures(self, expected: Expected) -> Iterator[_Found]:
        active = self.standing.active
        for name in expected.has or ():
            yield (f"has {name}", "held", "held" if name in active else "not held",
                   name in active, lambda n=name: self._why_measure(n))  # type: ignore[misc]  # fmt: skip
        for name in expected.has_not or ():
            yield (f"has_not {name}", "not held", "held" if name in active else "not held",
                   name not in active, lambda n=name: self._why_measure(n))  # type: ignore[misc]  # fmt: skip
        if expected.listed is not None:
            wanted = tuple(sorted(str(name) for name in expected.listed))
            yield ("listed", _names(wanted), _names(self.standing.listed),
                   wanted == self.standing.listed, self._why_listed)  # fmt: skip

    def _rules(self, expected: Expected) -> Iterator[_Found]:
        for name in expected.fired or ():
            done = name in self.fired
            yield (f"fired {name}", "fired", "fired" if done else "did not fire", done,
                   lambda n=name: self._why_rule(n))  # type: ignore[misc]  # fmt: skip
        for name in expected.not_fired or ():
            done = name in self.fired
            yield (f"not_fired {name}", "did not fire", "fired" if done else "did not fire",
                   not done, lambda n=name: self._why_rule(n))  # type: ignore[misc]  # fmt: skip

    def _counts(self, expected: Expected) -> Iterator[_Found]:
        for what, wanted, found, kinds in (
            ("notified", expected.notified, self.standing.notified, ("message", "notice")),
            ("refused", expected.refused, self.standing.refused, ()),
        ):
            if wanted is not None:
                yield (what, format_number(wanted), str(found), wanted == found * MILLION,
                       lambda k=kinds: self._why_count(k))  # type: ignore[misc]  # fmt: skip

    # --- explanations -----------------------------------------------------------

    def _why_score(self, name: str, wanted: int) -> str:
        """The clauses that made the difference: the fewest effects that sum to it, or the last."""
        effects = [(s, e) for s, e in score_effects(self.story.steps, self.who) if e.name == name]
        found = self.standing.scores.get(name)
        if found is None:
            return "this kind of subject does not have it"
        if not effects:
            return f"nothing ever moved it from {format_number(found)}"
        chosen = _summing([e.change for _, e in effects], found - wanted)
        if chosen:
            lead = "the difference is exactly what these did: "
            return lead + "; ".join(_moved(*effects[index]) for index in chosen)
        gap = format_number(abs(found - wanted))
        side = "more" if found > wanted else "less"
        shown = effects[-3:]
        more = f"{len(effects) - len(shown)} earlier; then " if len(effects) > len(shown) else ""
        return f"{gap} {side} than expected; what moved it: {more}" + "; ".join(
            _moved(*each) for each in shown
        )

    def _why_grade(self, name: str, grade: str) -> str:
        value = self.standing.scores.get(name)
        policy = self.story.policy_at(self.story.steps[-1].at if self.story.steps else 0)
        ladder = policy.grades.get(name, ())
        floor = next((g.from_ for g in ladder if g.name == grade), None)
        if value is None or floor is None:
            return "this kind of subject does not have it"
        gap = value - floor
        side = "below" if gap < 0 else "above"
        return (f"the score is {format_number(value)}, {format_number(abs(gap))} {side} where"
                f" {grade} begins ({format_number(floor)})")  # fmt: skip

    def _why_measure(self, name: str) -> str:
        told = measure_story(self.story, self.who, name)
        if told is None:
            return ""
        if told.turns:
            turn = told.turns[-1]
            return (f"{turn.effect.kind.replace('-', ' ')} in step {turn.step.number}"
                    f" ({show_instant(turn.step.at)}) by {turn.note.path}")  # fmt: skip
        if told.condition:
            return f"it holds as long as {told.condition}, and that was never so"
        stories = [route.story for route in told.routes]
        reasons = (self._never(s.judgements, s.reasons, str(s.rule.id)) for s in stories)
        return "; ".join(reasons) or "no rule can begin it"

    def _why_rule(self, name: str) -> str:
        told = rule_story(self.story, self.who, name)
        if told is None:
            return ""
        first = next((j for j in told.judgements if j.verdict.verdict == "fired"), None)
        if first is not None:
            return f"it fired first in step {first.step.number} ({show_instant(first.step.at)})"
        return self._never(told.judgements, told.reasons, "")

    def _never(self, judgements: Sequence[Judgement], reasons: Sequence[str], rule: str) -> str:
        """Why a rule never fired, by its last judgement."""
        lead = f"{rule}: " if rule else ""
        if judgements:
            last = judgements[-1]
            return f"{lead}in step {last.step.number} {last.sentence}"
        return lead + "; ".join(reasons)

    def _why_listed(self) -> str:
        effects = (
            f"{effect.kind} {effect.name} in step {step.number} by {effect.clause}"
            for step, effect in self._effects(("listed", "unlisted"))
        )
        return "; ".join(effects) or "nothing ever put them on a list"

    def _why_count(self, kinds: tuple[str, ...]) -> str:
        if kinds:
            said = [f"step {s.number}: “{e.detail}”" for s, e in self._effects(kinds)]
            return "; ".join(said) or "no message ever went to them"
        refused = [f"step {s.number}: {p.trigger}" for s in self.story.steps for p in s.parts
                   if p.refused and p.who == self.who]  # fmt: skip
        return "; ".join(refused) or "nothing was ever refused to them"

    def _effects(self, kinds: tuple[str, ...]) -> Iterator[tuple[Step, Effect]]:
        for step in self.story.steps:
            for part in step.parts:
                for effect in part.effects:
                    if effect.target == self.who and effect.kind in kinds:
                        yield step, effect


def _names(names: Sequence[str]) -> str:
    return ", ".join(names) if names else "none"


def _moved(step: Step, effect: Effect) -> str:
    change = effect.change
    amount = f"+{format_number(change)}" if change >= 0 else f"−{format_number(-change)}"
    how = "" if effect.kind == "add" else f" ({effect.kind})"
    return f"{amount} in step {step.number} by {effect.clause}{how}"


_MOST = 3  # effects that are put together to make up a difference


def _summing(changes: Sequence[int], wanted: int) -> tuple[int, ...]:
    """The places of the fewest changes (at most three, the last first) that sum to a difference."""
    recent = list(range(len(changes)))[-40:]
    found: dict[int, tuple[int, ...]] = {0: ()}
    for _ in range(_MOST):
        longer: dict[int, tuple[int, ...]] = {}
        for total, places in found.items():
            for place in reversed(recent):
                if not places or place < places[0]:
                    longer.setdefault(total + changes[place], (place, *places))
        if wanted in longer:
            return longer[wanted]
        found = longer
    return ()
