"""``demerit audit --static``, ``--sensitivity`` and ``--sarif``: the critic's other tools."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.cli import output
from engine.findings import DemeritError, Finding

if TYPE_CHECKING:
    from engine.audit.sarif import Reported
    from engine.cli.audit import Judged


def bench(
    target: Path, who: str | None, seed: int | None, static: bool, sensitivity: bool,
    sarif: Path | None, *, as_json: bool,
) -> None:  # fmt: skip
    """Prove, measure, or both, and say what came of it."""
    made: dict[str, Any] = {}
    if static:
        made |= _static(target, sarif, as_json)
    elif sarif is not None:
        message = "`--sarif` writes findings, and `--sensitivity` has none"
        hint = "add `--static`, or leave `--sensitivity` out"
        raise DemeritError(Finding("D712", message, hint=hint))
    if sensitivity:
        made |= _sensitivity(target, who, seed, as_json)
    if as_json:
        output.print_json(made)


def _static(target: Path, sarif: Path | None, as_json: bool) -> dict[str, Any]:
    from engine.cli import audit_static

    proved = audit_static.prove(target)
    if sarif is not None:
        from engine.audit.sarif import write_sarif

        write_sarif(audit_static.reported(proved), sarif)
    if not as_json:
        audit_static.show(proved)
        return {}
    return audit_static.plain(proved)


def _sensitivity(target: Path, who: str | None, seed: int | None, as_json: bool) -> dict[str, Any]:
    from engine.cli import audit_sensitivity

    found = audit_sensitivity.measure(target, who, seed)
    if not as_json:
        audit_sensitivity.show(found)
        return {}
    return {"sensitivity": audit_sensitivity.plain(found)}


def write_all(path: Path, target: Path, judged: Sequence[Judged]) -> None:
    """Write verdicts that were not expected, refuted claims, and what is proved, as SARIF."""
    from engine.audit.sarif import write_sarif
    from engine.cli import audit_static
    from engine.cli.places import found_files

    verdicts = list(_verdicts(judged))
    files = found_files([target], ("policy", "scenario", "audit", "reform"))
    proved = audit_static.prove(target) if _any_policy(files) else ()
    write_sarif([*verdicts, *audit_static.reported(proved)], path)


def _any_policy(files: Sequence[Path]) -> bool:
    from engine.language.neighbours import kind_of

    return any(kind_of(file) in ("policy", "reform") for file in files)


def _verdicts(judged: Sequence[Judged]) -> Iterator[Reported]:
    """D944: a claim that is refuted, or whose verdict is not the expected one."""
    from engine.audit.sarif import Level, Reported
    from engine.cli.places import naming
    from engine.cli.show_findings import renamed_finding
    from engine.language.nodes import where_of
    from engine.text import quoted

    for one in judged:
        name = naming(None, one.path)
        for verdict in one.verdicts:
            if verdict.as_expected and verdict.kind != "refuted":
                continue
            claim = verdict.claim
            said = f"the claim {quoted(claim.id)} is {verdict.kind}: {verdict.said}"
            if verdict.as_expected:
                said += " (as its audit expects)"
            else:
                said += f" (its audit expects: {claim.expect or 'not refuted'})"
            finding = Finding("D944", said, where_of(claim.id) or claim.where,
                              width=max(1, len(claim.id)))  # fmt: skip
            level: Level = "note" if verdict.as_expected else "error"
            yield Reported(renamed_finding(finding, name), level, (), {"how": verdict.reach.said})
