"""A session that is told everything by an enemy: every text holds what must not be shown raw.

The core makes its texts safe; here they are made hostile again behind its back, so that
the widgets have to stand on their own. ``python -m tests.tui.poison`` runs the app on it.
"""

from __future__ import annotations

import dataclasses
import random
import sys
import unicodedata
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, cast

from engine.findings import Finding, Where
from engine.store.database import Store
from tui.app import DemeritApp, Launch
from tui.session.session import Session, open_scenario
from tui.session.state import State

LATE = Path(__file__).parent / "life" / "scenarios" / "late.yaml"

#: Every control and format character, and those that break lines.
CONTROLS = [
    chr(code) for code in range(0x110000)
    if unicodedata.category(chr(code)) in ("Cc", "Cf", "Zl", "Zp")
]  # fmt: skip
ATTACKS = (
    "\x1b]52;c;aGFja2Vk\x07", "\x1b[31mred\x1b[0m", "\x9b2J", "\x1b]0;title\x07", "\x1bP1$r\x1b\\",
    "\u202egnirts\u202c", "\x1b[?1049l", "\r\n\x1b[2K", "\x08\x08\x08", "\x7f", "\x00", "\x1b[6n",
    "\u2066a\u2069", "\U000e0041\U000e007f", "\ufeff", "e\u0301" * 8, "\U0001f468\u200d\U0001f469",
    "中文" * 4, "\u0b95\u0bcd\u0bb7", "a\u0338" * 5, "ﷺ", "\ud7ff", "\ue000",
)  # fmt: skip
_TAGS = ("red", "/", "bold", "/red", "@click=app.quit", "link=http://x", "#ff0000", "on blue", "i",
         "$primary", "not bold", "", "[", "]", "\\[", "D", "/etc", "{x}", "a b", "=",
         "@click")  # fmt: skip
#: Fields whose texts decide something, and are never foreign.
_KEPT = frozenset({"id", "branch", "parent", "status", "happening", "mark", "marks", "tone",
                   "glyph", "kind", "doc", "compare_with", "edits", "branches", "who_id",
                   "code", "severity", "standing", "score", "sign"})  # fmt: skip
#: Fields that mean something by being empty.
_MAY_BE_EMPTY = frozenset({"problem", "missing", "file", "beat"})


def markup(count: int = 1000, seed: int = 7) -> list[str]:
    """Texts that look like Textual's or Rich's markup."""
    chance = random.Random(seed)
    made = []
    for _ in range(count):
        parts = [chance.choice(("x", "Mei", "]", "[", "\\", "{", "}", " "))
                 + f"[{chance.choice(_TAGS)}]" for _ in range(chance.randrange(1, 5))]  # fmt: skip
        made.append("".join(parts))
    return made


class Poison:
    """Makes texts hostile, another way each time."""

    def __init__(self) -> None:
        self.texts = markup()
        self._turn = 0
        self.used: set[str] = set()  # characters
        self.shown: set[str] = set()  # of `texts`

    def text(self, text: str) -> str:
        """A text with an attack before it, where it will not be cut off."""
        self._turn += 1
        turn = self._turn
        start = turn * 12 % len(CONTROLS)
        bad = "".join(CONTROLS[start : start + 12])
        mark = self.texts[turn % len(self.texts)]
        attack = ATTACKS[turn % len(ATTACKS)] + mark + bad
        self.used.update(attack)
        self.shown.add(mark)
        return attack[turn % 5 :] + text

    def value(self, value: Any, name: str = "") -> Any:
        """The same value with hostile texts."""
        if name in _KEPT or (name in _MAY_BE_EMPTY and not value):
            return value
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, tuple):
            return tuple(self.value(part) for part in value)
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            changed = {
                field.name: self.value(getattr(value, field.name), field.name)
                for field in dataclasses.fields(value)
            }
            return dataclasses.replace(value, **changed)
        return value


class Hostile:
    """Passes everything on to a session, and poisons what comes back."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.poison = Poison()
        self._seen: dict[object, Any] = {}

    def _once(self, key: object, make: Callable[[], Any]) -> Any:
        if len(self._seen) > 500:
            self._seen.clear()
        if key not in self._seen:
            self._seen[key] = self.poison.value(make())
        return self._seen[key]

    @property
    def state(self) -> State:
        real = self._session.state
        made = {
            name: self.poison.text(getattr(real, name))
            for name in ("title", "message", "filter", "search", "undo_label")
        }
        people = tuple((who, self.poison.text(name)) for who, name in real.people)
        branches = tuple(
            dataclasses.replace(b, name=self.poison.text(b.name)) for b in real.branches
        )
        findings = (Finding("D001", self.poison.text("bad"), Where("policy.yaml", 3, 1),
                            self.poison.text("mend it")),)  # fmt: skip
        return dataclasses.replace(
            real, people=people, branches=branches, findings=findings,
            notes=self.poison.value(real.notes), bookmarks=self.poison.value(real.bookmarks),
            breakpoints=self.poison.value(real.breakpoints), **cast(Mapping[str, Any], made),
        )  # fmt: skip

    def dispatch(self, command: Any) -> State:
        self._session.dispatch(command)
        self._seen.clear()
        return self.state

    def view(self) -> Any:
        real = self._session.view()
        return self._once(("view", real.number, real.branch, real.dossier.who), lambda: real)

    def row(self, number: int) -> Any:
        return self._once(("row", number), lambda: self._session.row(number))

    def compare(self) -> Any:
        real = self._session.compare()
        if real is None:
            return None
        locks = real.locks
        made = self._once("compare", lambda: dataclasses.replace(real, locks=()))
        return dataclasses.replace(made, locks=locks)

    def sifted(self) -> Any:
        real = self._session.sifted()
        return None if real is None else self._once(("sifted", id(real)), lambda: real)

    def page(self) -> Any:
        real = self._session.page()
        return None if real is None else self._once(("page", id(real)), lambda: real)

    def sheet(self, who: str) -> Any:
        return self._once(("sheet", who), lambda: self._session.sheet(who))

    def short(self, who: str) -> Any:
        return self._once(("short", who), lambda: self._session.short(who))

    def compare_row(self, side: int, number: int) -> Any:
        return self._once((side, number), lambda: self._session.compare_row(side, number))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._session, name)


def opener(store: Store) -> Session:
    """Opens a poisoned life."""
    return cast(Session, Hostile(open_scenario(LATE, store)))


def unused(poison: Poison) -> str:
    """What was not made use of, in a few words; "nothing" at best."""
    controls = sum(char not in poison.used for char in CONTROLS)
    texts = sum(text not in poison.shown for text in poison.texts)
    return f"{controls} controls, {texts} texts" if controls or texts else "nothing"


def main() -> int:
    """Run the app on a poisoned life, and say which poisons were left."""
    given: list[Hostile] = []

    def open_it(store: Store) -> Session:
        given.append(Hostile(open_scenario(LATE, store)))
        return cast(Session, given[-1])

    app = DemeritApp(Store.in_memory(), Launch(open_it))
    app.run()
    print(f"left unused: {unused(given[0].poison)}")
    return app.return_code or 0


if __name__ == "__main__":
    sys.exit(main())
