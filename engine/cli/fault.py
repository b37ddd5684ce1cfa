"""A fault of demerit itself: one line for the user, a report file for whoever mends it."""

from __future__ import annotations

import platform
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path

from engine import __version__
from engine.text import safe


def report(error: BaseException) -> None:
    """Write the report, and say on standard error where it is."""
    what = safe(f"{type(error).__name__}: {error}")[:200]
    place = _written(error)
    where = f"; a report is in {place}" if place else ""
    print(f"demerit: this is a fault of demerit ({what}){where}", file=sys.stderr)  # noqa: T201


def _written(error: BaseException) -> Path | None:
    from platformdirs import user_log_path

    now = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
    lines = [
        f"demerit {__version__}, Python {platform.python_version()}, {platform.platform()}\n",
        f"arguments: {sys.argv[1:]}\n\n",
        *traceback.format_exception(error),
    ]
    try:
        folder = user_log_path("demerit", ensure_exists=True)
        path = folder / f"fault-{now}.txt"
        path.write_text("".join(lines), "utf-8")
    except OSError:
        return None
    return path
