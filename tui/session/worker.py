"""Long work in a process of its own: ``python -m tui.session.worker`` does one job.

The job is one line of JSON on standard input; what comes of it goes to standard output in
frames: a letter, four bytes of length, and so many bytes. ``b``: a block of an index; with
JSON ``p``: how far it is, ``d``: done, ``e``: it could not be done. When standard input is
closed, nobody waits any more, and the process ends.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import IO, Any

from engine.evaluation.ledger import canonical, head
from engine.evaluation.ledger_reader import read_head, read_step
from engine.evaluation.lines import step_line
from engine.evaluation.lowering import Plans
from engine.evaluation.matchers.plain import PlainMatcher
from engine.evaluation.records import Step
from engine.evaluation.step import Player
from engine.findings import DemeritError, Finding
from engine.language.rows import Event
from tui.session.base import base_of, events_of
from tui.session.edits import edit_of
from tui.session.index import Indexer, save, source_of
from tui.session.material import Material
from tui.session.watching import trace

PATIENCE = 0.15  # seconds between two blocks
FIRST = 200  # steps of the first block, so that there is something to see at once


def send(kind: str, payload: bytes) -> None:
    """One frame to whoever waits."""
    out = sys.stdout.buffer
    out.write(kind.encode() + len(payload).to_bytes(4, "big") + payload)
    out.flush()


def finding_json(finding: Finding) -> dict[str, Any]:
    """A finding without its place in a file, for the other process."""
    return {"code": finding.code, "message": finding.message, "hint": finding.hint}


class _Reporter:
    """Sends blocks now and then."""

    def __init__(self, before: Callable[[], None] = lambda: None) -> None:
        self.indexer = Indexer()
        self._before = before  # what must be on its way before a block is
        self._next = FIRST
        self._last = time.monotonic()

    def add(self, step: Step, offset: int) -> None:
        self.indexer.add(step, offset)
        count = len(self.indexer.offsets)
        if count >= self._next:
            now = time.monotonic()
            if count == FIRST or now - self._last > PATIENCE:
                self.send()
                self._last = now
            self._next = count + FIRST

    def send(self) -> None:
        self._before()
        send("b", self.indexer.cut())


def index(job: Mapping[str, Any]) -> dict[str, Any]:
    """Read a saved ledger to its end, and keep its index."""
    path = Path(job["path"])
    source = source_of(path)
    reporter = _Reporter()
    with path.open("rb") as file:
        line = file.readline()
        read_head(line, str(path))
        place = len(line)
        try:
            for line in file:
                reporter.add(read_step(line), place)
                place += len(line)
        finally:  # what could be read is shown, whatever comes behind it
            reporter.send()
    save(Path(job["index"]), reporter.indexer.whole(source))
    return {}


# --- playing --------------------------------------------------------------------------


def play(job: Mapping[str, Any]) -> dict[str, Any]:
    """Play a life into a ledger file."""
    base = base_of(job)
    material = base.material(tuple(edit_of(edit) for edit in job["edits"]))
    with Path(job["ledger"]).open("wb") as file:
        reporter = _Reporter(file.flush)
        error = _play(material, events_of(base, material), file, reporter)
        reporter.send()
    return {"texts": digest(material), "error": finding_json(error) if error else None}


def _play(
    material: Material, events: Iterable[Event], file: IO[bytes], reporter: _Reporter
) -> Finding | None:
    place = 0

    def write(line: str) -> int:
        nonlocal place
        start = place
        place += file.write(line.encode())
        return start

    def take(step: Step) -> None:
        reporter.add(step, write(step_line(step)))

    write(canonical(head(material.versions)))
    try:
        player = Player(Plans(material.versions), material.cast, PlainMatcher(), take)
        player.begin()
        for event in events:
            player.feed(event)
        until = material.cast.until if material.cast else None
        if until is not None:
            player.advance(max(until, player.now or until))
    except DemeritError as stop:
        return stop.findings[0]
    return None


def digest(material: Material) -> str:
    """A hash of the texts that a material was read from."""
    import hashlib

    text = json.dumps(sorted(material.files.items()), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def watch(job: Mapping[str, Any]) -> dict[str, Any]:
    """Work out what expressions came to over a life."""
    base = base_of(job)
    material = base.material(tuple(edit_of(edit) for edit in job["edits"]))
    watches = [(str(who), str(text)) for who, text in job["watches"]]
    found = trace(material, watches, job["conditions"], events_of(base, material))
    return {
        "values": [[who, text, kept.changes] for (who, text), kept in found.values.items()],
        "became": found.became,
    }


def survey(job: Mapping[str, Any]) -> dict[str, Any]:
    """Read how a score is spread over a simulation."""
    from engine.population.record import open_kept
    from engine.population.survey import survey as surveyed
    from tui.session.crowd_rows import survey_json

    last = time.monotonic()

    def heard(behind: int, every: int) -> None:
        nonlocal last
        if time.monotonic() - last > PATIENCE:
            send("p", json.dumps([behind, every]).encode())
            last = time.monotonic()

    return survey_json(surveyed(open_kept(Path(job["path"])), job["score"], heard))


def sift(job: Mapping[str, Any]) -> dict[str, Any]:
    """Look for stories in a life."""
    from tui.session.story_jobs import sift_life

    return sift_life(job, _progress)


def tell(job: Mapping[str, Any]) -> dict[str, Any]:
    """Make a page of a life."""
    from tui.session.story_jobs import tell_life

    return tell_life(job)


def _progress(steps: int, found: int) -> None:
    send("p", json.dumps([steps, found]).encode())


JOBS: Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    "index": index, "play": play, "watch": watch, "survey": survey, "sift": sift,
    "tell": tell,
}  # fmt: skip


def main() -> None:
    """Do the job that is asked for."""
    job = json.loads(sys.stdin.buffer.readline())
    threading.Thread(target=_leave_when_alone, daemon=True).start()
    try:
        done = JOBS[job["job"]](job)
    except DemeritError as error:
        send("e", json.dumps([finding_json(f) for f in error.findings]).encode())
    except OSError as bad:
        why = (bad.strerror or "it failed").lower()
        send("e", json.dumps([finding_json(Finding("D501", f"cannot read it: {why}"))]).encode())
    else:
        send("d", json.dumps(done).encode())


def _leave_when_alone() -> None:
    sys.stdin.buffer.read()
    os._exit(1)


if __name__ == "__main__":
    main()
