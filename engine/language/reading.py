"""The text of a small, regular UTF-8 file, or why there is none."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from engine.findings import DemeritError, Finding, Where
from engine.text import quoted

MAX_BYTES = 256 * 1024
_PATH = 300  # characters of a path that are shown


def read_text(path: Path, shown: str, asked: Where | None = None, *, links: bool = True) -> str:
    """The text of a small regular UTF-8 file, its line ends as ``\\n``, without a BOM.

    ``shown`` names the file in findings; ``asked`` is the place that names it, if one does.
    ``links=False`` refuses a symbolic link. Raises :class:`DemeritError` (D001 to D004).
    """
    flags = os.O_RDONLY
    for name in ("O_NONBLOCK", "O_CLOEXEC", "O_BINARY", *(() if links else ("O_NOFOLLOW",))):
        flags |= getattr(os, name, 0)
    try:
        handle = os.open(path, flags)
    except (OSError, ValueError) as error:
        raise DemeritError(_unreadable(error, shown, asked)) from None
    try:
        regular = stat.S_ISREG(os.fstat(handle).st_mode)
        data = _bytes(handle) if regular else b""
    except OSError as error:
        raise DemeritError(_unreadable(error, shown, asked)) from None
    finally:
        os.close(handle)
    if not regular:
        raise DemeritError(
            Finding("D002", f"{quoted(shown, _PATH)} is not a regular file", asked,
                    "name a YAML file; folders, devices and pipes are not read")
        )  # fmt: skip
    if len(data) > MAX_BYTES:
        raise DemeritError(
            Finding("D003", f"{quoted(shown, _PATH)} is larger than {MAX_BYTES // 1024} KiB", asked,
                    "split it, and join the parts with `extends`")
        )  # fmt: skip
    return _decoded(data, shown)


def _bytes(handle: int) -> bytes:
    data = b""
    while len(data) <= MAX_BYTES and (more := os.read(handle, MAX_BYTES + 1 - len(data))):
        data += more
    return data


def _unreadable(error: OSError | ValueError, shown: str, asked: Where | None) -> Finding:
    if isinstance(error, FileNotFoundError):
        return Finding("D001", f"there is no file {quoted(shown, _PATH)}", asked, "check the path")
    permission = isinstance(error, PermissionError)
    hint = "check its permissions" if permission else "check the path; links are not followed here"
    return Finding("D001", f"{quoted(shown, _PATH)} cannot be read", asked, hint)


def _decoded(data: bytes, shown: str) -> str:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
        line = before.count("\n") + 1
        where = Where(shown, line, len(before) - before.rfind("\n"))
        raise DemeritError(
            Finding("D004", "this is not UTF-8 text", where, "save the file as UTF-8")
        ) from None
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
