"""Partitions worked through: in threads, in processes, or by a Dask cluster.

Enters: what judges one partition, and the numbers of those to be judged. Leaves: what each
came to, in the order of the numbers, and a finding for each that could not be judged. Every
partition leaves a file of its own, moved into place whole, so that doing one twice changes
nothing: a worker that is lost costs the time of what it had in hand.

What is sent to a process or a cluster is a declaration (the policy as it was read, names of
files), never a closure; workers lower it for themselves. Processes and Dask pass it as
pickles, which is safe only among machines that trust each other: see ``docs/scale.md``.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from uuid import uuid4

from engine.extras import require
from engine.findings import DemeritError, Finding
from engine.population.folder import MANIFEST, files_of, read_manifest
from engine.population.reference import listening
from engine.text import quoted

if TYPE_CHECKING:
    from engine.population.partition import Prepared
    from engine.population.results import PartitionResult

T = TypeVar("T")
Judge = Callable[[int], T]  # judges one partition; must be made of plain data to travel
Answer = tuple[int, T | None, tuple[Finding, ...]]
Heard = Callable[[int], None]  # told the number of each partition that is done
Looked = Callable[[int, int], None]  # told a partition in hand, and its events behind us

MAX_DEATHS = 3  # workers that one partition may take with it before it is left out
AHEAD = 4  # parts asked for at once, for each that a cluster can judge at once
CONNECT = 10  # seconds in which a scheduler has to answer


@dataclass(frozen=True)
class Worked(Generic[T]):
    """What all partitions came to."""

    results: Mapping[int, T]  # by partition, ascending
    findings: tuple[Finding, ...]  # why some partitions are missing


@dataclass(frozen=True)
class Place:
    """Where partitions are judged, and by how many workers."""

    kind: str = "threads"  # threads | processes | local | cluster
    workers: int = 0  # 0: as many as there are processors
    address: str = ""  # of a cluster's scheduler

    @property
    def shares_machine(self) -> bool:
        """Whether the workers are other processes of this machine."""
        return self.kind in ("processes", "local")

    @property
    def many(self) -> int:
        """How many workers."""
        return self.workers or processors()


def processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def place_of(cluster: str | None, workers: int = 0, processes: bool = False) -> Place:
    """The place that a command line names; raises :class:`DemeritError` (D830)."""
    if cluster is None:
        return Place("processes" if processes else "threads", workers)
    if cluster == "local":
        return Place("local", workers)
    scheme, _, rest = cluster.partition("://")
    host, _, port = rest.rpartition(":")
    if scheme not in ("tcp", "tls") or not host or not port.isdigit():
        raise DemeritError(
            Finding(
                "D830",
                f"{quoted(cluster)} names no cluster",
                hint="write `--cluster local`, or the scheduler's address as `tcp://HOST:PORT`",
            )
        )
    return Place("cluster", workers, cluster)


def work_through(
    place: Place, judge: Judge[T], numbers: Sequence[int], heard: Heard | None = None
) -> Worked[T]:
    """Judge every partition; what happens to one leaves the others as they are.

    Raises :class:`DemeritError` where the place itself is not there (D831, D832).
    """
    results: dict[int, T] = {}
    findings: dict[int, tuple[Finding, ...]] = {}
    for number, result, wrong in _ANSWERS[place.kind](place, judge, numbers):
        if wrong:
            findings[number] = wrong
        else:
            results[number] = result  # type: ignore[assignment]  # only a wrong one has none
        if heard is not None:
            heard(number)
    return Worked(
        dict(sorted(results.items())),
        tuple(finding for number in sorted(findings) for finding in findings[number]),
    )


def answer(judge: Judge[T], number: int) -> Answer[T]:
    """Judge one partition; a user's mistake is an answer, whatever process finds it."""
    try:
        return number, judge(number), ()
    except DemeritError as bad:
        return number, None, bad.findings


