"""``python -m benchmarks.population``: all measurements, or those that are named."""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.population import events, generated, measuring, plotting, scaling, stored
from benchmarks.population.contenders import everybody
from benchmarks.population.workloads import BOTH

PLOT = Path(__file__).parents[2] / "docs" / "plots" / "population.svg"


def say(text: str) -> None:
    """Tell how far it is, beside the results."""
    print(text, file=sys.stderr, flush=True)


def speed(asked: argparse.Namespace) -> dict[str, Any]:
    """Everybody on both workloads."""
    columns = events.make(asked.events, asked.seed)
    only = set(asked.only or ())
    contenders = [
        c for c in everybody() if not only or c.NAME in only or c.NAME == measuring.YARDSTICK
    ]
    tables = []
    for workload in BOTH:
        table = measuring.compare(workload, columns, contenders, asked.rounds, asked.seconds, say)
        tables.append(table)
        print(f"\n{workload.name}: {workload.title}; medians of {asked.rounds} interleaved rounds")
        print(f"{'':24}{'events/s':>12}{'× Python':>10}{'by CPU':>9}{'max/min':>9}"
              f"{'events':>11}  checksum")  # fmt: skip
        for line in table.lines:
            print(f"{line.name:24}{line.a_second:>12,.0f}{line.ratio:>10.2f}{line.cpu_ratio:>9.2f}"
                  f"{line.spread:>9.2f}{line.events:>11,}  {line.checksum}")  # fmt: skip
        for name, why in table.absent:
            print(f"{name:24}{'–':>12}  {why}")
    if asked.plot is not None:
        plotting.plot(tables, asked.plot)
        print(f"\nplotted to {asked.plot}")
    return {
        table.workload.name: {line.name: {"a_second": round(line.a_second),
                                          "ratio": round(line.ratio, 3)} for line in table.lines}
        for table in tables
    }  # fmt: skip


def edits(asked: argparse.Namespace) -> dict[str, Any]:
    """How soon an edited policy has been played again."""
    rows = scaling.edited(100_000, 15)
    print("\nan edited ferry, played again by 100,000 events, one warm process; milliseconds")
    print(f"{'':26}{'to a plan':>10}{'to results':>12}")
    for name, reading, playing, differs in rows:
        print(f"{name:26}{reading:>10.1f}{playing:>12.1f}{'' if differs else '  (no difference)'}")
    return {name: round(playing, 2) for name, _, playing, _ in rows}


def cost(asked: argparse.Namespace) -> dict[str, Any]:
    """Whether an event costs the same in a small run and in a large one."""
    sizes = [10**k for k in range(5, len(str(asked.most)))]
    found = scaling.cost(sizes, 2)
    print("\nferry, CPU nanoseconds an event in the kernel, by the size of the run")
    for size, nanoseconds in found.items():
        print(f"{size:>14,}{nanoseconds:>9.1f}")
    print(f"largest over smallest: {max(found.values()) / min(found.values()):.2f}")
    return {str(size): round(nanoseconds, 2) for size, nanoseconds in found.items()}


def memory(asked: argparse.Namespace) -> dict[str, Any]:
    """Whether memory stays flat: generated, scored and forgotten."""
    sizes = [size for size in (10**7, asked.memory) if size <= asked.memory]
    rows = scaling.memory(sorted(set(sizes)))
    print("\nferry, generated and scored without storing, one thread, a process each")
    print(f"{'events':>14}{'MB at most':>12}{'seconds':>10}")
    for _, megabytes, seconds, events_played in rows:
        print(f"{events_played:>14,}{megabytes:>12.0f}{seconds:>10.1f}")
    return {str(size): round(megabytes) for size, megabytes, _, _ in rows}


def places(asked: argparse.Namespace) -> dict[str, Any]:
    """A whole simulation of a folder, wherever it is judged."""
    columns = events.make(asked.events, asked.seed)
    found = stored.places(columns, 8, 3)
    print(f"\nferry, {columns.events:,} events in 8 parts, read, judged and written; 3 rounds")
    print(f"{'':22}{'seconds':>9}{'events/s':>12}{'max/min':>9}  hash")
    medians = {}
    for name, (took, told) in found.items():
        medians[name] = statistics.median(took)
        print(f"{name:22}{medians[name]:>9.2f}{columns.events / medians[name]:>12,.0f}"
              f"{max(took) / min(took):>9.2f}  {told[:12]}")  # fmt: skip
    return {name: round(seconds, 3) for name, seconds in medians.items()}


def weights(asked: argparse.Namespace) -> dict[str, Any]:
    """Two hundred variations of the weights, in one call and as runs."""
    columns = events.make(min(asked.events, 100_000), asked.seed)
    found = stored.varied(columns, 200, 20)
    print(f"\nferry, {columns.events:,} events, variations of all weights, 2 threads")
    for name, seconds in found.items():
        print(f"{name:16}{1000 * seconds:>9.1f} ms of CPU a variation")
    for one, many in (("as a run", "in one call"), ("as a command", "in one command")):
        print(f"{one} : {many} = {found[one] / found[many]:.1f}")
    return {name: round(seconds, 5) for name, seconds in found.items()}


def generate(asked: argparse.Namespace) -> dict[str, Any]:
    """How fast populations that react are drawn."""
    rounds = min(asked.rounds, 3)
    print(f"\npopulations of packs, drawn and written; medians of {rounds} rounds")
    print(f"{'':20}{'':16}{'lives':>10}{'events':>11}{'events/s':>11}{'× steps':>9}")
    found: dict[str, Any] = {}
    for one in generated.measure(asked.events, rounds):
        print(f"{one.pack:20}{one.way:16}{one.lives:>10,}{one.events:>11,}{one.a_second:>11,.0f}"
              f"{one.ratio:>9.1f}")  # fmt: skip
        found.setdefault(one.pack, {})[one.way] = round(one.ratio, 2)
    return found


PARTS: dict[str, Callable[[argparse.Namespace], dict[str, Any]]] = {
    "speed": speed, "edits": edits, "weights": weights, "cost": cost, "memory": memory,
    "places": places, "generate": generate,
}  # fmt: skip


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.population",
                                     description=(__doc__ or "").splitlines()[0])  # fmt: skip
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)} (all)")
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1.0, help="of one measurement, about")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", action="append", metavar="NAME", help="a contender")
    parser.add_argument("--plot", type=Path, default=PLOT, metavar="FILE.svg")
    parser.add_argument("--most", type=int, default=10**7, help="events of `cost`")
    parser.add_argument("--memory", type=int, default=10**7, help="events of `memory`")
    parser.add_argument("--json", type=Path, metavar="FILE")
    asked = parser.parse_args()
    unknown = set(asked.parts) - set(PARTS)
    if unknown:
        parser.error(f"there is no part {', '.join(sorted(unknown))}")
    found = {name: PARTS[name](asked) for name in asked.parts or PARTS}
    if asked.json:
        asked.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
