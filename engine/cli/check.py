"""``demerit check``: everything that is wrong with files, at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from engine.cli import exits, output
from engine.cli.options import JsonOption
from engine.cli.places import base_of, found_files, naming
from engine.cli.show_findings import finding_json, renamed_finding, show_findings, shown_path
from engine.findings import DemeritError, Finding, errors

KINDS = ("policy", "scenario", "reform", "audit", "population", "sift", "subjects")


def check(
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="PATH...", help="Files, folders or packs; folders are searched."),
    ],
    as_json: JsonOption = False,
) -> None:
    """Say everything that is wrong with files of any kind, and how to mend it."""
    files = found_files(paths, KINDS)
    reports = [report for path in files for report in _checked(path)]
    findings, texts = _joined(reports)
    bad = len(errors(findings))
    if as_json:
        output.print_json(
            {
                "files": [str(path) for path in files],
                "errors": bad,
                "warnings": len(findings) - bad,
                "findings": [finding_json(finding) for finding in findings],
            }
        )
    else:
        show_findings(findings, texts, stderr=False)
        _summary(len(files), bad, len(findings) - bad, after=bool(findings))
        if any(finding.code < "D2" for finding in errors(findings)):
            more = "where a file cannot be read as a whole, more may show once that is mended"
            output.say((more, "dim"), indent=2)
    exits.leave(exits.FOUND if bad else exits.GOOD)


class _Report(NamedTuple):
    """What one file had to say, its files named as they are shown."""

    findings: tuple[Finding, ...]
    files: Mapping[str, str]


def _summary(files: int, bad: int, warnings: int, *, after: bool) -> None:
    if after:
        output.say()
    counted = f"{files} file{'' if files == 1 else 's'} checked: "
    words = f"{bad} error{'' if bad == 1 else 's'}"
    words += f", {warnings} warning{'' if warnings == 1 else 's'}"
    mark = output.sign("error" if bad else "warning" if warnings else "good", "")
    line = output.text(counted + (words if bad or warnings else "nothing to mend"))
    output.show(mark.append(" ").append_text(line))


def _joined(reports: Iterable[_Report]) -> tuple[tuple[Finding, ...], dict[str, str]]:
    """All findings, each once however many files lead to it, and the texts."""
    findings: dict[Finding, None] = {}
    texts: dict[str, str] = {}
    for report in reports:
        findings |= dict.fromkeys(report.findings)
        texts |= report.files
    return tuple(findings), texts


def _checked(path: Path) -> list[_Report]:
    from engine.language.neighbours import kind_of

    kind = kind_of(path)
    try:
        if kind == "scenario":
            return [_scenario(path)]
        if kind == "reform":
            return _reform(path)
        if kind == "audit":
            return [_audit(path)]
        if kind == "population":
            return [_population(path)]
        if kind == "sift":
            return [_sift(path)]
        if kind == "subjects":
            return [_subjects(path)]
        return [_policy(path)]
    except DemeritError as error:
        base = base_of(path, error.files) if kind == "scenario" else path.parent
        return [_named(error.findings, error.files, path, base)]


def _named(
    findings: Iterable[Finding], files: Mapping[str, str], path: Path, base: Path | None
) -> _Report:
    name = naming(base, path)
    return _Report(
        tuple(renamed_finding(finding, name) for finding in findings),
        {name(file): text for file, text in files.items()},
    )


def _policy(path: Path) -> _Report:
    from engine.language.load import load_policy

    loaded = load_policy(path)
    return _named(loaded.findings, loaded.files, path, path.parent)


def _scenario(path: Path) -> _Report:
    from engine.language.scenario import load_scenario

    loaded = load_scenario(path)
    return _named(loaded.findings, loaded.files, path, loaded.policy.path.parent)


def _subjects(path: Path) -> _Report:
    from engine.language.load import read_document

    _, files = read_document(path, "subjects", str(path))
    return _Report((), files)


def _sift(path: Path) -> _Report:
    """A pattern, held against the policy that it is for, if it names one."""
    from engine.language.sifts import load_sift

    loaded = load_sift(path)
    return _named(loaded.findings, loaded.files, path, path.parent)


def _audit(path: Path) -> _Report:
    """An audit and all its claims, held against the policy that they are about."""
    from engine.language.audit import load_audit, read_audit
    from engine.language.neighbours import policy_of

    target = policy_of(path, read_audit(path)[0].of)
    folder = target.parent if target else None
    try:
        loaded = load_audit(path, target)
    except DemeritError as error:
        return _named(error.findings, error.files, path, folder)
    return _named(loaded.findings, loaded.files, path, folder)


def _population(path: Path) -> _Report:
    """A population, held against the policy that it is for."""
    from engine.language.load import read_document
    from engine.language.model import Population
    from engine.language.neighbours import policy_of
    from engine.language.population import load_population

    model, _ = read_document(path, "population", str(path))
    target = policy_of(path, model.of) if isinstance(model, Population) else None
    folder = target.parent if target else None
    try:
        loaded = load_population(path, target)
    except DemeritError as error:
        return _named(error.findings, error.files, path, folder)
    return _named(loaded.findings, loaded.files, path, folder)


def _reform(path: Path) -> list[_Report]:
    """A reform by itself, and applied to its policy if that can be found."""
    from engine.language.load import load_policy, load_reform
    from engine.language.neighbours import policy_of

    reform, files = load_reform(path)
    found = policy_of(path, reform.of)
    target = None if found is None else Path(shown_path(str(found)))
    if target is None:
        hint = f"put it into a folder below the one of the policy `{reform.of}`"
        finding = Finding("D704", f"the policy `{reform.of}` was not found: only the form of this"
                          " reform was checked", reform.where, hint, "warning")  # fmt: skip
        return [_Report((finding,), files)]
    try:
        loaded = load_policy(target, [path])
    except DemeritError as error:
        return [_named(error.findings, error.files, path, target.parent)]
    return [_named(loaded.findings, loaded.files, path, target.parent)]
