"""Matchers: given one event and the state, which rules' conditions hold.

A matcher only answers step 4 of section 3.6. Choosing, effects, order and time are
not its business, so every matcher gives the same ledger.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal, Protocol

from engine.evaluation.misses import RawMiss
from engine.evaluation.plan import RuleGroup, RulePlan
from engine.evaluation.state import Context

#: The condition holds but for the rule's ``unless``.
EXCEPTED: Final = "excepted"

#: ``None`` if the whole condition holds; what failed; or :data:`EXCEPTED`.
Judgement = RawMiss | Literal["excepted"] | None
#: One entry a rule.
Judgements = Sequence[Judgement]


class Matcher(Protocol):
    """Judges rules; ``notes`` collects what a user should be told once."""

    name: str
    notes: list[str]

    def judge(self, group: RuleGroup, rules: Sequence[RulePlan], context: Context) -> Judgements:
        """One judgement for each of ``rules``, which are those of ``group`` in force.

        Raises :class:`~engine.evaluation.compile.EvaluationError` where a condition
        has no value, exactly as evaluating it from left to right would.
        """
        ...

    def close(self) -> None:
        """Give back what the matcher holds."""
        ...
