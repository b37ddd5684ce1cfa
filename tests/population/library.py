"""A small library and its readers, simulated by the step engine: for what looks at simulations."""

from __future__ import annotations

import random
import shutil
from pathlib import Path
from unittest.mock import patch

from engine.language.load import load_policy
from engine.language.rows import Cast, Event, Person
from engine.population import regroup
from engine.population.cluster import Place
from engine.population.record import Origin
from engine.population.simulate import simulate
from engine.values import DAY, MILLION, parse_instant

POLICY = Path(__file__).parents[1] / "tui" / "life" / "policy.yaml"
START = parse_instant("2031-01-01")
GROUPS = ("quiet", "busy", "late")  # how readers are; each third of them
READERS = 60


def events_of(many: int = READERS, seed: int = 5) -> list[Event]:
    """A year of the readers: the late ones bring books back late, the busy ones are kind."""
    lot = random.Random(seed)
    made = []
    for number in range(many):
        who, group = f"reader-{number:03d}", GROUPS[number % 3]
        for _ in range(lot.randrange({"quiet": 2, "busy": 7, "late": 9}[group])):
            at = START + lot.randrange(340) * DAY + lot.randrange(DAY)
            kind = lot.choice(["book.late", "book.late", "book.lent"] if group == "late" else
                              ["kindness", "book.lent", "kindness", "book.late"])  # fmt: skip
            fields = {"days": lot.randrange(1, 9) * MILLION} if kind == "book.late" else {}
            made.append(Event(who, kind, at, at, fields, row=len(made) + 1))
    return made


def library(folder: Path, many: int = READERS, *, prefix: str = "") -> Path:
    """A folder ``out`` with its simulation, beside the policy and the stream that it is of.

    ``prefix`` stands before all ids.
    """
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(POLICY, folder / "policy.yaml")
    loaded = load_policy(folder / "policy.yaml")
    events = [e._replace(who=prefix + e.who) for e in events_of(many)]
    ids = [f"{prefix}reader-{number:03d}" for number in range(many)]
    members = tuple(
        Person(who, "reader", {"name": f"Reader {number}"}) for number, who in enumerate(ids)
    )
    cast = Cast(members, {}, START, START + 365 * DAY)
    groups = {who: GROUPS[number % 3] for number, who in enumerate(ids)}
    with patch.object(regroup, "ROWS", 60):  # events of a part
        regroup.write_folder(events, loaded.versions, cast, folder / "stream", groups)
    simulate(loaded.versions, folder / "stream", folder / "out", Place("threads", 1),
             ticks=6, step_engine=True, origin=Origin(loaded))  # fmt: skip
    return folder / "out"
