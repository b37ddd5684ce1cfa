"""Conditions and watches: expressions of the policy's language, read after every step.

The run is played once more with whatever history the expressions ask for; their values
are taken after each step. ``event``, ``source`` and ``reporter`` are those of the step's
own event, and missing in a step of the clock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from engine.evaluation.kinds import kind_of
from engine.evaluation.lowering import Plans
from engine.evaluation.matchers.plain import PlainMatcher
from engine.evaluation.misses import show_value
from engine.evaluation.plan import Plan
from engine.evaluation.primitives import EvaluationError
from engine.evaluation.records import Step
from engine.evaluation.state import Context
from engine.evaluation.step import Player
from engine.findings import DemeritError, Finding
from engine.language import expressions as ex
from engine.language.inference import Inference
from engine.language.model import Policy
from engine.language.rows import Event
from engine.language.scope import Scope
from tui.session.material import Material
from tui.session.state import UserMistake

Wanted = Literal["condition", "value"]


class Change(NamedTuple):
    """A value that an expression came to, and from which step on."""

    step: int
    value: str


class Trace(NamedTuple):
    """What an expression came to over a life, for one person."""

    changes: tuple[Change, ...]  # the first at the first step of the life


@dataclass
class Traces:
    """The traces of one life, worked out together and remembered."""

    values: dict[tuple[str, str], Trace] = field(default_factory=dict)  # (who, expression)
    became: dict[str, tuple[int, ...]] = field(default_factory=dict)  # condition → steps


def checked(material: Material, text: str, wanted: Wanted) -> ex.Expr:
    """The tree of an expression that can be read here. Raises :class:`UserMistake`."""
    if not material.playable:
        raise UserMistake("a saved ledger cannot be played again to read an expression")
    policy = material.versions[0][1]
    try:
        tree = ex.parse(text)
    except ex.BadExpression as bad:
        raise UserMistake(_told(bad.finding)) from None
    reader = Inference(text, scope_of(policy, tree))
    if wanted == "condition":
        reader.condition(tree, reader.scope.facts)
    else:
        reader.type(tree, reader.scope.facts)
    if reader.findings:
        raise UserMistake(_told(reader.findings[0]))
    return tree


def scope_of(policy: Policy, tree: ex.Expr) -> Scope:
    """Where an expression reads the event, the types that have every field it reads."""
    fields = {
        node.path.partition(".")[2] for node in ex.walk(tree)
        if isinstance(node, ex.Name) and node.parts[0] == "event"
    }  # fmt: skip
    types = [str(t) for t, event in policy.events.items() if fields <= event.fields.keys()]
    return Scope(policy, types=tuple(types or map(str, policy.events)))


def _told(finding: Finding) -> str:
    return f"{finding.message}; {finding.hint}" if finding.hint else finding.message


# --- playing again --------------------------------------------------------------------


class _Reading(NamedTuple):
    """An expression of one version, ready to be read."""

    value: Callable[[Context], Any]
    kind: str
    ladder: tuple[tuple[str, int], ...]


def trace(
    material: Material, watches: Sequence[tuple[str, str]], conditions: Sequence[str],
    events: Iterable[Event],
) -> Traces:  # fmt: skip
    """The values of ``watches`` (person, expression) and the steps in which ``conditions``
    became true for somebody whom the step touched, over a whole life.

    ``events`` come in the order in which they are played.
    """
    texts = list(dict.fromkeys([*(text for _, text in watches), *conditions]))
    trees = {text: ex.parse(text) for text in texts}
    watcher = _Watcher(watches, conditions)
    plans = Plans(material.versions, trees.values())
    readings = {id(plan): _readings(plan, trees) for plan in plans.all}
    player: Player | None = None

    def take(step: Step) -> None:
        assert player is not None
        assert player.now is not None
        watcher.take(player, step, readings[id(plans.at(player.now))])

    player = Player(plans, material.cast, PlainMatcher(), take)
    try:
        player.begin()
        for event in events:
            player.feed(event)
        until = material.cast.until if material.cast else None
        if until is not None:
            player.advance(max(until, player.now or until))
    except DemeritError:
        pass  # the life ends there too, and says why
    return watcher.traces()


def _readings(plan: Plan, trees: Mapping[str, ex.Expr]) -> dict[str, _Reading]:
    compiler = plan.compiler
    made = {}
    for text, tree in trees.items():
        kind = kind_of(tree, plan.policy)
        made[text] = _Reading(compiler.value(tree, text), kind, compiler.ladder(tree))
    return made


class _Watcher:
    """Reads expressions after each step of a run."""

    def __init__(self, watches: Sequence[tuple[str, str]], conditions: Sequence[str]) -> None:
        self._values: dict[tuple[str, str], list[Change]] = {key: [] for key in watches}
        self._became: dict[str, list[int]] = {text: [] for text in conditions}
        self._held: set[tuple[str, str]] = set()  # (who, condition) that hold

    def take(self, player: Player, step: Step, readings: Mapping[str, _Reading]) -> None:
        context = Context(player.world)
        context.now = step.at
        for who, text in self._values:
            shown = self._read(player, context, step, who, text, readings[text])
            changes = self._values[who, text]
            if not changes or changes[-1].value != shown:
                changes.append(Change(step.number, shown))
        if self._became:
            touched = dict.fromkeys([step.who, *(e.target for p in step.parts for e in p.effects)])
            for text in self._became:
                self._judge(player, context, step, text, readings[text], touched)

    def _judge(
        self, player: Player, context: Context, step: Step, text: str, reading: _Reading,
        touched: Mapping[str, None],
    ) -> None:  # fmt: skip
        became = False
        for who in touched:
            holds = self._read(player, context, step, who, text, reading) == "true"
            if holds and (who, text) not in self._held:
                self._held.add((who, text))
                became = True
            elif not holds:
                self._held.discard((who, text))
        if became:
            self._became[text].append(step.number)

    @staticmethod
    def _read(
        player: Player, context: Context, step: Step, who: str, text: str, reading: _Reading
    ) -> str:
        subject = player.world.subjects.get(who)
        if subject is None:
            return "missing"
        event = step.input if step.who == who else None
        context.subject = subject
        context.event = event.fields if event is not None else {}
        context.source = event.source if event is not None else None
        context.reporter = event.reporter if event is not None else None
        try:
            found = reading.value(context)
        except EvaluationError as error:
            return f"no value: {error.message}"
        return show_value(found, reading.kind, reading.ladder)

    def traces(self) -> Traces:
        """What was found."""
        return Traces(
            {key: Trace(tuple(changes)) for key, changes in self._values.items()},
            {text: tuple(numbers) for text, numbers in self._became.items()},
        )
