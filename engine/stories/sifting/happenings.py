"""What one row of a ledger did, person by person, in the order of a story.

A row is a step as plain data, as it stands in a ledger's line. Only kinds of happenings that
somebody waits for are made; everything else is read when it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from sys import intern
from typing import Any

from engine.language.happenings import KINDS
from engine.values import DAY, parse_iso, parse_number

Row = Mapping[str, Any]
Kept = dict[str, Any]  # of a row, what later steps can ask for

_ORDER = {kind: place for place, kind in enumerate(KINDS)}
_MEASURE = {"began": "began", "extended": "extended", "restarted": "extended", "ended": "ended",
            "turned-away": "turned-away", "listed": "listed", "unlisted": "unlisted",
            "message": "told", "notice": "told"}  # fmt: skip
_SCORE = {"undo": "undone", "clamp": "swallowed", "lapse": "lapsed"}
_KEPT = ("input", "cause", "refused", "duplicate")  # of a row, if they are there
_LASTING = ("at", "id", "source", "reporter")  # of an event, once its row is past
_NO_NETS: Mapping[str, int] = {}
_MOVES = frozenset({"add", "set", "undo", "clamp", "lapse", "drift"})
CLOCK = frozenset({"join", "drift", "lapse", "end", "review", "every"})


class Happening:
    """One thing that happened to one person. ``what`` is named by :data:`KINDS`."""

    __slots__ = ("after", "at", "before", "clause", "kind", "row", "score", "step", "what", "who")

    def __init__(
        self, kind: str, who: str, row: Kept, at: int, what: str = "", clause: str = "",
        score: str = "", before: int | None = None, after: int | None = None,
    ) -> None:  # fmt: skip
        self.kind = kind
        self.who = who
        self.row = row
        self.at = at  # seconds since 1970 UTC
        self.step: int = row["step"]
        self.what = what
        self.clause = clause
        self.score = score
        self.before = before  # millionths
        self.after = after

    @property
    def change(self) -> int | None:
        """By how much a score moved, in millionths."""
        if self.before is None or self.after is None:
            return None
        return self.after - self.before


def _place(happening: Happening) -> int:
    return _ORDER[happening.kind]


def happenings(given: Row, at: int, wanted: frozenset[str]) -> list[Happening]:
    """All happenings of the wanted kinds in a row, in the order of their kinds."""
    made: list[Happening] = []
    row: Kept = {"step": given["step"], "who": intern(given["who"]),
                 "event": intern(given["event"])}  # fmt: skip
    for key in _KEPT:
        if key in given:
            row[key] = given[key]
    parts = given.get("parts", ())
    moved: dict[tuple[str, str], list[str]] = {}
    first = True
    for part in parts:
        if "effects" in part:
            _effects(part["effects"], row, at, wanted, made, moved)
        if first:
            first = False
        else:
            _raised(part, row, at, wanted, made, moved)
        if "verdicts" in part and ("fired" in wanted or "excepted" in wanted):
            _verdicts(part, row, at, wanted, made)
    nets = _nets(moved, row, at, wanted, made) if moved else _NO_NETS
    if "duplicate" not in row:
        _event(row, at, wanted, made, nets)
    if len(made) > 1:
        made.sort(key=_place)
    return made


def slim(row: Kept) -> None:
    """Let go of the fields of an event, which no later step asks for."""
    given = row.get("input")
    if given and "fields" in given:
        row["input"] = {key: given[key] for key in _LASTING if key in given}


def _event(
    row: dict[str, Any],
    at: int,
    wanted: frozenset[str],
    made: list[Happening],
    nets: Mapping[str, int],
) -> None:
    """The event of the step itself; ``change`` is what it did to all scores of the person."""
    kind = "refused" if "refused" in row else "event"
    event = row["event"]
    if kind in wanted and event not in CLOCK:
        who = row["who"]
        made.append(Happening(kind, who, row, at, event, "", "", 0, nets.get(who, 0)))


def _effects(
    effects: Iterable[Mapping[str, Any]], row: Kept, at: int, wanted: frozenset[str],
    made: list[Happening], moved: dict[tuple[str, str], list[str]],
) -> None:  # fmt: skip
    for effect in effects:
        kind = effect["kind"]
        if kind in _MOVES:
            key = intern(effect["target"]), intern(effect["name"])
            found = moved.get(key)
            if found is None:
                moved[key] = [effect["before"], effect["after"], intern(effect["clause"])]
            else:
                found[1] = effect["after"]
            if kind in _SCORE and (kind := _SCORE[kind]) in wanted:
                made.append(
                    Happening(kind, key[0], row, at, key[1], effect["clause"], key[1],
                              parse(effect["before"]), parse(effect["after"]))
                )  # fmt: skip
            continue
        kind = _MEASURE.get(kind)
        if kind is not None and kind in wanted:
            made.append(Happening(kind, intern(effect["target"]), row, at, intern(effect["name"]),
                                  intern(effect["clause"])))  # fmt: skip


def _nets(
    moved: Mapping[tuple[str, str], list[str]], row: Kept, at: int, wanted: frozenset[str],
    made: list[Happening],
) -> dict[str, int]:  # fmt: skip
    """What moved each score as a whole; its clause is that of the first effect."""
    nets: dict[str, int] = {}
    for (who, score), (first, last, clause) in moved.items():
        if first == last:
            continue
        before, after = parse(first), parse(last)
        nets[who] = nets.get(who, 0) + after - before
        kind = "rose" if after > before else "fell"
        if kind in wanted:
            made.append(Happening(kind, who, row, at, score, clause, score, before, after))
    return nets


def _raised(
    part: Mapping[str, Any], row: Kept, at: int, wanted: frozenset[str], made: list[Happening],
    moved: Mapping[tuple[str, str], list[str]],
) -> None:  # fmt: skip
    """What set off a part that another one raised: a grade, or an event."""
    trigger, who = part["trigger"], part["who"]
    head, _, rest = trigger.partition(" ")
    if head == "left" or head == "entered":
        score, _, name = rest.partition(".")
        found = moved.get((who, score))
        if found is None:
            return
        before, after = parse(found[0]), parse(found[1])
        kind = "left" if head == "left" else "promoted" if after > before else "demoted"
        if kind in wanted:
            made.append(Happening(kind, who, row, at, name, found[2], score, before, after))
    elif not rest and head not in CLOCK:
        if "event" in wanted:
            made.append(Happening("event", who, row, at, head, part.get("raised_by", "")))
    elif head == "refused" and "refused" in wanted:
        made.append(Happening("refused", who, row, at, rest, part.get("raised_by", "")))


def _verdicts(
    part: Mapping[str, Any],
    row: dict[str, Any],
    at: int,
    wanted: frozenset[str],
    made: list[Happening],
) -> None:
    for verdict in part["verdicts"]:
        kind = verdict[1]
        if kind in wanted and kind in ("fired", "excepted"):
            made.append(Happening(kind, part["who"], row, at, verdict[0], f"rules.{verdict[0]}"))


_parsed: dict[str, int] = {}
_days: dict[str, int] = {}  # written day → its first second
_clocks: dict[str, int] = {}  # written time of day → seconds
_CACHED = 100_000


def instant(text: str) -> int:
    """Seconds of a written instant; days and times of day come again and again.

    Raises ``ValueError`` for a text of another form.
    """
    day, clock = text[:-10], text[-10:]
    try:
        return _days[day] + _clocks[clock]
    except KeyError:
        found = parse_iso(text)
        seconds = found % DAY
        if len(_days) < _CACHED and len(_clocks) < _CACHED:
            _days[day], _clocks[clock] = found - seconds, seconds
        return found


def parse(text: str) -> int:
    """Millionths of a written number; the same ones come again and again."""
    found = _parsed.get(text)
    if found is None:
        found = parse_number(text)
        if len(_parsed) < _CACHED:
            _parsed[text] = found
    return found


def caused(h: Happening, by: Happening | None) -> bool:
    """Whether a happening is of the same step as another, or of one that it set off."""
    if by is None:
        return False
    if h.step == by.step:
        return True
    cause = h.row.get("cause")
    return cause is not None and cause.get("step") == by.step


def refers(h: Happening, to: Happening | None) -> bool:
    """Whether an event names another one by its id."""
    ident = to.row.get("input", {}).get("id") if to is not None else None
    fields = h.row.get("input", {}).get("fields", {})
    return ident is not None and any(value == ident for value in fields.values())
