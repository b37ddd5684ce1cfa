"""What made rules fire: true at their step, and without any trace in the ledger."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.cli.playing import load, play_scenario, run_to_end
from engine.evaluation.lines import step_line
from engine.evaluation.primitives import COMPARISONS
from engine.language import expressions as ex
from engine.language.neighbours import kind_of, yaml_files
from policies import packs

SCENARIOS = [
    path for folder in packs().values() for path in yaml_files(folder)
    if kind_of(path) == "scenario"
]  # fmt: skip


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_what_held_is_true_and_the_ledger_does_not_know_it(path: Path) -> None:
    loaded = load(path)
    plain = play_scenario(loaded, "plain").outcome
    _, told = run_to_end(loaded, "plain")
    assert told.hash == plain.hash
    assert [step_line(step) for step in told.steps] == [step_line(step) for step in plain.steps]
    policies = [policy for _, policy in loaded.policy.versions]
    asking = {r.id for policy in policies for r in policy.rules if r.when is not None}
    for step in told.steps:
        for part in step.parts:
            for verdict in part.verdicts:
                needed = verdict.verdict == "fired" and verdict.rule in asking
                assert bool(verdict.held) == (needed or verdict.verdict == "excepted")
                for raw in verdict.held:
                    tree = ex.parse(raw.atom.text)
                    if isinstance(tree, ex.Compare):
                        assert COMPARISONS[tree.operator](raw.left, raw.right)
