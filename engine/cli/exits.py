"""Exit codes, the same for every command."""

from __future__ import annotations

from typing import NoReturn

GOOD = 0  # all is well
FOUND = 1  # findings, failed expectations, coverage below its threshold
BAD_USE = 2  # bad arguments, bad input, or a run that had to stop
FAULT = 3  # demerit itself is at fault
INTERRUPTED = 130
PIPE_CLOSED = 141


def leave(code: int) -> NoReturn:
    """End the command with an exit code; nothing is printed."""
    import typer

    raise typer.Exit(code)
