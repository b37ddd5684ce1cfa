"""What sets a rule off: the written forms of ``on``, resolved against a policy.

Enters: one text of ``rule.on`` and the merged policy. Leaves: a :class:`Trigger`
whose names all exist. A text that cannot be resolved raises :class:`BadTrigger`,
which holds the finding.

======================  =========  ====================================================
written                 ``kind``   filled in
======================  =========  ====================================================
``fee.late``            event      ``types`` = ``("fee.late",)``
``fee.*``               event      ``types`` = every declared type that begins ``fee.``
``refused fee.late``    refused    ``types``, as above; ``refused fee.*`` too
``entered A``           entered    ``score``, ``grade`` (the score is found if not given)
``entered trust.A``     entered    ``score`` = ``trust``, ``grade`` = ``A``
``left …``              left       the same
``began no-ferry``      began      ``measure``
``ended no-ferry``      ended      ``measure``
``every 30 days``       every      ``period``
======================  =========  ====================================================

``types`` stand in the order in which the policy declares them. ``keys`` are the
canonical names of what the trigger waits for (``fee.late``, ``refused fee.late``,
``entered trust.A``, ``began no-ferry``, ``every 30 days``): an index of rules by
``keys`` finds all that fit, and the same words name the parts of the ledger.

:func:`parse_triggers` reads a whole ``on``. Its list may mix events and refusals,
or hold several changes (entered, left, began, ended), but not both, since only
the former have an ``event`` to read; ``every`` stands alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from engine.findings import Finding, did_you_mean, nearest
from engine.language.model import Policy, Rule
from engine.language.nodes import where_of
from engine.text import quoted
from engine.values import BadValue, Duration, parse_duration

TriggerKind = Literal["event", "refused", "entered", "left", "began", "ended", "every"]
_WORDS: dict[str, TriggerKind] = {
    "refused": "refused",
    "entered": "entered",
    "left": "left",
    "began": "began",
    "ended": "ended",
    "every": "every",
}


@dataclass(frozen=True, slots=True)
class Trigger:
    """One resolved form of ``on``. What its kind does not need is empty."""

    kind: TriggerKind
    text: str  # as written, with its place
    types: tuple[str, ...] = ()  # event, refused: declared event types, in policy order
    score: str = ""  # entered, left
    grade: str = ""  # entered, left
    measure: str = ""  # began, ended
    period: Duration | None = None  # every

    @property
    def has_event(self) -> bool:
        """Whether rules that it sets off may read ``event``, ``source`` and ``reporter``."""
        return self.kind in ("event", "refused")

    @property
    def keys(self) -> tuple[str, ...]:
        """Canonical names of what it waits for, one or (for a pattern) more."""
        match self.kind:
            case "event":
                return self.types
            case "refused":
                return tuple(f"refused {name}" for name in self.types)
            case "entered" | "left":
                return (f"{self.kind} {self.score}.{self.grade}",)
            case "began" | "ended":
                return (f"{self.kind} {self.measure}",)
            case _:
                return (f"every {self.period}",)


class BadTrigger(Exception):
    """An ``on`` that cannot be resolved; holds the finding."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


def matching_types(pattern: str, policy: Policy) -> tuple[str, ...]:
    """The declared event types that a type or ``prefix.*`` fits, in policy order."""
    if pattern.endswith(".*"):
        return tuple(str(t) for t in policy.events if t.startswith(pattern[:-1]))
    return tuple(str(t) for t in policy.events if t == pattern)


def parse_triggers(rule: Rule, policy: Policy) -> tuple[Trigger, ...]:
    """Every form of a rule's ``on``, in order; raises :class:`BadTrigger` at the first bad one."""
    found = tuple(parse_trigger(text, policy) for text in rule.on)
    if len(found) > 1:
        for trigger in found:
            if trigger.kind == "every":
                raise _bad(trigger.text, "`every` stands alone in `on`",
                           "make a rule of its own for it")  # fmt: skip
            if trigger.has_event != found[0].has_event:
                raise _bad(trigger.text, "events and changes cannot share one `on`",
                           "make two rules: only an event has fields to read")  # fmt: skip
    return found


