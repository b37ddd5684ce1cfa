"""Who bears it, in one life: the same behaviour of somebody whose attributes are others.

Each attribute of each person is given each value that could matter, and the whole history is
replayed; nobody behaves otherwise. An attribute that nothing reads but messages cannot matter:
that is told as proved, without replays.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from engine.audit.sensitivity import Trial, play_trial
from engine.audit.sensitivity_runs import Changed, differences
from engine.language import expressions as ex
from engine.language.model import AllOf, AnyOf, FieldType, Policy, Rule, ScoreSet
from engine.language.rows import Person, Value
from engine.values import format_number

_MOST = 12  # values of one attribute that are tried
_ANOTHER = "somebody-else"  # an invented text, for what is compared with none


@dataclass(frozen=True)
class Swap:
    """One person with another value of one attribute, and what that changes."""

    who: str
    attribute: str
    before: Value | None  # None: missing
    after: Value
    changes: tuple[Changed, ...]  # of anybody, at the end
    trial: Trial  # playable

    def __str__(self) -> str:
        said = "; ".join(f"{c.who}: {c.what} {c.before} → {c.after}" for c in self.changes)
        values = f"{shown(self.after)}, not {shown(self.before)}"
        return f"{self.who} with {self.attribute} {values}: {said}"


@dataclass(frozen=True)
class Swaps:
    """What came of giving every value of one attribute to everybody who could have it."""

    attribute: str
    read: bool  # False: no condition and no amount reads it, so it cannot matter
    lives: int  # people whose attribute was changed
    replays: int
    changing: tuple[Swap, ...]  # those that change something

    @property
    def says(self) -> str:
        """In words."""
        if not self.read:
            return f"{self.attribute}: nothing but messages reads it, so it cannot matter"
        if not self.changing:
            return (f"{self.attribute}: changes nothing in {self.replays} replays of these"
                    f" {self.lives} lives")  # fmt: skip
        moved = len({swap.who for swap in self.changing})
        return f"{self.attribute}: decides the outcome of {moved} of {self.lives} lives"


def swapped_lives(trial: Trial, attributes: tuple[str, ...] = ()) -> tuple[Swaps, ...]:
    """For each attribute (or each that is named) what its other values would have changed."""
    policy = trial.versions[0][1]
    base = play_trial(trial)
    reads = frozenset().union(*(attributes_read(made) for _, made in trial.versions))
    if len(policy.subjects) > 1 and any(len(s.of) < len(policy.subjects)
                                        for s in policy.scores.values()):  # fmt: skip
        reads |= {"kind"}
    own = dict.fromkeys(str(a) for kind in policy.subjects.values() for a in kind.attributes)
    names = attributes or (*(["kind"] if len(policy.subjects) > 1 else []), *own)
    found = []
    for name in names:
        lives = replays = 0
        changing: list[Swap] = []
        for person in trial.cast.members if name in reads else ():
            values = _values(policy, person, name)
            lives += bool(values)
            for value in values:
                replays += 1
                told = _with(trial, person, name, value)
                changes = tuple(differences(base, play_trial(told)))
                if changes:
                    before = person.kind if name == "kind" else person.attributes.get(name)
                    changing.append(Swap(person.id, name, before, value, changes, told))
        found.append(Swaps(name, name in reads, lives, replays, tuple(changing)))
    return tuple(found)


def _values(policy: Policy, person: Person, name: str) -> list[Value]:
    """The other values that somebody's attribute, or kind, could have."""
    if name == "kind":
        return [str(kind) for kind in policy.subjects if kind != person.kind]
    declared = policy.subjects[person.kind].attributes.get(name)
    if declared is None:
        return []
    mine = person.attributes.get(name)
    return [value for value in values_of(policy, name, declared) if value != mine]


