"""Every broken file in this folder gives exactly the findings beside it."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterable
from pathlib import Path

import pytest

from engine.findings import DemeritError, Finding
from engine.language.load import load_policy

HERE = Path(__file__).parent
CASES = sorted(p for p in HERE.rglob("*.yaml") if not p.name.startswith("_"))
MOST_SECONDS = 2.0  # of CPU: what blows up takes minutes, a busy machine some times as long
_FIRST_KEY = re.compile(r"^(?:\s*#.*\n|\s*\n)*(\w+):")


def render(findings: Iterable[Finding], case: Path) -> str:
    """Findings as the README says that they are written."""
    lines = []
    for finding in findings:
        mark = "warning " if finding.severity == "warning" else ""
        lines.append(f"{_place(finding, case)} {finding.code} {mark}{finding.message}")
        if finding.hint:
            lines.append(f"    hint: {finding.hint}")
    return "".join(f"{line}\n" for line in lines)


def _place(finding: Finding, case: Path) -> str:
    if finding.where is None:
        return "-"
    spot = f"{finding.where.line}:{finding.where.column}"
    file = finding.where.file.removeprefix(f"{case.parent}/")
    return spot if file == case.name else f"{file}:{spot}"


def findings_of(case: Path) -> tuple[Finding, ...]:
    """What the public loader says about a file of any kind."""
    found = _FIRST_KEY.match(case.read_text("utf-8", errors="replace"))
    kind = found[1] if found else "policy"
    try:
        if kind == "scenario":
            from engine.language.scenario import load_scenario

            return load_scenario(case).findings
        if kind == "audit":
            from engine.language.audit import load_audit

            return load_audit(case).findings
        if kind == "population":
            from engine.language.population import load_population

            return load_population(case).findings
        if kind == "reform":
            return load_policy(case.with_name("_policy.yaml"), [case]).findings
        return load_policy(case).findings
    except DemeritError as error:
        return error.findings


def test_there_are_enough_of_them() -> None:
    assert len(CASES) >= 60


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case.relative_to(HERE)))
def test_findings(case: Path) -> None:
    best = MOST_SECONDS + 1
    for _ in range(3):
        started = time.process_time()
        findings = findings_of(case)
        best = min(best, time.process_time() - started)
        if best < MOST_SECONDS:
            break
    actual = render(findings, case)
    beside = case.with_suffix(".expected")
    if os.environ.get("DEMERIT_WRITE_EXPECTED") and not beside.exists():
        beside.write_text(actual, "utf-8")
    assert actual == beside.read_text("utf-8")
    assert findings, "a broken file must give a finding"
    assert best < MOST_SECONDS
