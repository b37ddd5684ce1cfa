"""The kernel as the judge of rounds: in each the whole prefix is played again, at its speed.

Nothing here is done once for each subject in each round: how everybody stands is a table, and
people who do not differ in what a reaction reads are judged once. Components in which nobody
can react are played once, at the last round: so that what cannot be played is found there too.

Whoever imports this imports numba. What the kernel cannot play is played by the step engine,
all of it, from the start: the answers are the same (:mod:`engine.population.behaviour`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.evaluation.state import Active, Listed, Subject
from engine.language.model import FieldType
from engine.language.rows import Person
from engine.population import words as w
from engine.population.behaviour import Everybody, Judge, Reads, Setting, StepJudge
from engine.population.columns import Columns, relation_words, value_word
from engine.population.distributions import Column, Numbers, Texts
from engine.population.happenings import Batch
from engine.population.lots import Whole
from engine.population.lower import Lowered, lower
from engine.population.lower_base import Texts as Numbering
from engine.population.lower_base import Unsupported
from engine.population.runner import Judged, run_kernel
from engine.population.shape import FIXED, Shape, shape_of

_SHARE = 20_000  # events that are worth a thread


class KernelJudge:
    """Plays all that is known so far in one go; raises ``Unsupported`` for some policies."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._shape: Shape = shape_of(setting.versions[0][1])
        self._lowered: Lowered = lower(setting.versions, self._shape)
        self._numbering = Numbering(self._lowered.texts)
        self._ids = setting.ids.to_pylist()
        self._rows = {who: row for row, who in enumerate(self._ids)}
        self._chunks: list[Whole] = []  # known in a later round; a row an event
        self._rest: list[Whole] = []  # the same where nobody can react
        self._played = np.zeros((0, max(1, self._lowered.columns)), np.int64)  # in playing order
        self._keys = np.zeros(0, np.int64)  # of those: component, then when it is known
        self._named = np.zeros(0, np.int64)  # text number → row of the subject, or -1
        self._has_ids = False
        self._batches: list[Batch] = []
        self._asked = np.zeros(int(setting.ranks[-1]) + 1, np.bool_)  # components to be played
        self._asked[setting.ranks[setting.reacting]] = True
        self._steps: StepJudge | None = None  # where the kernel could not go on
        self._kinds = Alike(setting.cast.members)
        self._about = self._attributes()
        pairs = {name: setting.cast.relations.get(name, ()) for name in self._lowered.relations}
        self._related = relation_words(self._lowered, pairs, self._rows, len(self._ids))

    def take(self, batch: Batch) -> None:
        if self._steps is not None:
            self._steps.take(batch)
            return
        self._batches.append(batch)
        if len(batch.at):
            rows = self._words(batch)
            mine = self._asked[self._setting.ranks[batch.subjects]]
            self._chunks.append(rows[mine])
            self._rest.append(rows[~mine])

    def standing(self, before: int) -> Sequence[Subject] | Everybody:
        if self._steps is not None:
            return self._steps.standing(before)
        start = self._setting.cast.start
        if before >= self._setting.last:
            self._asked[:] = True
            self._chunks += self._rest
            self._rest = []
        columns = self._columns(before)
        rows = self._judged(columns, start, max(before - 1, start))
        if rows is None:
            self._steps = StepJudge(self._setting)
            for batch in self._batches:
                self._steps.take(batch)
            return self._steps.standing(before)
        return Table(self._setting, self._shape, rows, self._kinds)

    def _judged(self, columns: Columns, start: int, end: int) -> Whole | None:
        """A row for each subject; None if the kernel gave anybody up."""

        def judge(components: Whole) -> Judged:
            part = replace(columns, components=components)
            return run_kernel(self._lowered, self._shape, part, start, end)

        shares = self._shares(columns.components[self._asked])
        if len(shares) == 1:
            judged = [judge(shares[0])]
        else:
            with ThreadPoolExecutor(len(shares)) as pool:
                judged = list(pool.map(judge, shares))
        if any(one.failed for one in judged):
            return None
        made = judged[0].subjects  # whoever is not played has zeros in all of them
        for one in judged[1:]:
            made += one.subjects
        return made

    def _shares(self, components: Whole) -> list[Whole]:
        """The components for each thread: about as many events each, if they are worth it."""
        events = int(components[-1, 1]) if len(components) else 0
        many = min(self._setting.threads, max(1, events // _SHARE))
        cuts = np.searchsorted(components[:, 1], [events * n // many for n in range(1, many)])
        return [share for share in np.split(components, cuts) if len(share)] or [components]

    # --- in -------------------------------------------------------------------

    def _attributes(self) -> Whole:
        """Kind, group, whether of the cast, and the attributes that are read."""
        names = self._lowered.attributes
        made = np.full((len(self._ids), 3 + len(names)), w.MISSING, np.int64)
        for row, person in enumerate(self._setting.cast.members):
            made[row, :3] = self._shape.kinds.index(person.kind), 0, 1
            for place, name in enumerate(names):
                plain = name.removeprefix("subject.")
                value = person.kind if name == "kind" else person.attributes.get(plain)
                made[row, 3 + place] = value_word(value, self._numbering)
        return made

    def _words(self, batch: Batch) -> Whole:
        """A batch as rows of the kernel."""
        lowered, many = self._lowered, len(batch.at)
        made = np.full((many, max(1, lowered.columns)), w.MISSING, np.int64)
        made[:, w.E_KNOWN] = batch.known
        made[:, w.E_TYPE] = self._shape.types.index(str(batch.entry.spec.event))
        made[:, w.E_SUBJECT] = batch.subjects
        text = FieldType(kind="text")
        for column, name in ((lowered.source, "source"), (lowered.reporter, "reporter")):
            if column >= 0:
                made[:, column] = self._column(batch.texts.get(name), text, many)
        made[:, lowered.id] = -1
        if batch.ids is not None and lowered.undoes:  # drawn ids never come twice
            self._has_ids = True
            made[:, lowered.id] = [self._numbering.number(one) for one in batch.ids.to_pylist()]
        declared = self._setting.declared(batch)
        for name, column in lowered.fields.items():
            if name in declared:
                made[:, column] = self._column(batch.fields.get(name), declared[name], many)
        return made

    def _column(self, column: Column | None, kind: FieldType, many: int) -> Whole:
        default = value_word(kind.default, self._numbering)
        if column is None:
            return np.full(many, default, np.int64)
        if isinstance(column, Numbers):
            if column.there is None:
                return column.values
            return np.where(column.there, column.values, default)
        assert isinstance(column, Texts)
        known, back = np.unique(column.codes, return_inverse=True)
        texts: list[Any] = column.lexicon.texts().take(known[known >= 0]).to_pylist()
        numbers = [default] * (len(known) - len(texts)) + list(map(self._numbering.number, texts))
        made: Whole = np.array(numbers, np.int64)[back.reshape(-1)]
        return made

    def _columns(self, before: int) -> Columns:
        """All that is known before an instant, by component and in playing order."""
        self._merge(before)
        ranks = self._setting.ranks
        edges = np.arange(int(ranks[-1]) + 1)
        components = np.zeros((len(edges), 4), np.int64)
        components[:, 0] = np.searchsorted(self._keys, edges * self._width, side="left")
        components[:, 1] = np.append(components[1:, 0], len(self._keys))
        components[:, 2] = np.searchsorted(ranks, edges, side="left")
        components[:, 3] = np.append(components[1:, 2], len(ranks))
        return Columns(
            self._played.T, components, self._ids, self._about, self._related[0].copy(),
            self._related[1].copy(), self._names(), self._has_ids,
        )  # fmt: skip

    @property
    def _width(self) -> int:
        """How far the keys of two components are apart."""
        cast = self._setting.cast
        assert cast.until is not None
        return cast.until - cast.start + 1

    def _merge(self, before: int) -> None:
        """Put what has become known where it belongs; among equals it comes later."""
        fresh = [chunk[chunk[:, w.E_KNOWN] < before] for chunk in self._chunks]
        self._chunks = [chunk[chunk[:, w.E_KNOWN] >= before] for chunk in self._chunks]
        self._chunks = [chunk for chunk in self._chunks if len(chunk)]
        if not fresh:
            return
        rows = np.concatenate(fresh)
        since = rows[:, w.E_KNOWN] - self._setting.cast.start
        keys = self._setting.ranks[rows[:, w.E_SUBJECT]] * self._width + since
        order = np.argsort(keys, kind="stable")
        keys, rows = keys[order], rows[order]
        places = np.searchsorted(self._keys, keys, side="right") + np.arange(len(keys))
        old = np.ones(len(self._keys) + len(keys), np.bool_)
        old[places] = False
        self._keys = _merged(old, places, self._keys, keys)
        self._played = _merged(old, places, self._played, rows)

    def _names(self) -> Whole:
        """For each text that is numbered the subject whose id it is."""
        numbers = self._numbering.numbers
        fresh = list(islice(reversed(numbers), len(numbers) - len(self._named)))[::-1]
        more = np.array([self._rows.get(text, -1) for text in fresh], np.int64)
        self._named = np.concatenate([self._named, more])
        return self._named


def _merged(old: NDArray[np.bool_], places: Whole, one: Whole, other: Whole) -> Whole:
    made = np.empty((len(old), *one.shape[1:]), np.int64)
    made[old] = one
    made[places] = other
    return made


# --- out ----------------------------------------------------------------------


class Alike:
    """Who does not differ in kind and attributes; people keep both."""

    def __init__(self, members: Sequence[Person]) -> None:
        self._members = members
        self._made: dict[frozenset[str], Whole] = {}

    def by(self, names: frozenset[str]) -> Whole:
        """For each a number, the same for those who do not differ in kind and these attributes."""
        if names not in self._made:
            order, known = sorted(names), dict[tuple[object, ...], int]()
            self._made[names] = np.array(
                [
                    known.setdefault((p.kind, *map(p.attributes.get, order)), len(known))
                    for p in self._members
                ],
                np.int64,
            )
        return self._made[names]


@dataclass(frozen=True)
class Table:
    """How everybody stands, as the kernel says it: a row each."""

    setting: Setting
    shape: Shape
    rows: Whole
    kinds: Alike

    def alike(self, reads: Reads, places: Whole) -> tuple[Sequence[Subject], Whole]:
        """See :class:`engine.population.behaviour.Everybody`."""
        key = self.kinds.by(reads.attributes - {"kind"})[places]
        for column in self._columns(reads):
            known, number = np.unique(column[places], return_inverse=True)
            key = np.unique(key * len(known) + number.reshape(-1), return_inverse=True)[1]
            key = key.reshape(-1)
        _, firsts, like = np.unique(key, return_index=True, return_inverse=True)
        return [self._subject(int(places[first])) for first in firsts], like.reshape(-1)

    def _columns(self, reads: Reads) -> Iterator[Whole]:
        """What is read, as columns; of a score of which only the grade is read, its rank."""
        shape, policy = self.shape, self.setting.versions[0][1]
        for name in sorted(reads.scores | reads.grades):
            values = self.rows[:, FIXED + shape.scores.index(name)]
            if name in reads.scores:
                yield values
            else:
                floors = sorted(int(grade.from_) for grade in policy.grades[name])
                ranks = np.maximum(np.searchsorted(np.array(floors), values, side="right"), 1)
                yield np.where(values == w.MISSING, -1, ranks)
        first = FIXED + len(shape.scores)
        for name in sorted(reads.measures):
            yield self.rows[:, first + shape.measures.index(name)]
        first += len(shape.measures)
        for name in sorted(reads.registries):
            yield self.rows[:, first + shape.registries.index(name)]

    def _subject(self, row: int) -> Subject:
        """One of them, as the step engine keeps people."""
        shape, cast = self.shape, self.setting.cast
        person = cast.members[row]
        made = Subject(person.id, person.kind, person.attributes, row, cast.start)
        first = FIXED + len(shape.scores)
        last = first + len(shape.measures)
        words = self.rows[row].tolist()
        made.scores = [None if one == w.MISSING else one for one in words[FIXED:first]]
        held = [place for place, word in enumerate(words[first:last]) if word]
        made.active = {place: Active(cast.start, None, 0, "") for place in held}
        on = [name for name, word in zip(shape.registries, words[last:], strict=True) if word]
        made.listed = {name: Listed(cast.start, 0) for name in on}
        return made


def judge_for(setting: Setting) -> Judge:
    """The kernel where it can play the policy, else the step engine."""
    try:
        return KernelJudge(setting)
    except Unsupported:
        return StepJudge(setting)
