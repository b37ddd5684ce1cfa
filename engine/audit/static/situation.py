"""One moment at which rules are judged: what triggered them, for whom, and what is known.

Every name that an expression reads becomes a variable here, bounded by what the policy
declares and by what any history can come to (:mod:`engine.audit.static.reach`). Histories
are not unrolled: a ``count`` is any whole number that fits the other counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.audit.static.reach import Reach
from engine.audit.static.solving import Asking
from engine.audit.static.terms import LARGEST, Arithmetic, Term
from engine.language.model import FieldType, Policy
from engine.language.scope import Type, merge
from engine.values import MILLION, Duration


@dataclass(frozen=True)
class Moment:
    """What set the rules off, and the kind of their subject."""

    key: str  # e.g. `fee.late`, `refused fee.late`, `entered trust.A`; "" for a `while`
    kind: str

    @property
    def event(self) -> str | None:
        """The type whose fields can be read."""
        if not self.key or self.key.partition(" ")[0] in ("entered", "left", "began", "ended",
                                                          "every"):  # fmt: skip
            return None
        return self.key.removeprefix("refused ")

    @property
    def recorded(self) -> str | None:
        """The type of the event being judged, if it is in the history."""
        return None if self.key.startswith("refused ") else self.event


class Situation:
    """The variables of one moment, made as they are first read."""

    def __init__(self, policy: Policy, reach: Reach, moment: Moment) -> None:
        self.policy = policy
        self.reach = reach
        self.moment = moment
        self.asking = Asking()
        self.arithmetic = Arithmetic(self.asking)
        self.terms: dict[str, Term] = {}  # by canonical name
        self.texts: dict[str, int] = {}  # each known text and its place
        self._sides: list[Any] = self.arithmetic.sides  # one list, which only ever grows
        #: Whether `while` measures are surely judged before any rule of the subject is: not
        #: where versions change, nor where joining may reach somebody who has not joined.
        self.settled = reach.settled

    # --- texts ------------------------------------------------------------------

    def text(self, value: str) -> int:
        """The place of a text in the table; any other number is some other text."""
        return self.texts.setdefault(value, len(self.texts))

    def spelled(self, place: int) -> str:
        """The text at a place, or an invented one."""
        for text, at in self.texts.items():
            if at == place:
                return text
        return f"text-{place}"

    # --- variables ----------------------------------------------------------------

    def absent(self, kind: str) -> Term:
        """What is never there."""
        ask = self.asking
        value = ask.truth(False) if kind == "boolean" else ask.whole(0)
        return Term(kind, value, ask.truth(False), 0, 0)

    def variable(
        self, key: str, kind: str, *, there: Any = None,
        low: int | None = None, high: int | None = None,
    ) -> Term:  # fmt: skip
        """A new variable; ``there`` is whether it is (by default it is)."""
        ask = self.asking
        value = ask.fresh(key, truth=kind == "boolean")
        if low is not None:
            self._sides.append(value >= low)
        if high is not None:
            self._sides.append(value <= high)
        made = Term(kind, value, ask.truth(True) if there is None else there, low, high)
        self.terms[key] = made
        return made

    def maybe(self, key: str) -> Any:
        """A new truth: whether something is there."""
        return self.asking.fresh(f"{key} is there", truth=True)

    def assume(self, side: Any) -> None:
        """Something that holds in every history."""
        self._sides.append(side)

    def typed(self, key: str, declared: FieldType, *, optional: bool, bounded: bool = True) -> Term:
        """A variable of a declared type; ``optional``: it may be missing."""
        there = self.maybe(key) if optional else None
        if declared.kind == "number":
            low, high = (declared.min, declared.max) if bounded else (None, None)
            return self.variable(key, "number", there=there,
                                 low=-LARGEST if low is None else low,
                                 high=LARGEST if high is None else high)  # fmt: skip
        if declared.kind == "boolean":
            return self.variable(key, "boolean", there=there)
        choices = declared.choices if declared.kind == "one_of" and bounded else None
        return self.texted(key, choices, there)

    def texted(self, key: str, choices: tuple[str, ...] | None, there: Any = None) -> Term:
        """A text variable, one of the choices if there are any."""
        made = self.variable(key, "text", there=there, low=0)
        if choices is not None:
            self.assume(self.asking.either(made.value == self.text(c) for c in choices))
        return made

    def score(self, name: str) -> Term:
        """The subject's own score; missing if its kind has it not."""
        key = f"score.{name}"
        if key not in self.terms:
            if self.moment.kind not in self.policy.scores[name].of:
                self.terms[key] = self.absent("number")
            else:
                low, high = self.reach.scores[name]
                self.variable(key, "number", low=low, high=high)
        return self.terms[key]

    def field(self, name: str) -> Term:
        """A field of the event."""
        key, event = f"event.{name}", self.moment.event
        assert event is not None
        if key not in self.terms:
            declared = self.policy.events[event].fields.get(name)
            if declared is None:
                self.terms[key] = self.absent(self._kind_elsewhere(name))
            else:
                loose = self.reach.emitted.loose(event, name)
                optional = loose or (declared.optional and declared.default is None)
                self.typed(key, declared, optional=optional, bounded=not loose)
        return self.terms[key]

    def _kind_elsewhere(self, name: str) -> str:
        """The type that other events give a field of this name."""
        kinds = [e.fields[name].kind for e in self.policy.events.values() if name in e.fields]
        kind: str = kinds[0] if kinds else "number"
        return "text" if kind == "one_of" else kind

    def attribute(self, name: str) -> Term:
        """An attribute of the subject."""
        key = f"subject.{name}"
        if key not in self.terms:
            declared = self.policy.subjects[self.moment.kind].attributes.get(name)
            if declared is None:
                merged = self.merged(name)
                self.terms[key] = self.absent(merged.kind if merged else "number")
            else:
                self.typed(key, declared, optional=declared.default is None)
        return self.terms[key]

    def merged(self, name: str) -> Type | None:
        """The type of an attribute over all kinds, if they agree."""
        kinds = [k.attributes[name] for k in self.policy.subjects.values() if name in k.attributes]
        return merge(kinds, attribute=True) if kinds else None

    def held(self, measure: str) -> Term:
        """Whether the subject holds a measure."""
        key = f"has({measure})"
        if key not in self.terms:
            if measure in self.reach.measures:
                self.variable(key, "boolean")
            else:
                self.terms[key] = Term("boolean", self.asking.truth(False), self.asking.truth(True))
        return self.terms[key]

    def sides(self) -> list[Any]:
        """All that holds of the variables made so far, whatever the history."""
        return self._sides

    @property
    def loose(self) -> str:
        """What was taken as larger than it is, in words."""
        return "; ".join(self.arithmetic.loose)


