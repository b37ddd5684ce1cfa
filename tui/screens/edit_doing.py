"""What the keys of the what-if editor do: sliders, switches, fields, buttons."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from textual.timer import Timer

from engine.values import BadValue, format_number, parse_number
from tui import parts
from tui.screens import search
from tui.screens.ask import AskScreen, Option, Question
from tui.screens.edit_lists import Draft, EventList, RuleList, ValueList
from tui.session import commands as c
from tui.session.material import Material
from tui.widgets.pane import Pane, Pick
from tui.widgets.slider import value_at

if TYPE_CHECKING:
    from tui.screens.base import Stage

    class _Base(Stage[None]):
        pass
else:
    _Base = object

TABS = {"event": "F1 This event", "insert": "F2 New event", "values": "F3 Values",
        "rules": "F4 Rules"}  # fmt: skip
_SETTLED = 0.15  # seconds without a move after which a slider's value is played


class Editing(_Base):
    """The actions; what is shown is in :mod:`tui.screens.edit`."""

    tab: str
    drafts: dict[str, int]  # values that were moved and not played yet
    event: dict[str, str]  # parts of this event that were changed
    fresh: dict[str, str]  # parts of a new event
    _timer: Timer | None = None

    def show_tab(self, tab: str) -> None:
        """Show another list."""
        raise NotImplementedError

    def show_values(self, material: Material) -> None:
        """Show the values as they are now."""
        raise NotImplementedError

    def material(self, branch: str | None = None) -> Material | None:
        """What a branch is made of."""
        session = self.desk.session
        return session.material(branch) if session is not None else None

    @property
    def list(self) -> Pick:
        """The list that is shown."""
        return self.query_one(f"#{self.tab}", Pick)

    # --- moving ---------------------------------------------------------------------------------

    def do_line_down(self, count: int = 0) -> None:
        self.list.step(count or 1)

    def do_line_up(self, count: int = 0) -> None:
        self.list.step(-(count or 1))

    def do_pane_next(self) -> None:
        self._cycle(1)

    def do_pane_back(self) -> None:
        self._cycle(-1)

    def _cycle(self, by: int) -> None:
        names = tuple(TABS)
        self.show_tab(names[(names.index(self.tab) + by) % len(names)])

    def do_edit_tab_event(self) -> None:
        self.show_tab("event")

    def do_edit_tab_insert(self) -> None:
        self.show_tab("insert")

    def do_edit_tab_values(self) -> None:
        self.show_tab("values")

    def do_edit_tab_rules(self) -> None:
        self.show_tab("rules")

    def do_score_next(self) -> None:
        session = self.desk.session
        if session is not None:
            search.next_score(self.desk, session.view())

    # --- sliders --------------------------------------------------------------------------------

    def value(self) -> parts.Value | None:
        """The value under the cursor."""
        values = self.query_one(ValueList)
        return values.rows.get(values.cursor) if self.tab == "values" else None

    def do_slider_less(self, count: int = 0) -> None:
        self._slide(-(count or 1))

    def do_slider_more(self, count: int = 0) -> None:
        self._slide(count or 1)

    def do_slider_far_less(self, count: int = 0) -> None:
        self._slide(-10 * (count or 1))

    def do_slider_far_more(self, count: int = 0) -> None:
        self._slide(10 * (count or 1))

    def _slide(self, steps: int) -> None:
        value = self.value()
        if value is None:
            return
        now = self.drafts.get(value.key, value.number)
        goal = now + steps * value.step
        self.put(value, min(max(goal, min(value.low, now)), max(value.high, now)))

    def do_slider_reset(self) -> None:
        value = self.value()
        settings = self.query_one(ValueList).data
        if value is not None and settings is not None and value.key in settings.written:
            self.put(value, settings.written[value.key])

    def put(self, value: parts.Value, number: int) -> None:
        """Move a value; it is played as soon as it rests."""
        if number == self.drafts.get(value.key, value.number):
            return
        self.drafts[value.key] = number
        material = self.material()
        if material is not None:
            self.show_values(material)
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(_SETTLED, self.settle)

    def settle(self) -> None:
        """Play the values that were moved."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        values = self.query_one(ValueList).rows.values()
        moved = [(value, self.drafts.pop(value.key)) for value in list(values)
                 if value.key in self.drafts]  # fmt: skip
        for value, number in moved:
            self.desk.dispatch(c.SetValue(value.path, value.text(number)))

    # --- enter, and the buttons -----------------------------------------------------------------

    def do_edit_type(self) -> None:
        if self.tab == "values":
            self._type_value()
        elif self.tab == "rules":
            self._switch()
        else:
            rows = self.query_one(f"#{self.tab}", EventList)
            name = rows.rows.get(rows.cursor, "")
            if name.startswith("!"):
                self._press(name[1:])
            elif name:
                self._type_part(name)

    def _type_value(self) -> None:
        value = self.value()
        if value is None:
            return
        self.settle()

        def typed(text: str) -> str:
            try:
                number = parse_number(text.strip())
            except BadValue as bad:
                return f"{bad.message}; {bad.hint}"
            return self.desk.attempt(c.SetValue(value.path, value.text(number)))

        low, high = format_number(value.low), format_number(value.high)
        self.app.push_screen(AskScreen(Question(
            value.title, typed, f"a number; the slider goes from {low} to {high}",
            format_number(value.number),
        )))  # fmt: skip

    def _switch(self) -> None:
        rules = self.query_one(RuleList)
        row = rules.rows.get(rules.cursor)
        if isinstance(row, Path):
            self.desk.dispatch(c.ApplyReform(row))
        elif row is not None:
            on = {rule.id: on for rule, on in rules.data.rules}.get(row.id, True)
            if on:
                self.desk.dispatch(c.SwitchOff(row.id))
            else:
                self.say("it is off already; u takes the last change back", "warn")

    def _type_part(self, name: str) -> None:
        material = self.material()
        if material is None or not material.versions:
            return
        policy = material.versions[0][1]
        draft: Draft = self.query_one(f"#{self.tab}", EventList).data
        form = next((form for form in draft.forms if form.name == name), None)
        options: list[Option] = []
        if name == "event":
            options = [Option(kind, title) for kind, title in parts.event_types_of(policy)]
        elif name == "who" and self.desk.state is not None:
            options = [Option(who, known) for who, known in self.desk.state.people]
        elif name == "source":
            options = [Option(str(i)) for i in policy.institutions]
        elif form is not None:
            options = [Option(choice) for choice in form.choices or
                       (("true", "false") if form.kind == "boolean" else ())]  # fmt: skip
        target = self.fresh if self.tab == "insert" else self.event

        def typed(text: str) -> str:
            target[name] = text.strip()
            return ""

        about = form.hint if form is not None else ""
        self.app.push_screen(
            AskScreen(Question(name, typed, about, draft.texts.get(name, ""), options))
        )

    def do_edit_apply(self) -> None:
        """Make the change that was typed."""
        if self.tab == "values":
            self.settle()
        elif self.tab == "rules":
            self._switch()
        else:
            self._press("insert" if self.tab == "insert" else "apply")

    def _press(self, button: str) -> None:
        session = self.desk.session
        row = session.view().row if session is not None else 0
        if button == "insert":
            said = {name: text for name, text in self.fresh.items() if text}
            at, who, event = (said.pop(name, "") for name in ("at", "who", "event"))
            if self.desk.dispatch(c.InsertEvent(at, who, event, said)):
                self.fresh = {}
        elif button == "apply":
            draft: Draft = self.query_one("#event", EventList).data
            changed = {n: t for n, t in self.event.items() if t != draft.written.get(n, "")}
            if not changed:
                self.say("nothing is changed yet: press enter on a line", "warn")
            elif self.desk.dispatch(c.EditEvent(row, changed)):
                self.event = {}
        elif button == "remove":
            if self.desk.dispatch(c.RemoveEvent(row)):
                self.list.choose(0)  # another event stands there now
        else:
            self.app.push_screen(AskScreen(Question(
                "Later by", lambda text: self.desk.attempt(c.DelayEvent(row, text.strip())),
                "3 days, 2 hours …; with - before it, earlier", "1 day",
            )))  # fmt: skip

    # --- the mouse ------------------------------------------------------------------------------

    def on_pane_chosen(self, message: Pane.Chosen) -> None:
        self.hush()
        if isinstance(message.pane, EventList | RuleList):
            self.do_edit_type()

    def on_value_list_slid(self, message: ValueList.Slid) -> None:
        """A slider was clicked."""
        value = self.value()
        if value is not None:
            width = self.query_one(ValueList).rail[1]
            self.put(value, value_at(message.cell, value.low, value.high, value.step, width))

    def do_back(self) -> None:
        self.settle()
        super().do_back()
