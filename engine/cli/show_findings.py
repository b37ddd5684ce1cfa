"""Findings as people and programs read them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.cli import output
from engine.findings import DemeritError, Finding, Where
from engine.text import safe

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

Files = Mapping[str, str]
Naming = Callable[[str], str]  # a file as places name it → as it is shown


def as_given(file: str) -> str:
    """The plain naming: files are shown as places name them."""
    return file


def show_findings(
    findings: Iterable[Finding], files: Files, naming: Naming = as_given, *, stderr: bool = True
) -> None:
    """Every finding: its place, code and message on one line, an excerpt, a hint."""
    console = output.err() if stderr else output.out()
    for finding in findings:
        _line(console, _headline(finding, naming))
        excerpt = _excerpt(finding, files, console)
        if excerpt:
            lines = excerpt.split("\n")
            for line in lines[:-1]:
                console.print(output.text((line, "dim")), soft_wrap=True)
            style = "red" if finding.severity == "error" else "yellow"
            console.print(output.text((lines[-1], style)), soft_wrap=True)
        if finding.hint:
            _line(console, output.text(("  → ", "cyan"), safe(finding.hint)))


def _line(console: Console, text: Text) -> None:
    """A line; on a terminal that is too narrow its rest is indented, in a pipe it stays whole."""
    pieces = output.wrapped(text, console.width, 4) if console.is_terminal else [text]
    for piece in pieces:
        console.print(piece, soft_wrap=True)


def _headline(finding: Finding, naming: Naming) -> Text:
    where = finding.where
    place = f"{naming(where.file)}:{where.line}:{where.column}: " if where else ""
    line = output.text((safe(place), "bold"))
    line.append_text(output.sign(finding.severity, f"{finding.severity}[{finding.code}]"))
    line.append(f" {safe(finding.message)}")
    return line


def _excerpt(finding: Finding, files: Files, console: Console) -> str:
    if finding.where is None or finding.where.file not in files:
        return ""
    from engine.language.excerpts import GUTTER, WIDEST, excerpt

    room = console.width - GUTTER if console.is_terminal else WIDEST
    return excerpt(finding, files, min(WIDEST, max(20, room)))


def renamed(error: DemeritError, name: Naming) -> DemeritError:
    """The same error with its files named as they are shown."""
    findings = [renamed_finding(finding, name) for finding in error.findings]
    return DemeritError(findings, {name(file): text for file, text in error.files.items()})


def renamed_finding(finding: Finding, name: Naming) -> Finding:
    """The same finding with its file named as it is shown."""
    where = finding.where
    if where is None:
        return finding
    place = Where(name(where.file), where.line, where.column)
    return Finding(finding.code, finding.message, place, finding.hint, finding.severity,
                   finding.width)  # fmt: skip


def finding_json(finding: Finding, naming: Naming = as_given) -> dict[str, Any]:
    """A finding as plain data."""
    where = finding.where
    made: dict[str, Any] = {
        "code": finding.code,
        "severity": finding.severity,
        "message": finding.message,
    }
    if where is not None:
        made |= {"file": naming(where.file), "line": where.line, "column": where.column,
                 "width": finding.width}  # fmt: skip
    if finding.hint:
        made["hint"] = finding.hint
    return made


def shown_path(path: str) -> str:
    """A path for people: from the working folder if it lies below it."""
    full = os.path.normpath(Path.cwd() / path)
    near = os.path.relpath(full)
    return full if near.startswith("..") else near
