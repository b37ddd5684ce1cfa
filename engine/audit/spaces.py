"""Spaces of histories: what may happen next, played on forks of the lives so far.

:class:`Histories` plays one life and lets a watch look at every step. What compares several
lives (:mod:`engine.audit.pairs`) changes how a choice is played on each of them.
"""

from __future__ import annotations

import random
from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from engine.audit.alphabet import Choice, Field
from engine.audit.keys import Keys
from engine.audit.life import Breach, Life, Versions, plans_of
from engine.audit.search import Node, Turn
from engine.evaluation.compile import TestFn
from engine.evaluation.lowering import Plans
from engine.evaluation.plan import Plan
from engine.evaluation.state import EVERY
from engine.findings import DemeritError, Finding
from engine.language import expressions as ex
from engine.language.rows import Event, Value


class Conditions:
    """Conditions of an audit, compiled for each version of a policy."""

    def __init__(self) -> None:
        self._made: dict[tuple[int, str], tuple[Plan, TestFn]] = {}

    def holds(self, text: str, life: Life, who: str) -> bool:
        """Whether a condition holds for a subject now, read as a ``while`` is."""
        return self.test(text, life.plan)(life.context(who))

    def test(self, text: str, plan: Plan) -> TestFn:
        """A condition that can be asked of any state of a plan."""
        key = id(plan), text
        if key not in self._made:
            made = plan.compiler.test(ex.parse(text), text)
            self._made[key] = plan, made  # holding the plan keeps its `id` its own
        return self._made[key][1]


@dataclass(frozen=True)
class Setting:
    """What every search of a claim is played with."""

    versions: Versions
    field: Field
    conditions: Conditions
    texts: tuple[str, ...]  # conditions whose reading must be kept
    who: str | None = None  # only about subjects for whom it holds at joining
    mutable: bool = False  # only events that somebody can choose
    named: frozenset[str] = frozenset()  # event types that the claim itself refers to

    def plans(self) -> Plans:
        """Fresh plans that keep what the conditions read."""
        return plans_of(self.versions, self.texts)

    def keys(self) -> Keys:
        """Keys that keep what the conditions read."""
        return Keys(self.versions, [ex.parse(text) for text in self.texts])

    def meant(self, life: Life) -> frozenset[str]:
        """The subjects that the claim is about, as they are at joining."""
        members = [member.id for member in self.field.cast.members]
        if self.who is None:
            return frozenset(members)
        return frozenset(m for m in members if self.conditions.holds(self.who, life, m))


