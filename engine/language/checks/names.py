"""References between clauses: what is named must be declared."""

from __future__ import annotations

from collections.abc import Iterator

from engine.findings import Finding, did_you_mean
from engine.language.checks.common import clauses, found, unknown
from engine.language.model import Policy
from engine.language.scope import attribute_names
from engine.language.triggers import matching_types
from engine.text import quoted


def kinds_of_scores(policy: Policy) -> Iterator[Finding]:
    """A score is of declared kinds of subjects, each named once."""
    for score in policy.scores.values():
        for at, kind in enumerate(score.of):
            if kind not in policy.subjects:
                yield unknown(kind, "kind of subject", list(policy.subjects), "kinds")
            elif kind in score.of[:at]:
                yield found("D310", kind, f"{quoted(kind)} is named twice", "leave one out")


def institutions_of_events(policy: Policy) -> Iterator[Finding]:
    """Events are reported by declared institutions, each named once."""
    for event in policy.events.values():
        for at, name in enumerate(event.by):
            if name not in policy.institutions:
                yield unknown(name, "institution", list(policy.institutions), "institutions")
            elif name in event.by[:at]:
                yield found("D310", name, f"{quoted(name)} is named twice", "leave one out")


def citations(policy: Policy) -> Iterator[Finding]:
    """A clause cites an entry of ``sources``."""
    for _, _, clause in clauses(policy):
        if clause.cite is not None and clause.cite not in policy.sources:
            yield unknown(clause.cite, "source", list(policy.sources), "sources")


def shown_attributes(policy: Policy) -> Iterator[Finding]:
    """A registry shows attributes that some kind of subject has."""
    known = attribute_names(policy)
    for registry in policy.registries.values():
        for name in registry.shows:
            if name not in known:
                yield unknown(name, "attribute", known, "attributes")


def blocked_events(policy: Policy) -> Iterator[Finding]:
    """A penalty blocks declared event types, or a prefix that fits one."""
    for penalty in policy.penalties.values():
        for pattern in penalty.blocks:
            if matching_types(pattern, policy):
                continue
            if pattern.endswith(".*"):
                prefixes = sorted({f"{t.rsplit('.', 1)[0]}.*" for t in policy.events if "." in t})
                yield found("D304", pattern,
                            f"no event type begins with {quoted(pattern[:-1])}",
                            did_you_mean(pattern, prefixes, "prefixes"))  # fmt: skip
            else:
                yield unknown(pattern, "event type", list(policy.events), "event types")
