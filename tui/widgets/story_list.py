"""Patterns with what they found; and the stories of one, step by step."""

from __future__ import annotations

from dataclasses import dataclass

from tui.session.storyview import Pattern, Sifted, Story
from tui.widgets.dossier import heading
from tui.widgets.lines import BLANK, Line, cut, fit, hanging, spread, width_of
from tui.widgets.pane import Pick, blank_or


class PatternList(Pick):
    """Every pattern that was looked for; those with stories first."""

    def build(self, width: int, height: int) -> list[Line]:
        sifted: Sifted = self.data
        self.stops = list(range(len(sifted.patterns)))
        return blank_or([_pattern(pattern, width) for pattern in sifted.patterns],
                        sifted.problem or "there is nothing to look for")  # fmt: skip

    def pattern(self) -> Pattern | None:
        """The chosen one."""
        sifted: Sifted | None = self.data
        place = self.entry if self.stops else self._wanted  # before there is room for lines
        if sifted is None or not 0 <= place < len(sifted.patterns):
            return None
        return sifted.patterns[place]


def _pattern(pattern: Pattern, width: int) -> Line:
    if pattern.problem:
        return spread(((" ✖ ", "bad"), (pattern.title, "")), (("broken", "bad"),), width)
    near = f"◌{_few(pattern.misses)}" if pattern.misses else ""
    count = _few(pattern.stories) if pattern.stories else "–"
    role = "strong" if pattern.stories else "dim"
    right: Line = ((count, role), (fit(near, 5, right=True), "dim"))
    lead = " ✎ " if pattern.file else " "
    return spread(((lead, "info"), (pattern.title, role)), right, width)


def _few(count: int) -> str:
    """A number in four cells."""
    return str(count) if count < 1_000 else f"{count // 1_000}k"


@dataclass(frozen=True, slots=True)
class Stories:
    """What the list shows."""

    pattern: Pattern
    near: bool  # whether near misses are shown too


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a line of the list leads."""

    story: Story
    number: int  # step


class StoryList(Pick):
    """What a pattern is about, its stories, and what is nearly one."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self.spots: dict[int, Spot] = {}

    def build(self, width: int, height: int) -> list[Line]:
        data: Stories = self.data
        pattern = data.pattern
        self.stops, self.spots = [], {}
        lines: list[Line] = [*hanging(((" ", ""),), pattern.title, "title", width)]
        if pattern.file:
            lines += hanging(((" ", ""),), pattern.file, "dim", width)
        if pattern.about:
            lines += hanging(((" ", ""),), pattern.about, "", width)
        if pattern.problem:
            return [*lines, BLANK, *hanging(((" ✖ ", "bad"),), pattern.problem, "bad", width)]
        lines += [BLANK, heading(_count(pattern), width, "the rarest first")]
        if not pattern.matches:
            lines.append(((" nobody here has this story", "dim"),))
        for story in pattern.matches:
            self._story(lines, story, width)
        if data.near and pattern.near:
            near = "near miss" if pattern.misses == 1 else "near misses"
            lines += [BLANK, heading(f"{pattern.misses} {near}", width)]
            for story in pattern.near:
                self._story(lines, story, width)
        elif pattern.near:
            lines += [BLANK, ((f" {pattern.misses} nearly: n shows them", "dim"),)]
        return lines

    def _story(self, lines: list[Line], story: Story, width: int) -> None:
        self._stop(lines, story, story.first)
        sign = ("◌ ", "warn") if story.missing else ("✱ ", "strong")
        dates = f"  {story.dates}" if story.dates else ""
        left: Line = ((" ", ""), sign, (story.name, "strong"), (dates, ""))
        fits = width_of(story.name + dates + story.rarity) + 6 <= width
        lines.append(spread(left, ((story.rarity, "dim"),), width) if fits else left)
        if not fits:
            lines.append((("   ", ""), (cut(story.rarity, width - 3), "dim")))
        wide = min(max((width_of(beat.step) for beat in story.beats), default=0), width // 4)
        for beat in story.beats:
            if beat.number:
                self._stop(lines, story, beat.number)
            where = f"{beat.at[:10]}  #{beat.number}  " if beat.number else ""
            lead: Line = ((f"   {fit(beat.step, wide)}  ", "info"), (where, "dim"))
            lines += hanging(lead, beat.text, "", width, indent=6)
        if story.missing:
            lead = (("   missing: ", "warn"), (f"{story.missing} ", "strong"))
            lines += hanging(lead, f"— {story.why}", "", width, indent=6)

    def _stop(self, lines: list[Line], story: Story, number: int) -> None:
        self.stops.append(len(lines))
        self.spots[len(lines)] = Spot(story, number)

    def fed(self, before: Stories | None, data: Stories) -> None:
        """Another pattern begins at its top."""
        if before is not None and before.pattern.id != data.pattern.id:
            self.top = 0
            self.choose(0)
            self.top = 0
        else:
            super().fed(before, data)

    def spot(self) -> Spot | None:
        """Where the chosen line leads."""
        return self.spots.get(self.cursor)


def _count(pattern: Pattern) -> str:
    shown = len(pattern.matches)
    words = f"{pattern.stories} {'story' if pattern.stories == 1 else 'stories'}"
    return words if shown == pattern.stories else f"{words}, {shown} of them here"
