"""How far ``demerit simulate`` is, and what is left when it is broken off."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from engine.cli import exits, output


class Steps:
    """How many events are behind us, of the parts that are done and of those in hand."""

    def __init__(self, stream: Path, out: Path, show: Callable[[int, int], None]) -> None:
        """``show`` is told the events behind us, and all of them."""
        self._stream, self._out, self._show = stream, out, show
        self._rows: Sequence[int] = ()
        self._behind: dict[int, int] = {}

    def done(self, part: int) -> None:
        """A part is done."""
        self._tell(part, self.rows[part] if part < len(self.rows) else 0)

    def looked(self, part: int, events: int) -> None:
        """So many events of a part in hand are behind us."""
        self._tell(part, max(events, self._behind.get(part, 0)))

    def _tell(self, part: int, events: int) -> None:
        self._behind[part] = events
        self._show(sum(list(self._behind.values())), sum(self.rows))

    @property
    def rows(self) -> Sequence[int]:
        """The events of each part; of a stream that was regrouped, of its new parts."""
        if not self._rows:
            from engine.population.folder import MANIFEST, read_manifest

            again = self._out / "regrouped"
            folder = again if (again / MANIFEST).exists() else self._stream
            self._rows = [part.rows for part in read_manifest(folder).parts]
        return self._rows


@contextmanager
def progress(stream: Path, out: Path) -> Iterator[Steps]:
    """A bar on standard error, if that is a terminal: events, their rate, the time left."""
    if not output.err().is_terminal:
        yield Steps(stream, out, lambda behind, every: None)
        return
    from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn
    from rich.text import Text

    class HowFar(ProgressColumn):
        """Events, their rate, the time left."""

        def render(self, task: Task) -> Text:
            return Text(how_far(int(task.completed), int(task.total or 0), task.elapsed or 0.0))

    first = Steps(stream, out, lambda behind, every: None)
    with Progress(
        TextColumn("judging", markup=False), BarColumn(20), HowFar(),
        console=output.err(), transient=True,
    ) as bar:  # fmt: skip
        task = bar.add_task("", total=sum(first.rows))

        def show(behind: int, every: int) -> None:
            bar.update(task, completed=behind, total=every)

        yield Steps(stream, out, show)


def how_far(behind: int, every: int, seconds: float) -> str:
    """So many events of all, their rate since the start, and the time that is left by it.

    Events come in bursts, as a part is read before it is judged: the rate of a moment would
    promise too much.
    """
    told = f"{_short(behind)} of {_short(every)} events"
    if not behind or seconds <= 0:
        return f"{told}, reading"
    left = round((every - behind) * seconds / behind)
    hours, minutes, rest = left // 3600, left // 60 % 60, left % 60
    clock = f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
    return f"{told}, {_short(round(behind / seconds))} a second, {clock} left"


def _short(number: int) -> str:
    """A count in few characters."""
    for size, word in ((10**9, " bn"), (10**6, " M"), (10**3, " k")):
        if number >= size:
            return f"{number / size:.{1 if number < 100 * size else 0}f}{word}"
    return str(number)


@contextmanager
def breaking_off() -> Iterator[None]:
    """Ctrl-C ends the work when what is in hand is done, and says so; a second one at once.

    What lies in ``--out`` is whole either way: a part takes its place in one step.
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread may set a signal
        return
    times = 0

    def asked(number: int, frame: object) -> None:
        nonlocal times
        times += 1
        if times > 1:
            os._exit(exits.INTERRUPTED)
        words = "stopping when what is in hand is done; Ctrl-C again leaves at once"
        output.err().print(output.text((words, "yellow")), soft_wrap=True)
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, asked)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def stopped(out: Path | None) -> None:
    """Say what is kept of a simulation that was broken off, and how to go on."""
    if out is None:
        words = "stopped: nothing is kept without `--out DIR`"
    else:
        done = sum(1 for _ in out.glob("part-*.result.parquet"))
        parts = "1 part is" if done == 1 else f"{done} parts are"
        words = f"stopped: {parts} complete in {out}; the same command goes on from there"
    output.err().print(output.text((words, "yellow")), soft_wrap=True)
