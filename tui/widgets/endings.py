"""How two lives end, and how a person stands in both at the same event."""

from __future__ import annotations

from dataclasses import dataclass

from tui.session.viewmodel import Dossier, Ending
from tui.widgets.dossier import Portrait, portrait_lines
from tui.widgets.lines import BLANK, Line, fit, line_width, shortened, width_of
from tui.widgets.pane import Pane


@dataclass(frozen=True, slots=True)
class Endings:
    """What the pane shows."""

    endings: tuple[Ending, ...]
    left: str  # names of the two lives
    right: str
    empty: str = "both lives end alike"


class EndingsView(Pane):
    """One difference a line, a person's together."""

    def build(self, width: int, height: int) -> list[Line]:
        data: Endings = self.data
        if not data.endings:
            return [BLANK, ((f"  {data.empty}", "dim"),)]
        what = min(max(width_of(e.what) for e in data.endings), width // 3)
        side = max((width - what - 6) // 2, 6)
        lines: list[Line] = [
            (("   " + " " * what + "  ", ""), (fit(data.left, side), "title"), ("  ", ""),
             (fit(data.right, side), "title")),
        ]  # fmt: skip
        who = ""
        for ending in data.endings:
            if ending.who != who:
                who = ending.who
                lines.append(((f" {who}", "strong"),))
            lines.append((("   ", ""), (fit(ending.what, what), "dim"), ("  ", ""),
                          (fit(ending.left or "–", side), ""), ("≠ ", "warn"),
                          (fit(ending.right or "–", side), "")))  # fmt: skip
        return lines


@dataclass(frozen=True, slots=True)
class Both:
    """A person in two lives."""

    left: Dossier | None
    right: Dossier | None
    names: tuple[str, str]


class BothView(Pane):
    """Two dossiers side by side."""

    def build(self, width: int, height: int) -> list[Line]:
        data: Both = self.data
        side = (width - 3) // 2
        columns = [
            [((f" {fit(name, side - 1)}", "title"),), *_portrait(dossier, side)]
            for name, dossier in zip(data.names, (data.left, data.right), strict=True)
        ]  # fmt: skip
        rows = max(map(len, columns))
        return [
            (*_filled(columns[0], row, side), (" │ ", "line"), *_filled(columns[1], row, side))
            for row in range(rows)
        ]

    def fed(self, before: Both | None, data: Both) -> None:
        if before is None:
            self.top = 0


def _portrait(dossier: Dossier | None, width: int) -> list[Line]:
    if dossier is None:
        return [BLANK, (("  not in this life at this event", "dim"),)]
    return portrait_lines(Portrait(dossier), width)


def _filled(lines: list[Line], row: int, width: int) -> Line:
    line = shortened(lines[row], width) if row < len(lines) else BLANK
    return (*line, (" " * (width - line_width(line)), ""))
