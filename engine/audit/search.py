"""The search for the least history that breaks a claim.

Three stages share one allowance of histories. First a few walks drawn by lot: what they find is
shrunk, and bounds what is looked for from then on. Then uniform cost over *coarse* states,
which finds most faults with few histories. Then uniform cost over *exact* states, for anything
cheaper: if it ends by itself, the counterexample is the least, or the claim holds for every
history within the bounds; if it was not cut short by their length, it is proved over the
alphabet. The same seed and allowance give the same answer.
"""

from __future__ import annotations

import random
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import NamedTuple, Protocol

from engine.audit.alphabet import Choice, Group
from engine.audit.bounds import Bounds, Budget
from engine.audit.life import Breach, Life
from engine.findings import Finding
from engine.language.rows import Event


class Turn(NamedTuple):
    """How a history went on."""

    choice: Choice
    known: int  # when it became known
    named: Mapping[str, str]  # field → id of an earlier event
    mode: Hashable
    plays: tuple[bool, ...]  # in which lives it happened
    ident: str | None


class Node:
    """A history as far as it goes: one life, or several that are compared."""

    __slots__ = (
        "breach",
        "cost",
        "counts",
        "group",
        "ids",
        "lives",
        "mode",
        "parent",
        "played",
        "size",
        "turn",
    )

    def __init__(self, lives: tuple[Life, ...], group: Group, mode: Hashable = None) -> None:
        self.lives = lives
        self.group = group  # what can happen in it
        self.mode = mode  # what the space remembers of how the lives differ
        self.parent: Node | None = None
        self.played: tuple[Event | None, ...] = ()  # the last event of each life
        self.turn: Turn | None = None
        self.size = 0  # events of the longest life
        self.cost = 0  # millionths
        self.counts: dict[str, int] = {}  # how often each choice's type came
        self.ids: tuple[tuple[str, str], ...] = ()  # type and id of the events so far
        self.breach: Breach | None = None

    def events(self, life: int) -> tuple[Event, ...]:
        """The events of one of its lives, in order."""
        found: list[Event] = []
        node: Node | None = self
        while node is not None:
            if node.played and node.played[life] is not None:
                found.append(node.played[life])  # type: ignore[arg-type]
            node = node.parent
        return tuple(reversed(found))


class Space(Protocol):
    """What a claim is looked for in."""

    replays: int  # histories that were played to shrink one

    def roots(self) -> Sequence[Node]:
        """Where histories begin."""
        ...

    def children(self, node: Node) -> Iterator[Node | Finding]:
        """The history with one more event, in a fixed order; or why that stops the run."""
        ...

    def any_child(self, node: Node, chance: random.Random) -> Node | Finding | None:
        """One of them, drawn by lot; ``None`` if there is none."""
        ...

    def key(self, node: Node, *, exact: bool) -> Hashable:
        """Equal for nodes from which the same is to be expected."""
        ...

    def least(self, node: Node) -> Node:
        """A node drawn by lot, shrunk to what breaks the claim."""
        ...


@dataclass
class Found:
    """What a search came to."""

    histories: int = 0
    events: int = 0  # in the longest history
    cost: int | None = 0  # up to which all was tried
    walks: int = 0
    node: Node | None = None  # the cheapest that breaks the claim
    first: int = 0  # how many had been played when the first one that breaks it was met
    least: bool = False
    exhausted: bool = False  # every state was seen, however long the history
    complete: bool = False  # every history within the bounds is alike one that was played
    cut: str = ""
    stopped: Finding | None = None


_LOTS = 200  # histories that are drawn by lot at most


class _Enough(Exception):
    """The allowance is used up."""


