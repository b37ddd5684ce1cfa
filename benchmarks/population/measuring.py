"""Interleaved rounds: everybody runs once a round, so a busy moment hits all alike."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from benchmarks.population.contenders import CannotPlay, Contender, Play, closures, native
from benchmarks.population.events import Columns
from benchmarks.population.truth import step_engine
from benchmarks.population.workloads import Result, Workload

COMMON = 4_000  # events that everybody, the step engine too, plays and agrees on
YARDSTICK = "Python closures"


@dataclass
class Runner:
    """One contender on one workload: how much it plays at a time, and what it took."""

    name: str
    how: str
    play: Play
    events: int
    repeats: int  # runs inside one measurement, for those who need less than the time given
    checksum: str
    walls: list[float] = field(default_factory=list)  # seconds an event, one a round
    cpus: list[float] = field(default_factory=list)

    def measure(self) -> None:
        """One measurement."""
        gc.collect()
        wall, cpu = time.perf_counter(), time.process_time()
        for _ in range(self.repeats):
            self.play()
        count = self.events * self.repeats
        self.walls.append((time.perf_counter() - wall) / count)
        self.cpus.append((time.process_time() - cpu) / count)


@dataclass(frozen=True)
class Line:
    """One line of the table."""

    name: str
    how: str
    events: int
    a_second: float
    spread: float  # slowest round over fastest
    ratio: float  # to the yardstick, median over rounds
    cpu_ratio: float  # the same by CPU time, all threads
    checksum: str


@dataclass(frozen=True)
class Table:
    """What came of one workload."""

    workload: Workload
    lines: tuple[Line, ...]
    absent: tuple[tuple[str, str], ...]  # who did not play, and why


def compare(
    workload: Workload, columns: Columns, contenders: Sequence[Contender], rounds: int,
    seconds: float, say: Callable[[str], None],
) -> Table:  # fmt: skip
    """Prepare everybody, see that all agree, then measure in rounds."""
    prefix = columns.first(COMMON)
    truth = step_engine(workload, prefix)
    say(f"{workload.name}: the step engine comes to {truth.checksum} on {prefix.events:,} events")
    runners, absent = [], []
    judge = _judge()
    for contender in contenders:
        try:
            _agree(contender, workload, contender.ready(workload, prefix)(), truth)
            runner = _sized(contender, workload, columns, seconds, truth.checksum)
        except CannotPlay as why:
            absent.append((contender.NAME, str(why)))
            say(f"  {contender.NAME} does not play: {why}")
            continue
        say(f"  {runner.name}: {runner.events:,} events a run, {runner.repeats} runs a round")
        runners.append(runner)
        right = judge.ready(workload, columns.first(runner.events))()
        _agree(contender, workload, runner.play(), right)
    for number in range(rounds):
        for runner in runners:
            runner.measure()
        say(f"  round {number + 1} of {rounds}")
    return Table(workload, tuple(_lines(runners)), tuple(absent))


def _judge() -> Contender:
    """Who is asked what is right where the step engine would take too long."""
    try:
        native.library()
    except CannotPlay:
        return closures
    return native


def _agree(contender: Contender, workload: Workload, found: Result, right: Result) -> None:
    if not found.same(right):
        raise SystemExit(
            f"{contender.NAME} is wrong on {workload.name}: {found.checksum} instead of"
            f" {right.checksum}; firings {found.firings.tolist()} instead of"
            f" {right.firings.tolist()}"
        )


def _sized(
    contender: Contender, workload: Workload, columns: Columns, seconds: float, checksum: str
) -> Runner:
    """As many events as take about the time given, all of them at most."""
    events = columns.events if getattr(contender, "WHOLE", False) else 10_000
    while True:
        play = contender.ready(workload, columns.first(events))
        _warmed(play, getattr(contender, "WARM", 0.0))
        begun = time.perf_counter()
        play()
        took = time.perf_counter() - begun
        wanted = min(columns.events, max(2_000, int(events * seconds / took)))
        if took > seconds / 3 or events >= columns.events:
            break
        events = min(wanted, events * 20)
    repeats = max(1, round(seconds / took))
    return Runner(contender.NAME, contender.HOW, play, events, repeats, checksum)


def _warmed(play: Play, seconds: float) -> None:
    end = time.perf_counter() + seconds
    play()
    while time.perf_counter() < end:
        play()


def _lines(runners: Iterable[Runner]) -> Iterable[Line]:
    runners = list(runners)
    yard = next(r for r in runners if r.name == YARDSTICK)
    for runner in runners:
        ratios = [y / own for y, own in zip(yard.walls, runner.walls, strict=True)]
        cpu = [y / own for y, own in zip(yard.cpus, runner.cpus, strict=True)]
        yield Line(
            runner.name, runner.how, runner.events, 1 / statistics.median(runner.walls),
            max(runner.walls) / min(runner.walls), statistics.median(ratios),
            statistics.median(cpu), runner.checksum,
        )  # fmt: skip
