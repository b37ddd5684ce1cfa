"""A run over a growing input that survives being killed.

Every so often the ledger reaches the disk, and then a checkpoint: how far the input
was read, the length of the ledger, and the player's whole state. A run that finds a
checkpoint cuts the ledger back to that length and plays on; the finished ledger has
the same bytes, and so the same hash, as that of an unbroken run.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from engine.evaluation.ledger import canonical, head
from engine.evaluation.records import Step
from engine.evaluation.run import Outcome, Run, Versions
from engine.files import unwritable, whole_file
from engine.findings import DemeritError, Finding
from engine.language.rows import Cast
from engine.streams.follow import follow
from engine.streams.order import in_order
from engine.streams.raw import FRESH, Seen
from engine.streams.reading import Source
from engine.streams.rows import MalformedRow, OnBad
from engine.text import quoted

FORMAT = 1
PATIENCE = 2.0  # seconds between checkpoints, at least
SHARE = 20  # a checkpoint may take one part in so many of the time


def checkpoint_of(ledger: Path) -> Path:
    """Where the checkpoint of a ledger lies unless told otherwise."""
    return ledger.with_name(ledger.name + ".checkpoint")


def follow_run(
    versions: Versions, cast: Cast | None, source: Source, ledger: Path, *,
    saved: Path | None = None, matcher: str = "durable", format: str | None = None,  # noqa: A002
    on_bad: OnBad | None = None, on_step: Callable[[Step], None] | None = None,
    stop: Callable[[], bool] = lambda: False, poll: float = 0.2, keep: bool = False,
) -> Outcome:  # fmt: skip
    """Play a growing file, a pipe or standard input (``"-"``), from where an earlier run was.

    ``stop`` is asked after every event and whenever nothing comes. The ledger is
    written as it grows; ``saved`` is the checkpoint file. Raises
    :class:`~engine.streams.rows.MalformedRow` (unless ``on_bad``), which holds what stands:
    mend the row, and the same call goes on with it. Raises :class:`DemeritError` for a
    checkpoint that does not belong to this policy and ledger (D607), and if a file cannot
    be written.
    """
    keeper = _Keeper(ledger, saved or checkpoint_of(ledger), _mark(versions, cast))
    data = keeper.load()
    with keeper.open_ledger(data) as file:
        run = Run(versions, cast, matcher, lambda line: file.write(line.encode()), keep, on_step,
                  state=data["run"] if data else None, written=keeper.lines(data))  # fmt: skip
        seen = _seen(data["seen"]) if data else FRESH
        rows = follow(source, versions, seen=seen, poll=poll, stop=stop, format=format,
                      on_bad=on_bad, cast=cast)  # fmt: skip
        ordered = in_order(rows, on_bad, seen, rows.is_over)
        try:
            for event in ordered:
                if not run.feed(event) or stop():
                    break
                keeper.save_if_due(file, run, ordered.seen)
        except MalformedRow as bad:
            keeper.save(file, run, ordered.seen)
            bad.outcome = run.finish()
            raise
        if run.error is None:
            keeper.save(file, run, ordered.seen)
        if rows.over:
            run.advance_to_end()
        return run.finish()


def _mark(versions: Versions, cast: Cast | None) -> str:
    """A hash of what a checkpoint belongs to: the policy's clauses and the cast."""
    text = canonical(head(versions)) + repr(versions) + repr(cast)
    return hashlib.sha256(text.encode()).hexdigest()


def _seen(data: list[Any]) -> Seen:
    return Seen(data[0], frozenset(data[1]), data[2])


class _Keeper:
    """Keeps a ledger and its checkpoint in step."""

    def __init__(self, ledger: Path, saved: Path, mark: str) -> None:
        self.ledger = ledger
        self.saved = saved
        self.mark = mark
        self._last = time.monotonic()
        self._cost = 0.0

    def load(self) -> dict[str, Any] | None:
        """The checkpoint, if there is one; refused if it is not of this run."""
        try:
            data: dict[str, Any] = json.loads(self.saved.read_text("utf-8"))
        except FileNotFoundError:
            return None
        except (OSError, ValueError):
            raise self._foreign("cannot be read") from None
        if not isinstance(data, dict) or data.get("format") != FORMAT:
            raise self._foreign("is of another version")
        if data.get("mark") != self.mark:
            raise self._foreign("belongs to another policy or cast")
        with suppress(OSError):
            if self.ledger.stat().st_size >= data["bytes"]:
                return data
        raise self._foreign(f"is ahead of the ledger {quoted(str(self.ledger))}")

    def _foreign(self, why: str) -> DemeritError:
        return DemeritError(
            Finding("D607", f"the checkpoint {quoted(str(self.saved))} {why}",
                    hint="delete it to start the run anew, or name another with `--checkpoint`")
        )  # fmt: skip

    def open_ledger(self, data: dict[str, Any] | None) -> IO[bytes]:
        """The ledger, cut back to where the checkpoint was taken."""
        try:
            if data is None:
                return self.ledger.open("wb")
            file = self.ledger.open("r+b")
            file.truncate(data["bytes"])
            file.seek(0, os.SEEK_END)
            return file
        except OSError as bad:
            raise unwritable(self.ledger, bad) from None

    def lines(self, data: dict[str, Any] | None) -> list[bytes]:
        """What the ledger held when the checkpoint was taken, in pieces."""
        if data is None:
            return []
        with self.ledger.open("rb") as file:
            return [file.read(data["bytes"])]

    def save_if_due(self, file: IO[bytes], run: Run, seen: Seen) -> None:
        """Take a checkpoint if enough time has passed since the last."""
        if time.monotonic() - self._last >= max(PATIENCE, SHARE * self._cost):
            self.save(file, run, seen)

    def save(self, file: IO[bytes], run: Run, seen: Seen) -> None:
        """First the ledger reaches the disk, then the checkpoint that speaks of it."""
        begun = time.monotonic()
        try:
            file.flush()
            os.fsync(file.fileno())
        except OSError as bad:
            raise unwritable(self.ledger, bad) from None
        data = {
            "format": FORMAT,
            "mark": self.mark,
            "bytes": file.tell(),
            "seen": [seen.rows, sorted(seen.waiting), seen.last],
            "run": run.state(),
        }
        with whole_file(self.saved) as out:
            out.write(json.dumps(data, ensure_ascii=True).encode())
        self._last = time.monotonic()
        self._cost = self._last - begun
