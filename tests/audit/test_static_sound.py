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

CASES = 2_000 if os.environ.get("DEMERIT_LONG") == "1" else 40
CHUNKS = 4
PROVING = tuple(each for each in PASSES if each is not opposed)  # whose witnesses are played
MATCHED = ("fired", "overridden", "limited")


def broken(results, analyses, outcome):
    """What the history shows that the results say cannot be."""
    said = {code: [r for r in results if r.code == code] for code in
            ("D931", "D932", "D933", "D934", "D938")}  # fmt: skip
    names = {code: {r.clauses[0].clause for r in found} for code, found in said.items()}
    for step in outcome.steps:
        for part in step.parts:
            verdicts = {f"rules.{v.rule}": v.verdict for v in part.verdicts}
            for rule, verdict in verdicts.items():
                if rule in names["D931"] and verdict in MATCHED:
                    yield f"{rule} matched"
                if rule in names["D932"] and verdict in ("missed", "excepted"):
                    yield f"{rule} missed"
                if rule in names["D933"] and verdict == "fired":
                    yield f"{rule} fired"
            for result in said["D934"]:
                one, two = (verdicts.get(c.clause) for c in result.clauses)
                if one == "fired" and two != "fired":
                    yield f"{result.clauses} parted"
            for effect in part.effects:
                if effect.kind in ("began", "listed"):
                    sections = ("rewards", "penalties", "registries")
                    if names["D938"] & {f"{section}.{effect.name}" for section in sections}:
                        yield f"{effect.name} {effect.kind}"
                if effect.kind == "ended" and all(
                    effect.name not in a.reach.ending for a in analyses
                ):
                    yield f"{effect.name} ended"
    for standing in outcome.standings.values():
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
