"""Claims that compare lives: the same history with one thing different.

Each is a space whose nodes hold two lives or more, side by side. A mode says where they
differ: nothing yet, one event more in the first, two events exchanged and one of them still
to come. What is compared is what everybody has come to, whenever the difference is complete.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from engine.audit.alphabet import Choice
from engine.audit.life import Breach, Life, Outcome, Versions, outcome, plans_of
from engine.audit.search import Node
from engine.audit.spaces import Histories, Setting
from engine.evaluation.plan import Plan
from engine.language.rows import Cast, Person, Value
from engine.values import Duration, format_number

SAME = "same"
DONE = "done"


class Difference(NamedTuple):
    """How two outcomes of one subject differ: the first thing, in words."""

    said: str
    clause: str = ""


def differs(first: Outcome, second: Outcome, plan: Plan, score: str | None) -> Difference | None:
    """The first difference between two outcomes; with ``score`` only in that score."""
    for declared, a, b in zip(plan.scores, first.scores, second.scores, strict=True):
        if a != b and score in (None, declared.id):
            said = f"{declared.id} is {_number(a)} and {_number(b)}"
            return Difference(said, declared.clause)
    if score is not None:
        return None
    for index in sorted(first.measures ^ second.measures):
        measure = plan.measures[index]
        which = "only in the first" if index in first.measures else "only in the second"
        return Difference(f"{measure.id} holds {which}", measure.clause)
    for name in sorted(first.lists ^ second.lists):
        which = "only in the first" if name in first.lists else "only in the second"
        return Difference(f"{name} has the name {which}", f"registries.{name}")
    return None


def worse(with_: Outcome, without: Outcome, plan: Plan, score: str | None) -> Difference | None:
    """In what the first outcome is worse than the second, if in anything.

    Worse are a lower score, a penalty or a listing more, a reward less; with ``score`` only
    that score and the penalties are looked at.
    """
    for declared, a, b in zip(plan.scores, with_.scores, without.scores, strict=True):
        if a is not None and b is not None and a < b and score in (None, declared.id):
            said = f"{declared.id} is {_number(a)} instead of {_number(b)}"
            return Difference(said, declared.clause)
    penalties = {m.index for m in plan.measures if m.clause.startswith("penalties.")}
    for index in sorted((with_.measures - without.measures) & penalties):
        return Difference(f"{plan.measures[index].id} holds", plan.measures[index].clause)
    if score is not None:
        return None
    for name in sorted(with_.lists - without.lists):
        return Difference(f"{name} has the name", f"registries.{name}")
    for index in sorted((without.measures - with_.measures) - penalties):
        return Difference(f"{plan.measures[index].id} does not hold", plan.measures[index].clause)
    return None


def _number(value: int | None) -> str:
    return "missing" if value is None else format_number(value)


Judge = Callable[[tuple[Life, ...], frozenset[str]], "tuple[str, Difference] | None"]


class Pairs(Histories):
    """Two lives or more under one claim."""

    lives = 2
    names: Sequence[str] = ("", "")  # how each history differs, for readers

    def __init__(self, setting: Setting, judge: Judge) -> None:
        super().__init__(setting)
        self.judge = judge
        self.meant: frozenset[str] = frozenset()

    def begin(self) -> tuple[Life, ...]:
        """The same life as often as it is needed."""
        life = Life(self.setting.plans(), self.setting.field.cast)
        self.meant = self.setting.meant(life)
        return (life, *(life.fork() for _ in range(self.lives - 1)))

    def complete(self, node: Node) -> bool:
        """Whether the lives may be compared."""
        return node.mode == DONE

    def judged(self, node: Node) -> Breach | None:
        """What the comparison says."""
        if not self.complete(node):
            return None
        found = self.judge(node.lives, self.meant)
        if found is None:
            return None
        who, difference = found
        return Breach(who, difference.said, node.lives[0].now, clause=difference.clause)

    def memory(self, node: Node) -> Hashable:
        """The states of the lives say it all."""
        return None


class OneMore(Pairs):
    """The first life has one event more than the second: of some types, added once."""

    names = ("with the event", "without it")

    def __init__(
        self, setting: Setting, judge: Judge, types: frozenset[str], own: bool = False
    ) -> None:
        """``own``: only the subject of that event is compared."""
        super().__init__(setting, judge)
        self.types, self.own = types, own

    def complete(self, node: Node) -> bool:
        """Once there is such an event."""
        return node.mode != SAME

    def judged(self, node: Node) -> Breach | None:
        """Compare the event's own subject, or everybody."""
        if node.mode == SAME:
            return None
        meant = self.meant
        if self.own and isinstance(node.mode, tuple):
            self.meant = meant & {node.mode[1]}
        try:
            return super().judged(node)
        finally:
            self.meant = meant

    def begin(self) -> tuple[Life, ...]:
        """As one life."""
        return super().begin()

    def modes(self, node: Node, choice: Choice) -> Iterator[tuple[Hashable, tuple[bool, ...]]]:
        """In both lives, or as the one event more."""
        yield node.mode, (True, True)
        if node.mode == SAME and choice.type in self.types:
            yield (choice.type, choice.who), (True, False)

    def roots(self) -> Sequence[Node]:
        """Nothing differs yet."""
        return _in_mode(super().roots(), SAME)


