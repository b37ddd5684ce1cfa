"""The kernel as the judge of rounds: in each the whole prefix is played again, at its speed.

Whoever imports this imports numba. What the kernel cannot play is played by the step engine,
all of it, from the start: the answers are the same (:mod:`engine.population.behaviour`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from engine.evaluation.state import Active, Listed, Subject
from engine.language.model import FieldType
from engine.population import words as w
from engine.population.behaviour import Judge, Setting, StepJudge
from engine.population.columns import Columns, relation_words, value_word
from engine.population.distributions import Column, Numbers, Texts
from engine.population.happenings import Batch
from engine.population.lots import Whole
from engine.population.lower import Lowered, lower
from engine.population.lower_base import Texts as Numbering
from engine.population.lower_base import Unsupported
from engine.population.runner import run_kernel
from engine.population.shape import FIXED, Shape, shape_of


class KernelJudge:
    """Plays all that is known so far in one go; raises ``Unsupported`` for some policies."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._shape: Shape = shape_of(setting.versions[0][1])
        self._lowered: Lowered = lower(setting.versions, self._shape)
        self._numbering = Numbering(self._lowered.texts)
        self._ids = setting.ids.to_pylist()
        self._rows = {who: row for row, who in enumerate(self._ids)}
        self._chunks: list[Whole] = []  # known in a later round
        self._played = np.zeros((max(1, self._lowered.columns), 0), np.int64)  # in playing order
        self._has_ids = False
        self._batches: list[Batch] = []
        self._steps: StepJudge | None = None  # where the kernel could not go on
        self._subjects = [
            Subject(person.id, person.kind, person.attributes, order, setting.cast.start)
            for order, person in enumerate(setting.cast.members)
        ]
        self._about = self._attributes()
        pairs = {name: setting.cast.relations.get(name, ()) for name in self._lowered.relations}
        self._related = relation_words(self._lowered, pairs, self._rows, len(self._ids))

    def take(self, batch: Batch) -> None:
        if self._steps is not None:
            self._steps.take(batch)
            return
        self._batches.append(batch)
        if len(batch.at):
            self._chunks.append(self._words(batch))

    def standing(self, before: int) -> Sequence[Subject]:
        if self._steps is not None:
            return self._steps.standing(before)
        start = self._setting.cast.start
        columns = self._columns(before)
        end = max(before - 1, start)
        judged = run_kernel(self._lowered, self._shape, columns, start, end)
        if judged.failed:
            self._steps = StepJudge(self._setting)
            for batch in self._batches:
                self._steps.take(batch)
            return self._steps.standing(before)
        self._read(judged.subjects)
        return self._subjects

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
        """A batch as columns of the kernel."""
        lowered, many = self._lowered, len(batch.at)
        made = np.full((max(1, lowered.columns), many), w.MISSING, np.int64)
        made[w.E_KNOWN] = batch.known
        made[w.E_TYPE] = self._shape.types.index(str(batch.entry.spec.event))
        made[w.E_SUBJECT] = batch.subjects
        text = FieldType(kind="text")
        for column, name in ((lowered.source, "source"), (lowered.reporter, "reporter")):
            if column >= 0:
                made[column] = self._column(batch.texts.get(name), text, many)
        made[lowered.id] = -1
        if batch.ids is not None:
            self._has_ids = True
            made[lowered.id] = [self._numbering.number(one) for one in batch.ids.to_pylist()]
        declared = self._setting.declared(batch)
        for name, column in lowered.fields.items():
            if name in declared:
                made[column] = self._column(batch.fields.get(name), declared[name], many)
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
        ranks = self._setting.ranks
        count = int(ranks[-1]) + 1
        fresh = [chunk[:, chunk[w.E_KNOWN] < before] for chunk in self._chunks]
        self._chunks = [chunk[:, chunk[w.E_KNOWN] >= before] for chunk in self._chunks]
        self._chunks = [chunk for chunk in self._chunks if chunk.shape[1]]
        events = np.concatenate([self._played, *fresh], axis=1)
        start, end = self._setting.cast.start, self._setting.cast.until or before
        key = ranks[events[w.E_SUBJECT]] * (end - start + 1) + (events[w.E_KNOWN] - start)
        events = events[:, np.argsort(key, kind="stable")]
        self._played = events
        rank = ranks[events[w.E_SUBJECT]]
        components = np.zeros((count, 4), np.int64)
        edges = np.arange(count)
        for place, of in ((0, rank), (2, ranks)):
            components[:, place] = np.searchsorted(of, edges, side="left")
            components[:, place + 1] = np.searchsorted(of, edges, side="right")
        named = np.full(len(self._numbering.numbers), -1, np.int64)
        for who, row in self._rows.items():
            number = self._numbering.numbers.get(who)
            if number is not None:
                named[number] = row
        return Columns(
            events, components, self._ids, self._about, self._related[0].copy(),
            self._related[1].copy(), named, self._has_ids,
        )  # fmt: skip

    # --- out ------------------------------------------------------------------

    def _read(self, rows: Whole) -> None:
        """What the kernel says of each, as the step engine keeps it."""
        shape, start = self._shape, self._setting.cast.start
        first = FIXED + len(shape.scores)
        last = first + len(shape.measures)
        scores = rows[:, FIXED:first].tolist()
        active, listed = rows[:, first:last] != 0, rows[:, last:] != 0
        for row, subject in enumerate(self._subjects):
            subject.scores = [None if one == w.MISSING else one for one in scores[row]]
            subject.active = {}
            subject.listed = {}
        for row, place in zip(*(one.tolist() for one in np.nonzero(active)), strict=True):
            self._subjects[row].active[place] = Active(start, None, 0, "")
        for row, place in zip(*(one.tolist() for one in np.nonzero(listed)), strict=True):
            self._subjects[row].listed[shape.registries[place]] = Listed(start, 0)


def judge_for(setting: Setting) -> Judge:
    """The kernel where it can play the policy, else the step engine."""
    try:
        return KernelJudge(setting)
    except Unsupported:
        return StepJudge(setting)
