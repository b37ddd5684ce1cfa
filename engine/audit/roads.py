"""Claims about what somebody could do: ways to a grade or a measure, and ways out."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import replace
from typing import Any

from engine.audit.alphabet import Choice
from engine.audit.bounds import Bounds, Budget
from engine.audit.life import Breach, Life
from engine.audit.search import Found, Node, Search
from engine.audit.spaces import Conditions, Setting, Watched
from engine.audit.watches import Plain, Seen
from engine.evaluation.primitives import rank_of
from engine.evaluation.records import Step
from engine.values import Duration


class Reaches(Plain):
    """A watch whose `breach` is that somebody has come where the claim says."""

    def __init__(self, who: frozenset[str], there: Callable[[Life, str], bool], said: str) -> None:
        super().__init__(who)
        self.there, self.said = there, said

    def start(self, life: Life) -> Seen:
        """They may be there from joining."""
        return None, self._found(life, life.now)

    def see(self, life: Life, step: Step, memory: Any) -> Seen:
        """Look after every step."""
        return None, self._found(life, step.at)

    def _found(self, life: Life, at: int) -> Breach | None:
        for who in life.player.world.subjects:
            if who in self.who and self.there(life, who):
                return Breach(who, self.said, at)
        return None

    def waiting(self, life: Life, node: Node | None) -> Breach | None:
        """Where time alone leads; nobody waits here, the waits of the search do."""
        return None


def holds_measure(measure: str) -> Callable[[Life, str], bool]:
    """Whether somebody holds a measure."""

    def there(life: Life, who: str) -> bool:
        plan = life.plan
        return any(plan.measures[m].id == measure for m in life.subject(who).active)

    return there


def in_grade(
    score: str, grade: str, holding: str | None, conditions: Conditions
) -> Callable[[Life, str], bool]:
    """Whether somebody is in a grade, while a condition holds."""

    def there(life: Life, who: str) -> bool:
        declared = next(s for s in life.plan.scores if s.id == score)
        value = life.subject(who).scores[declared.index]
        if value is None or declared.grades[rank_of(value, declared.floors)] != grade:
            return False
        return holding is None or conditions.holds(holding, life, who)

    return there


class NoWayBack(Plain):
    """A watch that looks, from every state in one grade, for a way to another in time."""

    patient = False  # what is still to come is one of the ways back

    def __init__(
        self,
        who: frozenset[str],
        setting: Setting,
        score: str,
        grades: tuple[str, str],
        within: Duration,
        bounds: Bounds,
        budget: Budget,
    ) -> None:
        super().__init__(who)
        self.setting = replace(setting, mutable=True)
        self.score, self.within, self.bounds, self.budget = score, within, bounds, budget
        conditions = setting.conditions
        self.down = in_grade(score, grades[0], None, conditions)
        self.up = in_grade(score, grades[1], None, conditions)
        self.grades = grades
        self.known: dict[Hashable, Found] = {}  # what a search from a state came to
        self.unsure = ""  # where some ways, but not all, were tried, and none led back
        self.tried = 0  # histories of the ways back
        self.keys = setting.keys()
        self.ways: list[tuple[tuple[Choice, int], ...]] = []  # that led back: what, after what wait

    def see(self, life: Life, step: Step, memory: Any) -> Seen:
        """Nothing; states are looked at, not steps."""
        return None, None

    def waiting(self, life: Life, node: Node | None) -> Breach | None:
        """Whether somebody is down and, of all ways within the bounds, none leads back.

        Where the ways from one state were too many to see, nothing is looked for any more.
        """
        if self.unsure:
            return None
        for who in life.player.world.subjects:
            if who not in self.who or not self.down(life, who):
                continue
            found = self._back(life, who, node)
            if found.node is not None:
                continue
            if not found.complete or found.stopped is not None:  # not every way was seen
                self.unsure = self.unsure or self._said(found)
                continue
            clause = f"grades.{self.score}"
            return Breach(who, self._said(found), life.now, clause=clause)
        return None

    def _said(self, found: Found) -> str:
        size = f"ways of up to {self.bounds.events} events"
        there = f"to {self.grades[1]} within {self.within}"
        if found.complete and found.stopped is None:
            tried = f"all {size}, {found.histories:,} played, and waiting"
            return f"from {self.grades[0]} no way leads back {there} ({tried})"
        return (
            f"from {self.grades[0]} no way back {there} was found among {found.histories:,} {size},"
            " and by waiting; not all were tried"
        )

    def _back(self, life: Life, who: str, node: Node | None) -> Found:
        counts = tuple(sorted(node.counts.items())) if node is not None else ()
        key = who, self.keys.exact(life), counts
        if key not in self.known:
            self.known[key] = self._search(life, who, node)
            self.tried += self.known[key].histories
        return self.known[key]

    def _search(self, life: Life, who: str, node: Node | None) -> Found:
        goal = Reaches(frozenset((who,)), self.up, "")
        start = life.fork()
        start.watched_by(goal)
        ahead = start.fork()
        ahead.advance(self.within.after(life.now))
        if ahead.breach is not None:  # waiting is enough
            waited = Node((ahead,), _nobody())
            return Found(histories=1, node=waited)
        space = Onward(self.setting, start, node, self.within.after(life.now), who)
        for way in self.ways:
            again = _along(space, way)
            if again is not None:
                return Found(histories=len(way), node=again)
        found = Search(space, self.bounds, self.budget).run()
        if found.node is not None:
            self.ways.insert(0, _way(found.node, life.now))
            del self.ways[_KNOWN:]
        return found


_KNOWN = 6  # ways back that are tried first from another state


def _way(node: Node, start: int) -> tuple[tuple[Choice, int], ...]:
    """How a history went: each choice, and how long after the one before."""
    turns = []
    while node.parent is not None and node.turn is not None:
        turns.append((node.turn.choice, node.turn.known))
        node = node.parent
    turns.reverse()
    instants = [start, *(known for _, known in turns)]
    return tuple(
        (choice, known - before) for (choice, known), before in zip(turns, instants, strict=False)
    )


def _along(space: Onward, way: tuple[tuple[Choice, int], ...]) -> Node | None:
    """Whether a way that led back elsewhere leads back from here."""
    roots = space.roots()
    node = roots[0] if roots else None
    for choice, wait in way:
        if node is None or choice.refers:
            return None
        node = space.one(node, choice, node.lives[0].now + wait)
        if node is not None and node.breach is not None:
            return node
    return None


def _nobody() -> Any:
    from engine.audit.alphabet import Group

    return Group(frozenset(), ())


class Onward(Watched):
    """What can happen to somebody from a state on, until an instant."""

    def __init__(
        self,
        setting: Setting,
        start: Life,
        node: Node | None,
        until: int,
        who: str,
        waits: bool = True,
    ) -> None:
        """``waits``: being there after waiting for the rest of the time is being there."""
        super().__init__(setting, lambda life: None)
        self._from, self._node, self._until, self._who = start, node, until, who
        self._waits = waits

    def begin(self) -> tuple[Life, ...]:
        """The state itself."""
        return (self._from.fork(),)

    def roots(self) -> list[Node]:
        """Only the group that the subject belongs to; what was used up stays used up."""
        made = [root for root in super().roots() if self._who in root.group.members]
        for root in made:
            if self._node is not None:
                root.counts, root.ids = dict(self._node.counts), self._node.ids
        return made

    def one(self, node: Node, choice: Choice, known: int) -> Node | None:
        """The history with one choice more, if that is possible in time."""
        count = node.counts.get(choice.type, 0)
        if known > self._until or (choice.at_most is not None and count >= choice.at_most):
            return None
        made = next(self._played(node, choice, known, {}), None)
        return made if isinstance(made, Node) else None

    def _turns(self, node: Node) -> Any:
        turns = super()._turns(node)
        return ((known, choice) for known, choice in turns if known <= self._until)

    def judged(self, node: Node) -> Breach | None:
        """There, or there after waiting what is left of the time."""
        life = node.lives[0]
        if life.breach is not None or not self._waits or self._until <= life.now:
            return life.breach
        ahead = life.fork()
        ahead.advance(self._until)
        return ahead.breach
