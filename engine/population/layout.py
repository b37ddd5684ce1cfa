"""Who there is: sizes of groups, relations, components, and the parts they lie in.

Subjects are counted through the groups in file order; that count is their *place*. Nothing
here draws a life: a subject's key is made of its group's name and its number alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.findings import DemeritError, Finding
from engine.language.checks.common import found
from engine.language.checks.population import MOST_SUBJECTS
from engine.language.model import Group, Policy, Population, Relation
from engine.population import distributions, lots
from engine.population.lots import Whole
from engine.text import quoted

MOST_PAIRS = 200_000_000  # of one relation
MOST_IN_CIRCLE = 1_000  # everybody is related to everybody: this makes a million pairs

Pairs = tuple[Whole, Whole]  # places: the first is NAME of the second


@dataclass(frozen=True)
class Block:
    """One group as it is made."""

    name: str
    group: Group
    first: int  # place of its number 1
    size: int


@dataclass(frozen=True)
class Layout:
    """A whole population, before anything happens."""

    seed: int
    blocks: tuple[Block, ...]
    total: int
    relations: Mapping[str, Pairs]
    components: Whole  # by place: the least place that it is tied to
    whole: bool  # everybody is one component

    def parts(self, count: int) -> NDArray[np.int32]:
        """For each place the part that it lies in: by hash of its component."""
        stirred = lots.mixed(self.components.astype(np.uint64) + lots.GOLDEN)
        return (stirred % np.uint64(count)).astype(np.int32)

    def places(self, part: NDArray[np.int32], count: int) -> Iterator[Whole]:
        """For each part its subjects' places, by component and then in order."""
        order = np.lexsort((self.components, part))
        ends = np.searchsorted(part[order], np.arange(count + 1), side="left")
        for number in range(count):
            yield order[ends[number] : ends[number + 1]]

    def group_of(self, places: Whole) -> NDArray[np.int64]:
        """The index of the group of each place."""
        firsts = np.array([block.first for block in self.blocks], np.int64)
        made: NDArray[np.int64] = np.searchsorted(firsts, places, side="right") - 1
        return made


