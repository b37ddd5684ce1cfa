"""A container that puts its children where it is told: no measuring, one pass."""

from __future__ import annotations

from collections.abc import Mapping

from textual.geometry import NULL_OFFSET, Region, Size, Spacing
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.widget import Widget

_NARROW, _WIDE = 60, 100  # columns: one over the other below; from there on more on the left


def list_and_sheet(
    size: Size, names: tuple[str, str], left: tuple[int, int], above: int
) -> dict[str, Region]:
    """A title, a list and beside it (in narrow windows under it) what is in use, hints.

    ``left``: columns of the list in windows of usual width and in wide ones; ``above``: its rows
    where it stands over the other.
    """
    width, height = size
    first, second = names
    body = height - 2
    places = {"title": Region(0, 0, width, 1), "hints": Region(0, height - 1, width, 1)}
    if width < _NARROW:
        places[first] = Region(0, 1, width, above)
        places[second] = Region(0, 2 + above, width, max(body - above - 1, 1))
    else:
        columns = left[width >= _WIDE]
        places[first] = Region(0, 1, columns, body)
        places[second] = Region(columns + 1, 1, width - columns - 1, body)
    return places


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
