"""A population file becomes a folder of streams, part by part.

The way of a population, top to bottom, is :func:`generate`. The same file and seed give the
same rows, however many parts they lie in; only where a row lies differs. Parts are drawn in
threads, a processor each. Memory is that of one part for each thread, and of a few whole
numbers for each subject and pair of related ones.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from engine.files import unwritable
from engine.findings import DemeritError, Finding
from engine.language.model import Population
from engine.language.population import LoadedPopulation
from engine.population import frame, times
from engine.population.behaviour import Judge, Reactions, Setting, StepJudge
from engine.population.cluster import processors
from engine.population.folder import MANIFEST, Manifest, Part, part_names, write_manifest
from engine.population.happenings import Batch, Entry, Lives, Tally, entries_of
from engine.population.layout import Layout, lay_out, sizes
from engine.population.lots import Whole
from engine.population.people import People, cast_of, columns_of, people_of
from engine.population.tables import NANO
from engine.text import quoted
from engine.values import MILLION, Duration

PER_PART = 1_000_000  # events, about, where nobody asks for a number of parts
MOST_PARTS = 100_000

MakeJudge = Callable[[Setting], Judge]
LARGE = 300_000  # events from which on the kernel is worth being compiled
WARM = 20_000  # from which on it is worth its start, where it was compiled before


@dataclass(frozen=True)
class Asked:
    """What a population is generated with; ``None``: as its file has it."""

    size: int | None = None
    scale: int | None = None  # millionths
    seed: int | None = None
    parts: int | None = None
    force: bool = False  # replace an earlier stream in the same folder


@dataclass
class Made:
    """What was generated."""

    groups: dict[str, tuple[str, int]]  # name → kind, subjects
    parts: list[Part] = field(default_factory=list)
    wanted: int = 0  # parts in all
    events: dict[str, int] = field(default_factory=dict)  # by type
    by_group: dict[str, dict[str, int]] = field(default_factory=dict)  # group → type → events
    untrue: dict[str, int] = field(default_factory=dict)  # false reports by type
    retracted: dict[str, int] = field(default_factory=dict)  # events that take one back, by type
    lost: dict[str, int] = field(default_factory=dict)  # happened, never recorded
    late: dict[str, int] = field(default_factory=dict)  # not known before the end
    pairs: dict[str, int] = field(default_factory=dict)  # relation → pairs
    last: int | None = None
    whole: bool = False
    stopped: bool = False

    def take(self, part: Made) -> None:
        """Add what was made of one more part."""
        self.parts += part.parts
        for name, of_group in part.by_group.items():
            _add_all(self.by_group.setdefault(name, {}), of_group)
        for mine, its in ((self.events, part.events), (self.untrue, part.untrue),
                          (self.retracted, part.retracted), (self.lost, part.lost),
                          (self.late, part.late)):  # fmt: skip
            _add_all(mine, its)
        self.last = max((at for at in (self.last, part.last) if at is not None), default=None)

    @property
    def rows(self) -> int:
        return sum(part.rows for part in self.parts)

    @property
    def subjects(self) -> int:
        return sum(many for _, many in self.groups.values())


OnPart = Callable[[Made], None]


def generate(
    loaded: LoadedPopulation, out: Path, asked: Asked = Asked(),
    on_part: OnPart = lambda made: None, judge: MakeJudge | None = None,
) -> Made:  # fmt: skip
    """Write a stream folder; ``on_part`` is told of every part that is complete.

    A keyboard interrupt ends it with the parts that are complete (``stopped``). Raises
    :class:`DemeritError` (D815, D818, D819, D820, D529).
    """
    population, policy = loaded.population, loaded.policy.policy
    seed = population.seed if asked.seed is None else asked.seed
    many = sizes(population, asked.size, asked.scale)
    _prepare(out, asked.force)
    made = Made({str(n): (str(g.kind), many[str(n)]) for n, g in population.groups.items()})
    try:
        layout = lay_out(population, policy, many, seed)
        count = asked.parts or max(1, -(-expected(population, many) // PER_PART))
        made.wanted = 1 if layout.whole else min(count, layout.total, MOST_PARTS)
        made.whole = layout.whole
        made.pairs = {name: len(pairs[0]) for name, pairs in layout.relations.items()}
        maker = _Maker(
            loaded, layout, entries_of(population), judge or judge_of(population, many), out
        )
        threads = 1 if maker.alone else min(processors(), made.wanted)
        maker.threads = max(1, processors() // threads)
        jobs = enumerate(_parts(layout, made.wanted))
        with closing(_in_order(maker.part, jobs, threads)) as parts:
            for part in parts:
                made.take(part)
                on_part(made)
    except KeyboardInterrupt:
        made.stopped = True
        begun = range(len(made.parts), len(made.parts) + processors() + 2)
        for name in (name for number in begun for name in part_names(number)):
            (out / name).unlink(missing_ok=True)
    if made.parts:
        write_manifest(out, _manifest(loaded, made, seed))
    return made


def judge_of(population: Population, many: Mapping[str, int]) -> MakeJudge:
    """Who judges between rounds: the kernel where that is worth its start, and is there."""
    events = expected(population, many) if reacts(population) else 0
    if events < WARM:
        return StepJudge
    try:
        from engine.population.compiled import is_cached
        from engine.population.rounds import judge_for
    except ImportError:  # of numba
        return StepJudge
    return judge_for if events >= LARGE or is_cached() else StepJudge


def reacts(population: Population) -> bool:
    """Whether anybody in it reacts to anything."""
    return any(one.react for one in population.events)


def expected(population: Population, many: Mapping[str, int]) -> int:
    """About how many events there will be."""
    start, until = population.start, population.until
    total = 0
    for one in population.events:
        groups = [str(name) for name in one.groups] or list(many)
        stretch = times.span(start, until, one.season)
        often, per = (one.chance, one.every) if one.every else (one.times or 0, one.per)
        assert isinstance(per, Duration)
        each = times.rate(often, per, stretch.total, MILLION)
        total += sum(many[name] for name in groups) * each // NANO
    return total


def _prepare(out: Path, force: bool) -> None:
    """An empty folder, or one whose stream may go; D820 for any other."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        held = sorted(path.name for path in out.iterdir())
    except OSError as bad:
        raise unwritable(out, bad) from None
    ours = [name for name in held if name == MANIFEST or name.startswith("part-")]
    if held and (not force or len(ours) < len(held)):
        other = next((name for name in held if name not in ours), held[0])
        hint = "name another folder" if len(ours) < len(held) else (
            "name another folder, or replace what is there with `--force`")  # fmt: skip
        message = f"{quoted(str(out))} is not empty: it holds {quoted(other)}"
        raise DemeritError(Finding("D820", message, hint=hint))
    try:
        for name in ours:
            (out / name).unlink()
    except OSError as bad:
        raise unwritable(out, bad) from None


