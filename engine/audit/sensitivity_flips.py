"""The smallest change of one number that changes somebody's outcome.

Between two values of a knob at which a history takes the same course (the same rules, grades,
measures and walls at every step), every comparison in it compares what moves evenly with the
knob, so none of them can turn in between: that stretch need not be looked at. All else is
halved, the nearer half first, down to one millionth. So the change that is found is the
smallest, wherever the policy reads the knob evenly; where it multiplies it with what itself
depends on it, rounds it, or asks whether a number is exactly so, that is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from itertools import pairwise
from typing import Any, NamedTuple

from engine.audit.sensitivity import Ending, Knob, Outcome, Ranges, Trial, knobs, play_trial
from engine.evaluation.reads import expressions_of
from engine.language import expressions as ex
from engine.language.model import Policy
from engine.text import quoted
from engine.values import format_number

#: Replays for one knob in one direction before the search says how far it came.
REPLAYS = 600


@dataclass(frozen=True)
class Flip:
    """The nearest value of a knob, in one direction, at which an outcome is another."""

    knob: Knob
    outcome: Outcome
    value: int  # millionths; the neighbour toward the present value does not flip it
    before: str
    after: str
    exact: bool  # no nearer value flips it
    replays: int

    @property
    def change(self) -> int:
        """By how much the knob is turned, in millionths."""
        return self.value - self.knob.value

    def __str__(self) -> str:
        by = format_number(abs(self.change))
        way = "up" if self.change > 0 else "down"
        least = "" if self.exact else ", the nearest that was found"
        return (
            f"{quoted(self.knob.name)} {format_number(self.knob.value)} → "
            f"{format_number(self.value)} ({way} by {by}{least}): {self.outcome},"
            f" {self.before} → {self.after}"
        )


@dataclass(frozen=True)
class Held:
    """A knob that flips nothing in its range."""

    knob: Knob
    sure: bool  # the whole range was ruled out
    replays: int


class _Course(NamedTuple):
    """What a history came to at one value of a knob, and which course it took."""

    ending: Ending  # without its steps
    course: bytes


class Turning:
    """Replays of one trial with its knobs turned, each value once, for any outcomes."""

    def __init__(self, trial: Trial) -> None:
        self.trial = trial
        self._seen: dict[tuple[str, int], _Course] = {}

    def at(self, knob: Knob, value: int) -> tuple[_Course, bool]:
        """A replay, and whether it had to be played."""
        key = (knob.name, value)
        found = self._seen.get(key)
        if found is not None:
            return found, False
        trial = self.trial.under(lambda policy: knob.turn(policy, value))
        ending = play_trial(trial, keep=True)
        course = blake2b(repr(list(_course(ending, trial.versions[0][1]))).encode()).digest()
        made = self._seen[key] = _Course(ending._replace(steps=()), course)
        return made, True


def smallest_flips(
    trial: Trial, outcome: Outcome, ranges: Ranges | None = None, turning: Turning | None = None
) -> tuple[tuple[Flip, ...], tuple[Held, ...]]:
    """The nearest flip of every knob in both directions, the smallest change first; and the
    knobs that flip nothing. ``turning`` keeps the replays for a further outcome."""
    policy = trial.versions[0][1]
    shared = turning or Turning(trial)
    flips: list[Flip] = []
    held: list[Held] = []
    for knob in knobs(policy, ranges):
        search = _Search(shared, knob, outcome)
        found = [flip for end in (knob.low, knob.high) if (flip := search.toward(end)) is not None]
        flips += found
        if not found:
            held.append(Held(knob, search.even and not search.spent, search.replays))
    flips.sort(key=lambda f: (abs(f.change), f.knob.name, f.value))
    return tuple(flips), tuple(held)


class _Search:
    """One knob, turned."""

    def __init__(self, turning: Turning, knob: Knob, outcome: Outcome) -> None:
        self.turning, self.knob, self.outcome = turning, knob, outcome
        self.even = even_in(turning.trial.versions[0][1], knob)
        self.replays = 0
        self.spent = False
        self._left = 0

    def toward(self, end: int) -> Flip | None:
        """The nearest flip between the present value and one end of the range."""
        start = self.knob.value
        if start == end:
            return None
        self._left, spent, self.spent = REPLAYS, self.spent, False
        before = self._at(start)[0]
        found = self._first(start, end, before)
        exact = self.even and not self.spent
        self.spent = self.spent or spent
        if found is None:
            return None
        after = self._at(found)[0]
        return Flip(self.knob, self.outcome, found, before, after, exact, self.replays)

    def _first(self, start: int, end: int, before: str) -> int | None:
        """The nearest value behind ``start``, up to ``end``, with another outcome."""
        stretches = list(reversed(self._looks(start, end)))
        while stretches:
            near, far = stretches.pop()
            one, two = self._at(near), self._at(far)
            if one[1] == two[1] and one[0] == two[0]:
                continue  # the same course at both ends, and so between them
            if abs(far - near) == 1:
                if two[0] != before:
                    return far
                continue
            if self._left <= 0:
                self.spent = True
                return self._halved(near, far, before) if two[0] != before else None
            middle = (near + far) // 2
            stretches += [(middle, far), (near, middle)]
        return None

    def _halved(self, near: int, far: int, before: str) -> int:
        """A flip between a value that does not and one that does, by plain halving."""
        while abs(far - near) > 1:
            middle = (near + far) // 2
            if self._at(middle)[0] == before:
                near = middle
            else:
                far = middle
        return far

    def _looks(self, start: int, end: int) -> list[tuple[int, int]]:
        """The stretches to look at first: one if the knob is read evenly, else many."""
        if self.even:
            return [(start, end)]
        length, points = end - start, 24
        marks = dict.fromkeys(start + length * n // points for n in range(points + 1))
        return list(pairwise(marks))

    def _at(self, value: int) -> tuple[str, bytes]:
        """The outcome and the course of the history at a value."""
        found, played = self.turning.at(self.knob, value)
        self.replays += played
        self._left -= 1
        return self.outcome.read(found.ending), found.course


def _course(ending: Ending, policy: Policy) -> Iterator[Any]:
    """What happened, without the sizes: rules, effects, walls, and whether a drift arrived."""
    yield ending.stopped
    for step in ending.steps:
        yield step.at, step.event, step.who
        for part in step.parts:
            yield part.trigger, part.who, tuple((v.rule, v.verdict) for v in part.verdicts)
            for e in part.effects:
                toward = policy.scores[e.name].drift if e.kind == "drift" else None
                arrived = toward is not None and e.after == toward.toward
                yield e.kind, e.target, e.name, arrived, _sign(e.change) if e.kind == "clamp" else 0


def _sign(value: int) -> int:
    return (value > 0) - (value < 0)


# --- evenness -----------------------------------------------------------------------


def even_in(policy: Policy, knob: Knob) -> bool:
    """Whether every number in the policy moves evenly with a knob while the course is the same.

    That is so unless a score, which may depend on the knob, or the knob itself is multiplied
    with one of its kind, divides, is rounded, or is asked whether it is exactly some number.
    """
    if knob.asks_exactly:
        return False
    moving = _Moving(knob.name.partition(".")[2] if knob.name.startswith("weights.") else "")
    return all(moving.even(tree) for tree in expressions_of(policy))


class _Moving:
    """Which expressions may move with a knob, and whether they do so evenly."""

    def __init__(self, weight: str) -> None:
        self.weight = weight

    def moves(self, node: ex.Expr) -> bool:
        """Whether a value may depend on the knob."""
        return any(self._reads(part) for part in ex.walk(node))

    def _reads(self, node: ex.Expr) -> bool:
        if isinstance(node, ex.Name):
            root, _, rest = node.path.partition(".")
            return root == "score" or (root == "weights" and rest == self.weight)
        return isinstance(node, ex.Call) and node.function in (
            "total", "latest", "related_min", "related_max", "of"
        )  # fmt: skip

    def even(self, node: ex.Expr) -> bool:
        """Whether nothing in an expression bends what moves with the knob."""
        match node:
            case ex.Arithmetic(operator="*") if self.moves(node.left) and self.moves(node.right):
                return False
            case ex.Arithmetic(operator="/") if self.moves(node):
                return False
            case ex.Arithmetic(operator="*") if self.moves(node) and not _whole(node):
                return False
            case ex.Call() if node.function in ("min", "max", "abs", "round", "floor"):
                if self.moves(node):
                    return False
            case ex.Compare(operator="==" | "!=") if self.moves(node):
                return False
            case ex.In() if self.moves(node):
                return False
        return all(self.even(part) for part in ex.children(node))


def _whole(node: ex.Arithmetic) -> bool:
    """Whether one factor is a whole number or a count, so that nothing is rounded."""

    def is_whole(part: ex.Expr) -> bool:
        if isinstance(part, ex.Number):
            return part.value % 1_000_000 == 0
        return isinstance(part, ex.Call) and part.function in ("count", "refusals")

    return is_whole(node.left) or is_whole(node.right)


def ranked(flips: Iterable[Flip]) -> list[Flip]:
    """Flips by how small they are as a share of their range, the smallest first."""
    return sorted(flips, key=lambda f: (abs(f.change) * 10**6 // max(1, f.knob.high - f.knob.low),
                                        f.knob.name, f.value))  # fmt: skip
