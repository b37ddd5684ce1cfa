"""How fast the terminal UI is: first frame, key to repaint, seeking, and memory.

Run with ``python -m benchmarks.tui``; ``--steps 1000`` for short. The app runs in a
pseudo-terminal of 120 by 40 as a user has it, with four panes open. Times are medians;
beside the wall clock stands the CPU time of the app, which means more on a shared machine.

Goals: a step is painted within 35 ms, a seek takes less than 5 ms before that, a saved
ledger of a million steps that was read before opens within a second, and so does a
scenario from the command to the first frame.
"""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import pty
import re
import select
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from benchmarks.workload import events, policy
from engine.evaluation.run import play

SIZE = 120, 40  # columns, rows
_TICKS = os.sysconf("SC_CLK_TCK")
_ROOT = Path(__file__).parents[1]


def make_ledger(path: Path, steps: int) -> None:
    """A saved ledger of so many steps, if it is not there yet."""
    if path.exists():
        return
    part = path.with_suffix(".part")
    with part.open("w", encoding="utf-8") as file:
        play([(None, policy())], None, events(steps), matcher="plain", write=file.write, keep=False)
    part.rename(path)


class Terminal:
    """The app in a pseudo-terminal."""

    def __init__(self, target: str, home: Path) -> None:
        home.mkdir(exist_ok=True)
        self.begun = time.perf_counter()
        self.pid, self._end = pty.fork()
        if self.pid == 0:
            os.chdir(_ROOT)
            places = {f"XDG_{name}_HOME": str(home) for name in ("DATA", "CACHE", "CONFIG")}
            os.environ.update({**places, "TERM": "xterm-256color", "COLORTERM": "truecolor"})
            os.execv(sys.executable, [sys.executable, "-m", "tui", "play", target])
        fcntl.ioctl(self._end, termios.TIOCSWINSZ, struct.pack("HHHH", SIZE[1], SIZE[0], 0, 0))
        self._seen = b""

    def until(self, wanted: bytes, seconds: float = 60) -> None:
        """Read until something was painted."""
        limit = time.monotonic() + seconds
        while not re.search(wanted, self._seen):
            ready, _, _ = select.select([self._end], [], [], max(limit - time.monotonic(), 0))
            if not ready:
                raise TimeoutError(wanted)
            self._seen += os.read(self._end, 1 << 16)
        self._seen = b""

    def type(self, keys: str) -> None:
        """Press keys."""
        os.write(self._end, keys.encode())

    def drain(self, quiet: float = 0.3) -> None:
        """Read until nothing more is painted."""
        with suppress(OSError):  # the other end is closed
            while select.select([self._end], [], [], quiet)[0]:
                os.read(self._end, 1 << 16)
        self._seen = b""

    def cpu(self) -> float:
        """Seconds of CPU time so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def memory(self) -> float:
        """MB that are resident."""
        found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{self.pid}/status").read_text())
        assert found
        return int(found[1]) / 1024

    def close(self) -> None:
        """Leave the app."""
        self.type("\x11")
        self.drain(1.0)
        os.close(self._end)
        os.waitpid(self.pid, 0)


def timed(terminal: Terminal, keys: Sequence[str], goals: Sequence[int]) -> dict[str, float]:
    """Milliseconds from each key to the paint of the step that it leads to."""
    walls = []
    before = terminal.cpu()
    for key, goal in zip(keys, goals, strict=True):
        begun = time.perf_counter()
        terminal.type(key)
        terminal.until(rb"\b%d/\d+ " % goal)
        walls.append((time.perf_counter() - begun) * 1000)
        terminal.drain(0.02)
    cpu = (terminal.cpu() - before) * 1000 / len(keys)
    return {"median_ms": round(statistics.median(walls), 1),
            "p95_ms": round(sorted(walls)[len(walls) * 95 // 100], 1),
            "cpu_ms": round(cpu, 1)}  # fmt: skip


def first_frame(target: str, home: Path) -> tuple[Terminal, float, float]:
    """The app with its first frame; seconds and CPU seconds until then."""
    terminal = Terminal(target, home)
    terminal.until(rb"\b\d+/\d+ ")
    return terminal, time.perf_counter() - terminal.begun, terminal.cpu()


def opening(target: str, home: Path, runs: int = 5) -> dict[str, float]:
    """From the command to the first frame, beside what bare imports take; CPU seconds too."""
    frames, cpus = [], []
    for _ in range(runs):
        terminal, wall, cpu = first_frame(target, home)
        terminal.drain(0.5)
        terminal.close()
        frames.append(wall)
        cpus.append(cpu)
    bare = import_time("textual"), import_time("textual.app"), import_time("tui.app")
    frame, cpu = statistics.median(frames), statistics.median(cpus)
    return {"first_frame_s": round(frame, 2), "first_frame_cpu_s": round(cpu, 2),
            "import_textual_cpu_s": bare[0], "import_textual_app_cpu_s": bare[1],
            "import_tui_app_cpu_s": bare[2], "ratio_to_import_textual": round(cpu / bare[0], 1),
            "ratio_to_import_textual_app": round(cpu / bare[1], 1)}  # fmt: skip


def measure(target: str, steps: int, home: Path, keys: int) -> dict[str, object]:
    """Everything about one life."""
    terminal, first, cpu = first_frame(target, home)
    terminal.drain(1.0)
    opened = terminal.memory()
    terminal.type("gg")
    terminal.drain()
    on = timed(terminal, ["l"] * keys, range(2, keys + 2))
    back = timed(terminal, ["h"] * keys, range(keys, 0, -1))
    chance = [(n * 7919) % steps + 1 for n in range(1, keys + 1)]
    seek = timed(terminal, [f"{n}G" for n in chance], chance)
    result = {"first_frame_s": round(first, 2), "first_frame_cpu_s": round(cpu, 2), "step": on,
              "step_back": back, "seek": seek, "memory_mb": round(opened),
              "memory_after_mb": round(terminal.memory())}  # fmt: skip
    terminal.close()
    return result


def seek_alone(path: Path, home: Path, count: int) -> dict[str, float]:
    """Milliseconds that the core takes for a seek, before anything is painted."""
    from engine.store.database import Store
    from tui.session import commands as c
    from tui.session.session import open_ledger

    os.environ["XDG_CACHE_HOME"] = str(home)
    begun = time.perf_counter()
    session = open_ledger(path, Store.in_memory())
    while session.state.branch_state().status == "computing":
        session.poll()
        time.sleep(0.01)
    opened = time.perf_counter() - begun
    total = session.total()

    def seconds(do: Callable[[int], object]) -> float:
        times = []
        for n in range(1, count + 1):
            goal = (n * 7919) % total + 1
            begun = time.perf_counter()
            do(goal)
            times.append(time.perf_counter() - begun)
        return round(statistics.median(times) * 1000, 2)

    went = seconds(lambda goal: session.dispatch(c.Go(goal)))
    seen = seconds(lambda goal: (session.dispatch(c.Go(goal)), session.view()))
    session.close()
    return {"open_s": round(opened, 2), "go_ms": went, "go_and_view_ms": seen}


def import_time(module: str) -> float:
    """Seconds of CPU time to import a module in a fresh Python."""
    code = f"import {module}, os; t = os.times(); print(t.user + t.system)"
    runs = [
        float(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True,
                             cwd=_ROOT, check=True).stdout)
        for _ in range(5)
    ]  # fmt: skip
    return round(statistics.median(runs), 3)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--steps", type=int, action="append", help="steps of a life")
    parser.add_argument("--keys", type=int, default=100, help="keys of each kind")
    parser.add_argument("--folder", type=Path, help="where ledgers are kept between runs")
    given = parser.parse_args()
    results: dict[str, object] = {}
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch) / "home"
        folder = given.folder or Path(scratch)
        folder.mkdir(exist_ok=True)
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # what is installed was compiled once
        os.environ["PYTHONPYCACHEPREFIX"] = str(home)
        first_frame("double-booking", home)[0].close()
        results["opening"] = opening("double-booking", home)
        results["scenario"] = measure("benefit-sanctions/three-years", 16, home, 14)
        for steps in given.steps or [1_000, 100_000, 1_000_000]:
            path = folder / f"ledger-{steps}.jsonl"
            make_ledger(path, steps)
            unread, frame, _ = first_frame(str(path), home)  # it goes on reading behind it
            unread.close()
            indexing = seek_alone(path, home, 1)["open_s"]
            core = seek_alone(path, home, given.keys)
            seen = measure(str(path), steps, home, given.keys)
            results[f"{steps} steps"] = {"first_frame_unread_s": round(frame, 2),
                                         "read_s": indexing, "core": core, **seen}  # fmt: skip
    print(json.dumps(results, indent=2))


if __name__ == "__main__":
    main()
