"""What the tool says about a user's mistake: a value with a place.

A mistake in a file is a :class:`Finding`; many are collected and reported at
once. :class:`DemeritError` carries findings to whoever can show them. Any other
exception means that the fault is ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from itertools import islice
from typing import Literal

_FEW = 8  # names that a hint lists

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, order=True)
class Where:
    """A place in a text file."""

    file: str  # as the user named it, or relative to the policy's folder
    line: int  # 1-based
    column: int  # 1-based, counted in characters

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend (error) or to look at (warning)."""

    code: str  # stable, e.g. "D012"; `demerit explain-code` prints its page
    message: str  # lower case; the user's words in backticks
    where: Where | None = None  # where to look
    hint: str | None = None  # how to mend it
    severity: Severity = "error"
    width: int = 1  # characters to underline, at least 1

    def at(self, where: Where | None) -> Finding:
        """The same finding at a place, unless it already has one."""
        return self if self.where or where is None else replace(self, where=where)


class DemeritError(Exception):
    """One or more findings that stop the work. The only exception users cause.

    ``files`` holds the texts that the findings are about, by the names their places use.
    """

    def __init__(
        self, findings: Finding | Iterable[Finding], files: Mapping[str, str] | None = None
    ) -> None:
        self.files: Mapping[str, str] = {} if files is None else files
        self.findings: tuple[Finding, ...] = (
            (findings,) if isinstance(findings, Finding) else tuple(findings)
        )
        super().__init__("; ".join(f"{f.code} {f.message}" for f in self.findings))


def bounded(findings: Iterable[Finding], most: int) -> tuple[Finding, ...]:
    """The first ``most`` findings, and one that says that there are more, if there are."""
    kept = tuple(islice(findings, most + 1))
    if len(kept) <= most:
        return kept
    last = kept[most]
    return (*kept[:most], replace(last, message="there are more mistakes from here on", hint=None))


def errors(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Only those that stop the work."""
    return tuple(f for f in findings if f.severity == "error")


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that was probably meant, if one is close."""
    found = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return found[0] if found else None


def did_you_mean(word: str, known: Sequence[str], what: str = "") -> str:
    """A hint that names the nearest known word, or all of them if they are few.

    Of many where none is near, the nearest few are named. ``what`` is a plural.
    """
    close = nearest(word, known)
    if close:
        return f"did you mean `{close}`?"
    if not known:
        return "none is declared"
    names = [str.__str__(name) for name in known]
    if len(names) <= _FEW:
        return f"known{' ' + what if what else ''}: {_listed(names)}"
    few = get_close_matches(word, names, n=5, cutoff=0.0) if word else names[:5]
    return f"the nearest of {len(names)}{' ' + what if what else ''}: {_listed(few)}"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
