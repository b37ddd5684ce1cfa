"""Random conditions over one small policy, and random states to judge them in.

What the language allows in a condition is all here: every type, missing values, nested
not, and, or, arithmetic that may have no value, texts that are hard on a matcher.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate
from pathlib import Path
from random import Random

from engine.evaluation.lowering import Plans
from engine.evaluation.plan import RuleGroup
from engine.evaluation.state import Active, Context, History, Listed, Relations, Subject, World
from engine.language import expressions as ex
from engine.language.load import load_policy
from engine.language.rows import Value
from engine.values import DAY, MILLION, parse_number

NOW = 20_000 * DAY
KEY = "fee.late"
TEXTS = (
    "", "a", "b", "5", "it is \\ late", "true", "0", "ferry \u00fc \u6e21\u8f6e", "\U0001f6a2",
    "\\u0041", "A", "x" * 300, "null",
)  # fmt: skip
HARD_TEXTS = ("y" * 65_536, "a\0b", "\u00fc" * 40_000, 'say "no"')
NUMBERS = (
    "0", "1", "-1", "5", "30", "0.5", "-0.000001", "999999999.999999", "2.5", "1000", "950",
)  # fmt: skip

_POLICY = """\
policy: twins
format: 1
title: Twins
about: Conditions of every kind.
standing: invented
subjects:
  citizen:
    attributes:
      age: {number: {optional: true}}
      name: {text: {optional: true}}
      aided: {boolean: false}
weights: {w: 3, v: -2.5}
scores: {trust: {of: [citizen], start: 1000, min: 0, max: 1300}}
grades: {trust: [{name: A, from: 1000}, {name: B, from: 600}, {name: C, from: 0}]}
events:
  fee.late:
    fields:
      days: {number: {optional: true}}
      amount: {number: {optional: true}}
      note: {text: {optional: true}}
      other: {text: {optional: true}}
      paid: {boolean: {optional: true}}
  ferry.booked: {}
penalties:
  ban: {title: Ban, lasts: 30 days}
registries:
  wall: {title: Wall, shows: [name], public: true}
rules:
  - {id: base, on: fee.late, then: [{score: 1}]}
