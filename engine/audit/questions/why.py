"""1. Why this score? Its effects by clause; they sum to it exactly."""

from __future__ import annotations

from collections.abc import Mapping

from engine.audit.questions.base import Answer, Evidence, Inquiry, number, signed
from engine.audit.replay import starts
from engine.evaluation.records import SCORE_EFFECTS


def answer(asked: Inquiry) -> Answer:
    """Every clause that moved the scores of somebody, and by how much in all."""
    life = asked.life()
    told = asked.told(life, name=life.name)
    who = asked.person(told)
    standing = told.standings[who]
    evidence: list[Evidence] = []
    figures: list[tuple[str, str]] = []
    exact = True
    for score, start in starts(asked.policy, life.cast, who).items():
        sums: dict[tuple[str, str], int] = {}
        for step in told.steps:
            for part in step.parts:
                for effect in part.effects:
                    if (effect.target, effect.name) == (
                        who,
                        score,
                    ) and effect.kind in SCORE_EFFECTS:
                        key = effect.clause, effect.kind
                        sums[key] = sums.get(key, 0) + effect.change
        end = standing.scores[score]
        exact = exact and start + sum(sums.values()) == end
        figures += [(f"{score} at the start", number(start)), (f"{score} at the end", number(end))]
        for (clause, kind), total in sorted(sums.items(), key=lambda one: -abs(one[1])):
            evidence.append(asked.note(f"{score}: {clause} ({kind})", clause, signed(total)))
    figures.append(("the effects sum to it", "exactly" if exact else "NOT"))
    grades = ", ".join(f"{n} {g}" for n, g in standing.grades.items())
    graded = f" ({grades})" if grades else ""
    most = f"{evidence[0].clause} moved most" if evidence else "nothing moved it"
    said = f"{who} ends with {_scores(standing.scores)}{graded}; {most}."
    return asked.answer(
        1,
        _about(who, life.name),
        said,
        figures=figures,
        evidence=evidence,
        how="the ledger of the run, effect by effect",
        histories=[told],
    )


def _scores(scores: Mapping[str, int]) -> str:
    return ", ".join(f"{n} {number(v)}" for n, v in scores.items()) or "no score at all"


def _about(who: str, scenario: str) -> str:
    return f"{who} in {scenario}" if scenario else who
