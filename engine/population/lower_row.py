"""The conditions of a group of rules as tests in one row, so that no test is jumped over."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from engine.population import words as w
from engine.population.lower_base import Base

_ENDS = (w.NO, w.YES)
_SERIALS = (w.Q_ACTIVE, w.Q_LISTED)  # 0, or some number where it holds


def lower_row(base: Base, rules: Sequence[int]) -> int:
    """Put the tests of some rules into the image; 0 if a condition is no matter of tests.

    Every test of a row is made, whether it decides anything or not. So only what can neither
    fail nor change anything is a test, and only few are made for one rule.
    """
    words: list[int] = []
    for rule in rules:
        slots = slots_of(base.words, base.words[rule + w.R_SLOT])
        tests = [test_of(base.words[slot : slot + w.L_WORDS]) for slot in slots]
        if len(tests) > w.MOST_TESTS or not all(tests):
            return 0
        words += [rule, base.words[rule + w.R_FLAGS], _truth(base.words, rule, slots), len(tests)]
        words += [word for test in tests for word in test]
    return base.put(words) if words else 0


def slots_of(words: Sequence[int], first: int) -> list[int]:
    """All slots that a condition may come to, each once."""
    found, waiting = [], [first]
    while waiting:
        slot = waiting.pop()
        if slot not in _ENDS and slot not in found:
            found.append(slot)
            waiting += [words[slot + w.L_NO], words[slot + w.L_YES]]
    return found


def test_of(slot: Sequence[int]) -> list[int]:
    """A slot as a test; empty if it is none."""
    source, a, b, c, d, low, high = slot[: w.L_HIGH + 1]
    if source == w.Q_FIELD:
        return [w.IN_EVENT, a, low, high, 0, 0, 0]
    if source == w.Q_SCORE:
        return [w.IN_BLOCK, a, low, high, 0, 0, 0]
    if source in _SERIALS:
        return [w.IN_BLOCK, a, low, w.HIGHEST if high >= 1 else high, 0, 0, 0]
    if source == w.Q_COUNT_EVER:
        return [w.IN_BLOCK, a + w.Y_LEN, low, high, 0, 0, 0]
    if source == w.Q_COUNT:
        return [w.IN_WINDOW, a, low, high, b, c, d]
    if source in (w.Q_ATTRIBUTE, w.Q_KIND):
        return [w.IN_ATTRIBUTES, a, low, high, 0, 0, 0]
    return []


def _truth(words: Sequence[int], rule: int, slots: Sequence[int]) -> int:
    """For every pattern of answers whether the rule matches, as bits of a signed word."""
    truth = 0
    for answers in product((False, True), repeat=len(slots)):
        told = dict(zip(slots, answers, strict=True))
        at = words[rule + w.R_SLOT]
        while at not in _ENDS:
            at = words[at + (w.L_YES if told[at] else w.L_NO)]
        if at == w.YES:
            truth |= 1 << sum(answer << i for i, answer in enumerate(answers))
    return truth - (1 << 64) if truth >> 63 else truth
