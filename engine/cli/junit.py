"""Results of tests as JUnit XML, for servers that read it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from engine.cli.show_findings import shown_path
from engine.cli.testing import Tested
from engine.evaluation.expectations import Check
from engine.files import whole_file
from engine.findings import Finding
from engine.text import safe
from engine.values import show_instant


def write_junit(path: Path, results: Sequence[Tested]) -> None:
    """Write the results; the file appears whole or not at all (D529 if it cannot)."""
    with whole_file(path) as file:
        file.write(junit_xml(results).encode())


def junit_xml(results: Sequence[Tested]) -> str:
    """One suite a scenario, one case an expectation."""
    suites = [_suite(result) for result in results]
    tests = sum(len(result.checks) + len(result.findings) for result in results)
    failures = sum(len(result.failed) for result in results)
    errors = sum(len(result.findings) for result in results)
    counts = f'tests="{tests}" failures="{failures}" errors="{errors}"'
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    return f'{head}<testsuites name="demerit" {counts}>\n{"".join(suites)}</testsuites>\n'


def _suite(result: Tested) -> str:
    cases = [_case(result, check) for check in result.checks]
    cases += [_error(result, finding) for finding in result.findings]
    counts = f'tests="{len(cases)}" failures="{len(result.failed)}"'
    counts += f' errors="{len(result.findings)}"'
    head = f"  <testsuite name={_attribute(result.name)} {counts}>\n"
    return f"{head}{''.join(cases)}  </testsuite>\n"


def _case(result: Tested, check: Check) -> str:
    when = show_instant(check.at) if check.at is not None else "end"
    name = _attribute(f"{check.who} {check.what} ({when})")
    file = shown_path(str(result.path))
    head = f"    <testcase classname={_attribute(result.name)} name={name} file={_attribute(file)}"
    if check.where is not None:
        head += f' line="{check.where.line}"'
    if check.passed:
        return f"{head}/>\n"
    message = _attribute(f"expected {check.expected}, found {check.actual}")
    body = f"      <failure message={message}>{escape(safe(check.why))}</failure>\n"
    return f"{head}>\n{body}    </testcase>\n"


def _error(result: Tested, finding: Finding) -> str:
    name = _attribute(f"{finding.code} {finding.where or ''}".strip())
    head = f"    <testcase classname={_attribute(result.name)} name={name}>\n"
    body = f"      <error message={_attribute(finding.message)}/>\n"
    return f"{head}{body}    </testcase>\n"


def _attribute(text: str) -> str:
    return quoteattr(safe(text))