class Past:
    """What counts, totals and ages have to do with each other."""

    def __init__(self, situation: Situation) -> None:
        self.of = situation
        self._windows: dict[str, dict[Duration | None, Any]] = {}  # function+type → window → count
        self._totals: dict[tuple[str, str], dict[Duration | None, Any]] = {}
        self._since: dict[str, Term] = {}

    def count(self, function: str, event: str, window: Duration | None) -> Any:
        """How many events, or refusals, are in a window: a plain whole number."""
        s, table = self.of, self._windows.setdefault(f"{function} {event}", {})
        if window in table:
            return table[window]
        made = s.asking.fresh(f"{function}({event}, {window or 'ever'})")
        s.terms[f"{function}({event}, {window or 'ever'})"] = Term(
            "whole", made, s.asking.truth(True)
        )
        judged = s.moment.recorded == event if function == "count" else self._refused_now(event)
        s.assume(made >= int(judged))
        if function == "refusals" and not s.reach.blocked(s.policy, event):
            s.assume(made == 0)
        for other in _neighbours(window, table):
            if _not_longer(window, other):
                s.assume(made <= table[other])
            if _not_longer(other, window):
                s.assume(table[other] <= made)
        table[window] = made
        if function == "count" and event in self._since:
            self._link(event, window, made)
        return made

    def _refused_now(self, event: str) -> bool:
        return self.of.moment.key == f"refused {event}"

    def before(self, event: str, window: Duration | None) -> Any:
        """How many events of a type were in a window before the one being judged."""
        return self.count("count", event, window) - int(self.of.moment.recorded == event)

    def number(self, function: str, event: str, window: Duration | None) -> Term:
        """A count as a number of the language."""
        value = self.count(function, event, window) * MILLION
        return Term("number", value, self.of.asking.truth(True), 0, LARGEST)

    def since(self, event: str) -> Term:
        """How long ago the last event before was."""
        if event not in self._since:
            s = self.of
            ever = self.before(event, None)
            made = s.variable(f"since({event})", "duration", there=ever >= 1, low=0)
            self._since[event] = made
            for window, count in self._windows[f"count {event}"].items():
                self._link(event, window, count)
            if "age_of_record()" in s.terms:
                s.assume(made.value <= s.terms["age_of_record()"].value)
        return self._since[event]

    def _link(self, event: str, window: Duration | None, count: Any) -> None:
        """An event was in a window exactly if the last one is younger than the window."""
        if window is None:
            return
        s, last = self.of, self._since[event]
        earlier = count - int(s.moment.recorded == event) >= 1
        ask = s.asking
        young = ask.both((last.there, last.value < window.shortest))
        old = ask.either((ask.no(last.there), last.value >= window.longest))
        s.assume(ask.either((ask.no(young), earlier)))
        s.assume(ask.either((ask.no(old), ask.no(earlier))))

    def age(self) -> Term:
        """How long ago the subject joined."""
        s = self.of
        if "age_of_record()" not in s.terms:
            made = s.variable("age_of_record()", "duration", low=0)
            for last in self._since.values():
                s.assume(last.value <= made.value)
        return s.terms["age_of_record()"]

    def total(self, event: str, name: str, window: Duration | None) -> Term:
        """The sum of a field over the events in a window."""
        s, table = self.of, self._totals.setdefault((event, name), {})
        key = f"total({event}.{name}, {window or 'ever'})"
        if key in s.terms:
            return s.terms[key]
        least, most = self._each(event, name)
        count = self.count("count", event, window)
        low = 0 if least is not None and least >= 0 else -LARGEST
        high = 0 if most is not None and most <= 0 else LARGEST
        made = s.variable(key, "number", low=low, high=high)
        rest, number = made.value, count
        if s.moment.recorded == event:
            now = s.field(name)
            rest = rest - s.asking.choose(now.there, now.value, s.asking.whole(0))
            number = count - 1
        if least is not None:
            s.assume(rest >= least * number)
        if most is not None:
            s.assume(rest <= most * number)
        s.assume(s.asking.either((number >= 1, rest == 0)))
        for other, total in table.items():
            if least is not None and least >= 0:
                if _not_longer(window, other):
                    s.assume(made.value <= total)
                if _not_longer(other, window):
                    s.assume(total <= made.value)
        table[window] = made.value
        return made

    def _each(self, event: str, name: str) -> tuple[int | None, int | None]:
        """What one event can add to a total."""
        declared = self.of.policy.events[event].fields[name]
        if self.of.reach.emitted.loose(event, name):
            return None, None
        if declared.optional:
            return (
                None if declared.min is None else min(0, declared.min),
                None if declared.max is None else max(0, declared.max),
            )
        return declared.min, declared.max

    def latest(self, event: str, name: str) -> Term:
        """A field of the last event before."""
        s, key = self.of, f"latest({event}.{name})"
        if key not in s.terms:
            declared = s.policy.events[event].fields[name]
            loose = s.reach.emitted.loose(event, name)
            optional = loose or (declared.optional and declared.default is None)
            made = s.typed(key, declared, optional=True, bounded=not loose)
            earlier = self.before(event, None) >= 1
            s.assume(s.asking.either((s.asking.no(made.there), earlier)))
            if not optional:
                s.assume(s.asking.either((made.there, s.asking.no(earlier))))
        return s.terms[key]


def _neighbours(
    window: Duration | None, known: Mapping[Duration | None, Any]
) -> list[Duration | None]:
    """The windows whose order with this one brings that with all others.

    Exact windows and `ever` stand in one row, so the next on either side are enough; calendar
    periods stand in no row with them.
    """
    if any(w is not None and w.months for w in (window, *known)):
        return list(known)
    shorter = [w for w in known if _not_longer(w, window)]
    longer = [w for w in known if _not_longer(window, w)]
    return [*sorted(shorter, key=_length)[-1:], *sorted(longer, key=_length)[:1]]


def _length(window: Duration | None) -> float:
    return float("inf") if window is None else window.seconds


def _not_longer(a: Duration | None, b: Duration | None) -> bool:
    """Whether every event in window ``a`` is in window ``b``, too."""
    if b is None:
        return True
    if a is None:
        return False
    if a.months and b.months:
        return a.months <= b.months
    return a.longest <= b.shortest
