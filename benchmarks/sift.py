"""What a sift costs beside one pass over the ledger's rows.

Run with ``python -m benchmarks.sift [--rows N]``. Two ledgers are written: the lives of all packs,
copied under other names and mingled by time, in which stories are everywhere; and a long stream of
many rules and few people. Over each go, interleaved, in CPU seconds: a pass that reads every line,
decodes it as a row with ``json.loads`` and does nothing with it; one that makes steps, as pictures
and pages read a ledger; one pattern (each of the twelve in its turn, the mean); the twelve shipped
patterns at once, without and with near misses. Each number is
the ratio to the first pass and, behind it, to the second, the median of several rounds. Both
ledgers are dense: nearly every row moves a score.
``--growth`` tells the memory that a sift of half and of all the rows takes.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.workload import events, policy
from engine.cli.ledgers import source_of
from engine.cli.playing import load, play_scenario
from engine.evaluation.ledger import canonical, head, step_json
from engine.evaluation.run import play
from engine.language.sifts import load_sift
from engine.stories.shipped import shipped
from engine.stories.sifting.plan import Plan
from engine.stories.sifting.run import sift
from engine.values import DAY, iso_instant, parse_iso
from policies import packs

Row = dict[str, Any]


def mingled(rows: int, path: Path) -> None:
    """All packs' scenarios, again and again under other names, in order of time."""
    first = load(next(iter(packs().values())) / "scenarios" / _scenarios()[0].name)
    lives = [_rows(scenario) for scenario in _scenarios()]
    made: list[tuple[int, int, int, str]] = []
    copy = 0
    while len(made) < rows:
        for number, life in enumerate(lives):
            shift = (copy * 37 + number * 11) % 900 * DAY
            ids = _ids(life)
            for row in life:
                at = parse_iso(row["at"]) + shift
                made.append((at, copy, row["step"], _renamed(row, ids, f"{copy}-{number}", at)))
        copy += 1
    made.sort(key=lambda one: one[0])
    with path.open("w", encoding="utf-8") as file:
        file.write(canonical(head(first.policy.versions)))
        for number, (*_, text) in enumerate(made[:rows], 1):
            file.write(text.replace('"step":"?"', f'"step":{number}') + "\n")


def _scenarios() -> list[Path]:
    return [
        path for pack in packs().values() for path in sorted((pack / "scenarios").glob("*.yaml"))
    ]


def _rows(scenario: Path) -> list[Row]:
    return [step_json(step) for step in play_scenario(load(scenario), "plain").outcome.steps]


def _renamed(row: Row, ids: set[str], suffix: str, at: int) -> str:
    """A row as a line, its ids renamed, at another instant; its number is put in later."""

    def own(value: Any) -> Any:
        return f"{value}-{suffix}" if isinstance(value, str) and value in ids else value

    made: Row = {**row, "at": iso_instant(at), "who": own(row["who"]), "step": "?"}
    made.pop("cause", None)
    if "input" in row:
        given = {key: own(value) for key, value in row["input"].items() if key != "fields"}
        fields = {key: own(value) for key, value in row["input"].get("fields", {}).items()}
        made["input"] = {**given, "at": iso_instant(at), "fields": fields}
    made["parts"] = [
        {**part, "who": own(part["who"]),
         "effects": [{**e, "target": own(e["target"])} for e in part.get("effects", ())]}
        for part in row.get("parts", ())
    ]  # fmt: skip
    return json.dumps(made, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _ids(life: list[Row]) -> set[str]:
    """Everybody, and every event with an id."""
    people = {
        e["target"] for row in life for p in row.get("parts", ()) for e in p.get("effects", ())
    }
    events = {row["input"]["id"] for row in life if "id" in row.get("input", {})}
    return people | events | {row["who"] for row in life}


def long_stream(rows: int, path: Path) -> None:
    """Fifty rules that fire often, two hundred people."""
    with path.open("w", encoding="utf-8") as file:
        play([(None, policy(rare=False))], None, events(rows), matcher="plain", write=file.write,
             keep=False)  # fmt: skip


def cpu(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def only_read(path: Path) -> None:
    """One pass over the rows: every line becomes a row, and nothing is done with it."""
    with path.open("rb") as file:
        while line := file.readline():
            json.loads(line)


def read_as_steps(path: Path) -> None:
    """One pass over the steps, as explanations and screens read them."""
    for _ in source_of(path).steps():
        pass


def measured(path: Path, rounds: int) -> Iterator[tuple[str, float, float, float]]:
    plans = [Plan.of(load_sift(pattern).sift) for pattern in shipped().values()]
    works: dict[str, Callable[[], object]] = {
        "one pass": lambda: only_read(path),
        "as steps": lambda: read_as_steps(path),
        "sift": lambda: sift(source_of(path), plans),
        "sift --near": lambda: sift(source_of(path), plans, near=True),
    }
    took: dict[str, list[float]] = {name: [] for name in ("one pattern", *works)}
    for _ in range(rounds):
        for name, work in works.items():
            took[name].append(cpu(work))
        took["one pattern"].append(cpu(lambda: _each(path, plans)) / len(plans))
    for name, many in took.items():
        rows, steps = (
            statistics.median(a / b for a, b in zip(many, took[pass_], strict=True))
            for pass_ in ("one pass", "as steps")
        )
        yield name, statistics.median(many), rows, steps


def _each(path: Path, plans: Sequence[Plan]) -> None:
    for plan in plans:
        sift(source_of(path), [plan])


def growth(make: Callable[[int, Path], None], rows: int, folder: Path) -> str:
    """The most memory that half and all of the rows take, in MiB."""
    plans = [Plan.of(load_sift(pattern).sift) for pattern in shipped().values()]
    told = []
    for count in (rows // 2, rows):
        make(count, folder / "growth.jsonl")
        tracemalloc.start()
        found = sift(source_of(folder / "growth.jsonl"), plans)
        most = tracemalloc.get_traced_memory()[1] / 2**20
        tracemalloc.stop()
        told.append(f"{count} rows, {found.people} people, {len(found.matches)} stories:"
                    f" {most:.1f} MiB")  # fmt: skip
    return "; ".join(told)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--rows", type=int, default=5_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--growth", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for name, make in (("lives of all packs", mingled), ("long stream", long_stream)):
            path = Path(folder) / "ledger.jsonl"
            make(asked.rows, path)
            print(f"{name}: {asked.rows} rows, {path.stat().st_size / asked.rows:.0f} bytes each")
            for what, seconds, rows, steps in measured(path, asked.rounds):
                print(f"  {what:12} {seconds:7.2f} s   {rows:5.2f} × one pass"
                      f"   {steps:5.2f} × as steps")  # fmt: skip
            if asked.growth:
                print(f"  memory: {growth(make, asked.rows, Path(folder))}")


if __name__ == "__main__":
    main()
