"""A ledger file as a tape: a line is read when its step is asked for.

The file may still grow while an index of it comes in blocks.
"""

from __future__ import annotations

import json
import os
from array import array
from bisect import bisect_left, bisect_right
from collections import OrderedDict
from collections.abc import Iterator, Mapping, MutableSequence, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from engine.evaluation.ledger_reader import Kinds, no_kinds, read_step
from engine.evaluation.records import Step
from tui.session.columns import Columns
from tui.session.fold import Folds
from tui.session.index import grow
from tui.session.tape import holds

_HELD = 512  # steps that were read last
_BLOCK = 1 << 20  # bytes searched at once
_CHECKED = 1_000  # lines that hold the bytes of a text, but not as a word of theirs
_LONGEST = 1 << 26  # bytes of a line


class FileTape:
    """Steps that stay in their file. See :class:`~tui.session.tape.Tape`."""

    def __init__(self, path: Path, kinds: Kinds = no_kinds) -> None:
        self.columns = Columns()
        self._handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        self._kinds = kinds
        self._offsets: Sequence[int] = array("Q")
        self._frames: dict[str, Any] = {}
        self._held: OrderedDict[int, Step] = OrderedDict()
        self.folds = Folds(self.columns, self.step, self._frames)

    def __len__(self) -> int:
        return len(self._offsets)

    def put(self, columns: Columns, offsets: Sequence[int], frames: Mapping[str, Any]) -> None:
        """Take a whole index."""
        self.columns, self._offsets = columns, offsets
        self.folds = Folds(columns, self.step, frames)

    @property
    def reached(self) -> int:
        """Bytes of the file up to the last line that is known."""
        return self._offsets[-1] if len(self._offsets) else 0

    def grow(self, block: bytes) -> None:
        """Take a block of what is new."""
        assert isinstance(self._offsets, MutableSequence)
        grow(self.columns, self._offsets, self._frames, block)

    def step(self, number: int) -> Step:
        """See :class:`~tui.session.tape.Tape`."""
        found = self._held.get(number)
        if found is None:
            found = self._held[number] = read_step(self.line(number), self._kinds)
            row = self.columns.row[number - 1]
            if row and found.input is not None:
                found = self._held[number] = found._replace(input=found.input._replace(row=row))
            if len(self._held) > _HELD:
                self._held.popitem(last=False)
        return found

    def line(self, number: int) -> bytes:
        """The line of a step, as it stands in the file."""
        if not 1 <= number <= len(self._offsets):
            raise IndexError(number)
        start = self._offsets[number - 1]
        size = self._offsets[number] - start if number < len(self._offsets) else 1 << 12
        data = os.pread(self._handle, size, start)
        while b"\n" not in data and len(data) == size and size < _LONGEST:
            size *= 4
            data = os.pread(self._handle, size, start)
        return data.partition(b"\n")[0]

    def close(self) -> None:
        """Close the file."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1

    # --- searching ------------------------------------------------------------------

    def find(self, text: str, number: int, direction: int) -> int:
        """See :class:`~tui.session.tape.Tape`."""
        total = len(self)
        if not total:
            return 0
        named = self._named(text)
        first = number % total + 1 if direction > 0 else (number - 2) % total + 1
        if direction > 0:
            spans = [(first, total), (1, first - 1)]
        else:
            spans = [(1, first), (first + 1, total)]
        for low, high in spans:
            if low > high:
                continue
            best = _nearest(named, low, high, direction)
            if best and direction > 0:
                high = best
            elif best:
                low = best
            found = self._said(text, low, high, direction) or best
            if found:
                return found
        return 0

    def _named(self, text: str) -> list[Sequence[int]]:
        """The steps of everything whose name holds a text, as the index knows them."""
        as_it_is = text != text.lower()
        found = []
        for term, numbers in self.columns.postings.items():
            name = term.partition(":")[2]
            if text in (name if as_it_is else name.lower()):
                found.append(numbers)
        return found

    def _said(self, text: str, low: int, high: int, direction: int) -> int:
        """The first (or last) of the steps ``low`` … ``high`` whose words hold a text."""
        as_it_is = text != text.lower()
        hits = self._hits(text, low, high, direction, as_it_is)
        for number in islice(hits, _CHECKED):
            if holds(self.step(number), text, as_it_is):
                return number
        return 0

    def _hits(
        self, text: str, low: int, high: int, direction: int, as_it_is: bool
    ) -> Iterator[int]:
        """Steps whose lines hold the bytes of a text, each once."""
        needle = json.dumps(text, ensure_ascii=False)[1:-1].encode()
        start = self._offsets[low - 1]
        end = self._offsets[high] if high < len(self) else os.fstat(self._handle).st_size
        overlap, last = len(needle) - 1, 0
        places = range(start, end, _BLOCK)
        for place in places if direction > 0 else reversed(places):
            data = os.pread(self._handle, min(_BLOCK + overlap, end - place), place)
            if not as_it_is:
                data = data.lower()
            hit = data.find(needle) if direction > 0 else data.rfind(needle)
            while hit >= 0:
                number = bisect_right(self._offsets, place + hit)
                if number != last:
                    yield number
                last = number
                if direction > 0:
                    hit = data.find(needle, hit + 1)
                else:
                    hit = data.rfind(needle, 0, hit + overlap)


def _nearest(many: Sequence[Sequence[int]], low: int, high: int, direction: int) -> int:
    """The first (or last) number between two others in any of the rows; 0 if there is none."""
    best = 0
    for numbers in many:
        if direction > 0:
            place = bisect_left(numbers, low)
            found = numbers[place] if place < len(numbers) else 0
            if found and found <= high and (not best or found < best):
                best = found
        else:
            place = bisect_right(numbers, high)
            found = numbers[place - 1] if place else 0
            best = max(best, found if found >= low else 0)
    return best
