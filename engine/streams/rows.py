"""Raw rows become events: everything the policy has to say about a row is said here."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.files import unwritable
from engine.findings import DemeritError, Finding, Where, did_you_mean, nearest
from engine.language.model import Event as EventType
from engine.language.model import Policy
from engine.language.rows import (
    COLUMNS,
    AnyPolicy,
    Cast,
    Event,
    Form,
    NumberText,
    Refused,
    check_id,
    check_source,
    check_text,
    every_policy,
    first_policy,
    known_at,
    outside,
    policy_at,
    typed_fields,
)
from engine.streams.raw import BadRow, RawRow, written_text
from engine.text import quoted
from engine.values import BadValue, parse_instant

if TYPE_CHECKING:
    from engine.evaluation.run import Outcome

NEEDED = ("at", "who", "event")


def check_columns(policy: AnyPolicy, names: list[str], line: int, shown: str) -> None:
    """Refuse (D505) a header whose names are not those of this policy's rows."""
    where = Where(shown, line, 1)
    problems = []
    types = (event for version in every_policy(policy) for event in version.events.values())
    declared = {field for event in types for field in event.fields}
    known = (*COLUMNS, *sorted(declared - set(COLUMNS)))
    if len(names) == 1 and any(mark in names[0] for mark in ";\t|"):
        hint = "separate the cells by commas"
        raise DemeritError(Finding("D505", "the header is a single cell", where, hint))
    missing = [name for name in NEEDED if name not in names]
    if missing:
        words = ", ".join(quoted(name) for name in missing)
        hint = "the first line names the columns: id,at,who,event and the events' fields"
        problems.append(Finding("D505", f"the header lacks {words}", where, hint))
    for name in dict.fromkeys(names):
        if name not in known:
            message = f"no event of the policy has a field {quoted(name)}"
            hint = did_you_mean(name, known, "columns")
            problems.append(Finding("D505", message, where, hint))
        if names.count(name) > 1:
            message = f"the header has the column {quoted(name)} twice"
            problems.append(Finding("D505", message, where, "leave one out"))
    if problems:
        raise DemeritError(problems)


@lru_cache(maxsize=4096)
def _midnight(date: str) -> int:
    return parse_instant(date)


def instant_of(text: str) -> int:
    """:func:`parse_instant`, quicker for ``2031-03-02T08:10:00Z``, which most rows have."""
    if len(text) == 20 and text[10::3] == "T::Z" and text.isascii():
        hour, minute, second = text[11:13], text[14:16], text[17:19]
        if (hour + minute + second).isdigit() and hour < "24" and minute < "60" and second < "60":
            return _midnight(text[:10]) + int(hour) * 3600 + int(minute) * 60 + int(second)
    return parse_instant(text)


class _Typer:
    """What one policy makes of the rows of one form."""

    def __init__(self, policy: AnyPolicy, form: Form, cast: Cast | None) -> None:
        self._any = policy
        self._form = form
        self._members = frozenset(person.id for person in cast.members) if cast else frozenset()
        self._open = len(first_policy(policy).subjects) == 1  # others than the cast may come
        self._start = cast.start if cast else None
        self._until = cast.until if cast else None

    def event(self, raw: RawRow) -> tuple[Event | None, list[Finding]]:
        """The event of a row, or what is wrong with it."""
        problems: list[Finding] = []
        given = raw.values
        who = self._column(given, "who", problems, self._check_who)
        name = self._column(given, "event", problems, check_text)
        at = self._instant(given, "at", problems)
        known = self._instant(given, "known", problems)
        id_ = self._column(given, "id", problems, check_id)
        source = self._column(given, "source", problems, check_text)
        reporter = self._column(given, "reporter", problems, check_text)
        says = self._column(given, "says", problems, check_text)
        policy = first_policy(self._any) if at is None else policy_at(self._any, at)
        declared = policy.events.get(name) if name is not None else None
        if name is not None and declared is None:
            hint = did_you_mean(name, tuple(policy.events), "event types")
            problems.append(Finding("D508", f"there is no event type {quoted(name)}", hint=hint))
        if declared is None or name is None:
            return None, problems
        fields = self._fields(given, declared, problems)
        moment = self._known(policy, name, source, at, known, problems)
        if problems or who is None or at is None:
            return None, problems
        made = Event(who, name, at, moment, fields, id_, source, reporter, says, raw.row)
        return made, problems

    def _column(
        self,
        given: Mapping[str, Any],
        name: str,
        problems: list[Finding],
        check: Callable[[str], None],
    ) -> str | None:
        """The text of one of the columns that every row has."""
        value = given.get(name)
        if value is None and name not in NEEDED:
            return None
        try:
            if value is None:
                raise Refused("D507", "is missing", _meant(name, given))
            if not isinstance(value, str) or isinstance(value, NumberText):
                shown = f'"{value}", in quotes' if isinstance(value, NumberText) else "a text"
                raise Refused("D511", "must be a text", f"write {shown}")
            check(value)
        except Refused as bad:
            problems.append(bad.finding(name, None))
            return None
        return value

    def _check_who(self, who: str) -> None:
        check_id(who)
        if not self._open and who not in self._members:
            hint = nearest(who, self._members)
            raise Refused(
                "D517",
                f"names {quoted(who)}, who is not in the cast, and the policy has several kinds",
                f"did you mean {quoted(hint)}?" if hint else "name everybody in a subjects file",
            )

    def _instant(self, given: Mapping[str, Any], name: str, problems: list[Finding]) -> int | None:
        value = given.get(name)
        if value is None and name not in NEEDED:
            return None
        try:
            if value is None:
                raise Refused("D507", "is missing", _meant(name, given))
            if not isinstance(value, str) or isinstance(value, NumberText):
                hint = 'write it as text, e.g. "2031-03-02T08:10:00Z"'
                raise Refused("D515", "must be a date or a time, not a number", hint)
            return instant_of(value)
        except Refused as bad:
            problems.append(bad.finding(name, None))
        except BadValue as bad:
            message = f"{quoted(name)} is {quoted(str(value))}: {bad.message}"
            problems.append(Finding("D515", message, hint=bad.hint))
        return None

    def _fields(
        self, given: Mapping[str, Any], declared: EventType, problems: list[Finding]
    ) -> dict[str, Any]:
        own = {name: value for name, value in given.items() if name not in COLUMNS}
        fields, bad = typed_fields(declared.fields, own, self._form)
        problems += bad
        return fields

    def _known(
        self,
        policy: Policy,
        name: str,
        source: str | None,
        at: int | None,
        known: int | None,
        problems: list[Finding],
    ) -> int:
        try:
            if source is not None:
                check_source(policy, name, source)
        except Refused as bad:
            problems.append(bad.finding("source", None))
        if at is None:
            return 0
        try:
            moment = known_at(policy, name, source, at, known)
        except Refused as bad:
            problems.append(bad.finding("known", None))
            return at
        problems += outside(at, moment, self._start, self._until)
        return moment


