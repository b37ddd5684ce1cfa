"""Who is there, from a Parquet file: one row a subject, as `demerit generate` writes them.

Columns: ``id``, ``kind`` (may be left out where the policy has one), one for each attribute,
``relations`` (a list of ``{name, of}``: this subject is NAME of that one), and ``group`` and
``component``, which nobody here reads. ``start`` and ``until`` are in the file's metadata.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from engine.findings import DemeritError, Finding, Where, did_you_mean
from engine.language.rows import (
    AnyPolicy,
    Cast,
    Person,
    Refused,
    check_id,
    first_policy,
    policy_at,
    typed_fields,
)
from engine.streams.parquet import pyarrow
from engine.streams.raw import unreadable
from engine.text import quoted
from engine.values import BadValue, parse_instant

_OWN = ("id", "kind", "group", "component", "relations")
_START, _UNTIL = b"demerit.start", b"demerit.until"
_MOST = 20  # findings of one file


def is_subjects_table(path: Path) -> bool:
    """Whether a subjects file is a Parquet one, by its name."""
    return path.suffix.lower() in (".parquet", ".pq")


def read_subjects(path: Path, policy: AnyPolicy) -> Cast:
    """The cast of a Parquet file, in its order.

    Raises :class:`DemeritError`: D501 and D528 for a file that cannot be read, D505 for
    columns, D517 and D518 for names, and the codes of values that their types do not allow.
    """
    pa = pyarrow()
    shown = str(path)
    try:
        table = pa.parquet.read_table(path)
    except OSError as bad:
        raise unreadable(shown, bad) from None
    except (pa.ArrowException, UnicodeDecodeError) as bad:
        first = (str(bad).splitlines() or [""])[0]
        hint = "write it anew with the columns id, kind and the attributes"
        message = f"cannot read the Parquet file: {quoted(first, 120)}"
        raise _wrong(shown, "D528", message, hint) from None
    start, until = (_instant(table.schema.metadata or {}, key, shown) for key in (_START, _UNTIL))
    if start is None:
        raise _wrong(shown, "D528", "the file does not say when everybody joins",
                     "put an instant under `demerit.start` into its metadata")  # fmt: skip
    _check_columns(policy, table.column_names, shown)
    problems: list[Finding] = []
    members = tuple(_members(table, policy_at(policy, start), shown, problems))
    relations = _relations(table, {person.id for person in members}, shown, problems)
    if problems:
        raise DemeritError(problems[:_MOST])
    return Cast(members, relations, start, until)


def _wrong(shown: str, code: str, message: str, hint: str) -> DemeritError:
    return DemeritError(Finding(code, message, Where(shown, 1, 1), hint))


def _instant(metadata: Mapping[bytes, bytes], key: bytes, shown: str) -> int | None:
    written = metadata.get(key)
    if written is None:
        return None
    try:
        return parse_instant(written.decode("ascii", "replace"))
    except BadValue as bad:
        raise _wrong(shown, "D528", f"`{key.decode()}` in its metadata: {bad.message}",
                     bad.hint or "") from None  # fmt: skip


def _check_columns(policy: AnyPolicy, names: list[str], shown: str) -> None:
    declared = [str(a) for k in first_policy(policy).subjects.values() for a in k.attributes]
    known = (*_OWN, *dict.fromkeys(declared))
    problems = [
        Finding("D505", f"no kind of subject has an attribute {quoted(name)}", Where(shown, 1, 1),
                did_you_mean(name, known, "columns"))
        for name in names if name not in known
    ]  # fmt: skip
    if "id" not in names:
        problems.append(Finding("D505", "the file lacks the column `id`", Where(shown, 1, 1)))
    if problems:
        raise DemeritError(problems)


def _members(table: Any, policy: Any, shown: str, problems: list[Finding]) -> Iterator[Person]:
    names = [name for name in table.column_names if name not in _OWN]
    columns = {name: table.column(name).to_pylist() for name in names}
    kinds = table.column("kind").to_pylist() if "kind" in table.column_names else None
    only = str(next(iter(policy.subjects))) if len(policy.subjects) == 1 else None
    seen: set[str] = set()
    for row, who in enumerate(table.column("id").to_pylist(), 1):
        where = Where(shown, row, 1)
        kind = only if kinds is None else kinds[row - 1]
        try:
            if not isinstance(who, str):
                raise Refused("D511", "must be a text")
            check_id(who)
            if who in seen:
                raise Refused("D528", f"names {quoted(who)} twice", "leave one row out")
        except Refused as bad:
            problems.append(bad.finding("id", where))
            continue
        seen.add(who)
        declared = policy.subjects.get(kind)
        if declared is None:
            hint = did_you_mean(str(kind), tuple(policy.subjects), "kinds of subjects")
            message = f"row {row}: there is no kind of subject {quoted(str(kind))}"
            problems.append(Finding("D518", message, where, hint))
            continue
        given = {name: held[row - 1] for name, held in columns.items()
                 if held[row - 1] is not None}  # fmt: skip
        attributes, bad_ones = typed_fields(
            declared.attributes, given, "parquet", what="attribute", complete=False
        )
        problems.extend(finding.at(where) for finding in bad_ones)
        yield Person(who, str(kind), attributes)


def _relations(
    table: Any, known: set[str], shown: str, problems: list[Finding]
) -> dict[str, tuple[tuple[str, str], ...]]:
    if "relations" not in table.column_names:
        return {}
    made: dict[str, dict[tuple[str, str], None]] = {}
    ids = table.column("id").to_pylist()
    for row, held in enumerate(table.column("relations").to_pylist(), 1):
        for one in held or ():
            name, of = (one.get("name"), one.get("of")) if isinstance(one, dict) else (None, None)
            if not isinstance(name, str) or of not in known:
                message = f"row {row}: there is no {quoted(str(of))} to be related to"
                problems.append(Finding("D517", message, Where(shown, row, 1)))
                continue
            made.setdefault(name, {})[ids[row - 1], of] = None
    return {name: tuple(pairs) for name, pairs in made.items()}
