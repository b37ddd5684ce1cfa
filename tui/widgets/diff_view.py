"""Two lives side by side, locked by event: what is the same, what is not, who lacks it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tui.session.viewmodel import GLYPHS, Lock, Row
from tui.widgets.lines import Line, Piece, cut, fit, width_of
from tui.widgets.pane import Pane
from tui.widgets.timeline import TONES

_SIGN = 5  # cells between the two
_LEAST = 8  # cells of an event's name


@dataclass(frozen=True, slots=True)
class Widths:
    """Cells of the columns: what both lives share, and what each makes of it."""

    event: int
    number: int
    side: int

    @property
    def shared(self) -> int:
        """Cells before the left side."""
        return 11 + self.event + 2


def widths_of(room: int, total: int) -> Widths:
    """Columns for a width, and lives of so many steps."""
    event = min(max(room // 5, _LEAST), 22)
    return Widths(event, len(str(max(total, 1))), max((room - 11 - event - 2 - _SIGN) // 2, 8))


@dataclass(frozen=True)
class Pairs:
    """What the view shows. Equal keys mean equal rows."""

    key: tuple[object, ...]
    locks: Sequence[Lock]
    left: Callable[[int], Row]
    right: Callable[[int], Row]
    cursor: int
    first: int  # where they part; -1: nowhere


class DiffView(Pane):
    """One lock a line; the cursor is the step where one is."""

    has_cursor = True

    @property
    def count(self) -> int:
        return len(self.data.locks) if self.data is not None else 0

    def build(self, width: int, height: int) -> list[Line]:
        return []  # made one by one, when they are seen

    def feed(self, data: Pairs) -> None:
        """Show other lives, or another place in them."""
        before: Pairs | None = self._data
        self._data = data
        if before is None or before.key != data.key:
            self._strips.clear()
        self.cursor = data.cursor
        self.follow(margin=2)
        self.refresh()

    def fed(self, before: Pairs | None, data: Pairs) -> None:
        self.cursor = data.cursor
        self.follow(margin=2)

    def widths(self) -> Widths:
        """The columns, for a heading above them."""
        return widths_of(self.room, self.count)

    def line_at(self, index: int) -> Line:
        pairs: Pairs = self.data
        if index >= self.count:
            return ()
        lock, widths = pairs.locks[index], self.widths()
        left = pairs.left(lock.left) if lock.left else None
        right = pairs.right(lock.right) if lock.right else None
        shown = left or right
        assert shown is not None
        event = f"◷ {shown.event}" if shown.clock else shown.event
        moved = right.at if left and right and left.at != right.at else ""
        return (
            (f" {shown.at[:10]} ", "dim" if lock.same else ""),
            (fit(event, widths.event) + " ", "dim" if shown.clock else "strong"),
            *_side(left, widths), _sign(lock, parts=index == pairs.first),
            *_side(right, widths, moved),
        )  # fmt: skip


def _sign(lock: Lock, *, parts: bool) -> Piece:
    if parts:
        return (" ≠≠≠ ", "warn")
    if not lock.left:
        return ("   + ", "good")
    if not lock.right:
        return (" −   ", "bad")
    return ("  =  ", "dim") if lock.same else ("  ≠  ", "warn")


def _side(row: Row | None, widths: Widths, moved: str = "") -> Line:
    """What one life makes of an event; ``moved``: when it happens there, if at another time."""
    if row is None:
        return ((fit(" " * widths.number + " · not in this life", widths.side), "dim"),)
    glyph, word = GLYPHS[row.happening]
    lead: list[Piece] = [
        (f"{row.number:>{widths.number}} ", "dim"),
        (f"{glyph} ", TONES[row.happening]),
    ]
    if row.change:
        lead.append(("▲ ", "good") if row.change > 0 else ("▼ ", "bad"))
    if moved:
        lead.append((f"{moved[:10]} ", "warn"))
    room = widths.side - sum(width_of(text) for text, _ in lead)
    said = row.summary or word
    return (
        *lead,
        (fit(cut(said, room), max(room, 0)), "dim" if row.happening == "nothing" else ""),
    )