def _with(trial: Trial, person: Person, name: str, value: Value) -> Trial:
    if name == "kind":
        declared = trial.versions[0][1].subjects[str(value)].attributes
        kept = {n: t.default for n, t in declared.items() if t.default is not None}
        kept |= {n: v for n, v in person.attributes.items() if n in declared}
        changed = person._replace(kind=str(value), attributes=kept)
    else:
        changed = person._replace(attributes={**person.attributes, name: value})
    members = tuple(changed if one.id == person.id else one for one in trial.cast.members)
    return replace(trial, cast=trial.cast._replace(members=members))


def values_of(policy: Policy, name: str, declared: FieldType) -> tuple[Value, ...]:
    """The values of an attribute that could matter: its choices, or those around what it is
    compared with and at its ends."""
    if declared.kind == "boolean":
        return (True, False)
    if declared.kind == "one_of":
        return tuple(str(choice) for choice in declared.choices)
    compared = dict.fromkeys(_compared(policy, name))
    if declared.kind == "text":
        return (*(v for v in compared if isinstance(v, str)), _ANOTHER)[:_MOST]
    numbers = [v for v in compared if isinstance(v, int)]
    edges = [v for v in (declared.min, declared.max) if v is not None]
    around = [*edges, *(v + d for v in numbers for d in (-1, 0, 1))]
    kept = [
        v for v in dict.fromkeys(around)
        if (declared.min is None or declared.min <= v)
        and (declared.max is None or v <= declared.max)
    ]  # fmt: skip
    return tuple(kept[:_MOST]) or (0, 1_000_000)


def _compared(policy: Policy, name: str) -> Iterator[Value]:
    """The fixed values that an attribute is compared with."""
    for tree in _decisive(policy):
        for node in ex.walk(tree):
            if isinstance(node, ex.Compare):
                sides: tuple[ex.Expr, ...] = (node.left, node.right)
            elif isinstance(node, ex.In):
                sides = (node.operand, *node.choices)
            else:
                continue
            if any(isinstance(s, ex.Name) and s.path == f"subject.{name}" for s in sides):
                for side in sides:
                    if isinstance(side, ex.Number | ex.String):
                        yield side.value
                    elif isinstance(side, ex.Name) and side.parts[0] == "weights":
                        yield policy.weights[side.path.partition(".")[2]].value


def attributes_read(policy: Policy) -> frozenset[str]:
    """The attributes that a condition, an amount or a derived event reads."""
    return frozenset(
        node.path.partition(".")[2]
        for tree in _decisive(policy) for node in ex.walk(tree)
        if isinstance(node, ex.Name) and node.parts[0] == "subject"
    )  # fmt: skip


def _decisive(policy: Policy) -> Iterator[ex.Expr]:
    """Every expression that can change more than a message."""
    for measure in (*policy.rewards.values(), *policy.penalties.values()):
        if measure.while_ is not None:
            yield ex.parse(measure.while_)
    for rule in policy.rules:
        yield from _of_rule(rule)


def _of_rule(rule: Rule) -> Iterator[ex.Expr]:
    for written in (rule.when, rule.unless):
        if isinstance(written, AllOf | AnyOf):
            texts = written.all if isinstance(written, AllOf) else written.any
            yield from (ex.parse(text) for text in texts)
        elif written is not None:
            yield ex.parse(written)
    for action in rule.then:
        for change in (action.score or {}).values():
            yield ex.parse(change.set if isinstance(change, ScoreSet) else change)
        for text in action.emit.fields.values() if action.emit is not None else ():
            if "{" in text:
                pieces = ex.parse_template(text).pieces
                yield from (piece for piece in pieces if not isinstance(piece, str))
            else:
                yield from _maybe(text)


def _maybe(text: str) -> Iterator[ex.Expr]:
    """The expression that a field is filled with, if it is one and not a plain text."""
    try:
        yield ex.parse(text)
    except ex.BadExpression:
        return


def shown(value: Value | None) -> str:
    """A value for people."""
    if value is None:
        return "missing"
    if isinstance(value, bool):
        return "true" if value else "false"
    return format_number(value) if isinstance(value, int) else value
