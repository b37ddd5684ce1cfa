"""Jobs that take long: each in a process of its own, read without waiting."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

_ROOT = Path(__file__).parents[2]
_AT_ONCE = 8 << 20  # bytes that are read from a job in one go
_HEAD = 5  # bytes before each payload


class Frame(NamedTuple):
    """What a job sent: see :mod:`tui.session.worker`."""

    kind: str
    payload: bytes


class Job:
    """One running job."""

    def __init__(self, request: Mapping[str, Any]) -> None:
        paths = [str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tui.session.worker"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
            start_new_session=True,  # an interrupt of the terminal is for the screen alone
        )  # fmt: skip
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._in, self._out = self._process.stdin, self._process.stdout
        os.set_blocking(self._out.fileno(), False)
        self._rest = bytearray()
        self.over = False  # nothing will come any more
        self._in.write(json.dumps(dict(request)).encode() + b"\n")
        self._in.flush()

    def read(self) -> list[Frame]:
        """What has come since the last look."""
        left = _AT_ONCE
        while left > 0 and not self.over:
            try:
                data = os.read(self._out.fileno(), min(left, 1 << 20))
            except BlockingIOError:
                break
            if not data:
                self.over = True
                self._process.wait()
            self._rest += data
            left -= len(data)
        return self._frames()

    def _frames(self) -> list[Frame]:
        frames = []
        start = 0
        while len(self._rest) - start >= _HEAD:
            size = int.from_bytes(self._rest[start + 1 : start + _HEAD], "big")
            end = start + _HEAD + size
            if len(self._rest) < end:
                break
            kind = chr(self._rest[start])
            frames.append(Frame(kind, bytes(self._rest[start + _HEAD : end])))
            start = end
        del self._rest[:start]
        return frames

    def stop(self) -> None:
        """End it, whatever it is doing."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        self._in.close()
        self._out.close()
        self.over = True
