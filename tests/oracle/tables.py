"""Reads ``cases/*.yaml``, and runs one case against an implementation of ``play``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from ruamel.yaml import YAML

from engine.language.model import Policy
from engine.language.rows import COLUMNS, Cast, Event, Person, known_at, typed_fields
from engine.values import iso_instant, parse_instant

FOLDER = Path(__file__).parent / "cases"
Play = Callable[[Sequence[tuple[int | None, Policy]], Cast | None, Sequence[Event]], dict[str, Any]]


class Case(NamedTuple):
    name: str  # file/case
    norm: str  # the sentence that it shows
    versions: tuple[tuple[int | None, Policy], ...]
    cast: Cast | None
    events: tuple[Event, ...]
    expect: dict[str, Any]


def read_cases() -> Iterator[Case]:
    """Every case of every file. All scalars are read as texts, and typed by the policy."""
    for path in sorted(FOLDER.glob("*.yaml")):
        written = YAML(typ="base", pure=True).load(path.read_text(encoding="utf-8"))
        for case in written["cases"]:
            yield _case(path.stem, written["base"], case)


def _case(file: str, base: dict[str, Any], case: dict[str, Any]) -> Case:
    unknown = set(case) - {"name", "norm", "policy", "later", "cast", "relations", "start",
                           "until", "events", "expect"}  # fmt: skip
    assert not unknown, unknown
    merged = {**base, **case.get("policy", {})}
    policy = Policy.model_validate(merged)
    later = tuple(
        (parse_instant(since), Policy.model_validate({**merged, **change}))
        for since, change in case.get("later", {}).items()
    )
    return Case(
        f"{file}/{case['name']}",
        case["norm"],
        ((None, policy), *later),
        _cast(policy, case),
        tuple(_event(policy, row, n) for n, row in enumerate(case.get("events", []), 1)),
        case["expect"],
    )


def _cast(policy: Policy, case: dict[str, Any]) -> Cast | None:
    written = case.get("cast", {"a": {"kind": "person"}})
    if written == "none":
        return None
    members = []
    for who, member in written.items():
        given = {key: value for key, value in member.items() if key != "kind"}
        declared = policy.subjects[member["kind"]].attributes
        attributes, problems = typed_fields(declared, given, "yaml", complete=False)
        assert not problems, problems
        members.append(Person(who, member["kind"], attributes))
    relations = {
        name: tuple((a, b) for a, b in pairs) for name, pairs in case.get("relations", {}).items()
    }
    until = parse_instant(case["until"]) if "until" in case else None
    return Cast(tuple(members), relations, parse_instant(case.get("start", "2031-01-01")), until)


def _event(policy: Policy, row: dict[str, Any], number: int) -> Event:
    given = {key: value for key, value in row.items() if key not in COLUMNS}
    fields, problems = typed_fields(policy.events[row["event"]].fields, given, "yaml")
    assert not problems, problems
    at = parse_instant(row["at"])
    known = parse_instant(row["known"]) if "known" in row else None
    source = row.get("source")
    return Event(
        row["who"],
        row["event"],
        at,
        known_at(policy, row["event"], source, at, known),
        fields,
        row.get("id"),
        source,
        row.get("reporter"),
        row.get("says"),
        number,
    )


def run_case(play: Play, case: Case) -> None:
    """Play a case and compare what it expects; nothing more."""
    found = play(case.versions, case.cast, case.events)
    expected = case.expect
    assert set(expected) <= {"subjects", "steps", "error"}
    wants_error = expected.get("error", "false") == "true"
    assert (found["error"] is not None) == wants_error, found["error"]
    for who, keys in expected.get("subjects", {}).items():
        shown = {key: _plain(found["subjects"][who][key]) for key in keys}
        assert shown == keys, f"{case.norm}\n{who} is {shown}, expected {keys}"
    if "steps" in expected:
        wanted = [_step(row) for row in expected["steps"]]
        assert found["steps"] == wanted, "\n".join(
            [case.norm, "found", *map(str, found["steps"]), "expected", *map(str, wanted)]
        )


def _plain(value: object) -> object:
    """The result as the texts that a case is written in."""
    return str(value) if isinstance(value, int) else value


def _step(row: list[Any]) -> dict[str, Any]:
    at, who, event, *rest = row
    more = rest[0] if rest else {}
    assert set(more) <= {"fired", "scores", "refused"}
    return {
        "at": iso_instant(parse_instant(at)),
        "who": who,
        "event": event,
        "refused": more.get("refused", "false") == "true",
        "fired": more.get("fired", []),
        "scores": more.get("scores", {}),
    }
