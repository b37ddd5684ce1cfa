"""What there is to open: packs with their scenarios, streams and reforms; recent work.

Only the heads of files are looked at, by their first keys: this must be quick, and a
broken file must not keep the others from being shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from engine.store.database import Store
from engine.text import safe
from policies import packs

_HEAD = 6000  # characters of a file that are looked at
_TITLE = re.compile(r"^title: *(.+)$", re.MULTILINE)
_ABOUT = re.compile(r"^about: *(?:[>|][+-]?\n((?:[ \t]+.*\n|\n)+)|(.+)$)", re.MULTILINE)
_PERSON = re.compile(r"^  ([\w-]+): *\{", re.MULTILINE)
_EVENT = re.compile(r"\bevent: ")


@dataclass(frozen=True, slots=True)
class Entry:
    """One life that can be opened."""

    path: Path
    pack: str  # "" for a file that is in none
    name: str
    title: str
    recent: bool = False
    kind: str = "scenario"  # scenario | ledger | simulation


@dataclass(frozen=True, slots=True)
class Leaflet:
    """What is told of an entry before it is opened."""

    title: str
    about: str
    policy_title: str
    policy_about: str
    people: tuple[str, ...]
    events: int


def head_of(path: Path, most: int = _HEAD) -> str:
    """The beginning of a file, or nothing."""
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return file.read(most)
    except OSError:
        return ""


def _said(pattern: re.Pattern[str], head: str) -> str:
    found = pattern.search(head)
    if found is None:
        return ""
    text = next((group for group in found.groups() if group), "")
    return safe(" ".join(text.split()).strip("\"'"))


def title_of(path: Path) -> str:
    """The title in a file's head, or its name."""
    return _said(_TITLE, head_of(path)) or safe(path.stem)


def scenarios_of(folder: Path) -> Iterator[Path]:
    """The scenario files of a pack."""
    place = folder / "scenarios"
    if place.is_dir():
        yield from sorted(p for p in place.iterdir() if p.suffix in (".yaml", ".yml"))


def reforms_of(folder: Path) -> list[Path]:
    """The reform files beside a policy."""
    place = folder / "reforms"
    return sorted(place.glob("*.yaml")) if place.is_dir() else []


@lru_cache(maxsize=1)
def entries() -> tuple[Entry, ...]:
    """Every scenario of every pack."""
    return tuple(
        Entry(path, name, path.stem, title_of(path))
        for name, folder in packs().items() for path in scenarios_of(folder)
    )  # fmt: skip


def here(folder: Path) -> list[Entry]:
    """Scenarios and ledgers below a folder of one's own, a few levels deep."""
    made: list[Entry] = []
    for pattern in ("*.yaml", "*/*.yaml", "*/scenarios/*.yaml", "scenarios/*.yaml"):
        for path in sorted(folder.glob(pattern))[:200]:
            if head_of(path, 400).find("scenario:") >= 0 and not _of_a_pack(path):
                made.append(Entry(path, "", path.stem, title_of(path)))
    made += [Entry(path, "", path.name, safe(path.name), kind="ledger")
             for path in sorted(folder.glob("*.jsonl"))[:50] if is_ledger(path)]  # fmt: skip
    for path in sorted(folder.glob("*/simulation.json"))[:50]:
        name = path.parent.name
        made.append(Entry(path.parent, "", name, f"{safe(name)}, a simulation", kind="simulation"))
    return list({entry.path: entry for entry in made}.values())


def _of_a_pack(path: Path) -> bool:
    return any(folder in path.resolve().parents for folder in packs().values())


def is_ledger(path: Path) -> bool:
    """Whether a file begins as a saved ledger does."""
    return '"ledger"' in head_of(path, 200)


def recent(store: Store, most: int = 6) -> list[Entry]:
    """What was opened last, if it is still there."""
    made: dict[Path, Entry] = {}
    for work in store.recent(most * 2):
        path = Path(work.path)
        if path.is_file() and path not in made:
            pack = path.parent.parent.name if path.parent.name == "scenarios" else ""
            kind = "ledger" if path.suffix == ".jsonl" else "scenario"
            made[path] = Entry(path, pack, path.stem, safe(work.title), True, kind)
    return list(made.values())[:most]


def leaflet(entry: Entry) -> Leaflet:
    """What is told of an entry."""
    if entry.kind == "simulation":
        about = "What became of a whole population: groups, lists, and the way into any one life."
        return Leaflet(entry.title, about, "", "", (), 0)
    if entry.kind != "scenario":
        size = entry.path.stat().st_size if entry.path.is_file() else 0
        return Leaflet(entry.title, f"A saved ledger of {size / 1_000_000:.1f} MB.", "", "", (), 0)
    text = head_of(entry.path, 400_000)
    policy = re.search(r"^policy: *[\"']?([^\"'#\n]+)", text, re.MULTILINE)
    head = head_of(entry.path.parent / policy[1].strip()) if policy else ""
    cast = text[text.find("\ncast:") : text.find("\ntimeline:")] if "\ncast:" in text else ""
    people: Sequence[str] = _PERSON.findall(cast)
    return Leaflet(
        _said(_TITLE, text) or entry.name,
        _said(_ABOUT, text),
        _said(_TITLE, head),
        _said(_ABOUT, head),
        tuple(map(safe, people)),
        len(_EVENT.findall(text)),
    )
