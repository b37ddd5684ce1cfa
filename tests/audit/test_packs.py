"""The packs' audits come out as their critics expect."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from engine.audit.bounds import Budget
from engine.audit.context import Bench
from engine.audit.judge import bounds_of, judge_audit, judge_claim
from engine.language.audit import load_audit
from policies import packs
from tests.conftest import LONG

AUDITS = tuple(
    path for folder in packs().values() for path in sorted((folder / "audits").glob("*.yaml"))
)
ENOUGH = 600  # histories for most claims to come out


def named(path: Path) -> str:
    return f"{path.parents[1].name}/{path.stem}"


@pytest.mark.parametrize("path", AUDITS, ids=named)
def test_every_verdict_is_the_expected_one(path):
    audit = load_audit(path)
    most = None if LONG else ENOUGH
    verdicts = list(judge_audit(audit, bounds_of(audit, most), Budget()))
    assert len(verdicts) == len(audit.claims)
    wrong = [(str(v.claim.id), v.kind, v.said) for v in verdicts if not v.as_expected]
    assert wrong == []
    assert all(v.reach.stopped is None for v in verdicts)


def test_pooled_scoring_is_refuted_by_a_short_history():
    """The critic's objection: one default and a few good deeds pass."""
    audit = load_audit(packs()["one-good-deed"] / "audits" / "pooled.yaml")
    claim = next(c for c in audit.claims if c.claim.id == "a-defaulter-does-not-pass")
    verdict = judge_claim(Bench(audit), claim, bounds_of(audit, 2_000), Budget())
    example = verdict.counterexample
    assert verdict.kind == "refuted"
    assert example is not None
    assert example.events <= 11
    types = [event.type for event in example.histories[0].events]
    assert types.count("loan.defaulted") == 1
    assert types.count("deed.done") == 5
    standing = example.histories[0].standings["xue-song"]
    assert standing.grades == {"credit": "pass"}


@pytest.mark.long
def test_the_least_cost_of_pooled_scoring_is_proved():
    """With enough histories the search also excludes everything cheaper."""
    audit = load_audit(packs()["one-good-deed"] / "audits" / "pooled.yaml")
    claim = next(c for c in audit.claims if c.claim.id == "it-costs-something")
    bounds = replace(bounds_of(audit), histories=200_000)
    verdict = judge_claim(Bench(audit), claim, bounds, Budget())
    assert verdict.counterexample is not None
    assert verdict.counterexample.least
    assert verdict.counterexample.cost == 5_000_000
