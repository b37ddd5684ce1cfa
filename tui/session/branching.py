"""Commands that ask: what if? Each is an edit of a branch, and can be undone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from engine.findings import DemeritError, did_you_mean
from engine.language.load import load_reform
from engine.language.model import Policy
from engine.language.rows import Event
from engine.text import quoted, safe
from engine.values import BadValue, parse_duration
from tui.session import commands as c
from tui.session.applying import aim_of
from tui.session.desk import Answer, Desk
from tui.session.edits import (
    Aim,
    Changed,
    Delayed,
    Edit,
    Inserted,
    Off,
    Reformed,
    Removed,
    SetPath,
    Written,
    edit_words,
)
from tui.session.state import TRUNK, BranchRecord, Doc, Patch, UserMistake


def lineage(doc: Doc, branch: str) -> tuple[Edit, ...]:
    """All edits of a branch, those of the branches above it first."""
    record = doc.branch.get(branch)
    if not isinstance(record, BranchRecord):
        return ()
    return (*lineage(doc, record.parent), *record.edits)


def _edit(desk: Desk, edit: Edit) -> Answer:
    """Add an edit to this branch, or to a new one if it is the trunk or has branches."""
    here = desk.branch(desk.place.branch)
    label = edit_words(edit)
    if here.id == TRUNK or any(b.parent == here.id for b in desk.doc.branches()):
        made = BranchRecord(desk.fresh, here.id, _name(desk, label), (edit,))
        patch = Patch("branch", made.id, None, made)
        place = replace(desk.place, branch=made.id, compare_with=here.id)
        return Answer(place, (patch,), label, f"what if: {label}")
    edits = _joined(here.edits, edit)
    changed = replace(here, edits=edits)
    if (
        len(edits) == len(here.edits) == 1
        and here.edits != edits
        and (here.name == _short(edit_words(here.edits[0])))
    ):  # the name says the value that it had
        changed = replace(changed, name=_name(desk, label))
    patch = Patch("branch", here.id, here, changed)
    return Answer(None, (patch,), label, f"what if: {label}")


def _joined(edits: tuple[Edit, ...], edit: Edit) -> tuple[Edit, ...]:
    """An edit behind the others; one that only says the last one anew takes its place."""
    if edits and isinstance(edit, SetPath):
        last = edits[-1]
        if isinstance(last, SetPath) and last.path == edit.path:
            return (*edits[:-1], edit)
    return (*edits, edit)


def _name(desk: Desk, wanted: str) -> str:
    """A name that no other branch has."""
    taken = {branch.name for branch in desk.doc.branches()} | {"as written"}
    short = _short(wanted)
    name, number = short, 2
    while name in taken:
        name, number = f"{short} ({number})", number + 1
    return name


def _short(wanted: str) -> str:
    return wanted if len(wanted) <= 60 else wanted[:59] + "…"


# --- events ---------------------------------------------------------------------------


def _playable(desk: Desk) -> Policy:
    """The policy, if the life can be played otherwise."""
    material = desk.life.material
    if not material.playable:
        raise UserMistake("a saved ledger cannot be changed; open its scenario for a what-if")
    return material.versions[0][1]


def _events(desk: Desk) -> list[Event]:
    _playable(desk)
    events = desk.life.material.events
    if events is None:
        raise UserMistake("this stream is too long to edit single events; change the policy,"
                          " or make a scenario of a part of it")  # fmt: skip
    return list(events)


def _aim(desk: Desk, row: int) -> Aim:
    for event in _events(desk):
        if event.row == row and row:
            return aim_of(event)
    raise UserMistake("there is no such event here; what the clock caused cannot be edited")


def _written(fields: Mapping[str, str]) -> Written:
    return tuple((str(name), str(text)) for name, text in fields.items())


def edit_event(desk: Desk, command: c.EditEvent) -> Answer:
    aim = _aim(desk, command.row)
    if not command.fields:
        return Answer(message="nothing was changed")
    return _edit(desk, Changed(aim, _written(command.fields)))


def remove_event(desk: Desk, command: c.RemoveEvent) -> Answer:
    return _edit(desk, Removed(_aim(desk, command.row)))


def insert_event(desk: Desk, command: c.InsertEvent) -> Answer:
    """A new event, behind the current step's own if there is one."""
    events = _events(desk)
    rows = [event.row for event in events]
    step = desk.life.tape.step(desk.place.number) if desk.place.number else None
    here = step.input.row if step is not None and step.input is not None else 0
    row = max([*rows, *_ever(desk), 0]) + 1
    own = {"at": command.at, "who": command.who, "event": command.event}
    bad = [name for name in command.fields if name in own]
    if bad:
        raise UserMistake(f"{quoted(bad[0])} is given twice")
    return _edit(desk, Inserted(row, here, _written({**own, **command.fields})))


