"""The stories of a session: what was sifted, and the page that is being made.

Both are worked out in a process of their own; what comes too late, of a life that is another
one meanwhile, is dropped.
"""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.files import whole_file
from engine.findings import DemeritError
from engine.language.paths import ROOT_MARKS, project_root
from engine.text import quoted, safe
from tui.session import commands as c
from tui.session.base import Base
from tui.session.edits import Edit, edit_json
from tui.session.jobs import Job
from tui.session.ledger_base import LedgerBase
from tui.session.state import UserMistake
from tui.session.storyview import PageView, Sifted, page_of, sifted_of

#: Format → what the names of its files end with.
ENDINGS = {"markdown": ".md", "html": ".html", "docx": ".docx", "ink": ".ink", "json": ".json"}
FORMS = ("chronicle", "dossier", "letters", "side-by-side", "beats")
TOLD = 20_000  # steps that a page tells at most
_KEPT = 4  # lives whose stories, and pages, that are remembered


@dataclass(frozen=True)
class Subject:
    """Which life stories are asked of. Equal keys mean the same life."""

    key: tuple[object, ...]  # branch, its revision, the language
    base: Base
    edits: tuple[Edit, ...]
    name: str  # of the branch
    total: int  # steps
    folders: tuple[Path, ...] = ()  # whose `sifts/` are a project's own


@dataclass
class _Run:
    """A job and what it is for."""

    key: tuple[object, ...]
    job: Job
    total: int
    steps: int = 0
    found: int = 0


