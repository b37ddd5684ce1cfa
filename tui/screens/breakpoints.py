"""Breakpoints and watches: where to stop, and which values are pinned."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from tui.screens import search
from tui.screens.ask import AskScreen
from tui.screens.listing import Listing
from tui.session import commands as c
from tui.session.state import Breakpoint, State
from tui.session.viewmodel import WatchLine
from tui.widgets.lines import BLANK, Line, cut, fit, spread, width_of
from tui.widgets.pane import Pick

_WORDS = {
    "rule": "when the rule fires", "event": "at the event", "person": "at every step of",
    "grade": "when a grade changes", "measure": "when it begins or ends",
    "score": "when the score crosses", "condition": "when it becomes true",
}  # fmt: skip


class _Points(Pick):
    """Breakpoints, then watches."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self.found: dict[int, Breakpoint | WatchLine] = {}

    def build(self, width: int, height: int) -> list[Line]:
        points, watches = self.data
        lines: list[Line] = [((" Breakpoints", "heading"),)]
        self.stops, self.found = [], {}
        wide = min(max((width_of(p.value or "any") for p in points), default=0), width // 2)
        for point in points:
            self.stops.append(len(lines))
            self.found[len(lines)] = point
            glyph, role = ("●", "bad") if point.on else ("○", "dim")
            words = _WORDS[point.kind]
            state = "on " if point.on else "off"
            lines.append(((f"  {glyph} {state} ", role), (fit(point.kind, 10), "dim"),
                          (fit(point.value or "any", wide), "strong"),
                          (f"  {words}", "dim")))  # fmt: skip
        if not points:
            lines.append((("  none yet: press b and say what to stop at", "dim"),))
        lines += [BLANK, ((" Watches", "heading"),)]
        for watch in watches:
            self.stops.append(len(lines))
            self.found[len(lines)] = watch
            glyph = "◉" if watch.changed else "○"
            value = cut(watch.problem or watch.value, width // 2)
            right: Line = (
                (value, "bad" if watch.problem else "strong"),
                (f"  of {watch.who}", "dim"),
            )
            lines.append(spread(((f"  {glyph} ", "warn"), (watch.expression, "")), right, width))
            past = " ← ".join(f"{value} (step {step})" for step, value in watch.history[:6])
            lines.append(((f"    {cut(past, width - 4)}", "dim"),))
        if not watches:
            lines.append((("  none yet: press w and name a value", "dim"),))
        return lines

    def chosen(self) -> Breakpoint | WatchLine | None:
        """What the cursor is on."""
        return self.found.get(self.cursor)


class BreakpointsScreen(Listing[None]):
    """All breakpoints and watches."""

    contexts: ClassVar[tuple[str, ...]] = ("stops", "list")
    title_text = "Breakpoints and watches"

    def make_list(self) -> Pick:
        return _Points(id="list")

    def renew(self, state: State) -> None:
        session = self.desk.session
        watches = session.view().watches if session is not None else ()
        self.pick.feed((state.breakpoints, watches))

    def hints(self) -> Sequence[tuple[str, str, str]]:
        own = [hint for hint in super().hints() if hint[2] != "list.open"]
        return [("b", "add a breakpoint", "stop.add"), ("w", "watch a value", "watch.add"), *own]

    def _chosen(self) -> Breakpoint | WatchLine | None:
        return self.query_one(_Points).chosen()

    def do_list_open(self) -> None:
        self.do_list_toggle()

    def do_list_toggle(self) -> None:
        found = self._chosen()
        if isinstance(found, Breakpoint):
            self.desk.dispatch(c.ToggleBreakpoint(found.id))
        elif found is not None:
            self.say("a watch is always on; d removes it", "warn")

    def do_list_remove(self) -> None:
        found = self._chosen()
        if isinstance(found, Breakpoint):
            self.desk.dispatch(c.RemoveBreakpoint(found.id))
        elif found is not None:
            self.desk.dispatch(c.Unwatch(found.id))

    def do_stop_add(self) -> None:
        session = self.desk.session
        if session is not None:
            self.app.push_screen(AskScreen(search.add_breakpoint(self.desk, session.view())))

    def do_watch_add(self) -> None:
        session = self.desk.session
        if session is not None:
            self.app.push_screen(AskScreen(search.add_watch(self.desk, session.view())))
