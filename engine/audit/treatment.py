"""Forms of claims about who somebody is, and about what a reform does to whom."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import cast

from engine.audit import pairs
from engine.audit.alphabet import literals
from engine.audit.comparisons import Side, together, versus
from engine.audit.context import Asked, Given
from engine.audit.life import Life, plans_of
from engine.audit.verdicts import Reach, Verdict
from engine.evaluation.reads import expressions_of
from engine.language import expressions as ex
from engine.language.model import FieldType, Policy
from engine.language.model import claims as forms
from engine.language.rows import Cast, Refused, Value, typed_value
from engine.values import MILLION, format_number


def equal_treatment(asked: Asked) -> Verdict:
    """The same history of two people who differ only in an attribute ends alike."""
    held = cast(forms.EqualTreatment, asked.held)
    judge = pairs.alike(None)
    if not any(reads(policy, str(name)) for _, policy in asked.versions for name in held.over):
        reach = Reach(0, 0, None, asked.bounds.seed, exhausted=True, of="reading")
        said = "no condition, no number and no derived event reads it"
        return Verdict(asked.claim, asked.loaded.policy, "proved", said, reach)
    verdicts: list[Verdict] = []
    setting = asked.setting()
    variants = list(_variants(asked, held, setting.field.cast))
    bounds = replace(
        asked.bounds, histories=max(1, asked.bounds.histories // max(1, len(variants)))
    )
    for casts in variants if not asked.loaded.scenarios else ():
        space = pairs.Variants(setting, judge, casts)
        verdicts.append(replace(asked, bounds=bounds).searched(space, tuple(space.names)))
        if verdicts[-1].kind == "refuted":
            return verdicts[-1]
    if asked.loaded.scenarios:

        def couples(given: Given) -> Iterator[tuple[Side, Side]]:
            for casts in _variants(asked, held, given.cast):
                (first, one), *others = casts
                for name, other in others:
                    side: Side = (first, asked.versions, one, given.events)
                    yield side, (name, asked.versions, other, given.events)

        return versus(asked, judge, couples)
    return together(asked, verdicts)


def reads(policy: Policy, attribute: str) -> bool:
    """Whether anything but a message reads an attribute of somebody."""
    name = f"subject.{attribute}"
    return any(
        isinstance(node, ex.Name) and node.path == name
        for tree in expressions_of(_silent(policy))
        for node in ex.walk(tree)
    )


def _silent(policy: Policy) -> Policy:
    """The same policy, which says nothing: what is said changes nobody's outcome."""
    quiet = {"notice": None}
    rewards = {name: one.model_copy(update=quiet) for name, one in policy.rewards.items()}
    penalties = {name: one.model_copy(update=quiet) for name, one in policy.penalties.items()}
    rules = tuple(
        rule.model_copy(update={"then": tuple(a for a in rule.then if a.notify is None)})
        for rule in policy.rules
    )
    made = {"rewards": rewards, "penalties": penalties, "rules": rules}
    return policy.model_copy(update=made)


def _variants(
    asked: Asked, held: forms.EqualTreatment, cast_: Cast
) -> Iterator[list[tuple[str, Cast]]]:
    """For each subject and attribute, the cast with each value that is tried."""
    life = Life(plans_of(asked.versions, [str(asked.claim.who)] if asked.claim.who else []), cast_)
    meant = asked.meant(life)
    for member in cast_.members:
        declared = asked.policy.subjects[member.kind].attributes
        for name in map(str, held.over):
            if member.id not in meant or name not in declared:
                continue
            values = tried(asked.policy, declared[name], name, held, cast_)
            if len(values) > 1:
                yield [
                    (
                        f"{member.id} with {name} {_shown(value)}",
                        pairs.with_attribute(cast_, member.id, name, value),
                    )
                    for value in values
                ]


def _shown(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return format_number(value) if isinstance(value, int) else str(value)


def tried(
    policy: Policy, declared: FieldType, name: str, held: forms.EqualTreatment, cast_: Cast
) -> list[Value]:
    """The values of an attribute that are tried."""
    if held.values:
        made: list[Value] = []
        for raw in held.values:
            try:
                made.append(typed_value(declared, raw, "yaml"))
            except Refused:
                continue
        return list(dict.fromkeys(made))
    if declared.kind == "boolean":
        return [False, True]
    if declared.kind == "one_of":
        return list(declared.choices)
    known: list[Value] = [m.attributes[name] for m in cast_.members if name in m.attributes]
    compared = literals(policy, f"subject.{name}")
    more: list[Value] = [v + MILLION for v in compared if isinstance(v, int)]
    ends: list[Value] = [v for v in (declared.min, declared.max) if v is not None]
    if declared.kind == "text":
        more = ["somebody", "somebody-else"]
    return list(dict.fromkeys([*known, *compared, *more, *ends]))[:6]


def never_harsher(asked: Asked) -> Verdict:
    """Under the claim's reforms nobody is ever worse off than without them."""
    held = cast(forms.NeverHarsher, asked.held)
    judge = pairs.no_worse(str(held.score) if held.score else None)
    original = asked.bench.audit.policy.versions
    if asked.loaded.scenarios:

        def couples(given: Given) -> Iterator[tuple[Side, Side]]:
            for end in range(1, len(given.events) + 1):
                events = given.events[:end]
                yield (
                    ("under the reform", asked.versions, given.cast, events),
                    ("without it", original, given.cast, events),
                )

        return versus(asked, judge, couples)
    setting = pairs.under_choices(asked.setting(), frozenset(map(str, original[0][1].events)))
    return asked.searched(pairs.Reformed(setting, judge, original), pairs.Reformed.names)
