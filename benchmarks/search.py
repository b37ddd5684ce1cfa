"""How many histories are played until a planted fault is met: by our search, and by blind lot.

``python -m benchmarks.search``. The blind search draws events and waits at random until a
history breaks the claim, and begins anew when it is as long as the search may go; what is
shown is the median over several seeds. Both play the same claims over the same alphabets.
Two things are counted: histories until the first that breaks the claim, and until one that is
as cheap and short as the least. The last claims are locks: only so many events of the right
types, one after the other, open them. Nothing is timed, so that every machine says the same.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import NamedTuple

from engine.audit import forms
from engine.audit.bounds import Bounds, Budget
from engine.audit.context import Asked, Bench
from engine.audit.judge import bounds_of
from engine.audit.search import Node, Search
from engine.audit.spaces import Histories
from engine.audit.verdicts import Verdict
from engine.language.audit import load_audit
from policies import packs
from tests.audit.bench import AUDIT, HEAD, Twin, folder_of
from tests.audit.planted import FORMS

SEEDS = range(1, 8)
LOCKS = (4, 6, 8, 10)
MOST = 6_000  # histories after which a search gives up
PACKS = {
    "one-good-deed/pooled": ("a-defaulter-does-not-pass", "it-costs-something"),
    "honest-city-app/critic": ("very-good-is-cheap", "it-passes"),
    "good-citizen-card/critic": ("the-others",),
    "behaviour-points/critic": ("a-day-is-a-day",),
    "four-areas/critic": ("candour-is-safe",),
    "hangzhou-2006/critic": ("the-tariff",),
    "suining-2010/critic": ("an-empty-bowl", "courage-counts"),
}


class Line(NamedTuple):
    """One claim, and what either search came to."""

    name: str
    events: int  # of the least that was found
    first: int  # histories until the first that breaks it
    least: int  # histories until the least
    lot_first: float  # the same by lot, medians
    lot_least: float
    missed: int  # seeds with which the lot did not find the least


class _Caught(Exception):
    """The space of a claim, caught on its way to the search."""

    def __init__(self, space: Histories) -> None:
        self.space = space


class _Catching(Asked):
    """A claim whose searches are ours to make."""

    def searched(self, space: Histories, names: tuple[str, ...] = ("",)) -> Verdict:
        raise _Caught(space)


def space_of(asked: Asked) -> Histories | None:
    """The space that a claim is looked for in; ``None`` if it is not searched for."""
    catching = _Catching(asked.bench, asked.loaded, asked.bounds, asked.budget)
    try:
        forms.FORMS[asked.claim.form](catching)
    except _Caught as caught:
        return caught.space
    return None


def claims(folder: Path) -> Iterator[tuple[str, Asked]]:
    """The planted faults, and the packs' refuted claims that take more than a step or two."""
    for form, planted in FORMS.items():
        home = folder / form
        home.mkdir()
        audit = load_audit(folder_of(home, planted.faulty, planted.claim))
        yield form, Asked(Bench(audit), audit.claims[0], bounds_of(audit, MOST), Budget())
    for length in LOCKS:
        home = folder / f"lock-{length}"
        home.mkdir()
        audit = load_audit(folder_of(home, *lock(length)))
        yield (
            f"lock of {length}",
            Asked(Bench(audit), audit.claims[0], bounds_of(audit, MOST), Budget()),
        )
    for name, wanted in PACKS.items():
        pack, _, file = name.partition("/")
        audit = load_audit(packs()[pack] / "audits" / f"{file}.yaml")
        bench, bounds = Bench(audit), bounds_of(audit, MOST)
        for claim in audit.claims:
            if claim.claim.id in wanted:
                yield f"{pack}: {claim.claim.id}", Asked(bench, claim, bounds, Budget())


