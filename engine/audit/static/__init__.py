"""What can be shown of a policy without playing its histories.

Enters: a checked policy. Leaves: results (:mod:`engine.audit.static.results`), each proved for
every history, or shown by one that was played, or named as only possible. Conditions become
questions to a solver over whole numbers of millionths; the past is not unrolled but bounded, so
a "cannot" is a proof, and a "can" is a candidate that the step engine has to confirm.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from engine.audit.static import pairs, reached, rules
from engine.audit.static.analysis import Analysis, settle_reach
from engine.audit.static.playing import Stage
from engine.audit.static.quoting import named
from engine.audit.static.reach import Reach, everything
from engine.audit.static.results import ClauseAt, Result, Witness
from engine.audit.static.solving import RLIMIT
from engine.language.load import LoadedPolicy
from engine.text import quoted

Pass = Callable[[Analysis, Stage], Iterator[Result]]

#: Every question that is asked of a policy, in order.
PASSES: tuple[Pass, ...] = (
    rules.never, rules.always, pairs.set_aside, pairs.subsumed, pairs.opposed, reached.gaps,
    reached.grades, reached.measures, rules.idle,
)  # fmt: skip


def examine(loaded: LoadedPolicy, passes: Sequence[Pass] = PASSES) -> tuple[Result, ...]:
    """All that is found out about a policy, in order of passes, then of clauses.

    Of a policy with dated versions only what holds in every version is told (what two rules do
    together, in any of them).
    """
    analyses = analyses_of(loaded)
    found = [
        {_identity(result): result for result in _one(analysis, passes)} for analysis in analyses
    ]
    kept: dict[tuple[object, ...], Result] = {}
    for one in found:
        for key, result in one.items():
            if result.code in ("D935", "D941") or all(key in other for other in found):
                kept.setdefault(key, result)
    return tuple(kept.values())


def analyses_of(loaded: LoadedPolicy) -> tuple[Analysis, ...]:
    """The analysis of each version of a policy."""
    versions = [policy for _, policy in loaded.versions]
    if len(versions) == 1:
        return (settle_reach(versions[0], everything(versions[0])),)
    whole = [everything(policy) for policy in versions]
    scores = {
        name: (min(r.scores[name][0] for r in whole), max(r.scores[name][1] for r in whole))
        for name in whole[0].scores
    }
    return tuple(
        settle_reach(policy, replace(one, scores=scores, settled=False), shrink=False)
        for policy, one in zip(versions, whole, strict=True)
    )


def _one(analysis: Analysis, passes: Sequence[Pass]) -> Iterator[Result]:
    stage = Stage(analysis)
    for each in passes:
        yield from each(analysis, stage)
    for clause in analysis.undecided:
        yield Result("D941", f"the solver gave no answer about {quoted(clause)} within its limit"
                     f" of {RLIMIT} steps", "unknown", (named(analysis.policy, clause),),
                     "nothing is claimed of it; a simpler condition may be decided")  # fmt: skip


def _identity(result: Result) -> tuple[object, ...]:
    return (result.code, *(c.clause for c in result.clauses), result.clauses[0].where)


__all__ = ["PASSES", "Analysis", "ClauseAt", "Reach", "Result", "Witness", "analyses_of", "examine"]
