"""What a policy's expressions read of the past, and when time alone changes them.

From this the plan knows which histories to keep, and at which instants a measure
with ``while`` must be judged although nothing happens (section 3.2 of the language).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from engine.language import expressions as ex
from engine.language.model import AllOf, AnyOf, Emit, Policy, ScoreSet
from engine.language.translations import versions
from engine.values import Duration


class Review(NamedTuple):
    """Judge again ``after`` this long, and for a comparison that must be passed, a second later."""

    after: Duration
    past: bool

    def due(self, instant: int) -> int:
        """The instant of the review of what happened at ``instant``."""
        return self.after.after(instant) + self.past


class Reads(NamedTuple):
    """Event types and fields that expressions read."""

    histories: frozenset[str]
    refusals: frozenset[str]
    totals: frozenset[tuple[str, str]]  # event type, field
    latest: frozenset[tuple[str, str]]

    @staticmethod
    def union(many: Iterable[Reads]) -> Reads:
        """All that any of them reads."""
        found = list(many)
        return Reads(*(frozenset().union(*(r[i] for r in found)) for i in range(4)))  # type: ignore[arg-type]


def expressions_of(policy: Policy) -> Iterator[ex.Expr]:
    """Every expression of a policy, those inside texts included."""
    for measure in (*policy.rewards.values(), *policy.penalties.values()):
        if measure.while_ is not None:
            yield ex.parse(measure.while_)
        if measure.notice is not None:
            yield from _places(measure.notice)
    for rule in policy.rules:
        for condition in (rule.when, rule.unless):
            if isinstance(condition, AllOf):
                yield from map(ex.parse, condition.all)
            elif isinstance(condition, AnyOf):
                yield from map(ex.parse, condition.any)
            elif condition is not None:
                yield ex.parse(condition)
        for action in rule.then:
            for change in (action.score or {}).values():
                yield ex.parse(change.set if isinstance(change, ScoreSet) else change)
            if action.notify is not None:
                yield from _places(action.notify)
            if action.emit is not None:
                yield from _emitted(action.emit, policy)


def _places(text: str) -> Iterator[ex.Expr]:
    for version in versions(text):
        yield from (p for p in ex.parse_template(version).pieces if not isinstance(p, str))


def _emitted(emit: Emit, policy: Policy) -> Iterator[ex.Expr]:
    for name, text in emit.fields.items():
        if policy.events[emit.event].fields[name].kind in ("text", "one_of"):
            yield from _places(text)
        else:
            yield ex.parse(text)


def reads_of(policy: Policy, more: Iterable[ex.Expr] = ()) -> Reads:
    """What the expressions of a policy, and ``more``, read of the past."""
    histories: set[str] = set()
    refusals: set[str] = set()
    totals: set[tuple[str, str]] = set()
    latest: set[tuple[str, str]] = set()
    for tree in (*expressions_of(policy), *more):
        for node in ex.walk(tree):
            if not isinstance(node, ex.Call) or not node.arguments:
                continue
            first = node.arguments[0]
            if not isinstance(first, ex.Name):
                continue
            event, _, name = first.path.rpartition(".")
            if node.function in ("count", "since"):
                histories.add(first.path)
            elif node.function == "refusals":
                refusals.add(first.path)
            elif node.function == "total":
                histories.add(event)
                totals.add((event, name))
            elif node.function == "latest":
                histories.add(event)
                latest.add((event, name))
    return Reads(frozenset(histories), frozenset(refusals), frozenset(totals), frozenset(latest))


def reviews_of(
    policy: Policy,
) -> tuple[dict[str, tuple[Review, ...]], dict[str, tuple[Review, ...]], tuple[Review, ...]]:
    """When to review after an event of each type, after a refusal, and after joining."""
    recorded: dict[str, dict[Review, None]] = {}
    refused: dict[str, dict[Review, None]] = {}
    joined: dict[Review, None] = {}
    for measure in (*policy.rewards.values(), *policy.penalties.values()):
        if measure.while_ is None:
            continue
        for node in ex.walk(ex.parse(measure.while_)):
            if isinstance(node, ex.Call):
                for kind, review, is_refusal in _window_review(node):
                    (refused if is_refusal else recorded).setdefault(kind, {})[review] = None
            elif isinstance(node, ex.Compare):
                for since, review in _age_reviews(node):
                    if since is None:
                        joined[review] = None
                    else:
                        recorded.setdefault(since, {})[review] = None
    return (
        {kind: tuple(found) for kind, found in recorded.items()},
        {kind: tuple(found) for kind, found in refused.items()},
        tuple(joined),
    )


def while_reading(policy: Policy) -> tuple[object, ...]:
    """All in a policy that its ``while`` conditions depend on, besides the state."""
    found: list[object] = []
    for name, measure in (*policy.rewards.items(), *policy.penalties.items()):
        if measure.while_ is None:
            continue
        found += [name, measure.while_]
        for node in ex.walk(ex.parse(measure.while_)):
            if isinstance(node, ex.Name) and node.parts[0] == "weights":
                found.append(policy.weights[node.path.partition(".")[2]].value)
            elif isinstance(node, ex.Name) and node.parts[0] == "grade":
                found += [(g.name, g.from_) for ladder in policy.grades.values() for g in ladder]
    return tuple(found)


def _window_review(call: ex.Call) -> Iterator[tuple[str, Review, bool]]:
    """A window ends when an event leaves it."""
    if call.function not in ("count", "total", "refusals"):
        return
    first, window = call.arguments
    if isinstance(first, ex.Name) and isinstance(window, ex.Length) and window.value:
        kind = first.path.rpartition(".")[0] if call.function == "total" else first.path
        yield kind, Review(window.value, False), call.function == "refusals"


#: Whether a comparison with a growing duration changes on reaching it, or a second later.
_CHANGES = {"<": (False,), ">=": (False,), "<=": (True,), ">": (True,),
            "==": (False, True), "!=": (False, True)}  # fmt: skip
_MIRRORED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}


def _age_reviews(node: ex.Compare) -> Iterator[tuple[str | None, Review]]:
    """An age changes its comparison when it reaches or passes the written duration."""
    for call, length, operator in (
        (node.left, node.right, node.operator),
        (node.right, node.left, _MIRRORED.get(node.operator, node.operator)),
    ):
        if not isinstance(call, ex.Call) or not isinstance(length, ex.Length) or not length.value:
            continue
        for past in _CHANGES[operator]:
            if call.function == "age_of_record":
                yield None, Review(length.value, past)
            elif call.function == "since" and isinstance(call.arguments[0], ex.Name):
                yield call.arguments[0].path, Review(length.value, past)
