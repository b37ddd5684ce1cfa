"""Findings for editors and code hosts: SARIF 2.1.0.

What leaves is one run with one rule a code (its title and page), and one result a finding with
its place, the other clauses that it is about, and a fingerprint that stays when lines move.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any, Literal
from urllib.parse import quote

from engine import __version__, codes
from engine.files import whole_file
from engine.findings import Finding, Where
from engine.text import safe

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)

Level = Literal["error", "warning", "note"]
Naming = Callable[[str], str]  # a file as places name it → as the reader finds it


@dataclass(frozen=True)
class Reported:
    """A finding, and what a reader of SARIF can show besides."""

    finding: Finding
    level: Level | None = None  # None: that of the finding
    related: tuple[tuple[Where, str], ...] = ()  # other clauses: place, and what it is
    properties: Mapping[str, str] = field(default_factory=dict)  # e.g. how it is known


def write_sarif(findings: Iterable[Finding | Reported], path: Path, naming: Naming = str) -> None:
    """Write findings as a SARIF file, whole or not at all (D529)."""
    text = json.dumps(sarif(findings, naming), ensure_ascii=False, indent=2, sort_keys=True)
    with whole_file(path) as file:
        file.write(text.encode("utf-8") + b"\n")


def sarif(findings: Iterable[Finding | Reported], naming: Naming = str) -> dict[str, Any]:
    """Findings as the object of a SARIF file. ``naming`` says how files are named in it."""
    reported = [f if isinstance(f, Reported) else Reported(f) for f in findings]
    order = list(dict.fromkeys(sorted(r.finding.code for r in reported)))
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "demerit", "version": __version__,
                                    "rules": [_rule(code) for code in order]}},
                "columnKind": "unicodeCodePoints",
                "results": [_result(one, order, naming) for one in reported],
            }
        ],
    }  # fmt: skip


def _rule(code: str) -> dict[str, Any]:
    """A code as a rule: its title, and its page as help."""
    rule: dict[str, Any] = {"id": code}
    if code in codes.known():
        title, _, page = codes.page(code).partition("\n")
        rule["shortDescription"] = {"text": title.removeprefix(f"# {code}: ").strip()}
        rule["help"] = {"text": page.strip(), "markdown": page.strip()}
    return rule


def _result(reported: Reported, order: list[str], naming: Naming) -> dict[str, Any]:
    finding = reported.finding
    message = safe(finding.message)
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": order.index(finding.code),
        "level": reported.level or finding.severity,
        "message": {"text": f"{message}. To mend it: {safe(finding.hint)}" if finding.hint
                    else message},
        "partialFingerprints": {"demerit/v1": _fingerprint(finding)},
    }  # fmt: skip
    if finding.where is not None:
        result["locations"] = [{"physicalLocation": _place(finding.where, naming, finding.width)}]
    if reported.related:
        result["relatedLocations"] = [
            {"id": at, "message": {"text": safe(said)}, "physicalLocation": _place(where, naming)}
            for at, (where, said) in enumerate(reported.related)
        ]
    if reported.properties:
        result["properties"] = {key: safe(said) for key, said in reported.properties.items()}
    return result


def _fingerprint(finding: Finding) -> str:
    """What stays the same of a finding when lines move."""
    file = finding.where.file if finding.where is not None else ""
    said = "\0".join((finding.code, file, finding.message))
    return sha256(said.encode("utf-8")).hexdigest()[:32]


def _place(where: Where, naming: Naming, width: int = 0) -> dict[str, Any]:
    region = {"startLine": where.line, "startColumn": where.column}
    if width > 0:
        region["endColumn"] = where.column + width
    return {"artifactLocation": {"uri": _uri(naming(where.file))}, "region": region}


def _uri(name: str) -> str:
    """A file's name as a URI reference: relative where the name is."""
    if PureWindowsPath(name).drive:
        return PureWindowsPath(name).as_uri()
    path = PurePosixPath(name)
    return path.as_uri() if path.is_absolute() else quote(str(path), safe="/.-_~")
