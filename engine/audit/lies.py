"""What a false report costs, and whether taking it back restores the state before."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from typing import Any, NamedTuple

from engine.audit.alphabet import Choice, undo_fields
from engine.audit.life import Breach
from engine.audit.pairs import DONE, SAME, Difference, Judge, Pairs
from engine.audit.replay import gap, horizon, path, replay, starts
from engine.audit.search import Node
from engine.audit.spaces import Setting
from engine.audit.verdicts import Told
from engine.language.model import Policy
from engine.language.rows import Event
from engine.values import Duration, format_number, show_seconds


class Retraction(NamedTuple):
    """A report, what takes it back, and the field in which that names it (None: the next)."""

    report: str
    by: str
    naming: str | None


def retraction(policy: Policy, report: str, by: str, naming: str | None) -> Retraction:
    """Resolve the field that names the report."""
    found = undo_fields(policy, by)
    return Retraction(report, by, naming or (found[0] if found else None))


class Retracted(Pairs):
    """The first life has a report and its retraction; the second has neither."""

    names = ("with the report", "without it")

    def __init__(self, setting: Setting, judge: Judge, taken: Retraction, *, between: bool) -> None:
        """``between``: other events may come between the two."""
        super().__init__(setting, judge)
        self.taken, self.between = taken, between

    def roots(self) -> Sequence[Node]:
        """Nothing was reported yet."""
        roots = super().roots()
        for root in roots:
            root.mode, root.breach = SAME, None
        return roots

    def modes(self, node: Node, choice: Choice) -> Iterator[tuple[Hashable, tuple[bool, ...]]]:
        """Report, go on, retract; behind the retraction nothing is tried."""
        mode, taken = node.mode, self.taken
        if mode == DONE:
            return
        if mode == SAME:
            if choice.type not in (taken.report, taken.by):
                yield SAME, (True, True)
            if choice.type == taken.report:
                yield ("open", choice.who), (True, False)
        elif choice.type == taken.by and self._same(mode, choice):
            yield DONE, (True, False)
        elif self.between and taken.naming is not None and choice.type != taken.report:
            yield mode, (True, True)

    def _same(self, mode: Any, choice: Choice) -> bool:
        return bool(choice.who == mode[1])

    def _child(
        self,
        node: Node,
        choice: Choice,
        known: int,
        ahead: Any,
        named: Any,
        mode: Hashable,
        plays: tuple[bool, ...],
    ) -> Any:
        if mode == DONE and self.taken.naming is not None:
            idents = [ident for kind, ident in node.ids if kind == self.taken.report]
            named = {**named, self.taken.naming: idents[-1]}
        return super()._child(node, choice, known, ahead, named, mode, plays)


class Price(NamedTuple):
    """What a report cost that was taken back."""

    who: str
    score: str
    loss: int  # at the worst moment, millionths
    worst_at: int
    lasted: int | None  # seconds from the report to the last difference; None: no end was seen
    residue: int  # points lost for good, millionths
    left: tuple[str, ...]  # measures and lists that remain, or are gone


def prices(lie: Told, truth: Told, reported: int, retracted: int, policy: Policy) -> list[Price]:
    """The price of a report for everybody, score by score; both histories go on to the end.

    The residue is what is left at the end; if that is nothing, what was left right after the
    retraction counts only as long as it lasted.
    """
    made = []
    for who, standing in lie.standings.items():
        other = truth.standings[who]
        left = tuple(sorted(set(standing.active) ^ set(other.active)))
        left += tuple(sorted(set(standing.listed) ^ set(other.listed)))
        for score, start in starts(policy, lie.cast, who).items():
            begin = lie.cast.start
            a = path(lie.steps, who, score, start, begin)
            b = path(truth.steps, who, score, start, begin)
            found = gap(a, b, reported, min(lie.end, truth.end))
            after = gap(a, b, retracted, min(lie.end, truth.end))
            last = found.last if found.first is not None else reported
            lasted = (
                None if last is None else max(last - reported, _held(lie, truth, who, reported))
            )
            made.append(
                Price(who, score, found.worst, found.worst_at, lasted, max(after.residue, 0), left)
            )
    return made


def _held(lie: Told, truth: Told, who: str, since: int) -> int:
    """Seconds from the report to the end of the last measure that only the lie brought."""
    last = since
    mine, theirs = _changes(lie, who), _changes(truth, who)
    for at, kind, name in mine:
        if at >= since and (at, kind, name) not in theirs:
            last = max(last, at)
    return last - since


def _changes(told: Told, who: str) -> list[tuple[int, str, str]]:
    kinds = ("began", "ended", "listed", "unlisted")
    return [
        (step.at, e.kind, e.name)
        for step in told.steps
        for part in step.parts
        for e in part.effects
        if e.target == who and e.kind in kinds
    ]


class Limits(NamedTuple):
    """What a lie may cost."""

    score: str | None
    loss: int | None
    lasts: Duration | None
    residue: int


class Priced(Retracted):
    """Judges a report that was taken back by what it cost, all in all."""

    def __init__(self, setting: Setting, taken: Retraction, limits: Limits) -> None:
        super().__init__(setting, lambda lives, meant: None, taken, between=True)
        self.limits = limits
        self.wait = horizon(setting.versions)

    def judged(self, node: Node) -> Breach | None:
        """Play both histories out, and compare."""
        if node.mode != DONE:
            return None
        events = node.events(0)
        found = priced(self.setting, self.taken, events, node.events(1), self.wait)
        for price in found:
            if price.who in self.meant and self.limits.score in (None, price.score):
                said = too_dear(price, self.limits, events, self.taken)
                if said is not None:
                    return Breach(price.who, said.said, node.lives[0].now, clause=said.clause)
        return None


def priced(
    setting: Setting, taken: Retraction, lie: Sequence[Event], truth: Sequence[Event], wait: int
) -> list[Price]:
    """What a report cost in a history that ends with its retraction."""
    end = max(event.known for event in lie) + wait
    cast = setting.field.cast
    told = replay(setting.versions, cast, lie, end)
    other = replay(setting.versions, cast, truth, end)
    reported = next(e.known for e in reversed(lie) if e.type == taken.report)
    retracted = next(e.known for e in reversed(lie) if e.type == taken.by)
    return prices(told, other, reported, retracted, setting.versions[0][1])


def too_dear(
    price: Price, limits: Limits, events: Sequence[Event], taken: Retraction
) -> Difference | None:
    """Which of the limits a price breaks, in words."""
    clause = f"scores.{price.score}"
    if price.residue > limits.residue:
        said = f"{format_number(price.residue)} points of {price.score} never come back"
        return Difference(said, clause)
    if price.left:
        return Difference(f"{', '.join(price.left)} is not as it was", clause)
    if limits.loss is not None and price.loss > limits.loss:
        said = f"{price.score} is {format_number(price.loss)} lower at the worst moment"
        return Difference(said, clause)
    if limits.lasts is not None:
        reported = next(e.known for e in reversed(events) if e.type == taken.report)
        most = limits.lasts.after(reported) - reported
        if price.lasted is None or price.lasted > most:
            lasted = "without an end" if price.lasted is None else show_seconds(price.lasted)
            return Difference(f"it is felt for {lasted}", clause)
    return None