def _parts(layout: Layout, count: int) -> Iterator[tuple[Whole, dict[str, tuple[Whole, Whole]]]]:
    """For each part its subjects' places and the pairs among them."""
    part = layout.parts(count)
    sorted_pairs = {}
    for name, (one, two) in layout.relations.items():
        order = np.argsort(part[one], kind="stable") if count > 1 else np.arange(len(one))
        ends = np.searchsorted(part[one][order], np.arange(count + 1), side="left")
        sorted_pairs[name] = one[order], two[order], ends
    for number, places in enumerate(layout.places(part, count)):
        yield (
            places,
            {
                name: (one[ends[number] : ends[number + 1]], two[ends[number] : ends[number + 1]])
                for name, (one, two, ends) in sorted_pairs.items()
            },
        )


Job = tuple[int, tuple[Whole, dict[str, tuple[Whole, Whole]]]]


def _in_order(
    make: Callable[[Job], Made], jobs: Iterable[Job], threads: int
) -> Generator[Made]:  # fmt: skip
    """What is made of each job, in order; a few are in hand at once."""
    if threads == 1:
        yield from map(make, jobs)
        return
    pool = ThreadPoolExecutor(threads)
    asked: deque[Future[Made]] = deque()
    try:
        for job in jobs:
            asked.append(pool.submit(make, job))
            if len(asked) > threads:
                yield asked.popleft().result()
        while asked:
            yield asked.popleft().result()
    finally:  # what is in hand is finished, so that nobody writes any more
        pool.shutdown(cancel_futures=True)


