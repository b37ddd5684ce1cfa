"""Results of a partition as one file, and all of them together as a summary.

A file ``part-NNNNN.result.parquet`` has one row a subject, sorted by id; sums stand in its
metadata. A ledger, where asked for, is ``part-NNNNN.ledger.parquet`` beside it: one row a
line of a subject's path.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from engine.files import whole_file
from engine.population.path import WORDS
from engine.population.shape import DIGEST, ENGINE, FIXED, JOINED, MISSING, NOTIFIED, REFUSED, Shape

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Words = npt.NDArray[np.int64]

_KEY = b"demerit.result"
_HEX = 16  # a digest as unsigned hexadecimal


class _People(Protocol):
    ids: list[str]
    groups: list[str]


class Work(Protocol):
    """What was found out about a partition."""

    people: Any
    rows: Words
    sums: Words
    events: int
    carried: dict[str, int]
    errors: dict[str, str]
    lines: list[Words] | None


def result_name(number: int) -> str:
    """The file of a partition's result."""
    return f"part-{number:05d}.result.parquet"


def ledger_of(path: Path) -> Path:
    """The ledger that lies beside a result."""
    return path.with_name(path.name.replace(".result.", ".ledger."))


@dataclass(frozen=True)
class PartitionResult:
    """One partition's result: small; its rows stay on the disk."""

    path: str
    subjects: int
    events: int
    sums: tuple[int, ...]
    carried: Mapping[str, int]  # why → components that the step engine played
    errors: Mapping[str, str]  # subject → what stopped its component (the first hundred)
    failed: int  # subjects whose component stopped with an error

    @classmethod
    def read(cls, path: Path, signature: str | None = None) -> PartitionResult | None:
        """The result in a file; None if there is none, or if it answers another question."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        try:
            kept = json.loads((pq.read_schema(path).metadata or {})[_KEY])
            if signature is not None and kept["signature"] != signature:
                return None
            return cls(str(path), kept["subjects"], kept["events"], tuple(kept["sums"]),
                       kept["carried"], kept["errors"], kept["failed"])  # fmt: skip
        except (OSError, KeyError, ValueError, pa.ArrowException):
            return None


def signature_of(path: Path) -> str:
    """Which question a result answers, and of which files; "" if it does not say."""
    import pyarrow.parquet as pq

    kept = json.loads((pq.read_schema(path).metadata or {}).get(_KEY, b"{}"))
    return str(kept.get("signature", ""))


def columns_named(shape: Shape) -> list[str]:
    """Names of the columns behind the fixed ones."""
    return [
        *(f"score.{name}" for name in shape.scores),
        *(f"has.{name}" for name in shape.measures),
        *(f"listed.{name}" for name in shape.registries),
    ]


def write_result(path: Path, signature: str, shape: Shape, work: Work) -> PartitionResult:
    """Put a partition's result down: the ledger first, then the result, each whole."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    path.parent.mkdir(parents=True, exist_ok=True)
    ids = pa.array(work.people.ids, pa.string())
    order = np.array(sorted(range(len(ids)), key=work.people.ids.__getitem__), dtype=np.int64)
    rows = work.rows[order]
    columns = {
        "id": ids.take(order),
        "group": pa.array(work.people.groups, pa.string()).take(order).dictionary_encode(),
        "digest": pa.array(rows[:, DIGEST]),
        "joined": pa.array(rows[:, JOINED].astype(bool)),
        "refused": pa.array(rows[:, REFUSED]),
        "notified": pa.array(rows[:, NOTIFIED]),
        "engine": pa.array(rows[:, ENGINE].astype(bool)),
    }
    many = len(shape.scores)
    for at, name in enumerate(columns_named(shape)):
        values = rows[:, FIXED + at]
        if at < many:
            columns[name] = pa.array(values, mask=values == MISSING)
        else:
            columns[name] = pa.array(values.astype(bool))
    kept = {
        "signature": signature,
        "subjects": len(ids),
        "events": work.events,
        "sums": work.sums.tolist(),
        "carried": work.carried,
        "errors": dict(sorted(work.errors.items())[:100]),
        "failed": len(work.errors),
    }
    if work.lines is not None:
        _write_ledger(ledger_of(path), ids, work.lines)
    table = pa.table(columns).replace_schema_metadata({_KEY: json.dumps(kept).encode()})
    with whole_file(path) as file:
        pq.write_table(table, file, compression="zstd")
    found = PartitionResult.read(path, signature)
    assert found is not None
    return found


