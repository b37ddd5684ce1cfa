"""Files that appear whole or not at all.

A user's work is never written over in place: the new text goes to a file beside it,
reaches the disk, and takes the name in one step.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from engine.findings import DemeritError, Finding
from engine.text import quoted


def unwritable(path: Path, bad: OSError) -> DemeritError:
    """The error (D529) for a file that the system does not let us write."""
    why = (bad.strerror or "it failed").lower()
    return DemeritError(
        Finding("D529", f"cannot write {quoted(str(path))}: {why}", hint="check the path")
    )


@contextmanager
def whole_file(path: Path) -> Iterator[IO[bytes]]:
    """A file to write in; it takes ``path``'s place when the block ends without an error.

    Raises :class:`DemeritError` (D529) if it cannot be written.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as bad:
        raise unwritable(path, bad) from None
    finally:
        part.unlink(missing_ok=True)
