"""``demerit new``: a commented starter pack, or a copy of a pack, to write on."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine.cli import output
from engine.cli.options import JsonOption
from engine.findings import DemeritError, Finding
from engine.text import quoted

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

_NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*", re.ASCII)
_LONGEST = 60
_PLACE = "STARTER"  # stands for the name in the templates


def new(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="The pack's name, e.g. harbour-trust.")
    ],
    source: Annotated[
        Path | None,
        typer.Option("--from", metavar="PACK", help="Copy this pack, instead of a starter."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Create a commented starter pack in ./NAME: a policy, two scenarios, a reform.

    With --from it is a copy of a pack instead, its policy renamed to NAME.
    """
    _check_name(name)
    files = _starter(name) if source is None else _copy(source, name)
    target = Path(name)
    if os.path.lexists(target):
        raise _refused(f"there is a {quoted(name)} here already", "choose another name")
    written = _create(target, name, files)
    if as_json:
        output.print_json({"folder": name, "files": written})
        return
    output.show(output.sign("good", f"{name}/ is ready"))
    for path in written:
        output.say(path, indent=2)
    output.say()
    output.say("Try it: ", (f"demerit test {name}", "bold"), ", then open ",
               (f"{name}/policy.yaml", "bold"))  # fmt: skip


def _refused(message: str, hint: str) -> DemeritError:
    return DemeritError(Finding("D709", message, hint=hint))


def _check_name(name: str) -> None:
    if len(name) <= _LONGEST and _NAME.fullmatch(name):
        return
    mended = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:_LONGEST].strip("-")
    example = mended if _NAME.fullmatch(mended) else "harbour-trust"
    raise _refused(
        f"{quoted(name)} is not a name of a pack",
        f"use small letters, digits and hyphens, e.g. `{example}`",
    )


def _create(target: Path, name: str, files: Iterable[tuple[Path, bytes]]) -> list[str]:
    """Write the whole pack, or nothing."""
    import shutil
    import tempfile

    try:
        part = Path(tempfile.mkdtemp(prefix=f".{name}.", dir=target.parent))
        try:
            _fill(part, files)
            part.chmod(0o755)
            part.rename(target)  # fails if somebody made the folder meanwhile
        finally:
            shutil.rmtree(part, ignore_errors=True)
    except OSError as bad:
        why = (bad.strerror or "it failed").lower()
        raise _refused(f"cannot create {quoted(name)}: {why}", "check the folder") from None
    return sorted(str(path) for path in target.rglob("*") if path.is_file())


def _fill(folder: Path, files: Iterable[tuple[Path, bytes]]) -> None:
    """The files, and beside them the schemas that editors read."""
    from engine.language.schema import json_schema
    from engine.language.validate import MODELS

    schemas = (
        (Path("schema") / f"{kind}.json", f"{json.dumps(json_schema(kind), indent=2)}\n".encode())
        for kind in MODELS
    )
    for path, data in (*files, *schemas):
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)


def _copy(source: Path, name: str) -> Iterable[tuple[Path, bytes]]:
    from engine.cli.copying import copied, pack_folder

    return copied(pack_folder(source), name)


def _starter(name: str) -> Iterator[tuple[Path, bytes]]:
    from importlib.resources import files

    for path, text in _templates(files("engine.cli") / "starter"):
        yield Path(path), text.replace(_PLACE, name).encode("utf-8")


def _templates(folder: Traversable, above: str = "") -> Iterator[tuple[str, str]]:
    """Path and text of every template."""
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _templates(entry, f"{above}{entry.name}/")
        else:
            yield f"{above}{entry.name}", entry.read_text("utf-8")
