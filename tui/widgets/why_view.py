"""Why a step came to what it came to: the tree of its explanation as lines."""

from __future__ import annotations

from tui.session.viewmodel import Why
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


class WhyView(Pick):
    """The explanation; enter on a line goes to the clause behind it."""

    def __init__(self, *, id: str | None = None, empty: str = "nothing happened here") -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self.owners: list[int] = []
        self.empty = empty

    def build(self, width: int, height: int) -> list[Line]:
        nodes: tuple[Why, ...] = self.data
        lines, self.owners = why_lines(nodes, width)
        self.stops = [i for i, owner in enumerate(self.owners) if i == 0 or self.owners[i - 1] != owner]
        if not lines:
            return [BLANK, ((f"  {self.empty}", "dim"),)]
        return lines

    def under(self, index: int) -> str:
        """The whole node is set off, whichever of its lines is chosen."""
        if not self.owners or not self.has_focus or self.cursor >= len(self.owners):
            return ""
        return "cursor" if self.owners[index : index + 1] == [self.owners[self.cursor]] else ""

    def clicked(self, index: int, x: int) -> None:
        if index < len(self.owners):
            self.cursor = self.owners.index(self.owners[index])
            self.refresh()
            self.post_message(self.Chosen(self, index))

    def node(self) -> Why | None:
        """The chosen one."""
        if not self.owners or self.cursor >= len(self.owners):
            return None
        found: Why = self.data[self.owners[self.cursor]]
        return found

    def chosen_text(self) -> str:
        node = self.node()
        if node is None:
            return ""
        return f"{node.text} ({node.place})" if node.place else node.text
