"""Section 3.6, from the gate on, and the steps that the clock makes."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import NamedTuple

from engine.language.model import Policy, Rule
from engine.language.rows import Event
from engine.values import Duration

from .effects import Share, add, apply, clamp
from .expressions import Scope, holds
from .measures import end_measure, schedule_reviews
from .settling import settle
from .state import Addition, Begun, Clock, Done, Due, Record, RunError, State
from .triggers import Occasion, fits, fits_pattern, read_trigger

DEEPEST = 100
MOST_PARTS = 100_000


class Part(NamedTuple):
    """What is handled at once: an event, or a change that was raised."""

    who: str
    occasion: Occasion
    depth: int
    event: Event | None = None  # what rules see as `event`
    judged: int | None = None  # its place in the history, if it was recorded


@dataclass
class Step:
    policy: Policy  # the version in force
    state: State
    now: int
    fired: list[str] = field(default_factory=list)
    refused: bool = False  # its input was
    changed: bool = False  # a measure began or ended
    queue: deque[Part] = field(default_factory=deque)
    parts: int = 0
    additions: list[Addition] = field(default_factory=list)
    begun: list[Begun] = field(default_factory=list)

    # --- what makes a step; each says whether it leaves one -------------------

    def input(self, event: Event) -> bool:
        """An input event, from point 2 on."""
        if event.id is not None and event.id in self.state.seen:
            return True
        if event.id is not None:
            self.state.seen.add(event.id)
        self.delayed(event)
        if event.id is not None:
            self.state.done[event.id] = Done(tuple(self.additions), tuple(self.begun))
        return True

    def delayed(self, event: Event) -> bool:
        """A derived event whose time has come; it has no id."""
        self.refused = self._blocked(event)
        self.raise_event(event, 1)
        self._work()
        return True

    def join(self, who: str) -> bool:
        self.parts = 1
        settle(self, [who], 2)
        self._work()
        return self.changed or bool(self.fired)

    def review(self, who: str) -> bool:
        return self.join(who)

    def drift(self, who: str, score: str) -> bool:
        drift = self.policy.scores[score].drift
        assert drift is not None
        old = self.state.subjects[who].scores[score]
        distance = drift.toward - old
        moved = max(-drift.by, min(drift.by, distance))
        if clamp(self.policy, score, old + moved) == old:
            return False
        return self._addition(who, score, moved)

    def lapse(self, who: str, score: str, amount: int, uid: int) -> bool:
        self.state.fallen.add(uid)
        return self._addition(who, score, -amount)

    def end(self, who: str, measure: str) -> bool:
        self.parts = 1
        end_measure(self, who, measure, 2)
        settle(self, [who], 2)
        self._work()
        return True

    def every(self, who: str, period: Duration) -> bool:
        self.parts = 1
        part = Part(who, Occasion("every", period=period), 1)
        rules = self._choose(part)
        if not rules:
            return False
        self._apply_and_settle(part, rules)
        self._work()
        return True

    def _addition(self, who: str, score: str, amount: int) -> bool:
        self.parts = 1
        add(self, who, score, [Share(amount, None)])
        settle(self, [who], 2)
        self._work()
        return True

    # --- what parts raise -----------------------------------------------------

    def raise_change(self, who: str, occasion: Occasion, depth: int) -> None:
        self.queue.append(Part(who, occasion, depth))

    def raise_event(self, event: Event, depth: int) -> None:
        self.queue.append(Part(event.who, Occasion("event", event.type), depth, event))

    # --- one part after the other ---------------------------------------------

    def _work(self) -> None:
        while self.queue:
            part = self.queue.popleft()
            self.parts += 1
            if part.depth > DEEPEST or self.parts > MOST_PARTS:
                raise RunError(f"a runaway: {', '.join(self.fired[-10:])}")
            if part.event is not None:
                part = self._gate_and_record(part, part.event)
            self._apply_and_settle(part, self._choose(part))

    def _blocked(self, event: Event) -> bool:
        active = self.state.subjects[event.who].active
        return any(
            fits_pattern(pattern, event.type)
            for name in active
            if name in self.policy.penalties
            for pattern in self.policy.penalties[name].blocks
        )

    def _gate_and_record(self, part: Part, event: Event) -> Part:
        subject = self.state.subjects[event.who]
        record = Record(self.now, event.type, event.fields)
        if self._blocked(event):
            subject.refused += 1
            subject.refusals.append(record)
            schedule_reviews(self, event.who, event.type, ("refusals",))
            return part._replace(occasion=Occasion("refused", event.type))
        subject.history.append(record)
        schedule_reviews(self, event.who, event.type, ("count", "total", "since"))
        return part._replace(judged=len(subject.history) - 1)

    def scope(self, part: Part) -> Scope:
        return Scope(self.policy, self.state, part.who, self.now, part.event, part.judged)

    def _choose(self, part: Part) -> list[Rule]:
        """Points 4 and 5: the rules that fire, in policy order."""
        scope = self.scope(part)
        matched = [
            rule
            for rule in self.policy.rules
            if self._in_force(rule)
            and any(fits(read_trigger(text), part.occasion) for text in rule.on)
            and holds(scope, rule.when)
            and not (rule.unless is not None and holds(scope, rule.unless))
        ]
        heard = [rule for rule in matched if not self._beyond_limit(rule, part.who)]
        aside = set().union(*(self._overridden(rule) for rule in heard))
        chosen = [rule for rule in heard if rule.id not in aside]
        for rule in chosen:
            self.fired.append(str(rule.id))
            firings = self.state.subjects[part.who].firings
            firings.setdefault(str(rule.id), []).append(self.now)
        return chosen

    def _in_force(self, rule: Rule) -> bool:
        term = rule.in_force
        if term is None:
            return True
        return (term.from_ is None or term.from_ <= self.now) and (
            term.until is None or self.now < term.until
        )

    def _beyond_limit(self, rule: Rule, who: str) -> bool:
        if rule.limit is None:
            return False
        per = rule.limit.per
        firings = self.state.subjects[who].firings.get(str(rule.id), [])
        within = [f for f in firings if f <= self.now and (not per or self.now < per.after(f))]
        return len(within) >= rule.limit.times

    def _overridden(self, rule: Rule) -> set[str]:
        """All that it overrides, also through others."""
        by_id = {each.id: each for each in self.policy.rules}
        found: set[str] = set()
        to_visit = list(rule.overrides)
        while to_visit:
            name = to_visit.pop()
            if name not in found:
                found.add(name)
                to_visit += by_id[name].overrides
        return found

    def _apply_and_settle(self, part: Part, rules: list[Rule]) -> None:
        touched = apply(self, part, rules)
        settle(self, [part.who, *touched], part.depth + 1)


def schedule_at_joining(step: Step, who: str) -> None:
    """Drift, `every` and ages, in policy order."""
    subject = step.state.subjects[who]
    for name, score in step.policy.scores.items():
        if score.drift is not None and name in subject.scores:
            at = score.drift.every.after(step.now)
            step.state.schedule(
                Due(at, Clock.DRIFT, 0, who, name=str(name), times=1, period=score.drift.every)
            )
    triggers = [read_trigger(text) for rule in step.policy.rules for text in rule.on]
    for period in dict.fromkeys(t.period for t in triggers if t.period is not None):
        at = period.after(step.now)
        step.state.schedule(Due(at, Clock.EVERY, 0, who, times=1, period=period))
    schedule_reviews(step, who, "", ("age_of_record",))
