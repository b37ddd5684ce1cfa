"""The plain matcher: evaluates every condition directly. The twin of the others."""

from __future__ import annotations

from collections.abc import Sequence

from engine.evaluation.matchers import EXCEPTED, Judgement, Judgements
from engine.evaluation.plan import RuleGroup, RulePlan
from engine.evaluation.primitives import EvaluationError
from engine.evaluation.state import Context


def judge_rule(rule: RulePlan, context: Context) -> Judgement:
    """``None`` if the rule's whole condition holds, else why not."""
    try:
        if rule.judge is not None:
            raw = rule.judge(context)
            if raw is not None:
                return raw
        if rule.unless_test is not None and rule.unless_test(context):
            return EXCEPTED
    except EvaluationError as error:
        error.clause = error.clause or rule.clause
        raise
    return None


class PlainMatcher:
    """Judges one rule after the other."""

    name = "plain"

    def __init__(self) -> None:
        self.notes: list[str] = []

    def judge(self, group: RuleGroup, rules: Sequence[RulePlan], context: Context) -> Judgements:
        """See :class:`~engine.evaluation.matchers.Matcher`."""
        return [judge_rule(rule, context) for rule in rules]

    def close(self) -> None:
        """Nothing to give back."""
