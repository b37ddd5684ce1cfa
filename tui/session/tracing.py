"""Watches and conditions of the current life: worked out once, here or elsewhere."""

from __future__ import annotations

import json
from typing import Any

from tui.session.base import Base
from tui.session.edits import Edit, edit_json
from tui.session.jobs import Job
from tui.session.life import Life, played_order
from tui.session.state import Doc
from tui.session.watching import Change, Trace, Traces, trace

QUICK = 2_000  # steps of a life that is played again at once

_Asked = tuple[tuple[tuple[str, str], ...], tuple[str, ...]]  # watches, conditions


def asked(doc: Doc) -> _Asked:
    """The watches and conditions of a work."""
    watches = tuple(dict.fromkeys((w.who, w.expression) for w in doc.watches()))
    conditions = dict.fromkeys(b.value for b in doc.breakpoints() if b.kind == "condition")
    return watches, tuple(conditions)


class Tracing:
    """Remembers the last traces, and the job that makes them if it takes long."""

    def __init__(self) -> None:
        self._key: object = None
        self._life: Life | None = None  # kept so that its `id` stays its own
        self._found: Traces | None = None
        self._job: Job | None = None

    def traces(self, base: Base, life: Life, edits: tuple[Edit, ...], doc: Doc) -> Traces | None:
        """What is asked for, of one life; ``None`` while it is worked out."""
        wanted = asked(doc)
        if not any(wanted) or not life.material.playable:
            return Traces()
        key = id(life), wanted
        if self._key == key:
            return self._found
        self.close()
        self._key, self._life, self._found = key, life, None
        events = life.material.events
        if events is not None and len(life.tape) <= QUICK:
            self._found = trace(life.material, *wanted, played_order(events))
        else:
            plain = [edit_json(edit) for edit in edits]
            request = {"job": "watch", "watches": wanted[0], "conditions": wanted[1]}
            self._job = Job({**base.request(), **request, "edits": plain})
        return self._found

    def poll(self) -> bool:
        """Take in what was worked out; true if something was."""
        if self._job is None:
            return False
        found = False
        for frame in self._job.read():
            found = True
            self._found = _traces(json.loads(frame.payload)) if frame.kind == "d" else Traces()
        if self._job.over:
            self._found = self._found or Traces()
            self._job.stop()
            self._job, found = None, True
        return found

    @property
    def working(self) -> bool:
        """Whether something is being worked out elsewhere."""
        return self._job is not None

    def close(self) -> None:
        """End the job."""
        if self._job is not None:
            self._job.stop()
            self._job = None


def _traces(data: dict[str, Any]) -> Traces:
    values = {
        (who, text): Trace(tuple(Change(*change) for change in changes))
        for who, text, changes in data["values"]
    }
    became = {text: tuple(numbers) for text, numbers in data["became"].items()}
    return Traces(values, became)
