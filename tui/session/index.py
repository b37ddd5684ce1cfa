"""The index of a ledger: its columns, where each line begins, and keyframes of everybody.

A worker makes it while it reads or plays; what is new travels in blocks, and the whole is
kept in the cache folder, from where it is mapped the next time.
"""

from __future__ import annotations

import json
import mmap
import os
from array import array
from collections.abc import Iterator, Mapping, MutableSequence
from pathlib import Path
from typing import Any

from engine.evaluation.records import Step
from engine.files import whole_file
from engine.findings import DemeritError
from tui.session.columns import Columns, Moves, News
from tui.session.fold import EVERY, NOBODY, Standing, folded, plain
from tui.session.packing import pack, unpack

FORMAT = 1
_FIXED = [name for name, _ in Columns.FIELDS]


class Indexer:
    """Takes steps in order, and gives out what is new, or everything."""

    def __init__(self) -> None:
        self.columns = Columns()
        self.columns.news = News()
        self.offsets = array("Q")  # where the line of each step begins in the ledger
        self._standings: dict[str, tuple[int, Standing]] = {}  # touching steps, standing
        self._frames: dict[str, list[Any]] = {}
        self._fresh: dict[str, list[Any]] = {}  # keyframes since the last cut

    def add(self, step: Step, offset: int) -> None:
        """Take in the next step."""
        self.columns.add(step)
        self.offsets.append(offset)
        touched = {step.who}
        for part in step.parts:
            touched.add(part.who)
            touched.update(effect.target for effect in part.effects)
        for who in touched:
            count, standing = self._standings.get(who, (0, NOBODY))
            standing, count = folded(standing, step, who), count + 1
            self._standings[who] = count, standing
            if not count % EVERY:
                frame = plain(standing)
                self._frames.setdefault(who, []).append(frame)
                self._fresh.setdefault(who, []).append(frame)

    def cut(self) -> bytes:
        """A block with all that came since the last cut."""
        news = self.columns.news
        assert news is not None
        block = _packed(self.columns, self.offsets, self._fresh, news, {})
        self._fresh = {}
        columns = self.columns
        columns.news = News(len(columns), len(columns.people), len(columns.events))
        return block

    def whole(self, source: Mapping[str, Any]) -> bytes:
        """A block with everything; ``source`` says which file it is of."""
        everything = News(terms=dict.fromkeys(self.columns.postings, 0),
                          moves=dict.fromkeys(self.columns.moves, 0))  # fmt: skip
        return _packed(self.columns, self.offsets, self._frames, everything, source)


def _packed(
    columns: Columns, offsets: array[int], frames: Mapping[str, list[Any]], since: News,
    source: Mapping[str, Any],
) -> bytes:  # fmt: skip
    numbers, steps, values = array("I"), array("I"), array("q")
    terms, moved = [], []
    for term, start in since.terms.items():
        new = columns.postings[term][start:]
        terms.append([term, len(new)])
        numbers.extend(new)
    for key, start in since.moves.items():
        moves = columns.moves[key]
        moved.append([*key, moves.start, len(moves.steps) - start])
        steps.extend(moves.steps[start:])
        values.extend(moves.values[start:])
    lines = [json.dumps(rows, separators=(",", ":")).encode() for rows in frames.values()]
    ends = array("Q")
    for line in lines:
        ends.append((ends[-1] if ends else 0) + len(line))
    meta = {
        "format": FORMAT, "source": dict(source), "people": columns.people[since.people :],
        "events": columns.events[since.events :], "terms": terms, "moves": moved,
        "framed": list(frames),
    }  # fmt: skip
    fixed = {name: array(kind, getattr(columns, name)[since.steps :])
             for name, kind in Columns.FIELDS}  # fmt: skip
    return pack(meta, {
        **fixed, "offset": offsets[since.steps :], "numbers": numbers, "steps": steps,
        "values": values, "ends": ends, "frames": b"".join(lines),
    })  # fmt: skip


# --- taking in ------------------------------------------------------------------------


class Frames(Mapping[str, Any]):
    """Keyframes that are read from an index when somebody asks for a person."""

    def __init__(self, names: list[str], ends: memoryview, data: memoryview) -> None:
        self._places = {name: place for place, name in enumerate(names)}
        self._ends = ends
        self._data = data

    def __getitem__(self, who: str) -> Any:
        place = self._places[who]
        start = self._ends[place - 1] if place else 0
        return json.loads(bytes(self._data[start : self._ends[place]]))

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


def grow(
    columns: Columns, offsets: MutableSequence[int], frames: dict[str, Any], block: bytes
) -> None:
    """Add a block of news to columns, offsets and keyframes."""
    meta, parts = unpack(block)
    for name in _FIXED:
        getattr(columns, name).extend(parts[name])
    offsets.extend(parts["offset"])
    columns.people += meta["people"]
    columns.events += meta["events"]
    start = 0
    for term, count in meta["terms"]:
        held = columns.postings.setdefault(term, array("I"))
        assert isinstance(held, array)
        held.extend(parts["numbers"][start : start + count])
        start += count
    start = 0
    for who, score, first, count in meta["moves"]:
        moves = columns.moves.setdefault((who, score), Moves(first, array("I"), array("q")))
        assert isinstance(moves.steps, array)
        assert isinstance(moves.values, array)
        moves.steps.extend(parts["steps"][start : start + count])
        moves.values.extend(parts["values"][start : start + count])
        start += count
    for who, rows in Frames(meta["framed"], parts["ends"], parts["frames"]).items():
        frames.setdefault(who, []).extend(rows)


def opened(block: bytes | memoryview) -> tuple[Columns, memoryview, Frames]:
    """Columns, offsets and keyframes of a whole index, read where they lie."""
    meta, parts = unpack(block)
    columns = Columns()
    for name in _FIXED:
        setattr(columns, name, parts[name])
    columns.people, columns.events = meta["people"], meta["events"]
    start = 0
    for term, count in meta["terms"]:
        columns.postings[term] = parts["numbers"][start : start + count]
        start += count
    start = 0
    for who, score, first, count in meta["moves"]:
        end = start + count
        columns.moves[who, score] = Moves(first, parts["steps"][start:end],
                                          parts["values"][start:end])  # fmt: skip
        start = end
    return columns, parts["offset"], Frames(meta["framed"], parts["ends"], parts["frames"])


# --- the file -------------------------------------------------------------------------


def source_of(ledger: Path) -> dict[str, int]:
    """What tells that a ledger is still the one that was indexed."""
    found = ledger.stat()
    return {"size": found.st_size, "changed": found.st_mtime_ns, "inode": found.st_ino}


def save(index: Path, block: bytes) -> None:
    """Keep an index; one that cannot be kept is made again the next time."""
    try:
        index.parent.mkdir(parents=True, exist_ok=True)
        with whole_file(index) as file:
            file.write(block)
    except (OSError, DemeritError):
        return


def load(index: Path, source: Mapping[str, int]) -> tuple[Columns, memoryview, Frames] | None:
    """The index of a ledger as it is now; ``None`` if there is none, or only an old one."""
    try:
        with index.open("rb") as file:
            if not os.fstat(file.fileno()).st_size:
                return None
            block = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        meta, _ = unpack(block)
        if meta["format"] != FORMAT or meta["source"] != dict(source):
            return None
        return opened(block)
    except (OSError, ValueError, KeyError, TypeError):
        return None