def _write_ledger(path: Path, ids: Any, lines: Sequence[Words]) -> None:
    """All lines: whose, what kind, which rule, score, measure or list, when, what value."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    every = np.concatenate(lines) if lines else np.zeros((0, 5), dtype=np.int64)
    kinds = pa.array(WORDS, pa.string())
    table = pa.table({
        "who": pa.DictionaryArray.from_arrays(pa.array(every[:, 0].astype(np.int32)), ids),
        "kind": pa.DictionaryArray.from_arrays(pa.array(every[:, 1].astype(np.int32)), kinds),
        "index": pa.array(every[:, 2].astype(np.int32)),
        "at": pa.array(every[:, 3]),
        "value": pa.array(every[:, 4]),
    })  # fmt: skip
    with whole_file(path) as file:
        pq.write_table(table, file, compression="zstd")


# --- together -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Summary:
    """What a whole simulation came to; the same however it was divided."""

    shape: Shape
    subjects: int
    events: int
    hash: str  # SHA-256 over (id, digest, finals) of every subject, sorted by id
    sums: tuple[int, ...]
    carried: Mapping[str, int]
    errors: Mapping[str, str]
    failed: int

    def fired(self, rule: int, group: int | None = None) -> int:
        """How often a rule fired."""
        return self._sum(rule, group)

    def begun(self, measure: int, group: int | None = None) -> int:
        """How often a measure began."""
        return self._sum(len(self.shape.rules) + measure, group)

    def graded(self, tick: int, rung: int, group: int | None = None) -> int:
        """How many had a grade at a period's end; rungs count through all ladders."""
        first = self.shape.counts_at // len(self.shape.groups)
        return self._sum(first + tick * self.shape.rungs + rung, group)

    def moved(self, tick: int, move: int, group: int | None = None) -> int:
        """How many went from one grade to another in a period."""
        first = self.shape.flows_at // len(self.shape.groups)
        return self._sum(first + tick * self.shape.moves + move, group)

    def _sum(self, place: int, group: int | None) -> int:
        many = len(self.shape.groups)
        if group is not None:
            return self.sums[place * many + group]
        return sum(self.sums[place * many : (place + 1) * many])


def merge(results: Iterable[PartitionResult], shape: Shape) -> Summary:
    """All results together; their order does not matter."""
    found = sorted(results, key=lambda one: one.path)
    sums = [0] * shape.sums
    carried: dict[str, int] = {}
    errors: dict[str, str] = {}
    for one in found:
        sums = [a + b for a, b in zip(sums, one.sums, strict=True)]
        for why, many in one.carried.items():
            carried[why] = carried.get(why, 0) + many
        errors.update(one.errors)
    return Summary(
        shape, sum(one.subjects for one in found), sum(one.events for one in found),
        _hash([Path(one.path) for one in found]), tuple(sums), dict(sorted(carried.items())),
        dict(sorted(errors.items())[:100]), sum(one.failed for one in found),
    )  # fmt: skip


def group_sizes(results: Iterable[PartitionResult]) -> dict[str, int]:
    """How many subjects each group has, by its name, sorted; "" for those of no group."""
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    sizes: dict[str, int] = {}
    for one in results:
        found = pq.read_table(one.path, columns=["group"])["group"]
        for counted in pc.value_counts(found).to_pylist():
            name = str(counted["values"] or "")
            sizes[name] = sizes.get(name, 0) + counted["counts"]
    return dict(sorted(sizes.items()))


def read_rows(paths: Sequence[Path]) -> Any:
    """The rows of all subjects as one Arrow table, sorted by id."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    if not paths:
        return None
    tables = [pq.read_table(path).replace_schema_metadata(None) for path in paths]
    whole = pa.concat_tables(tables).unify_dictionaries()
    return whole.sort_by("id") if len(paths) > 1 else whole


def _hash(paths: Sequence[Path]) -> str:
    """One hash over every subject, sorted by id: who, the path's digest, what it came to."""
    import numpy as np

    digest = hashlib.sha256()
    table = read_rows(paths)
    if table is None:
        return digest.hexdigest()
    for name in table.column_names:
        if name in ("group", "engine"):
            continue  # who judged it must not matter
        column = table[name]
        digest.update(name.encode() + b"\0")
        if name == "id":
            digest.update("\n".join(column.to_pylist()).encode())
        else:
            missing = MISSING if name.startswith("score.") else 0
            cells = column.cast("int64").fill_null(missing).combine_chunks()
            digest.update(np.asarray(cells, dtype="<i8").tobytes())
    return digest.hexdigest()