def _ever(desk: Desk) -> list[int]:
    """Rows that inserted events of this branch ever had."""
    edits = lineage(desk.doc, desk.place.branch)
    return [edit.row for edit in edits if isinstance(edit, Inserted)]


def delay_event(desk: Desk, command: c.DelayEvent) -> Answer:
    try:
        parse_duration(command.duration.strip().removeprefix("-").strip())
    except BadValue as bad:
        raise UserMistake(f"{quoted(command.duration)}: {bad.message}; {bad.hint}") from None
    return _edit(desk, Delayed(_aim(desk, command.row), command.duration.strip()))


# --- the policy -----------------------------------------------------------------------


def set_value(desk: Desk, command: c.SetValue) -> Answer:
    _playable(desk)
    if not command.path.strip() or not command.value.strip():
        raise UserMistake("name a part of the policy and a value, e.g. `weights.late` and `-8`")
    if any(char in command.path + command.value for char in "\n\r"):
        raise UserMistake("a value is one line")
    return _edit(desk, SetPath(command.path.strip(), command.value.strip()))


def switch_off(desk: Desk, command: c.SwitchOff) -> Answer:
    rules = [str(rule.id) for rule in _playable(desk).rules]
    if command.rule not in rules:
        hint = did_you_mean(command.rule, rules, "rules")
        raise UserMistake(f"there is no rule {quoted(command.rule)}; {hint}")
    return _edit(desk, Off(command.rule))


def apply_reform(desk: Desk, command: c.ApplyReform) -> Answer:
    _playable(desk)
    path = Path(command.path)
    try:
        load_reform(path)
    except DemeritError as error:
        raise UserMistake(error.findings[0].message) from None
    return _edit(desk, Reformed(str(path.resolve())))


# --- the tree of branches ---------------------------------------------------------------


def fork(desk: Desk, command: c.Fork) -> Answer:
    """A branch of this one, with nothing changed yet."""
    _playable(desk)
    name = _name(desk, command.name.strip() or "a branch")
    made = BranchRecord(desk.fresh, desk.place.branch, name)
    place = replace(desk.place, branch=made.id)
    return Answer(place, (Patch("branch", made.id, None, made),), f"branch {safe(name)}",
                  f"branch {safe(name)}")  # fmt: skip


def name_branch(desk: Desk, command: c.NameBranch) -> Answer:
    here = desk.branch(desk.place.branch)
    name = " ".join(command.name.split())
    if here.id == TRUNK:
        raise UserMistake("the life as it was written keeps its name")
    if not name or len(name) > 80:
        raise UserMistake("a name has 1 to 80 characters")
    if name == here.name:
        return Answer()
    if any(b.name == name for b in desk.doc.branches()):
        raise UserMistake(f"another branch is called {quoted(name)} already")
    patch = Patch("branch", here.id, here, replace(here, name=name))
    return Answer(None, (patch,), f"name {safe(name)}", f"this branch is called {safe(name)}")


def remove_branch(desk: Desk, command: c.RemoveBranch) -> Answer:
    record = desk.branch(command.id)
    if record.id == TRUNK:
        raise UserMistake("the life as it was written stays")
    if any(b.parent == record.id for b in desk.doc.branches()):
        raise UserMistake("it has branches of its own; remove them first")
    place = desk.place
    if place.branch == record.id:
        place = replace(place, branch=record.parent)
    if place.compare_with in (record.id, place.branch):
        place = replace(place, compare_with=None)
    label = f"branch {safe(record.name)} removed"
    return Answer(place, (Patch("branch", record.id, record, None),), label, label)
