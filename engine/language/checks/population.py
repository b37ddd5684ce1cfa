"""What a population says, held against the policy that it is for (D811 to D818)."""

from __future__ import annotations

from collections.abc import Iterator

from engine.findings import Finding, did_you_mean
from engine.language.checks.common import found
from engine.language.checks.draws import Drawn, check_draw, check_number
from engine.language.expressions import BadExpression, Call, Expr, Name, children, parse
from engine.language.model import (
    Clause,
    Draw,
    FieldType,
    Follow,
    Group,
    Happening,
    Policy,
    Population,
    Relation,
    Reported,
)
from engine.language.rows import Refused, check_source
from engine.language.scope import Scope
from engine.language.typing import check_expression
from engine.text import quoted
from engine.values import MILLION, iso_instant

MOST_SUBJECTS = 100_000_000
MOST_ROUNDS = 1_000
_TEXT = FieldType(kind="text")
_COUNT = FieldType(kind="number", min=0)
_READABLE = ("has", "listed", "min", "max", "abs", "round", "floor")  # functions of a reaction


def check_population(population: Population, policy: Policy) -> tuple[Finding, ...]:
    """Everything that is wrong with a population of the right shape."""
    reader = _Reader(population, policy)
    return tuple(reader.read())


class _Reader:
    def __init__(self, population: Population, policy: Policy) -> None:
        self.population = population
        self.policy = policy
        self.groups = population.groups
        self.relations = tuple(str(name) for name in population.relations) + tuple(
            str(one.back) for many in population.relations.values() for one in many if one.back
        )

    def read(self) -> Iterator[Finding]:
        yield from self._time()
        yield from self._sizes()
        for name, group in self.groups.items():
            yield from self._cited(group)
            yield from self._group(name, group)
        for many in self.population.relations.values():
            for relation in many:
                yield from self._cited(relation)
                yield from self._relation(relation)
        for happening in self.population.events:
            yield from self._happening(happening)
        reacting = [one for one in self.population.events if one.react]
        if reacting and self.population.rounds is None:
            yield found("D816", reacting[0].react[0], "to react, people must see where they stand",
                        "write e.g. `rounds: 1 month` at the top of the file")  # fmt: skip

    def _cited(self, clause: Clause) -> Iterator[Finding]:
        sources = self.population.sources
        if clause.cite is not None and clause.cite not in sources:
            yield _unknown(clause.cite, "source", tuple(sources), "sources")

    def _time(self) -> Iterator[Finding]:
        start, until = self.population.start, self.population.until
        if until <= start:
            message = f"the end {iso_instant(until)} is not after the start {iso_instant(start)}"
            yield found("D814", self.population, message, "change `start` or `until`")
            return
        rounds = self.population.rounds
        if rounds is not None and rounds.after(start, MOST_ROUNDS) < until:
            message = f"there are more than {MOST_ROUNDS} rounds"
            yield found("D814", self.population, message, "make `rounds` longer")

    def _sizes(self) -> Iterator[Finding]:
        shares = [group for group in self.groups.values() if group.share is not None]
        for group in shares:
            if group.share is not None and group.share < 0:
                yield found("D813", group, "a share is below 0", "write a number from 0 on")
        if shares and sum(group.share or 0 for group in shares) <= 0:
            yield found("D813", shares[0], "all shares are 0", "give some group a share")
        if shares and self.population.size is None:
            yield found("D815", self.population, "groups have shares, but of what size?",
                        "write e.g. `size: 1000`")  # fmt: skip
        if not self.groups:
            yield found("D815", self.population, "there is nobody", "add a group under `groups`")
        total = (self.population.size or 0) + sum(g.size or 0 for g in self.groups.values())
        if total > MOST_SUBJECTS:
            yield found("D815", self.population, f"there are more than {MOST_SUBJECTS} subjects",
                        "make it smaller")  # fmt: skip

    def _group(self, name: str, group: Group) -> Iterator[Finding]:
        kind = self.policy.subjects.get(group.kind)
        if kind is None:
            yield _unknown(group.kind, "kind of subject", tuple(self.policy.subjects),
                           "kinds of subjects")  # fmt: skip
            return
        for attribute, draw in group.attributes.items():
            declared = kind.attributes.get(attribute)
            if declared is None:
                hint = did_you_mean(attribute, tuple(kind.attributes), "attributes")
                message = f"{quoted(group.kind)} has no attribute {quoted(attribute)}"
                yield found("D811", attribute, message, hint)
                continue
            yield from check_draw(draw, Drawn(str(attribute), declared, missing=True))

    # --- relations ------------------------------------------------------------

    def _relation(self, relation: Relation) -> Iterator[Finding]:
        for name in (*relation.circles, *relation.from_, *relation.to):
            if name not in self.groups:
                yield _unknown(name, "group", tuple(self.groups), "groups")
        for what in ("size", "to_each", "from_each", "pull"):
            draw = getattr(relation, what)
            if draw is not None:
                yield from check_draw(draw, Drawn(what, _COUNT))

    # --- what happens ---------------------------------------------------------

    def _happening(self, one: Happening) -> Iterator[Finding]:
        yield from self._cited(one)
        for name in one.groups:
            if name not in self.groups:
                yield _unknown(name, "group", tuple(self.groups), "groups")
        for key, most in (("times", None), ("chance", MILLION), ("lost", MILLION)):
            yield from check_number(getattr(one, key), key, one, most)
        for factor in one.season.values():
            yield from check_number(factor, "season", one, None)
        if one.hours is not None and not (
            0 <= one.hours[0] < one.hours[1] <= 24 * MILLION
            and all(hour % MILLION == 0 for hour in one.hours)
        ):
            yield found("D814", one, "`hours` are two whole hours of one day, the earlier first",
                        "write e.g. `hours: [8, 18]`")  # fmt: skip
        for reaction in one.react:
            yield from check_number(reaction.times, "times", reaction, None)
            yield from self._reaction(reaction.when)
        yield from self._reported(one, None)
        if one.false is not None:
            yield from check_number(one.false.share, "share", one.false, None)
            if one.false.retracted is not None:
                yield from self._follow(one.false.retracted, one)

    def _follow(self, one: Follow, of: Reported) -> Iterator[Finding]:
        yield from self._cited(one)
        yield from check_number(one.chance, "chance", one, MILLION)
        yield from self._reported(one, of)

    def _reported(self, one: Reported, of: Reported | None) -> Iterator[Finding]:
        declared = self.policy.events.get(one.event)
        if declared is None:
            yield _unknown(one.event, "event type", tuple(self.policy.events), "event types")
            return
        parent = self.policy.events.get(of.event) if of else None
        followed = parent.fields if parent else None
        for name, draw in one.fields.items():
            kind = declared.fields.get(name)
            if kind is None:
                message = f"{quoted(one.event)} has no field {quoted(name)}"
                yield found("D811", name, message,
                            did_you_mean(name, tuple(declared.fields), "fields"))  # fmt: skip
                continue
            drawn = Drawn(str(name), kind, kind.optional or kind.default is not None,
                          self.relations, followed)  # fmt: skip
            yield from check_draw(draw, drawn)
        for name, kind in declared.fields.items():
            if kind.required and name not in one.fields:
                yield found("D812", one, f"{quoted(one.event)} needs the field {quoted(name)}",
                            f"add it under `fields`: it is a {_noun(kind)}")  # fmt: skip
        yield from self._told(one)
        for follow in one.follow:
            yield from self._follow(follow, one)

    def _told(self, one: Reported) -> Iterator[Finding]:
        if one.reporter is not None:
            yield from check_draw(one.reporter, Drawn("reporter", _TEXT, True, self.relations))
        if one.source is None:
            return
        yield from check_draw(one.source, Drawn("source", _TEXT, True))
        for name in _constants(one.source):
            try:
                check_source(self.policy, one.event, str(name))
            except Refused as bad:
                yield found("D811", name, f"`source` {bad.message}", bad.hint)

    def _reaction(self, text: str) -> Iterator[Finding]:
        """A condition about what is known of a subject between two rounds."""
        wrong = check_expression(text, Scope(self.policy, reader="in a reaction"), "condition")
        yield from wrong
        if wrong:
            return
        try:
            tree = parse(text)
        except BadExpression as bad:
            yield bad.finding
            return
        for node in _calls(tree):
            if node.function not in _READABLE:
                yield found("D816", text, f"a reaction cannot read `{node.function}(…)`",
                            "it reads scores, grades, attributes, `has(…)` and"
                            " `listed(…)`")  # fmt: skip


def _constants(draw: Draw) -> tuple[str, ...]:
    """The texts that a draw can come to, as far as they are written out."""
    if draw.always is not None:
        return (draw.always,)
    return tuple(value for value, _ in draw.choose or ())


def _calls(tree: Expr) -> Iterator[Call]:
    if isinstance(tree, Call):
        yield tree
    if not isinstance(tree, Name):
        for child in children(tree):
            yield from _calls(child)


def _unknown(spot: str, what: str, known: tuple[str, ...], plural: str) -> Finding:
    return found("D811", spot, f"there is no {what} {quoted(spot)}",
                 did_you_mean(spot, known, plural))  # fmt: skip


def _noun(kind: FieldType) -> str:
    return "text of a few choices" if kind.kind == "one_of" else kind.kind
