"""The conditions of one policy as questions to the solver, and what can be come to at all.

:func:`settle_reach` goes round until nothing shrinks any more: rules that can never match move
no score and begin no measure, and what no score and no measure comes to can silence further
rules. Each round is sound by itself, since what it starts from is larger than the truth.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from engine.audit.static.reach import Reach
from engine.audit.static.situation import Moment, Situation
from engine.audit.static.solving import Answer
from engine.audit.static.terms import Term
from engine.audit.static.translate import Translator
from engine.language import expressions as ex
from engine.language.model import Action, Policy, Rule, ScoreSet
from engine.language.triggers import Trigger, parse_triggers

_ROUNDS = 6


@dataclass(frozen=True)
class Shift:
    """What one action does to one score."""

    score: str
    amount: Term
    is_set: bool
    action: Action


class Analysis:
    """All rules of one policy, judged at every moment at which they can be."""

    def __init__(self, policy: Policy, reach: Reach) -> None:
        self.policy = policy
        self.reach = reach
        self._readers: dict[Moment, Translator] = {}
        self._conditions: dict[tuple[Moment, str], Any] = {}
        self._moments: dict[str, tuple[Moment, ...]] = {}
        self._prepared: set[Moment] = set()
        self._live: dict[tuple[Moment, str], Answer] = {}
        self._examples: dict[tuple[Moment, str], list[Any]] = {}
        self.undecided: dict[str, None] = {}  # clauses whose question the solver gave up

    # --- moments ----------------------------------------------------------------

    def moments(self, rule: Rule) -> tuple[Moment, ...]:
        """When a rule can be judged at all: what it waits for can come, for such a subject."""
        key = str(rule.id)
        if key not in self._moments:
            found = (
                Moment(name, str(kind))
                for trigger in parse_triggers(rule, self.policy)
                for name in trigger.keys
                for kind in self.policy.subjects
                if self.can_come(trigger, name, str(kind))
            )
            self._moments[key] = tuple(dict.fromkeys(found))
        return self._moments[key]

    def can_come(self, trigger: Trigger, key: str, kind: str) -> bool:
        """Whether a subject of a kind can meet with what a trigger waits for."""
        policy, reach = self.policy, self.reach
        match trigger.kind:
            case "refused":
                return reach.blocked(policy, key.removeprefix("refused "))
            case "entered" | "left":
                left = reach.grades(policy, trigger.score)
                has = kind in policy.scores[trigger.score].of
                return has and len(left) > 1 and trigger.grade in left
            case "began":
                return trigger.measure in reach.measures
            case "ended":
                return trigger.measure in reach.ending
            case _:
                return True

    def reader(self, moment: Moment) -> Translator:
        """The translator of a moment; its variables are shared by all that is asked of it."""
        if moment not in self._readers:
            self._readers[moment] = Translator(Situation(self.policy, self.reach, moment))
        return self._readers[moment]

    def condition(self, rule: Rule, moment: Moment) -> Any:
        """A rule's condition at a moment."""
        key = (moment, str(rule.id))
        if key not in self._conditions:
            self._conditions[key] = self.reader(moment).rule(rule)
        return self._conditions[key]

    # --- questions ----------------------------------------------------------------

    def possible(self, moment: Moment, *parts: Any, about: str = "") -> Answer:
        """Whether conditions can hold together at a moment."""
        situation = self.reader(moment).situation
        answer = situation.asking.possible(parts, situation.sides())
        if answer == "unknown" and about:
            self.undecided[about] = None
        return answer

    def implied(self, moment: Moment, given: Any, then: Any, about: str = "") -> bool:
        """Whether one condition always brings another with it."""
        negated = self.reader(moment).situation.asking.no(then)
        return self.possible(moment, given, negated, about=about) == "no"

    def brings(self, rule: Rule, other: Rule, moment: Moment) -> bool:
        """Whether another rule always matches where this one does.

        The solver is asked only where no earlier example of the first speaks against it.
        """
        self.prepare(moment)
        given, then = self.condition(rule, moment), self.condition(other, moment)
        ask = self.reader(moment).situation.asking
        examples = self._examples.setdefault((moment, str(rule.id)), [])
        if any(not ask.holds_in(model, then) for model in examples):
            return False
        answer = self.possible(moment, given, ask.no(then))
        if answer == "yes":
            examples.append(ask.model())
        return answer == "no"

    def prepare(self, moment: Moment) -> None:
        """Read every rule of a moment, so that no later one adds to what must hold."""
        if moment not in self._prepared:
            self._prepared.add(moment)
            for rule in self.policy.rules:
                if moment in self.moments(rule):
                    self.condition(rule, moment)
                    list(self.shifts(rule, moment))

    def live(self, rule: Rule, moment: Moment) -> Answer:
        """Whether a rule can match at a moment."""
        key = (moment, str(rule.id))
        if key not in self._live:
            about = f"rules.{rule.id}"
            self._live[key] = self.possible(moment, self.condition(rule, moment), about=about)
        return self._live[key]

    def live_moments(self, rule: Rule) -> tuple[Moment, ...]:
        """The moments at which a rule is not proved to be silent."""
        return tuple(m for m in self.moments(rule) if self.live(rule, m) != "no")

    def alive(self) -> tuple[Rule, ...]:
        """The rules that are not proved to be silent for ever."""
        return tuple(rule for rule in self.policy.rules if self.live_moments(rule))

    def shifts(self, rule: Rule, moment: Moment) -> Iterator[Shift]:
        """What a rule does to scores at a moment."""
        reader = self.reader(moment)
        for action in rule.then:
            for name, change in (action.score or {}).items():
                score = str(name) or str(next(iter(self.policy.scores)))
                is_set = isinstance(change, ScoreSet)
                text = change.set if isinstance(change, ScoreSet) else change
                yield Shift(score, reader.value(ex.parse(text)), is_set, action)

    def can_move(self, rule: Rule, moment: Moment, shift: Shift, up: bool) -> bool:
        """Whether a change can go up (or down) when its rule matches."""
        edge = shift.amount.high if up else shift.amount.low
        if edge is not None and (edge <= 0 if up else edge >= 0):
            return False
        sign = shift.amount.value > 0 if up else shift.amount.value < 0
        answer = self.possible(moment, self.condition(rule, moment), shift.amount.there, sign,
                               about=f"rules.{rule.id}")  # fmt: skip
        return answer != "no"


