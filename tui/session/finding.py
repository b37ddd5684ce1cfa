"""Filters and searches: which steps a few typed words mean.

A filter is words with spaces between them; a step is shown if all fit, and ``-`` before
a word means that it must not. ``who:mei`` (touched by the step), ``event:fee.*``,
``rule:late-fee``, ``measure:no-ferry``, ``list:defaulters``, ``grade:trust.A``,
``is:refused`` (any word of the timeline, or ``clock``, ``input``, ``gain``, ``loss``,
``felt``). A word alone fits if a person, event, rule, measure, list or grade holds it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from engine.findings import did_you_mean
from engine.text import quoted
from tui.session.columns import Columns, Numbers
from tui.session.happening import CODES, FELT
from tui.session.state import UserMistake

_NAMED = ("who", "event", "rule", "measure", "list", "grade")
_ALONE = ("grade", "measure", "list", "message")


def filtered(columns: Columns, text: str) -> Sequence[int]:
    """Numbers of the steps that a filter shows, rising.

    Raises :class:`UserMistake` for a word that says nothing.
    """
    left: set[int] | None = None
    gone: set[int] = set()
    for word in text.split():
        if word.startswith("-") and len(word) > 1:
            gone |= set(_meant(columns, word[1:]))
        else:
            found = set(_meant(columns, word))
            left = found if left is None else left & found
    everything: Sequence[int] = range(1, len(columns) + 1)
    if left is None and not gone:
        return everything
    return sorted((set(everything) if left is None else left) - gone)


def _meant(columns: Columns, word: str) -> Numbers:
    head, colon, rest = word.partition(":")
    if not colon or not rest:
        return columns.steps_of(word) if word in _ALONE else _holding(columns, word)
    if head == "is":
        return _being(columns, rest)
    if head not in _NAMED:
        hint = did_you_mean(head, (*_NAMED, "is"))
        raise UserMistake(f"a filter has no {quoted(head + ':')}; {hint}")
    if rest.endswith("*"):
        return _joined(columns, lambda term: term.startswith(f"{head}:{rest[:-1]}"))
    return columns.steps_of(f"{head}:{rest}")


def _holding(columns: Columns, word: str) -> Numbers:
    low = word.lower()
    return _joined(columns, lambda term: low in term.partition(":")[2].lower())


def _joined(columns: Columns, fits: Callable[[str], bool]) -> Numbers:
    found: set[int] = set()
    for term in columns.postings:
        if fits(term):
            found.update(columns.steps_of(term))
    return sorted(found)


def _being(columns: Columns, word: str) -> Numbers:
    tests: dict[str, tuple[Numbers, Callable[[int], bool]]] = {
        "clock": (columns.clock, bool),
        "input": (columns.clock, lambda v: not v),
        "gain": (columns.change, lambda v: v > 0),
        "loss": (columns.change, lambda v: v < 0),
        "felt": (columns.code, lambda v: v < FELT),
    }
    if word in CODES:
        code = CODES[word]
        return [n for n, value in enumerate(columns.code, start=1) if value == code]
    if word not in tests:
        raise UserMistake(
            f"`is:` does not know {quoted(word)}; {did_you_mean(word, (*CODES, *tests))}"
        )
    values, fits = tests[word]
    return [n for n, value in enumerate(values, start=1) if fits(value)]
