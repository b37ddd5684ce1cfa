"""What an audit says, held against its policy: its alphabet, and claim by claim.

Each pass takes a :class:`Question` and is named in ``PASSES``; a claim names things of the
policy by keys that mean the same in every form, so most passes read keys, not forms.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from engine.findings import Finding
from engine.language.checks.common import actions, found, readable, unknown
from engine.language.model import Claim, Policy
from engine.language.model.claims import Drop, NeverHarsher, NoDominance, Recoverable, WhoBears
from engine.language.scope import Scope
from engine.language.trees import relations_in
from engine.language.triggers import BadTrigger, event_types, matching_types, parse_trigger
from engine.language.typing import check_expression
from engine.text import quoted
from engine.values import MILLION, format_number


class Question(NamedTuple):
    """A claim and the policy that it is about, the claim's reforms applied."""

    claim: Claim
    policy: Policy
    relations: tuple[str, ...]  # that the audit declares

    def named(self, key: str) -> tuple[str, ...]:
        """What stands under a key of the form's parameters, one or many; empty if nothing."""
        held = getattr(self.claim.parameters, key, None)
        if held is None:
            return ()
        return (held,) if isinstance(held, str) else tuple(held)


def conditions(asked: Question) -> Iterator[Finding]:
    """``who``, ``holding``, ``always`` and ``never`` can be read where they stand."""
    claim, plain = asked.claim, Scope(asked.policy, reader="in a claim without `on`")
    for text in (claim.who, *asked.named("holding")):
        if text is not None:
            yield from check_expression(text, plain, "condition")
    types: list[str] = []
    for text in claim.on:
        try:
            trigger = parse_trigger(text, asked.policy)
        except BadTrigger as bad:
            yield bad.finding
            return
        if not trigger.has_event:
            yield found(
                "D543",
                text,
                f"{quoted(text)} is no event",
                "write an event type, `prefix.*` or `refused TYPE`",
            )
            return
        types += event_types((trigger,))
    scope = Scope(asked.policy, types=tuple(types), reader="in a claim") if types else plain
    for text in (claim.always, claim.never):
        if text is not None:
            yield from check_expression(text, scope, "condition")


def names(asked: Question) -> Iterator[Finding]:
    """Everything that a form's parameters name is declared."""
    policy = asked.policy
    attributes = tuple(dict.fromkeys(a for k in policy.subjects.values() for a in k.attributes))
    measures = (*policy.rewards, *policy.penalties)
    grades = tuple(dict.fromkeys(g.name for gs in policy.grades.values() for g in gs))
    domains = _domains(policy)
    rules = tuple(rule.id for rule in policy.rules)
    every: Mapping[str, tuple[str, Sequence[str], str]] = {
        "weight": ("weight", tuple(policy.weights), "weights"),
        "score": ("score", tuple(policy.scores), "scores"),
        "measure": ("measure", measures, "measures"),
        "penalties": ("penalty", tuple(policy.penalties), "penalties"),
        "registry": ("registry", tuple(policy.registries), "registries"),
        "shows": ("attribute", attributes, "attributes"),
        "over": ("attribute", attributes, "attributes"),
        "event": ("event type", tuple(policy.events), "event types"),
        "retracted_by": ("event type", tuple(policy.events), "event types"),
        "by": ("event type", tuple(policy.events), "event types"),
        "of": ("measure, registry or grade", (*measures, *policy.registries, *grades), "outcomes"),
        "but": ("rule or measure", (*rules, *measures), "rules and measures"),
    }
    for key, (what, known, plural) in every.items():
        for name in asked.named(key):
            if name not in known:
                yield unknown(name, what, known, plural)
    if asked.claim.form == "no-spill":
        for name in asked.named("from_"):
            if name not in domains:
                yield unknown(name, "domain", domains, "domains")
        reached = (*domains, *policy.scores, *measures)
        for name in asked.named("to"):
            if name not in reached:
                yield unknown(name, "domain, score or measure", reached, "names")


def events(asked: Question) -> Iterator[Finding]:
    """Lists of events name types that there are."""
    known = tuple(asked.policy.events)
    for key in ("events", "good", "bad"):
        for pattern in asked.named(key):
            if not matching_types(pattern, asked.policy):
                yield unknown(pattern, "event type", known, "event types")