def sizes(
    population: Population, size: int | None = None, scale: int | None = None
) -> dict[str, int]:
    """How many subjects each group has.

    ``size`` stands for the population's own. ``scale`` (millionths) multiplies every group,
    those of a fixed size too; of those at least one stays.
    """
    wanted = population.size or 0 if size is None else size
    if scale is not None:
        wanted = max(1, (wanted * scale + 500_000) // 1_000_000) if wanted else 0
    shares = [(str(n), g.share) for n, g in population.groups.items() if g.share is not None]
    total = sum(share for _, share in shares)
    made = {name: wanted * share // total for name, share in shares}
    rest = sorted(shares, key=lambda one: -(wanted * one[1] % total))
    for name, _ in rest[: wanted - sum(made.values()) if shares else 0]:
        made[name] += 1
    for name, group in population.groups.items():
        if group.size is not None:
            fixed = group.size
            if scale is not None:
                fixed = max(1, (fixed * scale + 500_000) // 1_000_000)
            made[str(name)] = fixed
    return {str(name): made[str(name)] for name in population.groups}


def lay_out(population: Population, policy: Policy, many: Mapping[str, int], seed: int) -> Layout:
    """Everybody, their relations and their components.

    A measure with a quota ties everybody to everybody. Raises :class:`DemeritError` (D815,
    D819) for an empty population and for a circle of more than a thousand.
    """
    blocks, first = [], 0
    for name, group in population.groups.items():
        blocks.append(Block(str(name), group, first, many[str(name)]))
        first += many[str(name)]
    if first == 0:
        raise DemeritError(Finding("D815", "there is nobody", hint="ask for a larger `--size`"))
    if first > MOST_SUBJECTS:
        message = f"there are more than {MOST_SUBJECTS} subjects"
        raise DemeritError(Finding("D815", message, hint="ask for a smaller `--size`"))
    made: dict[str, Pairs] = {}
    by_name = {block.name: block for block in blocks}
    for name, many_ways in population.relations.items():
        for number, relation in enumerate(many_ways):
            _related(str(name), number, relation, by_name, seed, made)
    relations = {name: _tidy(pairs, first) for name, pairs in made.items()}
    whole = any(m.quota for m in (*policy.rewards.values(), *policy.penalties.values()))
    components = np.zeros(first, np.int64) if whole else _components(first, relations.values())
    return Layout(seed, tuple(blocks), first, relations, components, whole)


def _related(
    name: str, number: int, relation: Relation, blocks: Mapping[str, Block], seed: int,
    made: dict[str, Pairs],
) -> None:  # fmt: skip
    label = f"relation/{name}/{number}"
    if relation.circles:
        pairs = _circles(name, label, relation, [blocks[one] for one in relation.circles], seed)
    else:
        pairs = _chosen(label, relation, blocks, seed)
        if relation.back is not None:
            _join(made, str(relation.back), (pairs[1], pairs[0]))
    _join(made, name, pairs)


def _join(made: dict[str, Pairs], name: str, pairs: Pairs) -> None:
    before = made.get(name)
    made[name] = pairs if before is None else (
        np.concatenate([before[0], pairs[0]]), np.concatenate([before[1], pairs[1]]))  # fmt: skip


def _tidy(pairs: Pairs, total: int) -> Pairs:
    """In order, each once, and nobody with themselves."""
    one, two = pairs
    joined = np.unique(one[one != two] * total + two[one != two])
    return joined // total, joined % total


def _members(blocks: Sequence[Block]) -> Whole:
    return np.concatenate([np.arange(b.first, b.first + b.size, dtype=np.int64) for b in blocks])


def _circles(
    name: str, label: str, relation: Relation, blocks: Sequence[Block], seed: int
) -> Pairs:
    """Circles of neighbours; of several groups they are shuffled together first."""
    members = _members(blocks)
    if relation.size is None:
        starts, lengths, at = [], [], 0
        for block in blocks:
            starts.append(at)
            lengths.append(block.size)
            at += block.size
        begin, many = np.array(starts, np.int64), np.array(lengths, np.int64)
    else:
        if len(blocks) > 1:
            keys = [lots.subject_keys(seed, f"{label}/{b.name}", np.arange(b.size)) for b in blocks]
            members = members[np.argsort(np.concatenate(keys), kind="stable")]
        keys_of = lots.subject_keys(seed, label, np.arange(len(members)))
        many = np.maximum(distributions.whole_numbers(relation.size, keys_of, "size"), 1)
        ends = np.cumsum(many)
        count = int(np.searchsorted(ends, len(members), side="left")) + 1
        many, begin = many[:count].copy(), (ends - many)[:count]
        if count:
            many[-1] = len(members) - begin[-1]
    if len(many) and int(many.max()) > MOST_IN_CIRCLE:
        raise DemeritError(
            found("D819", relation, f"a circle of {quoted(name)} has {int(many.max())} members",
                  f"give circles a `size`; at most {MOST_IN_CIRCLE} can all be related to each"
                  " other")
        )  # fmt: skip
    return _all_pairs(members, begin, many)


def _all_pairs(members: Whole, begin: Whole, many: Whole) -> Pairs:
    ones, twos = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for size in np.unique(many):
        if size < 2:
            continue
        grid = np.indices((size, size)).reshape(2, -1)
        grid = grid[:, grid[0] != grid[1]]
        starts = begin[many == size][:, None]
        ones.append(members[(starts + grid[0]).reshape(-1)])
        twos.append(members[(starts + grid[1]).reshape(-1)])
    return np.concatenate(ones), np.concatenate(twos)


def _chosen(label: str, relation: Relation, blocks: Mapping[str, Block], seed: int) -> Pairs:
    """Each of one side takes some of the other, those that lie beside it."""
    ones, twos = (_members([blocks[n] for n in side]) for side in (relation.from_, relation.to))
    draw = relation.to_each or relation.from_each
    assert draw is not None
    takers, taken = (twos, ones) if relation.to_each is not None else (ones, twos)
    if not len(takers) or not len(taken):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    degrees = distributions.whole_numbers(
        draw, lots.subject_keys(seed, label, np.arange(len(takers))), "degree"
    )
    degrees = np.minimum(degrees, len(taken))
    if int(degrees.sum()) > MOST_PAIRS:
        message = f"a relation has more than {MOST_PAIRS} pairs"
        raise DemeritError(found("D819", relation, message, "let each have fewer"))
    base = np.arange(len(takers), dtype=np.int64)
    if relation.pull is None:
        base = base * len(taken) // len(takers)
    else:
        keys = lots.subject_keys(seed, f"{label}/pull", np.arange(len(taken)))
        pulls = np.cumsum(distributions.weights(relation.pull, keys) // 1_000 + 1)
        base = np.searchsorted(pulls, base * (int(pulls[-1]) // len(takers)), side="right")
    rows = np.repeat(np.arange(len(takers)), degrees)
    nth = np.arange(len(rows)) - np.repeat(np.cumsum(degrees) - degrees, degrees)
    found_ = taken[(base[rows] + nth) % len(taken)]
    return (found_, takers[rows]) if relation.to_each is not None else (takers[rows], found_)


def _components(total: int, relations: Iterable[Pairs]) -> Whole:
    """For each place the least place that it is tied to, over any number of pairs."""
    label = np.arange(total, dtype=np.int64)
    many = list(relations)
    while many:
        before = label.copy()
        for one, two in many:
            least = np.minimum(label[one], label[two])
            np.minimum.at(label, label[one], least)
            np.minimum.at(label, label[two], least)
            np.minimum.at(label, one, least)
            np.minimum.at(label, two, least)
        while True:
            nearer = label[label]
            if np.array_equal(nearer, label):
                break
            label = nearer
        if np.array_equal(before, label):
            break
    return label
