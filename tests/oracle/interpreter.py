"""``play``: a whole run, from the cast's joining to ``until``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from engine.language.model import Policy
from engine.language.rows import Cast, Event, Person
from engine.values import format_number, iso_instant

from .measures import schedule_dated_reviews
from .state import Clock, Due, RunError, State, grade_of, join
from .steps import Step, schedule_at_joining

Versions = Sequence[tuple[int | None, Policy]]


def play(versions: Versions, cast: Cast | None, events: Sequence[Event]) -> dict[str, Any]:
    """The subjects at the end and the steps, as ``run --json`` prints them.

    ``versions`` are policies with the instants (seconds UTC) from which they are in
    force, the first with ``None``. ``error`` is the text of an error of the run, or
    ``None``; the step in which it happened is taken back.
    """
    run = _Run(versions, cast)
    error = None
    try:
        run.start()
        for event in sorted(events, key=lambda event: event.known):
            run.advance(event.known)
            run.meet(event.who, event.known)
            run.step(event.known, event.who, event.type, partial(Step.input, event=event))
        if cast is not None and cast.until is not None:
            run.advance(cast.until)
    except RunError as stopped:
        error = str(stopped)
    return {"subjects": run.subjects(), "steps": run.steps, "error": error}


class _Run:
    def __init__(self, versions: Versions, cast: Cast | None) -> None:
        self.versions = versions
        self.cast = cast
        self.state = State({}, cast.relations if cast else {})
        self.steps: list[dict[str, Any]] = []
        self.now: int | None = cast.start if cast else None

    def policy(self, now: int | None) -> Policy:
        """The version in force: the last that began."""
        begun = [p for since, p in self.versions
                 if since is None or (now is not None and since <= now)]  # fmt: skip
        return begun[-1]

    def start(self) -> None:
        """The whole cast is there, then each has a joining step, in cast order."""
        if self.cast is None:
            return
        now = self.cast.start
        for person in self.cast.members:
            self._there(self.state, person, now)
        for person in self.cast.members:
            self.step(now, person.id, "join", partial(Step.join, who=person.id))

    def meet(self, who: str, now: int) -> None:
        """A subject of a stream joins at the instant of its first event, before it."""
        if who in self.state.subjects:
            return
        policy = self.policy(now)
        (kind,) = policy.subjects
        declared = policy.subjects[kind].attributes
        defaults = {str(n): t.default for n, t in declared.items() if t.default is not None}
        person = Person(who, str(kind), defaults)

        def joining(step: Step) -> bool:
            self._there(step.state, person, now)
            return step.join(who)

        self.step(now, who, "join", joining)

    def _there(self, state: State, person: Person, now: int) -> None:
        policy = self.policy(now)
        join(state, policy, person, now)
        schedule_at_joining(Step(policy, state, now), person.id)
        schedule_dated_reviews(state, person.id, now, self.versions)

    def advance(self, to: int) -> None:
        """Point 1: everything due at or before that instant, by due time."""
        while True:
            due = min((d for d in self.state.pending if d.at <= to), default=None,
                      key=lambda d: (d.at, d.clock, d.order))  # fmt: skip
            if due is None:
                self.now = to
                return
            self._due(due)

    def _due(self, due: Due) -> None:
        names = {
            Clock.DRIFT: "drift",
            Clock.LAPSE: "lapse",
            Clock.END: "end",
            Clock.REVIEW: "review",
            Clock.EVERY: "every",
        }
        label = due.event.type if due.event else names[due.clock]

        def work(step: Step) -> bool:
            step.state.pending.remove(due)
            return self._work(step, due)

        self.step(due.at, due.who, label, work)

    def _work(self, step: Step, due: Due) -> bool:
        if due.period is not None:
            # Computed from joining, and scheduled anew as this one begins.
            times = due.times + 1
            at = due.period.after(step.state.subjects[due.who].joined, times)
            step.state.schedule(due._replace(at=at, times=times))
        match due.clock:
            case Clock.DRIFT:
                return step.drift(due.who, due.name)
            case Clock.LAPSE:
                return step.lapse(due.who, due.name, due.amount, due.uid)
            case Clock.END:
                return step.end(due.who, due.name)
            case Clock.REVIEW:
                return step.review(due.who)
            case Clock.EVERY:
                assert due.period is not None
                return step.every(due.who, due.period)
            case Clock.DELAYED:
                assert due.event is not None
                return step.delayed(due.event)

    def step(self, now: int, who: str, event: str, work: Callable[[Step], bool]) -> None:
        """One step as a whole, or (on an error) nothing of it."""
        step = Step(self.policy(now), self.state.copy(), now)
        leaves_one = work(step)
        after = step.state.subjects[who].scores
        before = (
            self.state.subjects[who].scores
            if who in self.state.subjects
            else {name: step.policy.scores[name].start for name in after}
        )
        self.state = step.state
        self.now = now
        if leaves_one:
            self.steps.append({
                "at": iso_instant(now),
                "who": who,
                "event": event,
                "refused": step.refused,
                "fired": step.fired,
                "scores": {
                    name: [format_number(before[name]), format_number(after[name])]
                    for name in after
                    if before[name] != after[name]
                },
            })  # fmt: skip

    def subjects(self) -> dict[str, Any]:
        policy = self.policy(self.now)
        return {
            who: {
                "scores": {s: format_number(v) for s, v in subject.scores.items()},
                "grades": {
                    s: grade_of(policy, s, v)
                    for s, v in subject.scores.items()
                    if s in policy.grades
                },
                "active": sorted(subject.active),
                "listed": sorted(subject.listed),
                "notified": subject.notified,
                "refused": subject.refused,
            }
            for who, subject in self.state.subjects.items()
        }
