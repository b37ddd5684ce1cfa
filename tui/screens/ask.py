"""One question at the foot of the screen: a line to type into, and what could be meant."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input

from engine.text import safe
from tui.screens.base import Popup
from tui.widgets.field import Field
from tui.widgets.lines import Line, fit, shortened, width_of
from tui.widgets.pane import Pane, Pick
from tui.widgets.status_line import Hints, StatusLine
from tui.widgets.status_line import Part as Bit


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that could be meant."""

    value: str
    detail: str = ""
    shown: str = ""  # instead of the value


@dataclass(frozen=True)
class Question:
    """What is asked. ``answer`` does it, and says why it cannot be done, or ""."""

    title: str
    answer: Callable[[str], str]
    about: str = ""  # one line of help
    value: str = ""
    options: Sequence[Option] = ()
    free: bool = True  # whether something else than an option may be typed


class _Options(Pick):
    """The options that fit what was typed."""

    def build(self, width: int, height: int) -> list[Line]:
        options: tuple[Option, ...] = self.data
        self.stops = list(range(len(options)))
        tail = min(max((width_of(o.detail) for o in options), default=0), width // 2)
        wide = min(
            max((width_of(o.shown or o.value) for o in options), default=0), width - tail - 4
        )
        return [
            shortened(((f"  {fit(o.shown or o.value, wide)}  ", ""), (o.detail, "dim")), width)
            for o in options
        ]


class AskScreen(Popup[None]):
    """Asks, and stays until the answer can be done."""

    contexts: ClassVar[tuple[str, ...]] = ("ask", "list")
    _ROWS = 8

    def __init__(self, question: Question) -> None:
        super().__init__()
        self.question = question
        self._moved = False

    def compose(self) -> ComposeResult:
        question = self.question
        with Vertical(id="ask"):
            yield StatusLine(id="ask-title")
            yield _Options(id="ask-options")
            yield Field(question.value, id="ask-field")
            yield Hints(id="hints")

    def on_mount(self) -> None:
        question = self.question
        self.query_one("#ask-title", StatusLine).feed(
            [Bit(f" {question.title} ", "title"), Bit(f" {safe(question.about)}", "dim")]
        )
        self.focus_on("#ask-field")
        self.query_one(Field).select_all()  # what is typed takes its place
        self._narrow("" if question.free else question.value)

    def hints(self) -> Sequence[tuple[str, str, str]]:
        choose = [("↑↓", "choose", ""), ("tab", "take over", "")] if self.question.options else []
        return [("enter", "do it", ""), *choose, ("esc", "leave", "back")]

    def _narrow(self, typed: str) -> None:
        low = typed.strip().lower()
        fitting = tuple(
            option for option in self.question.options
            if low in f"{option.value} {option.shown} {option.detail}".lower()
        )  # fmt: skip
        if self.question.free and not fitting:
            fitting = ()
        pick = self.query_one(_Options)
        pick.styles.height = min(len(fitting), self._ROWS)
        pick.display = bool(fitting)
        pick.feed(fitting)
        pick.choose(0)
        self._moved = False

    @property
    def option(self) -> Option | None:
        """The chosen option, if one is."""
        pick = self.query_one(_Options)
        entry, options = pick.entry, pick.data or ()
        return options[entry] if 0 <= entry < len(options) else None

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._narrow(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        option = self.option
        text = event.value
        if option is not None and (self._moved or not self.question.free):
            text = option.value
        why = self.question.answer(text)
        if why and option is not None and text != option.value:
            # Not a whole answer: then the line that is marked is meant.
            meant = self.question.answer(option.value)
            why = meant if not meant or not text.strip() else why
        self._answered(why)

    def _answer(self, text: str) -> None:
        self._answered(self.question.answer(text))

    def _answered(self, why: str) -> None:
        if why:
            self.say(why, "bad")
        elif self.is_attached and self.app.screen is self:
            self.dismiss(None)

    def on_pane_chosen(self, message: Pane.Chosen) -> None:
        option = self.option
        if option is not None:
            self._answer(option.value)

    def do_list_open(self) -> None:
        """Answer with the chosen option."""
        if self.option is not None:
            self._answer(self.option.value)

    def do_line_down(self, count: int = 0) -> None:
        self._move(count or 1)

    def do_line_up(self, count: int = 0) -> None:
        self._move(-(count or 1))

    def do_page_down(self, count: int = 0) -> None:
        self._move(self._ROWS)

    def do_page_up(self, count: int = 0) -> None:
        self._move(-self._ROWS)

    def _move(self, by: int) -> None:
        pick = self.query_one(_Options)
        pick.step(by if self._moved or by < 0 else by if not self.question.free else 0)
        self._moved = True
        pick.refresh()

    def do_ask_complete(self) -> None:
        """Take the chosen option over into the line."""
        option = self.option
        if option is not None:
            field = self.query_one(Field)
            field.value = safe(option.value)
            field.cursor_position = len(field.value)