def parse_trigger(text: str, policy: Policy) -> Trigger:
    """One form of ``on``, resolved; raises :class:`BadTrigger` with a place and a hint."""
    words = str.__str__(text).split()
    if not words:
        raise _bad(text, "expected what sets the rule off, found nothing",
                   "write an event type, e.g. `on: fee.late`")  # fmt: skip
    if len(words) == 1:
        if words[0] in _WORDS and words[0] not in policy.events:
            raise _bad(text, f"{quoted(words[0])} of what?", _example(words[0]))
        return Trigger("event", text, types=_types(text, words[0], policy))
    kind = _WORDS.get(words[0])
    if kind is None:
        close = nearest(words[0], _WORDS)
        raise _bad(text, f"{quoted(text)} is not a trigger",
                   f"did you mean `{close} …`?" if close else
                   "write an event type, `prefix.*`, a list of them, or one of `refused TYPE`,"
                   " `entered GRADE`, `left GRADE`, `began MEASURE`, `ended MEASURE`,"
                   " `every PERIOD`")  # fmt: skip
    if kind == "every":
        return Trigger(kind, text, period=_period(text, " ".join(words[1:])))
    if len(words) > 2:
        raise _bad(text, f"{quoted(text)} is not a trigger", _example(kind))
    return _resolved(kind, text, words[1], policy)


def _resolved(kind: TriggerKind, text: str, name: str, policy: Policy) -> Trigger:
    if kind == "refused":
        return Trigger(kind, text, types=_types(text, name, policy))
    if kind in ("began", "ended"):
        if name not in policy.rewards and name not in policy.penalties:
            measures = [*policy.rewards, *policy.penalties]
            raise _bad(text, f"there is no measure {quoted(name)}",
                       did_you_mean(name, measures, "measures"), "D301")  # fmt: skip
        return Trigger(kind, text, measure=name)
    score, grade = _grade(text, kind, name, policy)
    return Trigger(kind, text, score=score, grade=grade)


def _types(text: str, pattern: str, policy: Policy) -> tuple[str, ...]:
    found = matching_types(pattern, policy)
    if found:
        return found
    known = list(policy.events)
    if pattern.endswith(".*"):
        prefixes = sorted({f"{t.rsplit('.', 1)[0]}.*" for t in known if "." in t})
        raise _bad(text, f"no event type begins with {quoted(pattern[:-1])}",
                   did_you_mean(pattern, prefixes, "prefixes"), "D304")  # fmt: skip
    raise _bad(text, f"there is no event type {quoted(pattern)}",
               did_you_mean(pattern, known, "event types"), "D301")  # fmt: skip


def _grade(text: str, kind: str, name: str, policy: Policy) -> tuple[str, str]:
    """The (score, grade) of ``GRADE`` or ``SCORE.GRADE``."""
    score, dot, grade = name.partition(".")
    if dot:
        grades = [str(g.name) for g in policy.grades.get(score, ())]
        if grade in grades:
            return score, grade
        if not grades:
            raise _bad(text, f"there is no score {quoted(score)} with grades",
                       did_you_mean(score, list(policy.grades), "scores with grades"),
                       "D301")  # fmt: skip
        raise _bad(text, f"the score {quoted(score)} has no grade {quoted(grade)}",
                   did_you_mean(grade, grades, "grades"), "D301")  # fmt: skip
    holders = [str(s) for s, gs in policy.grades.items() if any(g.name == name for g in gs)]
    if len(holders) == 1:
        return holders[0], name
    if holders:
        forms = " or ".join(f"`{kind} {s}.{name}`" for s in holders)
        raise _bad(text, f"several scores have a grade {quoted(name)}", f"write {forms}", "D303")
    known = list(dict.fromkeys(str(g.name) for gs in policy.grades.values() for g in gs))
    raise _bad(text, f"there is no grade {quoted(name)}",
               did_you_mean(name, known, "grades"), "D301")  # fmt: skip


def _period(text: str, written: str) -> Duration:
    try:
        return parse_duration(written)
    except BadValue as bad:
        raise _bad(text, bad.message, bad.hint) from None


def _example(word: str) -> str:
    examples = {
        "refused": "refused ferry.booked",
        "entered": "entered B",
        "left": "left B",
        "began": "began no-ferry",
        "ended": "ended no-ferry",
        "every": "every 30 days",
    }
    return f"write e.g. `{examples[word]}`"


def _bad(text: str, message: str, hint: str | None, code: str = "D302") -> BadTrigger:
    return BadTrigger(Finding(code, message, where_of(text), hint, width=max(1, len(text))))


def event_types(triggers: Iterable[Trigger]) -> tuple[str, ...]:
    """The event types whose fields a rule with these triggers may read, each once."""
    return tuple(dict.fromkeys(t for trigger in triggers for t in trigger.types))
