"""What stories and pictures are made of: a scenario that is played, or a saved ledger."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from engine.cli.places import policy_path, scenario_path
from engine.cli.playing import Played, load, names_of, play_scenario, show_stop
from engine.evaluation.ledger import head, step_json
from engine.evaluation.ledger_policy import policy_of
from engine.evaluation.ledger_reader import Kinds, no_kinds, read_head, read_step
from engine.evaluation.records import Step
from engine.findings import DemeritError, Finding
from engine.language.load import LoadedPolicy, load_policy
from engine.language.scenario import LoadedScenario
from engine.stories.sifting.run import unreadable
from engine.stories.source import Row, Source
from engine.text import quoted, safe

_LONGEST_HEAD = 1 << 24  # bytes
_LONGEST_LINE = 1 << 26
_decode = json.JSONDecoder().raw_decode
_PIECE = 1 << 18
_PERSONS = tuple(
    re.compile(b'"' + key + rb'":("[^"\\]*(?:\\.[^"\\]*)*")') for key in (b"who", b"target")
)


def source_of(
    given: Path, reforms: Sequence[Path] = (), policy: Path | None = None,
    matcher: str = "durable",
) -> Source:  # fmt: skip
    """The steps of a scenario or of a saved ledger, with what is known around them.

    ``policy`` is the one that a ledger is of; without it, it is looked for near the ledger
    and among the packs. Raises :class:`DemeritError` (D501, D608, D701, D952).
    """
    if given.suffix.lower() in (".jsonl", ".ndjson", ".parquet", ".pq") and given.is_file():
        if reforms:
            hint = "leave --reform out, or name its scenario"
            raise DemeritError(Finding("D952", "a saved ledger was played already", hint=hint))
        return _ledger(given, policy)
    return _scenario(given, reforms, policy, matcher)


def _scenario(given: Path, reforms: Sequence[Path], policy: Path | None, matcher: str) -> Source:
    other = policy_path(policy) if policy else None
    loaded = load(scenario_path(given), reforms, policy=other)
    played = play_scenario(loaded, matcher)
    if show_stop(played.outcome, loaded.files, played.naming):
        raise DemeritError(())
    return played_source(loaded, played)


def played_source(loaded: LoadedScenario, played: Played) -> Source:
    """A scenario that has just been played, as the source of stories."""
    steps = played.outcome.steps
    title = loaded.scenario.title or loaded.scenario.scenario  # in all its languages
    return Source(
        title, str(loaded.policy.policy.policy), lambda: iter(steps),
        lambda: map(step_json, steps), lambda: played.outcome.standings,
        frozenset(str(name) for _, made in loaded.policy.versions for name in made.penalties),
        loaded.policy.versions, loaded.cast, names_of(loaded.cast), loaded.policy.path.parent,
        loaded.scenario.about or "", played.outcome.standings,
    )  # fmt: skip


def _ledger(path: Path, policy: Path | None) -> Source:
    said = read_head(_head(path), safe(str(path)))
    name = str(said.get("policy", ""))
    loaded = _policy_of(path, said, policy)
    versions = loaded.versions if loaded else ()
    kinds = _kinds(loaded)

    def steps() -> Iterator[Step]:
        for line in _lines(path):
            yield read_step(line, kinds)

    def rows() -> Iterator[Row]:
        for line in _lines(path):
            yield read_row(line)

    return Source(f"{path.stem} — {name}", name, steps, rows, lambda: _people(path),
                  _penalties(said), versions,
                  folder=loaded.path.parent if loaded else None)  # fmt: skip


def _in_columns(path: Path) -> bool:
    return path.suffix.lower() in (".parquet", ".pq")


def _head(path: Path) -> bytes:
    """The head of a ledger, in lines or in columns; nothing of a file that has none."""
    if _in_columns(path):
        from engine.streams.ledger_columns import ledger_head

        return ledger_head(path) or b""
    with _opened(path) as file:
        return file.readline(_LONGEST_HEAD)


def _lines(path: Path) -> Iterator[bytes]:
    """The lines of a ledger behind its head. Raises :class:`DemeritError` (D501, D608)."""
    if _in_columns(path):
        yield from _lines_of_columns(path)
        return
    with _opened(path) as file:
        file.readline(_LONGEST_HEAD)
        while line := file.readline(_LONGEST_LINE):
            yield line


def _lines_of_columns(path: Path) -> Iterator[bytes]:
    from engine.streams.ledger_columns import ledger_lines
    from engine.streams.parquet import pyarrow

    try:
        yield from ledger_lines(path)
    except (OSError, pyarrow().ArrowException):
        raise unreadable(path.name.encode()) from None


def read_row(line: bytes) -> Row:
    """A line of a ledger as plain data. Raises :class:`DemeritError` (D608) if it is none."""
    try:
        text = line.decode()
        if text[:1] == "{":  # as it is written: no spaces have to be looked for
            row, end = _decode(text)
            if text[end:] not in ("\n", ""):
                row = json.loads(text)
        else:
            row = json.loads(line)
    except (ValueError, RecursionError):
        row = None
    if not isinstance(row, dict):
        raise unreadable(line)
    return row


def _people(path: Path) -> set[str]:
    """Everybody whom a ledger is about, without reading its lines as a whole."""
    found: set[bytes] = set()
    for lines in _pieces(path):
        for person in _PERSONS:
            found.update(person.findall(lines))
    try:
        return {str(json.loads(ident)) for ident in found}
    except ValueError:
        raise unreadable(b"") from None


def _pieces(path: Path) -> Iterator[bytes]:
    """A ledger behind its head, some whole lines at a time."""
    if _in_columns(path):
        yield from _lines_of_columns(path)
        return
    with _opened(path) as file:
        file.readline(_LONGEST_HEAD)
        while lines := file.read(_PIECE):
            yield lines if lines.endswith(b"\n") else lines + file.readline(_LONGEST_LINE)


def _penalties(said: Mapping[str, Any]) -> frozenset[str]:
    """The penalties that a ledger's clause table names."""
    found = set()
    for version in said["versions"]:
        clauses = version.get("clauses", {}) if isinstance(version, dict) else {}
        found |= {str(path)[10:] for path in clauses if str(path).startswith("penalties.")}
    return frozenset(found)


def _kinds(loaded: LoadedPolicy | None) -> Kinds:
    """How the fields of events are typed, by the newest version that declares each."""
    if loaded is None:
        return no_kinds
    found = {
        str(name): {str(field): leaf.kind for field, leaf in event.fields.items()}
        for _, policy in loaded.versions for name, event in policy.events.items()
    }  # fmt: skip
    return lambda event: found.get(event, {})


def _opened(path: Path) -> IO[bytes]:
    try:
        return path.open("rb")
    except OSError as bad:
        why = (bad.strerror or "it failed").lower()
        raise DemeritError(
            Finding("D501", f"cannot read {quoted(str(path))}: {why}", hint="check the path")
        ) from None


def _policy_of(path: Path, said: dict[str, Any], policy: Path | None) -> LoadedPolicy | None:
    """The policy that a ledger was made with; the one that is named must be it (D952)."""
    if policy is None:
        return policy_of(path, said)
    loaded = load_policy(policy_path(policy))
    if head(loaded.versions) != said:
        message = f"{quoted(str(policy))} is not the policy that this ledger was made with"
        hint = "name the policy as it was then; clauses, lines and reforms must be the same"
        raise DemeritError(Finding("D952", message, hint=hint))
    return loaded
