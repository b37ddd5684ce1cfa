"""What happens in one round to the subjects of one part, as columns.

A *batch* is many events of one entry of the file. Its draws are keyed by subject, entry and
running number, so that they are the same in whatever part or round they are made.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.language.model import Draw, FieldType, Follow, Happening, Policy, Population, Reported
from engine.population import lots, tables, times
from engine.population.distributions import (
    Around,
    Column,
    Drawing,
    Lexicon,
    Numbers,
    Texts,
    drawn,
    joined,
)
from engine.population.lots import Bits, Whole
from engine.values import MILLION, Duration

UNTRUE = "this did not happen"
_TEXT = FieldType(kind="text")


@dataclass(frozen=True)
class Entry:
    """An event of the file, with a label that its draws are keyed by."""

    label: str
    spec: Reported
    ids: bool  # whether its events need ids
    follow: tuple[Entry, ...] = ()
    false: Entry | None = None
    untrue: bool = False  # reports of what did not happen
    retracts: bool = False  # takes such a report back


@dataclass(frozen=True)
class Batch:
    """Many events of one entry; all columns are of one length."""

    entry: Entry
    subjects: Whole  # places in the part
    numbers: Whole  # running number of the entry's events of that subject, from 1
    keys: Bits
    at: Whole
    known: Whole
    told: bool  # whether `known` is not what the institution's delay makes of `at`
    ids: Any  # Arrow texts, or None
    texts: Mapping[str, Texts]  # source and reporter, where there are any
    fields: Mapping[str, Column]

    def picked(self, rows: Any) -> Batch:
        """Only some of the events, in order."""
        return Batch(
            self.entry, self.subjects[rows], self.numbers[rows], self.keys[rows],
            self.at[rows], self.known[rows], self.told,
            None if self.ids is None else self.ids.take(np.arange(len(self.at))[rows]),
            {name: column.picked(rows) for name, column in self.texts.items()},
            {name: column.picked(rows) for name, column in self.fields.items()},
        )  # fmt: skip


def entries_of(population: Population) -> tuple[Entry, ...]:
    """The events of a file with their labels: the type, and a number where it comes again."""
    seen: dict[str, int] = {}

    def labelled(spec: Reported, retracts: bool = False) -> Entry:
        name = str(spec.event)
        seen[name] = seen.get(name, 0) + 1
        label = name if seen[name] == 1 else f"{name}~{seen[name]}"
        follow = tuple(labelled(one) for one in spec.follow)
        false = None
        if isinstance(spec, Happening) and spec.false is not None:
            taken = spec.false.retracted
            back = (labelled(taken, True),) if taken is not None else ()
            false = Entry(
                f"{label}!", spec, _named(tuple(one.spec for one in back)), back, None, True
            )
        return Entry(label, spec, _named(spec.follow), follow, false, False, retracts)

    return tuple(labelled(spec) for spec in population.events)


def _named(follow: tuple[Reported, ...]) -> bool:
    return any(draw.same == "id" for one in follow for draw in one.fields.values())


@dataclass
class Tally:
    """What never reached the stream."""

    lost: dict[tuple[int, str], int] = field(default_factory=dict)  # by group and type
    late: dict[tuple[int, str], int] = field(default_factory=dict)

    @staticmethod
    def add(to: dict[tuple[int, str], int], kind: str, groups: NDArray[np.int64]) -> None:
        for group, many in zip(*np.unique(groups, return_counts=True), strict=True):
            key = int(group), kind
            to[key] = to.get(key, 0) + int(many)


class Lives:
    """The subjects of one part, and what happens to them round by round."""

    def __init__(
        self, population: Population, policy: Policy, entries: tuple[Entry, ...],
        keys: Bits, groups: NDArray[np.int64], around: Around,
    ) -> None:  # fmt: skip
        self.population = population
        self.policy = policy
        self.entries = entries
        self.keys = keys  # by place
        self.groups = groups  # index of the group of each place
        self.around = around
        self.tally = Tally()
        self.lexicons: dict[str, Lexicon] = {}  # of each column of texts
        self._names = [str(name) for name in population.groups]
        self._so_far: dict[str, Whole] = {}  # label → how many each subject had

    def lexicon(self, column: str) -> Lexicon:
        return self.lexicons.setdefault(column, Lexicon())

    def round(
        self, number: int, start: int, end: int, factors: Mapping[str, Whole]
    ) -> Iterator[Batch]:
        """What begins in a round; what follows it may lie behind its end.

        ``factors`` (millionths, by label and place) say how strongly subjects react.
        """
        for entry in self.entries:
            spec = entry.spec
            assert isinstance(spec, Happening)
            who = self._befallen(spec)
            factor = factors.get(entry.label)
            if len(who) == 0:
                continue
            for one in (entry, entry.false):
                if one is not None:
                    yield from self._made(one, spec, who, number, start, end, factor)

    def _befallen(self, spec: Happening) -> Whole:
        """The places of those to whom it can happen at all."""
        if spec.groups:
            wanted = [self._names.index(str(group)) for group in spec.groups]
            who = np.flatnonzero(np.isin(self.groups, wanted))
        else:
            who = np.arange(len(self.groups))
        for draw, needed in self._draws(spec):
            if draw.related is not None and needed:
                starts = self.around.related[str(draw.related)][0]
                who = who[starts[who + 1] > starts[who]]
        return who

    def _draws(self, spec: Reported) -> Iterator[tuple[Draw, bool]]:
        declared = self.policy.events[str(spec.event)].fields
        for name, draw in spec.fields.items():
            yield draw, declared[name].required
        if spec.reporter is not None:
            yield spec.reporter, True

    # --- how often, and when --------------------------------------------------

    def _made(
        self, entry: Entry, spec: Happening, who: Whole, number: int, start: int, end: int,
        factor: Whole | None,
    ) -> Iterator[Batch]:  # fmt: skip
        untrue = entry.untrue
        base = lots.of(self.keys[who], f"event/{entry.label}")
        share = spec.false.share if untrue and spec.false is not None else MILLION
        strength = np.full(len(who), MILLION, np.int64) if factor is None else factor[who]
        if spec.every is not None and not untrue:
            rows, given = self._regular(spec, base, strength, start, end)
        else:
            stretch = times.span(start, end, spec.season)
            many = _counts(spec, base, number, stretch, strength, share)
            rows, given = np.repeat(np.arange(len(who)), many), None
        subjects = who[rows]
        numbers = self._numbered(entry.label, subjects)
        keys = lots.numbered(base[rows], numbers)
        if given is not None:
            at = given
            if spec.within is not None:
                at = at + lots.below(lots.of(keys, "within"), spec.within.seconds)
        elif len(rows):
            at = stretch.placed(lots.of(keys, "at"))
        else:
            at = np.zeros(0, np.int64)
        if spec.hours is not None:
            at = times.at_hours(at, lots.of(keys, "hour"), spec.hours, start, max(end, start + 1))
        yield from self._told(entry, subjects, numbers, keys, at, None)

    def _regular(
        self, spec: Happening, base: Bits, strength: Whole, start: int, end: int
    ) -> tuple[Whole, Whole]:
        """Rows and instants of what happens every so often, by subject and then time."""
        assert spec.every is not None
        rows, at = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
        for k, instant in times.occasions(self.population.start, spec.every, start, end):
            season = spec.season.get(times.month_of(instant), MILLION)
            chance = spec.chance * season // MILLION * strength // MILLION
            draws = lots.numbered(lots.of(base, "every"), np.full(len(base), k, np.int64))
            mine = np.flatnonzero(lots.happens(draws, np.minimum(chance, MILLION)))
            rows.append(mine)
            at.append(np.full(len(mine), instant, np.int64))
        joined_rows, joined_at = np.concatenate(rows), np.concatenate(at)
        order = np.argsort(joined_rows, kind="stable")
        return joined_rows[order], joined_at[order]

    def _numbered(self, label: str, subjects: Whole) -> Whole:
        """A running number for each event; subjects come in runs."""
        before = self._so_far.setdefault(label, np.zeros(len(self.keys), np.int64))
        many = np.bincount(subjects, minlength=len(self.keys))
        first = np.cumsum(many) - many
        made: Whole = before[subjects] + np.arange(len(subjects)) - first[subjects] + 1
        before += many
        return made

    # --- what is told of it ---------------------------------------------------

    def _told(
        self, entry: Entry, subjects: Whole, numbers: Whole, keys: Bits, at: Whole,
        parent: Batch | None,
    ) -> Iterator[Batch]:  # fmt: skip
        """The events that somebody recorded in time, then what follows them."""
        spec = entry.spec
        lost = spec.lost if isinstance(spec, Happening) and not entry.untrue else 0
        if lost:
            gone = lots.happens(lots.of(keys, "lost"), lost)
            Tally.add(self.tally.lost, str(spec.event), self.groups[subjects[gone]])
            kept = ~gone
            subjects, numbers, keys, at = subjects[kept], numbers[kept], keys[kept], at[kept]
        ids = None
        if entry.ids:
            ids = joined([self.around.ids.take(subjects), f"/{entry.label}/", numbers])
        drawing = Drawing(
            keys, subjects, numbers, self.around, parent.fields if parent else {},
            parent.ids if parent else None,
        )  # fmt: skip
        texts = {
            name: drawn(draw, _TEXT, name, drawing, self.lexicon(name))
            for name, draw in (("source", spec.source), ("reporter", spec.reporter))
            if draw is not None
        }
        known = self._known(spec, at, keys, texts.get("source"))
        declared = self.policy.events[str(spec.event)].fields
        fields = {
            str(name): drawn(draw, declared[name], str(name), drawing, self.lexicon(str(name)))
            for name, draw in spec.fields.items()
        }
        batch = Batch(
            entry, subjects, numbers, keys, at, known, spec.known is not None, ids,
            {name: text for name, text in texts.items() if isinstance(text, Texts)}, fields,
        )  # fmt: skip
        late = known > self.population.until
        if late.any():
            Tally.add(self.tally.late, str(spec.event), self.groups[subjects[late]])
            batch = batch.picked(np.flatnonzero(~late))
        yield batch
        for follow in entry.follow:
            yield from self._followed(follow, batch)

    def _followed(self, entry: Entry, parent: Batch) -> Iterator[Batch]:
        spec = entry.spec
        assert isinstance(spec, Follow)
        keys = lots.of(parent.keys, f"follow/{entry.label}")
        comes = lots.happens(lots.of(keys, "comes"), spec.chance)
        for draw, needed in self._draws(spec):
            if draw.related is not None and needed:
                starts = self.around.related[str(draw.related)][0]
                comes &= starts[parent.subjects + 1] > starts[parent.subjects]
        parent = parent.picked(np.flatnonzero(comes))
        keys = keys[comes]
        at = _waited(parent.at, lots.of(keys, "after"), spec.after.between)
        yield from self._told(entry, parent.subjects, parent.numbers, keys, at, parent)

    def _known(self, spec: Reported, at: Whole, keys: Bits, source: Column | None) -> Whole:
        if spec.known is not None:
            return _waited(at, lots.of(keys, "known"), spec.known.between)
        by = self.policy.events[str(spec.event)].by
        lone = self._delay(str(by[0])) if len(by) == 1 else None
        if source is None:
            return at if lone is None else times.later(at, lone)
        assert isinstance(source, Texts)
        known = at.copy()
        texts = source.lexicon.texts()
        for code in np.unique(source.codes):
            delay = lone if code < 0 else self._delay(texts[int(code)].as_py())
            if delay is not None:
                mine = source.codes == code
                known[mine] = times.later(at[mine], delay)
        return known

    def _delay(self, institution: str) -> Duration | None:
        return self.policy.institutions[institution].delay


def _counts(
    spec: Happening, base: Bits, number: int, stretch: times.Span, strength: Whole, share: int
) -> Whole:
    """How often it happens to each in a round."""
    many = np.zeros(len(base), np.int64)
    if not len(stretch.starts):
        return many
    often, per = spec.times or 0, spec.per
    if spec.every is not None:  # false reports of what comes every so often
        often, per = spec.chance, spec.every
    assert per is not None
    bits = lots.numbered(lots.of(base, "count"), np.full(len(base), number, np.int64))
    for factor in np.unique(strength):
        mine = np.flatnonzero(strength == factor)
        average = times.rate(often, per, stretch.total, int(factor)) * share // MILLION
        many[mine] = tables.counts(average, bits[mine])
    return many


def _waited(at: Whole, bits: Bits, between: tuple[Duration, Duration]) -> Whole:
    least, most = (one.seconds for one in between)
    return at + least if least == most else at + least + lots.below(bits, most - least + 1)


__all__ = ["UNTRUE", "Batch", "Column", "Entry", "Lives", "Numbers", "Tally", "entries_of"]