"""


class Conditions:
    """Writes random conditions."""

    def __init__(self, random: Random) -> None:
        self._random = random

    def number(self, depth: int = 2) -> str:
        pick = self._random.choice
        kind = self._random.randrange(12 if depth else 8)
        if kind < 2:
            return pick(NUMBERS)
        if kind < 4:
            return pick(("event.days", "event.amount", "subject.age"))
        if kind < 8:
            return pick(("score.trust", "weights.w", "weights.v", "count(fee.late, 30 days)",
                         "count(ferry.booked, ever)", "total(fee.late.amount, 90 days)",
                         "latest(fee.late.days)", "related_count('parent')",
                         "related_min('parent', score.trust)",
                         "refusals(fee.late, 2 months)"))  # fmt: skip
        if kind < 11:
            operator = pick("+-*/")
            return f"({self.number(depth - 1)} {operator} {self.number(depth - 1)})"
        return f"max({self.number(0)}, {self.number(0)})"

    def text(self) -> str:
        pick = self._random.choice
        if self._random.random() < 0.5:
            return "'" + pick(TEXTS) + "'"
        return pick(("event.note", "event.other", "subject.name", "source"))

    def boolean(self) -> str:
        return self._random.choice(
            ("event.paid", "subject.aided", "has(ban)", "listed(wall)", "true", "false",
             "related_any('parent', has(ban))")
        )  # fmt: skip

    def comparison(self) -> str:
        pick = self._random.choice
        order, equal = pick(("==", "!=", "<", "<=", ">", ">=")), pick(("==", "!="))
        kind = self._random.randrange(10)
        if kind < 4:
            return f"{self.number()} {order} {self.number()}"
        if kind == 4:
            return f"{self.text()} {equal} {self.text()}"
        if kind == 5:
            return self.boolean()
        if kind == 6:
            inside = ", ".join(self.number(0) for _ in range(self._random.randrange(1, 6)))
            return f"{self.number(0)} in [{inside}]"
        if kind == 7:
            inside = ", ".join("'" + pick(TEXTS) + "'" for _ in range(pick((1, 3, 20))))
            return f"{self.text()} in [{inside}]"
        if kind == 8:
            return pick(("grade.trust", "grade")) + f" {order} '{pick('ABC')}'"
        return pick((
            f"since(fee.late) {order} {pick((1, 10, 40))} days",
            f"age_of_record() {order} 20 days",
            f"{pick(('event.days', 'subject.name', 'latest(fee.late.days)', 'source'))} is missing",
            f"{self.boolean()} {equal} {self.boolean()}",
        ))  # fmt: skip

    def condition(self, depth: int = 3) -> str:
        kind = self._random.randrange(6) if depth else 0
        if kind < 2:
            return self.comparison()
        if kind == 2:
            return f"not ({self.condition(depth - 1)})"
        parts = [self.condition(depth - 1) for _ in range(self._random.choice((2, 2, 3, 5)))]
        word = " and " if kind < 5 else " or "
        return "(" + word.join(parts) + ")"


def base_group(folder: Path) -> RuleGroup:
    """A group with one rule without a condition, from which others are made."""
    path = folder / "policy.yaml"
    path.write_text(_POLICY, encoding="utf-8")
    return Plans(load_policy(path).versions).first.groups[KEY]


def group_of(base: RuleGroup, rules: Sequence[tuple[str | None, str | None]]) -> RuleGroup:
    """A group with one rule for each (when, unless)."""
    compiler = base.compiler
    made = []
    for index, (when, unless) in enumerate(rules):
        holds = compiler.judge(ex.parse(when), when) if when is not None else None
        excepts = compiler.test(ex.parse(unless), unless) if unless is not None else None
        made.append(
            replace(
                base.rules[0], index=index, id=f"rule-{index}",
                when=ex.parse(when) if when is not None else None, when_text=when or "",
                unless=ex.parse(unless) if unless is not None else None, unless_text=unless or "",
                judge=holds, unless_test=excepts,
            )
        )  # fmt: skip
    return replace(base, rules=tuple(made))


def random_rules(random: Random, count: int) -> list[tuple[str | None, str | None]]:
    """Some (when, unless), of which either may be left out."""
    written = Conditions(random)

    def condition(share: float) -> str | None:
        if random.random() > share:
            return None
        found = written.condition(random.choice((0, 1, 2, 3)))
        return found if len(found) <= ex.MAX_LENGTH else written.comparison()

    return [(condition(0.95), condition(0.2)) for _ in range(count)]


def random_context(random: Random, hard: float = 0.02) -> Context:
    """A state in which everything may be missing; ``hard``: how often a text is a hard one."""

    def maybe(value: Value) -> Value | None:
        return value if random.random() < 0.75 else None

    def text() -> str:
        return random.choice(HARD_TEXTS if random.random() < hard else TEXTS)

    def number() -> int:
        return parse_number(random.choice(NUMBERS))

    def given(**values: Value | None) -> dict[str, Value]:
        return {name: value for name, value in values.items() if value is not None}

    world = World(Relations({"parent": (("al", "bo"), ("cy", "bo"))}, ["al", "bo", "cy"]), 1)
    for order, ident in enumerate(("al", "bo", "cy")):
        subject = Subject(ident, "citizen", {}, order, NOW - random.randrange(40) * DAY)
        subject.scores = [random.choice((None, 0, 950, 1000, 1300))]
        subject.scores = [s * MILLION if s is not None else None for s in subject.scores]
        if random.random() < 0.4:
            subject.active[0] = Active(0, None, 1, "rules.rule-0")
        world.subjects[ident] = subject
    bo = world.subjects["bo"]
    bo.attributes = given(
        age=maybe(number()), name=maybe(text()), aided=random.choice((True, False))
    )
    if random.random() < 0.3:
        bo.listed["wall"] = Listed(0, 1)
    for history in (bo.history, bo.refusals):
        if random.random() < 0.7:
            history[KEY] = _history(random)
    context = Context(world)
    context.subject = bo
    context.now = NOW
    context.judged = KEY if KEY in bo.history else None
    context.source = maybe(text())  # type: ignore[assignment]
    context.event = given(
        days=maybe(number()), amount=maybe(number()), note=maybe(text()), other=maybe(text()),
        paid=maybe(random.choice((True, False))),
    )  # fmt: skip
    return context


def _history(random: Random) -> History:
    made = History()
    made.instants = sorted(NOW - random.randrange(100) * DAY for _ in range(random.randrange(1, 6)))
    amounts = [random.choice((0, 5, 30)) * MILLION for _ in made.instants]
    made.sums["amount"] = list(accumulate(amounts))
    made.last["days"] = (random.choice((None, 5 * MILLION)), random.choice((None, 30 * MILLION)))
    return made
