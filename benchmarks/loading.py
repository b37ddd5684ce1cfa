"""How long a command takes before it does its work: ``--help``, and ``check`` of a large policy.

Run with ``python -m benchmarks.loading``. Each number is the median of interleaved runs, each
in a process of its own: wall-clock seconds, CPU seconds, and the ratio of the latter to that
of ``python -c pass``, which hardly depends on the machine or on what else it does.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
TYPES = 30
WEIGHTS = 20

HEAD = """\
policy: large
format: 1
title: A large policy
subjects:
  citizen: {attributes: {name: text, age: {number: {min: 0}}, aided: {boolean: false}}}
scores:
  trust: {of: citizen, start: 1000, min: 0, max: 1300}
grades:
  trust: [{name: A, from: 900}, {name: B, from: 400}, {name: C, from: 0}]
"""
RULE = """\
  - id: rule-{n}
    title: Rule number {n}
    on: {event}
    when: event.days > {n} and count({event}, {days} days) >= 2 and not subject.aided
    unless: subject.age < 18 or grade == 'A'
    then:
      - score: weights.w{weight} * event.days / 10
        lapses: 1 year
      - notify: "Dear {{subject.name}}, {{event.days}} days are too many."
    because: Reason {n}.
"""


class Took(NamedTuple):
    """One run of a command, in seconds."""

    wall: float
    cpu: float


def policy_text(rules: int) -> str:
    """A policy of rules that read, count, compare, pay back and write letters."""
    weights = "".join(f"  w{n}: {{value: -{n + 1}, range: [-50, 0]}}\n" for n in range(WEIGHTS))
    events = "".join(f"  act.n{n}: {{fields: {{days: number}}}}\n" for n in range(TYPES))
    made = "".join(
        RULE.format(n=n, event=f"act.n{n % TYPES}", days=10 + n, weight=n % WEIGHTS)
        for n in range(rules)
    )
    return f"{HEAD}weights:\n{weights}events:\n{events}rules:\n{made}"


def took(arguments: list[str], folder: Path) -> Took:
    """Run Python with arguments once, and say how long it took."""
    paths = [str(ROOT), os.environ.get("PYTHONPATH", "")]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.perf_counter()
    subprocess.run([sys.executable, *arguments], cwd=folder, env=env, check=True,
                   capture_output=True)  # fmt: skip
    wall = time.perf_counter() - begun
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Took(wall, cpu)


def measure(rules: int, repeats: int) -> dict[str, dict[str, float]]:
    """The medians of every command."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "policy.yaml").write_text(policy_text(rules), encoding="utf-8")
        (folder / "small.yaml").write_text(policy_text(1), encoding="utf-8")
        commands = {
            "python -c pass": ["-c", "pass"],
            "demerit --help": ["-m", "engine", "--help"],
            "demerit check, 1 rule": ["-m", "engine", "check", "small.yaml"],
            f"demerit check, {rules} rules": ["-m", "engine", "check", "policy.yaml"],
        }
        for arguments in commands.values():  # bytecode is written, files are in memory
            took(arguments, folder)
        runs: dict[str, list[Took]] = {name: [] for name in commands}
        for _ in range(repeats):
            for name, arguments in commands.items():
                runs[name].append(took(arguments, folder))
    bare = statistics.median(one.cpu for one in runs["python -c pass"])
    return {name: _medians(found, bare) for name, found in runs.items()}


def _medians(found: list[Took], bare: float) -> dict[str, float]:
    cpu = statistics.median(one.cpu for one in found)
    return {
        "wall seconds": round(statistics.median(one.wall for one in found), 3),
        "CPU seconds": round(cpu, 3),
        "times python -c pass": round(cpu / bare, 1),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rules", type=int, default=200)
    parser.add_argument("--repeats", type=int, default=9)
    asked = parser.parse_args()
    print(json.dumps(measure(asked.rules, asked.repeats), indent=2))


if __name__ == "__main__":
    main()
