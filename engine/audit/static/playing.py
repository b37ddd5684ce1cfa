"""Candidates held against the engine: only what was played is called a witness.

A candidate is an event that the solver thinks of. First it is played as the first thing that
happens to somebody new. If that does not show what is looked for, histories are tried before
it: each event that sets a rule off, repeated, with waits in between, then two such rows one
after the other. The number of events that may be played is bounded, not the time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.audit.static.analysis import Analysis
from engine.audit.static.models import Sketch, sketch
from engine.audit.static.results import Witness
from engine.audit.static.situation import Moment
from engine.evaluation.records import Step
from engine.evaluation.run import Run
from engine.language.model import Policy, Rule
from engine.language.rows import Cast, Event, Expectation, Person, Value
from engine.values import DAY, MILLION, parse_instant

START = parse_instant("2031-01-01")
#: How many events may be played for one candidate.
BUDGET = 3_000
#: How many for all candidates of one policy.
TOTAL = 30_000
_ASKING = 300  # what the questions to the solver count for, at least
_WAITS = (60, DAY, 15 * DAY, 200 * DAY)  # seconds between two events of a row
_LENGTHS = (1, 2, 3, 5, 8, 13, 21, 34, 60)  # events of a row that are tried
_VARIANTS = 12  # of one event
_FAR = 50 * MILLION  # a change of a score that saves events
_AFTER = 400 * DAY  # how long the clock goes on behind the last event

Shows = Callable[[Step], bool]


@dataclass(frozen=True)
class Actor:
    """A cast and the one whom everything happens to."""

    cast: Cast
    who: str
    sketch: Sketch


class Stage:
    """Plays histories of one policy."""

    def __init__(self, analysis: Analysis, budget: int = BUDGET) -> None:
        self.analysis = analysis
        self.policy = analysis.policy
        self.budget = budget
        self._left = budget
        self._total = TOTAL
        self._donors: dict[str, tuple[Sketch, ...]] = {}

    def find(
        self, moment: Moment, shows: Shows, *parts: Any, history: bool = True
    ) -> Witness | None:
        """A played history in which ``shows`` holds of a step, as short as was found.

        ``parts`` are the conditions of the event of that step. Without ``history`` only single
        events are tried: for what is proved, a witness is a courtesy.
        """
        if self._total <= 0:
            return None
        self._left = min(self.budget, self._total)
        found = self._found(moment, shows, *parts, history=history)
        self._total -= max(self.budget - self._left, _ASKING)
        return found

    def _found(self, moment: Moment, shows: Shows, *parts: Any, history: bool) -> Witness | None:
        for fresh in (True, False) if history else (True,):
            made = sketch(self.analysis, moment, *parts, fresh=fresh)
            if made is None:
                continue
            actor = actor_of(self.policy, made)
            last = event_of(self.policy, actor, made)
            found = None
            for one in variants(self.policy, last) if last else [None]:
                found = found or self._played(actor, [one] if one else [], shows)
            if found is None and not fresh:
                found = self._with_history(actor, last, shows)
            if found is not None:
                return self._shorter(actor, found, shows)
        return None

    # --- histories ----------------------------------------------------------------

    def _with_history(self, actor: Actor, last: Event | None, shows: Shows) -> Witness | None:
        """What is looked for behind rows of other events, with the last event behind them."""
        for row in self.rows(actor):
            for length in dict.fromkeys(min(length, len(row)) for length in _LENGTHS):
                found = self._played(actor, behind(row[:length], last), shows)
                if found is not None:
                    return found
                if self._left <= 0:
                    return None
        return None

    def rows(self, actor: Actor) -> Iterator[list[Event]]:
        """Rows of events to play before, those most likely to help first."""
        yield from self._planned(actor)
        donors = self._events(actor, self._alphabet(actor.sketch.moment.kind))
        for wait in _WAITS:
            for donor in donors:
                yield _row([donor] * _LENGTHS[-1], wait)
        for wait in _WAITS:
            for first in donors:
                for second in donors:
                    if second is not first:
                        yield _row([first] + [second] * 12, wait)

    def _planned(self, actor: Actor) -> Iterator[list[Event]]:
        """Rows that bring about what the sketch says must be so before its event."""
        made, before = actor.sketch, [e for n in actor.sketch.held for e in self._giving(actor, n)]
        often: dict[str, int] = {}
        for key, number in made.counts.items():
            event = key.partition("(")[2].partition(",")[0]
            often[event] = max(often.get(event, 0), number - (event == made.moment.recorded))
        for event, number in often.items():
            of_type = [s for s in self._alphabet(made.moment.kind) if s.moment.key == event]
            before += self._events(actor, of_type)[:1] * min(number, _LENGTHS[-1])
        moving = [
            self._moving(actor, score, value > self.policy.scores[score].start)
            for score, value in made.scores.items() if value != self.policy.scores[score].start
        ]  # fmt: skip
        pushes = [donor for donors in moving for donor in donors]
        for wait in _WAITS if before else ():
            yield _row(before, wait)
        for wait in _WAITS:
            for push in pushes:
                yield _row([*before, *[push] * _LENGTHS[-1]], wait)
                for length in _LENGTHS[1:-1] if before else ():
                    yield _row([*[push] * length, *before], wait)

    def _giving(self, actor: Actor, name: str) -> list[Event]:
        """An event with which a measure begins, or somebody is listed."""
        kind = actor.sketch.moment.kind
        for rule in self.analysis.alive():
            if any(name in (a.impose, a.grant, a.list) for a in rule.then):
                for moment in self.analysis.live_moments(rule):
                    if moment.kind == kind and moment.recorded is not None:
                        return self._events(actor, list(self._setting_off(rule, moment)))
        return []

    def _moving(self, actor: Actor, score: str, up: bool) -> list[Event]:
        """Events that move a score one way."""
        found: list[Sketch] = []
        sets: list[Sketch] = []
        for rule in self.analysis.alive():
            for moment in self.analysis.live_moments(rule):
                if moment.kind != actor.sketch.moment.kind or moment.recorded is None:
                    continue
                shifts = [s for s in self.analysis.shifts(rule, moment) if s.score == score]
                if any(s.is_set for s in shifts):
                    sets += self._setting_off(rule, moment)
                elif any(self.analysis.can_move(rule, moment, s, up) for s in shifts):
                    found += self._setting_off(rule, moment)
        anywhere = [v for e in self._events(actor, sets) for v in variants(self.policy, e)[1:]]
        return [*self._events(actor, found), *anywhere]

    def _events(self, actor: Actor, many: Sequence[Sketch]) -> list[Event]:
        made = (event_of(self.policy, actor, one) for one in many)
        return [event for event in made if event is not None]

    def _alphabet(self, kind: str) -> tuple[Sketch, ...]:
        """For each rule an event that sets it off, and moves a score far if it can."""
        if kind not in self._donors:
            found: dict[tuple[object, ...], Sketch] = {}
            for rule in self.policy.rules:
                for moment in self.analysis.live_moments(rule):
                    if moment.kind == kind and moment.recorded is not None:
                        for made in self._setting_off(rule, moment):
                            found.setdefault((moment.key, *sorted(made.fields.items())), made)
            self._donors[kind] = tuple(found.values())
        return self._donors[kind]

    def _setting_off(self, rule: Rule, moment: Moment) -> Iterator[Sketch]:
        """The best event for a rule: as a first one, far-moving, not overridden."""
        analysis, ask = self.analysis, self.analysis.reader(moment).situation.asking
        condition = analysis.condition(rule, moment)
        others = [
            r for r in analysis.alive()
            if str(rule.id) in r.overrides and moment in analysis.live_moments(r)
        ]  # fmt: skip
        alone = ask.both(ask.no(analysis.condition(r, moment)) for r in others)
        amounts = [s.amount.value for s in analysis.shifts(rule, moment) if not s.is_set]
        far = ask.either(ask.either((a >= _FAR, a <= -_FAR)) for a in amounts)
        some = ask.either(a != 0 for a in amounts)
        for parts in ((alone, far), (alone, some), (alone,), ()):
            for fresh in (True, False):
                made = sketch(analysis, moment, condition, *parts, fresh=fresh)
                if made is not None:
                    yield made
                    return

    def _played(self, actor: Actor, events: list[Event], shows: Shows) -> Witness | None:
        """The history up to the first step that shows it, if one does."""
        step = self._watch(actor, events, shows)
        if step is None:
            return None
        kept = tuple(event for event in events if event.known <= step.at)
        by_clock = "" if step.input is not None else step.event
        return Witness(actor.cast, kept, step.number, by_clock, step.at)

    def _watch(self, actor: Actor, events: list[Event], shows: Shows) -> Step | None:
        """The first step that shows it."""
        found: list[Step] = []

        def look(step: Step) -> None:
            if not found and shows(step):
                found.append(step)

        run = Run([(None, self.policy)], actor.cast, "plain", None, False, look)
        for event in events:
            self._left -= 1
            if found or not run.feed(event):
                break
        if not found and run.player is not None and run.error is None:
            after = 1 if actor.sketch.moment.recorded else _AFTER
            run.expect(Expectation((events[-1].known if events else START) + after, 0, {}, None))
        run.finish()
        return found[0] if found else None

    def _shorter(self, actor: Actor, witness: Witness, shows: Shows) -> Witness:
        """The same without the events that it does not need."""
        events = list(witness.events)
        at = 0
        while at < len(events) - 1 and self._left > -self.budget:
            made = self._played(actor, events[:at] + events[at + 1 :], shows)
            if made is None:
                at += 1
            else:
                events, witness = list(made.events), made
        return witness


def behind(row: Sequence[Event], last: Event | None) -> list[Event]:
    """A row of events, and the last one as long behind it as they are apart."""
    if last is None:
        return list(row)
    return [*row, _at(last, row[-1].known + (row[0].known - START))]


def variants(policy: Policy, event: Event) -> list[Event]:
    """The event, and the same with each field at its ends or its other choices."""
    found = [event]
    for name, declared in policy.events[event.type].fields.items():
        values: list[Value | None]
        if declared.kind == "number":
            values = [declared.min, declared.max]
        else:
            values = [True, False] if declared.kind == "boolean" else [*declared.choices]
        found += [
            event._replace(fields={**event.fields, str(name): value})
            for value in values if value is not None and value != event.fields.get(name)
        ]  # fmt: skip
    return found[:_VARIANTS]


def _at(event: Event, at: int) -> Event:
    """The same event at another instant."""
    return event._replace(at=at, known=at)


def _row(events: Sequence[Event], wait: int) -> list[Event]:
    return [_at(e, START + wait * (i + 1))._replace(row=i + 1) for i, e in enumerate(events)]


# --- people and events ------------------------------------------------------------


def actor_of(policy: Policy, made: Sketch) -> Actor:
    """A cast in which a sketch can be played: its subject, and whom it names."""
    kind = made.moment.kind
    declared = policy.subjects[kind].attributes
    own = {n: t.default for n, t in declared.items() if t.default is not None}
    own |= made.attributes
    if "name" in declared and declared["name"].kind == "text":
        own.setdefault("name", "Ann")
    members = [Person("ann", kind, own)]
    members += [
        _other(policy, name, made.others.get(who, {})) for who, name in _named(made).items()
    ]
    relations = {}
    for relation, number in made.related.items():
        relatives = [f"{relation}-{i + 1}" for i in range(min(number, 5))]
        members += [_other(policy, name, {}) for name in relatives]
        if relatives:
            relations[relation] = tuple((name, "ann") for name in relatives)
    return Actor(Cast(tuple(members), relations, START, None), "ann", made)


def _named(made: Sketch) -> dict[str, str]:
    """Whom the event names, besides its subject: `reporter` or `event.FIELD` → an id."""
    keys = dict.fromkeys([*(["reporter"] if made.reporter else []), *made.others])
    return {who: "ben" if who == "reporter" else f"cy-{at + 1}" for at, who in enumerate(keys)}


def _other(policy: Policy, name: str, attributes: Mapping[str, Value]) -> Person:
    given = dict(attributes)
    kind = str(given.pop("kind", "")) or next(
        (str(k) for k, d in policy.subjects.items() if given.keys() <= d.attributes.keys()),
        str(next(iter(policy.subjects))),
    )
    declared = policy.subjects[kind].attributes
    own = {n: t.default for n, t in declared.items() if t.default is not None}
    return Person(name, kind, {**own, **given})


def event_of(policy: Policy, actor: Actor, made: Sketch) -> Event | None:
    """The event of a sketch, of the actor's subject; ``None`` where none is judged."""
    kind = made.moment.event
    if kind is None:
        return None
    fields = dict(made.fields)
    people = _named(made)
    for who, name in people.items():
        if who.startswith("event."):
            fields[who[6:]] = name
    known_source = made.source if made.source in policy.institutions else None
    return Event(actor.who, kind, START, START, fields, None, known_source,
                 people.get("reporter"), row=1)  # fmt: skip
