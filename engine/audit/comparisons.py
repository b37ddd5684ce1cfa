"""Forms of claims that compare histories, in a search or on the histories of scenarios."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from itertools import combinations
from typing import cast

from engine.audit import lies, pairs
from engine.audit.context import Asked, Given
from engine.audit.life import Breach, Life, Versions, plans_of
from engine.audit.replay import horizon, replay
from engine.audit.verdicts import Verdict
from engine.evaluation.run import in_play_order
from engine.language.model import Policy, ScoreSet
from engine.language.model import claims as forms
from engine.language.rows import Cast, Event
from engine.language.triggers import parse_triggers
from engine.values import MILLION, Duration

Side = tuple[str, Versions, Cast, tuple[Event, ...]]  # its name, and what is played


# --- two given histories -------------------------------------------------------------------


def versus(
    asked: Asked, judge: pairs.Judge, couples: Callable[[Given], Iterable[tuple[Side, Side]]]
) -> Verdict:
    """Judge couples of histories that are made from the claim's scenarios."""
    count = events = 0
    for given in asked.given():
        for sides in couples(given):
            count, events = count + 1, max(events, len(given.events))
            lives = tuple(_life(asked, side, given.end) for side in sides)
            meant = asked.meant(_life(asked, (*sides[0][:3], ()), None))
            found = judge(lives, meant)
            if found is not None:
                who, difference = found
                breach = Breach(who, difference.said, lives[0].now, True, difference.clause)
                told = [
                    replay(v, c, e, life.now, name)
                    for (name, v, c, e), life in zip(sides, lives, strict=True)
                ]
                return asked.refuted(breach, told, given.name, count)
    return asked.kept(count, events)


def _life(asked: Asked, side: Side, until: int | None) -> Life:
    _, versions, cast_, events = side
    who = [str(asked.claim.who)] if asked.claim.who is not None else []
    life = Life(plans_of(versions, who), cast_)
    for event in in_play_order(events):
        life.feed(event)
    end = max((event.known for event in events), default=life.now)
    life.advance(max(life.now, end, _end(cast_, until)))
    return life


def _end(cast_: Cast, until: int | None) -> int:
    return until if until is not None else cast_.start


def _without(asked: Asked, types: frozenset[str]) -> Callable[[Given], Iterator[tuple[Side, Side]]]:
    """A scenario as it is, and without each event of some types in turn."""

    def couples(given: Given) -> Iterator[tuple[Side, Side]]:
        for at, event in enumerate(given.events):
            if event.type in types:
                rest = (*given.events[:at], *given.events[at + 1 :])
                if event.id is not None and any(event.id in e.fields.values() for e in rest):
                    continue  # somebody refers to it
                with_: Side = (f"with {event.type}", asked.versions, given.cast, given.events)
                yield with_, (f"without {event.type}", asked.versions, given.cast, rest)

    return couples


# --- one event more, or less -----------------------------------------------------------------


def no_turning_point(asked: Asked) -> Verdict:
    """A history without one of its events ends at most so far away."""
    held = cast(forms.NoTurningPoint, asked.held)
    grades = None if held.grades is None else held.grades // MILLION
    judge = pairs.near(grades, held.points, str(held.score) if held.score else None)
    types = asked.types(())
    if asked.loaded.scenarios:
        return versus(asked, judge, _without(asked, types))
    return asked.searched(pairs.OneMore(asked.setting(), judge, types), pairs.OneMore.names)