def _in_mode(roots: Sequence[Node], mode: Hashable) -> Sequence[Node]:
    for root in roots:
        root.mode = mode
        root.breach = None
    return roots


class Exchanged(Pairs):
    """Two events of some types stand in each other's place in the second life."""

    names = ("in this order", "with the two exchanged")

    def __init__(self, setting: Setting, judge: Judge, types: frozenset[str]) -> None:
        super().__init__(setting, judge)
        self.types = types
        self._pairs = {id(c): c for c in setting.field.choices}

    def roots(self) -> Sequence[Node]:
        """Nothing differs yet."""
        return _in_mode(super().roots(), SAME)

    def modes(self, node: Node, choice: Choice) -> Iterator[tuple[Hashable, tuple[bool, ...]]]:
        """Begin an exchange with any other event, go on within it, or close it."""
        mode = node.mode
        if mode in (SAME, DONE):
            yield mode, (True, True)
        if mode == SAME and choice.type in self.types:
            for other in node.group.choices:
                if other is not choice and other.type in self.types and not other.refers:
                    yield ("open", id(choice), id(other)), (True, True)
        if isinstance(mode, tuple):
            first, second = self._pairs[mode[1]], self._pairs[mode[2]]
            if choice is second:
                yield DONE, (True, True)
            elif choice is not first:
                yield mode, (True, True)

    def partner(self, node: Node, choice: Choice, mode: Hashable) -> Choice:
        """What the second life does where the first does ``choice``."""
        if isinstance(mode, tuple) and node.mode == SAME:
            return self._pairs[mode[2]]
        if mode == DONE and isinstance(node.mode, tuple):
            return self._pairs[node.mode[1]]
        return choice

    def _child(
        self,
        node: Node,
        choice: Choice,
        known: int,
        ahead: tuple[Life, ...],
        named: Any,
        mode: Hashable,
        plays: tuple[bool, ...],
    ) -> Any:
        self._other = self.partner(node, choice, mode)
        return super()._child(node, choice, known, ahead, named, mode, plays)

    def fields(self, life: int, choice: Choice) -> Choice:
        """The second life has the other event here."""
        return choice if life == 0 else self._other


class Variants(Pairs):
    """Lives of casts that differ in one attribute of one subject."""

    def __init__(self, setting: Setting, judge: Judge, casts: Sequence[tuple[str, Cast]]) -> None:
        super().__init__(setting, judge)
        self.casts = casts
        self.lives = len(casts)
        self.names = tuple(name for name, _ in casts)

    def begin(self) -> tuple[Life, ...]:
        """One life a cast."""
        plans = self.setting.plans()
        made = tuple(Life(plans, cast) for _, cast in self.casts)
        self.meant = frozenset(member.id for member in self.setting.field.cast.members)
        return made

    def complete(self, node: Node) -> bool:
        """Always."""
        return True


