"""A ledger in flat columns: one row for each verdict and effect, for statistics.

A step in which no rule was judged and nothing was done has one row of its own
(``what`` = ``step``). The first row of each step has the whole of it as its ``line`` of the
ledger in JSON Lines, whose head stands in the file's metadata: nothing is lost, and
:func:`ledger_lines` reads it back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from engine.evaluation.ledger import canonical, clauses, head
from engine.evaluation.lines import step_line
from engine.evaluation.records import SCORE_EFFECTS, Effect, Step, Verdict
from engine.findings import Where
from engine.language.model import Policy
from engine.streams.parquet import BATCH, pyarrow

#: Column → its type: text, whole, time, number (six decimal places) or flag.
COLUMNS = {
    "step": "whole", "at": "time", "who": "text", "event": "text", "refused": "flag",
    "duplicate": "flag", "part": "whole", "trigger": "text", "subject": "text", "what": "text",
    "rule": "text", "verdict": "text", "by": "text", "condition": "text", "found": "text",
    "wanted": "text", "note": "text", "effect": "text", "target": "text", "name": "text",
    "before": "number", "after": "number", "end_before": "time", "end_after": "time",
    "detail": "text", "clause": "text", "file": "text", "line": "whole", "step_line": "text",
}  # fmt: skip

Row = dict[str, Any]
_HEAD = b"demerit.ledger"


class LedgerColumns:
    """Takes steps and writes their rows to a Parquet file, a batch at a time."""

    def __init__(self, file: IO[bytes], versions: Sequence[tuple[int | None, Policy]]) -> None:
        pa = pyarrow()
        types = {"text": pa.string(), "whole": pa.int64(), "flag": pa.bool_(),
                 "time": pa.timestamp("ms", tz="UTC"), "number": pa.decimal128(15, 6)}  # fmt: skip
        self._pa = pa
        self._types = {name: types[kind] for name, kind in COLUMNS.items()}
        about = {_HEAD: canonical(head(versions)).encode()}
        self._schema = pa.schema(list(self._types.items()), metadata=about)
        self._writer = pa.parquet.ParquetWriter(file, self._schema)
        self._rows: list[Row] = []
        self._places: list[tuple[int | None, dict[str, Where | None]]] = [
            (start, {path: clause.where for path, clause in clauses(policy).items()})
            for start, policy in versions
        ]

    def __enter__(self) -> LedgerColumns:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, bad: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self._flush()
        self._writer.close()

    def add(self, step: Step) -> None:
        """Take the rows of one step."""
        first = len(self._rows)
        self._rows.extend(self._placed(row, step.at) for row in rows_of(step))
        self._rows[first] = {**self._rows[first], "step_line": step_line(step)}
        if len(self._rows) >= BATCH:
            self._flush()

    def _placed(self, row: Row, at: int) -> Row:
        """The row with the file and line of its clause, in the version of its instant."""
        clause = row.get("clause")
        if clause is None:
            return row
        known = [places for start, places in self._places if start is None or start <= at][-1]
        where = known.get(clause)
        return row if where is None else {**row, "file": where.file, "line": where.line}

    def _flush(self) -> None:
        if not self._rows:
            return
        arrays = [
            self._pa.array([row.get(name) for row in self._rows], kind)
            for name, kind in self._types.items()
        ]
        self._writer.write_batch(self._pa.record_batch(arrays, schema=self._schema))
        self._rows.clear()


def rows_of(step: Step) -> Iterator[Row]:
    """The rows of a step; times are milliseconds since 1970 UTC."""
    head: Row = {
        "step": step.number, "at": step.at * 1000, "who": step.who, "event": step.event,
        "refused": step.refused, "duplicate": step.duplicate,
    }  # fmt: skip
    empty = True
    for number, part in enumerate(step.parts):
        own = {**head, "part": number, "trigger": part.trigger, "subject": part.who}
        for verdict in part.verdicts:
            empty = False
            yield {**own, **_verdict(verdict)}
        for effect in part.effects:
            empty = False
            yield {**own, **_effect(effect)}
    if empty:
        yield {**head, "what": "step"}


def _verdict(verdict: Verdict) -> Row:
    made: Row = {"what": "verdict", "rule": verdict.rule, "verdict": verdict.verdict,
                 "by": verdict.by, "clause": f"rules.{verdict.rule}"}  # fmt: skip
    miss = verdict.miss
    if miss is not None:
        made |= {"condition": miss.part, "found": miss.found, "wanted": miss.wanted,
                 "note": miss.note}  # fmt: skip
    return made


def _effect(effect: Effect) -> Row:
    made: Row = {"what": "effect", "effect": effect.kind, "target": effect.target,
                 "name": effect.name, "clause": effect.clause,
                 "detail": effect.detail or None}  # fmt: skip
    if effect.kind in SCORE_EFFECTS:
        made |= {"before": _decimal(effect.before), "after": _decimal(effect.after)}
    else:
        made |= {"end_before": _milliseconds(effect.before),
                 "end_after": _milliseconds(effect.after)}  # fmt: skip
    return made


def _decimal(value: int | None) -> Decimal | None:
    return None if value is None else Decimal(value).scaleb(-6)


def _milliseconds(instant: int | None) -> int | None:
    return None if instant is None else instant * 1000


def ledger_head(path: Path) -> bytes | None:
    """The head of a ledger in columns; None for a file that has none, or is no Parquet."""
    pa = pyarrow()
    try:
        with pa.parquet.ParquetFile(path) as file:
            columns, about = file.schema_arrow.names, file.schema_arrow.metadata or {}
    except (OSError, pa.ArrowException):
        return None
    return about.get(_HEAD) if "step_line" in columns else None


def ledger_lines(path: Path) -> Iterator[bytes]:
    """The lines of the steps of a ledger in columns, in order, a batch at a time.

    Raises ``OSError`` or ``pyarrow.ArrowException`` for a file that is damaged.
    """
    pa = pyarrow()
    with pa.parquet.ParquetFile(path) as file:
        for batch in file.iter_batches(BATCH, columns=["step_line"]):
            for line in batch.column(0).drop_null().to_pylist():
                yield line.encode()
