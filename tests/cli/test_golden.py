"""Whole outputs that must not change by themselves.

After a change that is meant: ``DEMERIT_GOLDEN=1 pytest tests/cli/test_golden.py``, then read
the difference.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from tests.telling import but_for_the_matcher

GOLDEN = Path(__file__).parents[1] / "golden"
CASES = {
    "run-aged-parents-the-quarrel": ["run", "aged-parents/the-quarrel"],
    "run-benefit-sanctions-three-years": ["run", "benefit-sanctions/three-years"],
    "run-double-booking-accident": ["run", "double-booking/accident"],
    "why-life": ["why", "aged-parents/the-quarrel", "--who", "tang-yue"],
    "why-step": ["why", "aged-parents/the-roof", "--who", "shen-daoming", "--step", "3"],
    "why-rule": ["why", "benefit-sanctions/days-0-10-40", "--who", "{first}", "--rule", "second"],
    "why-measure": [
        "why", "aged-parents/the-roof", "--who", "mother-shen", "--measure", "no-leave"
    ],
    "test-aged-parents": ["test", "aged-parents"],
    "diff-aged-parents": [
        "diff", "aged-parents", "policies/aged-parents/reforms/no-third-parties.yaml"
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_output_is_as_it_was(demerit, monkeypatch, name):
    monkeypatch.chdir(GOLDEN.parents[1])
    arguments = CASES[name]
    if "{first}" in arguments:
        subjects = demerit("run", arguments[1], "--json").json["subjects"]
        arguments = [next(iter(subjects)) if a == "{first}" else a for a in arguments]
    said = demerit(*arguments)
    shown = re.sub(r"ledger [0-9a-f]{64}", "ledger (its hash)", said.out)
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("DEMERIT_GOLDEN"):
        path.write_text(shown)
    assert but_for_the_matcher(said.err) == ""
    assert shown == path.read_text()
