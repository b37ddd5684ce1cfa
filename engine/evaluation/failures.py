"""Why a step could not be played, as a finding at the clause that is to blame."""

from __future__ import annotations

from collections.abc import Sequence

from engine.evaluation.draft import Draft
from engine.evaluation.plan import Plan
from engine.evaluation.primitives import EvaluationError
from engine.findings import Finding, Where
from engine.language.model import Policy
from engine.text import safe
from engine.values import show_instant


def clause_where(policy: Policy, clause: str | None) -> Where | None:
    """Where a clause such as ``rules.late-fee`` is written."""
    found = find_clause(policy, clause)
    return getattr(found, "where", None)


def find_clause(policy: Policy, clause: str | None) -> object | None:
    """The clause with a path such as ``rules.late-fee`` or ``events.fee.late``."""
    section, _, name = (clause or "").partition(".")
    if section == "rules":
        return next((rule for rule in policy.rules if rule.id == name), None)
    if section == "grades":
        ladder = policy.grades.get(name, ())
        return ladder[0] if ladder else None
    table = getattr(policy, section, None)
    return table.get(name) if isinstance(table, dict) else None


def failed(plan: Plan, draft: Draft, error: EvaluationError) -> Finding:
    """An expression that has no value: which rule, which event, which subject."""
    event = draft.input
    row = f", row {event.row}" if event is not None and event.row else ""
    return Finding(
        error.code,
        f"{error.message} (in `{error.clause}`, at `{safe(draft.event)}` of"
        f" `{safe(draft.subject.id)}` on {show_instant(draft.now)}{row})",
        clause_where(plan.policy, error.clause),
        error.hint,
    )


def runaway(plan: Plan, draft: Draft, raised: Sequence[tuple[int | None, str | None]]) -> Finding:
    """A step that raises itself without end: names the clauses that go round."""
    parent, clause = raised[-1]
    chain: list[str] = []
    while clause is not None:
        chain.append(clause)
        if parent is None:
            break
        parent, clause = raised[parent]
    cycle = [c for c in dict.fromkeys(chain[:50]) if chain.count(c) > 1] or chain[:5]
    rules = [c for c in cycle if c.startswith("rules.")] or cycle
    names = ", ".join(f"`{c}`" for c in reversed(rules))
    return Finding(
        "D606",
        f"the step of `{safe(draft.event)}` of `{safe(draft.subject.id)}` on"
        f" {show_instant(draft.now)} never comes to an end: {names} set each other off",
        clause_where(plan.policy, rules[0]),
        "break the circle, e.g. with a `limit`, or with a condition that stops holding",
    )