class Histories(ABC):
    """All that can happen to a cast, one event after the other."""

    lives = 1  # how many are played side by side

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.keys = setting.keys()
        self.replays = 0
        self.start = setting.field.cast.start
        self._limited = {c.type for c in setting.field.choices if c.at_most is not None}
        self._named = {t for c in setting.field.choices for t in c.refers.values()}
        self._named |= setting.named

    # --- what a space decides --------------------------------------------------------------

    @abstractmethod
    def begin(self) -> tuple[Life, ...]:
        """The lives when everybody has joined."""

    def judged(self, node: Node) -> Breach | None:
        """Whether a history breaks the claim as it stands."""
        return next((life.breach for life in node.lives if life.breach is not None), None)

    def modes(self, node: Node, choice: Choice) -> Iterator[tuple[Hashable, tuple[bool, ...]]]:
        """The ways in which a choice can be played: the mode after it, and in which lives."""
        yield node.mode, (True,) * self.lives

    def fields(self, life: int, choice: Choice) -> Choice:
        """The choice as one of the lives has it."""
        return choice

    def memory(self, node: Node) -> Hashable:
        """What of the lives matters besides their states."""
        return tuple(life.memory for life in node.lives)

    # --- a space ----------------------------------------------------------------------------

    def roots(self) -> Sequence[Node]:
        """One for each group of subjects that can touch each other."""
        first = self.begin()
        meant = self.setting.meant(first[0]) if self.setting.who is not None else None
        made: list[Node] = []
        groups = self.setting.field.groups(mutable=self.setting.mutable)
        count = len(groups)
        for number, group in enumerate(groups):
            if meant is not None and not (meant & group.members) and (made or number + 1 < count):
                continue  # the claim is about nobody in it
            lives = first if not made else tuple(life.fork() for life in first)
            node = Node(lives, group)
            node.breach = self.judged(node)
            made.append(node)
        return made

    def children(self, node: Node) -> Iterator[Node | Finding]:
        """Every choice after every wait."""
        ahead: dict[int, tuple[Life, ...] | Finding] = {}
        for known, choice in self._turns(node):
            yield from self._played(node, choice, known, ahead)

    def any_child(self, node: Node, chance: random.Random) -> Node | Finding | None:
        """One of the children, drawn by lot."""
        turns = list(self._turns(node))
        while turns:
            known, choice = turns.pop(chance.randrange(len(turns)))
            made = list(self._played(node, choice, known, {}))
            if made:
                return chance.choice(made)
        return None

    def key(self, node: Node, *, exact: bool) -> Hashable:
        """The states of the lives, and what else decides what may follow."""
        state: Callable[[Life], Hashable] = self.keys.exact if exact else self.keys.coarse
        counts = tuple(sorted((k, n) for k, n in node.counts.items() if k in self._limited))
        named = tuple(kind for kind, _ in node.ids if kind in self._named or "" in self._named)
        return (
            node.group.members,
            node.mode,
            tuple(state(life) for life in node.lives),
            counts,
            named if exact else len(named),
            self.memory(node) if exact else None,
            node.size == 0,
        )

    # --- one more event --------------------------------------------------------------------

    def _turns(self, node: Node) -> Iterator[tuple[int, Choice]]:
        """When (it becomes known) and what, in a fixed order."""
        now = node.lives[0].now
        waits = [wait.after(now) for wait in self.setting.field.waits]
        instants = sorted({now, *waits}) if not node.size else sorted(set(waits))
        for instant in instants:
            for choice in node.group.choices:
                if choice.at_most is None or node.counts.get(choice.type, 0) < choice.at_most:
                    yield self._known(choice, instant), choice

    def _known(self, choice: Choice, instant: int) -> int:
        """Nothing happens before the start, so nothing is known before that and its delay."""
        return instant if choice.delay is None else max(instant, choice.delay.after(self.start))

    def _played(
        self,
        node: Node,
        choice: Choice,
        known: int,
        ahead: dict[int, tuple[Life, ...] | Finding],
    ) -> Iterator[Node | Finding]:
        if known not in ahead:
            ahead[known] = self._advanced(node, known)
        lives = ahead[known]
        if isinstance(lives, Finding):
            yield lives
            return
        when = choice.when
        if when and not self.setting.conditions.holds(when, lives[0], choice.who):
            return
        for named in _references(choice, node.ids):
            for mode, plays in self.modes(node, choice):
                yield self._child(node, choice, known, lives, named, mode, plays)

    def _advanced(self, node: Node, known: int) -> tuple[Life, ...] | Finding:
        forks = tuple(life.fork() for life in node.lives)
        try:
            for number, fork in enumerate(forks):
                fork.advance(known + self.shift(number))
        except DemeritError as error:
            return error.findings[0]
        return forks

    def shift(self, life: int) -> int:
        """By how many seconds one of the lives is later than the first."""
        return 0

    def _child(
        self,
        node: Node,
        choice: Choice,
        known: int,
        ahead: tuple[Life, ...],
        named: dict[str, str],
        mode: Hashable,
        plays: tuple[bool, ...],
    ) -> Node | Finding:
        lives = tuple(life.fork() for life in ahead)
        for fork, before in zip(lives, ahead, strict=True):
            fork.steps[:0] = before.steps
        count = node.counts.get(choice.type, 0) + 1
        ident = f"{choice.type}-{count}" if self._named & {choice.type, ""} else None
        played: list[Event | None] = []
        try:
            for number, (life, plays_it) in enumerate(zip(lives, plays, strict=True)):
                event = None
                if plays_it:
                    own = self.fields(number, choice)
                    event = event_of(own, known + self.shift(number), ident, named, node.size + 1)
                    life.feed(event)
                played.append(event)
        except DemeritError as error:
            return error.findings[0]
        child = Node(lives, node.group, mode)
        child.parent, child.played = node, tuple(played)
        child.size, child.cost = node.size + 1, node.cost + choice.cost
        child.counts = {**node.counts, choice.type: count}
        child.ids = (*node.ids, (choice.type, ident)) if ident else node.ids
        child.turn = Turn(choice, known, named, mode, plays, ident)
        child.breach = self.judged(child)
        return child

    # --- shrinking ----------------------------------------------------------------------------

    def least(self, node: Node) -> Node:
        """Drop events of a history, one by one, as long as it breaks the claim without them."""
        root, turns = node, []
        while root.parent is not None:
            turns.append(root.turn)
            root = root.parent
        turns.reverse()
        at = 0
        while at < len(turns):
            shorter = self._again(root, [*turns[:at], *turns[at + 1 :]])
            if shorter is not None:
                node, turns = shorter, [*turns[:at], *turns[at + 1 :]][: shorter.size]
                at = 0
            else:
                at += 1
        return node

    def _again(self, root: Node, turns: Sequence[Turn | None]) -> Node | None:
        """Play turns anew; the first node that breaks the claim, if there is one."""
        self.replays += 1
        start = next(one for one in self.roots() if one.group.members == root.group.members)
        node, names = start, {ident: "" for turn in turns if turn for ident in turn.named.values()}
        for turn in turns:
            assert turn is not None
            known = max(turn.known, node.lives[0].now)
            ahead = self._advanced(node, known)
            named = {field: names.get(ident, "") for field, ident in turn.named.items()}
            if isinstance(ahead, Finding) or "" in named.values():
                return None
            if not self._possible(node, turn, ahead[0]):
                return None
            child = self._child(node, turn.choice, known, ahead, named, turn.mode, turn.plays)
            if isinstance(child, Finding):
                return None
            if len(child.ids) > len(node.ids) and turn.ident is not None:
                names[turn.ident] = child.ids[-1][1]
            if child.breach is not None:
                return child
            node = child
        return None

    def _possible(self, node: Node, turn: Turn, life: Life) -> bool:
        """Whether a turn of another history can be taken in this one."""
        when = turn.choice.when
        if when and not self.setting.conditions.holds(when, life, turn.choice.who):
            return False
        return (turn.mode, turn.plays) in list(self.modes(node, turn.choice))


