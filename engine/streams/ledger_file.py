"""The ledger as a file: JSON Lines as it is hashed, or flat columns in Parquet.

Either appears whole or not at all: it is written beside its place and moved there when
the run is over, also when the run had to stop.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from engine.evaluation.records import Step
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
    file cannot be written, D506 if Parquet is not installed.
    """
    if path is None:
        yield LedgerSink()
    elif path.suffix.lower() == ".jsonl":
        with _whole(path) as file:
            yield LedgerSink(write=lambda line: file.write(line.encode()))
    elif path.suffix.lower() in (".parquet", ".pq"):
        with _whole(path) as file, LedgerColumns(file, versions) as columns:
            yield LedgerSink(on_step=columns.add)
    else:
        message = f"cannot tell the format of the ledger by {quoted(path.suffix or path.name)}"
        raise DemeritError(Finding("D502", message, hint="name it `….jsonl` or `….parquet`"))


@contextmanager
def _whole(path: Path) -> Iterator[IO[bytes]]:
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BrokenPipeError:
        raise  # of the output, not of this file
    except OSError as bad:
        why = (bad.strerror or "it failed").lower()
        message = f"cannot write {quoted(str(path))}: {why}"
        raise DemeritError(Finding("D529", message, hint="check the path")) from None
    finally:
        part.unlink(missing_ok=True)
