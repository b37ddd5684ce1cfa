"""Small policies with one planted fault each, and their clean twins, ready to be audited."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from engine.audit.bounds import Bounds, Budget
from engine.audit.context import Bench
from engine.audit.judge import bounds_of, judge_claim
from engine.audit.verdicts import Verdict
from engine.language.audit import LoadedAudit, load_audit

HEAD = """\
policy: pier
format: 1
subjects:
  sailor: {attributes: {name: text, aided: {boolean: false}}}
weights: {late: -10, sung: 10}
scores: {trust: {of: sailor, start: 100, min: 0, max: 200}}
grades: {trust: [{name: good, from: 100}, {name: fair, from: 50}, {name: bad, from: 0}]}
events:
  late: {domain: money}
  paid: {domain: money}
  sung: {domain: choir}
  back: {fields: {late: text}}
  off: {}
rewards: {key: {}}
registries: {board: {shows: [name]}}
"""
PENALTIES = "penalties: {ban: {domain: money, lasts: 10 days}, fine: {lasts: 5 days}}\n"

AUDIT = """\
audit: critic
of: pier
cast: {una: {kind: sailor, name: Una}, bo: {kind: sailor, name: Bo, aided: true}}
start: 2031-01-01
alphabet:
  late: {cost: 0}
  paid: {cost: 1}
  sung: {cost: 1}
search: {events: 4, histories: 4000, waits: [1 day, 7 days]}
"""


class Twin(NamedTuple):
    """A policy by its rules, and what else is its own."""

    rules: str  # flow items, one a line
    penalties: str = PENALTIES
    head: str = HEAD
    reform: str = ""
    scenario: str = ""
    audit: str = AUDIT


def folder_of(folder: Path, twin: Twin, claim: str) -> Path:
    """The files of a twin and an audit with one claim; the path of the audit."""
    rules = "".join(f"  - {line.strip()}\n" for line in twin.rules.strip().splitlines())
    (folder / "policy.yaml").write_text(f"{twin.head}{twin.penalties}rules:\n{rules}")
    for name, text in (("reforms/milder.yaml", twin.reform), ("scenarios/one.yaml", twin.scenario)):
        if text:
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(text)
    path = folder / "audits" / "critic.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"{twin.audit}claims:\n  - {{id: one, {claim}}}\n")
    return path


def verdict_on(folder: Path, twin: Twin, claim: str, bounds: Bounds | None = None) -> Verdict:
    """The verdict on one claim about a twin."""
    return judged(load_audit(folder_of(folder, twin, claim)), bounds)[0]


def judged(
    audit: LoadedAudit, bounds: Bounds | None = None, budget: Budget | None = None
) -> list[Verdict]:
    """Every verdict of an audit."""
    bench = Bench(audit)
    return [
        judge_claim(bench, claim, bounds or bounds_of(audit), budget or Budget())
        for claim in audit.claims
    ]
