"""Both matchers at once: `plain` answers, `durable` must agree at every judgement."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from engine.evaluation.matchers import Judgements
from engine.evaluation.matchers.durable import DurableMatcher
from engine.evaluation.matchers.plain import PlainMatcher
from engine.evaluation.plan import RuleGroup, RulePlan
from engine.evaluation.primitives import EvaluationError
from engine.evaluation.state import Context
from engine.findings import DemeritError, Finding

T = TypeVar("T")


class BothMatcher:
    """Stops the run where the twins differ, which would be a fault of ours."""

    name = "both"

    def __init__(self) -> None:
        self._plain = PlainMatcher()
        self._durable = DurableMatcher()
        self.notes = self._durable.notes

    def judge(self, group: RuleGroup, rules: Sequence[RulePlan], context: Context) -> Judgements:
        """See :class:`~engine.evaluation.matchers.Matcher`; raises D690 at a difference."""
        judged, plain_error = _attempt(lambda: self._plain.judge(group, rules, context))
        matched, durable_error = _attempt(lambda: self._durable.matched(group, rules, context))
        if _said(plain_error) != _said(durable_error):
            raise _differ(group, f"plain: {plain_error}; durable: {durable_error}")
        if plain_error is not None:
            raise plain_error
        assert judged is not None
        if matched is not None:
            for rule, judgement in zip(rules, judged, strict=True):
                if (judgement is None) is not (rule.index in matched):
                    only = "plain" if judgement is None else "durable"
                    raise _differ(group, f"`{rule.id}` holds for {only} only")
        return judged

    def close(self) -> None:
        """Give back what the matchers hold."""
        self._plain.close()
        self._durable.close()


def _attempt(ask: Callable[[], T]) -> tuple[T | None, EvaluationError | None]:
    try:
        return ask(), None
    except EvaluationError as error:
        return None, error


def _said(error: EvaluationError | None) -> tuple[str | None, ...] | None:
    return None if error is None else (error.code, error.message, error.text, error.clause)


def _differ(group: RuleGroup, how: str) -> DemeritError:
    return DemeritError(
        Finding(
            "D690",
            f"the matchers differ about `{group.key}`: {how}",
            hint="this is a fault of demerit: please report it; `--matcher plain` goes on",
        )
    )