class Reformed(Pairs):
    """The same history under a policy, and under its reform."""

    names = ("under the reform", "without it")

    def __init__(self, setting: Setting, judge: Judge, original: Versions) -> None:
        super().__init__(setting, judge)
        self.original = original

    def begin(self) -> tuple[Life, ...]:
        """One life under each."""
        cast = self.setting.field.cast
        before = Life(plans_of(self.original, self.setting.texts), cast)
        after = Life(self.setting.plans(), cast)
        self.meant = self.setting.meant(before)
        return after, before

    def complete(self, node: Node) -> bool:
        """Always."""
        return True


class Shifted(Pairs):
    """The same history, begun later."""

    names = ("as it is", "begun later")

    def __init__(self, setting: Setting, judge: Judge, by: Duration) -> None:
        super().__init__(setting, judge)
        self.names = ("as it is", f"begun {by} later")
        start = setting.field.cast.start
        self._by = by.after(start) - start

    def begin(self) -> tuple[Life, ...]:
        """One life from each start."""
        cast, plans = self.setting.field.cast, self.setting.plans()
        first = Life(plans, cast)
        self.meant = self.setting.meant(first)
        return first, Life(plans, cast._replace(start=cast.start + self._by))

    def complete(self, node: Node) -> bool:
        """Always."""
        return True

    def shift(self, life: int) -> int:
        """The second life is later."""
        return self._by if life else 0


# --- judges -----------------------------------------------------------------------------


def alike(score: str | None) -> Judge:
    """Everybody has come to the same in all lives."""

    def judge(lives: tuple[Life, ...], meant: frozenset[str]) -> tuple[str, Difference] | None:
        for who in lives[0].player.world.subjects:
            if who not in meant:
                continue
            first = outcome(lives[0], who)
            for other in lives[1:]:
                found = differs(first, outcome(other, who), lives[0].plan, score)
                if found is not None:
                    return who, found
        return None

    return judge


def no_worse(score: str | None, *, turned: bool = False) -> Judge:
    """Nobody is worse off in the first life than in the second; ``turned``: in the second."""

    def judge(lives: tuple[Life, ...], meant: frozenset[str]) -> tuple[str, Difference] | None:
        one, two = (lives[1], lives[0]) if turned else (lives[0], lives[1])
        for who in lives[0].player.world.subjects:
            if who in meant:
                found = worse(outcome(one, who), outcome(two, who), one.plan, score)
                if found is not None:
                    return who, found
        return None

    return judge


def near(grades: int | None, points: int | None, score: str | None) -> Judge:
    """Nobody ends further apart than so many grades, or points."""

    def judge(lives: tuple[Life, ...], meant: frozenset[str]) -> tuple[str, Difference] | None:
        plan = lives[0].plan
        for who in lives[0].player.world.subjects:
            if who in meant:
                found = _apart(
                    outcome(lives[0], who), outcome(lives[1], who), plan, grades, points, score
                )
                if found is not None:
                    return who, found
        return None

    return judge


def _apart(
    a: Outcome, b: Outcome, plan: Plan, grades: int | None, points: int | None, score: str | None
) -> Difference | None:
    for declared in plan.scores:
        if score not in (None, declared.id):
            continue
        x, y = a.scores[declared.index], b.scores[declared.index]
        if x is None or y is None:
            continue
        if points is not None and abs(x - y) > points:
            said = f"{declared.id} ends at {_number(x)} with it and {_number(y)} without"
            return Difference(said, declared.clause)
        p, q = a.ranks[declared.index], b.ranks[declared.index]
        if grades is not None and p is not None and q is not None and abs(p - q) > grades:
            said = (
                f"{declared.id} ends in {declared.grades[p]} with it and in"
                f" {declared.grades[q]} without"
            )
            return Difference(said, declared.clause)
    return None


def with_attribute(cast: Cast, who: str, name: str, value: Value) -> Cast:
    """The same cast, one of whose members has another attribute."""

    def changed(member: Person) -> Person:
        return member._replace(attributes={**member.attributes, name: value})

    members = tuple(changed(m) if m.id == who else m for m in cast.members)
    return cast._replace(members=members)


def under_choices(setting: Setting, known: frozenset[str]) -> Setting:
    """The same setting without events that another policy does not have."""
    choices = tuple(c for c in setting.field.choices if c.type in known)
    return replace(setting, field=replace(setting.field, choices=choices))
