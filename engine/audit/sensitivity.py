"""What an outcome hangs on: the numbers of a policy as knobs, and a history replayed under them.

A knob is a weight, the floor of a grade, or a number that a condition compares with. A trial is
one history under one policy; turning a knob gives another policy, and everything that is said
of it was played by the step engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, NamedTuple

from engine.evaluation.lowering import Plans
from engine.evaluation.matchers.plain import PlainMatcher
from engine.evaluation.records import Standing, Step
from engine.evaluation.run import in_play_order
from engine.evaluation.step import Player
from engine.findings import DemeritError, Where
from engine.language import expressions as ex
from engine.language.model import AllOf, AnyOf, Policy
from engine.language.nodes import where_of
from engine.language.rows import Cast, Event
from engine.language.scenario import LoadedScenario
from engine.values import LIMIT, MILLION, format_number

Versions = Sequence[tuple[int | None, Policy]]


@dataclass(frozen=True)
class Trial:
    """One history under one policy."""

    versions: Versions
    cast: Cast
    events: tuple[Event, ...]

    @staticmethod
    def of(loaded: LoadedScenario) -> Trial:
        """The history that a scenario tells."""
        return Trial(loaded.policy.versions, loaded.cast, loaded.events)

    def under(self, change: Callable[[Policy], Policy]) -> Trial:
        """The same history under a changed policy, in all its versions."""
        return replace(self, versions=tuple((at, change(policy)) for at, policy in self.versions))


class Ending(NamedTuple):
    """What a trial came to."""

    standings: Mapping[str, Standing]
    steps: tuple[Step, ...]  # empty if they were not kept
    stopped: str  # the message of the error that stopped the run, "" if none did


def play_trial(trial: Trial, keep: bool = False) -> Ending:
    """Play a trial to its end; an error is an ending too."""
    steps: list[Step] = []
    take: Callable[[Step], None] = steps.append if keep else _ignore
    player = Player(Plans(trial.versions), trial.cast, PlainMatcher(), take)
    stopped = ""
    try:
        player.begin()
        for event in in_play_order(trial.events):
            player.feed(event)
        if trial.cast.until is not None:
            player.advance(max(trial.cast.until, player.now or trial.cast.until))
    except DemeritError as error:
        stopped = error.findings[0].message
    return Ending(player.standings(), tuple(steps), stopped)


def _ignore(_: Step) -> None:
    pass


# --- outcomes ---------------------------------------------------------------------


@dataclass(frozen=True)
class Outcome:
    """One thing about somebody's end: a grade, a measure, or a listing."""

    who: str
    kind: Literal["grade", "measure", "listing"]
    name: str  # of the score, the measure or the registry

    def read(self, ending: Ending) -> str:
        """What it came to, in a word."""
        if ending.stopped:
            return "the run stops"
        standing = ending.standings[self.who]
        if self.kind == "grade":
            return standing.grades.get(self.name, "none")
        held = standing.active if self.kind == "measure" else standing.listed
        return "yes" if self.name in held else "no"

    def __str__(self) -> str:
        what = {"grade": "grade of", "measure": "holds", "listing": "is listed on"}[self.kind]
        return f"{self.who}: {what} {self.name}"


def outcomes(policy: Policy, cast: Cast) -> tuple[Outcome, ...]:
    """Everything that can be asked of everybody's end."""
    found: list[Outcome] = []
    for person in cast.members:
        graded = [s for s in policy.grades if person.kind in policy.scores[s].of]
        found += [Outcome(person.id, "grade", str(name)) for name in graded]
        held = (*policy.rewards, *policy.penalties)
        found += [Outcome(person.id, "measure", str(name)) for name in held]
        found += [Outcome(person.id, "listing", str(name)) for name in policy.registries]
    return tuple(found)


# --- knobs ------------------------------------------------------------------------


@dataclass(frozen=True)
class Knob:
    """A number of a policy that can be turned."""

    name: str  # `weights.late`, `grades.trust.B`, or the comparison as written
    clause: str  # the clause that it stands in
    value: int  # millionths
    low: int  # the range in which it is turned
    high: int
    source: Literal["audit", "declared", "usual"]  # where the range is from
    turn: Callable[[Policy, int], Policy] = field(compare=False, repr=False)
    where: Where | None = None
    asks_exactly: bool = False  # it is compared with `==` or `!=`

    @property
    def range_said(self) -> str:
        """Its range and where that is from, in words."""
        origin = {"audit": "as the audit says", "declared": "as declared",
                  "usual": "no range declared: ±50 %"}[self.source]  # fmt: skip
        return f"{format_number(self.low)} to {format_number(self.high)} ({origin})"


Ranges = Mapping[str, tuple[int, int]]  # name of a knob → its range, in millionths


def knobs(policy: Policy, ranges: Ranges | None = None) -> tuple[Knob, ...]:
    """Every knob of a policy, in policy order.

    The range of a knob is that of ``ranges``, else the one declared for a weight, else ±50 %.
    """
    given = ranges or {}
    return (*_weights(policy, given), *_floors(policy, given), *_compared(policy, given))