def scores(asked: Question) -> Iterator[Finding]:
    """A claim about grades needs a score that has some, and sometimes just one."""
    held, policy = asked.claim.parameters, asked.policy
    score = next(iter(asked.named("score")), None)
    if score is not None and score not in policy.scores:
        return
    of_grades = asked.claim.form in ("recoverable", "top-grade-costs", "smallest-change") or (
        isinstance(held, Drop) and held.grades is not None
    )
    if of_grades and not (policy.grades.get(score) if score else policy.grades):
        whose = f"the score {quoted(score)}" if score else "this policy"
        yield found(
            "D544",
            score or asked.claim.id,
            f"{whose} has no grades",
            "declare them under `grades:`, or limit `points`",
        )
        return
    if asked.claim.form not in ("recoverable", "top-grade-costs"):
        return
    if score is None and len(policy.grades) > 1:
        forms = " or ".join(f"`score: {name}`" for name in policy.grades)
        yield found(
            "D544", asked.claim.id, "several scores have grades: which is meant?", f"write {forms}"
        )
        return
    grades = tuple(g.name for g in policy.grades[score or next(iter(policy.grades))])
    keys = ("from_", "to") if isinstance(held, Recoverable) else ("grade",)
    for name in (name for key in keys for name in asked.named(key)):
        if name not in grades:
            yield unknown(name, "grade", grades, "grades")


def limits(asked: Question) -> Iterator[Finding]:
    """Every number is one that could be kept and broken."""
    claim, held = asked.claim, asked.claim.parameters
    spot = claim.id
    for key in ("grades", "points", "loss", "residue"):
        value = getattr(held, key, None)
        if value is not None and (value < 0 or (key == "grades" and value % MILLION)):
            wanted = "a whole number" if key == "grades" else "a number"
            yield found(
                "D543", spot, f"`{key}` is {format_number(value)}", f"write {wanted} from 0 on"
            )
    if isinstance(held, NoDominance) and not 0 < held.share < MILLION:
        yield found(
            "D543",
            spot,
            f"`share` is {format_number(held.share)}",
            "write a share between 0 and 1, e.g. 0.5",
        )
    if isinstance(held, WhoBears) and held.at_most < MILLION:
        yield found(
            "D543",
            spot,
            f"`at_most` is {format_number(held.at_most)}",
            "it is the highest rate over the lowest: write 1 or more",
        )
    if isinstance(held, NeverHarsher) and not claim.under:
        yield found(
            "D543",
            spot,
            "`never-harsher` compares a reform with none",
            "name it: `under: ../reforms/milder.yaml`",
        )


def retractions(asked: Question) -> Iterator[Finding]:
    """A retraction says by a field, or by the policy's ``undo``, what it takes back."""
    policy, field = asked.policy, next(iter(asked.named("naming")), None)
    by = next(iter((*asked.named("retracted_by"), *asked.named("by"))), None)
    if by is None or field is None or by not in policy.events:
        return
    known = policy.events[by].fields
    if field not in known:
        yield unknown(field, "field", tuple(known), "fields")
    elif known[field].kind != "text":
        yield found(
            "D544",
            field,
            f"{quoted(field)} is no text, so it holds no id",
            "declare the field as `text`",
        )


def relations(asked: Question) -> Iterator[Finding]:
    """A relation is one that the audit declares or the policy reads."""
    known = tuple(dict.fromkeys((*asked.relations, *_relations(asked.policy))))
    for name in asked.named("relations"):
        if name not in known:
            yield unknown(name, "relation", known, "relations")


PASSES: tuple[Callable[[Question], Iterator[Finding]], ...] = (
    conditions,
    names,
    events,
    scores,
    limits,
    retractions,
    relations,
)


def check_claim(asked: Question) -> Iterator[Finding]:
    """Everything wrong with one claim."""
    for check in PASSES:
        yield from check(asked)


def _domains(policy: Policy) -> tuple[str, ...]:
    events, measures = policy.events.values(), (policy.rewards, policy.penalties)
    said = [event.domain for event in events]
    said += [measure.domain for held in measures for measure in held.values()]
    return tuple(dict.fromkeys(domain for domain in said if domain is not None))


def _relations(policy: Policy) -> Iterator[str]:
    """The relations that a policy's expressions read or its actions reach."""
    for tree in readable(policy) or ():
        yield from relations_in(tree)
    for _, action in actions(policy):
        target = "".join((action.to or "").split())
        if target.startswith("related("):
            yield target[len("related(") : -1].strip("'\"")
