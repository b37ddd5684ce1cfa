"""5. What does a lie cost? One false report: peak loss, days, residue after retraction."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from engine.audit.alphabet import Choice, undo_fields
from engine.audit.lies import Price, Retraction, prices, retraction
from engine.audit.questions.base import Answer, Inquiry, number
from engine.audit.replay import horizon, replay
from engine.audit.spaces import event_of
from engine.audit.verdicts import Told
from engine.findings import DemeritError
from engine.language.model.claims import PriceOfALie, Reversible
from engine.values import Duration, show_instant, show_seconds


class Lie(NamedTuple):
    """One false report of somebody, and what it cost everybody."""

    taken: Retraction
    choice: Choice
    wait: Duration | None  # until it is taken back; None: it never is
    prices: tuple[Price, ...]
    told: Told
    truth: Told


def pairs_of(asked: Inquiry) -> list[Retraction]:
    """Reports and what takes them back: those that the audit names, else those that are undone."""
    found: dict[tuple[str, str], Retraction] = {}
    for loaded in asked.audit.claims:
        held = loaded.claim.parameters
        if isinstance(held, PriceOfALie | Reversible):
            by = held.retracted_by if isinstance(held, PriceOfALie) else held.by
            made = retraction(
                asked.policy, str(held.event), str(by), str(held.naming) if held.naming else None
            )
            found.setdefault((made.report, made.by), made)
    if found:
        return list(found.values())
    for move in asked.audit.alphabet:
        for field, target in move.move.refers.items():
            pair = str(target), str(move.type)
            found.setdefault(pair, Retraction(*pair, str(field)))
    for kind in asked.policy.events if not found else ():
        for field in undo_fields(asked.policy, str(kind)):
            for report in asked.policy.events:
                if report != kind:
                    found.setdefault(
                        (str(report), str(kind)), Retraction(str(report), str(kind), field)
                    )
    return list(found.values())


def lies(asked: Inquiry) -> Iterator[Lie]:
    """Every report that the alphabet offers, taken back after each wait, and never."""
    field = asked.bench.field(asked.audit.policy)
    for taken in pairs_of(asked):
        reports = [c for c in field.choices if c.type == taken.report]
        backs = [c for c in field.choices if c.type == taken.by]
        for report in reports:
            own = [c for c in backs if c.who == report.who][:1]
            for wait in (*field.waits, None):
                if wait is None or own:
                    try:
                        yield _lie(asked, taken, report, own[0] if own else None, wait)
                    except DemeritError:
                        continue  # the policy has no answer to this one
            if asked.budget.over:
                return


def _lie(
    asked: Inquiry, taken: Retraction, report: Choice, back: Choice | None, wait: Duration | None
) -> Lie:
    cast = asked.bench.field(asked.audit.policy).cast
    versions = asked.audit.policy.versions
    known = cast.start if report.delay is None else report.delay.after(cast.start)
    first = event_of(report, known, "the-lie", {}, 1)
    events = [first]
    retracted = known
    if wait is not None and back is not None:
        retracted = wait.after(known)
        named = {taken.naming: "the-lie"} if taken.naming is not None else {}
        events.append(event_of(back, retracted, "the-truth", named, 2))
    end = retracted + horizon(versions)
    after = "never taken back" if wait is None else f"taken back after {wait}"
    told = replay(versions, cast, events, end, f"{report.type} of {report.who}, {after}")
    truth = replay(versions, cast, (), end, "without it")
    found = prices(told, truth, known, retracted, asked.policy)
    return Lie(taken, report, wait, tuple(found), told, truth)


def answer(asked: Inquiry) -> Answer:
    """The dearest lies first."""
    made = [(lie, price) for lie in lies(asked) for price in lie.prices]
    made = [one for one in made if one[1].loss or one[1].residue or one[1].left]
    made.sort(key=lambda one: (-one[1].residue, -one[1].loss, one[0].told.name))
    evidence = []
    for lie, price in made[:10]:
        lasted = "without an end" if price.lasted is None else f"for {show_seconds(price.lasted)}"
        left = f", and {', '.join(price.left)} is not as it was" if price.left else ""
        what = (
            f"{lie.told.name}: {price.who} is up to {number(price.loss)} lower in"
            f" {price.score} (on {show_instant(price.worst_at)}), felt {lasted}, residue"
            f" {number(price.residue)}{left}"
        )
        evidence.append(asked.note(what, f"events.{lie.taken.report}", number(price.residue)))
    back = [one for one in made if one[0].wait is not None]
    if not made:
        said = "No report that can be taken back was found to cost anything."
        return asked.answer(5, asked.policy.policy, said, how=_HOW)
    lie, price = (back or made)[0]
    lasted = "without an end" if price.lasted is None else f"{show_seconds(price.lasted)}"
    said = (
        f"One {lie.taken.report} that is untrue costs {price.who} {number(price.loss)} points of"
        f" {price.score} at the worst moment, lasts {lasted}, and leaves"
        f" {number(price.residue)} for good."
    )
    figures = [
        ("reports tried", str(len({one[0].told.name for one in made}))),
        ("peak loss", number(max(one[1].loss for one in made))),
        ("residue after retraction", number(max((one[1].residue for one in back), default=0))),
        ("days", _days(price.lasted)),
    ]
    return asked.answer(
        5,
        asked.policy.policy,
        said,
        figures=figures,
        evidence=evidence,
        how=_HOW,
        histories=[lie.told, lie.truth],
    )


_HOW = "one report injected into an empty life, taken back after each wait, against that life"


def _days(seconds: int | None) -> str:
    return "without an end" if seconds is None else f"{seconds / 86_400:.1f}"
