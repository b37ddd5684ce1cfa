"""Writes the tables of keys and signs in ``stepping.md`` from the registry of actions.

``python -m docs.make_keys`` writes them anew, between the marks in the page.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from engine.cli import output
from tui.actions import ACTIONS, Action
from tui.keys import shown
from tui.screens.help import WORDS
from tui.session.viewmodel import GLYPHS
from tui.widgets.source_view import SIGNS
from tui.widgets.timeline import MARKS

PAGE = Path(__file__).with_name("stepping.md")
_PLACES = {
    "stepper": "stepping", "compare": "comparing", "edit": "what-if editor", "list": "lists",
    "stops": "breakpoints", "notes": "notes", "note": "writing a note", "branches": "branches",
    "start": "start screen", "ask": "questions", "findings": "findings", "export": "export",
    "crowd": "simulation", "stories": "stories", "cast": "cast", "tell": "writing a page",
    "any": "everywhere",
}  # fmt: skip


def key_tables() -> str:
    """One table a group, as in ``?``."""
    groups = list(dict.fromkeys(action.group for action in ACTIONS))
    return "\n".join(_table(group, [a for a in ACTIONS if a.group == group]) for group in groups)


def _table(group: str, actions: Sequence[Action]) -> str:
    lines = [f"### {group}", "", "| keys | what | where | name |", "| --- | --- | --- | --- |"]
    for action in actions:
        keys = " ".join(_code(shown(key)) for key in action.keys)
        where = ", ".join(_PLACES[place] for place in action.where)
        title = action.title[:1].upper() + action.title[1:]
        lines.append(f"| {keys} | **{title}.** {action.help} | {where} | `{action.id}` |")
    return "\n".join(lines) + "\n"


def _code(key: str) -> str:
    """A key as code; a bar would end the cell."""
    return f"`{key}`" if "|" not in key else f"<code>{key.replace('|', '&#124;')}</code>"


def sign_table() -> str:
    """Every sign and its word."""
    lines = ["| sign | where | meaning |", "| --- | --- | --- |"]
    lines += [f"| {glyph} | timeline | {word} |" for glyph, word in GLYPHS.values()]
    lines += [f"| {glyph} | source | {word} |" for glyph, word, _ in SIGNS.values()]
    lines += [f"| {glyph} | margin | {WORDS[mark]} |" for mark, (glyph, _) in MARKS.items()]
    return "\n".join(lines) + "\n"


def written(page: str) -> str:
    """The page with its tables written anew."""
    for name, table in (("keys", key_tables()), ("signs", sign_table())):
        marks = rf"(<!-- {name}: written by docs/make_keys.py -->\n).*?(<!-- end of {name} -->)"
        found = re.search(marks, page, flags=re.DOTALL)
        assert found is not None, f"the page has no marks for {name}"
        page = f"{page[: found.end(1)]}\n{table}\n{page[found.start(2) :]}"
    return page


def main() -> None:
    """Write the page."""
    PAGE.write_text(written(PAGE.read_text("utf-8")), "utf-8")
    output.say("the tables of stepping.md are written")


if __name__ == "__main__":
    main()
