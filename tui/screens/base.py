"""What every screen does: reads keys by the registry, does actions, tells what was said."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, TypeVar, cast

from textual import events
from textual.screen import ModalScreen, Screen
from textual.widget import Widget
from textual.widgets import Input, TextArea

from engine.text import safe
from tui.actions import Action, of_contexts, table_of
from tui.keys import Reader, name_of, shown
from tui.session.state import State
from tui.widgets.field import PASSED
from tui.widgets.status_line import Hints, Wanted

if TYPE_CHECKING:
    from tui.app import DemeritApp

Result = TypeVar("Result")
ANY = "any"


class Stage(Screen[Result]):
    """A screen that answers to the registry's actions of its contexts."""

    contexts: ClassVar[tuple[str, ...]] = ()
    AUTO_FOCUS = ""

    def __init__(self) -> None:
        super().__init__()
        self._reader: Reader | None = None

    @property
    def desk(self) -> DemeritApp:
        """The app, as what it is."""
        return cast("DemeritApp", self.app)

    # --- keys and actions -----------------------------------------------------------------

    @property
    def reader(self) -> Reader:
        """Reads this screen's keys."""
        if self._reader is None:
            self._reader = Reader(table_of(self.desk.actions, (*self.contexts, ANY)))
        return self._reader

    def own_actions(self) -> list[Action]:
        """What can be done here, this screen's own first."""
        return of_contexts(self.desk.actions, (*self.contexts, ANY))

    async def on_key(self, event: events.Key) -> None:
        """Read a key, unless it is being typed into a field."""
        if isinstance(self.focused, Input | TextArea) and event.key not in PASSED:
            return
        pressed = self.reader.press(name_of(event.key, event.character))
        event.stop()
        event.prevent_default()
        self.hush()
        if pressed.action == "back" and event.key == "escape" and self.is_last():
            self.say("q leaves; everything is kept")
        elif pressed.action:
            self.perform(pressed.action, pressed.count)
        elif not pressed.known:
            self.unknown(event)
        self.pending(self.reader.pending)

    def is_last(self) -> bool:
        """Whether to go back from here is to leave the app: not by an escape too many."""
        return False

    def unknown(self, event: events.Key) -> None:
        """A key that means nothing here."""

    def pending(self, text: str) -> None:
        """Show what was typed so far of a count or a sequence."""

    def reason(self, action: Action) -> str:
        """Why an action cannot be done now; "" if it can."""
        state = self.desk.state
        if action.when is None or state is None:
            return ""
        return action.when(state)

    def perform(self, ident: str, count: int = 0) -> None:
        """Do an action, or say why it cannot be done."""
        action = self.desk.by_id[ident]
        why = self.reason(action)
        if why:
            self.say(why, "warn")
            return
        if action.command is not None:
            self.desk.dispatch(action.command(count))
            return
        own = getattr(self, action.handler, None) or getattr(self.desk, action.handler)
        own(count) if action.counts else own()

    def on_wanted(self, message: Wanted) -> None:
        """A hint or a part of the status line was clicked."""
        message.stop()
        self.hush()
        self.perform(message.action)

    # --- saying something -------------------------------------------------------------------

    def say(self, text: str, role: str = "strong") -> None:
        """Tell the user one thing, until the next key."""
        found = self.query(Hints)
        if found and text:
            found.last().say(safe(text), role)

    def hush(self) -> None:
        """Show the hints again."""
        self.desk.said = None
        found = self.query(Hints)
        if found:
            found.last().hint(self.hints())

    def hints(self) -> Sequence[tuple[str, str, str]]:
        """The keys at the foot: (key, title, action id)."""
        wanted = sorted((a for a in self.own_actions() if a.hint and a.keys), key=lambda a: a.hint)
        return [(shown(a.keys[0]), a.title, a.id) for a in wanted]

    def on_resize(self) -> None:
        self._tell_again()

    def on_screen_resume(self) -> None:
        if self.is_mounted:
            self._tell_again()

    def _tell_again(self) -> None:
        """Show the hints, or what was said last: perhaps on a screen that is gone now."""
        said = self.desk.said
        self.hush()
        if said is not None:
            self.desk.said = said
            self.say(*said)

    # --- what changes -----------------------------------------------------------------------

    def renew(self, state: State) -> None:
        """The session's state has changed: show it. Screens that show it override this."""

    def do_back(self) -> None:
        """Leave this screen."""
        self.dismiss(None)

    def focus_on(self, selector: str) -> None:
        """Put the focus on a widget, if it is there."""
        found = self.query(selector)
        if found:
            self.set_focus(found.first(Widget), scroll_visible=False)


class Popup(Stage[Result], ModalScreen[Result]):
    """A screen that stands before another one."""