def lock(length: int) -> tuple[Twin, str]:
    """A policy in which only the right events, one after the other, come to a ban."""
    types = ("late", "paid", "sung")
    places = [f"place-{n}" for n in range(1, length)]
    rewards = f"rewards: {{key: {{}}, {', '.join(f'{place}: {{}}' for place in places)}}}"
    lines = []
    for at in range(length):
        kind = types[at * at % 3]
        held = f"has({places[at - 1]})" if at else "true"
        done = f"grant: {places[at]}" if at + 1 < length else "impose: ban"
        lines.append(f"{{id: open-{at}, on: {kind}, when: {held}, then: [{{{done}}}]}}")
        others = ", ".join(other for other in types if other != kind)
        if at:
            lift = f"lift: {places[at - 1]}"
            lines.append(f"{{id: shut-{at}, on: [{others}], when: {held}, then: [{{{lift}}}]}}")
            lines.append(f"{{id: used-{at}, on: {kind}, when: {held}, then: [{{{lift}}}]}}")
    head = HEAD.replace("rewards: {key: {}}", rewards)
    audit = AUDIT.replace("events: 4, histories: 4000", f"events: {length + 1}")
    return Twin("\n".join(lines), head=head, audit=audit), "never: has(ban)"


def by_lot(space: Histories, bounds: Bounds, seed: int, least: tuple[int, int]) -> tuple[int, int]:
    """Histories until the first that breaks the claim, and until one as small as the least."""
    chance, count, first = random.Random(seed), 0, 0
    while count < MOST:
        node: Node = chance.choice(list(space.roots()))
        while node.size < bounds.events and count < MOST:
            child = space.any_child(node, chance)
            if child is None:
                return first or MOST, MOST
            count += 1
            if not isinstance(child, Node):
                break
            node = child
            if node.breach is not None:
                first = first or count
                if (node.cost, node.size) <= least:
                    return first, count
                break
    return first or MOST, MOST


class _Counting(Search):
    """Remembers when the least was met."""

    met = 0

    def _better(self, node: Node) -> bool:
        if self._less(node):
            self.met = self.found.histories
        return super()._better(node)

    def _walk(self) -> None:
        super()._walk()
        if self.found.node is not None:
            self.met = self.found.histories


def measured(name: str, asked: Asked) -> Line | None:
    """Both searches of one claim."""
    space = space_of(asked)
    if space is None:
        return None
    ours = _Counting(space, asked.bounds, Budget())
    found = ours.run()
    if found.node is None:
        return Line(name, 0, MOST, MOST, MOST, MOST, len(SEEDS))
    least = found.node.cost, found.node.size
    lots = [by_lot(space, asked.bounds, seed, least) for seed in SEEDS]
    return Line(
        name,
        found.node.size,
        found.first,
        max(ours.met, found.first),
        median(first for first, _ in lots),
        median(small for _, small in lots),
        sum(small >= MOST for _, small in lots),
    )


def main() -> None:
    """Print a line a claim, and the sums."""
    print(f"histories until a fault is met, at most {MOST:,}; by lot: median of {len(SEEDS)} seeds")
    print(f"{'':<42}{'':>7}{'until the first':>18}{'until the least':>18}{'lot':>9}")
    print(f"{'claim':<42}{'events':>7}{'ours':>9}{'lot':>9}{'ours':>9}{'lot':>9}{'missed':>9}")
    lines = []
    with tempfile.TemporaryDirectory() as folder:
        for name, asked in claims(Path(folder)):
            line = measured(name, asked)
            if line is None:
                continue
            lines.append(line)
            print(
                f"{line.name:<42}{line.events:>7}{line.first:>9,}{line.lot_first:>9,.0f}"
                f"{line.least:>9,}{line.lot_least:>9,.0f}{line.missed:>9}",
                flush=True,
            )
    for what in ("first", "least"):
        ours = sum(getattr(line, what) for line in lines)
        lot = sum(getattr(line, f"lot_{what}") for line in lines)
        better = sum(getattr(line, what) <= getattr(line, f"lot_{what}") for line in lines)
        print(
            f"until the {what}: {ours:,} by ours, {lot:,.0f} by lot ({lot / ours:.1f} times);"
            f" no more than the lot in {better} of {len(lines)}"
        )


if __name__ == "__main__":
    main()
