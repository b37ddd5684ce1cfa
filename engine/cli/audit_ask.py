"""Questions on the command line: what they are asked of, and who."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from engine.findings import DemeritError, Finding, did_you_mean
from engine.text import quoted

if TYPE_CHECKING:
    from engine.audit.bearing_population import Crowd
    from engine.audit.bounds import Budget
    from engine.audit.questions import Answer, Inquiry
    from engine.language.audit import LoadedAudit
    from engine.language.scenario import LoadedScenario


def asked_about(
    target: Path,
    audits: Sequence[Path],
    question: int,
    who: str | None,
    limit: Budget,
    histories: int | None,
    seed: int | None,
    crowd: Crowd,
) -> list[Answer]:
    """The answers to one of the twelve questions: one for each policy of a pack that is audited."""
    from engine.audit.questions import QUESTIONS

    asked = inquiries(target, audits, question, who, limit, histories, seed)
    return [
        QUESTIONS[question - 1](replace(one, bounds=replace(one.bounds, crowd=crowd)))
        for one in asked
    ]


def inquiry(
    target: Path,
    audits: Sequence[Path],
    question: int,
    who: str | None,
    limit: Budget,
    histories: int | None,
    seed: int | None,
) -> Inquiry:
    """What a question is asked of, where it is about one policy: the first."""
    return inquiries(target, audits, question, who, limit, histories, seed)[0]


def inquiries(
    target: Path,
    audits: Sequence[Path],
    question: int,
    who: str | None,
    limit: Budget,
    histories: int | None,
    seed: int | None,
) -> list[Inquiry]:
    """A policy, its scenarios, and the audit about it; for each policy that is meant."""
    from engine.audit.judge import bounds_of
    from engine.audit.questions.base import Inquiry, lives_of

    policy, scenarios = meant(target)
    loaded = [one for one in _scenarios(scenarios) if who is None or _knows(one, who)]
    if who is not None and not loaded and scenarios:
        known = sorted({m.id for one in _scenarios(scenarios) for m in one.cast.members})
        hint = did_you_mean(who, known, "subjects")
        message = f"there is no {quoted(who)} in these scenarios"
        raise DemeritError(Finding("D712", message, hint=hint))
    made = []
    for audit in _audits(audits, policy, question, loaded):
        own = [one for one in loaded if one.policy.path.resolve() == audit.policy.path.resolve()]
        if who is None or own:
            bounds = bounds_of(audit, histories, seed)
            bounds = replace(bounds, crowd=replace(bounds.crowd, people=0))
            made.append(Inquiry(audit, lives_of(own), who, bounds, limit))
    if not made:
        raise DemeritError(Finding("D712", "there is no policy to ask about", hint="name a pack"))
    return made


def _knows(scenario: LoadedScenario, who: str) -> bool:
    return any(member.id == who for member in scenario.cast.members)


def meant(target: Path) -> tuple[Path | None, list[Path]]:
    """The policy that is meant, if one is, and the scenarios beside it."""
    from engine.cli.places import found_files
    from engine.language.neighbours import kind_of, yaml_files

    found = found_files([target], ("policy", "scenario", "audit"))
    kinds = {path: kind_of(path) for path in found}
    if len(found) == 1 and kinds[found[0]] == "audit":
        folder = found[0].resolve().parent
        folder = folder.parent if folder.name == "audits" else folder
        beside = list(yaml_files(folder))
        return None, [path for path in beside if kind_of(path) == "scenario"]
    if len(found) == 1 and kinds[found[0]] == "policy":
        beside = list(yaml_files(found[0].parent))
        return found[0], [path for path in beside if kind_of(path) == "scenario"]
    policies = [path for path in found if kinds[path] == "policy"]
    main = next((path for path in policies if path.name == "policy.yaml"), None)
    scenarios = [path for path in found if kinds[path] == "scenario"]
    return main or (policies[0] if policies else None), scenarios


def _scenarios(paths: Sequence[Path]) -> list[LoadedScenario]:
    from engine.cli.playing import load

    return [load(path) for path in paths]


def _audits(
    paths: Sequence[Path], policy: Path | None, question: int, scenarios: Sequence[LoadedScenario]
) -> list[LoadedAudit]:
    """For each policy the audit that asks this question, else any; a bare one for the rest."""
    from engine.audit.questions.base import bare_audit
    from engine.language.audit import load_audit
    from engine.language.load import load_policy

    found: dict[Path, LoadedAudit] = {}
    loaded = [load_audit(path) for path in paths]
    for audit in sorted(loaded, key=lambda a: all(c.claim.asks != question for c in a.claims)):
        found.setdefault(audit.policy.path.resolve(), audit)
    if len({one.policy.path.resolve() for one in scenarios}) == 1 and len(scenarios) == 1:
        played = scenarios[0].policy.path.resolve()
        return [found[played] if played in found else bare_audit(scenarios[0].policy)]
    if policy is not None:
        own = policy.resolve()
        first = found.pop(own, None) or bare_audit(load_policy(policy))
        return [first, *found.values()]
    return list(found.values())
