"""A run's state as plain JSON data, so that a killed run can go on where it was.

Events are played in the order of (known, row), so the key of the last one played
says which rows of the input are behind us. The ledger file is cut back to the length
that it had when the state was taken; playing on then gives the same bytes as an
unbroken run.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.evaluation.state import (
    DELAYED,
    DRIFT,
    END,
    EVERY,
    LAPSE,
    REVIEW,
    Active,
    Contribution,
    Due,
    History,
    Listed,
    Subject,
    Trace,
)
from engine.evaluation.step import Player
from engine.values import Duration

FORMAT = 1


class _Pool:
    """Objects that several places share, by number."""

    def __init__(self) -> None:
        self._numbers: dict[int, int] = {}
        self.objects: list[Any] = []

    def number(self, thing: Any) -> int:
        found = self._numbers.get(id(thing))
        if found is None:
            found = self._numbers[id(thing)] = len(self.objects)
            self.objects.append(thing)
        return found


# --- taking ----------------------------------------------------------------------


def take(player: Player) -> dict[str, Any]:
    """All that a player remembers, as plain data."""
    shared = {"contributions": _Pool(), "actives": _Pool(), "listed": _Pool()}
    data: dict[str, Any] = {
        "format": FORMAT,
        "now": player.now,
        "steps": player.steps,
        "seen": sorted(player.seen),
        "holders": player.world.holders,
        "subjects": [_subject(s, shared) for s in player.world.subjects.values()],
        "sequence": player.clock.sequence,
        "clock": [
            [at, kind, sequence, _what(kind, due, shared), due.clause, due.step]
            for at, kind, sequence, due in player.clock.entries()
        ],
        "traces": {ident: _trace(trace, shared) for ident, trace in player.traces.items()},
    }
    data["contributions"] = [
        [c.subject, c.score, c.amount, c.clause, c.step, c.stands]
        for c in shared["contributions"].objects
    ]
    data["actives"] = [[a.since, a.end, a.step, a.clause] for a in shared["actives"].objects]
    data["listed"] = [[entry.since, entry.step] for entry in shared["listed"].objects]
    return data


def _subject(subject: Subject, shared: Mapping[str, _Pool]) -> dict[str, Any]:
    return {
        "id": subject.id,
        "kind": subject.kind,
        "attributes": dict(subject.attributes),
        "joined": subject.joined,
        "scores": subject.scores,
        "grades": subject.grades,
        "history": {kind: _history(h) for kind, h in subject.history.items()},
        "refusals": {kind: _history(h) for kind, h in subject.refusals.items()},
        "active": [[m, shared["actives"].number(a)] for m, a in subject.active.items()],
        "listed": [[r, shared["listed"].number(e)] for r, e in subject.listed.items()],
        "firings": [[rule, h.instants] for rule, h in subject.firings.items()],
        "notified": subject.notified,
        "refused": subject.refused,
    }


def _history(history: History) -> list[Any]:
    return [history.instants, history.sums, {k: list(v) for k, v in history.last.items()}]


def _trace(trace: Trace, shared: Mapping[str, _Pool]) -> list[Any]:
    return [
        [shared["contributions"].number(one) for one in trace.contributions],
        [[who, m, shared["actives"].number(active)] for who, m, active in trace.began],
        [[who, registry, shared["listed"].number(e)] for who, registry, e in trace.listed],
    ]


def _what(kind: int, due: Due, shared: Mapping[str, _Pool]) -> list[Any]:
    if kind == LAPSE:
        return [shared["contributions"].number(due.what[0])]
    subject, *rest = due.what
    if kind == END:
        rest = [rest[0], shared["actives"].number(rest[1])]
    elif kind == DELAYED:
        rest = [rest[0], dict(rest[1])]
    return [subject.id, *rest]


# --- putting back -------------------------------------------------------------------


def put_back(player: Player, data: Mapping[str, Any]) -> None:
    """Give a fresh player, made of the same policy and cast, the state that was taken."""
    contributions = [Contribution(*row[:5]) for row in data["contributions"]]
    for one, row in zip(contributions, data["contributions"], strict=True):
        one.stands = row[5]
    actives = [Active(*row) for row in data["actives"]]
    listed = [Listed(*row) for row in data["listed"]]
    subjects = player.world.subjects
    for order, row in enumerate(data["subjects"]):
        subjects[row["id"]] = _put_subject(row, order, actives, listed)
    player.world.holders[:] = data["holders"]
    player.seen = set(data["seen"])
    player.traces = {
        ident: _put_trace(row, contributions, actives, listed)
        for ident, row in data["traces"].items()
    }
    entries = []
    for at, kind, sequence, what, clause, step in data["clock"]:
        due = Due(at, kind, _put_what(kind, what, subjects, contributions, actives), clause, step)
        if kind == END:
            due.what[2].due = due
        entries.append((at, kind, sequence, due))
    player.clock.restore(entries, data["sequence"])
    player.steps = data["steps"]
    if data["now"] is not None:
        player.set_time(data["now"])


def _put_subject(
    row: Mapping[str, Any], order: int, actives: list[Active], listed: list[Listed]
) -> Subject:
    subject = Subject(row["id"], row["kind"], row["attributes"], order, row["joined"])
    subject.scores, subject.grades = row["scores"], row["grades"]
    subject.history = {kind: _put_history(h) for kind, h in row["history"].items()}
    subject.refusals = {kind: _put_history(h) for kind, h in row["refusals"].items()}
    subject.active = {m: actives[n] for m, n in row["active"]}
    subject.listed = {r: listed[n] for r, n in row["listed"]}
    subject.firings = {rule: _put_history([instants, {}, {}]) for rule, instants in row["firings"]}
    subject.notified, subject.refused = row["notified"], row["refused"]
    return subject


def _put_history(row: list[Any]) -> History:
    history = History()
    history.instants, history.sums = row[0], row[1]
    history.last = {name: (before, last) for name, (before, last) in row[2].items()}
    return history


def _put_trace(
    row: list[Any], contributions: list[Contribution], actives: list[Active], listed: list[Listed]
) -> Trace:
    trace = Trace()
    trace.contributions = [contributions[n] for n in row[0]]
    trace.began = [(who, m, actives[n]) for who, m, n in row[1]]
    trace.listed = [(who, registry, listed[n]) for who, registry, n in row[2]]
    return trace


def _put_what(
    kind: int, what: list[Any], subjects: Mapping[str, Subject],
    contributions: list[Contribution], actives: list[Active],
) -> tuple[Any, ...]:  # fmt: skip
    if kind == LAPSE:
        return (contributions[what[0]],)
    subject = subjects[what[0]]
    if kind == DRIFT:
        return subject, what[1], Duration(*what[2]), what[3]
    if kind == END:
        return subject, what[1], actives[what[2]]
    if kind == EVERY:
        return subject, Duration(*what[1]), what[2]
    return (subject,) if kind == REVIEW else (subject, what[1], what[2])
