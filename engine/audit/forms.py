"""Every form of claim, and how it is judged: one function a form, one table that lists them.

A form is looked for in a space of histories; where the claim names scenarios, in theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, cast

from engine.audit import comparisons, coverage, roads, treatment, watches
from engine.audit.causes import ChangesNothing, NoDoubleJeopardy, NoSanctionByRelation, NoSpill
from engine.audit.context import Asked, cut
from engine.audit.life import Life
from engine.audit.replay import replay
from engine.audit.spaces import Conditions, Watched
from engine.audit.verdicts import Verdict
from engine.language.model import claims as forms
from engine.language.triggers import parse_trigger

WatchOf = Callable[[Life, frozenset[str]], watches.Plain]
Form = Callable[[Asked], Verdict]


# --- single steps and states ------------------------------------------------------------


def watched(asked: Asked, watch_of: WatchOf, *texts: str, mutable: bool = False) -> Verdict:
    """Judge a claim by a watch, in its scenarios or by a search."""
    if asked.loaded.scenarios:
        return _in_scenarios(asked, watch_of, texts)
    setting = asked.setting(*texts, mutable=mutable)
    return asked.searched(Watched(setting, lambda life: watch_of(life, setting.meant(life))))


def _in_scenarios(asked: Asked, watch_of: WatchOf, texts: tuple[str, ...]) -> Verdict:
    count = events = 0
    who = [str(asked.claim.who)] if asked.claim.who is not None else []
    for given in asked.given():
        count, events = count + 1, max(events, len(given.events))
        life = asked.fresh(given, None, *texts, *who)
        watch = watch_of(life, asked.meant(life))
        life.watched_by(watch)
        waiting = getattr(watch, "waiting", None)
        for event in given.events:
            life.feed(event)
            if life.breach is None and isinstance(watch, roads.NoWayBack):
                life.breach = watch.waiting(life, None)
            if life.breach is not None:
                break
        if life.breach is None and given.end is not None:
            life.advance(max(given.end, life.now))
        breach = life.breach or (waiting(life, None) if waiting is not None else None)
        if breach is not None:
            known = tuple(e for e in given.events if e.known <= max(breach.at, life.now))
            if not breach.waited:
                known = cut(given.events, breach.at)
            told = replay(asked.versions, given.cast, known, breach.at)
            return asked.refuted(breach, [told], given.name, count)
    return asked.kept(count, events)


def _condition(asked: Asked) -> Verdict:
    text, wanted = str(asked.held), asked.claim.always is not None
    on = frozenset(k for t in asked.claim.on for k in parse_trigger(t, asked.policy).keys)
    return watched(
        asked, lambda life, who: watches.Condition(who, text, wanted, on, Conditions()), text
    )


def _adds_up(asked: Asked) -> Verdict:
    return watched(asked, lambda life, who: watches.AddsUp(who))


def _max_drop(asked: Asked) -> Verdict:
    held = cast(forms.MaxDrop, asked.held)
    limits, events = watches.Limits.of(held), asked.types(held.events)
    return watched(asked, lambda life, who: watches.MaxDrop(who, limits, events))


def _penalties_end(asked: Asked) -> Verdict:
    held = cast(forms.PenaltiesEnd, asked.held)
    names = asked.penalties(held.penalties)
    return watched(asked, lambda life, who: watches.PenaltiesEnd(who, names, held.within))


def _exposure(asked: Asked) -> Verdict:
    held = cast(forms.Exposure, asked.held)
    shows = frozenset(str(name) for name in held.shows)
    return watched(
        asked,
        lambda life, who: watches.Exposure(
            who, str(held.registry), held.within, shows, asked.policy
        ),
    )


def _notice(asked: Asked) -> Verdict:
    held = cast(forms.NoticeBeforePenalty, asked.held)
    names = asked.penalties(held.penalties)
    return watched(asked, lambda life, who: watches.NoticeBefore(who, names, held.ahead))


def _knew(asked: Asked) -> Verdict:
    held = cast(forms.DidTheyKnow, asked.held)
    names = asked.penalties(held.penalties)
    return watched(asked, lambda life, who: watches.DidTheyKnow(who, names, held.within))


# --- what an event causes -----------------------------------------------------------------


def _changes_nothing(asked: Asked) -> Verdict:
    held = cast(forms.ChangesNothing, asked.held)
    events, of = asked.types(held.events), frozenset(str(one) for one in held.in_)
    return watched(asked, lambda life, who: ChangesNothing(who, events, of))


def _no_spill(asked: Asked) -> Verdict:
    held = cast(forms.NoSpill, asked.held)
    from_, to = (frozenset(str(n) for n in names) for names in (held.from_, held.to))
    return watched(asked, lambda life, who: NoSpill(who, asked.policy, from_, to))


def _jeopardy(asked: Asked) -> Verdict:
    held = cast(forms.NoDoubleJeopardy, asked.held)
    names = asked.penalties(held.penalties)
    return watched(asked, lambda life, who: NoDoubleJeopardy(who, names, held.at_most))


def _relation(asked: Asked) -> Verdict:
    held = cast(forms.NoSanctionByRelation, asked.held)
    wanted, penalties = frozenset(str(r) for r in held.relations), asked.penalties(())

    def watch_of(life: Life, who: frozenset[str]) -> watches.Plain:
        cast_ = life.player._cast  # the cast that this life was begun with
        pairs = cast_.relations.items() if cast_ is not None else ()
        related = {p for name, ps in pairs if not wanted or name in wanted for p in ps}
        both = frozenset(related | {(b, a) for a, b in related})
        return NoSanctionByRelation(who, penalties, both)

    return watched(asked, watch_of)


# --- ways -----------------------------------------------------------------------------------


def the_score(asked: Asked, name: str | None) -> str:
    """The score that is meant where the claim names none: the only one with grades."""
    return str(name) if name is not None else str(next(iter(asked.policy.grades)))


def _qualifies(asked: Asked) -> Verdict:
    held = cast(forms.NeverQualifies, asked.held)
    there = roads.holds_measure(str(held.measure))
    said = f"there is a way to {held.measure}"
    return watched(asked, lambda life, who: roads.Reaches(who, there, said), mutable=True)


def _top_grade(asked: Asked) -> Verdict:
    held = cast(forms.TopGradeCosts, asked.held)
    score = the_score(asked, held.score)
    grade = str(held.grade or asked.policy.grades[score][0].name)
    holding = str(held.holding) if held.holding is not None else None
    there = roads.in_grade(score, grade, holding, Conditions())
    texts = (holding,) if holding is not None else ()

    def watch_of(life: Life, who: frozenset[str]) -> roads.Reaches:
        return roads.Reaches(who, there, f"grade {grade}")

    if asked.loaded.scenarios:
        return roads_cost(asked, _in_scenarios(asked, watch_of, texts), held.at_least, grade)
    setting = asked.setting(*texts, mutable=True)
    space = Watched(setting, lambda life: watch_of(life, setting.meant(life)))
    return roads_cost(asked, asked.searched(space), held.at_least, grade)


def roads_cost(asked: Asked, found: Verdict, at_least: int, grade: str) -> Verdict:
    """A way that was found refutes the claim only if it is cheap enough."""
    from dataclasses import replace

    from engine.values import format_number

    example, reach = found.counterexample, found.reach
    if example is None:
        enough = reach.cost is not None and reach.cost >= at_least
        return replace(found, kind="proved", said="no cheaper way is left") if enough else found
    cost = format_number(example.cost)
    if example.cost < at_least:
        return replace(found, said=f"{grade} costs {cost}")
    kind = "proved" if example.least else "held"
    said = f"the {'cheapest way' if example.least else 'way that was found'} costs {cost}"
    return replace(found, kind=cast(Any, kind), said=said)


def _recoverable(asked: Asked) -> Verdict:
    held = cast(forms.Recoverable, asked.held)
    score = the_score(asked, held.score)
    ladder = asked.policy.grades[score]
    start = asked.policy.scores[score].start
    joined = next((g.name for g in ladder if start >= g.from_), ladder[-1].name)
    grades = str(held.from_ or ladder[-1].name), str(held.to or joined)
    setting = asked.setting()

    made: list[roads.NoWayBack] = []

    def watch_of(life: Life, who: frozenset[str]) -> watches.Plain:
        made.append(
            roads.NoWayBack(who, setting, score, grades, held.within, asked.bounds, asked.budget)
        )
        return made[-1]

    verdict = watched(asked, watch_of)
    unsure = next((watch.unsure for watch in made if watch.unsure), "")
    if unsure and verdict.kind in ("held", "proved"):
        return replace(verdict, kind="open", said=unsure)
    return verdict


FORMS: Mapping[str, Form] = {
    "always": _condition,
    "never": _condition,
    "adds-up": _adds_up,
    "no-turning-point": comparisons.no_turning_point,
    "max-drop": _max_drop,
    "smallest-change": coverage.smallest_change,
    "recoverable": _recoverable,
    "penalties-end": _penalties_end,
    "never-qualifies": _qualifies,
    "price-of-a-lie": comparisons.price_of_a_lie,
    "reversible": comparisons.reversible,
    "changes-nothing": _changes_nothing,
    "who-bears": coverage.who_bears,
    "equal-treatment": treatment.equal_treatment,
    "never-harsher": treatment.never_harsher,
    "top-grade-costs": _top_grade,
    "no-double-jeopardy": _jeopardy,
    "no-spill": _no_spill,
    "monotone": comparisons.monotone,
    "did-they-know": _knew,
    "notice-before-penalty": _notice,
    "exposure": _exposure,
    "no-sanction-by-relation": _relation,
    "nothing-dead": coverage.nothing_dead,
    "no-dominance": coverage.no_dominance,
    "order-independent": comparisons.order_independent,
    "time-independent": comparisons.time_independent,
}
