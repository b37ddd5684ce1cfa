"""Which files lie around a file, and what kind each is by its first key."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from engine.language.paths import project_root

#: First key of a file → the kind of the file.
FIRST_KEYS = {
    "policy": "policy",
    "scenario": "scenario",
    "reform": "reform",
    "audit": "audit",
    "population": "population",
    "sift": "sift",
    "cast": "subjects",
    "relations": "subjects",
    "start": "subjects",
    "until": "subjects",
}
_FIRST_KEY = re.compile(r"^(?:\ufeff)?([A-Za-z_-]+) *:(?: |$)", re.MULTILINE)
_PEEK = 4096  # characters that are looked at for the first key


def kind_of(path: Path) -> str | None:
    """The kind of a YAML file by its first key, looking no further; ``None`` if unknown."""
    if not path.is_file():  # opening a pipe would wait for its writer
        return None
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            start = file.read(_PEEK)
    except OSError:
        return None
    for line in start.split("\n"):
        if line.strip() and not line.lstrip("\ufeff").startswith(("#", "---")):
            found = _FIRST_KEY.match(line)
            return FIRST_KEYS.get(found[1]) if found else None
    return None


def yaml_files(folder: Path) -> Iterator[Path]:
    """Every YAML file below a folder, in order; hidden folders and links are passed over."""
    for here, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(here) / name
            if path.suffix in (".yaml", ".yml") and not name.startswith(".") and path.is_file():
                yield path


def policy_of(file: Path, policy_id: str) -> Path | None:
    """The policy with an id, for a reform or an audit of it; its path is a real one.

    It is looked for in the folders above the file, the nearest first, up to the root of the
    project; then below the file's own folder.
    """
    folder = file.resolve().parent
    root = project_root(folder)
    while True:
        for path in sorted(folder.glob("*.yaml")):
            if kind_of(path) == "policy" and id_of(path) == policy_id:
                return path
        if folder in (root, folder.parent):
            break
        folder = folder.parent
    beside = (path for path in yaml_files(file.resolve().parent) if kind_of(path) == "policy")
    return next((path for path in beside if id_of(path) == policy_id), None)


def id_of(policy: Path) -> str | None:
    """What a policy file says its id is, looking no further."""
    with policy.open(encoding="utf-8", errors="replace") as file:
        for line in file:
            key, _, value = line.partition(":")
            if key == "policy":
                return value.split("#")[0].strip().strip("\"'")
    return None
