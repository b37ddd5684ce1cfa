"""``demerit audit --static``: what is proved of policies, and of their reforms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.cli import output
from engine.cli.show_findings import Naming, renamed_finding, show_findings
from engine.findings import DemeritError, Finding, Where
from engine.text import quoted

if TYPE_CHECKING:
    from engine.audit.sarif import Reported
    from engine.audit.static import Result
    from engine.audit.static.reforms import Comparison
    from engine.language.load import LoadedPolicy


@dataclass(frozen=True)
class Proved:
    """What was found out about one policy, or about one reform of it."""

    path: Path  # of the policy, or of the reform
    loaded: LoadedPolicy  # under the reform, if there is one
    results: tuple[Result, ...]
    naming: Naming
    comparison: Comparison | None = None  # of a reform with its policy


def prove(target: Path) -> tuple[Proved, ...]:
    """Examine every policy that is meant, and compare every reform beside it."""
    from engine.cli.places import found_files
    from engine.language.neighbours import kind_of

    files = found_files([target], ("policy", "reform"))
    made = [_policy(path) for path in files if kind_of(path) == "policy"]
    made += [_reform(path) for path in files if kind_of(path) == "reform"]
    return tuple(made)


def _policy(path: Path) -> Proved:
    from engine.audit.static import examine

    name = _naming(path)
    loaded = _loaded(path, (), name)
    return Proved(path, loaded, examine(loaded), name)


def _reform(path: Path) -> Proved:
    from engine.audit.static.reforms import compare
    from engine.language.load import load_reform
    from engine.language.neighbours import policy_of

    reform, files = load_reform(path)
    target = policy_of(path, str(reform.of))
    if target is None:
        finding = Finding("D704", f"the policy {quoted(reform.of)} of this reform was not found",
                          reform.where, "put it into a folder below the policy's")  # fmt: skip
        raise DemeritError(finding, files)
    name = _naming(target)
    before, after = _loaded(target, (), name), _loaded(target, (path,), name)
    found = compare(before, after)
    return Proved(path, after, found.results, name, found)


def _naming(policy: Path) -> Naming:
    from engine.cli.places import naming

    return naming(policy.parent)


def _loaded(path: Path, reforms: Sequence[Path], name: Naming) -> LoadedPolicy:
    from engine.cli.show_findings import renamed
    from engine.language.load import load_policy

    try:
        return load_policy(path, reforms)
    except DemeritError as error:
        raise renamed(error, name) from None


# --- telling ----------------------------------------------------------------------


def show(proved: Sequence[Proved]) -> None:
    """Everything that was found, with the clause, how it is known and the witness."""
    from engine.cli.show_findings import shown_path

    for at, one in enumerate(proved):
        if at:
            output.say("")
        words = one.comparison.says if one.comparison is not None else _count(one.results)
        output.say((shown_path(str(one.path)), "bold"), f": {words}", hang=2)
        for result in one.results:
            show_findings([result.reported().finding], one.loaded.files, one.naming, stderr=False)
            output.say((f"  {_mark(result)} {result.how}", "dim"), hang=4)
            for clause in result.clauses[1:]:
                output.say((f"    with {clause.clause}{_at(clause.where, one.naming)}", "dim"))
            if result.bounds:
                output.say((f"    {result.bounds}", "dim"), hang=4)


def _mark(result: Result) -> str:
    return {"proved": "✓", "played": "●", "possible": "○"}.get(result.standing, "?")


def _at(where: Where | None, name: Naming) -> str:
    return "" if where is None else f", {name(where.file)}:{where.line}"


def _count(results: Sequence[Result]) -> str:
    if not results:
        return "nothing found"
    return f"{len(results)} finding{'s' * (len(results) > 1)}"


def plain(proved: Sequence[Proved]) -> dict[str, Any]:
    """The same as plain data."""
    return {"static": [_plain(one) for one in proved]}


def _plain(one: Proved) -> dict[str, Any]:
    made: dict[str, Any] = {"file": str(one.path), "policy": str(one.loaded.policy.policy)}
    if one.comparison is not None:
        made |= {"reform": True, "never_harsher": one.comparison.verdict,
                 "says": one.comparison.says}  # fmt: skip
    made["findings"] = [result.plain() for result in one.results]
    return made


def reported(proved: Sequence[Proved]) -> Iterator[Reported]:
    """The findings for SARIF, their files named from here."""
    for one in proved:
        for result in one.results:
            found = result.reported()
            related = tuple((_renamed(where, one.naming), said) for where, said in found.related)
            finding = renamed_finding(found.finding, one.naming)
            yield replace(found, finding=finding, related=related)


def _renamed(where: Where, name: Naming) -> Where:
    return Where(name(where.file), where.line, where.column)