def _ranged(
    name: str, value: int, given: Ranges, declared: tuple[int, int] | None = None
) -> tuple[int, int, Literal["audit", "declared", "usual"]]:
    if name in given:
        return (*given[name], "audit")
    if declared is not None:
        return (*declared, "declared")
    half = abs(value) // 2 or MILLION
    return max(value - half, 1 - LIMIT), min(value + half, LIMIT - 1), "usual"


def _weights(policy: Policy, given: Ranges) -> Iterator[Knob]:
    for key, weight in policy.weights.items():
        name = f"weights.{key}"
        low, high, source = _ranged(name, weight.value, given, weight.range)
        yield Knob(name, name, weight.value, low, high, source, turned_weight(str(key)),
                   where_of(key) or weight.where)  # fmt: skip


def turned_weight(key: str) -> Callable[[Policy, int], Policy]:
    """How to give a weight another value, in millionths."""

    def turn(policy: Policy, value: int) -> Policy:
        changed = policy.weights[key].model_copy(update={"value": value})
        weights = {k: changed if k == key else w for k, w in policy.weights.items()}
        return policy.model_copy(update={"weights": weights})

    return turn


def _floors(policy: Policy, given: Ranges) -> Iterator[Knob]:
    """Where grades begin, between their neighbours; the last begins at the score's least."""
    for score, ladder in policy.grades.items():
        for rank, grade in enumerate(ladder[:-1]):
            name = f"grades.{score}.{grade.name}"
            low, high, source = _ranged(name, grade.from_, given)
            low = max(low, ladder[rank + 1].from_ + 1)
            high = min(high, ladder[rank - 1].from_ - 1) if rank else high
            if low <= grade.from_ <= high:
                yield Knob(name, name, grade.from_, low, high, source,
                           _turned_floor(str(score), rank), where_of(grade.name))  # fmt: skip


def _turned_floor(score: str, rank: int) -> Callable[[Policy, int], Policy]:
    def turn(policy: Policy, value: int) -> Policy:
        ladder = tuple(
            grade.model_copy(update={"from_": value}) if at == rank else grade
            for at, grade in enumerate(policy.grades[score])
        )
        grades = {k: ladder if k == score else old for k, old in policy.grades.items()}
        return policy.model_copy(update={"grades": grades})

    return turn


# --- thresholds in conditions -------------------------------------------------------


class _Spot(NamedTuple):
    """An expression of a policy by its place: section, id or index, key, item of a list."""

    section: str
    at: int | str
    key: str
    item: int | None


def _compared(policy: Policy, given: Ranges) -> Iterator[Knob]:
    """The numbers that conditions compare something with."""
    for spot, clause, text in _conditions(policy):
        for node in ex.walk(ex.parse(text)):
            if not isinstance(node, ex.Compare):
                continue
            for side, other in ((node.left, node.right), (node.right, node.left)):
                if not isinstance(side, ex.Number) or isinstance(other, ex.Number):
                    continue
                said = str.__str__(text)[node.span[0] : node.span[1]]
                name = f"{clause}: {said}"
                low, high, source = _ranged(name, side.value, given)
                where, _ = ex.place(text, node.span)
                yield Knob(name, clause, side.value, low, high, source,
                           _turned_number(spot, side.span), where,
                           node.operator in ("==", "!="))  # fmt: skip


def _conditions(policy: Policy) -> Iterator[tuple[_Spot, str, str]]:
    """Every condition: its place, its clause, its text."""
    for at, rule in enumerate(policy.rules):
        for key in ("when", "unless"):
            written = getattr(rule, key)
            texts = _texts(written)
            for item, text in enumerate(texts):
                alone = not isinstance(written, AllOf | AnyOf)
                yield _Spot("rules", at, key, None if alone else item), f"rules.{rule.id}", text
    for section in ("rewards", "penalties"):
        for name, measure in getattr(policy, section).items():
            if measure.while_ is not None:
                spot = _Spot(section, str(name), "while_", None)
                yield spot, f"{section}.{name}", measure.while_


def _texts(written: AllOf | AnyOf | str | None) -> tuple[str, ...]:
    if isinstance(written, AllOf):
        return tuple(written.all)
    if isinstance(written, AnyOf):
        return tuple(written.any)
    return () if written is None else (written,)


def _turned_number(spot: _Spot, span: tuple[int, int]) -> Callable[[Policy, int], Policy]:
    def turn(policy: Policy, value: int) -> Policy:
        held: Any = getattr(policy, spot.section)
        clause = held[spot.at]
        written = getattr(clause, spot.key)
        if spot.item is None:
            changed: Any = _spliced(written, span, value)
        else:
            key = "all" if isinstance(written, AllOf) else "any"
            texts = list(getattr(written, key))
            texts[spot.item] = _spliced(texts[spot.item], span, value)
            changed = written.model_copy(update={key: tuple(texts)})
        new = clause.model_copy(update={spot.key: changed})
        if isinstance(held, tuple):
            whole: Any = tuple(new if i == spot.at else one for i, one in enumerate(held))
        else:
            whole = {k: new if k == spot.at else one for k, one in held.items()}
        return policy.model_copy(update={spot.section: whole})

    return turn


def _spliced(text: str, span: tuple[int, int], value: int) -> str:
    plain = str.__str__(text)
    return f"{plain[: span[0]]}{format_number(value)}{plain[span[1] :]}"
