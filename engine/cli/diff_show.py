"""Differences in text and as plain data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine.cli import output
from engine.cli.clause_text import Quoter
from engine.cli.diff import Compared, Side
from engine.cli.happenings import event_words
from engine.cli.why_json import clause_json
from engine.cli.why_show import effect_words
from engine.evaluation.compare import Difference, Parting
from engine.evaluation.ledger import effect_json
from engine.evaluation.records import Effect, Step
from engine.values import iso_instant, show_instant


def show_differences(results: Sequence[Compared], sides: tuple[Side, Side]) -> None:
    """Scenario by scenario: who ends differently, and where they first part."""
    told: set[str] = set()
    for number, result in enumerate(results):
        if number:
            output.say()
        output.heading(result.name)
        if not result.differences:
            output.show(output.sign("same", "nobody fares differently"), 2)
            continue
        _table(result, sides)
        for one in result.differences:
            if one.parting is not None:
                _parting(result, one, one.parting, sides, told)
    output.say()
    people = sum(len(result.differences) for result in results)
    ends = sum(bool(one.changes) for result in results for one in result.differences)
    output.say(
        f"{people} {'person fares' if people == 1 else 'people fare'} differently,"
        f" {ends} of them to the end"
    )


def _table(result: Compared, sides: tuple[Side, Side]) -> None:
    rows = [(one.who, change) for one in result.differences for change in one.changes]
    same = [one.who for one in result.differences if not one.changes]
    if rows:
        table = output.table("who", "ends with", sides[0].label, sides[1].label)
        for who, change in rows:
            output.add_row(table, [who, change.what, change.left or "–", change.right or "–"])
        output.show(table, 2)
    for who in same:
        output.say(f"{who} ends the same, by another way", indent=2)


def _parting(
    result: Compared, one: Difference, parting: Parting, sides: tuple[Side, Side],
    told: set[str],
) -> None:  # fmt: skip
    output.say()
    step = parting.left or parting.right
    when = show_instant(step.at) if step else ""
    output.say((f"{one.who}: they first part on {when}", "bold"), indent=2)
    for label, mine, effect, index in (
        (sides[0].label, parting.left, parting.left_effect, "left"),
        (sides[1].label, parting.right, parting.right_effect, "right"),
    ):
        output.say((f"{label}: ", "cyan"), _told(mine, effect), indent=4, hang=2)
        played = result.left if index == "left" else result.right
        for side, note in parting.clauses:
            if side == index:
                Quoter(played.loaded.files, played.naming, told, index).show(note, indent=6)


def _told(step: Step | None, effect: Effect | None) -> str:
    if step is None:
        return "nothing happens"
    head = f"step {step.number}, {event_words(step)}"
    if effect is None:
        return f"{head}: {'it is refused' if step.refused else 'no more than on the other side'}"
    return f"{head}: {effect_words(effect, '')}"


def plain_difference(one: Difference) -> dict[str, Any]:
    """How one subject fares, as plain data."""
    made: dict[str, Any] = {
        "ends": {change.what: [change.left or None, change.right or None]
                 for change in one.changes},
    }  # fmt: skip
    if one.parting is not None:
        made["parts"] = {
            "left": _side(one.parting.left, one.parting.left_effect),
            "right": _side(one.parting.right, one.parting.right_effect),
            "clauses": {side: clause_json(note) for side, note in one.parting.clauses},
        }
    return made


def _side(step: Step | None, effect: Effect | None) -> dict[str, Any] | None:
    if step is None:
        return None
    made: dict[str, Any] = {"step": step.number, "at": iso_instant(step.at), "event": step.event}
    return made if effect is None else {**made, "effect": effect_json(effect)}