class _Maker:
    """Makes parts, several at once if asked to: nothing here changes while it does."""

    def __init__(
        self, loaded: LoadedPopulation, layout: Layout, entries: tuple[Entry, ...],
        judge: MakeJudge, out: Path,
    ) -> None:  # fmt: skip
        self.population = loaded.population
        self.policy = loaded.policy.policy
        self.versions = loaded.policy.versions
        self.layout = layout
        self.entries = entries
        self.judge = judge
        self.out = out
        self.threads = 1  # of each judge
        self.shape = frame.shape_of(entries, self.policy)
        self.reactions = Reactions(self.versions, entries)
        self.rounds = tuple(_rounds(self.population))
        self.reacting = _reacting(self.population)

    @property
    def alone(self) -> bool:
        """Whether threads would only wait for each other: the step engine is plain Python."""
        return self.reactions.any and self.judge is StepJudge

    def part(self, job: Job) -> Made:
        """Draw a part and write it; gives what was made of it."""
        number, (places, pairs) = job
        population = self.population
        people = people_of(population, self.policy, self.layout, places, pairs)
        lives = Lives(
            population, self.policy, self.entries, people.keys, people.groups, people.around
        )
        tied = self.layout.components[places]
        ranks = np.cumsum(np.diff(tied, prepend=tied[:1]) != 0).astype(np.int64)
        batches = list(self._batches(people, lives, ranks))
        rows = frame.assembled(batches, self.shape, lives.lexicons, ranks)
        events, subjects = part_names(number)
        frame.write_subjects(self.out / subjects, columns_of(people, self.layout),
                             population.start, population.until)  # fmt: skip
        frame.write_events(self.out / events, rows, self.shape, people.around.ids)
        made = Made({})
        made.parts.append(Part(events, subjects, len(rows)))
        self._count(made, rows, batches, lives.tally, people)
        return made

    def _batches(self, people: People, lives: Lives, ranks: Whole) -> Iterator[Batch]:
        """All that happens; where somebody reacts, round by round."""
        if not self.reactions.any:
            for number, (start, end) in enumerate(self.rounds):
                yield from lives.round(number, start, end, {})
            return
        cast = cast_of(people, self.policy, self.layout, self.population)
        reacting = np.flatnonzero(np.isin(people.groups, self.reacting))
        judge = self.judge(Setting(self.versions, cast, people.around.ids, ranks, reacting,
                                   self.rounds[-1][0], self.threads))  # fmt: skip
        for number, (start, end) in enumerate(self.rounds):
            everybody = judge.standing(start)
            factors = self.reactions.factors(everybody, reacting, len(ranks))
            for batch in lives.round(number, start, end, factors):
                judge.take(batch)
                yield batch

    def _count(
        self, made: Made, rows: frame.Rows, batches: list[Batch], tally: Tally, people: People
    ) -> None:
        names = [str(name) for name in self.population.groups]
        types = self.shape.types
        cells = people.groups[rows.subjects] * len(types) + rows.types
        grid = np.bincount(cells, minlength=len(names) * len(types)).reshape(len(names), -1)
        for row, name in enumerate(names):
            for column, kind in enumerate(types):
                if grid[row, column]:
                    _add(made.by_group.setdefault(name, {}), kind, int(grid[row, column]))
                    _add(made.events, kind, int(grid[row, column]))
        for batch in batches:
            kind = str(batch.entry.spec.event)
            if len(batch.at) and batch.entry.untrue:
                _add(made.untrue, kind, len(batch.at))
            if len(batch.at) and batch.entry.retracts:
                _add(made.retracted, kind, len(batch.at))
        for counted, to in ((tally.lost, made.lost), (tally.late, made.late)):
            for (_, kind), number in sorted(counted.items()):
                _add(to, kind, number)
        if len(rows):
            made.last = int(rows.known.max())


def _add(to: dict[str, int], key: str, many: int) -> None:
    to[key] = to.get(key, 0) + many


def _add_all(to: dict[str, int], more: Mapping[str, int]) -> None:
    for key, many in more.items():
        _add(to, key, many)


def _reacting(population: Population) -> list[int]:
    """The numbers of the groups in which somebody reacts to anything."""
    names = [str(name) for name in population.groups]
    found: set[str] = set()
    for one in population.events:
        if one.react:
            found.update([str(group) for group in one.groups] or names)
    return [number for number, name in enumerate(names) if name in found]


def _rounds(population: Population) -> Iterator[tuple[int, int]]:
    """Start and end of each round; without rounds there is one."""
    if population.rounds is None:
        yield population.start, population.until
        return
    at, number = population.start, 0
    while at < population.until:
        number += 1
        after = min(population.rounds.after(population.start, number), population.until)
        yield at, after
        at = after


def _manifest(loaded: LoadedPopulation, made: Made, seed: int) -> Manifest:
    population = loaded.population
    more: dict[str, Any] = {
        "population": str(population.population),
        "seed": seed,
        "groups": {name: {"kind": k, "subjects": n} for name, (k, n) in made.groups.items()},
        "made": summary_of(made),
    }
    if made.stopped:
        more["unfinished"] = {"parts": made.wanted}
    return Manifest(
        str(population.of), population.start, population.until, made.last, tuple(made.parts),
        (), made.whole, more,
    )  # fmt: skip


def summary_of(made: Made) -> dict[str, Any]:
    """The sums as plain data."""
    return {
        "subjects": made.subjects,
        "pairs": made.pairs,
        "events": made.rows,
        "by_type": made.events,
        "by_group": made.by_group,
        "false": made.untrue,
        "retracted": made.retracted,
        "lost": made.lost,
        "late": made.late,
    }
