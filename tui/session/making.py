"""Commands that make and change breakpoints, bookmarks, notes and watches."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from engine.findings import did_you_mean
from engine.text import quoted, safe
from engine.values import BadValue, parse_number
from tui.session import commands as c
from tui.session.desk import Answer, Desk
from tui.session.dossier import score_names
from tui.session.spots import spot_of
from tui.session.state import (
    BookmarkRecord,
    Breakpoint,
    NoteRecord,
    Patch,
    Record,
    RecordKind,
    UserMistake,
    WatchRecord,
)
from tui.session.views import focus_clause
from tui.session.watching import checked

LONGEST_NOTE: Final = 10_000  # characters


def _made(kind: RecordKind, record: Record, label: str, message: str = "") -> Answer:
    return Answer(patches=(Patch(kind, record.id, None, record),), label=label,
                  message=message or label)  # fmt: skip


def _found(desk: Desk, kind: RecordKind, ident: str) -> Record:
    record = desk.doc.of(kind).get(ident)
    if record is None:
        raise UserMistake(f"there is no such {kind}")
    return record


def _taken(desk: Desk, kind: RecordKind, ident: str, label: str) -> Answer:
    record = _found(desk, kind, ident)
    return Answer(patches=(Patch(kind, ident, record, None),), label=label, message=label)


# --- breakpoints --------------------------------------------------------------------


def add_breakpoint(desk: Desk, command: c.AddBreakpoint) -> Answer:
    """A breakpoint on something that the policy knows."""
    value = command.value.strip()
    _check(desk, command.kind, value)
    for known in desk.doc.breakpoints():
        if (known.kind, known.value) == (command.kind, value):
            raise UserMistake("there is such a breakpoint already")
    made = Breakpoint(desk.fresh, command.kind, value)
    return _made("breakpoint", made, f"breakpoint on {command.kind} {safe(value)}".rstrip())


def _check(desk: Desk, kind: c.BreakKind, value: str) -> None:
    """Refuse what can never stop anything."""
    policy = desk.life.material.versions[0][1] if desk.life.material.versions else None
    if kind == "condition":
        checked(desk.life.material, value, "condition")
    elif kind == "person":
        _one_of(value, list(desk.people), "nobody is called", "people")
    elif kind == "score":
        crossing(desk, value)
    elif policy is not None and kind == "rule":
        _one_of(value, [str(r.id) for r in policy.rules], "there is no rule", "rules")
    elif policy is not None and kind == "event":
        known = list(dict.fromkeys([*map(str, policy.events), *desk.life.tape.columns.events]))
        _one_of(value, known, "there is no event type", "event types")
    elif policy is not None and kind == "measure" and value:
        known = [*map(str, policy.rewards), *map(str, policy.penalties)]
        _one_of(value, known, "there is no reward or penalty", "rewards and penalties")
    elif policy is not None and kind == "grade" and value:
        ladders = policy.grades.items()
        known = [f"{score}.{grade.name}" for score, ladder in ladders for grade in ladder]
        _one_of(value, known, "there is no grade", "grades")


def _one_of(value: str, known: list[str], lacking: str, what: str) -> None:
    if value not in known:
        raise UserMistake(f"{lacking} {quoted(value)}; {did_you_mean(value, known, what)}")


def crossing(desk: Desk, value: str) -> tuple[str, int]:
    """The score and the value of a breakpoint such as ``trust 900``; the score may be left
    out where the person has one."""
    name, _, number = value.rpartition(" ")
    names = score_names(desk.life.material, desk.life.tape, desk.place.who)
    if not name and len(names) == 1:
        name = names[0]
    known = list(dict.fromkeys([*names, *(score for _, score in desk.life.tape.columns.moves)]))
    if name not in known:
        shown = "there is no score"
        if known:
            shown = f"write a score and a number, e.g. `{known[0]} 900`"
        raise UserMistake(f"{quoted(value)} is no score to cross; {shown}")
    try:
        return name, parse_number(number)
    except BadValue as bad:
        raise UserMistake(f"{quoted(number)}: {bad.message}; {bad.hint}") from None


def toggle_breakpoint(desk: Desk, command: c.ToggleBreakpoint) -> Answer:
    record = _found(desk, "breakpoint", command.id)
    assert isinstance(record, Breakpoint)
    label = f"breakpoint {'off' if record.on else 'on'}"
    patch = Patch("breakpoint", record.id, record, replace(record, on=not record.on))
    return Answer(patches=(patch,), label=label, message=label)


def remove_breakpoint(desk: Desk, command: c.RemoveBreakpoint) -> Answer:
    return _taken(desk, "breakpoint", command.id, "breakpoint removed")


# --- bookmarks and notes --------------------------------------------------------------


def bookmark(desk: Desk, command: c.Bookmark) -> Answer:
    """A bookmark on this step, or the one that is there off it."""
    spot = spot_of(desk.life.tape.columns, desk.need_step())
    for known in desk.doc.bookmarks():
        if known.spot.key == spot.key:
            return _taken(desk, "bookmark", known.id, "bookmark removed")
    return _made("bookmark", BookmarkRecord(desk.fresh, spot), f"bookmark on step {spot.number}")


def note(desk: Desk, command: c.Note) -> Answer:
    """A critic's note on this step or on a clause."""
    text = _note_text(command.text)
    number = desk.need_step()
    if command.on == "step":
        spot = spot_of(desk.life.tape.columns, number)
        return _made("note", NoteRecord(desk.fresh, text, spot), f"note on step {number}")
    clause = command.clause or focus_clause(desk.life.tape.step(number))
    if not clause:
        raise UserMistake("this step is about no clause; write a note on the step")
    return _made("note", NoteRecord(desk.fresh, text, None, clause), f"note on {safe(clause)}")


def _note_text(text: str) -> str:
    text = text.strip()
    if not text:
        raise UserMistake("an empty note says nothing")
    if len(text) > LONGEST_NOTE:
        raise UserMistake(f"a note has at most {LONGEST_NOTE} characters")
    return text


def edit_note(desk: Desk, command: c.EditNote) -> Answer:
    record = _found(desk, "note", command.id)
    assert isinstance(record, NoteRecord)
    text = _note_text(command.text)
    if text == record.text:
        return Answer()
    patch = Patch("note", record.id, record, replace(record, text=text))
    return Answer(patches=(patch,), label="note changed", message="note changed")


def remove_note(desk: Desk, command: c.RemoveNote) -> Answer:
    return _taken(desk, "note", command.id, "note removed")


# --- watches --------------------------------------------------------------------------


def watch(desk: Desk, command: c.Watch) -> Answer:
    """Pin the value of an expression, of the chosen person."""
    text = command.expression.strip()
    checked(desk.life.material, text, "value")
    who = desk.place.who
    if any((w.who, w.expression) == (who, text) for w in desk.doc.watches()):
        raise UserMistake("this is watched already")
    return _made("watch", WatchRecord(desk.fresh, who, text), f"watch {safe(text)}")


def unwatch(desk: Desk, command: c.Unwatch) -> Answer:
    return _taken(desk, "watch", command.id, "watch removed")
