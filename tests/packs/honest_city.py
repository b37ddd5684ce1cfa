"""A hundred thousand items about the organisations of an honest city, from a seed.

``python tests/packs/honest_city.py FOLDER [SEED]`` writes ``city.yaml`` (who there is) and
``items.jsonl`` (what happened) for the pack ``honest-city-app``; the same seed writes the same
bytes everywhere. Nothing of the tool is imported: any judge may play the stream.

- 23 trades of 2, 4, 6 … 46 organisations, 552 in all. In a trade everybody is everybody's
  colleague, which makes 16,744 pairs.
- 100,000 items over ten years, each about one organisation; one in forty is bad.
- 60 citizens. The first half clean the canal often enough to be very good in the last year.
  In its December each of them goes to each of the 42 shops.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

TRADES = (
    "vet", "cinema", "dairy", "nursing-home", "travel-agency", "dentist", "gas-station",
    "bookshop", "carrier", "teahouse", "clinic", "school", "laundry", "estate-agent", "hotel",
    "cram-school", "tailor", "builder", "pharmacy", "bakery", "hairdresser", "grocer",
    "restaurant",
)  # fmt: skip
#: Organisation → trade; the n-th trade has 2n members, and the n-th letter.
ORGANISATIONS = {
    f"{chr(ord('a') + place)}{n}": trade
    for place, trade in enumerate(TRADES)
    for n in range(1, 2 * place + 3)
}
ITEMS = 100_000
BAD = 1 / 40  # share of the items
CITIZENS = 60
START = datetime(2017, 1, 1)  # noqa: DTZ001  # all instants are UTC
UNTIL = datetime(2026, 12, 31)  # noqa: DTZ001
LIVED = int((UNTIL - START).total_seconds()) - 1

Row = dict[str, Any]


def items(seed: int = 23) -> Iterator[Row]:
    """The items about organisations, in no order."""
    random = Random(seed)
    organisations = tuple(ORGANISATIONS)
    for number in range(1, ITEMS + 1):
        what = "bad" if random.random() < BAD else "good"
        yield {
            "id": f"item-{number}",
            "at": _written(START + timedelta(seconds=random.randrange(1, LIVED))),
            "who": random.choice(organisations),
            "event": f"item.{what}",
            "item": f"row {number}",
        }


def outings(shops: tuple[str, ...]) -> Iterator[Row]:
    """What citizens do: the first half of them clean a canal, then all go shopping."""
    for n in range(1, CITIZENS + 1):
        if n <= CITIZENS // 2:
            for week in range(6):
                at = datetime(2026, 9, 5, 8) + timedelta(days=7 * week)  # noqa: DTZ001
                yield {"at": _written(at), "who": f"citizen-{n}", "event": "item.good",
                       "item": "canal"}  # fmt: skip
        for place, shop in enumerate(shops):
            at = datetime(2026, 12, 1, 9, n % 60) + timedelta(hours=6 * place)  # noqa: DTZ001
            yield {"at": _written(at), "who": f"citizen-{n}", "event": "offer.taken",
                   "shop": shop, "price": 20}  # fmt: skip


def stream(shops: tuple[str, ...], seed: int = 23) -> list[Row]:
    """Everything that happens, in order of time."""
    return sorted((*items(seed), *outings(shops)), key=lambda row: str(row["at"]))


def cast() -> Iterator[str]:
    """The lines of the subjects file."""
    yield f"start: {START:%Y-%m-%d}"
    yield f"until: {UNTIL:%Y-%m-%d}"
    yield "cast:"
    for who, trade in ORGANISATIONS.items():
        yield f"  {who}: {{kind: organisation, name: {trade} {who}, trade: {trade}}}"
    for n in range(1, CITIZENS + 1):
        yield f"  citizen-{n}: {{kind: citizen, name: Citizen {n}}}"
    yield "relations:"
    yield "  same-trade: ["
    for who, trade in ORGANISATIONS.items():
        others = (o for o, t in ORGANISATIONS.items() if t == trade and o != who)
        yield "    " + " ".join(f"[{who}, {other}]," for other in others)
    yield "  ]"


def shops_of(policy: str) -> tuple[str, ...]:
    """The shops that a policy's text lists between the brackets behind ``shop:``."""
    listed = policy.split("shop:", 1)[1].split("[", 1)[1].split("]", 1)[0]
    return tuple(" ".join(name.split()) for name in listed.split(","))


def write(folder: Path, seed: int = 23) -> None:
    """Write ``city.yaml`` and ``items.jsonl`` into a folder, for the pack of this checkout."""
    pack = Path(__file__).parents[2] / "policies" / "honest-city-app" / "policy.yaml"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "city.yaml").write_text("\n".join(cast()) + "\n", encoding="utf-8")
    rows = stream(shops_of(pack.read_text(encoding="utf-8")), seed)
    lines = (json.dumps(row, ensure_ascii=False) for row in rows)
    (folder / "items.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _written(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}"


if __name__ == "__main__":
    write(Path(sys.argv[1]), *map(int, sys.argv[2:3]))
