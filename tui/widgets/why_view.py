"""Why a step came to what it came to: the tree of its explanation as lines."""

from __future__ import annotations

from dataclasses import dataclass

from tui.session.viewmodel import StepView, Why
from tui.widgets.lines import BLANK, Line, hanging
from tui.widgets.pane import Pick

_INDENT = 2
_DEEPEST = 8  # levels that are still indented


def why_lines(nodes: tuple[Why, ...], width: int) -> tuple[list[Line], list[int]]:
    """The lines of a tree, and the node that each line belongs to."""
    lines: list[Line] = []
    owners: list[int] = []
    for number, node in enumerate(nodes):
        lead = (" " + " " * _INDENT * min(node.depth, _DEEPEST), ""), (f"{node.glyph} ", node.tone)
        place = node.place if node.clause else ""
        standing = node.standing if node.standing not in ("", "documented") else ""
        tail: Line = ()
        if place:
            tail = ((f" {standing} · {place}" if standing else f" {place}", "dim"),)
        role = "" if node.tone in ("good", "bad") and len(node.text) > 60 else node.tone
        made = hanging(lead, node.text, role, width, tail)
        lines += made
        owners += [number] * len(made)
    return lines, owners


@dataclass(frozen=True, slots=True)
class Story:
    """What the pane shows: what the writer says of the step, and its explanation."""

    nodes: tuple[Why, ...]
    says: str = ""
    fields: tuple[tuple[str, str], ...] = ()  # the event's own
    notes: tuple[str, ...] = ()
    beat: str = ""  # what turns here; "" for no beat


def story_of(view: StepView) -> Story:
    """The story of a step."""
    notes = tuple(text for _, text in view.notes)
    return Story(view.why, view.says, view.input, notes, view.beat)


def head_lines(story: Story, width: int) -> list[Line]:
    """What stands above the explanation."""
    lines: list[Line] = []
    if story.beat:
        said = story.beat.partition(": noted: ")[0] if story.says else story.beat
        lines += hanging(((" ✱ ", "strong"),), f"beat {said}", "strong", width)
    if story.says:
        lines += hanging(((" ", ""),), story.says, "said", width)
    if story.fields:
        said = " · ".join(f"{name}: {value}" for name, value in story.fields)
        lines += hanging(((" ", ""),), said, "dim", width)
    for note in story.notes:
        for number, part in enumerate(note.split("\n")):
            lead: Line = ((" ✎ " if number == 0 else "   ", "info"),)
            lines += hanging(lead, part, "info", width)
    return [*lines, BLANK] if lines else []


class WhyView(Pick):
    """The explanation; enter on a line goes to the clause behind it."""

    def __init__(self, *, id: str | None = None, empty: str = "nothing happened here") -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self.owners: list[int] = []
        self.empty = empty

    def build(self, width: int, height: int) -> list[Line]:
        story: Story = self.data
        head = head_lines(story, width)
        lines, owners = why_lines(story.nodes, width)
        self.owners = [-1] * len(head) + owners
        self.stops = [
            place for place, owner in enumerate(self.owners)
            if owner >= 0 and (place == 0 or self.owners[place - 1] != owner)
        ]  # fmt: skip
        if not lines:
            lines = [((f"  {self.empty}", "dim"),)]
        return [*head, *lines]

    def fed(self, before: Story | None, data: Story) -> None:
        self.top = 0
        self.cursor = self.stops[0] if self.stops else 0

    def under(self, index: int) -> str:
        """The whole node is set off, whichever of its lines is chosen."""
        if not self.stops or not self.has_focus or self.cursor >= len(self.owners):
            return ""
        return "cursor" if self.owners[index : index + 1] == [self.owners[self.cursor]] else ""

    def clicked(self, index: int, x: int) -> None:
        if index < len(self.owners) and self.owners[index] >= 0:
            self.cursor = self.owners.index(self.owners[index])
            self.refresh()
            self.post_message(self.Chosen(self, index))

    def node(self) -> Why | None:
        """The chosen one."""
        if not self.stops or self.cursor >= len(self.owners):
            return None
        story: Story = self.data
        return story.nodes[self.owners[self.cursor]]

    def chosen_text(self) -> str:
        node = self.node()
        if node is None:
            return ""
        return f"{node.text} ({node.place})" if node.place else node.text
