"""What the tests of the core share: packs to play in, and lives made of generated cases."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Iterator
from pathlib import Path

from engine.store.database import Store
from policies import packs
from tests.oracle.generator import Case
from tui.session.material import Material
from tui.session.session import Session, open_scenario

SCENARIOS = sorted(
    path.relative_to(folder.parent).as_posix()
    for folder in packs().values() for path in (folder / "scenarios").glob("*.yaml")
)  # fmt: skip


def copy_packs(folder: Path) -> Path:
    """All packs in a project of their own, to be changed at will."""
    for name, pack in packs().items():
        shutil.copytree(pack, folder / name)
    (folder / "demerit.toml").touch()
    return folder


def scenario(name: str) -> Path:
    """A scenario of the packs as they are."""
    pack, _, rest = name.partition("/")
    return packs()[pack] / rest


def opened(name: str, store: Store | None = None) -> Session:
    """A session on a scenario of the packs."""
    return open_scenario(scenario(name), store or Store.in_memory())


def material_of(case: Case) -> Material:
    """A generated case as the material of a life."""
    events = tuple(e._replace(row=row) for row, e in enumerate(case.events, start=1))
    return Material("generated", case.versions, case.cast, events, {})


def texts(value: object) -> Iterator[str]:
    """Every text in a view."""
    if isinstance(value, str):
        yield value
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            yield from texts(getattr(value, field.name))
    elif isinstance(value, tuple | list):
        for item in value:
            yield from texts(item)
