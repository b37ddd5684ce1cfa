"""What the tests of the core share: packs to play in, and lives made of generated cases."""

from __future__ import annotations

import dataclasses
import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from engine.findings import DemeritError
from engine.store.database import Store
from policies import packs
from tests.oracle.generator import Case
from tui.session import worker
from tui.session.jobs import Frame
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


class AtOnce:
    """Does in this process what a job does in its own; stands in for `jobs.Job`."""

    def __init__(self, request: Mapping[str, Any]) -> None:
        job = json.loads(json.dumps(dict(request)))
        try:
            made = Frame("d", json.dumps(worker.JOBS[job["job"]](job)).encode())
        except DemeritError as error:
            findings = [worker.finding_json(finding) for finding in error.findings]
            made = Frame("e", json.dumps(findings).encode())
        self._frames = [made]
        self.over = False

    def read(self) -> list[Frame]:
        """All that came of it, once."""
        frames, self._frames, self.over = self._frames, [], True
        return frames

    def stop(self) -> None:
        """It is done."""
