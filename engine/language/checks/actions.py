"""What actions name: scores, measures, registries, events and their fields."""

from __future__ import annotations

from collections.abc import Iterator

from engine.findings import Finding, did_you_mean, nearest
from engine.language import expressions
from engine.language.checks.common import actions, found, unknown
from engine.language.checks.shapes import outside
from engine.language.model import Emit, Event, FieldType, Policy, ScoreSet
from engine.language.typing import constant
from engine.text import quoted


def scores(policy: Policy) -> Iterator[Finding]:
    """A score action says which score it changes, unless there is only one."""
    known = [str(name) for name in policy.scores]
    for _, action in actions(policy):
        for name, change in (action.score or {}).items():
            spot = change.set if isinstance(change, ScoreSet) else change
            if name and name not in known:
                yield found("D301", spot, f"there is no score {quoted(name)}",
                            did_you_mean(name, known, "scores"))  # fmt: skip
            elif not name and len(known) > 1:
                yield found("D314", spot, "which score does this change?",
                            "write e.g. `score: {" + known[0] + ": …}`; the scores are "
                            + ", ".join(f"`{s}`" for s in known))  # fmt: skip
            elif not name and not known:
                yield found("D301", spot, "this policy has no score",
                            "declare one under `scores:`")  # fmt: skip


def registries(policy: Policy) -> Iterator[Finding]:
    """Public lists that actions name are declared."""
    for _, action in actions(policy):
        registry = action.list if action.list is not None else action.unlist
        if registry is not None and registry not in policy.registries:
            yield unknown(registry, "registry", list(policy.registries), "registries")


def measures(policy: Policy) -> Iterator[Finding]:
    """Rewards are granted, penalties imposed, both lifted; ``while`` rules itself."""
    rewards, penalties = list(policy.rewards), list(policy.penalties)
    for _, action in actions(policy):
        verb = action.verb
        name = action.grant or action.impose or action.lift
        if name is None:
            continue
        measure = policy.rewards.get(name) or policy.penalties.get(name)
        if measure is None:
            fitting = {"grant": rewards, "impose": penalties}.get(verb, [*rewards, *penalties])
            what = {"grant": "reward", "impose": "penalty"}.get(verb, "measure")
            plural = {"grant": "rewards", "impose": "penalties"}.get(verb, "measures")
            yield unknown(name, what, fitting, plural)
        elif measure.while_ is not None:
            yield found("D312", name, f"{quoted(name)} has `while` and rules itself",
                        f"do not {verb} it: change its condition or leave `while` out")  # fmt: skip
        elif verb == "grant" and name not in rewards:
            yield found("D313", name, f"{quoted(name)} is a penalty",
                        f"write `impose: {name}`")  # fmt: skip
        elif verb == "impose" and name not in penalties:
            yield found("D313", name, f"{quoted(name)} is a reward",
                        f"write `grant: {name}`")  # fmt: skip


def emitted_fields(policy: Policy) -> Iterator[Finding]:
    """An emitted event is declared, has its required fields, and no others."""
    for _, action in actions(policy):
        emit = action.emit
        if emit is None:
            continue
        event = policy.events.get(emit.event)
        if event is None:
            yield unknown(emit.event, "event type", list(policy.events), "event types")
            continue
        for name, value in emit.fields.items():
            yield from _given(emit, event, name, value)
        strange = [name for name in emit.fields if name not in event.fields]
        misspelt = {nearest(name, event.fields) for name in strange}
        for name, kind in event.fields.items():
            if kind.required and name not in emit.fields and name not in misspelt:
                yield found("D315", emit.event,
                            f"{quoted(emit.event)} needs the field {quoted(name)}",
                            f"write `{name}: …` beside `event`")  # fmt: skip


def _given(emit: Emit, event: Event, name: str, value: object) -> Iterator[Finding]:
    kind = event.fields.get(name)
    if kind is None:
        if name in ("after", "to"):
            hint = f"`{name}` stands beside `emit`, not in it"
        else:
            hint = did_you_mean(name, [str(f) for f in event.fields], f"for `{emit.event}`")
        finding = found("D315", value, f"{quoted(emit.event)} has no field {quoted(name)}", hint)
        yield finding.at(emit.where)
    elif not isinstance(value, str):
        finding = found("D315", value, f"expected one value for {quoted(name)}",
                        "write an expression, or a text for a text field")  # fmt: skip
        yield finding.at(emit.where)
    else:
        yield from _literal(name, kind, value)


def _literal(name: str, kind: FieldType, value: str) -> Iterator[Finding]:
    """A value written out must be one that the field can have."""
    if kind.kind == "number":
        literal = constant(value)
        if isinstance(literal, expressions.Number):
            yield from outside(
                "D308", value, f"the field {quoted(name)}", literal.value, kind.min, kind.max
            )
    elif kind.kind == "one_of" and "{" not in value and value not in kind.choices:
        yield found("D210", value, f"the field {quoted(name)} is never {quoted(value)}",
                    did_you_mean(value, kind.choices, "choices"))  # fmt: skip
