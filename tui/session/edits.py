"""What a what-if changes, as data that can be kept and told in words.

An edit of the timeline names its event by row, and remembers whose it was, of what
type and when, so that it is not applied to another event after the file was changed.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, TypeAlias

from engine.text import safe
from engine.values import show_instant

Written: TypeAlias = tuple[tuple[str, str], ...]  # name → text, as somebody typed it


@dataclass(frozen=True, slots=True)
class Aim:
    """Which event an edit is about."""

    row: int  # 1-based in the timeline; an inserted event has a row beyond the last
    who: str
    event: str
    at: int


@dataclass(frozen=True, slots=True)
class Changed:
    of: Aim
    fields: Written


@dataclass(frozen=True, slots=True)
class Removed:
    of: Aim


@dataclass(frozen=True, slots=True)
class Inserted:
    row: int
    after: int  # the row that it stands behind; 0 for the beginning
    fields: Written  # `at`, `who`, `event` and the rest


@dataclass(frozen=True, slots=True)
class Delayed:
    of: Aim
    duration: str  # e.g. `3 days`, `-2 hours`


@dataclass(frozen=True, slots=True)
class SetPath:
    path: str
    value: str


@dataclass(frozen=True, slots=True)
class Off:
    rule: str


@dataclass(frozen=True, slots=True)
class Reformed:
    path: str  # of the reform's file


Edit: TypeAlias = Changed | Removed | Inserted | Delayed | SetPath | Off | Reformed
EventEdit = Changed | Removed | Inserted | Delayed
PolicyEdit = SetPath | Off | Reformed
_KINDS: dict[str, type[Edit]] = {
    "changed": Changed, "removed": Removed, "inserted": Inserted, "delayed": Delayed,
    "set": SetPath, "off": Off, "reformed": Reformed,
}  # fmt: skip
_WORDS = {kind: word for word, kind in _KINDS.items()}


def edit_json(edit: Edit) -> dict[str, Any]:
    """An edit as plain data."""
    return {"edit": _WORDS[type(edit)], **asdict(edit)}


def edit_of(data: dict[str, Any]) -> Edit:
    """The edit that plain data stands for. Raises ``KeyError`` for an unknown kind."""
    made = dict(data)
    kind = _KINDS[made.pop("edit")]
    if "of" in made:
        made["of"] = Aim(**made["of"])
    if "fields" in made:
        made["fields"] = tuple((str(name), str(text)) for name, text in made["fields"])
    return kind(**made)


def edit_words(edit: Edit) -> str:
    """An edit in plain words, safe to show."""
    match edit:
        case Changed():
            changes = ", ".join(f"{name} {text or 'left out'}" for name, text in edit.fields)
            return f"{_event(edit.of)}: {safe(changes)}"
        case Removed():
            return f"without {_event(edit.of)}"
        case Inserted():
            said = dict(edit.fields)
            event, who, at = (safe(said.get(name, "")) for name in ("event", "who", "at"))
            return f"with {event} of {who} on {at}"
        case Delayed():
            early = edit.duration.startswith("-")
            by = edit.duration.removeprefix("-").strip()
            return f"{_event(edit.of)} {safe(by)} {'earlier' if early else 'later'}"
        case SetPath():
            return f"{safe(edit.path)} = {safe(edit.value)}"
        case Off():
            return f"without the rule {safe(edit.rule)}"
        case Reformed():
            return f"with the reform {safe(edit.path.rpartition('/')[2])}"


def _event(of: Aim) -> str:
    return f"{safe(of.event)} of {safe(of.who)} on {show_instant(of.at)}"
