"""``demerit test``: do scenarios come out as expected, and is every rule put to use?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from engine.cli import exits, output
from engine.cli.options import (
    JsonOption,
    LangOption,
    MatcherName,
    MatcherOption,
    ReformsOption,
    reforms_of,
)
from engine.cli.show_findings import finding_json, renamed_finding, shown_path
from engine.findings import DemeritError, Finding

if TYPE_CHECKING:
    from engine.evaluation.expectations import Check
    from engine.evaluation.records import Step
    from engine.language.model import Policy


@dataclass(frozen=True)
class Tested:
    """One scenario that was played, or could not be."""

    path: Path
    name: str
    checks: tuple[Check, ...] = ()
    findings: tuple[Finding, ...] = ()  # why it could not be loaded or played to its end
    files: dict[str, str] = field(default_factory=dict)
    broken: bool = False  # it could not be loaded at all

    @property
    def failed(self) -> tuple[Check, ...]:
        """The checks that did not come out."""
        return tuple(check for check in self.checks if not check.passed)

    @property
    def passed(self) -> bool:
        """Whether all came out, and the run came to its end."""
        return not self.failed and not self.findings


@dataclass
class Coverage:
    """Which rules of a policy fired in any of its scenarios."""

    policy: str
    rules: tuple[str, ...]
    judged: set[str] = field(default_factory=set)
    fired: set[str] = field(default_factory=set)

    @property
    def percent(self) -> float:
        """Fired rules of all, in percent; 100 for a policy without rules."""
        return 100 * len(self.fired) / len(self.rules) if self.rules else 100.0

    def add(self, steps: Iterable[Step]) -> None:
        """Count the verdicts of one run."""
        for step in steps:
            for part in step.parts:
                self.judged.update(v.rule for v in part.verdicts)
                self.fired.update(v.rule for v in part.verdicts if v.verdict == "fired")


def test(
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="PATH...", help="Scenarios, packs, or folders to search."),
    ],
    threshold: Annotated[
        float | None,
        typer.Option("--threshold", metavar="PERCENT", min=0, max=100,
                     help="Fail if fewer of a policy's rules fire in its scenarios."),
    ] = None,
    junit: Annotated[
        Path | None, typer.Option("--junit", metavar="FILE", help="Write the results as JUnit XML.")
    ] = None,
    reform: ReformsOption = None,
    matcher: MatcherOption = MatcherName.durable,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Play scenarios and hold them against what they expect."""
    from engine.cli.places import found_files

    covered: dict[tuple[Path, str], Coverage] = {}
    found = found_files(paths, ("scenario",))
    under = reforms_of(reform)
    results = [_tested(path, matcher.value, lang, covered, under) for path in found]
    below = [c for c in covered.values() if threshold is not None and c.percent < threshold]
    if junit is not None:
        from engine.cli.junit import write_junit

        write_junit(junit, results)
    if as_json:
        output.print_json(_plain(results, tuple(covered.values()), below))
    else:
        from engine.cli.testing_show import show_results

        show_results(results, tuple(covered.values()), below, threshold)
    if any(result.broken for result in results):
        exits.leave(exits.BAD_USE)
    bad = below or not all(result.passed for result in results)
    exits.leave(exits.FOUND if bad else exits.GOOD)


def _tested(
    path: Path, matcher: str, lang: str | None, covered: dict[tuple[Path, str], Coverage],
    reforms: Sequence[Path] = (),
) -> Tested:  # fmt: skip
    """Play one scenario; what is wrong with it is part of the result."""
    from engine.cli.playing import load, play_scenario
    from engine.evaluation.expectations import checks

    try:
        loaded = load(path, reforms, expecting=True)
    except DemeritError as error:
        return Tested(path, path.stem, (), error.findings, dict(error.files), broken=True)
    played = play_scenario(loaded, matcher, lang)
    story, outcome = played.story, played.outcome
    policies = [policy for _, policy in loaded.policy.versions]
    key = loaded.policy.path.resolve(), str(policies[0].policy)
    covered.setdefault(key, Coverage(key[1], _rules(policies))).add(outcome.steps)
    found = tuple(check for s in outcome.snapshots for check in checks(s, story))
    stopped = (renamed_finding(outcome.error, played.naming),) if outcome.error else ()
    files = {played.naming(file): text for file, text in loaded.files.items()}
    return Tested(path, str(loaded.scenario.scenario), found, stopped, files)


def _rules(policies: Sequence[Policy]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(rule.id) for policy in policies for rule in policy.rules))


def _plain(
    results: Sequence[Tested], covered: Sequence[Coverage], below: Sequence[Coverage]
) -> dict[str, Any]:
    return {
        "passed": all(result.passed for result in results) and not below,
        "scenarios": [
            {
                "scenario": result.name,
                "file": shown_path(str(result.path)),
                "passed": result.passed,
                "checks": [_check(check) for check in result.checks],
                "findings": [finding_json(finding) for finding in result.findings],
            }
            for result in results
        ],
        "coverage": [
            {
                "policy": one.policy,
                "percent": round(one.percent, 1),
                "rules": len(one.rules),
                "fired": [rule for rule in one.rules if rule in one.fired],
                "never_fired": [rule for rule in one.rules if rule not in one.fired],
                "never_judged": [rule for rule in one.rules if rule not in one.judged],
                "below_threshold": one in below,
            }
            for one in covered
        ],
    }


def _check(check: Check) -> dict[str, Any]:
    from engine.values import iso_instant

    made: dict[str, Any] = {
        "who": check.who,
        "what": check.what,
        "at": "end" if check.at is None else iso_instant(check.at),
        "expected": check.expected,
        "actual": check.actual,
        "passed": check.passed,
    }
    if check.where is not None:
        made["line"] = check.where.line
    if check.why:
        made["why"] = check.why
    return made
