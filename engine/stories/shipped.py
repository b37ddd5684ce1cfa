"""The patterns that come with demerit, and those of a project."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from engine.language.neighbours import kind_of

_FOLDER = Path(__file__).parent / "patterns"


def shipped() -> Mapping[str, Path]:
    """The patterns that come with demerit, by name."""
    return {path.stem: path for path in sorted(_FOLDER.glob("*.yaml"))}


def patterns_of(folder: Path) -> Mapping[str, Path]:
    """The patterns under ``sifts/`` of a policy's folder, by name."""
    found = sorted((folder / "sifts").glob("*.yaml"))
    return {path.stem: path for path in found if kind_of(path) == "sift"}
