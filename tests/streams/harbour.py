"""A small policy with every type of field, and events of it for the tests of streams."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from engine.language.model import Policy
from engine.language.rows import Event, known_at
from engine.language.source import parse_text
from engine.language.validate import validate
from engine.streams.raw import BadRow
from engine.streams.reading import open_stream
from engine.text import forbidden
from engine.values import MILLION, format_number, iso_instant, parse_instant

POLICY = """\
policy: harbour
format: 1
subjects:
  citizen: {attributes: {name: text}}
institutions:
  court: {title: Court}
  ferry: {title: Ferry company, delay: 2 days}
  bank: {title: Bank, delay: 1 month}
events:
  fee.late:
    by: [ferry]
    fields:
      days: {number: {min: 0, max: 400}}
      amount: {number: {optional: true}}
      paid: {boolean: false}
  court.ruling:
    by: [bank, court]
    fields:
      level: {one_of: [low, high], optional: true}
      note: {text: {optional: true}}
      days: {text: {optional: true}}
  ferry.booked: {}
"""


def policy(text: str = POLICY) -> Policy:
    made, findings = validate(parse_text(text, "policy.yaml"), Policy)
    assert made is not None, findings
    return made


HARBOUR = policy()
T0 = parse_instant("2031-03-01")


def row(**changes: Any) -> str:
    """A good line of JSON with changes; a value of ``...`` takes the key away."""
    made = {"at": "2031-03-02", "who": "mei", "event": "fee.late", "days": 4, **changes}
    return json.dumps({key: value for key, value in made.items() if value is not ...})


def read(path: Path, **options: Any) -> list[Event]:
    return list(open_stream(path, HARBOUR, **options))


def read_bad(path: Path, **options: Any) -> tuple[list[Event], list[BadRow]]:
    bad: list[BadRow] = []
    return read(path, on_bad=bad.append, **options), bad


# --- events at random ---------------------------------------------------------

_TEXTS = st.text(
    st.characters(exclude_categories=["Cs"]).filter(lambda char: not forbidden(char)),
    min_size=1,
    max_size=12,
) | st.sampled_from(
    ['a "b" c', "x,y", "two\nlines", " ", "17", "true", "null", "=1+1", '"', "é\r\n"]
)
_IDS = st.text("abcé漢-_ .", min_size=1, max_size=6).filter(lambda text: text == text.strip())
_INSTANTS = st.integers(T0, T0 + 40 * 86_400)
_NUMBERS = st.integers(-(10**15) + 1, 10**15 - 1) | st.sampled_from([0, 1, -1, 400_000, 10**15 - 1])


def _late() -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {"days": st.integers(0, 400 * MILLION)},
        optional={"amount": _NUMBERS, "paid": st.booleans()},
    ).map(lambda given: {"days": given["days"], **_in_order(given, "amount"),
                         "paid": given.get("paid", False)})  # fmt: skip


def _in_order(given: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: given[name] for name in names if name in given}


_FIELDS: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "fee.late": _late(),
    "court.ruling": st.fixed_dictionaries(
        {}, optional={"level": st.sampled_from(["low", "high"]), "note": _TEXTS, "days": _TEXTS}
    ).map(lambda given: _in_order(given, "level", "note", "days")),
    "ferry.booked": st.just({}),
}
_SOURCES = {"fee.late": ["ferry"], "court.ruling": ["court", "bank"], "ferry.booked": ["bank"]}


@st.composite
def events(draw: Callable[..., Any], most: int = 12) -> list[Event]:
    """Events as a reader gives them: typed, with rows from 1, in any order of time."""
    made = []
    for number in range(1, draw(st.integers(0, most)) + 1):
        name = draw(st.sampled_from(sorted(_FIELDS)))
        at = draw(_INSTANTS)
        source = draw(st.none() | st.sampled_from(_SOURCES[name]))
        wait = draw(st.none() | st.integers(0, 9 * 86_400))
        known = known_at(HARBOUR, name, source, at, None if wait is None else at + wait)
        texts = [draw(st.none() | _TEXTS) for _ in range(2)]
        made.append(
            Event(draw(_IDS), name, at, known, draw(_FIELDS[name]), draw(st.none() | _IDS), source,
                  *texts, number)
        )  # fmt: skip
    return made


def timeline(rows: list[Event], start: int) -> str:
    """The events as a scenario's YAML beside ``policy.yaml``."""
    people = dict.fromkeys(event.who for event in rows)
    lines = ["scenario: some", "policy: policy.yaml", f"start: {iso_instant(start)}", "cast:"]
    lines += [f"  {json.dumps(who, ensure_ascii=False)}: {{kind: citizen}}" for who in people]
    if not people:
        lines[-1] = "cast: {}"
    lines += ["timeline:"] if rows else ["timeline: []"]
    for event in rows:
        heads = {"who": event.who, "event": event.type, "id": event.id, "source": event.source,
                 "reporter": event.reporter, "says": event.says}  # fmt: skip
        given = heads | dict(event.fields)
        parts = [f"at: {iso_instant(event.at)}", f"known: {iso_instant(event.known)}"]
        parts += [f"{key}: {_yaml(value)}" for key, value in given.items() if value is not None]
        lines.append("  - {" + ", ".join(parts) + "}")
    return "\n".join(lines) + "\n"


def _yaml(value: Any) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return format_number(value)
    return json.dumps(value, ensure_ascii=False)
