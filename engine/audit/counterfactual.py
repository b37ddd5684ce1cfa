"""What would have avoided it: the least changes of a history, or of the policy.

A condition holds for somebody at the end of a life. Every change that is tried is small and
can be played again: an event left out, one of its fields altered, an event earlier or later,
two events left out; a weight or a threshold moved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from engine.audit.alphabet import field_of
from engine.audit.bounds import Budget
from engine.audit.keys import durations
from engine.audit.life import Life, Versions, plans_of
from engine.audit.questions.base import Inquiry, worded
from engine.audit.questions.base import Life as Story
from engine.audit.replay import replay
from engine.audit.spaces import Conditions
from engine.audit.verdicts import Told
from engine.evaluation.run import in_play_order
from engine.findings import DemeritError
from engine.language.model import Policy
from engine.language.rows import Event
from engine.values import DAY, MILLION, format_number, show_instant, show_seconds

MOST_PAIRS = 2_000  # pairs of events that are left out together
FAR = 10_000 * MILLION  # as far as a number without a range is moved


@dataclass(frozen=True)
class Edit:
    """One change that avoids the outcome."""

    said: str
    size: tuple[int, int]  # how many changes, and how large: what it is ranked by
    told: Told  # the life with it
    sets: tuple[tuple[str, int], ...] = ()  # of a policy: path of a value → its new value

    @property
    def of_policy(self) -> bool:
        """Whether it changes the policy, not the history."""
        return bool(self.sets)


@dataclass(frozen=True)
class Avoided:
    """All that was found, and how much was tried."""

    holds: bool  # whether the condition holds at the end at all
    life: Told
    history: tuple[Edit, ...]  # the least first
    policy: tuple[Edit, ...]
    tried: int
    cut: str


class _Search:
    def __init__(self, asked: Inquiry, story: Story, who: str, text: str) -> None:
        self.asked, self.story, self.who, self.text = asked, story, who, text
        self.versions: Versions = asked.audit.policy.versions
        self.tried = 0
        alphabet = asked.audit.alphabet
        self.fixed = {move.type for move in alphabet if move.move.immutable}

    def holds(self, versions: Versions, events: Sequence[Event]) -> bool:
        """Whether the condition holds at the end; what stops the run avoids nothing."""
        self.tried += 1
        self.asked.budget.played()
        life = Life(plans_of(versions, [self.text]), self.story.cast)
        try:
            for event in in_play_order(events):
                life.feed(event)
            if self.story.cast.until is not None:
                life.advance(max(self.story.cast.until, life.now))
        except DemeritError:
            return True
        return Conditions().holds(self.text, life, self.who)

    def edit(
        self,
        said: str,
        size: tuple[int, int],
        events: Sequence[Event],
        versions: Versions | None = None,
        sets: tuple[tuple[str, int], ...] = (),
    ) -> Edit:
        told = replay(
            versions or self.versions, self.story.cast, events, self.story.cast.until, said
        )
        return Edit(said, size, told, sets)

    # --- the history ------------------------------------------------------------------------

    def history(self) -> Iterator[Edit]:
        """Single changes, and only if there is none, two events left out."""
        found = False
        for at, event in enumerate(self.story.events):
            if event.type in self.fixed:
                continue
            for said, size, events in (
                *self._altered(at, event),
                *self._moved(at, event),
                *self._dropped(at, event),
            ):
                if self.asked.budget.over:
                    return
                if not self.holds(self.versions, events):
                    found = True
                    yield self.edit(said, size, events)
                    break
        if not found:
            yield from self._pairs()

    def _dropped(self, at: int, event: Event) -> Iterator[tuple[str, tuple[int, int], list[Event]]]:
        rest = [*self.story.events[:at], *self.story.events[at + 1 :]]
        yield f"without {_named(event)}", (1, 1_000 * DAY), rest

    def _altered(self, at: int, event: Event) -> Iterator[tuple[str, tuple[int, int], list[Event]]]:
        choices = field_of(self.asked.audit, self.asked.policy).choices
        seen: set[object] = {tuple(sorted(event.fields.items()))}
        for choice in choices:
            if choice.type != event.type:
                continue
            for name, value in choice.fields.items():
                if name in choice.refers or event.fields.get(name) == value:
                    continue
                fields = {**event.fields, name: value}
                key = tuple(sorted(fields.items()))
                if key in seen:
                    continue
                seen.add(key)
                was = worded(event.fields.get(name, "nothing"))
                said = f"{_named(event)} with {name} {worded(value)} instead of {was}"
                events = list(self.story.events)
                events[at] = event._replace(fields=fields)
                yield said, (1, 500 * DAY), events

    def _moved(self, at: int, event: Event) -> Iterator[tuple[str, tuple[int, int], list[Event]]]:
        cast = self.story.cast
        lengths = {d.longest for d in durations(self.asked.policy)}
        for length in sorted({DAY, 7 * DAY, 30 * DAY, *lengths}):
            for sign, word in ((1, "later"), (-1, "earlier")):
                moved = event._replace(
                    at=event.at + sign * length, known=event.known + sign * length
                )
                late = cast.until is not None and moved.known > cast.until
                if moved.at < cast.start or late:
                    continue
                events = list(self.story.events)
                events[at] = moved
                said = f"{_named(event)} {show_seconds(length)} {word}"
                yield said, (1, length), in_play_order(events)

    def _pairs(self) -> Iterator[Edit]:
        own = [i for i, e in enumerate(self.story.events) if e.type not in self.fixed]
        for count, (a, b) in enumerate(combinations(own, 2)):
            if count >= MOST_PAIRS or self.asked.budget.over:
                return
            rest = [e for i, e in enumerate(self.story.events) if i not in (a, b)]
            if not self.holds(self.versions, rest):
                one, two = (_named(self.story.events[i]) for i in (a, b))
                yield self.edit(f"without {one} and {two}", (2, 2_000 * DAY), rest)

    # --- the policy ----------------------------------------------------------------------------

    def policy(self) -> Iterator[Edit]:
        """The least change of each weight and threshold alone."""
        for path, value, low, high, at in knobs(self.versions[0][1]):
            if self.asked.budget.over:
                return
            sides = [self._first(value, end, at) for end in (high, low) if end != value]
            found = [side for side in sides if side is not None]
            if not found:
                continue
            new = min(found, key=lambda one: (abs(one - value), one))
            said = f"{path} {format_number(new)} instead of {format_number(value)}"
            yield self.edit(
                said,
                (1, abs(new - value)),
                self.story.events,
                _under(self.versions, at, new),
                ((path, new),),
            )

    def _first(self, value: int, end: int, at: _Turn) -> int | None:
        """The nearest value towards an end that avoids it, found outwards and then by halves."""
        sign, length, held = (1 if end > value else -1), abs(end - value), value
        steps = sorted(
            {1 << n for n in range(60) if 1 << n < length}
            | {length * n // 16 for n in range(1, 16)} - {0}
            | {length}
        )
        for step in steps:
            here = value + sign * step
            if self._holds_at(here, at):
                held = here
                continue
            while abs(here - held) > 1:
                middle = (here + held) // 2
                if self._holds_at(middle, at):
                    held = middle
                else:
                    here = middle
            return here
        return None

    def _holds_at(self, value: int, at: _Turn) -> bool:
        made = _under(self.versions, at, value)
        return made is None or self.holds(made, self.story.events)


_Turn = Callable[[Policy, int], "Policy | None"]  # a policy with one number changed


def _under(versions: Versions, at: _Turn, value: int) -> Versions:
    made = [(start, at(policy, value)) for start, policy in versions]
    return tuple((start, policy) for start, policy in made if policy is not None)


def knobs(policy: Policy) -> Iterator[tuple[str, int, int, int, _Turn]]:
    """Path, value, least and greatest value of every weight and threshold; and how to turn it."""
    for name, weight in policy.weights.items():
        low, high = weight.range or (weight.value - FAR, weight.value + FAR)
        yield f"weights.{name}", weight.value, low, high, _weight(str(name))
    for score, ladder in policy.grades.items():
        for place, grade in enumerate(ladder[:-1]):
            above = ladder[place - 1].from_ - 1 if place else grade.from_ + FAR
            below = ladder[place + 1].from_ + 1
            path = f"grades.{score}.{grade.name}.from"
            yield path, grade.from_, below, above, _floor(str(score), place)


def _weight(name: str) -> _Turn:
    def turned(policy: Policy, value: int) -> Policy:
        weight = policy.weights[name].model_copy(update={"value": value})
        return policy.model_copy(update={"weights": {**policy.weights, name: weight}})

    return turned


def _floor(score: str, place: int) -> _Turn:
    def turned(policy: Policy, value: int) -> Policy:
        ladder = list(policy.grades[score])
        ladder[place] = ladder[place].model_copy(update={"from_": value})
        return policy.model_copy(update={"grades": {**policy.grades, score: tuple(ladder)}})

    return turned


def _named(event: Event) -> str:
    return f"{event.type} of {event.who}, {show_instant(event.at)}"


def avoid(asked: Inquiry, who: str, text: str) -> Avoided:
    """The least changes with which a condition would not hold for somebody at the end."""
    story = asked.life()
    search = _Search(asked, story, who, text)
    life = asked.told(story, name=story.name)
    if not search.holds(search.versions, story.events):
        return Avoided(False, life, (), (), search.tried, "")
    history: list[Edit] = []
    policy: list[Edit] = []
    try:
        history.extend(search.history())
        policy.extend(search.policy())
    except KeyboardInterrupt:
        asked.budget.interrupted = True
    budget: Budget = asked.budget
    return Avoided(
        True,
        life,
        tuple(sorted(history, key=lambda edit: edit.size)),
        tuple(sorted(policy, key=lambda edit: edit.size)),
        search.tried,
        budget.why if budget.over else "",
    )
