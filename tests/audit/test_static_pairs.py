"""Every kind of static finding: the planted fault is found, the clean twin is not accused."""

from __future__ import annotations

import pytest

from engine.audit.static import examine
from engine.evaluation.run import play
from engine.language.load import load_policy
from tests.audit.static_pairs import PAIRS, text


def found_in(tmp_path, written):
    path = tmp_path / "policy.yaml"
    path.write_text(written, "utf-8")
    return load_policy(path)


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.name)
def test_the_planted_fault_is_found(tmp_path, pair):
    loaded = found_in(tmp_path, text(pair.faulty, pair.more_faulty, pair.top))
    results = examine(loaded)
    mine = [r for r in results if r.code == pair.code and pair.said in r.message]
    assert len(mine) == 1, [(r.code, r.message) for r in results]
    assert mine[0].standing == pair.standing
    assert mine[0].where is not None
    assert mine[0].where.file == "policy.yaml"


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.name)
def test_the_clean_twin_is_not_accused(tmp_path, pair):
    loaded = found_in(tmp_path, text(pair.clean, pair.more_clean))
    assert [(r.code, r.message) for r in examine(loaded)] == []


@pytest.mark.parametrize(
    "pair", [p for p in PAIRS if p.standing == "played"], ids=lambda pair: pair.name
)
def test_a_witness_can_be_played_again(tmp_path, pair):
    loaded = found_in(tmp_path, text(pair.faulty, pair.more_faulty, pair.top))
    result = next(r for r in examine(loaded) if r.code == pair.code)
    witness = result.witness
    outcome = play(loaded.versions, witness.cast, witness.events, matcher="plain")
    step = outcome.steps[witness.step - 1]
    named = {clause.clause.removeprefix("rules.") for clause in result.clauses}
    assert named <= set(step.fired)
