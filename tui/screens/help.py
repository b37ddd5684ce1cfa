"""Help: what can be done on the screen one came from, with what the signs mean.

Every entry can be chosen and done; what is typed narrows the list.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input

from tui.actions import Action
from tui.keys import shown
from tui.screens.base import Popup, Stage
from tui.screens.palette import fits
from tui.session.viewmodel import GLYPHS
from tui.widgets.field import Field
from tui.widgets.lines import BLANK, Line, fit, hanging, width_of
from tui.widgets.pane import Pane, Pick
from tui.widgets.source_view import SIGNS
from tui.widgets.status_line import Hints, Part, StatusLine
from tui.widgets.timeline import MARKS, TONES

#: What the signs of the stepper mean, beside what stands beside them as a word.
LEGEND = (
    ("◷", "dim", "the clock caused it: a term ended, a date came"),
    ("▲ ▼", "", "the person's scores went up, or down"),
    ("≠", "warn", "two lives differ here"),
)  # fmt: skip
WORDS = {
    "breakpoint": "a breakpoint stops here", "bookmark": "a bookmark", "note": "a critic's note",
    "edited": "changed in this what-if", "beat": "a beat: something turns here",
    "marked": "marked for a page",
}  # fmt: skip


class _Entries(Pick):
    """Groups of actions, then the signs."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self.chosen: dict[int, Action] = {}

    def build(self, width: int, height: int) -> list[Line]:
        entries, signs = self.data
        lines: list[Line] = []
        self.stops, self.chosen = [], {}
        wide = min(max((width_of(_keys(a)) for a, _ in entries), default=0), 16)
        group = ""
        for action, why in entries:
            if action.group != group:
                group = action.group
                lines += [*([BLANK] if lines else []), ((f" {group}", "heading"),)]
            self.stops.append(len(lines))
            self.chosen[len(lines)] = action
            lead: Line = ((f"  {fit(_keys(action), wide)}  ", "dim" if why else "title"),)
            title = action.title[:1].upper() + action.title[1:]
            said = f"{title}. {action.help}" + (f" ({why})" if why else "")
            first, *rest = hanging(lead, said, "dim" if why else "", width)
            head, (body, role) = first[:-1], first[-1]
            cutting = len(title) + 1
            lines += [(*head, (body[:cutting], "dim" if why else "strong"), (body[cutting:], role)),
                      *rest]  # fmt: skip
        if signs:
            lines += [BLANK, ((" Signs", "heading"),), *sign_lines()]
        return lines or [BLANK, (("  nothing here is called that", "dim"),)]

    def action(self) -> Action | None:
        """The chosen one."""
        return self.chosen.get(self.cursor)


def _keys(action: Action) -> str:
    return "  ".join(shown(key) for key in action.keys[:2])


def sign_lines() -> list[Line]:
    """Every sign of the stepper with its meaning."""
    lines: list[Line] = []
    for name, (glyph, word) in GLYPHS.items():
        lines.append(((f"  {glyph}    ", TONES[name]), (word, "")))
    for glyph, word, _ in SIGNS.values():
        lines.append(((f"  {glyph}    ", ""), (f"in the source: {word}", "")))
    for mark, (glyph, role) in MARKS.items():
        lines.append(((f"  {glyph}    ", role), (WORDS[mark], "")))
    for glyph, role, word in LEGEND:
        lines.append(((f"  {fit(glyph, 5)}", role), (word, "")))
    return lines


class HelpScreen(Popup[str]):
    """Gives the id of the action that was chosen."""

    contexts: ClassVar[tuple[str, ...]] = ("list",)

    def __init__(self, behind: Stage[Any]) -> None:
        super().__init__()
        self.behind = behind

    def compose(self) -> ComposeResult:
        with Vertical(id="help"):
            yield StatusLine(id="help-title")
            yield Field(placeholder="type to search: note, weight, ctrl …", id="help-field")
            yield _Entries(id="help-list")
            yield Hints(id="hints")

    def on_mount(self) -> None:
        name = self.behind.contexts[0] if self.behind.contexts else "this screen"
        self.query_one(StatusLine).feed(
            [Part(f" Help: {name} ", "title"), Part(" enter does what the line says", "dim")]
        )
        self.set_focus(self.query_one(Field))
        self._narrow("")

    def hints(self) -> Sequence[tuple[str, str, str]]:
        return [("enter", "do it", ""), ("↑↓", "choose", ""), ("pgdn", "further", ""),
                ("esc", "leave", "back")]  # fmt: skip

    def _narrow(self, typed: str) -> None:
        found = [a for a in self.behind.own_actions() if a.id != "help" and _meant(a, typed)]
        pick = self.query_one(_Entries)
        pick.feed((tuple((a, self.behind.reason(a)) for a in _grouped(found)), not typed))
        pick.choose(0)

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._narrow(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self._take()

    def _take(self) -> None:
        action = self.query_one(_Entries).action()
        if action is None:
            return
        why = self.behind.reason(action)
        if why:
            self.say(why, "warn")
        else:
            self.dismiss(action.id)

    def do_list_open(self) -> None:
        self._take()

    def on_pane_chosen(self, message: Pane.Chosen) -> None:
        self._take()

    def do_line_down(self, count: int = 0) -> None:
        self.query_one(_Entries).step(count or 1)

    def do_line_up(self, count: int = 0) -> None:
        self.query_one(_Entries).step(-(count or 1))

    def do_page_down(self, count: int = 0) -> None:
        pick = self.query_one(_Entries)
        pick.scroll_lines(max(pick.size.height - 2, 1))
        inside = [s for s in pick.stops if s >= pick.top]
        pick.cursor = inside[0] if inside else pick.cursor

    def do_page_up(self, count: int = 0) -> None:
        pick = self.query_one(_Entries)
        pick.scroll_lines(-max(pick.size.height - 2, 1))
        inside = [s for s in pick.stops if s >= pick.top]
        pick.cursor = inside[0] if inside else pick.cursor


def _meant(action: Action, typed: str) -> bool:
    """Whether an action is about what was typed: a key, or words of its help."""
    text = typed.strip()
    return not text or text in (shown(k) for k in action.keys) or fits(action, text) > 1


def _grouped(actions: Sequence[Action]) -> list[Action]:
    """The same actions with each group in one piece, in order of appearance."""
    groups = list(dict.fromkeys(a.group for a in actions))
    return sorted(actions, key=lambda a: groups.index(a.group))
