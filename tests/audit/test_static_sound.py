"""Whatever is proved of a generated policy holds in every history that is played of it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from engine.audit.static import PASSES, analyses_of, examine
from engine.audit.static.pairs import opposed
from engine.evaluation.run import in_play_order, play
from engine.language.load import LoadedPolicy
from tests.oracle.generator import generate

CASES = 2_000 if os.environ.get("DEMERIT_LONG") == "1" else 24
CHUNKS = 4
PROVING = tuple(each for each in PASSES if each is not opposed)  # whose witnesses are played
MATCHED = ("fired", "overridden", "limited")


def broken(results, analyses, outcome):
    """What the history shows that the results say cannot be."""
    for step in outcome.steps:
        for part in step.parts:
            yield from _rules(results, part)
            yield from _effects(results, analyses, part)
    for standing in outcome.standings.values():
        yield from _scores(analyses, standing)


def _rules(results, part):
    verdicts = {f"rules.{v.rule}": v.verdict for v in part.verdicts}
    against = {"D931": MATCHED, "D932": ("missed", "excepted"), "D933": ("fired",)}
    for result in results:
        said = [verdicts.get(clause.clause) for clause in result.clauses]
        if said and said[0] in against.get(result.code, ()):
            yield f"{result.message}: {said[0]}"
        if result.code == "D934" and said[0] == "fired" != said[1]:
            yield f"{result.message}: {said}"


def _effects(results, analyses, part):
    nobody = {r.clauses[0].clause.partition(".")[2] for r in results if r.code == "D938"}
    ending = frozenset().union(*(a.reach.ending for a in analyses))
    for effect in part.effects:
        if effect.kind in ("began", "listed") and effect.name in nobody:
            yield f"{effect.name} {effect.kind}"
        if effect.kind == "ended" and effect.name not in ending:
            yield f"{effect.name} ended"


def _scores(analyses, standing):
    for score, value in standing.scores.items():
        low = min(a.reach.scores[score][0] for a in analyses)
        high = max(a.reach.scores[score][1] for a in analyses)
        if not low <= value <= high:
            yield f"{score} is {value}, outside {low} to {high}"
    for score, grade in standing.grades.items():
        if all(grade not in a.reach.grades(a.policy, score) for a in analyses):
            yield f"{score} is graded {grade}"


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_no_history_contradicts_a_proof(chunk):
    claims = 0
    for seed in range(chunk, CASES, CHUNKS):
        case = generate(seed)
        loaded = LoadedPolicy(case.policy, case.versions, {}, (), Path("policy.yaml"))
        results = examine(loaded, PROVING)
        outcome = play(case.versions, case.cast, in_play_order(case.events), matcher="plain")
        assert list(broken(results, analyses_of(loaded), outcome)) == [], f"case {seed}"
        claims += sum(r.standing == "proved" for r in results)
    assert claims > CASES / CHUNKS / 2  # something is claimed
