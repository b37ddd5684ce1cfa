"""Events out: what is written is read back as the same events, in every format.

``known`` is written only where it is not what the policy's delays say.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import IO, Any

from engine.files import whole_file
from engine.findings import DemeritError, Finding
from engine.language.model import Event as EventType
from engine.language.rows import COLUMNS, AnyPolicy, Event, Value, every_policy, known_at, policy_at
from engine.streams.parquet import BATCH, pyarrow
from engine.streams.raw import SUFFIXES, Format, unknown_suffix
from engine.text import quoted
from engine.values import format_number, iso_instant


def write_events(
    events: Iterable[Event],
    policy: AnyPolicy,
    path: Path,
    format: Format | None = None,  # noqa: A002
) -> None:
    """Write events to a file, which appears whole or not at all; its suffix says how.

    Raises :class:`DemeritError` (D529) if the file cannot be written, or if CSV
    cannot hold a value (an empty text would come back as missing).
    """
    wanted = format or SUFFIXES.get(path.suffix.lower())
    if wanted is None:
        raise unknown_suffix(path)
    write = {"jsonl": _write_jsonl, "csv": _write_csv, "parquet": _write_parquet}[wanted]
    with whole_file(path) as file:
        write(events, policy, file)


def _own_known(event: Event, policy: AnyPolicy) -> int | None:
    """``known``, where it does not follow from the policy."""
    inferred = known_at(policy_at(policy, event.at), event.type, event.source, event.at, None)
    return None if inferred == event.known else event.known


def _columns(event: Event, known: int | None) -> Iterator[tuple[str, str | None]]:
    """The texts of a row behind its fields."""
    yield "known", None if known is None else iso_instant(known)
    yield "source", event.source
    yield "reporter", event.reporter
    yield "says", event.says


# --- JSON Lines ---------------------------------------------------------------


def event_text(event: Event, known: int | None = None) -> str:
    """The event as a line of JSON, ``known`` only if given."""
    head = (("id", event.id), ("at", iso_instant(event.at)), ("who", event.who))
    texts = [*head, ("event", event.type)]
    parts = [_member(name, text) for name, text in texts if text is not None]
    parts += [_member(name, value) for name, value in event.fields.items()]
    parts += [_member(name, text) for name, text in _columns(event, known) if text is not None]
    return "{" + ", ".join(parts) + "}"


def _member(name: str, value: Value) -> str:
    if isinstance(value, bool) or not isinstance(value, int):
        shown = json.dumps(value, ensure_ascii=False)
    else:
        shown = format_number(value)
    return f"{json.dumps(name, ensure_ascii=False)}: {shown}"


def _write_jsonl(events: Iterable[Event], policy: AnyPolicy, file: IO[bytes]) -> None:
    for event in events:
        file.write(event_text(event, _own_known(event, policy)).encode() + b"\n")


# --- CSV ----------------------------------------------------------------------


def _types(policy: AnyPolicy) -> Iterator[EventType]:
    return (event for version in every_policy(policy) for event in version.events.values())


def _field_names(policy: AnyPolicy) -> tuple[str, ...]:
    names = (name for event in _types(policy) for name in event.fields)
    return tuple(name for name in dict.fromkeys(names) if name not in COLUMNS)


def _cell(value: Value | None, name: str, event: Event) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return format_number(value)
    if not value:
        message = f"row {event.row}: CSV cannot hold the empty text of {quoted(name)}"
        hint = "an empty cell is missing; write JSON Lines or Parquet"
        raise DemeritError(Finding("D529", message, hint=hint))
    return '"' + value.replace('"', '""') + '"' if any(c in value for c in ',"\r\n') else value


def _write_csv(events: Iterable[Event], policy: AnyPolicy, file: IO[bytes]) -> None:
    names = ("id", "at", "who", "event", *_field_names(policy), *COLUMNS[4:])
    file.write(",".join(names).encode() + b"\n")
    for event in events:
        row: dict[str, Value | None] = dict(event.fields)
        row |= {"id": event.id, "at": iso_instant(event.at), "who": event.who}
        row |= {"event": event.type, **dict(_columns(event, _own_known(event, policy)))}
        file.write(",".join(_cell(row.get(n), n, event) for n in names).encode() + b"\n")


# --- Parquet ------------------------------------------------------------------


def _parquet_column(pa: Any, policy: AnyPolicy, name: str) -> tuple[Any, Callable[[Value], Any]]:
    """The type of a field's column and how a value is put there.

    A name that is a number here and a text there needs a column of texts.
    """
    types = (event.fields.get(name) for event in _types(policy))
    kinds = {declared.kind for declared in types if declared}
    if kinds == {"number"}:
        return pa.decimal128(15, 6), lambda value: Decimal(value).scaleb(-6)
    if kinds == {"boolean"}:
        return pa.bool_(), bool
    return pa.string(), _plain_text


def _plain_text(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return format_number(value) if isinstance(value, int) else value


def _write_parquet(events: Iterable[Event], policy: AnyPolicy, file: IO[bytes]) -> None:
    pa = pyarrow()
    time, text = pa.timestamp("ms", tz="UTC"), pa.string()
    columns: dict[str, tuple[Any, Callable[[Event], Any]]] = {
        "id": (text, lambda e: e.id),
        "at": (time, lambda e: e.at * 1000),
        "who": (text, lambda e: e.who),
        "event": (text, lambda e: e.type),
    }
    for name in _field_names(policy):
        kind, put = _parquet_column(pa, policy, name)
        columns[name] = kind, _field_of(name, put)
    columns["known"] = time, lambda e: _milliseconds(_own_known(e, policy))
    columns["source"] = text, lambda e: e.source
    columns["reporter"] = text, lambda e: e.reporter
    columns["says"] = text, lambda e: e.says
    schema = pa.schema([(name, kind) for name, (kind, _) in columns.items()])
    rest = iter(events)
    with pa.parquet.ParquetWriter(file, schema) as writer:
        while rows := list(islice(rest, BATCH)):
            arrays = [pa.array([get(e) for e in rows], kind) for kind, get in columns.values()]
            writer.write_batch(pa.record_batch(arrays, schema=schema))


def _field_of(name: str, put: Callable[[Value], Any]) -> Callable[[Event], Any]:
    return lambda event: put(event.fields[name]) if name in event.fields else None


def _milliseconds(instant: int | None) -> int | None:
    return None if instant is None else instant * 1000
