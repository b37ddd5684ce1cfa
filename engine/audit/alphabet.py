"""What a search may let happen: events of somebody with certain fields, and the waits between.

What the audit leaves open is read off the policy: the bounds and choices of fields, the
numbers that rules compare them with, the durations that clauses name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, product

from engine.evaluation.reads import expressions_of
from engine.language import expressions as ex
from engine.language.audit import LoadedAudit, LoadedMove
from engine.language.model import FieldType, Policy
from engine.language.model.audit import Move
from engine.language.rows import Cast, Person, Value
from engine.language.triggers import parse_triggers
from engine.values import DAY, MILLION, Duration

MOST_VALUES = 24  # combinations of fields that are tried of one event type
MOST_WAITS = 4  # lengths of time that are tried where the audit names none
WORD = "something"  # a free text of which nothing is known


@dataclass(frozen=True)
class Choice:
    """One event that could happen to one subject."""

    type: str
    who: str
    fields: Mapping[str, Value]
    refers: Mapping[str, str]  # field → type of the earlier event whose id it holds; "" any
    cost: int  # millionths
    immutable: bool = False
    at_most: int | None = None
    when: str | None = None
    source: str | None = None
    delay: Duration | None = None  # from its happening to its being known


@dataclass(frozen=True)
class Group:
    """Subjects who can touch each other, and all that can happen to them."""

    members: frozenset[str]
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class Field:
    """What a search plays with."""

    cast: Cast
    choices: tuple[Choice, ...]
    waits: tuple[Duration, ...]

    def groups(self, *, mutable: bool = False) -> tuple[Group, ...]:
        """The subjects, apart where nothing that happens to one can reach another."""
        offered = [c for c in self.choices if not (mutable and c.immutable)]
        made = []
        for members in self._parted:
            own = tuple(c for c in offered if c.who in members)
            if own or len(self._parted) == 1:
                made.append(Group(members, own))
        return tuple(made) or (Group(frozenset(m.id for m in self.cast.members), ()),)

    _parted: tuple[frozenset[str], ...] = ()


def field_of(audit: LoadedAudit, policy: Policy) -> Field:
    """What the searches of an audit play with, under a policy."""
    cast = _cast(audit, policy)
    moves = audit.alphabet or _moves(policy)
    choices = tuple(choice for move in moves for choice in _choices(move, policy, cast))
    return Field(cast, choices, _waits(audit, policy), _groups(policy, cast, choices))


def _cast(audit: LoadedAudit, policy: Policy) -> Cast:
    if audit.cast.members:
        return audit.cast
    members = tuple(invented(policy, str(kind)) for kind in policy.subjects)
    return Cast(members, {}, audit.cast.start, None)


def invented(policy: Policy, kind: str) -> Person:
    """A subject of a kind of whom nothing is known."""
    attributes = {
        str(name): value
        for name, declared in policy.subjects[kind].attributes.items()
        if (value := _usual(declared, str(kind))) is not None
    }
    return Person(kind, kind, attributes)


def _usual(declared: FieldType, word: str) -> Value | None:
    if declared.default is not None:
        return declared.default
    if declared.kind == "one_of":
        return declared.choices[0]
    if declared.kind == "text":
        return word
    if declared.kind == "boolean":
        return False
    return declared.min if declared.min is not None else None


def _moves(policy: Policy) -> tuple[LoadedMove, ...]:
    """Every event type that a rule answers to."""
    types: dict[str, None] = {}
    for rule in policy.rules:
        for trigger in parse_triggers(rule, policy):
            types |= dict.fromkeys(trigger.types)
    return tuple(LoadedMove(name, Move(), {}) for name in policy.events if name in types)


def _choices(move: LoadedMove, policy: Policy, cast: Cast) -> Iterator[Choice]:
    event = policy.events.get(move.type)
    if event is None:  # a reform took it out
        return
    told = move.move
    refers = {str(k): str(v) for k, v in told.refers.items()} or _undone(policy, move)
    names = [name for name in event.fields if name not in refers]
    values = [_values(policy, move, str(name), event.fields[name], cast) for name in names]
    source = str(told.source) if told.source else None
    by = source or (event.by[0] if len(event.by) == 1 else None)
    delay = policy.institutions[by].delay if by in policy.institutions else None
    for person in cast.members:
        for combination in islice(product(*values), MOST_VALUES):
            fields = {str(n): v for n, v in zip(names, combination, strict=True) if v is not None}
            yield Choice(
                str(move.type),
                person.id,
                fields,
                refers,
                told.cost,
                told.immutable,
                told.at_most,
                str(told.when) if told.when else None,
                source,
                delay,
            )


def _undone(policy: Policy, move: LoadedMove) -> dict[str, str]:
    """Fields that a rule's `undo` reads hold the id of any earlier event."""
    found = dict.fromkeys(undo_fields(policy, move.type), "")
    return {name: "" for name in found if name not in move.fields}