class Search:
    """One search; :meth:`run` goes through its stages."""

    def __init__(self, space: Space, bounds: Bounds, budget: Budget) -> None:
        self.space = space
        self.bounds = bounds
        self.budget = budget
        self.found = Found()
        self._most = 0  # histories that the stage may come to
        self._cut_short = False  # some history could have gone on

    def run(self) -> Found:
        """Search, stage by stage."""
        found, histories = self.found, self.bounds.histories
        roots = self.space.roots()
        broken = [root for root in roots if root.breach is not None]
        if broken:
            found.node, found.least, found.cost = broken[0], True, None
            return found
        try:
            return self._stages(histories)
        except KeyboardInterrupt:
            self.budget.interrupted = True
            found.cut = self.budget.why
            return found

    def _stages(self, histories: int) -> Found:
        found = self.found
        self._most = min(histories // 10, _LOTS)
        self._walk()
        try:
            self._most = histories // 2
            self._best_first(exact=False)
        except _Enough:
            pass
        try:
            self._most = histories
            self._best_first(exact=True)
        except _Enough:
            found.cut = self.budget.why if self.budget.over else ""
            return found
        found.least = found.node is not None
        found.complete = True
        found.exhausted = found.node is None and not self._cut_short
        found.cost = None
        return found

    # --- best first ---------------------------------------------------------------------

    def _best_first(self, *, exact: bool) -> None:
        """Uniform cost; it ends when all below the cheapest that was found has been seen."""
        found, number = self.found, 0
        queue: list[tuple[int, int, int, Node]] = []
        for root in self.space.roots():
            heappush(queue, (0, 0, number, root))
            number += 1
        seen: dict[Hashable, int] = {}
        while queue:
            cost, size, _, node = heappop(queue)
            if not self._less(node):
                return
            if exact:
                found.cost = cost
            key = self.space.key(node, exact=exact)
            if seen.get(key, size + 1) <= size:
                continue
            if size >= self.bounds.events:
                self._cut_short = self._cut_short or (exact and key not in seen)
                continue
            seen[key] = size
            for child in self._children(node):
                if child.breach is not None:
                    if self._better(child):
                        found.node = child
                elif self._less(child):
                    heappush(queue, (child.cost, child.size, number, child))
                    number += 1
            node.lives = () if node.parent is not None else node.lives

    def _less(self, node: Node) -> bool:
        """Whether a history is cheaper, or as cheap and shorter, than what was found."""
        best = self.found.node
        return best is None or (node.cost, node.size) < (best.cost, best.size)

    def _better(self, node: Node) -> bool:
        """The same of one that breaks the claim; among equals the earlier one."""
        best = self.found.node
        if best is None or self._less(node):
            return True
        alike = (node.cost, node.size) == (best.cost, best.size)
        return alike and node.lives[0].now < best.lives[0].now

    def _children(self, node: Node) -> Iterator[Node]:
        for child in self.space.children(node):
            if self._counted(child) and isinstance(child, Node):
                if child.breach is not None and not self.found.first:
                    self.found.first = self.found.histories
                yield child
            self._go_on()

    def _counted(self, child: Node | Finding) -> bool:
        """Count a history; false if the run had to stop in it."""
        self.found.histories += 1
        self.budget.played()
        if isinstance(child, Finding):
            self.found.stopped = self.found.stopped or child
            return False
        self.found.events = max(self.found.events, child.size)
        return True

    def _go_on(self) -> None:
        if self.found.histories >= self._most or self.budget.over:
            raise _Enough

    # --- by lot --------------------------------------------------------------------------

    def _walk(self) -> None:
        """Histories drawn by lot, as long as the allowance lasts."""
        chance = random.Random(self.bounds.seed)  # noqa: S311  # repeatable, not secret
        roots = list(self.space.roots())
        try:
            while self._walked(chance.choice(roots), chance):
                pass
        except _Enough:
            pass
        self.found.walks = self.found.histories

    def _walked(self, node: Node, chance: random.Random) -> bool:
        """One history to its full length; false if there is no use in another one."""
        while node.size < self.bounds.events:
            child = self.space.any_child(node, chance)
            if child is None:
                return node.size > 0
            if not self._counted(child) or not isinstance(child, Node):
                self._go_on()
                return True
            node = child
            if node.breach is not None:
                self.found.first = self.found.first or self.found.histories
                self.found.node = self.space.least(node)
                self.found.histories += self.space.replays
                return False
            self._go_on()
        return True
