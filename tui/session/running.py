"""Lives that are played or indexed in another process, and grow meanwhile."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from platformdirs import user_cache_path

from engine.evaluation.ledger_reader import Kinds
from engine.findings import DemeritError, Finding
from tui.session.base import Base
from tui.session.edits import edit_json
from tui.session.file_tape import FileTape
from tui.session.index import load, source_of
from tui.session.jobs import Frame, Job
from tui.session.ledger_base import LedgerBase
from tui.session.life import Life
from tui.session.lives import Branch, Lives
from tui.session.material import Material


@dataclass
class _Run:
    """One life that is being worked on."""

    branch: str
    revision: int
    job: Job
    life: Life
    tape: FileTape
    ledger: Path | None  # a ledger of our own, whose name goes once it is open everywhere
    expected: int  # bytes of a saved ledger, for telling how far it is read; 0 if unknown
    size: int = 0


class Running:
    """All jobs that make lives."""

    def __init__(self) -> None:
        self._runs: list[_Run] = []

    def begin(self, base: Base, ident: str, branch: Branch, material: Material) -> None:
        """Open or play a life; ``branch`` is given a life that may still grow."""
        if isinstance(base, LedgerBase):
            self._open(base, ident, branch, material)
            return
        handle, name = tempfile.mkstemp(prefix="demerit-", suffix=".jsonl")
        os.close(handle)
        ledger = Path(name)
        tape = FileTape(ledger, kinds_of(material))
        life = Life(material, tape, events=())
        edits = [edit_json(edit) for edit in branch.key[1]]
        job = Job({**base.request(), "job": "play", "edits": edits, "ledger": name})
        branch.life = life
        self._runs.append(_Run(ident, branch.revision, job, life, tape, ledger, 0))

    def _open(self, base: LedgerBase, ident: str, branch: Branch, material: Material) -> None:
        try:
            tape = FileTape(base.path, kinds_of(material))
            source = source_of(base.path)
        except OSError as bad:
            why = (bad.strerror or "it failed").lower()
            raise DemeritError(Finding("D501", f"cannot read the ledger: {why}")) from None
        index = index_of(base.path)
        known = load(index, source)
        branch.life = life = Life(material, tape, events=())
        if known is not None:
            tape.put(*known)
            life.found_anew()
            branch.status = "ready"
            return
        job = Job({"job": "index", "path": str(base.path), "index": str(index)})
        self._runs.append(_Run(ident, branch.revision, job, life, tape, None, source["size"]))

    def poll(self, lives: Lives) -> bool:
        """Take in what has come; true if anything did."""
        changed = False
        for run in list(self._runs):
            if not lives.wanted(run.branch, run.revision):
                self._end(run)
                continue
            for frame in run.job.read():
                changed = True
                self._take(run, frame, lives)
            if run.job.over or not lives.computing(run.branch, run.revision):
                changed = True
                self._end(run)
                if lives.computing(run.branch, run.revision):
                    finding = Finding("D690", "the work on this life was broken off",
                                      hint="try again; if it stays so, tell us")  # fmt: skip
                    lives.ready(run.branch, run.revision, run.life, finding)
        return changed

    def _take(self, run: _Run, frame: Frame, lives: Lives) -> None:
        if frame.kind == "b":
            run.tape.grow(frame.payload)
            if run.ledger is not None:  # both processes have it open: it needs no name now
                run.ledger.unlink(missing_ok=True)
                run.ledger = None
            return
        data: Any = json.loads(frame.payload)
        if frame.kind == "e":
            lives.ready(run.branch, run.revision, run.life, _finding(data[0]))
            return
        error = _finding(data["error"]) if data.get("error") else None
        run.life.error = error
        lives.ready(run.branch, run.revision, run.life, error)

    def _end(self, run: _Run) -> None:
        run.job.stop()
        if run.ledger is not None:
            run.ledger.unlink(missing_ok=True)
        self._runs.remove(run)

    @property
    def progress(self) -> str:
        """What is running, in a few words; "" for nothing."""
        if not self._runs:
            return ""
        run = self._runs[0]
        steps = len(run.tape)
        if not run.expected:
            return f"playing: {steps} steps so far"
        return f"indexing {100 * run.tape.reached // run.expected} %"

    def close(self) -> None:
        """End all jobs."""
        for run in list(self._runs):
            self._end(run)


def _finding(data: dict[str, Any]) -> Finding:
    return Finding(data["code"], data["message"], None, data["hint"])


def index_of(ledger: Path) -> Path:
    """Where the index of a ledger is kept."""
    name = hashlib.sha256(str(ledger.resolve()).encode()).hexdigest()[:24]
    return user_cache_path("demerit", appauthor=False) / "index" / f"{name}.index"


def kinds_of(material: Material) -> Kinds:
    """The kinds of an event type's fields, by the first version of the policy."""
    policy = material.versions[0][1] if material.versions else None
    events = policy.events if policy is not None else {}
    known = {
        str(kind): {str(name): field.kind for name, field in event.fields.items()}
        for kind, event in events.items()
    }
    return lambda event: known.get(event, {})
