"""The running state: who is there, what is remembered, what is due.

The declaration (:mod:`engine.evaluation.plan`) never changes during a run; all
that changes is here. Scores are millionths, instants seconds since 1970 UTC.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from typing import Any

from engine.language.rows import Value
from engine.values import Duration


class History:
    """The instants of one subject's events of one type, and what their fields held.

    ``sums`` has, for each field that a ``total`` reads, the running sum up to and
    including each event; ``last`` has, for each field that a ``latest`` reads, the
    values of the last two events.
    """

    __slots__ = ("instants", "last", "sums")

    def __init__(self) -> None:
        self.instants: list[int] = []
        self.sums: dict[str, list[int]] = {}
        self.last: dict[str, tuple[Value | None, Value | None]] = {}

    def within(self, window: Duration | None, now: int) -> int:
        """How many events e satisfy e <= now < e + window; all, for no window."""
        if window is None:
            return len(self.instants)
        return sum(hi - lo for lo, hi in self._runs(window, now))

    def total(self, name: str, window: Duration | None, now: int) -> int:
        """The sum of a field over the events in the window, in millionths."""
        sums = self.sums.get(name)
        if not sums:
            return 0
        if window is None:
            return sums[-1]
        total = 0
        for lo, hi in self._runs(window, now):
            if hi > lo:
                total += sums[hi - 1] - (sums[lo - 1] if lo else 0)
        return total

    def _runs(self, window: Duration, now: int) -> list[tuple[int, int]]:
        """Index ranges of the events in the window.

        A calendar period does not keep the order of instants around the end of a
        month (30 January 23:00 and 31 January 01:00 both plus one month), so those
        near the edge are looked at one by one.
        """
        instants = self.instants
        count = len(instants)
        if window.months == 0:
            return [(bisect_right(instants, now - window.seconds), count)]
        maybe = bisect_right(instants, now - window.longest)
        surely = bisect_right(instants, now - window.shortest)
        edge = [(i, i + 1) for i in range(maybe, surely) if now < window.after(instants[i])]
        return [*edge, (surely, count)]


class Active:
    """A measure that holds for a subject. ``end`` is when it ends, None if endless."""

    __slots__ = ("clause", "due", "end", "since", "step")

    def __init__(self, since: int, end: int | None, step: int, clause: str) -> None:
        self.since = since
        self.end = end
        self.step = step  # number of the step that began it
        self.clause = clause  # what began it
        self.due: Due | None = None  # its scheduled end


class Contribution:
    """What one addition really moved; ``stands`` until it lapses or is taken back."""

    __slots__ = ("amount", "clause", "score", "stands", "step", "subject")

    def __init__(self, subject: str, score: int, amount: int, clause: str, step: int) -> None:
        self.subject = subject
        self.score = score
        self.amount = amount
        self.clause = clause
        self.step = step
        self.stands = True


class Listed:
    """An entry on a registry."""

    __slots__ = ("since", "step")

    def __init__(self, since: int, step: int) -> None:
        self.since = since
        self.step = step


class Trace:
    """What the step of an event with an id did, for ``undo``."""

    __slots__ = ("began", "contributions", "listed")

    def __init__(self) -> None:
        self.contributions: list[Contribution] = []
        self.began: list[tuple[str, int, Active]] = []  # subject, measure, which activation
        self.listed: list[tuple[str, str, Listed]] = []  # subject, registry, which entry


class Subject:
    """One subject's state."""

    __slots__ = (
        "active", "attributes", "firings", "grades", "history", "id", "joined", "kind",
        "listed", "notified", "order", "refusals", "refused", "scores",
    )  # fmt: skip

    def __init__(
        self, ident: str, kind: str, attributes: Mapping[str, Value], order: int, joined: int
    ) -> None:
        self.id = ident
        self.kind = kind
        self.attributes = attributes
        self.order = order  # place in the cast
        self.joined = joined
        self.scores: list[int | None] = []  # by score index; None where its kind has it not
        self.grades: list[int | None] = []  # rank as last settled, 0 the highest
        self.history: dict[str, History] = {}
        self.refusals: dict[str, History] = {}
        self.active: dict[int, Active] = {}  # by measure index
        self.listed: dict[str, Listed] = {}
        self.firings: dict[int, History] = {}  # by rule index, for rules with a limit
        self.notified = 0
        self.refused = 0


# Order of what is due at one instant.
DRIFT, LAPSE, END, REVIEW, EVERY, DELAYED = range(6)


class Due:
    """Something scheduled. ``dead`` entries are skipped."""

    __slots__ = ("at", "clause", "dead", "kind", "step", "what")

    def __init__(
        self, at: int, kind: int, what: tuple[Any, ...], clause: str | None, step: int | None
    ) -> None:
        self.at = at
        self.kind = kind
        self.what = what  # subject first, then what its kind needs; see engine.evaluation.step
        self.clause = clause  # what scheduled it
        self.step = step  # number of the step that did
        self.dead = False


class Relations:
    """Who is related to whom, in cast order. ``[a, b]`` under ``parent``: a is b's parent."""

    def __init__(self, pairs: Mapping[str, tuple[tuple[str, str], ...]], order: list[str]) -> None:
        rank = {ident: i for i, ident in enumerate(order)}
        self._of: dict[tuple[str, str], tuple[str, ...]] = {}
        self._read_by: dict[str, dict[str, set[str]]] = {}
        for name, couples in pairs.items():
            for a, b in couples:
                self._of[name, b] = (*self._of.get((name, b), ()), a)
                self._read_by.setdefault(a, {}).setdefault(b, set()).add(name)
        for key, many in self._of.items():
            self._of[key] = tuple(sorted(set(many), key=lambda one: rank[one]))
        for ident, readers in self._read_by.items():
            ordered = sorted(readers, key=lambda one: rank[one])
            self._read_by[ident] = {one: readers[one] for one in ordered}

    def of(self, name: str, ident: str) -> tuple[str, ...]:
        """The subjects that are ``name`` of ``ident``."""
        return self._of.get((name, ident), ())

    def readers(self, ident: str) -> Mapping[str, set[str]]:
        """Whose conditions read ``ident``: subject → names of the relations."""
        return self._read_by.get(ident, {})


class World:
    """All subjects, relations and the holders of each measure."""

    __slots__ = ("holders", "relations", "subjects")

    def __init__(self, relations: Relations, measures: int) -> None:
        self.subjects: dict[str, Subject] = {}
        self.relations = relations
        self.holders = [0] * measures  # how many hold each measure now

    def related(self, name: str, ident: str) -> list[Subject]:
        """The subjects that are ``name`` of ``ident``, in cast order."""
        return [self.subjects[one] for one in self.relations.of(name, ident)]


class Context:
    """What an expression may read, set anew for each part of a step."""

    __slots__ = ("event", "judged", "now", "reporter", "source", "subject", "until",
                 "world")  # fmt: skip

    def __init__(self, world: World) -> None:
        self.world = world
        self.subject: Subject = None  # type: ignore[assignment]  # set before any reading
        self.event: Mapping[str, Value] = {}
        self.judged: str | None = None  # the type being judged, already the last in its history
        self.now = 0
        self.source: str | None = None
        self.reporter: str | None = None
        self.until: int | None = None  # only while a notice is written
