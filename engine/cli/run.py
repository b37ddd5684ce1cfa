"""``demerit run``: play a scenario, or a stream of events, and show what it came to."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine.cli import exits, output
from engine.cli.options import (
    JsonOption,
    LangOption,
    MatcherName,
    MatcherOption,
    ReformsOption,
    reforms_of,
)
from engine.findings import DemeritError, Finding

if TYPE_CHECKING:
    from engine.cli.run_source import Asked, Result, Source
    from engine.evaluation.records import Step
    from engine.evaluation.run import Outcome
    from engine.language.rows import Event


class StreamFormat(StrEnum):
    """How a stream is written."""

    jsonl = "jsonl"
    csv = "csv"
    parquet = "parquet"


def run(
    scenario: Annotated[
        Path | None, typer.Argument(metavar="[SCENARIO]", help="A scenario file, or PACK/SCENARIO.")
    ] = None,
    policy: Annotated[
        Path | None, typer.Option("--policy", metavar="FILE", help="A policy, to play a stream.")
    ] = None,
    events: Annotated[
        str | None,
        typer.Option("--events", metavar="FILE", help="The stream; - is standard input."),
    ] = None,
    subjects: Annotated[
        Path | None,
        typer.Option("--subjects", metavar="FILE", help="Who is there from the start of a stream."),
    ] = None,
    stream_format: Annotated[
        StreamFormat | None,
        typer.Option("--format", metavar="NAME", help="The stream's format, if its name does not"
                     " tell: jsonl, csv or parquet."),
    ] = None,
    reform: ReformsOption = None,
    matcher: MatcherOption = MatcherName.durable,
    ledger: Annotated[
        Path | None,
        typer.Option("--ledger", metavar="FILE", help="Write the ledger: .jsonl or .parquet."),
    ] = None,
    bad_rows: Annotated[
        tuple[str, Path] | None,
        typer.Option("--bad-rows", metavar="report FILE",
                     help="Set malformed rows aside in FILE and go on."),
    ] = None,
    follow: Annotated[
        bool, typer.Option("--follow", help="Wait for more events; needs --ledger FILE.jsonl.")
    ] = False,
    checkpoint: Annotated[
        Path | None,
        typer.Option("--checkpoint", metavar="FILE",
                     help="Where a followed run keeps its place; else beside its ledger."),
    ] = None,
    whole: Annotated[
        bool, typer.Option("--all", help="Show every step and everybody, however many.")
    ] = False,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Play a scenario, or a stream of events against a policy, and show what it came to."""
    from engine.cli.run_source import Asked, source_of

    asked = Asked(
        scenario, policy, events, subjects, stream_format.value if stream_format else None,
        reforms_of(reform), matcher.value, ledger, _report_of(bad_rows), follow,
        lang, checkpoint,
    )  # fmt: skip
    with ExitStack() as stack:
        source = source_of(asked, stack)
        if follow:
            from engine.cli.run_follow import followed

            result = followed(asked, source, stack, told=not as_json)
        else:
            keep = as_json or whole or source.stream is None
            result = _played(asked, source, stack, keep=keep)
    _notes(asked, source, result.outcome)
    if as_json:
        output.print_json(_interchange(asked, result))
    else:
        _show(source, result, lang, whole=whole, told=follow)
    if result.stopped:
        from engine.cli.show_findings import show_findings

        show_findings(result.stopped, result.files)
        exits.leave(exits.BAD_USE)


def _report_of(given: tuple[str, Path] | None) -> Path | None:
    from engine.cli.run_source import bad_use

    if given is None:
        return None
    mode, path = given
    if mode != "report":
        raise bad_use(f"`--bad-rows` cannot `{mode}` rows", "write `--bad-rows report FILE`")
    return path


def _played(asked: Asked, source: Source, stack: ExitStack, *, keep: bool) -> Result:
    """Play the events; a file whose rows are out of order is sorted and played anew."""
    from engine.streams.order import OutOfOrder

    try:
        return _play_through(asked, source, _with_progress(source, stack), keep=keep)
    except OutOfOrder:
        if source.again is None:
            raise
        return _play_through(asked, source, source.again(), keep=keep)


