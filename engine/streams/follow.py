"""An input that still grows: a file that is appended to, a pipe, standard input.

A last line that nothing ended yet is not a row yet. A pipe is over when its writers
are gone; a file never is, so its reader stops only when it is told to.
"""

from __future__ import annotations

import os
import select
import stat
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

from engine.findings import DemeritError, Finding, Where
from engine.language.rows import AnyPolicy, Cast, Event
from engine.streams.raw import CHUNK, Seen, Splitter, unreadable
from engine.streams.reading import Source, format_of, line_events, shown_name
from engine.streams.rows import OnBad


class Following(Iterator[Event]):
    """The events of a growing input, as they come. See :func:`follow`.

    ``over`` says, once the iteration has ended, whether the input itself has: then
    nothing more will come. Otherwise it was told to stop, and more may come later.
    """

    def __init__(
        self,
        source: Source,
        policy: AnyPolicy,
        asked: str | None,
        on_bad: OnBad | None,
        cast: Cast | None,
        seen: Seen,
        poll: float,
        stop: Callable[[], bool],
    ) -> None:
        self.over = False
        self._source = source
        self._shown = shown_name(source)
        self._poll = poll
        self._stop = stop
        wanted = format_of(source, asked)
        if wanted == "parquet":
            raise DemeritError(
                Finding(
                    "D502",
                    "Parquet cannot be followed: it is whole only when its writer has finished",
                    Where(self._shown, 1, 1),
                    "follow JSON Lines or CSV",
                )
            )
        self._events = line_events(
            self._lines(), policy, wanted, self._shown, on_bad, cast, seen, self.is_over
        )

    def __next__(self) -> Event:
        return next(self._events)

    def is_over(self) -> bool:
        """``over``, as something to call."""
        return self.over

    def _lines(self) -> Iterator[bytes]:
        splitter = Splitter()
        for chunk in self._chunks():
            yield from splitter.feed(chunk)
        if self.over and splitter.rest:
            yield splitter.rest

    def _chunks(self) -> Iterator[bytes]:
        try:
            if self._source == "-":
                yield from self._flowing(sys.stdin.buffer.fileno())
                return
            with self._source.open("rb", buffering=0) as file:
                if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                    yield from self._growing(file.fileno(), self._source)
                else:
                    yield from self._flowing(file.fileno())
        except OSError as bad:
            raise unreadable(self._shown, bad) from None

    def _growing(self, handle: int, path: Path) -> Iterator[bytes]:
        """What is appended to a regular file, until told to stop while nothing comes."""
        read = 0
        while True:
            if chunk := os.read(handle, CHUNK):
                read += len(chunk)
                yield chunk
                continue
            self._unchanged(handle, path, read)
            if self._stop():
                return
            time.sleep(self._poll)

    def _unchanged(self, handle: int, path: Path, read: int) -> None:
        """Refuse (D526) to go on in a file that is no longer the one that was read."""
        mine = os.fstat(handle)
        try:
            now = path.stat()
        except FileNotFoundError:
            self._changed("was removed")
        if (now.st_dev, now.st_ino) != (mine.st_dev, mine.st_ino):
            self._changed("was replaced by another")
        if mine.st_size < read:
            self._changed("became shorter")

    def _changed(self, how: str) -> NoReturn:
        raise DemeritError(
            Finding(
                "D526",
                f"the file {how} while it was followed",
                Where(self._shown, 1, 1),
                "append to one file; start the run anew for another",
            )
        )

    def _flowing(self, handle: int) -> Iterator[bytes]:
        """What comes through a pipe, until its writers are gone or told to stop."""
        while True:
            ready, _, _ = select.select([handle], [], [], self._poll)
            if not ready:
                if self._stop():
                    return
                continue
            chunk = os.read(handle, CHUNK)
            if not chunk:
                self.over = True
                return
            yield chunk


def follow(
    source: Source,
    policy: AnyPolicy,
    *,
    skip_rows: int = 0,
    seen: Seen | None = None,
    poll: float = 0.2,
    stop: Callable[[], bool] = lambda: False,
    format: str | None = None,  # noqa: A002
    on_bad: OnBad | None = None,
    cast: Cast | None = None,
) -> Following:
    """The events of a growing file (JSON Lines or CSV), a pipe or standard input.

    Looks for more every ``poll`` seconds. ``stop`` is asked only while nothing comes;
    whoever wants to stop earlier stops iterating. To go on after an interrupted run,
    give it the input from its first row again, with ``skip_rows`` or, where rows were
    held back for their turn, with the whole ``seen``. Raises :class:`DemeritError` for
    malformed rows (unless ``on_bad``) and if the file shrinks or is replaced (D526).
    """
    given = seen if seen is not None else Seen(skip_rows)
    return Following(source, policy, format, on_bad, cast, given, poll, stop)
