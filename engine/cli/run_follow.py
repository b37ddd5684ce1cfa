"""A run over an input that still grows: steps are told as they come, and it can be gone on with.

Stopping it (Ctrl-C, or a polite kill) leaves ledger and checkpoint in step, so that the
same command goes on where it was.
"""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from engine.cli import output
from engine.cli.run_source import Asked, Result, Source, bad_use, setting_aside
from engine.cli.timeline import step_line
from engine.evaluation.records import Step
from engine.evaluation.spoken import spoken_step
from engine.streams.resume import checkpoint_of, follow_run
from engine.streams.rows import MalformedRow


def followed(asked: Asked, source: Source, stack: ExitStack, *, told: bool) -> Result:
    """Follow the stream until it is over or we are told to stop; ``told``: step by step."""
    ledger, stream = asked.ledger, source.stream
    if ledger is None or stream is None or ledger.suffix != ".jsonl":
        raise bad_use("a run that follows its events writes a ledger as it goes",
                      "add `--ledger FILE.jsonl`")  # fmt: skip
    saved = asked.checkpoint or checkpoint_of(ledger)
    on_bad = setting_aside(asked, stack, source.aside, append=saved.exists())
    if told:
        output.heading(source.title)
        output.say()

    def show(step: Step) -> None:
        output.write(step_line(spoken_step(step, asked.lang)))

    try:
        with _asked_to_stop() as stop:
            outcome = follow_run(
                source.versions, source.cast, stream, ledger, saved=saved, matcher=asked.matcher,
                format=asked.format, on_bad=on_bad, on_step=show if told else None, stop=stop,
            )  # fmt: skip
    except MalformedRow as bad:
        if bad.outcome is None:
            raise
        return Result(bad.outcome, (), bad.findings, bad.files)
    return Result.of(outcome, (), source)


@contextmanager
def _asked_to_stop() -> Iterator[Callable[[], bool]]:
    """Whether an interrupt or a polite kill came; a second interrupt ends everything."""
    came: list[int] = []

    def note(number: int, _: FrameType | None) -> None:
        if came and number == signal.SIGINT:
            raise KeyboardInterrupt
        came.append(number)

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: bool(came)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def steps_of_ledger(ledger: Path) -> list[dict[str, Any]]:
    """The steps of ``run --json`` from a ledger file, those before a checkpoint included."""
    with ledger.open(encoding="utf-8") as file:
        next(file, None)  # its head
        return [_step(json.loads(line)) for line in file]


def _step(line: dict[str, Any]) -> dict[str, Any]:
    parts = line.get("parts", ())
    verdicts = [verdict for part in parts for verdict in part.get("verdicts", ())]
    return {
        "at": line["at"],
        "who": line["who"],
        "event": line["event"],
        "refused": line.get("refused", False),
        "fired": [verdict[0] for verdict in verdicts if verdict[1] == "fired"],
        "scores": line.get("scores", {}),
    }
