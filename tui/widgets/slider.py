"""A slider as a piece of text: where a number stands between two others."""

from __future__ import annotations

from tui.widgets.lines import Line


def slider(number: int, low: int, high: int, was: int | None, width: int) -> Line:
    """A rail with a knob; ``was`` is where the knob stood as written."""
    width = max(width, 5)
    cells = ["─"] * width
    if was is not None and was != number:
        cells[_cell(was, low, high, width)] = "○"
    here = _cell(number, low, high, width)
    before, behind = "".join(cells[:here]), "".join(cells[here + 1 :])
    return (("├", "line"), (before, "band"), ("●", "title"), (behind, "band"), ("┤", "line"))


def _cell(number: int, low: int, high: int, width: int) -> int:
    if high <= low:
        return 0
    return round((min(max(number, low), high) - low) * (width - 1) / (high - low))


def value_at(cell: int, low: int, high: int, step: int, width: int) -> int:
    """The number for a cell of the rail, on the step nearest to it."""
    if width <= 1:
        return low
    raw = low + min(max(cell, 0), width - 1) * (high - low) / (width - 1)
    return min(max(low + round((raw - low) / step) * step, low), high)
