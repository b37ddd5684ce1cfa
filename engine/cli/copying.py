"""A pack as the beginning of another: its files, under a new name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from engine.findings import DemeritError, Finding, did_you_mean
from engine.language.neighbours import id_of, kind_of
from engine.text import quoted

_SCHEMA = re.compile(r"(?<=\$schema=)\.\./(?=(?:\.\./)*schema/)")


def pack_folder(given: Path) -> Path:
    """The folder of a pack, by its name or its path (D701 if it is none)."""
    from policies import packs

    known = packs()
    folder = known.get(str(given), given)
    if (folder / "policy.yaml").is_file():
        return folder
    hint = did_you_mean(str(given), list(known), "packs")
    raise DemeritError(Finding("D701", f"there is no pack {quoted(str(given))}", hint=hint))


def copied(folder: Path, name: str) -> Iterator[tuple[Path, bytes]]:
    """Path and content of every file of a pack, with ``name`` in the place of its policy's id.

    Its schemas are looked for in its own folder. Hidden files and links are left out.
    """
    old = id_of(folder / "policy.yaml") or folder.name
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        hidden = any(part.startswith((".", "__")) for part in inside.parts)
        if hidden or inside.parts[0] == "schema" or path.is_symlink() or not path.is_file():
            continue
        data = path.read_bytes()
        if path.suffix in (".yaml", ".yml", ".md"):
            data = _renamed(path, data.decode("utf-8"), old, name).encode("utf-8")
        yield inside, data


def _renamed(path: Path, text: str, old: str, name: str) -> str:
    if path.suffix == ".md":
        return re.sub(rf"\A# {re.escape(old)}$", f"# {name}", text, flags=re.MULTILINE)
    own = _SCHEMA.sub("", text, count=1)
    key = {"policy": "policy", "reform": "of", "audit": "of", "population": "of"}.get(
        kind_of(path) or ""
    )
    if key is None:
        return own
    said = re.compile(rf"^({key}: *[\"']?){re.escape(old)}(?=[\"']?\s*(?:#.*)?$)", re.MULTILINE)
    return said.sub(lambda found: f"{found[1]}{name}", own, count=1)
