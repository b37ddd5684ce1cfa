"""``$EDITOR``, run while the app stands aside."""

from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.app import SuspendNotSupported

from engine.text import quoted

if TYPE_CHECKING:
    from textual.app import App

#: Editors that take the line to go to as ``+LINE``.
_PLUS = frozenset({"vi", "vim", "nvim", "view", "nano", "emacs", "emacsclient", "kak", "micro",
                   "joe", "ne", "mg", "helix", "hx"})  # fmt: skip


def command_for(path: Path, line: int) -> list[str]:
    """The editor's command line for a file and a line of it."""
    wanted = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    try:
        words = shlex.split(wanted) or ["vi"]
    except ValueError:
        words = ["vi"]
    name = Path(words[0]).name
    if name in ("code", "codium"):
        return [*words, "--wait", "--goto", f"{path}:{line}"]
    if name in ("hx", "helix"):
        return [*words, f"{path}:{line}"]
    return [*words, f"+{line}", str(path)] if name in _PLUS else [*words, str(path)]


def edit(app: App[Any], path: Path, line: int) -> str:
    """Have a file edited; says why it cannot be done, or ""."""
    words = command_for(path, line)
    try:
        with app.suspend():
            subprocess.run(words, check=False)  # noqa: S603  # the user's own editor
    except SuspendNotSupported:
        return "no editor can be opened from here; change the file where it lies"
    except OSError as bad:
        why = (bad.strerror or "it failed").lower()
        return f"cannot run {quoted(words[0])}: {why}; set EDITOR to an editor that is there"
    return ""
