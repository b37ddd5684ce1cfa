"""When two lives are the same as far as the future is concerned.

A search need not go on from a state that it has been in. :class:`Keys` writes a state as a
canonical tuple: all instants as distances from now, and of the past only what some
expression can still read. ``coarse`` leaves the distances out: it merges more than it
should, so a search by it finds things fast but proves nothing.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from engine.audit.life import Life, Versions
from engine.evaluation.reads import expressions_of
from engine.evaluation.state import DELAYED, END, LAPSE, REVIEW, Due, History, Subject, Trace
from engine.language import expressions as ex
from engine.language.model import Policy
from engine.values import MILLION, Duration

_ORDER = ("<", "<=", ">", ">=", "==", "!=")


class _Read(NamedTuple):
    """How one event type's past is read."""

    window: int  # seconds of the longest window; 0 for none
    ever: int | None  # counts from here on are alike; None: every count differs
    since: int | None  # ages from here on are alike; None: every age differs; -1: not read
    whole: bool = False  # whether a sum over all of it is read


class Keys:
    """Keys of the states of one policy."""

    def __init__(self, versions: Versions, more: Iterable[ex.Expr] = ()) -> None:
        trees = [tree for _, policy in versions for tree in expressions_of(policy)]
        trees += list(more)
        self._counts, self._refusals = _reads(trees, "count"), _reads(trees, "refusals")
        self._age = _age(trees)
        self._limits = {
            i: (r.limit.times, r.limit.per) for i, r in enumerate(versions[0][1].rules) if r.limit
        }
        self._calendar = any(_has_calendar(policy) for _, policy in versions)
        self._boundaries = sorted(
            {b for _, p in versions for b in _boundaries(p)}
            | {s for s, _ in versions if s is not None}
        )

    def exact(self, life: Life) -> Hashable:
        """Equal only for lives that the same events take to the same ends."""
        now, player = life.now, life.player
        when = (
            now if self._calendar else None,
            tuple(b - now for b in self._boundaries if b > now),
        )
        subjects = tuple(self._subject(s, now) for s in player.world.subjects.values())
        clock = tuple(
            (at - now, kind, _what(kind, due))
            for at, kind, _, due in player.clock.entries()
            if kind != REVIEW and not (kind == LAPSE and not due.what[0].stands)
        )
        reviews = frozenset(
            (at - now, due.what[0].id)
            for at, kind, _, due in player.clock.entries()
            if kind == REVIEW
        )
        traces = tuple(
            (ident.rpartition("-")[0], _trace(life, trace))
            for ident, trace in player.traces.items()
        )
        return when, subjects, clock, reviews, traces

    def coarse(self, life: Life) -> Hashable:
        """Equal for lives that look alike now, whatever is due when."""
        now = life.now
        return tuple(
            (
                tuple(s.scores),
                frozenset(s.active),
                frozenset(s.listed),
                tuple(
                    (k, self._number(self._counts.get(k), h, now))
                    for k, h in sorted(s.history.items())
                ),
                tuple(
                    (k, self._number(self._refusals.get(k), h, now))
                    for k, h in sorted(s.refusals.items())
                ),
            )
            for s in life.player.world.subjects.values()
        )

    def _subject(self, subject: Subject, now: int) -> Hashable:
        age = now - subject.joined
        return (
            tuple(subject.scores),
            tuple(subject.grades),
            frozenset(
                (m, None if a.end is None else a.end - now) for m, a in subject.active.items()
            ),
            frozenset(subject.listed),
            _pasts(subject.history, self._counts, now),
            _pasts(subject.refusals, self._refusals, now),
            tuple((r, self._fired(r, h, now)) for r, h in sorted(subject.firings.items())),
            None if self._age == -1 else age if self._age is None else min(age, self._age),
        )

    def _number(self, read: _Read | None, history: History, now: int) -> Hashable:
        """About how many events still count, and what their fields come to."""
        if read is None:
            return None
        window = now - read.window
        near = sum(instant > window for instant in history.instants) if read.window else 0
        sums = tuple(sums[-1] for sums in history.sums.values())
        return near, _capped(len(history.instants), read.ever), sums, tuple(history.last.values())

    def _fired(self, rule: int, history: History, now: int) -> Hashable:
        times, per = self._limits.get(rule, (1, None))
        if per is None:
            return min(len(history.instants), times)
        return tuple(i - now for i in history.instants if now - i < per.longest)


def _pasts(table: Mapping[str, History], reads: Mapping[str, _Read], now: int) -> Hashable:
    """What of a subject's past can still be read, type by type; what nothing reads is left out."""
    made = []
    for kind, history in sorted(table.items()):
        past = _past(reads[kind], history, now) if kind in reads else None
        if past is not None:
            made.append((kind, past))
    return tuple(made)


def _past(read: _Read, history: History, now: int) -> Hashable:
    """What of the past of one type can still be read; ``None`` for nothing."""
    near = tuple(i - now for i in history.instants if i > now - read.window) if read.window else ()
    count = _capped(len(history.instants), read.ever)
    age: int | None = None
    if read.since != -1 and history.instants:
        age = now - history.instants[-1]
        age = age if read.since is None else min(age, read.since)
    values = tuple(last for _, last in history.last.values())
    sums = tuple(_sums(sums, len(near), read.whole) for sums in history.sums.values())
    nothing = not (near or count or values or any(sums)) and age is None
    return None if nothing else (near, count, age, sums, values)