@dataclass(frozen=True)
class Judging:
    """Judges the parts of a stream folder by number: plain data, which can be sent anywhere."""

    prepared: Prepared
    folder: Path  # of the stream, absolute
    out: Path  # where results lie, absolute
    looked: Looked | None = None  # only where it need not be sent anywhere

    def __call__(self, number: int) -> PartitionResult:
        """The result of one part, judged now or before."""
        from engine.population.partition import judge_partition
        from engine.population.reading_people import bad_part

        look = self._looking(number)
        try:
            about = (self.folder / MANIFEST).stat()
            events, subjects = _files(self.folder, about.st_mtime_ns)[number]
            self.out.stat()  # made by who asks: a worker would make one that nobody else sees
        except OSError as bad:
            raise _unseen(number, str(bad.filename)) from None
        try:
            return judge_partition(self.prepared, events, subjects, self.out, number, look)
        except OSError as bad:  # what cannot be written is told by whoever writes
            why = (bad.strerror or "it failed").lower()
            raise bad_part(events.name, why) from None

    def _looking(self, number: int) -> Heard | None:
        """Who is told how far a part is, whoever plays it."""
        looked, carried = self.looked, 0
        if looked is None:
            return None

        def more(events: int) -> None:
            nonlocal carried
            carried += events
            looked(number, carried)

        listening.set(more)
        return lambda behind: looked(number, behind)


def _unseen(number: int, folder: str) -> DemeritError:
    return DemeritError(
        Finding(
            "D834",
            f"part {number} was not judged: its worker sees no {quoted(folder)}",
            hint="let all machines of the cluster see the stream and the results by the same names",
        )
    )


@lru_cache(maxsize=1)
def _files(folder: Path, written: int) -> Sequence[tuple[Path, Path | None]]:
    """All files of a stream as it was ``written``: too many to be sent along with each part."""
    return files_of(folder, read_manifest(folder).parts)


def judging(prepared: Prepared, folder: Path, out: Path, looked: Looked | None = None) -> Judging:
    """What judges the parts of a folder, wherever it is sent; ``looked`` cannot be sent."""
    out.mkdir(parents=True, exist_ok=True)
    return Judging(prepared, folder.resolve(), out.resolve(), looked)


def compile_kernel() -> None:
    """Compile the kernel, if that was never done on this machine, and keep it on disk."""
    import numpy as np

    from engine.population.kernel_play import judge
    from engine.population.runner import addresses

    addresses()
    head, table = np.zeros(1 << 12, np.int64), np.zeros((8, 8), np.int64)
    judge(head, head.copy(), table, table, table, 0, 0)


# --- threads and processes -------------------------------------------------------------


def _in_threads(place: Place, judge: Judge[T], numbers: Sequence[int]) -> Iterator[Answer[T]]:
    pool = ThreadPoolExecutor(min(place.many, len(numbers) or 1))
    try:
        for future in as_completed([pool.submit(answer, judge, number) for number in numbers]):
            yield future.result()
    finally:  # what is in hand is finished, so that its file is whole; the rest is not begun
        pool.shutdown(cancel_futures=True)


def _in_processes(place: Place, judge: Judge[T], numbers: Sequence[int]) -> Iterator[Answer[T]]:
    """As a pool breaks with its first lost worker, a new one goes on with what is missing."""
    missing = set(numbers)
    while missing:
        before = len(missing)
        for one in _one_pool(min(place.many, before), judge, sorted(missing)):
            missing.discard(one[0])
            yield one
        if len(missing) == before:  # every worker was lost at once: find out who does it
            number = min(missing)
            missing.discard(number)
            yield _alone(judge, number)