def undo_fields(policy: Policy, kind: str) -> tuple[str, ...]:
    """The fields of an event type that hold the id of what is to be undone."""
    found: dict[str, None] = {}
    for rule in policy.rules:
        if any(kind in trigger.types for trigger in parse_triggers(rule, policy)):
            for action in rule.then:
                if action.undo is not None:
                    found[str(action.undo).partition(".")[2]] = None
    return tuple(found)


def _values(
    policy: Policy, move: LoadedMove, name: str, declared: FieldType, cast: Cast
) -> Sequence[Value | None]:
    if name in move.fields:
        return move.fields[name]
    if declared.kind == "boolean":
        return (False, True)
    if declared.kind == "one_of":
        return declared.choices
    if declared.kind == "text":
        return _texts(policy, move.type, name, declared, cast)
    return _numbers(policy, name, declared)


def _texts(
    policy: Policy, kind: str, name: str, declared: FieldType, cast: Cast
) -> Sequence[Value | None]:
    if name in _naming(policy, kind):
        return [member.id for member in cast.members]
    compared = [v for v in literals(policy, f"event.{name}") if isinstance(v, str)]
    if compared:
        return [*dict.fromkeys(compared), WORD]
    return [declared.default if declared.default is not None else WORD]


def _numbers(policy: Policy, name: str, declared: FieldType) -> Sequence[Value | None]:
    compared = [v for v in literals(policy, f"event.{name}") if isinstance(v, int)]
    near = [v + d for v in compared for d in (0, MILLION)]
    ends = [v for v in (declared.min, declared.max, declared.default) if isinstance(v, int)]
    low, high = declared.min, declared.max
    tried = [
        v
        for v in dict.fromkeys([*ends, *near])
        if (low is None or v >= low) and (high is None or v <= high)
    ]
    return tried[:8] or [MILLION]


def literals(policy: Policy, name: str) -> list[Value]:
    """The numbers and texts that some expression compares a name with."""
    found: list[Value] = []
    for tree in expressions_of(policy):
        for node in ex.walk(tree):
            sides: Iterable[ex.Expr] = ()
            if isinstance(node, ex.Compare):
                if isinstance(node.left, ex.Name) and node.left.path == name:
                    sides = (node.right,)
                elif isinstance(node.right, ex.Name) and node.right.path == name:
                    sides = (node.left,)
            elif isinstance(node, ex.In) and isinstance(node.operand, ex.Name):
                sides = node.choices if node.operand.path == name else ()
            found += [value for side in sides if (value := _fixed(side, policy)) is not None]
    return list(dict.fromkeys(found))


def _fixed(node: ex.Expr, policy: Policy) -> Value | None:
    if isinstance(node, ex.Number | ex.String):
        return node.value
    if isinstance(node, ex.Negative) and isinstance(node.operand, ex.Number):
        return -node.operand.value
    if isinstance(node, ex.Name) and node.parts[0] == "weights":
        return policy.weights[node.path.partition(".")[2]].value
    return None


def _waits(audit: LoadedAudit, policy: Policy) -> tuple[Duration, ...]:
    from engine.audit.keys import durations

    search = audit.audit.search
    if "waits" in search.model_fields_set and search.waits:
        return tuple(search.waits)
    named = sorted(durations(policy), key=lambda d: d.shortest)
    step = max(1, len(named) // MOST_WAITS)
    return tuple(dict.fromkeys([Duration(DAY, 0), *named[::step][:MOST_WAITS]]))


# --- who can touch whom -----------------------------------------------------------------


def _naming(policy: Policy, kind: str) -> frozenset[str]:
    """The fields of an event type that name a subject."""
    found = set()
    for rule in policy.rules:
        if not any(kind in trigger.types for trigger in parse_triggers(rule, policy)):
            continue
        for action in rule.then:
            to = str(action.to or "")
            if to.startswith("event."):
                found.add(to.partition(".")[2])
    for tree in expressions_of(policy):
        for node in ex.walk(tree):
            if isinstance(node, ex.Call) and node.function == "of":
                first = node.arguments[0]
                if isinstance(first, ex.Name) and first.parts[0] == "event":
                    found.add(first.path.partition(".")[2])
    return frozenset(found)


def _groups(policy: Policy, cast: Cast, choices: Sequence[Choice]) -> tuple[frozenset[str], ...]:
    """The cast in groups between which nothing can pass."""
    ids = [member.id for member in cast.members]
    leader = {ident: ident for ident in ids}

    def find(one: str) -> str:
        while leader[one] != one:
            one = leader[one]
        return one

    def join(a: str, b: str) -> None:
        leader[find(b)] = find(a)

    for pairs in cast.relations.values():
        for a, b in pairs:
            join(a, b)
    for choice in choices:
        for value in choice.fields.values():
            if isinstance(value, str) and value in leader:
                join(choice.who, value)
    if any(m.quota for m in (*policy.rewards.values(), *policy.penalties.values())):
        for ident in ids[1:]:
            join(ids[0], ident)
    made: dict[str, set[str]] = {}
    for ident in ids:
        made.setdefault(find(ident), set()).add(ident)
    return tuple(frozenset(group) for group in made.values())
