"""Which files a policy may reach, and how they are named in findings and ledgers."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

from engine.findings import Finding
from engine.language.nodes import where_of
from engine.text import quoted

#: A folder that holds one of these is the root of a project.
ROOT_MARKS = ("demerit.toml", "pyproject.toml", ".git")
_DRIVE = re.compile(r"[A-Za-z]:")
_HINT = "write a path from this file's folder, e.g. `../national-core/policy.yaml`"


def real_folder(file: Path) -> Path:
    """The folder of a file without links, or as given if there is no such thing."""
    try:
        return file.parent.resolve()
    except (OSError, RuntimeError):  # links in a circle; reading the file says so
        return file.parent.absolute()


def project_root(folder: Path) -> Path:
    """The nearest folder with a mark of a project; without one, the folder's parent."""
    for candidate in (folder, *folder.parents):
        if any((candidate / mark).exists() for mark in ROOT_MARKS):
            return candidate
    return folder.parent


def shown_name(file: Path, folder: Path, root: Path) -> str:
    """The file's name from the policy's folder, with ``/``; outside the root only its own.

    The same on every machine, because the ledger is hashed with it.
    """
    if not file.is_relative_to(root):
        return file.name
    return os.path.relpath(file, folder).replace(os.sep, "/")


def reach(text: str, folder: Path, root: Path) -> Path | Finding:
    """The file that a path written in a file of ``folder`` names, if it may be read.

    Refuses (D401) what is absolute, leaves ``root``, or passes through a link; a
    folder or a device is refused when it is read.
    """
    width = max(1, len(text))
    if not text or text.startswith("/") or "\\" in text or _DRIVE.match(text):
        return Finding("D401", f"{quoted(text)} is not a path inside the project",
                       where_of(text), _HINT, width=width)  # fmt: skip
    target = Path(os.path.normpath(folder / str(text)))
    if not target.is_relative_to(root):
        return Finding("D401", f"{quoted(text)} leads out of the project", where_of(text),
                       "keep the file under the folder that holds `demerit.toml`, or beside"
                       " the policy's own folder", width=width)  # fmt: skip
    step = root
    for part in target.relative_to(root).parts:
        step = step / part
        if _is_link(step):
            return Finding("D401", f"{quoted(text)} passes through a link", where_of(text),
                           "name the file itself; links are not followed", width=width)  # fmt: skip
    return target


def _is_link(path: Path) -> bool:
    try:
        return stat.S_ISLNK(os.lstat(path).st_mode)
    except (OSError, ValueError):
        return False  # reading it says what is wrong
