"""The ledger as a file: JSON Lines as it is hashed, or flat columns in Parquet.

Either appears whole or not at all: it is written beside its place and moved there when
the run is over, also when the run had to stop.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from engine.evaluation.records import Step
from engine.files import whole_file
from engine.findings import DemeritError, Finding
from engine.language.model import Policy
from engine.streams.ledger_columns import LedgerColumns
from engine.text import quoted

Versions = Sequence[tuple[int | None, Policy]]


@dataclass(frozen=True)
class LedgerSink:
    """What a run is given: it hands lines to ``write`` and steps to ``on_step``."""

    write: Callable[[str], object] | None = None
    on_step: Callable[[Step], None] | None = None


@contextmanager
def ledger_file(path: Path | None, versions: Versions) -> Iterator[LedgerSink]:
    """Where a run's ledger goes; nowhere for no path.

    Raises :class:`DemeritError`: D502 for a suffix that is none of a ledger, D529 if the
    file cannot be written, D527 if Parquet is not installed.
    """
    if path is None:
        yield LedgerSink()
    elif path.suffix.lower() == ".jsonl":
        with whole_file(path) as file:
            yield LedgerSink(write=lambda line: file.write(line.encode()))
    elif path.suffix.lower() in (".parquet", ".pq"):
        with whole_file(path) as file, LedgerColumns(file, versions) as columns:
            yield LedgerSink(on_step=columns.add)
    else:
        message = f"cannot tell the format of the ledger by {quoted(path.suffix or path.name)}"
        raise DemeritError(Finding("D502", message, hint="name it `….jsonl` or `….parquet`"))
