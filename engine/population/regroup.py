"""Any stream becomes a stream folder: who touches whom is brought together.

Subjects are tied by relations, by ids in fields that the policy follows, by an event id that
comes twice, and all of them by a quota. Reads everything at once, so it is for streams that
fit into memory; ``demerit generate`` writes folders that need no regrouping.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from engine.language.model import Policy
from engine.language.rows import Cast, Event, Person, Value
from engine.population.folder import (
    MANIFEST,
    START,
    UNTIL,
    Manifest,
    Part,
    files_of,
    part_names,
    read_manifest,
    write_manifest,
)
from engine.population.lower import follows, needs_whole
from engine.population.reading import read_tables, typed_events
from engine.population.reading_people import cast_of, read_people
from engine.population.shape import Versions
from engine.streams.write import write_events
from engine.values import iso_instant

ROWS = 250_000  # events of a part, about


class _Ties:
    """Who belongs together: sets that are joined, each known by its first member."""

    def __init__(self, ids: Sequence[str]) -> None:
        self._order = {who: i for i, who in enumerate(ids)}
        self._up = list(range(len(ids)))

    def _top(self, i: int) -> int:
        while self._up[i] != i:
            self._up[i] = self._up[self._up[i]]
            i = self._up[i]
        return i

    def join(self, a: str, b: str) -> None:
        """Two that belong together, if both are subjects."""
        if a in self._order and b in self._order:
            one, two = self._top(self._order[a]), self._top(self._order[b])
            self._up[max(one, two)] = min(one, two)

    def of(self, who: str) -> int:
        """The place of the first member of somebody's set."""
        return self._top(self._order[who])


def fits(manifest: Manifest, policy: Policy) -> bool:
    """Whether a folder's components hold together all that a policy lets touch."""
    if needs_whole(policy) and not manifest.whole:
        return False
    return manifest.whole or set(follows(policy)) <= set(manifest.fields)


def fitted(folder: Path, versions: Versions, target: Path) -> Path:
    """The folder itself if it fits a policy, else one written anew in ``target``."""
    if fits(read_manifest(folder), versions[0][1]):
        return folder
    if not (target / MANIFEST).exists():
        regroup_folder(folder, versions, target)
    return target


def regroup_folder(folder: Path, versions: Versions, out: Path) -> Manifest:
    """A folder with other components than the policy needs, written anew."""
    manifest = read_manifest(folder)
    policy = versions[0][1]
    events: list[Event] = []
    members: list[Person] = []
    groups: dict[str, str] = {}
    pairs: dict[str, list[tuple[str, str]]] = {}
    for one, two in files_of(folder, manifest.parts):
        tables = read_tables(one, two)
        people = read_people(tables.events, tables.subjects, policy)
        cast, _ = cast_of(people, 0, len(people.ids), policy, manifest.start, None)
        members += cast.members if cast else ()
        groups.update(zip(people.ids, people.groups, strict=True))
        for name, many in people.pairs.items():
            pairs.setdefault(name, []).extend(many)
        found = typed_events(tables, tables.events, versions, cast)
        events += [event._replace(row=len(events) + i) for i, event in enumerate(found)]
    whole = None
    if manifest.start is not None and members:
        related = {name: tuple(many) for name, many in pairs.items()}
        whole = Cast(tuple(members), related, manifest.start, manifest.until)
    return write_folder(events, versions, whole, out, groups)


def write_folder(
    events: Iterable[Event], versions: Versions, cast: Cast | None, out: Path,
    groups: Mapping[str, str] | None = None,
) -> Manifest:  # fmt: skip
    """Write a stream folder of events in any order."""
    policy = versions[0][1]
    ordered = sorted(events, key=lambda event: (event.known, event.row))
    members = [person.id for person in cast.members] if cast else []
    inside = set(members)
    strangers = dict.fromkeys(e.who for e in ordered if e.who not in inside)
    ids = [*members, *strangers]
    ties = _tied(ids, ordered, policy, cast)
    of = {who: ties.of(who) for who in ids}
    ids.sort(key=lambda who: of[who])  # stable: cast order stays within a component
    ordered.sort(key=lambda event: of[event.who])
    out.mkdir(parents=True, exist_ok=True)
    parts = []
    for number, (chosen, rows) in enumerate(_parts(ids, ordered, of)):
        one, two = part_names(number)
        write_events(rows, [*versions], out / one)
        _write_subjects(out / two, chosen, of, cast, strangers, policy, groups or {})
        parts.append(Part(one, two, len(rows)))
    start = cast.start if cast else None
    last = max((event.known for event in ordered), default=start)
    manifest = Manifest(
        str(policy.policy), start, cast.until if cast else None, last, tuple(parts),
        follows(policy), needs_whole(policy),
    )  # fmt: skip
    write_manifest(out, manifest)
    return manifest


