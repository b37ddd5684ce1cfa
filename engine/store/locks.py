"""Two windows never write to the same work: each claims a number of it while it is open.

The claim is a lock of the operating system, so a killed window gives it back by dying.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from pathlib import Path

from engine.findings import DemeritError, Finding
from engine.text import quoted

_MOST = 64  # windows on one work


class Lock:
    """A claim. ``instance`` is 0 for the first window on a work."""

    def __init__(self, instance: int, handle: int | None) -> None:
        self.instance = instance
        self._handle = handle

    def release(self) -> None:
        """Give the claim back."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


def claim(folder: Path | None, key: str) -> Lock:
    """The first free number of a work; without a folder there is only one window."""
    if folder is None:
        return Lock(0, None)
    name = hashlib.sha256(key.encode()).hexdigest()[:20]
    place = folder / "open"
    try:
        place.mkdir(exist_ok=True)
        for instance in range(_MOST):
            handle = os.open(place / f"{name}-{instance}", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC,
                             0o600)  # fmt: skip
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(handle)
                continue
            return Lock(instance, handle)
    except OSError as bad:
        why = (bad.strerror or "it failed").lower()
        message = f"cannot use the saved work in {quoted(str(folder))}: {why}"
        raise DemeritError(Finding("D020", message, hint="check its folder")) from None
    raise DemeritError(Finding("D020", f"this is open in {_MOST} windows already",
                               hint="close some of them"))  # fmt: skip