def _sums(sums: list[int], near: int, whole: bool) -> tuple[int, ...]:
    """What each event in the window adds, and where it matters the sum of all."""
    base = sums[-near - 1] if len(sums) > near else 0
    added = tuple(one - base for one in sums[-near:]) if near else ()
    return (sums[-1], *added) if whole else added


def _capped(count: int, cap: int | None) -> int:
    return count if cap is None else min(count, cap)


def _what(kind: int, due: Due) -> Hashable:
    """What will happen, without what it was caused by."""
    if kind == LAPSE:
        gone = due.what[0]
        return gone.subject, gone.score, gone.amount
    subject, *rest = due.what
    if kind == END:
        return subject.id, rest[0]
    if kind == DELAYED:
        return subject.id, rest[0], tuple(sorted(rest[1].items()))
    return (subject.id, *rest[:-1])  # how often it came already says nothing new


def _trace(life: Life, trace: Trace) -> Hashable:
    subjects = life.player.world.subjects
    return (
        tuple((c.subject, c.score, c.amount) for c in trace.contributions if c.stands),
        tuple((who, m) for who, m, a in trace.began if subjects[who].active.get(m) is a),
        tuple((who, r) for who, r, e in trace.listed if subjects[who].listed.get(r) is e),
    )


# --- what expressions read ------------------------------------------------------------


def _reads(trees: Iterable[ex.Expr], function: str) -> dict[str, _Read]:
    made: dict[str, _Read] = {}
    for tree in trees:
        for node, beside in _calls(tree):
            kind, read = _one_read(node, beside, function)
            if kind:
                made[kind] = _join(made[kind], read) if kind in made else read
    return made


def _calls(tree: ex.Expr) -> Iterator[tuple[ex.Call, ex.Expr | None]]:
    """Every call, with what it is directly compared with."""
    direct: dict[int, ex.Expr] = {}
    for node in ex.walk(tree):
        if isinstance(node, ex.Compare) and node.operator in _ORDER:
            direct[id(node.left)], direct[id(node.right)] = node.right, node.left
        if isinstance(node, ex.Call):
            yield node, direct.get(id(node))


def _one_read(call: ex.Call, beside: ex.Expr | None, function: str) -> tuple[str, _Read]:
    if not call.arguments or not isinstance(call.arguments[0], ex.Name):
        return "", _Read(0, 0, -1)
    path = call.arguments[0].path
    if call.function == function or (function == "count" and call.function == "total"):
        kind = path.rpartition(".")[0] if call.function == "total" else path
        length = call.arguments[1]
        window = length.value if isinstance(length, ex.Length) else None
        if window is not None:
            return kind, _Read(window.longest, 0, -1)
        if call.function == "total":
            return kind, _Read(0, 0, -1, True)
        cap = beside.value // MILLION + 2 if isinstance(beside, ex.Number) else None
        return kind, _Read(0, max(cap, 0) if cap is not None else None, -1)
    if function == "count" and call.function == "since":
        length_ = beside.value if isinstance(beside, ex.Length) else None
        return path, _Read(0, 1, length_.longest + 2 if length_ is not None else None)
    if function == "count" and call.function == "latest":
        return path.rpartition(".")[0], _Read(0, 1, -1)
    return "", _Read(0, 0, -1)


def _join(a: _Read, b: _Read) -> _Read:
    ever = None if a.ever is None or b.ever is None else max(a.ever, b.ever)
    since = None if a.since is None or b.since is None else max(a.since, b.since)
    return _Read(max(a.window, b.window), ever, since, a.whole or b.whole)


def _age(trees: Iterable[ex.Expr]) -> int | None:
    """Ages from here on are alike; ``None``: every age differs; -1: no age is read."""
    found = -1
    for tree in trees:
        for call, beside in _calls(tree):
            if call.function == "age_of_record":
                if not isinstance(beside, ex.Length) or beside.value is None:
                    return None
                found = max(found, beside.value.longest + 2)
    return found


def _has_calendar(policy: Policy) -> bool:
    """Whether anything depends on how long a month is."""
    return any(length.months for length in durations(policy))


def durations(policy: Policy) -> tuple[Duration, ...]:
    """Every duration that a policy names, each once, in order."""
    found: list[Any] = []
    for tree in expressions_of(policy):
        found += [n.value for n in ex.walk(tree) if isinstance(n, ex.Length)]
    for measure in (*policy.rewards.values(), *policy.penalties.values()):
        found.append(measure.lasts)
    for rule in policy.rules:
        found += [value for a in rule.then for value in (a.lapses, a.for_, a.after)]
        found.append(rule.limit.per if rule.limit else None)
        found += [_period(text) for text in rule.on]
    found += [score.drift.every for score in policy.scores.values() if score.drift]
    found += [one.delay for one in policy.institutions.values()]
    return tuple(dict.fromkeys(one for one in found if one is not None))


def _period(text: str) -> Duration | None:
    from engine.values import parse_duration

    word, _, rest = str(text).partition(" ")
    return parse_duration(rest.strip()) if word == "every" and rest else None


def _boundaries(policy: Policy) -> Iterator[int]:
    for rule in policy.rules:
        if rule.in_force:
            yield from (b for b in (rule.in_force.from_, rule.in_force.until) if b is not None)