def _play_through(asked: Asked, source: Source, events: Iterable[Event], *, keep: bool) -> Result:
    """Feed the events to a run; what stops it leaves the ledger as it stands."""
    from engine.cli.run_source import Result
    from engine.cli.timeline import LONG
    from engine.evaluation.run import Run
    from engine.streams.ledger_file import ledger_file
    from engine.streams.order import OutOfOrder

    last: deque[Step] = deque(maxlen=None if keep else LONG)
    with ledger_file(asked.ledger, source.versions) as sink:

        def take(step: Step) -> None:
            last.append(step)
            if sink.on_step is not None:
                sink.on_step(step)

        going = Run(source.versions, source.cast, asked.matcher, sink.write, False, take)
        stopped: tuple[Finding, ...] = ()
        files: Mapping[str, str] = {}
        try:
            for event in events:
                if not going.feed(event):
                    break
        except OutOfOrder:
            raise
        except DemeritError as bad:  # of a row of the stream
            stopped, files = bad.findings, bad.files
        else:
            going.advance_to_end()
        made = Result.of(going.finish(), last, source)
    return Result(made.outcome, made.steps, stopped, files) if stopped else made


# --- showing --------------------------------------------------------------------------


def _with_progress(source: Source, stack: ExitStack) -> Iterable[Event]:
    """The same events, counted on standard error if that is a terminal."""
    if source.stream is None or not output.err().is_terminal:
        return source.events
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    progress = stack.enter_context(
        Progress(TextColumn("playing", markup=False), BarColumn(),
                 TextColumn("{task.completed:,} events", markup=False), TimeElapsedColumn(),
                 console=output.err(), transient=True)
    )  # fmt: skip
    task = progress.add_task("", total=_rows(source.stream))

    def counted() -> Iterator[Event]:
        for number, event in enumerate(source.events, 1):
            if number % 256 == 0:
                progress.update(task, completed=number)
            yield event

    return counted()


def _rows(stream: Path | str) -> int | None:
    """About how many rows a file has, from its line ends; ``None`` where they do not tell."""
    path = Path(stream)
    if stream == "-" or not path.is_file() or path.suffix.lower() in (".parquet", ".pq"):
        return None
    with path.open("rb") as file:
        return sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(1 << 20), b""))


def _notes(asked: Asked, source: Source, outcome: Outcome) -> None:
    notes = list(outcome.notes)
    if source.aside:
        rows = "1 row was" if len(source.aside) == 1 else f"{len(source.aside)} rows were"
        notes.append(f"{rows} set aside, with the reasons, in {asked.bad_rows}")
    for note in notes:
        output.err().print(output.text(("note: ", "bold"), note), soft_wrap=True)


def _interchange(asked: Asked, result: Result) -> dict[str, object]:
    from engine.evaluation.ledger import interchange

    made = interchange(result.outcome.hash, result.outcome.standings, result.steps)
    if asked.follow and asked.ledger is not None:
        from engine.cli.run_follow import steps_of_ledger

        made["steps"] = steps_of_ledger(asked.ledger)
    return made


def _show(source: Source, result: Result, lang: str | None, *, whole: bool, told: bool) -> None:
    """The whole run; its steps may have been told already."""
    from engine.cli.timeline import show_standings, show_steps
    from engine.evaluation.spoken import spoken_step

    outcome = result.outcome
    if not told:
        output.heading(source.title)
        output.say()
        steps = [spoken_step(step, lang) for step in result.steps]
        show_steps(steps, outcome.count, whole=whole)
    if outcome.standings:
        output.say()
        show_standings(outcome.standings, whole=whole)
    if outcome.count:
        output.say()
    count = outcome.count
    output.say((f"{count} step{'' if count == 1 else 's'}, ledger {outcome.hash}", "dim"))
