"""What must hold between the clauses of a merged policy before anything runs.

Enters: one :class:`~engine.language.model.Policy`, complete and of the right shape.
Leaves: findings. Each pass is a plain function; to add one, write it, name it in
``PASSES``, and put a broken file into ``tests/invalid/checks``. Imports the language
and nothing above it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from engine.findings import Finding
from engine.language.checks import actions, advice, expressions, measures, names, rules, shapes
from engine.language.model import Policy
from engine.language.translations import untranslated

PASSES: tuple[Callable[[Policy], Iterator[Finding]], ...] = (
    names.kinds_of_scores,
    names.institutions_of_events,
    names.citations,
    names.shown_attributes,
    names.blocked_events,
    shapes.reserved_names,
    shapes.bounds_of_types,
    shapes.weights_in_range,
    shapes.scores_in_bounds,
    shapes.grades_in_order,
    measures.one_id_each,
    measures.while_alone,
    rules.unique_ids,
    rules.triggers,
    rules.overrides,
    rules.spans_of_force,
    actions.scores,
    actions.measures,
    actions.registries,
    actions.emitted_fields,
    expressions.of_measures,
    expressions.of_rules,
    advice.two_sets,
    advice.uncited,
    advice.unused_weights,
    untranslated,
)


def check_policy(policy: Policy) -> tuple[Finding, ...]:
    """Everything wrong or doubtful in a merged policy, ordered by place."""
    found = (finding for check in PASSES for finding in check(policy))
    return tuple(sorted(found, key=_order))


def _order(finding: Finding) -> tuple[bool, str, int, int, str]:
    where = finding.where
    if where is None:
        return (True, "", 0, 0, finding.code)
    return (False, where.file, where.line, where.column, finding.code)
