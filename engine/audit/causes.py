"""Claims about what an event causes: at once, and later through the clock.

Every step goes back to a root, the input event that set it off; a step that the clock alone
made has none. What is still to come of an event stands on the clock, so it is part of the key.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Hashable, Iterator
from typing import Any

from engine.audit.life import Breach, Life, Root
from engine.audit.watches import Plain, Seen, effects_of, moves
from engine.evaluation.records import Effect, Step
from engine.language.model import Policy
from engine.language.triggers import matching_types
from engine.values import format_number

MEASURE_EFFECTS = frozenset({"began", "ended", "extended", "restarted"})
LIST_EFFECTS = frozenset({"listed", "unlisted"})
MESSAGES = frozenset({"message", "notice"})


class Caused(Plain):
    """Base: what a step does is held against the event that it goes back to."""

    def see(self, life: Life, step: Step, memory: Any) -> Seen:
        """Judge a step that goes back to an event."""
        root = life.roots[step.number - 1]
        if root.event is None:
            return memory, None
        return self.caused(life, step, root, memory)

    @abstractmethod
    def caused(self, life: Life, step: Step, root: Root, memory: Any) -> Seen:
        """What it remembers after a step of a root, and whether that breaks the claim."""

    @abstractmethod
    def mark(self, root: Root, memory: Any) -> Hashable:
        """What of a root decides whether its later steps break the claim."""

    def key(self, life: Life, memory: Any) -> Hashable:
        """The marks of all that is still to come."""
        made = []
        for at, kind, _, due in life.player.clock.entries():
            root = life.root_of(due.step)
            if root is not None:
                made.append((at - life.now, kind, self.mark(root, memory)))
        return tuple(made)


class ChangesNothing(Caused):
    """An event of some types, and what it causes later, changes nothing for anybody."""

    def __init__(self, who: frozenset[str], events: frozenset[str], of: frozenset[str]) -> None:
        """``of``: scores, measures, lists, messages."""
        super().__init__(who)
        self.events, self.of = events, of

    def caused(self, life: Life, step: Step, root: Root, memory: Any) -> Seen:
        """The first change."""
        if root.event is None or root.event.type not in self.events:
            return None, None
        changed = next(changes(step, self.of, self.who), None)
        if changed is None:
            return None, None
        who, said, clause = changed
        return None, Breach(who, said, step.at, clause=clause)

    def mark(self, root: Root, memory: Any) -> Hashable:
        """Whether it is one of the events."""
        return root.event is not None and root.event.type in self.events


def changes(step: Step, of: frozenset[str], who: frozenset[str]) -> Iterator[tuple[str, str, str]]:
    """Whom a step changed, in words, and by which clause."""
    if "scores" in of:
        for (target, name), (before, after, clause) in moves(step).items():
            if before != after and target in who:
                said = f"{name} goes from {format_number(before)} to {format_number(after)}"
                yield target, said, clause
    for effect in effects_of(step):
        if effect.target in who and _is_one(effect, of):
            yield effect.target, _words(effect), effect.clause


def _is_one(effect: Effect, of: frozenset[str]) -> bool:
    if effect.kind in ("extended", "restarted") and effect.before == effect.after:
        return False
    return (
        ("measures" in of and effect.kind in MEASURE_EFFECTS)
        or ("lists" in of and effect.kind in LIST_EFFECTS)
        or ("messages" in of and effect.kind in MESSAGES)
    )


def _words(effect: Effect) -> str:
    if effect.kind in MESSAGES:
        return "there is a message"
    verbs = {
        "began": "begins",
        "ended": "ends",
        "extended": "is extended",
        "restarted": "begins anew",
        "listed": "takes up the name",
        "unlisted": "drops the name",
    }
    return f"{effect.name} {verbs[effect.kind]}"


class NoSpill(Caused):
    """An event of some domains, with all that it causes, changes nothing in others."""

    def __init__(
        self, who: frozenset[str], policy: Policy, from_: frozenset[str], to: frozenset[str]
    ) -> None:
        super().__init__(who)
        self.events = frozenset(str(t) for t, e in policy.events.items() if e.domain in from_)
        self.scores = frozenset(str(s) for s in policy.scores if s in to)
        self.measures = frozenset(
            str(name)
            for name, m in (*policy.rewards.items(), *policy.penalties.items())
            if name in to or m.domain in to
        ) | _blocking(policy, to)

    def caused(self, life: Life, step: Step, root: Root, memory: Any) -> Seen:
        """The first change on the other side."""
        if root.event is None or root.event.type not in self.events:
            return None, None
        for (who, name), (before, after, clause) in moves(step).items():
            if name in self.scores and before != after and who in self.who:
                said = (
                    f"{root.event.type} takes {name} from {format_number(before)} to"
                    f" {format_number(after)}"
                )
                return None, Breach(who, said, step.at, clause=clause)
        for effect in effects_of(step):
            if (
                effect.name in self.measures
                and effect.target in self.who
                and _is_one(effect, frozenset({"measures"}))
            ):
                said = f"because of {root.event.type}, {_words(effect)}"
                return None, Breach(effect.target, said, step.at, clause=effect.clause)
        return None, None

    def mark(self, root: Root, memory: Any) -> Hashable:
        """Whether it is an event of those domains."""
        return root.event is not None and root.event.type in self.events


def _blocking(policy: Policy, domains: frozenset[str]) -> frozenset[str]:
    """The penalties that block events of some domains."""
    return frozenset(
        str(name)
        for name, penalty in policy.penalties.items()
        for pattern in penalty.blocks
        for kind in matching_types(pattern, policy)
        if policy.events[kind].domain in domains
    )


class NoDoubleJeopardy(Caused):
    """One event, with all that it causes, begins at most so many penalties of one subject."""

    def __init__(self, who: frozenset[str], penalties: frozenset[str], most: int) -> None:
        super().__init__(who)
        self.penalties, self.most = penalties, most

    def blank(self, life: Life) -> Any:
        """(step of the root, subject) → the penalties that it began."""
        return {}

    def caused(self, life: Life, step: Step, root: Root, memory: Any) -> Seen:
        """Count what each root has begun."""
        for effect in effects_of(step):
            if (
                effect.kind != "began"
                or effect.name not in self.penalties
                or effect.target not in self.who
            ):
                continue
            key = root.step, effect.target
            begun = (*memory.get(key, ()), effect.name)
            memory = {**memory, key: begun}
            if len(begun) > self.most and root.event is not None:
                said = f"one {root.event.type} begins {len(begun)} penalties: {', '.join(begun)}"
                return memory, Breach(effect.target, said, step.at, clause=effect.clause)
        return memory, None

    def mark(self, root: Root, memory: Any) -> Hashable:
        """What it has begun of whom."""
        return tuple(
            sorted((who, len(b)) for (step, who), b in memory.items() if step == root.step)
        )


class NoSanctionByRelation(Caused):
    """Nobody is sanctioned by an event of somebody else who is related to them."""

    def __init__(
        self,
        who: frozenset[str],
        penalties: frozenset[str],
        related: frozenset[tuple[str, str]],
    ) -> None:
        """``related``: pairs that are related, in both directions."""
        super().__init__(who)
        self.penalties, self.related = penalties, related

    def caused(self, life: Life, step: Step, root: Root, memory: Any) -> Seen:
        """Points lost, penalties begun and names listed, of others than whose event it was."""
        for who, said, clause in sanctions(step, self.penalties):
            if who in self.who and who != root.who and (root.who, who) in self.related:
                told = f"{said}, for {root.event.type if root.event else ''} of {root.who}"
                return None, Breach(who, told, step.at, clause=clause)
        return None, None

    def mark(self, root: Root, memory: Any) -> Hashable:
        """Whose event it was."""
        return root.who


def sanctions(step: Step, penalties: frozenset[str]) -> Iterator[tuple[str, str, str]]:
    """Whom a step sanctions, in words, and by which clause."""
    for (who, name), (before, after, clause) in moves(step).items():
        if after < before:
            yield who, f"{name} loses {format_number(before - after)}", clause
    for effect in effects_of(step):
        if effect.kind == "began" and effect.name in penalties:
            yield effect.target, f"{effect.name} begins", effect.clause
        elif effect.kind == "listed":
            yield effect.target, f"{effect.name} takes up the name", effect.clause