def _tied(ids: Sequence[str], events: Sequence[Event], policy: Policy, cast: Cast | None) -> _Ties:
    ties = _Ties(ids)
    for pairs in cast.relations.values() if cast else ():
        for a, b in pairs:
            ties.join(a, b)
    owners: dict[str, str] = {}
    for event in events:
        if event.id is not None:
            ties.join(event.who, owners.setdefault(event.id, event.who))
    for name in follows(policy):
        for event in events:
            told = event.fields.get(name)
            if isinstance(told, str):
                ties.join(event.who, told)
                ties.join(event.who, owners.get(told, event.who))
    if needs_whole(policy):
        for who in ids:
            ties.join(ids[0], who)
    return ties


def _parts(
    ids: Sequence[str], events: Sequence[Event], of: Mapping[str, int]
) -> Iterable[tuple[list[str], list[Event]]]:
    """Subjects and their events in parts of about the same size; no component is cut."""
    by_component: dict[int, list[Event]] = {}
    for event in events:
        by_component.setdefault(of[event.who], []).append(event)
    chosen: list[str] = []
    rows: list[Event] = []
    for i, who in enumerate(ids):
        first = i == 0 or of[ids[i - 1]] != of[who]
        if first and len(rows) >= ROWS:
            yield chosen, rows
            chosen, rows = [], []
        chosen.append(who)
        if first:
            rows += by_component.get(of[who], [])
    if chosen:
        yield chosen, rows


def _write_subjects(
    path: Path, chosen: Sequence[str], of: Mapping[str, int], cast: Cast | None,
    strangers: Mapping[str, None], policy: Policy, groups: Mapping[str, str],
) -> None:  # fmt: skip
    import pyarrow as pa
    import pyarrow.parquet as pq

    from engine.files import whole_file

    members = {person.id: person for person in cast.members} if cast else {}
    kinds = [str(kind) for kind in policy.subjects]
    links: dict[str, list[dict[str, str]]] = {}
    for name, pairs in cast.relations.items() if cast else ():
        for a, b in pairs:
            links.setdefault(a, []).append({"name": name, "of": b})
    link = pa.list_(pa.struct([("name", pa.string()), ("of", pa.string())]))
    columns: dict[str, Any] = {
        "id": pa.array(chosen, pa.string()),
        "kind": pa.array([members[w].kind if w in members else kinds[0] for w in chosen]),
        "group": pa.array([groups.get(who, "") for who in chosen], pa.string()),
        "component": pa.array([of[who] for who in chosen], pa.int64()),
        "stranger": pa.array([who in strangers for who in chosen], pa.bool_()),
        "relations": pa.array([links.get(who, []) for who in chosen], link),
    }
    names = dict.fromkeys(str(n) for kind in policy.subjects.values() for n in kind.attributes)
    for name in names:
        if name not in columns:
            cells = [members[w].attributes.get(name) if w in members else None for w in chosen]
            columns[name] = _cells(cells)
    said = {START: cast.start, UNTIL: cast.until} if cast else {}
    about = {key: iso_instant(at).encode() for key, at in said.items() if at is not None}
    with whole_file(path) as file:
        table = pa.table(columns).replace_schema_metadata(about)
        pq.write_table(table, file, compression="zstd")


def _cells(cells: Sequence[Value | None]) -> Any:
    """A column of attributes: texts, booleans or decimals."""
    from decimal import Decimal

    import pyarrow as pa

    there = [cell for cell in cells if cell is not None]
    if all(isinstance(cell, bool) for cell in there) and there:
        return pa.array(cells, pa.bool_())
    if all(isinstance(cell, int) and not isinstance(cell, bool) for cell in there) and there:
        numbers = [None if cell is None else Decimal(cell).scaleb(-6) for cell in cells]
        return pa.array(numbers, pa.decimal128(15, 6))
    texts = [None if cell is None else str(cell) for cell in cells]
    return pa.array(texts, pa.string())
