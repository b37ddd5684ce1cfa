"""Keys: how they are written, read with counts and sequences, and changed by the user."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.findings import DemeritError, Finding, Where, did_you_mean
from engine.text import quoted, safe

#: How the names of keys are shown; every other key is shown as it is written.
_SHOWN = {
    "left": "←", "right": "→", "up": "↑", "down": "↓", "enter": "enter", "escape": "esc",
    "pagedown": "pgdn", "pageup": "pgup", "delete": "del",
}  # fmt: skip
#: Keys that are no character, as they may be written.
NAMES = frozenset(
    {"left", "right", "up", "down", "home", "end", "pageup", "pagedown", "enter", "escape", "tab",
     "space", "backspace", "delete", "insert", *(f"f{n}" for n in range(1, 13))}
)  # fmt: skip
_LONGEST_COUNT = 7  # digits


def shown(key: str) -> str:
    """A key or a sequence as people read it: ``g g`` as ``gg``, ``shift+left`` as ``shift+←``."""
    parts = key.split(" ") if key != " " else ["space"]
    return "".join(_shown_one(part) for part in parts)


def _shown_one(key: str) -> str:
    *held, last = key.split("+") if len(key) > 1 else [key]
    return "+".join([*held, _SHOWN.get(last, last)])


def name_of(key: str, character: str | None) -> str:
    """The name that a key has in the registry: its character if it prints one."""
    if character and character.isprintable() and character != " " and "+" not in key[:-1]:
        return character
    return key


@dataclass(frozen=True, slots=True)
class Pressed:
    """What a key came to: an action with a count (0: none was given), or nothing yet."""

    action: str = ""
    count: int = 0
    pending: str = ""  # what was typed so far, to be shown
    known: bool = True  # false: the key means nothing here


class Reader:
    """Reads keys one by one, remembers counts (``12l``) and sequences (``gg``)."""

    def __init__(self, table: Mapping[str, str]) -> None:
        """``table``: key or sequence (keys with a space between) → action."""
        self._table = table
        self._starts = {
            " ".join(keys[:size])
            for keys in (key.split(" ") for key in table) for size in range(1, len(keys))
        }  # fmt: skip
        self._count = ""
        self._keys: list[str] = []

    @property
    def pending(self) -> str:
        """What was typed so far."""
        return self._count + "".join(self._keys)

    def forget(self) -> None:
        """Start anew."""
        self._count, self._keys = "", []

    def press(self, key: str) -> Pressed:
        """Take one key."""
        if not self._keys and (key in "123456789" or (key == "0" and self._count)):
            if len(key) == 1 and len(self._count) < _LONGEST_COUNT:
                self._count += key
            return Pressed(pending=self.pending)
        if key == "escape" and self.pending:
            self.forget()
            return Pressed()
        self._keys.append(key)
        wanted = " ".join(self._keys)
        if wanted in self._table:
            made = Pressed(self._table[wanted], int(self._count or 0))
            self.forget()
            return made
        if wanted in self._starts:
            return Pressed(pending=self.pending)
        self.forget()
        return Pressed(known=False)


# --- the user's own keys ---------------------------------------------------------------


def remapped(path: Path, actions: Iterable[str]) -> Mapping[str, Sequence[str]]:
    """The keys that a file gives to actions; empty if there is no file.

    The file is TOML: ``[keys]`` and lines such as ``"step.next" = ["l", "right"]``.
    Raises :class:`DemeritError` (D722) with every mistake in it.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as bad:
        raise DemeritError(_mistake(path, f"cannot be read: {safe(str(bad))}", "")) from None
    try:
        table = tomllib.loads(text).get("keys", {})
    except tomllib.TOMLDecodeError as bad:
        raise DemeritError(_mistake(path, f"is no TOML: {safe(str(bad))}", "")) from None
    known = tuple(actions)
    findings = []
    if not isinstance(table, dict):
        raise DemeritError(
            _mistake(path, "has no table `[keys]`", "write `[keys]` above the lines")
        )
    for name, value in table.items():
        if name not in known:
            findings.append(_mistake(path, f"names no action with {quoted(name)}",
                                     did_you_mean(name, known)))  # fmt: skip
        elif not _fits(value):
            findings.append(_mistake(path, f"gives {quoted(name)} something else than keys",
                                     'write a list, e.g. ["l", "right", "g n"]'))  # fmt: skip
    if findings:
        raise DemeritError(findings)
    return {name: tuple(value) for name, value in table.items()}


def _fits(value: object) -> bool:
    return isinstance(value, list) and all(
        isinstance(key, str) and key and all(_is_key(part) for part in key.split(" "))
        for key in value
    )  # fmt: skip


def _is_key(text: str) -> bool:
    last = text if len(text) == 1 else text.rpartition("+")[2]
    return (len(last) == 1 and last.isprintable()) or last in NAMES


def _mistake(path: Path, words: str, hint: str) -> Finding:
    return Finding("D722", f"the file of keys {words}", Where(str(path), 1, 1), hint or None)
