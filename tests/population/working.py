"""Work whose workers can be lost, for tests of how partitions are worked through.

It stands in a module of its own, so that other processes can import it.
"""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path

from engine.findings import DemeritError, Finding


@dataclass(frozen=True)
class Squares:
    """Squares a number, and leaves a mark each time it begins."""

    folder: str
    bad: tuple[int, ...] = ()  # partitions that cannot be judged
    deadly: tuple[int, ...] = ()  # partitions that always take their worker with them
    held: tuple[int, ...] = ()  # partitions that wait, the first time, until they are killed

    def __call__(self, number: int) -> int:
        times = self.times(number)
        (Path(self.folder) / f"{number}.{times}.{os.getpid()}").touch()
        if number in self.bad:
            raise DemeritError(Finding("D801", f"part {number} is no part"))
        if number in self.deadly:
            os.kill(os.getpid(), signal.SIGKILL)
        if number in self.held and not times:
            time.sleep(60)
        return number * number

    def times(self, number: int) -> int:
        """How often it has been begun."""
        return len(list(Path(self.folder).glob(f"{number}.*")))

    def killed(self, number: int) -> int:
        """Wait until a partition is begun, kill the process that has it in hand; its pid."""
        for _ in range(600):
            for mark in Path(self.folder).glob(f"{number}.0.*"):
                pid = int(mark.name.rpartition(".")[2])
                os.kill(pid, signal.SIGKILL)
                return pid
            time.sleep(0.05)
        raise AssertionError(f"nobody began {number}")
