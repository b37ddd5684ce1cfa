"""Stepping by itself: play, pause, faster, slower."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.timer import Timer

from tui.session import commands as c

if TYPE_CHECKING:
    from tui.screens.base import Stage

    class _Base(Stage[None]):
        pass
else:
    _Base = object

_SPEEDS = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0)  # steps a second


class Playing(_Base):
    """A clock that steps on, until a breakpoint, the end, or any other action."""

    speed = 2
    _timer: Timer | None = None

    @property
    def tempo(self) -> float:
        """Steps a second."""
        return _SPEEDS[self.speed]

    def show_lines(self) -> None:
        """Show whether it is running."""
        raise NotImplementedError

    def do_play_toggle(self) -> None:
        if self._timer is not None:
            self.pause()
        else:
            self._timer = self.set_interval(1 / _SPEEDS[self.speed], self._play)
        self.show_lines()

    def pause(self) -> None:
        """Stop stepping by itself."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    def _play(self) -> None:
        session = self.desk.session
        if session is None or self.app.screen is not self:
            self.pause()
            return
        before = session.state.number
        self.desk.dispatch(c.Move("event", 1))
        number = session.state.number
        if number == before or "breakpoint" in session.row(number).marks:
            self.pause()
            self.show_lines()

    def do_play_faster(self) -> None:
        self._tempo(1)

    def do_play_slower(self) -> None:
        self._tempo(-1)

    def _tempo(self, by: int) -> None:
        self.speed = min(max(self.speed + by, 0), len(_SPEEDS) - 1)
        if self._timer is not None:
            self.pause()
            self.do_play_toggle()
        self.say(f"{_SPEEDS[self.speed]:g} steps a second")

    def perform(self, ident: str, count: int = 0) -> None:
        if self._timer is not None and not ident.startswith("play."):
            self.pause()
            self.show_lines()
        super().perform(ident, count)
