"""From claims to verdicts: the main path of an audit.

:func:`judge_audit` goes through the claims of an audit. Each form is one entry of ``FORMS``
(:mod:`engine.audit.forms`), which says how it is looked for; here it is decided where: in the
scenarios that the claim names, or in histories that a search makes up.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from engine.audit import forms
from engine.audit.bounds import Bounds, Budget
from engine.audit.context import Asked, Bench
from engine.audit.verdicts import Reach, Verdict
from engine.findings import DemeritError
from engine.language.audit import LoadedAudit, LoadedClaim


def bounds_of(audit: LoadedAudit, histories: int | None = None, seed: int | None = None) -> Bounds:
    """The bounds that an audit sets, or those that somebody asks for instead."""
    search = audit.audit.search
    return Bounds(
        search.events,
        min(search.histories, histories) if histories is not None else search.histories,
        search.seed if seed is None else seed,
    )


def judge_audit(
    audit: LoadedAudit, bounds: Bounds, budget: Budget, question: int | None = None
) -> Iterator[Verdict]:
    """The verdict on each claim, in order; with ``question`` only those that answer it."""
    bench = Bench(audit)
    for loaded in audit.claims:
        if question is None or loaded.claim.asks == question:
            yield judge_claim(bench, loaded, bounds, budget)


def judge_claim(bench: Bench, loaded: LoadedClaim, bounds: Bounds, budget: Budget) -> Verdict:
    """The verdict on one claim."""
    asked = Asked(bench, loaded, bounds, budget)
    if budget.over:
        return not_judged(asked, f"not looked at: {budget.why}")
    try:
        verdict = forms.FORMS[loaded.claim.form](asked)
    except KeyboardInterrupt:
        budget.interrupted = True
        return not_judged(asked, "not judged to its end: you interrupted it")
    except DemeritError as error:
        finding = error.findings[0]
        return not_judged(asked, f"a history stops with {finding.code}: {finding.message}")
    return verdict


def not_judged(asked: Asked, why: str) -> Verdict:
    """A claim about which nothing can be said."""
    reach = Reach(0, 0, None, asked.bounds.seed, cut=why)
    return Verdict(asked.claim, asked.loaded.policy, "open", why, reach)


def audits_of(folder: Path) -> list[Path]:
    """The audits of a pack, in order."""
    from engine.language.neighbours import kind_of, yaml_files

    return [path for path in yaml_files(folder) if kind_of(path) == "audit"]