class Watched(Histories):
    """Histories of one life that a watch looks at."""

    def __init__(self, setting: Setting, watch_of: Callable[[Life], object]) -> None:
        super().__init__(setting)
        self._watch_of = watch_of

    def begin(self) -> tuple[Life, ...]:
        """One life, watched from joining on."""
        life = Life(self.setting.plans(), self.setting.field.cast)
        life.watched_by(self._watch_of(life))  # type: ignore[arg-type]
        return (life,)

    def judged(self, node: Node) -> Breach | None:
        """What the watch has seen, or what it sees if nothing more happens."""
        life = node.lives[0]
        if life.breach is not None:
            return life.breach
        ahead = waited(life) if getattr(life.watch, "patient", True) else life
        if ahead.breach is not None:
            return ahead.breach._replace(waited=True)
        waiting = getattr(life.watch, "waiting", None)
        return waiting(ahead, node) if waiting is not None else None

    def memory(self, node: Node) -> Hashable:
        """What the watch remembers that matters from now on."""
        life = node.lives[0]
        key = getattr(life.watch, "key", None)
        found: Hashable = key(life, life.memory) if key is not None else None
        return found


def waited(life: Life) -> Life:
    """The life when what its last steps set going has come; itself, if they set nothing going."""
    now = life
    for _ in range(_ROUNDS):
        fresh = {step.number for step in now.steps}
        ends = [
            at
            for at, kind, _, due in now.player.clock.entries()
            if (due.step in fresh or (kind == EVERY and now is life)) and at - life.now <= LONGEST
        ]
        if not ends:
            break
        before, now = now, now.fork()
        now.advance(max(ends))
        if now.breach is not None:
            break
        if before is not life:
            now.steps[:0] = before.steps
    if now is not life:
        now.steps[:0] = life.steps
    return now


_ROUNDS = 3  # how often what has come may set something going in its turn
LONGEST = 4 * 366 * 86_400  # seconds that a search waits for what is still to come


def _references(choice: Choice, ids: tuple[tuple[str, str], ...]) -> list[dict[str, str]]:
    """Every way to fill the fields that hold the id of an earlier event, the latest first."""
    if not choice.refers:
        return [{}]
    options = [
        [ident for kind, ident in reversed(ids) if target in ("", kind)]
        for target in choice.refers.values()
    ]
    return [dict(zip(choice.refers, names, strict=True)) for names in product(*options)]


def event_of(
    choice: Choice, known: int, ident: str | None, named: Mapping[str, str], row: int
) -> Event:
    """A choice as an event that becomes known at an instant."""
    at = known if choice.delay is None else happened(choice, known)
    fields: dict[str, Value] = {**choice.fields, **named}
    return Event(choice.who, choice.type, at, known, fields, ident, choice.source, row=row)


def happened(choice: Choice, known: int) -> int:
    """When something happened that becomes known at an instant, after its delay."""
    assert choice.delay is not None
    at = known - choice.delay.longest
    while choice.delay.after(at) < known:
        at += min(known - choice.delay.after(at), 86_400)
    return min(at, known)
