"""Beyond one table: an edited policy played again, cost an event by size, memory by size."""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.population.contenders.ours import lowered_policy, result, words
from benchmarks.population.events import UNTIL, Columns, batches, make
from benchmarks.population.workloads import FERRY, Result, Workload

EDITS = (
    ("a weight", "third: -40", "third: -41"),
    ("a bound in a condition", "event.days > 25", "event.days > 24"),
    ("a window", "count(fee.late, 30 days) >= 3", "count(fee.late, 45 days) >= 3"),
    ("one more condition", "when: event.amount >= 200", "when: event.amount >= 200 and score > 20"),
)
BATCH = 5_000  # subjects, about half a million events


def edited(events: int, repeats: int) -> list[tuple[str, float, float, bool]]:
    """For each edit: milliseconds from the file to a plan, and from there to results.

    The last value says whether the results differ from those before the edit.
    """
    from engine.population.runner import run_kernel

    columns, text = make(events), FERRY.policy.read_text(encoding="utf-8")
    lowered, shape = lowered_policy(FERRY.policy)
    laid = words(FERRY, lowered, columns)
    before = result(FERRY, shape, [_kept(run_kernel(lowered, shape, laid, None, UNTIL))])
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for name, old, new in EDITS:
            path = Path(folder) / "policy.yaml"
            if text.count(old) != 1:
                raise SystemExit(f"the ferry has no single `{old}` to edit")
            path.write_text(text.replace(old, new), encoding="utf-8")
            reading, playing, found = [], [], before
            for _ in range(repeats):
                begun = time.perf_counter()
                lowered, shape = lowered_policy(path)
                ready = time.perf_counter()
                found = result(FERRY, shape, [_kept(run_kernel(lowered, shape, laid, None, UNTIL))])
                playing.append(time.perf_counter() - ready)
                reading.append(ready - begun)
            rows.append((name, 1000 * statistics.median(reading), 1000 * statistics.median(playing),
                         not found.same(before)))  # fmt: skip
    return rows


def _kept(judged: Any) -> tuple[Any, Any]:
    return judged.subjects, judged.sums


def cost(sizes: list[int], rounds: int) -> dict[int, float]:
    """Nanoseconds of CPU an event, by how many events there are; medians of rounds."""
    found: dict[int, list[float]] = {size: [] for size in sizes}
    streamed(FERRY, sizes[0])  # whoever comes first loads the kernel
    for _ in range(rounds):
        for size in sizes:
            found[size].append(streamed(FERRY, size).nanoseconds)
    return {size: statistics.median(each) for size, each in found.items()}


class Streamed:
    """What came of a population that was never stored."""

    def __init__(self) -> None:
        self.events = self.subjects = 0
        self.seconds = 0.0  # of CPU, in the kernel alone
        self.fired: Any = 0

    @property
    def nanoseconds(self) -> float:
        """An event."""
        return self.seconds / self.events * 1e9


def streamed(workload: Workload, events: int) -> Streamed:
    """Generate, score and forget, some subjects at a time."""
    from engine.population.runner import run_kernel

    lowered, shape = lowered_policy(workload.policy)
    made = Streamed()
    small: list[Columns] = [make(events)] if events <= BATCH * 100 else []
    for batch in small or batches(events, BATCH):
        laid = words(workload, lowered, batch)
        begun = time.thread_time()
        judged = run_kernel(lowered, shape, laid, None, UNTIL)
        made.seconds += time.thread_time() - begun
        one: Result = result(workload, shape, [_kept(judged)])
        made.events += batch.events
        made.subjects += batch.subjects
        made.fired = made.fired + one.firings
    return made


def memory(sizes: list[int]) -> list[tuple[int, float, float, int]]:
    """For each size, in a process of its own: megabytes at most, seconds, events really played."""
    rows = []
    for size in sizes:
        begun = time.perf_counter()
        command = [sys.executable, "-m", "benchmarks.population.scaling", str(size)]
        told = subprocess.run(command, check=True, capture_output=True, text=True)
        megabytes, events = told.stdout.split()
        rows.append((size, float(megabytes), time.perf_counter() - begun, int(events)))
    return rows


def peak() -> float:
    """Megabytes that this process held at most."""
    status = Path("/proc/self/status")
    if status.exists():  # what getrusage tells a child of it begins with what its parent held
        lines = status.read_text(encoding="utf-8").splitlines()
        return next(int(one.split()[1]) for one in lines if one.startswith("VmHWM:")) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    played = streamed(FERRY, int(sys.argv[1]))
    print(peak(), played.events)
