"""The beats of a life: the moments at which something turns, as a beat sheet tells them.

Whether a step is a beat is asked of that step alone, when it is seen: so a life of a million
steps has them as soon as a short one. What a beat is, :mod:`engine.stories.telling.beats` says.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Container, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from engine.stories.source import Source
from engine.stories.telling.beats import turning
from engine.stories.telling.gathering import Teller
from engine.stories.telling.notebook import Notebook
from engine.stories.telling.records import Item
from engine.text import safe
from tui.session.happening import FELT

if TYPE_CHECKING:
    from tui.session.material import Material
    from tui.session.tape import Tape

COUNTED = 5_000  # steps of a life whose beats are numbered
_NEAR = 1_000  # steps of a longer life that are asked one by one for the next beat
_KEPT = 4_096  # names of beats that are remembered
_LONGEST = 200  # characters of a name
#: What gives a beat its name, the strongest first.
_ORDER = ("refused", "grade", "turned_away", "listed", "began", "unlisted", "ended", "message",
          "says")  # fmt: skip


class Beats:
    """The beats of one life, which may still grow."""

    def __init__(self, material: Material, tape: Tape) -> None:
        self._tape = tape
        self._source = Source(material.title, material.policy_id, lambda: iter(()),
                              lambda: iter(()), tuple, versions=material.versions,
                              cast=material.cast, names=material.names())  # fmt: skip
        self._names: OrderedDict[int, str] = OrderedDict()
        self._numbers: list[int] = []
        self._counted = 0  # steps whose beats are in `_numbers`

    def name(self, number: int) -> str:
        """What turns in a step, in a few words; "" where nothing does."""
        known = self._names.get(number)
        if known is None:
            if len(self._names) > _KEPT:
                self._names.popitem(last=False)
            known = self._names[number] = self._name(number)
        return known

    def _name(self, number: int) -> str:
        step = self._tape.step(number)
        source = replace(self._source, steps=lambda: iter((step,)))
        teller = Teller(source, _kind, Notebook(open_=False))
        turns = [item for entry in teller.entries() for item in turning(entry)]
        if not turns:
            return ""
        strongest = min(turns, key=lambda item: _ORDER.index(item.kind))
        more = f" · and {len(turns) - 1} more" if len(turns) > 1 else ""
        words = safe(_words(strongest, self._source.name(step.who)))
        return (words if len(words) <= _LONGEST else words[: _LONGEST - 1] + "…") + more

    # --- in order --------------------------------------------------------------------------

    def numbers(self) -> Sequence[int] | None:
        """Numbers of all beats, rising; ``None`` in a life too long to count them."""
        total = len(self._tape)
        if total > COUNTED:
            return None
        for number in range(self._counted + 1, total + 1):
            if self.name(number):
                self._numbers.append(number)
        self._counted = total
        return self._numbers

    def told(self, number: int) -> str:
        """The beat of a step with its place among the others, e.g. ``3 of 9: refused: a loan``."""
        name = self.name(number) if number else ""
        if not name:
            return ""
        numbers = self.numbers()
        if numbers is None:
            return name
        return f"{bisect_right(numbers, number)} of {len(numbers)}: {name}"

    def strides(
        self, number: int, way: int, times: int, shown: Container[int]
    ) -> Sequence[int]:  # fmt: skip
        """Beats before (-1) or behind (1) a step, rising: all, or as many as are asked for."""
        numbers = self.numbers()
        if numbers is not None:
            return [number for number in numbers if number in shown]
        found: list[int] = []
        while len(found) < times and (number := self._next(number, way, shown)):
            found.append(number)
        return found if way > 0 else found[::-1]

    def _next(self, number: int, way: int, shown: Container[int]) -> int:
        """The nearest beat of a long life; 0 if there is none. Beyond the near steps, a writer's
        note alone is no beat: only what the index knows to be felt is asked."""
        columns, total = self._tape.columns, len(self._tape)
        number += way
        near = number + way * _NEAR
        while 1 <= number <= total:
            close = number < near if way > 0 else number > near
            asked = (close or columns.code[number - 1] < FELT) and number in shown
            if asked and self.name(number):
                return number
            number += way
        return 0


def _kind(kind: str, facts: Mapping[str, Any]) -> str:
    """Any sentence will do: only what it is about is read."""
    return kind if kind != "says" or facts["text"] else ""


def _words(item: Item, who: str) -> str:
    """What turns; of somebody else than the step's person, whose turn it is too."""
    facts = item.facts
    whose = f"{facts['name']}: " if facts.get("name", who) != who else ""
    match item.kind:
        case "refused":
            by = f" ({facts['by']})" if facts["by"] else ""
            return f"{whose}refused: {facts['title']}{by}"
        case "grade":
            return f"{whose}grade {facts['before']} → {facts['after']}"
        case "turned_away":
            return f"{whose}turned away: {facts['measure']}"
        case "began":
            return f"{whose}begins: {facts['measure']}"
        case "ended":
            return f"{whose}over: {facts['measure']}"
        case "listed":
            return f"{whose}on the list: {facts['registry']}"
        case "unlisted":
            return f"{whose}off the list: {facts['registry']}"
        case "message":
            return f"{whose}told “{facts['text']}”"
    return f"noted: {facts['text']}"