class Stories:
    """Looks for stories, and makes pages of them."""

    def __init__(self) -> None:
        self._sifting: _Run | None = None
        self._telling: _Run | None = None
        self._sifted: dict[tuple[object, ...], Sifted] = {}
        self._pages: dict[tuple[object, ...], tuple[PageView, bytes]] = {}
        self._page: tuple[object, ...] | None = None  # the one that was asked for last

    # --- what is known ------------------------------------------------------------------------

    def sifted(self, subject: Subject) -> Sifted | None:
        """What was found in a life; ``None`` while that is not known."""
        return self._sifted.get(subject.key)

    def page(self) -> PageView | None:
        """The page that was asked for last; ``None`` while it is being made."""
        found = self._pages.get(self._page) if self._page is not None else None
        return found[0] if found is not None else None

    @property
    def progress(self) -> str:
        """What is running, in a few words; "" for nothing."""
        run = self._sifting
        if run is not None:
            far = 100 * run.steps // max(run.total, 1)
            found = f", {run.found} stories so far" if run.found else ""
            return f"sifting {min(far, 99)} %{found}"
        return "writing a page" if self._telling is not None else ""

    # --- beginning ------------------------------------------------------------------------------

    def sift(self, subject: Subject, *, again: bool = False) -> None:
        """Begin to look, unless what there is is known or being looked for."""
        running = self._sifting
        if again:
            self._sifted.pop(subject.key, None)
        if subject.key in self._sifted or (running is not None and running.key == subject.key):
            return
        self._end(running)
        folders = [str(folder) for folder in subject.folders]
        job = Job({**_asked(subject), "job": "sift", "folders": folders})
        self._sifting = _Run(subject.key, job, subject.total)

    def tell(self, subject: Subject, command: c.Tell) -> None:
        """Begin to make a page, unless it is made. Raises :class:`UserMistake`."""
        if command.form not in FORMS or command.format not in ENDINGS:
            raise UserMistake("there is no such page")
        if command.form == "dossier" and command.who is None:
            raise UserMistake("a dossier is somebody's: choose a person")
        sides = command.form == "side-by-side"
        if sides and (isinstance(subject.base, LedgerBase) or not subject.edits):
            raise UserMistake("two sides need a what-if: make one first (x), and tell it")
        self._page = (*subject.key, command)
        self._end(self._telling)
        self._telling = None
        if self._page in self._pages:
            return
        job = Job({
            **_asked(subject), "job": "tell", "form": command.form, "format": command.format,
            "whose": command.who, "first": 0 if sides else command.first,
            "last": 0 if sides else command.last, "sources": command.sources,
            "pictured": command.format == "html" and command.form == "chronicle",
            "origin": [] if sides else None, "name": subject.name,
        })  # fmt: skip
        self._telling = _Run(self._page, job, subject.total)

    # --- taking in ------------------------------------------------------------------------------

    def poll(self) -> bool:
        """Take in what has come; true if anything did."""
        changed = False
        for run in (self._sifting, self._telling):
            if run is None:
                continue
            done = False
            for frame in run.job.read():
                changed = True
                self._take(run, frame.kind, frame.payload)
                done = done or frame.kind in ("d", "e")
            if done or run.job.over:
                changed = True
                self._broken_off(run)
                self._drop(run)
        return changed

    def _take(self, run: _Run, kind: str, payload: bytes) -> None:
        data: Any = json.loads(payload)
        if kind == "p":
            run.steps, run.found = int(data[0]), int(data[1])
        elif kind == "e":
            hint = f"; {safe(str(data[0]['hint']))}" if data[0]["hint"] else ""
            self._put(run, None, f"{safe(str(data[0]['message']))}{hint}")
        else:
            self._put(run, data)

    def _put(self, run: _Run, data: Any, problem: str = "") -> None:
        if run is self._sifting:
            self._sifted[run.key] = Sifted((), 0, problem) if data is None else sifted_of(data)
            _only_some(self._sifted)
        elif data is None:
            self._pages[run.key] = PageView((), 0, problem), b""
        else:
            written = b64decode(data["data"])
            page = page_of(data["page"], data["raw"], len(written), more=data["more"])
            self._pages[run.key] = page, written
            _only_some(self._pages)

    def _broken_off(self, run: _Run) -> None:
        made = self._sifted if run is self._sifting else self._pages
        if run.key not in made:
            self._put(run, None, "the work was broken off; try again")

    def _drop(self, run: _Run) -> None:
        run.job.stop()
        if run is self._sifting:
            self._sifting = None
        else:
            self._telling = None

    def _end(self, run: _Run | None) -> None:
        if run is not None:
            run.job.stop()

    def close(self) -> None:
        """End all jobs."""
        self._end(self._sifting)
        self._end(self._telling)
        self._sifting = self._telling = None

    # --- keeping --------------------------------------------------------------------------------

    def save(self, command: c.SavePage) -> str:
        """Write the page into the project; says where. Raises :class:`UserMistake`."""
        found = self._pages.get(self._page) if self._page is not None else None
        if found is None or found[0].problem:
            raise UserMistake("there is no page yet")
        path = inside(command.path)
        if path.is_dir():
            raise UserMistake(f"{quoted(str(command.path))} is a folder; name a file in it")
        if path.exists() and not command.replace:
            raise UserMistake(f"there is a file {quoted(str(command.path))} already")
        try:
            with whole_file(path) as file:
                file.write(found[1])
        except DemeritError as bad:
            raise UserMistake(bad.findings[0].message) from None
        except (OSError, ValueError) as bad:
            raise UserMistake(f"cannot write {quoted(str(path))}: {str(bad).lower()}") from None
        return f"saved: {safe(str(command.path))}, {found[0].size} bytes"


def inside(path: Path) -> Path:
    """A path of the project as it really is. Raises :class:`UserMistake` for any other."""
    try:
        here = Path.cwd().resolve()
        root = project_root(here)
        if not any((root / mark).exists() for mark in ROOT_MARKS):
            root = here
        real = (here / path).resolve()
    except (OSError, RuntimeError, ValueError):
        raise UserMistake("that is no path") from None
    if not real.is_relative_to(root):
        raise UserMistake(f"{quoted(str(path))} leads out of the project; name a file in"
                          f" {quoted(str(root))}")  # fmt: skip
    return real


def _asked(subject: Subject) -> dict[str, Any]:
    return {**subject.base.request(), "edits": [edit_json(edit) for edit in subject.edits]}


def _only_some(kept: dict[tuple[object, ...], Any]) -> None:
    for old in list(kept)[:-_KEPT]:
        del kept[old]


def folders_of(folders: Sequence[Path | None]) -> tuple[Path, ...]:
    """Folders that there are, each once."""
    there = [folder.resolve() for folder in folders if folder is not None and folder.is_dir()]
    return tuple(dict.fromkeys(there))