def _meant(name: str, given: Mapping[str, Any]) -> str:
    close = nearest(name, [key for key in given if key not in COLUMNS])
    return f"is it {quoted(close)}?" if close else "every row has `at`, `who` and `event`"


# --- rows in order of their file ----------------------------------------------

OnBad = Callable[[BadRow], None]


class MalformedRow(DemeritError):
    """A row that cannot be played, with all that is wrong with it: the rows before it stand.

    What is wrong with a whole input (no such file, no header) is a plain
    :class:`DemeritError`. ``outcome`` is what the run had come to, if there was one.
    """

    outcome: Outcome | None = None


def typed_rows(
    raws: Iterable[RawRow],
    policy: AnyPolicy,
    form: Form,
    shown: str,
    on_bad: OnBad | None = None,
    cast: Cast | None = None,
) -> Iterator[Event]:
    """The events of the rows, in file order.

    A malformed row raises :class:`MalformedRow`, or goes to ``on_bad``. Whom ``cast`` does
    not name must be of the policy's only kind.
    """
    typer = _Typer(policy, form, cast)
    for raw in raws:
        if raw.bad is not None:
            event, problems = None, [_of_row(raw.bad)]
        else:
            event, problems = typer.event(raw)
        if event is not None:
            yield event
        elif on_bad is None:
            raise MalformedRow(placed(finding, raw, shown) for finding in problems)
        else:
            on_bad(BadRow(raw.row, reason(problems), written_text(raw.written)))


def _of_row(bad: Refused) -> Finding:
    return Finding(bad.code, f"the row {bad.message}", hint=bad.hint)


def placed(finding: Finding, raw: RawRow, shown: str) -> Finding:
    """A row's finding, with its number in words and its line as the place."""
    message = f"row {raw.row}: {finding.message}"
    return Finding(finding.code, message, Where(shown, raw.line, 1), finding.hint)


def reason(problems: Iterable[Finding]) -> str:
    """What is wrong with a row, as one text: code, message and hint of each finding."""
    return "; ".join(f"{f.code} {f.message}" + (f" ({f.hint})" if f.hint else "") for f in problems)


@contextmanager
def write_bad_rows(path: Path, *, append: bool = False) -> Iterator[OnBad]:
    """A report of bad rows as JSON Lines: row, reason and text, written as they come.

    ``append`` goes on with the report of an interrupted run: a row that it has already
    is not written again.
    """
    try:
        reported = _reported(path) if append else set()
        file = path.open("a" if append else "w", encoding="ascii", newline="\n")
    except OSError as bad:
        raise unwritable(path, bad) from None
    with file:

        def put(bad_row: BadRow) -> None:
            if bad_row.row not in reported:
                reported.add(bad_row.row)
                file.write(json.dumps(bad_row._asdict()) + "\n")
                file.flush()

        yield put


def _reported(path: Path) -> set[int]:
    """Rows of an earlier report; a last line that was cut off is taken away."""
    if not path.exists():
        return set()
    data = path.read_bytes()
    whole = data[: data.rfind(b"\n") + 1]
    if whole != data:
        with path.open("r+b") as file:
            file.truncate(len(whole))
    return {int(json.loads(line)["row"]) for line in whole.splitlines()}
