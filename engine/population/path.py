"""The digest of a subject's path: one number for all that ever happened to it.

Each firing, score line, change of a measure or list, message and refusal is mixed in, in the
order of the ledger, with its instant. The kernel mixes the same numbers; two paths that
differ anywhere differ in their digest (but for a chance of one in 2^64).
"""

from __future__ import annotations

from collections.abc import Mapping

from engine.evaluation.records import Step
from engine.population.shape import Shape

(FIRED, REFUSED_EVENT, ADD, SET, UNDO, CLAMP, LAPSE, DRIFT, BEGAN, ENDED, EXTENDED, RESTARTED,
 LISTED, UNLISTED, MESSAGE, NOTICE) = range(1, 17)  # fmt: skip

#: Kinds of lines by number, for tables and for telling a difference.
WORDS = ("", "fired", "refused", "add", "set", "undo", "clamp", "lapse", "drift", "began", "ended",
         "extended", "restarted", "listed", "unlisted", "message", "notice")  # fmt: skip
_KINDS = {word: number for number, word in enumerate(WORDS) if word}
_SCORES = frozenset(range(ADD, DRIFT + 1))
ENDLESS = -1  # stands for an end that never comes, and for no value

K_KIND = 0x1E3779B97F4A7C15
K_INDEX = 0x3F58476D1CE4E5B9
K_AT = 0x14D049BB133111EB
K_VALUE = 0x2545F4914F6CDD1D
K_STEP = 0x9E3779B97F4A7C15
SEED = 0x243F6A8885A308D3
_WORD = 1 << 64
_HALF = 1 << 63


def mix(digest: int, kind: int, index: int, at: int, value: int) -> int:
    """The digest after one more line; all numbers wrap around as 64-bit integers."""
    line = kind * K_KIND + index * K_INDEX + at * K_AT + value * K_VALUE
    mixed = (digest * K_STEP + line) % _WORD
    return mixed - _WORD if mixed >= _HALF else mixed


Line = tuple[str, int, int, int, int]  # subject, kind, index, instant, value


class Path:
    """Takes the steps of the step engine and keeps the digest of each subject."""

    def __init__(self, shape: Shape, keep: bool = False) -> None:
        """``keep`` the lines too, as a ledger or to tell a difference."""
        self.digests: dict[str, int] = {}
        self.lines: list[Line] = []
        self._keep = keep
        self._rules = _numbers(shape.rules)
        self._types = _numbers(shape.types)
        self._scores = _numbers(shape.scores)
        self._measures = _numbers(shape.measures)
        self._registries = _numbers(shape.registries)

    def take(self, step: Step) -> None:
        """Mix one step in."""
        for part in step.parts:
            if part.refused:
                kind = part.trigger.partition(" ")[2]
                self._line(part.who, REFUSED_EVENT, self._types[kind], step.at, 0)
            for verdict in part.verdicts:
                if verdict.verdict == "fired":
                    self._line(part.who, FIRED, self._rules[verdict.rule], step.at, 0)
            for effect in part.effects:
                kind_number = _KINDS.get(effect.kind)
                if kind_number is None:
                    continue  # it changed nothing by itself
                index, value = self._meant(kind_number, effect.name), 0
                if kind_number in _SCORES:
                    value = effect.after or 0
                elif kind_number in (BEGAN, EXTENDED, RESTARTED):
                    value = ENDLESS if effect.after is None else effect.after
                self._line(effect.target, kind_number, index, step.at, value)

    def _meant(self, kind: int, name: str) -> int:
        if kind in _SCORES:
            return self._scores[name]
        if kind in (LISTED, UNLISTED):
            return self._registries[name]
        return 0 if kind == MESSAGE else self._measures[name]

    def _line(self, who: str, kind: int, index: int, at: int, value: int) -> None:
        self.digests[who] = mix(self.digests.get(who, SEED), kind, index, at, value)
        if self._keep:
            self.lines.append((who, kind, index, at, value))


def _numbers(names: tuple[str, ...]) -> Mapping[str, int]:
    return {name: number for number, name in enumerate(names)}
