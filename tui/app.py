"""The app: holds the session and the saved work, and passes commands and news along."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events
from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.screen import Screen

from engine.findings import DemeritError
from tui.actions import ACTIONS, Action
from tui.editor import edit
from tui.opening import Opener
from tui.screens.base import Stage
from tui.session import commands as c
from tui.session.state import State, UserMistake
from tui.themes import THEMES
from tui.typed import Typed
from tui.widgets.status_line import Part, StatusLine

if TYPE_CHECKING:
    from engine.store.database import Store
    from tui.session.session import Session

_MOVES = (c.Go, c.Move, c.GoTime, c.GoEvent, c.Search, c.Next, c.Continue, c.Filter)
_LOOK_AROUND = 0.2  # seconds between two looks at what happens elsewhere


@dataclass(frozen=True)
class Launch:
    """How the app begins."""

    opener: Opener | None = None  # of the life to open; None: the start screen
    crowd: Path | None = None  # the folder of a simulation to open
    note: str = ""  # to be told when it is open
    step: int = 0
    who: str = ""
    theme: str = "dark"
    lang: str | None = None  # in which texts are shown
    actions: Sequence[Action] = field(default=ACTIONS)


class OpeningScreen(Screen[None]):
    """What is seen while a life is being opened."""

    def compose(self) -> ComposeResult:
        yield StatusLine(id="title")

    def on_mount(self) -> None:
        self.query_one(StatusLine).feed([Part(" demerit", "title"), Part("  opening …", "dim")])


class DemeritApp(App[int], inherit_bindings=False):
    """``demerit play``."""

    TITLE = "demerit"
    ENABLE_COMMAND_PALETTE = False
    CSS_PATH: ClassVar = ["styles/app.tcss", "styles/screens.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = []

    def __init__(self, store: Store, launch: Launch | None = None) -> None:
        # With NO_COLOR only the terminal's own colours may be used (and Textual must be
        # told so before it builds its filters, or it paints black on black).
        super().__init__(ansi_color=True if "NO_COLOR" in os.environ else None)
        self.store = store
        self.launch = launch or Launch()
        self.actions = tuple(self.launch.actions)
        self.by_id: Mapping[str, Action] = {action.id: action for action in self.actions}
        self.session: Session | None = None
        self.following = not self.launch.who  # whether the person is the one of each step
        self.lang = self.launch.lang
        self.memory: dict[str, Any] = {}  # where one was in the lists of this life
        self.said: tuple[str, str] | None = None  # for the screen that comes forward next
        self.typed = Typed(self, super().on_event)
        self.animation_level = "none"
        for theme in THEMES.values():
            self.register_theme(theme)
        self.theme = THEMES[self.launch.theme].name

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """The style sheets are read before a theme of ours is set."""
        return dict(THEMES["dark"].variables)

    @property
    def state(self) -> State | None:
        """The state of the life that is open."""
        return self.session.state if self.session is not None else None

    # --- beginning and end ------------------------------------------------------------------

    async def on_event(self, event: events.Event) -> None:
        """Take keys one after the other."""
        if isinstance(event, events.Key) and not event.is_forwarded:
            await self.typed.add(event)
        else:
            await super().on_event(event)

    def on_mount(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGHUP):
            try:
                loop.add_signal_handler(number, self._ended, 128 + number)
            except (NotImplementedError, RuntimeError, ValueError):
                break  # not in the main thread, as under some tests
        self.set_interval(_LOOK_AROUND, self.look_around)
        if self.launch.crowd is not None:
            self.push_screen(OpeningScreen())
            self.call_after_refresh(
                self.open_crowd, self.launch.crowd, self.launch.who, self.launch.step
            )
        elif self.launch.opener is None:
            self.start()
        else:
            opener = self.launch.opener
            self.push_screen(OpeningScreen())
            self.call_after_refresh(
                self.open, opener, self.launch.step, self.launch.who, self.launch.note
            )

    def _ended(self, code: int) -> None:
        """A signal asks for the end: leave the terminal as it was."""
        self.exit(return_code=code)

    def on_unmount(self) -> None:
        self.close_session()

    def close_session(self) -> None:
        """Give the open life back."""
        if self.session is not None:
            self.session.close()
            self.session = None

    # --- opening a life -----------------------------------------------------------------------

    def start(self) -> None:
        """The start screen."""
        from tui.screens.start import StartScreen

        self.push_screen(StartScreen())

    def open_crowd(self, folder: Path, who: str = "", step: int = 0) -> None:
        """Look at a simulation, and step into a life of it if one is named."""
        from tui.screens.crowd import CrowdScreen
        from tui.screens.findings import FindingsScreen
        from tui.session.crowd import Crowd

        if isinstance(self.screen, OpeningScreen):
            self.pop_screen()
        try:
            screen = CrowdScreen(Crowd(folder))
        except DemeritError as error:
            again = partial(self.open_crowd, folder, who, step)
            self.push_screen(FindingsScreen(error, again=again))
            return
        self.close_session()
        self.push_screen(screen)
        if who:
            self.call_after_refresh(screen.open_life, who, step)

    def open(self, opener: Opener, step: int = 0, who: str = "", note: str = "") -> None:
        """Open a life and step through it; what is wrong with it is shown instead."""
        if isinstance(self.screen, OpeningScreen):
            self.pop_screen()
        from tui.screens.findings import FindingsScreen
        from tui.screens.stepper import StepperScreen

        try:
            session = opener(self.store)
        except DemeritError as error:
            self.push_screen(FindingsScreen(error, again=lambda: self.open(opener, step, who)))
            return
        self.close_session()
        self.memory.clear()
        self.session = session
        self.push_screen(StepperScreen())
        for command in [*([c.Choose(who)] if who else []), *([c.Go(step)] if step else [])]:
            self.call_later(self.dispatch, command)
        if note:
            self.later(note)

    # --- commands and news ----------------------------------------------------------------------

    def dispatch(self, command: c.Command) -> bool:
        """Have the session do something, and show what came of it; false if it cannot be done."""
        why = self.attempt(command)
        if why:
            self.say(why, "warn")
        return not why

    def attempt(self, command: c.Command) -> str:
        """The same, but only gives the reason why it cannot be done, or ""."""
        if self.session is None:
            return "no life is open"
        try:
            state = self.session.dispatch(command)
        except UserMistake as mistake:
            return str(mistake)
        except DemeritError as error:
            return error.findings[0].message
        message = state.message
        if isinstance(command, c.Choose):
            self.following = False
        elif self.following and isinstance(command, _MOVES):
            self._follow()
        self.renew()
        if message:
            self.say(message)
        return ""

    def _follow(self) -> None:
        """Look at the person whose step it is."""
        session = self.session
        if session is None or len(session.state.people) < 2 or not session.state.number:
            return
        who = session.who_of(session.state.number)
        if who != session.state.who:
            session.dispatch(c.Choose(who))

    def look_around(self) -> None:
        """Take in what was worked out in the background, or changed in the files."""
        self.call_later(self.typed.look)
        if not gc.isenabled():  # what was made until now stays: no need to look at it again
            gc.freeze()
            gc.enable()
        if self.session is None:
            return
        before = self.session.state.message
        if self.session.poll():
            self.renew()
            if self.session.state.message != before:
                self.say(self.session.state.message)

    def renew(self) -> None:
        """Have the screen in front show the state; those behind do so when they come forward."""
        if isinstance(self.screen, Stage) and self.state is not None:
            self.screen.renew(self.state)

    def say(self, text: str, role: str = "strong") -> None:
        """Tell the user one thing."""
        self.said = text, role
        if isinstance(self.screen, Stage):
            self.screen.say(text, role)

    def later(self, text: str) -> None:
        """Tell the user one thing when the screen in front has gone."""
        self.call_later(self.say, text)

    def edit_file(self, name: str, line: int = 1) -> bool:
        """Open a file in ``$EDITOR``; false if that cannot be done here."""
        path = self.session.file(name) if self.session is not None else None
        path = path or Path(name)
        if not path.is_file():
            self.say("the file of this text is not at hand", "warn")
            return False
        why = edit(self, path, line)
        if why:
            self.say(why, "warn")
        self.look_around()
        return not why

    # --- actions of every screen --------------------------------------------------------------

    def do_help(self) -> None:
        """Everything that can be done here."""
        from tui.screens.help import HelpScreen

        if isinstance(self.screen, Stage) and not isinstance(self.screen, HelpScreen):
            screen = self.screen
            self.push_screen(HelpScreen(screen), lambda ident: self._then(screen, ident))

    def do_palette(self) -> None:
        """Find an action by its name."""
        from tui.screens.palette import PaletteScreen

        if isinstance(self.screen, Stage) and not isinstance(self.screen, PaletteScreen):
            screen = self.screen
            self.push_screen(PaletteScreen(screen), lambda ident: self._then(screen, ident))

    def _then(self, screen: Stage[object], ident: str | None) -> None:
        """Do what was chosen from a list of actions."""
        if ident is None:
            return
        if ident.isdigit():
            self.dispatch(c.Go(int(ident)))
        else:
            screen.perform(ident)

    def do_person_follow(self) -> None:
        """Look at whose step it is, or stay with one person."""
        self.following = not self.following
        if self.following:
            self._follow()
        self.renew()
        self.say("the person is now the one of each step" if self.following else
                 "the person stays the same now")  # fmt: skip

    def do_language(self) -> None:
        """Show texts in the next of their languages."""
        if self.state is None:
            return
        known, shown = self.state.languages, self.state.lang
        place = known.index(shown) if shown in known else 0
        wanted = known[(place + 1) % len(known)]
        if self.dispatch(c.Speak(wanted)):
            self.lang = wanted

    def do_theme(self) -> None:
        """Light or dark."""
        dark, light = THEMES["dark"].name, THEMES["light"].name
        self.theme = light if self.theme == dark else dark

    def do_quit(self) -> None:
        """Leave at once; everything is kept already."""
        self.exit(return_code=0)

    def copy(self, text: str) -> None:
        """Put a text on the clipboard of whoever looks at the terminal."""
        if not text.strip():
            self.say("there is nothing to copy here", "warn")
            return
        self.copy_to_clipboard(text)
        lines = text.count("\n") + 1
        self.say("copied" if lines == 1 else f"copied {lines} lines")
