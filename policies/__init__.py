"""Packs: policies with their scenarios, reforms and streams, as data that any judge can play.

Nothing of the engine is imported here. A pack is a folder with a ``policy.yaml``.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import as_file, files
from pathlib import Path


def _root() -> Path:
    with as_file(files(__name__)) as folder:  # wheels are unpacked, so this is a real folder
        return Path(folder)


def packs() -> Mapping[str, Path]:
    """The packs that came with the installation, by name, in order."""
    found = (folder for folder in _root().iterdir() if (folder / "policy.yaml").is_file())
    return {folder.name: folder for folder in sorted(found)}


def find_pack(name: str) -> Path:
    """The folder of a pack. Raises ``KeyError`` for a name that is none."""
    return packs()[name]
