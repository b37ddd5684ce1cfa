"""What a run plays: a scenario's timeline, or a stream against a policy."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from engine.cli.places import naming, policy_path, scenario_path
from engine.cli.playing import load, names_of
from engine.cli.show_findings import Naming, renamed, renamed_finding
from engine.evaluation.records import Step
from engine.evaluation.run import Outcome, in_play_order
from engine.findings import DemeritError, Finding
from engine.language.load import load_policy
from engine.language.model import Policy
from engine.language.rows import Cast, Event
from engine.language.scenario import load_subjects
from engine.language.translations import in_language, spoken

if TYPE_CHECKING:
    from engine.streams.raw import BadRow
    from engine.streams.rows import OnBad

Versions = Sequence[tuple[int | None, Policy]]


@dataclass(frozen=True)
class Asked:
    """The arguments of a run."""

    scenario: Path | None
    policy: Path | None
    events: str | None  # a path, or "-"
    subjects: Path | None
    format: str | None
    reforms: tuple[Path, ...]
    matcher: str
    ledger: Path | None
    bad_rows: Path | None  # where malformed rows go; None: they stop the run
    follow: bool = False  # the stream still grows
    lang: str | None = None  # in which texts are shown
    checkpoint: Path | None = None  # where a followed run keeps its place; None: beside its ledger


@dataclass(frozen=True)
class Source:
    """What is played: where from, by whom, and how its files are shown."""

    title: str
    versions: Versions
    cast: Cast | None
    events: Iterable[Event]
    stream: Path | Literal["-"] | None  # where the events come from; None: a scenario
    files: Mapping[str, str]
    naming: Naming
    names: Mapping[str, str]  # subject → how people call it
    aside: list[int] = field(default_factory=list)  # rows that were set aside so far
    again: Callable[[], Iterable[Event]] | None = None  # the same events, sorted, from the start


def bad_use(message: str, hint: str) -> DemeritError:
    """Arguments that do not go together."""
    return DemeritError(Finding("D706", message, hint=hint))


def source_of(asked: Asked, stack: ExitStack) -> Source:
    """What is to be played; files that stay open are closed with ``stack``."""
    if asked.scenario is not None:
        extra = (asked.policy, asked.events, asked.subjects, asked.format, asked.bad_rows,
                 asked.checkpoint)  # fmt: skip
        if asked.follow or any(option is not None for option in extra):
            raise bad_use(
                "a scenario names its own policy, cast and events",
                "to run a stream, give `--policy FILE --events FILE` and no scenario",
            )
        return _scenario(asked, asked.scenario)
    if asked.policy is None or asked.events is None:
        raise bad_use(
            "there is nothing to run", "name a scenario, or `--policy FILE --events FILE`"
        )
    if asked.checkpoint is not None and not asked.follow:
        raise bad_use("only a run that follows its events has a checkpoint", "add `--follow`")
    return _stream(asked, asked.policy, asked.events, stack)


def _scenario(asked: Asked, given: Path) -> Source:
    path = scenario_path(given)
    loaded = load(path, asked.reforms)
    scenario = spoken(loaded.scenario, asked.lang)
    title = _title(str(scenario.title or scenario.scenario), loaded.policy.policy, asked.lang)
    return Source(
        title, loaded.policy.versions, loaded.cast, in_play_order(loaded.events), None,
        loaded.files, naming(loaded.policy.path.parent, path), names_of(loaded.cast),
    )  # fmt: skip


def _subjects(path: Path, versions: Versions) -> Cast:
    """Who is there from the start: a subjects file, or the subjects of a part of a population."""
    if path.suffix.lower() not in (".parquet", ".pq"):
        return load_subjects(path, versions)
    from engine.population.reading_people import load_people

    return load_people(path, versions[0][1])


def _title(what: str, policy: Policy, lang: str | None) -> str:
    return f"{what} — {in_language(policy.title or policy.policy, lang)}"


def _stream(asked: Asked, given: Path, events: str, stack: ExitStack) -> Source:
    from engine.streams.order import in_order, sorted_events
    from engine.streams.reading import open_stream
    from engine.streams.rows import MalformedRow

    path = policy_path(given)
    name = naming(path.parent)
    try:
        loaded = load_policy(path, asked.reforms)
    except DemeritError as error:
        raise renamed(error, name) from None
    cast = _people(asked.subjects, loaded.versions) if asked.subjects else None
    stream: Path | Literal["-"] = "-" if events == "-" else Path(events)
    aside: list[int] = []
    came: Iterable[Event] = ()  # a growing stream is read by its own run
    again: Callable[[], Iterable[Event]] | None = None
    if not asked.follow:
        on_bad = setting_aside(asked, stack, aside)

        def rows() -> Iterator[Event]:
            return open_stream(stream, loaded.versions, asked.format, on_bad, cast=cast)

        def in_turn() -> Iterator[Event]:
            """Sorted; a row that stops the run does so behind those before it."""
            aside.clear()
            good: list[Event] = []
            wrong: MalformedRow | None = None
            try:
                good.extend(rows())
            except MalformedRow as bad:
                wrong = bad
            yield from sorted_events(good)
            if wrong is not None:
                raise wrong

        if stream == "-":  # what flows by cannot be read a second time
            came = _begun(in_turn())
        else:
            came, again = _begun(in_order(rows())), in_turn
    title = _title("standard input" if stream == "-" else events, loaded.policy, asked.lang)
    return Source(
        title, loaded.versions, cast, came, stream, loaded.files, name, names_of(cast), aside,
        again,
    )  # fmt: skip


def _people(path: Path, versions: Versions) -> Cast:
    """The cast of a subjects file, YAML or Parquet."""
    from engine.streams.subjects import is_subjects_table, read_subjects

    return (
        read_subjects(path, versions) if is_subjects_table(path) else load_subjects(path, versions)
    )


def setting_aside(
    asked: Asked, stack: ExitStack, aside: list[int], *, append: bool = False
) -> OnBad | None:
    """Where malformed rows go, if they are set aside; their numbers go to ``aside`` too.

    ``append`` goes on with the report of an earlier run.
    """
    if asked.bad_rows is None:
        return None
    from engine.streams.rows import write_bad_rows

    put = stack.enter_context(write_bad_rows(asked.bad_rows, append=append))

    def on_bad(bad: BadRow) -> None:
        aside.append(bad.row)
        put(bad)

    return on_bad


def _begun(events: Iterator[Event]) -> Iterator[Event]:
    """The same events, the first already read: what cannot be opened fails here.

    A first row that is wrong fails when it is its turn, as any other row does.
    """
    from engine.streams.rows import MalformedRow

    try:
        first = next(events, None)
    except MalformedRow as bad:
        return _failing(bad)
    return chain(() if first is None else (first,), events)


def _failing(bad: DemeritError) -> Iterator[Event]:
    raise bad
    yield  # an iterator that gives nothing


@dataclass(frozen=True)
class Result:
    """What a run came to, and what stopped it."""

    outcome: Outcome
    steps: tuple[Step, ...]  # all, or the last of a long run
    stopped: tuple[Finding, ...]  # empty if it came to its end
    files: Mapping[str, str]

    @classmethod
    def of(cls, outcome: Outcome, steps: Iterable[Step], source: Source) -> Result:
        """A result whose finding, if there is one, names files as they are shown."""
        if outcome.error is None:
            return cls(outcome, tuple(steps), (), {})
        finding = renamed_finding(outcome.error, source.naming)
        files = {source.naming(file): text for file, text in source.files.items()}
        return cls(outcome, tuple(steps), (finding,), files)