def monotone(asked: Asked) -> Verdict:
    """One good event more, or one bad event less, is never worse for its subject."""
    held = cast(forms.Monotone, asked.held)
    score = str(held.score) if held.score else None
    good, bad = asked.types(held.good), asked.types(held.bad)
    if not held.good and not held.bad:
        good, bad = leanings(asked.policy)
    elif not held.good:
        good = frozenset()
    elif not held.bad:
        bad = frozenset()
    verdicts = []
    for types, turned in ((good, False), (bad, True)):
        if not types:
            continue
        judge = pairs.no_worse(score, turned=turned)
        if asked.loaded.scenarios:
            verdicts.append(versus(asked, judge, _without(asked, types)))
        else:
            half = replace(
                asked,
                bounds=replace(
                    asked.bounds,
                    histories=max(1, asked.bounds.histories // (bool(good) + bool(bad))),
                ),
            )
            space = pairs.OneMore(asked.setting(), judge, types, own=True)
            verdicts.append(half.searched(space, pairs.OneMore.names))
        if verdicts[-1].kind == "refuted":
            return verdicts[-1]
    return together(asked, verdicts)


def together(asked: Asked, verdicts: list[Verdict]) -> Verdict:
    """One verdict of several that found nothing."""
    if not verdicts:
        return asked.kept(0)
    if len(verdicts) == 1:
        return verdicts[0]
    reaches = [verdict.reach for verdict in verdicts]
    costs = [r.cost for r in reaches if r.cost is not None]
    reach = replace(
        reaches[0],
        histories=sum(r.histories for r in reaches),
        events=max(r.events for r in reaches),
        cost=min(costs) if costs and len(costs) == len(reaches) else None,
        walks=sum(r.walks for r in reaches),
        exhausted=all(r.exhausted for r in reaches),
        complete=all(r.complete for r in reaches),
        cut=next((r.cut for r in reaches if r.cut), ""),
        stopped=next((r.stopped for r in reaches if r.stopped), None),
    )
    weakest = min(verdicts, key=lambda v: ("open", "held", "proved").index(v.kind))
    return replace(weakest, reach=reach)


def leanings(policy: Policy) -> tuple[frozenset[str], frozenset[str]]:
    """The event types whose own rules only ever do good, and those that only ever do bad."""
    ups: dict[str, set[bool]] = {}
    for rule in policy.rules:
        types = {t for trigger in parse_triggers(rule, policy) for t in trigger.types}
        for action in rule.then:
            up: bool | None = None
            if action.score is not None:
                signs = {_sign(change, policy) for change in action.score.values()}
                if signs <= {True} or signs <= {False}:
                    up = signs.pop()
                else:
                    for kind in types:
                        ups.setdefault(kind, set()).update((True, False))
            elif action.grant or action.lift:
                up = True
            elif action.impose or action.list:
                up = False
            if up is not None:
                for kind in types:
                    ups.setdefault(kind, set()).add(up)
    good = frozenset(kind for kind, found in ups.items() if found == {True})
    return good, frozenset(kind for kind, found in ups.items() if found == {False})


def _sign(change: object, policy: Policy) -> bool | None:
    from engine.language import expressions as ex

    if isinstance(change, ScoreSet):
        return None
    tree = ex.parse(str(change))
    if isinstance(tree, ex.Number):
        return tree.value >= 0
    if isinstance(tree, ex.Negative) and isinstance(tree.operand, ex.Number):
        return False
    if isinstance(tree, ex.Name) and tree.parts[0] == "weights":
        return policy.weights[tree.path.partition(".")[2]].value >= 0
    return None


# --- order and time ------------------------------------------------------------------------------


def order_independent(asked: Asked) -> Verdict:
    """The same events with their instants exchanged come to the same."""
    held = cast(forms.OrderIndependent, asked.held)
    judge = pairs.alike(str(held.score) if held.score else None)
    types = asked.types(held.events)

    def couples(given: Given) -> Iterator[tuple[Side, Side]]:
        for first, second in combinations(range(len(given.events)), 2):
            a, b = given.events[first], given.events[second]
            if not {a.type, b.type} <= types or (a.type, a.who, a.fields) == (
                b.type,
                b.who,
                b.fields,
            ):
                continue
            made = list(given.events)
            made[first] = b._replace(at=a.at, known=a.known, row=a.row)
            made[second] = a._replace(at=b.at, known=b.known, row=b.row)
            one: Side = ("in this order", asked.versions, given.cast, given.events)
            yield one, ("with the two exchanged", asked.versions, given.cast, tuple(made))

    if asked.loaded.scenarios:
        return versus(asked, judge, couples)
    space = pairs.Exchanged(asked.setting(), judge, types)
    return asked.searched(space, pairs.Exchanged.names)


def _begun_later(versions: Versions, shift: Duration, given: Given) -> Iterator[tuple[Side, Side]]:
    by = shift.after(given.cast.start) - given.cast.start
    until = None if given.cast.until is None else given.cast.until + by
    later = given.cast._replace(start=given.cast.start + by, until=until)
    moved = tuple(e._replace(at=e.at + by, known=e.known + by) for e in given.events)
    yield ("as it is", versions, given.cast, given.events), (
        f"begun {shift} later", versions, later, moved
    )  # fmt: skip


def time_independent(asked: Asked) -> Verdict:
    """The same history, begun later, ends alike."""
    held = cast(forms.TimeIndependent, asked.held)
    judge = pairs.alike(None)
    verdicts: list[Verdict] = []
    bounds = replace(asked.bounds, histories=max(1, asked.bounds.histories // len(held.shift)))
    for shift in held.shift:
        if asked.loaded.scenarios:
            verdicts.append(versus(asked, judge, partial(_begun_later, asked.versions, shift)))
        else:
            space = pairs.Shifted(asked.setting(), judge, shift)
            verdicts.append(replace(asked, bounds=bounds).searched(space, tuple(space.names)))
        if verdicts[-1].kind == "refuted":
            return verdicts[-1]
    return together(asked, verdicts)


# --- reports that are taken back ----------------------------------------------------------------


def reversible(asked: Asked) -> Verdict:
    """After an event and then its retraction, all is as without either."""
    held = cast(forms.Reversible, asked.held)
    taken = lies.retraction(
        asked.policy, str(held.event), str(held.by), str(held.naming) if held.naming else None
    )
    judge = pairs.alike(None)
    if asked.loaded.scenarios:
        return versus(asked, judge, lambda given: _both_out(asked, taken, given))
    setting = asked.setting(named=(taken.report,))
    space = lies.Retracted(setting, judge, taken, between=False)
    return asked.searched(space, lies.Retracted.names)


def _both_out(asked: Asked, taken: lies.Retraction, given: Given) -> Iterator[tuple[Side, Side]]:
    for report, back in retractions(taken, given.events):
        until = back.known
        events = tuple(e for e in given.events if e.known <= until)
        rest = tuple(e for e in events if e is not report and e is not back)
        cast_ = given.cast._replace(until=until)
        yield (
            ("with the report", asked.versions, cast_, events),
            ("without it", asked.versions, cast_, rest),
        )


def retractions(taken: lies.Retraction, events: tuple[Event, ...]) -> Iterator[tuple[Event, Event]]:
    """Every report of a history that is taken back, with its retraction."""
    for back in events:
        if back.type != taken.by:
            continue
        before = [e for e in events if e.type == taken.report and e.known <= back.known]
        if taken.naming is not None:
            before = [
                e for e in before if e.id is not None and e.id == back.fields.get(taken.naming)
            ]
        else:
            before = [e for e in before if e.who == back.who]
        if before:
            yield before[-1], back


def price_of_a_lie(asked: Asked) -> Verdict:
    """A report that is untrue and taken back costs at most so much."""
    held = cast(forms.PriceOfALie, asked.held)
    taken = lies.retraction(
        asked.policy,
        str(held.event),
        str(held.retracted_by),
        str(held.naming) if held.naming else None,
    )
    limits = lies.Limits(
        str(held.score) if held.score else None, held.loss, held.lasts, held.residue
    )
    if not asked.loaded.scenarios:
        space = lies.Priced(asked.setting(named=(taken.report,)), taken, limits)
        return asked.searched(space, lies.Retracted.names)
    count = 0
    wait = horizon(asked.versions)
    for given in asked.given():
        for report, back in retractions(taken, given.events):
            count += 1
            end = max(e.known for e in given.events) + wait
            rest = tuple(e for e in given.events if e is not report and e is not back)
            lie = replay(asked.versions, given.cast, given.events, end, "with the report")
            truth = replay(asked.versions, given.cast, rest, end, "without it")
            for price in lies.prices(lie, truth, report.known, back.known, asked.policy):
                if limits.score in (None, price.score):
                    said = lies.too_dear(price, limits, (report, back), taken)
                    if said is not None:
                        breach = Breach(price.who, said.said, end, True, said.clause)
                        return asked.refuted(breach, [lie, truth], given.name, count)
    return asked.kept(count)
