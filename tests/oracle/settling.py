"""3.6.7, settle: changes of grade and `while` measures of all who were touched."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from engine.language import expressions as ast

from .expressions import relation_of
from .measures import judge_while, while_measures
from .state import grade_of
from .triggers import Occasion

if TYPE_CHECKING:
    from .steps import Step


def settle(step: Step, touched: list[str], depth: int) -> None:
    """What it raises has this depth."""
    for who in dict.fromkeys(touched):
        _grades(step, who, depth)
        for name, condition in while_measures(step.policy):
            judge_while(step, who, name, condition, depth)
        _related(step, who, depth)


def _grades(step: Step, who: str, depth: int) -> None:
    subject = step.state.subjects[who]
    for score in step.policy.scores:
        if score not in subject.grades:
            continue
        old = subject.grades[score]
        new = grade_of(step.policy, score, subject.scores[score])
        if new != old:
            subject.grades[score] = new
            step.raise_change(who, Occasion("left", old, score), depth)
            step.raise_change(who, Occasion("entered", new, score), depth)


def _related(step: Step, who: str, depth: int) -> None:
    """Those of whom `who` is a related one, where a condition reads that relation."""
    for other in step.state.subjects:
        for name, condition in while_measures(step.policy):
            if any(who in step.state.related(r, other) for r in relations_read(condition)):
                judge_while(step, other, name, condition, depth)


@cache
def relations_read(condition: str) -> list[str]:
    return [
        relation_of(node)
        for node in ast.walk(ast.parse(condition))
        if isinstance(node, ast.Call) and node.function.startswith("related_")
    ]
