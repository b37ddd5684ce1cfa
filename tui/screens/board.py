"""A container that puts its children where it is told: no measuring, one pass."""

from __future__ import annotations

from collections.abc import Mapping

from textual.geometry import NULL_OFFSET, Region, Size, Spacing
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.widget import Widget


class _Placed(Layout):
    name = "placed"

    def arrange(
        self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True
    ) -> ArrangeResult:
        parent.pre_layout(self)
        assert isinstance(parent, Board)
        return [
            WidgetPlacement(parent.places[child.id], NULL_OFFSET, Spacing(), child)
            for child in children
            if child.id in parent.places
        ]


class Board(Widget):
    """Its ``places`` say where each child stands; a child without one is not shown."""

    def __init__(self, *children: Widget, id: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(*children, id=id)
        self.places: dict[str, Region] = {}
        self._placed = _Placed()

    @property
    def layout(self) -> Layout:
        return self._placed

    def place(self, places: Mapping[str, Region]) -> None:
        """Put the children somewhere else, if that is news."""
        if dict(places) == self.places:
            return
        self.places = dict(places)
        for child in self.children:
            child.display = child.id in self.places
        self.refresh(layout=True)