def _deaf() -> None:
    """A worker leaves Ctrl-C to its parent, and finishes what it has in hand."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _one_pool(workers: int, judge: Judge[T], numbers: Sequence[int]) -> Iterator[Answer[T]]:
    """What a pool answers until it is through, or breaks."""
    # a forked child would inherit the locks of our threads as they happen to be
    pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_deaf)
    try:
        asked: list[Future[Answer[T]]] = [pool.submit(answer, judge, n) for n in numbers]
        for future in as_completed(asked):
            try:
                yield future.result()
            except BrokenProcessPool:
                continue
    except BrokenProcessPool:  # while we were still asking
        return
    finally:
        pool.shutdown(cancel_futures=True)


def _alone(judge: Judge[T], number: int) -> Answer[T]:
    """One partition by itself, so that it is known who takes workers down."""
    for _ in range(MAX_DEATHS):
        for found in _one_pool(1, judge, [number]):
            return found
    return number, None, (_deadly(number),)


def _deadly(number: int) -> Finding:
    return Finding(
        "D833",
        f"part {number} was given up: {MAX_DEATHS} workers were lost while they judged it",
        hint="it may need more memory than a worker has: make smaller parts, or use fewer workers",
    )


# --- a cluster --------------------------------------------------------------------------


def _on_cluster(place: Place, judge: Judge[T], numbers: Sequence[int]) -> Iterator[Answer[T]]:
    distributed = _distributed()
    lost = distributed.scheduler.KilledWorker
    with _client(distributed, place) as client:
        waiting = iter(numbers)

        def ask(many: int) -> list[Any]:
            return [client.submit(answer, judge, number, key=f"part-{number}-{uuid4().hex}")
                    for number in islice(waiting, many)]  # fmt: skip

        # a scheduler keeps what it was asked: a few for each worker, not a million at once
        going = distributed.as_completed(ask(AHEAD * _threads(client)), loop=client.loop)
        suspects = []
        for future in going:
            try:
                yield future.result()
            except lost:
                suspects.append(int(future.key.split("-")[1]))
            future.release()  # a client that keeps all answers keeps them in the workers too
            going.update(ask(1))
        for number in suspects:  # those that only waited on a lost worker are suspected with it
            try:
                yield client.submit(answer, judge, number, pure=False).result()
            except lost:
                yield number, None, (_deadly(number),)


def _threads(client: Any) -> int:
    """How many parts the cluster can judge at once, as far as it has come up."""
    return max(1, sum(map(int, client.nthreads().values())))


@contextmanager
def _client(distributed: Any, place: Place) -> Iterator[Any]:
    """A client of the cluster, or of one made for this run that listens on loopback alone."""
    from dask import config as dask_config

    # a lost worker is told by what is done again, not by the log of the library
    quiet = {
        "distributed.scheduler.allowed-failures": MAX_DEATHS,
        "logging.distributed": "critical",
    }
    with ExitStack() as stack:
        stack.enter_context(dask_config.set(quiet))
        target: Any = place.address
        if place.kind == "local":
            target = stack.enter_context(_local(distributed, place.many))
        try:
            client = distributed.Client(target, timeout=CONNECT, set_as_default=False)
        except OSError as bad:
            raise DemeritError(
                Finding(
                    "D832",
                    f"no scheduler answers at {quoted(place.address)}:"
                    f" {quoted(str(bad).splitlines()[0], 120)}",
                    hint="start one with `dask scheduler`, and workers with `dask worker`",
                )
            ) from None
        yield stack.enter_context(client)


def _local(distributed: Any, workers: int) -> Any:
    """A cluster of processes on this machine; Ctrl-C is for their parent alone."""
    main = threading.current_thread() is threading.main_thread()  # others may set no signal
    before = signal.signal(signal.SIGINT, signal.SIG_IGN) if main else None
    try:
        return distributed.LocalCluster(
            n_workers=workers, threads_per_worker=1, processes=True, host="127.0.0.1",
            dashboard_address=None, silence_logs=50,
        )  # fmt: skip
    finally:
        if main:
            signal.signal(signal.SIGINT, before)


def _distributed() -> Any:
    message = "a cluster needs a package that is not installed"
    return require("D831", message, "cluster", "distributed")


_ANSWERS: Mapping[str, Callable[[Place, Judge[Any], Sequence[int]], Iterator[Answer[Any]]]] = {
    "threads": _in_threads,
    "processes": _in_processes,
    "local": _on_cluster,
    "cluster": _on_cluster,
}
