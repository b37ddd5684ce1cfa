"""Results of tests in text: every scenario, every failure with its explanation, coverage."""

from __future__ import annotations

from collections.abc import Sequence

from engine.cli import output
from engine.cli.show_findings import show_findings, shown_path
from engine.cli.testing import Coverage, Tested
from engine.evaluation.expectations import Check
from engine.values import show_instant


def show_results(
    results: Sequence[Tested], covered: Sequence[Coverage], below: Sequence[Coverage],
    threshold: float | None,
) -> None:  # fmt: skip
    """Each scenario with what failed in it, then the coverage, then the sum."""
    for result in results:
        _scenario(result)
    _coverage(covered, below, threshold)
    checks = sum(len(result.checks) for result in results)
    failed = sum(len(result.failed) for result in results)
    bad = sum(not result.passed for result in results)
    output.say()
    word = f"{len(results)} scenario{_s(len(results))}, {checks} expectation{_s(checks)}: "
    if bad or below:
        parts = [f"{failed} failed" if failed else "", f"{bad} scenario{_s(bad)} not as expected"
                 if bad else "", "coverage is below the threshold" if below else ""]  # fmt: skip
        output.show(output.sign("failed", word + ", ".join(part for part in parts if part)))
    else:
        output.show(output.sign("passed", word + "all as expected"))


def _scenario(result: Tested) -> None:
    line = output.sign("passed" if result.passed else "failed")
    line.append_text(output.text(f"  {shown_path(str(result.path))}"))
    count = len(result.checks)
    line.append_text(output.text((f"  {count} expectation{_s(count)}", "dim")))
    output.show(line)
    if result.findings:
        show_findings(result.findings, result.files, stderr=False)
    for check in result.failed:
        _failure(check)


def _failure(check: Check) -> None:
    place = f"line {check.where.line}" if check.where else ""
    when = show_instant(check.at) if check.at is not None else "at the end"
    output.say((f"{check.who}: {check.what}", "bold"), (f"  ({when}, {place})", "dim"), indent=4)
    output.say("expected ", (check.expected, "green"), ", found ", (check.actual, "red"), indent=6)
    if check.why:
        output.say(("because ", "dim"), check.why, indent=6, hang=2)


def _coverage(
    covered: Sequence[Coverage], below: Sequence[Coverage], threshold: float | None
) -> None:
    if not covered:
        return
    output.say()
    table = output.table("policy", ">rules", ">fired", ">coverage", "never fired")
    for one in covered:
        never = [rule for rule in one.rules if rule not in one.fired]
        percent = f"{one.percent:.0f} %"
        if threshold is not None:
            name = "failed" if one in below else "passed"
            cell = output.sign(name, f"{percent} of {threshold:g} %")
        else:
            cell = output.text(percent)
        output.add_row(
            table,
            [one.policy, str(len(one.rules)), str(len(one.fired)), cell, ", ".join(never) or "–"],
        )
    output.show(table)


def _s(count: int) -> str:
    return "" if count == 1 else "s"
