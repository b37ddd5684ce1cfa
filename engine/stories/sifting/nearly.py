"""Stories that are lost: what was missing, and how near it came."""

from __future__ import annotations

from engine.stories.sifting.facts import Look
from engine.stories.sifting.failing import failed
from engine.stories.sifting.found import NearMiss
from engine.stories.sifting.happenings import Happening
from engine.stories.sifting.waiting import Partial, Waiting
from engine.values import show_instant

_MOST = 10_000  # people whose nearest miss of a pattern is remembered


class Nearly:
    """Keeps of every person and pattern the story that came nearest, if anybody asks."""

    def __init__(self, look: Look, *, asked: bool) -> None:
        self.nearest: dict[tuple[str, str], NearMiss] = {}
        self._look = look
        self._asked = asked

    def not_come(self, partial: Partial) -> str:
        """Why a story has no next step at the end."""
        if partial.why:
            return partial.why
        if partial.closest is None:
            return "it never came"
        h, why = partial.closest
        if why is None:
            self._look.happening, self._look.bound = h, partial.bound
            why = failed(partial.stage.wait.text or "", self._look)
        return f"{when(h)} it came, but {why}"

    def lacks(self, partial: Partial, h: Happening) -> None:
        """Remember a happening that a story's next condition has refused.

        What it lacked is only put into words at once if people may stand otherwise later.
        """
        wait = partial.stage.wait
        self._look.bound = partial.bound
        partial.closest = h, failed(wait.text or "", self._look) if wait.stands else None

    def lose(self, waiting: Waiting, partial: Partial, why: str, at: int | None) -> None:
        """Forget a story, and keep how near it came."""
        waiting.drop(partial)
        if not self._asked:
            return
        key = waiting.plan.id, partial.who
        left = len(waiting.plan.stages) - partial.place
        before = self.nearest.get(key)
        if before is not None and (before.steps_left, before.at is None) < (left, at is None):
            return  # what was lost to something tells more than what never came
        if before is None and len(self.nearest) >= _MOST:
            return
        self.nearest[key] = NearMiss(waiting.plan.id, partial.who, partial.beats(),
                                     partial.stage.id, left, why, at)  # fmt: skip


def when(h: Happening) -> str:
    """``on 2031-05-12, in step 3,``."""
    return f"on {show_instant(h.at)}, in step {h.step},"
