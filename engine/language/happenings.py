"""What a sift may look for, and what its conditions may read of a happening.

A happening is one thing that a step of a ledger did to one person. The order of the kinds
here is the order in which the happenings of one step follow each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

FactKind = Literal["number", "text", "boolean", "duration"]

#: Kind of happening → what may be named behind it, and what it is.
KINDS: Mapping[str, tuple[str, str]] = {
    "event": ("an event type", "an event of the person"),
    "refused": ("an event type", "an event that a penalty blocked"),
    "fired": ("a rule", "a rule that fired for the person"),
    "excepted": ("a rule", "a rule that an exception kept from firing"),
    "undone": ("a score", "points that an undo took back"),
    "rose": ("a score", "a score that rose in this step"),
    "fell": ("a score", "a score that fell in this step"),
    "swallowed": ("a score", "points that the least or the most of a score swallowed"),
    "lapsed": ("a score", "points that lapsed"),
    "left": ("a grade", "a grade that was left"),
    "promoted": ("a grade", "a better grade that was entered"),
    "demoted": ("a grade", "a worse grade that was entered"),
    "began": ("a measure", "a reward or penalty that began"),
    "extended": ("a measure", "one that was extended or begun anew"),
    "ended": ("a measure", "one that ended"),
    "turned-away": ("a measure", "one that a full quota refused"),
    "listed": ("a list", "being put on a list"),
    "unlisted": ("a list", "being taken off a list"),
    "told": ("", "a message or a notice to the person"),
}
#: Forms of `on` that stand for several kinds.
WIDER: Mapping[str, tuple[str, ...]] = {
    "moved": ("rose", "fell"),
    "entered": ("promoted", "demoted"),
}

#: Facts of a happening → their kind. All but those marked may be missing.
FACTS: Mapping[str, FactKind] = {
    "who": "text",  # the person
    "by": "text",  # the subject of the step's event
    "own": "boolean",  # whether these are the same
    "type": "text",  # of the step's event; of a step of the clock: join, drift, lapse, …
    "clock": "boolean",  # a step of the clock, not of an event
    "what": "text",  # the measure, list, score, grade, rule or event type
    "sort": "text",  # of a measure: reward or penalty
    "clause": "text",  # the rule behind it; of anything else e.g. penalties.no-ferry
    "score": "text",  # of scores and grades: which score
    "change": "number",  # by how much the score moved; of an event: all scores of the person
    "before": "number",
    "after": "number",
    "rank": "number",  # of a grade entered: 0 is the best; needs the policy
    "bottom": "boolean",  # the worst grade there is; needs the policy
    "channel": "text",  # of a message
    "id": "text",  # of the event
    "source": "text",
    "reporter": "text",
    "named": "text",  # another person whom the event names: its reporter, or in a field
    "delay": "duration",  # from when the event happened to when it was known
    "penalties": "number",  # how many the person held before this step
    "rewards": "number",
    "lists": "number",
}
#: Functions → their arguments and what they give.
FUNCTIONS: Mapping[str, tuple[tuple[str, ...], FactKind]] = {
    "count": (("kind", "window"), "number"),
    "since": (("kind",), "duration"),
    "has": (("measure",), "boolean"),
    "listed": (("list",), "boolean"),
    "abs": (("number",), "number"),
}
EXAMPLES: Mapping[str, str] = {
    "count": "count(told, 30 days)", "since": "since(told)", "has": "has(MEASURE)",
    "listed": "listed(LIST)", "abs": "abs(change)",
}  # fmt: skip


def split_on(text: str) -> tuple[tuple[str, ...], str]:
    """The kinds that a form of ``on`` stands for, and what is named behind it, or ""."""
    head, _, name = str.__str__(text).partition(" ")
    kinds = WIDER.get(head) or ((head,) if head in KINDS else ())
    return kinds, name.strip()
