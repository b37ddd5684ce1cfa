"""One step, top to bottom: advance, gate, record, match, choose, apply, settle.

Section 3.6 of the language. A :class:`Player` holds one run; every step that it
plays goes to ``on_step``. A step that cannot be played is taken back as a whole
and stops the run with :class:`~engine.findings.DemeritError`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from engine.evaluation import actions, measures
from engine.evaluation.choosing import choose
from engine.evaluation.clock import Clock
from engine.evaluation.draft import Draft, Pending
from engine.evaluation.failures import failed, runaway
from engine.evaluation.lowering import Plans, defaults
from engine.evaluation.matchers import Matcher
from engine.evaluation.measures import Stage
from engine.evaluation.plan import Plan, RulePlan
from engine.evaluation.primitives import EvaluationError, rank_of
from engine.evaluation.records import Cause, Effect, Part, Standing, Step, Verdict
from engine.evaluation.scoring import clamp
from engine.evaluation.state import (
    DRIFT,
    END,
    EVERY,
    LAPSE,
    REVIEW,
    Context,
    Contribution,
    Due,
    History,
    Relations,
    Subject,
    Trace,
    World,
)
from engine.findings import DemeritError, Finding
from engine.language.rows import Cast, Event, Person, Value
from engine.values import show_instant

MAX_DEPTH = 100
MAX_PARTS = 100_000


class Player:
    """One run of a policy. Feed it events in the order in which they become known."""

    def __init__(
        self, plans: Plans, cast: Cast | None, matcher: Matcher, on_step: Callable[[Step], None]
    ) -> None:
        self.plans = plans
        self.matcher = matcher
        self.on_step = on_step
        members = cast.members if cast else ()
        relations = Relations(cast.relations if cast else {}, [m.id for m in members])
        self.world = World(relations, len(plans.first.measures))
        self.clock = Clock()
        self.now = cast.start if cast else None
        self.steps = 0  # how many were played
        self.seen: set[str] = set()
        self.traces: dict[str, Trace] = {}
        self._names = tuple(score.id for score in plans.first.scores)
        self._context = Context(self.world)
        self._reading = Context(self.world)
        self._plan = plans.first
        self._cast = cast

    def begin(self) -> None:
        """Bring in the cast: all are there, then each joins in cast order."""
        if self._cast is not None:
            self._begin_cast(self._cast.members, self._cast.start)

    # --- what comes in ------------------------------------------------------------

    def feed(self, event: Event) -> None:
        """Play one event: first all that is due by then, then its own step."""
        if self.now is not None and event.known < self.now:
            raise DemeritError(
                Finding("D605", f"this event is known at {show_instant(event.known)}, before"
                        f" {show_instant(self.now)}, where the run already is",
                        event.where, "events are played in the order in which they become known")
            )  # fmt: skip
        self.advance(event.known)
        subject = self.world.subjects.get(event.who)
        if subject is None:
            subject = self._join_stranger(event)
        if event.id is not None:
            if event.id in self.seen:
                self._emit(Draft(self.steps + 1, self.now or 0, subject, event.type, event), True)
                return
            self.seen.add(event.id)
        trace = Trace() if self.plans.undoes and event.id is not None else None
        draft = Draft(self.steps + 1, event.known, subject, event.type, event, trace=trace)
        first = Pending(subject, event.type, 1, event.type, event.fields, event.source,
                        event.reporter)  # fmt: skip
        self._play(draft, first)
        if trace is not None and event.id is not None:
            self.traces[event.id] = trace

    def advance(self, until: int) -> None:
        """Play everything that is due at or before an instant, in order."""
        while due := self.clock.next_until(until):
            self.set_time(due.at)
            self._play_due(due)
        self.set_time(until)

    def standings(self) -> dict[str, Standing]:
        """How every subject stands now, in cast order."""
        return {s.id: self._standing(s) for s in self.world.subjects.values()}

    def _standing(self, subject: Subject) -> Standing:
        plan = self._plan
        scores = {
            score.id: value
            for score, value in zip(plan.scores, subject.scores, strict=True)
            if value is not None
        }
        return Standing(
            scores,
            {
                s.id: s.grades[rank_of(scores[s.id], s.floors)]
                for s in plan.scores if s.floors and s.id in scores
            },
            tuple(sorted(plan.measures[m].id for m in subject.active)),
            tuple(sorted(subject.listed)), subject.notified, subject.refused,
        )  # fmt: skip

    def set_time(self, now: int) -> None:
        """Set the clock, and with it the version of the policy that is in force."""
        self.now = now
        self._plan = self.plans.at(now)
        self._context.now = self._reading.now = now

    # --- joining --------------------------------------------------------------------

    def _begin_cast(self, members: Sequence[Person], start: int) -> None:
        self.set_time(start)
        subjects = [self._add(m.id, m.kind, m.attributes) for m in members]
        for subject in subjects:
            self._join(subject)

    def _join_stranger(self, event: Event) -> Subject:
        kinds = list(self._plan.kinds)
        if len(kinds) != 1:
            raise DemeritError(
                Finding("D604", f"`{event.who}` is not in the cast, and the policy has"
                        f" {len(kinds)} kinds of subjects", event.where,
                        "name its kind in a subjects file")
            )  # fmt: skip
        attributes = defaults(self._plan.policy.subjects[kinds[0]].attributes, {})
        subject = self._add(event.who, kinds[0], attributes)
        self._join(subject)
        return subject

    def _add(self, ident: str, kind: str, attributes: Mapping[str, Value]) -> Subject:
        assert self.now is not None
        subject = Subject(ident, kind, attributes, len(self.world.subjects), self.now)
        has = self._plan.kinds[kind]
        for score in self._plan.scores:
            start = score.start if has[score.index] else None
            subject.scores.append(start)
            subject.grades.append(
                rank_of(start, score.floors) if start is not None and score.floors else None
            )
        self.world.subjects[ident] = subject
        return subject

    def _join(self, subject: Subject) -> None:
        now, clock, plans = subject.joined, self.clock, self.plans
        for index, every in plans.drifts:
            if subject.scores[index] is not None:
                clause = plans.first.scores[index].clause
                clock.schedule(every.after(now), DRIFT, (subject, index, every, 1), clause)
        for period in plans.periods:
            clock.schedule(period.after(now), EVERY, (subject, period, 1))
        reviews = {review.due(now) for review in plans.reviews.joined}
        for at in sorted(reviews | {b for b in plans.boundaries if b > now}):
            clock.schedule(at, REVIEW, (subject,))
        draft = Draft(self.steps + 1, now, subject, "join")
        self._play(draft, Pending(subject, "join", 1), quiet=True)

    # --- the clock --------------------------------------------------------------------

    def _play_due(self, due: Due) -> None:
        cause = Cause(due.clause, due.step)
        if due.kind == DRIFT:
            self._drift(due, cause)
        elif due.kind == LAPSE:
            self._lapse(due, cause)
        elif due.kind == END:
            subject = due.what[0]
            draft = self._draft(subject, "end", cause)
            self._play(draft, Pending(subject, "end", 1), due=due)
        elif due.kind == REVIEW:
            subject = due.what[0]
            draft = self._draft(subject, "review", cause)
            self._play(draft, Pending(subject, "review", 1), quiet=True)
        elif due.kind == EVERY:
            self._every(due)
        else:
            subject, kind, fields = due.what
            draft = self._draft(subject, kind, cause)
            self._play(draft, Pending(subject, kind, 1, kind, fields, raised_by=due.clause))

    def _draft(self, subject: Subject, event: str, cause: Cause) -> Draft:
        assert self.now is not None
        return Draft(self.steps + 1, self.now, subject, event, cause=cause)

    def _drift(self, due: Due, cause: Cause) -> None:
        subject, index, every, times = due.what
        again = every.after(subject.joined, times + 1)
        self.clock.schedule(again, DRIFT, (subject, index, every, times + 1), due.clause)
        score, old = self._plan.scores[index], subject.scores[index]
        if score.every != every or old is None:
            return
        if old < score.toward:
            new = min(old + score.by, score.toward)
        else:
            new = max(old - score.by, score.toward)
        if new != old:
            draft = self._draft(subject, "drift", cause)
            draft.save(subject)
            subject.scores[index] = new
            draft.effects.append(Effect("drift", subject.id, score.id, score.clause, old, new))
            self._play(draft, Pending(subject, "drift", 1))

    def _lapse(self, due: Due, cause: Cause) -> None:
        gone: Contribution = due.what[0]
        if not gone.stands:
            return
        gone.stands = False
        subject, score = self.world.subjects[gone.subject], self._plan.scores[gone.score]
        old = subject.scores[gone.score]
        assert old is not None
        draft = self._draft(subject, "lapse", cause)
        draft.save(subject)
        new = old - gone.amount
        draft.effects.append(Effect("lapse", subject.id, score.id, gone.clause, old, new))
        try:
            clamped = clamp(score, new)
        except EvaluationError as error:
            raise self._failure(draft, error) from None
        if clamped != new:
            draft.effects.append(Effect("clamp", subject.id, score.id, score.clause, new, clamped))
        subject.scores[gone.score] = clamped
        self._play(draft, Pending(subject, "lapse", 1))

    def _every(self, due: Due) -> None:
        subject, period, times = due.what
        again = period.after(subject.joined, times + 1)
        self.clock.schedule(again, EVERY, (subject, period, times + 1))
        draft = self._draft(subject, "every", Cause(None, None))
        self._play(draft, Pending(subject, f"every {period}", 1), fired_only=True)

    # --- one step -----------------------------------------------------------------------

    def _play(
        self, draft: Draft, first: Pending, due: Due | None = None,
        quiet: bool = False, fired_only: bool = False,
    ) -> None:  # fmt: skip
        """Play the step's own part and all that it raises, then give the step out.

        ``quiet``: a step in which nothing changed leaves no trace. ``fired_only``: nor
        does one in which no rule fired.
        """
        stage = Stage(draft, self.world, self.clock, self._reading)
        draft.queue.append(first)
        parent_clauses: list[tuple[int | None, str | None]] = []
        try:
            while draft.queue:
                part = draft.queue.popleft()
                parent_clauses.append((part.parent, part.raised_by))
                if part.depth > MAX_DEPTH or len(draft.parts) >= MAX_PARTS:
                    raise DemeritError(runaway(self._plan, draft, parent_clauses))
                if not self._part(stage, part, due, fired_only):
                    return
                due, fired_only = None, False
        except EvaluationError as error:
            raise self._failure(draft, error) from None
        except DemeritError:
            draft.take_back()
            raise
        if quiet and len(draft.parts) == 1:
            return
        self._emit(draft)

    def _failure(self, draft: Draft, error: EvaluationError) -> DemeritError:
        draft.take_back()
        return DemeritError(failed(self._plan, draft, error))

    def _emit(self, draft: Draft, duplicate: bool = False) -> None:
        self.steps += 1
        parts = tuple(draft.parts)
        self.on_step(
            Step(
                draft.number, draft.now, draft.subject.id, draft.event, draft.input, draft.cause,
                bool(parts) and parts[0].refused, duplicate, parts, draft.moved(self._names),
            )
        )  # fmt: skip

    def _part(self, stage: Stage, part: Pending, due: Due | None, fired_only: bool) -> bool:
        """Play one part; false if it must leave no trace."""
        draft, subject = stage.draft, part.subject
        draft.depth = part.depth
        refused = part.event is not None and self._gate_and_record(stage, part)
        trigger = f"refused {part.trigger}" if refused else part.trigger
        clock = part.event is None and " " not in trigger  # join, drift, lapse, end, review
        verdicts, fired = ((), []) if clock else self._match(part, trigger, refused)
        if fired_only and not fired:
            return False
        touched: dict[Subject, None] = {subject: None}
        if fired:
            reading = actions.read(stage, self._plan, fired, self._context, self.traces)
            actions.apply(stage, self._plan, reading, touched)
        if due is not None:
            measures.end(stage, subject, self._plan.measures[due.what[1]], due.clause or "")
        for each in touched:
            self._settle(stage, each, joining=clock and trigger == "join")
        draft.parts.append(
            Part(trigger, subject.id, part.parent, part.raised_by, refused, verdicts,
                 tuple(draft.effects))
        )  # fmt: skip
        draft.effects = []
        return True

    def _gate_and_record(self, stage: Stage, part: Pending) -> bool:
        """Refuse a blocked event, else write it into the history; true if refused."""
        subject, kind = part.subject, part.event
        assert kind is not None
        plan = self._plan.events[kind]
        now = stage.draft.now
        refused = bool(plan.blocked_by) and not subject.active.keys().isdisjoint(plan.blocked_by)
        if refused:
            stage.draft.save(subject)
            subject.refused += 1
            kept, history, table = plan.refusals_kept, subject.refusals, self.plans.reviews.refused
        else:
            kept, history, table = plan.kept, subject.history, self.plans.reviews.recorded
        if kept:
            found = history.get(kind)
            if found is None:
                found = history[kind] = History()
            found.instants.append(now)
            for name in plan.sums:
                sums = found.sums.setdefault(name, [])
                sums.append((sums[-1] if sums else 0) + int(part.fields.get(name, 0)))
            for name in plan.last:
                found.last[name] = (found.last.get(name, (None, None))[1], part.fields.get(name))
        reviews = table.get(kind)
        for at in dict.fromkeys(review.due(now) for review in reviews) if reviews else ():
            self.clock.schedule(at, REVIEW, (subject,), None, stage.draft.number)
        return refused

    # --- matching and choosing -------------------------------------------------------------

    def _match(
        self, part: Pending, trigger: str, refused: bool
    ) -> tuple[tuple[Verdict, ...], list[RulePlan]]:
        """Judge every rule that waits for the trigger, and choose those that fire."""
        context = self._context
        context.subject = part.subject
        context.event = part.fields
        context.source, context.reporter = part.source, part.reporter
        context.judged = part.event if not refused else None
        group = self._plan.groups.get(trigger)
        if group is None:
            return (), []
        rules = group.in_force(context.now)
        if not rules:
            return (), []
        judgements = self.matcher.judge(group, rules, context)
        return choose(rules, judgements, part.subject, context.now)

    # --- settling ----------------------------------------------------------------------------

    def _settle(self, stage: Stage, subject: Subject, joining: bool) -> None:
        """Raise what the part changed: grades left and entered, measures begun and ended."""
        plan = self._plan
        if not joining:
            self._settle_grades(stage, subject, plan)
        if not plan.whiles:
            return
        for measure in plan.whiles:
            measures.judge_while(stage, subject, measure)
        for reader, relations in self.world.relations.readers(subject.id).items():
            for measure in plan.whiles:
                if measure.relations & relations:
                    measures.judge_while(stage, self.world.subjects[reader], measure)

    def _settle_grades(self, stage: Stage, subject: Subject, plan: Plan) -> None:
        for score in plan.scores:
            value = subject.scores[score.index]
            if not score.floors or value is None:
                continue
            was, rank = subject.grades[score.index], rank_of(value, score.floors)
            if was is not None and was != rank:
                stage.draft.save(subject)
                subject.grades[score.index] = rank
                left, entered = score.grades[was], score.grades[rank]
                clause = f"grades.{score.id}"
                stage.draft.raise_part(subject, f"left {score.id}.{left}", clause)
                stage.draft.raise_part(subject, f"entered {score.id}.{entered}", clause)