def settle_reach(policy: Policy, reach: Reach, shrink: bool = True) -> Analysis:
    """The analysis of a policy within the smallest reach that can be shown.

    Without ``shrink`` the reach is taken as it is: where several versions of a policy are
    played one after the other, none of them alone says what can be come to.
    """
    analysis = Analysis(policy, reach)
    for _ in range(_ROUNDS if shrink else 0):
        smaller = _shrunk(analysis)
        if smaller == analysis.reach:
            break
        analysis = Analysis(policy, smaller)
    return analysis


def _shrunk(analysis: Analysis) -> Reach:
    """What the rules that are alive can come to."""
    policy, alive = analysis.policy, analysis.alive()
    actions = [action for rule in alive for action in rule.then]
    undoes = any(action.undo is not None for action in actions)
    begun = {str(a.grant or a.impose) for a in actions if a.grant or a.impose}
    held = {
        str(name) for name, measure in (*policy.rewards.items(), *policy.penalties.items())
        if (str(name) in begun if measure.while_ is None else _can_hold(analysis, measure.while_))
    }  # fmt: skip
    scores = {name: _bounds(analysis, name, alive, undoes) for name in analysis.reach.scores}
    return replace(
        analysis.reach,
        scores=scores,
        measures=analysis.reach.measures & held,
        ending=frozenset(m for m in held if _can_end(policy, m, actions, undoes)),
        listed=frozenset(str(a.list) for a in actions if a.list is not None),
    )


def _can_hold(analysis: Analysis, condition: str) -> bool:
    """Whether a `while` can hold for somebody."""
    tree = ex.parse(condition)
    for kind in analysis.policy.subjects:
        moment = Moment("", str(kind))
        if analysis.possible(moment, analysis.reader(moment).test(tree)) != "no":
            return True
    return False


def _can_end(policy: Policy, measure: str, actions: Iterable[Action], undoes: bool) -> bool:
    declared = policy.rewards.get(measure) or policy.penalties.get(measure)
    assert declared is not None
    return (
        undoes or declared.while_ is not None or declared.lasts is not None
        or any(a.lift == measure for a in actions)
        or any(a.for_ is not None and measure in (a.grant, a.impose) for a in actions)
    )  # fmt: skip


def _bounds(analysis: Analysis, score: str, alive: Iterable[Rule], undoes: bool) -> tuple[int, int]:
    """What a score can come to by its start, its drift and the rules that are alive."""
    declared = analysis.policy.scores[score]
    points = [declared.start, *([declared.drift.toward] if declared.drift else [])]
    moves: dict[bool, int | None] = {True: 0, False: 0}  # up, down: the sum of all; None: no end
    takes_back, sets = undoes, False
    for rule in alive:
        for rising in (True, False):
            added, points_set, lapsing = _moves(analysis, rule, score, rising)
            now = moves[rising]
            moves[rising] = None if now is None or added is None else now + added
            points += points_set
            sets = sets or bool(points_set)
            takes_back = takes_back or lapsing
    elsewhere = sets or declared.drift is not None or (moves[True] != 0 and moves[False] != 0)
    if takes_back and elsewhere:  # taking back may overshoot where the score was moved meanwhile
        moves = {way: None if moves[not way] != 0 or sets else moves[way] for way in moves}
    low, high = analysis.reach.scores[score]
    up, down = moves[True], moves[False]
    return (
        low if down is None else max(low, min(points) - down),
        high if up is None else min(high, max(points) + up),
    )


def _moves(
    analysis: Analysis, rule: Rule, score: str, up: bool
) -> tuple[int | None, list[int], bool]:
    """The most that a rule can add in one direction in a whole life, what it can set, and
    whether what it adds is taken back later."""
    most, once, lapsing = 0, True, False
    points: list[int] = []
    low, high = analysis.reach.scores[score]
    for moment in analysis.live_moments(rule):
        here = 0
        for shift in analysis.shifts(rule, moment):
            if shift.score != score:
                continue
            lapsing = lapsing or shift.action.lapses is not None
            edge = shift.amount.high if up else shift.amount.low
            if shift.is_set:
                points.append((high if up else low) if edge is None else max(low, min(edge, high)))
                continue
            if not analysis.can_move(rule, moment, shift, up):
                continue
            once = once and shift.action.to is None and edge is not None
            here += abs(edge or 0)
        most = max(most, here)
    if most == 0 and once:
        return 0, points, lapsing
    if not once or rule.limit is None or rule.limit.per is not None:
        return None, points, lapsing
    return most * rule.limit.times, points, lapsing
