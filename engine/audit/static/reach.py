"""What any history at all can come to: bounds of scores, measures, lists.

Everything here is larger than the truth, never smaller. So what lies outside it is
impossible, and what lies inside is only a candidate.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.audit.static.terms import LARGEST
from engine.language import expressions as ex
from engine.language.model import FieldType, Policy, Score
from engine.language.triggers import matching_types

Bounds = tuple[int, int]  # the least and the greatest value, both included, in millionths


@dataclass(frozen=True)
class Emitted:
    """What the policy's own rules may put into the fields of the events that they raise.

    The engine does not hold derived events against the declared ranges, so neither may we.
    """

    fields: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)

    def loose(self, event: str, name: str) -> bool:
        """Whether a rule fills this field in a way that its declaration does not bound."""
        return (event, name) in self.fields


@dataclass(frozen=True)
class Reach:
    """What can be come to."""

    scores: Mapping[str, Bounds]
    measures: frozenset[str]  # can be held
    ending: frozenset[str]  # can end
    listed: frozenset[str]  # registries that somebody can be on
    emitted: Emitted
    settled: bool = True  # see Situation.settled

    def blocked(self, policy: Policy, event: str) -> bool:
        """Whether a penalty that can be held blocks this type."""
        return any(
            str(name) in self.measures and event in matching_types(pattern, policy)
            for name, penalty in policy.penalties.items() for pattern in penalty.blocks
        )  # fmt: skip

    def grades(self, policy: Policy, score: str) -> tuple[str, ...]:
        """The grades of a score that its bounds leave, highest first."""
        low, high = self.scores[score]
        left = []
        ceiling: int | None = None
        ladder = policy.grades.get(score, ())
        for at, grade in enumerate(ladder):
            floor = None if at == len(ladder) - 1 else grade.from_
            if (floor is None or floor <= high) and (ceiling is None or low < ceiling):
                left.append(str(grade.name))
            ceiling = grade.from_ if ceiling is None else min(ceiling, grade.from_)
        return tuple(left)


def everything(policy: Policy) -> Reach:
    """All that the declarations alone allow."""
    measures = frozenset(str(name) for name in (*policy.rewards, *policy.penalties))
    return Reach(
        {str(name): _walls(score) for name, score in policy.scores.items()},
        measures, measures, frozenset(str(name) for name in policy.registries), emitted(policy),
        not any(
            str(on).startswith("began") and any(action.to is not None for action in rule.then)
            for rule in policy.rules for on in rule.on
        ),
    )  # fmt: skip


def _walls(score: Score) -> Bounds:
    """Between its walls; a drift and the start are not held by them."""
    free = [score.start, *([score.drift.toward] if score.drift else [])]
    return (
        -LARGEST if score.min is None else min(score.min, *free),
        LARGEST if score.max is None else max(score.max, *free),
    )


def emitted(policy: Policy) -> Emitted:
    """The fields that rules fill with what their declarations may not allow."""
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for rule in policy.rules:
        for action in rule.then:
            if action.emit is None:
                continue
            declared = policy.events[action.emit.event].fields
            for name, text in action.emit.fields.items():
                if not _within(text, declared[name]):
                    found[str(action.emit.event), str(name)] = (str(rule.id),)
    return Emitted(found)


def _within(text: str, declared: FieldType) -> bool:
    """Whether what is written is a fixed value that the declaration allows."""
    if declared.kind in ("text", "one_of"):
        fixed = "{" not in text and "}" not in text
        return fixed and (declared.kind == "text" or str(text) in declared.choices)
    tree = ex.parse(text)
    if isinstance(tree, ex.Bool):
        return True
    return (
        isinstance(tree, ex.Number)
        and (declared.min is None or declared.min <= tree.value)
        and (declared.max is None or tree.value <= declared.max)
    )
