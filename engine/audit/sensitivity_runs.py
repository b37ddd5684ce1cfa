"""The same history told otherwise: in another order, later, or with lost and false reports."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby, islice, permutations
from random import Random

from engine.audit.sensitivity import Ending, Outcome, Trial, outcomes, play_trial
from engine.evaluation.records import Standing
from engine.evaluation.run import in_play_order
from engine.language.rows import Event
from engine.values import Duration, show_instant

_ORDERS = 24  # orders of one instant's events that are tried


@dataclass(frozen=True)
class Changed:
    """What is another for somebody."""

    who: str
    what: str  # `score trust`, `grade trust`, `holds`, `listed`
    before: str
    after: str


@dataclass(frozen=True)
class Otherwise:
    """The same events told in another way, and what is another by that."""

    said: str  # what was changed in the telling
    trial: Trial  # playable
    changes: tuple[Changed, ...]


def differences(before: Ending, after: Ending) -> Iterator[Changed]:
    """What is another in two endings, besides how many messages were sent."""
    if before.stopped != after.stopped:
        yield Changed("", "the run", before.stopped or "ends", after.stopped or "ends")
    for who, old in before.standings.items():
        new = after.standings.get(who)
        if new is not None:
            yield from _of_one(who, old, new)


def _of_one(who: str, old: Standing, new: Standing) -> Iterator[Changed]:
    from engine.values import format_number

    for score, value in old.scores.items():
        if new.scores.get(score) != value:
            now = new.scores.get(score)
            yield Changed(who, f"score {score}", format_number(value),
                          "none" if now is None else format_number(now))  # fmt: skip
    for score, grade in old.grades.items():
        if new.grades.get(score) != grade:
            yield Changed(who, f"grade {score}", grade, str(new.grades.get(score)))
    for what, one, two in (("holds", old.active, new.active), ("listed", old.listed, new.listed)):
        if one != two:
            yield Changed(who, what, ", ".join(one) or "nothing", ", ".join(two) or "nothing")


# --- order ------------------------------------------------------------------------


def order_tests(trial: Trial, at_most: int = 200) -> tuple[tuple[Otherwise, ...], int]:
    """The tellings in another order that end otherwise, and how many were tried.

    Events of one instant are put in other orders, all of them if they are few; neighbours of
    different instants change places, where neither names the other.
    """
    base = play_trial(trial)
    found, tried = [], 0
    for said, events in islice(_reordered(trial), at_most):
        tried += 1
        told = replace(trial, events=events)
        changes = tuple(differences(base, play_trial(told)))
        if changes:
            found.append(Otherwise(said, told, changes))
    return tuple(found), tried


def _reordered(trial: Trial) -> Iterator[tuple[str, tuple[Event, ...]]]:
    events = in_play_order(trial.events)
    rows = [event._replace(row=at + 1) for at, event in enumerate(events)]
    start = 0
    for known, group in groupby(rows, key=lambda event: event.known):
        many = list(group)
        for order in islice(permutations(many), 1, _ORDERS):
            mixed = [event._replace(row=many[at].row) for at, event in enumerate(order)]
            said = f"the events of {show_instant(known)} in the order " + ", ".join(
                f"{e.type} of {e.who}" for e in order
            )
            yield said, (*rows[:start], *mixed, *rows[start + len(many) :])
        start += len(many)
    for at in range(len(rows) - 1):
        one, two = rows[at], rows[at + 1]
        if one.known != two.known and _apart(one, two) and not _alike(one, two):
            swapped = list(rows)
            swapped[at] = two._replace(at=one.at, known=one.known, row=one.row)
            swapped[at + 1] = one._replace(at=two.at, known=two.known, row=two.row)
            yield (f"{one.type} of {one.who} and {two.type} of {two.who} in each other's place",
                   tuple(swapped))  # fmt: skip


def _apart(one: Event, two: Event) -> bool:
    """Whether the second does not name the first, as a retraction does."""
    return one.id is None or one.id not in two.fields.values()


def _alike(one: Event, two: Event) -> bool:
    return (one.who, one.type, dict(one.fields)) == (two.who, two.type, dict(two.fields))


# --- time -------------------------------------------------------------------------

SHIFTS = (Duration(3600, 0), Duration(86_400, 0), Duration(0, 1), Duration(0, 12))


def shift_tests(trial: Trial, shifts: Iterable[Duration] = SHIFTS) -> tuple[Otherwise, ...]:
    """The same history begun so much later, where it ends otherwise.

    Everything is moved by as many seconds as the shift is long from the start on.
    """
    base = play_trial(trial)
    found = []
    for shift in shifts:
        by = shift.after(trial.cast.start) - trial.cast.start
        until = trial.cast.until
        cast = trial.cast._replace(start=trial.cast.start + by,
                                   until=None if until is None else until + by)  # fmt: skip
        events = tuple(e._replace(at=e.at + by, known=e.known + by) for e in trial.events)
        told = Trial(trial.versions, cast, events)
        changes = tuple(differences(base, play_trial(told)))
        if changes:
            found.append(Otherwise(f"everything {shift} later", told, changes))
    return tuple(found)


# --- noise ------------------------------------------------------------------------


@dataclass(frozen=True)
class Noise:
    """What lost and false reports do to one outcome, over many trials."""

    outcome: Outcome
    base: str  # without any noise
    counts: Mapping[str, int]  # what it came to → in how many trials
    trials: int

    @property
    def changed(self) -> int:
        """In how many trials it came out otherwise."""
        return self.trials - self.counts.get(self.base, 0)

    @property
    def interval(self) -> tuple[int, int]:
        """The 95 % interval of the share that came out otherwise, in millionths."""
        from engine.audit.bearing_rates import wilson

        return wilson(self.changed, self.trials)


@dataclass(frozen=True)
class NoiseTest:
    """All outcomes under one amount of noise."""

    lost: int  # chance that a report is lost, in millionths
    false: int  # chance, for each report, that somebody else is reported for the like
    seed: int
    trials: int
    outcomes: tuple[Noise, ...]  # those that ever change, the most often first
    steady: int  # how many never change
    reports: int  # of one history, without noise


def noise_test(
    trial: Trial, lost: int = 50_000, false: int = 0, trials: int = 200, seed: int = 1
) -> NoiseTest:
    """Play a history with reports lost and false ones made, ``trials`` times.

    A false report is a copy of a true one, with its fields, of another of the cast of the same
    kind, at the same instant. The same seed gives the same answer.
    """
    random = Random(seed)  # noqa: S311
    asked = outcomes(trial.versions[0][1], trial.cast)
    base = play_trial(trial)
    counts: dict[Outcome, Counter[str]] = {outcome: Counter() for outcome in asked}
    for _ in range(trials):
        ending = play_trial(replace(trial, events=tuple(_noisy(trial, random, lost, false))))
        for outcome in asked:
            counts[outcome][outcome.read(ending)] += 1
    told = [Noise(outcome, outcome.read(base), dict(sorted(counts[outcome].items())), trials)
            for outcome in asked]  # fmt: skip
    moving = sorted((n for n in told if n.changed), key=lambda n: (-n.changed, str(n.outcome)))
    return NoiseTest(lost, false, seed, trials, tuple(moving), len(told) - len(moving),
                     len(trial.events))  # fmt: skip


def _noisy(trial: Trial, random: Random, lost: int, false: int) -> Iterator[Event]:
    kinds = {person.id: person.kind for person in trial.cast.members}
    row = 0
    for event in in_play_order(trial.events):
        gone, made = random.randrange(1_000_000) < lost, random.randrange(1_000_000) < false
        others = [who for who, kind in kinds.items()
                  if who != event.who and kind == kinds.get(event.who)]  # fmt: skip
        victim = random.choice(others) if others else None
        if not gone:
            row += 1
            yield event._replace(row=row)
        if made and victim is not None:
            row += 1
            yield event._replace(who=victim, id=None, row=row, says=None)
