"""A pseudo-terminal with the app in it, and what it sends."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

_ROOT = Path(__file__).parents[2]
#: What Textual itself sends: colours, cursor moves, modes, queries, the title and the clipboard.
KNOWN = re.compile(
    r"\x1b\[[0-9;:?<>=]*[ -/]*[@-~]"
    r"|\x1b\][0-9]+;[^\x07\x1b]*(?:\x07|\x1b\\)"
    r"|\x1bP[^\x1b]*\x1b\\"
    r"|\x1b[()][A-B0]|\x1b[=>78]"
)


class Terminal:
    """Starts a command in a terminal of some size."""

    def __init__(
        self, words: Sequence[str], size: tuple[int, int] = (80, 24), cwd: Path = _ROOT,
        environment: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        self.pid, self.end = pty.fork()
        if self.pid == 0:
            try:
                os.chdir(cwd)
                os.environ.update({
                    "TERM": "xterm-256color", "COLORTERM": "truecolor", "PYTHONPATH": str(_ROOT),
                    "LC_ALL": "C.UTF-8", "PYTHONUTF8": "1", **(environment or {}),
                })  # fmt: skip
                os.execv(sys.executable, [sys.executable, *words])
            finally:
                os._exit(127)
        self.resize(*size)
        self.sent = b""
        self.status: int | None = None

    def resize(self, columns: int, rows: int) -> None:
        """Another size of the window."""
        fcntl.ioctl(self.end, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        os.kill(self.pid, signal.SIGWINCH)

    def read(self, seconds: float = 0.5) -> bytes:
        """Everything that comes until nothing comes for so long."""
        new = b""
        try:
            while select.select([self.end], [], [], seconds)[0]:
                part = os.read(self.end, 1 << 16)
                if not part:
                    break
                new += part
        except OSError:
            pass  # the other end is closed
        self.sent += new
        return new

    def until(self, wanted: str, seconds: float = 40) -> None:
        """Read until a text was sent, in whatever colours."""
        limit = time.monotonic() + seconds
        start = len(self.sent)
        while wanted not in KNOWN.sub("", self.sent[start:].decode("utf-8", "replace")):
            assert time.monotonic() < limit, f"{wanted!r} was not shown"
            self.read(0.1)

    def type(self, text: str) -> None:
        """Send keys."""
        os.write(self.end, text.encode())

    def wait(self, seconds: float = 20) -> int:
        """The exit code."""
        limit = time.monotonic() + seconds
        while self.status is None and time.monotonic() < limit:
            self.read(0.05)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = os.waitstatus_to_exitcode(status)
        assert self.status is not None, "it did not end"
        return self.status

    def modes(self) -> list[str]:
        """The line's own settings: what a shell needs to be as it was."""
        flags = termios.tcgetattr(self.end)[3]
        names = ("ECHO", "ICANON", "ISIG")
        return [name for name in names if flags & getattr(termios, name)]

    def close(self) -> None:
        """End whatever is left."""
        if self.status is None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.end)


def foreign(sent: bytes) -> set[str]:
    """Control and format characters among what was sent that are none of Textual's own."""
    import unicodedata

    text = KNOWN.sub("", sent.decode("utf-8", "backslashreplace"))
    return {
        char for char in text
        if unicodedata.category(char) in ("Cc", "Cf", "Zl", "Zp") and char not in "\r\n"
    }  # fmt: skip
