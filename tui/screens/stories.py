"""The stories in a life: patterns, what they found, what is nearly one, and the way into each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult

from tui.screens.base import Stage
from tui.screens.board import Board, list_and_sheet
from tui.session import commands as c
from tui.session.state import State
from tui.session.storyview import Pattern, Sifted
from tui.widgets.pane import Pane, Pick
from tui.widgets.status_line import Hints, Part, StatusLine
from tui.widgets.story_list import PatternList, Stories, StoryList

PLACE = "stories"  # what the app remembers of where one was


class StoriesScreen(Stage[None]):
    """Choose a pattern, then a story of it; enter steps into that life at that moment."""

    contexts: ClassVar[tuple[str, ...]] = ("stories", "list")

    def __init__(self) -> None:
        super().__init__()
        self.near = True
        self._wanted: tuple[str, int] | None = None  # the pattern and the line where one was

    def compose(self) -> ComposeResult:
        yield Board(StatusLine(id="title"), PatternList(id="patterns"), StoryList(id="found"),
                    Hints(id="hints"), id="board")  # fmt: skip

    def on_mount(self) -> None:
        self.hush()
        before = self.desk.memory.get(PLACE)
        pane = "#patterns"
        if before is not None:
            pattern, line, self.near, pane = before
            self._wanted = pattern, line
        self.lay_out()
        self.desk.dispatch(c.Sift())
        self.focus_on(pane)

    def on_resize(self) -> None:
        self.lay_out()

    def lay_out(self) -> None:
        """The patterns, and beside them what was found."""
        width, height = self.size
        if not width:
            return
        above = max((height - 2) // 3, 3)
        places = list_and_sheet(self.size, ("patterns", "found"), (31, 42), above)
        self.query_one(Board).place(places)
        if self.desk.state is not None:
            self.renew(self.desk.state)

    # --- showing what was found -----------------------------------------------------------------

    def renew(self, state: State) -> None:
        session = self.desk.session
        if session is None:
            return
        sifted = session.sifted()
        self._title(state, sifted)
        if sifted is None:
            if not state.progress:  # the life is another one since, as when its file was changed
                self.app.call_later(self.desk.dispatch, c.Sift())
            return
        patterns = self.patterns
        patterns.feed(sifted)
        if self._wanted is not None:
            ids = [pattern.id for pattern in sifted.patterns]
            ident, line = self._wanted
            if ident in ids:
                patterns.choose(ids.index(ident))
            self._look()
            self.found.choose(line)
            self._wanted = None
        self._look()

    def _title(self, state: State, sifted: Sifted | None) -> None:
        parts = [Part(f" Stories in {state.title} ", "title")]
        if sifted is None or state.progress:
            tail = [Part(f" ◌ {state.progress or 'looking'} … ", "info")]
        else:
            count = sum(pattern.stories for pattern in sifted.patterns)
            tail = [Part(f" {count} {'story' if count == 1 else 'stories'}, {sifted.steps} steps ",
                         "dim")]  # fmt: skip
        self.query_one("#title", StatusLine).feed(parts, tail)

    def _look(self) -> None:
        """Show what the chosen pattern found."""
        pattern = self.patterns.pattern()
        if pattern is not None:
            self.found.feed(Stories(pattern, self.near))

    @property
    def patterns(self) -> PatternList:
        """The list of patterns."""
        return self.query_one(PatternList)

    @property
    def found(self) -> StoryList:
        """The stories of the chosen one."""
        return self.query_one(StoryList)

    @property
    def pick(self) -> Pick:
        """The list in use."""
        return self.found if self.found.has_focus else self.patterns

    def hints(self) -> Sequence[tuple[str, str, str]]:
        open_ = "step into it" if self.pick is self.found else "its stories"
        made = [(key, open_ if ident == "list.open" else title, ident)
                for key, title, ident in super().hints()]  # fmt: skip
        return [made[0], ("tab", "other side", "pane.next"), *made[1:]]

    # --- actions ----------------------------------------------------------------------------------

    def do_list_open(self) -> None:
        """From a pattern to its stories; from a story into that life, at that moment."""
        if self.pick is self.patterns:
            if self.found.stops:
                self.focus_on("#found")
                self.hush()
            else:
                self.say("nobody here has this story, not even nearly", "warn")
            return
        spot, state = self.found.spot(), self.desk.state
        if spot is None or state is None:
            return
        if spot.number > state.total:
            self.say("this life has not been played so far yet", "warn")
            return
        self.remember()
        step_into(self, spot.number, spot.story.who_id, "story.list")

    def remember(self) -> None:
        """Keep where one is, for when one comes back."""
        pattern = self.patterns.pattern()
        if pattern is not None:
            pane = f"#{self.pick.id}"
            self.desk.memory[PLACE] = pattern.id, max(self.found.entry, 0), self.near, pane

    def do_story_near(self) -> None:
        self.near = not self.near
        self._look()
        self.say("near misses are shown too" if self.near else "only whole stories are shown")

    def do_tell(self) -> None:
        """A page of the chosen story."""
        from tui.screens.tell import Telling, TellScreen

        spot = self.found.spot()
        pattern: Pattern | None = self.patterns.pattern()
        if spot is None or pattern is None:
            self.say("choose a story first", "warn")
            return
        story = spot.story
        span = f"the story “{pattern.title}”", story.first, story.last
        self.app.push_screen(TellScreen(Telling(who=story.who_id, spans=(span,))))

    def do_copy(self) -> None:
        self.desk.copy(self.pick.chosen_text())

    def do_back(self) -> None:
        """Out, for good: the stepper is the place to leave from again."""
        stepper_forgets(self)
        self.remember()
        self.dismiss(None)

    def do_pane_next(self) -> None:
        self.focus_on("#patterns" if self.pick is self.found else "#found")
        self.hush()

    def do_pane_back(self) -> None:
        self.do_pane_next()

    def do_line_down(self, count: int = 0) -> None:
        self._move(count or 1)

    def do_line_up(self, count: int = 0) -> None:
        self._move(-(count or 1))

    def do_page_down(self, count: int = 0) -> None:
        self._move(max(self.pick.size.height // 2, 1))

    def do_page_up(self, count: int = 0) -> None:
        self._move(-max(self.pick.size.height // 2, 1))

    def _move(self, by: int) -> None:
        self.pick.step(by)
        self._look()

    def on_pane_chosen(self, message: Pane.Chosen) -> None:
        """A click chooses; enter does."""
        message.stop()
        self.hush()
        self._look()


def step_into(screen: Stage[None], number: int, who: str, back_to: str) -> None:
    """Leave a list for the life that it is about; ``back`` comes back to the list."""
    from tui.screens.stepper import StepperScreen

    desk = screen.desk
    screen.dismiss(None)
    for stage in desk.screen_stack:
        if isinstance(stage, StepperScreen):
            stage.back_to = back_to
    for command in (c.Go(number), c.Choose(who)):
        desk.call_later(desk.dispatch, command)


def stepper_forgets(screen: Stage[None]) -> None:
    """One goes back for good: the stepper is the place to leave from again."""
    from tui.screens.stepper import StepperScreen

    for stage in screen.desk.screen_stack:
        if isinstance(stage, StepperScreen):
            stage.back_to = ""
