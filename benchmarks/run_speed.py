"""How fast a run is, ledger on: events a second with each matcher, and matching's share.

Run with ``python benchmarks/run_speed.py``. Every number is the median of interleaved
repetitions in one process, by CPU time; on a shared machine only the ratios mean much.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.workload import events, policy
from engine.evaluation.matchers import Judgements, Matcher
from engine.evaluation.matchers.choice import make_matcher
from engine.evaluation.plan import RuleGroup, RulePlan
from engine.evaluation.run import play
from engine.evaluation.state import Context


class Timed:
    """A matcher with a stop-watch around it."""

    def __init__(self, inner: Matcher) -> None:
        self.inner = inner
        self.name = inner.name
        self.notes = inner.notes
        self.seconds = 0.0

    def judge(self, group: RuleGroup, rules: Sequence[RulePlan], context: Context) -> Judgements:
        """Judge, and add the time that it took."""
        begun = time.perf_counter()
        found = self.inner.judge(group, rules, context)
        self.seconds += time.perf_counter() - begun
        return found

    def close(self) -> None:
        """Close the matcher inside."""
        self.inner.close()


def measure(count: int, repeats: int) -> dict[str, dict[str, float]]:
    """Events a second and matching's share, for each matcher and workload."""
    stream = events(count)
    results: dict[str, dict[str, list[float]]] = {}
    hashes: dict[str, set[str]] = {}
    with Path(os.devnull).open("w", encoding="utf-8") as sink:
        for _ in range(repeats):
            for rare in (True, False):
                versions = [(None, policy(rare=rare))]
                for name in ("plain", "durable"):
                    key = f"{name}, {'1 % matched' if rare else 'all matched'}"
                    row = results.setdefault(key, {"speed": [], "share": []})
                    begun = time.process_time()
                    outcome = play(versions, None, stream, matcher=name, write=sink.write,
                                   keep=False)  # fmt: skip
                    row["speed"].append(count / (time.process_time() - begun))
                    watch = Timed(make_matcher(name))
                    begun = time.perf_counter()
                    play(versions, None, stream, matcher=watch, write=sink.write, keep=False)
                    row["share"].append(watch.seconds / (time.perf_counter() - begun))
                    hashes.setdefault(str(rare), set()).add(outcome.hash)
    if any(len(found) != 1 for found in hashes.values()):
        raise SystemExit("the matchers disagree: their ledgers differ")
    return {
        key: {
            "events a second": round(statistics.median(row["speed"])),
            "share of matching": round(statistics.median(row["share"]), 2),
        }
        for key, row in results.items()
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--events", type=int, default=20_000)
    parser.add_argument("--repeats", type=int, default=5)
    asked = parser.parse_args()
    print(json.dumps(measure(asked.events, asked.repeats), indent=2))


if __name__ == "__main__":
    main()
